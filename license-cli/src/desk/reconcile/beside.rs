//! The figures of a spare instance beside those of the billed one.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::reconcile::{Covered, Roles};
use license_core::value::Thumbprint;
use license_core::verify::VerifiedLicense;

use super::figures::Figures;

/// Days on which a spare instance has more users than the billed one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Above {
    /// How many days both have reported.
    pub(crate) both: usize,
    /// On how many of them the spare one has more.
    pub(crate) more: usize,
    /// The day on which it has most, with its users and those of the billed one.
    pub(crate) day: Day,
    pub(crate) users: u32,
    pub(crate) billed: u32,
}

/// The largest figure of each day.
type Days = BTreeMap<Day, u32>;

/// The spare instances that have more users than the billed one on some day, by their keys: on days
/// on which they were spare ones, whatever they were before or since.
pub(super) fn above(
    figures: &[Figures],
    licenses: &[VerifiedLicense],
) -> impl Iterator<Item = (Thumbprint, Above)> + use<> {
    let (mut billed, mut spares) = (Days::new(), BTreeMap::<Thumbprint, Days>::new());
    if licenses.iter().any(|license| !license.further_report_keys.is_empty()) {
        let roles = roles(figures, licenses);
        for figures in figures {
            let Some(key) = figures.report().map(|report| report.key) else { continue };
            let (here, there): (Vec<_>, Vec<_>) =
                figures.days().partition(|(day, _)| roles.is_billed(key, *day));
            add(&mut billed, here);
            add(spares.entry(key).or_default(), there);
        }
    }
    spares.into_iter().filter_map(move |(key, spare)| Some((key, compare(&spare, &billed)?)))
}

fn roles<'a>(figures: &[Figures], licenses: &'a [VerifiedLicense]) -> Roles<'a> {
    let covered = |it: &Figures| {
        let (report, (first, last)) = (it.report()?, it.ends()?);
        Some(Covered { key: report.key, license: report.license, first, last })
    };
    Roles::new(licenses, figures.iter().filter_map(covered))
}

fn add(days: &mut Days, told: Vec<(Day, Option<u32>)>) {
    for (day, count) in told {
        if let Some(count) = count {
            let largest = days.entry(day).or_insert(count);
            *largest = (*largest).max(count);
        }
    }
}

fn compare(spare: &Days, billed: &Days) -> Option<Above> {
    let pairs = || spare.iter().filter_map(|(day, users)| Some((*day, *users, *billed.get(day)?)));
    let more = || pairs().filter(|(_, users, billed)| users > billed);
    let (day, users, of_billed) = more().max_by_key(|(day, users, _)| (*users, *day))?;
    Some(Above { both: pairs().count(), more: more().count(), day, users, billed: of_billed })
}
