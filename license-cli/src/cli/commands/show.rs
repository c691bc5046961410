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
    /// Any Airlock file, as a file or text, also within a mail; of a pouch, every file
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) trust: TrustedRoots,
}

/// Shows a file, or each file of a pouch.
pub(crate) fn show(options: &Show) -> Result<Answer, Failure> {
    let looked_at = CheckedFile::read_all(&options.file, &options.trust.roots()?)?;
    Ok(match looked_at.as_slice() {
        [one] => file::answer(&options.file, one),
        several => file::several(&options.file, several),
    })
}
