//! What support should know beside the bill, in words and with its code.

use license_core::Day;
use license_core::reconcile::Change;
use license_core::value::{DocumentId, Thumbprint};
use serde_json::{Value, json as object};

use crate::desk::reconcile::{Above, LicenseOf, Remark, Side};
use crate::plural::counted;
use crate::problem::Notice;

/// Changes that are named one by one; a whole year of them is not read.
const CHANGES_NAMED: usize = 5;

pub(crate) fn json(remark: &Remark) -> Value {
    let (proves, open) = proof(remark);
    object!({
        "code": code(remark).entry().name,
        "message": words(remark),
        "proves": proves,
        "does_not_prove": open,
    })
}

/// What a finding proves, and what it does not.
pub(crate) fn proof(remark: &Remark) -> (&'static str, &'static str) {
    match remark {
        Remark::Unsigned => (
            "nothing: anybody can write such a file",
            "whose figures these are, or that they are true",
        ),
        Remark::HistoryEmpty { .. } => {
            ("that this file has no figure", "that there were no users on these days")
        }
        Remark::HistoryOfOther { .. } => {
            ("that the file names another company", "whose figures these are")
        }
        Remark::ReportKeyFirstUse(_) => (
            "that all reports of this key come from one holder of it",
            "that the holder is the instance that is billed",
        ),
        Remark::ReportKeyFurther { .. } => (
            "that an instance has reported which the license names as a further one",
            "that nobody works with that instance",
        ),
        Remark::SpareAbove { .. } => (
            "that the further instance has reported more users than the billed one",
            "that they are other people, or that the wrong instance is billed",
        ),
        Remark::RivalKeys(_) => {
            ("that several keys have signed reports", "which of them is of the billed instance")
        }
        Remark::NumberRepeated { .. } => (
            "that one key has signed two different reports under one number",
            "that somebody meant to: a folder that was copied or restored does the same",
        ),
        Remark::GapInNumbers { .. } => (
            "that the key has signed reports which are not here",
            "that they were held back, or what stands in them",
        ),
        Remark::ForkedOrRestored { .. } => (
            "that the reports are not one unbroken line",
            "that somebody tampered with them: a folder that was copied or restored does the same",
        ),
        Remark::OtherCustomer { .. } => (
            "that the licenses name different customers or subscriptions",
            "that they do not belong together: a company may have been renamed",
        ),
        Remark::DaysMissing(_) => {
            ("that a report covers these days without a figure", "how many users there were")
        }
        Remark::DaysOutside { .. } => (
            "that these days are in the term of no license that was given",
            "that there was no license on them",
        ),
        Remark::DaysUncovered(_) => {
            ("that no report that was given covers these days", "how many users there were")
        }
        Remark::DaysToCome(_) => ("that one of the two clocks is wrong", "which of them"),
        Remark::HistoryChanged(_) => (
            "that the figure of a day was another one in an earlier file",
            "which of the two is true, or who changed it",
        ),
    }
}

fn code(remark: &Remark) -> Notice {
    match remark {
        Remark::Unsigned => Notice::Unsigned,
        Remark::HistoryEmpty { .. } => Notice::HistoryEmpty,
        Remark::HistoryOfOther { .. } => Notice::HistoryOfOther,
        Remark::ReportKeyFirstUse(_) => Notice::ReportKeyFirstUse,
        Remark::ReportKeyFurther { .. } => Notice::ReportKeyFurther,
        Remark::SpareAbove { .. } => Notice::SpareAbove,
        Remark::RivalKeys(_) => Notice::RivalKeys,
        Remark::NumberRepeated { .. } => Notice::NumberRepeated,
        Remark::GapInNumbers { .. } => Notice::GapInNumbers,
        Remark::ForkedOrRestored { .. } => Notice::ForkedOrRestored,
        Remark::OtherCustomer { .. } => Notice::OtherCustomer,
        Remark::DaysMissing(_) => Notice::DaysMissing,
        Remark::DaysOutside { .. } => Notice::DaysOutside,
        Remark::DaysUncovered(_) => Notice::DaysUncovered,
        Remark::DaysToCome(_) => Notice::DaysToCome,
        Remark::HistoryChanged(_) => Notice::HistoryChanged,
    }
}

pub(crate) fn words(remark: &Remark) -> String {
    match remark {
        Remark::Unsigned => {
            "nobody has signed this export: anybody may have changed it on its way".to_owned()
        }
        Remark::HistoryEmpty { file } => {
            format!("{file} has no day with a figure; ask for the days of the term")
        }
        Remark::HistoryOfOther { file, company } => {
            format!("{file} names the company {company}, and none of the licenses is of it")
        }
        Remark::ReportKeyFirstUse(key) => format!(
            "the license names no report key: the report is signed by key {key}; \
             compare it with the reports before, and note it"
        ),
        Remark::ReportKeyFurther { key, billed_elsewhere } => further(*key, *billed_elsewhere),
        Remark::SpareAbove { key, above } => spare_above(*key, above),
        Remark::RivalKeys(keys) => rivals(keys),
        Remark::NumberRepeated { key, number, first, other } => format!(
            "key {key} has signed two reports of number {number}, with other content: \
             {first} and {other}; the instance's folder was copied or restored"
        ),
        Remark::GapInNumbers { key, missing, last } => gap(*key, missing, *last),
        Remark::ForkedOrRestored { key, number, report, named, held } => {
            forked((*key, *number), *report, *named, *held)
        }
        Remark::OtherCustomer { first, other } => other_customer(first, other),
        Remark::DaysMissing(days) => {
            let have = one_or_more(days, "has", "have");
            format!("{} {have} no figure: {}", number_of(days), spans(days))
        }
        Remark::DaysOutside { days, side } => outside(days, *side),
        Remark::DaysUncovered(days) => uncovered(days),
        Remark::DaysToCome(days) => to_come(days),
        Remark::HistoryChanged(changes) => changed(changes),
    }
}

