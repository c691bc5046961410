//! The days of a term, with the most users of each.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use license_core::Day;

/// The largest figure that counts of each day.
pub(crate) type Counted = BTreeMap<Day, u32>;

/// What figures say of some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Used {
    /// The largest figure and the first day that has it.
    pub(super) peak: Option<(u32, Day)>,
    /// Days before today without a figure.
    pub(super) missing: usize,
}

/// The figures of a term.
pub(super) struct OfTerm {
    days: Counted,
    until: Day,
    /// The figure of the day on which it ends, where no other term has begun: the instance's day is
    /// not that of UTC, so it counts, and nothing is missing without it.
    at_end: Option<(u32, Day)>,
}

impl OfTerm {
    /// Those of the days from one to another; `is_last` where no term follows at once.
    pub(super) fn of(counted: &Counted, (from, until): (Day, Day), is_last: bool) -> Self {
        let days = counted.range(from..until).map(|(day, users)| (*day, *users)).collect();
        let at_end = counted.get(&until).filter(|_| is_last).map(|users| (*users, until));
        Self { days, until, at_end }
    }

    /// What they say of the days from one to another, which is not among them.
    pub(super) fn used(&self, (from, until): (Day, Day), today: Day) -> Used {
        let days = || self.days.range(from..until.max(from));
        let at_end = self.at_end.filter(|_| until == self.until);
        let all = days().map(|(day, users)| (*users, *day)).chain(at_end);
        let peak = all.max_by_key(|(users, day)| (*users, Reverse(*day)));
        let figures = days().filter(|(day, _)| **day < today).count();
        let over = usize::try_from(until.min(today).since(from)).unwrap_or(0);
        Used { peak, missing: over.saturating_sub(figures) }
    }

    /// The days before today without a figure.
    pub(super) fn missing(&self, from: Day, today: Day) -> Vec<Day> {
        let days = (from.number()..self.until.min(today).number()).filter_map(Day::new);
        days.filter(|day| !self.days.contains_key(day)).collect()
    }
}
