//! `airlock qr`: codes that other programs read.

use license_core::carrier::parts;

use crate::common::{Dir, binary, on_terminal, tool, words};
use crate::json::Json;

/// Returns what zbar reads on a picture, in the order of the codes' texts.
fn zbar(dir: &Dir, picture: &str) -> Vec<String> {
    let output = tool(
        "zbarimg",
        "zbar-tools",
        &["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture],
        dir.root(),
    );
    let mut codes: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    codes.sort();
    codes
}

/// A folder with `large.airlock`, of several codes: the vector whose payload is as large as it may
/// be.
fn large() -> Dir {
    let dir = Dir::new();
    let named = |(name, _): &(String, test_vectors::Vector)| name == "ok-payload-at-limit";
    let (_, vector) = test_vectors::committed().unwrap().into_iter().find(named).unwrap();
    dir.write("large.airlock", &vector.bodies[0]);
    dir
}

fn sized(answer: &Json) -> (&str, i64) {
    let code = &answer["codes"].items()[0];
    (code["version"].text(), code["modules"].number())
}

#[test]
fn a_license_with_its_issuer_and_a_years_report_are_one_code_each() {
    let dir = Dir::installed();
    let days: String = (0..365_u32).map(|day| (day, 90 + day % 11)).fold(
        "date,count\n".to_owned(),
        |csv, (day, count)| {
            let date = license_core::Day::parse("2025-11-01").unwrap().plus(day).unwrap();
            csv + &format!("{date},{count}\n")
        },
    );
    dir.write("days.csv", days);
    dir.yes("usage import days.csv --instance inst --today 2027-01-01");
    dir.yes("usage report --instance inst --today 2026-11-01 --out year.usage");
    for (file, largest) in
        [("n.airlock", 18), ("year.usage", 18), ("n.request", 18), ("loose.airlock", 18)]
    {
        let answer = dir.yes(&format!("qr {file} --png --out {file}.png"));
        let (version, modules) = sized(&answer);
        println!("{file}: {} bytes, version {version}", answer["bytes"].number());
        let number: i64 = version.split('-').next().unwrap().parse().unwrap();
        // ISO/IEC 18004: 17 + 4 x version modules a side, and a quiet zone of 4 on each.
        assert_eq!(answer["codes"].items().len(), 1, "{file} {version}");
        assert!(number <= largest, "{file} {version}");
        assert_eq!(modules, 17 + 4 * number + 8, "{file} {version}");
        assert_eq!(zbar(&dir, &format!("{file}.png")), parts::write(&dir.read(file)));
    }
}

#[test]
fn zbar_reads_every_kind_of_picture() {
    let dir = Dir::new();
    for width in ["20", "39", "80", "200"] {
        dir.yes(&format!("qr n.airlock --png --width {width} --out {width}.png"));
        assert_eq!(
            zbar(&dir, &format!("{width}.png")),
            parts::write(&dir.read("n.airlock")),
            "{width}"
        );
    }
    dir.yes("qr n.airlock --svg");
    let page = format!("file://{}", dir.path("n.airlock.svg").display());
    let shot = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--screenshot=shot.png",
        "--window-size=900,900",
        &page,
    ];
    assert!(tool("chromium", "chromium", &shot, dir.root()).status.success());
    assert_eq!(zbar(&dir, "shot.png"), parts::write(&dir.read("n.airlock")));
}

#[test]
fn a_picture_prints_as_wide_as_asked_for() {
    let dir = Dir::new();
    for width in [25_i64, 80, 180] {
        dir.yes(&format!("qr n.airlock --png --width {width} --out {width}.png"));
        let png = dir.read(&format!("{width}.png"));
        // PNG specification: IHDR begins at byte 16 with the width; pHYs holds pixels a metre, and
        // 1 for the metre.
        let pixels = u32::from_be_bytes(png[16..20].try_into().unwrap());
        let at = png.windows(4).position(|name| name == b"pHYs").unwrap() + 4;
        let density = u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        assert_eq!(png[at + 8], 1);
        let printed = f64::from(pixels) * 1000.0 / f64::from(density);
        assert!(
            (printed - f64::from(i32::try_from(width).unwrap())).abs() < 0.1,
            "{width} {printed}"
        );
        assert!(png[24] == 1, "one bit a pixel");
    }
    assert!(dir.run("qr n.airlock --svg --width 50 --out -").text().contains("width=\"50mm\""));
}

