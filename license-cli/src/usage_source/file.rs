//! An export as a file.

use std::path::Path;

use crate::files;
use crate::problem::Failure;
use crate::usage_source::{self, DailyCounts, EXPORT_BYTES};

/// Reads a usage export.
pub(crate) fn read(path: &Path) -> Result<DailyCounts, Failure> {
    read_as(path, usage_source::read)
}

/// Reads a usage export that may be empty.
pub(crate) fn read_history(path: &Path) -> Result<DailyCounts, Failure> {
    read_as(path, usage_source::read_history)
}

fn read_as(
    path: &Path,
    read: impl Fn(&[u8]) -> Result<DailyCounts, Failure>,
) -> Result<DailyCounts, Failure> {
    let bytes = files::read(path, EXPORT_BYTES)?;
    read(&bytes).map_err(|failure| failure.within(files::shown(path)))
}
