//! The licenses of an instance, as a list, and what removing and restoring one of them came to.

use license_core::Day;
use license_core::value::{Count, DocumentId};
use license_core::verify::VerifiedLicense;
use serde_json::{Value, json};

use crate::instance::chain::Span;
use crate::instance::ledger::Removal;
use crate::instance::licenses::{Deciding, Listed, State};
use crate::plural::counted;
use crate::problem::Failure;
use crate::view::answer::Answer;

/// The list of all, then which takes over on which day, and the last day of the last one; without
/// any, how many were removed.
pub(crate) fn list(listed: &[Listed], spans: &[Span], removed: usize) -> Answer {
    let text = if listed.is_empty() {
        none_is_installed(removed)
    } else {
        listed.iter().map(row_text).chain(turns(spans)).collect()
    };
    let end = spans.last();
    let last = end.map(|span| format!("end  {}: the last day with a license\n", span.last()));
    let rows: Vec<Value> = listed.iter().map(row_json).collect();
    let chain: Vec<Value> = spans.iter().map(span_json).collect();
    let until = end.map(|span| span.until.to_string());
    let json = json!({ "format": 1, "licenses": rows, "chain": chain, "until": until });
    Answer::yes(text + &last.unwrap_or_default(), json)
}

/// What changes from today on; that a license is in force today is said already.
fn turns(spans: &[Span]) -> impl Iterator<Item = String> {
    let said = |(place, span): &(usize, &Span)| *place > 0 || span.license.is_none();
    spans.iter().enumerate().filter(said).map(|(_, span)| turn(span))
}

/// What changes on the first day of a span.
fn turn(span: &Span) -> String {
    match span.license {
        Some(license) => {
            let seats = seats_of(license.seats);
            format!("then {}: {} takes over, {seats}\n", span.from, license.id)
        }
        None => format!("gap  {} to {}: no license\n", span.from, span.last()),
    }
}

/// A span, for programs.
pub(crate) fn span_json(span: &Span) -> Value {
    json!({
        "from": span.from.to_string(),
        "until": span.until.to_string(),
        "license": span.license.map(|license| license.id.to_string()),
    })
}

fn none_is_installed(removed: usize) -> String {
    let were = match removed {
        0 => return "no license is installed\n".to_owned(),
        1 => "1 was",
        more => &format!("{more} were"),
    };
    format!(
        "no license is installed; {were} removed: `airlock license list --removed` shows which, \
         `airlock license restore ID` brings one back\n"
    )
}

/// What removing a license does, before it is done.
pub(crate) fn removal(id: DocumentId) -> String {
    format!(
        "License {id} will decide nothing here any more. It is kept: if it was ever in force, \
         usage reports go on covering its term, and `airlock license restore {id}` undoes this."
    )
}

/// A license that was removed, and the one that decides now.
pub(crate) fn removed(id: DocumentId, removal: Removal, decides: Deciding) -> Answer {
    let now = decides_text(decides, "no license is in force any more");
    let (kept, undo) = match removal {
        Removal::Unused => (
            "the license; it was never in force, so reports do not cover its term",
            format!(
                "`airlock license export {id} --out FILE`, then `airlock license install FILE \
                 --users N`"
            ),
        ),
        Removal::Covered | Removal::Absent => (
            "the license and its usage figures; reports go on covering its term",
            format!("`airlock license restore {id}`"),
        ),
    };
    let text = format!("removed license {id}: {now}\n  kept     {kept}\n  undo     {undo}\n");
    let json = json!({
        "format": 1,
        "removed": id.to_string(),
        "decides": decides_json(decides),
        "covered": removal != Removal::Unused,
    });
    Answer::yes(text, json).done(format!("license {id} is removed"))
}

/// A license that is installed again, and the one that decides now.
pub(crate) fn restored(id: DocumentId, decides: Deciding) -> Answer {
    let now = decides_text(decides, "no license is in force yet");
    let json = json!({ "format": 1, "restored": id.to_string(), "decides": decides_json(decides) });
    let text = format!("restored license {id}: {now}\n");
    Answer::yes(text, json).done(format!("license {id} is restored"))
}

fn decides_text(decides: Deciding, nothing: &str) -> String {
    match decides {
        Deciding::Nothing => nothing.to_owned(),
        Deciding::License(id) => format!("license {id} decides"),
        Deciding::Unknown(id) => unknown(id),
    }
}

/// Which license decides is not known, because this one does not verify.
pub(super) fn unknown(id: DocumentId) -> String {
    format!("which license decides is not known: license {id} does not verify any more")
}

fn decides_json(decides: Deciding) -> Option<String> {
    match decides {
        Deciding::License(id) => Some(id.to_string()),
        Deciding::Nothing | Deciding::Unknown(_) => None,
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::InForce => "in_force",
        State::EndedButDeciding => "ended_but_deciding",
        State::NotStarted => "not_started",
        State::Ended => "ended",
        State::Superseded => "superseded",
        State::Undecided => "undecided",
        State::Removed(_) => "removed",
    }
}

fn row_text(listed: &Listed) -> String {
    let id = listed.id;
    let (license, state) = match &listed.license {
        Ok((license, State::Removed(day))) => (license, format!("removed on {day}")),
        Ok((license, state)) => (license, name(*state).replace('_', " ")),
        Err(failure) => return format!("{id}  refused: {}\n", failure.message),
    };
    let seats = seats_of(license.seats);
    format!(
        "{id}  {state}: {} of {}, {seats}, {} to {} (last day)\n",
        license.plan,
        license.company,
        license.from,
        license.last_day()
    )
}

/// So many seats, in words.
pub(crate) fn seats_of(seats: Option<Count>) -> String {
    seats.map_or_else(|| "unlimited".to_owned(), |seats| counted(seats.get(), "seat"))
}

fn row_json(listed: &Listed) -> Value {
    match &listed.license {
        Ok((license, state)) => license_json(license, *state),
        Err(failure) => refused_json(listed.id, failure),
    }
}

fn license_json(license: &VerifiedLicense, state: State) -> Value {
    json!({
        "license": license.id().to_string(),
        "state": name(state),
        "plan": license.plan.to_string(),
        "company": license.company.as_str(),
        "seats": license.seats.map(Count::get),
        "from": license.from.to_string(),
        "until": license.until.to_string(),
        "removed_on": removed_on(state).map(|day| day.to_string()),
        "subscription": license.subscription.as_ref().map(ToString::to_string),
    })
}

fn removed_on(state: State) -> Option<Day> {
    match state {
        State::Removed(day) => Some(day),
        State::InForce
        | State::EndedButDeciding
        | State::NotStarted
        | State::Ended
        | State::Superseded
        | State::Undecided => None,
    }
}

fn refused_json(id: DocumentId, failure: &Failure) -> Value {
    json!({
        "license": id.to_string(),
        "state": "refused",
        "code": failure.problem.name(),
        "message": failure.message,
    })
}
