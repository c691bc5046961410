//! What stands in one column of one row, and rows read column by column.

use license_core::Day;
use license_core::value::Thumbprint;

use super::model::{RecordId, Sha256};
use super::table::{ColumnType, Table};
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// What stands in one column of one row: also what is put into a statement.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    #[default]
    Nothing,
    Number(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// No number of ours is so large that it does not fit: seconds end with the year 9999.
impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Self::Number(yes.into())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<RecordId> for Cell {
    fn from(id: RecordId) -> Self {
        Self::Text(id.to_string())
    }
}

impl From<Sha256> for Cell {
    fn from(hash: Sha256) -> Self {
        Self::Bytes(hash.0.to_vec())
    }
}

impl From<Thumbprint> for Cell {
    fn from(thumbprint: Thumbprint) -> Self {
        Self::Bytes(thumbprint.0.to_vec())
    }
}

impl From<Day> for Cell {
    fn from(day: Day) -> Self {
        day.number().into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl Cell {
    /// The number that stands there, where it is one of ours.
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Self::Number(number) => u64::try_from(*number).ok(),
            Self::Nothing | Self::Text(_) | Self::Bytes(_) => None,
        }
    }

    /// The text that stands there.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nothing | Self::Number(_) | Self::Bytes(_) => None,
        }
    }

    /// What stands there, as a part of a row's name.
    fn words(&self) -> String {
        match self {
            Self::Nothing => "nothing".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.chars().take(64).collect(),
            Self::Bytes(bytes) => hex::encode(bytes.get(..32).unwrap_or(bytes)),
        }
    }

    /// Whether it may stand in a column of this kind.
    pub(super) fn fits(&self, kind: ColumnType) -> bool {
        match self {
            Self::Nothing => kind.is_optional(),
            Self::Number(_) => matches!(kind, ColumnType::Number | ColumnType::OptionalNumber),
            Self::Text(_) => matches!(kind, ColumnType::Text | ColumnType::OptionalText),
            Self::Bytes(_) => matches!(kind, ColumnType::Bytes | ColumnType::OptionalBytes),
        }
    }
}

/// The id in a text, if it is written as all ids are: in lower case.
pub(super) fn stored<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { None } else { read(text) }
}

/// Columns that name a row of what is no whole table.
const KEY: usize = 3;

/// A row of a table, read from left to right.
#[derive(Debug)]
pub(super) struct Cells {
    table: &'static str,
    /// How many columns, from the first on, name the row: they stay when they are read.
    key: usize,
    cells: Vec<Cell>,
    /// The next to be read.
    next: usize,
}

impl Cells {
    /// The row of this table, whose columns all stand here.
    pub(super) fn new(table: &Table, cells: Vec<Cell>) -> Self {
        Self { table: table.name, key: table.key, cells, next: 0 }
    }

    /// A row of something that is called so, whose key stands in its first columns.
    pub(super) fn of(table: &'static str, cells: Vec<Cell>) -> Self {
        Self { table, key: KEY, cells, next: 0 }
    }

    /// The same row from its first column on: only its key can be read once more.
    pub(super) fn again(mut self) -> Self {
        self.next = 0;
        self
    }

    /// The failure of a row that airlock has not written.
    pub(super) fn damaged(&self, found: &str) -> Failure {
        let row: Vec<String> = self.cells.iter().take(self.key).map(Cell::words).collect();
        let message = format!("table {}, row {}: {found}", self.table, row.join(", "));
        Failure::new(Problem::RegistryDamaged, message)
    }

    fn next(&mut self) -> Cell {
        let place = self.next;
        self.next += 1;
        match self.cells.get_mut(place) {
            None => Cell::Nothing,
            Some(cell) if place < self.key => cell.clone(),
            Some(cell) => std::mem::take(cell),
        }
    }

    pub(super) fn optional_text(&mut self) -> Result<Option<String>, Failure> {
        match self.next() {
            Cell::Nothing => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            Cell::Number(_) | Cell::Bytes(_) => {
                Err(self.damaged("found no text where one belongs"))
            }
        }
    }

    pub(super) fn text(&mut self) -> Result<String, Failure> {
        let text = self.optional_text()?;
        text.ok_or_else(|| self.damaged("found nothing where a text belongs"))
    }

    /// An id that this reads, in lower case: rows are looked up by its very letters, so that one in
    /// upper case is found by nobody.
    pub(super) fn id<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Failure> {
        let place = self.next;
        self.next += 1;
        let found = match self.cells.get(place) {
            Some(Cell::Text(text)) => match stored(text, read) {
                Some(id) => return Ok(id),
                None => "found a text that is none of ours",
            },
            Some(Cell::Number(_) | Cell::Bytes(_)) => "found no text where one belongs",
            Some(Cell::Nothing) | None => "found nothing where a text belongs",
        };
        Err(self.damaged(found))
    }

    fn optional_number(&mut self) -> Result<Option<i64>, Failure> {
        match self.next() {
            Cell::Nothing => Ok(None),
            Cell::Number(number) => Ok(Some(number)),
            Cell::Text(_) | Cell::Bytes(_) => {
                Err(self.damaged("found no number where one belongs"))
            }
        }
    }

    /// A number of this size, where there is one.
    pub(super) fn optional<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, Failure> {
        let number = self.optional_number()?.map(T::try_from);
        number.transpose().map_err(|_| self.damaged("found a number that is too large or negative"))
    }

    /// A number of this size.
    pub(super) fn number<T: TryFrom<i64>>(&mut self) -> Result<T, Failure> {
        let number = self.optional()?;
        number.ok_or_else(|| self.damaged("found nothing where a number belongs"))
    }

    /// A yes or a no.
    pub(super) fn yes(&mut self) -> Result<bool, Failure> {
        let yes = self.optional_yes()?;
        yes.ok_or_else(|| self.damaged("found nothing where a yes or a no belongs"))
    }

    /// A yes or a no, where there is one.
    pub(super) fn optional_yes(&mut self) -> Result<Option<bool>, Failure> {
        match self.optional_number()? {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(number) => Err(self.damaged(&format!("found {number}, expected 0 or 1"))),
        }
    }

    pub(super) fn optional_day(&mut self) -> Result<Option<Day>, Failure> {
        let Some(number) = self.optional::<u32>()? else { return Ok(None) };
        let day = Day::new(number).ok_or_else(|| self.damaged("found a day after 9999-12-31"));
        day.map(Some)
    }

    fn optional_bytes(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        match self.next() {
            Cell::Nothing => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            Cell::Text(_) | Cell::Number(_) => {
                Err(self.damaged("found no bytes where they belong"))
            }
        }
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, Failure> {
        let bytes = self.optional_bytes()?;
        bytes.ok_or_else(|| self.damaged("found nothing where bytes belong"))
    }

    /// So many bytes, where there are any.
    pub(super) fn optional_exactly<const N: usize>(&mut self) -> Result<Option<[u8; N]>, Failure> {
        let Some(bytes) = self.optional_bytes()? else { return Ok(None) };
        let exactly = bytes.try_into().map_err(|bytes: Vec<u8>| {
            self.damaged(&format!("found {}, expected {N}", counted(bytes.len(), "byte")))
        });
        exactly.map(Some)
    }

    /// So many bytes.
    pub(super) fn exactly<const N: usize>(&mut self) -> Result<[u8; N], Failure> {
        let bytes = self.optional_exactly()?;
        bytes.ok_or_else(|| self.damaged("found nothing where bytes belong"))
    }
}
