//! `airlock pouch`

use std::path::PathBuf;

use clap::Args;

use crate::carry::outgoing::Outgoing;
use crate::carry::pouch;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::pouched;

#[derive(Debug, Args)]
pub(crate) struct Pouch {
    /// Requests, reports, licenses and receipts, as files, texts or mails: every one that is in
    /// them; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The text to write; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-", help_heading = "Output")]
    out: PathBuf,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
}

/// Puts several files into one text.
pub(crate) fn pouch(options: &Pouch) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let content = pouch::read(&options.files)?;
    let all = content.files.iter().map(|file| file.bytes.as_slice());
    let written = out.write_pouch(all).map_err(pouch::too_many)?;
    Ok(pouched::answer(&written, &content))
}
