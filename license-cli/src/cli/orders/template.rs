//! What the rows of a table leave out.

use std::collections::BTreeMap;
use std::path::Path;

use toml::Value;

use super::columns::Columns;
use crate::files::{self, shown};
use crate::problem::{Failure, Problem};

/// Bytes of a template: a line for each column.
const TEMPLATE_BYTES: usize = 65_536;

/// Cells by the names of their columns.
#[derive(Debug, Default)]
pub(crate) struct Template(BTreeMap<String, String>);

impl Template {
    /// Reads a template: TOML with the names of columns.
    ///
    /// # Errors
    /// `orders_template` naming the line or the column.
    pub(crate) fn read(path: &Path, columns: &Columns) -> Result<Self, Failure> {
        let place = shown(path);
        let bytes = files::read(path, TEMPLATE_BYTES)?;
        let wrong = |found: String| Failure::new(Problem::OrdersTemplate, found).within(&place);
        let text = String::from_utf8(bytes).map_err(|_| wrong("found no UTF-8 text".to_owned()))?;
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            // Nothing of its content, which may be a password in a wrong file.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or(&text);
            wrong(format!("line {} is no TOML", before.matches('\n').count() + 1))
        })?;
        let mut cells = BTreeMap::new();
        for (name, value) in table {
            columns.find(&name).ok_or_else(|| columns.not_known(&name).within(&place))?;
            let cell = cell(&value).ok_or_else(|| {
                wrong(format!("{name}: expected a text, a number, a day, true, false or a list"))
            })?;
            cells.insert(name, cell);
        }
        Ok(Self(cells))
    }

    /// The same with this cell.
    pub(crate) fn with(mut self, column: &str, cell: Option<&String>) -> Self {
        if let Some(cell) = cell {
            self.0.insert(column.to_owned(), cell.clone());
        }
        self
    }

    /// Its cells.
    pub(super) fn cells(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

/// A value as a cell has it.
fn cell(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::Datetime(day) => day.to_string(),
        Value::Array(values) => values.iter().map(cell).collect::<Option<Vec<_>>>()?.join("|"),
        Value::Float(_) | Value::Table(_) => return None,
    })
}
