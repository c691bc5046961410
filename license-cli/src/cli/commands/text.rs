//! `airlock text`

use std::path::PathBuf;

use clap::Args;
use license_core::verify::file_kind;

use crate::carry::incoming::{self, Outgoing};
use crate::problem::Failure;
use crate::view::answer::Answer;

#[derive(Debug, Args)]
pub(crate) struct TextForm {
    /// Any Airlock file, as a file or text; `-` is standard input, a whole mail included
    pub(crate) file: PathBuf,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

/// Writes a file's one text.
pub(crate) fn text(options: &TextForm) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let bytes = incoming::read(&options.file)?;
    file_kind(&bytes).map_err(incoming::named(&options.file))?;
    let written = out.write(&bytes)?;
    Ok(Answer { output_taken: written.to_stdout, ..Answer::yes(written.line, written.json) })
}
