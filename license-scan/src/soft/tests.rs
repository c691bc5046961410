//! Pictures on which black and white are not enough.

use image::imageops;
use image::{GrayImage, Luma};
use license_core::carrier::parts;
use rxing::point;
use test_vectors::chance::Chance;

use super::*;
use crate::tests::drawn;

/// The thresholds with which all of these look for corners.
const THRESHOLDS: [Threshold; 3] =
    [Threshold::Blocks, Threshold::Around(10), Threshold::Around(20)];

/// A code and what it says.
fn code(seed: u64, scale: usize) -> (String, GrayImage) {
    let text = parts::write(&Chance(seed).bytes(300))[0].clone();
    let picture = drawn(&text, scale);
    (text, picture)
}

/// Checks that a code is read from all levels of grey, and not in black and white.
fn only_here(text: &str, picture: &GrayImage) {
    let texts = readers::read(picture, &THRESHOLDS);
    assert!(texts.is_empty(), "{texts:?}");
    assert_eq!(read(picture, picture, &THRESHOLDS), [text]);
}

#[test]
fn codes_in_black_and_white_are_read_too_either_way_round() {
    for version in [10, 40, 200, 800] {
        let text =
            parts::write(&Chance(version).bytes(usize::try_from(version).unwrap()))[0].clone();
        let mut picture = drawn(&text, 3);
        assert_eq!(read(&picture, &picture, &THRESHOLDS), [text.as_str()]);
        imageops::invert(&mut picture);
        assert_eq!(read(&picture, &picture, &THRESHOLDS), [text.as_str()]);
    }
}

#[test]
fn a_blurred_code_is_read() {
    let (text, picture) = code(41, 5);
    only_here(&text, &imageops::blur(&picture, 3.1));
}

#[test]
fn a_code_with_a_grey_blot_is_read_whose_modules_are_told_to_be_doubtful() {
    let (text, mut picture) = code(42, 5);
    let (side, half) = (picture.width(), picture.width() / 2);
    for (x, y, level) in picture.enumerate_pixels_mut() {
        if x.abs_diff(half) < side / 5 && y.abs_diff(half) < side / 5 {
            *level = Luma([128]);
        }
    }
    only_here(&text, &picture);
}

#[test]
fn a_mesh_follows_a_page_seen_from_aside() {
    // A plane, as a camera sees it: what lies farther right is smaller.
    let seen = |x: f32, y: f32| {
        let depth = 1.0 + 0.008 * x + 0.002 * y;
        point((40.0 + 6.0 * x + 0.5 * y) / depth, (30.0 - 0.4 * x + 5.5 * y) / depth)
    };
    let corner = |x: f32, y: f32| Frame {
        centre: seen(x, y),
        right: (seen(x + 3.0, y) - seen(x - 3.0, y)) * (1.0 / 6.0),
        down: (seen(x, y + 3.0) - seen(x, y - 3.0)) * (1.0 / 6.0),
    };
    let mesh = Mesh::new(&[corner(3.5, 3.5), corner(41.5, 3.5), corner(3.5, 41.5)], 45).unwrap();
    for (x, y) in [(0.0, 0.0), (22.0, 22.0), (6.5, 30.0), (38.5, 38.5), (45.0, 45.0)] {
        let off = mesh.at(point(x, y)).distance(seen(x, y));
        assert!(off < 1.0, "{x} {y}: {off} pixels");
    }
}

#[test]
fn a_mesh_follows_paper_that_is_rolled() {
    // Narrower towards both sides, and higher in the middle.
    let seen = |x: f32, y: f32| {
        let angle = (x - 44.5) / 50.0;
        point(300.0 + 200.0 * angle.sin(), 100.0 + 4.0 * y - 60.0 * angle.cos())
    };
    let corner = |x: f32, y: f32| Frame {
        centre: seen(x, y),
        right: (seen(x + 3.0, y) - seen(x - 3.0, y)) * (1.0 / 6.0),
        down: point(0.0, 4.0),
    };
    let mesh = Mesh::new(&[corner(3.5, 3.5), corner(85.5, 3.5), corner(3.5, 85.5)], 89).unwrap();
    for (x, y) in [(30.5, 6.5), (56.5, 6.5), (44.5, 44.5), (6.5, 56.5)] {
        let off = mesh.at(point(x, y)).distance(seen(x, y));
        assert!(off < 8.0, "{x} {y}: {off} pixels, two modules");
    }
}
