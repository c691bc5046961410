//! Input: bounded, and named where it cannot be read.

use std::fs::{File, FileType};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use zeroize::Zeroizing;

use super::protected::is_private_key;
use super::shown::{reason, shown};
use super::target::{is_dash, is_opened_by_caller};
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
    bounded(path, open(path)?, most)
}

fn bounded(path: &Path, from: impl Read, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::with_capacity(most.saturating_add(1).min(BUFFER_BYTES));
    let read = from.take((most as u64).saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(&shown(path), &error))?;
    if bytes.len() > most { Err(large(&named(path), most)) } else { Ok(bytes) }
}

/// The same for a file that holds a key: nothing but a file is waited for, so that a pipe that was
/// put in its place does not stop the command. What the caller of the command opened, and standard
/// input, is read whatever it is.
///
/// # Errors
/// As [`read_any`]; `input_unreadable` for a pipe, a socket or a device.
pub(crate) fn read_key(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    if is_dash(path) || is_opened_by_caller(path) || path == Path::new("/dev/stdin") {
        return read_any(path, most);
    }
    bounded(path, open_now(path)?, most)
}

/// Reads all of a file that is one.
pub(super) fn whole(path: &Path) -> Result<Vec<u8>, Failure> {
    bounded(path, open_now(path)?, usize::MAX)
}

/// A file, opened without waiting: of a pipe that nobody writes into, the system would wait for the
/// writer. What was opened is looked at, since another file may have taken the name before.
fn open_now(path: &Path) -> Result<File, Failure> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let failure = |error: io::Error| unreadable(&shown(path), &error);
    let opened = rustix::fs::open(path, flags, Mode::empty());
    // What a socket, and a device without its driver, answer.
    let opened = opened.map_err(|error| match error {
        Errno::NXIO => no_file(path, "a socket or a device"),
        other => failure(other.into()),
    });
    let file = File::from(opened?);
    let kind = file.metadata().map_err(failure)?.file_type();
    match kind.is_file() || kind.is_dir() {
        true => Ok(file),
        false => Err(no_file(path, kind_name(kind))),
    }
}

fn no_file(path: &Path, what: &str) -> Failure {
    let message = format!("{} is {what}, expected a file", shown(path));
    Failure::new(Problem::InputUnreadable, message)
        .hint("`ls -l` shows what stands there; a key is read from a file, or from `<(COMMAND)`")
}

/// What something is called that is no file.
pub(crate) fn kind_name(kind: FileType) -> &'static str {
    let kinds = [
        (kind.is_dir(), "a folder"),
        (kind.is_fifo(), "a pipe"),
        (kind.is_socket(), "a socket"),
        (kind.is_file(), "a file"),
    ];
    kinds.iter().find(|(is, _)| *is).map_or("a device", |(_, name)| name)
}

/// Returns the first bytes of a file: enough to see what it is. Standard input was read, and has
/// none.
pub(crate) fn start(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    if path.is_file() {
        open_now(path).ok()?.take(512).read_to_end(&mut bytes).ok()?;
    }
    Some(bytes)
}

/// Returns the first line without its end (LF or CRLF); `-` is standard input, of which the rest
/// stays unread. An error calls the file so: its name may be the secret itself, typed in its place.
///
/// # Errors
/// As [`read`]; `most` bounds the line.
pub(crate) fn first_line(
    path: &Path,
    called: &str,
    most: usize,
) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let from: Box<dyn Read> = if is_dash(path) {
        Box::new(io::stdin().lock())
    } else {
        Box::new(opened_as(path, called)?)
    };
    let mut line = Zeroizing::new(Vec::with_capacity(most.saturating_add(2)));
    #[expect(
        clippy::unbuffered_bytes,
        reason = "a buffer would keep a copy of the passphrase, and take the next line"
    )]
    for byte in from.bytes() {
        line.push(byte.map_err(|error| unreadable(called, &error))?);
        if take_end(&mut line) || line.len() > most.saturating_add(1) {
            break;
        }
    }
    if line.len() > most { Err(large(called, most)) } else { Ok(line) }
}

/// Takes the end off a line that has come to it. In UTF-16, which the mark of the byte order shows,
/// each letter is two bytes, and the byte of an end may be half of another letter.
fn take_end(line: &mut Vec<u8>) -> bool {
    let ends: [&[u8]; 2] = match line.get(..2) {
        Some([0xff, 0xfe]) => [b"\n\0", b"\r\0"],
        Some([0xfe, 0xff]) => [b"\0\n", b"\0\r"],
        _ => [b"\n", b"\r"],
    };
    let [feed, back] = ends;
    if !line.len().is_multiple_of(feed.len()) || !line.ends_with(feed) {
        return false;
    }
    line.truncate(line.len() - feed.len());
    if line.ends_with(back) {
        line.truncate(line.len() - back.len());
    }
    true
}

fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if is_dash(path) {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(opened(path)?))
}

/// A file, opened: for a reader that has its own bounds.
///
/// # Errors
/// `input_missing`, `input_directory`, `input_unreadable`.
pub(crate) fn opened(path: &Path) -> Result<File, Failure> {
    opened_as(path, &shown(path))
}

fn opened_as(path: &Path, called: &str) -> Result<File, Failure> {
    let file = File::open(path).map_err(|error| unreadable(called, &error))?;
    if file.metadata().is_ok_and(|found| found.is_dir()) {
        return Err(unreadable(called, &ErrorKind::IsADirectory.into()));
    }
    Ok(file)
}

fn named(path: &Path) -> String {
    if is_dash(path) { "standard input".to_owned() } else { shown(path) }
}

fn large(place: &str, most: usize) -> Failure {
    Failure::new(
        Problem::InputLarge,
        format!("found more than {} in {place}, expected no more", counted(most, "byte")),
    )
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn unreadable(place: &str, error: &io::Error) -> Failure {
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
