//! A table, read a page at a time in the order of its key.

use super::database::{Database, Fault};
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells, Seen};
use crate::registry::part::Part;
use crate::registry::sheet::{Line, Sheet};
use crate::registry::table::{Begin, DOCUMENT, Table};

/// Rows of a page.
const ROWS: u32 = 500;

/// Rows of a page of documents: each may have 64 KiB.
const DOCUMENTS: u32 = 250;

/// Where in a table, or in a part of it, the reading is.
pub(super) struct Pages {
    pub(super) table: &'static Table,
    part: Option<Part>,
    sheet: Sheet,
    /// The place of the next row on the page.
    next: usize,
    over: bool,
}

impl Pages {
    /// All of a table.
    pub(super) fn of(table: &'static Table) -> Self {
        Self { table, part: None, sheet: Sheet::default(), next: 0, over: false }
    }

    /// A part of a table.
    pub(super) fn of_part(table: &'static Table, part: Part) -> Self {
        Self { part: Some(part), ..Self::of(table) }
    }

    fn rows(&self) -> u32 {
        if std::ptr::eq(self.table, &raw const DOCUMENT) { DOCUMENTS } else { ROWS }
    }

    /// The next row, which stays the next one.
    pub(super) fn look<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<Line<'_>>, Fault> {
        if self.next >= self.sheet.rows() && !self.over {
            self.turn(database)?;
        }
        Ok((self.next < self.sheet.rows()).then(|| self.sheet.row(self.next)))
    }

    /// Goes on behind the row that was looked at.
    pub(super) fn step(&mut self) -> Line<'_> {
        self.next += 1;
        self.sheet.row(self.next - 1)
    }

    /// The next row.
    pub(super) fn next<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<Line<'_>>, Fault> {
        if self.look(database)?.is_none() {
            return Ok(None);
        }
        Ok(Some(self.step()))
    }

    fn turn<D: Database>(&mut self, database: &mut D) -> Result<(), Fault> {
        let last = self.sheet.rows().checked_sub(1).map(|last| self.sheet.row(last));
        let key = last.map(|row| row.seen().take(self.table.key).map(Seen::cell).collect());
        let first = || self.part.and_then(Part::first);
        let (begin, mut values): (Begin, Vec<Cell>) = match (key, first()) {
            (Some(key), _) => (Begin::Behind, key),
            (None, Some(first)) => (Begin::At, vec![first.into()]),
            (None, None) => (Begin::Anywhere, Vec::new()),
        };
        let end = self.part.and_then(Part::end);
        let sql = self.table.page(begin, end.is_some(), self.rows());
        values.extend(end.map(Cell::from));
        database.page(&sql, &values, &mut self.sheet)?;
        self.next = 0;
        self.over = self.sheet.rows() < self.rows() as usize;
        Ok(())
    }

    pub(super) fn read<D: Database, T>(
        &mut self,
        database: &mut D,
        read: impl FnOnce(&mut Cells<'_>) -> Result<T, Failure>,
    ) -> Result<Option<T>, Fault> {
        let table = self.table;
        let row = self.next(database)?;
        Ok(row.map(|row| read(&mut Cells::new(table, row))).transpose()?)
    }
}
