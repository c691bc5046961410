//! The ladder: ways to prepare a picture and to read it, the quickest and most fruitful first.
//!
//! Chosen by what each way reads of distorted pictures, which `scripts/scan-compare` makes: no
//! single way reads all, and the first rung alone reads more than zbar does. Twice as large helps
//! small and blurred codes, smaller helps noisy ones, one level for the whole picture those that
//! glare or a stain has cut in two. Where black and white are not enough, all levels of grey are
//! read: of the picture as it is, and with the corners looked for where it is twice as large and
//! sharper. Left out is what read nothing more than these: a third library (rqrr), the older
//! detector of `rxing`, three times as large, softened before.

use image::GrayImage;
use image::imageops::{self, FilterType};

use crate::readers::{self, Threshold, quietly};
use crate::soft;

/// The most pixels of a picture that is read twice as large: with more of them its codes are large
/// enough, and time is not.
const ENLARGED: u32 = 4 << 20;

/// One way to read a picture.
#[derive(Debug)]
pub struct Rung {
    prepare: fn(&GrayImage) -> GrayImage,
    read: fn(&GrayImage) -> Vec<String>,
    /// The most pixels that it takes; larger pictures are left out.
    most: u32,
}

/// The ways in their order: the quickest and most fruitful first.
pub const LADDER: &[Rung] = &[
    Rung { prepare: GrayImage::clone, read: plain, most: u32::MAX },
    Rung { prepare: GrayImage::clone, read: shaded, most: u32::MAX },
    Rung { prepare: |picture| twice(&stretched(picture)), read: plain, most: ENLARGED },
    Rung { prepare: |picture| scaled(picture, 0.6), read: evened, most: u32::MAX },
    Rung { prepare: |picture| scaled(picture, 0.75), read: evened, most: u32::MAX },
    Rung { prepare: |picture| twice(&stretched(picture)), read: steep, most: ENLARGED },
    Rung { prepare: twice, read: fine, most: ENLARGED },
    Rung { prepare: |picture| sharpened(&twice(&stretched(picture))), read: fine, most: ENLARGED },
    Rung { prepare: |picture| sharpened(&stretched(picture)), read: evened, most: u32::MAX },
    Rung { prepare: |picture| pulled(picture, 1, 2), read: plain, most: ENLARGED },
    Rung { prepare: |picture| pulled(picture, 2, 1), read: plain, most: ENLARGED },
    Rung { prepare: |picture| scaled(picture, 0.6), read: shaded, most: u32::MAX },
];

/// Whether nothing is on the page: the back of a sheet, which a scanner takes too.
pub fn is_blank(picture: &GrayImage) -> bool {
    let (lowest, highest) =
        picture.iter().fold((u8::MAX, 0), |(low, high), level| (low.min(*level), high.max(*level)));
    highest.saturating_sub(lowest) < 3
}

impl Rung {
    /// Returns what the codes say that are read in this way; a picture that makes a library panic
    /// gives none.
    pub fn read(&self, picture: &GrayImage) -> Vec<String> {
        if picture.width().saturating_mul(picture.height()) > self.most {
            return Vec::new();
        }
        quietly(|| (self.read)(&(self.prepare)(picture))).unwrap_or_default()
    }
}

fn plain(picture: &GrayImage) -> Vec<String> {
    readers::read(picture, &[Threshold::Blocks, Threshold::Around(10), Threshold::Around(20)])
}

fn fine(picture: &GrayImage) -> Vec<String> {
    readers::read(picture, &[Threshold::Around(10), Threshold::Around(40)])
}

fn evened(picture: &GrayImage) -> Vec<String> {
    readers::read(picture, &[Threshold::Whole, Threshold::Around(10)])
}

/// From all levels of grey.
fn shaded(picture: &GrayImage) -> Vec<String> {
    let thresholds = [Threshold::Blocks, Threshold::Around(10), Threshold::Around(20)];
    soft::read(picture, picture, &thresholds)
}

/// From all levels of grey, the corners looked for where edges are steep again: what is blurred has
/// none, and what is made steep has lost levels.
fn steep(picture: &GrayImage) -> Vec<String> {
    soft::read(picture, &sharpened(picture), &[Threshold::Around(10), Threshold::Around(20)])
}

/// Returns the picture with its darkest hundredth black and its lightest hundredth white.
fn stretched(picture: &GrayImage) -> GrayImage {
    let mut levels = [0_usize; 256];
    for level in picture.as_raw() {
        if let Some(count) = levels.get_mut(usize::from(*level)) {
            *count += 1;
        }
    }
    let hundredth = picture.as_raw().len() / 100;
    let end = |counts: &mut dyn Iterator<Item = &usize>| {
        let mut sum = 0;
        counts
            .take_while(|count| {
                sum += **count;
                sum <= hundredth
            })
            .count()
    };
    let (low, high) =
        (end(&mut levels.iter()), 255_usize.saturating_sub(end(&mut levels.iter().rev())));
    if high <= low {
        return picture.clone();
    }
    let mut stretched = picture.clone();
    for level in stretched.iter_mut() {
        let moved = usize::from(*level).saturating_sub(low) * 255 / (high - low);
        *level = u8::try_from(moved).unwrap_or(u8::MAX);
    }
    stretched
}

/// The picture so many times as wide and as high: small codes that are pulled are not seen to be so
/// before they are read.
fn pulled(picture: &GrayImage, wide: u32, high: u32) -> GrayImage {
    let (width, height) = (picture.width() * wide, picture.height() * high);
    imageops::resize(picture, width, height, FilterType::Triangle)
}

fn twice(picture: &GrayImage) -> GrayImage {
    scaled(picture, 2.0)
}

fn scaled(picture: &GrayImage, factor: f64) -> GrayImage {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few thousand pixels at most"
    )]
    let side = |side: u32| ((f64::from(side) * factor) as u32).max(1);
    let filter = if factor > 1.0 { FilterType::CatmullRom } else { FilterType::Triangle };
    imageops::resize(picture, side(picture.width()), side(picture.height()), filter)
}

/// Returns the picture less twice its blur: edges become steep again.
fn sharpened(picture: &GrayImage) -> GrayImage {
    let blurred = imageops::fast_blur(picture, 3.0);
    let mut sharpened = picture.clone();
    for (level, soft) in sharpened.iter_mut().zip(blurred.iter()) {
        let steep = 3 * i32::from(*level) - 2 * i32::from(*soft);
        *level = u8::try_from(steep.clamp(0, 255)).unwrap_or(u8::MAX);
    }
    sharpened
}
