//! Files, read and written safely: input is bounded; output is whole or absent, and replaces
//! nothing unasked.

use std::fmt::Write as _;
use std::fs::{self, File, Metadata, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use license_core::visible::FORBIDDEN;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::problem::{Failure, Problem};

/// Bytes taken before the first read. Files of keys fit, so no copy of a key is left behind when a
/// buffer grows.
const BUFFER_BYTES: usize = 64 * 1024;

/// Who may read a file that we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Anybody: 0644 less the umask. A file that is replaced keeps its mode.
    Public,
    /// The owner only: 0600, whatever the umask. Such a file is never replaced.
    Secret,
}

/// Returns the content of a file, a device or a pipe; `-` is standard input. Reads at most one byte
/// more than `most`.
///
/// # Errors
/// `input_missing`, `input_directory`, `input_unreadable`; `input_large` above `most` bytes.
pub(crate) fn read(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
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

fn is_dash(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn large(path: &Path, most: usize) -> Failure {
    let place = if is_dash(path) { "standard input".to_owned() } else { shown(path) };
    Failure::new(
        Problem::InputLarge,
        format!("found more than {most} bytes in {place}, expected at most {most}"),
    )
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let place = shown(path);
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Failure::new(
            Problem::InputMissing,
            format!("found nothing at {place}, expected a file"),
        )
        .hint("check the name of the file and its folder"),
        ErrorKind::IsADirectory => {
            Failure::new(Problem::InputDirectory, format!("{place} is a folder, expected a file"))
                .hint("name one file of the folder")
        }
        ErrorKind::PermissionDenied => Failure::new(
            Problem::InputUnreadable,
            format!("{place} cannot be read: permission denied"),
        )
        .hint("`ls -l` shows who may read it"),
        _ => Failure::new(
            Problem::InputUnreadable,
            format!("{place} cannot be read: {}", reason(error)),
        ),
    }
}

/// Returns the path as it may be shown on a terminal: control, direction and invisible characters
/// and bytes that are not UTF-8 are written as escapes.
pub(crate) fn shown(path: &Path) -> String {
    let mut text = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            let code = u32::from(c);
            if FORBIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&code)) {
                text.extend(c.escape_default());
            } else {
                text.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}"); // A String takes all that is written to it.
        }
    }
    text
}

/// Returns what the system says, without its number and in lower case.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn reason(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => return "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => return "the file system is read-only".to_owned(),
        _ => {}
    }
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Where output goes.
enum Target {
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
/// `output_directory`, `output_parent`, `output_exists`, `secret_exists`, `output_unwritable`.
fn target(path: &Path, mode: Mode, overwrite: bool) -> Result<Target, Failure> {
    if is_dash(path)
        || ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
            .iter()
            .any(|stdout| path == Path::new(stdout))
    {
        return Ok(Target::Stdout);
    }
    // What the caller of the command opened: behind its name may stand a file, which is not ours to
    // rename over.
    if path == Path::new("/dev/stderr")
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
    {
        return Ok(Target::Stream);
    }
    match fs::metadata(path) {
        Ok(found) => existing(path, &found, mode, overwrite),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(unwritable(path, &error)),
        Err(_) if path.is_symlink() => Err(Failure::new(
            Problem::OutputUnwritable,
            format!("{} is a link to nothing, expected a file or a free name", shown(path)),
        )),
        Err(_) if folder(path).is_dir() => Ok(Target::New),
        Err(_) => Err(parent_missing(path)),
    }
}

fn existing(path: &Path, found: &Metadata, mode: Mode, overwrite: bool) -> Result<Target, Failure> {
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
    if mode == Mode::Secret || !overwrite {
        return Err(exists(path, mode));
    }
    let file = fs::canonicalize(path).map_err(|error| unwritable(path, &error))?;
    Ok(Target::Replace(file, found.permissions().mode() & 0o777))
}

/// Returns the folder in which the path's last name stands.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn directory(path: &Path) -> Failure {
    Failure::new(
        Problem::OutputDirectory,
        format!("{} is a folder, expected the name of a file", shown(path)),
    )
    .hint("add the file's name")
}

fn parent_missing(path: &Path) -> Failure {
    let parent = shown(folder(path));
    Failure::new(
        Problem::OutputParent,
        format!("found no folder {parent}, expected one to write {} in", shown(path)),
    )
    .hint("make the folder first, with `mkdir -p`")
}

fn exists(path: &Path, mode: Mode) -> Failure {
    let place = shown(path);
    match mode {
        Mode::Secret => Failure::new(
            Problem::SecretExists,
            format!("{place} exists, and a private key is never replaced"),
        )
        .hint("choose another name, or move the old key away"),
        Mode::Public => Failure::new(Problem::OutputExists, format!("{place} exists"))
            .hint("`--force` replaces it"),
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let place = shown(path);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Failure::new(Problem::DiskFull, format!("no space is left for {place}"))
                .hint("make space there, then run the command again")
        }
        ErrorKind::BrokenPipe => Failure::new(
            Problem::OutputClosed,
            format!("the reader of {place} closed it before the end"),
        ),
        ErrorKind::NotFound | ErrorKind::NotADirectory => parent_missing(path),
        ErrorKind::IsADirectory => directory(path),
        _ => Failure::new(
            Problem::OutputUnwritable,
            format!("{place} cannot be written: {}", reason(error)),
        ),
    }
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
/// The bytes go to a temporary name in the same folder, are synced, and are put in place by one
/// operation of the file system: without `overwrite` by one that fails if the name is taken, else
/// by renaming. A link stays, and what it points to is replaced; a link to nothing is refused.
///
/// # Errors
/// `output_exists`, `secret_exists` (whatever `overwrite` says), `output_directory`,
/// `output_parent`, `disk_full`, `output_closed`, `output_unwritable`. Then nothing new is left
/// behind, and an old file stays as it was.
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
/// # Errors
/// As [`write_new`].
pub(crate) fn write_pair(
    secret: (&Path, &[u8]),
    public: (&Path, &[u8]),
    overwrite: bool,
) -> Result<(), Failure> {
    let first = stage(secret.0, secret.1, Mode::Secret, false)?;
    let second = stage(public.0, public.1, Mode::Public, overwrite)?;
    let made = first.place()?;
    let Err(failure) = second.place() else { return Ok(()) };
    if let Some(made) = made {
        // The failure to report is the first one; a key that cannot be removed is a file that can
        // be seen.
        let _ = fs::remove_file(made);
    }
    Err(failure)
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
    let mut made = Vec::new();
    for file in staged {
        match file.place() {
            Ok(new) => made.extend(new),
            Err(failure) => {
                // The failure to report is the first one; a file that cannot be removed can be
                // seen.
                made.iter().for_each(|new| drop(fs::remove_file(new)));
                return Err(failure);
            }
        }
    }
    Ok(())
}

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

/// Returns whether two paths are the same file, or both standard output.
pub(crate) fn same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    one == other
        || identity(one).is_some_and(|identity_of_one| Some(identity_of_one) == identity(other))
}

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
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests;
