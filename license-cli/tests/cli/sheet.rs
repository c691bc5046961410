//! `airlock sheet`: pages that other programs print and read.

use license_core::carrier::parts::Collector;
use license_core::carrier::text;
use license_core::key::sha256;
use license_core::{Day, verify};
use test_vectors::Vector;

use crate::common::{Dir, terms, tool};
use crate::json::Json;

/// Millimetres that office printers leave white.
const UNPRINTED: usize = 5;
/// The options of Chromium that make it a tool.
const CHROMIUM: [&str; 4] =
    ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"];

/// A folder with a file of each kind: `n.airlock`, `n.request`, `year.usage` and `desk.issuer`.
fn kinds() -> Dir {
    let dir = Dir::installed();
    let days = (0..365_u32).fold("date,count\n".to_owned(), |csv, day| {
        let date = Day::parse("2025-11-01").unwrap().plus(day).unwrap();
        if day % 50 == 49 { csv } else { csv + &format!("{date},{}\n", 81 + day % 31) }
    });
    dir.write("days.csv", days);
    dir.yes("usage import days.csv --instance inst --today 2027-01-01");
    dir.yes("usage report --instance inst --today 2026-11-01 --out year.usage");
    dir
}

/// Writes the file of this vector.
fn vector(dir: &Dir, name: &str) {
    let (_, vector) =
        test_vectors::committed().unwrap().into_iter().find(|(found, _)| found == name).unwrap();
    dir.write(name, &vector.bodies[0]);
}

/// Runs a tool and returns what it prints.
#[track_caller]
fn run(dir: &Dir, name: &str, package: &str, arguments: &[&str]) -> String {
    let output = tool(name, package, arguments, dir.root());
    assert!(
        output.status.success(),
        "{name} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn pdf_text(dir: &Dir, pdf: &str) -> String {
    run(dir, "pdftotext", "poppler-utils", &["-layout", pdf, "-"])
}

/// Returns what pdfinfo says behind this name.
fn pdf_info(dir: &Dir, pdf: &str, name: &str) -> String {
    let info = run(dir, "pdfinfo", "poppler-utils", &[pdf]);
    info.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned()
}

/// Returns the number of pages, and their width and height in points.
fn pdf_pages(dir: &Dir, pdf: &str) -> (i64, [f64; 2]) {
    let size = pdf_info(dir, pdf, "Page size:");
    let mut numbers = size.split(' ').filter_map(|word| word.parse().ok());
    (
        pdf_info(dir, pdf, "Pages:").parse().unwrap(),
        [numbers.next().unwrap(), numbers.next().unwrap()],
    )
}

/// Returns the pages of a PDF as gray pictures, with their names.
fn raster(dir: &Dir, pdf: &str, dpi: u32, last: i64) -> Vec<String> {
    let stem = format!("{pdf}-{dpi}");
    let (dpi, last) = (dpi.to_string(), last.to_string());
    run(dir, "pdftoppm", "poppler-utils", &["-gray", "-r", &dpi, "-l", &last, pdf, &stem]);
    let mut names: Vec<String> = std::fs::read_dir(dir.root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(&stem))
        .collect();
    names.sort();
    names
}

/// Returns the file that zbar reads from the codes on pictures, and how many codes it read.
fn scanned(dir: &Dir, pictures: &[String]) -> (usize, Vec<u8>) {
    let mut arguments = vec!["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"];
    arguments.extend(pictures.iter().map(String::as_str));
    let output = tool("zbarimg", "zbar-tools", &arguments, dir.root());
    let codes = String::from_utf8(output.stdout).unwrap();
    let mut collector = Collector::default();
    for code in codes.lines() {
        collector.add(code).unwrap();
    }
    (
        codes.lines().count(),
        collector.file().unwrap_or_else(|error| panic!("{pictures:?}: {error}")).bytes,
    )
}

/// Checks that the outermost millimetres of gray pictures are white.
fn white_at_the_edges(dir: &Dir, pictures: &[String], dpi: usize) {
    for name in pictures {
        let bytes = dir.read(name);
        // Netpbm: `P5`, width, height, the largest value, one white space, then a byte for each
        // pixel.
        let head: Vec<&[u8]> = bytes.splitn(4, u8::is_ascii_whitespace).collect();
        let number = |text: &[u8]| std::str::from_utf8(text).unwrap().parse::<usize>().unwrap();
        let (width, height) = (number(head[1]), number(head[2]));
        let pixels = &bytes[bytes.len() - width * height..];
        let edge = dpi * UNPRINTED * 10 / 254;
        let inked = pixels
            .iter()
            .enumerate()
            .filter(|(_, pixel)| **pixel < 250)
            .map(|(at, _)| (at % width, at / width));
        let outside = |(x, y): &(usize, usize)| {
            *x < edge || *y < edge || *x >= width - edge || *y >= height - edge
        };
        assert_eq!((&head[0], inked.clone().find(outside)), (&&b"P5"[..], None), "{name}");
        assert!(inked.count() > 100, "{name} is empty");
    }
}

/// Prints an HTML file as a browser does.
fn printed(dir: &Dir, html: &str) -> String {
    let pdf = format!("{html}.pdf");
    let page = format!("file://{}", dir.path(html).display());
    let print = format!("--print-to-pdf={pdf}");
    run(dir, "chromium", "chromium", &[&CHROMIUM[..], &[&print, &page]].concat());
    pdf
}

/// One element or one text of an HTML file.
enum Piece<'a> {
    Tag(&'a str),
    Text(&'a str),
}

fn pieces(html: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("every tag is closed");
        pieces.extend([Piece::Tag(tag), Piece::Text(text)]);
    }
    pieces
}

/// Elements within a line.
const WITHIN: [&str; 6] = ["span", "b", "strong", "code", "small", "svg"];

/// Returns the text of an HTML file as a browser shows it.
fn html_text(html: &str) -> String {
    let body = &html[html.find("<body").unwrap()..];
    let shown = |piece: Piece<'_>| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Tag(tag) => {
            let name = tag.trim_start_matches('/').split(' ').next().unwrap().to_owned();
            if WITHIN.contains(&name.as_str()) { String::new() } else { "\n".to_owned() }
        }
    };
    let text: String = pieces(body).into_iter().map(shown).collect();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Checks that an HTML file is whole, has no script and takes nothing from elsewhere.
