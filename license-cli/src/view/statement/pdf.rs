//! A statement as PDF, on A4, drawn as the printed sheet is.

use super::content::{Content, Row, TermPart};
use super::html::COLUMNS;
use super::words::Fact;
use crate::carry::sheet::Paper;
use crate::carry::sheet::chart::{Chart, Room};
use crate::carry::sheet::metrics::{Face, Type, escaped};
use crate::carry::sheet::page::{Item, Line, Page, Size, mm, size};
use crate::carry::sheet::pdf;
use crate::carry::sheet::placed;
use crate::carry::sheet::structure::{Role, Structure};
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
/// What the cells of a row are.
const ROW: [Role; 7] = {
    let mut row = [Role::Cell; 7];
    row[0] = Role::RowHead;
    row
};

/// The PDF.
pub(crate) fn page(content: &Content) -> Vec<u8> {
    let mut flow = Flow::new();
    flow.part(Role::Title, |flow| flow.paragraph(0.0, TITLE, 24.0, &content.title));
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
            flow.text(0.0, PLAIN, 13.0, &told.message);
            let proof = format!("It proves {}; not {}.", told.proves, told.open);
            flow.text(12.0, SMALL, 12.0, &proof);
            flow.y += 5.0;
        }
    }
    let (pages, structure) = flow.done();
    pdf::tagged(&content.title, size(Paper::A4), &pages, &structure)
}

/// Pages that fill from above, with the structure of what is on them.
struct Flow {
    size: Size,
    done: Vec<Page>,
    page: Page,
    y: f32,
    structure: Structure,
    /// The element that is drawn.
    element: Option<usize>,
}

impl Flow {
    fn new() -> Self {
        let mut structure = Structure::default();
        let element = Some(structure.add(Role::Document, None));
        let (done, page) = (Vec::new(), Page::default());
        Self { size: size(Paper::A4), done, page, y: SIDE, structure, element }
    }

    /// Draws an element that stands in the present one.
    fn part(&mut self, role: Role, draw: impl FnOnce(&mut Self)) {
        let parent = self.element;
        let element = self.structure.add(role, parent);
        self.go_on(Some(element));
        draw(self);
        self.go_on(parent);
    }

    fn go_on(&mut self, element: Option<usize>) {
        self.element = element;
        self.page.items.push(Item::Part(element));
    }

    fn width(&self) -> f32 {
        self.size.width - 2.0 * SIDE
    }

    /// Begins a page where so much is not left.
    fn need(&mut self, height: f32) {
        if self.y + height > self.size.height - SIDE {
            self.done.push(std::mem::take(&mut self.page));
            self.y = SIDE;
            self.go_on(self.element);
        }
    }

    fn put(&mut self, x: f32, y: f32, style: Type, text: &str) {
        let text = escaped(text);
        let line = Line { x, y, style, text, white: 0.0, copied: true };
        self.page.items.push(Item::Line(line));
    }

    fn paragraph(&mut self, indent: f32, style: Type, row: f32, text: &str) {
        let mut lines = wrap(&escaped(text), style, self.width() - indent).into_iter().peekable();
        while let Some(line) = lines.next() {
            self.need(row);
            self.y += row;
            // Whoever hears it hears a space where a line was broken.
            let end = if lines.peek().is_some() { " " } else { "" };
            self.put(SIDE + indent, self.y, style, &format!("{line}{end}"));
        }
    }

    /// A paragraph as an element of its own.
    fn text(&mut self, indent: f32, style: Type, row: f32, text: &str) {
        self.part(Role::Paragraph, |flow| flow.paragraph(indent, style, row, text));
    }

    /// A bar, which says nothing.
    fn bar(&mut self, height: f32) {
        let element = self.element;
        self.go_on(None);
        self.page.items.push(Item::Bar([SIDE, self.y, self.width(), height]));
        self.go_on(element);
    }

    fn framed(&mut self, text: &str) {
        self.bar(1.2);
        self.y += 6.0;
        self.text(0.0, Type::new(Face::Bold, 12.0), 15.0, text);
        self.y += 9.0;
        self.bar(1.2);
        self.y += 8.0;
    }

