//! What a file is that people take for a picture, named with what to do.

use license_core::verify;
use license_scan::{format_of, is_pdf};

use crate::carry::foreign::{self, Seen};
use crate::problem::{Failure, Problem};

/// What is read, in words.
const EXPECTED: &str = if cfg!(feature = "scan-pdf") {
    "a picture: PNG, JPEG, TIFF or PDF"
} else {
    "a picture: PNG, JPEG or TIFF"
};
/// Bytes within which the mark of a text stands.
const START: usize = 1024;

/// Whether these are the first bytes of what can be scanned.
pub(crate) fn is_readable(start: &[u8]) -> bool {
    format_of(start).is_some()
}

fn has(bytes: &[u8], mark: &[u8]) -> bool {
    let start = bytes.get(..START).unwrap_or(bytes);
    start.windows(mark.len()).any(|window| window == mark)
}

/// The failure of a file in which there can be no codes: what it is instead, and what to do with
/// it.
pub(super) fn failure(bytes: &[u8]) -> Failure {
    let Seen { what, hint } = something_else(bytes);
    Failure::new(Problem::NotPicture, format!("found {what}, expected {EXPECTED}")).hint(hint)
}

/// What a file is that people take for a picture, and what to do with it.
fn something_else(bytes: &[u8]) -> Seen {
    const EXPORT: &str = "open it in a viewer, save it as JPEG or PNG, and give that";
    let brand = bytes.get(4..12).unwrap_or_default();
    let picture = match bytes {
        [] => ("an empty file", "copy it anew from the camera or scanner"),
        _ if brand.starts_with(b"ftypavi") => ("an AVIF picture", EXPORT),
        _ if foreign::is_heic(bytes) => ("a HEIC picture, as phones write it", foreign::HEIC),
        _ if brand.starts_with(b"ftyp") => ("a film", "take a photograph of each code"),
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive", "unpack it, and give the pictures in it"),
        _ if is_pdf(bytes) => ("a PDF document", foreign::PDF),
        _ if has(bytes, b"<svg") => ("an SVG drawing", EXPORT),
        _ if verify::file_kind(bytes).is_ok() || has(bytes, b"-----BEGIN AIRLOCK") => (
            "an Airlock file",
            "it needs no scan: give it to `airlock show`, or to the command that you want",
        ),
        _ if has(bytes, b"ALK1") => {
            ("what codes say, as text", "`airlock scan --lines` reads it from standard input")
        }
        _ => {
            return foreign::known(bytes).unwrap_or_else(|| ("something else", EXPORT).into());
        }
    };
    picture.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_picture_is_named() {
        let cases: &[(&[u8], &str, &str)] = &[
            (b"", "an empty file", "copy"),
            (b"\0\0\0\x18ftypheic....", "a HEIC picture", "Most Compatible"),
            (b"\0\0\0\x18ftypheix....", "a HEIC picture", "Most Compatible"),
            (b"\0\0\0\x18ftypmif1....", "a HEIC picture", "JPEG"),
            (b"\0\0\0\x18ftypavif....", "an AVIF picture", "JPEG"),
            (b"\0\0\0\x18ftypmp42....", "a film", "photograph"),
            (b"PK\x03\x04", "a ZIP archive", "unpack"),
            (b"<?xml version=\"1.0\"?><svg>", "an SVG drawing", "JPEG"),
            (b"-----BEGIN AIRLOCK LICENSE-----\n", "an Airlock file", "airlock show"),
            (b"ALK1:AA\n", "what codes say", "--lines"),
            (b"-----BEGIN PUBLIC KEY-----\n", "a public key", "airlock key show"),
            (b"note\n-----BEGIN PRIVATE KEY-----\n", "a private key", "never send"),
            (b"2025-11-01,81\n", "rows of days and counts", "usage import"),
            (b"BMW and so on", "something else", "JPEG"),
            (b"\0\x01\x02", "something else", "JPEG"),
        ];
        for (bytes, what, hint) in cases {
            assert!(!is_readable(bytes), "{what}");
            let failure = failure(bytes);
            assert!(
                failure.problem.name() == "not_picture" && failure.message.contains(what),
                "{failure}"
            );
            assert!(failure.hint.unwrap().contains(hint), "{what}");
        }
    }

    #[cfg(not(feature = "scan-pdf"))]
    #[test]
    fn a_pdf_is_named_with_a_way_that_needs_no_other_program() {
        let failure = failure(b"%PDF-1.7\n");
        assert!(failure.message.contains("a PDF document"), "{failure}");
        assert!(failure.hint.unwrap().starts_with("set the scanner to JPEG"));
    }
}
