//! Which of the desk's jobs a license is, and which of their rules it does not meet.

use std::collections::BTreeSet;
use std::fmt;

use license_core::Day;
use license_core::document::{Flag, Kind, License};
use license_core::value::{DocumentId, Identifier};

use super::base::Base;
use super::draft::Draft;
use super::owed::{self, OwedSince};
use super::temporary::Extensions;
use crate::desk::events;
use crate::desk::forecast::Forecast;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::policies;
use crate::desk::rules::{Broken, Doing, Facts, Job, Per};
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;
use crate::problem::Failure;
use crate::registry::{DocumentRow, Event, REPORT_DAYS, What};

/// The jobs that a license is named as, each with that for one which lasts longer.
const RECIPES: &[&[Job]] = &[
    &[Job::Community, Job::CommunityLonger],
    &[Job::Researcher],
    &[Job::Education],
    &[Job::Years],
];

/// The jobs of subscriptions that change.
const CHANGES: [&[Job]; 5] =
    [&[Job::Follow], &[Job::Merge], &[Job::Split], &[Job::Billing], &[Job::Early]];

/// A license that is looked at.
pub(super) struct About<'a> {
    pub(super) draft: &'a Draft,
    pub(super) license: &'a License,
    /// What the instance will answer, where figures are held.
    pub(super) forecast: Option<&'a Forecast>,
    /// Whether the customer's type has cloud licensing.
    pub(super) may_have_cloud: bool,
}

/// The jobs that a license is, and the rules that it does not meet.
pub(super) struct Judged {
    pub(super) jobs: Vec<Job>,
    pub(super) broken: Vec<Broken>,
}

/// The license that a ticket was used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) ticket: String,
    pub(crate) id: DocumentId,
    pub(crate) subscription: String,
    pub(crate) on: Day,
}

impl fmt::Display for Used {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, subscription, on, .. } = self;
        write!(f, "license {id} of subscription {subscription} on {on}")
    }
}

/// Looks at a license by the desk's rules.
///
/// # Errors
/// Those of the rules' file and of the registry.
pub(super) fn judge(
    desk: &mut OpenDesk,
    about: &About<'_>,
    used: Option<&Used>,
) -> Result<Judged, Failure> {
    let rules = desk.desk.rules()?;
    let events = events(desk, about.subject())?;
    let extensions = Extensions::of(about.draft, &events);
    let asked = about.jobs(&extensions);
    let needed = asked.iter().copied().flatten().any(|job| rules.rule(*job).owed_paid);
    let owed = if needed { about.owed(desk, &extensions)? } else { None };
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why: &about.draft.why };
    let look = |job: &Job| {
        let facts = about.facts((*job, rules.rule(*job).per), (&events, &extensions), used);
        let open_days = owed.as_ref().map(|it| it.open_days.clone()).unwrap_or_default();
        let owed = owed.as_ref().map(|it| it.owed.clone());
        let facts = Facts { owed, open_days, ..facts };
        (*job, rules.broken(*job, &doing, &facts))
    };
    // Of several that it may be, the one with the least against it.
    let least = |either: &&[Job]| either.iter().map(look).min_by_key(|(_, broken)| broken.len());
    let judged: Vec<(Job, Vec<Broken>)> = asked.iter().filter_map(least).collect();
    let jobs = judged.iter().map(|(job, _)| *job).collect();
    let broken = judged.into_iter().flat_map(|(_, broken)| broken);
    // What two jobs need is asked once.
    let mut seen = BTreeSet::new();
    let broken = broken.filter(|it| it.rule.need().is_none_or(|need| seen.insert(need))).collect();
    Ok(Judged { jobs, broken })
}

