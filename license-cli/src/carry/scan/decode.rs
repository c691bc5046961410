//! A picture file as the readers want it: one byte of brightness a pixel, dark is 0.

use std::io::Cursor;
use std::path::Path;

use image::imageops;
use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, Luma};
use license_core::verify;

use crate::carry::foreign::{self, Seen};
use crate::carry::scan::readers::quietly;
use crate::files;
use crate::problem::{Failure, Problem};

/// The largest picture file. A page scanned in colour at 600 dpi has 20 to 40 MB as PNG.
const FILE_BYTES: usize = 64 << 20;
/// The most pixels: a page at 800 dpi, or the largest photograph that phones take without being
/// asked to (50 million). With it a picture takes at most about 600 MB while it is decoded,
/// whatever its file claims.
const PIXELS: u64 = 64 << 20;
/// Memory for one decoded picture: that many pixels, in colour and with transparency.
const DECODED_BYTES: u64 = 4 * PIXELS;
/// The longest side that the readers get: that of a phone's usual photograph of 12 million pixels.
/// A code 8 cm wide on a whole page then has more than 8 pixels a module; beyond that time grows,
/// and nothing more is read.
const SIDE: u32 = 4096;

/// Reads a picture file; `-` is standard input.
///
/// # Errors
/// Those of [`files::read`]; `not_picture`, `picture_large`, `picture_damaged`.
pub(crate) fn read(path: &Path) -> Result<GrayImage, Failure> {
    let bytes = files::read(path, FILE_BYTES)?;
    decode(&bytes).map_err(|failure| failure.within(files::shown(path)))
}

/// Returns the picture in a file's bytes, on white where it is transparent, no side longer than the
/// readers can use.
///
/// # Errors
/// `not_picture`, `picture_large`, `picture_damaged`.
pub(crate) fn decode(bytes: &[u8]) -> Result<GrayImage, Failure> {
    let format = format(bytes)?;
    let reader = || {
        let mut limits = Limits::default();
        limits.max_alloc = Some(DECODED_BYTES);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits);
        reader
    };
    let (width, height) = reader().into_dimensions().map_err(|error| refused(&error))?;
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(large(width, height));
    }
    let picture =
        quietly(|| reader().decode()).ok_or_else(damaged)?.map_err(|error| refused(&error))?;
    Ok(reduced(gray(picture)))
}

fn format(bytes: &[u8]) -> Result<ImageFormat, Failure> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Ok(ImageFormat::Png),
        [0xff, 0xd8, 0xff, ..] => Ok(ImageFormat::Jpeg),
        _ => Err(not_picture(bytes)),
    }
}

fn not_picture(bytes: &[u8]) -> Failure {
    let Seen { what, hint } = something_else(bytes);
    Failure::new(Problem::NotPicture, format!("found {what}, expected a picture: PNG or JPEG"))
        .hint(hint)
}

/// Returns what a file is that people take for a picture, and what to do with it.
fn something_else(bytes: &[u8]) -> Seen {
    const EXPORT: &str = "open it in a viewer, save it as JPEG or PNG, and give that";
    let start = bytes.get(..1024).unwrap_or(bytes);
    let has = |mark: &[u8]| start.windows(mark.len()).any(|window| window == mark);
    let brand = start.get(4..12).unwrap_or_default();
    let picture = match start {
        [] => ("an empty file", "copy it anew from the camera or scanner"),
        [b'G', b'I', b'F', b'8', ..] => ("a GIF picture", EXPORT),
        [b'B', b'M', ..] => ("a BMP picture", EXPORT),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => ("a TIFF picture", EXPORT),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            ("a WebP picture", EXPORT)
        }
        _ if brand.starts_with(b"ftypavif") => ("an AVIF picture", EXPORT),
        _ if [b"ftyphei", b"ftyphev", b"ftypmif", b"ftypmsf"]
            .iter()
            .any(|mark| brand.starts_with(*mark)) =>
        {
            (
                "a HEIC picture, as phones write it",
                "export it as JPEG, or set the phone's camera to \"most compatible\"",
            )
        }
        _ if brand.starts_with(b"ftyp") => ("a film", "take a photograph of each code"),
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive", "unpack it, and give the pictures in it"),
        _ if has(b"%PDF-") => (
            "a PDF document",
            "`pdftoppm -r 200 -png FILE page` makes a picture of each page; give those",
        ),
        _ if has(b"<svg") => ("an SVG drawing", EXPORT),
        _ if verify::file_kind(bytes).is_ok() || has(b"-----BEGIN AIRLOCK") => (
            "an Airlock file",
            "it needs no scan: give it to `airlock show`, or to the command that you want",
        ),
        _ if has(b"ALK1") => {
            ("what codes say, as text", "`airlock scan --lines` reads it from standard input")
        }
        _ => {
            return foreign::known(bytes).unwrap_or_else(|| ("something else", EXPORT).into());
        }
    };
    picture.into()
}

/// Returns why a picture could not be decoded; not in the decoder's own words, which quote the
/// file.
fn refused(error: &ImageError) -> Failure {
    let ImageError::Limits(_) = error else { return damaged() };
    Failure::new(Problem::PictureLarge, "found a picture that takes more memory than one is given")
}

