//! What was sold before: what would be lost with a license, a newer one than that which is followed
//! or seats of a contract, and what is owed.

use license_core::Day;
use license_core::document::{Flag, Kind, License};
use license_core::verify::verify_license;

use super::against::Against;
use super::base::bytes;
use super::contract::{Contract, contract};
use super::draft::Draft;
use super::owed;
use super::succession::Source;
use crate::desk::line::have_days_in_common;
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Seats, Term};
use crate::desk::rules::{Job, Lost, Owed};
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::registry::{Chain, DocumentRow, What};

/// What stands against this license, drawn up from this draft for this chain, because of what was
/// sold before.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn against(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, chain): (&License, &Chain),
) -> Result<Vec<Against>, Failure> {
    let newer = newer(desk, draft, (license, chain))?;
    let waiting = waiting(desk, draft)?;
    let taken = taken(desk, draft, chain)?;
    let fewer = fewer_than_contract(draft, license);
    Ok(newer.into_iter().chain(waiting).chain(fewer).chain(taken).collect())
}

/// The licenses that wait for their day in a subscription which ends with this one, but for
/// extensions.
fn waiting(desk: &mut OpenDesk, draft: &Draft) -> Result<Vec<Against>, Failure> {
    let mut waiting = Vec::new();
    for source in draft.succession.iter().flat_map(|it| it.sources.as_slice()) {
        let going_on = source.subject.going_on_of(&source.subscription.id, desk.today);
        for row in going_on {
            let to_come = row.from.is_some_and(|from| desk.today < from);
            if to_come && !is_temporary(desk, row)? {
                waiting.push(Against::Waiting(Box::new(row.clone())));
            }
        }
    }
    Ok(waiting)
}

/// The newest license of the subscription that this one does not follow, and whose days it takes:
/// what that one says would be lost.
fn newer(
    desk: &mut OpenDesk,
    draft: &Draft,
    (license, chain): (&License, &Chain),
) -> Result<Option<Against>, Failure> {
    let Some(base) = draft.base.as_ref().filter(|_| draft.succession.is_none()) else {
        return Ok(None);
    };
    // One that follows no other stands beside all of them.
    if matches!(draft.what, What::Issued | What::TrialGiven) {
        return Ok(None);
    }
    let today = desk.today;
    let is_newer = |row: &&DocumentRow| {
        row.kind == Kind::License
            && row.chain() == *chain
            && row.placed
            && row.revoked.is_none()
            && row.rank() > base.row.rank()
            && (has_replaced(row, &base.row, today) || shares(row, license))
    };
    let documents = draft.owner.subject().map(|subject| subject.record.documents.as_slice());
    let mut found: Vec<&DocumentRow> =
        documents.unwrap_or_default().iter().filter(is_newer).collect();
    found.sort_by_key(|row| row.rank());
    while let Some(newest) = found.pop() {
        // A renewal takes the days of extensions.
        let takes = draft.what == What::Renewed && !has_replaced(newest, &base.row, today);
        if takes && is_temporary(desk, newest)? {
            continue;
        }
        let row = Box::new(newest.clone());
        return Ok(Some(Against::Newer { row, follows: base.row.id }));
    }
    Ok(None)
}

