//! All licenses of a contract, made at once: each waits for its day.

use super::contract::{Contract, Year};
use super::difference::Difference;
use super::draft::Draft;
use super::orders;
use super::proposal::{Proposal, propose};
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Order, Previous, References};
use crate::problem::Failure;
use license_core::document::License;

/// Draws up the license of each year. Each follows the one before: its previous users are that
/// one's seats, its period before is that one's term. The first is shown beside the license that
/// the draft is about, each later one beside the year before.
///
/// # Errors
/// Those of [`propose`], with the year.
pub(crate) fn propose_years(
    desk: &mut OpenDesk,
    draft: &Draft,
    contract: &Contract,
) -> Result<Vec<Proposal>, Failure> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for (before, year) in contract.years().enumerate() {
        let order = match proposals.last() {
            None => Order { seats: year.seats, term: year.term, ..draft.order.clone() },
            Some(last) => next(&draft.order, &last.license, year),
        };
        let base = draft.base.as_ref().filter(|_| before == 0).cloned();
        let draft = Draft { base, order, ..draft.clone() };
        let proposal = propose(desk, draft)
            .map_err(|failure| failure.within(format_args!("year {}", before + 1)))?;
        let difference = proposals.last().map(|last| &last.license);
        let difference = difference.map(|last| Difference::between(last, &proposal.license));
        proposals.push(match difference {
            None => proposal,
            difference @ Some(_) => Proposal { difference, ..proposal },
        });
    }
    Ok(proposals)
}

/// The order for the year after a license; it is issued after that one, also in the same second.
fn next(order: &Order, before: &License, year: &Year) -> Order {
    let subscription_id = before.subscription_id.clone();
    Order {
        issued: before.issued.saturating_add(1),
        seats: year.seats,
        term: year.term,
        references: References { subscription_id, ..order.references.clone() },
        previous: Previous {
            users: before.seats,
            period: Some(before.term()),
            ..Previous::default()
        },
        add_ons: orders::moved_to(order.add_ons.clone(), year.term),
        ..order.clone()
    }
}
