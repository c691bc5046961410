//! Daily counts as evaluation takes them.

use std::collections::BTreeMap;
use std::path::Path;

use license_core::Day;
use license_core::series::{Daily, NO_DATA};
use license_core::value::Count;

use crate::files;
use crate::problem::Failure;
use crate::usage_source::{DailyCounts, file};

/// A history that somebody gives: none, or that of a file.
#[derive(Debug, Default)]
pub(crate) struct GivenHistory {
    /// The file as it was named, and what it holds.
    pub(crate) file: Option<(String, DailyCounts)>,
}

impl GivenHistory {
    /// Reads what `--history` names: `none`, or a file. One without a figure is taken: a new
    /// instance has no other.
    ///
    /// # Errors
    /// `export_future`, and those of reading.
    pub(crate) fn of_option(path: &Path, today: Day) -> Result<Self, Failure> {
        if path == Path::new("none") {
            return Ok(Self::default());
        }
        let (name, counts) = (files::shown(path), file::read_history(path)?);
        counts.check_days(today).map_err(|failure| failure.within(&name))?;
        Ok(Self { file: Some((name, counts)) })
    }

    /// Its days.
    pub(crate) fn days(&self) -> &BTreeMap<Day, Count> {
        static NONE: BTreeMap<Day, Count> = BTreeMap::new();
        self.file.as_ref().map_or(&NONE, |(_, counts)| &counts.days)
    }
}

/// Daily counts as evaluation takes them: one number for each day from the first to the last that
/// is known.
#[derive(Debug, Default)]
pub(crate) struct History {
    first: Option<Day>,
    counts: Vec<u32>,
}

impl History {
    /// Returns the history of these days.
    pub(crate) fn of_days(days: &BTreeMap<Day, Count>) -> Self {
        let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value())
        else {
            return Self::default();
        };
        let length = usize::try_from(last.since(*first) + 1).unwrap_or(0);
        let mut counts = vec![NO_DATA; length];
        for (day, count) in days {
            if let Some(slot) =
                usize::try_from(day.since(*first)).ok().and_then(|place| counts.get_mut(place))
            {
                *slot = count.get();
            }
        }
        Self { first: Some(*first), counts }
    }

    /// Returns the series; without any day it is known and empty.
    pub(crate) fn daily(&self) -> Daily<'_> {
        Daily::new(self.first.unwrap_or(Day::FIRST), &self.counts)
    }
}
