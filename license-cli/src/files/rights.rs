//! Rights that are missing: whose a file is, and what gives the right to it.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};
use rustix::process::geteuid;

use super::read_only::folder;
use super::shown::quoted;

/// What somebody wants to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// Read it.
    Read,
    /// Change it, and make a file beside it.
    Write,
}

/// The command that gives whoever runs us the right that is missing; `None` where none is seen to
/// be missing.
pub(crate) fn rights_hint(path: &Path, want: Want) -> Option<String> {
    let place = missing_at(path, want)?;
    let found = fs::metadata(&place).ok()?;
    let me = geteuid().as_raw();
    // A folder further above is not the instance's alone.
    let own = place == path || place == folder(path);
    Some(hint((&place, &found), (want, own), me, &name_of(found.uid())))
}

/// The file, or the folder above it, to which a right is missing.
fn missing_at(path: &Path, want: Want) -> Option<PathBuf> {
    let mut place = path.to_owned();
    // A folder that may not be entered hides what is in it.
    while let Err(error) = fs::metadata(&place) {
        let above = folder(&place).to_owned();
        if error.kind() != ErrorKind::PermissionDenied || above == place {
            return None;
        }
        place = above;
    }
    let lacks = |place: &Path, right| access(place, right).is_err();
    if place != path {
        return Some(place);
    }
    match want {
        Want::Read => lacks(path, Access::READ_OK).then_some(place),
        Want::Write if lacks(path, Access::READ_OK | Access::WRITE_OK) => Some(place),
        Want::Write => {
            let folder = folder(path);
            lacks(folder, Access::WRITE_OK | Access::EXEC_OK).then(|| folder.to_owned())
        }
    }
}

/// The command, for a place that is the file itself or its folder (`own`), or a folder above.
fn hint(
    (place, found): (&Path, &Metadata),
    (want, own): (Want, bool),
    me: u32,
    owner: &str,
) -> String {
    let rights = match (found.is_dir(), want) {
        (true, _) => "u+rwx",
        (false, Want::Read) => "u+r",
        (false, Want::Write) => "u+rw",
    };
    let path = quoted(place);
    if found.uid() == me {
        return format!("it is yours, and its mode forbids it: `chmod {rights} {path}`");
    }
    let run = format!(
        "{path} belongs to the user {owner}: run the command as that user, with `sudo -u {owner}` \
         before it"
    );
    if !own {
        return run;
    }
    let folder = quoted(if found.is_dir() { place } else { folder(place) });
    format!("{run}; or, where it is to be this user's, as root: `chown -R {me} {folder}`")
}

/// A user's name, else the number as `sudo` takes it.
fn name_of(user: u32) -> String {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = users.lines().find_map(|line| {
        let mut cells = line.split(':');
        let name = cells.next().filter(|name| !name.is_empty())?;
        (cells.nth(1)?.parse() == Ok(user)).then(|| quoted(Path::new(name)))
    });
    name.unwrap_or_else(|| format!("'#{user}'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_users_file_is_named_with_its_owner() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let found = file.as_file().metadata().unwrap();
        let place = Path::new("inst/instance.key");
        let other = found.uid() + 1;
        let told = hint((place, &found), (Want::Read, true), other, "git");
        assert!(told.contains("belongs to the user git"), "{told}");
        assert!(told.contains("`sudo -u git`"), "{told}");
        assert!(told.ends_with(&format!("as root: `chown -R {other} inst`")), "{told}");
        let above = hint((place, &found), (Want::Read, false), other, "git");
        assert!(above.contains("`sudo -u git`") && !above.contains("chown"), "{above}");
        let own = hint((place, &found), (Want::Write, true), found.uid(), "git");
        assert!(own.ends_with("`chmod u+rw inst/instance.key`"), "{own}");
    }

    #[test]
    fn a_user_without_a_name_is_a_number() {
        assert_eq!(name_of(0), "root");
        assert_eq!(name_of(4_294_000_000), "'#4294000000'");
    }

    #[test]
    fn what_may_be_read_has_no_hint() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(rights_hint(file.path(), Want::Read), None);
        assert_eq!(rights_hint(file.path(), Want::Write), None);
        assert_eq!(rights_hint(Path::new("no-such-folder/file"), Want::Read), None);
    }
}
