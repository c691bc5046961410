//! How dark a picture is at any place of it, between its pixels too.

use image::GrayImage;
use rxing::Point;

/// A picture of which the code is dark, or light where it is turned round.
#[derive(Clone, Copy)]
pub(super) struct Levels<'a> {
    picture: &'a GrayImage,
    turned: bool,
}

impl<'a> Levels<'a> {
    pub(super) fn new(picture: &'a GrayImage, turned: bool) -> Self {
        Self { picture, turned }
    }

    /// How dark it is at a place, 0 to 255, mixed from the four pixels around it. Outside it is as
    /// at the edge.
    pub(super) fn at(&self, place: Point) -> f32 {
        let (width, height) = (self.picture.width(), self.picture.height());
        let (left, across) = apart(place.x, width);
        let (top, down) = apart(place.y, height);
        let first = top * width as usize + left;
        let raw = self.picture.as_raw();
        let row = |start: usize| {
            let level = |at: usize| raw.get(at).map_or(0.0, |level| f32::from(*level));
            level(start) + (level(start + 1) - level(start)) * across
        };
        let upper = row(first);
        let level =
            if down > 0.0 { upper + (row(first + width as usize) - upper) * down } else { upper };
        if self.turned { level } else { 255.0 - level }
    }
}

/// The pixel before a place, and how far the place is from its middle to the next one's.
fn apart(place: f32, side: u32) -> (usize, f32) {
    let inside = (place - 0.5).max(0.0).min((side.max(1) - 1) as f32);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the picture, and not a number becomes 0"
    )]
    let before = inside as usize;
    (before, inside - before as f32)
}

#[cfg(test)]
mod tests {
    use image::Luma;
    use rxing::point;

    use super::*;

    #[test]
    fn levels_are_mixed_between_pixels_and_go_on_outside() {
        let picture = GrayImage::from_fn(2, 2, |x, y| Luma([if x + y == 0 { 255 } else { 55 }]));
        let levels = Levels::new(&picture, false);
        let at = |x, y| levels.at(point(x, y));
        assert_eq!((at(0.5, 0.5), at(1.5, 1.5), at(1.0, 0.5)), (0.0, 200.0, 100.0));
        assert_eq!((at(-7.0, -7.0), at(9.0, 9.0), at(f32::NAN, 0.0)), (0.0, 200.0, 0.0));
        assert_eq!(Levels::new(&picture, true).at(point(0.5, 0.5)), 255.0);
    }
}
