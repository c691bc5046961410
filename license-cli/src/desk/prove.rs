//! What somebody shows to prove that a license is theirs: what it proves, and how old it is. The
//! contact of the license is not told: whoever asks may be somebody else.

use std::path::Path;

use license_core::Day;
use license_core::document::{Kind, Usage};
use license_core::value::DocumentId;
use license_core::verify::{Principal, verify, verify_license, verify_usage};

use crate::carry::{foreign, incoming, mailed};
use crate::desk::ended;
use crate::desk::lineage;
use crate::desk::make;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::Proof;
use crate::desk::subject::Subject;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, DocumentRow, Record, Sha256, SubscriptionState};

/// What a file that was shown proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A license that was made for this customer, byte for byte.
    License {
        id: DocumentId,
        subscription: String,
        made: Day,
        until: Day,
        /// What has taken its place, and has begun.
        later: Option<Later>,
        /// Since when it is taken back.
        revoked: Option<Day>,
    },
    /// A report that an instance of this customer has signed.
    Report {
        id: DocumentId,
        number: u32,
        last_day: Day,
        /// The subscription by which its instance goes on.
        subscription: String,
    },
    /// Nothing, and why.
    Nothing(Why),
}

/// What has taken the place of a license that was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Later {
    /// A later one of its subscription.
    License,
    /// The subscription of this id.
    Subscription(String),
}

impl Shown {
    /// What it counts as in the rules.
    pub(crate) fn proof(&self) -> Option<Proof> {
        match self {
            Self::License { later, .. } => later.is_none().then_some(Proof::License),
            Self::Report { .. } => Some(Proof::Report),
            Self::Nothing(_) => None,
        }
    }
}

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is of this sort, which anybody can make.
    Foreign(String),
    /// It cannot be read, or its signature does not hold.
    Damaged(String),
    /// It was made by this vendor, and not for this customer.
    OtherCustomer,
    /// It is of this kind, which proves nothing about a license.
    OtherKind(Kind),
    /// A usage export, which nobody has signed, whatever license it names.
    Unsigned,
    /// The report is under no license of this customer, or signed by a key of none of their
    /// instances.
    OtherKey,
}

/// What each document of a file proves about a customer.
///
/// # Errors
/// Those of reading; what cannot be understood is an answer.
pub(crate) fn prove(
    desk: &mut OpenDesk,
    subject: &Subject,
    path: &Path,
) -> Result<Vec<Shown>, Failure> {
    let files = match incoming::read_all(path) {
        Ok(files) if mailed::is_export(path, &files) => {
            return Ok(vec![Shown::Nothing(Why::Unsigned)]);
        }
        Ok(files) => files,
        Err(failure) if is_about_the_place(&failure) => return Err(failure),
        Err(failure) => return Ok(vec![Shown::Nothing(unreadable(path, failure))]),
    };
    files.iter().map(|file| one(desk, subject, file)).collect()
}

/// Whether the file could not be read at all.
fn is_about_the_place(failure: &Failure) -> bool {
    matches!(
        failure.problem,
        Problem::InputMissing | Problem::InputDirectory | Problem::InputUnreadable
    )
}

fn unreadable(path: &Path, failure: Failure) -> Why {
    if mailed::is_export(path, &[]) {
        return Why::Unsigned;
    }
    let head = files::read(path, license_core::limits::TEXT_BYTES).unwrap_or_default();
    match foreign::named(&head) {
        Some((what, _)) => Why::Foreign(what.to_owned()),
        None => Why::Damaged(failure.message),
    }
}

fn one(desk: &mut OpenDesk, subject: &Subject, file: &[u8]) -> Result<Shown, Failure> {
    if let Ok(license) = verify_license(file, &desk.desk.anchors) {
        let sha256 = Sha256::of(file);
        let mut own = subject.record.documents.iter().filter(|row| row.kind == Kind::License);
        return Ok(match own.find(|row| row.sha256 == sha256) {
            Some(row) => of_license(desk, subject, row, license.until)?,
            None => Shown::Nothing(Why::OtherCustomer),
        });
    }
    let Ok(report) = verify_usage(file, &desk.desk.anchors) else {
        return Ok(Shown::Nothing(other(desk, file)));
    };
    let Some(chain) = own(desk, &subject.record, &report)? else {
        return Ok(Shown::Nothing(Why::OtherKey));
    };
    let line = lineage::of(desk, &chain)?.own;
    let last = line.links.last().map_or(chain.subscription, |last| last.chain.subscription.clone());
    let (id, number, last_day) = (report.id(), report.number, report.last_day);
    Ok(Shown::Report { id, number, last_day, subscription: last })
}

fn of_license(
    desk: &mut OpenDesk,
    subject: &Subject,
    row: &DocumentRow,
    until: Day,
) -> Result<Shown, Failure> {
    let today = desk.today;
    let own = subject.record.documents.iter();
    let mut own = own.filter(|it| it.kind == Kind::License && it.subscription == row.subscription);
    // One that waits for its day, or was never handed out, is not what the customer works with.
    let has_begun = |it: &DocumentRow| {
        it.placed && it.revoked.is_none() && it.from.is_some_and(|from| from <= today)
    };
    let later = own.any(|it| it.rank() > row.rank() && has_begun(it)).then_some(Later::License);
    let sold = subject.record.subscriptions.iter().find(|it| it.id == row.subscription);
    let passed_on = sold.is_some_and(|sold| match sold.state {
        SubscriptionState::Ended(on) => on <= today,
        SubscriptionState::Active | SubscriptionState::Revoked(_) => false,
    });
    let after = match passed_on {
        true => ended::after(&mut *desk.registry, &subject.record, &row.subscription)?,
        false => None,
    };
    Ok(Shown::License {
        id: row.id,
        subscription: row.subscription.clone(),
        made: Day::of_unix(row.issued).unwrap_or(Day::FIRST),
        until,
        later: after.map(Later::Subscription).or(later),
        revoked: row.revoked.and_then(Day::of_unix),
    })
}

/// The subscription of a report of this customer; `None` where it is of none: it was made under one
/// of their licenses, and that names its key, or, where it names none, the registry knows the key
/// as that of one of their instances.
fn own(desk: &mut OpenDesk, record: &Record, report: &Usage) -> Result<Option<Chain>, Failure> {
    let mut licenses = record.documents.iter().filter(|row| row.kind == Kind::License);
    let Some(row) = licenses.find(|row| row.id == report.license) else { return Ok(None) };
    let license = verify_license(&make::file(desk, row)?, &desk.desk.anchors)?;
    let key = report.key.thumbprint();
    let is_own = match license.report_key {
        Some(_) => license.names_key(key),
        None => record.instances.iter().any(|instance| instance.report_key == Some(key)),
    };
    Ok(is_own.then(|| row.chain()))
}

/// Why a file that is neither a license nor a report proves nothing.
fn other(desk: &OpenDesk, file: &[u8]) -> Why {
    let verified = match verify(file, &desk.desk.anchors) {
        Ok(verified) => verified,
        Err(error) => return Why::Damaged(Failure::from(error).message),
    };
    Why::OtherKind(match verified.principal() {
        Principal::License(_) => Kind::License,
        Principal::Request(_) => Kind::Request,
        Principal::Usage(_) => Kind::Usage,
        Principal::None if verified.receipts().is_empty() => Kind::Issuer,
        Principal::None => Kind::Receipt,
    })
}
