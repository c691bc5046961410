//! `airlock text`

use std::path::PathBuf;

use clap::Args;
use license_core::verify::file_kind;

use crate::carry::incoming;
use crate::carry::outgoing::Outgoing;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::written;

#[derive(Debug, Args)]
pub(crate) struct TextForm {
    /// Any Airlock file, as a file or text; `-` is standard input, a whole mail included
    pub(crate) file: PathBuf,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-", help_heading = "Output")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
}

/// Writes a file's one text.
pub(crate) fn text(options: &TextForm) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let bytes = incoming::read(&options.file)?;
    file_kind(&bytes).map_err(incoming::named(&options.file))?;
    let written = out.write(&bytes)?;
    Ok(written::answer(&written, ""))
}
