//! The only door: bytes and trust anchors in, verified claims out.
//!
//! The order of checking is fixed (docs/SPEC.md, V1 to V12): size, envelopes, headers, grammar of
//! the file; then for each document its key, signature, payload, the kind's own checks and the
//! limits of the issuing key. Checking knows no time: whether a license has ended is a question for
//! `evaluate`.

use crate::cose::{self, Sign1};
use crate::document::{self, Claims, Issuer, Kind, License, Request, Usage};
use crate::error::{Code, Error};
use crate::file::{self, Part};
use crate::key::PublicKey;
use crate::trust::TrustAnchors;
use crate::value::{DocumentId, Thumbprint};

/// Claims whose signature leads to a trust anchor. Only this module makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<T> {
    claims: T,
    id: DocumentId,
    signed_by: PublicKey,
}

impl<T> Verified<T> {
    /// Returns the document's id.
    #[must_use]
    pub fn id(&self) -> DocumentId {
        self.id
    }

    /// Returns the key that signed the document.
    #[must_use]
    pub fn signed_by(&self) -> PublicKey {
        self.signed_by
    }
}

impl<T> std::ops::Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.claims
    }
}

/// A license that a certified issuing key signed within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedLicense {
    license: Verified<License>,
    issuer: Verified<Issuer>,
}

impl VerifiedLicense {
    /// Returns the issuer document that certifies the license's key.
    #[must_use]
    pub fn issuer(&self) -> &Verified<Issuer> {
        &self.issuer
    }
}

impl std::ops::Deref for VerifiedLicense {
    type Target = Verified<License>;
    fn deref(&self) -> &Verified<License> {
        &self.license
    }
}

/// Claims signed by a key that they contain: whole, but from whom is for the caller to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfSigned<T> {
    claims: T,
    id: DocumentId,
}

impl<T> SelfSigned<T> {
    /// Returns the document's id.
    #[must_use]
    pub fn id(&self) -> DocumentId {
        self.id
    }
}

impl<T> std::ops::Deref for SelfSigned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.claims
    }
}

/// How sure it is that the license's instance made a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKey {
    /// The license names the key.
    Bound,
    /// The license names none; this is the thumbprint to pin.
    FirstUse(Thumbprint),
}

impl SelfSigned<Usage> {
    /// Returns the report verified as one of this license's.
    ///
    /// # Errors
    /// [`Code::OtherLicense`] where it speaks of another; [`Code::OtherKey`] where the license
    /// names another key.
    pub fn under(self, license: &VerifiedLicense) -> Result<(Verified<Usage>, ReportKey), Error> {
        if self.license != license.id() {
            let found = format!(
                "the report is about license {}, this one is {}",
                self.license,
                license.id()
            );
            return Err(Error::new(Code::OtherLicense, found));
        }
        let thumbprint = self.key.thumbprint();
        let key = match license.report_key {
            Some(named) if named != thumbprint => {
                let found =
                    format!("the report is signed by key {thumbprint}, the license names {named}");
                return Err(Error::new(Code::OtherKey, found));
            }
            Some(_) => ReportKey::Bound,
            None => ReportKey::FirstUse(thumbprint),
        };
        let signed_by = self.claims.key;
        Ok((Verified { claims: self.claims, id: self.id, signed_by }, key))
    }
}

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

/// A file whose every document was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedFile {
    principal: Principal,
    issuers: Vec<Verified<Issuer>>,
    skipped: Vec<Skipped>,
}

impl VerifiedFile {
    /// Returns what the file is about.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Returns what the file is about, without the riders.
    #[must_use]
    pub fn into_principal(self) -> Principal {
        self.principal
    }

    /// Returns the issuer documents, in their order.
    #[must_use]
    pub fn issuers(&self) -> &[Verified<Issuer>] {
        &self.issuers
    }

    /// Returns the riders that were skipped.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }
}

/// Checks a file and returns what it says.
///
/// # Errors
/// The codes of every stage from size to limits; the first fault in the fixed order. If one
/// document fails, the file fails.
pub fn verify(bytes: &[u8], anchors: &TrustAnchors) -> Result<VerifiedFile, Error> {
    let parts = file::split(bytes)?;
    let (last, riders) = match parts.split_last() {
        Some((last, riders)) if last.kind.is_principal() => (Some(last), riders),
        _ => (None, parts.as_slice()),
    };
    let mut chain = Chain::of_riders(anchors, riders)?;
    let principal = match last {
        Some(part) => chain.principal(part).map_err(|error| error.in_document(riders.len()))?,
        None => Principal::None,
    };
    if last.is_some() || !chain.skipped.is_empty() {
        chain.check_used()?;
    }
    let issuers = chain.issuers.into_iter().map(|issuer| issuer.document).collect();
    Ok(VerifiedFile { principal, issuers, skipped: chain.skipped })
}

/// Checks a file that must be a license and returns it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_license(bytes: &[u8], anchors: &TrustAnchors) -> Result<VerifiedLicense, Error> {
    verify_one(bytes, anchors, Kind::License, Chain::license)
}

/// Checks a file that must be a usage report and returns it; [`SelfSigned::under`] says whose it
/// is. The anchors are for riders that stand before it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_usage(bytes: &[u8], anchors: &TrustAnchors) -> Result<SelfSigned<Usage>, Error> {
    verify_one(bytes, anchors, Kind::Usage, |_, part| usage(part))
}

