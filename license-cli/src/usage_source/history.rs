//! Daily counts as evaluation takes them.

use std::collections::BTreeMap;
use std::path::Path;

use license_core::Day;
use license_core::series::{Daily, NO_DATA};
use license_core::value::Count;

use crate::problem::Failure;
use crate::usage_source::file;

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

    /// Reads what `--history` names: `none`, or a file.
    pub(crate) fn of_option(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("none") {
            Ok(Self::default())
        } else {
            file::read(path).map(|export| Self::of_days(&export.days))
        }
    }

    /// Returns the series; without any day it is known and empty.
    pub(crate) fn daily(&self) -> Daily<'_> {
        Daily::new(self.first.unwrap_or(Day::FIRST), &self.counts)
    }
}
