//! `airlock scan`: pictures and hand scanners.

use std::io::{Read, Write};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use image::{DynamicImage, GrayImage, ImageFormat, Luma, imageops};
use license_core::carrier::parts;
use qrcode::{Color, QrCode};

use crate::common::{Dir, data, on_terminal, tool, words};
use crate::json::Json;

const FOREIGN: &str = "https://gitlab.example/not-ours";

/// A folder with a license of one code, `n.airlock`, and one of five, `large.airlock`, and their
/// codes.
fn folder() -> (Dir, String, Vec<String>) {
    let dir = Dir::new();
    dir.write("large.airlock", large(&dir, 'a'));
    let one = parts::write(&dir.read("n.airlock"));
    let several = parts::write(&dir.read("large.airlock"));
    assert_eq!((one.len(), several.len()), (1, 5));
    (dir, one[0].clone(), several)
}

/// Returns a file of four codes and one for repair: issuer documents before a license. The letter
/// makes it another one.
fn large(dir: &Dir, letter: char) -> Vec<u8> {
    let issuer = |number: usize| {
        let name = letter.to_string().repeat(150 + number);
        let certify = "issuer certify --root root.key --key desk.pub --from 2025-01-01 --until \
            2027-01-01 --today 2025-01-01";
        dir.yes(&format!("{certify} --name {name} --out more.issuer --force"));
        dir.read("more.issuer")
    };
    let issuers: Vec<u8> = (0..5).flat_map(issuer).collect();
    [issuers, dir.read("n.airlock")].concat()
}

fn drawn(text: &str, scale: u32) -> GrayImage {
    let code = QrCode::new(text).unwrap();
    let (side, colors) = (u32::try_from(code.width()).unwrap(), code.to_colors());
    GrayImage::from_fn((side + 8) * scale, (side + 8) * scale, |x, y| {
        let (x, y) = ((x / scale).wrapping_sub(4), (y / scale).wrapping_sub(4));
        let dark = x < side && y < side && colors[(y * side + x) as usize] == Color::Dark;
        Luma([if dark { 30 } else { 235 }])
    })
}

fn encoded(picture: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    DynamicImage::from(picture.clone()).write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn draw(dir: &Dir, name: &str, text: &str) {
    drawn(text, 3).save(dir.path(name)).unwrap();
}

/// Draws codes as 1.png, 2.png and so on.
fn draw_all(dir: &Dir, codes: &[String]) {
    for (index, code) in codes.iter().enumerate() {
        draw(dir, &format!("{}.png", index + 1), code);
    }
}

/// Returns a page with these codes, two in a row.
fn page(codes: &[&str]) -> GrayImage {
    let codes: Vec<GrayImage> = codes.iter().map(|code| drawn(code, 3)).collect();
    let cell = codes.iter().map(GrayImage::width).max().unwrap() + 20;
    let rows = u32::try_from(codes.len().div_ceil(2)).unwrap();
    let mut page = GrayImage::from_pixel(2 * cell, rows * cell, Luma([235]));
    for (index, code) in codes.iter().enumerate() {
        let index = u32::try_from(index).unwrap();
        imageops::replace(
            &mut page,
            code,
            i64::from(index % 2 * cell),
            i64::from(index / 2 * cell),
        );
    }
    page
}

/// Returns a picture turned by any angle, each pixel the nearest one's.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels of a small picture"
)]
fn turned(picture: &GrayImage, degrees: f64) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let side = f64::from(picture.width());
    let full = (side * (sin.abs() + cos.abs())).ceil();
    GrayImage::from_fn(full as u32, full as u32, |x, y| {
        let (x, y) = (f64::from(x) - full / 2.0, f64::from(y) - full / 2.0);
        let (u, v) = (x * cos + y * sin + side / 2.0, y * cos - x * sin + side / 2.0);
        let inside = |at: f64| (0.0..side).contains(&at);
        if inside(u) && inside(v) { *picture.get_pixel(u as u32, v as u32) } else { Luma([235]) }
    })
}

