//! The chain of signatures: from a root to the issuing keys of a file's riders, and from them to
//! its last document.

use std::sync::Arc;

use crate::document::{self, Issuer, Kind, License, OwnKey, Receipt, Request, Usage};
use crate::error::{Code, Error};
use crate::file::Part;
use crate::key::PublicKey;
use crate::trust::TrustAnchors;
use crate::value::DocumentId;
use crate::verify::verified::{SelfSigned, Verified, VerifiedLicense};
use crate::visible::in_hex;

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
    /// None: riders alone, receipts among them.
    None,
}

/// What the riders of a file say: issuing keys, receipts, and those that are passed over.
pub(super) struct Chain<'a> {
    anchors: &'a TrustAnchors,
    pub(super) issuers: Vec<Certified>,
    pub(super) receipts: Vec<Verified<Receipt>>,
    pub(super) skipped: Vec<Skipped>,
}

pub(super) struct Certified {
    pub(super) document: Arc<Verified<Issuer>>,
    used: bool,
}

impl<'a> Chain<'a> {
    /// Checks the riders of a file.
    pub(super) fn of_riders(anchors: &'a TrustAnchors, riders: &[Part<'_>]) -> Result<Self, Error> {
        let mut chain = Self::of_issuers(anchors, Vec::new());
        for (index, part) in riders.iter().enumerate() {
            chain.rider(part).map_err(|error| error.in_document(index))?;
        }
        Ok(chain)
    }

    /// Takes this issuer document for the only rider, and checked.
    pub(super) fn of_known(anchors: &'a TrustAnchors, issuer: &Arc<Verified<Issuer>>) -> Self {
        Self::of_issuers(anchors, vec![Certified { document: Arc::clone(issuer), used: false }])
    }

    fn of_issuers(anchors: &'a TrustAnchors, issuers: Vec<Certified>) -> Self {
        Self { anchors, issuers, receipts: Vec::new(), skipped: Vec::new() }
    }

    fn rider(&mut self, part: &Part<'_>) -> Result<(), Error> {
        match part.kind {
            Kind::Issuer => {
                let document = Arc::new(self.issuer(part)?);
                self.issuers.push(Certified { document, used: false });
            }
            Kind::Receipt => {
                let receipt = self.receipt(part)?;
                self.receipts.push(receipt);
            }
            Kind::License
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
        let signed_by = self.issuing_key(part)?;
        self.licensed(part, signed_by)
    }

    fn receipt(&mut self, part: &Part<'_>) -> Result<Verified<Receipt>, Error> {
        let signed_by = self.issuing_key(part)?;
        let claims: Receipt = document::read(part.sign1.payload)?;
        self.issuer_of(part, signed_by)?.allows_receipt(&claims)?;
        Ok(Verified { claims, id: part.id, signed_by })
    }

    /// The issuing key that signed this document.
    fn issuing_key(&self, part: &Part<'_>) -> Result<PublicKey, Error> {
        let keys: Vec<PublicKey> = self.issuing_keys(part).collect();
        let kind = part.kind;
        if !keys.is_empty() {
            return check_signature(part, &keys);
        }
        if self.anchors.with_kid(part.header.kid).next().is_some() {
            let found = format!("found a {kind} signed by a root key, expected an issuing key");
            return Err(Error::new(Code::WrongKey, found));
        }
        let why = "no issuer document in this file certifies the key that signed the";
        Err(unknown_key(part, &format!("{why} {kind}")))
    }

    /// Reads a license whose signature is this key's.
    #[inline]
    pub(super) fn licensed(
        &mut self,
        part: &Part<'_>,
        signed_by: PublicKey,
    ) -> Result<VerifiedLicense, Error> {
        let claims: License = document::read(part.sign1.payload)?;
        let issuer = Arc::clone(self.issuer_of(part, signed_by)?);
        issuer.allows(&claims)?;
        let license = Verified { claims, id: part.id, signed_by };
        Ok(VerifiedLicense { license, issuer, receipts: std::mem::take(&mut self.receipts) })
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

    /// The first issuer document of the key that signed this document, marked as used.
    fn issuer_of(
        &mut self,
        part: &Part<'_>,
        key: PublicKey,
    ) -> Result<&Arc<Verified<Issuer>>, Error> {
        // safe: the key is one of the issuers' own.
        self.use_issuer(key).ok_or_else(|| unknown_key(part, "the issuer is gone"))
    }

    /// The first issuer document of this key, marked as used.
    fn use_issuer(&mut self, key: PublicKey) -> Option<&Arc<Verified<Issuer>>> {
        let issuer = self.issuers.iter_mut().find(|issuer| issuer.document.key == key)?;
        issuer.used = true;
        Some(&issuer.document)
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
    Error::new(Code::UnknownKey, format!("{why} (key id {})", in_hex(&part.header.kid)))
}
