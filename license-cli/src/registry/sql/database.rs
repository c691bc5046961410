//! What is asked of a database: statements within transactions.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::thread;
use std::time::Duration;

use crate::problem::{Failure, Problem};
use crate::registry::cell::Cell;
use crate::registry::error::RegistryError;

/// How often a change is tried that other desks delay. The waits between grow to a second: with
/// eight desks at one subscription the last of them needs a few.
const TRIES: u32 = 12;

/// Why a statement did not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::registry) enum Fault {
    /// Another transaction was in the way: the same one again may work (SQLSTATE 40001 and 40P01,
    /// SQLite's busy).
    Again,
    Registry(RegistryError),
}

impl<T: Into<RegistryError>> From<T> for Fault {
    fn from(error: T) -> Self {
        Self::Registry(error.into())
    }
}

impl Fault {
    /// What it is to one who does not try again.
    pub(super) fn last(self) -> RegistryError {
        match self {
            Self::Registry(error) => error,
            Self::Again => {
                let busy = "other desks are writing into it, and did not end in time; \
                            nothing was changed";
                Failure::new(Problem::RegistryBusy, busy).into()
            }
        }
    }
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::registry) enum Access {
    /// Everything that is read is of one moment.
    Read,
    Write,
    /// As [`Access::Write`], and as if no other transaction ran meanwhile.
    Alone,
}

/// Text of SQL where the databases differ.
#[derive(Debug)]
pub(in crate::registry) struct Dialect {
    /// What keeps a row that was read from others until the end.
    pub(in crate::registry) lock: &'static str,
    /// A text in lower case, its place marked with an X: the letters of ASCII alone.
    pub(in crate::registry) folded: &'static str,
    /// How what is searched is looked up.
    pub(in crate::registry) search: Search,
}

/// How a database looks words up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::registry) enum Search {
    /// FTS5: one table for words, one for trigrams.
    Fts5,
    /// A column of words, and trigrams over the text.
    Trigrams,
}

/// A database with the tables of the registry. Values stand in statements as `?1`, `?2`, and so on.
pub(in crate::registry) trait Database {
    /// Where it speaks another dialect than the others.
    fn dialect(&self) -> &'static Dialect;

    fn begin(&mut self, access: Access) -> Result<(), Fault>;

    fn commit(&mut self) -> Result<(), Fault>;

    /// Undoes what was begun; a connection that broke has undone it already.
    fn roll_back(&mut self);

    /// Whether many of the texts that are searched may have this word, or one that begins so. A
    /// database that stops where it has enough need not know.
    fn is_common(&mut self, _word: &str) -> Result<bool, Fault> {
        Ok(true)
    }

    /// What of the tables is not as airlock makes them, in words. A database that was refused for
    /// it when it was opened has nothing to tell.
    fn shape(&mut self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    /// How many rows it has changed.
    fn execute(&mut self, sql: &str, values: &[Cell]) -> Result<u64, Fault>;

    /// As [`Database::execute`] for each of these rows of values, of one length: the statement
    /// enters a row, `VALUES (?1, ?2, ...)`, and no two of them have one key.
    fn execute_each(&mut self, sql: &str, rows: &[Vec<Cell>]) -> Result<u64, Fault> {
        rows.iter().try_fold(0, |all, row| Ok(all + self.execute(sql, row)?))
    }

    fn rows(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, Fault>;

    /// As [`Database::rows`], planned for these values alone: for what is searched.
    fn rows_once(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, Fault> {
        self.rows(sql, values)
    }
}

/// Does the work in one transaction, and again where another was in the way.
///
/// # Errors
/// `registry_busy` where that does not end, and whatever the work says: then nothing was changed.
pub(in crate::registry) fn within<D: Database, T>(
    database: &mut D,
    access: Access,
    mut work: impl FnMut(&mut D) -> Result<T, Fault>,
) -> Result<T, RegistryError> {
    alone(database, |database| once(database, access, &mut work))
}

/// Asks without a transaction, and again where another was in the way.
///
/// # Errors
/// As [`within`].
pub(super) fn alone<D: Database, T>(
    database: &mut D,
    mut work: impl FnMut(&mut D) -> Result<T, Fault>,
) -> Result<T, RegistryError> {
    for tried in 0..TRIES {
        match work(database) {
            Err(Fault::Again) => thread::sleep(wait(tried)),
            done => return done.map_err(Fault::last),
        }
    }
    Err(Fault::Again.last())
}

/// Does the work in one transaction, once.
pub(super) fn once<D: Database, T>(
    database: &mut D,
    access: Access,
    work: &mut impl FnMut(&mut D) -> Result<T, Fault>,
) -> Result<T, Fault> {
    database.begin(access)?;
    match work(database) {
        Ok(done) => database.commit().map(|()| done),
        Err(fault) => {
            database.roll_back();
            Err(fault)
        }
    }
}

/// About twice as long each time, up to a second, drawn anew so that two that were in each other's
/// way seldom are again.
fn wait(tried: u32) -> Duration {
    let most = Duration::from_millis(4) * 2_u32.pow(tried.min(8));
    let drawn = RandomState::new().build_hasher().finish() % 1000;
    most * u32::try_from(drawn).unwrap_or(0) / 1000
}
