//! Facts against signed numbers. No percentage, no clock, no knowledge of any policy.
//!
//! [`evaluate`] compares numbers and allocates nothing; [`findings`] explains the same answer, rule
//! by rule.

use crate::day::Day;
use crate::document::{Issuer, License};
use crate::limits;
use crate::rule::{Act, Condition, Effect, Effects, Fact, Rule};
use crate::value::Count;
use crate::verdict::{Facts, Finding, FindingCode, NextChange, Observation, Status, Verdict};
use crate::verify::VerifiedLicense;

/// Returns what applies, and the figures.
#[must_use]
pub fn evaluate(license: &VerifiedLicense, facts: &Facts<'_>) -> Verdict {
    verdict_of(license, license.issuer(), facts)
}

/// What applies, and the figures, under the issuer document of the key that has signed the license
/// or will sign it.
pub(crate) fn verdict_of(license: &License, issuer: &Issuer, facts: &Facts<'_>) -> Verdict {
    let judge = Judge::new(license, issuer, facts);
    let mut verdict = judge.figures();
    for (index, rule) in license.rules.iter().enumerate().take(limits::RULES) {
        let bit = 1 << index;
        match judge.status(index, rule, facts.today) {
            Status::Applies => {
                verdict.fired |= bit;
                verdict.effects = verdict.effects.with(rule.effect);
                verdict.seats_needed = verdict.seats_needed.max(judge.users_observed(rule));
            }
            Status::FactMissing => {
                verdict.undecided |= bit;
                verdict.undecided_effects = verdict.undecided_effects.with(rule.effect);
                verdict.missing_users_now |= judge.lacks(rule, Fact::UsersNow);
                verdict.missing_series |= judge.lacks(rule, Fact::UsersMax);
            }
            Status::Unsupported => {
                verdict.unsupported |= bit;
                verdict.undecided_effects = verdict.undecided_effects.and(rule.may_have());
            }
            Status::DoesNotApply => {}
        }
    }
    verdict.not_started = judge.not_started(facts.today);
    verdict.trial_key_ended = judge.trial_key_ended(facts.today);
    verdict.refuses_install = verdict.effects.deny(Act::Activate) || verdict.trial_key_ended;
    verdict.effects = judge.effects(facts.today);
    verdict.next_change = judge.next_change(verdict.effects);
    verdict
}

/// Returns every rule of the license with what was observed, in the license's order; before them
/// what holds of every license, where it applies.
#[must_use]
pub fn findings(license: &VerifiedLicense, facts: &Facts<'_>) -> Vec<Finding> {
    findings_of(license, license.issuer(), facts)
}

/// Every rule with what was observed, as [`findings`]; signed or not.
pub(crate) fn findings_of(license: &License, issuer: &Issuer, facts: &Facts<'_>) -> Vec<Finding> {
    let judge = Judge::new(license, issuer, facts);
    let mut findings = Vec::with_capacity(license.rules.len() + 1);
    let mut built_in = |applies: bool, code, condition: Condition| {
        if applies {
            let conditions = vec![judge.observation(&condition)];
            findings.push(Finding {
                rule: None,
                code,
                effect: Effect::Inactive,
                status: Status::Applies,
                conditions,
            });
        }
    };
    let before = |day: Day| i64::from(day.number()) - 1;
    let today = facts.today;
    built_in(
        judge.not_started(today),
        FindingCode::NotStarted,
        Condition::at_most(Fact::Today, before(license.from)),
    );
    built_in(
        judge.trial_key_ended(today),
        FindingCode::TrialKeyEnded,
        Condition::over(Fact::Today, before(license.until)),
    );
    findings.extend(license.rules.iter().enumerate().map(|(index, rule)| Finding {
        rule: Some(index),
        code: FindingCode::Rule(rule.reason),
        effect: rule.effect,
        status: judge.status(index, rule, today),
        conditions: rule.conditions.iter().map(|condition| judge.observation(condition)).collect(),
    }));
    findings
}

/// What a rule's conditions come to that do not depend on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timeless {
    Holds,
    Fails,
    Unknown,
    Unsupported,
}

impl Timeless {
    /// Returns what this and one condition more come to: a false condition decides, then a missing
    /// fact.
    fn and(self, holds: Option<bool>) -> Self {
        match (self, holds) {
            (Self::Unsupported, _) => Self::Unsupported,
            (Self::Fails, _) | (_, Some(false)) => Self::Fails,
            (Self::Unknown, _) | (_, None) => Self::Unknown,
            (Self::Holds, Some(true)) => Self::Holds,
        }
    }
}

