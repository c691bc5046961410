//! Puts a sheet's content onto pages. What draws them decides nothing.

mod codes;
mod figures;
mod first;
mod measures;
#[cfg(test)]
mod tests;
mod text;
mod text_form;

use crate::carry::sheet::content::{Block, SheetContent};
use crate::carry::sheet::layout::measures::{BOTTOM, FOOT, SIDE, SMALL, TOP, rise};
use crate::carry::sheet::metrics::Type;
use crate::carry::sheet::page::{Item, Line, Page, Paper, Size, size};
use crate::carry::sheet::wrap::wrap;

/// Returns the pages of a content.
pub(crate) fn pages(content: &SheetContent, paper: Paper) -> Vec<Page> {
    let mut flow = Flow { content, size: size(paper), pages: vec![Page::default()], y: TOP };
    flow.first(&content.first);
    flow.pairs();
    flow.details();
    for block in &content.blocks {
        flow.block(block);
    }
    flow.footers();
    flow.pages
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
    /// Goes on behind the first page; behind other codes on their last page.
    fn details(&mut self) {
        if self.pages.len() == 1 {
            self.new_page(TOP);
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(text) => self.heading(text),
            Block::Document(text) => self.document(text),
            Block::Note(text) => self.note(text),
            Block::Facts(facts) => self.facts(facts),
            Block::Prints(facts) => self.prints(facts),
            Block::Sentences(texts) => self.sentences(texts),
            Block::Chart(chart) => self.chart(chart),
            Block::Table(table) => self.table(table),
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
