//! An export as a file.

use std::path::Path;

use crate::files;
use crate::problem::Failure;
use crate::usage_source::{self, DailyCounts, EXPORT_BYTES};

/// Reads a usage export.
pub(crate) fn read(path: &Path) -> Result<DailyCounts, Failure> {
    let bytes = files::read(path, EXPORT_BYTES)?;
    usage_source::read(&bytes).map_err(|failure| failure.within(files::shown(path)))
}
