//! The desk's side: a policy and a license's terms, compiled into rules.
//!
//! What the shipped policies decide is what GitLab decides (docs/SPEC.md, "Policies", says where it
//! differs). A reader never sees a policy, only the rules.

use crate::cbor::List;
use crate::day::Day;
use crate::document::{Flag, License, PolicyName, PolicyRef};
use crate::error::Error;
use crate::limits;
use crate::rule::{Condition, Effect, Fact, Reason, Rule, Rules, Window};
use crate::value::Count;

/// How a tolerance is rounded to whole seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// A part of a seat is no seat.
    Down,
    /// A part of a seat is a seat.
    Up,
}

/// From how few seats left on the admins are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// So many seats left or fewer.
    Seats(u32),
    /// Seats left are so many percent of the users or fewer.
    Percent(u32),
}

/// Licenses of up to so many seats, and when few are left of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// The most seats of a license of this band; any number when `None`.
    pub up_to: Option<u32>,
    /// When few are left.
    pub left: Left,
}

/// What the desk promises with a license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The policy's name.
    pub name: PolicyName,
    /// Its version.
    pub version: u32,
    /// Whether a value was changed for one license.
    pub changed: bool,
    /// Flags that licenses of this policy have: cloud licensing, trial.
    pub flags: Vec<Flag>,
    /// Whether seats are checked at activation.
    pub seat_check: bool,
    /// Percent of the seats that are tolerated beyond them.
    pub tolerance_percent: u32,
    /// How the tolerance is rounded.
    pub rounding: Rounding,
    /// Whether no user beyond the seats may be added.
    pub hard_stop: bool,
    /// When few seats are left, by rising numbers of seats.
    pub near_limit: Vec<Band>,
    /// Whether an ended license can no longer be activated.
    pub refuse_ended: bool,
    /// Days before the end from which admins are told.
    pub notify_admins_days: Option<u32>,
    /// Days before the end from which users are told.
    pub notify_users_days: Option<u32>,
    /// Days after the end from which the instance is read-only.
    pub block_changes_days: Option<u32>,
    /// Days after the end from which no feature works.
    pub inactive_days: Option<u32>,
    /// Days after the last usage report from which admins are reminded.
    pub report_reminder_days: Option<u32>,
}

impl Policy {
    /// Returns how many users are tolerated with so many seats.
    #[must_use]
    pub fn tolerated(&self, seats: Count) -> u32 {
        let hundredths = u64::from(seats.get()) * u64::from(self.tolerance_percent);
        let extra = match self.rounding {
            Rounding::Down => hundredths / 100,
            Rounding::Up => hundredths.div_ceil(100),
        };
        u32::try_from(u64::from(seats.get()) + extra).unwrap_or(u32::MAX)
    }

    /// Returns the reference to this policy that a license carries.
    #[must_use]
    pub fn reference(&self) -> PolicyRef {
        PolicyRef { name: self.name.clone(), version: self.version, changed: self.changed }
    }

    /// Returns the rules for a license with these terms; the license's own policy and rules are not
    /// looked at.
    ///
    /// `prior` is the period before, its last day included: the current license's first day to its
    /// end. Where there is none, it is the new term a year earlier.
    ///
    /// # Errors
    /// [`crate::Code::OverLimit`] with more rules than a license may have.
    pub fn compile(&self, terms: &License, prior: Option<Window>) -> Result<Rules, Error> {
        let prior = prior.unwrap_or_else(|| a_year_earlier(terms));
        let mut rules = if self.seat_check { self.seat_rules(terms, prior) } else { Vec::new() };
        rules.extend(self.running_rules(terms));
        rules.extend(self.end_rules(terms.until));
        List::new(rules)
    }

    /// The seat checks at activation: docs/GITLAB.md section 2, steps 2 to 4.
    fn seat_rules(&self, terms: &License, prior: Window) -> Vec<Rule> {
        let tolerated = terms.seats.map(|seats| self.tolerated(seats));
        let over_now = tolerated.map(|most| {
            at_activation(Reason::UsersOverSeats, [Condition::over(Fact::UsersNow, most)])
        });
        if terms.has(Flag::ReconciliationCompleted) {
            return over_now.into_iter().collect();
        }
        let Some((paid, period, base)) = complete_true_up(terms) else {
            return tolerated.map(|most| prior_rules(terms, most, prior)).unwrap_or_default();
        };
        let true_up = base.map(|base| {
            let most = i64::from(base.get()) + i64::from(self.tolerated(paid));
            at_activation(
                Reason::TrueUpTooSmall,
                [over_the_term(terms, Condition::over(Fact::UsersMax, most), period)],
            )
        });
        true_up.into_iter().chain(over_now).collect()
    }

