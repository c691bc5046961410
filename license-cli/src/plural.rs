//! Numbers with what is counted.

pub(crate) use license_core::plural::counted;

/// So many seats; `None` is any number of them.
#[cfg(feature = "desk")]
pub(crate) fn seats(number: Option<u32>) -> String {
    number.map_or_else(|| "any number of seats".to_owned(), |number| counted(number, "seat"))
}
