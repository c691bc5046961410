//! Why the registry did not answer.

use std::fmt;

use license_core::day::unix_text;

use super::model::{Chain, What};
use crate::problem::{Failure, Problem};

/// Somebody else was faster: the chain has another head than the one that the change expected, or
/// what was looked at before has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) chain: Chain,
    /// What of the chain is in the way, where it is another one than that of the change.
    pub(crate) found: Option<String>,
    /// The last event's: who, when and what.
    pub(crate) who: String,
    pub(crate) at: u64,
    pub(crate) what: What,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chain, found, who, at, what } = self;
        let (when, what) = (unix_text(*at), what.word());
        if let Some(found) = found {
            write!(f, "{found}: ")?;
        }
        write!(f, "{chain}: {who} was first ({what}, {when}); your change was not made")
    }
}

/// Why the registry did not answer, or did not change. It never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegistryError {
    /// Another desk was faster.
    Conflict(Conflict),
    /// The registry could not do it.
    Failed(Failure),
}

impl From<Failure> for RegistryError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<RegistryError> for Failure {
    fn from(error: RegistryError) -> Self {
        match error {
            RegistryError::Conflict(conflict) => {
                Self::new(Problem::RegistryConflict, conflict.to_string())
            }
            RegistryError::Failed(failure) => failure,
        }
    }
}