/// A license and facts, with everything looked up once that does not change with the day.
struct Judge<'a> {
    license: &'a License,
    facts: &'a Facts<'a>,
    trials_only_key: bool,
    term_max: Option<(u32, Option<Day>)>,
    timeless: [Timeless; limits::RULES],
}

impl<'a> Judge<'a> {
    fn new(license: &'a License, issuer: &Issuer, facts: &'a Facts<'a>) -> Self {
        let trials_only_key = issuer.trials_only;
        let mut judge = Self {
            license,
            facts,
            trials_only_key,
            term_max: None,
            timeless: [Timeless::Holds; limits::RULES],
        };
        judge.term_max = judge.users_max(license.term().from, license.term().to);
        let mut timeless = judge.timeless;
        for (slot, rule) in timeless.iter_mut().zip(license.rules.iter()) {
            *slot = judge.timeless_of(rule);
        }
        Self { timeless, ..judge }
    }

    fn timeless_of(&self, rule: &Rule) -> Timeless {
        if !rule.is_supported() {
            return Timeless::Unsupported;
        }
        let holds = |condition: &Condition| {
            self.observe(condition, self.facts.today).map(|(observed, _)| condition.holds(observed))
        };
        let timeless = rule.conditions.iter().filter(|condition| !is_of_time(condition.fact));
        timeless.map(holds).fold(Timeless::Holds, Timeless::and)
    }

    /// Returns the fact, and the day of a maximum.
    fn observe(&self, condition: &Condition, today: Day) -> Option<(i64, Option<Day>)> {
        match condition.fact {
            Fact::Today => Some((i64::from(today.number()), None)),
            Fact::Activating => Some((i64::from(self.facts.activating), None)),
            Fact::UsersNow => self.users_now().map(|users| (i64::from(users), None)),
            Fact::UsersMax => match condition.window {
                Some(window) => self.users_max(window.from, window.to),
                None => self.term_max,
            }
            .map(|(users, on)| (i64::from(users), on)),
            Fact::ReportAge => Some((today.since(self.report_base()), None)),
            Fact::Other(_) => None,
        }
    }

    fn users_now(&self) -> Option<u32> {
        self.facts.users_now.map(|users| users.saturating_add(self.facts.users_adding))
    }

    /// The day from which the age of the last report counts.
    fn report_base(&self) -> Day {
        self.facts.last_report.unwrap_or(self.license.from)
    }

    /// A series that is given but has no data in the window has the maximum 0, on no day.
    fn users_max(&self, from: Day, to: Day) -> Option<(u32, Option<Day>)> {
        let series = self.facts.series?;
        Some(series.max_within(from, to).map_or((0, None), |(count, on)| (count, Some(on))))
    }

    fn status(&self, index: usize, rule: &Rule, today: Day) -> Status {
        let timeless = self.timeless.get(index).copied().unwrap_or(Timeless::Unsupported);
        match timeless {
            Timeless::Unsupported => Status::Unsupported,
            Timeless::Fails => Status::DoesNotApply,
            Timeless::Unknown | Timeless::Holds if !self.holds_on(rule, today) => {
                Status::DoesNotApply
            }
            Timeless::Unknown => Status::FactMissing,
            Timeless::Holds => Status::Applies,
        }
    }

    fn effects(&self, today: Day) -> Effects {
        let built_in = self.not_started(today) || self.trial_key_ended(today);
        let start =
            if built_in { Effects::default().with(Effect::Inactive) } else { Effects::default() };
        self.rules_of_the_day()
            .filter(|rule| self.holds_on(rule, today))
            .fold(start, |set, rule| set.with(rule.effect))
    }

    /// The rules for which the day alone decides: whatever else they ask for holds.
    fn rules_of_the_day(&self) -> impl Iterator<Item = &Rule> {
        let rules = self.license.rules.iter().zip(&self.timeless);
        rules.filter(|(_, timeless)| **timeless == Timeless::Holds).map(|(rule, _)| rule)
    }

    /// Whether every condition on time holds on this day.
    fn holds_on(&self, rule: &Rule, today: Day) -> bool {
        let mut of_time = rule.conditions.iter().filter(|condition| is_of_time(condition.fact));
        of_time.all(|condition| {
            self.observe(condition, today).is_some_and(|(observed, _)| condition.holds(observed))
        })
    }

