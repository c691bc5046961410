//! Codes are read on pictures, and hostile pictures do no harm.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::time::{Duration, Instant};

use image::{DynamicImage, ImageFormat, Luma, imageops};
use license_core::carrier::parts;
use qrcode::{Color, QrCode};
use test_vectors::chance::Chance;
use test_vectors::soak;

use super::*;

/// A code in black on white, this many pixels a module.
pub(crate) fn drawn(text: &str, scale: usize) -> GrayImage {
    let code = QrCode::new(text).unwrap();
    let (side, colors) = (code.width(), code.to_colors());
    let full = u32::try_from((side + 8) * scale).unwrap();
    GrayImage::from_fn(full, full, |x, y| {
        let module = |at: u32| (at as usize / scale).checked_sub(4).filter(|at| *at < side);
        let dark =
            module(x).zip(module(y)).is_some_and(|(x, y)| colors[y * side + x] == Color::Dark);
        Luma([if dark { 0 } else { 255 }])
    })
}

fn encoded(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(picture.clone()).write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// Everything that the ladder reads.
fn all(picture: &GrayImage) -> Vec<String> {
    LADDER.iter().flat_map(|rung| rung.read(picture)).collect()
}

#[test]
fn six_codes_on_a_page_are_read_with_a_foreign_one_among_them() {
    let mut texts = parts::write(&Chance(11).bytes(2800));
    texts.push("https://example.com".to_owned());
    assert_eq!(texts.len(), 7);
    let mut page = GrayImage::from_pixel(1100, 1500, Luma([230]));
    for (index, text) in texts.iter().enumerate() {
        let [column, row] = [index % 3, index / 3].map(|at| i64::try_from(at).unwrap());
        imageops::replace(&mut page, &drawn(text, 3), column * 350 + 20, row * 420 + 30);
    }
    let read: BTreeSet<String> = all(&imageops::rotate90(&page)).into_iter().collect();
    assert_eq!(read, texts.into_iter().collect());
}

/// A whole run has 1,000,000 (`scripts/soak pictures`); without being told, a hundredth.
#[test]
fn thousands_of_hostile_pictures_do_no_harm() {
    let text = parts::write(b"twenty bytes, or some")[0].clone();
    let code = drawn(&text, 2);
    let (png, jpeg) = (encoded(&code, ImageFormat::Png), encoded(&code, ImageFormat::Jpeg));
    let (rounds, mut chance) = (soak::rounds(1_000_000), Chance(soak::state(12)));
    let (start, mut slowest, mut read) = (Instant::now(), Duration::ZERO, 0);
    for index in 0..rounds {
        let begun = Instant::now();
        let Some(picture) = hostile(index, &mut chance, &code, &png, &jpeg) else { continue };
        assert!(picture.width().max(picture.height()) <= 4096);
        let texts =
            if picture.as_raw().len() < 1 << 20 { all(&picture) } else { LADDER[0].read(&picture) };
        read += usize::from(texts.contains(&text));
        assert!(
            texts.iter().all(|read| !read.starts_with("ALK1") || *read == text),
            "{index}: {texts:?}"
        );
        slowest = slowest.max(begun.elapsed());
    }
    // Not so hostile that nothing is read at all: else the readers were never reached.
    assert!(read > rounds / 50, "found {read} read");
    assert!(slowest < Duration::from_secs(20), "{slowest:?}");
    let each = start.elapsed() / u32::try_from(rounds).unwrap();
    assert!(each < Duration::from_millis(24), "{each:?} each");
}

/// Returns one of eight kinds of picture, or `None` where the file is refused.
fn hostile(
    index: usize,
    chance: &mut Chance,
    code: &GrayImage,
    png: &[u8],
    jpeg: &[u8],
) -> Option<GrayImage> {
    let size = |chance: &mut Chance| u32::try_from(chance.below(90) + 1).unwrap();
    let drawn = |chance: &mut Chance, level: &mut dyn FnMut(u32, u32, &mut Chance) -> u8| {
        let (width, height) = (size(chance), size(chance));
        Some(GrayImage::from_fn(width, height, |x, y| Luma([level(x, y, chance)])))
    };
    let (a, b) = (chance.below(9) + 1, chance.below(9) + 1);
    match index % 8 {
        0 => decoded(&[&png[..8 + chance.below(30)], &chance.bytes(200)].concat()),
        1 => decoded(&[&jpeg[..3 + chance.below(300)], &chance.bytes(200)].concat()),
        2 => decoded(&mutated(png, chance)),
        3 => decoded(&mutated(jpeg, chance)),
        4 => drawn(chance, &mut |_, _, chance| chance.byte()),
        5 => drawn(chance, &mut |x, y, _| {
            if (x as usize / a + y as usize / b).is_multiple_of(2) { 255 } else { 0 }
        }),
        6 => {
            let blocks = chance.bytes(400);
            drawn(chance, &mut |x, y, _| blocks[(x as usize / a * 17 + y as usize / b) % 400])
        }
        _ => Some(torn(code, chance)),
    }
}

/// The picture in a file, or nothing where it is refused.
fn decoded(bytes: &[u8]) -> Option<GrayImage> {
    let Format::Picture(format) = format_of(bytes)? else { return None };
    views(bytes, format).ok()?.into_iter().next()
}

/// A file with some bytes changed, cut or moved.
fn mutated(file: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..chance.below(4) + 1 {
        let at = chance.below(file.len());
        match chance.below(4) {
            0 => file.truncate(at.max(12)),
            1 => drop(file.splice(at..at, chance.bytes(3))),
            _ => file[at] = chance.byte(),
        }
    }
    file
}

/// A code of which a part is noise, another code's place, or gone.
fn torn(code: &GrayImage, chance: &mut Chance) -> GrayImage {
    let mut torn = code.clone();
    let (width, height) = (code.width() as usize, code.height() as usize);
    let (left, top, kind) = (chance.below(width), chance.below(height), chance.below(4));
    let (right, low) = (left + chance.below(width / 2), top + chance.below(height / 2));
    for (x, y, pixel) in torn.enumerate_pixels_mut() {
        if (left..right).contains(&(x as usize)) && (top..low).contains(&(y as usize)) {
            pixel.0[0] = match kind {
                0 => chance.byte(),
                1 => 255 - pixel.0[0],
                2 => code.get_pixel(y % code.width(), x % code.height()).0[0],
                _ => 128,
            };
        }
    }
    torn
}

#[test]
fn pictures_made_to_be_slow_are_read_in_bounded_time() {
    let mut chance = Chance(13);
    let finder = |x: u32, y: u32| {
        let ring = (x % 9).abs_diff(4).max((y % 9).abs_diff(4));
        if ring == 4 || ring == 2 { 255 } else { 0 }
    };
    let noise = GrayImage::from_fn(1500, 1500, |_, _| Luma([chance.byte()]));
    let blots = GrayImage::from_fn(1500, 1500, |x, y| *noise.get_pixel(x / 3, y / 3));
    for scale in [1, 2, 4] {
        let tiled = GrayImage::from_fn(1500, 1500, |x, y| Luma([finder(x / scale, y / scale)]));
        bounded(&tiled);
    }
    bounded(&GrayImage::from_fn(1500, 1500, |x, _| {
        Luma([if [1, 3, 4, 5, 7].contains(&(x % 9)) { 0 } else { 255 }])
    }));
    bounded(&noise);
    bounded(&blots);
}

/// Checks the time of one picture, generously: the machine may be busy, and each threshold is tried
/// light on dark too.
fn bounded(picture: &GrayImage) {
    let start = Instant::now();
    all(picture);
    assert!(start.elapsed() < Duration::from_secs(240), "{:?}", start.elapsed());
}

#[test]
fn codes_light_on_dark_are_read_beside_others() {
    let texts = parts::write(&Chance(14).bytes(1500));
    let codes: Vec<GrayImage> = texts.iter().map(|text| drawn(text, 3)).collect();
    let mut page = GrayImage::from_pixel(1000, 1000, Luma([40]));
    for (index, code) in codes.iter().enumerate() {
        let mut code = code.clone();
        if index != 1 {
            imageops::invert(&mut code);
        }
        let [column, row] = [index % 2, index / 2].map(|at| i64::try_from(at).unwrap());
        imageops::replace(&mut page, &code, column * 480 + 20, row * 480 + 20);
    }
    let read: BTreeSet<String> = LADDER[0].read(&page).into_iter().collect();
    assert_eq!(read, texts.into_iter().collect());
}

#[test]
fn codes_that_are_pulled_are_made_square_and_square_ones_are_left() {
    let text = parts::write(&Chance(15).bytes(300))[0].clone();
    let code = drawn(&text, 5);
    assert_eq!(squared(&code), None);
    assert_eq!(squared(&GrayImage::from_pixel(90, 90, Luma([7]))), None);
    for (x, y) in [(1.0, 0.5), (0.5, 1.0), (2.0, 1.0), (1.0, 2.1), (1.0, 0.25), (1.4, 1.0)] {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few pixels")]
        let side = |side: u32, by: f64| (f64::from(side) * by) as u32;
        let filter = imageops::FilterType::Triangle;
        let (width, height) = (side(code.width(), x), side(code.height(), y));
        let pulled = imageops::resize(&code, width, height, filter);
        let straight = squared(&pulled).unwrap();
        let aspect = f64::from(straight.height()) / f64::from(straight.width());
        assert!((aspect - 1.0).abs() < 0.1, "{x} {y}: {aspect}");
        assert!(LADDER[0].read(&straight).contains(&text), "{x} {y}");
    }
}
