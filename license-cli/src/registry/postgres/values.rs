//! Values as PostgreSQL has them.

use std::error::Error;

use postgres::Row;
use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::problem::{Failure, Problem};
use crate::registry::cell::Cell;

impl Cell {
    /// Its type there.
    pub(super) fn kind(&self) -> Type {
        match self {
            Self::Number(_) => Type::INT8,
            Self::Text(_) | Self::Nothing => Type::TEXT,
            Self::Bytes(_) => Type::BYTEA,
        }
    }
}

impl ToSql for Cell {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Nothing => Ok(IsNull::Yes),
            Self::Number(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
        }
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Rows as cells.
pub(super) fn cells(rows: &[Row]) -> Result<Vec<Vec<Cell>>, Failure> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let mut cells = Vec::with_capacity(row.len());
        for column in 0..row.len() {
            cells.push(cell(row, column)?);
        }
        all.push(cells);
    }
    Ok(all)
}

fn cell(row: &Row, column: usize) -> Result<Cell, Failure> {
    let kind = row.columns().get(column).map(postgres::Column::type_);
    let read = match kind {
        Some(&Type::INT8) => row.try_get::<_, Option<i64>>(column).map(Cell::from),
        Some(&Type::TEXT) => row.try_get::<_, Option<String>>(column).map(Cell::from),
        Some(&Type::BYTEA) => {
            let bytes = row.try_get::<_, Option<Vec<u8>>>(column);
            bytes.map(|bytes| bytes.map_or(Cell::Nothing, Cell::Bytes))
        }
        Some(_) | None => return Err(other_type(kind)),
    };
    read.map_err(|_| other_type(kind))
}

fn other_type(kind: Option<&Type>) -> Failure {
    let found = kind.map_or("no type", Type::name);
    let message = format!("found a column of type {found}, expected bigint, text or bytea");
    Failure::new(Problem::RegistryDamaged, message)
}

/// A statement that enters one row, `VALUES (?1, ?2, ...)`, for so many rows: the values of each
/// stand behind those of the one before. One that enters none as it is.
pub(super) fn several(sql: &str, rows: usize) -> String {
    let Some((before, rest)) = sql.split_once("VALUES (") else { return sql.to_owned() };
    let Some((row, after)) = rest.split_once(')') else { return sql.to_owned() };
    let values = row.matches('?').count();
    let numbered = |row_number: usize| {
        let mut row = row.to_owned();
        // From the last one on: ?1 is the beginning of ?10.
        for value in (1..=values).rev() {
            let place = row_number * values + value;
            row = row.replace(&format!("?{value}"), &format!("\u{0}{place}"));
        }
        format!("({})", row.replace('\u{0}', "?"))
    };
    let all: Vec<String> = (0..rows).map(numbered).collect();
    format!("{before}VALUES {}{after}", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::several;

    #[test]
    fn several_rows_stand_in_one_statement() {
        let sql = "INSERT INTO t (a, b) VALUES (?1, ?2::text::tsvector) ON CONFLICT (a) DO NOTHING";
        let three = "INSERT INTO t (a, b) VALUES (?1, ?2::text::tsvector), (?3, \
                     ?4::text::tsvector), (?5, ?6::text::tsvector) ON CONFLICT (a) DO NOTHING";
        assert_eq!(several(sql, 3), three);
        assert_eq!(several(sql, 1), sql);
        let places: Vec<String> = (1..=14).map(|place| format!("?{place}")).collect();
        let wide = format!("INSERT INTO t VALUES ({})", places.join(", "));
        let two = several(&wide, 2);
        assert!(
            two.ends_with(
                "?13, ?14), (?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, \
                               ?26, ?27, ?28)"
            ),
            "{two}"
        );
    }
}
