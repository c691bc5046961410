//! The files that were named, and those in the folders that were named.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::{self, shown};
use crate::problem::{Failure, Problem};

/// A file to receive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// Whether it was found in a folder: what is not ours is passed over then.
    pub(crate) in_folder: bool,
}

/// Each file that was named, and every file below a folder that was, in the order of their names.
/// Links within a folder, and names that begin with a full stop, are passed over.
///
/// # Errors
/// `input_unreadable` for a folder that cannot be listed.
pub(crate) fn sources(named: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut found = Vec::new();
    for path in named {
        if path.is_dir() {
            below(path, &mut found)?;
        } else {
            found.push(Source { path: path.clone(), in_folder: false });
        }
    }
    Ok(found)
}

fn below(folder: &Path, found: &mut Vec<Source>) -> Result<(), Failure> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let (mut files, mut deeper) = listed(&folder)?;
        files.sort();
        deeper.sort();
        found.extend(files.into_iter().map(|path| Source { path, in_folder: true }));
        folders.extend(deeper.into_iter().rev());
    }
    Ok(())
}

/// The files and the folders in a folder.
fn listed(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Failure> {
    let unreadable = |error: std::io::Error| {
        let found = format!("{}: {}", shown(folder), files::reason(&error));
        Failure::new(Problem::InputUnreadable, found)
    };
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        match (hidden, kind.is_file(), kind.is_dir()) {
            (false, true, _) => files.push(entry.path()),
            (false, false, true) => folders.push(entry.path()),
            _ => {}
        }
    }
    Ok((files, folders))
}
