//! Output made ready under a temporary name, then put in place by one operation.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::shown::shown;
use super::target::{Mode, Target, exists, folder, target, unwritable};
use crate::problem::{Failure, Problem};

/// Output that is ready: complete under a temporary name, which goes when this is dropped; or still
/// to be sent.
#[derive(Debug)]
pub(crate) enum Staged {
    Stdout(Vec<u8>),
    Stream(PathBuf, Vec<u8>),
    New(PathBuf, Mode, NamedTempFile),
    Replace(PathBuf, PathBuf, NamedTempFile),
}

/// Makes output ready without putting it in place.
///
/// # Errors
/// As [`write_new`].
pub(crate) fn stage(
    path: &Path,
    bytes: &[u8],
    mode: Mode,
    overwrite: bool,
) -> Result<Staged, Failure> {
    let owned = path.to_owned();
    Ok(match target(path, mode, overwrite)? {
        Target::Stdout => Staged::Stdout(bytes.to_vec()),
        Target::Stream => Staged::Stream(owned, bytes.to_vec()),
        Target::New => Staged::New(
            owned,
            mode,
            temporary(path, folder(path), bytes, (mode == Mode::Secret).then_some(0o600))?,
        ),
        Target::Replace(file, old) => {
            let temp = temporary(path, folder(&file), bytes, Some(old))?;
            Staged::Replace(owned, file, temp)
        }
    })
}

/// Returns a synced temporary file with these bytes. Its mode is set before they are written:
/// `exactly`, or 0644 less the umask.
fn temporary(
    path: &Path,
    folder: &Path,
    bytes: &[u8],
    exactly: Option<u32>,
) -> Result<NamedTempFile, Failure> {
    let failure = |error: io::Error| unwritable(path, &error);
    let first = Permissions::from_mode(exactly.map_or(0o644, |mode| mode & 0o600));
    let mut temp = tempfile::Builder::new()
        .prefix(".airlock-")
        .permissions(first)
        .tempfile_in(folder)
        .map_err(failure)?;
    if let Some(mode) = exactly {
        set_mode(path, temp.as_file(), mode)?;
    }
    temp.write_all(bytes).and_then(|()| temp.as_file().sync_all()).map_err(failure)?;
    Ok(temp)
}

/// Sets the mode and looks whether the file system kept it: FAT and some network file systems do
/// not.
fn set_mode(path: &Path, file: &File, mode: u32) -> Result<(), Failure> {
    let kept = || file.metadata().is_ok_and(|found| found.permissions().mode() & 0o777 == mode);
    if kept() || (file.set_permissions(Permissions::from_mode(mode)).is_ok() && kept()) {
        return Ok(());
    }
    let message = format!("the file system of {} does not keep mode {mode:04o}", shown(path));
    Err(Failure::new(Problem::OutputUnwritable, message)
        .hint("choose a folder on a disk of this machine"))
}

impl Staged {
    /// Puts the output in place. Returns the file that was not there before.
    ///
    /// # Errors
    /// As [`write_new`].
    #[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
    pub(crate) fn place(self) -> Result<Option<PathBuf>, Failure> {
        match self {
            Self::Stdout(bytes) => {
                let sent = send(&mut io::stdout().lock(), &bytes);
                sent.map_err(|error| unwritable(Path::new("standard output"), &error))?;
            }
            Self::Stream(path, bytes) => {
                let opened = OpenOptions::new().append(true).open(&path);
                opened
                    .and_then(|mut stream| send(&mut stream, &bytes))
                    .map_err(|error| unwritable(&path, &error))?;
            }
            Self::New(path, mode, temp) => {
                temp.persist_noclobber(&path).map_err(|persist| match persist.error.kind() {
                    ErrorKind::AlreadyExists => exists(&path, mode),
                    _ => unwritable(&path, &persist.error),
                })?;
                sync(folder(&path));
                return Ok(Some(path));
            }
            Self::Replace(path, file, temp) => {
                temp.persist(&file).map_err(|persist| unwritable(&path, &persist.error))?;
                sync(folder(&file));
            }
        }
        Ok(None)
    }
}

fn send(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}

/// Makes the new name last through a power cut, where the file system can. The file is in place and
/// whole either way, so there is nothing to take back.
pub(super) fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}
