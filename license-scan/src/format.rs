//! What a file is, by its first bytes: a picture, a document of pages, or neither.

use image::ImageFormat;

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One picture.
    Picture(ImageFormat),
    /// Pages, one behind the other.
    Document(Document),
}

/// A document of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// A fax, or what a scanner makes that is set to TIFF.
    Tiff,
    /// What most office scanners make unless they are told otherwise.
    #[cfg(feature = "pdf")]
    Pdf,
}

/// Where `%PDF-` stands at the latest (PDF 32000-1, annex H.3.4.1): some scanners and mail programs
/// put lines before it.
const START: usize = 1024;

/// The format of a file that may hold codes, by its first bytes; nothing for any other file.
pub fn format_of(bytes: &[u8]) -> Option<Format> {
    let picture = match bytes {
        [0x89, b'P', b'N', b'G', ..] => ImageFormat::Png,
        [0xff, 0xd8, 0xff, ..] => ImageFormat::Jpeg,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => ImageFormat::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => ImageFormat::WebP,
        // Two letters would be a word; behind them are four bytes of size, and four of zero.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => ImageFormat::Bmp,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => {
            return Some(Format::Document(Document::Tiff));
        }
        #[cfg(feature = "pdf")]
        _ if is_pdf(bytes) => return Some(Format::Document(Document::Pdf)),
        _ => return None,
    };
    Some(Format::Picture(picture))
}

/// Whether a PDF begins, at the start of a line: some programs write lines of their own before it.
pub fn is_pdf(bytes: &[u8]) -> bool {
    let start = bytes.get(..START).unwrap_or(bytes);
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let begins = |line: &[u8]| line.trim_ascii_start().starts_with(b"%PDF-");
    start.split(|byte| matches!(byte, b'\n' | b'\r')).any(begins)
        && !matches!(bytes, [b'P', b'K', 3, 4, ..] | [b'-', b'-', b'-', b'-', b'-', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(format_of(bytes), Some(*format), "{bytes:?}");
        }
    }

    #[cfg(feature = "pdf")]
    #[test]
    fn a_pdf_may_begin_with_something_else() {
        for start in ["%PDF-1.7\n", "\u{feff}%PDF-1.4\n", "HTTP/1.1 200 OK\r\n\r\n%PDF-2.0\n"] {
            assert_eq!(format_of(start.as_bytes()), Some(Format::Document(Document::Pdf)));
        }
    }

    #[test]
    fn what_is_neither_is_none() {
        for bytes in [&b""[..], b"BMW and so on", b"PK\x03\x04", b"\0\x01\x02", b"RIFF....WAVE"] {
            assert_eq!(format_of(bytes), None, "{bytes:?}");
        }
    }
}
