//! Logs: whole lines, added at the end.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

use super::stage::sync;
use super::target::{Mode, Target, folder, target, unwritable};
use crate::problem::Failure;

/// Appends a line to a log: all of it, on a line of its own, or nothing. A new log has mode 0640,
/// less the umask.
///
/// Of several writers each waits for the other (flock). A line that an earlier writer left without
/// its end is ended first. What a full disk cuts off is taken back.
///
/// # Errors
/// As [`write_new`]: what is not a file, a pipe or a device is refused, and a link to nothing.
pub(crate) fn append(path: &Path, line: &[u8]) -> Result<(), Failure> {
    let is_new = matches!(target(path, Mode::Public, true)?, Target::New);
    let failure = |error: io::Error| unwritable(path, &error);
    let mut log =
        OpenOptions::new().append(true).create(true).mode(0o640).open(path).map_err(failure)?;
    let found = log.metadata().map_err(failure)?;
    if !found.is_file() {
        return log.write_all(line).map_err(failure);
    }
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

/// Returns whether a file's last byte is no line end; a log that may not be read is taken to be
/// whole.
fn ends_within_a_line(path: &Path, length: u64) -> bool {
    let mut last = [b'\n'];
    let Some(at) = length.checked_sub(1) else { return false };
    File::open(path).and_then(|file| file.read_exact_at(&mut last, at)).is_ok() && last != *b"\n"
}
