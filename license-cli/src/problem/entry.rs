//! What a code says, and how a command ends.

use license_core::Stage;

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

impl Exit {
    /// The number that the shell sees.
    pub(crate) fn status(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::Refused => 1,
            Self::Failed => 2,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

/// What a code says to people: its line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Lower case words joined by underscores.
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    /// The exit status of a command that gives this code; `None` where that depends on what was
    /// asked.
    pub(crate) exit: Option<Exit>,
    pub(crate) meaning: &'static str,
    /// What to do, on a machine without a network.
    pub(crate) advice: &'static str,
    /// What support asks the customer.
    pub(crate) support_asks: &'static str,
}

/// Where a code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// The command could not do its job.
    Command,
    /// A file was refused at this stage of checking.
    File(Stage),
    /// The guard did not let a file pass.
    Guard,
    /// Told beside the answer of more than one command.
    Beside,
    /// Reconciling remarked it.
    Reconcile,
    /// A forecast remarked it.
    Forecast,
    /// A rule of the license, in the answer of `check`.
    Verdict,
}
