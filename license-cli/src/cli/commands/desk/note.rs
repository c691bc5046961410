//! `airlock desk note`

use clap::{ArgGroup, Args};
use license_core::Day;

use super::options::AtDesk;
use crate::cli::options::day;
use crate::desk::{note, subject};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::note as view;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("act").required(true))]
pub(crate) struct Note {
    /// A customer's name or id, a subscription, or the id of a document or its beginning
    id: String,
    /// What is to be remembered
    #[arg(group = "act")]
    text: Option<String>,
    /// The day on which `airlock desk due` reminds of it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, conflicts_with = "done")]
    remind: Option<Day>,
    /// What this note reminds of is done; the id of the note, or its beginning
    #[arg(long, value_name = "NOTE", group = "act")]
    done: Option<String>,
    #[command(flatten)]
    desk: AtDesk,
}

/// Writes a note, or marks what it reminds of as done.
pub(crate) fn note(options: &Note) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = subject::find(&mut *desk.registry, &options.id)?;
    let whose = subject.words();
    if let Some(id) = &options.done {
        let note = note::done(&mut desk, &subject, id)?;
        return Ok(view::done(&whose, &note));
    }
    let text = options.text.as_deref().unwrap_or_default();
    let note = note::write(&mut desk, &subject, text, options.remind)?;
    Ok(view::written(&whose, &note))
}
