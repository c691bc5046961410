//! What holds of every SQLite file, the instance's ledger and the desk's registry alike.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

/// How long a command waits for another one. A change takes milliseconds; a slow disk under load
/// some seconds.
pub(crate) const BUSY: Duration = Duration::from_secs(10);

/// Sets what holds of every connection. The file may have been edited: nothing in it may run, or
/// write where it should not.
///
/// # Errors
/// SQLite's own.
pub(crate) fn guard(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    for (switch, on) in [
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    ] {
        connection.set_db_config(switch, on)?;
    }
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)
}

/// Inode, size, and times of change of content and of the inode.
pub(crate) type Stamp = (u64, u64, (i64, i64), (i64, i64));

/// What changes whenever a file does; `None` where there is none.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    let found = fs::metadata(path).ok()?;
    let content = (found.mtime(), found.mtime_nsec());
    Some((found.ino(), found.size(), content, (found.ctime(), found.ctime_nsec())))
}
