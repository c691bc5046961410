//! A note that was written, or whose reminder is done.

use serde_json::{Value, json};

use crate::registry::Note;
use crate::view::answer::{Answer, printable};
use crate::view::desk::filed::short;

/// That a note was written.
pub(crate) fn written(whose: &str, note: &Note) -> Answer {
    let remind = note.remind.map(|day| format!(", to be reminded of on {day}"));
    let remind = remind.unwrap_or_default();
    let text = format!("noted about {whose}: note {}{remind}\n", short(&note.id));
    Answer::yes(printable(&text), json(note)).done("the note is kept")
}

/// That nobody needs to be reminded of it any more.
pub(crate) fn done(whose: &str, note: &Note) -> Answer {
    let text = format!("done: note {} about {whose}; it stays\n", short(&note.id));
    Answer::yes(printable(&text), json(note)).done("the note is done")
}

fn json(note: &Note) -> Value {
    let mut json = object(note);
    crate::view::answer::put(&mut json, "format", 1);
    json
}

/// A note for programs.
pub(super) fn object(note: &Note) -> Value {
    json!({
        "note": note.id.to_string(),
        "customer": note.customer.to_string(),
        "subscription": note.subscription,
        "text": note.text,
        "remind": note.remind.map(|day| day.to_string()),
    })
}
