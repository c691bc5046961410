//! A table, read a page at a time in the order of its key.

use std::collections::VecDeque;

use super::database::{Database, Fault};
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells};
use crate::registry::table::{DOCUMENT, Table};

/// Rows of a page.
const ROWS: u32 = 2000;

/// Rows of a page of documents: each may have 64 KiB.
const DOCUMENTS: u32 = 250;

/// Where in a table the reading is.
pub(super) struct Pages {
    pub(super) table: &'static Table,
    pub(super) after: Option<Vec<Cell>>,
    pub(super) page: VecDeque<Vec<Cell>>,
    pub(super) over: bool,
}

impl Pages {
    pub(super) fn of(table: &'static Table) -> Self {
        Self { table, after: None, page: VecDeque::new(), over: false }
    }

    fn rows(&self) -> u32 {
        if std::ptr::eq(self.table, &raw const DOCUMENT) { DOCUMENTS } else { ROWS }
    }

    pub(super) fn next<D: Database>(
        &mut self,
        database: &mut D,
    ) -> Result<Option<Vec<Cell>>, Fault> {
        if self.page.is_empty() && !self.over {
            self.turn(database)?;
        }
        Ok(self.page.pop_front())
    }

    pub(super) fn turn<D: Database>(&mut self, database: &mut D) -> Result<(), Fault> {
        let sql = self.table.page(self.after.is_some(), self.rows());
        self.page = database.rows(&sql, self.after.as_deref().unwrap_or_default())?.into();
        self.over = self.page.len() < self.rows() as usize;
        let key = self.page.back().and_then(|row| row.get(..self.table.key));
        self.after = key.map(<[Cell]>::to_vec);
        Ok(())
    }

    pub(super) fn read<D: Database, T>(
        &mut self,
        database: &mut D,
        read: impl FnOnce(&mut Cells) -> Result<T, Failure>,
    ) -> Result<Option<T>, Fault> {
        let row = self.next(database)?;
        Ok(row.map(|row| read(&mut Cells::new(self.table, row))).transpose()?)
    }
}
