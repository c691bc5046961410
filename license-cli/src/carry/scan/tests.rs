//! The file that codes on several pictures make.

use image::imageops;
use license_core::carrier::parts;
use license_scan::Rung;
use tempfile::TempDir;
use test_vectors::chance::Chance;

use super::*;
use crate::carry::qr;

/// The codes of a file, each as a picture of its own.
fn drawn(file: &[u8]) -> Vec<GrayImage> {
    let png = |symbol: &qr::Symbol| qr::picture::png(symbol, 30).unwrap();
    let picture = |symbol| image::load_from_memory(&png(symbol)).unwrap().into_luma8();
    qr::symbols(file).unwrap().iter().map(picture).collect()
}

fn joined(pictures: &[GrayImage]) -> Joined {
    let dir = TempDir::new().unwrap();
    let write = |(index, picture): (usize, &GrayImage)| {
        let path = dir.path().join(format!("{index}.png"));
        picture.save(&path).unwrap();
        path
    };
    let paths: Vec<PathBuf> = pictures.iter().enumerate().map(write).collect();
    Pictures::read(&paths, &Progress::new(1, true)).collector.file().unwrap()
}

#[test]
fn files_of_every_size_come_back() {
    for (length, seed) in [
        (1, 1),
        (17, 2),
        (151, 3),
        (340, 4),
        (599, 5),
        (600, 6),
        (601, 7),
        (1176, 8),
        (1177, 9),
        (3001, 10),
    ] {
        let file = Chance(seed).bytes(length);
        let pictures = drawn(&file);
        assert_eq!(joined(&pictures).bytes, file, "{length}");
        if let [_, rest @ ..] = pictures.as_slice()
            && !rest.is_empty()
        {
            assert_eq!((joined(rest).bytes, joined(rest).restored), (file, Some(1)), "{length}");
        }
    }
}

#[test]
fn pages_without_a_code_do_not_hold_up_one_that_needs_effort() {
    let file = Chance(17).bytes(300);
    let code = drawn(&file).remove(0);
    // One that the first rung does not read, and one of the next two does.
    let soft = (10..60).map(|tenths| imageops::blur(&code, tenths as f32 / 10.0)).find(|soft| {
        let reads = |rungs: &[Rung]| rungs.iter().any(|rung| !rung.read(soft).is_empty());
        !reads(&LADDER[..1]) && reads(&LADDER[1..LANDINGS[0]])
    });
    let mut words = GrayImage::from_pixel(300, 300, [255].into());
    imageops::replace(&mut words, &GrayImage::from_pixel(200, 20, [0].into()), 40, 40);
    let dir = TempDir::new().unwrap();
    let pages = [words.clone(), words.clone(), words.clone(), words, soft.unwrap()];
    let paths: Vec<PathBuf> =
        (0..pages.len()).map(|index| dir.path().join(format!("{index}.png"))).collect();
    for (page, path) in pages.iter().zip(&paths) {
        page.save(path).unwrap();
    }
    let read = Pictures::read(&paths, &Progress::new(1, true));
    assert_eq!(read.file().unwrap().bytes, file);
    let taken = read.pictures.iter().flat_map(|picture| picture.pages.iter().map(|page| page.next));
    assert!(taken.clone().all(|next| next <= LANDINGS[0]), "{:?}", taken.collect::<Vec<_>>());
}

#[test]
fn the_codes_that_are_missing_are_said_while_pictures_are_read() {
    let codes = parts::write(&Chance(16).bytes(2800));
    let mut collector = Collector::default();
    assert_eq!(unread::missing(&collector), None);
    collector.add(&codes[0]).unwrap();
    let missing = unread::missing(&collector).unwrap();
    assert_eq!(missing, format!("still missing: codes 2, 3, 4, 5 and 6 of {}", codes.len()));
    for code in &codes {
        collector.add(code).unwrap();
    }
    assert_eq!(unread::missing(&collector), None);
}
