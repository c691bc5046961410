//! The first page: everything on it has its place, whatever the file says, so that who has seen one
//! knows where to look on the next. The code is as far from the upper left corner on each.

use crate::carry::sheet::content::{First, Glance, Status, Step};
use crate::carry::sheet::layout::Flow;
use crate::carry::sheet::layout::measures::{
    BAND, BAND_BAR, BESIDE, CODE, CODE_TOP, COMMAND_ROW, DIGITS, EXACT, GAP, HEADING, KIND,
    KIND_TOP, LARGE, LARGE_ROW, LEAD, LOGO, NUMERAL, PLAIN, SENTENCE_ROW, SIDE, SINGLE, SMALL,
    SMALL_ROW, STATUS, STATUS_HEAD, STEP, STEPS_TOP, TITLE_ROOM, TITLES,
};
use crate::carry::sheet::metrics::{Face, Type};
use crate::carry::sheet::page::Item;
use crate::carry::sheet::wrap::wrap;

/// The most lines of a value beside the code.
const VALUE_LINES: usize = 4;
/// The most lines of the name of who made the sheet.
const NAME_LINES: usize = 3;

impl Flow<'_> {
    /// Puts the first page.
    pub(super) fn first(&mut self, first: &First) {
        self.band();
        self.head(first);
        self.y = CODE_TOP;
        self.single(&first.glance);
        self.y = STEPS_TOP;
        self.steps(&first.steps);
        self.status(&first.status);
        for text in [&first.behind, &first.escapes] {
            self.y += 6.0;
            let lines = wrap(text, PLAIN, self.width());
            for line in lines.iter().filter(|line| !line.is_empty()) {
                self.put(SIDE, SENTENCE_ROW, PLAIN, line, true);
                self.y += SENTENCE_ROW;
            }
        }
    }

    /// Puts the letterhead, or whose paper this is without one.
    fn band(&mut self) {
        let right = self.size.width - SIDE;
        self.y = BAND;
        let head = self.content.letterhead.as_ref();
        let name = head.map_or("Airlock", |head| head.name.as_str());
        let lines = head.map_or_else(
            || vec!["a signed file on paper, for a machine without a network".to_owned()],
            |head| head.contact.clone(),
        );
        let mut x = SIDE;
        if let Some(logo) = head.and_then(|head| head.logo.as_ref()) {
            let (width, height) = logo.within(LOGO.0, LOGO.1);
            let y = BAND + (LOGO.1 - height) / 2.0;
            self.add(Item::Logo([x, y, width, height]));
            x += width + 10.0;
        }
        let room = self.width() / 2.0;
        let wide = lines.iter().map(|line| SMALL.width(line)).fold(room, f32::max);
        let small = Type::new(Face::Regular, SMALL.size * room / wide);
        let wide = lines.iter().map(|line| small.width(line)).fold(0.0, f32::max);
        self.named(x, right - wide - 10.0 - x, name);
        self.y = BAND + (LOGO.1 - lines.len() as f32 * SMALL_ROW) / 2.0;
        for line in &lines {
            self.put(right - small.width(line), SMALL_ROW, small, line, true);
            self.y += SMALL_ROW;
        }
        self.y = BAND_BAR;
        self.bar();
    }

    /// Puts the name of who made the sheet, in the largest type in which it has room.
    fn named(&mut self, x: f32, room: f32, name: &str) {
        let styles = [HEADING.size, 10.0, 8.0, 6.0, 4.5].map(|size| Type::new(Face::Bold, size));
        let fits = |style: &&Type| wrap(name, **style, room).len() <= NAME_LINES;
        let style = styles.iter().find(fits).or(styles.last()).copied().unwrap_or(SMALL);
        let lines = cut(wrap(name, style, room), NAME_LINES);
        let row = style.size * 1.2;
        self.y = BAND + (LOGO.1 - lines.len() as f32 * row) / 2.0;
        for line in lines {
            self.put(x, row, style, &line, true);
            self.y += row;
        }
    }

    fn head(&mut self, first: &First) {
        self.y = KIND_TOP;
        self.paragraph(&first.kind, KIND, 15.0);
        let (style, row) = self.fitting(&first.title);
        let end = self.y + TITLE_ROOM;
        let most = (1..=9_u8).take_while(|rows| f32::from(*rows) * row <= TITLE_ROOM).count();
        for line in cut(wrap(&first.title, style, self.width()), most) {
            self.put(SIDE, row, style, &line, true);
            self.y += row;
        }
        // What is said of the page follows the title; the code's place stays.
        self.y = (self.y + 3.0).min(end);
        self.paragraph(&first.lead, LEAD, SENTENCE_ROW);
    }

    /// The largest type in which a title has room, and the height of its rows.
    fn fitting(&self, title: &str) -> (Type, f32) {
        let fits = |(style, row): &&(Type, f32)| {
            wrap(title, *style, self.width()).len() as f32 * row <= TITLE_ROOM
        };
        let least = TITLES.last().copied().unwrap_or((PLAIN, SENTENCE_ROW));
        TITLES.iter().find(fits).copied().unwrap_or(least)
    }

    /// Puts the first code, and beside it what most readers look for.
    fn single(&mut self, glance: &[Glance]) {
        let lower = CODE_TOP + SINGLE;
        // The dark modules begin where the text does, and are as wide whatever the code's size is.
        let side = self.codes_side(SINGLE);
        let quiet = self.quiet(side);
        self.code(0, SIDE - quiet, CODE_TOP - quiet, side);
        let x = SIDE + SINGLE + BESIDE;
        let room = self.size.width - SIDE - x;
        for Glance { label, value, exact } in glance {
            let is_text = |line: &String| !line.is_empty();
            let mut lines = cut(wrap(value, LARGE, room), VALUE_LINES);
            lines.retain(is_text);
            let mut exact = cut(wrap(exact, EXACT, room), VALUE_LINES);
            exact.retain(is_text);
            let height =
                SMALL_ROW + lines.len() as f32 * LARGE_ROW + exact.len() as f32 * SMALL_ROW;
            if self.y + height > lower {
                break;
            }
            self.put(x, SMALL_ROW, SMALL, &label.to_uppercase(), true);
            self.y += SMALL_ROW;
            for line in &lines {
                self.put(x, LARGE_ROW, LARGE, line, true);
                self.y += LARGE_ROW;
            }
            for line in &exact {
                self.put(x, SMALL_ROW, EXACT, line, true);
                self.y += SMALL_ROW;
            }
            self.y += 2.0 * GAP;
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        self.bar();
        self.y += 10.0;
        for (number, Step { words, command, digits }) in (1..).zip(steps) {
            self.put(SIDE, SENTENCE_ROW, NUMERAL, &format!("{number}"), true);
            self.lines(SIDE + STEP, SENTENCE_ROW, LEAD, words);
            if !command.is_empty() {
                self.y += 4.0;
                self.boxed(command, CODE);
            }
            if !digits.is_empty() {
                self.y += 4.0;
                self.boxed(digits, DIGITS);
            }
            self.y += 8.0;
        }
    }

    /// Puts text into a frame as wide as it is.
    fn boxed(&mut self, text: &str, style: Type) {
        let (x, height) = (SIDE + STEP, style.size + COMMAND_ROW);
        self.frame([x, self.y, style.width(text) + 12.0, height], 0.6);
        self.put(x + 6.0, height, style, text, true);
        self.y += height;
    }

    fn frame(&mut self, [x, y, width, height]: [f32; 4], line: f32) {
        let points = vec![[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]];
        self.add(Item::Stroke { points, width: line, dash: &[] });
    }

    /// Puts the status in a frame, beside a box that is ticked where the file was checked.
    fn status(&mut self, status: &Status) {
        let words = wrap(&status.words, PLAIN, self.width() - STATUS - 10.0);
        let height = 22.0 + words.len() as f32 * SENTENCE_ROW + 8.0;
        let top = self.y;
        self.frame([SIDE, top, self.width(), height], 1.4);
        let (x, y) = (SIDE + 10.0, top + 9.0);
        self.frame([x, y, 14.0, 14.0], 1.2);
        if status.is_verified {
            let points = vec![[x + 3.0, y + 7.0], [x + 6.0, y + 11.0], [x + 11.5, y + 2.5]];
            self.add(Item::Stroke { points, width: 2.0, dash: &[] });
        }
        self.y = top + 6.0;
        self.put(SIDE + STATUS, 17.0, STATUS_HEAD, status.head(), true);
        self.y += 17.0;
        for line in words {
            self.put(SIDE + STATUS, SENTENCE_ROW, PLAIN, &line, true);
            self.y += SENTENCE_ROW;
        }
        self.y = top + height;
    }
}

/// The lines that there is room for; the last of them says where some are left out, all of which
/// stand behind.
fn cut(mut lines: Vec<String>, most: usize) -> Vec<String> {
    if lines.len() > most {
        lines.truncate(most.max(1));
        if let Some(last) = lines.last_mut() {
            let kept = last.chars().count().saturating_sub(3);
            *last = last.chars().take(kept).collect::<String>() + "...";
        }
    }
    lines
}
