//! What is filed: the licenses beside one, what became of it, and whether a file came before.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};

use crate::desk::ended;
use crate::desk::folder::Desk;
use crate::desk::standing::{Standing, standing};
use crate::diagnose::{Before, Fate};
use crate::problem::{Failure, Problem};
use crate::registry::{DocumentRow, Record, Sha256};

/// The licenses of the subscription to which the license of this id belongs; none where it is not
/// filed.
///
/// # Errors
/// Those of the registry; the core's where its bytes do not verify under the desk's roots.
pub(crate) fn licenses(desk: &Desk, id: DocumentId) -> Result<Vec<VerifiedLicense>, Failure> {
    let mut registry = desk.registry.open()?;
    let rows = registry.by_document_id(&id.to_string())?;
    let Some(row) = rows.into_iter().find(|row| row.kind == Kind::License && row.id == id) else {
        return Ok(Vec::new());
    };
    let rows = registry.documents_of(&row.chain())?;
    let mut licenses = Vec::new();
    for row in rows.iter().filter(|row| row.kind == Kind::License) {
        if let Some(document) = registry.document(row.sha256)? {
            licenses.push(verify_license(&document.bytes, &desk.anchors)?);
        }
    }
    Ok(licenses)
}

/// When this file was received or, a license, filed, and of whom; `None` where it was not.
///
/// # Errors
/// Those of the registry.
pub(crate) fn before(desk: &Desk, file: &[u8]) -> Result<Option<Before>, Failure> {
    let mut registry = desk.registry.open()?;
    let sha256 = Sha256::of(file);
    let Some(document) = registry.document(sha256)? else { return Ok(None) };
    let (customer, kind) = (document.customer, document.kind);
    let name = registry.record(customer)?.map(|record| record.customer.name);
    let on = registry.told(customer, sha256)?.and_then(|event| Day::of_unix(event.at));
    Ok(Some(Before { on, of: name, is_license: kind == Kind::License }))
}

/// What became of a license: none of one that is good.
///
/// # Errors
/// `desk_not_found` where it is not filed; those of the registry.
pub(crate) fn fate(desk: &Desk, id: DocumentId, today: Day) -> Result<Option<Fate>, Failure> {
    let mut registry = desk.registry.open()?;
    let rows = registry.by_document_id(&id.to_string())?;
    let row = rows.into_iter().find(|row| row.kind == Kind::License && row.id == id);
    let Some((row, record)) = row
        .and_then(|row| {
            let record = registry.record(row.customer).transpose()?;
            Some(record.map(|record| (row, record)))
        })
        .transpose()?
    else {
        let none = "the registry does not have it";
        return Err(Failure::new(Problem::DeskNotFound, none));
    };
    if let Some(revoked) = row.revoked.and_then(Day::of_unix) {
        return Ok(Some(Fate::Revoked(revoked)));
    }
    if let Some(new) = ended::after(&mut *registry, &record, &row.subscription)? {
        return Ok(Some(Fate::PassedOn(new)));
    }
    Ok(match standing(&row, &record, today) {
        Standing::Replaced | Standing::Ended => later(&row, &record, today),
        Standing::Revoked | Standing::PassedOn | Standing::Coming | Standing::InForce => None,
    })
}

/// The license that has taken the place of one, if another has: one that has begun first.
fn later(row: &DocumentRow, record: &Record, today: Day) -> Option<Fate> {
    let licenses = record.documents.iter().filter(|other| {
        other.kind == Kind::License
            && other.subscription == row.subscription
            && other.rank() > row.rank()
            && other.revoked.is_none()
    });
    let good = licenses.filter(|other| other.until.is_none_or(|until| today < until));
    let has_begun = |other: &DocumentRow| other.from.is_some_and(|from| from <= today);
    let newest = good.max_by_key(|other| (has_begun(other), other.rank()))?;
    Some(Fate::Replaced { by: newest.id, on: Day::of_unix(newest.issued)? })
}
