//! What reports say of each day that they cover.

use std::collections::BTreeMap;

use super::role::Covered;
use crate::day::Day;
use crate::series::{Daily, NO_DATA};
use crate::value::{DocumentId, Thumbprint};
use crate::verify::VerifiedLicense;

/// The figures of one report, and whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported<'a> {
    daily: Daily<'a>,
    key: Option<Thumbprint>,
    /// The license that the report names.
    license: Option<DocumentId>,
}

impl<'a> Reported<'a> {
    /// The figures of a report that this key has signed and that names this license.
    #[must_use]
    pub fn signed(daily: Daily<'a>, key: Thumbprint, license: DocumentId) -> Self {
        Self { daily, key: Some(key), license: Some(license) }
    }

    /// The figures of an export, which nobody has signed.
    #[must_use]
    pub fn unsigned(daily: Daily<'a>) -> Self {
        Self { daily, key: None, license: None }
    }

    /// The days that it covers, for whom and under which license; `None` for an export.
    pub(super) fn covered(&self) -> Option<Covered> {
        let (key, license) = self.key.zip(self.license)?;
        Some(Covered { key, license, first: self.daily.first(), last: self.daily.last()? })
    }
}

/// What one report says of a day that it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) key: Option<Thumbprint>,
    pub(super) count: Option<u32>,
    /// Whether the license that the day counts for names its key as a further one: it is of another
    /// instance, which was billed before, and no word about what the billed one said.
    pub(super) is_further: bool,
}

impl Told {
    /// Whether it counts under this license. Which instance the license is bound to is no question
    /// here: the licenses were named.
    pub(super) fn is_billed(&self, license: &VerifiedLicense) -> bool {
        self.key.zip(license.report_key).is_none_or(|(key, billed)| key == billed)
    }

    pub(super) fn is_billed_by_any(&self, licenses: &[&VerifiedLicense]) -> bool {
        licenses.iter().any(|license| self.is_billed(license))
    }
}

/// What was told of each day, in the order of the reports. Where a report only says what the one
/// before it said of the day, it stands once: it adds no figure, no key and no change.
pub(super) fn told(reports: &[Reported<'_>]) -> BTreeMap<Day, Vec<Told>> {
    let spans = Spans::of(reports);
    let mut days = vec![Vec::<Told>::new(); spans.days];
    for report in reports {
        let place = spans.place(report);
        let of_report = days.get_mut(place..).unwrap_or_default();
        for (day, count) in of_report.iter_mut().zip(report.daily.counts()) {
            let count = (*count != NO_DATA).then_some(*count);
            let told = Told { key: report.key, count, is_further: false };
            if day.last() != Some(&told) {
                day.push(told);
            }
        }
    }
    spans.numbers().zip(days).filter_map(|(number, told)| Some((Day::new(number)?, told))).collect()
}

/// The days that some report covers, without a day between two reports that none covers.
struct Spans {
    /// The first day's number, the one behind the last day, and how many days stand before.
    spans: Vec<(u32, u32, usize)>,
    days: usize,
}

impl Spans {
    fn of(reports: &[Reported<'_>]) -> Self {
        let mut covered: Vec<(u32, u32)> = reports.iter().map(covered).collect();
        covered.sort_unstable();
        let mut joined = Vec::<(u32, u32)>::new();
        for (first, end) in covered {
            match joined.last_mut() {
                Some((_, before)) if first <= *before => *before = end.max(*before),
                _ => joined.push((first, end)),
            }
        }
        let mut days = 0;
        let spans = joined.into_iter().map(|(first, end)| {
            let before = days;
            days += (end - first) as usize;
            (first, end, before)
        });
        Self { spans: spans.collect(), days }
    }

    /// The place of a report's first day among all of them.
    fn place(&self, report: &Reported<'_>) -> usize {
        let (first, _) = covered(report);
        let behind = self.spans.partition_point(|(start, ..)| *start <= first);
        let span = self.spans.get(behind.saturating_sub(1));
        span.map_or(0, |(start, _, before)| before + (first - start) as usize)
    }

    fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.spans.iter().flat_map(|(first, end, _)| *first..*end)
    }
}

/// The number of a report's first day, and the one behind its last.
fn covered(report: &Reported<'_>) -> (u32, u32) {
    let first = report.daily.first().number();
    let days = u32::try_from(report.daily.counts().len()).unwrap_or(u32::MAX);
    (first, first.saturating_add(days))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A plain restatement: each report's days one by one, repetitions taken out behind.
        #[test]
        fn each_day_has_what_was_told_of_it_in_order(
            reports in vec((0_u32..400, vec(prop_oneof![Just(NO_DATA), 0_u32..3], 0..40), 0_u8..3), 0..12),
        ) {
            let series: Vec<_> = reports
                .iter()
                .map(|(first, counts, key)| {
                    let daily = Daily::new(Day::new(20_000 + first).unwrap(), counts);
                    let key = (*key > 0).then_some(Thumbprint([*key; 16]));
                    Reported { daily, key, license: None }
                })
                .collect();
            let mut plain = BTreeMap::<Day, Vec<Told>>::new();
            for report in &series {
                for (day, count) in report.daily.days() {
                    plain.entry(day).or_default().push(Told { key: report.key, count, is_further: false });
                }
            }
            plain.values_mut().for_each(Vec::dedup);
            prop_assert_eq!(told(&series), plain);
        }
    }
}
