//! What an instance may do now, and why.

use std::fmt;

use crate::day::Day;
use crate::rule::{Condition, Effect, Effects, Fact, Reason};
use crate::series::Daily;

/// What the instance knows when it asks. What is not known is `None`, and decides nothing.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The UTC day.
    pub today: Day,
    /// Whether a license is being activated: it is new on this instance.
    pub activating: bool,
    /// Billable users now.
    pub users_now: Option<u32>,
    /// Users about to be added.
    pub users_adding: u32,
    /// Daily billable users. A series without any day is known, and its maximum is 0.
    pub series: Option<Daily<'a>>,
    /// The day of the last usage report, where one was made.
    pub last_report: Option<Day>,
}

impl Facts<'_> {
    /// Returns the facts of this day, with nothing else known.
    #[must_use]
    pub fn on(today: Day) -> Self {
        Self {
            today,
            activating: false,
            users_now: None,
            users_adding: 0,
            series: None,
            last_report: None,
        }
    }
}

/// When the effects change next, should every fact but the day stay as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextChange {
    /// The day.
    pub day: Day,
    /// What changes: the gravest effect that begins, else the gravest that ends.
    pub effect: Effect,
    /// Whether it begins (or else ends) to apply.
    pub applies: bool,
}

/// What applies now, in numbers; `evaluate::findings` says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The effects that apply.
    pub effects: Effects,
    /// How many rules the license has.
    pub rules: usize,
    /// The rules that apply: bit n for rule n, counted from 0.
    pub fired: u64,
    /// The rules that this version cannot apply.
    pub unsupported: u64,
    /// The rules that no given fact decides.
    pub undecided: u64,
    /// The effects that those rules could have, and those that a rule could have which this version
    /// may not pass over.
    pub undecided_effects: Effects,
    /// Whether one of them needs the users now, and they were not given.
    pub missing_users_now: bool,
    /// Whether one of them needs the series, and it was not given.
    pub missing_series: bool,
    /// Whether the license's first day is still to come; it is inactive until then.
    pub not_started: bool,
    /// Whether the license has ended under a key that may sign trials only; it is inactive from
    /// then on.
    pub trial_key_ended: bool,
    /// Whether the license may not be installed: a rule refuses activation or makes it inactive.
    /// That it has not begun is no reason.
    pub refuses_install: bool,
    /// The seats bought; `None` for unlimited.
    pub seats: Option<u32>,
    /// The largest number of users that this verdict looked at: so many seats would cover all of
    /// it.
    pub seats_needed: Option<u32>,
    /// Users now, those about to be added included.
    pub users_now: Option<u32>,
    /// The largest daily count of the license's term.
    pub users_max: Option<u32>,
    /// The first day that has it.
    pub users_max_on: Option<Day>,
    /// Users now beyond the seats bought; never counted from the tolerated number.
    pub overage: Option<u32>,
    /// The largest daily count beyond the seats bought.
    pub overage_max: Option<u32>,
    /// Seats bought less users now; negative when there are more users.
    pub seats_left: Option<i64>,
    /// Days until the license ends; 0 from its `until` on.
    pub days_left: u32,
    /// When the effects change next.
    pub next_change: Option<NextChange>,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingCode {
    /// A rule of the license.
    Rule(Reason),
    /// The license's first day is still to come.
    NotStarted,
    /// The license has ended under a key that may sign trials only.
    TrialKeyEnded,
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(reason) => reason.fmt(f),
            Self::NotStarted => f.pad("not_started"),
            Self::TrialKeyEnded => f.pad("trial_key_ended"),
        }
    }
}

/// Whether a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Every condition holds.
    Applies,
    /// A condition does not hold.
    DoesNotApply,
    /// No condition is known to fail, and a fact that one asks for was not given.
    FactMissing,
    /// The rule has an effect or a fact that this version does not know.
    Unsupported,
}

impl Status {
    /// Returns the status's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::DoesNotApply => "does_not_apply",
            Self::FactMissing => "fact_missing",
            Self::Unsupported => "unsupported",
        }
    }
}

/// A condition with what was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// The condition.
    pub condition: Condition,
    /// The fact, where it was given.
    pub observed: Option<i64>,
    /// The first day that has the maximum, for a maximum that has one.
    pub on: Option<Day>,
    /// Whether the condition holds, where that is decided.
    pub holds: Option<bool>,
}

/// A rule, judged: each condition's figure, the day it was observed, and the signed threshold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's place in the license, counted from 0; `None` for what holds of every license.
    pub rule: Option<usize>,
    /// What it is about.
    pub code: FindingCode,
    /// What applies if it does.
    pub effect: Effect,
    /// Whether it applies.
    pub status: Status,
    /// Its conditions.
    pub conditions: Vec<Observation>,
}

impl Finding {
    /// Returns whether the rule has a code that this version does not know and may not pass over.
    #[must_use]
    pub fn is_too_new(&self) -> bool {
        self.effect.is_too_new()
            || self.conditions.iter().any(|seen| seen.condition.fact.is_too_new())
    }

    /// Returns the facts that were not given and without which the rule is not decided.
    pub fn missing(&self) -> impl Iterator<Item = Fact> + '_ {
        let undecided = self.status == Status::FactMissing;
        self.conditions
            .iter()
            .filter(move |c| undecided && c.holds.is_none())
            .map(|c| c.condition.fact)
    }
}
