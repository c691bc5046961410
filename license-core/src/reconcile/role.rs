//! Whether the instance with a key was the billed one on a day.

use std::collections::BTreeMap;

use crate::day::Day;
use crate::select::choose;
use crate::value::{DocumentId, Thumbprint};
use crate::verify::VerifiedLicense;

/// Which of the instances that licenses name was billed on which day, and which was a spare one.
///
/// A license takes force on the day of its issue or on its first day, whichever is later. On each
/// day an instance is what the license names that took force last by then, of those in whose terms
/// the day is and that name its key; before all of these, what an earlier license named, else what
/// the first of them names. But a report of that day that names a license which took force earlier
/// says that the newer one was not yet installed there: then the instance is what the license of
/// its report names.
#[derive(Debug, Clone, Default)]
pub struct Roles<'a> {
    /// The licenses in the order in which they took force, and the day of each.
    licenses: Vec<&'a VerifiedLicense>,
    forces: Vec<Day>,
    reported: BTreeMap<Thumbprint, Vec<Under>>,
}

/// The days that a report covers, whose it is, and which license it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// The key that signed it.
    pub key: Thumbprint,
    /// The license.
    pub license: DocumentId,
    /// The first day.
    pub first: Day,
    /// The last one.
    pub last: Day,
}

/// Days that reports of one key cover which name one license.
#[derive(Debug, Clone, Copy)]
struct Under {
    /// The license's place in the order.
    place: usize,
    first: Day,
    last: Day,
}

/// The day on which a license takes force.
fn takes_force(license: &VerifiedLicense) -> Day {
    Day::of_unix(license.issued).map_or(license.from, |issued| issued.max(license.from))
}

impl<'a> Roles<'a> {
    /// Those by these licenses and these reports.
    #[must_use]
    pub fn new(
        licenses: impl IntoIterator<Item = &'a VerifiedLicense>,
        reports: impl IntoIterator<Item = Covered>,
    ) -> Self {
        let mut licenses: Vec<&VerifiedLicense> = licenses.into_iter().collect();
        licenses.sort_by_key(|license| (takes_force(license), license.issued, license.id().0));
        let forces = licenses.iter().map(|license| takes_force(license)).collect();
        let mut roles = Self { licenses, forces, reported: BTreeMap::new() };
        for report in reports {
            roles.add(report);
        }
        roles
    }

    fn add(&mut self, Covered { key, license, first, last }: Covered) {
        let Some(place) = self.licenses.iter().position(|it| it.id() == license) else { return };
        let held = self.reported.entry(key).or_default();
        // A later report covers the days of the one before, and more.
        let meets = |it: &&mut Under| it.place == place && it.first <= last && first <= it.last;
        match held.iter_mut().find(meets) {
            Some(it) => (it.first, it.last) = (it.first.min(first), it.last.max(last)),
            None => held.push(Under { place, first, last }),
        }
    }

    /// Whether figures of a day by this key count: the instance was the billed one. Where the
    /// license that the day belongs to names no key, every instance is.
    #[must_use]
    pub fn is_billed(&self, key: Thumbprint, day: Day) -> bool {
        let counts = place(day, &self.licenses).and_then(|place| self.licenses.get(place));
        counts.is_some_and(|counts| self.bills(key, day, counts))
    }

    /// The same, where the day belongs to this license.
    pub(super) fn bills(&self, key: Thumbprint, day: Day, counts: &VerifiedLicense) -> bool {
        counts.report_key.is_none()
            || self.naming(key, day, counts).is_some_and(|it| it.report_key == Some(key))
    }

    /// The license that says what the instance with this key was on a day.
    fn naming(
        &self,
        key: Thumbprint,
        day: Day,
        counts: &VerifiedLicense,
    ) -> Option<&'a VerifiedLicense> {
        let all = || {
            let all = self.licenses.iter().zip(&self.forces).enumerate();
            all.filter(move |(_, (license, _))| license.names_key(key))
        };
        let of_day = || all().filter(move |(_, (license, _))| has(license, day, counts));
        let (first, _) = of_day().next()?;
        let last = of_day().rfind(|(_, (_, force))| **force <= day);
        let last = last.or_else(|| all().rfind(|(_, (_, force))| **force <= day));
        let place = last.map_or(first, |(place, _)| place);
        let place = self.reported_under(key, (day, counts), place).unwrap_or(place);
        self.licenses.get(place).copied()
    }

    /// The first license that took force before the one in this place and was the one there when a
    /// day of its term was reported.
    fn reported_under(
        &self,
        key: Thumbprint,
        (day, counts): (Day, &VerifiedLicense),
        place: usize,
    ) -> Option<usize> {
        let of_day = |it: &&Under| it.place < place && it.first <= day && day <= it.last;
        let reported = self.reported.get(&key)?.iter().filter(of_day).map(|it| it.place);
        let is_it = |place: &usize| {
            let license = self.licenses.get(*place);
            license.is_some_and(|it| it.names_key(key) && has(it, day, counts))
        };
        reported.filter(is_it).min()
    }
}

/// Whether a day that belongs to the license `counts` is one of a license's term, or its `until`
/// day where it is that of the other one too.
fn has(license: &VerifiedLicense, day: Day, counts: &VerifiedLicense) -> bool {
    in_term(license, day) || (day == license.until && day == counts.until)
}

/// Whether a day is in the term of a license.
fn in_term(license: &VerifiedLicense, day: Day) -> bool {
    license.from <= day && day < license.until
}

/// The place of the license that a day belongs to: the one in force, or the last one whose `until`
/// day it is.
pub(super) fn place(day: Day, licenses: &[&VerifiedLicense]) -> Option<usize> {
    choose(licenses, day, |license| day <= license.until)
}
