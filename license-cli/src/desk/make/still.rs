//! What was counted and looked at, and must be so still when a license is filed.

use std::collections::BTreeSet;

use license_core::document::Kind;

use super::against::Against;
use super::owner::Owner;
use super::proposal::Proposal;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Per, Rule};
use crate::problem::Failure;
use crate::registry::{Change, Customer, RecordId, Still};

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
        all.extend(names(proposal).chain(proposal.still.iter().cloned()));
    }
    // Several that are made together have one customer and one ticket.
    all.dedup();
    Ok(all)
}

/// That nobody enters meanwhile whom this enters, nor begins the subscription that it begins.
fn names(proposal: &Proposal) -> impl Iterator<Item = Still> {
    let new = match &proposal.draft.owner {
        Owner::New(customer) => Some(customer),
        Owner::Known(_) => None,
    };
    let customers = new.into_iter().flat_map(entered);
    let chain = &proposal.chain;
    let subject = proposal.draft.owner.subject();
    let subscriptions = subject.map(|it| it.record.subscriptions.as_slice()).unwrap_or_default();
    let is_known = subscriptions.iter().any(|it| it.id == chain.subscription);
    // Whoever lets it pass that another subscription has its id means it.
    let is_taken = proposal.sold.iter().any(|it| matches!(it, Against::Taken { .. }));
    let begins = !chain.subscription.is_empty() && !is_known && !is_taken;
    let id = begins.then(|| Still::Subscriptions(chain.subscription.clone(), vec![chain.clone()]));
    customers.chain(id)
}

/// That nobody else is called as a customer who is new.
pub(crate) fn entered(customer: &Customer) -> impl Iterator<Item = Still> {
    let Customer { id, name, crm_id, billing_id, .. } = customer.clone();
    let names = [Some(name), crm_id, billing_id].into_iter().flatten();
    names.map(move |name| Still::Customers(name, vec![id]))
}

/// What must be so with all these changes, where each of the rows that they are of has counted its
/// own alone.
pub(crate) fn still_together<'a>(
    rows: impl Iterator<Item = (&'a [Still], &'a [Change])>,
    changes: &[Change],
) -> Vec<Still> {
    let mut all: Vec<Still> = Vec::new();
    let customers: BTreeSet<RecordId> = changes.iter().map(|it| it.chain.customer).collect();
    for (of_row, own) in rows {
        for still in of_row {
            let beside = added_to(still, changes).saturating_sub(added_to(still, own));
            all.push(match still.clone() {
                Still::Licenses(customer, held) => Still::Licenses(customer, held + beside),
                Still::Ticket(ticket, events) => Still::Ticket(ticket, events + beside),
                // What the rows have in common was looked at when all of them were.
                Still::Found(words, most, known) => {
                    Still::Found(words, most, known.into_iter().chain(customers.clone()).collect())
                }
                same @ (Still::Stands(..) | Still::Customers(..) | Still::Subscriptions(..)) => {
                    same
                }
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
        Still::Stands(..) | Still::Customers(..) | Still::Subscriptions(..) | Still::Found(..) => {
            false
        }
    };
    changes.iter().filter(adds).count()
}

fn files_one(change: &Change) -> bool {
    change.filed.as_ref().is_some_and(|filed| filed.kind == Kind::License)
}

fn has_ticket(change: &Change, ticket: &str) -> bool {
    change.event.ticket.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(ticket))
}
