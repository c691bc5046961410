//! The files that were named, and those in the folders that were named.

use std::collections::BTreeSet;
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

/// Each file that was named, and every file below a folder that was, in the order of their names;
/// each once, whatever it is called. Links within a folder, and names that begin with a full stop,
/// are passed over.
///
/// # Errors
/// `input_unreadable` for a folder that cannot be listed.
#[cfg(feature = "desk")]
pub(crate) fn sources(named: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    found(named).map(|(sources, _)| sources)
}

/// The same files, and what else stands in the folders: links, pipes and devices.
///
/// # Errors
/// `input_unreadable` for a folder that cannot be listed.
pub(crate) fn found(named: &[PathBuf]) -> Result<(Vec<Source>, Vec<PathBuf>), Failure> {
    let (mut found, mut odd) = (Vec::new(), Vec::new());
    for path in named {
        if path.is_dir() {
            below(path, &mut found, &mut odd)?;
        } else {
            found.push(Source { path: path.clone(), in_folder: false });
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|source| match fs::canonicalize(&source.path) {
        Ok(real) if source.path != Path::new("-") => seen.insert(real),
        Ok(_) | Err(_) => true,
    });
    Ok((found, odd))
}

fn below(folder: &Path, found: &mut Vec<Source>, odd: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Listed { mut files, folders: mut deeper, odd: mut others } = listed(&folder)?;
        files.sort();
        deeper.sort();
        others.sort();
        found.extend(files.into_iter().map(|path| Source { path, in_folder: true }));
        folders.extend(deeper.into_iter().rev());
        odd.extend(others);
    }
    Ok(())
}

/// What stands in a folder, without hidden names.
#[derive(Default)]
struct Listed {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    odd: Vec<PathBuf>,
}

fn listed(folder: &Path) -> Result<Listed, Failure> {
    let unreadable = |error: std::io::Error| {
        let found = format!("{}: {}", shown(folder), files::reason(&error));
        Failure::new(Problem::InputUnreadable, found)
    };
    let mut listed = Listed::default();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let kind = entry.file_type().map_err(unreadable)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        match (kind.is_file(), kind.is_dir()) {
            (true, _) => listed.files.push(entry.path()),
            (false, true) => listed.folders.push(entry.path()),
            (false, false) => listed.odd.push(entry.path()),
        }
    }
    Ok(listed)
}
