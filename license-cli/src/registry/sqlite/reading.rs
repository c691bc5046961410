//! A registry that cannot be written, opened to be read: on a disk that is full or mounted
//! read-only, or by somebody who may only read it.
//!
//! SQLite reads its write-ahead log through a file of shared memory beside it, which it has to
//! make. Where it cannot, and there is no log, the file alone is all there is, and is read as it
//! is. Where there is a log, a copy of both is read.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use super::connection::guard;
use super::error::StatementError;
use crate::files::reason;
use crate::problem::{Failure, Problem};
use crate::sqlite::{Stamp, stamp};

/// How often the file is looked at anew while it changes under the eyes of a reader.
const LOOKS: usize = 5;

/// The name of a copy.
const COPY: &str = "registry.sqlite";

/// A connection that changes nothing, and the folder of the copy that it reads, if it does.
pub(super) fn open(path: &Path) -> Result<(Connection, Option<TempDir>), StatementError> {
    if let Ok(connection) = beside(path) {
        return Ok((connection, None));
    }
    for _ in 0..LOOKS {
        let before = stamps(path);
        if fs::metadata(log(path)).map_or(0, |found| found.len()) == 0 {
            let connection = connect(path, "mode=ro&immutable=1")?;
            look(&connection)?;
            return Ok((connection, None));
        }
        let copied = copy(path).map_err(|error| {
            let found = format!("no copy could be made to read: {}", reason(&error));
            Failure::new(Problem::RegistryUnreadable, found)
        })?;
        if before == stamps(path) {
            let connection = connect(&copied.path().join(COPY), "mode=rw")?;
            look(&connection)?;
            connection.pragma_update(None, "query_only", true)?;
            return Ok((connection, Some(copied)));
        }
    }
    Err(Failure::new(Problem::RegistryBusy, "the file keeps changing").into())
}

/// Read beside others who write, where the shared memory is there already.
fn beside(path: &Path) -> Result<Connection, StatementError> {
    let connection = connect(path, "mode=ro")?;
    look(&connection)?;
    Ok(connection)
}

/// The first look opens the log.
fn look(connection: &Connection) -> Result<(), StatementError> {
    Ok(connection.query_row("SELECT count(*) FROM schema", [], |_| Ok(()))?)
}

fn connect(path: &Path, how: &str) -> Result<Connection, StatementError> {
    let absolute = std::path::absolute(path).map_err(|error| {
        StatementError::from(Failure::new(Problem::RegistryUnreadable, reason(&error)))
    })?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(&absolute, how), flags)?;
    guard(&connection)?;
    Ok(connection)
}

/// The path as a URI (SQLite, "Uniform Resource Identifiers").
fn uri(path: &Path, how: &str) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    let escaped = bytes.iter().map(|byte| match *byte {
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    format!("file:{}?{how}", escaped.collect::<String>())
}

/// The write-ahead log.
fn log(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// A folder of this process alone with a copy of the file and its log.
fn copy(path: &Path) -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700))?;
    let to = folder.path().join(COPY);
    for (from, to) in [(path.to_owned(), to.clone()), (log(path), log(&to))] {
        let mut made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to)?;
        io::copy(&mut File::open(from)?, &mut made)?;
    }
    Ok(folder)
}

/// What changes whenever the file or its log does.
fn stamps(path: &Path) -> [Option<Stamp>; 2] {
    [stamp(path), stamp(&log(path))]
}
