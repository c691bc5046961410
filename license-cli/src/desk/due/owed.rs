//! Seats that are owed of terms that are over, under the subscription by which they are paid.

use std::collections::BTreeSet;

use license_core::document::Kind;

use crate::desk::lineage;
use crate::desk::make::{self, Debt};
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, Record, SubscriptionState, YEAR_DAYS};
use license_core::Day;

/// What is open of the terms that are over, each subscription once: that under which it is paid.
pub(super) fn owed(desk: &mut OpenDesk, ended: &[DocumentRow]) -> Result<Vec<Debt>, Failure> {
    let chains: BTreeSet<Chain> = ended.iter().map(DocumentRow::chain).collect();
    let mut debtors = BTreeSet::new();
    for chain in &chains {
        debtors.insert(lineage::debtor(desk, chain)?);
    }
    over(desk, debtors)
}

/// What is open of the terms that are over, under these subscriptions.
fn over(desk: &mut OpenDesk, chains: BTreeSet<Chain>) -> Result<Vec<Debt>, Failure> {
    let mut open = Vec::new();
    for chain in chains {
        open.extend(make::debts(desk, &chain)?);
    }
    let today = desk.today;
    open.retain(|debt| debt.row.until.is_some_and(|until| until <= today));
    Ok(open)
}

/// What a customer owes of the terms that are over, also where a subscription of somebody else was
/// passed on to it.
pub(super) fn owed_by(desk: &mut OpenDesk, record: &Record) -> Result<Vec<Debt>, Failure> {
    let mut debtors = BTreeSet::new();
    for row in ended(record, desk.today) {
        debtors.insert(lineage::debtor(desk, &row.chain())?);
    }
    debtors.retain(|chain| chain.customer == record.customer.id);
    for sold in record.subscriptions.iter().filter(|it| it.state == SubscriptionState::Active) {
        let chain = Chain::of(record.customer.id, sold.id.as_str());
        if lineage::of(desk, &chain)?.has_others() {
            debtors.insert(chain);
        }
    }
    over(desk, debtors)
}

/// The licenses of a customer that ended within the last year, and of whose subscription reports
/// are held.
fn ended(record: &Record, today: Day) -> Vec<DocumentRow> {
    let year_ago = today.minus(YEAR_DAYS).unwrap_or(Day::FIRST);
    let ends = |row: &DocumentRow| {
        let sold = record.subscriptions.iter().find(|it| it.id == row.subscription)?;
        match sold.state {
            SubscriptionState::Active => row.until,
            SubscriptionState::Ended(on) => row.until.map(|until| until.min(on)),
            SubscriptionState::Revoked(_) => None,
        }
    };
    let has_reports = |row: &DocumentRow| {
        let mut own = record.documents.iter().filter(|it| it.subscription == row.subscription);
        own.any(|it| it.kind == Kind::Usage)
    };
    let has_ended = |row: &&DocumentRow| {
        row.kind == Kind::License
            && row.revoked.is_none()
            && ends(row).is_some_and(|until| year_ago < until && until <= today)
            && has_reports(row)
    };
    record.documents.iter().filter(has_ended).cloned().collect()
}
