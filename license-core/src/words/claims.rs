//! Claims, as lines for people and as an object for programs.

use std::fmt::Write;

use crate::document::Claim;
use crate::json::{Json, Object};

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

/// Returns claims as a JSON object; those that are not known here as a list.
#[must_use]
pub fn object(claims: &[Claim]) -> Json {
    let mut object = Object::default();
    let (known, unknown): (Vec<_>, Vec<_>) = claims.iter().partition(|claim| claim.is_known());
    for claim in known {
        object.add(claim.name().as_str(), claim.json().clone());
    }
    if !unknown.is_empty() {
        let list = unknown.into_iter().map(|claim| claim.json().clone());
        object.add("unknown", list.collect::<Json>());
    }
    object.into()
}