/// Whether a license that is filed is an extension.
fn is_temporary(desk: &mut OpenDesk, row: &DocumentRow) -> Result<bool, Failure> {
    let license = verify_license(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
    Ok(license.has(Flag::TemporaryExtension))
}

/// Whether a newer license decides in the place of another: today, or on its first day where that
/// is still to come, or on its last where that is over.
fn has_replaced(newer: &DocumentRow, other: &DocumentRow, today: Day) -> bool {
    let (Some(from), Some(until)) = (other.from, other.until) else { return false };
    let last = until.minus(1).unwrap_or(until);
    let day = today.max(from).min(last);
    newer.from.is_some_and(|from| from <= day) && newer.until.is_some_and(|until| day < until)
}

fn shares(row: &DocumentRow, license: &License) -> bool {
    let (from, until) = (license.from, license.until);
    have_days_in_common(row, &DocumentRow { from: Some(from), until: Some(until), ..row.clone() })
}

/// That a license which begins in a year of a contract has fewer seats than were sold for it. An
/// extension bridges the days until the year is paid.
fn fewer_than_contract(draft: &Draft, license: &License) -> Option<Against> {
    let contract: &Contract = draft.contract.as_ref().filter(|_| draft.what != What::Extended)?;
    let (year, sold) = contract.with(license.from)?;
    let found = Seats::of(license.seats);
    let is_fewer = match (sold.seats, found) {
        (Seats::Number(sold), Seats::Number(found)) => found < sold,
        (Seats::Unlimited, Seats::Number(_)) => true,
        (_, Seats::Unlimited) => false,
    };
    is_fewer.then_some(Against::FewerThanContract { year, sold: sold.seats, found })
}

/// The subscription that has this id already, whichever letters of it are capitals; `None` where
/// the chain is its own.
fn taken(desk: &mut OpenDesk, draft: &Draft, chain: &Chain) -> Result<Option<Against>, Failure> {
    let subject = draft.owner.subject();
    let is_own =
        |it: &Subject| it.record.subscriptions.iter().any(|own| own.id == chain.subscription);
    if chain.subscription.is_empty() || subject.is_some_and(is_own) {
        return Ok(None);
    }
    let same = |id: &str| id.to_lowercase() == chain.subscription.to_lowercase();
    let called = desk.registry.called(&chain.subscription)?;
    let other =
        called.into_iter().find(|found| found.chain != *chain && same(&found.chain.subscription));
    Ok(other.map(|found| Against::Taken {
        subscription: found.chain.subscription,
        customer: found.customer.name,
    }))
}

/// What is owed of the terms before a renewal, as far as the reports say; it pays none of that
/// unless it has a true-up. Where it is an early one and the debt stays behind, nothing is.
pub(super) fn owed_before(
    desk: &mut OpenDesk,
    draft: &Draft,
    license: &License,
) -> Result<Vec<Owed>, Failure> {
    let base = draft.base.as_ref().filter(|_| draft.what == What::Renewed);
    let stays = draft.succession.as_ref().is_some_and(|it| !it.along.has(Lost::Debt));
    let Some(base) = base.filter(|_| !stays) else { return Ok(Vec::new()) };
    let reported = owed::reported(desk, &base.row.chain())?;
    Ok(reported.owed().filter_map(|owed| owed::beside(owed, license)).collect())
}

/// The draft as a part of its subscription's contract, whichever verb makes it: a license that
/// begins in one of the contract's years has at least its seats, and one that begins another year
/// than the license before is that year.
pub(super) fn within_contract(
    desk: &mut OpenDesk,
    draft: Draft,
    (license, chain): (&License, &Chain),
) -> Result<Draft, Failure> {
    if draft.contract.is_none() && draft.succession.is_some() {
        return Ok(in_its_place(draft, license));
    }
    let subject = draft.owner.subject();
    let is_known =
        subject.is_some_and(|subject| subject.record.heads.iter().any(|(known, _)| known == chain));
    if draft.contract.is_some() || !is_known {
        return Ok(draft);
    }
    let contract = contract(desk, chain)?;
    let year = contract.as_ref().and_then(|it| it.with(license.from)).map(|(year, _)| year);
    let before = draft.base.as_ref().zip(contract.as_ref());
    let before = before.and_then(|(base, it)| it.with(base.license.from)).map(|(year, _)| year);
    let begins = year.is_some() && year != before && draft.what != What::Extended;
    let job = draft.job.or_else(|| begins.then_some(Job::Years));
    Ok(Draft { contract: contract.filter(|_| year.is_some()), job, ..draft })
}

/// The draft of a subscription that takes the place of others, as a part of the contract of one of
/// them: where its days reach into another year than the license before, it is that year. The
/// contract goes along where one subscription takes the place of one.
fn in_its_place(draft: Draft, license: &License) -> Draft {
    let Some(succession) = draft.succession.clone() else { return draft };
    let reached = |contract: &Contract| {
        let last = license.until.min(contract.until()).minus(1).unwrap_or(Day::FIRST);
        let year = contract.with(last).map(|(year, _)| year);
        year.filter(|_| license.from < contract.until())
    };
    let begins = |(source, contract): (&Source, &Contract)| {
        let before = contract.with(source.base.license.from).map(|(year, _)| year);
        let now = reached(contract);
        now.is_some() && before < now
    };
    let job = draft.job.or_else(|| succession.contracts().any(begins).then_some(Job::Years));
    let goes = succession.sources.len() == 1 && !succession.jobs.contains(&Job::Split);
    let own = succession.contracts().next().filter(|_| goes).map(|(_, contract)| contract);
    let term = Term { from: license.from, until: license.until };
    let goes_on = own.and_then(|contract| contract.going_on(reached(contract)?, term));
    Draft { contract: goes_on, job, ..draft }
}
