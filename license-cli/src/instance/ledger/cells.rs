//! Rows and their cells, read with suspicion.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::failure::{LedgerFailure, damaged};
use crate::plural::counted;

/// Returns each row of a query that names its first column `row`.
pub(super) fn rows<T>(
    connection: &Connection,
    table: &'static str,
    query: &str,
    read: impl Fn(&Cells<'_>) -> Result<T, LedgerFailure>,
) -> Result<Vec<T>, LedgerFailure> {
    let mut statement = connection.prepare(query)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&Cells { table, row })?);
    }
    Ok(found)
}

/// The cells of one row, read with suspicion: the file may have been edited.
pub(super) struct Cells<'a> {
    table: &'static str,
    row: &'a Row<'a>,
}

impl<'a> Cells<'a> {
    /// Returns the number in a column, if it is from 0 to `most`.
    #[allow(clippy::wildcard_enum_match_arm, reason = "the types of SQLite are not ours")]
    pub(super) fn number(&self, column: &str, most: u64) -> Result<u64, LedgerFailure> {
        let found = match self.row.get_ref(column)? {
            ValueRef::Integer(number) => number,
            other => return Err(self.wrong_type(column, other, "a number")),
        };
        let fits = u64::try_from(found).ok().filter(|number| *number <= most);
        fits.ok_or_else(|| self.damaged(&format!("found {column} {found}, expected 0 to {most}")))
    }

    /// Returns the number in a column, if it is from 0 to `most`.
    pub(super) fn number32(&self, column: &str, most: u32) -> Result<u32, LedgerFailure> {
        // `number` bounds it, so `most` never stands in.
        self.number(column, most.into()).map(|number| u32::try_from(number).unwrap_or(most))
    }

    /// The number in a column, as [`Cells::number`] reads it; `None` where there is none.
    pub(super) fn number_if_any(
        &self,
        column: &str,
        most: u64,
    ) -> Result<Option<u64>, LedgerFailure> {
        match self.row.get_ref(column)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => {
                self.number(column, most).map(Some)
            }
        }
    }

    /// The text in a column.
    pub(super) fn text(&self, column: &str) -> Result<String, LedgerFailure> {
        let text = self.row.get_ref(column)?;
        let text = text.as_str().map(str::to_owned);
        text.map_err(|error| self.damaged(&format!("found no text in {column}: {error}")))
    }

    /// Returns the bytes in a column, if they are as many as the type has.
    pub(super) fn exactly<const N: usize>(&self, column: &str) -> Result<[u8; N], LedgerFailure> {
        let found = self.blob(column)?;
        found.try_into().map_err(|_| {
            let found = counted(found.len(), "byte");
            self.damaged(&format!("found {found} of {column}, expected {N}"))
        })
    }

    /// Returns the bytes in a column, if they are 1 to `most`.
    pub(super) fn bytes(&self, column: &str, most: usize) -> Result<Vec<u8>, LedgerFailure> {
        let found = self.blob(column)?;
        if found.is_empty() || found.len() > most {
            return Err(self.damaged(&format!(
                "found {} of {column}, expected 1 to {most}",
                counted(found.len(), "byte")
            )));
        }
        Ok(found.to_owned())
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "the types of SQLite are not ours")]
    fn blob(&self, column: &str) -> Result<&'a [u8], LedgerFailure> {
        match self.row.get_ref(column)? {
            ValueRef::Blob(bytes) => Ok(bytes),
            other => Err(self.wrong_type(column, other, "bytes")),
        }
    }

    fn wrong_type(&self, column: &str, found: ValueRef<'_>, expected: &str) -> LedgerFailure {
        let found = found.data_type().to_string().to_lowercase();
        self.damaged(&format!("found a {column} of the type {found}, expected {expected}"))
    }

    /// Returns the failure for this row.
    pub(super) fn damaged(&self, message: &str) -> LedgerFailure {
        let row =
            self.row.get::<_, i64>("row").map_or_else(|_| "?".to_owned(), |row| row.to_string());
        damaged(self.table, row, message)
    }
}
