//! The only door: bytes and trust anchors in, verified claims out.
//!
//! The order of checking is fixed (docs/SPEC.md, V1 to V12): size, envelopes, headers, grammar of the file; then for
//! each document its key, signature, payload, the kind's own checks and the limits of the issuing key. Checking knows
//! no time: whether a license has ended is a question for `evaluate`.

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
    /// [`Code::OtherLicense`] where it speaks of another; [`Code::OtherKey`] where the license names another key.
    pub fn under(self, license: &VerifiedLicense) -> Result<(Verified<Usage>, ReportKey), Error> {
        if self.license != license.id() {
            let found = format!("the report is about license {}, this one is {}", self.license, license.id());
            return Err(Error::new(Code::OtherLicense, found));
        }
        let thumbprint = self.key.thumbprint();
        let key = match license.report_key {
            Some(named) if named != thumbprint => {
                let found = format!("the report is signed by key {thumbprint}, the license names {named}");
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
/// The codes of every stage from size to limits; the first fault in the fixed order. If one document fails, the file fails.
pub fn verify(bytes: &[u8], anchors: &TrustAnchors) -> Result<VerifiedFile, Error> {
    let parts = file::split(bytes)?;
    let mut chain = Chain { anchors, issuers: Vec::new() };
    let mut file = VerifiedFile { principal: Principal::None, issuers: Vec::new(), skipped: Vec::new() };
    for (index, part) in parts.iter().enumerate() {
        chain.admit(part, &mut file).map_err(|error| error.in_document(index))?;
    }
    let alone = file.principal == Principal::None && file.skipped.is_empty();
    if let Some(unused) = chain.issuers.iter().find(|issuer| !issuer.used && !alone) {
        let found = format!("the issuer document {} certifies a key that signed nothing in this file", unused.document.id);
        return Err(Error::new(Code::UnusedIssuer, found));
    }
    file.issuers = chain.issuers.into_iter().map(|issuer| issuer.document).collect();
    Ok(file)
}

/// Checks a file that must be a license and returns it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_license(bytes: &[u8], anchors: &TrustAnchors) -> Result<VerifiedLicense, Error> {
    expect_kind(bytes, Kind::License)?;
    match verify(bytes, anchors)?.principal {
        Principal::License(license) => Ok(*license),
        // Ruled out above: the kind of the last document is the kind of the principal.
        _ => Err(wrong_kind(Kind::License, Kind::License)),
    }
}

/// Checks a file that must be a usage report and returns it; [`SelfSigned::under`] says whose it is.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_usage(bytes: &[u8]) -> Result<SelfSigned<Usage>, Error> {
    expect_kind(bytes, Kind::Usage)?;
    match verify(bytes, &TrustAnchors::default())?.principal {
        Principal::Usage(usage) => Ok(*usage),
        // Ruled out above: the kind of the last document is the kind of the principal.
        _ => Err(wrong_kind(Kind::Usage, Kind::Usage)),
    }
}

/// Checks a file that must be a request and returns it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_request(bytes: &[u8]) -> Result<SelfSigned<Request>, Error> {
    expect_kind(bytes, Kind::Request)?;
    match verify(bytes, &TrustAnchors::default())?.principal {
        Principal::Request(request) => Ok(*request),
        // Ruled out above: the kind of the last document is the kind of the principal.
        _ => Err(wrong_kind(Kind::Request, Kind::Request)),
    }
}

/// Refuses a file of another kind before any key is looked for, so that the answer names the real mistake.
fn expect_kind(bytes: &[u8], expected: Kind) -> Result<(), Error> {
    let (found, _) = file_kind(bytes)?;
    if found == expected { Ok(()) } else { Err(wrong_kind(found, expected)) }
}

fn wrong_kind(found: Kind, expected: Kind) -> Error {
    Error::new(Code::WrongKind, format!("found a file of kind {found}, expected {expected}"))
}

/// The issuing keys that the documents so far have certified.
struct Chain<'a> {
    anchors: &'a TrustAnchors,
    issuers: Vec<Certified>,
}