    fn heading(&mut self, text: &str) {
        self.need(90.0);
        self.y += 16.0;
        self.part(Role::Heading, |flow| flow.paragraph(0.0, HEADING, 16.0, text));
        self.y += 2.0;
    }

    fn facts(&mut self, facts: &[Fact]) {
        self.part(Role::List, |flow| {
            for (label, text) in facts {
                flow.part(Role::Entry, |flow| flow.fact(label, text));
            }
        });
    }

    fn fact(&mut self, label: &str, text: &str) {
        self.need(14.0);
        self.part(Role::Label, |flow| flow.put(SIDE, flow.y + 13.0, PLAIN, label));
        self.part(Role::Body, |flow| flow.paragraph(LABEL, PLAIN, 13.0, text));
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
        self.text(0.0, STRONG, 13.0, label);
        self.part(Role::List, |flow| {
            for sum in sums {
                flow.part(Role::Entry, |flow| {
                    flow.part(Role::Body, |flow| flow.paragraph(12.0, PLAIN, 12.5, sum));
                });
            }
        });
    }

    fn chart(&mut self, chart: &Chart) {
        let room = Room { width: self.width(), height: 170.0, font: 9.0 };
        self.need(room.height + 40.0);
        self.y += 8.0;
        let words = chart.words();
        self.part(Role::Figure, |flow| {
            flow.structure.describe(flow.element.unwrap_or_default(), &words);
            flow.drawing(chart, room);
            flow.y += room.height + 2.0;
            flow.part(Role::Caption, |flow| {
                flow.paragraph(0.0, SMALL, 12.0, &format!("{words}."));
            });
        });
        self.y += 8.0;
    }

    fn drawing(&mut self, chart: &Chart, room: Room) {
        self.page.items.extend(placed::items(chart, room, (SIDE, self.y), SMALL));
    }

    fn table(&mut self, part: &TermPart) {
        self.need(60.0);
        self.y += 8.0;
        self.part(Role::Table, |flow| {
            // The heads of numbers stand on two lines.
            let heads = COLUMNS.map(|name| name.rsplit_once(' ').unwrap_or(("", name)));
            let [above, below] = [heads.map(|it| it.0), heads.map(|it| it.1)];
            let row = flow.row([Role::ColumnHead; 7]);
            flow.cells(STRONG, &row, &above);
            flow.cells(STRONG, &row, &below);
            flow.y += 4.0;
            flow.bar(0.9);
            for Row { name, days, users, seats, over, owed, amount, .. } in &part.rows {
                flow.need(20.0);
                let row = flow.row(ROW);
                flow.cells(PLAIN, &row, &[name, days, users, seats, over, owed, amount]);
                flow.y += 3.0;
                flow.bar(0.3);
            }
            let row = flow.row(ROW);
            flow.cells(STRONG, &row, &["owed", "", "", "", "", &part.owed, &part.due]);
            flow.y += 4.0;
            flow.bar(0.9);
        });
    }

    /// The elements of a row's cells.
    fn row(&mut self, roles: [Role; 7]) -> [usize; 7] {
        let row = self.structure.add(Role::Row, self.element);
        roles.map(|role| self.structure.add(role, Some(row)))
    }

    /// A line of a row of the table: texts begin at their place, numbers end there.
    fn cells(&mut self, style: Type, row: &[usize; 7], cells: &[&str; 7]) {
        let table = self.element;
        self.y += 13.0;
        for (place, ((text, end), element)) in cells.iter().zip(ENDS).zip(row).enumerate() {
            let text = escaped(text);
            if text.is_empty() {
                continue;
            }
            let x = if place < 2 { end } else { end - style.width(&text) };
            self.go_on(Some(*element));
            self.put(SIDE + x, self.y, style, &text);
        }
        self.go_on(table);
    }

    fn done(mut self) -> (Vec<Page>, Structure) {
        self.done.push(self.page);
        let number = self.done.len();
        let style = SMALL;
        for (place, page) in self.done.iter_mut().enumerate() {
            let text = format!("page {} of {number}", place + 1);
            let (x, y) = (self.size.width - SIDE - style.width(&text), self.size.height - mm(10.0));
            page.items.push(Item::Part(None));
            page.items.push(Item::Line(Line { x, y, style, text, white: 0.0, copied: true }));
        }
        (self.done, self.structure)
    }
}
