//! `airlock text`

use license_core::verify::file_kind;

use crate::cli::TextForm;
use crate::documents::{self, Outgoing};
use crate::exit::Failure;
use crate::output::Answer;

/// Writes a file's one text.
pub(crate) fn text(options: &TextForm) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let bytes = documents::read(&options.file)?;
    file_kind(&bytes).map_err(documents::named(&options.file))?;
    let written = out.write(&bytes)?;
    Ok(Answer { output_taken: written.to_stdout, ..Answer::yes(written.line, written.json) })
}
