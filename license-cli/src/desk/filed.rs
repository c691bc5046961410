//! What is filed: the licenses beside one, and whether a file came before.

use license_core::Day;
use license_core::document::Kind;
use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};

use crate::desk::folder::Desk;
use crate::problem::Failure;
use crate::registry::Sha256;

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

/// When this file was filed, and of whom, in words; `None` where it was not.
///
/// # Errors
/// Those of the registry.
pub(crate) fn before(desk: &Desk, file: &[u8]) -> Result<Option<String>, Failure> {
    let mut registry = desk.registry.open()?;
    let sha256 = Sha256::of(file);
    let Some(document) = registry.document(sha256)? else { return Ok(None) };
    let (customer, kind) = (document.customer, document.kind);
    let name = registry.record(customer)?.map(|record| record.customer.name);
    let told = registry.told(customer, sha256)?.and_then(|event| Day::of_unix(event.at));
    let on = told.map(|day| format!(" on {day}")).unwrap_or_default();
    let of = name.map(|name| format!(" of {name}")).unwrap_or_default();
    let what = if kind == Kind::License { "filed" } else { "received" };
    Ok(Some(format!("it was {what} before{on}{of}, byte for byte")))
}
