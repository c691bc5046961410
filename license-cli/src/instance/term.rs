//! The term of the license in force, so far.

use license_core::Day;
use license_core::value::{Count, DocumentId};
use license_core::verify::VerifiedLicense;

use super::before::Figures;
use super::begins::Begins;
use super::covered::Covered;
use super::ledger::Instance;
use super::licenses::{deciding, pinned, role};
use super::of_term::{OfTerm, owed};
use super::outlook::{Outlook, UsersOn};
use super::receipts::Receipts;
use super::reported::Reported;
use super::settlement::Settlements;
use crate::problem::{Failure, Problem};

/// What the ledger holds of a term, from its first day through yesterday, as a request says it; and
/// what its figures come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TermSoFar {
    /// The license in force.
    pub(crate) license: DocumentId,
    /// The largest count, and the first day that has it.
    pub(crate) peak: Option<(Count, Day)>,
    /// Days with a count, and days without one that this instance owes.
    pub(crate) counted: u32,
    pub(crate) missing: u32,
    /// What its figures come to through today.
    sum: OfTerm,
}

impl TermSoFar {
    /// What follows from it for the next license, with so many users as they were counted last.
    pub(crate) fn outlook(&self, users: Count, counted: Day) -> Outlook {
        self.sum.outlook(Some(UsersOn { users: users.get(), day: counted }))
    }

    /// The term of the license that is in force today; `None` where none is.
    ///
    /// # Errors
    /// `license_unverified`, `no_roots` where that is not known; those of the ledger.
    pub(crate) fn of(instance: &Instance, today: Day) -> Result<Option<Self>, Failure> {
        let license = decides(instance, today)?;
        let in_force = license.filter(|it| it.from <= today && today < it.until);
        in_force.map(|license| Self::so_far(instance, &license, today)).transpose()
    }

    /// The same of the license that ended last, where none is in force.
    ///
    /// # Errors
    /// As [`TermSoFar::of`].
    pub(crate) fn ended(instance: &Instance, today: Day) -> Result<Option<Self>, Failure> {
        let ended = decides(instance, today)?.filter(|it| it.until <= today);
        ended.map(|license| Self::so_far(instance, &license, today)).transpose()
    }

    fn so_far(instance: &Instance, license: &VerifiedLicense, today: Day) -> Result<Self, Failure> {
        let (held, is_over) = (instance.days()?, license.until <= today);
        let end = license.until.min(today);
        let all = u32::try_from(end.since(license.from)).unwrap_or(0);
        let of_term = || held.range(license.from..end).map(|(day, count)| (*day, *count));
        let counted = u32::try_from(of_term().count()).unwrap_or(all);
        let begins = Begins::of(instance, today)?;
        let lacks = |day: &Day| !held.contains_key(day);
        let missing = owed(license, &begins, today).filter(lacks).count();
        // The figure of the day on which the term ends is the term's too.
        let closing = held.get(&end).filter(|_| is_over).map(|count| (end, *count));
        let figures = of_term().chain(closing);
        let peak = figures.max_by_key(|(day, count)| (*count, std::cmp::Reverse(*day)));
        let reported = Reported::of(&instance.reports()?);
        let terms = &Covered::by(today, instance, &pinned(instance)?)?.terms;
        let settlements = Settlements { terms, receipts: &Receipts::of(instance)? };
        let days = Figures { held: &held, counted: &reported.counted(&held) };
        let of = (license, role(instance, license)?, &begins);
        Ok(Self {
            license: license.id(),
            peak: peak.map(|(day, count)| (count, day)),
            counted,
            missing: u32::try_from(missing).unwrap_or(u32::MAX),
            sum: OfTerm::of(of, (days, &reported, settlements), (today, None)),
        })
    }
}

/// The license that decides, or will; `None` where none is installed.
///
/// # Errors
/// `license_unverified`, `no_roots` where that is not known; those of the ledger.
pub(crate) fn decides(instance: &Instance, today: Day) -> Result<Option<VerifiedLicense>, Failure> {
    if instance.licenses()?.is_empty() {
        return Ok(None);
    }
    let roots = pinned(instance)?;
    match deciding(instance, &roots, today) {
        Err(failure) if failure.problem == Problem::NoLicense => Ok(None),
        deciding => deciding.map(Some),
    }
}
