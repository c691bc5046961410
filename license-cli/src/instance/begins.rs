//! From which day on an instance owes reports under a license: the one rule for when the first is
//! due, which days lack a figure, and when the license reminds.

use license_core::Day;
use license_core::rule::{Effects, Fact};
use license_core::value::Thumbprint;
use license_core::verify::VerifiedLicense;

use super::ledger::Instance;
use super::role::Role;
use super::stays::Stays;
use super::turns::Turns;
use crate::problem::Failure;

/// The part of a license's term in which this instance is the billed one, where another is for the
/// rest of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tenure {
    /// The day on which it became that.
    pub(crate) from: Option<Day>,
    /// The last day on which it was that.
    pub(crate) to: Option<Day>,
}

/// Whose first days are asked about.
#[derive(Debug, Clone)]
pub(crate) struct Begins {
    own: Thumbprint,
    /// The day on which this instance began, where that is known.
    since: Option<Day>,
    turns: Turns,
}

impl Begins {
    /// Those of this instance, by what its ledger knows of days through today.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(instance: &Instance, today: Day) -> Result<Self, Failure> {
        let since = instance.begun()?.into_iter().filter(|day| *day <= today).max();
        let own = instance.public_key()?.thumbprint();
        Ok(Self { own, since, turns: Turns::of(instance, own, today)? })
    }

    /// The first day that this instance owes under a license: the license's. A spare one owes
    /// nothing of the time before it was made and its first license was installed, for the billed
    /// instance reports that; nor does one that became the billed one within the term owe the days
    /// on which another was. But a license that denies something for want of a report counts as it
    /// is signed.
    pub(crate) fn under(&self, license: &VerifiedLicense) -> Day {
        let from = license.from;
        let begins = match Role::of(license, self.own) {
            _ if denies_by_age(license) => return from,
            Role::Stranger { .. } => return from,
            Role::Spare => self.since.map_or(from, |since| from.max(since)),
            Role::Billed { .. } | Role::Unnamed => from,
        };
        match self.may_be_excused(license) {
            true => self.turns.behind(license, begins),
            false => begins,
        }
    }

    /// Whether this instance owes a report of a day of the license's term.
    pub(crate) fn owes(&self, license: &VerifiedLicense, day: Day) -> bool {
        let is_excused = || self.may_be_excused(license) && self.turns.excuses(license, day);
        self.under(license) <= day && day < license.until && !is_excused()
    }

    /// Whether what is owed of a day of the license's term follows from this instance.
    pub(crate) fn bills(&self, license: &VerifiedLicense, day: Day) -> bool {
        match Role::of(license, self.own) {
            Role::Billed { .. } | Role::Unnamed | Role::Spare => self.turns.was_here(license, day),
            Role::Stranger { .. } => false,
        }
    }

    /// From when to when the licenses were installed here.
    pub(super) fn stays(&self) -> &Stays {
        self.turns.stays()
    }

    /// In which part of the license's term that is so.
    pub(crate) fn tenure(&self, license: &VerifiedLicense) -> Tenure {
        match Role::of(license, self.own) {
            Role::Billed { .. } | Role::Unnamed => {
                Tenure { from: self.turns.came(license), to: None }
            }
            Role::Spare => Tenure { from: None, to: self.turns.left(license) },
            Role::Stranger { .. } => Tenure::default(),
        }
    }

    /// Whether the billed role came to this instance on this day, from another one.
    pub(crate) fn came_on(&self, day: Day) -> bool {
        self.turns.came_on(day)
    }

    /// Whether days on which another instance was billed are none that this one owes under the
    /// license.
    fn may_be_excused(&self, license: &VerifiedLicense) -> bool {
        match Role::of(license, self.own) {
            _ if denies_by_age(license) => false,
            Role::Billed { .. } | Role::Unnamed => true,
            // One that is not installed yet changes nothing of what a spare one owes.
            Role::Spare => self.turns.has(license),
            Role::Stranger { .. } => false,
        }
    }

    /// The day from which the license reminds of a first report, where that is not the license's
    /// own first day. It denies nothing by that, nor do these beside it.
    pub(crate) fn reminds_from(
        &self,
        license: &VerifiedLicense,
        beside: &[VerifiedLicense],
    ) -> Option<Day> {
        let begin = self.under(license);
        let signed = begin == license.from || beside.iter().any(denies_by_age);
        (!signed).then_some(begin)
    }
}

/// Whether a rule denies something because the last report is old.
fn denies_by_age(license: &VerifiedLicense) -> bool {
    let by_age = license
        .rules
        .iter()
        .filter(|rule| rule.conditions.iter().any(|condition| condition.fact == Fact::ReportAge));
    by_age.into_iter().any(|rule| Effects::DENYING.contains(rule.effect))
}
