//! Licenses that are taken back, and trials.

use license_core::Day;
use serde_json::{Value, json};

use super::filed::row;
use super::words::{INDENT, of_row};
use crate::desk::make::{Revocation, Trial};
use crate::desk::rules::Broken;
use crate::plural::{counted, seats};
use crate::problem::Exit;
use crate::registry::DocumentRow;
use crate::view::answer::{Answer, printable};
use crate::view::wrapped::labelled;

/// What a revocation can do, and what it cannot.
const UNTIL_ITS_END: &str = "An instance that is offline goes on with its license until that ends: \
    no file can reach it that it does not install. From now on the license is not renewed and not \
    sent again, and reports under it are marked.";

/// What is to be taken back, in words.
pub(crate) fn revocation(whose: &str, revocation: &Revocation) -> String {
    let one = |row: &DocumentRow| {
        let serial = row.serial.unwrap_or_default();
        labelled("  license", INDENT, &format!("{} (number {serial}): {}", row.id, of_row(row)))
    };
    let reports = counted(revocation.reports.len(), "report");
    let ends = match &revocation.subscription {
        Some(subscription) => format!("subscription {} ends with it", subscription.id),
        None => "the subscription itself is not revoked".to_owned(),
    };
    labelled("", 0, &printable(&format!("revoke for {whose}")))
        + &revocation.licenses.iter().map(one).collect::<String>()
        + &labelled("  reports", INDENT, &format!("{reports} under it"))
        + &labelled("  then", INDENT, &printable(&ends))
        + &revocation.broken.iter().map(rule).collect::<String>()
        + &labelled("  note", INDENT, UNTIL_ITS_END)
}

fn rule(broken: &Broken) -> String {
    labelled("  objection", INDENT, &printable(&broken.to_string()))
}

/// The answer where it would be taken back; a no where a rule stands against it.
pub(crate) fn revocable(whose: &str, taken: &Revocation, anyway: bool) -> Answer {
    let (exit, end) = match (taken.broken.is_empty(), anyway) {
        (true, _) => (Exit::Yes, "not revoked: --dry-run\n"),
        (false, true) => (Exit::Yes, "not revoked: --dry-run; with --anyway it is an exception\n"),
        (false, false) => {
            (Exit::Refused, "not revoked: --dry-run; without --anyway it would be refused\n")
        }
    };
    Answer::yes(revocation(whose, taken) + end, json(taken, false)).with_exit(exit)
}

/// The answer where it was taken back.
pub(crate) fn revoked(whose: &str, taken: &Revocation, shown: bool) -> Answer {
    let begin = if shown { String::new() } else { revocation(whose, taken) };
    Answer::yes(begin + "revoked\n", json(taken, true)).done("the revocation is kept")
}

fn json(taken: &Revocation, done: bool) -> Value {
    let reports = taken.reports.iter().map(|row| Value::from(row.id.to_string()));
    let objection = |it: &Broken| json!({ "code": it.code(), "message": it.to_string() });
    json!({
        "format": 1,
        "revoked": done,
        "licenses": taken.licenses.iter().map(row).collect::<Vec<_>>(),
        "reports": reports.collect::<Vec<_>>(),
        "subscription_ends": taken.subscription.as_ref().map(|it| it.id.clone()),
        "objections": taken.broken.iter().map(objection).collect::<Vec<_>>(),
    })
}

/// The trials of a customer.
pub(crate) fn trials(whose: &str, trials: &[Trial], today: Day) -> Answer {
    let head = match trials.len() {
        0 => format!("{whose}: no trial\n"),
        number => format!("{whose}: {}\n", counted(number, "trial")),
    };
    let text = labelled("", 0, &printable(&head));
    let lines = trials.iter().map(|trial| labelled("  trial", INDENT, &trial_words(trial, today)));
    let json = json!({
        "format": 1,
        "trials": trials.iter().map(|trial| trial_json(trial, today)).collect::<Vec<_>>(),
    });
    Answer::yes(text + &lines.collect::<String>(), json)
}

fn trial_words(trial: &Trial, today: Day) -> String {
    let left = trial.until.since(today);
    let left = match left {
        ..=0 => "it has ended".to_owned(),
        left => format!("{} left", counted(usize::try_from(left).unwrap_or(0), "day")),
    };
    let seats = seats(trial.seats);
    printable(&format!(
        "{} of subscription {}: {seats}, from {} until {}, {left}; extended {}",
        trial.id,
        trial.subscription,
        trial.from,
        trial.until,
        times(trial.extended)
    ))
}

/// How often: never, once, 2 times.
pub(super) fn times(number: u32) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        number => format!("{number} times"),
    }
}

fn trial_json(trial: &Trial, today: Day) -> Value {
    json!({
        "id": trial.id.to_string(),
        "subscription": trial.subscription,
        "from": trial.from.to_string(),
        "until": trial.until.to_string(),
        "days_left": trial.until.since(today).max(0),
        "seats": trial.seats,
        "extended": trial.extended,
    })
}
