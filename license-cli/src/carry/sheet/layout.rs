//! Puts a sheet's content onto pages. What draws them decides nothing.

use crate::carry::qr::QUIET;
use crate::carry::sheet::content::{Block, Fact, SheetContent, TextForm};
use crate::carry::sheet::metrics::{Face, Type};
use crate::carry::sheet::page::{Item, Line, Page, Paper, Size, mm, size};
use crate::carry::sheet::wrap::wrap;

/// Returns the pages of a content.
pub(crate) fn pages(content: &SheetContent, paper: Paper) -> Vec<Page> {
    let mut flow = Flow { content, size: size(paper), pages: vec![Page::default()], y: TOP };
    for block in &content.blocks {
        flow.block(block);
    }
    flow.footers();
    flow.pages
}

/// White at the left and right of a page.
const SIDE: f32 = mm(18.0);
/// White above the first line of a page.
const TOP: f32 = mm(18.0);
/// White below the last line, the foot of the page included.
const BOTTOM: f32 = mm(20.0);
/// The foot's baseline above the lower edge: what office printers leave white ends at 5 mm.
const FOOT: f32 = mm(10.0);

/// A single code's side, its quiet zone included.
const SINGLE: f32 = mm(88.0);
/// The most that one of several is: two stand side by side.
const PAIR: f32 = mm(84.0);
/// White above and below on a page of codes, of which three rows fill the page.
const CODES_TOP: f32 = mm(12.0);
const CODES_BOTTOM: f32 = mm(14.0);
/// What a caption takes below its code.
const CAPTION: f32 = 12.5;

/// Where values begin beside their labels.
const LABEL: f32 = 104.0;
/// Where commands begin beside what they are for.
const COMMAND: f32 = 160.0;

const TITLE: Type = Type::new(Face::Bold, 22.0);
const HEADING: Type = Type::new(Face::Bold, 13.0);
const STRONG: Type = Type::new(Face::Bold, 10.0);
const PLAIN: Type = Type::new(Face::Regular, 9.5);
const LARGE: Type = Type::new(Face::Regular, 12.0);
const SMALL: Type = Type::new(Face::Regular, 8.0);
const CODE: Type = Type::new(Face::Mono, 9.5);
const FIGURES: Type = Type::new(Face::Mono, 8.5);
const PRINTS: Type = Type::new(Face::Mono, 10.5);
const TOKENS: Type = Type::new(Face::Mono, 10.0);
const NUMBER: Type = Type::new(Face::Regular, 7.5);

/// The height of a line of running text, of a row of claims, of figures, of fingerprints, and of
/// the text form.
const SENTENCE_ROW: f32 = 13.0;
const FACT_ROW: f32 = 14.0;
const FIGURES_ROW: f32 = 11.5;
const PRINTS_ROW: f32 = 16.0;
const TOKENS_ROW: f32 = 13.5;
/// Lines of the text form, and rows of figures, that stand together, and the white between such
/// groups.
const GROUP: usize = 5;
const GAP: f32 = 6.0;
/// White between groups of four characters of the text form.
const WHITE: f32 = 3.5;
/// Room for the numbers beside the text form.
const NUMBERS: f32 = 26.0;
/// Digits of a fingerprint in a row, eight groups of four.
const PRINT_DIGITS: usize = 40;

/// White between the one code and what stands beside it, and the rows of that.
const BESIDE: f32 = mm(6.0);
const SMALL_ROW: f32 = 11.0;
const LARGE_ROW: f32 = 15.5;
/// What a heading takes, with the white above and below it.
const HEAD: f32 = 39.0;

/// Returns how far below the top of a row its baseline is. Capital letters are 0.72 of the size
/// high in all faces, and stand in the middle of the row.
fn rise(row: f32, style: Type) -> f32 {
    (row + 0.72 * style.size) / 2.0
}

/// SheetContent on its way onto pages.
struct Flow<'a> {
    content: &'a SheetContent,
    size: Size,
    /// At least one.
    pages: Vec<Page>,
    /// Where the next line's top is.
    y: f32,
}

