//! Messages of ours in a text that somebody pasted.

use crate::problem::{self, Entry, Exit, Problem};

/// Codes that one text may name; more is a page of them.
const CODES: usize = 16;
/// Bytes of a text that is looked at: what is pasted is short.
pub(super) const TEXT_BYTES: usize = 1 << 20;
/// Letters that a code may have; the longest of ours is half as long.
const NAME: usize = 48;

/// How the lines begin that say what went wrong.
const MARKS: [&str; 4] = ["error:", "REFUSED:", "warning:", "hint:"];

/// How the command line's own errors begin: they have no code.
const TYPED_WRONG: [&str; 6] = [
    "error: unexpected argument",
    "error: unrecognized subcommand",
    "error: the following required arguments were not provided",
    "error: invalid value",
    "error: a value is required",
    "error: the argument",
];

/// What GitLab and the linked library say without a code, and the code that they mean: all parts of
/// it stand in one line.
const SENTENCES: &[(&[&str], &str)] = &[
    (&["the license is for instance"], "other_instance"),
    (&["users now, the license allows"], "users_over_seats"),
    (&["(the most ", ", the license allows"], "peak_over_seats"),
    (&["(the most ", ", the true-up allows"], "true_up_too_small"),
    (&["he license has ended: "], "ended"),
    (&["he license ends soon: "], "ends_soon"),
    (&["no user can be added"], "no_seat_left"),
    (&["users now of ", " seats: "], "few_seats_left"),
    (&["he last usage report is ", "it is due after"], "report_due"),
    (&["he license begins on ", ", today is "], "not_started"),
    (&["cannot be decided whether the license may be activated"], "fact_missing"),
    (&["the signature does not fit the content"], "bad_signature"),
    (&["license cannot be used", "no BEGIN line"], "text_missing"),
    (&["license cannot be used", "line "], "text_damaged"),
    (&["license cannot be used", "key id "], "unknown_key"),
];

/// What a text says in our words.
#[derive(Debug, Default)]
pub(super) struct Messages {
    /// The codes that it names: each once, in their order, warnings behind the others.
    pub(super) codes: Vec<Entry>,
    /// What stands where a code does, and is none that this version knows.
    pub(super) unknown: Vec<String>,
}

impl Messages {
    fn add(&mut self, entry: Entry) {
        if !self.codes.contains(&entry) {
            self.codes.push(entry);
        }
    }
}

/// What the text says as our messages do: a code in brackets or as `code` in JSON, a rule that
/// applies, an error of the command line, a sentence of ours.
pub(super) fn read(bytes: &[u8]) -> Messages {
    let text = String::from_utf8_lossy(bytes.get(..TEXT_BYTES).unwrap_or(bytes));
    let mut found = Messages::default();
    coded(&mut found, &text);
    rules(&mut found, &text);
    if found.codes.iter().all(|entry| entry.exit == Some(Exit::Yes)) {
        sentences(&mut found, &text);
    }
    found.codes.sort_by_key(|entry| entry.exit == Some(Exit::Yes));
    found.codes.truncate(CODES);
    found.unknown.truncate(CODES);
    found
}

fn coded(found: &mut Messages, text: &str) {
    let entries = problem::entries();
    let marked = MARKS.iter().any(|mark| text.contains(mark));
    let bracketed =
        text.split('[').skip(1).filter_map(|rest| Some((rest.split_once(']')?.0, true)));
    let in_json = text.split("\"code\"").skip(1).filter_map(|rest| Some((quoted(rest)?, false)));
    // In round ones our codes are written by hand: only what has a name of ours counts.
    let round = text.split('(').skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
    let is_code = |name: &&str| name.contains('_') && entries.iter().any(|it| it.name == *name);
    let round = round.filter(is_code).map(|name| (name, true));
    for (name, in_brackets) in in_json.chain(bracketed).chain(round) {
        // A mail program may have broken the line within the code.
        let name: String = name.split_whitespace().collect();
        match entries.iter().find(|entry| entry.name == name) {
            // A word in brackets alone is not ours: `[empty]` stands in other texts too.
            Some(entry) if marked || !in_brackets || name.contains('_') => found.add(*entry),
            None if marked && is_name(&name) && !found.unknown.contains(&name) => {
                found.unknown.push(name);
            }
            Some(_) | None => {}
        }
    }
    let alone = text.trim();
    if alone.len() <= NAME {
        problem::find(alone).into_iter().for_each(|entry| found.add(entry));
    }
}

/// Whether it looks as our codes do.
fn is_name(name: &str) -> bool {
    name.len() <= NAME
        && name.contains('_')
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The rules that apply, or lack a figure, in an answer of `airlock check`.
fn rules(found: &mut Messages, text: &str) {
    for status in [": APPLIES", ": not decided: a figure is missing"] {
        for before in text.split(status).collect::<Vec<_>>().split_last().map_or(&[][..], |it| it.1)
        {
            let name = before.split_whitespace().next_back().unwrap_or_default();
            problem::find(name).into_iter().for_each(|entry| found.add(entry));
        }
    }
}

fn sentences(found: &mut Messages, text: &str) {
    if TYPED_WRONG.iter().any(|start| text.contains(start)) {
        found.add(Problem::Options.entry());
    }
    for line in text.lines() {
        let said = |(parts, _): &&(&[&str], &str)| parts.iter().all(|part| line.contains(part));
        let said = SENTENCES.iter().find(said).and_then(|(_, name)| problem::find(name));
        said.into_iter().for_each(|entry| found.add(entry));
    }
    // The meanings of the codes, as the library and the gem print them.
    let meant = problem::entries();
    meant.into_iter().filter(|entry| text.contains(entry.meaning)).for_each(|it| found.add(it));
}

/// The text in quotes behind a colon.
fn quoted(rest: &str) -> Option<&str> {
    let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    Some(value.split_once('"')?.0)
}