#[test]
fn fine_modules_are_warned_of() {
    let dir = Dir::new();
    let side = sized(&dir.yes("qr n.airlock --svg --out a.svg")).1;
    let enough = (side * 4 + 9) / 10;
    let answer = dir.yes(&format!("qr n.airlock --svg --width {} --out b.svg", enough - 1));
    assert!(answer["warnings"].items()[0].text().contains(&format!("`--width {enough}`")));
    assert!(!dir.yes(&format!("qr n.airlock --svg --width {enough} --out c.svg")).has("warnings"));
}

#[test]
fn a_long_file_is_drawn_in_parts() {
    let dir = large();
    let answer = dir.yes("qr large.airlock --png --out large.png");
    let codes = answer["codes"].items();
    let file = dir.read("large.airlock");
    println!("{} bytes, {} codes, version {}", file.len(), codes.len(), sized(&answer).0);
    assert!(codes.len() > 40);
    assert!(codes.iter().all(|code| code["version"] == codes[0]["version"]));
    let texts: Vec<String> = codes
        .iter()
        .map(|code| zbar(&dir, code["path"].text()).into_iter().next().unwrap_or_default())
        .collect();
    assert_eq!(texts, parts::write(&file));
    assert!(codes[0]["path"] == format!("large-1-of-{}.png", codes.len()).as_str());
    // One of them alone, under the name that was given.
    dir.yes("qr large.airlock --png --part 2 --out two.png");
    assert_eq!(zbar(&dir, "two.png"), [texts[1].clone()]);
    dir.failed(&format!("qr large.airlock --png --part {}", codes.len() + 1), "options");
    dir.failed("qr large.airlock --png --part 0", "options");
    dir.failed("qr large.airlock --png --out -", "options");
    // All of them or none.
    dir.write("other-3-of-9.png", "mine");
    dir.write(&format!("other-3-of-{}.png", codes.len()), "mine");
    dir.failed("qr large.airlock --png --out other.png", "output_exists");
}

/// What a terminal's letters are drawn in.
#[derive(Clone, Copy, PartialEq)]
enum Letters {
    Light,
    Dark,
}

