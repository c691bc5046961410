//! What goes along from the old subscriptions to the new one, and what stays behind.

use std::collections::BTreeSet;

use super::rule::{Lost, Rule};
use crate::problem::{Failure, Problem};

/// What goes along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Along(BTreeSet<Lost>);

impl Along {
    /// Everything but what these rules lose, unless somebody says otherwise.
    ///
    /// # Errors
    /// `options` for what is to go along and to stay.
    pub(crate) fn of(rules: &[&Rule], (take, leave): (&[Lost], &[Lost])) -> Result<Self, Failure> {
        if let Some(both) = take.iter().find(|it| leave.contains(it)) {
            let found = format!("found {} in --take and in --leave", both.name());
            return Err(Failure::new(Problem::Options, found).hint("give it once"));
        }
        let lost = |it: &Lost| rules.iter().any(|rule| rule.loses.contains(it));
        let goes = |it: &Lost| take.contains(it) || (!lost(it) && !leave.contains(it));
        Ok(Self(Lost::ALL.into_iter().filter(goes).collect()))
    }

    /// Whether this goes along.
    pub(crate) fn has(&self, it: Lost) -> bool {
        self.0.contains(&it)
    }

    /// The same, but this.
    pub(crate) fn without(&self, it: Lost) -> Self {
        Self(self.goes().filter(|other| *other != it).collect())
    }

    /// What goes along.
    pub(crate) fn goes(&self) -> impl Iterator<Item = Lost> {
        self.0.iter().copied()
    }

    /// What stays behind.
    pub(crate) fn stays(&self) -> impl Iterator<Item = Lost> {
        Lost::ALL.into_iter().filter(|it| !self.has(*it))
    }
}
