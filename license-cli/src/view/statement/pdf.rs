//! A statement as PDF, on A4, drawn as the printed sheet is.

use super::chart::{Anchor, Chart, Mark, Room, draw};
use super::content::{Content, TermPart};
use super::html::COLUMNS;
use super::words::Fact;
use crate::carry::sheet::Paper;
use crate::carry::sheet::metrics::{Face, Type, escaped};
use crate::carry::sheet::page::{Item, Line, Page, Size, mm, size};
use crate::carry::sheet::pdf;
use crate::carry::sheet::wrap::wrap;

const SIDE: f32 = mm(20.0);
const TITLE: Type = Type::new(Face::Bold, 18.0);
const HEADING: Type = Type::new(Face::Bold, 13.0);
const STRONG: Type = Type::new(Face::Bold, 10.0);
const PLAIN: Type = Type::new(Face::Regular, 10.0);
const SMALL: Type = Type::new(Face::Regular, 9.0);
/// Columns of labels.
const LABEL: f32 = 80.0;
/// Where the columns of the table end, from the left edge of the text; the first two begin there.
const ENDS: [f32; 7] = [0.0, 62.0, 245.0, 285.0, 345.0, 395.0, 482.0];

/// The PDF.
pub(crate) fn page(content: &Content) -> Vec<u8> {
    let mut flow = Flow::new();
    flow.paragraph(0.0, TITLE, 24.0, &content.title);
    flow.y += 6.0;
    flow.framed(&content.verdict);
    flow.facts(&content.facts);
    for part in &content.terms {
        flow.term(part);
    }
    if !content.findings.is_empty() {
        flow.heading("What to look at");
        for told in &content.findings {
            flow.need(40.0);
            flow.paragraph(0.0, PLAIN, 13.0, &told.message);
            let proof = format!("It proves {}; not {}.", told.proves, told.open);
            flow.paragraph(12.0, SMALL, 12.0, &proof);
            flow.y += 5.0;
        }
    }
    let pages = flow.done();
    pdf::draw(&content.title, &[], size(Paper::A4), &pages)
}

/// Pages that fill from above.
struct Flow {
    size: Size,
    done: Vec<Page>,
    page: Page,
    y: f32,
}

impl Flow {
    fn new() -> Self {
        Self { size: size(Paper::A4), done: Vec::new(), page: Page::default(), y: SIDE }
    }

    fn width(&self) -> f32 {
        self.size.width - 2.0 * SIDE
    }

    /// Begins a page where so much is not left.
    fn need(&mut self, height: f32) {
        if self.y + height > self.size.height - SIDE {
            self.done.push(std::mem::take(&mut self.page));
            self.y = SIDE;
        }
    }

    fn put(&mut self, x: f32, y: f32, style: Type, text: &str) {
        let text = escaped(text);
        let line = Line { x, y, style, text, white: 0.0, copied: true };
        self.page.items.push(Item::Line(line));
    }

    fn paragraph(&mut self, indent: f32, style: Type, row: f32, text: &str) {
        for line in wrap(&escaped(text), style, self.width() - indent) {
            self.need(row);
            self.y += row;
            self.put(SIDE + indent, self.y, style, &line);
        }
    }

    fn bar(&mut self, height: f32) {
        self.page.items.push(Item::Bar([SIDE, self.y, self.width(), height]));
    }

    fn framed(&mut self, text: &str) {
        self.bar(1.2);
        self.y += 6.0;
        self.paragraph(0.0, Type::new(Face::Bold, 12.0), 15.0, text);
        self.y += 9.0;
        self.bar(1.2);
        self.y += 8.0;
    }

    fn heading(&mut self, text: &str) {
        self.need(90.0);
        self.y += 16.0;
        self.paragraph(0.0, HEADING, 16.0, text);
        self.y += 2.0;
    }

