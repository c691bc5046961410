//! One file with everything of a registry: a backup, and the way to another database.
//!
//! A zstd frame around: a title; rows, each its length in four bytes and one CBOR list of the
//! table's number and the columns; four zeros, and the SHA-256 of all before it.

use std::io::{BufReader, Read, Write};

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};
use ring::digest::{Context, SHA256};

use super::cell::{Cell, Cells};
use super::chain::Links;
use super::error::RegistryError;
use super::interface::Registry;
use super::model::Sha256;
use super::rows;
use super::table::{DOCUMENT, EVENT, TABLES, Table};
use super::walk::Row;
use crate::files::reason;
use crate::problem::{Failure, Problem};

const TITLE: &[u8] = b"airlock registry archive 1\n";

/// zstd's own default: three times faster than the next better.
const LEVEL: i32 = 3;

/// The most bytes of a row: a document has 64 KiB, an event's detail hardly more.
const ROW_BYTES: u32 = 4 << 20;

/// The most bytes that an archive may unpack to, and rows that it may hold: ten million licenses
/// with their events take a tenth of it.
const BYTES: u64 = 256 << 30;
const ROWS: u64 = 1 << 30;

/// How many times its size an archive may unpack to, and what a small one may in any case: ours
/// unpack to less than ten times, and a bomb to thousands.
const TIMES: u64 = 100;
const FEW: u64 = 64 << 20;

/// The most memory that unpacking takes, as a power of two: what zstd's levels up to 19 need.
const WINDOW: u32 = 27;

/// Writes all of the registry, of one moment; gives the number of rows.
///
/// # Errors
/// What the registry and the output say.
pub(crate) fn export(registry: &mut dyn Registry, out: &mut dyn Write) -> Result<u64, Failure> {
    let packed = zstd::Encoder::new(out, LEVEL).map_err(|error| unwritable(&error))?;
    let mut packer = Packer { packed, hash: Context::new(&SHA256) };
    packer.write(TITLE)?;
    let mut rows = 0;
    registry.each_row(&mut |row| {
        rows += 1;
        let row = encode(&row);
        let length = u32::try_from(row.len()).ok().filter(|length| *length <= ROW_BYTES);
        let length = length.ok_or_else(|| too_large("a row"))?;
        packer.write(&length.to_be_bytes())?;
        Ok(packer.write(&row)?)
    })?;
    packer.write(&[0; 4])?;
    let hash = packer.hash.clone().finish();
    packer.write(hash.as_ref())?;
    packer.packed.finish().and_then(Write::flush).map_err(|error| unwritable(&error))?;
    Ok(rows)
}

fn unwritable(error: &std::io::Error) -> Failure {
    let problem = if error.kind() == std::io::ErrorKind::StorageFull {
        Problem::DiskFull
    } else {
        Problem::OutputUnwritable
    };
    Failure::new(problem, format!("the archive: {}", reason(error)))
}

fn too_large(what: &str) -> Failure {
    Failure::new(Problem::ArchiveLarge, format!("the archive: {what} is larger than any of ours"))
}

struct Packer<'a> {
    packed: zstd::Encoder<'static, &'a mut dyn Write>,
    hash: Context,
}

impl Packer<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.hash.update(bytes);
        self.packed.write_all(bytes).map_err(|error| unwritable(&error))
    }
}

/// A row as one CBOR list. It is a vector, so no write can fail.
fn encode(row: &Row) -> Vec<u8> {
    let table = TABLES.iter().position(|table| table.name == row.table.name).unwrap_or(0);
    let mut list = Encoder::new(Vec::with_capacity(512));
    list.array(1 + row.cells.len() as u64).ok();
    list.u64(table as u64).ok();
    for cell in &row.cells {
        match cell {
            Cell::Nothing => list.null().map(drop).ok(),
            Cell::Number(number) => list.i64(*number).map(drop).ok(),
            Cell::Text(text) => list.str(text).map(drop).ok(),
            Cell::Bytes(bytes) => list.bytes(bytes).map(drop).ok(),
        };
    }
    list.into_writer()
}

