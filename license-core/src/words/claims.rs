//! Claims, as lines for people and as an object for programs.

use std::fmt::Write;

use crate::document::Claim;
use crate::json::Json;

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
    let (known, unknown): (Vec<_>, Vec<_>) = claims.iter().partition(|claim| claim.is_known());
    let mut members: Vec<(&'static str, Json)> =
        known.iter().map(|claim| (claim.name().as_str(), claim.json().clone())).collect();
    if !unknown.is_empty() {
        let list = unknown.iter().map(|claim| claim.json().clone()).collect();
        members.push(("unknown", list));
    }
    Json::object(&mut members)
}
