//! A license sent again: byte for byte the file that was filed, in any carrier.

use license_core::Day;
use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};
use serde_json::json;

use crate::desk::ended;
use crate::desk::make;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::subject::Subject;
use crate::files::{self, Staged};
use crate::problem::{Failure, Problem};
use crate::registry::{Change, Document, DocumentRow, Still, SubscriptionState, What};

/// A license that is to be sent again.
pub(crate) struct Resend {
    pub(crate) document: Document,
    pub(crate) license: VerifiedLicense,
    /// A newer license of the same subscription, which the customer may mean.
    pub(crate) newer: Option<Newer>,
}

/// A newer license of the same subscription.
pub(crate) struct Newer {
    pub(crate) serial: Option<u32>,
    pub(crate) id: DocumentId,
    /// The day on which it was issued.
    pub(crate) issued: Day,
    /// Whether it went to another contact.
    pub(crate) is_handed: bool,
}

/// The licenses that are to be sent again, as they were filed: the one that was named; else the one
/// in force, with the years of its contract that are to come.
pub(crate) struct Chosen {
    pub(crate) first: Resend,
    pub(crate) later: Vec<Resend>,
}

impl Chosen {
    /// All of them, the earliest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Resend> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// Their documents.
    pub(crate) fn documents(&self) -> Vec<&Document> {
        self.all().map(|sent| &sent.document).collect()
    }

    /// What they are called in a command: an id, or, of several, their subscription.
    pub(crate) fn name(&self) -> String {
        match self.later.is_empty() {
            true => self.first.license.id().to_string().chars().take(SHORT_ID).collect(),
            false => self.first.document.subscription.clone(),
        }
    }
}

/// The digits of an id in a command.
const SHORT_ID: usize = 8;

/// The licenses of a subject that are to be sent again.
///
/// # Errors
/// `desk_no_license`; `desk_revoked`; `desk_passed_on`; the core's where the registry's bytes do
/// not verify under the desk's roots.
pub(crate) fn choose(desk: &mut OpenDesk, subject: &Subject) -> Result<Chosen, Failure> {
    if let Some(other) = subject.document.as_ref().filter(|row| !is_license(row)) {
        let found = format!("found {} {}, expected a license", other.kind, other.id);
        return Err(Failure::new(Problem::DeskNoLicense, found));
    }
    let row = subject.license(desk.today)?;
    refuse_revoked(subject, row.revoked.is_some(), row.id)?;
    ended::refuse_passed_on(&mut *desk.registry, &subject.record, &row.subscription)?;
    let (first, later) = (row.clone(), later_years(desk, subject)?);
    let newest = later.iter().chain([&first]).max_by_key(|row| row.rank());
    let newest = newest.cloned().unwrap_or(first.clone());
    let first = open(desk, subject, &first, &newest)?;
    let later = later.iter().map(|row| open(desk, subject, row, &newest));
    Ok(Chosen { first, later: later.collect::<Result<_, _>>()? })
}

/// The license whose contact a document of this subject goes to: the one in force, else the last.
///
/// # Errors
/// As [`choose`], but for a license that is revoked.
pub(super) fn to_contact(desk: &mut OpenDesk, subject: &Subject) -> Result<Chosen, Failure> {
    let row = subject.license(desk.today)?.clone();
    ended::refuse_passed_on(&mut *desk.registry, &subject.record, &row.subscription)?;
    let newest = subject.licenses().next().cloned().unwrap_or_else(|| row.clone());
    let first = open(desk, subject, &row, &newest)?;
    Ok(Chosen { first, later: Vec::new() })
}

/// The years to come of the contract of a subscription of which no license was named.
fn later_years(desk: &mut OpenDesk, subject: &Subject) -> Result<Vec<DocumentRow>, Failure> {
    if subject.document.is_some() {
        return Ok(Vec::new());
    }
    let rows: Vec<DocumentRow> = subject.going_on(desk.today).into_iter().cloned().collect();
    let Some((first, later)) = rows.split_first().filter(|(_, later)| !later.is_empty()) else {
        return Ok(Vec::new());
    };
    let contract = make::contract(desk, &first.chain())?;
    let is_year = |row: &&DocumentRow| {
        contract.as_ref().zip(row.from).is_some_and(|(contract, from)| contract.has(from))
    };
    Ok(later.iter().filter(|_| is_year(&first)).filter(is_year).cloned().collect())
}

