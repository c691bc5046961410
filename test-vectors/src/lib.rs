//! The form of a test vector, shared by everything that walks `vectors/` (README.md beside this
//! crate).
//!
//! [`Vector::parse`] is strict: a line that it does not know, a line twice, a line that another
//! line does not allow and a body too many are errors. Its `Display` writes the one form that the
//! generator writes.
#![forbid(unsafe_code)]

pub mod chance;
pub mod soak;

pub mod vector;

use std::path::PathBuf;

pub use vector::{Asked, Choice, Counts, Expected, Form, NextChange, Vector};

/// Returns the directory of the committed vectors.
#[must_use]
pub fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// Returns every committed vector with its file name (without `.txt`), by name.
///
/// # Errors
/// A sentence with the file's name: for a file that is no vector, and for an empty directory.
pub fn committed() -> Result<Vec<(String, Vector)>, String> {
    let directory = directory();
    let entries = std::fs::read_dir(&directory)
        .map_err(|error| format!("{}: {error}", directory.display()))?;
    let mut paths: Vec<PathBuf> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    if paths.is_empty() {
        return Err(format!("{}: found no vector", directory.display()));
    }
    paths.into_iter().map(|path| read(&path)).collect()
}

fn read(path: &std::path::Path) -> Result<(String, Vector), String> {
    let place = |error: String| format!("{}: {error}", path.display());
    let name =
        path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".txt"));
    let name = name.ok_or_else(|| place("expected a name that ends in .txt".to_owned()))?;
    let text = std::fs::read_to_string(path).map_err(|error| place(error.to_string()))?;
    Vector::parse(&text).map(|vector| (name.to_owned(), vector)).map_err(place)
}
