//! Rows as they were read, in few pieces of memory, which the next rows take again.

use super::cell::{Cell, Seen};

/// Rows of one width. All their texts stand behind each other, and so do all their bytes.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    columns: usize,
    cells: Vec<Slot>,
    texts: String,
    bytes: Vec<u8>,
}

/// What stands in one column, or where: the place at which it begins, and its length.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot {
    Nothing,
    Number(i64),
    Text(usize, usize),
    Bytes(usize, usize),
}

impl Sheet {
    /// Takes out all rows, for others that have so many columns.
    pub(super) fn clear(&mut self, columns: usize) {
        self.columns = columns;
        self.cells.clear();
        self.texts.clear();
        self.bytes.clear();
    }

    /// Adds what stands in the next column.
    pub(super) fn push(&mut self, seen: Seen<'_>) {
        self.cells.push(match seen {
            Seen::Nothing => Slot::Nothing,
            Seen::Number(number) => Slot::Number(number),
            Seen::Text(text) => {
                let place = self.texts.len();
                self.texts.push_str(text);
                Slot::Text(place, text.len())
            }
            Seen::Bytes(bytes) => {
                let place = self.bytes.len();
                self.bytes.extend_from_slice(bytes);
                Slot::Bytes(place, bytes.len())
            }
        });
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.cells.len().checked_div(self.columns).unwrap_or(0)
    }

    /// The row at this place; one without columns where there is none.
    pub(super) fn row(&self, place: usize) -> Line<'_> {
        let first = place.saturating_mul(self.columns);
        let slots = self.cells.get(first..first.saturating_add(self.columns));
        Line::Sheet(self, slots.unwrap_or_default())
    }

    fn seen(&self, slot: Slot) -> Seen<'_> {
        match slot {
            Slot::Nothing => Seen::Nothing,
            Slot::Number(number) => Seen::Number(number),
            Slot::Text(place, length) => {
                Seen::Text(self.texts.get(place..place + length).unwrap_or_default())
            }
            Slot::Bytes(place, length) => {
                Seen::Bytes(self.bytes.get(place..place + length).unwrap_or_default())
            }
        }
    }
}

/// A row, where it was read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line<'a> {
    Cells(&'a [Cell]),
    Sheet(&'a Sheet, &'a [Slot]),
}

impl<'a> Line<'a> {
    /// What stands in this column, counted from 0; nothing in one that there is not.
    pub(super) fn get(self, column: usize) -> Seen<'a> {
        match self {
            Self::Cells(cells) => cells.get(column).map(Cell::seen).unwrap_or_default(),
            Self::Sheet(sheet, slots) => {
                slots.get(column).map(|slot| sheet.seen(*slot)).unwrap_or_default()
            }
        }
    }

    /// How many columns it has.
    pub(super) fn columns(self) -> usize {
        match self {
            Self::Cells(cells) => cells.len(),
            Self::Sheet(_, slots) => slots.len(),
        }
    }

    /// What stands in each column.
    pub(super) fn seen(self) -> impl Iterator<Item = Seen<'a>> {
        (0..self.columns()).map(move |column| self.get(column))
    }
}

impl<'a> From<&'a [Cell]> for Line<'a> {
    fn from(cells: &'a [Cell]) -> Self {
        Self::Cells(cells)
    }
}

impl<'a> From<&'a Vec<Cell>> for Line<'a> {
    fn from(cells: &'a Vec<Cell>) -> Self {
        Self::Cells(cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_as_they_were_read_also_where_others_were_before() {
        let cells = [
            Cell::from("Ærø"),
            Cell::Nothing,
            Cell::Number(-7),
            Cell::Bytes(vec![0, 255]),
            Cell::from(""),
            Cell::Bytes(Vec::new()),
        ];
        let mut sheet = Sheet::default();
        assert_eq!(sheet.rows(), 0);
        for columns in [2, 3, 6] {
            sheet.clear(columns);
            cells.iter().for_each(|cell| sheet.push(cell.seen()));
            assert_eq!(sheet.rows(), 6 / columns);
            let read: Vec<Cell> =
                (0..sheet.rows()).flat_map(|row| sheet.row(row).seen().map(Seen::cell)).collect();
            assert_eq!(read, cells);
            assert_eq!(sheet.row(sheet.rows()).columns(), 0);
            assert_eq!(sheet.row(0).get(columns), Seen::Nothing);
        }
    }
}
