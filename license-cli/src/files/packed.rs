//! One packed file of ours: a zstd frame around a title, what its writer put in, and the SHA-256 of
//! all before it.

use std::io::{self, BufReader, ErrorKind, Read, Write};

use ring::digest::{Context, SHA256};

use super::shown::reason;
use crate::problem::{Failure, Problem};

/// zstd's own default: three times faster than the next better.
const LEVEL: i32 = 3;

/// How many times its size an archive may unpack to, and what a small one may in any case: ours
/// unpack to less than ten times, and a bomb to thousands.
const TIMES: u64 = 100;
const FEW: u64 = 64 << 20;

/// The most memory that unpacking takes, as a power of two: what zstd's levels up to 19 need.
const WINDOW: u32 = 27;

/// Writes an archive.
pub(crate) struct Packer<'a> {
    packed: zstd::Encoder<'static, &'a mut dyn Write>,
    hash: Context,
}

impl<'a> Packer<'a> {
    /// Begins one with this title.
    ///
    /// # Errors
    /// `disk_full`, `output_unwritable`.
    pub(crate) fn new(out: &'a mut dyn Write, title: &[u8]) -> Result<Self, Failure> {
        let packed = zstd::Encoder::new(out, LEVEL).map_err(|error| unwritable(&error))?;
        let mut packer = Self { packed, hash: Context::new(&SHA256) };
        packer.write(title)?;
        Ok(packer)
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// As [`Packer::new`].
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.hash.update(bytes);
        self.packed.write_all(bytes).map_err(|error| unwritable(&error))
    }

    /// Ends it with its hash.
    ///
    /// # Errors
    /// As [`Packer::new`].
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let hash = self.hash.clone().finish();
        self.write(hash.as_ref())?;
        self.packed.finish().and_then(Write::flush).map_err(|error| unwritable(&error))
    }
}

fn unwritable(error: &io::Error) -> Failure {
    let problem = if error.kind() == ErrorKind::StorageFull {
        Problem::DiskFull
    } else {
        Problem::OutputUnwritable
    };
    Failure::new(problem, format!("the archive: {}", reason(error)))
}

/// That something in an archive has more bytes than anything of ours.
pub(crate) fn too_large(what: &str) -> Failure {
    Failure::new(Problem::ArchiveLarge, format!("the archive: {what} is larger than any of ours"))
}

/// That an archive is not as its writer left it.
pub(crate) fn damaged(found: &str) -> Failure {
    Failure::new(Problem::ArchiveDamaged, format!("the archive: {found}"))
}

fn unreadable(error: &io::Error) -> Failure {
    if error.kind() == ErrorKind::UnexpectedEof {
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
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

/// Reads an archive, from which nothing is believed before its hash holds.
pub(crate) struct Unpacker<R: Read> {
    source: BufReader<zstd::Decoder<'static, BufReader<Counted<R>>>>,
    hash: Context,
    bytes: u64,
    most: u64,
}

impl<R: Read> Unpacker<R> {
    /// Begins to read one of this title, which unpacks to so many bytes at most.
    ///
    /// # Errors
    /// `archive_damaged`.
    pub(crate) fn new(archive: R, title: &[u8], most: u64) -> Result<Self, Failure> {
        let archive = Counted { source: archive, read: 0 };
        let mut packed = zstd::Decoder::new(archive).map_err(|error| unreadable(&error))?;
        packed.window_log_max(WINDOW).map_err(|error| unreadable(&error))?;
        let source = BufReader::new(packed);
        let mut unpacker = Self { source, hash: Context::new(&SHA256), bytes: 0, most };
        if unpacker.take(title.len())? == title {
            Ok(unpacker)
        } else {
            Err(damaged("found another file, expected one of ours"))
        }
    }

    /// So many bytes; the caller has compared their number with a limit.
    ///
    /// # Errors
    /// `archive_damaged`, `archive_large`.
    pub(crate) fn take(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        self.bytes += length as u64;
        let packed = self.source.get_ref().get_ref().get_ref().read;
        if self.bytes > self.most.min(FEW + TIMES * packed) {
            return Err(too_large("what it unpacks to"));
        }
        let mut bytes = vec![0; length];
        self.source.read_exact(&mut bytes).map_err(|error| unreadable(&error))?;
        self.hash.update(&bytes);
        Ok(bytes)
    }

    /// A number of four bytes.
    ///
    /// # Errors
    /// As [`Unpacker::take`].
    pub(crate) fn number(&mut self) -> Result<u32, Failure> {
        Ok(self.take(4)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    /// The end, which must be all there is.
    ///
    /// # Errors
    /// `archive_damaged`.
    pub(crate) fn end(&mut self) -> Result<(), Failure> {
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
}
