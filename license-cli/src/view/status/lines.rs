//! The screen for people.

use license_core::Day;
use license_core::rule::Effects;
use license_core::words;

use super::advice;
use crate::instance::chain::{Contract, Span};
use crate::instance::horizon::Next;
use crate::instance::outlook::{Outlook, UsersOn};
use crate::instance::status::{Standing, Status};
use crate::plural::counted;
use crate::view::license_list::seats_of;
use crate::view::outlook::{before, owed, renewal, reported};
use crate::view::spans::spans;
use crate::view::wrapped::labelled;
use crate::view::{receipt, role};

/// Columns of the labels.
const LABEL: usize = 12;
/// Doubts that are told on the screen.
const DOUBTS: usize = 2;
/// Spans of days that are told on the screen.
const SPANS: usize = 3;
/// Licenses in their turn that are told on the screen.
const LINKS: usize = 4;

/// The screen.
pub(super) fn text(status: &Status) -> String {
    let mut text = labelled("", 0, &headline(status));
    let mut line = |label: &str, what: &str| {
        text += &labelled(&format!("  {label}"), LABEL, what);
    };
    line("instance", &format!("{}; today is {}", status.instance, status.today));
    if let Some(license) = &status.license {
        let (outlook, today) = (&license.outlook, status.today);
        line("license", &which(license));
        role::words(license.role, license.tenure()).iter().for_each(|role| line("role", role));
        line("contract", &contract(license, today));
        chain(status).iter().for_each(|chain| line("chain", chain));
        duty(status).iter().for_each(|duty| line("duty", duty));
        line("seats", &seats(license, today));
        owed(outlook).iter().for_each(|owed| line("owed", owed));
        reported(outlook).iter().for_each(|reported| line("reported", reported));
        line("renewal", &renewal(outlook));
        before(&status.before, outlook.owed()).iter().for_each(|before| line("before", before));
        status.horizon.next().map(change).iter().for_each(|next| line("next", next));
        line("figures", &figures(license, status.last_figure));
    } else {
        duty(status).iter().for_each(|duty| line("duty", duty));
    }
    line("report", &report(status));
    status.settled.iter().for_each(|it| line("receipt", &receipt::settled(it)));
    for doubt in status.doubts.iter().take(DOUBTS) {
        line("doubt", doubt);
    }
    if status.doubts.len() > DOUBTS {
        let more = counted(status.doubts.len() - DOUBTS, "doubt");
        line("", &format!("and {more} more: `airlock status --json` tells all"));
    }
    text + &actions(status)
}

/// What to do next. A command is never broken in two, so that it can be copied.
fn actions(status: &Status) -> String {
    let labels = std::iter::once("  do").chain(std::iter::repeat(""));
    let lines = labels.zip(advice::next(status));
    lines.map(|(label, action)| format!("{label:LABEL$}{action}\n")).collect()
}

/// What may be done now.
fn headline(status: &Status) -> String {
    if status.is_retired() {
        return "NO: the instance was moved, and this folder is retired".to_owned();
    }
    if status.undecided {
        return "UNKNOWN: which license decides is not known".to_owned();
    }
    let Some(license) = &status.license else {
        return "NO: no license is installed".to_owned();
    };
    let behind = "UNKNOWN: the clock stands before days that the ledger knows";
    if status.today < license.license.from {
        if status.clock_behind.is_some() {
            return behind.to_owned();
        }
        let begins = license.license.from;
        if status.removed.is_some() {
            return format!("NO: no license is in force until {begins}");
        }
        return format!("NOT YET: the license is installed, and begins by itself on {begins}");
    }
    let (effects, open) = (license.verdict.effects, license.verdict.undecided_effects);
    let of = |effects: Effects, denying: bool| {
        let of = effects.iter().filter(|it| Effects::DENYING.contains(*it) == denying);
        of.map(words::effect).collect::<Vec<_>>()
    };
    let (denied, told) = (of(effects, true), of(effects, false));
    let undecided = of(open, true);
    if denied.is_empty() && status.clock_behind.is_some() {
        return behind.to_owned();
    }
    let answer = match (denied.is_empty(), undecided.is_empty()) {
        (false, _) => format!("NO: {}", denied.join(", ")),
        (true, false) => format!("UNKNOWN without `--users N`: {}", undecided.join(", ")),
        (true, true) => "YES: nothing is refused".to_owned(),
    };
    [vec![answer], told].concat().join("; ")
}

