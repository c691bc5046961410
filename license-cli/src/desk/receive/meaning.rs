//! What a document says beside what the registry holds, and what is to be done next.

use std::cmp::Reverse;

use license_core::Day;
use license_core::document::{Kind, Request, Usage};
use license_core::value::Count;
use license_core::verify::{SelfSigned, VerifiedLicense};

use super::findings;
use super::told::{Findings, Note, Reported, Requested, SentBack, Step};
use crate::desk::line::{self, going_on};
use crate::desk::make::{Debt, Pays};
use crate::desk::reconcile::Remark;
use crate::desk::standing::{Standing, standing};
use crate::problem::Failure;
use crate::registry::{DocumentRow, Record};

/// A license that ends within so many days is renewed, not changed.
const RENEW_DAYS: u32 = 60;
/// The policy of trials.
const TRIAL: &str = "gitlab-trial";

/// The license of a subscription that is in force, else the next to come, else the one that ended
/// last, of those that were handed out and not revoked.
pub(super) fn last_license<'a>(
    record: &'a Record,
    subscription: &str,
    today: Day,
) -> Option<&'a DocumentRow> {
    let licenses = record.documents.iter().filter(|row| {
        row.kind == Kind::License
            && row.subscription == subscription
            && row.placed
            && row.revoked.is_none()
    });
    let mut licenses: Vec<&DocumentRow> = licenses.collect();
    licenses.sort_by_key(|row| Reverse(row.rank()));
    let next = going_on(licenses.iter().copied(), today).into_iter().next();
    next.or_else(|| line::last(&licenses))
}

/// What a request says, and what is to be done with it; `bound` is whether the last license names
/// its instance.
pub(super) fn request(
    request: &SelfSigned<Request>,
    (record, subscription): (Option<&Record>, &str),
    bound: bool,
    today: Day,
) -> (Requested, Step) {
    let license = record.and_then(|record| last_license(record, subscription, today)).cloned();
    let step = match &license {
        Some(row) if goes_on(row, today) || is_renewed(request, row, bound) => {
            follow(request, row, bound, today)
        }
        _ => Step::Issue { request: request.id(), elsewhere: false },
    };
    (Requested { request: Box::new((**request).clone()), license }, step)
}

fn goes_on(row: &DocumentRow, today: Day) -> bool {
    row.until.is_some_and(|until| today < until)
}

/// Whether a request asks for the next term of a paid license that is over: it was made after that
/// license, by the instance that it names.
fn is_renewed(request: &SelfSigned<Request>, row: &DocumentRow, bound: bool) -> bool {
    bound && row.policy.as_deref() != Some(TRIAL) && row.issued <= request.issued
}

/// What a request asks of somebody who has a license that goes on, or that is renewed.
fn follow(request: &SelfSigned<Request>, row: &DocumentRow, bound: bool, today: Day) -> Step {
    let license = row.id;
    if row.policy.as_deref() == Some(TRIAL) {
        return Step::Convert { license };
    }
    if !bound {
        return Step::Issue { request: request.id(), elsewhere: true };
    }
    let plan = (row.plan != Some(request.plan)).then_some(request.plan);
    let wanted = request.seats.map(Count::get);
    let seats = wanted.filter(|_| row.seats != wanted);
    if request.issued < row.issued {
        return Step::Resend { license };
    }
    let soon = today.plus(RENEW_DAYS).unwrap_or(Day::LAST);
    if row.until.is_some_and(|until| until <= soon) {
        return Step::Renew { license, plan, seats };
    }
    match (plan, seats) {
        (None, None) => Step::Resend { license },
        (plan, seats) => Step::Change { license, plan, seats },
    }
}

/// What there is to know beside a request of a customer who is there, with this last license.
pub(super) fn of_request(
    request: &Request,
    record: &Record,
    license: Option<&DocumentRow>,
) -> Vec<Note> {
    let later = license.filter(|row| request.issued < row.issued);
    let later = later.and_then(|row| Day::of_unix(row.issued)).map(Note::BeforeLicense);
    let known = record.instances.iter().find(|known| known.id == request.instance);
    let before = known.and_then(|known| known.report_key);
    let before = before.filter(|key| *key != request.key.thumbprint());
    let company = request.company.as_str();
    let same = |name: &str| name.to_lowercase() == company.to_lowercase();
    let is_known =
        same(&record.customer.name) || record.contacts.iter().any(|it| same(&it.company));
    let other = (!is_known).then(|| Note::OtherCompany(company.to_owned()));
    let before = before.map(|before| Note::OtherKey { before });
    before.into_iter().chain(later).chain(other).collect()
}

/// What a report says.
///
/// # Errors
/// None of a report that was verified.
pub(super) fn report(
    report: &Usage,
    license: &DocumentRow,
    is_spare: bool,
) -> Result<Reported, Failure> {
    let (first, last) = report.period();
    let series = report.daily()?;
    let days_with = series.daily().days().filter(|(_, count)| count.is_some()).count();
    Ok(Reported {
        number: report.number,
        first,
        last,
        days_with,
        days_without: series.daily().days().count() - days_with,
        peak: series.daily().max_within(first, last),
        license: license.clone(),
        is_spare,
    })
}

/// What is to be done about the reports that are held.
pub(super) fn after_report(findings: &Findings, row: &DocumentRow, today: Day) -> Option<Step> {
    for remark in &findings.remarks {
        if let Remark::GapInNumbers { missing, .. } = remark {
            return Some(Step::AskForReports { missing: missing.clone() });
        }
    }
    let most = findings.open.iter().max_by_key(|debt| debt.owed.open());
    let more = most.map(|debt| after_debt(debt, today));
    more.or_else(|| findings::is_odd(findings).then(|| show(row)))
}

/// What is to be done about seats that are owed: more of them for a term that goes on; a true-up of
/// the next one for one that is over.
fn after_debt(debt: &Debt, today: Day) -> Step {
    let goes_on = debt.row.until.is_some_and(|until| today < until);
    match debt.pays {
        Pays::InForce(license) if goes_on => {
            Step::Change { license, plan: None, seats: Some(debt.owed.users) }
        }
        Pays::InForce(_) | Pays::Renewal(_) | Pays::Nothing(_) => Step::Pay(Box::new(debt.clone())),
    }
}

fn show(license: &DocumentRow) -> Step {
    Step::Show { subscription: license.subscription.clone() }
}

/// What a license that came back says, and where it stands.
pub(super) fn license(
    license: &VerifiedLicense,
    filed: Option<(&DocumentRow, &Record)>,
    today: Day,
) -> SentBack {
    let filed = filed.map(|(row, record)| (row.clone(), standing(row, record, today)));
    SentBack {
        company: license.company.to_string(),
        plan: license.plan,
        seats: license.seats.map(Count::get),
        from: license.from,
        until: license.until,
        filed,
    }
}

/// What is to be done with a license that came back.
pub(super) fn after_license(back: &SentBack, record: &Record, today: Day) -> Option<Step> {
    let (row, standing) = back.filed.as_ref()?;
    match standing {
        Standing::InForce | Standing::Coming => None,
        Standing::Replaced => {
            let newest = last_license(record, &row.subscription, today)?;
            Some(Step::Resend { license: newest.id })
        }
        Standing::Ended => Some(Step::Renew { license: row.id, plan: None, seats: None }),
        Standing::Revoked | Standing::PassedOn => Some(show(row)),
    }
}
