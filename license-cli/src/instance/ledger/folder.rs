//! The instance's folder: made beside its place and renamed into it, so that a kill leaves either
//! nothing or all of it.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, Metadata, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::names::{KEY, LEDGER, PUBLIC};
use super::{copy, failure, kinds};
use crate::files::{self, Staged, Want, shown};
use crate::problem::{Failure, Problem};

/// Where a new instance goes.
pub(super) struct Place {
    /// The folder in which it will stand.
    parent: PathBuf,
    name: OsString,
}

impl Place {
    /// Returns the place of a new instance: a free name, or an empty folder, in a folder that is
    /// there.
    ///
    /// # Errors
    /// `instance_exists`; `instance_folder` for a folder that is in use; `output_parent`;
    /// `instance_unwritable`.
    pub(super) fn of(dir: &Path) -> Result<Self, Failure> {
        match fs::metadata(dir) {
            Ok(found) if found.is_dir() => Self::empty(dir),
            Ok(found) => Err(taken(format!(
                "{} is {}, expected a free name or an empty folder",
                shown(dir),
                files::kind_name(found.file_type())
            ))),
            Err(error) if error.kind() == ErrorKind::NotFound && dir.is_symlink() => {
                Err(taken(format!(
                    "{} is a link to nothing, expected a free name or an empty folder",
                    shown(dir)
                )))
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Self::free(dir)
            }
            Err(error) => Err(unwritable(dir, &error)),
        }
    }

    fn empty(dir: &Path) -> Result<Self, Failure> {
        let failure = |error: io::Error| unwritable(dir, &error);
        let entries =
            fs::read_dir(dir).map_err(failure)?.map(|entry| entry.map(|entry| entry.file_name()));
        let names = entries.collect::<io::Result<Vec<OsString>>>().map_err(failure)?;
        let holds = |ours: &str| names.iter().any(|name| name == ours);
        if holds(KEY) && !holds(LEDGER) {
            return Err(ledger_lost(Problem::InstanceExists, dir));
        }
        if holds(KEY) || holds(LEDGER) {
            let message = format!("{} holds an instance", shown(dir));
            let failure = Failure::new(Problem::InstanceExists, message);
            return Err(if holds(KEY) { failure } else { key_lost(failure) });
        }
        if let Some(name) = names.first() {
            return Err(taken(format!(
                "{} holds {}, expected a free name or an empty folder",
                shown(dir),
                shown(Path::new(name))
            )));
        }
        let real = fs::canonicalize(dir).map_err(failure)?;
        if std::env::current_dir().and_then(fs::canonicalize).is_ok_and(|current| current == real) {
            let message = format!(
                "{} is the current folder, which would be replaced under the shell",
                shown(&real)
            );
            return Err(Failure::new(Problem::InstanceFolder, message)
                .hint("change to the folder above it, and give its name"));
        }
        Self::free(&real)
    }

    fn free(dir: &Path) -> Result<Self, Failure> {
        let parent = dir
            .parent()
            .map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent });
        match (parent, dir.file_name()) {
            (Some(parent), Some(name)) if parent.is_dir() => {
                Ok(Self { parent: parent.to_owned(), name: name.to_owned() })
            }
            (parent, _) => {
                let missing = shown(parent.unwrap_or(dir));
                let message =
                    format!("found no folder {missing}, expected one to make {} in", shown(dir));
                Err(Failure::new(Problem::OutputParent, message))
            }
        }
    }

    /// The place of a file in a folder that is there.
    pub(super) fn within(folder: &Path, name: &str) -> Self {
        Self { parent: folder.to_owned(), name: name.into() }
    }

    fn path(&self) -> PathBuf {
        self.parent.join(&self.name)
    }
}

fn taken(message: String) -> Failure {
    Failure::new(Problem::InstanceFolder, message)
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let place = shown(path);
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Failure::new(Problem::DiskFull, format!("no space is left for {place}"))
        }
        kind => {
            let reason = files::reason(error);
            let message = format!("{place} cannot be made: {reason}");
            let hint = if kind == ErrorKind::ReadOnlyFilesystem {
                files::read_only_hint(path)
            } else {
                "`ls -ld` shows who may write in the folder above it; or choose another place"
                    .to_owned()
            };
            Failure::new(Problem::InstanceUnwritable, message).hint(hint)
        }
    }
}

