//! Codes that are twice as high as wide, or the other way round: a fax of 204 by 98 dots an inch,
//! shown as if its dots were square, or a picture that was pulled to fit a window.

use image::GrayImage;
use image::imageops::{self, FilterType};

use crate::finders;
use crate::readers::{self, Threshold, quietly};

/// How far from square a code is at least: the library reads those that are nearer.
const LEAST: f64 = 1.25;
/// How far from square it is at most: a fax is at 2.1, one that was halved once more at 4.2.
const MOST: f64 = 4.5;
/// The most pixels that the picture grows to; a larger one is made narrower or lower instead.
const GROWN: f64 = 16e6;

/// The picture with its codes made square; nothing where they are, or where none is seen.
pub fn squared(picture: &GrayImage) -> Option<GrayImage> {
    quietly(|| made_square(picture)).flatten()
}

fn made_square(picture: &GrayImage) -> Option<GrayImage> {
    // Noise looks like a few finder patterns too: what most places say is right.
    let seen = [Threshold::Blocks, Threshold::Around(20)].into_iter().filter_map(|threshold| {
        let dark = readers::dark(picture, threshold)?;
        let mut light = dark.clone();
        light.flip_self();
        let aspects = [finders::aspect(&dark), finders::aspect(&light)];
        aspects.into_iter().flatten().max_by_key(|(_, places)| *places)
    });
    let (aspect, _) = seen.max_by_key(|(_, places)| *places)?;
    if !(LEAST..MOST).contains(&aspect.max(aspect.recip())) {
        return None;
    }
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let grows = width * height * aspect.max(aspect.recip()) < GROWN;
    let (width, height) =
        if grows == (aspect > 1.0) { (width * aspect, height) } else { (width, height / aspect) };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few thousand pixels"
    )]
    let side = |side: f64| (side.round() as u32).max(1);
    Some(imageops::resize(picture, side(width), side(height), FilterType::Triangle))
}
