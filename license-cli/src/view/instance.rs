//! An instance's folder: that it was made, what was done in it, that it goes on after a restore.

use std::path::Path;

use license_core::Day;
use license_core::day::{rfc3339, unix_text};
use license_core::key::PublicKey;
use license_core::value::InstanceId;
use serde_json::{Value, json};

use crate::files;
use crate::instance::ledger::{Change, Event, Recovered};
use crate::instance::recover::Recovery;
use crate::plural::counted;
use crate::view::answer::{Answer, printable, put};

/// That an instance has a new ledger for the key that it had.
pub(crate) fn made_anew(
    dir: &Path,
    id: InstanceId,
    key: &PublicKey,
    roots: &[PublicKey],
) -> Answer {
    let mut answer = made(dir, id, key, roots);
    let quoted = files::quoted(dir);
    answer.text += &format!(
        "The key is the one that was there. Ask the vendor for the last report that it has, before \
         you make one:\n  `airlock instance recover --after REPORT --instance {quoted}`\nWhere it \
         has none:\n  `airlock instance recover --none-since --instance {quoted}`\nThen read the \
         usage in, and install the licenses again, also those that have ended.\n"
    );
    answer
}

/// The answer that says so.
pub(crate) fn made(dir: &Path, id: InstanceId, key: &PublicKey, roots: &[PublicKey]) -> Answer {
    let trusted: String =
        roots.iter().map(|root| format!("  trusted root    {}\n", root.thumbprint())).collect();
    let next = if roots.is_empty() {
        format!(
            "No root is trusted yet: `airlock license install FILE --trust root.pub --instance {}` \
             pins the vendor's with the first license.",
            files::quoted(dir)
        )
    } else {
        "Compare the root's fingerprint with the vendor's, by phone or on paper, before you \
         install a license."
            .to_owned()
    };
    let text = format!(
        "made {}\n  instance        {id}\n  instance's key  {}\n{trusted}{next}\n",
        files::shown(dir),
        key.thumbprint()
    );
    let hex_of = |key: &PublicKey| hex::encode(key.thumbprint().0);
    let json = json!({
        "format": 1,
        "dir": dir.to_string_lossy(),
        "instance": id.to_string(),
        "key": hex_of(key),
        "roots": roots.iter().map(hex_of).collect::<Vec<_>>(),
    });
    Answer::yes(text, json).done(format!("{} is made", files::shown(dir)))
}

/// That the rest of a run which was cut off was in the way.
pub(crate) fn cleared(rest: &Path) -> String {
    format!(
        "{}, which a run that was cut off had left, was cleared away; a key in it was never in use",
        files::shown(rest)
    )
}

/// What was done in it, oldest first; and which report waits to be placed.
pub(crate) fn log(events: &[Event], waiting: Option<u32>) -> Answer {
    let line = |event: &Event| {
        let Event { at, what, detail, .. } = event;
        let detail = detail.replace('\n', "\\n");
        format!("{}  {what}: {}{}\n", unix_text(*at), printable(&detail), other_day(event))
    };
    let text: String = events.iter().map(line).collect();
    let entries: Vec<Value> = events.iter().map(event).collect();
    let waits = waiting.map_or_else(String::new, |number| {
        format!(
            "report {number} waits: it is made and kept, and was not written; \
             `airlock usage report --out FILE` gives it\n"
        )
    });
    let json = json!({ "format": 1, "events": entries, "waiting_report": waiting });
    Answer::yes(text + &waits, json)
}

/// The day that it was done for, where that is not the clock's.
fn other_day(Event { at, day, .. }: &Event) -> String {
    let other = day.filter(|day| Day::of_unix(*at) != Some(*day));
    other.map_or_else(String::new, |day| format!(" (done for {day})"))
}

fn event(Event { at, day, what, detail }: &Event) -> Value {
    json!({
        "at": rfc3339(*at),
        "day": day.map(|day| day.to_string()),
        "what": what,
        "detail": detail,
    })
}

