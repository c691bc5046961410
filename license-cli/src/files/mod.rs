//! Files, read and written safely: input is bounded; output is whole or absent, and replaces
//! nothing unasked.

#[cfg(feature = "desk")]
mod growing;
mod log;
pub(crate) mod packed;
mod place;
mod protected;
mod read;
mod read_only;
mod rights;
mod shown;
mod stage;
mod target;
#[cfg(test)]
mod tests;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

#[cfg(feature = "desk")]
pub(crate) use growing::Growing;
pub(crate) use log::{append, refuse_log};
pub(crate) use protected::begins_registry;
pub(crate) use protected::{
    BACKUP_HEAD, BESIDE_DATABASE, INSTANCE_PUBLIC, LEDGER, LEDGER_ID, is_backup, is_ledger,
    is_private_key,
};
#[cfg(feature = "desk")]
pub(crate) use protected::{DESK_SETTINGS, REGISTRY_ID, is_registry};
pub(crate) use read::{first_line, kind_name, opened, read, read_any, read_key, start};
pub(crate) use read_only::{is_read_only, read_only_hint};
pub(crate) use rights::{Want, rights_hint};
pub(crate) use shown::{READ_ONLY, quoted, reason, shown};
pub(crate) use stage::{Staged, stage, sync};
pub(crate) use target::Mode;

use crate::problem::Failure;
use target::target;

/// Whether a file lies in a folder, or in one below it; false where that cannot be seen.
pub(crate) fn is_within(file: &Path, dir: &Path) -> bool {
    let real = |path| fs::canonicalize(path).ok();
    real(file).zip(real(dir)).is_some_and(|(file, dir)| file.starts_with(dir))
}

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
/// A new file has no name until its bytes are synced; then it gets its own by one operation of the
/// file system, which fails if the name is taken. A run that is killed leaves nothing. Where a file
/// system has no such files, public ones stand under a temporary name before, and a private key is
/// written into a new file of its own name at once.
///
/// A file is replaced by renaming: with `overwrite`, and never one that holds a private key or a
/// ledger. A link stays, and what it points to is replaced; a link to nothing is refused.
/// [`Mode::Secret`] takes nothing but a free name.
///
/// # Errors
/// `output_exists`; `output_protected` and `secret_exists` (whatever `overwrite` says);
/// `output_directory`, `output_parent`, `disk_full`, `output_closed`, `output_unwritable`. Then
/// nothing new is left behind, and an old file stays as it was.
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
/// Both are whole before either has its name, and then get it one right after the other, the public
/// key first. No operation of a file system gives two names at once; so what a kill between the
/// two leaves is a public key whose private key was never anywhere: no secret lies about, and the
/// private key never stands beside an older public one.
///
/// # Errors
/// As [`write_new`].
pub(crate) fn write_pair(
    secret: (&Path, &[u8]),
    public: (&Path, &[u8]),
    overwrite: bool,
) -> Result<(), Failure> {
    let key = stage(secret.0, secret.1, Mode::Secret, false)?;
    place_pair(key, stage(public.0, public.1, Mode::Public, overwrite)?)
}

fn place_pair(key: Staged, public: Staged) -> Result<(), Failure> {
    let replaced = public.replaces().map(Path::to_owned);
    let old = replaced.map(|path| read::whole(&path).map(|old| (path, old))).transpose()?;
    let public = public.put()?;
    let both = key
        .put()
        .and_then(|key| public.last().and_then(|()| key.last()).inspect_err(|_| key.take_back()));
    both.inspect_err(|_| {
        public.take_back();
        // The failure to report is the first one; the public key that stays can be seen.
        let put_back = |(path, old): &(PathBuf, Vec<u8>)| write_new(path, old, Mode::Public, true);
        old.iter().for_each(|old| drop(put_back(old)));
    })
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
    place_all(staged).map(drop)
}

/// Puts several outputs in place: all of them, or none that was not there before. Gives the new
/// files.
///
/// # Errors
/// As [`write_new`].
pub(crate) fn place_all(staged: Vec<Staged>) -> Result<Vec<PathBuf>, Failure> {
    let mut made = Vec::new();
    for file in staged {
        match file.place() {
            Ok(new) => made.extend(new),
            Err(failure) => {
                take_back(&made);
                return Err(failure);
            }
        }
    }
    Ok(made)
}

/// Removes new files. The failure to report is another one; a file that cannot be removed can be
/// seen.
pub(crate) fn take_back(made: &[PathBuf]) {
    made.iter().for_each(|new| drop(fs::remove_file(new)));
}

/// Returns whether two paths are the same file, or both standard output.
pub(crate) fn same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    one == other
        || identity(one).is_some_and(|identity_of_one| Some(identity_of_one) == identity(other))
}
