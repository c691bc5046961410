//! Claims, as lines for people and as an object for programs.

use std::fmt::Write;

use crate::document::{Claim, Claims};
use crate::json::{Json, Object};
use crate::verify::VerifiedLicense;

/// Returns claims as aligned lines.
#[must_use]
pub fn lines(claims: &[Claim]) -> String {
    let width = claims.iter().map(|claim| claim.label().len()).max().unwrap_or(0);
    claims.iter().fold(String::new(), |mut text, claim| {
        // Writing to a String cannot fail.
        writeln!(text, "  {:width$}  {}", claim.label(), claim.words()).ok();
        text
    })
}

/// Claims as a JSON object; those that are not known here as a list.
#[must_use]
pub fn object(claims: Vec<Claim>) -> Json {
    members(claims).into()
}

/// A license's claims as a JSON object, and the receipts that stand before it in its file, where
/// there are any, as a list.
#[must_use]
pub fn terms(license: &VerifiedLicense) -> Json {
    let mut members = members(license.shown());
    if !license.receipts().is_empty() {
        let receipts = license.receipts().iter().map(|receipt| object(receipt.shown()));
        members.add("receipts", receipts.collect::<Json>());
    }
    members.into()
}

/// The claims are taken, not borrowed: copying a JSON value would be a kilobyte of the C library.
fn members(claims: Vec<Claim>) -> Object {
    let (mut object, mut unknown) = (Object::default(), Vec::new());
    for claim in claims {
        if claim.is_known() {
            object.add(claim.name().as_str(), claim.into_json());
        } else {
            unknown.push(claim.into_json());
        }
    }
    if !unknown.is_empty() {
        object.add("unknown", unknown);
    }
    object
}