impl About<'_> {
    fn subject(&self) -> Option<&Subject> {
        self.draft.owner.subject()
    }

    fn base(&self) -> Option<&Base> {
        self.draft.base.as_ref()
    }

    /// The jobs that it is; of each list one.
    fn jobs(&self, extensions: &Extensions<'_>) -> Vec<&'static [Job]> {
        let year = self.draft.job == Some(Job::Years) && self.draft.what != What::Issued;
        let year: Option<&'static [Job]> = year.then_some(&[Job::Years]);
        let succession = self.draft.succession.iter().flat_map(|it| it.jobs.as_slice());
        let succession = succession.filter_map(|job| CHANGES.iter().find(|it| it.contains(job)));
        let own = self.own(extensions).into_iter().chain(year).chain(succession.copied());
        own.chain(self.handed()).chain(self.sold_otherwise()).collect()
    }

    /// The job that follows from what is made.
    fn own(&self, extensions: &Extensions<'_>) -> Option<&'static [Job]> {
        match &self.draft.what {
            What::Changed => Some(&[Job::Correct]),
            What::TrialExtended => Some(&[Job::ExtendTrial, Job::ExtendTrialLonger]),
            What::Renewed if self.is_early(extensions) => Some(&[Job::Early]),
            What::Extended if self.draft.job == Some(Job::Emergency) => Some(&[Job::Emergency]),
            What::Extended => Some(&[Job::Extend, Job::ExtendFurther, Job::ExtendLong]),
            What::Issued | What::TrialGiven if self.license.has(Flag::Trial) => Some(&[Job::Trial]),
            What::Issued => self.recipe(),
            What::Renewed
            | What::TrialGiven
            | What::TrialConverted
            | What::Entered
            | What::Edited
            | What::Revoked
            | What::Resent
            | What::Sent
            | What::Received
            | What::Moved
            | What::Answered
            | What::Stated
            | What::Receipted
            | What::Noted
            | What::ToDecide
            | What::SalesAsked
            | What::CustomerTold
            | What::Decided
            | What::HandedOver
            | What::TakenOver
            | What::Followed
            | What::PassedOn
            | What::Excepted
            | What::Other(_) => None,
        }
    }

    /// The recipe that it was named as.
    fn recipe(&self) -> Option<&'static [Job]> {
        let job = self.draft.job?;
        RECIPES.iter().find(|either| either.first() == Some(&job)).copied()
    }

    /// Whether the next term of the same subscription begins before the last one that was sold has
    /// ended.
    fn is_early(&self, extensions: &Extensions<'_>) -> bool {
        self.draft.succession.is_none()
            && extensions.paid_until().is_some_and(|ends| self.license.from < ends)
    }

    /// Whether it names another contact or company than the license before of its subscription.
    fn handed(&self) -> impl Iterator<Item = &'static [Job]> {
        let id = self.license.subscription_id.as_ref().map(Identifier::as_str);
        let follows = self.draft.succession.is_some();
        let base = self.base();
        let base = base.filter(|base| follows || Some(base.row.subscription.as_str()) == id);
        let mail = |license: &License| license.email.as_str().to_lowercase();
        let to_other = base.is_some_and(|base| {
            base.license.name != self.license.name || mail(&base.license) != mail(self.license)
        });
        // Another company is what another billing entity means.
        let is_billing =
            self.draft.succession.as_ref().is_some_and(|it| it.jobs.contains(&Job::Billing));
        let renamed = base.filter(|_| !is_billing);
        let renamed = renamed.is_some_and(|base| base.license.company != self.license.company);
        let jobs: [Option<&'static [Job]>; 2] =
            [to_other.then_some(&[Job::HandTo]), renamed.then_some(&[Job::Rename])];
        jobs.into_iter().flatten()
    }

    /// Jobs that follow from how the customer buys: what a reseller sold is changed through the
    /// reseller, and who may have a cloud license orders a file in its place.
    fn sold_otherwise(&self) -> impl Iterator<Item = &'static [Job]> {
        let kind = CustomerType::parse(&self.draft.owner.customer().customer_type);
        let what = &self.draft.what;
        let changes = self.base().is_some() && !matches!(what, What::Issued | What::TrialGiven);
        let by_reseller = changes && kind == Some(CustomerType::Reseller);
        let is_order = matches!(what, What::Issued | What::Renewed | What::TrialConverted);
        // The later years of a contract are no orders of their own.
        let is_order = match self.draft.job {
            None => is_order,
            Some(job) => job == Job::Years && *what == What::Issued,
        };
        let is_order = is_order && !self.license.has(Flag::Trial);
        let instead = is_order && self.may_have_cloud && kind != Some(CustomerType::Offline);
        let jobs: [Option<&'static [Job]>; 2] =
            [by_reseller.then_some(&[Job::Reseller]), instead.then_some(&[Job::Offline])];
        jobs.into_iter().flatten()
    }

    fn facts(
        &self,
        (job, per): (Job, Per),
        (events, extensions): (&[Event], &Extensions<'_>),
        used: Option<&Used>,
    ) -> Facts {
        Facts {
            ends: extensions.paid_until(),
            paid: Some(self.is_paid()),
            term: Some((self.license.from, self.license.until)),
            seats: Some(self.license.seats.map(license_core::value::Count::get)),
            users_and_owed: self.users_and_owed(),
            owed: None,
            open_days: Vec::new(),
            times: Some(self.times((job, per), events)),
            runs: extensions.last(),
            to: None,
            ticket_used: used.map(ToString::to_string),
        }
    }

    /// What is owed of the terms before, by the reports that are held; `None` where there is none
    /// of the last term. Nothing is owed before the first license.
    fn owed(
        &self,
        desk: &mut OpenDesk,
        extensions: &Extensions<'_>,
    ) -> Result<Option<OwedSince>, Failure> {
        let Some(base) = self.base().filter(|_| self.draft.what != What::Issued) else {
            return Ok(Some(OwedSince { owed: Vec::new(), open_days: Vec::new() }));
        };
        let since = extensions.paid_from().unwrap_or(base.license.from);
        owed::of(desk, &base.row.chain(), self.license, since)
    }

    /// Whether it is one that somebody pays for.
    fn is_paid(&self) -> bool {
        let trial = self.base().is_some_and(|base| base.license.has(Flag::Trial));
        let kind = CustomerType::parse(&self.draft.owner.customer().customer_type);
        !trial && !matches!(kind, Some(CustomerType::Community | CustomerType::Free))
    }

    /// The users now, and the seats owed under the license before by the figures held; `None` where
    /// nobody knows the users now: a figure of more than a month ago is none. What somebody said
    /// counts where it is more than the figure held.
    fn users_and_owed(&self) -> Option<u64> {
        let today = Day::of_unix(self.license.issued)?;
        let is_of_now = |on: Day| on.plus(REPORT_DAYS).is_none_or(|last| today <= last);
        let held = self.forecast.and_then(|forecast| forecast.users);
        let held = held.filter(|users| is_of_now(users.on)).map(|users| users.number);
        let users = u64::from(held.max(self.draft.users_said)?.get());
        let before = self.base().and_then(|base| Some((base.license.seats?, base)));
        let Some(((seats, base), forecast)) = before.zip(self.forecast) else {
            return Some(users);
        };
        let term = base.license.from..base.license.until;
        let own = forecast.days.iter().filter(|(day, _)| term.contains(day));
        let peak = own.map(|(_, count)| count.get()).max().unwrap_or(0);
        Some(users + u64::from(peak.saturating_sub(seats.get())))
    }

    /// How often the job was done before: for the customer, or since the last license of the chain
    /// that began a term.
    fn times(&self, (job, per): (Job, Per), events: &[Event]) -> u32 {
        let chain = self.base().map(|base| base.row.chain());
        let is_it = |event: &&Event| told_by(job).as_ref() == Some(&event.what);
        let told = match per {
            Per::Customer => events.iter().filter(is_it).count(),
            Per::License => {
                let own = events.iter().filter(|event| chain.as_ref() == Some(&event.chain)).rev();
                own.take_while(|event| !begins_a_term(&event.what)).filter(is_it).count()
            }
        };
        let held = if job == Job::Trial { self.trials() } else { 0 };
        u32::try_from(told.max(held)).unwrap_or(u32::MAX)
    }

    /// The subscriptions of the customer that had a trial, wherever it was made.
    fn trials(&self) -> usize {
        let rows = self.subject().map(|subject| subject.record.documents.as_slice());
        let is_trial = |row: &&DocumentRow| {
            row.kind == Kind::License && row.policy.as_deref().is_some_and(policies::is_trial)
        };
        let trials = rows.unwrap_or_default().iter().filter(is_trial);
        trials.map(|row| row.subscription.as_str()).collect::<BTreeSet<_>>().len()
    }
}

/// The event that tells of a job that is counted.
fn told_by(job: Job) -> Option<What> {
    match job {
        Job::Trial => Some(What::TrialGiven),
        Job::ExtendTrial | Job::ExtendTrialLonger => Some(What::TrialExtended),
        Job::Correct => Some(What::Changed),
        Job::Resend => Some(What::Resent),
        Job::Sent => Some(What::Sent),
        Job::Extend | Job::ExtendFurther | Job::ExtendLong | Job::Emergency => Some(What::Extended),
        Job::Early
        | Job::Follow
        | Job::HandTo
        | Job::Rename
        | Job::Years
        | Job::Merge
        | Job::Split
        | Job::Billing
        | Job::Community
        | Job::CommunityLonger
        | Job::Researcher
        | Job::Education
        | Job::Reseller
        | Job::Offline
        | Job::Decide
        | Job::Tell => None,
    }
}

fn begins_a_term(what: &What) -> bool {
    matches!(
        what,
        What::Issued | What::Renewed | What::Followed | What::TrialConverted | What::TakenOver
    )
}

/// Whether an event tells of a license that was made.
fn makes_one(what: &What) -> bool {
    matches!(
        what,
        What::Issued
            | What::Changed
            | What::Followed
            | What::Renewed
            | What::TrialGiven
            | What::TrialExtended
            | What::TrialConverted
            | What::Extended
    )
}

/// The last license that this ticket was used for; the one that answers the same order does not
/// count.
///
/// # Errors
/// Those of the registry.
pub(super) fn ticket_used(
    desk: &mut OpenDesk,
    why: &Why,
    same: Option<&DocumentRow>,
) -> Result<Option<Used>, Failure> {
    let Some(ticket) = &why.ticket else { return Ok(None) };
    let same = same.map(|row| row.sha256);
    for event in desk.registry.with_ticket(ticket)?.into_iter().rev() {
        let Some(sha256) = event.document.filter(|it| Some(*it) != same) else { continue };
        if !makes_one(&event.what) {
            continue;
        }
        if let Some(document) = desk.registry.document(sha256)? {
            return Ok(Some(Used {
                ticket: ticket.clone(),
                id: document.id,
                subscription: event.chain.subscription.clone(),
                on: Day::of_unix(event.at).unwrap_or(Day::FIRST),
            }));
        }
    }
    Ok(None)
}

/// All events of a customer, those of a chain in their order.
fn events(desk: &mut OpenDesk, subject: Option<&Subject>) -> Result<Vec<Event>, Failure> {
    let Some(subject) = subject else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    for (chain, _) in &subject.record.heads {
        all.append(&mut events::of(desk.registry.as_mut(), chain)?);
    }
    Ok(all)
}
