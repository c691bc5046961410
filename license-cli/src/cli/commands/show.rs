//! `airlock show`

use std::path::PathBuf;

use clap::Args;

use crate::carry::checked_file::CheckedFile;
use crate::cli::options::TrustedRoots;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::file;

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Any Airlock file, as a file or text, also within a mail
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) trust: TrustedRoots,
}

/// Shows a file.
pub(crate) fn show(options: &Show) -> Result<Answer, Failure> {
    let looked_at = CheckedFile::read(&options.file, &options.trust.roots()?)?;
    Ok(file::answer(&options.file, &looked_at))
}
