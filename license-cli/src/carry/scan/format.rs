//! What a file is, by its first bytes: a picture, a document of pages, or something else that is
//! named with what to do.

use image::ImageFormat;
use license_core::verify;

use crate::carry::foreign::{self, Seen};
use crate::problem::{Failure, Problem};

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// One picture.
    Picture(ImageFormat),
    /// Pages, one behind the other.
    Document(Document),
}

/// A document of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Document {
    /// A fax, or what a scanner makes that is set to TIFF.
    Tiff,
    /// What most office scanners make unless they are told otherwise.
    #[cfg(feature = "scan-pdf")]
    Pdf,
}

/// What is read, in words.
const EXPECTED: &str = if cfg!(feature = "scan-pdf") {
    "a picture: PNG, JPEG, TIFF or PDF"
} else {
    "a picture: PNG, JPEG or TIFF"
};
/// Where `%PDF-` stands at the latest (PDF 32000-1, annex H.3.4.1): some scanners and mail programs
/// put lines before it.
const START: usize = 1024;

/// Whether these are the first bytes of what can be scanned.
pub(crate) fn is_readable(start: &[u8]) -> bool {
    of(start).is_ok()
}

/// The format of a file in which codes can be.
///
/// # Errors
/// `not_picture`.
pub(super) fn of(bytes: &[u8]) -> Result<Format, Failure> {
    let picture = match bytes {
        [0x89, b'P', b'N', b'G', ..] => ImageFormat::Png,
        [0xff, 0xd8, 0xff, ..] => ImageFormat::Jpeg,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => ImageFormat::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ImageFormat::WebP,
        // Two letters would be a word; behind them are four bytes of size, and four of zero.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => ImageFormat::Bmp,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => {
            return Ok(Format::Document(Document::Tiff));
        }
        #[cfg(feature = "scan-pdf")]
        _ if is_pdf(bytes) => return Ok(Format::Document(Document::Pdf)),
        _ => return Err(not_picture(bytes)),
    };
    Ok(Format::Picture(picture))
}

/// Whether a PDF begins, at the start of a line: some programs write lines of their own before it.
fn is_pdf(bytes: &[u8]) -> bool {
    let start = bytes.get(..START).unwrap_or(bytes);
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let begins = |line: &[u8]| line.trim_ascii_start().starts_with(b"%PDF-");
    start.split(|byte| matches!(byte, b'\n' | b'\r')).any(begins)
        && !matches!(bytes, [b'P', b'K', 3, 4, ..] | [b'-', b'-', b'-', b'-', b'-', ..])
}

fn has(bytes: &[u8], mark: &[u8]) -> bool {
    let start = bytes.get(..START).unwrap_or(bytes);
    start.windows(mark.len()).any(|window| window == mark)
}

fn not_picture(bytes: &[u8]) -> Failure {
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
            let failure = of(bytes).unwrap_err();
            assert!(
                failure.problem.name() == "not_picture" && failure.message.contains(what),
                "{failure}"
            );
            assert!(failure.hint.unwrap().contains(hint), "{what}");
        }
    }

    #[test]
    fn what_can_be_read_is_told_by_its_first_bytes() {
        let cases: &[(&[u8], Format)] = &[
            (b"\x89PNG\r\n", Format::Picture(ImageFormat::Png)),
            (b"\xff\xd8\xff\xe0", Format::Picture(ImageFormat::Jpeg)),
            (b"GIF89a", Format::Picture(ImageFormat::Gif)),
            (b"BM\x36\x10\0\0\0\0\0\0", Format::Picture(ImageFormat::Bmp)),
            (b"RIFF....WEBPVP8 ", Format::Picture(ImageFormat::WebP)),
            (b"II*\0....", Format::Document(Document::Tiff)),
            (b"MM\0*....", Format::Document(Document::Tiff)),
            (b"MM\0+....", Format::Document(Document::Tiff)),
        ];
        for (bytes, format) in cases {
            assert_eq!(of(bytes).unwrap(), *format, "{bytes:?}");
        }
    }

    #[cfg(feature = "scan-pdf")]
    #[test]
    fn a_pdf_may_begin_with_something_else() {
        for start in ["%PDF-1.7\n", "\u{feff}%PDF-1.4\n", "HTTP/1.1 200 OK\r\n\r\n%PDF-2.0\n"] {
            assert_eq!(of(start.as_bytes()).unwrap(), Format::Document(Document::Pdf));
        }
    }

    #[cfg(not(feature = "scan-pdf"))]
    #[test]
    fn a_pdf_is_named_with_a_way_that_needs_no_other_program() {
        let failure = of(b"%PDF-1.7\n").unwrap_err();
        assert!(failure.message.contains("a PDF document"), "{failure}");
        assert!(failure.hint.unwrap().starts_with("set the scanner to JPEG"));
    }
}