fn damaged() -> Failure {
    Failure::new(Problem::PictureDamaged, "found a picture that is cut or damaged")
}

fn large(width: u32, height: u32) -> Failure {
    let found = format!(
        "found a picture of {width} by {height} pixels, expected at most {} million",
        PIXELS / 1_000_000
    );
    Failure::new(Problem::PictureLarge, found)
}

fn gray(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [level, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        let on_white = (level * alpha + 255 * (255 - alpha)) / 255;
        Luma([u8::try_from(on_white).unwrap_or(u8::MAX)])
    })
}

fn reduced(picture: GrayImage) -> GrayImage {
    let longest = picture.width().max(picture.height());
    if longest <= SIDE {
        return picture;
    }
    let scaled = |side: u32| {
        u32::try_from(u64::from(side) * u64::from(SIDE) / u64::from(longest)).unwrap_or(SIDE).max(1)
    };
    imageops::thumbnail(&picture, scaled(picture.width()), scaled(picture.height()))
}

#[cfg(test)]
mod tests {
    use image::{ImageBuffer, LumaA, Rgb, Rgba};

    use super::*;

    fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.into().write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn first(picture: impl Into<DynamicImage>) -> u8 {
        decode(&file(picture, ImageFormat::Png)).unwrap().get_pixel(0, 0).0[0]
    }

    #[test]
    fn colours_and_transparency_become_brightness() {
        assert_eq!(first(GrayImage::from_pixel(3, 2, Luma([77]))), 77);
        assert_eq!(first(ImageBuffer::from_pixel(3, 2, Rgb([255_u8, 255, 255]))), 255);
        assert_eq!(first(ImageBuffer::from_pixel(3, 2, Rgba([0_u8, 0, 0, 255]))), 0);
        assert_eq!(first(ImageBuffer::from_pixel(3, 2, Rgba([0_u8, 0, 0, 0]))), 255);
        assert_eq!(first(ImageBuffer::from_pixel(3, 2, LumaA([0_u8, 128]))), 127);
        assert_eq!(first(ImageBuffer::from_pixel(3, 2, Luma([0x8000_u16]))), 128);
        let jpeg = file(GrayImage::from_pixel(9, 9, Luma([200])), ImageFormat::Jpeg);
        assert!(decode(&jpeg).unwrap().get_pixel(4, 4).0[0].abs_diff(200) < 3);
    }

    #[test]
    fn a_large_picture_is_reduced() {
        let wide =
            decode(&file(GrayImage::from_pixel(8200, 100, Luma([9])), ImageFormat::Png)).unwrap();
        assert_eq!((wide.dimensions(), wide.get_pixel(7, 7).0), ((4096, 49), [9]));
        assert_eq!(
            decode(&file(GrayImage::new(9000, 1), ImageFormat::Png)).unwrap().dimensions(),
            (4096, 1)
        );
        assert_eq!(
            decode(&file(GrayImage::new(4096, 2), ImageFormat::Png)).unwrap().dimensions(),
            (4096, 2)
        );
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let cases: &[(&[u8], &str, &str)] = &[
            (b"", "an empty file", "copy"),
            (b"%PDF-1.7\n", "a PDF document", "pdftoppm -r 200 -png"),
            (b"II*\0....", "a TIFF picture", "JPEG"),
            (b"MM\0*....", "a TIFF picture", "JPEG"),
            (b"GIF89a", "a GIF picture", "JPEG"),
            (b"BM......", "a BMP picture", "JPEG"),
            (b"RIFF....WEBPVP8 ", "a WebP picture", "JPEG"),
            (b"\0\0\0\x18ftypheic....", "a HEIC picture", "JPEG"),
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
            (b"\0\x01\x02", "something else", "JPEG"),
        ];
        for (bytes, what, hint) in cases {
            let failure = decode(bytes).unwrap_err();
            assert!(
                failure.problem.name() == "not_picture" && failure.message.contains(what),
                "{failure}"
            );
            assert!(failure.hint.unwrap().contains(hint), "{what}");
        }
    }

    #[test]
    fn a_damaged_picture_is_told_from_a_large_one() {
        let png = file(GrayImage::from_pixel(40, 40, Luma([7])), ImageFormat::Png);
        assert_eq!(decode(&png[..png.len() / 2]).unwrap_err().problem.name(), "picture_damaged");
        assert_eq!(decode(b"\xff\xd8\xff\xe0rest").unwrap_err().problem.name(), "picture_damaged");
        let large = decode(&bomb(60_000, 60_000)).unwrap_err();
        assert!(
            large.problem.name() == "picture_large" && large.message.contains("60000 by 60000"),
            "{large}"
        );
        // Few enough pixels, and still a lie: the file has none of them.
        assert_eq!(decode(&bomb(8000, 8000)).unwrap_err().problem.name(), "picture_damaged");
    }

    /// The start of a PNG that claims to be so large.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.write_header().unwrap().write_chunk(png::chunk::IDAT, &[0x78, 0x9c, 1]).unwrap();
        bytes
    }
}
