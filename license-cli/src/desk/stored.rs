//! The bytes of what the registry has.

use crate::desk::opened::OpenDesk;
use crate::problem::{Failure, Problem};
use crate::registry::{DocumentRow, Sha256};

/// The exact bytes of a document that the registry has.
///
/// # Errors
/// `registry_damaged` where they are not there, or are others.
pub(crate) fn file(desk: &mut OpenDesk, row: &DocumentRow) -> Result<Vec<u8>, Failure> {
    bytes(desk, row.sha256)
}

/// The same by their hash.
///
/// # Errors
/// As [`file`].
pub(crate) fn bytes(desk: &mut OpenDesk, sha256: Sha256) -> Result<Vec<u8>, Failure> {
    let document = desk.registry.document(sha256)?.ok_or_else(|| {
        let found = format!("document {sha256} is listed, and its bytes are not there");
        Failure::new(Problem::RegistryDamaged, found)
    })?;
    if Sha256::of(&document.bytes) == sha256 {
        return Ok(document.bytes);
    }
    let found = format!("document {sha256} has other bytes than its name says");
    Err(Failure::new(Problem::RegistryDamaged, found))
}
