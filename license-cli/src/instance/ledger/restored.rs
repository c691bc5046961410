//! An instance's folder, made of a backup.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::backup::{Backup, Purpose, check_key, check_public};
use super::condition::{self, Condition};
use super::database::private_file;
use super::failure::unwritable;
use super::folder::{Place, Workshop};
use super::names::{KEY, LEDGER, PUBLIC};
use super::opened::Instance;
use crate::clock::When;
use crate::files::packed::damaged;
use crate::files::{self, Mode, shown};
use crate::problem::{Failure, Problem};
use license_core::day::unix_text;

impl Instance {
    /// Makes an instance's folder of a backup, and returns it opened. The folder must not exist, or
    /// be empty; it appears whole, by one operation of the file system, and only where all that the
    /// backup holds was found good.
    ///
    /// `goes_on` says of a folder that was moved whether its next number is known to be free.
    ///
    /// # Errors
    /// Those of [`Instance::create`]; `archive_damaged` where a key or the ledger is not good;
    /// `ledger_too_new`.
    pub(crate) fn restore(
        dir: &Path,
        backup: &Backup,
        when: When,
        goes_on: impl FnOnce(&Self) -> Result<bool, Failure>,
    ) -> Result<Self, Failure> {
        let workshop = Workshop::open(Place::of(dir)?)?;
        let hidden = workshop.path().to_owned();
        let made = Self::made_of(dir, workshop, backup, (when, goes_on));
        made.map_err(|failure| in_place(&failure, &hidden, dir))
    }

    fn made_of(
        dir: &Path,
        workshop: Workshop,
        backup: &Backup,
        (when, goes_on): (When, impl FnOnce(&Self) -> Result<bool, Failure>),
    ) -> Result<Self, Failure> {
        let file = |name| workshop.path().join(name);
        files::write_new(&file(PUBLIC), &backup.public, Mode::Secret, false)?;
        write_ledger(&file(LEDGER), &backup.ledger)?;
        let in_archive = |failure| in_archive(failure, workshop.path());
        let mut made = Self::open_unchecked(workshop.path()).map_err(in_archive)?;
        check(&made, backup).map_err(in_archive)?;
        made.settle_in(backup, when, goes_on)?;
        // Closed before its folder gets its name.
        drop(made);
        let key = files::stage(&file(KEY), &backup.key, Mode::Secret, false)?;
        let cleared = workshop.cleared();
        workshop.put_in_place(key)?;
        Self::open_made(dir, cleared)
    }

    /// Keeps where the folder comes from, and whether a report may have left since.
    fn settle_in(
        &mut self,
        backup: &Backup,
        when: When,
        goes_on: impl FnOnce(&Self) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let made = unix_text(backup.made);
        let goes_back = Condition::GoesBack(Some(backup.made));
        let of = match backup.purpose {
            Purpose::Move => format!("moved on {made}"),
            Purpose::MoveAgain => format!("moved on {made}, by a file that was written again"),
            Purpose::Backup => format!("backup of {made}"),
        };
        let (condition, detail) = match (backup.purpose, self.condition()?) {
            // What was in doubt there is in doubt here, back to the first time.
            (_, Condition::GoesBack(to)) => {
                (Condition::GoesBack(to.map(|to| to.min(backup.made))), of)
            }
            (Purpose::Move, Condition::InUse | Condition::Retired(_)) => {
                (if goes_on(self)? { Condition::InUse } else { goes_back }, of)
            }
            // Of a folder that is retired a backup is, too.
            (Purpose::Backup, retired @ Condition::Retired(_)) => {
                (retired, format!("{of}, of a folder that is retired"))
            }
            (Purpose::MoveAgain, Condition::InUse | Condition::Retired(_))
            | (Purpose::Backup, Condition::InUse) => (goes_back, of),
        };
        self.change_of_retired(|ledger| {
            condition::put(ledger, condition, ("instance_restored", &detail), when)
        })
    }
}

fn write_ledger(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = private_file(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| {
        if error.kind() == ErrorKind::StorageFull {
            let message = format!("no space is left for {}", shown(path));
            return Failure::new(Problem::DiskFull, message);
        }
        unwritable().within(shown(path))
    })
}

/// Reads all that the folder will hold.
fn check(made: &Instance, backup: &Backup) -> Result<(), Failure> {
    let key = made.public_key()?;
    check_key(&backup.key, &key)?;
    check_public(&backup.public, &key)?;
    made.check_whole()
}

/// A failure to read what the archive holds: the archive's own. One of a later version is not
/// damaged.
fn in_archive(failure: Failure, workshop: &Path) -> Failure {
    // The folder in which it is looked at is gone by then.
    let message = failure.message.replace(&format!("{}/", shown(workshop)), "");
    if failure.problem == Problem::LedgerTooNew {
        return Failure { message, ..failure };
    }
    damaged(&message)
}

/// The failure, which names the folder that is made and not the hidden one that it was made in.
fn in_place(failure: &Failure, hidden: &Path, dir: &Path) -> Failure {
    let named = |text: &str| text.replace(&shown(hidden), &shown(dir));
    let (message, hint) = (named(&failure.message), failure.hint.as_deref().map(named));
    Failure { message, hint, ..failure.clone() }
}

/// Whether a folder could be made here: before a backup is read.
///
/// # Errors
/// As [`Instance::create`], as far as it can be known.
pub(crate) fn check_place(dir: &Path) -> Result<(), Failure> {
    Place::of(dir).map(drop)
}