/// Checks that this scan writes the file, and returns the answer.
#[track_caller]
fn scanned(dir: &Dir, pictures: &str, file: &str) -> Json {
    let answer = dir.yes(&format!("scan {pictures} --out got.airlock --force"));
    assert_eq!(dir.read("got.airlock"), dir.read(file));
    answer
}

fn numbers(json: &Json) -> Vec<i64> {
    json.items().iter().map(Json::number).collect()
}

#[test]
fn one_code_is_read_from_png_and_jpeg() {
    let (dir, code, _) = folder();
    draw(&dir, "a.png", &code);
    dir.write("b.jpeg", encoded(&drawn(&code, 4), ImageFormat::Jpeg));
    for picture in ["a.png", "b.jpeg", "a.png b.jpeg", "a.png a.png"] {
        let answer = scanned(&dir, picture, "n.airlock");
        assert_eq!(
            (answer["kind"].text(), answer["parts"].number(), answer["read"].number()),
            ("license", 1, 1)
        );
        assert_eq!(answer["restored"], Json::Null, "{answer:?}");
        assert!(!answer.has("warnings"), "{answer:?}");
        assert_eq!(
            answer["id"],
            dir.yes("show n.airlock")["documents"].items().last().unwrap()["id"]
        );
    }
    let run = dir.run("scan a.png --out told.airlock");
    run.ends(0).says(&["wrote told.airlock: license ", "read 1 of 1 code\n"]);
    assert!(run.err.is_empty(), "{run}");
    dir.yes("check got.airlock --instance inst --users 81 --today 2025-11-01");
}

#[test]
fn the_codes_that_airlock_draws_are_read() {
    let (dir, ..) = folder();
    dir.yes("qr n.airlock --png --out n.png");
    scanned(&dir, "n.png", "n.airlock");
    dir.yes("qr large.airlock --png --out large.png");
    let drawn: Vec<String> = dir.tree().keys().map(|path| path.display().to_string()).collect();
    let drawn: Vec<String> = drawn
        .into_iter()
        .filter(|path| path.starts_with("large") && path.ends_with("png"))
        .collect();
    assert_eq!(drawn.len(), 5);
    assert_eq!(scanned(&dir, &drawn.join(" "), "large.airlock")["read"].number(), 5);
}

#[test]
fn parts_are_read_in_any_order_with_copies_and_foreign_codes_among_them() {
    let (dir, _, codes) = folder();
    draw_all(&dir, &codes);
    draw(&dir, "foreign.png", FOREIGN);
    page(&[&codes[1], FOREIGN]).save(dir.path("mixed.png")).unwrap();
    for order in ["1.png 2.png 3.png 4.png 5.png", "5.png 3.png 1.png 4.png 3.png 1.png 2.png"] {
        let answer = scanned(&dir, order, "large.airlock");
        assert_eq!(answer["read"].number(), 5, "{answer:?}");
        assert_eq!(answer["restored"], Json::Null, "{answer:?}");
        assert!(!answer.has("warnings"), "{answer:?}");
    }
    let answer = scanned(&dir, "foreign.png 4.png mixed.png 5.png 3.png 1.png", "large.airlock");
    assert_eq!(answer["read"].number(), 5);
    let pictures = answer["pictures"].items();
    let counts =
        |index: usize| (pictures[index]["codes"].number(), pictures[index]["foreign"].number());
    assert_eq!((counts(0), counts(1), counts(2)), ((0, 1), (1, 0), (1, 1)));
    assert_eq!(pictures[0]["path"].text(), "foreign.png");
    assert_eq!(answer["warnings"].items().len(), 1);
    assert!(
        answer["warnings"].items()[0]
            .text()
            .contains("foreign.png: 1 code on it, and not Airlock's")
    );
}

