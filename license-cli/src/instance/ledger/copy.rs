//! A look at a ledger that may not be changed: at a copy of it where a change was cut off, or where
//! an older version wrote it.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use super::database::{Access, open, private_file};
use super::failure::{LedgerFailure, busy, unfinished};
use super::names::LEDGER;
use super::schema;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::sqlite::{Stamp, stamp};

/// How often the ledger is looked at anew while it changes under the eyes of a reader.
const LOOKS: usize = 5;

/// Returns a connection that makes and changes no file of the instance, and the folder that must
/// live as long.
///
/// After a kill or a power cut a journal may wait that says how to undo the last change. SQLite
/// undoes it only where it may write, so then a copy of both files is undone and read, in a
/// temporary folder of this process.
///
/// # Errors
/// As [`open`].
pub(super) fn open_to_read(path: &Path) -> Result<(Connection, Option<TempDir>), LedgerFailure> {
    for _ in 0..LOOKS {
        match open(path, Access::Read) {
            Err(LedgerFailure(failure)) if failure.problem == Problem::LedgerUnfinished => {}
            opened => return newest(opened?),
        }
        let copied = copy(path).map_err(|error| {
            unfinished(&format!("no copy could be made to read: {}", files::reason(&error)))
        })?;
        if let Some(folder) = copied {
            return of_folder(folder);
        }
    }
    Err(busy("the ledger keeps changing").into())
}

/// The connection itself, or one to a copy that is brought to the newest version.
fn newest(connection: Connection) -> Result<(Connection, Option<TempDir>), LedgerFailure> {
    if schema::check(&connection)? == schema::newest() {
        return Ok((connection, None));
    }
    let folder = private_folder().map_err(|error| no_copy(&error))?;
    let to = folder.path().join(LEDGER);
    // An empty file is taken, and keeps its mode.
    private_file(&to).map_err(|error| no_copy(&error))?;
    // The source was opened to be read only.
    connection.pragma_update(None, "query_only", false)?;
    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    of_folder(folder)
}

/// A connection that only reads the copy in this folder.
fn of_folder(folder: TempDir) -> Result<(Connection, Option<TempDir>), LedgerFailure> {
    let connection = open(&folder.path().join(LEDGER), Access::Write)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok((connection, Some(folder)))
}

fn no_copy(error: &io::Error) -> Failure {
    let message = format!(
        "the ledger was written by an older version, and no copy could be made to read: {}",
        files::reason(error)
    );
    Failure::new(Problem::InstanceUnreadable, message).hint(
        "make space in the folder for temporary files ($TMPDIR); or run a command that changes \
         the instance, as its owner",
    )
}

fn private_folder() -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700))?;
    Ok(folder)
}

/// Returns a folder with a copy of the ledger and its journal, or `None` if they changed meanwhile.
fn copy(path: &Path) -> io::Result<Option<TempDir>> {
    let folder = private_folder()?;
    let to = folder.path().join(LEDGER);
    let before = stamps(path);
    for (from, to) in [(path.to_owned(), to.clone()), (journal(path), journal(&to))] {
        match File::open(from) {
            Ok(mut from) => io::copy(&mut from, &mut private_file(&to)?)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
    }
    Ok((before.is_some() && before == stamps(path)).then_some(folder))
}

/// Returns the name of the ledger's rollback journal.
pub(super) fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    name.into()
}

/// What changes whenever the ledger or its journal does; `None` unless both are there.
fn stamps(path: &Path) -> Option<[Stamp; 2]> {
    Some([stamp(path)?, stamp(&journal(path))?])
}
