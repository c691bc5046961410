//! Usage reports, and exports, against the licenses of their subscription.

mod beside;
mod chain;
mod figures;
#[cfg(test)]
#[cfg(feature = "postgres")]
mod ratios;
mod remark;
mod together;

use std::collections::BTreeSet;

#[cfg(feature = "desk")]
use license_core::Code;
use license_core::Day;
use license_core::reconcile::{Statement, reconcile as work_out};
use license_core::value::Thumbprint;
use license_core::verify::VerifiedLicense;

#[cfg(feature = "desk")]
use crate::problem::{Failure, Problem};

pub(crate) use beside::Above;
#[cfg(feature = "desk")]
pub(crate) use figures::verified_report;
pub(crate) use figures::{Desk, Figures, Report, Source, Standing, report};
#[cfg(feature = "desk")]
pub(crate) use remark::remarks_beside;
pub(crate) use remark::{LicenseOf, Remark, Side};
#[cfg(feature = "desk")]
pub(crate) use together::each;
pub(crate) use together::figures;

/// What is owed, and what there is to say about it.
pub(crate) struct Reconciled {
    /// Each report once, and each export, in the order in which they were given.
    pub(crate) figures: Vec<Figures>,
    pub(crate) statement: Statement,
    pub(crate) remarks: Vec<Remark>,
    /// Days with a figure on which a license that was not given may have been in force.
    pub(crate) days_open: Vec<Day>,
    /// Files that were given and not read: they may hold further figures.
    pub(crate) files_unread: usize,
}

impl Reconciled {
    /// Whether nothing that was not given could make more of what is owed.
    pub(crate) fn is_complete(&self) -> bool {
        self.statement.is_complete()
            && self.days_open.is_empty()
            && self.files_unread == 0
            && self.reports_not_given() == 0
            && self.of_one_customer()
    }

    /// The same beside so many files that were given and not read.
    pub(crate) fn beside_unread(self, files: usize) -> Self {
        Self { files_unread: files, ..self }
    }

    /// How many reports of the billed instance were made and not given, as far as those that were
    /// given show. Figures may have been changed since, and the largest counts.
    pub(crate) fn reports_not_given(&self) -> usize {
        let billed: Vec<Thumbprint> = self
            .figures
            .iter()
            .filter(|figures| figures.are_billed())
            .filter_map(|figures| figures.report().map(|report| report.key))
            .collect();
        let missing = self.remarks.iter().filter_map(Remark::not_given);
        missing.filter(|(key, _)| billed.contains(key)).map(|(_, number)| number).sum()
    }

    /// Whether the licenses belong together: seats of somebody else cover nothing.
    pub(crate) fn of_one_customer(&self) -> bool {
        !self.remarks.iter().any(Remark::is_other_customer)
    }
}

/// The figures of a report that is filed with these licenses; `None` where it is of another
/// instance than they are, or under another license.
///
/// # Errors
/// Any other that it was refused for: what it says is not known.
#[cfg(feature = "desk")]
pub(crate) fn compared(figures: Result<Figures, Failure>) -> Result<Option<Figures>, Failure> {
    let elsewhere = [Code::OtherInstance, Code::OtherKey, Code::OtherLicense].map(Problem::Core);
    match figures {
        Ok(figures) => Ok(Some(figures)),
        Err(failure) if elsewhere.contains(&failure.problem) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// The figures of instances that were billed one after the other, each while it was; `None` where
/// the one that has this key is not among them by a report that is meant, or no other is.
#[cfg(feature = "desk")]
pub(crate) fn in_turn(
    mut figures: Vec<Figures>,
    key: Thumbprint,
    is_meant: impl Fn(&Report) -> bool,
) -> Option<Vec<Figures>> {
    figures.retain(Figures::are_billed);
    let mut reports = figures.iter().filter_map(Figures::report);
    let has_moved = reports.clone().any(is_meant) && reports.any(|report| report.key != key);
    has_moved.then_some(figures)
}

/// Works out what is owed. Figures of further instances are taken and do not count.
pub(crate) fn reconcile(figures: Vec<Figures>, desk: &Desk<'_>) -> Reconciled {
    let figures = each_once(figures);
    let reported: Vec<_> = as_made(&figures).into_iter().filter_map(Figures::reported).collect();
    let licenses: Vec<&VerifiedLicense> = desk.licenses.iter().collect();
    let statement = work_out(&reported, &licenses, desk.today);
    let of_chain = chain::remarks(&figures);
    let remarks = remark::all(&figures, &statement, desk.licenses, of_chain);
    let days_open = days_open(&figures, &statement, desk.licenses);
    Reconciled { figures, statement, remarks, days_open, files_unread: 0 }
}

/// Days with a figure outside the licenses, but for those behind the end of the last one in a
/// report that names it: an instance names the license that it had last, so there was no other.
fn days_open(figures: &[Figures], statement: &Statement, licenses: &[VerifiedLicense]) -> Vec<Day> {
    let last = licenses.iter().max_by_key(|license| license.until);
    let outside: BTreeSet<Day> = statement.days_outside.iter().copied().collect();
    let (mut counted, mut ended) = (BTreeSet::new(), BTreeSet::new());
    let billed = figures.iter().filter(|figures| figures.are_billed());
    for figures in billed.filter(|_| !outside.is_empty()) {
        let named = figures.report().map(|report| report.license);
        let end = last.filter(|last| named == Some(last.id())).map(|last| last.until);
        for (day, count) in figures.days().filter(|(day, _)| outside.contains(day)) {
            counted.extend(count.map(|_| day));
            ended.extend(end.filter(|end| day >= *end).map(|_| day));
        }
    }
    counted.difference(&ended).copied().collect()
}

/// The same without reports that were given before.
fn each_once(figures: Vec<Figures>) -> Vec<Figures> {
    let mut seen = BTreeSet::new();
    let is_new = |figures: &Figures| figures.report().is_none_or(|it| seen.insert(it.id));
    figures.into_iter().filter(is_new).collect()
}

/// In the order of the reports' numbers; exports, which have none, behind them.
fn as_made(figures: &[Figures]) -> Vec<&Figures> {
    let mut sorted: Vec<&Figures> = figures.iter().collect();
    sorted.sort_by_key(|figures| figures.report().map_or(u32::MAX, |report| report.number));
    sorted
}
