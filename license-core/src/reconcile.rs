//! The desk's arithmetic: daily users against the seats of the license in force on each day.

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
}

/// What a series of daily users comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The first day of the period, with or without data.
    pub first_day: Day,
    /// The last day of the period.
    pub last_day: Day,
    /// How many days have data.
    pub days_with_data: usize,
    /// The days without data.
    pub days_missing: Vec<Day>,
    /// Days with data on which no given license counts: before all of them, or after the last one's
    /// end.
    pub days_outside: Vec<Day>,
    /// Each license that was in force on a day of the period, in the order in which they were
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

/// Returns what the series comes to under these licenses: each day counts for the license in force
/// on it, and a license's `until` day for that license, where no other is in force.
#[must_use]
pub fn reconcile(series: Daily<'_>, licenses: &[&VerifiedLicense]) -> Statement {
    let mut statement = Statement {
        first_day: series.first(),
        last_day: series.days().last().map_or(series.first(), |(day, _)| day),
        days_with_data: 0,
        days_missing: Vec::new(),
        days_outside: Vec::new(),
        licenses: licenses.iter().map(|license| unused(license)).collect(),
    };
    for (day, count) in series.days() {
        match count {
            Some(count) => {
                statement.days_with_data += 1;
                count_day(&mut statement, licenses, day, count);
            }
            None => statement.days_missing.push(day),
        }
    }
    statement.licenses.retain(|used| used.days_with_data > 0);
    statement
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
fn count_day(statement: &mut Statement, licenses: &[&VerifiedLicense], day: Day, count: u32) {
    let place = choose(licenses, day, |license| day <= license.until);
    match place.and_then(|place| statement.licenses.get_mut(place)) {
        Some(used) => {
            used.days_with_data += 1;
            if used.peak.is_none_or(|(peak, _)| count > peak) {
                used.peak = Some((count, day));
            }
        }
        None => statement.days_outside.push(day),
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