/// A license as it was filed; `last` was made last of those that are sent with it.
fn open(
    desk: &mut OpenDesk,
    subject: &Subject,
    row: &DocumentRow,
    last: &DocumentRow,
) -> Result<Resend, Failure> {
    let document = document(desk, row)?;
    let license = verify_license(&document.bytes, &desk.desk.anchors)?;
    let others =
        subject.record.documents.iter().filter(|it| {
            is_license(it) && it.subscription == row.subscription && it.revoked.is_none()
        });
    let newest = others.max_by_key(|it| it.rank()).filter(|it| it.rank() > last.rank()).cloned();
    let newer = match newest {
        Some(newest) => {
            let other = document_of(desk, &newest)?;
            let (id, serial) = (newest.id, newest.serial);
            let issued = Day::of_unix(newest.issued).unwrap_or(Day::FIRST);
            Some(Newer { serial, id, issued, is_handed: !is_same_contact(&license, &other) })
        }
        None => None,
    };
    Ok(Resend { document, license, newer })
}

fn document_of(desk: &mut OpenDesk, row: &DocumentRow) -> Result<VerifiedLicense, Failure> {
    let document = document(desk, row)?;
    Ok(verify_license(&document.bytes, &desk.desk.anchors)?)
}

fn is_same_contact(one: &VerifiedLicense, other: &VerifiedLicense) -> bool {
    one.email.as_str().to_lowercase() == other.email.as_str().to_lowercase()
}

/// A document as it was filed.
///
/// # Errors
/// `registry_damaged`, and those of the registry.
pub(super) fn document(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Document, Failure> {
    let gone = || {
        let found = format!("found no bytes of {} {}", row.kind, row.id);
        Failure::new(Problem::RegistryDamaged, found)
    };
    desk.registry.document(row.sha256)?.ok_or_else(gone)
}

fn is_license(row: &DocumentRow) -> bool {
    row.kind == license_core::document::Kind::License
}

fn refuse_revoked(subject: &Subject, revoked: bool, id: DocumentId) -> Result<(), Failure> {
    let state = subject.subscription().map(|it| it.state);
    if revoked || matches!(state, Some(SubscriptionState::Revoked(_))) {
        let found = format!("license {id} of {} is revoked", subject.words());
        return Err(Failure::new(Problem::DeskRevoked, found));
    }
    Ok(())
}

/// That none of the licenses among them is revoked.
pub(crate) fn stand(documents: &[&Document]) -> Vec<Still> {
    let licenses = documents.iter().filter(|document| is_license(document));
    licenses.map(|document| Still::Stands(document.customer, document.sha256)).collect()
}

/// Puts the files in their places, all or none, then tells the registry that the documents were
/// sent again: what it tells was done.
///
/// # Errors
/// Those of writing, where nothing is told; those of the registry, where new files are taken back.
pub(crate) fn send(
    desk: &mut OpenDesk,
    documents: &[&Document],
    form: &str,
    (to, why): (&str, &Why),
    excepted: Vec<Change>,
    staged: Vec<Staged>,
) -> Result<(), Failure> {
    let sent = documents.iter().map(|document| {
        let detail = json!({ "form": form, "mail": to }).to_string();
        let mut event = desk.event(What::Resent, why, Some(detail));
        event.document = Some(document.sha256);
        let chain = document.chain();
        Change { chain, expected: None, writes: Vec::new(), filed: None, event }
    });
    let changes: Vec<Change> = sent.chain(excepted).collect();
    let new = files::place_all(staged)?;
    desk.registry.append_while(&changes, &stand(documents)).map(drop).map_err(|error| {
        files::take_back(&new);
        error.into()
    })
}
