//! The only door: bytes and trust anchors in, verified claims out.
//!
//! The order of checking is fixed (docs/SPEC.md, V1 to V12): size, envelopes, headers, grammar of
//! the file; then for each document its key, signature, payload, the kind's own checks and the
//! limits of the issuing key. Checking knows no time: whether a license has ended is a question for
//! `evaluate`.

#[cfg(feature = "batch")]
mod batch;
mod chain;
mod inspect;
mod known;
mod verified;
mod whole;

pub use crate::document::Unverified;
pub use crate::file::check_size;
#[cfg(feature = "batch")]
pub use batch::verify_all;
pub use chain::{Principal, Skipped};
pub use inspect::{Inspected, check_signature, document_id, file_kind, inspect};
pub use known::{KnownIssuer, verify_with};
pub use verified::{ReportKey, SelfSigned, Verified, VerifiedLicense};
pub use whole::VerifiedFile;

use crate::document::{Kind, Request, Usage};
use crate::error::{Code, Error};
use crate::file::{self, Part};
use crate::trust::TrustAnchors;
use crate::verify::chain::{Chain, self_signed};
use crate::verify::inspect::no_document;
use crate::verify::whole::complete;

/// Checks a file and returns what it says.
///
/// # Errors
/// The codes of every stage from size to limits; the first fault in the fixed order. If one
/// document fails, the file fails.
pub fn verify(bytes: &[u8], anchors: &TrustAnchors) -> Result<VerifiedFile, Error> {
    let parts = file::split(bytes)?;
    let (last, riders) = parts.split_last().ok_or_else(no_document)?;
    complete(Chain::of_riders(anchors, riders)?, last, riders.len())
}

/// Checks a file that must be a license and returns it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_license(bytes: &[u8], anchors: &TrustAnchors) -> Result<VerifiedLicense, Error> {
    verify_one(bytes, anchors, Kind::License, Chain::license)
}

/// Checks a license as [`verify_license`] does, with the same answer. Where this issuer document is
/// the file's only rider, that is not checked again.
///
/// # Errors
/// As [`verify_license`].
pub fn verify_license_with(
    bytes: &[u8],
    anchors: &TrustAnchors,
    issuer: &KnownIssuer,
) -> Result<VerifiedLicense, Error> {
    match verify_with(bytes, anchors, issuer).map(VerifiedFile::into_principal) {
        Ok(Principal::License(license)) => Ok(*license),
        Ok(Principal::Request(_) | Principal::Usage(_) | Principal::None) | Err(_) => {
            verify_license(bytes, anchors)
        }
    }
}

/// Checks a file that must be a usage report and returns it; [`SelfSigned::under`] says whose it
/// is. The anchors are for riders that stand before it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_usage(bytes: &[u8], anchors: &TrustAnchors) -> Result<SelfSigned<Usage>, Error> {
    verify_one(bytes, anchors, Kind::Usage, |_, part| self_signed(part))
}

/// Checks a file that must be a request and returns it. The anchors are for riders that stand
/// before it.
///
/// # Errors
/// As [`verify`]; [`Code::WrongKind`] for a file of another kind.
pub fn verify_request(bytes: &[u8], anchors: &TrustAnchors) -> Result<SelfSigned<Request>, Error> {
    verify_one(bytes, anchors, Kind::Request, |_, part| self_signed(part))
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
