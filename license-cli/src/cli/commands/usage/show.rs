//! `airlock usage show`

use std::path::PathBuf;

use clap::Args;
use license_core::document::Kind;
use license_core::trust::TrustAnchors;
use license_core::verify::verify_usage;

use crate::carry::incoming;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::usage::{self, Shown};

#[derive(Debug, Args)]
pub(crate) struct UsageShow {
    /// The usage report
    pub(crate) file: PathBuf,
}

/// Shows a report.
pub(crate) fn show(options: &UsageShow) -> Result<Answer, Failure> {
    let bytes = incoming::read(&options.file)?;
    let report = verify_usage(&bytes, &TrustAnchors::default()).map_err(incoming::refused(
        &options.file,
        &bytes,
        Kind::Usage,
    ))?;
    Ok(usage::shown(&Shown {
        path: &options.file,
        id: report.id(),
        bytes: bytes.len(),
        claims: &report,
        series: &report.daily()?,
    }))
}
