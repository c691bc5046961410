//! What an instance will answer to a license that is about to be signed.

#[cfg(test)]
mod tests;

use std::fmt::Display;

use license_core::rule::{Fact, Window};
use license_core::value::{Count, InstanceId};
use license_core::verdict::Finding;
use license_core::words;
use serde_json::{Value, json};

use crate::desk::forecast::{
    Change, Difference, Elsewhere, Forecast, Most, Note, Objection, Outcome, Source, Users, Warning,
};
use crate::plural::counted;
use crate::problem::Notice;
use crate::view::answer::{printable, value};
use crate::view::wrapped::labelled;

/// Columns before a text.
const INDENT: usize = 13;
/// Spans of days that are named; the rest is counted.
const NAMED: usize = 3;

/// The forecast in words, for 80 columns.
pub(crate) fn text(forecast: &Forecast) -> String {
    let Forecast { objections, warnings, notes, differences, .. } = forecast;
    labelled("", 0, &headline(forecast))
        + &labelled("  users", INDENT, &users(forecast))
        + &unseen(forecast.most_on_unseen_days)
        + &lines("objection", objections.iter().map(objection))
        + &lines("differs", differences.iter().map(difference))
        + &lines("warning", warnings.iter().map(warning))
        + &lines("note", notes.iter().map(note))
}

fn lines(label: &str, texts: impl Iterator<Item = String>) -> String {
    texts.map(|text| labelled(&format!("  {label}"), INDENT, &text)).collect()
}

/// The forecast for programs.
pub(crate) fn json(forecast: &Forecast) -> Value {
    let users = forecast.users.map(|users| {
        json!({
            "number": users.number.get(),
            "on": users.on.to_string(),
            "source": source_name(users.source),
        })
    });
    json!({
        "outcome": outcome_name(forecast.outcome),
        "asked": window_json(forecast.asked),
        "installs": forecast.installs.iter().copied().map(window_json).collect::<Vec<_>>(),
        "users": users,
        "most_users": most_json(forecast.most_users),
        "most_on_unseen_days": most_json(forecast.most_on_unseen_days),
        "objections": forecast.objections.iter().map(objection_json).collect::<Vec<_>>(),
        "warnings": told(&forecast.warnings, Warning::notice, warning),
        "notes": told(&forecast.notes, Note::notice, note),
        "differences": told(&forecast.differences, Difference::notice, difference),
    })
}

/// The outcome, as programs know it.
pub(crate) fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Installs => "installs",
        Outcome::Refused => "refused",
        Outcome::Unknown => "unknown",
    }
}

fn source_name(source: Source) -> &'static str {
    match source {
        Source::Request => "request",
        Source::Report => "report",
    }
}

fn window_json(window: Window) -> Value {
    json!({ "from": window.from.to_string(), "to": window.to.to_string() })
}

/// A limit: null where there is none, and `none` where no number is good.
fn most_json(most: Most) -> Value {
    match most {
        Most::Any => Value::Null,
        Most::UpTo(users) => users.into(),
        Most::None => "none".into(),
    }
}

/// An objection; `finding` is the rule with its figures, null where no rule refuses.
fn objection_json(objected: &Objection) -> Value {
    let finding = match objected {
        Objection::Rule(finding) => value(&words::finding_json(finding)),
        Objection::OtherInstance(_) => Value::Null,
    };
    json!({ "code": objected.code(), "message": objection(objected), "finding": finding })
}

/// Each with its code and its sentence.
fn told<T>(all: &[T], notice: fn(&T) -> Notice, words: fn(&T) -> String) -> Vec<Value> {
    let one = |said: &T| json!({ "code": notice(said).entry().name, "message": words(said) });
    all.iter().map(one).collect()
}

