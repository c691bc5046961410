//! What the desk holds of the instance that a license is for, and what that instance will answer.

use std::collections::BTreeMap;

use license_core::document::{Kind, License, Request, Usage};
use license_core::rule::Window;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::{
    SelfSigned, VerifiedLicense, verify_license, verify_request, verify_usage,
};

use super::base::{Base, bytes};
use crate::desk::forecast::{Difference, Forecast, Held, forecast};
use crate::desk::lineage;
use crate::desk::opened::OpenDesk;
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::registry::DocumentRow;

/// The documents that are held, opened.
struct Opened {
    request: Option<Request>,
    /// Whether that was answered before.
    answered: bool,
    reports: Vec<SelfSigned<Usage>>,
    /// Those of other instances, while they were billed.
    elsewhere: Vec<SelfSigned<Usage>>,
}

impl Opened {
    fn held(&self) -> Held<'_> {
        let reports = self.reports.iter().map(|report| &**report).collect();
        let elsewhere = self.elsewhere.iter().map(|report| &**report).collect();
        Held { request: self.request.as_ref(), reports, elsewhere, in_force: None }
    }
}

/// What the instance will answer, by the request that was given or the last one, and the reports;
/// `None` where the desk holds neither.
pub(super) fn answer(
    desk: &mut OpenDesk,
    license: &License,
    given: Option<&Request>,
    known: (Option<&Subject>, Option<&Base>),
) -> Result<Option<Forecast>, Failure> {
    answer_of(desk, (license, license.report_key), given, known)
}

/// The same of the instance that has this key.
pub(super) fn answer_of(
    desk: &mut OpenDesk,
    (license, key): (&License, Option<Thumbprint>),
    given: Option<&Request>,
    (subject, base): (Option<&Subject>, Option<&Base>),
) -> Result<Option<Forecast>, Failure> {
    let opened = open(desk, (license, key), given, subject)?;
    let held = opened.held();
    if held.request.is_none() && held.reports.is_empty() {
        return Ok(None);
    }
    let named = held.named();
    let in_force = match (named, subject) {
        (Some(id), Some(subject)) => in_force(desk, subject, id)?,
        _ => None,
    };
    let in_force = in_force.as_ref().or_else(|| base.map(|base| &base.license));
    let in_force = in_force.map(|license| (license.id(), claims(license)));
    let last = license.last_day().max(desk.today);
    let asked = Window { from: desk.today, to: last };
    let held = Held { in_force, ..held };
    let mut made = forecast(license, &desk.desk.issuer.claims, &held, asked)?;
    if opened.answered {
        made.differences.retain(stays);
    }
    Ok(Some(made))
}

fn claims(license: &VerifiedLicense) -> &License {
    license
}

/// Whether a difference matters once the request was answered: not that of an older order.
fn stays(difference: &Difference) -> bool {
    match difference {
        Difference::Instance { .. } | Difference::ReportKey(_) => true,
        Difference::Seats(_) | Difference::Plan(_) | Difference::Company(_) => false,
    }
}

fn open(
    desk: &mut OpenDesk,
    (license, key): (&License, Option<Thumbprint>),
    given: Option<&Request>,
    subject: Option<&Subject>,
) -> Result<Opened, Failure> {
    let (request, reports) = (given.cloned(), Vec::new());
    let mut opened = Opened { request, answered: false, reports, elsewhere: Vec::new() };
    let Some(subject) = subject else { return Ok(opened) };
    let own = received(desk, (license, key), subject)?;
    if opened.request.is_none() {
        let requests = own.iter().filter(|row| row.kind == Kind::Request);
        if let Some(row) = requests.max_by_key(|row| row.issued) {
            let file = bytes(desk, row.sha256)?;
            opened.answered = row.answered;
            opened.request = Some((*verify_request(&file, &desk.desk.anchors)?).clone());
        }
    }
    for row in own.iter().filter(|row| row.kind == Kind::Usage) {
        let file = bytes(desk, row.sha256)?;
        opened.reports.push(verify_usage(&file, &desk.desk.anchors)?);
    }
    if let Some(key) = key {
        opened.elsewhere = elsewhere(desk, (license, key), subject)?;
    }
    Ok(opened)
}

