//! Which of the desk's jobs a license is, and which of their rules it does not meet.

use std::collections::BTreeSet;

use license_core::document::{Flag, License};
use license_core::value::Identifier;

use super::about::About;
use super::base::Base;
use super::before::Before;
use super::counted::{is_extension, jobs_of};
use super::facts::Known;
use super::ticket::Used;
use crate::desk::events;
use crate::desk::opened::OpenDesk;
use crate::desk::rules::{Broken, Doing, Job, Limit, Need, Rule, Rules};
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;
use crate::problem::Failure;
use crate::registry::{Event, Still, What};

/// The jobs of licenses that nobody pays for, each with that for one which lasts longer; the first
/// is that of who was not named otherwise.
const FREE: [&[Job]; 3] =
    [&[Job::Community, Job::CommunityLonger], &[Job::Researcher], &[Job::Education]];

/// The jobs that a license is named as.
const RECIPES: [&[Job]; 4] = [FREE[0], FREE[1], FREE[2], &[Job::Years]];

/// The jobs of a trial that goes on.
const EXTEND_TRIAL: &[Job] = &[Job::ExtendTrial, Job::ExtendTrialLonger];

/// The jobs of a paid license that goes on for a time.
const EXTEND: &[Job] = &[Job::Extend, Job::ExtendFurther, Job::ExtendLong];

/// The jobs of subscriptions that change.
const CHANGES: [&[Job]; 5] =
    [&[Job::Follow], &[Job::Merge], &[Job::Split], &[Job::Billing], &[Job::Early]];

/// The jobs that a license is, and the rules that it does not meet.
pub(super) struct Judged {
    pub(super) jobs: Vec<Job>,
    pub(super) broken: Vec<Broken>,
    /// Why it is not another job, whose rest cannot be given.
    pub(super) narrower: Vec<Broken>,
    /// What was looked at of other customers, and must be so still when it is filed.
    pub(super) still: Vec<Still>,
}

/// A job, and the rules of it that are not met.
type Look = (Job, Vec<Broken>);

/// Of several jobs that a license may be, the one of which what is missing can be given, else the
/// one with the least against it; and why it is not another one.
fn chosen(mut looks: Vec<Look>) -> Option<(Look, Vec<Broken>)> {
    let can_be_given = |look: &Look| look.1.iter().all(|broken| broken.rule.can_be_given());
    let rank = |look: &Look| (!can_be_given(look), look.1.len());
    // Where it is too long for the narrower job, and nothing that is given helps, the wider one
    // says how long it may be.
    while looks.len() > 1 && !looks.iter().any(can_be_given) && looks.first().is_some_and(too_long)
    {
        looks.remove(0);
    }
    let place =
        looks.iter().enumerate().min_by_key(|(_, look)| rank(look)).map(|(place, _)| place)?;
    let mut others = looks;
    let chosen = others.remove(place);
    let is_told = !chosen.1.is_empty() && can_be_given(&chosen);
    others.retain(|look| is_told && !can_be_given(look));
    let narrower = others.into_iter().min_by_key(rank).map(|(_, broken)| broken);
    Some((chosen, narrower.unwrap_or_default()))
}

/// Whether a license is marked as an extension.
fn is_temporary(license: &License) -> bool {
    license.has(Flag::TemporaryExtension)
}

/// Whether it lasts longer than a job may.
fn too_long(look: &Look) -> bool {
    let keys = ["days", "months", "days_after_end"];
    look.1.iter().any(|broken| keys.contains(&broken.rule.key()))
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
    let before = Before::of(desk, about.draft, &events)?;
    let asked = about.jobs(&before, &events);
    let mut all = asked.iter().copied().flatten();
    let counts_owed = |rule: &Rule| rule.owed_paid || rule.seats_cover;
    let owed = match all.clone().any(|job| counts_owed(rules.rule(*job))) {
        true => about.owed(desk, &before)?,
        false => None,
    };
    let (trials, (alike, still)) = match all.any(|job| *job == Job::Trial) {
        true => (about.trials(desk)?, about.tried_alike(desk)?),
        false => (0, (Vec::new(), Vec::new())),
    };
    let known = Known { events: &events, before: &before, owed, trials, alike: &alike, used };
    let key = Some(desk.key().thumbprint());
    let doing = Doing { who: &desk.who, key, today: desk.today, why: &about.draft.why };
    let look = |job: &Job| {
        let facts = about.facts((*job, rules.rule(*job).per), &known);
        (*job, rules.broken(*job, &doing, &facts))
    };
    let looks = asked.iter().filter_map(|either| chosen(either.iter().map(look).collect()));
    let (mut jobs, mut broken, mut narrower) = (Vec::new(), Vec::new(), Vec::new());
    for ((job, own), other) in looks {
        jobs.push(job);
        broken.extend(own);
        narrower.extend(other);
    }
    broken.extend(about.kept(&known, (&*rules, &doing)));
    // What two jobs need is asked once; what is proof for one of them may be none for the other.
    let mut seen = BTreeSet::new();
    let once = |it: &Broken| it.rule.need().filter(|need| *need != Need::Proof);
    broken.retain(|it: &Broken| once(it).is_none_or(|need| seen.insert(need)));
    narrower.retain(|it: &Broken| it.rule.need().is_none());
    Ok(Judged { jobs, broken, narrower, still })
}

