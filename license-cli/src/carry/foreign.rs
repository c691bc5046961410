//! Files of other formats that people take for an Airlock file: named, each with what to do.

use std::path::Path;

use license_core::Code;

use crate::files;
use crate::problem::{Failure, Problem};

/// Refuses what people take for an Airlock file, and says what to do with it.
pub(crate) fn refuse(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let Some((what, hint)) = named(bytes) else { return Ok(()) };
    let found = format!("{}: found {what}, expected an Airlock file", files::shown(path));
    Err(Failure::new(Problem::Core(Code::NotAirlock), found).hint(hint))
}

/// What the file is, of those that people take for an Airlock file, and what to do with it.
pub(crate) fn named(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    picture(bytes).or_else(|| something_else(bytes))
}

/// Refuses what carries codes to be read by another way.
pub(crate) fn refuse_pictures(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let Some((what, hint)) = picture(bytes) else { return Ok(()) };
    let found =
        format!("{}: found {what}, expected an Airlock file or an export", files::shown(path));
    Err(Failure::new(Problem::Core(Code::NotAirlock), found).hint(hint))
}

/// Returns what carries codes or text to be read by another way.
fn picture(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const SCAN: &str = "`airlock scan FILE --out NEW` reads the codes on it";
    Some(match bytes {
        [0x89, b'P', b'N', b'G', ..] => ("a PNG picture", SCAN),
        [0xff, 0xd8, 0xff, ..] => ("a JPEG picture", SCAN),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            ("a HEIC picture or a film", "export it as JPEG, then `airlock scan`")
        }
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
            ("a TIFF picture", "save it as PNG, then `airlock scan`")
        }
        [b'%', b'P', b'D', b'F', ..] => (
            "a PDF document",
            "`pdftoppm -r 200 -png FILE page` makes pictures of its pages; \
             `airlock scan page*.png --out NEW` reads them",
        ),
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive", "unpack it, and give what is in it"),
        [0x1f, 0x8b, ..] => ("a gzip archive", "unpack it, and give what is in it"),
        _ if bytes.get(..64)?.to_ascii_lowercase().starts_with(b"<!doctype html") => {
            ("an HTML page", "open it in a browser, and copy the text form from it")
        }
        _ => return None,
    })
}

/// Returns what a file is that people take for an Airlock file, and what to do with it.
fn something_else(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes));
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let has_line = |part: &str| text.lines().any(|line| line.contains(part));
    if text.starts_with("-----BEGIN") && has_line("PUBLIC KEY-----") {
        return Some((
            "a public key",
            "`airlock key show FILE` shows its fingerprint; give a root with `--trust`",
        ));
    }
    if text.starts_with("License Key,") || text.starts_with("\"License Key\"") {
        return Some(("a usage export", "`airlock usage import FILE` reads it"));
    }
    // The old kind is Base64 of a JSON object, which begins `{"`, with or without armor lines
    // around it.
    let first =
        text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("-----"));
    let old = first.is_some_and(|line| line.starts_with("eyJ"));
    old.then_some((
        "a GitLab license of the old kind",
        "the vendor issues it anew with `airlock license issue`",
    ))
}
