//! Takes a license back, as far as the desk can: it is not renewed and not sent again, and reports
//! under it are marked. An instance that is offline goes on until the license ends.

use license_core::document::Kind;
use license_core::verify::verify_usage;
use serde_json::json;

use super::base::bytes;
use super::follow;
use crate::desk::excepted::excepted;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::rules::{Broken, Doing, Facts, Job};
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;
use crate::problem::{Failure, Problem};
use crate::registry::{Change, DocumentRow, Sha256, Subscription, SubscriptionState, What, Write};

/// What is to be taken back.
pub(crate) struct Revocation {
    /// The license that was named; else those of the subscription that have not ended.
    pub(crate) licenses: Vec<DocumentRow>,
    /// The reports under them.
    pub(crate) reports: Vec<DocumentRow>,
    /// The subscription, where nothing of it goes on.
    pub(crate) subscription: Option<Subscription>,
    /// The rules that it does not meet: what a reseller sold is taken back through the reseller.
    pub(crate) broken: Vec<Broken>,
}

/// What a verb takes back.
///
/// # Errors
/// `desk_no_license`; `desk_several`; `desk_revoked` where that was done before; `desk_backdated`
/// where it was issued on a later day; those of the rules' file.
pub(crate) fn revocation(
    desk: &mut OpenDesk,
    subject: &Subject,
    why: &Why,
) -> Result<Revocation, Failure> {
    let named = subject.document.as_ref().filter(|row| row.kind == Kind::License);
    let open = |row: &&DocumentRow| row.until.is_none_or(|until| desk.today < until);
    let candidates: Vec<DocumentRow> = match named {
        Some(row) => vec![row.clone()],
        None => subject.licenses().filter(open).cloned().collect(),
    };
    if candidates.is_empty() && subject.subscription().is_none() {
        return Err(subject.no_license());
    }
    if candidates.is_empty() {
        let found = format!("found no license of {} that goes on", subject.words());
        return Err(Failure::new(Problem::DeskNoLicense, found));
    }
    let licenses: Vec<_> = candidates.into_iter().filter(|row| row.revoked.is_none()).collect();
    if licenses.is_empty() {
        let found = format!("{} was revoked before", subject.words());
        return Err(Failure::new(Problem::DeskRevoked, found));
    }
    follow::refuse_before(desk.now, &licenses)?;
    let taken = |row: &DocumentRow| licenses.iter().any(|it| it.sha256 == row.sha256);
    let rest = subject.licenses().filter(open).any(|row| row.revoked.is_none() && !taken(row));
    // A license that has ended takes nothing with it.
    let goes_on = licenses.iter().any(|row| open(&row));
    let subscription = subject.subscription().filter(|_| goes_on && !rest).cloned();
    let reports = reports(desk, subject, &licenses)?;
    let broken = broken(desk, subject, why)?;
    Ok(Revocation { licenses, reports, subscription, broken })
}

/// What the rules for a reseller's customer have against it.
fn broken(desk: &OpenDesk, subject: &Subject, why: &Why) -> Result<Vec<Broken>, Failure> {
    let kind = CustomerType::parse(&subject.record.customer.customer_type);
    if kind != Some(CustomerType::Reseller) {
        return Ok(Vec::new());
    }
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why };
    Ok(desk.desk.rules()?.broken(Job::Reseller, &doing, &Facts::default()))
}

fn reports(
    desk: &mut OpenDesk,
    subject: &Subject,
    licenses: &[DocumentRow],
) -> Result<Vec<DocumentRow>, Failure> {
    let unmarked = |row: &&DocumentRow| row.kind == Kind::Usage && row.revoked.is_none();
    let rows: Vec<DocumentRow> = subject.documents().filter(unmarked).cloned().collect();
    let mut under = Vec::new();
    for row in rows {
        let report = verify_usage(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
        if licenses.iter().any(|license| license.id == report.license) {
            under.push(row);
        }
    }
    Ok(under)
}

/// Takes it back, in one change with its event.
///
/// # Errors
/// `registry_conflict` where somebody else was faster; those of the registry.
pub(crate) fn revoke(
    desk: &mut OpenDesk,
    subject: &Subject,
    revocation: &Revocation,
    why: &Why,
) -> Result<(), Failure> {
    let Revocation { licenses, reports, subscription, .. } = revocation;
    let marked = |row: &DocumentRow| Write::Revoked(row.sha256, desk.now);
    let state = SubscriptionState::Revoked(desk.today);
    let ended = subscription.clone().map(|it| Write::Subscription(Subscription { state, ..it }));
    let ids = |rows: &[DocumentRow]| rows.iter().map(|it| it.id.to_string()).collect::<Vec<_>>();
    let detail = json!({
        "licenses": ids(licenses),
        "reports": ids(reports),
        "subscription_ends": subscription.as_ref().map(|it| it.id.as_str()),
    });
    let document: Option<Sha256> = licenses.first().map(|row| row.sha256);
    let mut event = desk.event(What::Revoked, why, Some(detail.to_string()));
    event.document = document;
    let writes = licenses.iter().chain(reports).map(marked).chain(ended).collect();
    let (chain, expected) = (subject.chain.clone(), Some(subject.head()));
    let taken = Change { chain, expected, writes, filed: None, event };
    let excepted = document
        .filter(|_| !revocation.broken.is_empty())
        .map(|sha256| excepted(desk, (&subject.chain, sha256), &revocation.broken, why));
    let changes: Vec<Change> = std::iter::once(taken).chain(excepted).collect();
    desk.registry.append_many(&changes)?;
    Ok(())
}
