//! All codes: found by name, by a name that is nearly one, and written as docs/CODES.md.

use std::fmt::Write as _;

use license_core::Code;

use super::entry::{Entry, Exit, Group};
use super::notices::Notice;
use super::table::Problem;

/// How many names are offered for one that is unknown.
const OFFERED: usize = 3;
/// How much further than the nearest the others may be.
const SPREAD: usize = 2;

/// Every code, group by group, each in the order of its table.
pub(crate) fn entries() -> Vec<Entry> {
    let own = Problem::OWN.iter().copied();
    let core = Code::ALL.iter().map(|code| Problem::Core(*code));
    let problems = own.chain(core).map(Problem::entry);
    problems.chain(Notice::ALL.iter().map(|remark| remark.entry())).collect()
}

/// The code of this name; upper case, spaces and hyphens are forgiven, and the brackets around it.
pub(crate) fn find(typed: &str) -> Option<Entry> {
    let name = plain(typed);
    entries().into_iter().find(|entry| entry.name == name)
}

/// The names that are nearest to one that is unknown, the nearest first; none that is far: that
/// differs in more than half of its letters.
pub(super) fn nearest(typed: &str) -> Vec<&'static str> {
    let name = plain(typed);
    let mut names: Vec<(usize, &'static str)> =
        entries().iter().map(|entry| (distance(&name, entry.name), entry.name)).collect();
    names.sort_unstable();
    let best = names.first().map_or(0, |(distance, _)| *distance);
    names.retain(|(distance, name)| *distance <= best + SPREAD && 2 * distance <= name.len());
    names.into_iter().take(OFFERED).map(|(_, name)| name).collect()
}

/// What to do about a name that is no code: the nearest, and where all are.
pub(crate) fn offer(typed: &str) -> String {
    let near: Vec<String> =
        nearest(typed).iter().map(|name| format!("`airlock explain {name}`")).collect();
    let all = "`airlock explain` alone lists all codes";
    if near.is_empty() {
        all.to_owned()
    } else {
        format!("the nearest: {}; {all}", near.join(", "))
    }
}

fn plain(typed: &str) -> String {
    let words = typed.trim_matches(|c: char| c.is_whitespace() || "[]`.,:".contains(c));
    let words = words.to_lowercase().replace('-', "_");
    words.split(|c: char| c.is_whitespace() || c == '_').filter(|word| !word.is_empty()).fold(
        String::new(),
        |name, word| if name.is_empty() { word.to_owned() } else { name + "_" + word },
    )
}

/// The fewest letters to put in, take out or change (Levenshtein), one row after the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (done, letter) in from.chars().enumerate() {
        let mut next = vec![done + 1];
        for (pair, other) in row.windows(2).zip(&to) {
            let [above_left, above] = pair else { continue };
            let left = next.last().copied().unwrap_or(done);
            let change = above_left + usize::from(letter != *other);
            next.push(change.min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

impl Entry {
    /// The exit status in words.
    pub(crate) fn exit_words(&self) -> &'static str {
        match self.exit {
            Some(Exit::Yes) => "0: it is told beside an answer",
            Some(Exit::Refused) if self.group == Group::Reconcile => {
                "1: what is owed is not wholly known"
            }
            Some(Exit::Refused) => "1: the file was examined and refused",
            Some(Exit::Failed) => "2: the job could not be done",
            None => "0; 1 where its effect applies and the command was to refuse on it",
        }
    }
}

impl Group {
    /// The heading above the codes of this group.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Command => "The command could not do its job",
            Self::File(_) => "A file was refused",
            Self::Guard => "The guard let nothing pass",
            Self::Beside => "Told beside an answer",
            Self::Reconcile => "Told when a report is reconciled",
            Self::Forecast => "Told before a license is signed",
            Self::Verdict => "Told when a license is judged",
        }
    }
}

const HEAD: &str = "\
# Codes

Every answer that is not a plain yes has a code: in brackets after the message, and as `code` in
JSON. `airlock explain CODE` shows a line of this page on a machine without a network.

This page is made from the command's own table; a test compares the two. The exit status is 0 for
yes, 1 for examined and refused, 2 for a job that could not be done. `airlock guard` ends with 1
whenever it refuses a file.

Support always asks for the whole command line, the whole message, and `airlock --version`; never
for a private key or a passphrase.
";

/// The text of docs/CODES.md.
pub(crate) fn guide() -> String {
    let mut text = HEAD.to_owned();
    let mut title = "";
    for entry in entries() {
        if entry.group.title() != title {
            title = entry.group.title();
            // Writing to a String cannot fail.
            writeln!(
                text,
                "\n## {title}\n\n| code | exit | meaning | what to do | what support asks |\n\
                 |---|---|---|---|---|"
            )
            .ok();
        }
        writeln!(text, "{}", row(&entry)).ok();
    }
    text
}

fn row(entry: &Entry) -> String {
    let exit = entry.exit.map_or_else(|| "0 or 1".to_owned(), |exit| exit.status().to_string());
    let cells =
        [entry.meaning, entry.advice, entry.support_asks].map(|cell| cell.replace('|', "\\|"));
    format!("| `{}` | {exit} | {} |", entry.name, cells.join(" | "))
}
