//! Logs: whole lines, added at the end.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use super::protected::refuse_opened as refuse_writing;
use super::read_only::folder;
use super::stage::sync;
use super::target::{Target, log_target, unwritable};
use crate::problem::Failure;

/// Appends a line to a log: all of it, on a line of its own, or nothing. A new log has mode 0640,
/// less the umask.
///
/// A log that may be written and not read is taken: that is how an audit trail may be kept.
///
/// Of several writers each waits for the other (flock). A line that an earlier writer left without
/// its end is ended first. What a full disk cuts off is taken back.
///
/// # Errors
/// As [`write_new`]: what is not a file, a pipe or a device is refused, a link to nothing, and what
/// holds a private key or a ledger.
pub(crate) fn append(path: &Path, line: &[u8]) -> Result<(), Failure> {
    let is_new = is_new(path)?;
    let failure = |error: io::Error| unwritable(path, &error);
    let mut log =
        OpenOptions::new().append(true).create(true).mode(0o640).open(path).map_err(failure)?;
    let found = log.metadata().map_err(failure)?;
    if !found.is_file() {
        return log.write_all(line).map_err(failure);
    }
    // Another file may have taken the name since it was looked at.
    refuse_writing(path, &log)?;
    log.lock().map_err(failure)?;
    let before = log.metadata().map_err(failure)?.len();
    let end: &[u8] = if ends_within_a_line(path, before) { b"\n" } else { b"" };
    if let Err(error) = log.write_all(&[end, line].concat()).and_then(|()| log.sync_all()) {
        // What cannot be taken back is ended by the next writer.
        log.set_len(before).ok();
        return Err(failure(error));
    }
    if is_new {
        sync(folder(path));
    }
    Ok(())
}

/// Says early that a line cannot be appended: before what it tells is done.
///
/// # Errors
/// As [`append`], as far as it can be known.
pub(crate) fn refuse_log(path: &Path) -> Result<(), Failure> {
    is_new(path).map(drop)
}

fn is_new(path: &Path) -> Result<bool, Failure> {
    match log_target(path)? {
        Target::New => Ok(true),
        Target::Stdout | Target::Stream | Target::Replace(..) => Ok(false),
    }
}

/// Returns whether a file's last byte is no line end; a log that may not be read is taken to be
/// whole.
fn ends_within_a_line(path: &Path, length: u64) -> bool {
    let mut last = [b'\n'];
    let Some(at) = length.checked_sub(1) else { return false };
    File::open(path).and_then(|file| file.read_exact_at(&mut last, at)).is_ok() && last != *b"\n"
}
