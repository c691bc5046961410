//! The numbers of one key's reports, and the report before that each one names.
//!
//! What is wrong with them proves that the reports given are not one unbroken line. It does not say
//! why: a folder that was restored from a backup, one that was copied, and one that somebody
//! tampered with look alike.

use std::collections::BTreeMap;

use license_core::value::{DocumentId, Thumbprint};

use super::figures::{Figures, Report};
use super::remark::Remark;

/// The reports of each key, by their numbers.
type Lines<'a> = BTreeMap<Thumbprint, BTreeMap<u32, Vec<&'a Report>>>;

/// What there is to say of the numbers and of the reports before, key by key.
pub(super) fn remarks(figures: &[Figures]) -> Vec<Remark> {
    let mut lines = Lines::new();
    for report in figures.iter().filter_map(Figures::report) {
        lines.entry(report.key).or_default().entry(report.number).or_default().push(report);
    }
    let of_key = |(key, line): (&Thumbprint, &BTreeMap<u32, Vec<&Report>>)| {
        [repeated(line), gaps(*key, line).into_iter().collect(), broken(line)].concat()
    };
    lines.iter().flat_map(of_key).collect()
}

/// The numbers that were signed more than once, with other content.
fn repeated(line: &BTreeMap<u32, Vec<&Report>>) -> Vec<Remark> {
    let pairs = line.values().filter_map(|reports| reports.split_first());
    let repeated = pairs.flat_map(|(first, others)| {
        others.iter().map(|other| Remark::NumberRepeated {
            key: first.key,
            number: first.number,
            first: first.id,
            other: other.id,
        })
    });
    repeated.collect()
}

/// The numbers before the last one that no report has, as spans.
fn gaps(key: Thumbprint, line: &BTreeMap<u32, Vec<&Report>>) -> Option<Remark> {
    let mut missing = Vec::new();
    let mut expected = 1;
    for number in line.keys() {
        if *number > expected {
            missing.push((expected, number - 1));
        }
        expected = number.saturating_add(1);
    }
    let last = *line.keys().last()?;
    (!missing.is_empty()).then_some(Remark::GapInNumbers { key, missing, last })
}

/// The reports that name another one before them than the one of that number which was given.
fn broken(line: &BTreeMap<u32, Vec<&Report>>) -> Vec<Remark> {
    let mut broken = Vec::new();
    for report in line.values().flatten() {
        let Some(named) = report.previous else { continue };
        let before = line.get(&report.number.saturating_sub(1));
        if let Some(held) = other_than(named, before) {
            broken.push(Remark::ForkedOrRestored {
                key: report.key,
                number: report.number,
                report: report.id,
                named,
                held,
            });
        }
    }
    broken
}

/// The report that stands where the one of this id should; `None` where that one is there, or
/// none.
fn other_than(named: DocumentId, before: Option<&Vec<&Report>>) -> Option<DocumentId> {
    let before = before?;
    let other = before.first().filter(|_| before.iter().all(|report| report.id != named));
    other.map(|report| report.id)
}
