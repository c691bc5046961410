//! The term of the license in force, so far.

use license_core::Day;
use license_core::value::{Count, DocumentId};

use super::ledger::Instance;
use super::licenses::{deciding, pinned, role};
use super::outlook::{Held, Outlook, Thresholds, UsersOn};
use super::receipts::Receipts;
use super::role::Role;
use crate::problem::{Failure, Problem};

/// What the ledger holds of the term, from its first day through yesterday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TermSoFar {
    /// The license in force.
    pub(crate) license: DocumentId,
    /// The largest count, and the first day that has it.
    pub(crate) peak: Option<(Count, Day)>,
    /// Days with a count, and days without one.
    pub(crate) counted: u32,
    pub(crate) missing: u32,
    /// What the license was signed with.
    pub(crate) thresholds: Thresholds,
    /// Which of the license's instances this is.
    pub(crate) role: Role,
    /// Seats beyond those of the license that are paid or waived.
    pub(crate) settled: u32,
}

impl TermSoFar {
    /// What follows from it for the next license, with these users today.
    pub(crate) fn outlook(&self, users: Count, today: Day) -> Outlook {
        let on = |(count, day): (Count, Day)| UsersOn { users: count.get(), day };
        let now = Some(on((users, today)));
        let (peak, missing, settled) = (self.peak.map(on), self.missing, self.settled);
        let held = Held { peak, now, missing, settled };
        Outlook::new(self.thresholds, held.with_now_in_term()).of_role(self.role)
    }

    /// The term of the license that is in force today; `None` where none is.
    ///
    /// # Errors
    /// `license_unverified`, `no_roots` where that is not known; those of the ledger.
    pub(crate) fn of(instance: &Instance, today: Day) -> Result<Option<Self>, Failure> {
        if instance.licenses()?.is_empty() {
            return Ok(None);
        }
        let roots = pinned(instance)?;
        let deciding = match deciding(instance, &roots, today) {
            Err(failure) if failure.problem == Problem::NoLicense => None,
            deciding => Some(deciding?),
        };
        let Some(license) = deciding.filter(|it| it.from <= today && today < it.until) else {
            return Ok(None);
        };
        let held = instance.days()?;
        let days = u32::try_from(today.since(license.from)).unwrap_or(0);
        let of_term = || held.range(license.from..today).map(|(day, count)| (*count, *day));
        let counted = u32::try_from(of_term().count()).unwrap_or(days);
        Ok(Some(Self {
            license: license.id(),
            peak: of_term().max_by_key(|(count, day)| (*count, std::cmp::Reverse(*day))),
            counted,
            missing: days.saturating_sub(counted),
            thresholds: Thresholds::of(&license),
            role: role(instance, &license)?,
            settled: Receipts::of(instance)?.settled_of(&license, &instance.reports()?),
        }))
    }
}
