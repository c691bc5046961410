//! `airlock scan`: what screens, fax machines and office scanners make of a code, and files of these
//! formats that were made to do harm.

use std::time::{Duration, Instant};

use test_vectors::soak;

use crate::common::{Dir, data, tool};

/// A folder with a license, `n.airlock`, its code, `code.png`, and in `kinds` the files of
/// `scans.py`, whose names are returned.
fn folder(options: &[&str]) -> (Dir, Vec<String>) {
    let dir = Dir::new();
    dir.yes("qr n.airlock --png --out code.png");
    let script = data("scans.py");
    let arguments = [&["-B", &script, "code.png", "kinds"], options].concat();
    let made = tool("/usr/bin/python3", "python3-pil", &arguments, dir.root());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let mut names: Vec<String> = std::fs::read_dir(dir.path("kinds"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    (dir, names)
}

/// Checks that each file of a kind is read by itself.
fn each_is_read(kind: &str, least: usize) {
    let (dir, names) = folder(&[]);
    let names: Vec<&String> = names.iter().filter(|name| name.starts_with(kind)).collect();
    assert!(names.len() >= least, "{names:?}");
    let is_read = |name: &String| {
        let run = dir.run(&format!("scan kinds/{name} --out got --force"));
        run.status == Some(0) && dir.read("got") == dir.read("n.airlock")
    };
    let unread: Vec<_> = names.iter().filter(|name| !is_read(name)).collect();
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn codes_light_on_dark_are_read() {
    each_is_read("dark-", 20);
}

#[test]
fn codes_that_are_pulled_high_or_wide_are_read() {
    each_is_read("pulled-", 18);
}

#[test]
fn every_page_of_a_tiff_is_read_however_it_is_stored() {
    each_is_read("tiff-", 38);
}

#[cfg(feature = "scan-pdf")]
#[test]
fn every_page_of_a_scanners_pdf_is_read() {
    each_is_read("pdf-", 20);
}

#[test]
fn a_set_is_read_from_the_pages_of_one_document() {
    let (dir, _) = folder(&["small"]);
    let whole = dir.yes("scan kinds/tiff-many.tif --out got --force");
    let pictures = whole["pictures"].items();
    assert_eq!((pictures.len(), pictures[0]["codes"].number()), (1, 1), "{whole:?}");
    assert!(!whole.has("warnings"), "{whole:?}");
}

/// What cannot be read is named, within the limits of memory and time.
#[test]
fn documents_that_would_take_all_memory_or_time_are_refused() {
    let dir = Dir::new();
    dir.yes("qr n.airlock --png --out code.png");
    let script = data("scan_bombs.py");
    let arguments = ["-B", &script, "code.png", "bombs", "small"];
    let made = tool("/usr/bin/python3", "python3-pil", &arguments, dir.root());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let expected = [
        ("tiff-huge.tif", "picture_large", "60000 by 60000"),
        ("tiff-no-pixels.tif", "", ""),
        ("tiff-empty.tif", "picture_damaged", "cut or damaged"),
        ("tiff-zeros.tif", "text_missing", "no code was found on it"),
        ("tiff-wide-words.tif", "picture_large", "more memory"),
        ("tiff-own-next.tif", "picture_damaged", "cut or damaged"),
        ("tiff-pages.tif", "picture_large", "more than 200 pages"),
        ("tiff-huge-jpeg.tif", "", ""),
        #[cfg(feature = "scan-pdf")]
        ("pdf-pages.pdf", "picture_large", "more than 200 pages"),
        #[cfg(feature = "scan-pdf")]
        ("pdf-locked.pdf", "not_picture", "locked with a password"),
    ];
    let mut names: Vec<String> = std::fs::read_dir(dir.path("bombs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in names {
        let start = Instant::now();
        let run = dir.run(&format!("scan bombs/{name} --out none --json"));
        assert!(matches!(run.status, Some(1 | 2)), "{name}: {run}");
        assert!(start.elapsed() < Duration::from_secs(180), "{name}: {:?}", start.elapsed());
        if let Some((_, code, words)) = expected.iter().find(|(file, ..)| *file == name)
            && !code.is_empty()
        {
            let error = run.error(2, code);
            assert!(error["message"].text().contains(words), "{name}: {error:?}");
        }
    }
}

/// Numbers that look random and are the same for a seed (xorshift).
struct Chance(u64);

impl Chance {
    fn number(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % below.max(1)
    }
}

/// The file with some of it cut, moved, or written over: bytes, numbers of four bytes, and digits.
fn harmed(file: &[u8], chance: &mut Chance) -> Vec<u8> {
    const NUMBERS: [u32; 6] = [0, 1, 8, 60_000, 0x7fff_ffff, u32::MAX];
    let mut file = file.to_vec();
    for _ in 0..=chance.number(6) {
        let at = chance.number(file.len());
        let end = (at + chance.number(40)).min(file.len());
        match chance.number(8) {
            0 => file.truncate(at.max(16)),
            1 => drop(file.drain(at..end)),
            2 => drop(file.splice(at..at, file[at..end].to_vec())),
            3 | 4 if at + 4 <= file.len() => {
                let number = NUMBERS[chance.number(NUMBERS.len())];
                let bytes =
                    if chance.number(2) == 0 { number.to_le_bytes() } else { number.to_be_bytes() };
                file[at / 4 * 4..][..4].copy_from_slice(&bytes);
            }
            5 | 6 => {
                let digits: Vec<usize> =
                    (0..file.len()).filter(|at| file[*at].is_ascii_digit()).collect();
                if let Some(at) = digits.get(chance.number(digits.len())) {
                    file[*at] = b"0123456789"[chance.number(10)];
                }
            }
            _ => file[at] = u8::try_from(chance.number(256)).unwrap(),
        }
        if file.is_empty() {
            file.push(0);
        }
    }
    file
}

/// A whole run has 10,000 of each format (`scripts/soak pictures`); without being told, a hundredth.
#[test]
fn hostile_pictures_of_every_format_give_the_file_or_a_refusal() {
    let (dir, names) = folder(&["small"]);
    let formats = [
        ".tif",
        #[cfg(feature = "scan-pdf")]
        ".pdf",
        ".gif",
        ".webp",
        ".bmp",
    ];
    let (rounds, mut chance) = (soak::rounds(10_000), Chance(soak::state(15)));
    let (mut slowest, mut read) = (Duration::ZERO, 0);
    for format in formats {
        let kind: Vec<&String> = names.iter().filter(|name| name.ends_with(format)).collect();
        let files: Vec<Vec<u8>> =
            kind.iter().map(|name| dir.read(&format!("kinds/{name}"))).collect();
        assert!(!files.is_empty(), "{format}");
        for round in 0..rounds {
            let file = &files[chance.number(files.len())];
            let name = format!("harmed{format}");
            dir.write(&name, harmed(file, &mut chance));
            let start = Instant::now();
            let run = dir.run(&format!("scan {name} --out got --force --json"));
            slowest = slowest.max(start.elapsed());
            assert!(matches!(run.status, Some(0..=2)), "{format} {round}: {run}");
            if run.status == Some(0) {
                read += 1;
                assert_eq!(dir.read("got"), dir.read("n.airlock"), "{format} {round}");
            }
        }
    }
    println!(
        "{read} of {rounds} of each of {} formats were read; slowest {slowest:?}",
        formats.len()
    );
    // Not so hostile that nothing is read at all: else the readers were never reached.
    assert!(read > rounds / 10, "found {read} read");
    assert!(slowest < Duration::from_secs(100), "{slowest:?}");
}
