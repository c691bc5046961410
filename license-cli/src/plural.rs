//! Numbers with what is counted.

/// A number with what is counted, in the plural but for one.
pub(crate) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
