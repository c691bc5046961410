//! Reads codes from all levels of grey, where black and white are not enough: small ones, blurred
//! ones, noisy ones, and those on bent paper.
//!
//! The corners are found in black and white, as elsewhere; from there on each step looks at the
//! picture as it is: where the corners are exactly ([`frame`]), where the modules between them are
//! ([`mesh`]), which of them are dark ([`grid`]), and what they say ([`words`]).
//!
//! At most as many sets of corners are tried as elsewhere, and for as long. One set takes time in
//! proportion to its modules, of which a code has at most 177 a side.

mod frame;
mod grid;
mod levels;
mod mend;
mod mesh;
mod solve;
#[cfg(test)]
mod tests;
mod words;

use std::time::Instant;

use image::GrayImage;
use rxing::Point;
use rxing::common::BitMatrix;
use rxing::qrcode::common::Version;
use rxing::qrcode::cpp_port::detector::FinderPatternSet;

use crate::finders;
use crate::readers::{self, SETS, TRYING, Threshold, quietly};
use frame::{Frame, Rings};
use grid::Grid;
use levels::Levels;
use mesh::Mesh;
use words::Modules;

/// How much corners look like finder patterns at least, before they are looked at closely and
/// after, and timing patterns like timing patterns.
const GLANCED: f32 = 0.2;
const FITTED: f32 = 0.5;
const TIMED: f32 = 0.2;
/// Sizes that are tried on both sides of the one that the corners speak for.
const SIZES: u32 = 3;
/// Modules of a hundred whose colour is known that may be taken for the other at most.
const WRONG: usize = 30;
/// How often a code is learned from.
const ROUNDS: usize = 4;

/// Returns what the codes say whose corners are found with any of these thresholds on the picture
/// as it is prepared for that; they are read from the other, of the same size.
pub(crate) fn read(
    picture: &GrayImage,
    prepared: &GrayImage,
    thresholds: &[Threshold],
) -> Vec<String> {
    let (mut tried, mut texts) = (Vec::new(), Vec::new());
    for threshold in thresholds {
        let Some(mut dark) = quietly(|| readers::dark(prepared, *threshold)).flatten() else {
            continue;
        };
        for turned in [false, true] {
            if turned {
                dark.flip_self();
                if finders::like(&dark, readers::CORNERS) < readers::CORNERS {
                    continue;
                }
            }
            let levels = Levels::new(picture, turned);
            texts.extend(codes(&levels, &dark, &mut tried));
        }
    }
    texts
}

/// Returns what the codes say whose corners are in black and white, except those tried before.
fn codes(levels: &Levels<'_>, dark: &BitMatrix, tried: &mut Vec<[Point; 3]>) -> Vec<String> {
    let (mut texts, start) = (Vec::new(), Instant::now());
    let sets = readers::sets(dark);
    for set in sets.iter().take(SETS).take_while(|_| start.elapsed() < TRYING) {
        let corners = [set.tl.p, set.tr.p, set.bl.p];
        let near = set.tl.size as f32 / 14.0;
        let same = |before: &[Point; 3]| {
            before.iter().zip(corners).all(|(one, other)| one.distance(other) < near)
        };
        if tried.iter().any(same) {
            continue;
        }
        if let Some(found) = corners_of(levels, set) {
            tried.push(corners);
            texts.extend(quietly(|| text(levels, &found)).flatten());
        }
    }
    texts
}

/// The finder patterns top left, top right and bottom left, as they are exactly.
fn corners_of(levels: &Levels<'_>, set: &FinderPatternSet) -> Option<[Frame; 3]> {
    let (right, down) = (set.tr.p - set.tl.p, set.bl.p - set.tl.p);
    let frames = [set.tl, set.tr, set.bl].map(|corner| {
        let module = corner.size as f32 / 7.0;
        let along = |way: Point| way * (module / way.length().max(1.0));
        Frame { centre: corner.p, right: along(right), down: along(down) }
    });
    if frames.iter().any(|frame| frame.likeness(levels, Rings::Finder) < GLANCED) {
        return None;
    }
    let fitted = frames.map(|frame| frame.fitted(levels, Rings::Finder));
    fitted.iter().all(|(_, like)| *like > FITTED).then(|| fitted.map(|(frame, _)| frame))
}

/// What the code says that has these corners.
fn text(levels: &Levels<'_>, corners: &[Frame; 3]) -> Option<String> {
    let mut sizes: Vec<(f32, u32)> =
        versions(corners).filter_map(|version| timed(levels, corners, version)).collect();
    sizes.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    sizes.iter().take(2).find_map(|(_, version)| sized(levels, corners, *version))
}

/// The versions that a code may have with these corners.
fn versions(corners: &[Frame; 3]) -> impl Iterator<Item = u32> + use<> {
    let [first, right, below] = corners;
    // Modules grow from one corner to the other where a code is seen from aside; between them as
    // many fit as if all had the geometric mean.
    let across = (first.right.length() * right.right.length()).sqrt();
    let down = (first.down.length() * below.down.length()).sqrt();
    let modules = first.centre.distance(right.centre) / across.max(0.1)
        + first.centre.distance(below.centre) / down.max(0.1);
    let version = ((modules / 2.0 + 7.0 - 17.0) / 4.0).clamp(1.0, 40.0).round();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 40")]
    let version = version as u32;
    version.saturating_sub(SIZES).max(1)..=(version + SIZES).min(40)
}

/// A version and how much the timing patterns speak for it.
fn timed(levels: &Levels<'_>, corners: &[Frame; 3], version: u32) -> Option<(f32, u32)> {
    let side = 17 + 4 * version;
    let timing = Mesh::new(corners, side)?.timing(levels, side);
    (timing > TIMED).then_some((timing, version))
}

/// What the code says that has these corners and this version.
fn sized(levels: &Levels<'_>, corners: &[Frame; 3], version: u32) -> Option<String> {
    let side = 17 + 4 * version;
    let row = Version::getVersionForNumber(version).ok()?.getAlignmentPatternCenters();
    let middles = grid::middles(row);
    let known = known(side, &middles);
    let mut mesh = Mesh::new(corners, side)?;
    mesh.align(levels, middles)?;
    let mut grid = Grid::new(levels, &mesh, side, known);
    if grid.learn()? > WRONG {
        return None;
    }
    for _ in 0..ROUNDS {
        let modules = Modules { dark: &grid.dark, side: side as usize };
        if let Some(text) = modules.text(version) {
            return Some(text);
        }
        grid.again()?;
    }
    None
}

/// The modules that are dark or light in each code of this size, row by row.
fn known(side: u32, middles: &[Point]) -> Vec<Option<bool>> {
    let module = |x: u32, y: u32| {
        let ring = |middle_x: u32, middle_y: u32| x.abs_diff(middle_x).max(y.abs_diff(middle_y));
        let pattern = |rings: Rings, ring: u32, reach: u32| {
            u8::try_from(ring).ok().filter(|_| ring <= reach).map(|ring| rings.is_dark(ring))
        };
        let finders = [(3, 3), (side - 4, 3), (3, side - 4)];
        let finder = finders.iter().find_map(|(x, y)| pattern(Rings::Finder, ring(*x, *y), 4));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few modules"
        )]
        let aligned =
            |middle: &Point| pattern(Rings::Alignment, ring(middle.x as u32, middle.y as u32), 2);
        let timing = || (x == 6 || y == 6).then_some((x + y).is_multiple_of(2));
        finder.or_else(|| middles.iter().find_map(aligned)).or_else(timing)
    };
    (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| module(x, y)).collect()
}