/// Returns the picture of a terminal's half blocks, ten pixels a module, as PNG. All lines of
/// blocks are one code.
fn pictured(drawn: &str, letters: Letters) -> Vec<u8> {
    let mut rows: Vec<Vec<bool>> = Vec::new();
    for line in drawn.lines() {
        // Where black on white is set on every line, and taken back, the letters are dark.
        let coloured =
            line.split("\u{1b}[30;107m").nth(1).and_then(|line| line.split("\u{1b}[0m").next());
        let (line, dark) = match coloured {
            Some(line) => (line, true),
            None => (line, letters == Letters::Dark),
        };
        if line.is_empty() || !line.chars().all(|c| " █▀▄".contains(c)) {
            continue;
        }
        rows.push(line.chars().map(|c| matches!(c, '█' | '▀') == dark).collect());
        rows.push(line.chars().map(|c| matches!(c, '█' | '▄') == dark).collect());
    }
    let (width, height) = (rows.iter().map(Vec::len).max().unwrap(), rows.len());
    let (wide, high) = (u32::try_from(width).unwrap(), u32::try_from(height).unwrap());
    let is_dark = |x: u32, y: u32| rows[y as usize / 10].get(x as usize / 10) == Some(&true);
    let pixel = |x: u32, y: u32| image::Luma([if is_dark(x, y) { 0 } else { 255 }]);
    let picture = image::GrayImage::from_fn(wide * 10, high * 10, pixel);
    let mut png = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

#[test]
fn a_code_needs_no_colours() {
    let dir = Dir::new();
    let codes = parts::write(&dir.read("n.airlock"));
    for (line, variable, letters) in [
        ("qr n.airlock --terminal", ("NO_COLOR", "1"), Letters::Light),
        ("qr n.airlock --terminal --invert", ("NO_COLOR", "1"), Letters::Dark),
        ("qr n.airlock --terminal", ("CLICOLOR_FORCE", "1"), Letters::Dark),
        ("qr n.airlock --terminal", ("LANG", "C"), Letters::Light),
    ] {
        let run = dir.command(&words(line)).env(variable.0, variable.1).output().unwrap();
        let drawn = String::from_utf8(run.stdout).unwrap();
        assert_eq!(drawn.contains('\u{1b}'), variable.0 == "CLICOLOR_FORCE", "{variable:?}");
        dir.write("drawn.png", pictured(&drawn, letters));
        assert_eq!(zbar(&dir, "drawn.png"), codes, "{line} {variable:?}");
        assert!(drawn.lines().last().unwrap().starts_with("code 1 of 1, QR version "));
    }
}

/// Returns what a terminal of this size gets; `typing` is what is typed, as for `on_terminal`.
fn watched(dir: &Dir, columns: usize, lines: usize, line: &str, typing: &str) -> String {
    let command = format!(
        "export TERM=xterm; unset NO_COLOR CLICOLOR_FORCE; stty cols {columns} rows {lines}; \
         '{}' {line}",
        binary().display()
    );
    on_terminal(dir, &command, typing)
}

/// Returns the screens that a terminal was given, one after the other.
fn screens(shown: &str) -> Vec<&str> {
    let shown = shown.split("\u{1b}[?25h").next().unwrap();
    shown.split("\u{1b}[H").skip(1).collect()
}

#[test]
fn one_code_that_fits_is_drawn_and_stays() {
    let dir = Dir::new();
    let side = usize::try_from(sized(&dir.yes("qr n.airlock --svg --out a.svg")).1).unwrap();
    let high = side.div_ceil(2) + 2;
    let drawn = watched(&dir, side, high, "qr n.airlock --terminal", "");
    assert!(drawn.contains('▀') && !drawn.contains("q end"), "{drawn}");
    // A part that is asked for is drawn as on paper, or not at all.
    for (columns, lines) in [(side - 1, high), (side, high - 1)] {
        let told = watched(&dir, columns, lines, "qr n.airlock --terminal --part 1", "");
        assert!(!told.contains('▀'), "{told}");
        let told = told.replace('\n', " ");
        assert!(told.contains(&format!("expected at least {side} and {high}")), "{told}");
        assert!(told.contains("[terminal_small]") && told.contains("--png"), "{told}");
    }
}

#[test]
fn a_license_is_shown_in_a_window_of_80_by_24() {
    let dir = Dir::new();
    let file = dir.read("n.airlock");
    let codes = parts::write_within(&file, 154).unwrap();
    let count = codes.len();
    assert!(count > 2, "{count}");
    let typing = format!(
        "said 'code {count} of {count}'; printf ' '; said stopped; printf n; printf b; sleep 1; printf q; \
         said shown:"
    );
    let shown = watched(&dir, 80, 24, "qr n.airlock --terminal --fps 8", &typing);
    assert!(shown.ends_with("`airlock scan` reads photographs of them\n"), "{shown}");
    // It is given back: the screen of before, and the cursor.
    assert!(shown.contains("\u{1b}[?25h\u{1b}[?1049l"), "{shown}");
    let mut read = Vec::new();
    for screen in screens(&shown) {
        let lines: Vec<&str> = screen.lines().collect();
        assert!(lines.len() <= 24, "{screen}");
        dir.write("drawn.png", pictured(screen, Letters::Light));
        read.extend(zbar(&dir, "drawn.png"));
    }
    read.sort();
    read.dedup();
    let mut expected = codes;
    expected.sort();
    assert_eq!(read, expected);
}

#[test]
fn photographs_of_a_small_screen_are_joined() {
    let dir = Dir::new();
    let file = dir.read("n.airlock");
    let count = parts::write_within(&file, 154).unwrap().len();
    let typing = format!("said 'code {count} of {count}'; printf q; said shown:");
    let shown = watched(&dir, 80, 24, "qr n.airlock --terminal --fps 8", &typing);
    let mut pictures = Vec::new();
    // Without the first: any one may be lost.
    for (at, screen) in screens(&shown).into_iter().enumerate().skip(1) {
        let name = format!("photo-{at}.png");
        dir.write(&name, pictured(screen, Letters::Light));
        pictures.push(name);
    }
    dir.yes(&format!("scan {} --out back.airlock", pictures.join(" ")));
    assert_eq!(dir.read("back.airlock"), file);
}

#[test]
fn a_projector_gets_larger_squares() {
    let dir = Dir::new();
    let typing = "said 'code 1 of'; printf q; said shown:";
    let shown = watched(&dir, 200, 60, "qr n.airlock --terminal --fill", typing);
    let screen = screens(&shown)[0];
    let rows: Vec<&str> = screen
        .lines()
        .filter_map(|line| line.split("\u{1b}[30;107m").nth(1)?.split("\u{1b}[0m").next())
        .collect();
    assert!(rows.len() > 30 && rows.len() <= 59, "{}", rows.len());
    // The margin is four modules, each of two characters or more.
    let drawn = rows.iter().filter_map(|row| row.find(|c| c != ' '));
    assert!(drawn.min().unwrap() >= 8, "{screen}");
    dir.write("drawn.png", pictured(screen, Letters::Light));
    assert_eq!(zbar(&dir, "drawn.png").len(), 1);
}

#[test]
fn a_window_too_small_for_any_code_is_told_so() {
    let dir = large();
    let told = watched(&dir, 80, 10, "qr large.airlock --terminal", "").replace('\n', " ");
    assert!(!told.contains('▀'), "{told}");
    assert!(told.contains("[terminal_small]") && told.contains("expected at least"), "{told}");
}

#[test]
fn a_terminal_shows_one_code_after_the_other() {
    let dir = large();
    let typing = "said 'code 3 of'; printf '\\004'; said shown:";
    let shown = watched(&dir, 200, 100, "qr large.airlock --terminal --fps 8", typing);
    assert!(shown.contains("code 1 of") && shown.contains("code 2 of"), "{shown}");
    let part = watched(&dir, 200, 100, "qr large.airlock --terminal --part 2", "");
    assert!(part.contains("code 2 of ") && !part.contains("code 3 of"), "{part}");
    // Where nobody looks, all are drawn.
    assert!(
        String::from_utf8(dir.run("qr large.airlock --terminal").out)
            .unwrap()
            .matches("QR version")
            .count()
            > 40
    );
}

#[test]
fn ctrl_c_gives_the_terminal_back() {
    let dir = Dir::new();
    let typing = "said 'code 2 of'; printf '\\003'; said '== status'";
    let command = format!(
        "export TERM=xterm; stty cols 80 rows 24; trap : INT; '{}' qr n.airlock --terminal --fps 8; \
         echo == status $?; stty -a",
        binary().display()
    );
    let shown = on_terminal(&dir, &command, typing);
    let behind = shown.split("== status ").nth(1).unwrap();
    assert!(behind.starts_with("130"), "{behind}");
    assert!(behind.contains(" icanon") && behind.contains(" echo "), "{behind}");
    assert!(shown.contains("\u{1b}[?25h\u{1b}[?1049l"), "{shown}");
}

#[test]
fn what_a_phone_reads_can_be_pasted() {
    let dir = large();
    for file in ["n.airlock", "large.airlock"] {
        let codes = parts::write(&dir.read(file));
        let mail = format!(
            "From: ida@nordhavn.example\n\nthese are the codes:\n\n{}\n\nRegards\n",
            codes.join("\n\n")
        );
        dir.write("mail.txt", &mail);
        let id =
            dir.yes(&format!("show {file}"))["documents"].items().last().unwrap()["id"].clone();
        assert_eq!(dir.yes("show mail.txt")["documents"].items().last().unwrap()["id"], id);
        let run = dir.run_with("text - --out -", mail.as_bytes());
        assert!(run.text().starts_with("-----BEGIN AIRLOCK "));
    }
    let codes = parts::write(&dir.read("large.airlock"));
    dir.write("mail.txt", codes[2..].join("\n"));
    let error = dir.failed("show mail.txt", "text_incomplete");
    assert!(error["message"].text().contains("missing are 1 and 2"), "{error:?}");
}

#[test]
fn misuse_is_told() {
    let dir = Dir::new();
    for line in [
        "qr n.airlock",
        "qr n.airlock --png --svg",
        "qr n.airlock --png --width 9",
        "qr n.airlock --terminal --out x",
        "qr n.airlock --terminal --fps 0",
        "qr n.airlock --terminal --fps 31",
        "qr n.airlock --terminal --fps quick",
        "qr n.airlock --terminal --fill --part 1",
        "qr n.airlock --png --fps 2",
        "qr n.airlock --svg --fill",
    ] {
        dir.failed(line, "options");
    }
    dir.failed("qr missing --png", "input_missing");
    dir.failed("qr root.pub --png", "not_airlock");
    dir.failed("qr n.airlock --png --out missing/a.png", "output_parent");
    dir.yes("qr n.airlock --png");
    assert!(dir.exists("n.airlock.png"));
    dir.failed("qr n.airlock --png", "output_exists");
    dir.yes("qr n.airlock --png --force");
    let run = dir.run_with("qr - --png --json", &dir.read("n.airlock"));
    run.error(2, "options");
    let run = dir.run_with("qr - --png --out - ", &dir.read("n.airlock"));
    assert!(run.out.starts_with(b"\x89PNG"));
}
