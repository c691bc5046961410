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

/// Why a command did not end with a yes: a code for programs, a sentence with the facts, and what
/// to do next.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    /// What was found, then what was expected; lower case, no full stop.
    pub(crate) message: String,
    /// What to do next, best as a command to run.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// Returns a failure with exit status 2: the job could not be done.
    pub(crate) fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self { exit: Exit::Failed, code, message: message.into(), hint: None }
    }

    /// Returns a failure with exit status 1: examined and refused.
    pub(crate) fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, ..Self::failed(code, message) }
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
        let examined = matches!(
            error.stage(),
            Stage::Key | Stage::Signature | Stage::Limits | Stage::Instance
        );
        let make = if examined { Self::refused } else { Self::failed };
        let failure = make(error.code().name(), error.to_string());
        match advice(error.code()) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// What to do about a code, where one advice always fits.
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