/// The reports under the license's subscription of other instances, each of which the license that
/// it is about bills.
fn elsewhere(
    desk: &mut OpenDesk,
    (license, key): (&License, Thumbprint),
    subject: &Subject,
) -> Result<Vec<SelfSigned<Usage>>, Failure> {
    let id = license.subscription_id.as_ref().map_or("", |id| id.as_str());
    let of = |kind: Kind| {
        subject
            .record
            .documents
            .iter()
            .filter(move |row| row.kind == kind && row.subscription == id)
    };
    let mut bills = BTreeMap::new();
    let mut reports = Vec::new();
    for row in of(Kind::Usage).filter(|row| row.signed_by != key) {
        let report = verify_usage(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
        let billed = match bills.get(&report.license) {
            Some(billed) => *billed,
            None => {
                let under = of(Kind::License).find(|row| row.id == report.license);
                let under = under.map(|row| bytes(desk, row.sha256)).transpose()?;
                let under = under.map(|file| verify_license(&file, &desk.desk.anchors));
                let billed = under.transpose()?.and_then(|license| license.report_key);
                bills.insert(report.license, billed);
                billed
            }
        };
        if billed == Some(row.signed_by) {
            reports.push(report);
        }
    }
    Ok(reports)
}

/// The licenses that the billed instance has named, in the request that was given and in all that
/// it sent before.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(super) fn named(
    desk: &mut OpenDesk,
    license: &License,
    given: Option<&Request>,
    subject: &Subject,
) -> Result<Vec<DocumentId>, Failure> {
    let mut named: Vec<DocumentId> = given.and_then(|given| given.license).into_iter().collect();
    for row in received(desk, (license, license.report_key), subject)? {
        match row.kind {
            Kind::Request => {
                let file = bytes(desk, row.sha256)?;
                named.extend(verify_request(&file, &desk.desk.anchors)?.license);
            }
            Kind::Usage => {
                let file = bytes(desk, row.sha256)?;
                named.push(verify_usage(&file, &desk.desk.anchors)?.license);
            }
            Kind::License
            | Kind::Issuer
            | Kind::Receipt
            | Kind::Approval
            | Kind::Revocation
            | Kind::Other(_) => {}
        }
    }
    Ok(named)
}

/// What the instance with this key sent, wherever it is filed: a request that came before the
/// license is filed under no subscription. Where there is no key, what is filed under the license's
/// subscription, and, where that is the only one, under none.
fn received(
    desk: &mut OpenDesk,
    (license, key): (&License, Option<Thumbprint>),
    subject: &Subject,
) -> Result<Vec<DocumentRow>, Failure> {
    let record = &subject.record;
    let id = license.subscription_id.as_ref().map_or("", |id| id.as_str());
    let only = record.subscriptions.iter().all(|it| it.id == id);
    let is_own = |row: &&DocumentRow| match key {
        Some(key) => row.signed_by == key,
        None => row.subscription == id || (only && row.subscription.is_empty()),
    };
    let mut own: Vec<DocumentRow> = record.documents.iter().filter(is_own).cloned().collect();
    let of_key = |row: &DocumentRow| key.is_some_and(|key| row.signed_by == key);
    own.extend(of_others(desk, subject)?.into_iter().filter(of_key));
    Ok(own)
}

/// What is filed of the subscriptions before this one that another customer had.
fn of_others(desk: &mut OpenDesk, subject: &Subject) -> Result<Vec<DocumentRow>, Failure> {
    let lineage = lineage::of(desk, &subject.chain)?;
    let links = lineage.lines().flat_map(|line| &line.links);
    let others = links.filter(|link| link.chain.customer != subject.record.customer.id);
    let mut rows = Vec::new();
    for link in others {
        rows.extend(desk.registry.documents_of(&link.chain)?);
    }
    Ok(rows)
}

/// The license that the instance named as the one in force.
fn in_force(
    desk: &mut OpenDesk,
    subject: &Subject,
    id: DocumentId,
) -> Result<Option<VerifiedLicense>, Failure> {
    let is_it = |row: &&DocumentRow| row.id == id && row.kind == Kind::License;
    let row = subject.record.documents.iter().find(is_it).cloned();
    let others = if row.is_none() { of_others(desk, subject)? } else { Vec::new() };
    let Some(row) = row.or_else(|| others.iter().find(is_it).cloned()) else { return Ok(None) };
    let file = bytes(desk, row.sha256)?;
    Ok(Some(verify_license(&file, &desk.desk.anchors)?))
}