fn stands_alone(html: &str) {
    let mut open = Vec::new();
    for piece in pieces(html) {
        let Piece::Tag(tag) = piece else { continue };
        let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let names = rest
            .split('"')
            .step_by(2)
            .flat_map(str::split_whitespace)
            .map(|name| name.trim_end_matches('='));
        for attribute in names.filter(|name| *name != "/") {
            let known = "lang charset http-equiv content name class viewBox role aria-label \
                aria-hidden shape-rendering d fill stroke stroke-width stroke-dasharray points x y \
                text-anchor paint-order scope data-name alt";
            assert!(
                known.split(' ').any(|known| known == attribute) || tag == "!DOCTYPE html",
                "{attribute} in {tag}"
            );
        }
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None if name == "!DOCTYPE" || name == "meta" || rest.ends_with('/') => {}
            None => {
                let known = "html head title style body div header strong address main h1 h2 h3 p \
                    dl dt dd ol ul li span code small b figure figcaption svg path polyline \
                    polygon text section table thead tbody tr th td pre";
                let known: Vec<&str> = known.split(' ').collect();
                assert!(known.contains(&name), "{tag}");
                open.push(name);
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for foreign in ["<script", "http:", "https:", "url(", "src=", "href=", "@import", "javascript:"]
    {
        assert!(!html.contains(foreign), "{foreign}");
    }
    assert!(html.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
}

fn squashed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Returns the counts in rows that begin with a day, and the other lines.
fn counts(text: &str) -> (Vec<&str>, Vec<&str>) {
    let is_row = |line: &&str| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|word| Day::parse(word).is_some())
            && words.clone().count() > 0
            && words.all(|word| word == "-" || word.parse::<u32>().is_ok())
    };
    let (rows, others): (Vec<&str>, Vec<&str>) = text.lines().partition(is_row);
    (rows.iter().flat_map(|row| row.split_whitespace().skip(1)).collect(), others)
}

/// Returns a sheet's text without what stands at the foot of its pages, which a claim may go on
/// across.
fn without_feet(dir: &Dir, file: &str, sheet: &str) -> String {
    let (kind, id) = verify::file_kind(&dir.read(file)).unwrap();
    let id = id.to_string();
    let name = format!("{kind} {} {}", &id[..4], &id[4..8]);
    let is_foot = |line: &&str| {
        line.trim_matches([' ', '\u{c}']).starts_with(&name) || line.starts_with("page ")
    };
    sheet.lines().filter(|line| !is_foot(line)).map(|line| format!("{line}\n")).collect()
}

/// Checks that a sheet's text says all that `show` says, and carries the file.
fn says_all(dir: &Dir, file: &str, options: &str, sheet: &str) {
    let shown = dir.run(&format!("show {file} {options}")).ends(0).text().to_owned();
    let ((expected, lines), (found, _)) = (counts(&shown), counts(sheet));
    assert_eq!(found, expected, "{file}");
    let all = squashed(&without_feet(dir, file, sheet));
    // The first line names the file and how long it is; the second says how far it was checked, which
    // a sheet says in words of its own.
    for line in lines.iter().skip(2).filter(|line| !line.is_empty()) {
        let value = line
            .strip_prefix("  ")
            .and_then(|claim| claim.split_once("  "))
            .map_or(*line, |(_, value)| value);
        assert!(all.contains(&squashed(value)), "{file}: {line}");
    }
    carries(dir, file, sheet);
}

/// Checks that the file is read back from this text.
fn carries(dir: &Dir, file: &str, copied: &str) {
    let run = dir.run_with("show -", copied.as_bytes());
    run.ends(0).says(&[&format!("sha256 {}", hex::encode(sha256(&dir.read(file))))]);
}

#[test]
fn every_kind_is_read_from_a_printed_pdf() {
    let dir = kinds();
    for file in ["n.airlock", "n.request", "year.usage", "desk.issuer"] {
        for (paper, width, height) in [("a4", 595.3, 841.9), ("letter", 612.0, 792.0)] {
            let pdf = format!("{file}.{paper}.pdf");
            let answer = dir
                .yes(&format!("sheet {file} --pdf --paper {paper} --trust root.pub --out {pdf}"));
            assert_eq!(answer["codes"], 1);
            assert_eq!(answer["form"], "pdf");
            assert_eq!(answer["paper"], paper);
            let (pages, [found_width, found_height]) = pdf_pages(&dir, &pdf);
            assert!((found_width - width).abs() < 0.1);
            assert!((found_height - height).abs() < 0.1);
            assert_eq!(answer["pages"].number(), pages);
            for dpi in [150, 200, 300] {
                assert_eq!(
                    scanned(&dir, &raster(&dir, &pdf, dpi, 1)),
                    (1, dir.read(file)),
                    "{pdf} {dpi}"
                );
            }
            let text = pdf_text(&dir, &pdf);
            says_all(&dir, file, "--trust root.pub", &text);
            (1..=pages).for_each(|page| assert!(text.contains(&format!("page {page} of {pages}"))));
        }
    }
}

#[test]
fn every_kind_is_read_from_a_browser() {
    let dir = kinds();
    for (file, paper, width) in [
        ("n.airlock", "a4", 210.0),
        ("n.airlock", "letter", 215.9),
        ("n.request", "letter", 215.9),
        ("year.usage", "a4", 210.0),
        ("desk.issuer", "letter", 215.9),
    ] {
        let html = format!("{file}.{paper}.html");
        let answer =
            dir.yes(&format!("sheet {file} --html --paper {paper} --trust root.pub --out {html}"));
        stands_alone(&dir.text(&html));
        says_all(&dir, file, "--trust root.pub", &html_text(&dir.text(&html)));
        // It prints as the PDF does: on as many pages, the first of them for itself.
        assert!(!answer.has("pages"));
        let same = format!("{file}.{paper}.same.pdf");
        let same = dir.yes(&format!("sheet {file} --pdf --paper {paper} --out {same}"));
        let pdf = printed(&dir, &html);
        let (pages, size) = pdf_pages(&dir, &pdf);
        assert!((same["pages"].number() - pages).abs() <= 1, "{file}: {pages}");
        let first = run(&dir, "pdftotext", "poppler-utils", &["-l", "1", &pdf, "-"]);
        assert!(first.contains("Compare these eight digits"), "{first}");
        assert!(first.contains("Behind this page"), "{first}");
        assert!(!first.contains("Fingerprints"), "{first}");
        assert!((size[0] / 72.0 * 25.4 - width).abs() < 0.5, "{size:?}");
        let pictures = raster(&dir, &pdf, 150, pages);
        white_at_the_edges(&dir, &pictures, 150);
        assert_eq!(scanned(&dir, &pictures), (1, dir.read(file)), "{pdf}");
    }
    for file in ["n.airlock.a4", "year.usage.a4"] {
        let page = format!("file://{}", dir.path(&format!("{file}.html")).display());
        let shot = format!("--screenshot={file}.png");
        run(
            &dir,
            "chromium",
            "chromium",
            &[&CHROMIUM[..], &[&shot, "--window-size=900,1200", &page]].concat(),
        );
        assert_eq!(
            scanned(&dir, &[format!("{file}.png")]),
            (1, dir.read(file.trim_end_matches(".a4"))),
            "{file}"
        );
    }
}

#[test]
fn a_file_of_many_codes_comes_back() {
    let dir = Dir::new();
    let file = "ok-license-at-limits";
    vector(&dir, file);
    for (paper, dpis) in [("a4", &[150, 200, 300][..]), ("letter", &[150])] {
        let pdf = format!("{paper}.pdf");
        let answer = dir.yes(&format!("sheet {file} --pdf --paper {paper} --out {pdf}"));
        assert_eq!(answer["codes"], 38);
        assert!(dir.read(file).len() > 20_000);
        let text = pdf_text(&dir, &pdf);
        says_all(&dir, file, "", &text);
        for part in 1..=38 {
            assert!(text.contains(&format!("code {part} of 38")));
        }
        // One code on the first page, and six on each of the next.
        for dpi in dpis {
            assert_eq!(
                scanned(&dir, &raster(&dir, &pdf, *dpi, 8)),
                (38, dir.read(file)),
                "{pdf} {dpi}"
            );
        }
        let html = format!("{paper}.html");
        dir.yes(&format!("sheet {file} --html --paper {paper} --out {html}"));
        stands_alone(&dir.text(&html));
        says_all(&dir, file, "", &html_text(&dir.text(&html)));
        let pdf = printed(&dir, &html);
        white_at_the_edges(&dir, &raster(&dir, &pdf, 30, 99), 30);
        if paper == "a4" {
            assert_eq!(scanned(&dir, &raster(&dir, &pdf, 150, 8)), (38, dir.read(file)), "{pdf}");
        }
    }
}

#[test]
fn every_vector_that_is_accepted_has_a_sheet_that_says_all() {
    let dir = Dir::new();
    let wanted = |(_, vector): &(String, Vector)| {
        vector.form == test_vectors::Form::File && vector.expect.is_none()
    };
    let mut vectors: Vec<_> =
        test_vectors::committed().unwrap().into_iter().filter(wanted).collect();
    // The largest file takes a hundred codes; what it says is little.
    vectors.retain(|(name, _)| name != "ok-size-at-limit");
    assert!(vectors.len() > 80);
    for (name, vector) in &vectors {
        dir.write(name, &vector.bodies[0]);
        dir.yes(&format!("sheet {name} --html --out {name}.html"));
        let html = dir.text(&format!("{name}.html"));
        stands_alone(&html);
        says_all(&dir, name, "", &html_text(&html));
    }
}

#[test]
fn names_are_escaped_and_stay_on_their_pages() {
    let dir = Dir::new();
    let wide = "株式会社".repeat(16);
    let names = [
        ("tags", "<script src=x>alert(1)</script>", "</text><i data-t=\"&amp;\">"),
        ("wide", wide.as_str(), "Щ"),
        ("long", &"W".repeat(200), &"_".repeat(200)),
        ("block", "A -----BEGIN AIRLOCK LICENSE-----", "A -----END AIRLOCK LICENSE-----"),
        ("code", "ALK1:AAAA <U+682A>", "{} \\ % () <<>>"),
    ];
    for (file, company, name) in names {
        dir.yes(&terms(&format!(
            "--company '{company}' --name '{name}' --previous-users 1 --out {file}"
        )));
        let sheet = |form: &str| {
            dir.yes(&format!("sheet {file} --{form} --trust root.pub --out {file}.{form}"))
        };
        let pages = [sheet("html"), sheet("pdf")][1]["pages"].number();
        let html = dir.text(&format!("{file}.html"));
        assert!(!html.contains("<script"));
        assert!(!html.contains("<i "));
        says_all(&dir, file, "--trust root.pub", &html_text(&html));
        let printed = printed(&dir, &format!("{file}.html"));
        let pdf = format!("{file}.pdf");
        assert_eq!(pdf_pages(&dir, &pdf).0, pages, "{file}");
        for pdf in [printed, pdf] {
            white_at_the_edges(&dir, &raster(&dir, &pdf, 60, 9), 60);
        }
    }
    for file in ["tags", "long", "block"] {
        says_all(&dir, file, "--trust root.pub", &pdf_text(&dir, &format!("{file}.pdf")));
    }
    // What looks like an escape is none.
    assert!(pdf_text(&dir, "code.pdf").contains("ALK1:AAAA <U+003C>U+682A>"));
}

#[test]
fn what_a_pdf_cannot_draw_is_escaped_and_warned_of() {
    let dir = Dir::new();
    vector(&dir, "ok-license-names");
    let pdf = dir.yes("sheet ok-license-names --pdf --out names.pdf");
    let warning = &pdf["warnings"].texts()[0];
    assert!(warning.starts_with("5 characters are not in the fonts of the PDF"), "{warning}");
    assert!(warning.contains("`--html`"), "{warning}");
    let text = pdf_text(&dir, "names.pdf");
    assert!(text.contains("Søren Å"), "{text}");
    assert!(text.contains("Ελλάς"), "{text}");
    assert!(text.contains("<U+682A><U+5F0F><U+4F1A><U+793E>"), "{text}");
    assert!(text.contains("<U+1F6A2>"), "{text}");
    assert!(squashed(&text).contains("ThesamesheetasHTML"), "{text}");
    assert!(!dir.yes("sheet ok-license-names --html --out names.html").has("warnings"));
    let html = html_text(&dir.text("names.html"));
    assert!(html.contains("Søren Å · 株式会社 · Ελλάς · \u{1F6A2}"));
    assert!(!html.contains("<U+"));
}

#[test]
fn names_stand_right_in_the_alphabets_of_europe_and_in_html_in_all() {
    let dir = Dir::new();
    let europe = [
        "Żółta Łódź Gęsia Jaźń Sp. z o.o.",
        "Ναυπηγεία Ἀθηνῶν Α.Ε.",
        "Київські Їжаки та Ґанок",
        "Đorđe Ђорђевић Šćepan",
    ];
    for (number, name) in europe.into_iter().enumerate() {
        let file = format!("europe{number}");
        dir.yes(&terms(&format!("--company '{name}' --out {file}")));
        let answer = dir.yes(&format!("sheet {file} --trust root.pub --pdf --out {file}.pdf"));
        assert!(!answer.has("warnings"), "{name}");
        let text = pdf_text(&dir, &format!("{file}.pdf"));
        assert!(text.matches(name).count() >= 2, "{name}: {text}");
        dir.yes(&format!("sheet {file} --html --out {file}.html"));
        let html = html_text(&dir.text(&format!("{file}.html")));
        assert!(html.matches(name).count() >= 2, "{name}");
    }
    for (number, name) in ["株式会社日本造船", "شركة السفن", "חברת הספנות"].into_iter().enumerate()
    {
        let file = format!("other{number}");
        dir.yes(&terms(&format!("--company '{name}' --out {file}")));
        let answer = dir.yes(&format!("sheet {file} --pdf --out {file}.pdf"));
        assert!(answer["warnings"].texts()[0].contains("`--html` shows all as they are"), "{name}");
        assert!(!pdf_text(&dir, &format!("{file}.pdf")).contains(name));
        dir.yes(&format!("sheet {file} --html --out {file}.html"));
        let html = html_text(&dir.text(&format!("{file}.html")));
        assert!(html.matches(name).count() >= 2, "{name}");
    }
}

#[test]
fn the_first_page_says_what_it_is_and_what_to_do() {
    let dir = kinds();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes("sheet n.airlock --trust root.pub --pdf --out n.pdf");
    dir.yes("sheet n.airlock --trust root.pub --html --out n.html");
    let first = run(&dir, "pdftotext", "poppler-utils", &["-layout", "-l", "1", "n.pdf", "-"]);
    for text in [first.clone(), html_text(&dir.text("n.html"))] {
        for expected in [
            "License",
            "Nordhavn Shipyards A/S",
            "premium",
            "100",
            "1 Nov 2025 to 31 Oct 2026",
            "2025-11-01 to 2026-10-31",
            "airlock scan PICTURES --out license.airlock",
            &format!("{} {}", &id[..4], &id[4..8]),
            "Verified",
        ] {
            assert!(squashed(&text).contains(&squashed(expected)), "{expected}: {text}");
        }
    }
    assert!(first.contains("page 1 of"), "{first}");
    assert!(!first.contains("Fingerprints"), "{first}");
    // The digits are those that the command prints.
    dir.yes("qr n.airlock --png --out n.png");
    dir.run("scan n.png --out again").ends(0).says(&[&format!("license {}", &id[..8])]);
}

#[test]
fn a_report_has_its_curve_and_its_months() {
    let dir = kinds();
    dir.yes("sheet year.usage --html --out bare.html");
    let bare = dir.text("bare.html");
    assert!(bare.contains("aria-label=\"Billable users by day from 2025-11-01 to 2026-10-31: "));
    assert!(html_text(&bare).contains("A report does not say how many seats there are"));
    let line = "sheet year.usage --license n.airlock --trust root.pub";
    dir.yes(&format!("{line} --html --out year.html"));
    dir.yes(&format!("{line} --pdf --out year.pdf"));
    let html = html_text(&dir.text("year.html"));
    let pdf = pdf_text(&dir, "year.pdf");
    for text in [&html, &pdf] {
        for expected in
            ["against 100 seats: the peak is 111 on 2025-12-01", "peak 111 on 2025-12-01"]
        {
            assert!(squashed(text).contains(&squashed(expected)), "{expected}: {text}");
        }
        // A day of December has no figure.
        let rows = ["Nov 2025 110 2025-11-30 10 30 0", "Dec 2025 111 2025-12-01 11 30 1"];
        for row in rows {
            assert!(squashed(text).contains(&squashed(row)), "{row}: {text}");
        }
    }
    assert!(html.contains("Nordhavn Shipyards A/S"));
    dir.failed("sheet year.usage --license n.request --pdf --out x.pdf", "options");
    dir.failed("sheet n.airlock --license n.airlock --pdf --out x.pdf", "options");
    dir.yes(&terms("--company Other --out another.airlock"));
    let other =
        dir.failed("sheet year.usage --license another.airlock --pdf --out x.pdf", "options");
    assert!(other["message"].text().contains("the report names"), "{other:?}");
}

#[test]
fn a_letterhead_stands_at_the_head_of_the_first_page() {
    let dir = Dir::new();
    let logo = image::RgbaImage::from_fn(300, 100, |x, _| {
        image::Rgba([0, 90, 160, u8::try_from(x % 256).unwrap()])
    });
    logo.save(dir.path("logo.png")).unwrap();
    dir.write(
        "head.toml",
        "name = \"Øresund Software ApS\"\ncontact = [\"licenses@example.com\", \"+45 00 00 00 00\"]\n\
         logo = \"logo.png\"\n",
    );
    let line = "sheet n.airlock --trust root.pub --letterhead head.toml";
    dir.yes(&format!("{line} --pdf --out n.pdf"));
    dir.yes(&format!("{line} --html --out n.html"));
    let first = run(&dir, "pdftotext", "poppler-utils", &["-layout", "-l", "1", "n.pdf", "-"]);
    let html = dir.text("n.html");
    for text in [&first, &html_text(&html)] {
        for expected in ["Øresund Software ApS", "licenses@example.com", "+45 00 00 00 00"] {
            assert!(text.contains(expected), "{expected}: {text}");
        }
    }
    let images = run(&dir, "pdfimages", "poppler-utils", &["-list", "n.pdf"]);
    assert_eq!(images.lines().count(), 3, "{images}");
    assert!(images.lines().nth(2).unwrap().contains(" 300   100  rgb"), "{images}");
    // Nothing comes from elsewhere: the logo stands in the page.
    assert!(html.contains("img-src data:\""));
    assert_eq!(
        (html.matches("src=").count(), html.matches("src=\"data:image/png;base64,").count()),
        (1, 1)
    );
    // The code stands where it stands without.
    assert_eq!(scanned(&dir, &raster(&dir, "n.pdf", 150, 1)), (1, dir.read("n.airlock")));
}

#[test]
fn a_letterhead_that_is_wrong_is_named_with_its_line() {
    let dir = Dir::new();
    dir.write("text.png", "no picture");
    dir.write("large.png", [&b"\x89PNG\r\n\x1a\n"[..], &vec![0; 2 << 20]].concat());
    let wide = image::GrayImage::from_pixel(1_501, 1, image::Luma([0]));
    wide.save(dir.path("wide.png")).unwrap();
    let long = format!("name = \"{}\"", "W".repeat(61));
    for (text, expected) in [
        ("name = ", "line 1:"),
        ("contact = []\n", "missing field `name`"),
        ("name = \"A\"\n\ncolour = \"red\"\n", "line 3: unknown field `colour`"),
        (&long, "line 1: name: found 61 characters, expected at most 60"),
        ("name = \" \"", "line 1: name: found no text"),
        ("name = \"A\\nB\"", "line 1: name: found a control character"),
        (
            "name = \"A\"\ncontact = [\"1\", \"2\",\n \"3\", \"4\",\n \"5\"]",
            "line 4: contact: found 5 lines",
        ),
        ("name = \"A\"\nlogo = \"text.png\"", "line 2: logo: text.png: found no PNG"),
        (
            "name = \"A\"\nlogo = \"wide.png\"",
            "line 2: logo: wide.png: found a picture that is too large",
        ),
    ] {
        dir.write("head.toml", text);
        let line = "sheet n.airlock --pdf --letterhead head.toml --out x.pdf";
        let error = dir.failed(line, "letterhead_unreadable");
        assert!(error["message"].text().contains(expected), "{expected}: {error:?}");
        assert!(!dir.exists("x.pdf"));
    }
    for (logo, code) in [("large.png", "input_large"), ("none.png", "input_missing")] {
        dir.write("head.toml", format!("name = \"A\"\nlogo = \"{logo}\""));
        dir.failed("sheet n.airlock --pdf --letterhead head.toml --out x.pdf", code);
    }
}

#[test]
fn copying_the_text_form_gives_the_text() {
    let dir = kinds();
    vector(&dir, "ok-series-3660-days-escaped");
    for file in ["n.airlock", "ok-series-3660-days-escaped"] {
        dir.yes(&format!("sheet {file} --pdf --out {file}.pdf"));
        dir.yes(&format!("sheet {file} --html --out {file}.html"));
        let bytes = dir.read(file);
        let (kind, _) = verify::file_kind(&bytes).unwrap();
        let expected = text::write(&kind.word(), &bytes);
        // Without `-layout` a dash at the end of a line is taken for a hyphen, which the repairing
        // reader undoes.
        carries(
            &dir,
            file,
            &run(&dir, "pdftotext", "poppler-utils", &[&format!("{file}.pdf"), "-"]),
        );
        carries(
            &dir,
            file,
            &run(&dir, "pdftotext", "poppler-utils", &["-raw", &format!("{file}.pdf"), "-"]),
        );
        // A browser prints the numbers of the lines as text.
        if file == "n.airlock" {
            let page = printed(&dir, &format!("{file}.html"));
            for options in [&[][..], &["-layout"], &["-raw"]] {
                carries(
                    &dir,
                    file,
                    &run(&dir, "pdftotext", "poppler-utils", &[options, &[&page, "-"]].concat()),
                );
            }
        }
        for copied in
            [pdf_text(&dir, &format!("{file}.pdf")), html_text(&dir.text(&format!("{file}.html")))]
        {
            let lines = copied
                .lines()
                .map(|line| line.trim_matches([' ', '\u{c}']))
                .filter(|line| !line.is_empty());
            let block = lines.skip_while(|line| !line.starts_with("-----BEGIN"));
            let block: String =
                block.take(expected.lines().count()).map(|line| format!("{line}\n")).collect();
            assert_eq!(block, expected, "{file}");
        }
    }
}

#[test]
fn the_trust_state_is_that_of_show() {
    let dir = kinds();
    for (line, expected) in [
        ("n.airlock --trust root.pub", ["Verified", "signed under a trusted root"]),
        ("n.airlock", ["Not checked here", "anybody may have written"]),
        ("year.usage", ["Not checked here", "signed by the key that it contains"]),
    ] {
        let run = dir.run(&format!("sheet {line} --html --out -"));
        let text = html_text(run.ends(0).text());
        assert!(expected.iter().all(|it| text.contains(it)), "{line}");
        assert_eq!(text.contains("Not checked here"), !text.contains("Verified"), "{line}");
        dir.run(&format!("show {line}")).says(&[expected[1]]);
    }
    dir.refused("sheet n.airlock --pdf --trust root2.pub --out x.pdf", "unknown_key");
    let mut bytes = dir.read("n.airlock");
    *bytes.last_mut().unwrap() ^= 1;
    dir.write("changed", &bytes);
    dir.refused("sheet changed --pdf --trust root.pub --out x.pdf", "bad_signature");
}

#[test]
fn the_answer_says_what_was_written() {
    let dir = Dir::new();
    let answer = dir.yes("sheet n.airlock --pdf --out n.pdf");
    let sum = run(&dir, "sha256sum", "coreutils", &["n.pdf"]);
    assert_eq!(sum.split(' ').next(), Some(answer["sha256"].text()));
    assert_eq!(answer["bytes"].number(), i64::try_from(dir.read("n.pdf").len()).unwrap());
    assert_eq!(answer["id"], dir.show("n.airlock")["id"]);
    assert_eq!(answer["kind"], "license");
    assert_eq!(answer["pages"], 3);
    assert_eq!(answer["codes"], 1);
    let version = answer["version"].text();
    let line = format!("1 code of version {version}, {} bytes\n", answer["bytes"].number());
    dir.run("sheet n.airlock --pdf --out again.pdf").ends(0).says(&[
        "wrote again.pdf: license ",
        ", 3 pages, ",
        &line,
    ]);
    // Nothing in it depends on when or where it was written.
    assert_eq!(dir.read("again.pdf"), dir.read("n.pdf"));
    let piped = dir.run("sheet n.airlock --pdf --out - --json");
    assert_eq!(
        (&piped.out, piped.answer_beside_the_file()["sha256"].text()),
        (&dir.read("n.pdf"), answer["sha256"].text())
    );
    assert_eq!(pdf_info(&dir, "n.pdf", "Title:"), "License for Nordhavn Shipyards A/S");
    let fonts = run(&dir, "pdffonts", "poppler-utils", &["n.pdf"]);
    for line in fonts.lines().skip(2) {
        // name, type, encoding; then whether it is embedded, a subset, and with its characters.
        let mut words = line.split_whitespace().rev().skip(2);
        assert_eq!([words.next(), words.next(), words.next()], [Some("yes"); 3], "{fonts}");
        assert!(line.contains("+DejaVuSans"), "{fonts}");
    }
}

#[test]
fn misuse_is_refused_and_writes_nothing() {
    let dir = Dir::new();
    dir.write("taken.pdf", "old");
    dir.failed("sheet n.airlock --pdf --out taken.pdf", "output_exists");
    dir.failed("sheet missing --pdf --out x.pdf", "input_missing");
    dir.failed("sheet root.pub --pdf --out x.pdf", "not_airlock");
    dir.failed("sheet n.airlock --pdf --out missing/x.pdf", "output_parent");
    dir.failed("sheet n.airlock --pdf --trust n.airlock --out x.pdf", "key_unreadable");
    for line in [
        "--out x",
        "--html --pdf --out x",
        "--pdf",
        "--pdf --paper a5 --out x",
        "--pdf --text --out x",
    ] {
        dir.failed(&format!("sheet n.airlock {line}"), "options");
    }
    let answer: Json = dir.yes("sheet n.airlock --pdf --force --out taken.pdf");
    assert_eq!(answer["path"], "taken.pdf");
    assert!(dir.read("taken.pdf").starts_with(b"%PDF-"));
}