    fn not_started(&self, today: Day) -> bool {
        today < self.license.from
    }

    fn trial_key_ended(&self, today: Day) -> bool {
        self.trials_only_key && today >= self.license.until
    }

    fn observation(&self, condition: &Condition) -> Observation {
        let observed = self.observe(condition, self.facts.today);
        Observation {
            condition: *condition,
            observed: observed.map(|(observed, _)| observed),
            on: observed.and_then(|(_, on)| on),
            holds: observed.map(|(observed, _)| condition.holds(observed)),
        }
    }

    /// The largest number of users that a rule looked at.
    fn users_observed(&self, rule: &Rule) -> Option<u32> {
        let users = rule.conditions.iter().filter(|condition| is_of_users(condition.fact));
        users
            .filter_map(|condition| self.observe(condition, self.facts.today))
            .filter_map(|(users, _)| u32::try_from(users).ok())
            .max()
    }

    /// Whether a condition of the rule asks for this fact, which was not given.
    fn lacks(&self, rule: &Rule, fact: Fact) -> bool {
        rule.conditions.iter().any(|condition| {
            condition.fact == fact && self.observe(condition, self.facts.today).is_none()
        })
    }

    fn figures(&self) -> Verdict {
        let seats = self.license.seats.map(Count::get);
        let (users_now, users_max) = (self.users_now(), self.term_max.map(|(users, _)| users));
        let beyond = |users: Option<u32>| Some(users?.saturating_sub(seats?));
        Verdict {
            effects: Effects::default(),
            rules: self.license.rules.len(),
            fired: 0,
            unsupported: 0,
            undecided: 0,
            undecided_effects: Effects::default(),
            missing_users_now: false,
            missing_series: false,
            not_started: false,
            trial_key_ended: false,
            refuses_install: false,
            seats,
            seats_needed: users_now.max(users_max),
            users_now,
            users_max,
            users_max_on: self.term_max.and_then(|(_, on)| on),
            overage: beyond(users_now),
            overage_max: beyond(users_max),
            seats_left: seats
                .zip(users_now)
                .map(|(seats, users)| i64::from(seats) - i64::from(users)),
            days_left: self.license.until.number().saturating_sub(self.facts.today.number()),
            next_change: None,
        }
    }

    /// Goes from one day on which a comparison turns to the next, until the effects differ.
    fn next_change(&self, now: Effects) -> Option<NextChange> {
        let mut day = self.facts.today;
        loop {
            day = self.next_turn(day)?;
            let then = self.effects(day);
            if then != now {
                return change(day, now, then);
            }
        }
    }

    /// The first day after this one on which a condition on time turns that can matter, or the
    /// license begins or ends.
    fn next_turn(&self, after: Day) -> Option<Day> {
        let conditions = self.rules_of_the_day().flat_map(|rule| &rule.conditions);
        let turns = conditions.filter_map(|condition| match condition.fact {
            Fact::Today => condition.bound.checked_add(1),
            Fact::ReportAge => {
                condition.bound.checked_add(1)?.checked_add(i64::from(self.report_base().number()))
            }
            Fact::Activating | Fact::UsersNow | Fact::UsersMax | Fact::Other(_) => None,
        });
        let turns = turns.filter_map(|day| u32::try_from(day).ok().and_then(Day::new));
        turns.chain([self.license.from, self.license.until]).filter(|day| *day > after).min()
    }
}

/// Whether the fact changes with the day alone.
fn is_of_time(fact: Fact) -> bool {
    match fact {
        Fact::Today | Fact::ReportAge => true,
        Fact::Activating | Fact::UsersNow | Fact::UsersMax | Fact::Other(_) => false,
    }
}

/// Whether the fact is a number of users.
fn is_of_users(fact: Fact) -> bool {
    match fact {
        Fact::UsersNow | Fact::UsersMax => true,
        Fact::Today | Fact::Activating | Fact::ReportAge | Fact::Other(_) => false,
    }
}

fn change(day: Day, now: Effects, then: Effects) -> Option<NextChange> {
    let gravest = |a: Effects, b: Effects| a.iter().filter(|effect| !b.contains(*effect)).last();
    let begins = gravest(then, now).map(|effect| NextChange { day, effect, applies: true });
    begins.or_else(|| gravest(now, then).map(|effect| NextChange { day, effect, applies: false }))
}
