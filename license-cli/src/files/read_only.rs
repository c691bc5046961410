//! File systems on which nobody may write, root included.

use std::path::Path;

use rustix::fs::{StatVfsMountFlags, statvfs};

use super::shown::quoted;

/// Returns the folder in which the path's last name stands.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether the path, or the folder in which it would stand, is on a file system that is mounted
/// read-only.
pub(crate) fn is_read_only(path: &Path) -> bool {
    let mount = statvfs(path).or_else(|_| statvfs(folder(path)));
    mount.is_ok_and(|mount| mount.f_flag.contains(StatVfsMountFlags::RDONLY))
}

/// What to do there: another user does not help.
pub(crate) fn read_only_hint(path: &Path) -> String {
    let place = if path.exists() { path } else { folder(path) };
    format!(
        "`findmnt -T {}` shows what is mounted there; mount it for writing, or use a folder on \
         another disk",
        quoted(place)
    )
}
