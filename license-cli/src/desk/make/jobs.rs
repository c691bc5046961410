//! Which of the desk's jobs a license is, and which of their rules it does not meet.

use std::collections::BTreeSet;
use std::fmt;

use license_core::Day;
use license_core::document::{Flag, Kind, License};
use license_core::value::{DocumentId, Identifier};

use super::base::Base;
use super::draft::Draft;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::policies;
use crate::desk::rules::{Broken, Doing, Facts, Job, Per};
use crate::desk::subject::Subject;
use crate::problem::Failure;
use crate::registry::{DocumentRow, Event, What};

/// So many events are read at once.
const EVENTS: u32 = 256;

/// A license that is looked at.
pub(super) struct About<'a> {
    pub(super) draft: &'a Draft,
    pub(super) license: &'a License,
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
    let jobs = about.jobs();
    let events = if jobs.is_empty() { Vec::new() } else { events(desk, about.subject())? };
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why: &about.draft.why };
    let broken = jobs.iter().flat_map(|job| {
        let facts = about.facts((*job, rules.rule(*job).per), &events, used);
        rules.broken(*job, &doing, &facts)
    });
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

    /// The jobs that it is.
    fn jobs(&self) -> Vec<Job> {
        let own = match &self.draft.what {
            What::Changed => Some(Job::Correct),
            What::TrialExtended => Some(Job::ExtendTrial),
            What::Renewed => self.is_early().then_some(Job::Early),
            What::Issued | What::TrialGiven => self.license.has(Flag::Trial).then_some(Job::Trial),
            What::TrialConverted
            | What::Extended
            | What::Entered
            | What::Edited
            | What::Revoked
            | What::Resent
            | What::Received
            | What::Answered
            | What::Stated
            | What::Receipted
            | What::Noted
            | What::HandedOver
            | What::TakenOver
            | What::Excepted
            | What::Other(_) => None,
        };
        own.into_iter().chain(self.handed()).collect()
    }

    /// Whether the next term begins before the last one has ended.
    fn is_early(&self) -> bool {
        self.base().is_some_and(|base| self.license.from < base.license.until)
    }

    /// Whether it names another contact or company than the license before of its subscription.
    fn handed(&self) -> impl Iterator<Item = Job> {
        let id = self.license.subscription_id.as_ref().map(Identifier::as_str);
        let base = self.base().filter(|base| Some(base.row.subscription.as_str()) == id);
        let mail = |license: &License| license.email.as_str().to_lowercase();
        let to_other = base.is_some_and(|base| {
            base.license.name != self.license.name || mail(&base.license) != mail(self.license)
        });
        let renamed = base.is_some_and(|base| base.license.company != self.license.company);
        let jobs = [to_other.then_some(Job::HandTo), renamed.then_some(Job::Rename)];
        jobs.into_iter().flatten()
    }

    fn facts(&self, (job, per): (Job, Per), events: &[Event], used: Option<&Used>) -> Facts {
        Facts {
            ends: self.base().map(|base| base.license.until),
            paid: None,
            term: Some((self.license.from, self.license.until)),
            seats: Some(self.license.seats.map(license_core::value::Count::get)),
            users_and_owed: None,
            times: Some(self.times((job, per), events)),
            runs_until: None,
            ticket_used: used.map(ToString::to_string),
        }
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
        Job::ExtendTrial => Some(What::TrialExtended),
        Job::Correct => Some(What::Changed),
        Job::Resend => Some(What::Resent),
        Job::Extend
        | Job::ExtendFurther
        | Job::ExtendLong
        | Job::Emergency
        | Job::Early
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
        | Job::Offline
        | Job::Decide => None,
    }
}

fn begins_a_term(what: &What) -> bool {
    matches!(what, What::Issued | What::Renewed | What::TrialConverted | What::TakenOver)
}

/// Whether an event tells of a license that was made.
fn makes_one(what: &What) -> bool {
    matches!(
        what,
        What::Issued
            | What::Changed
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
        let mut after = 0;
        loop {
            let mut next = desk.registry.events(chain, after, EVENTS)?;
            let Some(last) = next.last() else { break };
            after = last.number;
            all.append(&mut next);
        }
    }
    Ok(all)
}
