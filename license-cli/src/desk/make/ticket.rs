//! Tickets: one license each.

use std::fmt;

use license_core::Day;
use license_core::value::DocumentId;

use super::counted::makes_one;
use super::draft::Draft;
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;
use crate::registry::DocumentRow;

/// The license that a ticket was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) ticket: String,
    pub(crate) id: DocumentId,
    pub(crate) subscription: String,
    pub(crate) on: Day,
}

impl fmt::Display for Used {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, subscription, on, .. } = self;
        write!(f, "license {id} of subscription {subscription} on {on}")
    }
}

/// How many events have the ticket of this license, and the last license that it was used for; the
/// one that answers the same order does not count, and one ticket of a whole table is used for all
/// of it.
///
/// # Errors
/// Those of the registry.
pub(super) fn used(
    desk: &mut OpenDesk,
    draft: &Draft,
    same: Option<&DocumentRow>,
) -> Result<(usize, Option<Used>), Failure> {
    let shared = draft.row.is_some_and(|row| row.shares_ticket);
    let Some(ticket) = draft.why.ticket.as_ref().filter(|_| !shared) else { return Ok((0, None)) };
    let same = same.map(|row| row.sha256);
    let events = desk.registry.with_ticket(ticket)?;
    for event in events.iter().rev() {
        let Some(sha256) = event.document.filter(|it| Some(*it) != same) else { continue };
        if !makes_one(&event.what) {
            continue;
        }
        if let Some(document) = desk.registry.document(sha256)? {
            let used = Used {
                ticket: ticket.clone(),
                id: document.id,
                subscription: event.chain.subscription.clone(),
                on: Day::of_unix(event.at).unwrap_or(Day::FIRST),
            };
            return Ok((events.len(), Some(used)));
        }
    }
    Ok((events.len(), None))
}
