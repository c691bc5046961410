//! GitLab's usage export in JSON: the daily series and the block about its days, wherever they
//! stand. The names around them are not known yet: all that is not understood is shown.

use std::collections::BTreeSet;

use license_core::Day;
use serde_json::error::Category;

use super::cells::{DATE, count, day};
use super::counts::{Beside, Columns, DailyCounts, Gathered};
use super::refusal::{Place, at, shown};
use super::strict::Strict;
use super::text::unknown;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// The keys of an entry of the daily series.
const ENTRY: [&str; 2] = ["date", "billable_user_count"];
/// The keys of the block about the days of the series.
const COVERAGE: [&str; 4] = ["expected_days", "days_with_data", "complete", "no_data_dates"];
/// Keys that are shown at most: a document of so many is no usage export.
const KEYS: usize = 1_000;

/// Whether the text begins as a JSON document does.
pub(super) fn begins(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// Returns the counts of the document.
///
/// # Errors
/// `export_cut`, `export_row`, `export_unknown`, `export_time`, `export_count`, `export_large`.
pub(super) fn read(text: &str) -> Result<DailyCounts, Failure> {
    let document: Strict = serde_json::from_str(text).map_err(|error| no_json(&error))?;
    let mut found = Found::default();
    found.look("", &document)?;
    let series = match found.series.as_slice() {
        [series] => *series,
        [] => {
            let what = "JSON without a list of `date` and `billable_user_count`";
            return Err(unknown(what));
        }
        several => {
            let message = format!("found {} daily series, expected one", several.len());
            return Err(Failure::new(Problem::ExportRow, message));
        }
    };
    let mut gathered = Gathered::new(&Columns::before(Vec::new()));
    let mut named = BTreeSet::new();
    for (number, entry) in (1..).zip(series) {
        let place = Place::Entry(number);
        let day = entry_day(place, entry)?;
        named.insert(day);
        gathered.add(place, day, entry_count(place, entry)?)?;
        found.extra(entry);
    }
    let counts = DailyCounts { beside: found.beside, ..gathered.counts() };
    match found.coverage {
        Some(coverage) => check(coverage, &counts, &named).map(|()| counts),
        None => Ok(counts),
    }
}

/// What stands in a document.
#[derive(Default)]
struct Found<'a> {
    series: Vec<&'a [Strict]>,
    coverage: Option<&'a Strict>,
    beside: Vec<Beside>,
}

impl<'a> Found<'a> {
    /// Looks at a value and all within it.
    fn look(&mut self, path: &str, value: &'a Strict) -> Result<(), Failure> {
        if self.beside.len() > KEYS {
            let message = format!("found more than {}, expected no more", counted(KEYS, "key"));
            return Err(Failure::new(Problem::ExportLarge, message));
        }
        match value {
            Strict::List(items) if is_series(items) => self.series.push(items),
            Strict::Object(members) => {
                let about_days = is_coverage(members);
                if about_days && self.coverage.replace(value).is_some() {
                    let message = "found two blocks about the days, expected one";
                    return Err(Failure::new(Problem::ExportRow, message));
                }
                let known = |name: &str| about_days && COVERAGE.contains(&name);
                for (name, value) in members.iter().filter(|(name, _)| !known(name)) {
                    let dot = if path.is_empty() { "" } else { "." };
                    self.look(&format!("{path}{dot}{name}"), value)?;
                }
            }
            Strict::List(_)
            | Strict::Null
            | Strict::Bool(_)
            | Strict::Number(_)
            | Strict::Text(_) => self.note(path, value),
        }
        Ok(())
    }

    /// Notes further keys of an entry of the series.
    fn extra(&mut self, entry: &Strict) {
        let Strict::Object(members) = entry else { return };
        for (name, value) in members.iter().filter(|(name, _)| !ENTRY.contains(&name.as_str())) {
            self.note(name, value);
        }
    }

    fn note(&mut self, name: &str, value: &Strict) {
        let (last, is_new) = (value.to_string(), !self.beside.iter().any(|it| it.name == name));
        if is_new && self.beside.len() <= KEYS {
            self.beside.push(Beside { name: name.to_owned(), filled: 0, last: String::new() });
        }
        if let Some(beside) = self.beside.iter_mut().find(|it| it.name == name) {
            beside.filled += 1;
            beside.last = last;
        }
    }
}

/// Whether a list is a daily series: each entry has a day and a count. An empty list may be that of
/// the days without data, and is none.
fn is_series(items: &[Strict]) -> bool {
    let is_entry = |item: &Strict| ENTRY.iter().all(|key| item.get(key).is_some());
    !items.is_empty() && items.iter().any(is_entry)
}

fn is_coverage(members: &[(String, Strict)]) -> bool {
    members.iter().filter(|(name, _)| COVERAGE.contains(&name.as_str())).count() >= 2
}

fn entry_day(place: Place, entry: &Strict) -> Result<Day, Failure> {
    match entry.get("date") {
        Some(Strict::Text(text)) => day(place, text, &[DATE]),
        _ => Err(at(place, Problem::ExportRow, "found no date, expected one as YYYY-MM-DD")),
    }
}

fn entry_count(
    place: Place,
    entry: &Strict,
) -> Result<Option<license_core::value::Count>, Failure> {
    match entry.get("billable_user_count") {
        Some(Strict::Null) => Ok(None),
        Some(Strict::Number(number)) => count(place, number),
        Some(other) => {
            let message = format!("found {}, expected a number", shown(&other.to_string()));
            Err(at(place, Problem::ExportCount, message))
        }
        None => Err(at(place, Problem::ExportRow, "found no billable_user_count, expected one")),
    }
}

/// Checks the series against the block about its days.
fn check(coverage: &Strict, counts: &DailyCounts, named: &BTreeSet<Day>) -> Result<(), Failure> {
    let number = |key: &str| match coverage.get(key) {
        Some(Strict::Number(number)) => number.parse::<usize>().ok(),
        _ => None,
    };
    let refused = |message: String| Err(Failure::new(Problem::ExportCut, message));
    let with = counts.days.len();
    if let Some(told) = number("days_with_data").filter(|told| *told != with) {
        let with = counted(with, "day");
        return refused(format!(
            "the series has {with} with data, the block beside it says {told}"
        ));
    }
    let empty = match coverage.get("no_data_dates") {
        Some(Strict::List(days)) => days.as_slice(),
        _ => &[],
    };
    for day in empty {
        let Strict::Text(text) = day else { continue };
        let day = Day::parse(text).filter(|day| counts.days.contains_key(day));
        if let Some(day) = day {
            return refused(format!("{day} has a figure, and is among the days without data"));
        }
    }
    let expected = number("expected_days").filter(|told| named.len() > *told);
    if let Some(told) = expected {
        let days = counted(named.len(), "day");
        return refused(format!("the series has {days}, the block beside it expects {told}"));
    }
    Ok(())
}

fn no_json(error: &serde_json::Error) -> Failure {
    let line = error.line().max(1);
    match error.classify() {
        Category::Eof => {
            at(line, Problem::ExportCut, "the document ends before it is whole, expected its end")
        }
        Category::Io | Category::Syntax | Category::Data => {
            let column = error.column();
            let message = format!("found what is no JSON in column {column}, expected JSON");
            let twice = error.to_string().contains("a key stands twice");
            let message =
                if twice { "a key stands twice in an object".to_owned() } else { message };
            at(line, Problem::ExportRow, message)
        }
    }
}