#[test]
fn a_page_of_codes_is_read_however_it_lies() {
    let (dir, _, codes) = folder();
    let page = page(&codes.iter().map(String::as_str).chain([FOREIGN]).collect::<Vec<_>>());
    let square = GrayImage::from_fn(page.height(), page.height(), |x, y| {
        if x < page.width() { *page.get_pixel(x, y) } else { Luma([235]) }
    });
    for (name, picture) in [
        ("0.png", page.clone()),
        ("90.png", imageops::rotate90(&page)),
        ("180.png", imageops::rotate180(&page)),
        ("270.png", imageops::rotate270(&page)),
        ("17.png", turned(&square, 17.0)),
        ("mirror.png", imageops::flip_horizontal(&page)),
    ] {
        picture.save(dir.path(name)).unwrap();
        let answer = scanned(&dir, name, "large.airlock");
        assert!(answer["pictures"].items()[0]["codes"].number() >= 4, "{name}: {answer:?}");
    }
}

#[test]
fn one_lost_part_is_restored_and_two_are_named() {
    let (dir, _, codes) = folder();
    draw_all(&dir, &codes);
    for lost in 1..=5 {
        let rest: String =
            (1..=5).filter(|part| *part != lost).map(|part| format!("{part}.png ")).collect();
        let answer = scanned(&dir, &rest, "large.airlock");
        assert_eq!(answer["read"].number(), 4);
        let restored = if lost == 5 { Json::Null } else { Json::Number(lost) };
        assert_eq!(answer["restored"], restored, "{lost}");
    }
    dir.run("scan 1.png 2.png 4.png 5.png --out told")
        .ends(0)
        .says(&["read 4 of 5 codes; code 3 was restored from the others"]);
    let error = dir.failed("scan 1.png 3.png 5.png --out none", "text_incomplete");
    assert!(error["message"].text().contains("missing are 2 and 4"), "{error:?}");
    assert!(error["hint"].text().contains("photograph the missing codes again"), "{error:?}");
    dir.failed("scan 2.png --out none", "text_incomplete");
}

#[test]
fn two_files_are_never_merged() {
    let (dir, code, codes) = folder();
    draw_all(&dir, &codes);
    draw(&dir, "one.png", &code);
    let other = parts::write(&large(&dir, 'b'));
    for (index, code) in other.iter().enumerate() {
        draw(&dir, &format!("other{}.png", index + 1), code);
    }
    // However early the first one is complete.
    for both in [
        "one.png 1.png 2.png 3.png 4.png",
        "1.png 2.png 3.png 4.png 5.png other1.png other2.png other3.png other5.png",
    ] {
        let error = dir.failed(&format!("scan {both} --out none"), "text_several");
        assert!(error["message"].text().contains("2 different files"));
        assert!(error["hint"].text().contains("one file at a time"));
    }
    let error = dir
        .failed("scan 1.png 2.png other3.png other4.png other5.png --out none", "text_incomplete");
    assert!(error["message"].text().contains("missing are"), "{error:?}");
    // Sorted out where one is complete.
    let answer = scanned(&dir, "1.png other2.png 3.png other4.png 4.png 5.png", "large.airlock");
    let incomplete = &answer["incomplete"].items()[0];
    assert_eq!((incomplete["parts"].number(), numbers(&incomplete["missing"])), (5, vec![1, 3, 5]));
    assert!(
        answer["warnings"].items()[0].text().contains("another file's codes are not complete"),
        "{answer:?}"
    );
}

