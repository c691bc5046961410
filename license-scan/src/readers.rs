//! The libraries that find and read codes, kept from panicking and from endless work on hostile
//! pictures.

use std::cell::Cell;
use std::cmp::Reverse;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::time::{Duration, Instant};

use image::GrayImage;
use rxing::common::{BitMatrix, DetectorRXingResult, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{
    FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR,
};
use rxing::{Binarizer, Luma8LuminanceSource};

use crate::finders;

thread_local! {
    /// Whether a panic of this thread is expected and is not to be printed.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Returns what this returns, or `None` where it panics; nothing is printed then.
///
/// The hook for panics belongs to the whole process, so it is wrapped once, for ever; it is the
/// calling thread's mark that silences it, and only for as long as the call lasts.
pub(crate) fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static WRAP: Once = Once::new();
    WRAP.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    // What a panic leaves half done belongs to the work, and is dropped with it.
    let result = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    QUIET.set(before);
    result
}

/// How dark is told from light.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Threshold {
    /// One level for the whole picture.
    Whole,
    /// Levels for blocks of eight pixels.
    Blocks,
    /// The average of the square that reaches this far around a pixel.
    Around(usize),
}

/// Finder patterns that are kept of one picture, the largest: a page of codes has a few dozen, and
/// what only looks like one is small.
const PATTERNS: usize = 600;
/// Sets of three finder patterns that are tried in one picture.
pub(crate) const SETS: usize = 2_000;
/// What looks like a finder pattern in one picture above which it is left alone: the library
/// compares each with each.
const LIKE: usize = 2_000;
/// What looks like the corners of a code at least where one light on dark is looked for.
pub(crate) const CORNERS: usize = 3;
/// The longest that sets are tried in one picture: far more than one of codes takes.
pub(crate) const TRYING: Duration = Duration::from_millis(500);

/// Returns what the codes say that are found with any of these thresholds.
pub(crate) fn read(picture: &GrayImage, thresholds: &[Threshold]) -> Vec<String> {
    let dark = |threshold: &Threshold| quietly(|| dark(picture, *threshold)).flatten();
    thresholds.iter().filter_map(dark).flat_map(either).collect()
}

/// Returns what the codes say that are dark on light, and those that are light on dark: dark mode,
/// a negative, white print on a coloured label.
fn either(mut dark: BitMatrix) -> Vec<String> {
    let mut texts = codes(&dark);
    dark.flip_self();
    if finders::like(&dark, CORNERS) >= CORNERS {
        texts.extend(codes(&dark));
    }
    texts
}

/// Returns which pixels are dark.
pub(crate) fn dark(picture: &GrayImage, threshold: Threshold) -> Option<BitMatrix> {
    let source = || {
        Luma8LuminanceSource::new(picture.as_raw().clone(), picture.width(), picture.height()).ok()
    };
    match threshold {
        Threshold::Whole => {
            GlobalHistogramBinarizer::new(source()?).get_black_matrix().ok().cloned()
        }
        Threshold::Blocks => HybridBinarizer::new(source()?).get_black_matrix().ok().cloned(),
        Threshold::Around(reach) => darker_than_around(picture, reach),
    }
}

