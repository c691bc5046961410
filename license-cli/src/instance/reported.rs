//! What the reports say of days. The vendor has them, and counts the largest figure of a day,
//! whatever became of it in the ledger since.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::value::Count;

use super::ledger::MadeReport;

/// A figure, and the number of the first report that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) users: Count,
    pub(crate) report: u32,
}

/// The most users of each day that a report has a figure of. One that waits will leave as it is.
#[derive(Debug, Default)]
pub(crate) struct Reported(BTreeMap<Day, Figure>);

impl Reported {
    /// What these reports say, which stand in their order.
    pub(crate) fn of(reports: &[MadeReport]) -> Self {
        let mut days: BTreeMap<Day, Figure> = BTreeMap::new();
        for report in reports {
            let told = report.days().unwrap_or_default();
            let told = told.into_iter().filter_map(|(day, users)| Some((day, Count::new(users)?)));
            for (day, users) in told {
                let figure = days.entry(day).or_insert(Figure { users, report: report.number });
                if figure.users < users {
                    *figure = Figure { users, report: report.number };
                }
            }
        }
        Self(days)
    }

    /// The figures as the vendor counts them: of each day the larger one, the ledger's or that of a
    /// report.
    pub(crate) fn counted(&self, held: &BTreeMap<Day, Count>) -> BTreeMap<Day, Count> {
        let mut days = held.clone();
        for (day, figure) in &self.0 {
            let users = days.entry(*day).or_insert(figure.users);
            *users = (*users).max(figure.users);
        }
        days
    }

    /// The largest figure of these days, where it is larger than every one that the ledger has of
    /// them.
    pub(crate) fn above(
        &self,
        of_term: impl Fn(Day) -> bool,
        peak: Option<Count>,
    ) -> Option<(Day, Figure)> {
        let days = self.0.iter().filter(|(day, _)| of_term(**day));
        let largest = days.max_by_key(|(day, it)| (it.users, std::cmp::Reverse(**day)));
        let (day, figure) = largest.filter(|(_, it)| Some(it.users) > peak)?;
        Some((*day, *figure))
    }

    /// Whether a report has a figure of this day.
    pub(crate) fn has(&self, day: Day) -> bool {
        self.0.contains_key(&day)
    }

    /// The days that a report has more users of than the ledger now.
    pub(crate) fn beyond<'a>(
        &'a self,
        held: &'a BTreeMap<Day, Count>,
        days: impl Iterator<Item = Day> + 'a,
    ) -> impl Iterator<Item = (Day, Figure)> + 'a {
        let figure = |day: Day| Some((day, *self.0.get(&day)?));
        days.filter_map(figure).filter(|(day, it)| Some(&it.users) > held.get(day))
    }
}