#[test]
fn pictures_that_gave_nothing_are_named() {
    let (dir, code, codes) = folder();
    draw_all(&dir, &codes);
    draw(&dir, "one.png", &code);
    draw(&dir, "damaged.png", "ALK1/9/3/NOTASET:AA");
    dir.write(
        "blank.jpg",
        encoded(&GrayImage::from_pixel(300, 200, Luma([200])), ImageFormat::Jpeg),
    );
    dir.write("page.heic", "\0\0\0\x18ftypheic\0\0\0\0mif1");
    let answer = scanned(&dir, "blank.jpg one.png page.heic missing.png damaged.png", "n.airlock");
    let warnings: Vec<&str> = answer["warnings"].items().iter().map(Json::text).collect();
    for expected in [
        "blank.jpg: no code was found on it",
        "page.heic: found a HEIC picture",
        "nothing at missing.png",
        "damaged.png: a damaged code: found a code that begins ALK1/9/3/NOTASET",
    ] {
        assert!(
            warnings.iter().any(|warning| warning.contains(expected)),
            "expected {expected}: {warnings:?}"
        );
    }
    assert_eq!(warnings.len(), 4);
    assert_eq!(answer["pictures"].items()[2]["error"].text(), "not_picture");
    let error = dir.failed("scan 1.png 2.png blank.jpg page.heic --out none", "text_incomplete");
    for expected in ["missing are 3, 4 and 5", "blank.jpg: no code", "page.heic: found a HEIC"] {
        assert!(error["message"].text().contains(expected), "{error:?}");
    }
    dir.failed("scan blank.jpg damaged.png --out none", "text_missing");
    let error = dir.failed("scan blank.jpg --out none", "text_missing");
    assert!(error["hint"].text().contains("photograph each code"), "{error:?}");
    draw(&dir, "foreign.png", FOREIGN);
    let error = dir.failed("scan foreign.png --out none", "text_missing");
    assert!(error["message"].text().contains("1 code on it, and not Airlock's"), "{error:?}");
}

#[test]
fn what_is_no_picture_is_told_with_what_to_do() {
    let (dir, code, _) = folder();
    let (png, jpeg) =
        (encoded(&drawn(&code, 3), ImageFormat::Png), encoded(&drawn(&code, 3), ImageFormat::Jpeg));
    dir.write("a.pdf", "%PDF-1.4\n%x");
    dir.write("a.tiff", "II*\0abcdefgh");
    dir.write("a.heic", "\0\0\0\x18ftypheic\0\0\0\0mif1");
    dir.write("empty.png", "");
    dir.write("garbage.png", [7_u8; 1000]);
    dir.write("cut.png", &png[..png.len() / 3]);
    dir.write("cut.jpg", &jpeg[..300]);
    let cases = [
        #[cfg(feature = "scan-pdf")]
        ("a.pdf", "picture_damaged", "take it again"),
        #[cfg(not(feature = "scan-pdf"))]
        ("a.pdf", "not_picture", "set the scanner to JPEG"),
        ("a.tiff", "picture_damaged", "take it again"),
        ("a.heic", "not_picture", "Settings > Camera > Formats > Most Compatible"),
        ("n.airlock", "not_picture", "airlock show"),
        ("empty.png", "not_picture", "copy it anew"),
        ("garbage.png", "not_picture", "JPEG"),
        ("cut.png", "picture_damaged", "take it again"),
        ("cut.jpg", "picture_damaged", "take it again"),
        ("missing.png", "input_missing", "check the name"),
        ("inst", "input_directory", "name one file"),
    ];
    for (file, code, hint) in cases {
        let error = dir.failed(&format!("scan {file} --out none"), code);
        assert!(error["hint"].text().contains(hint), "{error:?}");
        assert!(error["message"].text().contains(file), "{error:?}");
    }
}

#[test]
fn a_picture_that_claims_to_be_huge_is_refused_within_little_memory() {
    let (dir, code, _) = folder();
    let mut bomb = encoded(&drawn(&code, 3), ImageFormat::Png);
    for (at, side) in [(16, 60_000_u32), (20, 60_000)] {
        bomb[at..at + 4].copy_from_slice(&side.to_be_bytes());
    }
    let sum = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    dir.write("bomb.png", bomb);
    let start = Instant::now();
    let run = dir.under("prlimit --as=300000000", "util-linux", "scan bomb.png --out none --json");
    let error = run.error(2, "picture_large");
    assert!(error["message"].text().contains("60000 by 60000 pixels"), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

/// The checksum of PNG chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 }
        })
    })
}