/// The folder in which an instance is made. It goes when this is dropped, unless it was put in
/// place.
pub(super) struct Workshop {
    place: Place,
    path: PathBuf,
    /// Locked while we work in it, so that what is left of a killed process is known from what a
    /// living one makes.
    _lock: File,
    /// Whether a killed process had left something here.
    swept: bool,
    placed: bool,
}

impl Workshop {
    /// Returns an empty folder of mode 0700 beside the place. What a killed process has left there
    /// is removed, if it is our user's, in no process's hands, and nothing else is in it.
    ///
    /// # Errors
    /// `instance_leftover` naming what is in the way; `ledger_busy` while another process makes the
    /// same instance; `instance_unwritable`, `disk_full`.
    pub(super) fn open(place: Place) -> Result<Self, Failure> {
        let mut name = OsString::from(".");
        name.push(&place.name);
        name.push(".airlock-new");
        let path = place.parent.join(name);
        let fresh = match DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => true,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            Err(error) => return Err(unwritable(&place.path(), &error)),
        };
        check_ours(&place.parent, &path)?;
        let failure = |error: io::Error| unwritable(&path, &error);
        // The umask may have taken more.
        fs::set_permissions(&path, Permissions::from_mode(0o700)).map_err(failure)?;
        let lock = lock(&path, fresh)?;
        let swept = sweep(&path)?;
        Ok(Self { place, path, _lock: lock, swept, placed: false })
    }

    /// The folder, where a killed process had left something in it that was cleared away.
    pub(super) fn cleared(&self) -> Option<PathBuf> {
        self.swept.then(|| self.path.clone())
    }

    /// Returns the folder's path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the folder in place, with this private key: one operation of the file system, which
    /// replaces nothing but an empty folder.
    ///
    /// The key, until then a file without a name, gets one right before the folder does, and
    /// nothing that takes time stands between the two: a run that is killed leaves no key in a
    /// hidden folder.
    ///
    /// # Errors
    /// `instance_exists`, `instance_folder` if the place was taken meanwhile or is a mount point;
    /// `instance_unwritable`.
    pub(super) fn put_in_place(mut self, key: Staged) -> Result<(), Failure> {
        let to = self.place.path();
        sync(&self.path).map_err(|error| unwritable(&self.path, &error))?;
        let named = key.name()?;
        fs::rename(&self.path, &to).map_err(|error| not_placed(&to, &error))?;
        self.placed = true;
        // It is there and whole either way, so there is nothing to take back.
        let _ = named.as_ref().map(File::sync_all);
        let _ = sync(&to).and_then(|()| sync(&self.place.parent));
        Ok(())
    }
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn not_placed(to: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            Place::of(to).err().unwrap_or_else(|| unwritable(to, error))
        }
        ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => {
            taken(format!("{} is a mount point, which cannot be replaced", shown(to)))
                .hint("give a new folder within it")
        }
        _ => unwritable(to, error),
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if !self.placed {
            // The failure to report is the first one; what stays is removed by the next run.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Checks that the folder is one, not a link, and belongs to the user that new files here belong
/// to.
fn check_ours(parent: &Path, path: &Path) -> Result<(), Failure> {
    let failure = |error: io::Error| unwritable(path, &error);
    let found = fs::symlink_metadata(path).map_err(failure)?;
    let me = tempfile::tempfile_in(parent).and_then(|file| file.metadata()).map_err(failure)?.uid();
    if found.is_dir() && found.uid() == me {
        Ok(())
    } else {
        Err(leftover(path, "it is not a folder of this user"))
    }
}

fn leftover(path: &Path, why: &str) -> Failure {
    let message = format!("found {}, as a run that was cut off leaves it, but {why}", shown(path));
    Failure::new(Problem::InstanceLeftover, message)
}

/// Returns the folder, locked. On a file system without locks only a folder that this process has
/// made is safe.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn lock(path: &Path, fresh: bool) -> Result<File, Failure> {
    let in_hands = || failure::busy("another process is making this instance").within(shown(path));
    let folder = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => in_hands(),
        _ => unwritable(path, &error),
    })?;
    match folder.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(in_hands()),
        Err(TryLockError::Error(_)) if fresh => {}
        Err(TryLockError::Error(_)) => {
            return Err(leftover(path, "whether a process still works there cannot be seen"));
        }
    }
    // Between opening and locking another process may have put this folder in place, or removed it.
    let same = |a: &Metadata, b: &Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
    match (folder.metadata(), fs::symlink_metadata(path)) {
        (Ok(locked), Ok(named)) if same(&locked, &named) => Ok(folder),
        _ => Err(in_hands()),
    }
}

