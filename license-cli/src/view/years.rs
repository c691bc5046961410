//! All licenses of a contract, made at once.

use serde_json::{Value, json};

use crate::carry::outgoing::{Written, WrittenPouch};
use crate::desk::make::{Made, Making, Proposal};
use crate::files::shown;
use crate::plural::counted;
use crate::view::answer::{Answer, put};
use crate::view::made::{self, again, against, filed, line, not_signed, terms};
use crate::view::written;

/// What was written: all of them as one text, or each as a file.
pub(crate) enum WrittenYears {
    Pouch(WrittenPouch),
    Each(Vec<Written>),
}

/// What is to be signed, in words: the first as a license alone, each later one beside the year
/// before.
pub(crate) fn text(proposals: &[Proposal]) -> String {
    let one = |(before, proposal): (usize, &Proposal)| {
        let year = before + 1;
        if before == 0 {
            format!("year {year}: {}", made::text(std::slice::from_ref(proposal)))
        } else {
            let (from, last) = (proposal.license.from, proposal.license.last_day());
            let head = format!("year {year}: from {from}, {last} is its last day\n");
            head + &terms(proposal) + &objections(proposal)
        }
    };
    proposals.iter().enumerate().map(one).collect()
}

fn objections(proposal: &Proposal) -> String {
    proposal.objections().iter().map(|it| line("objection", &against(it))).collect()
}

/// The answer where nothing was to be signed.
pub(crate) fn drawn(proposals: &[Proposal], anyway: bool) -> Answer {
    let nothing_against = proposals.iter().all(|it| it.objections().is_empty());
    let (exit, end) = not_signed(nothing_against, anyway);
    let licenses: Vec<Value> = each(proposals).collect();
    let json = json!({ "format": 1, "licenses": licenses });
    Answer::yes(text(proposals) + end, json).with_exit(exit)
}

/// Each license for programs; the license before a later one is that of the year before.
fn each(proposals: &[Proposal]) -> impl Iterator<Item = Value> {
    let mut before = Value::Null;
    proposals.iter().map(move |proposal| {
        let mut json = made::json_of(proposal);
        let after = json.get("after").cloned().unwrap_or_default();
        let last = std::mem::replace(&mut before, after);
        if !last.is_null() {
            put(&mut json, "before", last);
        }
        json
    })
}

/// The answer where they were made, or are given again.
pub(crate) fn answer(
    proposals: &[Proposal],
    made: &[Made],
    files: &WrittenYears,
    shown_before: bool,
) -> Answer {
    let again_made = made.first().filter(|made| made.making == Making::Again);
    let is_shown = shown_before || again_made.is_some();
    let mut shown_text = if is_shown { String::new() } else { text(proposals) };
    shown_text += &written_text(files, made.len());
    for (made, proposal) in made.iter().zip(proposals) {
        shown_text += &filed::told(made, &proposal.chain.subscription);
    }
    shown_text += again_made.map_or("", again);
    let mut licenses: Vec<Value> = each(proposals).collect();
    for (json, made) in licenses.iter_mut().zip(made) {
        put(json, "id", made.id().to_string());
        put(json, "serial", made.serial);
        put(json, "again", made.making == Making::Again);
    }
    let json = json!({ "format": 1, "licenses": licenses });
    let answer = Answer::yes(shown_text, json);
    match files {
        WrittenYears::Pouch(pouch) => of_pouch(answer, pouch),
        WrittenYears::Each(files) => of_each(answer, files),
    }
}

fn written_text(files: &WrittenYears, number: usize) -> String {
    match files {
        WrittenYears::Pouch(pouch) => {
            let (number, bytes) = (counted(number, "license"), counted(pouch.bytes, "byte"));
            format!("wrote {}: {number} in one text, {bytes}\n", shown(&pouch.path))
        }
        WrittenYears::Each(files) => files.iter().map(written::line).collect(),
    }
}

fn of_pouch(mut answer: Answer, pouch: &WrittenPouch) -> Answer {
    put(&mut answer.json, "path", pouch.path.to_string_lossy().into_owned());
    put(&mut answer.json, "sha256", hex::encode(pouch.sha256));
    put(&mut answer.json, "bytes", pouch.bytes);
    let done = format!("the licenses are filed, and {} is written", shown(&pouch.path));
    answer.wrote(&[&pouch.path]).done(done)
}

fn of_each(mut answer: Answer, files: &[Written]) -> Answer {
    let paths: Vec<String> =
        files.iter().map(|file| file.path.to_string_lossy().into_owned()).collect();
    put(&mut answer.json, "paths", paths);
    let paths: Vec<_> = files.iter().map(|file| file.path.as_path()).collect();
    answer.wrote(&paths).done("the licenses are filed, and their files are written")
}
