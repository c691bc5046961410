//! A page is full, and nothing leaves it.

use proptest::prelude::*;

use super::*;
use crate::carry::qr;
use crate::carry::sheet::content::{Fact, First, Glance, Status, Step, TextForm};
use crate::carry::sheet::layout::measures::CODES_TOP;
use crate::carry::sheet::letterhead::{Letterhead, Logo};
use crate::carry::sheet::metrics::escaped;
use crate::carry::sheet::page::mm;

thread_local!(static CODES: Vec<qr::Symbol> = qr::symbols(&[1; 300]).unwrap());

/// A first page that says this of a file.
fn first(title: &str, glance: Vec<Glance>) -> First {
    let step = |words: &str, command: &str, digits: &str| Step {
        words: words.to_owned(),
        command: command.to_owned(),
        digits: digits.to_owned(),
    };
    First {
        kind: "License".to_owned(),
        title: title.to_owned(),
        lead: "lead ".repeat(30),
        glance,
        steps: vec![
            step(&"Photograph the code. ".repeat(5), "", ""),
            step("Run this.", "airlock scan PICTURES --out license.airlock", ""),
            step(&"Compare these eight digits. ".repeat(5), "", "0123 4567"),
        ],
        status: Status { is_verified: true, words: "words ".repeat(26) },
        behind: "behind ".repeat(20),
        escapes: "escapes ".repeat(18),
    }
}

fn content(blocks: Vec<Block>) -> SheetContent {
    SheetContent {
        letterhead: None,
        first: first("Nordhavn", Vec::new()),
        title: String::new(),
        footer: "license 0123 4567".to_owned(),
        set: None,
        codes: Vec::new(),
        blocks,
    }
}

fn fact(label: &str, value: &str) -> Fact {
    Fact { label: label.to_owned(), value: value.to_owned() }
}

fn form(tokens: usize) -> Block {
    let lines = ["begin".to_owned()]
        .into_iter()
        .chain((0..tokens).map(|_| "A".repeat(52)))
        .chain(["end".to_owned()]);
    Block::Text(TextForm {
        heading: "Text form".to_owned(),
        note: "note".to_owned(),
        lines: lines.collect(),
    })
}

fn pages_of(blocks: Vec<Block>, paper: Paper) -> usize {
    check(&content(blocks), paper).len()
}

/// How many pages there are behind the first.
fn behind(blocks: Vec<Block>, paper: Paper) -> usize {
    pages_of(blocks, paper) - 1
}

/// Returns the pages, of which nothing leaves the margins and nothing stands in two places at
/// once.
fn check(content: &SheetContent, paper: Paper) -> Vec<Page> {
    let (pages, size) = (pages(content, paper), size(paper));
    for (index, page) in pages.iter().enumerate() {
        let texts: Vec<&Line> = page
            .items
            .iter()
            .filter_map(|item| if let Item::Line(line) = item { Some(line) } else { None })
            .collect();
        for line in &texts {
            assert!(
                line.x >= SIDE - 0.1 && line.x + line.width() <= size.width - SIDE + 0.1,
                "{line:?}"
            );
            assert!(
                line.y - line.style.size >= CODES_TOP - 10.0 && line.y <= size.height - FOOT,
                "{line:?}"
            );
            let over = |other: &&&Line| {
                (other.y - line.y).abs() < 5.0
                    && other.x > line.x
                    && other.x < line.x + line.width() - 0.1
            };
            assert!(
                texts.iter().find(over).is_none(),
                "{line:?} stands over {:?}",
                texts.iter().find(over)
            );
        }
        let foot: Vec<&str> = texts.iter().rev().take(2).map(|line| line.text.as_str()).collect();
        assert_eq!(
            foot,
            [format!("page {} of {}", index + 1, pages.len()), content.footer.clone()]
        );
    }
    pages
}

#[test]
fn a_full_page_is_one_page_and_a_row_more_is_two() {
    for (paper, rows) in [(Paper::A4, 52), (Paper::Letter, 48)] {
        let facts = |rows| Block::Facts(vec![fact("seats", "100"); rows]);
        assert_eq!(
            (behind(vec![facts(rows)], paper), behind(vec![facts(rows + 1)], paper)),
            (1, 2)
        );
        assert_eq!(
            (behind(vec![facts(2 * rows)], paper), behind(vec![facts(2 * rows + 1)], paper)),
            (2, 3)
        );
        // One value of as many lines.
        let value =
            |rows: usize| Block::Facts(vec![fact("seats", vec!["1; "; rows].concat().trim_end())]);
        assert_eq!(
            (behind(vec![value(rows)], paper), behind(vec![value(rows + 1)], paper)),
            (1, 2)
        );
    }
}

#[test]
fn the_text_form_goes_on_whole_groups_at_a_time() {
    // A4: 45 lines on the first page, 45 on those in the middle, 47 with the END line on the
    // last one. Letter: 41 with the END line, else 40; then 45, and 43.
    for (paper, expected) in
        [(Paper::A4, [45, 45 + 47, 45 + 45 + 47]), (Paper::Letter, [41, 40 + 43, 40 + 45 + 43])]
    {
        let most =
            |pages| (1..150).filter(|tokens| behind(vec![form(*tokens)], paper) == pages).max();
        assert_eq!([1, 2, 3].map(most), expected.map(Some));
    }
}