/// Reads an archive into an empty registry: all of it or nothing; gives the number of rows. Chains
/// and documents are checked as they are read.
///
/// # Errors
/// `archive_damaged`, `archive_large`, `registry_not_empty`, `registry_damaged` where an event or a
/// document is not as it was written.
pub(crate) fn import(registry: &mut dyn Registry, archive: impl Read) -> Result<u64, Failure> {
    let archive = Counted { source: archive, read: 0 };
    let mut packed = zstd::Decoder::new(archive).map_err(|error| unreadable(&error))?;
    packed.window_log_max(WINDOW).map_err(|error| unreadable(&error))?;
    let source = BufReader::new(packed);
    let mut unpacker = Unpacker {
        source,
        hash: Context::new(&SHA256),
        bytes: 0,
        rows: 0,
        table: 0,
        links: Links::default(),
    };
    unpacker.title()?;
    registry.load(&mut || Ok(unpacker.row()?)).map_err(of_archive)?;
    Ok(unpacker.rows)
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

fn damaged(found: &str) -> Failure {
    Failure::new(Problem::ArchiveDamaged, format!("the archive: {found}"))
}

fn unreadable(error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::UnexpectedEof {
        return damaged("it is cut");
    }
    damaged(&format!("it cannot be unpacked: {error}"))
}

/// A source, and how many bytes were read of it.
struct Counted<R> {
    source: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

struct Unpacker<R: Read> {
    source: BufReader<zstd::Decoder<'static, BufReader<Counted<R>>>>,
    hash: Context,
    bytes: u64,
    rows: u64,
    /// The table of the row before: tables come in their order.
    table: usize,
    links: Links,
}

impl<R: Read> Unpacker<R> {
    fn title(&mut self) -> Result<(), Failure> {
        let found = self.take(TITLE.len())?;
        if found == TITLE {
            Ok(())
        } else {
            Err(damaged("found another file, expected one of ours"))
        }
    }

    /// So many bytes; the caller has compared their number with a limit.
    fn take(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        self.bytes += length as u64;
        let packed = self.source.get_ref().get_ref().get_ref().read;
        if self.bytes > BYTES.min(FEW + TIMES * packed) {
            return Err(too_large("what it unpacks to"));
        }
        let mut bytes = vec![0; length];
        self.source.read_exact(&mut bytes).map_err(|error| unreadable(&error))?;
        self.hash.update(&bytes);
        Ok(bytes)
    }

    fn row(&mut self) -> Result<Option<Row>, Failure> {
        let length = self.take(4)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        if length == 0 {
            return self.end().map(|()| None);
        }
        self.rows += 1;
        if length > ROW_BYTES || self.rows > ROWS {
            return Err(too_large("a row, or their number,"));
        }
        let bytes = self.take(length as usize)?;
        let (table, row) =
            decode(&bytes).ok_or_else(|| damaged("found a row that is none of ours"))?;
        if table < self.table {
            return Err(damaged("its tables are not in their order"));
        }
        self.table = table;
        self.check(&row)?;
        Ok(Some(row))
    }

    /// The end must be all there is.
    fn end(&mut self) -> Result<(), Failure> {
        let hash = self.hash.clone().finish();
        if self.take(hash.as_ref().len())? != hash.as_ref() {
            return Err(damaged("its hash does not hold: it was changed"));
        }
        match self.source.read(&mut [0]) {
            Ok(0) => Ok(()),
            Ok(_) => Err(damaged("found something behind its end")),
            Err(error) => Err(unreadable(&error)),
        }
    }

    fn check(&mut self, row: &Row) -> Result<(), Failure> {
        let mut cells = Cells::new(row.table, row.cells.clone());
        if row.table.name == EVENT.name {
            let event = rows::event(&mut cells)?;
            if self.links.follow(&event).is_empty() {
                return Ok(());
            }
            let found =
                format!("{}, event {}: it is not as it was written", event.chain, event.number);
            return Err(Failure::new(Problem::RegistryDamaged, found));
        }
        if row.table.name == DOCUMENT.name {
            let document = rows::document(&mut cells)?;
            if Sha256::of(&document.bytes) != document.sha256 {
                let found = format!("document {}: it has other bytes", document.sha256);
                return Err(Failure::new(Problem::RegistryDamaged, found));
            }
        }
        Ok(())
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
