//! An issuer document that was verified once, handed in for further files of its key: each costs
//! one signature check less.

use std::sync::Arc;

use crate::document::{Issuer, Kind};
use crate::error::Error;
use crate::file::{self, Part};
use crate::trust::TrustAnchors;
use crate::verify::chain::Chain;
use crate::verify::inspect::no_document;
use crate::verify::verified::Verified;
use crate::verify::whole::{VerifiedFile, complete};

/// A verified issuer document with its exact bytes: a document's id does not cover its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownIssuer {
    bytes: Vec<u8>,
    pub(super) document: Arc<Verified<Issuer>>,
}

impl KnownIssuer {
    /// The issuer document that stands first in a file, once its signature holds; `None` where
    /// another document does.
    ///
    /// # Errors
    /// As [`verify`](super::verify), of the file's form and of its first document.
    pub fn first_of(file: &[u8], anchors: &TrustAnchors) -> Result<Option<Self>, Error> {
        let parts = file::split(file)?;
        let first = parts.first().ok_or_else(no_document)?;
        if first.kind != Kind::Issuer {
            return Ok(None);
        }
        let mut chain = Chain::of_riders(anchors, std::slice::from_ref(first))?;
        let bytes = first.sign1.bytes.to_vec();
        Ok(chain.issuers.pop().map(|issuer| Self { bytes, document: issuer.document }))
    }

    /// Whether a file begins with this document.
    #[must_use]
    pub fn begins(&self, file: &[u8]) -> bool {
        file.starts_with(&self.bytes)
    }

    /// Whether this is the same document, bit for bit, of a root that is trusted.
    pub(super) fn is(&self, part: &Part<'_>, anchors: &TrustAnchors) -> bool {
        part.sign1.bytes == self.bytes && anchors.roots().contains(&self.document.signed_by)
    }
}

impl std::ops::Deref for KnownIssuer {
    type Target = Verified<Issuer>;
    fn deref(&self) -> &Verified<Issuer> {
        &self.document
    }
}

/// Checks a file as [`verify`](super::verify) does, with the same answer. Where this issuer
/// document is its only rider, that is not checked again.
///
/// # Errors
/// As [`verify`](super::verify).
pub fn verify_with(
    bytes: &[u8],
    anchors: &TrustAnchors,
    issuer: &KnownIssuer,
) -> Result<VerifiedFile, Error> {
    let parts = file::split(bytes)?;
    let (last, riders) = parts.split_last().ok_or_else(no_document)?;
    let chain = match riders {
        [rider] if issuer.is(rider, anchors) => Chain::of_known(anchors, &issuer.document),
        _ => Chain::of_riders(anchors, riders)?,
    };
    complete(chain, last, riders.len())
}
