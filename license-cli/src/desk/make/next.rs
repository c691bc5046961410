//! The license that follows another: with other terms, or for the next term.

use license_core::document::{Kind, TrueUp};

use super::asked::Asked;
use super::base::Base;
use super::choice::Choice;
use super::contract::{Contract, contract};
use super::draft::Draft;
use super::orders::{answering, changed, renewed};
use super::owner::Owner;
use crate::desk::lineage;
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Order, Seats, Term};
use crate::desk::rules::Job;
use crate::desk::subject::Subject;
use crate::desk::wanted::Wanted;
use crate::problem::Failure;
use crate::registry::{DocumentRow, What};

/// The draft of a license with other terms than the one that is meant.
///
/// # Errors
/// Those of the license before; `options` where nobody knows its policy.
pub(crate) fn changing(
    desk: &mut OpenDesk,
    subject: Subject,
    wanted: Wanted,
    asked: Vec<Asked>,
) -> Result<Draft, Failure> {
    let base = Base::of(desk, &subject)?;
    let requests = Asked::requests(&asked);
    let wanted = wanted.or_of(requests.as_ref());
    let order = answering(changed(&base, &wanted, desk.now), requests.as_ref());
    let choice = base.next_choice(&wanted)?;
    let owner = Owner::of(subject, &base);
    Ok(Draft::new(What::Changed, (owner, Some(base)), order, choice, asked))
}

/// What the reports say of the next term, where nothing else was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Proposed {
    pub(crate) seats: Option<Seats>,
    pub(crate) true_up: Option<TrueUp>,
    /// Whether what is owed of the term before is settled by it.
    pub(crate) reconciled: bool,
}

impl Proposed {
    fn fill(self, mut wanted: Wanted) -> Wanted {
        wanted.seats = wanted.seats.or(self.seats);
        wanted.previous.true_up = wanted.previous.true_up.or(self.true_up);
        wanted.previous.reconciled |= self.reconciled;
        wanted
    }
}

/// The license for the next term, as far as it is the same for an early one.
pub(crate) struct Renewal {
    pub(crate) base: Base,
    /// The license that was sold last: the one before, unless that is an extension.
    pub(crate) sold: Base,
    pub(crate) wanted: Wanted,
    pub(crate) order: Order,
    pub(crate) choice: Choice,
    /// The contract that it is a year of.
    contract: Option<Contract>,
}

impl Renewal {
    /// Draws it up.
    ///
    /// # Errors
    /// Those of the license before; `options` where nobody knows its policy.
    pub(crate) fn of(
        desk: &mut OpenDesk,
        subject: &Subject,
        (said, proposed): (Wanted, Proposed),
        asked: &[Asked],
    ) -> Result<Self, Failure> {
        let base = Base::of(desk, subject)?;
        let requests = Asked::requests(asked);
        let sold = base.extends(desk, subject)?.unwrap_or_else(|| base.clone());
        let contract = contract(desk, &base.row.chain())?;
        let from = said.from.unwrap_or(sold.license.until);
        // One that begins before the term has ended is the year after that all the same.
        let is_early = from < sold.license.until;
        let begins = from.max(sold.license.until);
        let year = contract.as_ref().and_then(|it| it.beginning(begins)).map(|(_, year)| *year);
        // What was sold for a year counts before what a request asks for.
        let wanted = match year {
            Some(year) if is_early => Wanted { seats: said.seats.or(Some(year.seats)), ..said },
            Some(year) => year.fill(said),
            None => said,
        };
        let wanted = proposed.fill(wanted.or_of(requests.as_ref()));
        let wanted = paid_for(wanted, &sold);
        let term = sold_for(desk, &sold)?;
        let order = renewed((&base, &sold, term), &wanted, desk.now)?;
        let order = answering(order, requests.as_ref());
        let choice = base.next_choice(&wanted)?;
        let contract = contract.filter(|_| year.is_some());
        Ok(Self { base, sold, wanted, order, choice, contract })
    }

    /// Whether it begins before the last term has ended: then it is a new subscription.
    pub(crate) fn is_early(&self) -> bool {
        self.order.term.from < self.sold.license.until
    }

    /// Of an early one the contract as it goes on in the new subscription.
    pub(crate) fn contract_early(&self) -> Option<Contract> {
        let contract = self.contract.as_ref()?;
        let (number, _) = contract.beginning(self.sold.license.until)?;
        contract.going_on(number, self.order.term)
    }

    /// The draft of one that is not early.
    pub(crate) fn draft(self, subject: Subject, asked: Vec<Asked>) -> Draft {
        let owner = Owner::of(subject, &self.base);
        let Self { base, order, choice, contract, .. } = self;
        let draft = Draft::new(What::Renewed, (owner, Some(base)), order, choice, asked);
        let job = contract.as_ref().map(|_| Job::Years);
        Draft { job, contract, ..draft }
    }
}

/// The term that a license was sold for. That of one which took the place of another began with
/// that one: what is left of a year is no term of its own.
fn sold_for(desk: &mut OpenDesk, sold: &Base) -> Result<Term, Failure> {
    let mut term = Term { from: sold.license.from, until: sold.license.until };
    let chain = sold.row.chain();
    let lineage = lineage::of(desk, &chain)?;
    let links = lineage.lines().flat_map(|line| &line.links);
    for link in links.take_while(|_| lineage.has_others()) {
        let rows = desk.registry.documents_of(&link.chain)?;
        let is_same = |row: &&DocumentRow| {
            let is_license = row.kind == Kind::License && row.revoked.is_none();
            is_license && row.chain() != chain && row.until == Some(term.until)
        };
        let begun = rows.iter().filter(is_same).filter_map(|row| row.from).min();
        term.from = begun.map_or(term.from, |begun| begun.min(term.from));
    }
    Ok(term)
}

/// A true-up without days pays for the term that was sold last.
fn paid_for(mut wanted: Wanted, sold: &Base) -> Wanted {
    if let Some(true_up) = wanted.previous.true_up.as_mut() {
        let days = (true_up.from, true_up.to);
        true_up.from = days.0.or(Some(sold.license.from));
        true_up.to = days.1.or(Some(sold.license.last_day()));
    }
    wanted
}
