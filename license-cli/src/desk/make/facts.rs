//! The figures of a license that the rules of its jobs ask for.

use std::collections::BTreeSet;

use license_core::Day;
use license_core::document::{Flag, Kind};
use license_core::value::Count;
use license_core::verify::verify_license;

use super::about::About;
use super::base::{Base, bytes};
use super::before::Before;
use super::counted::{begins_a_term, is_extension, is_of};
use super::owed::{self, OwedSince};
use super::ticket::Used;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Facts, Job, Lost, Per};
use crate::desk::types::CustomerType;
use crate::problem::Failure;
use crate::registry::{DocumentRow, Event, REPORT_DAYS, What};

/// What is known beside the license itself.
pub(super) struct Known<'a> {
    pub(super) events: &'a [Event],
    pub(super) before: &'a Before,
    /// What is owed of the terms before, where a rule asks for it.
    pub(super) owed: Option<OwedSince>,
    /// How many subscriptions of the customer had a trial, where a rule asks for it.
    pub(super) trials: usize,
    /// The trials of the same customer by other names, where a rule asks for them.
    pub(super) alike: &'a [super::alike::Alike],
    pub(super) used: Option<&'a Used>,
}

impl About<'_> {
    pub(super) fn facts(&self, (job, per): (Job, Per), known: &Known<'_>) -> Facts {
        Facts {
            ends: known.before.paid_until(),
            paid: Some(self.is_paid()),
            add_ons: if is_extension(job) { self.add_ons() } else { 0 },
            term: Some((self.begun(job, known.before), self.license.until)),
            seats: Some(self.license.seats.map(Count::get)),
            has_users: self.users_now().is_some(),
            users_and_owed: self.users_and_owed(known.owed.as_ref()),
            owed: known.owed.as_ref().map(|it| it.owed.clone()),
            open_days: known.owed.as_ref().map(|it| it.open_days.clone()).unwrap_or_default(),
            times: Some(self.times((job, per), known)),
            done_for: known.alike.first().filter(|_| job == Job::Trial).map(ToString::to_string),
            runs: known.before.last(),
            to: None,
            ticket_used: known.used.map(ToString::to_string),
        }
    }

    /// The first day of the license; of a trial that goes on that of the whole trial.
    fn begun(&self, job: Job, before: &Before) -> Day {
        let goes_on = matches!(job, Job::ExtendTrial | Job::ExtendTrialLonger);
        let tried = before.tried_from().filter(|_| goes_on);
        // What an ended license is given more is what lies behind its end.
        let moved = self.base().filter(|_| is_extension(job) && self.moves_end());
        let begun = moved.map_or(self.license.from, |base| base.license.until);
        tried.map_or(begun, |from| from.min(begun))
    }

    fn add_ons(&self) -> usize {
        self.license.add_ons.len() + self.license.legacy_add_ons.len()
    }

    /// Whether a change gives more days to a paid license that has ended.
    pub(super) fn moves_end(&self) -> bool {
        let today = Day::of_unix(self.license.issued);
        let has_ended = |base: &Base| today.is_none_or(|today| base.license.until <= today);
        let later = |base: &Base| base.license.until < self.license.until;
        self.draft.what == What::Changed
            && self.is_paid()
            && self.base().is_some_and(|base| has_ended(base) && later(base))
    }

    /// What is owed of the terms before, by the reports that are held; `None` where there is none
    /// of the last term. Nothing is owed before the first license.
    pub(super) fn owed(
        &self,
        desk: &mut OpenDesk,
        before: &Before,
    ) -> Result<Option<OwedSince>, Failure> {
        // One that follows no other may be a later year of a contract all the same.
        let follows = self.draft.what != What::Issued || self.is_later_year();
        let Some(base) = self.base().filter(|_| follows) else {
            return Ok(Some(OwedSince { owed: Vec::new(), open_days: Vec::new() }));
        };
        // Where the debt stays with the old ones, nothing of it is the new one's.
        if self.draft.succession.as_ref().is_some_and(|it| !it.along.has(Lost::Debt)) {
            return Ok(Some(OwedSince { owed: Vec::new(), open_days: Vec::new() }));
        }
        let since = before.paid_from().unwrap_or(base.license.from);
        let mut each = vec![owed::of(desk, &base.row.chain(), self.license, since)?];
        // Each subscription that becomes one.
        let sources = self.draft.succession.iter().flat_map(|it| it.sources.iter().skip(1));
        for source in sources {
            let (chain, since) = (source.base.row.chain(), source.base.license.from);
            each.push(owed::of(desk, &chain, self.license, since)?);
        }
        Ok(owed::together(each))
    }

    /// Whether it begins in a year of a contract that has years before.
    fn is_later_year(&self) -> bool {
        let year = self.draft.contract.as_ref().and_then(|it| it.with(self.license.from));
        year.is_some_and(|(number, _)| number > 1)
    }

    /// Whether it is one that somebody pays for.
    fn is_paid(&self) -> bool {
        let trial = self.base().is_some_and(|base| base.license.has(Flag::Trial));
        !trial && !matches!(self.kind(), Some(CustomerType::Community | CustomerType::Free))
    }

    /// The users now; `None` where nobody knows them: a figure of more than a month ago is none.
    /// What somebody said counts where it is more than the figure held.
    fn users_now(&self) -> Option<Count> {
        let today = Day::of_unix(self.license.issued)?;
        let is_of_now = |on: Day| on.plus(REPORT_DAYS).is_none_or(|last| today <= last);
        let held = self.forecast.and_then(|forecast| forecast.users);
        let held = held.filter(|users| is_of_now(users.on)).map(|users| users.number);
        held.max(self.draft.users_said)
    }

    /// The users now, and the seats owed; `None` where nobody knows the users now, or what is owed.
    fn users_and_owed(&self, owed: Option<&OwedSince>) -> Option<u64> {
        let users = u64::from(self.users_now()?.get());
        let owed = match owed {
            Some(known) => known.owed.iter().map(|owed| u64::from(owed.open())).sum(),
            None => self.owed_by_request()?,
        };
        Some(users + owed)
    }

    /// The seats owed under the license before by what a request says of its term so far; `None`
    /// where none says anything.
    fn owed_by_request(&self) -> Option<u64> {
        let base = self.base()?;
        let Some(seats) = base.license.seats else { return Some(0) };
        let term = base.license.from..base.license.until;
        let own = self.forecast?.days.iter().filter(|(day, _)| term.contains(day));
        let peak = own.map(|(_, count)| count.get()).max()?;
        Some(u64::from(peak.saturating_sub(seats.get())))
    }

    /// How often the job was done before: for the customer, or since the last license of the chain
    /// that began a term.
    fn times(&self, (job, per): (Job, Per), known: &Known<'_>) -> u32 {
        let chain = self.base().map(|base| base.row.chain());
        let is_it = |event: &&Event| is_of(event, job);
        let told = match per {
            Per::Customer => known.events.iter().filter(is_it).count(),
            Per::License => {
                let own = known.events.iter().filter(|it| chain.as_ref() == Some(&it.chain)).rev();
                own.take_while(|event| !begins_a_term(event)).filter(is_it).count()
            }
        };
        let held = if job == Job::Trial { known.trials + known.alike.len() } else { 0 };
        u32::try_from(told.max(held)).unwrap_or(u32::MAX)
    }

    /// The subscriptions of the customer that had a trial, wherever it was made.
    ///
    /// # Errors
    /// Those of a registry whose documents cannot be opened.
    pub(super) fn trials(&self, desk: &mut OpenDesk) -> Result<usize, Failure> {
        let rows = self.subject().map(|subject| subject.record.documents.as_slice());
        let licenses = |row: &&DocumentRow| row.kind == Kind::License;
        let mut tried = BTreeSet::new();
        for row in rows.unwrap_or_default().iter().filter(licenses) {
            let license = verify_license(&bytes(desk, row.sha256)?, &desk.desk.anchors)?;
            if license.has(Flag::Trial) {
                tried.insert(row.subscription.as_str());
            }
        }
        Ok(tried.len())
    }
}
