//! `airlock desk note`

use clap::{ArgGroup, Args};
use license_core::Day;

use super::options::AtDesk;
use crate::cli::asking;
use crate::cli::options::day;
use crate::desk::note;
use crate::desk::opened::OpenDesk;
use crate::desk::question::{self, Said};
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::note as view;

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("act"))]
pub(crate) struct Note {
    /// A customer's name or id, a subscription, or the id of a document or its beginning
    #[arg(index = 1)]
    id: String,
    /// What is to be remembered; of a question what sales has decided, or whom you asked or told
    #[arg(index = 2, required_unless_present_any = ["done", "decide", "asked", "told"])]
    #[arg(conflicts_with_all = ["done", "decide"])]
    text: Option<String>,
    /// The day on which `airlock desk due` reminds of it
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, conflicts_with = "act")]
    remind: Option<Day>,
    /// What this note reminds of is done; the id of the note, or its beginning
    #[arg(long, value_name = "NOTE", group = "act")]
    done: Option<String>,
    /// A question that sales has to decide; `airlock desk due` says until when they are asked, and
    /// when the customer is told that it takes longer
    #[arg(long, value_name = "QUESTION", group = "act", help_heading = "For sales")]
    decide: Option<String>,
    /// Sales was asked the question of this note
    #[arg(long, value_name = "NOTE", group = "act", help_heading = "For sales")]
    asked: Option<String>,
    /// The customer was told that sales has not decided the question of this note yet
    #[arg(long, value_name = "NOTE", group = "act", help_heading = "For sales")]
    told: Option<String>,
    /// TEXT is what sales has decided; it closes the question of this note
    #[arg(long, value_name = "NOTE", group = "act", help_heading = "For sales")]
    answers: Option<String>,
    #[command(flatten)]
    desk: AtDesk,
}

/// Writes a note, or marks what it reminds of as done; keeps what sales has to decide.
pub(crate) fn note(options: &Note) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::subject(&mut desk, &options.id)?;
    let whose = subject.words();
    let text = options.text.as_deref().unwrap_or_default();
    if let Some(id) = &options.done {
        let note = question::done(&mut desk, &subject, id)?;
        return Ok(view::done(&whose, &note));
    }
    if let Some(answer) = for_sales(options, &mut desk, &subject)? {
        return Ok(answer);
    }
    let note = note::write(&mut desk, &subject, text, options.remind)?;
    Ok(view::written(&whose, &note))
}

/// What is done with a question; `None` for a plain note.
fn for_sales(
    options: &Note,
    desk: &mut OpenDesk,
    subject: &Subject,
) -> Result<Option<Answer>, Failure> {
    let (whose, text) = (subject.words(), options.text.as_deref());
    if let Some(question) = &options.decide {
        let note = question::put(desk, subject, question)?;
        return Ok(Some(view::to_decide(&whose, &note)));
    }
    if let Some(id) = &options.answers {
        let note = question::answer(desk, subject, (id, text.unwrap_or_default()))?;
        return Ok(Some(view::decided(&whose, &note)));
    }
    let asked = options.asked.as_ref().map(|id| (id, Said::Asked));
    let said = asked.or(options.told.as_ref().map(|id| (id, Said::Told)));
    let Some((id, said)) = said else { return Ok(None) };
    let note = question::say(desk, subject, (id, text), said)?;
    Ok(Some(view::said(&whose, &note, said)))
}
