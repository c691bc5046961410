//! A page is full, and nothing leaves it.

use proptest::prelude::*;

use super::*;
use crate::carry::qr;
use crate::carry::sheet::content::{Fact, TextForm};
use crate::carry::sheet::layout::measures::CODES_TOP;
use crate::carry::sheet::metrics::escaped;
use crate::carry::sheet::page::mm;

thread_local!(static CODES: Vec<qr::Symbol> = qr::symbols(&[1; 300]).unwrap());

fn content(blocks: Vec<Block>) -> SheetContent {
    SheetContent {
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
            (pages_of(vec![facts(rows)], paper), pages_of(vec![facts(rows + 1)], paper)),
            (1, 2)
        );
        assert_eq!(
            (pages_of(vec![facts(2 * rows)], paper), pages_of(vec![facts(2 * rows + 1)], paper)),
            (2, 3)
        );
        // One value of as many lines.
        let value =
            |rows: usize| Block::Facts(vec![fact("seats", vec!["1; "; rows].concat().trim_end())]);
        assert_eq!(
            (pages_of(vec![value(rows)], paper), pages_of(vec![value(rows + 1)], paper)),
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
            |pages| (1..150).filter(|tokens| pages_of(vec![form(*tokens)], paper) == pages).max();
        assert_eq!([1, 2, 3].map(most), expected.map(Some));
    }
}

#[test]
fn the_text_form_stays_on_one_page_where_it_fits_on_one() {
    let facts = Block::Facts(vec![fact("seats", "100"); 20]);
    let pages = check(&content(vec![facts, form(30)]), Paper::A4);
    assert_eq!(pages.iter().map(|page| page.within_text).collect::<Vec<_>>(), [false, false]);
    let pages = check(&content(vec![form(100)]), Paper::A4);
    assert_eq!(pages.iter().map(|page| page.within_text).collect::<Vec<_>>(), [true, true, false]);
    // Between the first line and the last nothing else is copied.
    let copied = pages.iter().flat_map(|page| &page.items).filter_map(|item| match item {
        Item::Line(line) if line.copied => Some(line.text.as_str()),
        Item::Part(_)
        | Item::Line(_)
        | Item::Bar(_)
        | Item::Stroke { .. }
        | Item::Area(_)
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
    // Below the title there is room for four, and six on each page after it.
    let cases = [(4, 1), (5, 2), (10, 2), (11, 3), (37, 7)];
    for (paper, (parts, expected)) in
        [Paper::A4, Paper::Letter].into_iter().flat_map(|paper| cases.map(|case| (paper, case)))
    {
        let mut content =
            content(vec![Block::Title("License".to_owned()), Block::Codes(Vec::new())]);
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
    ) {
        let drawn = |text: &str| if escape { escaped(text) } else { text.to_owned() };
        let (name, word) = (drawn(&name), drawn(&word));
        let glance = vec![fact("company", &name), fact("instances", &word)];
        let mut content = content(vec![
            Block::Title(format!("License for {name}")),
            Block::Commands(vec![fact("Scan:", "airlock scan")]),
            Block::Trust("verified".to_owned()),
            Block::Codes(glance.clone()),
            Block::Heading(word.clone()),
            Block::Facts(glance),
            Block::Sentences(vec![format!("rule 1 {word}: {name}"); 30]),
            form(12),
        ]);
        content.codes = CODES.with(Clone::clone);
        for paper in [Paper::A4, Paper::Letter] {
            check(&content, paper);
        }
    }
}
