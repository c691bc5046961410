//! Numbers with what is counted.

use std::fmt::Display;

/// A number with what is counted: `1 day`, `2 days`.
#[must_use]
pub fn counted(number: impl Display + PartialEq + From<u8>, what: &str) -> String {
    let ending = if number == 1.into() { "" } else { "s" };
    format!("{number} {what}{ending}")
}
