//! What installing licenses changes: which license is in force before and after, its seats, the
//! contract's end, what applies.

use license_core::Day;
use license_core::rule::{Effect, Effects};
use license_core::value::Count;
use license_core::words;
use serde_json::{Value, json};

use crate::instance::chain::{Contract, InForce, Span};
use crate::instance::install::Outcome;
use crate::instance::stand::Stand;
use crate::plural::counted;
use crate::view::license_list::{seats_of, span_json, unknown};

/// What stands for no license.
const NONE: &str = "none";

/// The three lines, for people.
pub(super) fn text(outcome: &Outcome) -> String {
    let Outcome { before, after, today, .. } = outcome;
    format!(
        "  before   {}\n  after    {}\n{}  changes  {}\n",
        stand(before, *today),
        stand(after, *today),
        gaps(&after.spans()),
        changes(outcome)
    )
}

/// The days between two licenses on which none is in force.
pub(super) fn between(spans: &[Span]) -> impl Iterator<Item = &Span> {
    let begun = spans.iter().skip_while(|span| span.license.is_none());
    begun.filter(|span| span.license.is_none())
}

/// That no license is in force between two, and what to do: a year may be missing of what came.
fn gaps(spans: &[Span]) -> String {
    let days = between(spans).map(|span| format!("{} to {}", span.from, span.last()));
    let days: Vec<String> = days.collect();
    if days.is_empty() {
        return String::new();
    }
    format!(
        "  gap      {}: no license is in force then; install the one of these days, if it came \
         too; else `airlock request new` asks for one\n",
        days.join(", and ")
    )
}

/// The two, for programs.
pub(super) fn json(outcome: &Outcome) -> (Value, Value) {
    let Outcome { before, after, effects, today, .. } = outcome;
    (object(before, effects.0, *today), object(after, effects.1, *today))
}

fn object(stand: &Stand, effects: Effects, today: Day) -> Value {
    let spans = stand.spans();
    let now = now(&spans, today);
    let effects: Vec<String> = effects.iter().map(|effect| effect.to_string()).collect();
    json!({
        "undecided": stand.unread().is_some(),
        "license": now.map(|license| license.id.to_string()),
        "seats": now.and_then(|license| license.seats).map(Count::get),
        "contract_last_day": Contract::of_spans(&spans).map(|it| it.last.to_string()),
        "contract_licenses": Contract::of_spans(&spans).map_or(0, |it| it.licenses),
        "gaps": between(&spans).map(span_json).collect::<Vec<Value>>(),
        "effects": effects,
    })
}

/// The license that is in force today.
fn now(spans: &[Span], today: Day) -> Option<InForce> {
    spans.first().filter(|span| span.from <= today)?.license
}

fn stand(stand: &Stand, today: Day) -> String {
    let spans = stand.spans();
    let Some(first) = spans.iter().find_map(|span| Some((span.from, span.license?))) else {
        return match (stand.unread(), stand.is_empty()) {
            (Some(id), _) => unknown(id),
            (None, true) => "no license is installed".to_owned(),
            (None, false) => "no license is in force any more".to_owned(),
        };
    };
    if let Some(id) = stand.unread() {
        return unknown(id);
    }
    let (from, InForce { id, seats }) = first;
    let seats = seats_of(seats);
    let decides = if from <= today {
        format!("license {id} is in force, {seats}")
    } else {
        format!("no license is in force until {id} begins on {from}, {seats}")
    };
    format!("{decides}{}", end(&spans))
}

/// The contract's end.
fn end(spans: &[Span]) -> String {
    let Some(Contract { last, licenses }) = Contract::of_spans(spans) else {
        return String::new();
    };
    let licenses = if licenses == 1 {
        String::new()
    } else {
        format!(", with {}", counted(licenses, "license"))
    };
    format!("; the contract ends with {last}{licenses}")
}

fn changes(Outcome { before, after, effects, today, .. }: &Outcome) -> String {
    let (old, new) = (before.spans(), after.spans());
    let (was, is) = (now(&old, *today), now(&new, *today));
    let seats =
        |license: Option<InForce>| license.map_or_else(|| NONE.to_owned(), |it| seats_of(it.seats));
    let last = |spans: &[Span]| {
        let last = Contract::of_spans(spans).map(|it| it.last);
        last.map_or_else(|| NONE.to_owned(), |last| last.to_string())
    };
    let pairs = [
        ("seats today", seats(was), seats(is)),
        ("contract's end", last(&old), last(&new)),
        ("today", applies(effects.0), applies(effects.1)),
    ];
    // Where there was none, the line above says it all.
    let is_change = |(_, before, after): &(_, String, String)| before != NONE && before != after;
    let changed = pairs.into_iter().filter(is_change);
    let changed = changed.map(|(what, before, after)| format!("{what}: {before} -> {after}"));
    let ids = was.zip(is).filter(|(was, is)| was.id != is.id);
    let other = ids.map(|_| "another license decides today".to_owned());
    let changed: Vec<String> = other.into_iter().chain(changed).collect();
    if changed.is_empty() { "nothing today".to_owned() } else { changed.join("; ") }
}

/// What is refused, in words.
fn applies(effects: Effects) -> String {
    let denied = effects.iter().filter(|effect| Effects::DENYING.contains(*effect));
    let denied: Vec<String> = denied.map(|effect: Effect| words::effect(effect)).collect();
    if denied.is_empty() { "nothing is refused".to_owned() } else { denied.join(", ") }
}