fn further(key: Thumbprint, billed_elsewhere: bool) -> String {
    if billed_elsewhere {
        return format!(
            "key {key} is billed under one of the licenses, and another license bills another \
             key: its figures count for the days of the term of the license that bills it"
        );
    }
    format!(
        "a report is signed by key {key}, one of the license's further report keys: \
         what is owed follows from the reports of the billed instance alone"
    )
}

fn spare_above(key: Thumbprint, above: &Above) -> String {
    let Above { both, more, day, users, billed } = above;
    format!(
        "the spare instance with key {key} has more users than the billed one on {more} of {} that \
         both reported: {users} on {day}, and {billed} there; find out whether the right one is \
         billed",
        counted(*both, "day")
    )
}

fn rivals(keys: &[Thumbprint]) -> String {
    let named: Vec<String> = keys.iter().map(ToString::to_string).collect();
    format!(
        "{} instances have reported, and the license names no report key: their figures are \
         neither added up nor taken for each other; find out which of these keys is billed, and \
         give its reports alone: {}",
        keys.len(),
        named.join(", ")
    )
}

fn gap(key: Thumbprint, missing: &[(u32, u32)], last: u32) -> String {
    let number = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    let (reports, were) = match missing {
        [(first, last)] if first == last => ("report", "was"),
        _ => ("reports", "were"),
    };
    let missing: Vec<String> = missing.iter().map(number).collect();
    format!(
        "key {key} has signed report {last}, and {reports} {} {were} not given: give all reports \
         at once, to show figures that were changed between them",
        missing.join(", ")
    )
}

fn forked(
    (key, number): (Thumbprint, u32),
    report: DocumentId,
    named: DocumentId,
    held: DocumentId,
) -> String {
    format!(
        "report {report}, number {number} of key {key}, names {named} as the one before it, and \
         {held} was given: the instance's folder was copied or restored, or its reports were made \
         anew"
    )
}

fn other_customer(first: &LicenseOf, other: &LicenseOf) -> String {
    if first.company != other.company {
        return format!(
            "licenses of different customers were given: {} is of {}, {} is of {}",
            first.id, first.company, other.id, other.company
        );
    }
    let named = |of: &LicenseOf| {
        let none = || "none".to_owned();
        of.subscription.as_ref().map_or_else(none, |named| format!("subscription {named}"))
    };
    format!(
        "licenses of different subscriptions of {} were given: {} is of {}, {} is of {}",
        first.company,
        first.id,
        named(first),
        other.id,
        named(other)
    )
}

fn outside(days: &[Day], side: Side) -> String {
    let which = match side {
        Side::Before => "the earlier licenses",
        Side::Behind => "the licenses that followed",
        Side::Both => "the earlier licenses, and those that followed,",
    };
    format!(
        "{} {} to none of the licenses and {} not count; give {which} too, with \
         `--license FILE`: {}",
        number_of(days),
        one_or_more(days, "belongs", "belong"),
        one_or_more(days, "does", "do"),
        spans(days)
    )
}

fn uncovered(days: &[Day]) -> String {
    format!(
        "{} of a license's term {} in no report, and what is owed for {} is not known; ask for a \
         report of {}",
        number_of(days),
        one_or_more(days, "is", "are"),
        one_or_more(days, "it", "them"),
        spans(days)
    )
}

fn to_come(days: &[Day]) -> String {
    format!(
        "{} still to come {} a figure, which does not count; the clock of the instance runs ahead, \
         or the one here is behind: {}",
        number_of(days),
        one_or_more(days, "has", "have"),
        spans(days)
    )
}

fn changed(changes: &[Change]) -> String {
    let figure = |count: Option<u32>| {
        count.map_or_else(|| "without a figure".to_owned(), |count| count.to_string())
    };
    let change =
        |it: &Change| format!("{} {}, then {}", it.day, figure(it.before), figure(it.after));
    let first: Vec<String> = changes.iter().take(CHANGES_NAMED).map(change).collect();
    let first = first.join("; ");
    if changes.len() > CHANGES_NAMED {
        return format!(
            "{} differ from one file to the next, and the largest of each day counts: {first}; and \
             {} more, which `--json` lists",
            counted(changes.len(), "figure"),
            changes.len() - CHANGES_NAMED
        );
    }
    format!(
        "the figure of a day differs from one file to the next, and the largest counts: {first}"
    )
}

fn number_of(days: &[Day]) -> String {
    counted(days.len(), "day")
}

fn one_or_more(days: &[Day], one: &'static str, more: &'static str) -> &'static str {
    if days.len() == 1 { one } else { more }
}

/// Days as spans: `2026-01-03 to 2026-01-05, 2026-02-01`.
fn spans(days: &[Day]) -> String {
    let mut spans: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some((_, last)) if last.plus(1) == Some(*day) => *last = *day,
            _ => spans.push((*day, *day)),
        }
    }
    let words = |(first, last): &(Day, Day)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    spans.iter().map(words).collect::<Vec<_>>().join(", ")
}
