//! A file that was read from codes.

use license_core::carrier::parts::{self, Incomplete, Joined};
use serde_json::{Value, json};

use crate::carry::scan::Picture;
use crate::carry::scan::lines::Lines;
use crate::carry::scan::scanned::Scanned;
use crate::carry::scan::unread;
use crate::plural::counted;
use crate::view::answer::{Answer, put};
use crate::view::written;

/// The answer to pictures.
pub(crate) fn of_pictures(scanned: &Scanned, pictures: &[Picture<'_>]) -> Answer {
    let mut answer = answer(scanned);
    put(&mut answer.json, "pictures", pictures.iter().map(picture_json).collect::<Vec<_>>());
    answer.warn(pictures.iter().flat_map(unread::odd)).warn(left_out(&scanned.joined))
}

/// The answer to codes that a hand scanner typed.
pub(crate) fn of_lines(scanned: &Scanned, lines: &Lines) -> Answer {
    let layout = lines
        .layout
        .then(|| format!("a code was typed on another keyboard layout; {}", unread::layout()));
    let damaged = lines.damaged.iter().map(|error| format!("a damaged code: {error}"));
    answer(scanned).warn(layout).warn(damaged).warn(left_out(&scanned.joined))
}

fn answer(scanned: &Scanned) -> Answer {
    let Scanned { written, joined, codes, read } = scanned;
    let restored = joined
        .restored
        .map(|part| format!("; code {part} was restored from the others"))
        .unwrap_or_default();
    let line = format!("read {read} of {}{restored}\n", counted(*codes, "code"));
    let mut answer = written::answer(written, &line);
    let incomplete: Vec<Value> = joined.incomplete.iter().map(incomplete_json).collect();
    put(&mut answer.json, "parts", *codes);
    put(&mut answer.json, "read", *read);
    put(&mut answer.json, "restored", joined.restored);
    put(&mut answer.json, "incomplete", incomplete);
    answer
}

fn incomplete_json(set: &Incomplete) -> Value {
    json!({ "set": set.name.to_string(), "parts": set.parts, "missing": set.missing })
}

fn picture_json(picture: &Picture<'_>) -> Value {
    json!({
        "path": picture.path.to_string_lossy(),
        "codes": picture.codes.len(),
        "foreign": picture.foreign.len(),
        "damaged": picture.damaged.len(),
        "error": picture.failure.as_ref().map(|failure| failure.problem.name()),
    })
}

/// The codes of other files.
fn left_out(joined: &Joined) -> Vec<String> {
    let incomplete = joined
        .incomplete
        .iter()
        .map(|set| format!("another file's codes are not complete and were left out: {set}"));
    let damaged = joined
        .damaged
        .iter()
        .map(|name| format!("another file's codes were left out: {}", parts::misread(*name)));
    incomplete.chain(damaged).collect()
}
