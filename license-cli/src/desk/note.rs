//! Notes, and what somebody wants to be reminded of.

use license_core::Day;
use serde_json::{Value, json};

use crate::desk::opened::{OpenDesk, Why};
use crate::desk::subject::Subject;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, Change, Note, RecordId, What, Write};

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
    let text = text.trim();
    if text.is_empty() || text.len() > TEXT_BYTES {
        let length = counted(text.len(), "byte");
        let found = format!("found a note of {length}, expected 1 to {TEXT_BYTES}");
        return Err(Failure::new(Problem::Options, found).hint("say it in fewer words"));
    }
    let note = Note {
        customer: subject.chain.customer,
        id: RecordId::random()?,
        subscription: subject.chain.subscription.clone(),
        text: text.to_owned(),
        remind,
    };
    let remind = remind.map(|day| day.to_string());
    let detail = json!({ "note": note.id.to_string(), "text": text, "remind": remind });
    keep(desk, subject, &note, &detail)?;
    Ok(note)
}

/// Says that what a note reminds of is done. The note stays.
///
/// # Errors
/// `desk_no_note` where the subject's customer has none whose id begins so, or several.
pub(crate) fn done(desk: &mut OpenDesk, subject: &Subject, id: &str) -> Result<Note, Failure> {
    let id = id.trim().to_ascii_lowercase();
    let begins = |note: &&Note| !id.is_empty() && note.id.to_string().starts_with(&id);
    let found: Vec<&Note> = subject.record.notes.iter().filter(begins).collect();
    let [note] = found.as_slice() else {
        let (customer, number) = (&subject.record.customer.name, found.len());
        let found = format!("{customer} has {number} notes whose id begins with {id:?}");
        return Err(Failure::new(Problem::DeskNoNote, found));
    };
    let before = note.remind.map(|day| day.to_string());
    let note = Note { remind: None, ..(*note).clone() };
    let changed = json!({ "name": "remind", "before": before, "after": Value::Null });
    let detail = json!({ "note": note.id.to_string(), "changed": [changed] });
    keep(desk, subject, &note, &detail)?;
    Ok(note)
}

/// Nothing else depends on a note, so the head of its chain does not matter.
fn keep(
    desk: &mut OpenDesk,
    subject: &Subject,
    note: &Note,
    detail: &Value,
) -> Result<(), Failure> {
    let chain = Chain::of(note.customer, note.subscription.as_str());
    let mut event = desk.event(What::Noted, &Why::default(), Some(detail.to_string()));
    event.document = subject.document.as_ref().map(|row| row.sha256);
    let writes = vec![Write::Note(note.clone())];
    desk.registry.append(&Change { chain, expected: None, writes, filed: None, event })?;
    Ok(())
}
