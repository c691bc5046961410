//! The chain of signatures: from a root to the issuing keys of a file's riders, and from them to
//! its last document.

use crate::document::{self, Issuer, Kind, License, OwnKey, Request, Usage};
use crate::error::{Code, Error};
use crate::file::Part;
use crate::key::PublicKey;
use crate::trust::TrustAnchors;
use crate::value::DocumentId;
use crate::verify::verified::{SelfSigned, Verified, VerifiedLicense};

/// A rider of a kind that this version does not read, signed by a trusted key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// The kind; its number is odd.
    pub kind: Kind,
    /// The document's id.
    pub id: DocumentId,
}

/// The document that a file is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// A license.
    License(Box<VerifiedLicense>),
    /// A request.
    Request(Box<SelfSigned<Request>>),
    /// A usage report.
    Usage(Box<SelfSigned<Usage>>),
    /// None: riders alone.
    None,
}

/// The issuing keys that the riders of a file certify, and the riders that are passed over.
pub(super) struct Chain<'a> {
    anchors: &'a TrustAnchors,
    pub(super) issuers: Vec<Certified>,
    pub(super) skipped: Vec<Skipped>,
}

pub(super) struct Certified {
    pub(super) document: Verified<Issuer>,
    used: bool,
}

impl<'a> Chain<'a> {
    /// Checks the riders of a file.
    pub(super) fn of_riders(anchors: &'a TrustAnchors, riders: &[Part<'_>]) -> Result<Self, Error> {
        let mut chain = Self { anchors, issuers: Vec::new(), skipped: Vec::new() };
        for (index, part) in riders.iter().enumerate() {
            chain.rider(part).map_err(|error| error.in_document(index))?;
        }
        Ok(chain)
    }

    /// Takes this issuer document for the only rider, and checked.
    pub(super) fn of_known(anchors: &'a TrustAnchors, issuer: &Verified<Issuer>) -> Self {
        let issuers = vec![Certified { document: issuer.clone(), used: false }];
        Self { anchors, issuers, skipped: Vec::new() }
    }

    fn rider(&mut self, part: &Part<'_>) -> Result<(), Error> {
        match part.kind {
            Kind::Issuer => {
                let document = self.issuer(part)?;
                self.issuers.push(Certified { document, used: false });
            }
            Kind::License
            | Kind::Receipt
            | Kind::Approval
            | Kind::Request
            | Kind::Usage
            | Kind::Revocation
            | Kind::Other(_) => {
                let skipped = self.skip(part)?;
                self.skipped.push(skipped);
            }
        }
        Ok(())
    }

    /// Checks the last document of a file: its principal, or one rider more.
    pub(super) fn last(&mut self, part: &Part<'_>) -> Result<Principal, Error> {
        Ok(match part.kind {
            Kind::License => Principal::License(Box::new(self.license(part)?)),
            Kind::Request => Principal::Request(Box::new(self_signed(part)?)),
            Kind::Usage => Principal::Usage(Box::new(self_signed(part)?)),
            Kind::Issuer | Kind::Receipt | Kind::Approval | Kind::Revocation | Kind::Other(_) => {
                self.rider(part)?;
                Principal::None
            }
        })
    }

    /// Refuses an issuer document whose key has signed nothing.
    pub(super) fn check_used(&self) -> Result<(), Error> {
        let Some(unused) = self.issuers.iter().find(|issuer| !issuer.used) else { return Ok(()) };
        let found = format!(
            "the issuer document {} certifies a key that signed nothing in this file",
            unused.document.id
        );
        Err(Error::new(Code::UnusedIssuer, found))
    }

    fn issuer(&self, part: &Part<'_>) -> Result<Verified<Issuer>, Error> {
        let roots: Vec<PublicKey> = self.anchors.with_kid(part.header.kid).collect();
        if roots.is_empty() {
            return Err(unknown_key(part, "no trusted root has signed this issuer document"));
        }
        let signed_by = check_signature(part, &roots)?;
        Ok(Verified { claims: document::read(part.sign1.payload)?, id: part.id, signed_by })
    }

    pub(super) fn license(&mut self, part: &Part<'_>) -> Result<VerifiedLicense, Error> {
        let keys: Vec<PublicKey> = self.issuing_keys(part).collect();
        if keys.is_empty() {
            if self.anchors.with_kid(part.header.kid).next().is_some() {
                return Err(Error::new(
                    Code::WrongKey,
                    "found a license signed by a root key, expected an issuing key",
                ));
            }
            return Err(unknown_key(
                part,
                "no issuer document in this file certifies the key that signed the license",
            ));
        }
        let signed_by = check_signature(part, &keys)?;
        self.licensed(part, signed_by)
    }

    /// Reads a license whose signature is this key's.
    #[inline]
    pub(super) fn licensed(
        &mut self,
        part: &Part<'_>,
        signed_by: PublicKey,
    ) -> Result<VerifiedLicense, Error> {
        let claims: License = document::read(part.sign1.payload)?;
        // safe: the key is one of the issuers' own.
        let issuer =
            self.use_issuer(signed_by).ok_or_else(|| unknown_key(part, "the issuer is gone"))?;
        issuer.allows(&claims)?;
        Ok(VerifiedLicense { license: Verified { claims, id: part.id, signed_by }, issuer })
    }

    /// Passes over a rider of an unknown odd kind, once its signature holds.
    fn skip(&mut self, part: &Part<'_>) -> Result<Skipped, Error> {
        let kind = part.kind;
        let keys: Vec<PublicKey> =
            self.issuing_keys(part).chain(self.anchors.with_kid(part.header.kid)).collect();
        if keys.is_empty() {
            return Err(unknown_key(
                part,
                &format!("no trusted key has signed this document of kind {kind}"),
            ));
        }
        let signed_by = check_signature(part, &keys)?;
        if kind.number().is_multiple_of(2) {
            return Err(Error::new(
                Code::TooNew,
                format!("a document of kind {kind} is not known here and may not be ignored"),
            ));
        }
        self.use_issuer(signed_by);
        Ok(Skipped { kind, id: part.id })
    }

    fn issuing_keys(&self, part: &Part<'_>) -> impl Iterator<Item = PublicKey> {
        let kid = part.header.kid;
        self.issuers.iter().map(|issuer| issuer.document.key).filter(move |key| key.kid() == kid)
    }

    /// Returns the first issuer document of this key, marked as used.
    fn use_issuer(&mut self, key: PublicKey) -> Option<Verified<Issuer>> {
        let issuer = self.issuers.iter_mut().find(|issuer| issuer.document.key == key)?;
        issuer.used = true;
        Some(issuer.document.clone())
    }
}

