//! How a command ends: its exit status, and what it says when it could not do its job.

use license_core::{Code, Error, Stage};

/// The exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done, and the answer is yes.
    Yes,
    /// 1: examined and refused.
    Refused,
    /// 2: the job could not be done: not a document, wrong options, input or output.
    Failed,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Yes => Self::SUCCESS,
            Exit::Refused => Self::from(1),
            Exit::Failed => Self::from(2),
        }
    }
}

macro_rules! problems {
    ($($variant:ident = $name:literal;)+) => {
        /// What went wrong: each code of the command once, and every code of the core.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Problem {
            $($variant,)+
            /// What the core refused.
            Core(Code),
        }

        impl Problem {
            /// The name that programs read.
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Core(code) => code.name(),
                }
            }
        }
    };
}

problems! {
    Clock = "clock";
    ClockWrong = "clock_wrong";
    DiskFull = "disk_full";
    ExportCount = "export_count";
    ExportCut = "export_cut";
    ExportEmpty = "export_empty";
    ExportHeader = "export_header";
    ExportLarge = "export_large";
    ExportRow = "export_row";
    ExportSpreadsheet = "export_spreadsheet";
    ExportTerm = "export_term";
    ExportText = "export_text";
    ExportTime = "export_time";
    ExportUnknown = "export_unknown";
    InputDirectory = "input_directory";
    InputLarge = "input_large";
    InputMissing = "input_missing";
    InputUnreadable = "input_unreadable";
    InstanceExists = "instance_exists";
    InstanceFolder = "instance_folder";
    InstanceKeyChanged = "instance_key_changed";
    InstanceKeyMissing = "instance_key_missing";
    InstanceLeftover = "instance_leftover";
    InstanceUnreadable = "instance_unreadable";
    InstanceUnwritable = "instance_unwritable";
    KeyAlgorithm = "key_algorithm";
    KeyPrivate = "key_private";
    KeyPublic = "key_public";
    KeyUnreadable = "key_unreadable";
    KeyUnwritable = "key_unwritable";
    KeyboardLayout = "keyboard_layout";
    LedgerBusy = "ledger_busy";
    LedgerDamaged = "ledger_damaged";
    LedgerFull = "ledger_full";
    LedgerIo = "ledger_io";
    LedgerTooNew = "ledger_too_new";
    LedgerUnfinished = "ledger_unfinished";
    LedgerUnreadable = "ledger_unreadable";
    NoInstance = "no_instance";
    NoLicense = "no_license";
    NoRoots = "no_roots";
    NotPicture = "not_picture";
    Options = "options";
    OutputClosed = "output_closed";
    OutputDirectory = "output_directory";
    OutputExists = "output_exists";
    OutputParent = "output_parent";
    OutputUnwritable = "output_unwritable";
    PassphraseEmpty = "passphrase_empty";
    PassphraseMismatch = "passphrase_mismatch";
    PassphraseMissing = "passphrase_missing";
    PassphraseWrong = "passphrase_wrong";
    PictureDamaged = "picture_damaged";
    PictureLarge = "picture_large";
    PolicySetting = "policy_setting";
    PolicyUnreadable = "policy_unreadable";
    QrFailed = "qr_failed";
    RandomUnavailable = "random_unavailable";
    ReportConflict = "report_conflict";
    ReportTooEarly = "report_too_early";
    SameKey = "same_key";
    SecretExists = "secret_exists";
    Signer = "signer";
    TerminalSeveral = "terminal_several";
    TerminalSmall = "terminal_small";
}

impl Problem {
    /// The exit status: 1 where a well-formed document was looked at and refused, else 2.
    pub(crate) fn exit(self) -> Exit {
        if let Self::Core(code) = self
            && is_examined(code.stage())
        {
            return Exit::Refused;
        }
        Exit::Failed
    }
}

/// Whether a document was well-formed as far as this stage: from the key stage on it was.
fn is_examined(stage: Stage) -> bool {
    matches!(stage, Stage::Key | Stage::Signature | Stage::Limits | Stage::Instance)
}

/// Why a command did not end with a yes: a code for programs, a sentence with the facts, and what
/// to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) problem: Problem,
    /// What was found, then what was expected; lower case, no full stop.
    pub(crate) message: String,
    /// What to do next, best as a command to run.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// A failure of this kind, with its exit status.
    pub(crate) fn new(problem: Problem, message: impl Into<String>) -> Self {
        Self { exit: problem.exit(), problem, message: message.into(), hint: None }
    }

    /// Returns the same failure with what to do next.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Returns the same failure, its sentence preceded by where it arose.
    pub(crate) fn within(self, place: impl std::fmt::Display) -> Self {
        Self { message: format!("{place}: {}", self.message), ..self }
    }
}

/// What the core refuses: exit status 1 from the key stage on, where a well-formed document was
/// examined; 2 before.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let failure = Self::new(Problem::Core(error.code()), error.to_string());
        match advice(error.code()) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// What to do about a code, where one advice always fits.
#[allow(clippy::wildcard_enum_match_arm, reason = "most codes have no one advice")]
fn advice(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::TextDamaged
        | Code::TextIncomplete
        | Code::BadSignature
        | Code::Truncated
        | Code::BadHeader
        | Code::NotCanonical
        | Code::Malformed => {
            "the file was changed or cut on its way; carry it across again, from the original"
        }
        Code::NotAirlock | Code::TextMissing | Code::Empty => {
            "give the file as the vendor or `airlock` made it"
        }
        Code::PayloadNotCanonical | Code::PayloadMalformed | Code::BadText => {
            "the file was changed on its way, or another program made it; carry it across again, from the original"
        }
        Code::OtherKey => {
            "was the instance's folder made anew? restore it, or issue the license for a new request"
        }
        Code::OtherLicense => "give the license that the sentence names",
        Code::TextSeveral => "give one file at a time: cut the others out of the text",
        Code::WrongKind => "`airlock show FILE` says what a file is",
        Code::TooNew => "install a newer version of airlock on this side",
        Code::UnknownKey => {
            "compare the fingerprints of your trusted roots (`airlock key show`) with the vendor's"
        }
        Code::OtherInstance => {
            "ask the vendor for a license for this instance, with `airlock request new`"
        }
        _ => return None,
    })
}
