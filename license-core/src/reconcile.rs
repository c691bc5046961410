//! The desk's arithmetic: daily users against the seats of the license in force on each day.

use std::collections::{BTreeMap, BTreeSet};

use crate::day::Day;
use crate::error::{Code, Error};
use crate::select::choose;
use crate::series::Daily;
use crate::value::{Count, DocumentId};
use crate::verify::VerifiedLicense;

/// What came of the days on which one license was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseUse {
    /// The license.
    pub license: DocumentId,
    /// Its seats; `None` for unlimited.
    pub seats: Option<u32>,
    /// How many of the days have data.
    pub days_with_data: usize,
    /// The largest count and the first day that has it.
    pub peak: Option<(u32, Day)>,
}

impl LicenseUse {
    /// Returns how many seats the peak is beyond those bought.
    #[must_use]
    pub fn seats_owed(&self) -> u32 {
        self.peak.zip(self.seats).map_or(0, |((peak, _), seats)| peak.saturating_sub(seats))
    }

    fn count(&mut self, day: Day, count: u32) {
        self.days_with_data += 1;
        if self.peak.is_none_or(|(peak, _)| count > peak) {
            self.peak = Some((count, day));
        }
    }
}

/// What daily users come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The first and the last day that a report covers; `None` without a report.
    pub period: Option<(Day, Day)>,
    /// How many days have a figure.
    pub days_with_data: usize,
    /// Days that a report covers and none has a figure for, while a license was in force.
    pub days_missing: Vec<Day>,
    /// Days that a report covers while no given license was in force: before all of them, after
    /// the last one's end, or between two. A license's `until` day is one only without a figure.
    pub days_outside: Vec<Day>,
    /// Days of a license's term, before today, that no report covers. What is owed for them is not
    /// known.
    pub days_uncovered: Vec<Day>,
    /// Days for which reports have different figures; the largest counts.
    pub days_changed: Vec<Day>,
    /// Each license that was in force on a day with a figure, in the order in which they were
    /// given.
    pub licenses: Vec<LicenseUse>,
}

impl Statement {
    /// Returns the license that decides the bill: the one with most seats owed; of equals, the one
    /// with the highest peak.
    #[must_use]
    pub fn deciding(&self) -> Option<&LicenseUse> {
        self.licenses
            .iter()
            .max_by_key(|used| (used.seats_owed(), used.peak.map(|(count, _)| count)))
    }

    /// Returns the seats owed: the largest overage of any one license. A seat that was owed once
    /// and then bought with a later license is not owed again.
    #[must_use]
    pub fn seats_owed(&self) -> u32 {
        self.deciding().map_or(0, LicenseUse::seats_owed)
    }

    /// Returns the largest count of all days on which a license counts, and the first day that has
    /// it.
    #[must_use]
    pub fn peak(&self) -> Option<(u32, Day)> {
        let peaks = self.licenses.iter().filter_map(|used| used.peak);
        peaks.max_by_key(|(count, day)| (*count, std::cmp::Reverse(*day)))
    }
}

/// What these reports of one instance come to under these licenses, today: each day counts for the
/// license in force on it, and a license's `until` day for that license, where no other is in
/// force. Where several reports have a figure for a day, the largest counts.
#[must_use]
pub fn reconcile(reports: &[Daily<'_>], licenses: &[&VerifiedLicense], today: Day) -> Statement {
    let days = figures(reports);
    let ends = days.first_key_value().zip(days.last_key_value());
    let mut statement = Statement {
        period: ends.map(|((first, _), (last, _))| (*first, *last)),
        days_with_data: 0,
        days_missing: Vec::new(),
        days_outside: Vec::new(),
        days_uncovered: uncovered(&days, licenses, today),
        days_changed: Vec::new(),
        licenses: licenses.iter().map(|license| unused(license)).collect(),
    };
    for (day, figure) in &days {
        count_day(&mut statement, licenses, *day, *figure);
    }
    statement.licenses.retain(|used| used.days_with_data > 0);
    statement
}

/// What reports say of a day that one of them covers.
#[derive(Debug, Clone, Copy, Default)]
struct Figure {
    largest: Option<u32>,
    differs: bool,
}

impl Figure {
    fn with(self, count: Option<u32>) -> Self {
        let differs = self.largest.zip(count).is_some_and(|(held, count)| held != count);
        Self { largest: self.largest.max(count), differs: self.differs || differs }
    }
}

fn figures(reports: &[Daily<'_>]) -> BTreeMap<Day, Figure> {
    let mut days = BTreeMap::<Day, Figure>::new();
    for (day, count) in reports.iter().flat_map(Daily::days) {
        let figure = days.entry(day).or_default();
        *figure = figure.with(count);
    }
    days
}

/// The days of the licenses' terms, before today, that are not among these.
fn uncovered(
    covered: &BTreeMap<Day, Figure>,
    licenses: &[&VerifiedLicense],
    today: Day,
) -> Vec<Day> {
    let days = licenses.iter().flat_map(|license| {
        let (first, end) = (license.from.number(), license.until.min(today).number());
        (first..end).filter_map(Day::new)
    });
    let days: BTreeSet<Day> = days.filter(|day| !covered.contains_key(day)).collect();
    days.into_iter().collect()
}

fn unused(license: &VerifiedLicense) -> LicenseUse {
    LicenseUse {
        license: license.id(),
        seats: license.seats.map(Count::get),
        days_with_data: 0,
        peak: None,
    }
}

/// Counts a day for the license in force, or for the last one whose `until` day it is. Which
/// instance a license is bound to is no question here: the licenses were named.
fn count_day(statement: &mut Statement, licenses: &[&VerifiedLicense], day: Day, figure: Figure) {
    statement.days_with_data += usize::from(figure.largest.is_some());
    if figure.differs {
        statement.days_changed.push(day);
    }
    let place = choose(licenses, day, |license| day <= license.until);
    let in_force = place.and_then(|place| licenses.get(place)).is_some_and(|it| day < it.until);
    match (figure.largest, place.and_then(|place| statement.licenses.get_mut(place))) {
        (Some(count), Some(used)) => used.count(day, count),
        (None, Some(_)) if in_force => statement.days_missing.push(day),
        (_, _) => statement.days_outside.push(day),
    }
}

/// Checks that an export of daily users is about one of these licenses.
///
/// # Errors
/// [`Code::OtherLicense`].
pub fn check_license(export_of: DocumentId, licenses: &[DocumentId]) -> Result<(), Error> {
    if licenses.contains(&export_of) {
        return Ok(());
    }
    let ids: Vec<String> = licenses.iter().map(DocumentId::to_string).collect();
    let expected = match ids.as_slice() {
        [] => "none is installed".to_owned(),
        ids => format!("expected {}", ids.join(" or ")),
    };
    let found = format!("the export is of license {export_of}, {expected}");
    Err(Error::new(Code::OtherLicense, found))
}
