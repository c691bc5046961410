//! One file with everything of a registry: a backup, and the way to another database.
//!
//! A zstd frame around: a title; rows, each its length in four bytes and one CBOR list of the
//! table's number and the columns; four zeros, and the SHA-256 of all before it.

use std::io::{Read, Write};

use minicbor::Decoder;
use minicbor::data::Type;

use super::cell::{Cell, Cells};
use super::chain::Links;
use super::error::RegistryError;
use super::interface::Registry;
use super::list;
use super::model::Sha256;
use super::rows;
use super::table::{TABLES, Table};
use super::walk::Row;
use crate::files::packed::{Packer, Unpacker, damaged, too_large};
use crate::problem::{Failure, Problem};

const TITLE: &[u8] = b"airlock registry archive 1\n";

/// The most bytes of a row: a document has 64 KiB, an event's detail hardly more.
const ROW_BYTES: u32 = 4 << 20;

/// The most bytes that an archive may unpack to, and rows that it may hold: ten million licenses
/// with their events take a tenth of it.
const BYTES: u64 = 256 << 30;
const ROWS: u64 = 1 << 30;

/// Writes all of the registry, of one moment; gives the number of rows.
///
/// # Errors
/// `registry_damaged`, with the row, where no registry would take the archive; what the registry
/// and the output say.
pub(crate) fn export(registry: &mut dyn Registry, out: &mut dyn Write) -> Result<u64, Failure> {
    let mut links = Links::default();
    write(registry, out, &mut |row| check(row, &mut links)).map_err(|failure| {
        if failure.problem != Problem::RegistryDamaged {
            return failure;
        }
        failure.hint(
            "nothing was written: no registry would take such an archive, and one that was there \
             before is as it was; `airlock desk registry verify` names all that was changed, and \
             the last archive that was whole has what was there before; a copy of what is there \
             now is one of the file, or `pg_dump`",
        )
    })
}

/// Writes all rows that are found good.
pub(super) fn write(
    registry: &mut dyn Registry,
    out: &mut dyn Write,
    good: &mut dyn FnMut(Row) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let mut packer = Packer::new(out, TITLE)?;
    let mut rows = 0;
    registry.each_row(&mut |whole| {
        rows += 1;
        let row = list::encode(whole.table, &whole.cells);
        let length = u32::try_from(row.len()).ok().filter(|length| *length <= ROW_BYTES);
        let length = length.ok_or_else(|| too_large("a row"))?;
        good(whole)?;
        packer.write(&length.to_be_bytes())?;
        Ok(packer.write(&row)?)
    })?;
    packer.write(&[0; 4])?;
    packer.finish()?;
    Ok(rows)
}

/// Reads an archive into an empty registry: all of it or nothing; gives the number of rows. Chains
/// and documents are checked as they are read.
///
/// # Errors
/// `archive_damaged`, `archive_large`, `registry_not_empty`, `registry_damaged` where an event or a
/// document is not as it was written.
pub(crate) fn import(registry: &mut dyn Registry, archive: impl Read) -> Result<u64, Failure> {
    let source = Unpacker::new(archive, TITLE, BYTES)?;
    let mut rows = Rows { source, rows: 0, table: 0, links: Links::default() };
    registry.load(&mut || Ok(rows.next()?)).map_err(of_archive)?;
    Ok(rows.rows)
}

/// What is wrong with a row is the archive's: the registry that it goes into was empty.
fn of_archive(error: RegistryError) -> RegistryError {
    match error {
        RegistryError::Failed(failure) if failure.problem == Problem::RegistryDamaged => {
            RegistryError::Failed(failure.within("the archive").hint(
                "copy the archive again from where it was made; if it is the same, what it was \
                 exported from is not whole: `airlock desk registry verify` there names what was \
                 changed, and an older archive has what was there before",
            ))
        }
        RegistryError::Failed(_) | RegistryError::Conflict(_) => error,
    }
}

/// The rows of an archive.
struct Rows<R: Read> {
    source: Unpacker<R>,
    rows: u64,
    /// The table of the row before: tables come in their order.
    table: usize,
    links: Links,
}

impl<R: Read> Rows<R> {
    fn next(&mut self) -> Result<Option<Row>, Failure> {
        let length = self.source.number()?;
        if length == 0 {
            return self.source.end().map(|()| None);
        }
        self.rows += 1;
        if length > ROW_BYTES || self.rows > ROWS {
            return Err(too_large("a row, or their number,"));
        }
        let bytes = self.source.take(length as usize)?;
        let (table, row) =
            decode(&bytes).ok_or_else(|| damaged("found a row that is none of ours"))?;
        if table < self.table {
            return Err(damaged("its tables are not in their order"));
        }
        self.table = table;
        check(row.clone(), &mut self.links)?;
        Ok(Some(row))
    }
}

/// Checks that a row can be read and is as it was written.
fn check(row: Row, links: &mut Links) -> Result<(), Failure> {
    let Row { table, cells } = row;
    let damaged = |found: String| Err(Failure::new(Problem::RegistryDamaged, found));
    let mut cells = Cells::new(table, cells);
    match table.name {
        "customer" => rows::customer(&mut cells).map(drop),
        "contact" => rows::contact(&mut cells).map(drop),
        "subscription" => rows::subscription(&mut cells).map(drop),
        "instance" => rows::instance(&mut cells).map(drop),
        "note" => rows::note(&mut cells).map(drop),
        "chain" => rows::end(&mut cells).map(drop),
        "event" => {
            let event = rows::event(&mut cells)?;
            if links.follow(&event).is_empty() {
                return Ok(());
            }
            let (chain, number) = (&event.chain, event.number);
            damaged(format!("{chain}, event {number}: it is not as it was written"))
        }
        _ => {
            let document = rows::document(&mut cells)?;
            if Sha256::of(&document.bytes) == document.sha256 {
                return Ok(());
            }
            damaged(format!("document {}: it has other bytes", document.sha256))
        }
    }
}

/// A row, and its table's number.
fn decode(bytes: &[u8]) -> Option<(usize, Row)> {
    let mut list = Decoder::new(bytes);
    let length = list.array().ok()??;
    let number = usize::try_from(list.u64().ok()?).ok()?;
    let table: &'static Table = TABLES.get(number).copied()?;
    if length != 1 + table.columns.len() as u64 {
        return None;
    }
    let mut cells = Vec::with_capacity(table.columns.len());
    for (_, column) in table.columns {
        let cell = decode_cell(&mut list)?;
        if !cell.fits(*column) {
            return None;
        }
        cells.push(cell);
    }
    (list.position() == bytes.len()).then_some((number, Row { table, cells }))
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the types of CBOR are not ours")]
fn decode_cell(list: &mut Decoder<'_>) -> Option<Cell> {
    Some(match list.datatype().ok()? {
        Type::Null => {
            list.null().ok()?;
            Cell::Nothing
        }
        Type::String => Cell::Text(list.str().ok()?.to_owned()),
        Type::Bytes => Cell::Bytes(list.bytes().ok()?.to_vec()),
        _ => Cell::Number(list.i64().ok()?),
    })
}
