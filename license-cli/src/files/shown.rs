//! Names of files, and what the system says of them, as they may be shown.

use std::fmt::Write as _;
use std::io::{self, ErrorKind};
use std::path::Path;

use license_core::visible::FORBIDDEN;

/// Returns the path as it may be shown on a terminal: control, direction and invisible characters
/// and bytes that are not UTF-8 are written as escapes.
pub(crate) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            let code = u32::from(c);
            if FORBIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&code)) {
                text.extend(c.escape_default());
            } else {
                text.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}"); // A String takes all that is written to it.
        }
    }
    text
}

/// Returns what the system says, without its number and in lower case.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => return "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => return "the file system is read-only".to_owned(),
        _ => {}
    }
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
