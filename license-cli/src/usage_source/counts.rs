//! The figures of a file, one day after the other; and what stands beside them.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::value::Count;

use super::head::Head;
use super::refusal::{Place, at, shown};
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Rows of an export: an instance counts once a day, so this is ten years with 27 counts on each
/// day.
pub(super) const ROWS: usize = 100_000;

/// The daily counts of a usage export or of a plain file, and what stands above them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DailyCounts {
    /// What stands above the figures; `None` for a plain `day,count` file.
    pub(crate) head: Option<Head>,
    /// The largest count of each UTC day. Days without a figure are absent.
    pub(crate) days: BTreeMap<Day, Count>,
    /// Rows of figures, empty and repeated ones included.
    pub(crate) rows: usize,
    /// Rows with an empty count.
    pub(crate) empty: usize,
    /// Rows beyond the first of their day.
    pub(crate) repeated: usize,
    /// The last day that a row has, and where that row stands.
    pub(crate) latest: Option<(Day, Place)>,
    /// What else stands in the file.
    pub(crate) beside: Vec<Beside>,
}

impl DailyCounts {
    /// Refuses days that are still to come. The day after today is taken: it has begun in the
    /// time zones ahead of UTC.
    ///
    /// # Errors
    /// `export_future`.
    pub(crate) fn check_days(&self, today: Day) -> Result<(), Failure> {
        match self.latest.filter(|(day, _)| day.since(today) > 1) {
            Some((day, place)) => {
                let message =
                    format!("found a count of {day}, which is still to come: today is {today}");
                Err(at(place, Problem::ExportFuture, message))
            }
            None => Ok(()),
        }
    }
}

/// Something that stands in a file beside the figures: it is shown, and nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Beside {
    /// The title of a column, or the key in a JSON document; as the file has it.
    pub(crate) name: String,
    /// How many texts it has that are not empty.
    pub(crate) filled: usize,
    /// The last of them.
    pub(crate) last: String,
}

impl Beside {
    /// Its name in quotes, shortened, with everything escaped that would steer a terminal.
    pub(crate) fn name_shown(&self) -> String {
        shown(&self.name)
    }

    /// The last text in the same form.
    pub(crate) fn last_shown(&self) -> String {
        shown(&self.last)
    }
}

/// Where the cells of a row stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) day: usize,
    pub(super) count: usize,
    /// How many there are.
    pub(super) all: usize,
    /// The further ones, with their titles.
    pub(super) further: Vec<(usize, String)>,
}

impl Columns {
    /// Day and count, and behind them columns of these titles.
    pub(super) fn before(further: Vec<String>) -> Self {
        let further: Vec<(usize, String)> = (2..).zip(further).collect();
        Self { day: 0, count: 1, all: 2 + further.len(), further }
    }
}

/// The figures so far.
pub(super) struct Gathered {
    days: BTreeMap<Day, Option<Count>>,
    rows: usize,
    empty: usize,
    latest: Option<(Day, Place)>,
    beside: Vec<(usize, Beside)>,
}

impl Gathered {
    /// No figure yet, in a file of these columns.
    pub(super) fn new(columns: &Columns) -> Self {
        let beside = |(place, name): &(usize, String)| {
            (*place, Beside { name: name.clone(), filled: 0, last: String::new() })
        };
        let beside = columns.further.iter().map(beside).collect();
        Self { days: BTreeMap::new(), rows: 0, empty: 0, latest: None, beside }
    }

    /// Adds the figure of a row; `None` for one without.
    ///
    /// # Errors
    /// `export_large`.
    pub(super) fn add(
        &mut self,
        place: impl Into<Place>,
        day: Day,
        count: Option<Count>,
    ) -> Result<(), Failure> {
        let place = place.into();
        self.rows += 1;
        if self.rows > ROWS {
            let found = format!("found more than {}, expected no more", counted(ROWS, "row"));
            return Err(at(place, Problem::ExportLarge, found));
        }
        self.empty += usize::from(count.is_none());
        if count.is_some() && self.latest.is_none_or(|(last, _)| day > last) {
            self.latest = Some((day, place));
        }
        let largest = self.days.entry(day).or_default();
        *largest = count.max(*largest);
        Ok(())
    }

    /// Passes over the further cells of a row.
    pub(super) fn pass_over(&mut self, cells: &[impl AsRef<str>]) {
        for (place, beside) in &mut self.beside {
            let cell = cells.get(*place).map_or("", AsRef::as_ref);
            if !cell.is_empty() {
                beside.filled += 1;
                beside.last = cell.to_owned();
            }
        }
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// All of them.
    pub(super) fn counts(self) -> DailyCounts {
        let Self { days, rows, empty, latest, beside } = self;
        let repeated = rows - days.len();
        let days = days.into_iter().filter_map(|(day, count)| Some((day, count?))).collect();
        let beside = beside.into_iter().map(|(_, beside)| beside).collect();
        DailyCounts { head: None, days, rows, empty, repeated, latest, beside }
    }
}
