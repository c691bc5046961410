//! Where output goes, and why it may not go there.

use std::fs::{self, Metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::protected::{refuse_replacing, refuse_writing};
use super::read_only::{folder, read_only_hint};
use super::shown::{reason, shown};
use crate::problem::{Failure, Problem};

/// Who may read a file that we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Anybody: 0644 less the umask. A file that is replaced keeps its mode.
    Public,
    /// The owner only: 0600, whatever the umask. Only a new file takes it: nothing is replaced, and
    /// no link, pipe or device is followed or written into.
    Secret,
}

pub(super) fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Where output goes.
pub(super) enum Target {
    /// Standard output.
    Stdout,
    /// A pipe, a terminal or another character device: written into, never renamed over.
    Stream,
    /// A file that does not exist yet, in a folder that does.
    New,
    /// A file, its links followed so that they stay, and its mode.
    Replace(PathBuf, u32),
}

/// Returns where output to this path goes.
///
/// # Errors
/// `output_directory`, `output_parent`, `output_exists`, `output_protected`, `secret_exists`,
/// `output_unwritable`.
pub(super) fn target(path: &Path, mode: Mode, overwrite: bool) -> Result<Target, Failure> {
    match mode {
        Mode::Secret => secret(path),
        Mode::Public => public(path, overwrite),
    }
}

/// Whether a private key may be written here: where nothing is, under a name of its own.
fn secret(path: &Path) -> Result<Target, Failure> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Err(directory(path)),
        _ if names_folder(path) => Err(no_name(path)),
        Ok(_) => Err(exists(path, Mode::Secret)),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unwritable(path, &error)),
        Err(_) if folder(path).is_dir() => Ok(Target::New),
        Err(_) => Err(parent_missing(path)),
    }
}

/// Returns where a line of a log goes: as [`target`], and a file that cannot be read is taken.
///
/// # Errors
/// As [`target`], without `output_exists`.
pub(super) fn log_target(path: &Path) -> Result<Target, Failure> {
    if path.is_file() {
        refuse_writing(path)?;
        return Ok(Target::Stream);
    }
    public(path, true)
}

fn public(path: &Path, overwrite: bool) -> Result<Target, Failure> {
    if is_dash(path)
        || ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
            .iter()
            .any(|stdout| path == Path::new(stdout))
    {
        refuse_writing(Path::new("/dev/stdout"))?;
        return Ok(Target::Stdout);
    }
    if is_opened_by_caller(path) {
        refuse_writing(path)?;
        return Ok(Target::Stream);
    }
    match fs::metadata(path) {
        Ok(found) => existing(path, &found, overwrite),
        Err(_) if names_folder(path) => Err(no_name(path)),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unwritable(path, &error)),
        Err(_) if path.is_symlink() => Err(Failure::new(
            Problem::OutputUnwritable,
            format!("{} is a link to nothing, expected a file or a free name", shown(path)),
        )),
        Err(_) if folder(path).is_dir() => refuse_writing(path).map(|()| Target::New),
        Err(_) => Err(parent_missing(path)),
    }
}

/// Whether the name is of what the caller of the command opened: behind it may stand a file, which
/// is not ours to rename over.
pub(super) fn is_opened_by_caller(path: &Path) -> bool {
    path == Path::new("/dev/stderr")
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

fn existing(path: &Path, found: &Metadata, overwrite: bool) -> Result<Target, Failure> {
    let kind = found.file_type();
    if kind.is_dir() {
        return Err(directory(path));
    }
    if kind.is_fifo() || kind.is_char_device() {
        return Ok(Target::Stream);
    }
    if !kind.is_file() {
        return Err(Failure::new(
            Problem::OutputUnwritable,
            format!("{} is a block device or a socket, expected a file", shown(path)),
        ));
    }
    refuse_replacing(path)?;
    if !overwrite {
        return Err(exists(path, Mode::Public));
    }
    let file = fs::canonicalize(path).map_err(|error| unwritable(path, &error))?;
    Ok(Target::Replace(file, found.permissions().mode() & 0o777))
}

fn directory(path: &Path) -> Failure {
    Failure::new(
        Problem::OutputDirectory,
        format!("{} is a folder, expected the name of a file", shown(path)),
    )
}

/// Whether the path ends as that of a folder does.
fn names_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

fn no_name(path: &Path) -> Failure {
    let message = format!("{} names a folder, expected the name of a file", shown(path));
    Failure::new(Problem::OutputDirectory, message)
}

fn parent_missing(path: &Path) -> Failure {
    let parent = shown(folder(path));
    Failure::new(
        Problem::OutputParent,
        format!("found no folder {parent}, expected one to write {} in", shown(path)),
    )
}

pub(super) fn exists(path: &Path, mode: Mode) -> Failure {
    match mode {
        Mode::Secret => secret_exists(path),
        Mode::Public => Failure::new(Problem::OutputExists, format!("{} exists", shown(path))),
    }
}

fn secret_exists(path: &Path) -> Failure {
    let place = shown(path);
    let failure = |found: String| Failure::new(Problem::SecretExists, found);
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => failure(format!(
            "{place} is a link, a pipe or a device, expected a free name: a private key goes into \
             a new file only"
        ))
        .hint("`ls -l` shows what it is; choose another name, or remove it"),
        Ok(found) if found.len() == 0 => failure(format!(
            "{place} exists and is empty, expected a free name: a private key goes into a new \
             file only"
        ))
        .hint("a run that was cut off may have left it; remove it, or choose another name"),
        _ => failure(format!("{place} exists, and a private key is never replaced")),
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
pub(super) fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let place = shown(path);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Failure::new(Problem::DiskFull, format!("no space is left for {place}"))
        }
        ErrorKind::BrokenPipe => Failure::new(
            Problem::OutputClosed,
            format!("the reader of {place} closed it before the end"),
        ),
        ErrorKind::NotFound | ErrorKind::NotADirectory => parent_missing(path),
        ErrorKind::IsADirectory => directory(path),
        ErrorKind::ReadOnlyFilesystem => Failure::new(
            Problem::OutputUnwritable,
            format!("{place} cannot be written: {}", reason(error)),
        )
        .hint(read_only_hint(path)),
        _ => Failure::new(
            Problem::OutputUnwritable,
            format!("{place} cannot be written: {}", reason(error)),
        ),
    }
}
