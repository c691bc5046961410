//! Output made ready without its name, then put in place by one operation.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::place::{self, set_mode};
use super::protected;
use super::read_only::folder;
use super::target::{Mode, Target, exists, is_opened_by_caller, target, unwritable};
use crate::problem::Failure;

/// Output that is ready: complete in a file that goes when this is dropped; or still to be sent.
#[derive(Debug)]
pub(crate) enum Staged {
    Stdout(Vec<u8>),
    Stream(PathBuf, Vec<u8>),
    /// A file that has no name yet.
    Nameless(PathBuf, Mode, File),
    /// A public file under a temporary name, where files must have one.
    New(PathBuf, NamedTempFile),
    /// A private key, where files must have a name: never under a temporary one.
    Secret(PathBuf, Zeroizing<Vec<u8>>),
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
        Target::New => match nameless(path, bytes, mode)? {
            Some(file) => Staged::Nameless(owned, mode, file),
            None => named(path, bytes, mode)?,
        },
        Target::Replace(file, old) => {
            let temp = temporary(path, folder(&file), bytes, Some(old))?;
            Staged::Replace(owned, file, temp)
        }
    })
}

/// The mode that a new file gets whatever the umask; else it is 0644 less the umask.
fn exactly(mode: Mode) -> Option<u32> {
    match mode {
        Mode::Secret => Some(0o600),
        Mode::Public => None,
    }
}

/// Returns a synced file with these bytes that has no name, where the file system has such.
fn nameless(path: &Path, bytes: &[u8], mode: Mode) -> Result<Option<File>, Failure> {
    let failure = |error: io::Error| unwritable(path, &error);
    let exactly = exactly(mode);
    let Some(mut file) =
        place::nameless(folder(path), exactly.unwrap_or(0o644)).map_err(failure)?
    else {
        return Ok(None);
    };
    if let Some(mode) = exactly {
        set_mode(path, &file, mode)?;
    }
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failure)?;
    Ok(Some(file))
}

/// Makes output ready where a file must have a name from the start.
pub(super) fn named(path: &Path, bytes: &[u8], mode: Mode) -> Result<Staged, Failure> {
    Ok(match mode {
        Mode::Secret => Staged::Secret(path.to_owned(), Zeroizing::new(bytes.to_vec())),
        Mode::Public => {
            Staged::New(path.to_owned(), temporary(path, folder(path), bytes, exactly(mode))?)
        }
    })
}

/// Returns a synced temporary file with these bytes, none of them secret. Its mode is set before
/// they are written: `exactly`, or 0644 less the umask.
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

impl Staged {
    /// The file that is replaced.
    pub(super) fn replaces(&self) -> Option<&Path> {
        match self {
            Self::Replace(_, file, _) => Some(file),
            Self::Stdout(_)
            | Self::Stream(..)
            | Self::Nameless(..)
            | Self::New(..)
            | Self::Secret(..) => None,
        }
    }

    /// Puts the output in place, to last. Returns the file that was not there before.
    ///
    /// # Errors
    /// As [`write_new`].
    pub(crate) fn place(self) -> Result<Option<PathBuf>, Failure> {
        let placed = self.put()?;
        placed.last()?;
        Ok(placed.new)
    }

    /// Puts the output in place and returns the new file. A power cut may still undo that: the
    /// caller syncs file and folder.
    ///
    /// # Errors
    /// As [`write_new`].
    pub(crate) fn name(self) -> Result<Option<File>, Failure> {
        self.put().map(|placed| placed.file)
    }

    /// Puts the output in place; a power cut may still undo that.
    pub(super) fn put(self) -> Result<Placed, Failure> {
        match self {
            Self::Stdout(bytes) => {
                let sent = send(&mut io::stdout().lock(), &bytes);
                sent.map_err(|error| unwritable(Path::new("standard output"), &error))?;
            }
            Self::Stream(path, bytes) => {
                send_into(&path, &bytes)?;
            }
            Self::Nameless(path, mode, file) => {
                place::name(&file, &path).map_err(taken(&path, mode))?;
                return Ok(Placed::new(path, file));
            }
            Self::New(path, temp) => {
                let named = temp.persist_noclobber(&path).map_err(|kept| kept.error);
                let file = named.map_err(taken(&path, Mode::Public))?;
                return Ok(Placed::new(path, file));
            }
            Self::Secret(path, bytes) => {
                let file = place::write_named(&path, &bytes)?;
                return Ok(Placed::new(path, file));
            }
            Self::Replace(path, file, temp) => {
                // Once more: a key may have come under this name since the first look.
                protected::refuse_replacing(&file)?;
                temp.persist(&file).map_err(|persist| unwritable(&path, &persist.error))?;
                sync(folder(&file));
            }
        }
        Ok(Placed::default())
    }
}

/// Output in place.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// The file that was not there before.
    pub(super) new: Option<PathBuf>,
    file: Option<File>,
}

impl Placed {
    fn new(path: PathBuf, file: File) -> Self {
        Self { new: Some(path), file: Some(file) }
    }

    /// Makes a new file last through a power cut; one that does not is removed.
    pub(super) fn last(&self) -> Result<(), Failure> {
        let Some(path) = &self.new else { return Ok(()) };
        if let Some(Err(error)) = self.file.as_ref().map(File::sync_all) {
            self.take_back();
            return Err(unwritable(path, &error));
        }
        sync(folder(path));
        Ok(())
    }

    /// Removes a new file. The failure to report is an earlier one; a file that cannot be removed
    /// can be seen.
    pub(super) fn take_back(&self) {
        self.new.iter().for_each(|path| drop(fs::remove_file(path)));
    }
}

/// Why a new file did not get its name.
fn taken(path: &Path, mode: Mode) -> impl FnOnce(io::Error) -> Failure + '_ {
    move |error| match error.kind() == ErrorKind::AlreadyExists {
        true => exists(path, mode),
        false => unwritable(path, &error),
    }
}

/// Writes into a pipe, a device, or what the caller of the command opened. Another file may have
/// taken the name since it was looked at: what was opened is looked at once more.
fn send_into(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let failure = |error: io::Error| unwritable(path, &error);
    let mut stream = OpenOptions::new().append(true).open(path).map_err(failure)?;
    let kind = stream.metadata().map_err(failure)?.file_type();
    protected::refuse_opened(path, &stream)?;
    if !(kind.is_fifo() || kind.is_char_device() || is_opened_by_caller(path)) {
        return Err(exists(path, Mode::Public));
    }
    send(&mut stream, bytes).map_err(failure)
}

fn send(to: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    to.write_all(bytes)?;
    to.flush()
}

/// Makes the new name last through a power cut, where the file system can. The file is in place and
/// whole either way, so there is nothing to take back.
pub(crate) fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}