/// Returns the pixels that are darker than the average around them.
///
/// The square's sum slides: a column of the picture is summed once a row, and added on the right as
/// another leaves on the left.
fn darker_than_around(picture: &GrayImage, reach: usize) -> Option<BitMatrix> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut dark = BitMatrix::new(picture.width(), picture.height()).ok()?;
    let row = |y: usize| picture.as_raw().chunks_exact(width).nth(y);
    let mut columns = vec![0_u32; width];
    for y in (0..reach.min(height)).filter_map(row) {
        columns.iter_mut().zip(y).for_each(|(sum, level)| *sum += u32::from(*level));
    }
    for (y, line) in picture.as_raw().chunks_exact(width).enumerate() {
        if let Some(below) = row(y + reach) {
            columns.iter_mut().zip(below).for_each(|(sum, level)| *sum += u32::from(*level));
        }
        if let Some(above) = y.checked_sub(reach + 1).and_then(row) {
            columns.iter_mut().zip(above).for_each(|(sum, level)| *sum -= u32::from(*level));
        }
        let rows = (y + reach + 1).min(height) - y.saturating_sub(reach);
        let mut sum: u32 = columns.iter().take(reach).sum();
        for (x, level) in line.iter().enumerate() {
            sum += columns.get(x + reach).copied().unwrap_or(0);
            sum -=
                x.checked_sub(reach + 1).and_then(|left| columns.get(left)).copied().unwrap_or(0);
            let across = (x + reach + 1).min(width) - x.saturating_sub(reach);
            if usize::from(*level) * rows * across < sum as usize {
                dark.set(u32::try_from(x).ok()?, u32::try_from(y).ok()?);
            }
        }
    }
    Some(dark)
}

/// Returns what may be the three corners of a code each, the likeliest first.
pub(crate) fn sets(dark: &BitMatrix) -> Vec<FinderPatternSet> {
    if finders::like(dark, LIKE) >= LIKE {
        return Vec::new();
    }
    let mut patterns = quietly(|| FindFinderPatterns(dark, true, 0)).unwrap_or_default();
    patterns.sort_by_key(|pattern| Reverse(pattern.size));
    patterns.truncate(PATTERNS);
    quietly(|| GenerateFinderPatternSets(&mut patterns)).unwrap_or_default()
}

/// Returns what the codes in black and white say: three finder patterns each, of which none belongs
/// to two codes.
fn codes(dark: &BitMatrix) -> Vec<String> {
    let sets = sets(dark);
    let (mut used, mut texts, start) = (Vec::new(), Vec::new(), Instant::now());
    for set in sets.iter().take(SETS).take_while(|_| start.elapsed() < TRYING) {
        let corners = [set.bl, set.tl, set.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        if let Some(text) = quietly(|| decoded(dark, set)).flatten() {
            texts.push(text);
            used.extend(corners);
        }
    }
    texts
}

fn decoded(dark: &BitMatrix, set: &FinderPatternSet) -> Option<String> {
    text(SampleQR(dark, set).ok()?.getBits())
}

/// Returns what the modules of a code say.
pub(crate) fn text(modules: &BitMatrix) -> Option<String> {
    let decoded = Decode(modules).ok()?;
    decoded.isValid().then(|| decoded.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_others_are_still_told() {
        assert_eq!(quietly(|| 7), Some(7));
        assert_eq!(quietly(|| -> u8 { panic!("not printed") }), None);
        assert!(!QUIET.get());
        // One within another: the outer one stays quiet after the inner one.
        assert_eq!(
            quietly(|| (quietly(|| -> u8 { panic!("not printed") }), QUIET.get())),
            Some((None, true))
        );
        assert!(
            std::thread::spawn(|| quietly(|| QUIET.get()))
                .join()
                .is_ok_and(|quiet| quiet == Some(true))
        );
    }

    #[test]
    fn a_pixel_is_compared_with_the_average_around_it() {
        let picture = GrayImage::from_fn(23, 17, |x, y| {
            image::Luma([u8::try_from((x * x * 7 + y * y * 13 + x * y) % 256).unwrap()])
        });
        for reach in [0, 1, 3, 10, 40] {
            let dark = darker_than_around(&picture, reach).unwrap();
            for (x, y, level) in picture.enumerate_pixels() {
                let inside = |at: u32, other: u32| at.abs_diff(other) as usize <= reach;
                let around: Vec<u32> = picture
                    .enumerate_pixels()
                    .filter(|(u, v, _)| inside(x, *u) && inside(y, *v))
                    .map(|(_, _, level)| u32::from(level.0[0]))
                    .collect();
                let expected = u32::from(level.0[0]) as usize * around.len()
                    < around.iter().sum::<u32>() as usize;
                assert_eq!(dark.get(x, y), expected, "{x} {y} {reach}");
            }
        }
    }
}
