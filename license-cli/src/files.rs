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
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::process::Command;
    use std::thread;
    use std::time::{Duration, Instant};

    use tempfile::TempDir;

    use super::*;

    fn dir() -> TempDir {
        tempfile::tempdir().unwrap()
    }

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn fifo(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    /// Runs one ignored test of this file in a process of its own, under another command.
    fn run_child(wrapper: &[&str], test: &str) -> std::process::Output {
        let (program, arguments) = wrapper.split_first().unwrap();
        Command::new(program)
            .args(arguments)
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .output()
            .unwrap_or_else(|error| panic!("this test needs the command `{program}`: {error}"))
    }

    #[test]
    fn reads_up_to_the_limit() {
        let dir = dir();
        let path = dir.path().join("a");
        fs::write(&path, [7; 100]).unwrap();
        assert_eq!(read(&path, 100).unwrap(), [7; 100]);
        let failure = read(&path, 99).unwrap_err();
        assert_eq!(failure.problem.name(), "input_large");
        assert!(failure.message.contains("99"), "{failure}");
        fs::write(&path, []).unwrap();
        assert!(read(&path, 0).unwrap().is_empty());
    }

    #[test]
    fn large_and_endless_input_is_refused_quickly() {
        let dir = dir();
        let path = dir.path().join("sparse");
        File::create(&path).unwrap().set_len(1 << 30).unwrap();
        let start = Instant::now();
        for endless in [path.as_path(), Path::new("/dev/zero")] {
            assert_eq!(read(endless, 1000).unwrap_err().problem.name(), "input_large");
            assert_eq!(first_line(endless, 1000).unwrap_err().problem.name(), "input_large");
        }
        assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    }

    #[test]
    fn a_pipe_is_read() {
        let dir = dir();
        let path = dir.path().join("pipe");
        fifo(&path);
        let writer = thread::spawn({
            let path = path.clone();
            move || fs::write(path, "through the pipe").unwrap()
        });
        assert_eq!(read(&path, 100).unwrap(), b"through the pipe");
        writer.join().unwrap();
    }

    #[test]
    fn input_that_cannot_be_read_says_why() {
        let dir = dir();
        let file = dir.path().join("file");
        fs::write(&file, "x").unwrap();
        let link = dir.path().join("loop");
        symlink(&link, &link).unwrap();
        for (path, code) in [
            (dir.path().join("missing"), "input_missing"),
            (file.join("below"), "input_missing"),
            (dir.path().to_owned(), "input_directory"),
            (link, "input_unreadable"),
            (PathBuf::new(), "input_missing"),
        ] {
            let failure = read(&path, 10).unwrap_err();
            assert_eq!(failure.problem.name(), code, "{failure}");
            assert_eq!(failure.exit, crate::problem::Exit::Failed);
            assert!(!failure.message.contains("os error"), "{failure}");
        }
    }

    #[test]
    fn first_lines_lose_their_end_only() {
        let dir = dir();
        let path = dir.path().join("line");
        for (content, line) in [
            ("secret", "secret"),
            ("secret\n", "secret"),
            ("secret\r\nmore", "secret"),
            (" secret \r\r\n", " secret \r"),
            ("secret\r", "secret\r"),
            ("\nsecret", ""),
            ("", ""),
        ] {
            fs::write(&path, content).unwrap();
            assert_eq!(first_line(&path, 10).unwrap().as_slice(), line.as_bytes(), "{content:?}");
        }
        for (content, fits) in [
            ("0123456789\r\n", true),
            ("0123456789", true),
            ("0123456789a\n", false),
            ("0123456789ab", false),
        ] {
            fs::write(&path, content).unwrap();
            assert_eq!(first_line(&path, 10).is_ok(), fits, "{content:?}");
        }
    }

    #[test]
    fn paths_are_shown_without_control_characters() {
        for (path, text) in [
            (&b"plain/name.txt"[..], "plain/name.txt"),
            ("Søren Å".as_bytes(), "Søren Å"),
            (b"\x1b[31mred\n", "\\u{1b}[31mred\\n"),
            ("a\u{202e}b".as_bytes(), "a\\u{202e}b"),
            (b"\xff\xfe", "\\xff\\xfe"),
        ] {
            assert_eq!(shown(Path::new(OsStr::from_bytes(path))), text);
        }
    }

    #[test]
    fn a_new_file_is_written_whole_and_alone() {
        let dir = dir();
        for (name, of, bits) in [("public", Mode::Public, 0o644), ("secret", Mode::Secret, 0o600)] {
            let path = dir.path().join(name);
            write_new(&path, b"content", of, false).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"content");
            assert_eq!(mode(&path) & !bits, 0, "{:o}", mode(&path));
        }
        assert_eq!(mode(&dir.path().join("secret")), 0o600);
        assert_eq!(names(dir.path()), ["public", "secret"]);
    }

    #[test]
    fn modes_follow_the_umask_but_for_secrets() {
        let dir = dir();
        for umask in ["000", "077", "777"] {
            let script =
                format!("export FOLDER={}; umask {umask}; \"$0\" \"$@\"", dir.path().display());
            let output = run_child(&["sh", "-c", &script], "files::tests::child_checks_modes");
            assert!(
                output.status.success(),
                "{umask}: {}",
                String::from_utf8_lossy(&output.stdout)
            );
        }
    }

    #[test]
    #[ignore = "run by modes_follow_the_umask_but_for_secrets"]
    fn child_checks_modes() {
        let shell = Command::new("sh").args(["-c", "umask"]).output().unwrap();
        let umask =
            u32::from_str_radix(String::from_utf8(shell.stdout).unwrap().trim(), 8).unwrap();
        let Some(dir) = std::env::var_os("FOLDER").map(PathBuf::from) else { return };
        let (public, secret) =
            (dir.join(format!("modes-{umask:o}.pub")), dir.join(format!("modes-{umask:o}.key")));
        write_new(&public, b"x", Mode::Public, false).unwrap();
        write_new(&secret, b"x", Mode::Secret, false).unwrap();
        assert_eq!((mode(&public), mode(&secret)), (0o644 & !umask, 0o600));
    }

    #[test]
    fn a_file_is_replaced_only_when_asked_and_keeps_its_mode() {
        let dir = dir();
        let path = dir.path().join("a");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let failure = write_new(&path, b"new", Mode::Public, false).unwrap_err();
        assert_eq!(
            (failure.problem.name(), failure.hint.as_deref()),
            ("output_exists", Some("`--force` replaces it"))
        );
        assert_eq!(refuse_existing(&path, false).unwrap_err().problem.name(), "output_exists");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        refuse_existing(&path, true).unwrap();
        write_new(&path, b"new", Mode::Public, true).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), mode(&path)), (&b"new"[..], 0o640));
        assert_eq!(names(dir.path()), ["a"]);
    }

    #[test]
    fn a_secret_is_never_replaced() {
        let dir = dir();
        let path = dir.path().join("key");
        fs::write(&path, "old").unwrap();
        for overwrite in [false, true] {
            let failure = write_new(&path, b"new", Mode::Secret, overwrite).unwrap_err();
            assert_eq!(failure.problem.name(), "secret_exists");
            assert!(!failure.hint.unwrap().contains("--force"));
        }
        assert_eq!(refuse_existing_secret(&path).unwrap_err().problem.name(), "secret_exists");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(dir.path()), ["key"]);
    }

    // The name is taken after the first look at it: what `stage` found free, `place` must not
    // replace.
    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() {
        let dir = dir();
        for (of, code) in [(Mode::Public, "output_exists"), (Mode::Secret, "secret_exists")] {
            let path = dir.path().join(code);
            let staged = stage(&path, b"new", of, false).unwrap();
            fs::write(&path, "other").unwrap();
            assert_eq!(staged.place().unwrap_err().problem.name(), code);
            assert_eq!(fs::read(&path).unwrap(), b"other");
        }
        assert_eq!(names(dir.path()), ["output_exists", "secret_exists"]);
    }

    #[test]
    fn many_writers_of_one_name_leave_one_winner() {
        let dir = dir();
        let path = dir.path().join("a");
        let won: Vec<bool> = thread::scope(|scope| {
            let writers: Vec<_> = (0..16u8)
                .map(|n| {
                    let path = &path;
                    scope.spawn(move || write_new(path, &[n; 4096], Mode::Public, false).is_ok())
                })
                .collect();
            writers.into_iter().map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1);
        let winner = u8::try_from(won.iter().position(|won| *won).unwrap()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [winner; 4096]);
        assert_eq!(names(dir.path()), ["a"]);
    }

    #[test]
    fn folders_that_are_in_the_way_or_missing_are_named() {
        let dir = dir();
        let file = dir.path().join("file");
        fs::write(&file, "x").unwrap();
        for (path, code) in [
            (dir.path().to_owned(), "output_directory"),
            (PathBuf::from(".."), "output_directory"),
            (PathBuf::from("/"), "output_directory"),
            (dir.path().join("missing/a"), "output_parent"),
            (file.join("a"), "output_parent"),
        ] {
            for overwrite in [false, true] {
                assert_eq!(
                    write_new(&path, b"x", Mode::Public, overwrite).unwrap_err().problem.name(),
                    code,
                    "{path:?}"
                );
                assert_eq!(
                    refuse_existing(&path, overwrite).unwrap_err().problem.name(),
                    code,
                    "{path:?}"
                );
            }
        }
        assert!(write_new(&dir.path().join("missing/"), b"x", Mode::Public, false).is_err());
        assert_eq!(names(dir.path()), ["file"]);
    }

    #[test]
    fn links_stay_and_their_file_is_replaced() {
        let dir = dir();
        let (real, link, dangling) =
            (dir.path().join("sub/real"), dir.path().join("link"), dir.path().join("dangling"));
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(&real, "old").unwrap();
        symlink("sub/real", &link).unwrap();
        symlink("nowhere", &dangling).unwrap();
        assert_eq!(
            write_new(&link, b"new", Mode::Public, false).unwrap_err().problem.name(),
            "output_exists"
        );
        assert_eq!(
            write_new(&link, b"new", Mode::Secret, true).unwrap_err().problem.name(),
            "secret_exists"
        );
        write_new(&link, b"new", Mode::Public, true).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        for overwrite in [false, true] {
            assert_eq!(
                write_new(&dangling, b"new", Mode::Public, overwrite).unwrap_err().problem.name(),
                "output_unwritable"
            );
        }
        assert_eq!(names(dir.path()), ["dangling", "link", "sub"]);
        assert_eq!(names(&dir.path().join("sub")), ["real"]);
    }

    #[test]
    fn pipes_and_devices_are_written_into() {
        let dir = dir();
        let path = dir.path().join("pipe");
        fifo(&path);
        let reader = thread::spawn({
            let path = path.clone();
            move || fs::read(path).unwrap()
        });
        write_new(&path, b"content", Mode::Secret, false).unwrap();
        assert_eq!(reader.join().unwrap(), b"content");
        assert!(fs::metadata(&path).unwrap().file_type().is_fifo());
        write_new(Path::new("/dev/null"), b"content", Mode::Public, true).unwrap();
        assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
        assert_eq!(
            write_new(Path::new("/dev/full"), b"content", Mode::Public, true)
                .unwrap_err()
                .problem
                .name(),
            "disk_full"
        );
    }

    #[test]
    fn standard_output_is_written_under_each_of_its_names() {
        let output = run_child(&["env", "TOLD=1"], "files::tests::child_writes_standard_output");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        assert_eq!(text.matches("content").count(), 3, "{text}");
    }

    #[test]
    #[ignore = "run by standard_output_is_written_under_each_of_its_names"]
    fn child_writes_standard_output() {
        if std::env::var_os("TOLD").is_some() {
            for path in ["-", "/dev/stdout", "/dev/fd/1"] {
                write_new(Path::new(path), b"content\n", Mode::Public, false).unwrap();
            }
        }
    }

    #[test]
    fn a_reader_that_leaves_is_noticed() {
        let dir = dir();
        let path = dir.path().join("pipe");
        fifo(&path);
        let reader = thread::spawn({
            let path = path.clone();
            move || drop(File::open(path).unwrap())
        });
        // More than a pipe holds, so that the writer is still there when the reader leaves.
        assert_eq!(
            write_new(&path, &vec![1; 1 << 20], Mode::Public, false).unwrap_err().problem.name(),
            "output_closed"
        );
        reader.join().unwrap();
    }

    // In a mount namespace of its own, so that the small disk goes with the process. Never skipped:
    // if namespaces are not allowed here, this fails and says so.
    #[test]
    fn a_full_disk_leaves_the_old_file_and_nothing_else() {
        let me = Command::new("id").arg("-u").output().unwrap();
        let flags = if me.stdout == b"0\n" { "-m" } else { "-rm" };
        let output =
            run_child(&["unshare", flags, "env", "FILL=1"], "files::tests::child_fills_a_disk");
        assert!(
            output.status.success(),
            "(needs `unshare {flags}` and a tmpfs) {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    #[test]
    #[ignore = "run by a_full_disk_leaves_the_old_file_and_nothing_else"]
    fn child_fills_a_disk() {
        if std::env::var_os("FILL").is_none() {
            return;
        }
        let dir = dir();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "none"])
            .arg(dir.path())
            .status()
            .unwrap();
        assert!(mounted.success(), "cannot mount a tmpfs of 64 KiB");
        let (old, new) = (dir.path().join("old"), dir.path().join("new"));
        fs::write(&old, "old").unwrap();
        for (path, of, overwrite) in
            [(&old, Mode::Public, true), (&new, Mode::Public, false), (&new, Mode::Secret, false)]
        {
            let failure = write_new(path, &vec![1; 100_000], of, overwrite).unwrap_err();
            assert_eq!(failure.problem.name(), "disk_full", "{failure}");
            assert_eq!(names(dir.path()), ["old"]);
        }
        let failure =
            write_pair((&new, b"key"), (&dir.path().join("pub"), &vec![1; 100_000]), false)
                .unwrap_err();
        assert_eq!(failure.problem.name(), "disk_full");
        assert_eq!(names(dir.path()), ["old"]);
        assert_eq!(fs::read(&old).unwrap(), b"old");
        assert!(Command::new("umount").arg(dir.path()).status().unwrap().success());
    }

    #[test]
    fn several_files_are_written_all_or_none() {
        let dir = dir();
        let (a, b, missing) =
            (dir.path().join("a"), dir.path().join("b"), dir.path().join("missing/c"));
        assert_eq!(
            write_all(&[(&a, b"1"), (&missing, b"2")], false).unwrap_err().problem.name(),
            "output_parent"
        );
        // The same name twice: free when it was looked at, taken when the second is put in place.
        assert_eq!(
            write_all(&[(&b, b"1"), (&a, b"2"), (&a, b"3")], false).unwrap_err().problem.name(),
            "output_exists"
        );
        assert_eq!(names(dir.path()), Vec::<String>::new());
        write_all(&[(&a, b"1"), (&b, b"2")], false).unwrap();
        assert_eq!((fs::read(&a).unwrap(), fs::read(&b).unwrap()), (b"1".to_vec(), b"2".to_vec()));
        write_all(&[(&a, b"3"), (&b, b"4")], true).unwrap();
        assert_eq!((fs::read(&a).unwrap(), fs::read(&b).unwrap()), (b"3".to_vec(), b"4".to_vec()));
        write_all(&[], false).unwrap();
    }

    #[test]
    fn a_pair_is_written_whole_or_not_at_all() {
        let dir = dir();
        let (key, public) = (dir.path().join("key"), dir.path().join("key.pub"));
        fs::write(&public, "old").unwrap();
        assert_eq!(
            write_pair((&key, b"k"), (&public, b"p"), false).unwrap_err().problem.name(),
            "output_exists"
        );
        assert_eq!(
            write_pair((&key, b"k"), (&dir.path().join("missing/p"), b"p"), false)
                .unwrap_err()
                .problem
                .name(),
            "output_parent"
        );
        assert_eq!(
            write_pair((&key, b"k"), (&key, b"p"), false).unwrap_err().problem.name(),
            "output_exists"
        );
        assert_eq!(
            write_pair((&key, b"k"), (Path::new("/dev/full"), b"p"), false)
                .unwrap_err()
                .problem
                .name(),
            "disk_full"
        );
        assert_eq!(names(dir.path()), ["key.pub"]);
        write_pair((&key, b"k"), (&public, b"p"), true).unwrap();
        assert_eq!((mode(&key), fs::read(&public).unwrap().as_slice()), (0o600, &b"p"[..]));
        assert_eq!(
            write_pair((&key, b"k2"), (&public, b"p2"), true).unwrap_err().problem.name(),
            "secret_exists"
        );
        assert_eq!(
            (fs::read(&key).unwrap().as_slice(), fs::read(&public).unwrap().as_slice()),
            (&b"k"[..], &b"p"[..])
        );
        assert_eq!(names(dir.path()), ["key", "key.pub"]);
    }
}