/// That it goes on behind a report that came back from the desk, or its receipt.
pub(crate) fn recovered(recovery: &Recovery) -> Answer {
    let Recovery { number, last_day, by_receipt, outcome } = recovery;
    match outcome {
        Recovered::Known { last, settled } => {
            let next = last.saturating_add(1);
            let receipt = if *by_receipt { "  the receipt is kept\n" } else { "" };
            let head = match settled {
                true => format!("settled: report {last} is taken as the last that has left"),
                false => format!("nothing to recover: the ledger is at report {last}"),
            };
            let text = format!("{head}, and the next one is {next}\n{receipt}");
            Answer::yes(text, recovered_json(*settled, next, 0, &[]))
        }
        Recovered::Done { next, added, differing } => {
            let lost = match by_receipt {
                true => "the receipt is kept; the report's figures are not in it".to_owned(),
                false => format!("{} added that the ledger had lost", counted(*added, "day")),
            };
            let text = format!(
                "recovered report {number}, through {last_day}: the next one is {next}\n  \
                 {lost}\n{}",
                differing.iter().map(kept).collect::<String>()
            );
            let json = recovered_json(true, *next, *added, differing);
            Answer::yes(text, json).done(format!("report {number} is recovered")).warn(Some(
                "read the export in again, `airlock usage import FILE`, and install again the \
                 licenses that came after the backup"
                    .to_owned(),
            ))
        }
    }
}

/// What came of one file behind the other, as one answer: the last says the next number.
pub(crate) fn together(answers: Vec<Answer>) -> Answer {
    let join = |before: Answer, answer: Answer| {
        let changed = |it: &Answer| it.json.get("changed") == Some(&Value::Bool(true));
        let any = changed(&before) || changed(&answer);
        let added = [&before, &answer].map(|it| it.json.get("added").and_then(Value::as_u64));
        let listed = |it: &Answer| it.json.get("differing").and_then(Value::as_array).cloned();
        let differing = [&before, &answer].map(listed).into_iter().flatten().flatten();
        let differing: Vec<Value> = differing.collect();
        let mut json = answer.json;
        put(&mut json, "changed", any);
        put(&mut json, "added", added.into_iter().flatten().sum::<u64>());
        put(&mut json, "differing", differing);
        let fresh = answer.warnings.into_iter().filter(|it| !before.warnings.contains(it));
        let warnings: Vec<String> = fresh.collect();
        let done = answer.done.or(before.done.clone());
        let text = before.text.clone() + &answer.text;
        Answer { text, json, done, ..before }.warn(warnings)
    };
    let nothing = || Answer::yes("", recovered_json(false, 0, 0, &[]));
    answers.into_iter().reduce(join).unwrap_or_else(nothing)
}

/// What it means that none has left, before it is kept.
pub(crate) fn none_since_means(doubt: &str, next: u32) -> String {
    format!(
        "{doubt}. Without one the next report is {next}; if one has left, two reports get the same \
         number, and the vendor will ask why: give the vendor's last one then, with `--after \
         REPORT`."
    )
}

/// That no report has left since the time to which the ledger goes back.
pub(crate) fn none_since(in_doubt: bool, next: u32) -> Answer {
    let text = if in_doubt {
        format!("the next report is {next}, as none has left since\n")
    } else {
        format!("nothing to settle: the next report is {next}\n")
    };
    let answer = Answer::yes(text, recovered_json(in_doubt, next, 0, &[]));
    if in_doubt { answer.done(format!("the next report is {next}")) } else { answer }
}

fn kept(Change { day, held, found }: &Change) -> String {
    format!("  {day} kept: the ledger holds {held}, the report says {found}\n")
}

fn recovered_json(changed: bool, next: u32, added: usize, differing: &[Change]) -> Value {
    let differing: Vec<Value> = differing.iter().map(change).collect();
    json!({
        "format": 1,
        "changed": changed,
        "next_number": next,
        "added": added,
        "differing": differing,
    })
}

fn change(Change { day, held, found }: &Change) -> Value {
    json!({ "day": day.to_string(), "held": held.get(), "found": found.get() })
}
