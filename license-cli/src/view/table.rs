//! Tables on a terminal of 80 columns: each row fits, whatever stands in it.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::view::answer::printable;

/// What stands between two columns.
const GAP: &str = "  ";
/// What stands where a text was cut.
const CUT: char = '…';

/// On which side a column's texts begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    /// For numbers.
    Right,
}

/// A column: what stands above it, and how wide it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) head: &'static str,
    pub(crate) width: usize,
    pub(crate) side: Side,
}

impl Column {
    /// A column of texts.
    pub(crate) const fn text(head: &'static str, width: usize) -> Self {
        Self { head, width, side: Side::Left }
    }

    /// A column of numbers.
    pub(crate) const fn number(head: &'static str, width: usize) -> Self {
        Self { head, width, side: Side::Right }
    }
}

/// The line above a table.
pub(crate) fn head(columns: &[Column]) -> String {
    row(columns, columns.iter().map(|column| column.head.to_owned()))
}

/// A line of a table. A text that is too wide is cut, and shows it.
pub(crate) fn row(columns: &[Column], cells: impl IntoIterator<Item = String>) -> String {
    let cells = columns.iter().zip(cells);
    let cells: Vec<String> = cells.map(|(column, text)| cell(*column, &text)).collect();
    cells.join(GAP).trim_end().to_owned() + "\n"
}

fn cell(column: Column, text: &str) -> String {
    let text = printable(&text.replace('\n', " "));
    let text = if text.width() > column.width { cut(&text, column.width) } else { text };
    let room = " ".repeat(column.width.saturating_sub(text.width()));
    match column.side {
        Side::Left => text + &room,
        Side::Right => room + &text,
    }
}

/// The beginning of a text that has room, with a mark behind it.
fn cut(text: &str, width: usize) -> String {
    let mut kept = String::new();
    for letter in text.chars() {
        if kept.width() + letter.width().unwrap_or(0) >= width {
            break;
        }
        kept.push(letter);
    }
    kept.push(CUT);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [Column::text("name", 6), Column::number("seats", 5)];

    fn line(name: &str, seats: &str) -> String {
        row(&COLUMNS, [name.to_owned(), seats.to_owned()])
    }

    #[test]
    fn texts_begin_on_the_left_and_numbers_end_on_the_right() {
        assert_eq!(head(&COLUMNS), "name    seats\n");
        assert_eq!(line("Nord", "7"), "Nord        7\n");
    }

    #[test]
    fn what_is_too_wide_is_cut_and_shows_it() {
        assert_eq!(line("Nordha", "7"), "Nordha      7\n");
        assert_eq!(line("Nordhav", "7"), "Nordh…      7\n");
    }

    // Wide letters take two columns (Unicode Standard Annex 11).
    #[test]
    fn wide_letters_count_twice() {
        assert_eq!(line("東京都", "7"), "東京都      7\n");
        assert_eq!(line("東京ガス", "7"), "東京…       7\n");
    }

    #[test]
    fn a_terminal_obeys_nothing_of_it() {
        assert_eq!(line("a\nb", "7"), "a b         7\n");
        assert_eq!(line("\u{1b}", "7"), "\\u{1b}      7\n");
    }
}
