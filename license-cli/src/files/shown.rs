//! Names of files, and what the system says of them, as they may be shown.

use std::fmt::Write as _;
use std::io::{self, ErrorKind};
use std::path::Path;

use license_core::visible::is_visible;

/// Returns the path as it may be shown on a terminal: control, direction and invisible characters
/// and bytes that are not UTF-8 are written as escapes.
pub(crate) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_visible(c) { text.push(c) } else { text.extend(c.escape_default()) }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}"); // A String takes all that is written to it.
        }
    }
    text
}

/// The path as one word of a shell, for a command in a hint: what it names when it is pasted is
/// this file and nothing else. What cannot be seen is written in octal between `$'` and `'`, which
/// POSIX has since 2024 and bash, ksh and zsh have long had.
pub(crate) fn quoted(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    // An option begins so.
    let before = if bytes.starts_with(b"-") { "./" } else { "" };
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+,:@%".contains(byte);
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && bytes.iter().all(plain) => format!("{before}{text}"),
        Ok(text) if text.chars().all(is_visible) => {
            format!("'{before}{}'", text.replace('\'', r"'\''"))
        }
        _ => format!("$'{before}{}'", in_octal(bytes)),
    }
}

fn in_octal(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_visible(c) && !matches!(c, '\'' | '\\') {
                text.push(c);
            } else {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| octal(&mut text, byte));
            }
        }
        chunk.invalid().iter().for_each(|byte| octal(&mut text, *byte));
    }
    text
}

fn octal(text: &mut String, byte: u8) {
    let _ = write!(text, "\\{byte:03o}"); // A String takes all that is written to it.
}

/// Returns what the system says, without its number and in lower case.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => return "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => return READ_ONLY.to_owned(),
        _ => {}
    }
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// What is said of a file system on which nobody may write.
pub(crate) const READ_ONLY: &str = "the file system is read-only";
