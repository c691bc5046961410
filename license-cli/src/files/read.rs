//! Input: bounded, and named where it cannot be read.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::protected::is_private_key;
use super::shown::{reason, shown};
use super::target::is_dash;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Bytes taken before the first read. Files of keys fit, so no copy of a key is left behind when a
/// buffer grows.
const BUFFER_BYTES: usize = 64 * 1024;

/// Returns the content of a file, a device or a pipe; `-` is standard input. Reads at most one byte
/// more than `most`. A private key is never taken for something else: an error might repeat it.
///
/// # Errors
/// `input_missing`, `input_directory`, `input_unreadable`; `input_large` above `most` bytes;
/// `key_private`.
pub(crate) fn read(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Zeroizing::new(read_any(path, most)?);
    if is_private_key(&bytes) {
        let found = format!("{} holds a private key, expected another file", named(path));
        return Err(Failure::new(Problem::KeyPrivate, found).hint(
            "look which file was given; never send it: `airlock key show FILE` shows whose",
        ));
    }
    Ok(std::mem::take(&mut *bytes))
}

/// The same for a reader that repeats nothing of a private key.
///
/// # Errors
/// As [`read`], without `key_private`.
pub(crate) fn read_any(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(most.saturating_add(1).min(BUFFER_BYTES));
    let bounded = open(path)?.take((most as u64).saturating_add(1)).read_to_end(&mut bytes);
    bounded.map_err(|error| unreadable(path, &error))?;
    if bytes.len() > most { Err(large(path, most)) } else { Ok(bytes) }
}

/// Returns the first bytes of a file: enough to see what it is. Standard input was read, and has
/// none.
pub(crate) fn start(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.is_file() {
        File::open(path).ok()?.take(512).read_to_end(&mut bytes).ok()?;
    }
    Some(bytes)
}

/// Returns the first line without its end (LF or CRLF); `-` is standard input, of which the rest
/// stays unread.
///
/// # Errors
/// As [`read`]; `most` bounds the line.
pub(crate) fn first_line(path: &Path, most: usize) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut line = Zeroizing::new(Vec::with_capacity(most.saturating_add(2)));
    #[expect(
        clippy::unbuffered_bytes,
        reason = "a buffer would keep a copy of the passphrase, and take the next line"
    )]
    for byte in open(path)?.bytes() {
        match byte.map_err(|error| unreadable(path, &error))? {
            b'\n' => {
                line.pop_if(|last| *last == b'\r');
                break;
            }
            byte => line.push(byte),
        }
        if line.len() > most.saturating_add(1) {
            break;
        }
    }
    if line.len() > most { Err(large(path, most)) } else { Ok(line) }
}

fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if is_dash(path) {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(Box::new(file))
}

fn named(path: &Path) -> String {
    if is_dash(path) { "standard input".to_owned() } else { shown(path) }
}

fn large(path: &Path, most: usize) -> Failure {
    Failure::new(
        Problem::InputLarge,
        format!("found more than {} in {}, expected no more", counted(most, "byte"), named(path)),
    )
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let place = shown(path);
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Failure::new(
            Problem::InputMissing,
            format!("found nothing at {place}, expected a file"),
        ),
        ErrorKind::IsADirectory => {
            Failure::new(Problem::InputDirectory, format!("{place} is a folder, expected a file"))
        }
        ErrorKind::PermissionDenied => Failure::new(
            Problem::InputUnreadable,
            format!("{place} cannot be read: permission denied"),
        ),
        _ => Failure::new(
            Problem::InputUnreadable,
            format!("{place} cannot be read: {}", reason(error)),
        ),
    }
}
