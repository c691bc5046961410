//! A file that is too large to be held in memory: written as it comes, and whole or absent.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use super::protected::refuse_replacing;
use super::shown::{reason, shown};
use super::target::{Mode, Target, target};
use crate::problem::{Failure, Problem};

/// A file of mode 0600 that gets its name when it is whole, and replaces nothing unasked.
#[derive(Debug)]
pub(crate) struct Growing {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
    /// Whether it replaces a file of its name.
    replaces: bool,
}

impl Growing {
    /// Begins the file of this name, which must be free unless it is to be replaced.
    ///
    /// # Errors
    /// `output_exists`, `output_protected`, `output_parent`, `output_unwritable`; `options` for
    /// standard output, a pipe or a device.
    pub(crate) fn new(path: &Path, overwrite: bool) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let found = "found -, expected a name: it is larger than an answer may be";
            return Err(Failure::new(Problem::Options, found));
        }
        let (path, replaces) = match target(path, Mode::Public, overwrite)? {
            Target::New => (path.to_owned(), false),
            Target::Replace(path, _) => (path, true),
            Target::Stdout | Target::Stream => {
                let found = "is a pipe or a device, expected the name of a file";
                return Err(Failure::new(Problem::Options, format!("{} {found}", shown(path))));
            }
        };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let made = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        let file = made.map_err(|error| unwritable(&path, &error))?;
        Ok(Self { path, file: BufWriter::new(file), replaces })
    }

    /// Where to write.
    pub(crate) fn file(&mut self) -> &mut dyn Write {
        &mut self.file
    }

    /// Gives the file its name, once it is on the disk; gives its length.
    ///
    /// # Errors
    /// `output_exists`, `output_protected`, `disk_full`, `output_unwritable`: then nothing is left
    /// behind.
    pub(crate) fn place(self) -> Result<u64, Failure> {
        let path = self.path;
        let file = self.file.into_inner().map_err(|error| unwritable(&path, error.error()))?;
        let synced = file.as_file().sync_all().and_then(|()| file.as_file().metadata());
        let bytes = synced.map_err(|error| unwritable(&path, &error))?.len();
        let placed = if self.replaces {
            refuse_replacing(&path)?;
            file.persist(&path)
        } else {
            file.persist_noclobber(&path)
        };
        placed.map_err(|PersistError { error, .. }| unwritable(&path, &error))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        // The name is there; where a folder cannot be synced, nothing more can be done for it.
        let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
        Ok(bytes)
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let problem = match error.kind() {
        ErrorKind::AlreadyExists => Problem::OutputExists,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Problem::DiskFull,
        _ => Problem::OutputUnwritable,
    };
    Failure::new(problem, format!("{}: {}", shown(path), reason(error)))
}
