//! What was sold: licenses, and the terms that they make together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use license_core::Day;
use license_core::document::{Flag, License, Plan};
use license_core::value::{Count, DocumentId};

use crate::desk::months::months_from;

/// The months of a term that may be reconciled by quarters.
const YEAR_MONTHS: u32 = 12;
/// The days of a year, where a term is not of twelve months.
const YEAR_DAYS: u32 = 365;

/// Whether a license is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Paid,
    Trial,
    /// It bridges the time until a renewal is settled.
    Extension,
}

/// A license, as far as it matters for what is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sold {
    pub(crate) id: DocumentId,
    pub(crate) from: Day,
    pub(crate) until: Day,
    /// In seconds.
    pub(crate) issued: u64,
    /// `None` for any number.
    pub(crate) seats: Option<u32>,
    pub(crate) plan: Plan,
    pub(crate) standing: Standing,
    /// The true-up that it has paid.
    pub(crate) true_up: Option<Paid>,
    /// Whether it says that the overage before it is settled.
    pub(crate) settles: bool,
}

/// Seats that a true-up has paid, and for which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(crate) seats: u32,
    pub(crate) from: Option<Day>,
    /// The last day.
    pub(crate) to: Day,
}

impl Paid {
    /// The days that it has paid, the last one included.
    pub(super) fn days(self) -> (Option<Day>, Day) {
        (self.from, self.to)
    }

    /// Whether it has paid for a day.
    pub(super) fn has(self, on: Day) -> bool {
        self.from.is_none_or(|from| from <= on) && on <= self.to
    }
}

impl Sold {
    /// What a license says.
    pub(crate) fn of(id: DocumentId, license: &License) -> Self {
        let standing = match (license.has(Flag::Trial), license.has(Flag::TemporaryExtension)) {
            (true, _) => Standing::Trial,
            (false, true) => Standing::Extension,
            (false, false) => Standing::Paid,
        };
        let paid = license.true_up.as_ref().and_then(|paid| {
            let seats = paid.quantity.map(Count::get)?;
            // Without days of its own it is for those before the license.
            let to = paid.to.or_else(|| license.from.minus(1))?;
            Some(Paid { seats, from: paid.from, to })
        });
        Self {
            id,
            from: license.from,
            until: license.until,
            issued: license.issued,
            seats: license.seats.map(Count::get),
            plan: license.plan,
            standing,
            true_up: paid,
            settles: license.has(Flag::ReconciliationCompleted),
        }
    }

    /// The day on which it was issued.
    fn issued_on(&self) -> Day {
        Day::of_unix(self.issued).unwrap_or(self.from)
    }
}

/// Seats and plan since a day, until the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) since: Day,
    pub(crate) license: DocumentId,
    /// `None` for any number.
    pub(crate) seats: Option<u32>,
    pub(crate) plan: Plan,
}

/// A term of a subscription, with all licenses that were in force in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) from: Day,
    /// The first day no longer in it.
    pub(crate) until: Day,
    /// The first one begins with the term.
    pub(crate) steps: Vec<Step>,
}

impl Term {
    /// Whether it is of twelve months.
    pub(crate) fn is_a_year(&self) -> bool {
        months_from(self.from, YEAR_MONTHS) == Some(self.until)
    }

    /// The days of a year of it, for what is worked out by the day.
    pub(crate) fn days_of_a_year(&self) -> u32 {
        if self.is_a_year() { days(self.from, self.until) } else { YEAR_DAYS }
    }

    /// What is in force on a day of it.
    pub(crate) fn on(&self, day: Day) -> Option<&Step> {
        let begun = self.steps.iter().rev().find(|step| step.since <= day);
        begun.or(self.steps.first())
    }

    /// What is in force at its end.
    pub(crate) fn last(&self) -> Option<&Step> {
        self.steps.last()
    }

    /// Whether a day is in it.
    pub(crate) fn has(&self, day: Day) -> bool {
        self.from <= day && day < self.until
    }
}

/// How many days there are from one day to another.
pub(super) fn days(from: Day, until: Day) -> u32 {
    u32::try_from(until.since(from)).unwrap_or(0)
}

/// The terms that these licenses make, the earliest first. Licenses that begin or end together are
/// of one term; the one issued last says when it ends. A term is over where a later one begins.
pub(crate) fn terms(sold: &[Sold]) -> Vec<Term> {
    let mut paid: Vec<&Sold> = sold.iter().filter(|it| it.standing == Standing::Paid).collect();
    paid.sort_by_key(|it| (it.from, Reverse(it.until), it.issued, it.id.0));
    let mut groups: Vec<Vec<&Sold>> = Vec::new();
    for license in paid {
        let together = |other: &&Sold| other.from == license.from || other.until == license.until;
        match groups.iter_mut().find(|group| group.iter().any(together)) {
            Some(group) => group.push(license),
            None => groups.push(vec![license]),
        }
    }
    let mut terms: Vec<Term> = groups.iter().filter_map(|group| term(group)).collect();
    terms.sort_by_key(|term| term.from);
    let next: Vec<Option<Day>> = terms.iter().skip(1).map(|it| Some(it.from)).collect();
    for (term, next) in terms.iter_mut().zip(next) {
        term.until = next.map_or(term.until, |next| term.until.min(next));
    }
    terms.into_iter().filter(|term| term.from < term.until).collect()
}

fn term(group: &[&Sold]) -> Option<Term> {
    let from = group.iter().map(|it| it.from).min()?;
    let until = group.iter().max_by_key(|it| (it.issued, it.id.0))?.until;
    let mut by_issue = group.to_vec();
    by_issue.sort_by_key(|it| (it.issued, it.id.0));
    let mut steps = BTreeMap::new();
    for license in by_issue {
        let is_first = !steps.contains_key(&from) && license.from == from;
        let begins_later = license.from > from;
        let since = match (is_first, begins_later) {
            (true, _) => from,
            (false, true) => license.from,
            (false, false) => license.issued_on().max(from),
        };
        let Sold { id, seats, plan, .. } = *license;
        // What was issued later takes the place of what was to begin from this day on.
        steps.split_off(&since);
        steps.insert(since, Step { since, license: id, seats, plan });
    }
    Some(Term { from, until, steps: steps.into_values().collect() })
}
