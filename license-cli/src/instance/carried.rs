//! An instance's folder carried elsewhere: backed up, restored, moved.

use std::cmp::Ordering;
use std::io::Read;
use std::path::Path;

use license_core::Day;
use license_core::key::PublicKey;
use license_core::value::InstanceId;
use zeroize::Zeroizing;

use super::ledger::{Backup, Condition, Instance, Purpose, check_place};
use super::status::next_due;
use crate::clock::When;
use crate::files;
use crate::problem::Failure;

/// What a folder holds, in few words.
pub(crate) struct Contents {
    pub(crate) instance: InstanceId,
    pub(crate) key: PublicKey,
    /// Licenses that are installed.
    pub(crate) licenses: usize,
    /// Days with a figure, and the last of them.
    pub(crate) days: usize,
    pub(crate) last_figure: Option<Day>,
    /// The number of the last report, and its last day.
    pub(crate) last_report: Option<(u32, Day)>,
    pub(crate) condition: Condition,
}

impl Contents {
    /// Those of this folder.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(instance: &Instance) -> Result<Self, Failure> {
        let days = instance.days()?;
        Ok(Self {
            instance: instance.id(),
            key: instance.public_key()?,
            licenses: instance.licenses()?.len(),
            days: days.len(),
            last_figure: days.last_key_value().map(|(day, _)| *day),
            last_report: instance.reports()?.last().map(|last| (last.number, last.last_day)),
            condition: instance.condition()?,
        })
    }

    /// The number that the next report will have.
    pub(crate) fn next_number(&self) -> u32 {
        self.last_report.map_or(0, |(number, _)| number).saturating_add(1)
    }
}

/// A folder that was made of a backup.
pub(crate) struct Restored {
    pub(crate) instance: Instance,
    pub(crate) contents: Contents,
    pub(crate) purpose: Purpose,
    /// Unix seconds: when the backup was made, or the folder retired.
    pub(crate) made: u64,
}

/// Makes the folder of a backup: all of it, or nothing.
///
/// # Errors
/// Those of [`Backup::unpack`] and of [`Instance::restore`].
pub(crate) fn restore(dir: &Path, file: impl Read, when: When) -> Result<Restored, Failure> {
    check_place(dir)?;
    let backup = Backup::unpack(file)?;
    let goes_on = |made: &Instance| goes_on(made, backup.made, when.day);
    let instance = Instance::restore(dir, &backup, when, goes_on)?;
    let contents = Contents::of(&instance)?;
    Ok(Restored { instance, contents, purpose: backup.purpose, made: backup.made })
}

/// The bytes of the file of a move, and what it was made for.
type MoveFile = (Zeroizing<Vec<u8>>, Purpose);

/// The bytes of this file, where it is the one for which this folder was retired, whole; and what
/// it was made for.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn moved_to(instance: &Instance, file: &Path) -> Result<Option<MoveFile>, Failure> {
    let Condition::Retired(Some(since)) = instance.condition()? else { return Ok(None) };
    let Some(opened) = file.is_file().then(|| files::opened(file).ok()).flatten() else {
        return Ok(None);
    };
    let Ok(backup) = Backup::unpack(opened) else { return Ok(None) };
    let of_it = backup.purpose != Purpose::Backup && backup.made == since;
    if !of_it || !backup.is_of(&instance.public_key()?)? {
        return Ok(None);
    }
    let whole = backup.pack()?;
    let held = files::read_any(file, whole.len());
    let is_it = held.is_ok_and(|held| *Zeroizing::new(held) == *whole);
    Ok(is_it.then_some((whole, backup.purpose)))
}

/// Whether the next number of a folder that was moved at this time is known to be free: until a
/// report is due, no other folder that was made of the same file has sent one. By a clock that
/// stands before the move it is not known how long ago that was.
fn goes_on(instance: &Instance, moved: u64, today: Day) -> Result<bool, Failure> {
    let moved = Day::of_unix(moved).unwrap_or(Day::LAST);
    match today.cmp(&moved) {
        Ordering::Less => Ok(false),
        Ordering::Equal => Ok(true),
        Ordering::Greater => Ok(next_due(instance, moved)?.is_none_or(|due| due.on > today)),
    }
}
