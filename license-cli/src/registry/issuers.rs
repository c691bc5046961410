//! Many files of few issuing keys: the document of each key is verified once.

use license_core::Error;
use license_core::trust::TrustAnchors;
use license_core::verify::{KnownIssuer, VerifiedFile, verify, verify_with};

/// The most documents that are known at once: a desk has one key a year.
const KNOWN: usize = 64;

/// The issuer documents that were verified under these roots.
pub(super) struct Issuers<'a> {
    anchors: &'a TrustAnchors,
    known: Vec<KnownIssuer>,
}

impl<'a> Issuers<'a> {
    pub(super) fn new(anchors: &'a TrustAnchors) -> Self {
        Self { anchors, known: Vec::new() }
    }

    /// Verifies a file; its issuer document only where that is not known yet.
    ///
    /// # Errors
    /// As [`verify`].
    pub(super) fn verify(&mut self, file: &[u8]) -> Result<VerifiedFile, Error> {
        if let Some(issuer) = self.known.iter().find(|issuer| issuer.begins(file)) {
            return verify_with(file, self.anchors, issuer);
        }
        let verified = verify(file, self.anchors)?;
        if !verified.issuers().is_empty()
            && self.known.len() < KNOWN
            && let Some(issuer) = KnownIssuer::first_of(file, self.anchors)?
        {
            self.known.push(issuer);
        }
        Ok(verified)
    }
}