    /// What holds while the license runs.
    fn running_rules(&self, terms: &License) -> Vec<Rule> {
        let few_left = terms.seats.and_then(|seats| self.few_seats_left(seats));
        let hard_stop = terms.seats.filter(|_| self.hard_stop).map(|seats| Rule {
            reason: Reason::NoSeatLeft,
            effect: Effect::RefuseNewUsers,
            conditions: vec![Condition::over(Fact::UsersNow, seats.get())],
        });
        let report_due = self.report_reminder_days.map(|days| Rule {
            reason: Reason::ReportDue,
            effect: Effect::NotifyAdmins,
            conditions: vec![Condition::over(Fact::ReportAge, i64::from(days) - 1)],
        });
        [few_left, hard_stop, report_due].into_iter().flatten().collect()
    }

    /// Told from the band's threshold on, beyond the seats too: there it is needed most. Not with
    /// one user or none.
    fn few_seats_left(&self, seats: Count) -> Option<Rule> {
        let band = self
            .near_limit
            .iter()
            .find(|band| band.up_to.is_none_or(|most| seats.get() <= most))?;
        let seats = u64::from(seats.get());
        // The fewest users with whom few seats are left.
        let users = match band.left {
            Left::Seats(left) => seats.saturating_sub(u64::from(left)),
            Left::Percent(percent) => (seats * 100).div_ceil(100 + u64::from(percent)),
        }
        .max(2);
        Some(Rule {
            reason: Reason::FewSeatsLeft,
            effect: Effect::NotifyAdmins,
            conditions: vec![Condition::over(
                Fact::UsersNow,
                i64::try_from(users).unwrap_or(i64::MAX) - 1,
            )],
        })
    }

    /// What the license's end means.
    fn end_rules(&self, until: Day) -> Vec<Rule> {
        let until = i64::from(until.number());
        let from_day = |day: i64| Condition::over(Fact::Today, day - 1);
        let before = |days: Option<u32>, reason, effect| {
            days.map(|days| Rule {
                reason,
                effect,
                conditions: vec![from_day(until - i64::from(days))],
            })
        };
        let after = |days: Option<u32>, reason, effect| {
            days.map(|days| Rule {
                reason,
                effect,
                conditions: vec![from_day(until + i64::from(days))],
            })
        };
        let ended = self.refuse_ended.then(|| at_activation(Reason::Ended, [from_day(until)]));
        let rules = [
            ended,
            before(self.notify_admins_days, Reason::EndsSoon, Effect::NotifyAdmins),
            before(self.notify_users_days, Reason::EndsSoonForUsers, Effect::NotifyUsers),
            after(self.block_changes_days, Reason::ReadOnly, Effect::BlockChanges),
            after(self.inactive_days, Reason::FeaturesEnded, Effect::Inactive),
        ];
        rules.into_iter().flatten().collect()
    }
}

/// The check against the period before: with previous users P and its peak H, users now are
/// compared where H <= P, else H is. H > P and H > T are together one bound, the larger.
fn prior_rules(terms: &License, tolerated: u32, prior: Window) -> Vec<Rule> {
    let peak = |condition| over_the_term(terms, condition, prior);
    let Some(previous) = terms.previous_users.map(Count::get) else {
        return vec![at_activation(
            Reason::PeakOverSeats,
            [peak(Condition::over(Fact::UsersMax, tolerated))],
        )];
    };
    let peak_was_known = peak(Condition::at_most(Fact::UsersMax, previous));
    vec![
        at_activation(
            Reason::UsersOverSeats,
            [peak_was_known, Condition::over(Fact::UsersNow, tolerated)],
        ),
        at_activation(
            Reason::PeakOverSeats,
            [peak(Condition::over(Fact::UsersMax, tolerated.max(previous)))],
        ),
    ]
}

/// Seats paid for, the period, and the seats that it is counted from; `None` where the true-up is
/// not complete.
fn complete_true_up(terms: &License) -> Option<(Count, Window, Option<Count>)> {
    let true_up = terms.true_up.as_ref()?;
    let period = Window { from: true_up.from?, to: true_up.to? };
    Some((true_up.quantity?, period, true_up.base.or(terms.previous_users)))
}

/// The period before where nobody names it: the new term a year earlier, its end day included.
#[must_use]
pub fn a_year_earlier(terms: &License) -> Window {
    let before = |day: Day| day.year_before().unwrap_or(Day::FIRST);
    Window { from: before(terms.from), to: before(terms.until) }
}

/// Places a condition in a window, which is left out where it is the license's own term.
fn over_the_term(terms: &License, condition: Condition, window: Window) -> Condition {
    if window == terms.term() { condition } else { condition.within(window.from, window.to) }
}

fn at_activation<const N: usize>(reason: Reason, conditions: [Condition; N]) -> Rule {
    let conditions =
        std::iter::once(Condition::over(Fact::Activating, 0)).chain(conditions).collect();
    Rule { reason, effect: Effect::RefuseActivation, conditions }
}

const _: () = assert!(limits::RULES >= 16, "a policy compiles to at most ten rules");
