//! Subscriptions one after the other.

use license_core::Day;

use crate::registry::Chain;

/// A subscription in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) chain: Chain,
    /// The first day of the one that took its place.
    pub(crate) ends: Option<Day>,
    /// Whether what is owed under it is owed under the one that was asked about.
    pub(crate) counts: bool,
    /// Whether a true-up of its licenses may pay for that.
    pub(crate) pays: bool,
}

/// Subscriptions one after the other, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) links: Vec<Link>,
}

impl Line {
    /// One subscription alone.
    pub(crate) fn only(chain: &Chain, ends: Option<Day>) -> Self {
        let link = Link { chain: chain.clone(), ends, counts: true, pays: true };
        Self { links: vec![link] }
    }

    /// The chains whose debts count, the oldest first.
    pub(crate) fn counting(&self) -> impl Iterator<Item = &Chain> {
        self.links.iter().filter(|link| link.counts).map(|link| &link.chain)
    }
}