    fn facts(&mut self, facts: &[Fact]) {
        for (label, text) in facts {
            self.need(14.0);
            self.put(SIDE, self.y + 13.0, PLAIN, label);
            self.paragraph(LABEL, PLAIN, 13.0, text);
        }
    }

    fn term(&mut self, part: &TermPart) {
        self.heading(&part.heading);
        self.facts(&part.facts);
        if let Some(chart) = &part.chart {
            self.chart(chart);
        }
        for order in &part.orders {
            self.sums("Seats bought within the term", order);
        }
        self.table(part);
        self.y += 10.0;
        for row in &part.rows {
            self.sums(&format!("{}, {}", row.name, row.days), &row.sums);
        }
    }

    fn sums(&mut self, label: &str, sums: &[String]) {
        self.need(13.0 * (sums.len() as f32 + 1.0).min(5.0));
        self.y += 4.0;
        self.paragraph(0.0, STRONG, 13.0, label);
        for sum in sums {
            self.paragraph(12.0, PLAIN, 12.5, sum);
        }
    }

    fn chart(&mut self, chart: &Chart) {
        let room = Room { width: self.width(), height: 170.0, font: 9.0 };
        self.need(room.height + 40.0);
        self.y += 8.0;
        let (x, y) = (SIDE, self.y);
        let moved = |points: Vec<[f32; 2]>| -> Vec<[f32; 2]> {
            points.into_iter().map(|[a, b]| [a + x, b + y]).collect()
        };
        for mark in draw(chart, room) {
            match mark {
                Mark::Stroke { points, width, dash } => {
                    let points = moved(points);
                    self.page.items.push(Item::Stroke { points, width, dash });
                }
                Mark::Area(points) => self.page.items.push(Item::Area(moved(points))),
                Mark::Text { x: at, y: below, anchor, text } => {
                    let width = SMALL.width(&text);
                    let at = match anchor {
                        Anchor::Start => at,
                        Anchor::Middle => at - width / 2.0,
                        Anchor::End => at - width,
                    };
                    self.put(x + at, y + below, SMALL, &text);
                }
            }
        }
        self.y += room.height + 2.0;
        self.paragraph(0.0, SMALL, 12.0, &format!("{}.", chart.words()));
        self.y += 8.0;
    }

    fn table(&mut self, part: &TermPart) {
        self.need(60.0);
        self.y += 8.0;
        // The heads of numbers stand on two lines.
        let heads = COLUMNS.map(|name| name.rsplit_once(' ').unwrap_or(("", name)));
        let [above, below] = [heads.map(|it| it.0), heads.map(|it| it.1)];
        self.cells(STRONG, &above);
        self.cells(STRONG, &below);
        self.y += 4.0;
        self.bar(0.9);
        for row in &part.rows {
            self.need(20.0);
            self.cells(
                PLAIN,
                &[&row.name, &row.days, &row.users, &row.seats, &row.over, &row.owed, &row.amount],
            );
            self.y += 3.0;
            self.bar(0.3);
        }
        self.cells(STRONG, &["owed", "", "", "", "", &part.owed, &part.due]);
        self.y += 4.0;
        self.bar(0.9);
    }

    /// A row of the table: texts begin at their place, numbers end there.
    fn cells(&mut self, style: Type, cells: &[&str; 7]) {
        self.y += 13.0;
        for (place, (text, end)) in cells.iter().zip(ENDS).enumerate() {
            let text = escaped(text);
            let x = if place < 2 { end } else { end - style.width(&text) };
            self.put(SIDE + x, self.y, style, &text);
        }
    }

    fn done(mut self) -> Vec<Page> {
        self.done.push(self.page);
        let number = self.done.len();
        let style = SMALL;
        for (place, page) in self.done.iter_mut().enumerate() {
            let text = format!("page {} of {number}", place + 1);
            let (x, y) = (self.size.width - SIDE - style.width(&text), self.size.height - mm(10.0));
            page.items.push(Item::Line(Line { x, y, style, text, white: 0.0, copied: true }));
        }
        self.done
    }
}
