//! What is filed of a subscription and of those before it whose debts went along.

use super::agreed::Agreements;
use crate::desk::events;
use crate::desk::lineage::{Filed, Line};
use crate::desk::opened::OpenDesk;
use crate::desk::statement::{Sold, Term, terms};
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::registry::Chain;

/// The terms that the licenses make whose debts count.
pub(super) fn terms_of(filed: &Filed) -> Vec<Term> {
    let standing = filed.standing();
    let own = standing.iter().filter(|it| filed.counts(it.id()));
    let sold: Vec<Sold> = own.map(|it| Sold::of(it.id(), it)).collect();
    terms(&sold)
}

/// What was agreed about a subscription, and about those before it whose debts went along. What
/// stops the reconciliation of quarters is of its own alone.
///
/// # Errors
/// Those of the registry; `registry_damaged` where an event cannot be understood.
pub(super) fn agreements(
    desk: &mut OpenDesk,
    line: &Line,
    chain: &Chain,
) -> Result<Agreements, Failure> {
    let mut all = Vec::new();
    for counting in line.counting() {
        all.append(&mut events::of(&mut *desk.registry, counting)?);
    }
    let stopped = all.iter().filter(|event| event.chain == *chain).cloned();
    let stopped = Agreements::of(&stopped.collect::<Vec<_>>())?.stopped;
    Ok(Agreements { stopped, ..Agreements::of(&all)? })
}

/// The subscription that is meant.
pub(super) fn chain_of(desk: &OpenDesk, subject: &Subject) -> Result<Chain, Failure> {
    if subject.chain.subscription.is_empty() {
        return Err(subject.no_license());
    }
    subject.license(desk.today).map(|_| subject.chain.clone())
}
