//! Numbers with what is counted.

use std::fmt::Display;

/// A number with what is counted: `1 day`, `2 days`.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "a number is as small as its address")]
pub fn counted(number: impl Display + PartialEq + From<u8>, what: &str) -> String {
    let ending = if number == 1.into() { "" } else { "s" };
    format!("{number} {what}{ending}")
}
