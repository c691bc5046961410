//! A row as one list of bytes: as an archive has it, and as events tell of it.

use minicbor::Encoder;

use super::cell::Cell;
use super::table::{TABLES, Table};

/// A row as one CBOR list: its table's number, and its columns. It is a vector, so no write can
/// fail.
pub(super) fn encode(table: &Table, cells: &[Cell]) -> Vec<u8> {
    let number = TABLES.iter().position(|known| known.name == table.name).unwrap_or(0);
    let mut list = Encoder::new(Vec::with_capacity(512));
    list.array(1 + cells.len() as u64).ok();
    list.u64(number as u64).ok();
    for cell in cells {
        match cell {
            Cell::Nothing => list.null().map(drop).ok(),
            Cell::Number(number) => list.i64(*number).map(drop).ok(),
            Cell::Text(text) => list.str(text).map(drop).ok(),
            Cell::Bytes(bytes) => list.bytes(bytes).map(drop).ok(),
        };
    }
    list.into_writer()
}
