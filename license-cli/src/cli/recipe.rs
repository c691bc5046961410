//! Recipes for licenses that nobody pays for, as they are typed.

use clap::ValueEnum;

use crate::desk::rules::Job;

/// A recipe for a license that nobody pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Recipe {
    Community,
    Researcher,
    Education,
}

impl Recipe {
    /// The job whose rule it is.
    pub(crate) fn job(self) -> Job {
        match self {
            Self::Community => Job::Community,
            Self::Researcher => Job::Researcher,
            Self::Education => Job::Education,
        }
    }
}
