//! What a mail carries that is no file of ours: an export, or a file of another format.

use super::foreign;
use crate::layers::mail::bodies;

/// The first cell of an export.
const FIRST_CELL: &str = "License Key,";
/// What stands before the next part of a mail.
const NEXT_PART: &str = "\n--";

/// The usage export that a mail carries, as text or attached; or that this is.
pub(crate) fn export(bytes: &[u8]) -> Option<Vec<u8>> {
    if foreign::is_export(bytes) {
        return Some(bytes.to_vec());
    }
    let text = String::from_utf8_lossy(bytes).replace('\r', "");
    let plain = text.split(NEXT_PART).find_map(|part| {
        let (_, export) = part.split_once(&format!("\n{FIRST_CELL}"))?;
        Some(format!("{FIRST_CELL}{export}").into_bytes())
    });
    let encoded = || bodies(&text).unwrap_or_default().into_iter();
    plain.or_else(|| encoded().find(|body| foreign::is_export(body)))
}

/// A file of another format that is attached to a mail, in words, and what can be done with it.
pub(crate) fn attached(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let bodies = bodies(&String::from_utf8_lossy(bytes)).unwrap_or_default();
    bodies.iter().find_map(|body| foreign::named(body))
}
