//! From which day on an instance owes reports under a license: the one rule for when the first is
//! due, which days lack a figure, and when the license reminds.

use license_core::Day;
use license_core::rule::{Effects, Fact};
use license_core::value::Thumbprint;
use license_core::verify::VerifiedLicense;

use super::ledger::Instance;
use super::role::Role;
use crate::problem::Failure;

/// Whose first days are asked about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Begins {
    own: Thumbprint,
    /// The day on which this instance began, where that is known.
    since: Option<Day>,
}

impl Begins {
    /// Those of this instance, by what its ledger knows of days through today.
    ///
    /// # Errors
    /// Those of the ledger.
    pub(crate) fn of(instance: &Instance, today: Day) -> Result<Self, Failure> {
        let since = instance.begun()?.into_iter().filter(|day| *day <= today).max();
        Ok(Self { own: instance.public_key()?.thumbprint(), since })
    }

    /// The first day that this instance owes under a license: the license's. A spare one owes
    /// nothing of the time before it was made and its first license was installed, for the billed
    /// instance reports that; but a license that denies something for want of a report counts as it
    /// is signed.
    pub(crate) fn under(&self, license: &VerifiedLicense) -> Day {
        match Role::of(license, self.own) {
            Role::Spare if !denies_by_age(license) => {
                self.since.map_or(license.from, |since| license.from.max(since))
            }
            Role::Spare | Role::Billed { .. } | Role::Stranger { .. } | Role::Unnamed => {
                license.from
            }
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