struct Certified {
    document: Verified<Issuer>,
    used: bool,
}

impl Chain<'_> {
    /// Checks one document and adds it to the file.
    fn admit(&mut self, part: &Part<'_>, file: &mut VerifiedFile) -> Result<(), Error> {
        match part.kind {
            Kind::Issuer => {
                let document = self.issuer(part)?;
                self.issuers.push(Certified { document, used: false });
            }
            Kind::License => file.principal = Principal::License(Box::new(self.license(part)?)),
            Kind::Request => file.principal = Principal::Request(Box::new(self_signed(part, |request: &Request| request.key)?)),
            Kind::Usage => file.principal = Principal::Usage(Box::new(self_signed(part, |usage: &Usage| usage.key)?)),
            kind => file.skipped.push(self.skip(part, kind)?),
        }
        Ok(())
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
                return Err(Error::new(Code::WrongKey, "found a license signed by a root key, expected an issuing key"));
            }
            return Err(unknown_key(part, "no issuer document in this file certifies the key that signed the license"));
        }
        let signed_by = check_signature(part, &keys)?;
        let claims: License = document::read(part.sign1.payload)?;
        // safe: the key is one of the issuers' own.
        let issuer = self.use_issuer(signed_by).ok_or_else(|| unknown_key(part, "the issuer is gone"))?;
        issuer.allows(&claims)?;
        Ok(VerifiedLicense { license: Verified { claims, id: part.id, signed_by }, issuer })
    }

    /// Passes over a rider of an unknown odd kind, once its signature holds.
    fn skip(&mut self, part: &Part<'_>, kind: Kind) -> Result<Skipped, Error> {
        let keys: Vec<PublicKey> = self.issuing_keys(part).chain(self.anchors.with_kid(part.header.kid)).collect();
        if keys.is_empty() {
            return Err(unknown_key(part, &format!("no trusted key has signed this document of kind {kind}")));
        }
        let signed_by = check_signature(part, &keys)?;
        if kind.number().is_multiple_of(2) {
            return Err(Error::new(Code::TooNew, format!("a document of kind {kind} is not known here and may not be ignored")));
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
fn self_signed<T: Claims>(part: &Part<'_>, key: impl Fn(&T) -> PublicKey) -> Result<SelfSigned<T>, Error> {
    let claims: T = document::read(part.sign1.payload)?;
    let key = key(&claims);
    if key.kid() != part.header.kid {
        return Err(Error::new(Code::WrongKey, "found a header that names another key than the claims contain"));
    }
    check_signature(part, &[key])?;
    Ok(SelfSigned { claims, id: part.id })
}

/// Returns the key that made the signature.
fn check_signature(part: &Part<'_>, keys: &[PublicKey]) -> Result<PublicKey, Error> {
    let holds = |key: &&PublicKey| key.verifies(&part.to_be_signed, part.sign1.signature);
    keys.iter()
        .find(holds)
        .copied()
        .ok_or_else(|| Error::new(Code::BadSignature, "the signature does not fit the content: it was altered"))
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
}

/// Takes a file apart to look at it, without any key: UNVERIFIED.
///
/// # Errors
/// The codes of the stages size, envelope, header, file, payload and kind.
pub fn inspect(bytes: &[u8]) -> Result<Vec<Inspected>, Error> {
    let inspect_part = |(index, part): (usize, Part<'_>)| {
        let claims = claims_of(part.kind, &part.sign1).map_err(|error| error.in_document(index))?;
        Ok(Inspected { kind: part.kind, id: part.id, kid: part.header.kid, bytes: part.sign1.bytes.len(), claims })
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
    parts.last().map(|part| (part.kind, part.id)).ok_or_else(|| Error::new(Code::Empty, "found no document"))
}

/// Returns the id of one document: the first 16 bytes of SHA-256 over its Sig_structure.
///
/// # Errors
/// The codes of the envelope stage.
pub fn document_id(document: &[u8]) -> Result<DocumentId, Error> {
    Sign1::take(document).map(|(sign1, _)| cose::document_id(&sign1.to_be_signed()))
}