#[test]
fn output_is_refused_before_and_written_in_either_form() {
    let (dir, code, _) = folder();
    draw(&dir, "a.png", &code);
    dir.failed("scan a.png --out n.airlock", "output_exists");
    // Before the work: the picture is not there.
    dir.failed("scan missing.png --out n.airlock", "output_exists");
    dir.failed("scan a.png --out missing/x", "output_parent");
    dir.yes("scan a.png --text --out a.txt");
    assert!(dir.text("a.txt").starts_with("-----BEGIN AIRLOCK LICENSE-----\n"));
    let run = dir.run("scan a.png --out - --json");
    assert_eq!(run.out, dir.read("n.airlock"));
    assert_eq!(run.answer_beside_the_file()["read"].number(), 1);
    let piped = dir.run_with("scan - --out piped.airlock --json", &dir.read("a.png"));
    piped.yes();
    assert_eq!(dir.read("piped.airlock"), dir.read("n.airlock"));
    draw(&dir, "odd.png", &parts::write(b"not an Airlock file")[0]);
    let error = dir.unchanged(|| dir.run("scan odd.png --out none --json"));
    assert_eq!(error.status, Some(2), "{error}");
    assert!(error.err.contains("their content is no Airlock file"), "{error}");
}

#[test]
fn lines_of_a_hand_scanner_are_read() {
    let (dir, code, codes) = folder();
    let lines =
        |codes: &[String]| codes.iter().map(|code| format!("{code}\r\n")).collect::<String>();
    let all = lines(&codes);
    let wrapped: String = codes
        .iter()
        .flat_map(|code| code.as_bytes().chunks(70))
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect();
    let inputs = [
        all.clone(),
        all.to_lowercase(),
        lines(&codes[1..]),
        lines(&codes.iter().rev().cloned().collect::<Vec<_>>()),
        wrapped,
        format!("ISBN 978-3\n\n{all}"),
        all.replace("ALK1", "]Q1ALK1"),
        all.trim_end().to_owned(),
    ];
    for input in &inputs {
        let run = dir.run_with("scan --lines --out got.airlock --force --json", input.as_bytes());
        let answer = run.yes();
        assert_eq!(answer["parts"].number(), 5, "{input}");
        assert!(answer["read"].number() >= 4, "{input}");
        assert_eq!(dir.read("got.airlock"), dir.read("large.airlock"), "{input}");
    }
    let run = dir.run_with("scan --lines --out one.airlock", code.as_bytes());
    run.ends(0).says(&["wrote one.airlock: license", "read 1 of 1 code"]);
    assert!(run.err.is_empty(), "{run}");
    assert_eq!(dir.read("one.airlock"), dir.read("n.airlock"));
}