#[test]
fn the_text_form_stays_on_one_page_where_it_fits_on_one() {
    let facts = Block::Facts(vec![fact("seats", "100"); 20]);
    let pages = check(&content(vec![facts, form(30)]), Paper::A4);
    assert_eq!(pages.iter().map(|page| page.within_text).collect::<Vec<_>>(), [false; 3]);
    let pages = check(&content(vec![form(100)]), Paper::A4);
    assert_eq!(
        pages.iter().map(|page| page.within_text).collect::<Vec<_>>(),
        [false, true, true, false]
    );
    // Between the first line and the last nothing else is copied.
    let copied = pages.iter().flat_map(|page| &page.items).filter_map(|item| match item {
        Item::Line(line) if line.copied => Some(line.text.as_str()),
        Item::Part(_)
        | Item::Line(_)
        | Item::Bar(_)
        | Item::Blank(_)
        | Item::Stroke { .. }
        | Item::Area(_)
        | Item::Logo(_)
        | Item::Code { .. } => None,
    });
    let text: Vec<&str> =
        copied.skip_while(|text| *text != "begin").take_while(|text| *text != "end").collect();
    assert!(text.len() == 101 && text.iter().skip(1).all(|text| text.len() == 52), "{text:?}");
}

#[test]
fn codes_stand_two_by_three_and_none_is_small() {
    let file: Vec<u8> = (0..21_000_u32)
        .flat_map(|n| license_core::key::sha256(&n.to_be_bytes()))
        .take(21_000)
        .collect();
    // One on the first page, and six on each page after it.
    let cases = [(2, 2), (7, 2), (8, 3), (37, 7)];
    for (paper, (parts, expected)) in
        [Paper::A4, Paper::Letter].into_iter().flat_map(|paper| cases.map(|case| (paper, case)))
    {
        let mut content = content(Vec::new());
        content.codes = qr::symbols(&file).unwrap().into_iter().take(parts).collect();
        content.set = Some(license_core::carrier::parts::SetName::of(&file));
        let pages = check(&content, paper);
        let items: Vec<&Item> = pages.iter().flat_map(|page| &page.items).collect();
        let sides = items
            .iter()
            .filter_map(|item| if let Item::Code { side, .. } = item { Some(*side) } else { None });
        let sides: Vec<f32> = sides.collect();
        assert_eq!((pages.len(), sides.len()), (expected, parts));
        assert!(
            sides
                .iter()
                .all(|side| *side >= mm(80.0)
                    && side / content.codes[0].full_side() as f32 > mm(0.7))
        );
    }
}

proptest! {
    #[test]
    fn no_text_leaves_the_page(
        name in "[ -~é株ж\u{1F6A2}]{1,200}",
        word in "[a-z株]{1,200}",
        escape: bool,
        head: bool,
    ) {
        let drawn = |text: &str| if escape { escaped(text) } else { text.to_owned() };
        let (name, word) = (drawn(&name), drawn(&word));
        let glance = |label: &str, value: &str| Glance {
            label: label.to_owned(),
            value: value.to_owned(),
            exact: value.to_owned(),
        };
        let glances = vec![glance("company", &name), glance("instances", &word)];
        let facts = vec![fact("company", &name), fact("instances", &word)];
        let mut content = content(vec![
            Block::Heading(word.clone()),
            Block::Facts(facts),
            Block::Sentences(vec![format!("rule 1 {word}: {name}"); 30]),
            form(12),
        ]);
        content.first = first(&name, glances);
        content.letterhead = head.then(|| Letterhead {
            name: name.chars().take(60).collect(),
            contact: vec![word.chars().take(60).collect(); 4],
            logo: Some(Logo { width: 1_500, height: 10, rgb: Vec::new() }),
        });
        content.codes = CODES.with(Clone::clone);
        for paper in [Paper::A4, Paper::Letter] {
            let pages = check(&content, paper);
            // The code has its place, whatever stands above it, and the first page is one.
            let code = |item: &&Item| matches!(item, Item::Code { .. });
            let Some(Item::Code { x, y, side, .. }) = pages[0].items.iter().find(code) else {
                panic!("no code on the first page");
            };
            let module = side / content.codes[0].full_side() as f32;
            let place = [x + 4.0 * module, y + 4.0 * module, side - 8.0 * module];
            let expected = [SIDE, mm(74.0), mm(80.0)];
            assert!(place.iter().zip(expected).all(|(one, other)| (one - other).abs() < 0.01));
            let is_heading = |page: &Page| {
                page.items.iter().any(|item| matches!(item, Item::Line(line) if word.starts_with(&line.text)))
            };
            assert!(is_heading(&pages[1]) || word.len() > 100, "the first page is more than one");
        }
    }
}
