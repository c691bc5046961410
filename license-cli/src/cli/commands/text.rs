//! `airlock text`

use license_core::verify::file_kind;

use crate::carry::incoming::{self, Outgoing};
use crate::cli::options::TextForm;
use crate::problem::Failure;
use crate::view::answer::Answer;

/// Writes a file's one text.
pub(crate) fn text(options: &TextForm) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let bytes = incoming::read(&options.file)?;
    file_kind(&bytes).map_err(incoming::named(&options.file))?;
    let written = out.write(&bytes)?;
    Ok(Answer { output_taken: written.to_stdout, ..Answer::yes(written.line, written.json) })
}
