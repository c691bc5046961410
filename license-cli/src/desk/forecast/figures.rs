//! The figures that the desk holds, put together: a later document overrides an earlier one.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use license_core::document::{Request, Usage};
use license_core::rule::Window;
use license_core::value::Count;
use license_core::{Day, Error};

use super::days::{each_day, within};
use super::held::{Held, made_on};
use super::remark::Elsewhere;
use crate::usage_source::history::History;

/// Where the number of users is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The request: users at that moment.
    Request,
    /// The last daily figure of a report.
    Report,
}

/// Users, and the day that they are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Users {
    pub(crate) number: Count,
    pub(crate) on: Day,
    pub(crate) source: Source,
}

/// What a request says of the term so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TermSoFar {
    /// Its first day through the day before the request; no day is in it where it has just begun.
    pub(super) days: Window,
    pub(super) peak: Option<(Count, Day)>,
    /// Days of it for which the instance has no figure.
    pub(super) missing: u32,
}

/// The figures held.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) days: BTreeMap<Day, Count>,
    pub(super) history: History,
    /// What other instances have reported that were billed before it; it may never have had these.
    pub(super) elsewhere: BTreeMap<Day, Count>,
    /// The periods of the reports.
    pub(super) reported: Vec<Window>,
    pub(super) term: Option<TermSoFar>,
    pub(super) users: Option<Users>,
    /// The day on which the last report was made.
    pub(super) last_report: Option<Day>,
}

impl Figures {
    /// Puts together what is held; figures from `today` on are left out.
    pub(super) fn gather(held: &Held<'_>, today: Day) -> Result<Self, Error> {
        let mut reports = held.reports.clone();
        reports.sort_by_key(|report| report.number);
        let term = held.request.and_then(|request| term_so_far(request, held));
        // Not the one that reaches furthest: that may have been made by a clock that was ahead.
        let last_report = reports.last().and_then(|report| report.last_day.plus(1));
        let asked_first = last_report >= held.request.and_then(made_on);
        let mut days = BTreeMap::new();
        if let Some(term) = term.filter(|_| asked_first) {
            add_term(&mut days, term);
        }
        for report in &reports {
            add_report(&mut days, report)?;
        }
        if let Some(term) = term.filter(|_| !asked_first) {
            add_term(&mut days, term);
        }
        days.retain(|day, _| *day < today);
        let mut elsewhere = BTreeMap::new();
        for report in &held.elsewhere {
            add_most(&mut elsewhere, report)?;
        }
        let period = |report: &&Usage| {
            let (from, to) = report.period();
            Window { from, to }
        };
        Ok(Self {
            users: users(held.request, &days),
            history: History::of_days(&days),
            reported: reports.iter().map(period).collect(),
            days,
            elsewhere,
            term,
            last_report,
        })
    }

    /// What other instances have reported of these days; `None` where that is nothing.
    pub(super) fn reported_elsewhere(&self, days: &[Day]) -> Option<Elsewhere> {
        let of_day = |day: &Day| self.elsewhere.get(day).map(|count| (*count, *day));
        let told = || days.iter().filter_map(of_day);
        let (most, on) = told().max_by_key(|(count, day)| (*count, Reverse(*day)))?;
        Some(Elsewhere { days: told().count(), most, on })
    }

    /// The days of these periods, up to a last one, that have no figure here and for which the
    /// request's peak does not stand either.
    pub(super) fn unseen(&self, periods: &[Window], last: Day) -> Vec<Day> {
        let unseen = |window: &Window| {
            let accounted = self.accounted_by_request(*window);
            let days = each_day(Window { to: window.to.min(last), ..*window });
            let known = move |day: &Day| {
                self.days.contains_key(day) || accounted.is_some_and(|term| within(term, *day))
            };
            days.filter(move |day| !known(day)).collect::<Vec<_>>()
        };
        let mut days: Vec<Day> = periods.iter().flat_map(unseen).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The days of the period whose maximum the request tells: those of the term so far, where
    /// their peak, if they have one, lies in the period.
    pub(super) fn accounted_by_request(&self, period: Window) -> Option<Window> {
        let term = self.term?;
        let told = term.peak.is_none_or(|(_, on)| within(period, on));
        told.then_some(term.days)
    }

    /// Whether a report covers the day.
    pub(super) fn is_reported(&self, day: Day) -> bool {
        self.reported.iter().any(|period| within(*period, day))
    }

    /// The history with so many users on these days.
    pub(super) fn with(&self, days: &[Day], users: u32) -> History {
        let mut all = self.days.clone();
        let count = Count::new(users).unwrap_or(Count::MAX);
        all.extend(days.iter().map(|day| (*day, count)));
        History::of_days(&all)
    }
}

/// The term so far begins with the license; where the desk has that not, as many days before as the
/// request counts, of which an instance that was billed for a part of it leaves out the others.
fn term_so_far(request: &Request, held: &Held<'_>) -> Option<TermSoFar> {
    let made = made_on(request)?;
    let missing = request.days_missing?;
    let length = request.days_counted?.checked_add(missing)?;
    let license = held.in_force.filter(|(id, _)| request.license == Some(*id));
    let from = license.map(|(_, license)| license.from).filter(|from| *from <= made);
    let from = from.map_or_else(|| made.minus(length), Some)?;
    let days = Window { from, to: made.minus(1)? };
    Some(TermSoFar { days, peak: request.peak.zip(request.peak_day), missing })
}

/// The peak of the term so far, and what was reported of it before, which is no more than that now.
fn add_term(days: &mut BTreeMap<Day, Count>, term: TermSoFar) {
    let Some((peak, on)) = term.peak else {
        days.retain(|day, _| !within(term.days, *day));
        return;
    };
    for (_, count) in days.iter_mut().filter(|(day, _)| within(term.days, **day)) {
        *count = (*count).min(peak);
    }
    days.insert(on, peak);
}

fn add_report(days: &mut BTreeMap<Day, Count>, report: &Usage) -> Result<(), Error> {
    for (day, count) in report.daily()?.daily().days() {
        match count.and_then(Count::new) {
            Some(count) => days.insert(day, count),
            None => days.remove(&day),
        };
    }
    Ok(())
}

/// The same where the largest figure of a day counts, whoever has it.
fn add_most(days: &mut BTreeMap<Day, Count>, report: &Usage) -> Result<(), Error> {
    for (day, count) in report.daily()?.daily().days() {
        if let Some(count) = count.and_then(Count::new) {
            let most = days.entry(day).or_insert(count);
            *most = count.max(*most);
        }
    }
    Ok(())
}

/// The users of the request, or of the last daily figure where that is later.
fn users(request: Option<&Request>, days: &BTreeMap<Day, Count>) -> Option<Users> {
    let asked = request.and_then(|request| {
        Some(Users { number: request.users, on: made_on(request)?, source: Source::Request })
    });
    let last = days.last_key_value();
    let counted =
        last.map(|(on, number)| Users { number: *number, on: *on, source: Source::Report });
    asked.filter(|asked| counted.is_none_or(|counted| counted.on <= asked.on)).or(counted)
}
