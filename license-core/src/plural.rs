//! Numbers with what is counted.

use std::fmt::Display;

/// A number with what is counted: `1 day`, `2 days`.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "a number is as small as its address")]
pub fn counted(number: impl Display + PartialEq + From<u8>, what: &str) -> String {
    written(&number, number == 1.into(), what)
}

/// Once for all kinds of numbers: the library that an instance links is to be small.
#[inline(never)]
fn written(number: &dyn Display, one: bool, what: &str) -> String {
    let ending = if one { "" } else { "s" };
    format!("{number} {what}{ending}")
}
