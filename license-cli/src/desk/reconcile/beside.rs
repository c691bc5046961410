//! The figures of a spare instance beside those of the billed one.

use std::collections::BTreeMap;

use license_core::Day;
use license_core::value::Thumbprint;

use super::figures::{Figures, Report, Standing};

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

/// The spare instances that have more users than the billed one on some day, by their keys.
pub(super) fn above(figures: &[Figures]) -> impl Iterator<Item = (Thumbprint, Above)> + use<> {
    let of = |standing| {
        let is = move |report: &&Report| report.standing == standing;
        figures.iter().filter_map(move |it| Some((it.report().filter(is)?.key, it)))
    };
    let (mut billed, mut spares) = (Days::new(), BTreeMap::<Thumbprint, Days>::new());
    for (key, figures) in of(Standing::Further) {
        add(spares.entry(key).or_default(), figures);
    }
    for (_, figures) in of(Standing::Billed).filter(|_| !spares.is_empty()) {
        add(&mut billed, figures);
    }
    spares.into_iter().filter_map(move |(key, spare)| Some((key, compare(&spare, &billed)?)))
}

fn add(days: &mut Days, figures: &Figures) {
    for (day, count) in figures.days() {
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
