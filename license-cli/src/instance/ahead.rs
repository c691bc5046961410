//! Figures of the ledger for days that are still to come: a clock is wrong, or they were read in
//! error.

use license_core::Day;

/// Figures that lie behind the day after today. That day has begun in the time zones ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ahead {
    today: Day,
    /// The last day with a figure.
    last: Day,
}

impl Ahead {
    /// What lies ahead where the ledger's last figure is of this day.
    pub(super) fn of(last: Option<Day>, today: Day) -> Option<Self> {
        last.filter(|last| last.since(today) > 1).map(|last| Self { today, last })
    }

    /// That it is so.
    pub(super) fn sentence(self) -> String {
        format!("today is {}, and {}", self.today, self.held())
    }

    /// What the ledger holds.
    pub(super) fn held(self) -> String {
        format!("the ledger holds a figure of {}, which is still to come", self.last)
    }

    /// The command that takes the figures out.
    pub(super) fn drops(self) -> String {
        let (from, until) = (self.today.plus(2), self.last.plus(1));
        let (from, until) = (from.unwrap_or(self.last), until.unwrap_or(self.last));
        format!("airlock usage drop --from {from} --until {until} --reason TEXT")
    }

    /// How to take the figures out.
    pub(super) fn remedy(self) -> String {
        format!("if that figure was read in error, take it out with `{}`", self.drops())
    }
}
