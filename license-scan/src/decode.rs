//! A picture file as the readers want it: one byte of brightness a pixel, dark is 0.

use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

use image::imageops;
use image::{DynamicImage, GrayImage, ImageError, ImageFormat, ImageReader, Limits, Luma};

use crate::fault::{Fault, PIXELS};
use crate::readers::quietly;

/// Bytes of the largest file that is read. A page scanned in colour at 600 dpi has 20 to 40 MB as
/// PNG.
pub const FILE_BYTES: usize = 64 << 20;
/// Memory for one decoded picture: that many pixels, in colour and with transparency.
pub(crate) const DECODED_BYTES: u64 = 4 * PIXELS;
/// How opaque a pixel is at most through which the ground is seen.
const CLEAR: u8 = 128;
/// Pixels of the longest side that the readers get: that of a phone's usual photograph of 12
/// million pixels. A code 8 cm wide on a whole page then has more than 8 pixels a module; beyond
/// that time grows, and nothing more is read.
pub const SIDE: u32 = 4096;

/// The most pixels of a picture that is decoded beside others. Larger ones take their turn: so
/// many cores never need that many times the memory.
const BESIDE: u64 = 16 << 20;
/// Whose turn it is.
static TURN: Mutex<()> = Mutex::new(());

/// The views of the picture in a file's bytes, no side longer than the readers can use: one, or
/// where it is transparent two, on white and on black, so that a code in either shows.
///
/// # Errors
/// [`Fault::Large`], [`Fault::Heavy`] and [`Fault::Damaged`].
pub fn views(bytes: &[u8], format: ImageFormat) -> Result<Vec<GrayImage>, Fault> {
    let reader = || {
        let mut limits = Limits::default();
        limits.max_alloc = Some(DECODED_BYTES);
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        reader.limits(limits);
        reader
    };
    let (width, height) = quietly(|| reader().into_dimensions())
        .ok_or(Fault::Damaged)?
        .map_err(|error| refused(&error))?;
    let pixels = u64::from(width) * u64::from(height);
    if pixels > PIXELS {
        return Err(Fault::Large(width, height));
    }
    // A thread that panicked has let go of its memory.
    let _turn = (pixels > BESIDE).then(|| TURN.lock().unwrap_or_else(PoisonError::into_inner));
    let picture =
        quietly(|| reader().decode()).ok_or(Fault::Damaged)?.map_err(|error| refused(&error))?;
    Ok(gray(picture).into_iter().map(reduced).collect())
}

/// Why a picture could not be decoded, and not in the decoder's own words: they quote the file.
fn refused(error: &ImageError) -> Fault {
    if matches!(error, ImageError::Limits(_)) { Fault::Heavy } else { Fault::Damaged }
}

/// The picture in brightness: one, or where it is transparent on white and on black.
pub(crate) fn gray(picture: DynamicImage) -> Vec<GrayImage> {
    if !picture.color().has_alpha() {
        return vec![picture.into_luma8()];
    }
    let picture = picture.into_luma_alpha8();
    let on = |ground: u32| {
        GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
            let [level, alpha] = picture.get_pixel(x, y).0.map(u32::from);
            let seen = (level * alpha + ground * (255 - alpha)) / 255;
            Luma([u8::try_from(seen).unwrap_or(u8::MAX)])
        })
    };
    let is_transparent = picture.pixels().any(|pixel| pixel.0.last().is_some_and(|a| *a < CLEAR));
    [Some(255), is_transparent.then_some(0)].into_iter().flatten().map(on).collect()
}

/// The picture, no side longer than the readers can use.
pub(crate) fn reduced(picture: GrayImage) -> GrayImage {
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

    fn decode(bytes: &[u8]) -> Result<GrayImage, Fault> {
        let format = image::guess_format(bytes).unwrap();
        views(bytes, format).map(|views| views[0].clone())
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
    fn a_transparent_picture_is_seen_on_white_and_on_black() {
        let seen = |picture: DynamicImage| {
            let views = views(&file(picture, ImageFormat::Png), ImageFormat::Png).unwrap();
            views.iter().map(|view| view.get_pixel(0, 0).0[0]).collect::<Vec<_>>()
        };
        assert_eq!(
            seen(ImageBuffer::from_pixel(3, 2, Rgba([255_u8, 255, 255, 0])).into()),
            [255, 0]
        );
        assert_eq!(seen(ImageBuffer::from_pixel(3, 2, Rgba([90_u8, 90, 90, 255])).into()), [90]);
        assert_eq!(seen(ImageBuffer::from_pixel(3, 2, LumaA([255_u8, 200])).into()), [255]);
    }

    #[test]
    fn a_damaged_picture_is_told_from_a_large_one() {
        let png = file(GrayImage::from_pixel(40, 40, Luma([7])), ImageFormat::Png);
        assert_eq!(decode(&png[..png.len() / 2]).unwrap_err(), Fault::Damaged);
        assert_eq!(decode(b"\xff\xd8\xff\xe0rest").unwrap_err(), Fault::Damaged);
        assert_eq!(decode(&bomb(60_000, 60_000)).unwrap_err(), Fault::Large(60_000, 60_000));
        // Few enough pixels, and still a lie: the file has none of them.
        assert_eq!(decode(&bomb(8000, 8000)).unwrap_err(), Fault::Damaged);
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
