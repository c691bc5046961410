//! Notes, and what somebody wants to be reminded of.

use license_core::Day;
use serde_json::{Value, json};

use crate::desk::opened::{OpenDesk, Why};
use crate::desk::subject::Subject;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Change, Head, Note, RecordId, What, Write};

/// The most bytes of a note: a page of text.
pub(crate) const TEXT_BYTES: usize = 4096;

/// Writes a note about a subject.
///
/// # Errors
/// `options` for a text that is empty or too long; those of the registry.
pub(crate) fn write(
    desk: &mut OpenDesk,
    subject: &Subject,
    text: &str,
    remind: Option<Day>,
) -> Result<Note, Failure> {
    if let Some(past) = remind.filter(|day| *day < desk.today) {
        let found = format!("found --remind {past}, which is over: today is {}", desk.today);
        return Err(Failure::new(Problem::Options, found).hint("name a day that is to come"));
    }
    written(desk, subject, (text, remind), What::Noted)
}

/// Writes a note; the event says as what.
///
/// # Errors
/// As [`write`].
pub(super) fn written(
    desk: &mut OpenDesk,
    subject: &Subject,
    (text, remind): (&str, Option<Day>),
    what: What,
) -> Result<Note, Failure> {
    let text = checked(text)?;
    let note = Note {
        customer: subject.chain.customer,
        id: RecordId::random()?,
        subscription: subject.chain.subscription.clone(),
        text: text.to_owned(),
        remind,
    };
    let remind = remind.map(|day| day.to_string());
    let detail = json!({ "note": note.id.to_string(), "text": text, "remind": remind });
    keep(desk, subject, (&note, what), None, &detail)?;
    Ok(note)
}

/// A text without the space around it.
///
/// # Errors
/// `options` where it is empty or too long.
pub(super) fn checked(text: &str) -> Result<&str, Failure> {
    let text = text.trim();
    if text.is_empty() || text.len() > TEXT_BYTES {
        let length = counted(text.len(), "byte");
        let found = format!("found a note of {length}, expected 1 to {TEXT_BYTES}");
        return Err(Failure::new(Problem::Options, found).hint("say it in fewer words"));
    }
    Ok(text)
}

/// Says that what a note reminds of is done. The note stays.
///
/// # Errors
/// `desk_no_note` where the subject's customer has none whose id begins so, or several.
pub(crate) fn done(desk: &mut OpenDesk, subject: &Subject, id: &str) -> Result<Note, Failure> {
    let note = the_one(subject, id)?;
    let before = note.remind.map(|day| day.to_string());
    let note = Note { remind: None, ..note.clone() };
    let changed = json!({ "name": "remind", "before": before, "after": Value::Null });
    let detail = json!({ "note": note.id.to_string(), "changed": [changed] });
    keep(desk, subject, (&note, What::Noted), None, &detail)?;
    Ok(note)
}

/// The note of the subject's customer whose id begins so.
///
/// # Errors
/// `desk_no_note` where there is none, or several.
pub(super) fn the_one<'a>(subject: &'a Subject, id: &str) -> Result<&'a Note, Failure> {
    let id = id.trim().to_ascii_lowercase();
    let begins = |note: &&Note| !id.is_empty() && note.id.to_string().starts_with(&id);
    let found: Vec<&Note> = subject.record.notes.iter().filter(begins).collect();
    if let [note] = found.as_slice() {
        return Ok(note);
    }
    let (customer, number) = (&subject.record.customer.name, found.len());
    let found = format!("{customer} has {number} notes whose id begins with {id:?}");
    Err(Failure::new(Problem::DeskNoNote, found))
}

/// The chain that tells of a note.
pub(super) fn chain(note: &Note) -> Chain {
    Chain::of(note.customer, note.subscription.as_str())
}

/// Keeps a note with its event. Where no head is expected, that of its chain does not matter.
pub(super) fn keep(
    desk: &mut OpenDesk,
    subject: &Subject,
    (note, what): (&Note, What),
    expected: Option<Head>,
    detail: &Value,
) -> Result<(), Failure> {
    let mut event = desk.event(what, &Why::default(), Some(detail.to_string()));
    event.document = subject.document.as_ref().map(|row| row.sha256);
    let writes = vec![Write::Note(note.clone())];
    desk.registry.append(&Change { chain: chain(note), expected, writes, filed: None, event })?;
    Ok(())
}
