//! What a file claims, for looking at only.

use crate::cose::{self, Sign1};
use crate::document::{Kind, Unverified};
use crate::error::{Code, Error};
use crate::file::{self, Part};
use crate::key::{Kid, PublicKey};
use crate::value::DocumentId;

/// One document as it stands in a file, for looking at only: nothing that decides takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The kind that the header names.
    pub kind: Kind,
    /// The document's id.
    pub id: DocumentId,
    /// The key id that the header names.
    pub kid: Kid,
    /// The document's length in bytes.
    pub bytes: usize,
    /// What the document claims.
    pub claims: Unverified,
    /// The signature, unchecked.
    pub signature: [u8; 64],
}

/// Takes a file apart to look at it, without any key: UNVERIFIED.
///
/// # Errors
/// The codes of the stages size, envelope, header, file, payload and kind.
pub fn inspect(bytes: &[u8]) -> Result<Vec<Inspected>, Error> {
    let inspect_part = |(index, part): (usize, Part<'_>)| {
        let claims = Unverified::read(part.kind, part.sign1.payload)
            .map_err(|error| error.in_document(index))?;
        Ok(Inspected {
            kind: part.kind,
            id: part.id,
            kid: part.header.kid,
            bytes: part.sign1.bytes.len(),
            claims,
            signature: *part.sign1.signature,
        })
    };
    file::split(bytes)?.into_iter().enumerate().map(inspect_part).collect()
}

/// Returns the kind of the last document, which gives a file its name, and the last document's id.
///
/// # Errors
/// The codes of the stages size, envelope, header and file.
pub fn file_kind(bytes: &[u8]) -> Result<(Kind, DocumentId), Error> {
    let parts = file::split(bytes)?;
    parts.last().map(|part| (part.kind, part.id)).ok_or_else(no_document)
}

/// An empty file is refused by its size, so this is never seen.
pub(super) fn no_document() -> Error {
    Error::new(Code::Empty, "found no document")
}

/// Returns the id of one document: the first 16 bytes of SHA-256 over its Sig_structure.
///
/// # Errors
/// The codes of the envelope stage.
pub fn document_id(document: &[u8]) -> Result<DocumentId, Error> {
    Sign1::take(document).map(|(sign1, _)| cose::document_id(&sign1.to_be_signed()))
}

/// Checks that this key has signed one document. Whose key it is, that does not say: UNVERIFIED.
///
/// # Errors
/// The codes of the envelope stage; [`Code::BadSignature`].
pub fn check_signature(document: &[u8], key: &PublicKey) -> Result<(), Error> {
    let (sign1, _) = Sign1::take(document)?;
    if key.verifies(&sign1.to_be_signed(), sign1.signature) {
        return Ok(());
    }
    Err(Error::new(Code::BadSignature, "the signature does not fit the content: it was altered"))
}