/// A complete set of which two codes were read wrongly is worked out once, not for every line that
/// follows.
#[test]
fn many_lines_after_a_damaged_set_take_no_time() {
    let dir = Dir::empty();
    let file: Vec<u8> = (0..65_000_u32).map(|at| (at * 7 % 251).to_le_bytes()[0]).collect();
    let mut codes = parts::write(&file);
    for code in &mut codes[..2] {
        let at = code.len() - 9;
        let other = if &code[at..=at] == "A" { "B" } else { "A" };
        code.replace_range(at..=at, other);
    }
    let input = format!("{}\n{}", codes.join("\n"), "\n".repeat(800_000));
    let started = Instant::now();
    dir.run_with("scan --lines --out x --json", input.as_bytes()).error(2, "text_damaged");
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn lines_that_make_no_file_are_told_why() {
    let (dir, code, codes) = folder();
    let error = |input: &str, code: &str| {
        dir.unchanged(|| {
            dir.run_with("scan --lines --out none --json", input.as_bytes()).error(2, code)
        })
    };
    assert!(error("", "text_missing")["hint"].text().contains("Enter"));
    error("hello\nworld\n", "text_missing");
    let missing = error(&codes[..3].join("\n"), "text_incomplete");
    assert!(missing["message"].text().contains("missing are 4 and 5"), "{missing:?}");
    error(&code.replace('B', "0"), "text_damaged");
    error(&"x\n".repeat(600_000), "input_large");
    error(&"y".repeat(1_100_000), "input_large");
    let german =
        code.replace(':', "Ö").replace('Y', "\u{1}").replace('Z', "Y").replace('\u{1}', "Z");
    let french = code.replace('A', "Q").replace('1', "&").replace(':', "M");
    for typed in [
        &german,
        &german.to_lowercase(),
        &french,
        &codes[0].replace('/', "-").replace(':', "Ö"),
        &code.replace(':', ">"),
    ] {
        let layout = error(typed, "keyboard_layout");
        assert!(layout["hint"].text().contains("US is the safest"), "{layout:?}");
    }
    // Told as a warning where it was set right on the way.
    let run = dir.run_with(
        "scan --lines --out late.airlock --json",
        format!("{german}\n{code}\n").as_bytes(),
    );
    assert!(run.yes()["warnings"].items()[0].text().contains("keyboard layout"));
    dir.failed("scan --lines a.png --out none", "options");
    dir.failed("scan --out none", "options");
}

/// Starts a scan of lines whose standard input stays open.
fn started(dir: &Dir, line: &str) -> Child {
    let mut command = dir.command(&words(line));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn it_reads_on_to_an_empty_line_behind_the_last_code() {
    let (dir, code, codes) = folder();
    // A scanner that ends its codes with CR and LF leaves an empty line behind each, on a terminal.
    let doubled: Vec<String> =
        codes[..4].iter().flat_map(|code| [code.clone(), String::new()]).collect();
    for lines in [vec![code], codes.clone(), doubled] {
        let mut child = started(&dir, "scan --lines --out got.airlock --force");
        let mut input = child.stdin.take().unwrap();
        for line in &lines {
            writeln!(input, "{line}").unwrap();
        }
        std::thread::sleep(Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none(), "ended before the empty line");
        writeln!(input).unwrap();
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_secs(20), "it waits for the end of input");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut out = String::new();
        child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        assert!(out.contains("wrote got.airlock"), "{out}");
        drop(input);
    }
}

/// Nothing that a hand scanner sends after the end reaches the shell: `typed` then runs there, and
/// leaves a file.
#[test]
fn what_is_typed_after_the_end_never_reaches_the_shell() {
    let (dir, code, codes) = folder();
    dir.write("single", format!("{code}\r\n"));
    dir.write("rest", codes[1..].iter().map(|code| format!("{code}\r")).collect::<String>());
    dir.write("codes", codes.iter().map(|code| format!("{code}\n")).collect::<String>());
    dir.write("one", format!("{}\n", codes[0]));
    let scan = format!(
        "said '$ '; echo '{} scan --lines --out got.airlock --force'; said 'ready: scan'",
        crate::common::binary().display()
    );
    // A code that is typed as slowly as scanners do, its last part long after the end. On a loaded
    // machine what types it, or what carries it to the terminal, may pause as no scanner does: one
    // time of twenty without is enough.
    let slowly = "for c in t o u c h ' ' r e a c h e d; do printf '%s' \"$c\"; \
        read -rt 0.02 -u 9; done; echo";
    for ends in [
        // CR and LF are one end of a line: a scanner that sends both does not end the reading.
        "cat single; said 'is complete'; printf 'touch reached\\r\\n'; said 'not read'; \
         printf '\\r'"
            .to_owned(),
        format!("cat single; said 'is complete'; exec 9<> <(:); printf '\\r'; {slowly}"),
        // Stopped, and gone on with.
        "cat one; printf '\\032touch reached\\n'; said '$ ' 2; echo 'stty -a >stopped'; echo fg; \
         said 'ready again'; cat rest; said 'is complete'; printf '\\r'"
            .to_owned(),
        "cat codes; printf '\\ntouch reached\\n'".to_owned(),
        format!("exec 9<> <(:); cat codes; echo; {slowly}"),
        "cat one; printf '\\004touch reached\\n'".to_owned(),
        "cat one; printf '\\003touch reached\\n'".to_owned(),
        format!("cat one; exec 9<> <(:); printf '\\003'; {slowly}"),
        "cat one; printf '\\034touch reached\\n'".to_owned(),
        "cat one; printf 'touch half\\003'".to_owned(),
    ] {
        // The shell asks for the next command when the last one has ended.
        let prompts = 2 + ends.matches("echo fg").count() * 2;
        let typing = format!("{scan}; {ends}; said '$ ' {prompts}; echo 'touch alive'; echo exit");
        let typed = || {
            let said = on_terminal(&dir, "PS1='$ ' exec bash --norc -i", &typing);
            let ran = ["reached", "half"].map(|name| std::fs::remove_file(dir.path(name)).is_ok());
            let nothing = ran == [false, false] && !said.contains("command not found");
            assert!(nothing || ends.ends_with(slowly), "{ends}: {said}");
            let alive = std::fs::remove_file(dir.path("alive")).is_ok();
            if !(nothing && alive) {
                std::thread::sleep(Duration::from_secs(1));
                return None;
            }
            Some(())
        };
        let once = (0..20).find_map(|_| typed());
        assert!(once.is_some(), "the shell takes what is typed, and nothing before: {ends}");
    }
    assert_eq!(dir.read("got.airlock"), dir.read("large.airlock"));
    let stopped = dir.text("stopped");
    assert!(stopped.contains(" icrnl") && stopped.contains(" echo "), "{stopped}");
}

#[test]
fn on_a_terminal_each_code_is_answered() {
    let (dir, code, codes) = folder();
    let typed = [
        codes[1].as_str(),
        codes[1].as_str(),
        &code.replace(':', "Ö"),
        "hello",
        codes[0].as_str(),
        codes[4].as_str(),
        codes[3].as_str(),
        codes[2].as_str(),
        "",
    ];
    dir.write("typed", typed.map(|line| format!("{line}\n")).concat());
    let command = format!("{} scan --lines --out got.airlock", crate::common::binary().display());
    // Nothing is typed after the empty line, and the input does not end.
    let said = on_terminal(&dir, &command, "said 'ready: scan'; cat typed; said 'wrote got'");
    // The terminal echoes what is typed meanwhile, so that a line may go on after what is said.
    for expected in [
        "code 2 of 5 read; missing 1, 3, 4 and 5",
        "code 2 of 5 was read before; missing 1, 3, 4 and 5",
        "ready: scan the codes",
        "not read: a code typed on another keyboard layout",
        "not read: this is no code of Airlock's",
        "code 1 of 5 read; missing 3, 4 and 5",
        "code 4 of 5 read; the file is complete: Enter on an empty line ends it",
        "code 3 of 5 read; the file is complete: Enter on an empty line ends it",
        "wrote got.airlock",
    ] {
        assert!(said.contains(expected), "expected {expected:?}: {said}");
    }
    assert_eq!(dir.read("got.airlock"), dir.read("large.airlock"));
}

#[test]
fn progress_is_shown_on_a_terminal_only_and_leaves_nothing() {
    let (dir, _, codes) = folder();
    draw_all(&dir, &codes);
    let on_terminal = |line: &str| {
        let command = format!("TERM=xterm {} {line}", crate::common::binary().display());
        let run = tool("script", "bsdutils", &["-qec", &command, "/dev/null"], dir.root());
        String::from_utf8_lossy(&run.stdout).into_owned()
    };
    let line = "scan 1.png 2.png 3.png 4.png 5.png --out got.airlock --force";
    let shown = on_terminal(line);
    assert!(shown.contains("of 5  "), "{shown:?}");
    assert!(shown.contains("\u{1b}["), "{shown:?}");
    // Cleared: the answer begins on a line of its own.
    assert!(
        shown.contains("\u{1b}[2Kwrote got.airlock") || shown.contains("\nwrote got.airlock"),
        "{shown:?}"
    );
    assert!(!on_terminal(&format!("{line} --json")).contains('\u{1b}'));
    draw(&dir, "one.png", &parts::write(&dir.read("n.airlock"))[0]);
    assert!(!on_terminal("scan one.png --out got.airlock --force").contains('\u{1b}'));
    let run = dir.run(line);
    assert!(run.ends(0).err.is_empty(), "{run}");
}

#[test]
fn a_report_is_carried_by_pictures_and_counted() {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage.csv")
    ));
    dir.yes("usage report --instance inst --today 2026-11-01 --out year.usage");
    draw(&dir, "year.png", &parts::write(&dir.read("year.usage"))[0]);
    scanned(&dir, "year.png", "year.usage");
    dir.yes("usage show got.airlock");
}
