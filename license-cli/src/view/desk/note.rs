//! A note that was written, or whose reminder is done.

use serde_json::{Value, json};

use crate::desk::question::Said;
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

/// That a question was written down which sales has to decide.
pub(crate) fn to_decide(whose: &str, note: &Note) -> Answer {
    let (customer, id) = (note.customer, short(&note.id));
    let text = format!(
        "noted for sales to decide, about {whose}: note {id}\n\
         next: ask them, then `airlock desk note {customer} --asked {id}`\n"
    );
    Answer::yes(printable(&text), json(note)).done("the question is kept")
}

/// What was said about a question that sales has not answered.
pub(crate) fn said(whose: &str, note: &Note, said: Said) -> Answer {
    let what = match said {
        Said::Asked => "sales was asked",
        Said::Told => "the customer was told",
    };
    let text = format!("noted that {what}, about {whose}: note {}\n", short(&note.id));
    Answer::yes(printable(&text), json(note)).done("that is kept")
}

/// That sales has decided.
pub(crate) fn decided(whose: &str, note: &Note) -> Answer {
    let text = format!("decided: note {} about {whose}; it stays\n", short(&note.id));
    Answer::yes(printable(&text), json(note)).done("the answer is kept")
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
