//! On which days this instance was the billed one and on which another was: as the vendor will
//! have it, by the licenses that are here and the reports that were made.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::reconcile::{Covered, Roles};
use license_core::select::select;
use license_core::trust::TrustAnchors;
use license_core::value::{InstanceId, Thumbprint};
use license_core::verify::VerifiedLicense;

use super::checked::{ever, roots};
use super::ledger::{Instance, MadeReport};
use super::stays::Stays;
use crate::problem::Failure;

/// Days, the first and the first after, on each of which the same instance was billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Turn {
    from: Day,
    until: Day,
    /// Whether it was this one.
    here: bool,
}

/// The turns of this instance.
#[derive(Debug, Clone)]
pub(super) struct Turns {
    today: Day,
    instance: InstanceId,
    own: Thumbprint,
    licenses: Vec<VerifiedLicense>,
    stays: Stays,
    reports: Vec<Covered>,
    turns: Vec<Turn>,
}

impl Turns {
    /// Those that the ledger knows of the instance with this key.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(super) fn of(instance: &Instance, own: Thumbprint, today: Day) -> Result<Self, Failure> {
        let anchors = TrustAnchors::new(roots(instance, &[])?);
        let stays = Stays::of(instance, today)?;
        let kept = ever(instance, &anchors)?.into_iter();
        let kept = kept.filter(|kept| !kept.unused && !stays.is_to_come(kept.id));
        let licenses: Vec<VerifiedLicense> = kept.filter_map(|kept| kept.license.ok()).collect();
        let covered = |report: &MadeReport| {
            let (license, last) = (report.license, report.last_day);
            Covered { key: own, license, first: report.first_day().unwrap_or(Day::FIRST), last }
        };
        let reports = instance.reports()?.iter().map(covered).collect();
        let (instance, turns) = (instance.id(), Vec::new());
        let mut all = Self { today, instance, own, licenses, stays, reports, turns };
        all.turns = all.with(None);
        Ok(all)
    }

    /// The turns by the licenses that are here, and this one.
    fn with(&self, new: Option<&VerifiedLicense>) -> Vec<Turn> {
        let all: Vec<&VerifiedLicense> = self.licenses.iter().chain(new).collect();
        let own: Vec<&VerifiedLicense> =
            all.iter().copied().filter(|it| it.takes_reports_of(self.own)).collect();
        let reports = [self.reports.clone(), self.next_report(&all).into_iter().collect()].concat();
        let mut turns = Vec::<Turn>::new();
        let days = self.days(&all, &reports);
        for (from, until) in days.iter().zip(days.iter().skip(1)) {
            // The day on which a term ends may be the term's too.
            if !own.iter().any(|it| it.from <= *from && *from <= it.until) {
                continue;
            }
            let there = all.iter().copied().filter(|it| !self.stays.lacks(it.id(), *from));
            let there: Vec<&VerifiedLicense> = there.collect();
            // What happened under one that was removed is still its own where no other has the day.
            let any = there.iter().any(|it| it.from <= *from && *from <= it.until);
            let of_day = if any { there } else { all.clone() };
            let roles = Roles::new(of_day, reports.iter().copied());
            let turn = Turn { from: *from, until: *until, here: roles.is_billed(self.own, *from) };
            match turns.last_mut() {
                Some(last) if last.until == turn.from && last.here == turn.here => {
                    last.until = turn.until;
                }
                _ => turns.push(turn),
            }
        }
        turns
    }

    /// The report that is made next: it covers the days through yesterday, and names the license
    /// that decides.
    fn next_report(&self, licenses: &[&VerifiedLicense]) -> Option<Covered> {
        let here = licenses.iter().copied().filter(|it| !self.stays.lacks(it.id(), self.today));
        let here: Vec<&VerifiedLicense> = here.collect();
        let decides = here.get(select(&here, Some(&self.instance), self.today)?)?;
        let (license, last) = (decides.id(), self.today.minus(1)?);
        Some(Covered { key: self.own, license, first: Day::FIRST, last })
    }

    /// The days on which a turn may begin, or the last one end.
    fn days(&self, licenses: &[&VerifiedLicense], reports: &[Covered]) -> BTreeSet<Day> {
        let of_license = |it: &&VerifiedLicense| {
            let after = it.until.plus(1);
            [Some(it.from), Some(it.until), after, Day::of_unix(it.issued)]
        };
        let of_report = |it: &Covered| [Some(it.first), it.last.plus(1)];
        let days = licenses.iter().flat_map(of_license);
        let days = days.chain(reports.iter().flat_map(of_report)).flatten();
        days.chain(self.stays.turns()).collect()
    }

    /// From when to when the licenses were installed here.
    pub(super) fn stays(&self) -> &Stays {
        &self.stays
    }

    /// Whether the license was installed here, or has ended and is kept.
    pub(super) fn has(&self, license: &VerifiedLicense) -> bool {
        self.licenses.iter().any(|it| it.id() == license.id())
    }

    /// The turns; under a license that is not installed here yet, as they would be with it.
    fn under(&self, license: &VerifiedLicense) -> Vec<Turn> {
        if self.has(license) { self.turns.clone() } else { self.with(Some(license)) }
    }

    /// The days on which the billed instance was another one, before this one became it.
    fn over(&self, license: &VerifiedLicense) -> Vec<Turn> {
        over(&self.under(license), self.today)
    }

    /// Whether another instance was billed on a day, before this one became it.
    pub(super) fn excuses(&self, license: &VerifiedLicense, day: Day) -> bool {
        self.over(license).iter().any(|it| it.from <= day && day < it.until)
    }

    /// The first day from this one on that is none of those.
    pub(super) fn behind(&self, license: &VerifiedLicense, day: Day) -> Day {
        let behind = |day: Day, it: &Turn| if it.from <= day { day.max(it.until) } else { day };
        self.over(license).iter().fold(day, behind)
    }

    /// The last day of the license's term on which this instance became the billed one.
    pub(super) fn came(&self, license: &VerifiedLicense) -> Option<Day> {
        let over = self.over(license);
        let came = over.iter().map(|it| it.until);
        came.filter(|day| license.from < *day && *day < license.until).max()
    }

    /// The last day of the license's term, through today, on which this instance was the billed
    /// one.
    pub(super) fn left(&self, license: &VerifiedLicense) -> Option<Day> {
        let last = license.last_day().min(self.today);
        let here = self.under(license).into_iter().filter(|it| it.here && it.from <= last);
        let left = here.filter_map(|it| it.until.minus(1)).map(|day| day.min(last)).max();
        left.filter(|day| license.from <= *day)
    }

    /// Whether the billed role came here on this day.
    pub(super) fn came_on(&self, day: Day) -> bool {
        over(&self.turns, self.today).iter().any(|it| it.until == day)
    }

    /// Whether this instance was the billed one on a day.
    pub(super) fn was_here(&self, license: &VerifiedLicense, day: Day) -> bool {
        self.under(license).iter().any(|it| it.here && it.from <= day && day < it.until)
    }
}

/// The turns of another instance that are over: one of this instance follows, through today.
fn over(turns: &[Turn], today: Day) -> Vec<Turn> {
    let follows = |(turn, next): &(&Turn, &Turn)| {
        !turn.here && next.here && turn.until == next.from && next.from <= today
    };
    turns.iter().zip(turns.iter().skip(1)).filter(follows).map(|(turn, _)| *turn).collect()
}
