//! What an instance keeps: its id and key, the roots it trusts, licenses, daily figures, the
//! reports it made, and a log.
//!
//! The instance's folder (0700) holds `instance.key` and `instance.pub`, so that OpenSSL can read
//! them, and `ledger.sqlite` (0600) with everything else, so that each change is one transaction:
//! after a kill or a power cut the ledger is as before the change or as after it.

mod database;
mod folder;
mod records;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use license_core::key::{PublicKey, Signer, SigningKey};
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::verify::check_size;
use license_core::{Day, limits};
use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;

use crate::clock;
use crate::files::{self, Mode, shown};
use crate::keys::{self, Passphrase, Seed};
use crate::problem::{Failure, Problem};
use database::{Access, LAST_SECOND, Trouble, damaged, rows};
use folder::{Place, Workshop};

/// The instance's private key: PKCS#8 in PEM, not encrypted, because cron signs with it.
const KEY: &str = "instance.key";
/// Its public key.
const PUBLIC: &str = "instance.pub";
/// The database.
const LEDGER: &str = "ledger.sqlite";

/// Days of a ledger: two and a half centuries. All of them are compared with an import in memory.
pub(crate) const DAYS: usize = 100_000;

/// An instance's folder, opened.
#[derive(Debug)]
pub(crate) struct Instance {
    dir: PathBuf,
    ledger: PathBuf,
    id: InstanceId,
    connection: Connection,
    /// Where the connection reads a copy; see [`database::open_to_read`]. Dropped after the
    /// connection.
    _copy: Option<TempDir>,
}

/// A license that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) id: DocumentId,
    /// The file. That it verifies is not known from its being here.
    pub(crate) bytes: Vec<u8>,
    /// Unix seconds.
    pub(crate) installed: u64,
}

/// A day whose held figure and newly found figure differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) day: Day,
    pub(crate) held: Count,
    pub(crate) found: Count,
}

/// What an import found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Import {
    /// Days that the ledger did not have.
    pub(crate) added: usize,
    /// Days that it had with the same figure.
    pub(crate) same: usize,
    /// Days that it had with another figure, in their order.
    pub(crate) changed: Vec<Change>,
    /// Whether the ledger has all of this now. If not, nothing was changed.
    pub(crate) applied: bool,
}

/// A usage report that was made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeReport {
    /// From 1, without a gap.
    pub(crate) number: u32,
    pub(crate) id: DocumentId,
    /// The file.
    pub(crate) bytes: Vec<u8>,
    /// The license that it reports on, which may have been removed since.
    pub(crate) license: DocumentId,
    /// The last day that it covers.
    pub(crate) last_day: Day,
    /// Unix seconds.
    pub(crate) made: u64,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// Unix seconds.
    pub(crate) at: u64,
    /// One of `instance_made`, `root_pinned`, `license_installed`, `license_removed`,
    /// `usage_imported`, `day_changed`, `report_made`.
    pub(crate) what: String,
    /// May hold characters that a terminal obeys: the name of an imported file.
    pub(crate) detail: String,
}

impl Instance {
    /// Makes an instance's folder with its key, id and roots, and returns it opened. The folder
    /// must not exist, or be empty; an empty one is replaced, with its owner and mode. It appears
    /// whole, by one operation of the file system.
    ///
    /// # Errors
    /// `instance_exists`; `instance_folder` where something else is; `output_parent`;
    /// `instance_leftover` where the rest of a run that was cut off is not safe to remove;
    /// `ledger_busy`, `instance_unwritable`, `disk_full`. Then nothing is left behind.
    pub(crate) fn create(
        dir: &Path,
        id: InstanceId,
        roots: &[PublicKey],
        seed: &Seed,
    ) -> Result<Self, Failure> {
        let now = clock::now()?;
        let workshop = Workshop::open(Place::of(dir)?)?;
        let public = SigningKey::from_seed(seed)?.public();
        let file = |name| workshop.path().join(name);
        files::write_new(
            &file(KEY),
            keys::encode_private(seed, None)?.as_bytes(),
            Mode::Secret,
            false,
        )?;
        // Mode::Secret only for its mode: 0600 whatever the umask.
        files::write_new(
            &file(PUBLIC),
            keys::encode_public(&public)?.as_bytes(),
            Mode::Secret,
            false,
        )?;
        let made =
            database::make(&file(LEDGER), |ledger| records::begin(ledger, id, &public, roots, now));
        made.map_err(|trouble| trouble.at(&dir.join(LEDGER)))?;
        workshop.put_in_place()?;
        Self::open(dir)
    }

    /// Opens an instance to change it. A change that a kill has cut off is undone.
    ///
    /// # Errors
    /// `no_instance`, `instance_unreadable`, `instance_unwritable`, `ledger_unreadable`,
    /// `ledger_too_new`, `ledger_damaged`, `ledger_busy`.
    pub(crate) fn open(dir: &Path) -> Result<Self, Failure> {
        let ledger = find(dir)?;
        let opened = database::open(&ledger, Access::Write)
            .and_then(|connection| Self::with(dir, &ledger, connection, None));
        opened.map_err(|trouble| trouble.at(&ledger))
    }

