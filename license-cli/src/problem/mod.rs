//! How a command ends: its exit status, and what it says when it could not do its job.
//!
//! Each code stands once: those of the command in [`table`], what to do about those of the core in
//! [`codes`], what is told beside an answer in [`notices`]. Hints, `airlock explain` and
//! docs/CODES.md are made from them.

mod codes;
mod guide;
mod notices;
mod table;
#[cfg(test)]
mod tests;

use license_core::{Error, Stage};

pub(crate) use guide::{entries, find, guide, nearest};
pub(crate) use notices::Notice;
pub(crate) use table::Problem;

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
    /// Reconciling remarked it.
    Reconcile,
    /// A rule of the license, in the answer of `check`.
    Verdict,
}

impl Problem {
    /// The name that programs read.
    pub(crate) fn name(self) -> &'static str {
        self.entry().name
    }

    /// The exit status: 1 where a well-formed document was looked at and refused, else 2.
    fn exit(self) -> Exit {
        self.entry().exit.unwrap_or(Exit::Failed)
    }
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
    /// A failure of this kind, with its exit status and the table's advice.
    pub(crate) fn new(problem: Problem, message: impl Into<String>) -> Self {
        let Entry { advice, .. } = problem.entry();
        let hint = Some(advice.to_owned());
        Self { exit: problem.exit(), problem, message: message.into(), hint }
    }

    /// The same failure with better advice: of one who knows the place.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same failure, its sentence preceded by where it arose.
    pub(crate) fn within(self, place: impl std::fmt::Display) -> Self {
        Self { message: format!("{place}: {}", self.message), ..self }
    }
}

/// What the core refuses: exit status 1 from the key stage on, where a well-formed document was
/// examined; 2 before.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(Problem::Core(error.code()), error.to_string())
    }
}
