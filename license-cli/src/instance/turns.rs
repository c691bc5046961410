//! On which days this instance was the billed one and on which another was, by the licenses that
//! were installed here, in the order in which they came.

use license_core::Day;
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, Thumbprint};
use license_core::verify::VerifiedLicense;

use super::checked::{Checked, ever, roots};
use super::ledger::Instance;
use super::role::Role;
use crate::problem::Failure;

/// A license that was installed here: its term, the day on which it came, and whether another
/// instance is billed under it.
#[derive(Debug, Clone, Copy)]
struct Turn {
    license: DocumentId,
    from: Day,
    until: Day,
    installed: Day,
    elsewhere: bool,
}

/// Days of a license under which another instance was billed: the first, and the first after.
#[derive(Debug, Clone, Copy)]
struct Elsewhere {
    from: Day,
    until: Day,
    /// Whether the billed role has come here with the first day after.
    is_over: bool,
}

/// The turns of this instance through today.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    today: Day,
    turns: Vec<Turn>,
    elsewhere: Vec<Elsewhere>,
}

impl Turns {
    /// Those that the ledger knows of the instance with this key.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(super) fn of(instance: &Instance, own: Thumbprint, today: Day) -> Result<Self, Failure> {
        let anchors = TrustAnchors::new(roots(instance, &[])?);
        let kept = ever(instance, &anchors)?;
        let installs = instance.installs()?;
        let mut turns: Vec<Turn> = Vec::new();
        for (installed, detail) in installs.into_iter().filter(|(day, _)| *day <= today) {
            let is_it = |it: &&Checked| !it.unused && format!("license {}", it.id) == detail;
            let Some(license) = kept.iter().find(is_it).and_then(|it| it.license.as_ref().ok())
            else {
                continue;
            };
            let elsewhere = match Role::of(license, own) {
                Role::Billed { .. } | Role::Unnamed => false,
                Role::Spare => true,
                Role::Stranger { .. } => continue,
            };
            let (license, from, until) = (license.id(), license.from, license.until);
            if turns.iter().all(|turn| turn.license != license) {
                turns.push(Turn { license, from, until, installed, elsewhere });
            }
        }
        let elsewhere = elsewhere(&turns, today);
        Ok(Self { today, turns, elsewhere })
    }

    /// Whether the license was installed here.
    pub(super) fn has(&self, license: DocumentId) -> bool {
        self.turns.iter().any(|turn| turn.license == license)
    }

    /// The days on which the billed instance was another one, before this one became it: first
    /// days, and first days after. Under a license that is not installed here yet, this instance
    /// would become it today.
    fn over(&self, license: DocumentId) -> impl Iterator<Item = (Day, Day)> {
        let is_new = !self.has(license);
        self.elsewhere.iter().filter_map(move |it| match it.is_over {
            true => Some((it.from, it.until)),
            false if is_new => Some((it.from, it.until.min(self.today))),
            false => None,
        })
    }

    /// Whether another instance was billed on a day, before this one became it.
    pub(super) fn excuses(&self, license: DocumentId, day: Day) -> bool {
        self.over(license).any(|(from, until)| from <= day && day < until)
    }

    /// The first day from this one on that is none of those.
    pub(super) fn behind(&self, license: DocumentId, day: Day) -> Day {
        let mut over: Vec<(Day, Day)> = self.over(license).collect();
        over.sort_unstable();
        let behind = |day: Day, (from, until)| if from <= day { day.max(until) } else { day };
        over.into_iter().fold(day, behind)
    }

    /// The last day of the license's term on which this instance became the billed one.
    pub(super) fn came(&self, license: &VerifiedLicense) -> Option<Day> {
        let came = self.over(license.id()).map(|(_, day)| day);
        came.filter(|day| license.from < *day && *day < license.until).max()
    }

    /// The last day of the license's term, through today, on which this instance was the billed
    /// one under a license that came before.
    pub(super) fn left(&self, license: &VerifiedLicense) -> Option<Day> {
        let last = license.last_day().min(self.today);
        let days = (license.from.number()..=last.number()).rev().filter_map(Day::new);
        days.into_iter().find(|day| self.was_here(*day))
    }

    /// Whether the billed role came here on this day.
    pub(super) fn came_on(&self, day: Day) -> bool {
        self.elsewhere.iter().any(|it| it.is_over && it.until == day)
    }

    /// Whether this instance was the billed one on a day under a license that was installed here,
    /// whatever one that came later says.
    pub(super) fn was_here(&self, day: Day) -> bool {
        let here = self.turns.iter().filter(|turn| !turn.elsewhere);
        let mut here = here.filter(|turn| turn.from <= day && day < turn.until);
        here.next().is_some() && self.elsewhere.iter().all(|it| day < it.from || it.until <= day)
    }
}

/// The days of each license under which another instance is billed: from its first day, or from the
/// day after it came where this one was billed until then, and until this one is.
fn elsewhere(turns: &[Turn], today: Day) -> Vec<Elsewhere> {
    let span = |(place, spare): (usize, &Turn)| {
        let (before, after) = turns.split_at_checked(place)?;
        let meets = |it: &&Turn| it.from < spare.until && spare.from < it.until;
        let here = |turns: &[Turn]| turns.iter().filter(meets).find(|it| !it.elsewhere).copied();
        let from = match here(before) {
            Some(_) => spare.installed.plus(1)?.max(spare.from),
            None => spare.from,
        };
        let came = here(after).map(|it| it.installed.max(it.from)).filter(|day| *day <= today);
        let until = came.map_or(spare.until, |day| day.min(spare.until));
        (from < until).then_some(Elsewhere { from, until, is_over: came.is_some() })
    };
    turns.iter().enumerate().filter(|(_, turn)| turn.elsewhere).filter_map(span).collect()
}
