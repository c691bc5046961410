//! Files, read and written safely: input is bounded; output is whole or absent, and replaces
//! nothing unasked.

mod log;
mod read;
mod shown;
mod stage;
mod target;
#[cfg(test)]
mod tests;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

pub(crate) use log::append;
pub(crate) use read::{first_line, read, start};
pub(crate) use shown::{reason, shown};
pub(crate) use stage::{Staged, stage};
pub(crate) use target::Mode;

use crate::problem::Failure;
use target::target;

/// Says early what [`write_new`] would refuse later: before long work.
///
/// # Errors
/// As [`write_new`], as far as it can be known.
pub(crate) fn refuse_existing(path: &Path, overwrite: bool) -> Result<(), Failure> {
    target(path, Mode::Public, overwrite).map(drop)
}

/// Says early that a private key cannot be written: before a passphrase is asked for.
///
/// # Errors
/// As [`write_new`] with [`Mode::Secret`], as far as it can be known.
pub(crate) fn refuse_existing_secret(path: &Path) -> Result<(), Failure> {
    target(path, Mode::Secret, false).map(drop)
}

/// Writes a file: all of it or nothing. `-` is standard output; pipes and character devices are
/// written into.
///
/// The bytes go to a temporary name in the same folder, are synced, and are put in place by one
/// operation of the file system: without `overwrite` by one that fails if the name is taken, else
/// by renaming. A link stays, and what it points to is replaced; a link to nothing is refused.
///
/// # Errors
/// `output_exists`, `secret_exists` (whatever `overwrite` says), `output_directory`,
/// `output_parent`, `disk_full`, `output_closed`, `output_unwritable`. Then nothing new is left
/// behind, and an old file stays as it was.
pub(crate) fn write_new(
    path: &Path,
    bytes: &[u8],
    mode: Mode,
    overwrite: bool,
) -> Result<(), Failure> {
    stage(path, bytes, mode, overwrite)?.place().map(drop)
}

/// Writes a private key and its public key: both or neither. `overwrite` holds for the public key's
/// file only.
///
/// # Errors
/// As [`write_new`].
pub(crate) fn write_pair(
    secret: (&Path, &[u8]),
    public: (&Path, &[u8]),
    overwrite: bool,
) -> Result<(), Failure> {
    let first = stage(secret.0, secret.1, Mode::Secret, false)?;
    let second = stage(public.0, public.1, Mode::Public, overwrite)?;
    let made = first.place()?;
    let Err(failure) = second.place() else { return Ok(()) };
    if let Some(made) = made {
        // The failure to report is the first one; a key that cannot be removed is a file that can
        // be seen.
        let _ = fs::remove_file(made);
    }
    Err(failure)
}

/// Writes several files: all of them, or none that was not there before.
///
/// # Errors
/// As [`write_new`].
pub(crate) fn write_all(files: &[(&Path, &[u8])], overwrite: bool) -> Result<(), Failure> {
    let staged = files
        .iter()
        .map(|(path, bytes)| stage(path, bytes, Mode::Public, overwrite))
        .collect::<Result<Vec<_>, _>>()?;
    let mut made = Vec::new();
    for file in staged {
        match file.place() {
            Ok(new) => made.extend(new),
            Err(failure) => {
                // The failure to report is the first one; a file that cannot be removed can be
                // seen.
                made.iter().for_each(|new| drop(fs::remove_file(new)));
                return Err(failure);
            }
        }
    }
    Ok(())
}

/// Returns whether two paths are the same file, or both standard output.
pub(crate) fn same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    one == other
        || identity(one).is_some_and(|identity_of_one| Some(identity_of_one) == identity(other))
}
