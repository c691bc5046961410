//! What is wrong with a row: where it stands, and what was expected.

use crate::problem::{Failure, Problem};

/// So many are named; of more only how many they are.
const NAMED: usize = 100;

/// Something that is wrong with a row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// As a spreadsheet numbers it; the names of the columns stand in row 1.
    pub(crate) row: u64,
    /// `None` where it is the row as a whole.
    pub(crate) column: Option<String>,
    /// Its code: a problem's, or that of what stands against an order.
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Fault {
    /// Something that is wrong with a cell.
    pub(crate) fn of_cell(row: u64, column: &str, message: impl Into<String>) -> Self {
        let code = Problem::OrdersCell.name().to_owned();
        Self { row, column: Some(column.to_owned()), code, message: message.into() }
    }

    /// Something that is wrong with a row.
    pub(crate) fn of_row(row: u64, message: impl Into<String>) -> Self {
        let code = Problem::OrdersCell.name().to_owned();
        Self { row, column: None, code, message: message.into() }
    }

    /// A failure, in the column of what it is about.
    pub(crate) fn of_failure(row: u64, column: Option<&str>, failure: &Failure) -> Self {
        Self {
            row,
            column: column.map(str::to_owned),
            code: failure.problem.name().to_owned(),
            message: failure.message.clone(),
        }
    }
}

/// The first faults of a table, and how many there are.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) named: Vec<Fault>,
    pub(crate) all: u64,
}

impl Faults {
    /// Adds one.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.all += 1;
        if self.named.len() < NAMED {
            self.named.push(fault);
        }
    }

    /// How many are not named.
    pub(crate) fn more(&self) -> u64 {
        self.all - u64::try_from(self.named.len()).unwrap_or(self.all)
    }
}
