//! Why a command did not end with a yes.

use license_core::Error;

use super::entry::{Entry, Exit};
use super::table::Problem;

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
        let failure = Self::new(Problem::Core(error.code()), error.to_string());
        match deletion(error.lines()) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// What to do about lines that do not belong in a text; `None` without any.
fn deletion(lines: &[usize]) -> Option<String> {
    let (last, before) = lines.split_last()?;
    let list: Vec<String> = before.iter().map(usize::to_string).collect();
    let named = match before.len() {
        0 => format!("line {last}"),
        _ => format!("lines {} and {last}", list.join(", ")),
    };
    Some(format!("{DELETE}{named} of a copy of the text, and give the copy"))
}

/// How the hint begins that names lines to be deleted.
pub(crate) const DELETE: &str = "delete ";