/// Whether it installs, and when, in words.
pub(crate) fn headline(forecast: &Forecast) -> String {
    let days = spans(&forecast.installs);
    let first = forecast.asked.from;
    match (forecast.outcome, forecast.installs.is_empty()) {
        (Outcome::Installs, _) => match unseen_may_have(forecast) {
            Some(most) => format!(
                "INSTALLS from {days}, IF no day of the period before that has no figure here \
                 had more than {}",
                counted(most, "user")
            ),
            None => format!("INSTALLS from {days}, on the figures held"),
        },
        (Outcome::Refused, true) => "REFUSED: the instance will not install it".to_owned(),
        (Outcome::Refused, false) => {
            format!("REFUSED: the instance will not install it on {first}; it will from {days}")
        }
        (Outcome::Unknown, _) => "NOT KNOWN: a figure is missing, see below".to_owned(),
    }
}

/// How many users a past day may have that is compared and has no figure here; `None` where no such
/// day is missing, or any number will do.
fn unseen_may_have(forecast: &Forecast) -> Option<u32> {
    let is_of_days = |warning: &Warning| match warning {
        Warning::DaysUnreported { .. }
        | Warning::DaysWithoutFigure { .. }
        | Warning::TermIncomplete { .. } => true,
        Warning::UsersUnknown | Warning::InForceUnknown(_) | Warning::InstanceUnknown => false,
    };
    match forecast.most_on_unseen_days {
        Most::UpTo(most) => forecast.warnings.iter().any(is_of_days).then_some(most),
        Most::Any | Most::None => None,
    }
}

/// Which figures are missing where the outcome is not known; `None` where it is.
pub(crate) fn unknown(forecast: &Forecast) -> Option<String> {
    match forecast.outcome {
        Outcome::Unknown => {
            Some(forecast.warnings.iter().map(warning).collect::<Vec<_>>().join("; "))
        }
        Outcome::Installs | Outcome::Refused => None,
    }
}

fn users(forecast: &Forecast) -> String {
    let held = forecast.users.map_or_else(|| "not known".to_owned(), users_words);
    let most = match forecast.most_users {
        Most::Any => "any number will do on the day of installation".to_owned(),
        Most::UpTo(users) => format!("it installs with up to {users}"),
        Most::None => "it installs with no number".to_owned(),
    };
    format!("{held}; {most}")
}

fn users_words(Users { number, on, source }: Users) -> String {
    let source = match source {
        Source::Request => "by the request",
        Source::Report => "the last figure reported",
    };
    format!("{number} on {on}, {source}")
}

fn unseen(most: Most) -> String {
    let words = match most {
        Most::Any | Most::None => return String::new(),
        Most::UpTo(users) => {
            let most = counted(users, "user");
            format!("a day that is compared and has no figure here may have up to {most}")
        }
    };
    labelled("  other days", INDENT, &words)
}

/// Spans of days, the first ones by name.
fn spans(days: &[Window]) -> String {
    let named: Vec<String> = days.iter().take(NAMED).copied().map(span).collect();
    let more = days.len().saturating_sub(NAMED);
    let rest =
        if more > 0 { format!(" and {} more", counted(more, "span")) } else { String::new() };
    named.join(", ") + &rest
}

fn span(Window { from, to }: Window) -> String {
    if from == to { from.to_string() } else { format!("{from} to {to}") }
}

/// An objection in words.
pub(crate) fn objection(objection: &Objection) -> String {
    match objection {
        Objection::Rule(finding) => refusal(finding),
        Objection::OtherInstance(instance) => {
            format!("the license is for other instances than {instance}, which asked for it")
        }
    }
}

