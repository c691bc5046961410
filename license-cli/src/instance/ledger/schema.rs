//! The ledger's tables: what each version adds, and the check that nothing else stands in a file.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::failure::{LedgerFailure, unreadable};
use crate::files;
use crate::problem::{Failure, Problem};
use crate::tables::{self, Beside};

/// Says in the file's head that it is one of ours.
const APPLICATION_ID: i64 = files::LEDGER_ID as i64;

/// What each version adds to the one before it; a new ledger takes all the steps. The checks repeat
/// what the readers check: they stop a mistake when it is made, also one made by hand.
const STEPS: [&str; 5] = [FIRST, SECOND, THIRD, FOURTH, FIFTH];

const FIRST: &str = "
    CREATE TABLE instance (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        id  BLOB NOT NULL CHECK (length(id) = 16),
        key BLOB NOT NULL CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE root (
        number INTEGER PRIMARY KEY,
        key    BLOB NOT NULL UNIQUE CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE license (
        number    INTEGER PRIMARY KEY,
        id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes     BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        installed INTEGER NOT NULL CHECK (installed BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE day (
        day   INTEGER PRIMARY KEY CHECK (day BETWEEN 0 AND 2932896),
        count INTEGER NOT NULL CHECK (count BETWEEN 0 AND 16777215)
    ) STRICT;
    CREATE TABLE report (
        number   INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 4294967295),
        id       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes    BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        license  BLOB NOT NULL CHECK (length(license) = 16),
        last_day INTEGER NOT NULL CHECK (last_day BETWEEN 0 AND 2932896),
        made     INTEGER NOT NULL CHECK (made BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL CHECK (at BETWEEN 0 AND 253402300799),
        what   TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
";

/// A license that is removed stays, with the time. A report waits (0) until its file is placed (1),
/// or came back from the desk (2); those of the first version were placed when they were kept.
const SECOND: &str = "
    ALTER TABLE license ADD COLUMN removed INTEGER
        CHECK (removed IS NULL OR removed BETWEEN 0 AND 253402300799);
    ALTER TABLE report ADD COLUMN state INTEGER NOT NULL DEFAULT 1
        CHECK (state BETWEEN 0 AND 2);
";

/// Each event has the day that it was done for, which `--today` sets apart from the clock. A
/// license that was removed before it was ever in force is unused.
const THIRD: &str = "
    ALTER TABLE license ADD COLUMN unused INTEGER NOT NULL DEFAULT 0
        CHECK (unused BETWEEN 0 AND 1);
    ALTER TABLE event ADD COLUMN day INTEGER
        CHECK (day IS NULL OR day BETWEEN 0 AND 2932896);
";

/// A folder is in use (0), or goes back to an earlier time (1), so that a report may have left
/// since, or was moved at a time and is retired (2).
const FOURTH: &str = "
    ALTER TABLE instance ADD COLUMN state INTEGER NOT NULL DEFAULT 0
        CHECK (state BETWEEN 0 AND 2);
    ALTER TABLE instance ADD COLUMN since INTEGER
        CHECK (since IS NULL OR since BETWEEN 0 AND 253402300799);
";

/// The vendor's receipts, each as a file of its own: its issuer document and the receipt.
const FIFTH: &str = "
    CREATE TABLE receipt (
        number INTEGER PRIMARY KEY,
        id     BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes  BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        taken  INTEGER NOT NULL CHECK (taken BETWEEN 0 AND 253402300799)
    ) STRICT;
";

/// The version of the tables of a new ledger.
pub(super) fn newest() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// The version of a ledger, at most the newest; nothing of it is changed. All is read in one
/// transaction, so that nobody changes the file in between.
///
/// # Errors
/// `ledger_unreadable` for what is no ledger, `ledger_too_new`; `ledger_damaged` where a table, an
/// index, a trigger or a view is not as airlock makes it.
pub(super) fn check(connection: &Connection) -> Result<i64, LedgerFailure> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    checked_version(&transaction)
}

/// The same, within the caller's transaction.
fn checked_version(connection: &Connection) -> Result<i64, LedgerFailure> {
    let version = version(connection)?;
    let steps = usize::try_from(version).unwrap_or_default();
    let steps = STEPS.get(..steps).unwrap_or(&STEPS);
    tables::check::<LedgerFailure>(connection, steps, Beside::Nothing, Problem::LedgerDamaged)?;
    Ok(version)
}

fn version(connection: &Connection) -> Result<i64, LedgerFailure> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let newest = newest();
    match (number("application_id")?, number("user_version")?) {
        (APPLICATION_ID, version) if (1..=newest).contains(&version) => Ok(version),
        (APPLICATION_ID, version) if version > newest => {
            let message =
                format!("found version {version} of the ledger, expected at most {newest}");
            Err(Failure::new(Problem::LedgerTooNew, message).into())
        }
        (APPLICATION_ID, version) => {
            Err(unreadable(&format!("found version {version} of the ledger, expected {newest}"))
                .into())
        }
        _ => Err(unreadable(
            "found an empty file or the database of another program, expected the ledger",
        )
        .into()),
    }
}

/// Makes the tables in a new file.
pub(super) fn make(transaction: &Connection) -> Result<(), LedgerFailure> {
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    take(transaction, 0)
}

/// Brings a ledger to the newest version.
///
/// # Errors
/// As [`check`], and those of every change.
pub(super) fn bring_up(connection: &Connection) -> Result<(), LedgerFailure> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // Looked at anew: since the ledger was opened, another process may have brought it up, or
    // planted what the steps would run.
    let version = checked_version(&transaction)?;
    take(&transaction, usize::try_from(version).unwrap_or_default())?;
    Ok(transaction.commit()?)
}

/// Takes the steps from this one on.
fn take(transaction: &Connection, from: usize) -> Result<(), LedgerFailure> {
    STEPS.iter().skip(from).try_for_each(|step| transaction.execute_batch(step))?;
    Ok(transaction.pragma_update(None, "user_version", newest())?)
}
