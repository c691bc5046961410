//! The licenses that are filed beside one.

use license_core::document::Kind;
use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};

use crate::desk::folder::Desk;
use crate::problem::Failure;

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
