//! The licenses whose terms a report covers: all that were ever in force here, those that were
//! removed since included. What happened under them is still to be reported.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::trust::TrustAnchors;
use license_core::value::Count;
use license_core::verify::VerifiedLicense;

use super::checked::{Checked, Unread, ever};
use super::ledger::{Instance, MadeReport};
use crate::problem::Failure;

/// What the ledger knows of them.
pub(crate) struct Covered {
    /// Those that verify.
    pub(crate) terms: Vec<VerifiedLicense>,
    /// Those that do not verify any more. Whether one was in force cannot be known.
    pub(crate) unread: Vec<Unread>,
}

impl Covered {
    /// All that were in force by this day.
    pub(crate) fn by(
        today: Day,
        instance: &Instance,
        anchors: &TrustAnchors,
    ) -> Result<Self, Failure> {
        let (mut terms, mut unused, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        for Checked { license, unused: was_unused, .. } in ever(instance, anchors)? {
            match license {
                Err(found) => unread.push(found),
                Ok(license) if license.from > today => {}
                Ok(license) if was_unused => unused.push(license),
                Ok(license) => terms.push(license),
            }
        }
        let traced = traced(unused, &terms, instance)?;
        terms.extend(traced);
        Ok(Self { terms, unread })
    }

    /// The first day of the earliest.
    pub(crate) fn first_day(&self) -> Option<Day> {
        self.terms.iter().map(|term| term.from).min()
    }

    /// Checks that none that does not verify could give a report another first day than these, or
    /// another license: none of those that are installed.
    ///
    /// # Errors
    /// `license_unverified`.
    pub(crate) fn check_report(&self, instance: &Instance, today: Day) -> Result<(), Failure> {
        let first = self.first_day();
        let missing = |unread: &&Unread| match &unread.claimed {
            _ if unread.removed.is_none() => true,
            None => true,
            Some(claimed) if claimed.from > today => false,
            Some(claimed) => first.is_none_or(|first| claimed.from < first),
        };
        match self.unread.iter().find(missing).or(self.shortened(first, instance)?) {
            Some(unread) => Err(unread.refuses("and the report depends on it")),
            None => Ok(()),
        }
    }

    /// One that does not verify, where an earlier report begins before this day.
    fn shortened(
        &self,
        first: Option<Day>,
        instance: &Instance,
    ) -> Result<Option<&Unread>, Failure> {
        let Some(unread) = self.unread.first() else { return Ok(None) };
        let begun = |day: Day| first.is_none_or(|first| day < first);
        let reports = instance.reports()?;
        let earlier = reports.iter().filter_map(MadeReport::first_day).any(begun);
        Ok(earlier.then_some(unread))
    }
}

/// Of licenses that were removed before their first day by all that was known then: those of which
/// there is a trace now. A report names it, or a figure stands on a day of its term that belongs to
/// no other license.
fn traced(
    unused: Vec<VerifiedLicense>,
    terms: &[VerifiedLicense],
    instance: &Instance,
) -> Result<Vec<VerifiedLicense>, Failure> {
    if unused.is_empty() {
        return Ok(unused);
    }
    let traces = Traces::of(instance)?;
    Ok(unused.into_iter().filter(|license| traces.has(license, terms)).collect())
}

/// What a license leaves that was in force here.
pub(super) struct Traces {
    days: BTreeMap<Day, Count>,
    reports: Vec<MadeReport>,
}

impl Traces {
    pub(super) fn of(instance: &Instance) -> Result<Self, Failure> {
        Ok(Self { days: instance.days()?, reports: instance.reports()? })
    }

    /// Whether a report names the license, or a figure stands on a day of its term that belongs to
    /// none of these.
    pub(super) fn has(&self, license: &VerifiedLicense, terms: &[VerifiedLicense]) -> bool {
        self.reports.iter().any(|report| report.license == license.id())
            || has_own_figure(license, terms, &self.days)
    }
}

fn has_own_figure(
    license: &VerifiedLicense,
    terms: &[VerifiedLicense],
    days: &BTreeMap<Day, Count>,
) -> bool {
    let others = |day: &Day| terms.iter().any(|term| term.from <= *day && *day < term.until);
    license.from < license.until
        && days.range(license.from..license.until).any(|(day, _)| !others(day))
}