fn which(license: &Standing) -> String {
    let license = &license.license;
    format!("{} {}, {}", license.id(), license.company, license.plan)
}

fn contract(standing: &Standing, today: Day) -> String {
    let Contract { last, licenses } = standing.contract;
    let end = match last.since(today) {
        left @ 1.. => format!("ends with {last}; {} left with today", counted(left + 1, "day")),
        0 => format!("ends today, {last}"),
        ago => format!("ended with {last}, {} ago", counted(-ago, "day")),
    };
    if licenses == 1 {
        return end;
    }
    format!("{end}; {} follow each other", counted(licenses, "license"))
}

/// Which license follows which, where there are several; that none is in force yet is told before.
fn chain(status: &Status) -> Option<String> {
    let begins = status.license.as_ref().is_some_and(|it| status.today < it.license.from);
    let spans = status.chain.get(usize::from(begins)..).unwrap_or_default();
    let span = |span: &Span| {
        let seats = span.license.map(|license| seats_of(license.seats));
        format!("to {} {}", span.last(), seats.unwrap_or_else(|| "no license".to_owned()))
    };
    let shown: Vec<String> = spans.iter().take(LINKS).map(span).collect();
    let more = match spans.len().saturating_sub(LINKS) {
        0 => String::new(),
        more => format!("; and {more} more: `airlock license list`"),
    };
    (spans.len() > 1).then(|| format!("{}{more}", shown.join(", then ")))
}

fn duty(status: &Status) -> Option<String> {
    let report = status.due.map(|due| advice::duty(due, status.today));
    let last = status.license.as_ref().map(|it| it.license.last_day());
    let once_more = last.filter(|_| status.last_days).map(|last| {
        format!(
            "on {last}, the term's last day, read GitLab's figures in once more: the next \
             license's export begins with its own term"
        )
    });
    let all: Vec<String> = report.into_iter().chain(once_more).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn seats(standing: &Standing, today: Day) -> String {
    let Outlook { seats, peak, .. } = standing.outlook;
    let mut parts = vec![seats.map_or_else(|| "unlimited".to_owned(), |seats| seats.to_string())];
    parts.extend(standing.users.map(|UsersOn { users, day }| {
        let when = if day == today { "today".to_owned() } else { format!("on {day}") };
        format!("{} {when}", counted(u64::from(users), "user"))
    }));
    parts.extend(standing.old.map(|UsersOn { users, day }| {
        let (users, ago) = (counted(u64::from(users), "user"), counted(today.since(day), "day"));
        format!("{users} on {day}, {ago} ago; the users now are not known")
    }));
    parts.extend(peak.map(|peak| format!("at most {}, on {}", peak.users, peak.day)));
    parts.join("; ")
}

fn change(next: Next) -> String {
    match next {
        Next::TakesOver(day, license) => format!("{day}: from then on, license {license} decides"),
        Next::Begins(day, effect) => format!("{day}: from then on, {}", words::effect(effect)),
        Next::Ends(day, effect) => {
            format!("{day}: until then only, {}", words::effect(effect))
        }
    }
}

fn figures(standing: &Standing, last: Option<Day>) -> String {
    let (with, missing) = (standing.with_figure, &standing.missing);
    let all = counted(with + missing.len(), "day");
    let last = last.map_or_else(|| "none at all".to_owned(), |last| format!("the last {last}"));
    let known = format!("on {with} of {all} of the term so far, {last}");
    if missing.is_empty() { known } else { format!("{known}; none on {}", spans(missing, SPANS)) }
}

fn report(status: &Status) -> String {
    let Some(report) = &status.last_report else { return "none has left yet".to_owned() };
    let made = report.last_day.plus(1).unwrap_or(report.last_day);
    let ago = counted(status.today.since(made).max(0), "day");
    format!("{} through {}, {ago} ago", report.number, report.last_day)
}
