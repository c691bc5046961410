//! Which subscriptions are meant, and what becomes of them.

use license_core::Day;
use license_core::document::License;
use license_core::value::Count;

use crate::desk::make::base::Base;
use crate::desk::make::contract::{Contract, contract};
use crate::desk::make::owed;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Along, Job, Lost, Owed};
use crate::desk::subject::Subject;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, DocumentRow, Subscription};

/// A subscription whose place another one takes.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its customer, its chain.
    pub(crate) subject: Subject,
    pub(crate) subscription: Subscription,
    /// Its license: the one in force, else the last one.
    pub(crate) base: Base,
    /// What is owed by the reports received, as far as its own licenses have not paid for it.
    owed: Vec<Owed>,
    /// The contract of several years that it has.
    contract: Option<Contract>,
}

/// What takes place, and what goes along.
#[derive(Debug, Clone)]
pub(crate) struct Succession {
    pub(crate) jobs: Vec<Job>,
    /// One, or several that become one.
    pub(crate) sources: Vec<Source>,
    pub(crate) along: Along,
    /// The day on which the old ones end: the first of the new one.
    pub(crate) on: Day,
}

/// What goes along with one part alone.
const ONCE: [Lost; 4] = [Lost::AddOns, Lost::TrueUp, Lost::PreviousUsers, Lost::Debt];

impl Succession {
    /// The same for a part on other instances. Add-ons, true-up, previous users and what is owed go
    /// along with the first part alone, which goes on on the instances that the reports are of:
    /// what was sold once is not there twice.
    pub(crate) fn elsewhere(&self) -> Self {
        let owes_nothing = |source: &Source| Source { owed: Vec::new(), ..source.clone() };
        Self {
            sources: self.sources.iter().map(owes_nothing).collect(),
            along: ONCE.into_iter().fold(self.along.clone(), |along, it| along.without(it)),
            ..self.clone()
        }
    }

    /// The contracts of several years that are not over, each with its subscription. A contract
    /// goes along where one subscription takes the place of one: then the new license is of it.
    pub(crate) fn contracts(&self) -> impl Iterator<Item = (&Source, &Contract)> {
        let own = |source| Some((source, Source::contract_from(source, self.on)?));
        self.sources.iter().filter_map(own)
    }

    /// The sources that end: those whose place is not taken by themselves.
    pub(crate) fn ending<'a>(&'a self, new: &'a [Chain]) -> impl Iterator<Item = &'a Source> {
        self.sources.iter().filter(|source| !new.contains(&source.base.row.chain()))
    }
}

impl Source {
    /// The subscription that is meant, with its license.
    ///
    /// # Errors
    /// `desk_no_license`; `desk_several`; `desk_revoked`.
    pub(crate) fn of(desk: &mut OpenDesk, subject: Subject) -> Result<Self, Failure> {
        // It is the subscription that is followed, whichever of its licenses was named.
        let chain = subject.document.as_ref().map_or(subject.chain.clone(), DocumentRow::chain);
        let subject = Subject { chain, document: None, ..subject };
        let base = Base::of(desk, &subject)?;
        let subscription = subject.subscription().cloned().ok_or_else(|| subject.no_license())?;
        let owed = owed::reported(desk, &base.row.chain())?.owed().collect();
        let contract = contract(desk, &base.row.chain())?;
        Ok(Self { subject, subscription, base, owed, contract })
    }

    /// Its contract, where that has days from this one on.
    pub(crate) fn contract_from(&self, day: Day) -> Option<&Contract> {
        self.contract.as_ref().filter(|contract| day < contract.until())
    }

    /// The most that is owed, beside what the new license pays of it.
    pub(crate) fn owed(&self, new: &License) -> Option<Owed> {
        let left = self.owed.iter().filter_map(|owed| owed::beside(*owed, new));
        left.max_by_key(Owed::open)
    }

    /// The most that is owed before the new license pays anything of it.
    pub(crate) fn owed_before(&self) -> Option<Owed> {
        self.owed.iter().copied().max_by_key(Owed::open)
    }

    /// The number of seats; `None` for any.
    pub(crate) fn seats(&self) -> Option<Count> {
        self.base.license.seats
    }
}

/// Refuses a subscription that is named twice.
///
/// # Errors
/// `options`.
pub(crate) fn refuse_twice(sources: &[Source]) -> Result<(), Failure> {
    let mut seen = Vec::new();
    for source in sources {
        let chain = source.base.row.chain();
        if seen.contains(&chain) {
            let found = format!("found subscription {} twice", source.subscription.id);
            return Err(Failure::new(Problem::Options, found).hint("name each one once"));
        }
        seen.push(chain);
    }
    Ok(())
}
