//! What was counted for the rules, and must be so still when a license is filed.

use license_core::document::Kind;

use super::proposal::Proposal;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Per, Rule};
use crate::problem::Failure;
use crate::registry::{Change, Still};

/// What must be so with these changes: what was counted for the rules, and nobody adds to it
/// meanwhile, in whatever chain.
pub(super) fn still(
    desk: &OpenDesk,
    proposals: &[Proposal],
    changes: &[Change],
) -> Result<Vec<Still>, Failure> {
    let rules = desk.desk.rules()?;
    let mut all: Vec<Still> = Vec::new();
    for proposal in proposals {
        let mut asked = proposal.jobs.iter().map(|job| rules.rule(*job));
        let customer = proposal.draft.owner.customer().id;
        let is_counted = |rule: &Rule| rule.times.is_some() && rule.per == Per::Customer;
        let licenses = asked.clone().any(is_counted).then(|| {
            let filed = changes.iter().filter(|it| it.chain.customer == customer && files_one(it));
            Still::Licenses(customer, proposal.licenses_held() + filed.count())
        });
        let shares_ticket = proposal.draft.row.is_some_and(|row| row.shares_ticket);
        let ticket = proposal.draft.why.ticket.as_ref().filter(|_| !shares_ticket);
        let ticket = ticket.filter(|_| asked.any(|it| it.ticket_once));
        let ticket = ticket.map(|ticket| {
            let own = changes.iter().filter(|it| has_ticket(it, ticket)).count();
            Still::Ticket(ticket.clone(), proposal.ticket_events + own)
        });
        all.extend(licenses.into_iter().chain(ticket));
    }
    // Several that are made together have one customer and one ticket.
    all.dedup();
    Ok(all)
}

/// What must be so with all these changes, where each of the rows that they are of has counted its
/// own alone.
pub(crate) fn still_together<'a>(
    rows: impl Iterator<Item = (&'a [Still], &'a [Change])>,
    changes: &[Change],
) -> Vec<Still> {
    let mut all: Vec<Still> = Vec::new();
    for (of_row, own) in rows {
        for still in of_row {
            let beside = added_to(still, changes).saturating_sub(added_to(still, own));
            all.push(match still.clone() {
                Still::Licenses(customer, held) => Still::Licenses(customer, held + beside),
                Still::Ticket(ticket, events) => Still::Ticket(ticket, events + beside),
                stands @ Still::Stands(..) => stands,
            });
        }
    }
    all.dedup();
    all
}

/// How many changes add to what was counted.
fn added_to(still: &Still, changes: &[Change]) -> usize {
    let adds = |change: &&Change| match still {
        Still::Licenses(customer, _) => change.chain.customer == *customer && files_one(change),
        Still::Ticket(ticket, _) => has_ticket(change, ticket),
        Still::Stands(..) => false,
    };
    changes.iter().filter(adds).count()
}

fn files_one(change: &Change) -> bool {
    change.filed.as_ref().is_some_and(|filed| filed.kind == Kind::License)
}

fn has_ticket(change: &Change, ticket: &str) -> bool {
    change.event.ticket.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(ticket))
}
