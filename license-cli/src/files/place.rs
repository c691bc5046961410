//! New files: without a name until they are whole.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode as Bits, OFlags, linkat, open};
use rustix::io::Errno;

use super::shown::shown;
use super::target::{Mode, exists, unwritable};
use crate::problem::{Failure, Problem};

/// Where the system shows the files that a process has open.
const OPEN_FILES: &str = "/proc/self/fd";

/// A file in this folder that has no name, and is gone when the process ends; `None` where the
/// file system has none (FAT, NFS and most others that are not of this machine), or where it could
/// not be given a name.
pub(super) fn nameless(folder: &Path, mode: u32) -> io::Result<Option<File>> {
    if !Path::new(OPEN_FILES).is_dir() {
        return Ok(None);
    }
    match open(folder, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, Bits::from_raw_mode(mode))
    {
        Ok(file) => Ok(Some(file.into())),
        // The last two are what kernels say that do not know the flag.
        Err(Errno::OPNOTSUPP | Errno::INVAL | Errno::ISDIR | Errno::NOENT) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Gives the file its name: one operation, which fails where anything has the name, a link to
/// nothing included.
pub(super) fn name(file: &File, path: &Path) -> io::Result<()> {
    let opened = format!("{OPEN_FILES}/{}", file.as_raw_fd());
    Ok(linkat(CWD, opened, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// Writes a private key where a file must have its name from the start: a new file, and the key in
/// one write, to be synced. A run that is killed in between leaves an empty file; no part of the
/// key is ever under another name.
pub(super) fn write_named(path: &Path, bytes: &[u8]) -> Result<File, Failure> {
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::WRONLY | OFlags::CLOEXEC;
    let mut file: File = open(path, flags, Bits::from_raw_mode(0o600))
        .map_err(|error| match error {
            Errno::EXIST => exists(path, Mode::Secret),
            other => unwritable(path, &other.into()),
        })?
        .into();
    let written = set_mode(path, &file, 0o600)
        .and_then(|()| file.write_all(bytes).map_err(|error| unwritable(path, &error)));
    match written {
        Ok(()) => Ok(file),
        Err(failure) => {
            // The failure to report is the first one.
            let _ = fs::remove_file(path);
            Err(failure)
        }
    }
}

/// Sets the mode and looks whether the file system kept it: FAT and some network file systems do
/// not.
pub(super) fn set_mode(path: &Path, file: &File, mode: u32) -> Result<(), Failure> {
    let kept = || file.metadata().is_ok_and(|found| found.permissions().mode() & 0o777 == mode);
    if kept() || (file.set_permissions(Permissions::from_mode(mode)).is_ok() && kept()) {
        return Ok(());
    }
    let message = format!("the file system of {} does not keep mode {mode:04o}", shown(path));
    Err(Failure::new(Problem::OutputUnwritable, message)
        .hint("choose a folder on a disk of this machine"))
}