/// Reads a document that contains its own key, and checks that this key signed it.
pub(super) fn self_signed<T: OwnKey>(part: &Part<'_>) -> Result<SelfSigned<T>, Error> {
    let document: SelfSigned<T> = own(part)?;
    check_signature(part, &[document.claims.own_key()])?;
    Ok(document)
}

/// Reads a document that contains its own key: the signature is not checked.
#[inline]
pub(super) fn own<T: OwnKey>(part: &Part<'_>) -> Result<SelfSigned<T>, Error> {
    let claims: T = document::read(part.sign1.payload)?;
    if claims.own_key().kid() != part.header.kid {
        return Err(Error::new(
            Code::WrongKey,
            "found a header that names another key than the claims contain",
        ));
    }
    Ok(SelfSigned { claims, id: part.id })
}

/// Returns the key that made the signature.
fn check_signature(part: &Part<'_>, keys: &[PublicKey]) -> Result<PublicKey, Error> {
    let holds = |key: &&PublicKey| key.verifies(&part.to_be_signed, part.sign1.signature);
    keys.iter().find(holds).copied().ok_or_else(|| {
        Error::new(Code::BadSignature, "the signature does not fit the content: it was altered")
    })
}

fn unknown_key(part: &Part<'_>, why: &str) -> Error {
    Error::new(Code::UnknownKey, format!("{why} (key id {})", hex::encode(part.header.kid)))
}
