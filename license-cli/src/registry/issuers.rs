//! Many files of few issuing keys: the document of each key is verified once.

use license_core::Error;
use license_core::trust::TrustAnchors;
use license_core::verify::{KnownIssuer, VerifiedFile, verify_all};

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

    /// Verifies files together; each issuer document only once.
    pub(super) fn verify(&mut self, files: &[&[u8]]) -> Vec<Result<VerifiedFile, Error>> {
        for file in files {
            if self.known.len() < KNOWN && !self.known.iter().any(|issuer| issuer.begins(file)) {
                // What cannot be verified is told of the file itself.
                let issuer = KnownIssuer::first_of(file, self.anchors).ok().flatten();
                self.known.extend(issuer);
            }
        }
        verify_all(files, self.anchors, &self.known)
    }
}