/// A rule that refuses: its reason, and each figure beside its threshold.
fn refusal(finding: &Finding) -> String {
    let figures = finding.conditions.iter().filter(|seen| seen.condition.fact != Fact::Activating);
    let figures: Vec<String> = figures.map(words::condition_observed).collect();
    format!("{}: {}", finding.code, figures.join(", and "))
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::UsersUnknown => {
            "no request and no figure is held: the users of the instance are not known".to_owned()
        }
        Warning::DaysUnreported { period, days, elsewhere } => {
            format!("no report for {}", not_seen(days, *elsewhere, *period))
        }
        Warning::DaysWithoutFigure { period, days, elsewhere } => {
            format!("no figure for {}", not_seen(days, *elsewhere, *period))
        }
        Warning::TermIncomplete { term, missing } => format!(
            "the instance has no figure for {missing} of the days of its term so far, {}",
            span(*term)
        ),
        Warning::InForceUnknown(id) => {
            format!("the instance names license {id} as the one in force, which is not held here")
        }
        Warning::InstanceUnknown => {
            "the license is for named instances, and no request says which this one is".to_owned()
        }
    }
}

/// Days of a compared period that are missing, and what another instance has of them.
fn not_seen(days: &[Window], elsewhere: Option<Elsewhere>, period: Window) -> String {
    let told = elsewhere.map(|Elsewhere { days, most, on }| {
        format!(
            ", of which one that was billed before has reported {days}, at most {} on {on}: should \
             this instance have those figures, they count as well",
            counted(most.get(), "user")
        )
    });
    let told = told.unwrap_or_default();
    format!("{}{told}; {} is compared", missing(days), span(period))
}

/// Days that are missing: how many, and which.
fn missing(days: &[Window]) -> String {
    let number = days.iter().map(|days| days.to.since(days.from) + 1).sum::<i64>();
    format!("{} ({})", counted(usize::try_from(number).unwrap_or(0), "day"), spans(days))
}

fn note(note: &Note) -> String {
    match note {
        Note::PeriodCompared(period) => {
            format!("the most users from {} through {} are compared", period.from, period.to)
        }
        Note::DaysAhead(days) => format!("of these, {} is still to come", span(*days)),
        Note::UsersCompared { most, peak_at_most: None } => {
            format!("users on the day of installation are compared with {most}")
        }
        Note::UsersCompared { most, peak_at_most: Some(peak) } => format!(
            "users on the day of installation are compared with {most}, if there were at most \
             {peak} before"
        ),
        Note::UsersNotCompared => "users on the day of installation are not compared".to_owned(),
        Note::SeatsLower(seats) => {
            format!("fewer seats than before: {}", change(seats.map(seats_words)))
        }
        Note::PlanChanges(plan) => format!("another plan than before: {}", change(*plan)),
        Note::AddOnLost { product, seats } => {
            format!("{product} ends: {} of it", counted(*seats, "seat"))
        }
        Note::AddOnNew { product, seats } => {
            format!("{product} is new: {} of it", counted(*seats, "seat"))
        }
        Note::AddOnChanges { product, seats } => {
            format!("{product} has another number of seats: {}", change(*seats))
        }
        Note::Gap(days) => format!("no license is in force on {}", span(*days)),
    }
}

fn change<T: Display>(Change { before, after }: Change<T>) -> String {
    format!("{before} before, {after} now")
}

fn difference(difference: &Difference) -> String {
    match difference {
        Difference::Seats(seats) => asked_and_ordered(seats.map(seats_words)),
        Difference::Plan(plan) => asked_and_ordered(*plan),
        Difference::Company(company) => asked_and_ordered(company.clone()),
        Difference::Instance { asked, ordered } => {
            let after = ordered.iter().map(InstanceId::to_string).collect::<Vec<_>>().join(", ");
            asked_and_ordered(Change { before: format!("instance {asked}"), after })
        }
        Difference::ReportKey(Change { before, after }) => format!(
            "the instance that asked signs its reports with key {before}, the license names \
             {after}: its reports will be refused"
        ),
    }
}

fn asked_and_ordered<T: Display>(Change { before, after }: Change<T>) -> String {
    printable(&format!("{before} asked for, {after} ordered"))
}

fn seats_words(seats: Option<Count>) -> String {
    seats.map_or_else(|| "any number of seats".to_owned(), |seats| counted(seats.get(), "seat"))
}