/// Checks a file that must be a request and returns it. The anchors are for riders that stand
/// before it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_request(bytes: &[u8], anchors: &TrustAnchors) -> Result<SelfSigned<Request>, Error> {
    verify_one(bytes, anchors, Kind::Request, |_, part| request(part))
}

/// Checks a file with a principal of this kind. A file of another kind is refused before any key is
/// looked for, so that the answer names the real mistake; and what reads the other kinds is no part
/// of a program that never asks for them.
fn verify_one<'a, T>(
    bytes: &[u8],
    anchors: &'a TrustAnchors,
    kind: Kind,
    principal: impl FnOnce(&mut Chain<'a>, &Part<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let parts = file::split(bytes)?;
    let (last, riders) = parts.split_last().ok_or_else(no_document)?;
    if last.kind != kind {
        return Err(wrong_kind(last.kind, kind));
    }
    let mut chain = Chain::of_riders(anchors, riders)?;
    let principal = principal(&mut chain, last).map_err(|error| error.in_document(riders.len()))?;
    chain.check_used()?;
    Ok(principal)
}

fn wrong_kind(found: Kind, expected: Kind) -> Error {
    Error::new(Code::WrongKind, format!("found a file of kind {found}, expected {expected}"))
}

/// The issuing keys that the riders of a file certify, and the riders that are passed over.
struct Chain<'a> {
    anchors: &'a TrustAnchors,
    issuers: Vec<Certified>,
    skipped: Vec<Skipped>,
}

struct Certified {
    document: Verified<Issuer>,
    used: bool,
}

impl<'a> Chain<'a> {
    /// Checks the riders of a file.
    fn of_riders(anchors: &'a TrustAnchors, riders: &[Part<'_>]) -> Result<Self, Error> {
        let mut chain = Self { anchors, issuers: Vec::new(), skipped: Vec::new() };
        for (index, part) in riders.iter().enumerate() {
            chain.rider(part).map_err(|error| error.in_document(index))?;
        }
        Ok(chain)
    }

    fn rider(&mut self, part: &Part<'_>) -> Result<(), Error> {
        if part.kind == Kind::Issuer {
            let document = self.issuer(part)?;
            self.issuers.push(Certified { document, used: false });
        } else {
            let skipped = self.skip(part)?;
            self.skipped.push(skipped);
        }
        Ok(())
    }

    /// Checks the last document of a file, which is of a principal kind.
    fn principal(&mut self, part: &Part<'_>) -> Result<Principal, Error> {
        Ok(match part.kind {
            Kind::License => Principal::License(Box::new(self.license(part)?)),
            Kind::Request => Principal::Request(Box::new(request(part)?)),
            _ => Principal::Usage(Box::new(usage(part)?)),
        })
    }

    /// Refuses an issuer document whose key has signed nothing.
    fn check_used(&self) -> Result<(), Error> {
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

    fn license(&mut self, part: &Part<'_>) -> Result<VerifiedLicense, Error> {
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

fn request(part: &Part<'_>) -> Result<SelfSigned<Request>, Error> {
    self_signed(part, |request: &Request| request.key)
}

fn usage(part: &Part<'_>) -> Result<SelfSigned<Usage>, Error> {
    self_signed(part, |usage: &Usage| usage.key)
}

/// Reads a document that contains its own key, and checks that this key signed it.
fn self_signed<T: Claims>(
    part: &Part<'_>,
    key: impl Fn(&T) -> PublicKey,
) -> Result<SelfSigned<T>, Error> {
    let claims: T = document::read(part.sign1.payload)?;
    let key = key(&claims);
    if key.kid() != part.header.kid {
        return Err(Error::new(
            Code::WrongKey,
            "found a header that names another key than the claims contain",
        ));
    }
    check_signature(part, &[key])?;
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

/// The claims of a document whose signature was not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unverified {
    /// A license.
    License(Box<License>),
    /// An issuer document.
    Issuer(Box<Issuer>),
    /// A request.
    Request(Box<Request>),
    /// A usage report.
    Usage(Box<Usage>),
    /// A kind that this version does not read.
    Other,
}

/// One document as it stands in a file, for looking at only: nothing that decides takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// The kind that the header names.
    pub kind: Kind,
    /// The document's id.
    pub id: DocumentId,
    /// The key id that the header names.
    pub kid: crate::key::Kid,
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
        let claims = claims_of(part.kind, &part.sign1).map_err(|error| error.in_document(index))?;
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

fn claims_of(kind: Kind, sign1: &Sign1<'_>) -> Result<Unverified, Error> {
    let payload = sign1.payload;
    Ok(match kind {
        Kind::License => Unverified::License(Box::new(document::read(payload)?)),
        Kind::Issuer => Unverified::Issuer(Box::new(document::read(payload)?)),
        Kind::Request => Unverified::Request(Box::new(document::read(payload)?)),
        Kind::Usage => Unverified::Usage(Box::new(document::read(payload)?)),
        _ => Unverified::Other,
    })
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
fn no_document() -> Error {
    Error::new(Code::Empty, "found no document")
}

/// Returns the id of one document: the first 16 bytes of SHA-256 over its Sig_structure.
///
/// # Errors
/// The codes of the envelope stage.
pub fn document_id(document: &[u8]) -> Result<DocumentId, Error> {
    Sign1::take(document).map(|(sign1, _)| cose::document_id(&sign1.to_be_signed()))
}
