//! A clock that stands before what the ledger knows: it is behind, or was ahead and is right again.

use license_core::Day;

use super::ahead::Ahead;
use super::ledger::{Instance, MadeReport};
use crate::problem::{Failure, Problem};

/// What the ledger knows of days behind today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClockDoubt {
    today: Day,
    /// The last report has this number, and ended with this day.
    report: Option<(u32, Day)>,
    figures: Option<Ahead>,
}

impl ClockDoubt {
    /// Whether the clock stands before what the ledger knows.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(instance: &Instance, today: Day) -> Result<Option<Self>, Failure> {
        let last_figure = instance.days()?.last_key_value().map(|(day, _)| *day);
        Ok(Self::find(last_figure, instance.reports()?.last(), today))
    }

    /// The same of the ledger's last figure and its last report: not the one that reaches furthest,
    /// for a clock may have been accepted since. A day of grace is for time zones, as in an import.
    pub(super) fn find(
        last_figure: Option<Day>,
        before: Option<&MadeReport>,
        today: Day,
    ) -> Option<Self> {
        let report = before.filter(|before| before.last_day >= today);
        let report = report.map(|it| (it.number, it.last_day));
        let figures = Ahead::of(last_figure, today);
        (report.is_some() || figures.is_some()).then_some(Self { today, report, figures })
    }

    /// What the ledger knows, as a sentence.
    pub(crate) fn sentence(&self) -> String {
        let Self { today, report, figures } = self;
        let report = report.map(|(number, last)| {
            format!(
                "today is {today}, so a report would end before report {number}, which ended with \
                 {last}"
            )
        });
        match (report, figures) {
            (Some(report), Some(ahead)) => format!("{report}; and {}", ahead.held()),
            (Some(report), None) => report,
            (None, Some(ahead)) => ahead.sentence(),
            (None, None) => format!("today is {today}"),
        }
    }

    /// The whole way out where the clock is right by now: each step with its command, in order.
    /// What is read in before the report is in it; behind it, its days would be reported as
    /// missing.
    pub(crate) fn steps(&self) -> Vec<String> {
        let figures = self.figures.map(|ahead| format!("`{}`", ahead.drops()));
        let report = self.report.map(|_| {
            let (import, report) =
                ("`airlock usage import FILE`", "`airlock usage report --accept-clock`");
            [import.to_owned(), format!("{report}, once")]
        });
        figures.into_iter().chain(report.into_iter().flatten()).collect()
    }

    /// Whether the way out says that the figures are to be read in.
    pub(crate) fn imports(&self) -> bool {
        self.report.is_some()
    }

    /// What to do, as a hint.
    pub(crate) fn hint(&self) -> String {
        format!(
            "`date -u` shows the clock of this machine: if it is wrong, set it; if the clock is \
             right, {}",
            self.steps().join(", then ")
        )
    }

    /// The failure of what rests on the clock.
    pub(crate) fn failure(&self) -> Failure {
        Failure::new(Problem::ClockBehind, self.sentence()).hint(self.hint())
    }
}