impl Flow<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Title(text) => self.title(text),
            Block::Commands(facts) => self.commands(facts),
            Block::Trust(text) => self.framed(text),
            Block::Codes(glance) if self.content.codes.len() == 1 => self.single(glance),
            Block::Codes(_) => self.pairs(),
            Block::Heading(text) => self.heading(text),
            Block::Document(text) => self.document(text),
            Block::Note(text) => self.note(text),
            Block::Facts(facts) => self.facts(facts),
            Block::Prints(facts) => self.prints(facts),
            Block::Sentences(texts) => self.sentences(texts),
            Block::Rows(rows) => self.rows(rows),
            Block::Text(form) => self.text_form(form),
        }
    }

    fn width(&self) -> f32 {
        self.size.width - 2.0 * SIDE
    }

    fn bottom(&self) -> f32 {
        self.size.height - BOTTOM
    }

    /// Returns whether this page has room for so much. Sums of fractions are not exact: a hundredth
    /// of a point is no reason for another page.
    fn fits(&self, height: f32) -> bool {
        self.y + height <= self.bottom() + 0.01
    }

    fn is_empty(&self) -> bool {
        self.pages.last().is_none_or(|page| page.items.is_empty())
    }

    fn new_page(&mut self, top: f32) {
        self.pages.push(Page::default());
        self.y = top;
    }

    /// Begins a page if this one has no room for so much, unless it is empty.
    fn need(&mut self, height: f32) {
        if !self.fits(height) && !self.is_empty() {
            self.new_page(TOP);
        }
    }

    /// Leaves white, but not at the top of a page.
    fn space(&mut self, height: f32) {
        if !self.is_empty() {
            self.y += height;
        }
    }

    fn add(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push(item);
        }
    }

    /// Puts text into the row of this height that begins at y.
    fn put(&mut self, x: f32, row: f32, style: Type, text: &str, copied: bool) {
        if !text.is_empty() {
            let y = self.y + rise(row, style);
            self.add(Item::Line(Line { x, y, style, text: text.to_owned(), white: 0.0, copied }));
        }
    }

    /// Puts wrapped lines one below the other, beginning new pages as needed.
    fn lines(&mut self, x: f32, row: f32, style: Type, text: &str) {
        for line in wrap(text, style, self.size.width - SIDE - x) {
            self.need(row);
            self.put(x, row, style, &line, true);
            self.y += row;
        }
    }

    fn paragraph(&mut self, text: &str, style: Type, row: f32) {
        self.lines(SIDE, row, style, text);
    }

    /// Puts the title, smaller where it is long.
    fn title(&mut self, text: &str) {
        let long = wrap(text, TITLE, self.width()).len() > 2;
        let (style, row) = if long { (HEADING, 17.0) } else { (TITLE, 27.0) };
        self.paragraph(text, style, row);
    }

    fn commands(&mut self, facts: &[Fact]) {
        self.y += 4.0;
        for fact in facts {
            self.need(SENTENCE_ROW);
            self.put(SIDE, SENTENCE_ROW, PLAIN, &fact.label, true);
            self.lines(SIDE + COMMAND, SENTENCE_ROW, CODE, &fact.value);
        }
    }

    /// Puts text between two bars.
    fn framed(&mut self, text: &str) {
        self.y += 12.0;
        self.bar();
        self.y += 7.0;
        self.paragraph(text, STRONG, 14.0);
        self.y += 7.0;
        self.bar();
        self.y += 13.0;
    }

    fn bar(&mut self) {
        let bar = [SIDE, self.y, self.width(), 0.75];
        self.add(Item::Bar(bar));
    }

    fn heading(&mut self, text: &str) {
        self.space(22.0);
        self.need(80.0);
        self.paragraph(text, HEADING, 17.0);
    }

    fn document(&mut self, text: &str) {
        self.space(6.0);
        self.need(60.0);
        self.paragraph(text, STRONG, 15.0);
        self.y += 2.0;
    }

    fn note(&mut self, text: &str) {
        self.need(3.0 * SENTENCE_ROW);
        self.space(4.0);
        self.paragraph(text, PLAIN, SENTENCE_ROW);
        self.y += 4.0;
    }

    fn facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.need(FACT_ROW);
            self.put(SIDE, FACT_ROW, PLAIN, &fact.label, true);
            // The items of a list stand one below the other.
            for item in fact.value.split_inclusive("; ") {
                self.lines(SIDE + LABEL, FACT_ROW, PLAIN, item);
            }
        }
    }

    fn prints(&mut self, facts: &[Fact]) {
        for fact in facts {
            let digits: Vec<char> = fact.value.chars().collect();
            let rows: Vec<String> =
                digits.chunks(PRINT_DIGITS).map(|row| row.iter().collect()).collect();
            self.need(rows.len() as f32 * PRINTS_ROW);
            self.put(SIDE, PRINTS_ROW, PLAIN, &fact.label, true);
            rows.iter().for_each(|row| self.lines(SIDE + LABEL, PRINTS_ROW, PRINTS, row));
        }
    }

    /// Puts sentences with their first lines hanging out.
    fn sentences(&mut self, texts: &[String]) {
        self.y += 4.0;
        for text in texts {
            self.need(SENTENCE_ROW);
            self.paragraph(text, PLAIN, SENTENCE_ROW);
            self.y += 3.0;
        }
    }

    fn rows(&mut self, rows: &[String]) {
        for group in rows.chunks(GROUP) {
            self.need(group.len() as f32 * FIGURES_ROW);
            group.iter().for_each(|row| self.paragraph(row, FIGURES, FIGURES_ROW));
            self.y += GAP;
        }
    }

    /// Puts the one code, and beside it as many of these facts as stand there; all of them stand
    /// below among the claims.
    fn single(&mut self, glance: &[Fact]) {
        self.need(SINGLE + CAPTION);
        let (top, quiet) = (self.y, self.quiet(SINGLE));
        let lower = top + SINGLE - 2.0 * quiet;
        // The dark modules begin where the text does.
        self.code(0, SIDE - quiet, top - quiet, SINGLE);
        let x = SIDE + SINGLE + BESIDE - quiet;
        for fact in glance {
            let lines = wrap(&fact.value, LARGE, self.size.width - SIDE - x);
            if self.y + SMALL_ROW + lines.len() as f32 * LARGE_ROW > lower {
                break;
            }
            self.put(x, SMALL_ROW, SMALL, &fact.label, true);
            self.y += SMALL_ROW;
            for line in lines {
                self.put(x, LARGE_ROW, LARGE, &line, true);
                self.y += LARGE_ROW;
            }
            self.y += GAP;
        }
        self.y = lower + CAPTION;
    }

    /// Puts several codes, two side by side, on as many pages as they need.
    fn pairs(&mut self) {
        let side = PAIR.min((self.size.height - CODES_TOP - CODES_BOTTOM) / 3.0 - CAPTION);
        for row in 0..self.content.codes.len().div_ceil(2) {
            if self.y + side + CAPTION > self.size.height - CODES_BOTTOM + 0.01 {
                self.new_page(CODES_TOP);
            }
            let quiet = self.quiet(side);
            for (index, x) in
                [(2 * row, SIDE - quiet), (2 * row + 1, self.size.width - SIDE - side + quiet)]
            {
                self.code(index, x, self.y, side);
            }
            self.y += side + CAPTION;
        }
    }

    /// Puts a code with its caption, if there is one with this index.
    fn code(&mut self, index: usize, x: f32, y: f32, side: f32) {
        let Some(symbol) = self.content.codes.get(index) else { return };
        let (left, right, baseline) =
            (x + self.quiet(side), x + side - self.quiet(side), y + side - self.quiet(side) + 14.0);
        self.add(Item::Code { index, x, y, side });
        self.add(Item::Line(Line {
            x: left,
            y: baseline,
            style: STRONG,
            text: symbol.caption(),
            white: 0.0,
            copied: true,
        }));
        if let Some(set) = self.content.set {
            let text = format!("any {} are enough, set {set}", symbol.parts.saturating_sub(1));
            let x = right - SMALL.width(&text);
            self.add(Item::Line(Line {
                x,
                y: baseline,
                style: SMALL,
                text,
                white: 0.0,
                copied: true,
            }));
        }
    }

    /// Returns how wide the quiet zone of a code of this width is; all codes of a file are of one
    /// size.
    fn quiet(&self, side: f32) -> f32 {
        self.content
            .codes
            .first()
            .map_or(0.0, |symbol| side * QUIET as f32 / symbol.full_side() as f32)
    }

    /// Puts the text form on one page, or on as many as it needs from the top of the first on.
    fn text_form(&mut self, form: &TextForm) {
        let Some((begin, rest)) = form.lines.split_first() else { return };
        let Some((end, tokens)) = rest.split_last() else { return };
        let note = wrap(&form.note, PLAIN, self.width()).len() as f32 * SENTENCE_ROW + 8.0;
        let gaps = (tokens.len().div_ceil(GROUP) + 1) as f32 * GAP;
        self.need(HEAD + note + form.lines.len() as f32 * TOKENS_ROW + gaps);
        self.heading(&form.heading);
        self.note(&form.note);
        self.token(None, begin);
        for (index, group) in tokens.chunks(GROUP).enumerate() {
            let first = index * GROUP + 1;
            // The END line stays with the last group.
            let end = if first + group.len() > tokens.len() { GAP + TOKENS_ROW } else { 0.0 };
            if self.fits(GAP + group.len() as f32 * TOKENS_ROW + end) {
                self.y += GAP;
            } else {
                self.turn(&format!(
                    "{}, continued: line {first} of {}",
                    form.heading,
                    tokens.len()
                ));
            }
            group.iter().zip(first..).for_each(|(token, number)| self.token(Some(number), token));
        }
        self.y += GAP;
        self.token(None, end);
    }

    /// Puts one line of the text form, its number beside it.
    fn token(&mut self, number: Option<usize>, line: &str) {
        if let Some(number) = number.map(|number| number.to_string()) {
            let x = SIDE + NUMBERS - 10.0 - NUMBER.width(&number);
            self.put(x, TOKENS_ROW, NUMBER, &number, false);
        }
        let white = if number.is_some() { WHITE } else { 0.0 };
        let (y, text) = (self.y + rise(TOKENS_ROW, TOKENS), line.to_owned());
        self.add(Item::Line(Line {
            x: SIDE + NUMBERS,
            y,
            style: TOKENS,
            text,
            white,
            copied: true,
        }));
        self.y += TOKENS_ROW;
    }

    /// Goes on with the text form on a new page.
    fn turn(&mut self, heading: &str) {
        if let Some(page) = self.pages.last_mut() {
            page.within_text = true;
        }
        self.new_page(TOP);
        self.put(SIDE, 17.0, STRONG, heading, false);
        self.y += 17.0 + GAP;
    }

    /// Puts the foot of every page: which file, which page, and of how many.
    fn footers(&mut self) {
        let (count, y, right) = (self.pages.len(), self.size.height - FOOT, self.size.width - SIDE);
        for (index, page) in self.pages.iter_mut().enumerate() {
            let number = format!("page {} of {count}", index + 1);
            let copied = !page.within_text;
            for (x, text) in
                [(SIDE, self.content.footer.clone()), (right - SMALL.width(&number), number)]
            {
                page.items.push(Item::Line(Line { x, y, style: SMALL, text, white: 0.0, copied }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::carry::qr;

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
            let foot: Vec<&str> =
                texts.iter().rev().take(2).map(|line| line.text.as_str()).collect();
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
                (
                    pages_of(vec![facts(2 * rows)], paper),
                    pages_of(vec![facts(2 * rows + 1)], paper)
                ),
                (2, 3)
            );
            // One value of as many lines.
            let value = |rows: usize| {
                Block::Facts(vec![fact("seats", vec!["1; "; rows].concat().trim_end())])
            };
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
            let most = |pages| {
                (1..150).filter(|tokens| pages_of(vec![form(*tokens)], paper) == pages).max()
            };
            assert_eq!([1, 2, 3].map(most), expected.map(Some));
        }
    }

    #[test]
    fn the_text_form_stays_on_one_page_where_it_fits_on_one() {
        let facts = Block::Facts(vec![fact("seats", "100"); 20]);
        let pages = check(&content(vec![facts, form(30)]), Paper::A4);
        assert_eq!(pages.iter().map(|page| page.within_text).collect::<Vec<_>>(), [false, false]);
        let pages = check(&content(vec![form(100)]), Paper::A4);
        assert_eq!(
            pages.iter().map(|page| page.within_text).collect::<Vec<_>>(),
            [true, true, false]
        );
        // Between the first line and the last nothing else is copied.
        let copied = pages.iter().flat_map(|page| &page.items).filter_map(|item| match item {
            Item::Line(line) if line.copied => Some(line.text.as_str()),
            Item::Line(_) | Item::Bar(_) | Item::Code { .. } => None,
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
            let sides = items.iter().filter_map(|item| {
                if let Item::Code { side, .. } = item { Some(*side) } else { None }
            });
            let sides: Vec<f32> = sides.collect();
            assert_eq!((pages.len(), sides.len()), (expected, parts));
            assert!(
                sides.iter().all(|side| *side >= mm(80.0)
                    && side / content.codes[0].full_side() as f32 > mm(0.7))
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_leaves_the_page(name in "[ -~é株ж\u{1F6A2}]{1,200}", word in "[a-z株]{1,200}", escape: bool) {
            let drawn = |text: &str| if escape { crate::carry::sheet::metrics::escaped(text) } else { text.to_owned() };
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
}