    /// Opens an instance to look at it: also on a read-only file system, and as another user who
    /// may read it. No file of the instance is made or changed; the changing methods fail with
    /// `instance_unwritable`.
    ///
    /// # Errors
    /// As [`Instance::open`], and `ledger_unfinished` where a cut-off change cannot be undone in a
    /// copy.
    pub(crate) fn open_read_only(dir: &Path) -> Result<Self, Failure> {
        let ledger = find(dir)?;
        let opened = database::open_to_read(&ledger)
            .and_then(|(connection, copy)| Self::with(dir, &ledger, connection, copy));
        opened.map_err(|trouble| trouble.at(&ledger))
    }

    fn with(
        dir: &Path,
        ledger: &Path,
        connection: Connection,
        copy: Option<TempDir>,
    ) -> Result<Self, Trouble> {
        let (id, _) = records::identity(&connection)?;
        Ok(Self { dir: dir.to_owned(), ledger: ledger.to_owned(), id, connection, _copy: copy })
    }

    /// Returns the instance's id.
    pub(crate) fn id(&self) -> InstanceId {
        self.id
    }

    /// Returns the public key that the instance was made with.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn public_key(&self) -> Result<PublicKey, Failure> {
        self.named(records::identity(&self.connection)).map(|(_, key)| key)
    }

    /// Returns the private key.
    ///
    /// # Errors
    /// `instance_key_missing`; `instance_key_changed` if it is not the one that the instance was
    /// made with; and those of [`keys::load_private`].
    pub(crate) fn key(&self) -> Result<SigningKey, Failure> {
        let path = self.dir.join(KEY);
        let loaded =
            keys::load_private(&path, &Passphrase::None).map_err(|failure| {
                match failure.problem {
                    Problem::InputMissing => {
                        Failure::new(Problem::InstanceKeyMissing, failure.message)
                    }
                    _ => failure,
                }
            })?;
        let (found, made_with) = (loaded.key.public(), self.public_key()?);
        if found == made_with {
            return Ok(loaded.key);
        }
        let message = format!(
            "{}: found the key {}, expected {}",
            shown(&path),
            found.thumbprint(),
            made_with.thumbprint()
        );
        Err(Failure::new(Problem::InstanceKeyChanged, message))
    }

    /// Returns the pinned roots in the order in which they were pinned.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn roots(&self) -> Result<Vec<PublicKey>, Failure> {
        self.read("root", "SELECT rowid AS row, key FROM root ORDER BY number", |cells| {
            PublicKey::new(cells.exactly("key")?).map_err(|error| cells.damaged(error.message()))
        })
    }

    /// Pins a root. Returns `false` if it is pinned already; then nothing changes.
    ///
    /// # Errors
    /// Those of every change: `ledger_busy`, `disk_full`, `instance_unwritable`, `ledger_damaged`,
    /// `ledger_io`.
    #[cfg(test)]
    pub(crate) fn pin_root(&mut self, root: &PublicKey) -> Result<bool, Failure> {
        let now = clock::now()?;
        self.change(|ledger| records::pin(ledger, root, now))
    }

    /// Returns the installed licenses, ordered by when they were installed, then by id.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn licenses(&self) -> Result<Vec<Installed>, Failure> {
        let query = "SELECT rowid AS row, id, bytes, installed FROM license ORDER BY installed, id";
        self.read("license", query, |cells| {
            Ok(Installed {
                id: DocumentId(cells.exactly("id")?),
                bytes: cells.bytes("bytes", limits::FILE_BYTES)?,
                installed: cells.number("installed", LAST_SECOND)?,
            })
        })
    }

    /// Installs a license's file. Returns `false` if its id is installed already; then nothing
    /// changes.
    ///
    /// # Errors
    /// `empty`, `too_large`, and those of every change.
    #[cfg(test)]
    pub(crate) fn add_license(
        &mut self,
        id: DocumentId,
        bytes: &[u8],
        now: u64,
    ) -> Result<bool, Failure> {
        check_size(bytes)?;
        self.change(|ledger| records::add_license(ledger, id, bytes, now))
    }

    /// Pins roots and adds a license, all or nothing. Returns the roots that were not pinned
    /// before.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn install(
        &mut self,
        roots: &[PublicKey],
        id: DocumentId,
        bytes: &[u8],
        now: u64,
    ) -> Result<Vec<PublicKey>, Failure> {
        check_size(bytes)?;
        self.change(|ledger| {
            let mut pinned = Vec::new();
            for root in roots {
                if records::pin(ledger, root, now)? {
                    pinned.push(*root);
                }
            }
            records::add_license(ledger, id, bytes, now)?;
            Ok(pinned)
        })
    }

    /// Removes a license. Returns `false` if no such license is installed.
    ///
    /// # Errors
    /// Those of every change.
    pub(crate) fn remove_license(&mut self, id: DocumentId) -> Result<bool, Failure> {
        let now = clock::now()?;
        self.change(|ledger| records::remove_license(ledger, id, now))
    }

    /// Returns the largest count of each day that is known.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn days(&self) -> Result<BTreeMap<Day, Count>, Failure> {
        self.named(records::days(&self.connection))
    }

    /// Adds daily maxima from `source`, all of them or none. A day that is held with another figure
    /// is a contradiction: it stops the import, unless changes are accepted; then the held figure
    /// goes to the log.
    ///
    /// # Errors
    /// `ledger_full` above [`DAYS`], and those of every change.
    pub(crate) fn import(
        &mut self,
        found: &BTreeMap<Day, Count>,
        accept_changes: bool,
        source: &str,
        now: u64,
    ) -> Result<Import, Failure> {
        self.change(|ledger| records::import(ledger, found, accept_changes, source, now))
    }

    /// Returns the reports that were made here, in their order.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    pub(crate) fn reports(&self) -> Result<Vec<MadeReport>, Failure> {
        let query = "SELECT rowid AS row, number, id, bytes, license, last_day, made FROM report ORDER BY number";
        let reports = self.read("report", query, |cells| {
            Ok(MadeReport {
                number: cells.number32("number", u32::MAX)?,
                id: DocumentId(cells.exactly("id")?),
                bytes: cells.bytes("bytes", limits::FILE_BYTES)?,
                license: DocumentId(cells.exactly("license")?),
                last_day: Day::new(cells.number32("last_day", limits::LAST_DAY)?)
                    .unwrap_or(Day::LAST),
                made: cells.number("made", LAST_SECOND)?,
            })
        })?;
        let astray = (1..).zip(&reports).find(|(expected, report)| report.number != *expected);
        self.named(astray.map_or(Ok(()), |(expected, report)| {
            Err(damaged(
                "report",
                report.number,
                &format!("found report {}, expected report {expected}", report.number),
            ))
        }))?;
        Ok(reports)
    }

    /// Keeps a report that was made, and returns what `write` does, which takes it to its reader:
    /// both or neither. The report is on the disk before `write` runs, so that what can still fail
    /// after it is a kill or a power cut.
    ///
    /// # Errors
    /// `report_conflict` unless its number follows the last one's and its id is new: another
    /// process has made a report meanwhile. `empty`, `too_large`, those of `write`, and those of
    /// every change.
    pub(crate) fn add_report_with<T>(
        &mut self,
        report: &MadeReport,
        write: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        check_size(&report.bytes)?;
        self.change(|ledger| {
            records::add_report(ledger, report)?;
            ledger.cache_flush()?;
            write().map_err(Trouble::Elsewhere)
        })
    }

    /// Returns the log, oldest first.
    ///
    /// # Errors
    /// `ledger_damaged`, `ledger_busy`.
    #[cfg_attr(not(test), allow(dead_code, reason = "no command shows the log yet"))]
    pub(crate) fn events(&self) -> Result<Vec<Event>, Failure> {
        self.read(
            "event",
            "SELECT rowid AS row, at, what, detail FROM event ORDER BY number",
            |cells| {
                Ok(Event {
                    at: cells.number("at", LAST_SECOND)?,
                    what: cells.text("what")?,
                    detail: cells.text("detail")?,
                })
            },
        )
    }

    fn read<T>(
        &self,
        table: &'static str,
        query: &'static str,
        read: impl Fn(&database::Cells<'_>) -> Result<T, Trouble>,
    ) -> Result<Vec<T>, Failure> {
        self.named(rows(&self.connection, table, query, read))
    }

    /// Makes one change. IMMEDIATE: what is read within it is not changed by another process before
    /// it is written.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, Failure> {
        let all = |connection: &mut Connection| -> Result<T, Trouble> {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = change(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        let done = all(&mut self.connection);
        self.named(done)
    }

    fn named<T>(&self, result: Result<T, Trouble>) -> Result<T, Failure> {
        result.map_err(|trouble| trouble.at(&self.ledger))
    }
}

/// Returns the path of the ledger in an instance's folder.
fn find(dir: &Path) -> Result<PathBuf, Failure> {
    let ledger = dir.join(LEDGER);
    let none = |what: String| {
        let hint = format!(
            "give the instance's folder with `--instance DIR`; `airlock instance init {}` makes a new one",
            shown(dir)
        );
        Err(Failure::new(Problem::NoInstance, what).hint(hint))
    };
    match fs::metadata(&ledger) {
        Ok(found) if found.is_file() => Ok(ledger),
        Ok(_) => none(format!("{} is no file, expected the ledger of an instance", shown(&ledger))),
        Err(error) if error.kind() == ErrorKind::NotFound && dir.join(KEY).exists() => {
            let message = format!("found {KEY} in {} but no {LEDGER}, expected both", shown(dir));
            Err(Failure::new(Problem::NoInstance, message)
                .hint(Problem::LedgerUnreadable.entry().advice))
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            none(format!("found no instance at {}", shown(dir)))
        }
        Err(error) => {
            let failure = Failure::new(
                Problem::InstanceUnreadable,
                format!("{} cannot be read: {}", shown(dir), files::reason(&error)),
            );
            Err(failure
                .hint("run the command as the owner of the folder; `ls -ld` shows who that is"))
        }
    }
}