/// Removes what a process that was killed here has left: only files of the names that we write.
/// Returns whether there were any.
fn sweep(path: &Path) -> Result<bool, Failure> {
    let failure = |error: io::Error| unwritable(path, &error);
    let mut ours = Vec::new();
    for entry in fs::read_dir(path).map_err(failure)? {
        let entry = entry.map_err(failure)?;
        let name = entry.file_name();
        let known = [KEY, PUBLIC, LEDGER].iter().any(|ours| name == *ours)
            || copy::journal(Path::new(LEDGER)).as_os_str() == name
            || name.as_encoded_bytes().starts_with(b".airlock-");
        if !known || !entry.file_type().map_err(failure)?.is_file() {
            return Err(leftover(
                path,
                &format!("{} in it is not from there", shown(Path::new(&name))),
            ));
        }
        ours.push(entry.path());
    }
    ours.iter().try_for_each(fs::remove_file).map_err(failure)?;
    Ok(!ours.is_empty())
}

/// Returns the path of the ledger in an instance's folder.
///
/// # Errors
/// `instance_file`, `no_instance`, `instance_unreadable`.
pub(super) fn find(dir: &Path) -> Result<PathBuf, Failure> {
    kinds::check_folder(dir)?;
    kinds::check(dir)?;
    let ledger = dir.join(LEDGER);
    // In full: a name that was mistyped is seen in it.
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let none = |what: String| {
        let hint = format!(
            "give the instance's folder with `--instance DIR`; only for a new instance, with a key \
             of its own: `airlock instance init {} --trust root.pub` makes a new one",
            files::quoted(&whole)
        );
        Err(Failure::new(Problem::NoInstance, what).hint(hint))
    };
    match fs::metadata(&ledger) {
        Ok(_) => Ok(ledger),
        Err(error) if error.kind() == ErrorKind::NotFound && dir.join(KEY).exists() => {
            Err(ledger_lost(Problem::NoInstance, dir))
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            none(format!("found no instance at {}", shown(&whole)))
        }
        Err(error) => {
            let failure = Failure::new(
                Problem::InstanceUnreadable,
                format!("{} cannot be read: {}", shown(dir), files::reason(&error)),
            );
            Err(match files::rights_hint(&ledger, Want::Read) {
                Some(hint) => failure.hint(hint),
                None => failure,
            })
        }
    }
}

/// The failure of a folder whose key is lost and whose ledger is there.
fn key_lost(failure: Failure) -> Failure {
    let message = format!("{} without its {KEY}", failure.message);
    Failure { message, ..failure }.hint(format!(
        "restore {KEY} from a backup; without one, make a new instance in another folder, and ask \
         for a license with its request: reports by the old key end"
    ))
}

/// That the ledger is lost and the key is there, with the way out.
fn ledger_lost(problem: Problem, dir: &Path) -> Failure {
    let message = format!("found {KEY} in {} but no {LEDGER}, expected both", shown(dir));
    let quoted = files::quoted(dir);
    Failure::new(problem, message).hint(format!(
        "`airlock instance restore BACKUP --instance NEW` makes a new folder of a backup; without \
         one, `airlock instance init {quoted} --keep-key --id UUID --trust root.pub` makes a new \
         {LEDGER} for the key; `airlock show FILE` of its license or request says the UUID"
    ))
}