impl About<'_> {
    /// The license that it goes on from; none where it is made as one that follows no other.
    fn follows(&self) -> Option<&Base> {
        self.base().filter(|_| !matches!(self.draft.what, What::Issued | What::TrialGiven))
    }

    /// Whether a trial goes on with it, by whatever verb.
    fn extends_trial(&self) -> bool {
        let tried = self.follows().is_some_and(|base| base.license.has(Flag::Trial));
        tried && self.license.has(Flag::Trial)
    }

    /// Whether it is the paid license after a trial, by whatever verb.
    fn converts_trial(&self) -> bool {
        let tried = self.follows().is_some_and(|base| base.license.has(Flag::Trial));
        tried && !self.license.has(Flag::Trial)
    }

    /// Whether a change lets a paid license go on for a time: an extension that ends later, a
    /// license that becomes one, an extension that becomes a license, or one that has ended and
    /// gets more days.
    fn changes_extension(&self) -> bool {
        let Some(base) = self.follows() else { return false };
        match (is_temporary(&base.license), is_temporary(self.license)) {
            (true, true) => base.license.until < self.license.until,
            (false, false) => self.moves_end(),
            (true, false) | (false, true) => true,
        }
    }

    /// Whether it lets a paid license go on for a time, by another verb than `extend`.
    fn goes_on(&self) -> bool {
        if self.draft.what == What::Changed {
            return self.changes_extension();
        }
        let is_marked = is_temporary(self.license) && !self.license.has(Flag::Trial);
        is_marked && self.draft.what != What::Extended
    }

    /// What an extension that is corrected, and ends no later, has and is to lose: by the job that
    /// it was made as, which it is no further one of.
    fn kept(&self, known: &Known<'_>, (rules, doing): (&Rules, &Doing<'_>)) -> Vec<Broken> {
        let corrects = self.draft.what == What::Changed && is_temporary(self.license);
        let base = self.base().filter(|base| corrects && is_temporary(&base.license));
        let Some(base) = base.filter(|_| !self.changes_extension()) else { return Vec::new() };
        let of_base = |event: &&Event| event.document == Some(base.row.sha256);
        let made = known.events.iter().find(of_base).and_then(jobs_of).unwrap_or_default();
        let is_it = |job: &Job| is_extension(*job) && made.iter().any(|it| it == job.name());
        let job = Job::ALL.iter().copied().find(is_it).unwrap_or(Job::Extend);
        let facts = self.facts((job, rules.rule(job).per), known);
        let broken = rules.broken(job, doing, &facts).into_iter();
        broken.filter(|it| matches!(it.rule, Limit::Loses { .. })).collect()
    }

    /// The jobs that it is; of each list one.
    fn jobs(&self, before: &Before, events: &[Event]) -> Vec<&'static [Job]> {
        let year = self.draft.job == Some(Job::Years) && self.draft.what != What::Issued;
        let year: Option<&'static [Job]> = year.then_some(&[Job::Years]);
        let succession = self.draft.succession.iter().flat_map(|it| it.jobs.as_slice());
        let succession = succession.filter_map(|job| CHANGES.iter().find(|it| it.contains(job)));
        let own = self.own(before).chain(year).chain(succession.copied());
        let own = own.chain(self.of_community(events));
        own.chain(self.handed()).chain(self.sold_otherwise()).collect()
    }

    /// The jobs that follow from what is made.
    fn own(&self, before: &Before) -> impl Iterator<Item = &'static [Job]> {
        let corrects = self.draft.what == What::Changed;
        let correct: Option<&'static [Job]> = corrects.then_some(&[Job::Correct]);
        let (goes_on, of_verb) = match (self.extends_trial(), self.goes_on()) {
            (true, _) => (Some(EXTEND_TRIAL), None),
            (false, true) => (Some(EXTEND), self.of_verb(before)),
            (false, false) => (None, self.of_verb(before)),
        };
        correct.into_iter().chain(goes_on).chain(of_verb)
    }

    /// The job of the verb.
    fn of_verb(&self, before: &Before) -> Option<&'static [Job]> {
        match &self.draft.what {
            What::Renewed if self.is_early(before) => Some(&[Job::Early]),
            What::Extended if self.draft.job == Some(Job::Emergency) => Some(&[Job::Emergency]),
            What::Extended => Some(EXTEND),
            What::Issued | What::TrialGiven if self.license.has(Flag::Trial) => Some(&[Job::Trial]),
            What::Issued => self.recipe(),
            What::Renewed
            | What::Changed
            | What::TrialGiven
            | What::TrialExtended
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
            | What::Agreed
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
        RECIPES.iter().find(|either| either.first() == self.draft.job.as_ref()).copied()
    }

    /// The recipe of a license that a community has, whatever it was named as: that of the license
    /// before, else that for communities.
    fn of_community(&self, known: &[Event]) -> Option<&'static [Job]> {
        let named = self.recipe().is_some_and(|recipe| FREE.contains(&recipe));
        let temporary = self.license.has(Flag::TemporaryExtension);
        let is_sold = self.kind() == Some(CustomerType::Community)
            && !(self.license.has(Flag::Trial) || temporary);
        if !is_sold || named {
            return None;
        }
        let before = self.base().map(|base| base.row.sha256);
        let made = known.iter().find(|event| before.is_some() && event.document == before);
        let before = made.and_then(jobs_of).unwrap_or_default();
        let is_it = |job: &&Job| before.iter().any(|name| name == job.name());
        let same = FREE.iter().find(|either| either.iter().any(|job| is_it(&job)));
        same.or(FREE.first()).copied()
    }

    /// Whether the next term of the same subscription begins before the last one that was sold has
    /// ended.
    fn is_early(&self, before: &Before) -> bool {
        self.draft.succession.is_none()
            && before.paid_until().is_some_and(|ends| self.license.from < ends)
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
        // Another company is what another billing entity means; where the contact and the instance
        // stay, it is the same customer by another name.
        let is_billing =
            self.draft.succession.as_ref().is_some_and(|it| it.jobs.contains(&Job::Billing));
        let same_place = |base: &Base| {
            base.license.instances == self.license.instances
                && base.license.report_key == self.license.report_key
        };
        let renamed = base.filter(|base| !is_billing || (!to_other && same_place(base)));
        let renamed = renamed.is_some_and(|base| base.license.company != self.license.company);
        let jobs: [Option<&'static [Job]>; 2] =
            [to_other.then_some(&[Job::HandTo]), renamed.then_some(&[Job::Rename])];
        jobs.into_iter().flatten()
    }

    /// Jobs that follow from how the customer buys: what a reseller sold is changed through the
    /// reseller, and who may have a cloud license orders a file in its place.
    fn sold_otherwise(&self) -> impl Iterator<Item = &'static [Job]> {
        let kind = self.kind();
        let what = &self.draft.what;
        // The next license of a subscription changes what was sold, also where it is an order.
        let changes = self.base().is_some() && *what != What::TrialGiven;
        let by_reseller = changes && kind == Some(CustomerType::Reseller);
        let is_order = matches!(what, What::Issued | What::Renewed | What::TrialConverted);
        // The later years of a contract are no orders of their own.
        let is_order = match self.draft.job {
            None => is_order,
            Some(job) => job == Job::Years && *what == What::Issued,
        };
        let is_order = (is_order || self.converts_trial()) && !self.license.has(Flag::Trial);
        let instead = is_order && self.may_have_cloud && kind != Some(CustomerType::Offline);
        let jobs: [Option<&'static [Job]>; 2] =
            [by_reseller.then_some(&[Job::Reseller]), instead.then_some(&[Job::Offline])];
        jobs.into_iter().flatten()
    }
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
