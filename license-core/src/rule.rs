//! Rules: when these conditions hold, this effect applies.
//!
//! ```text
//! Rule      = [code, effect, + Condition]
//! Condition = [test, bound, ? (from, to)]
//! test      = the fact's code for >, its complement (-1 - code) for <=
//! ```
//!
//! A license carries its rules, compiled by the desk from a policy; a reader compares numbers and
//! knows no policy. The sign of the test is its sense: `<=` is the complement of `>`, and CBOR
//! writes the complement of an unsigned integer as the negative integer with the same bits.

use std::fmt;

use minicbor::Decoder;

use crate::cbor::{self, List, Sink, Value};
use crate::codes::codes;
use crate::day::Day;
use crate::error::{Code, Error};
use crate::limits;

codes! {
    /// What a rule is about. It explains; it decides nothing, so an unknown one is shown by its
    /// number.
    Reason, "reason":
    /// Users at activation against the tolerated seats.
    UsersOverSeats = 1, "users_over_seats";
    /// The peak of the period before against the tolerated seats.
    PeakOverSeats = 2, "peak_over_seats";
    /// The peak of the true-up period against the seats paid for it.
    TrueUpTooSmall = 3, "true_up_too_small";
    /// The license has ended and cannot be activated.
    Ended = 4, "ended";
    /// The license ends soon, or has ended: told to admins.
    EndsSoon = 5, "ends_soon";
    /// The license ends soon, or has ended: told to users.
    EndsSoonForUsers = 6, "ends_soon_for_users";
    /// The license has ended: the instance is read-only.
    ReadOnly = 7, "read_only";
    /// Few seats are left.
    FewSeatsLeft = 8, "few_seats_left";
    /// A usage report is due.
    ReportDue = 9, "report_due";
    /// No seat is left, and the license allows no more.
    NoSeatLeft = 10, "no_seat_left";
    /// The license has ended, and with it its features.
    FeaturesEnded = 11, "features_ended";
}

/// What a user or an admin sets out to do, and an effect may deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Add a user.
    AddUsers,
    /// Activate the license.
    Activate,
    /// Push, and write issues and merge requests.
    Write,
    /// Use a licensed feature.
    Use,
}

impl Act {
    /// Every act.
    pub const ALL: &'static [Self] = &[Self::AddUsers, Self::Activate, Self::Write, Self::Use];
}

codes! {
    /// What applies when a rule's conditions hold. None implies another.
    Effect, "effect" [
        /// The acts that the effect denies; none where it only tells somebody.
        pub denies: &'static [Act], else &[]
    ]:
    /// Tell the admins.
    NotifyAdmins = 1, "notify_admins", &[];
    /// Tell every user.
    NotifyUsers = 2, "notify_users", &[];
    /// Refuse to add a user.
    RefuseNewUsers = 3, "refuse_new_users", &[Act::AddUsers];
    /// Refuse to activate the license.
    RefuseActivation = 4, "refuse_activation", &[Act::Activate];
    /// Refuse pushes, issues and merge requests.
    BlockChanges = 5, "block_changes", &[Act::Write];
    /// No licensed feature works.
    Inactive = 6, "inactive", Act::ALL;
}

codes! {
    /// A number that the instance knows and a condition compares.
    Fact, "fact":
    /// The UTC day, counted from 1970-01-01.
    Today = 1, "today";
    /// 1 while a license is being activated, else 0.
    Activating = 2, "activating";
    /// Billable users, those about to be added included.
    UsersNow = 3, "users_now";
    /// The largest daily count from one day to another, both included; of the license's term where
    /// no days are given.
    UsersMax = 4, "users_max";
    /// Days since the last usage report was made, or since the term began.
    ReportAge = 5, "report_age";
}

/// A set of known effects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effects(u8);

impl Effects {
    /// What keeps somebody from something: the effects that are not only told.
    pub const DENYING: Self = Self::which(Effect::KNOWN, None);

    const DENY_ADD_USERS: Self = Self::which(Effect::KNOWN, Some(Act::AddUsers));
    const DENY_ACTIVATE: Self = Self::which(Effect::KNOWN, Some(Act::Activate));
    const DENY_WRITE: Self = Self::which(Effect::KNOWN, Some(Act::Write));
    const DENY_USE: Self = Self::which(Effect::KNOWN, Some(Act::Use));

    /// Returns those of the effects that deny this act, or any where none is named.
    const fn which(effects: &[Effect], act: Option<Act>) -> Self {
        let [first, rest @ ..] = effects else { return Self(0) };
        let bit = if is_one_of(act, first.denies()) { Self::bit(*first) } else { 0 };
        Self(bit | Self::which(rest, act).0)
    }

    /// Returns the effects that deny this act.
    #[must_use]
    pub const fn that_deny(act: Act) -> Self {
        match act {
            Act::AddUsers => Self::DENY_ADD_USERS,
            Act::Activate => Self::DENY_ACTIVATE,
            Act::Write => Self::DENY_WRITE,
            Act::Use => Self::DENY_USE,
        }
    }

    /// Returns the set with this effect added; an effect without a name here is left out.
    #[must_use]
    pub fn with(self, effect: Effect) -> Self {
        self.and(Self(Self::bit(effect)))
    }

    /// Returns the set with these effects added.
    #[must_use]
    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Returns whether the effect is in the set.
    #[must_use]
    pub fn contains(self, effect: Effect) -> bool {
        self.0 & Self::bit(effect) != 0
    }

    /// Returns whether the two sets share an effect.
    #[must_use]
    pub fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the set as bits: bit n - 1 for the effect with number n.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Returns the effects in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Effect> {
        Effect::KNOWN.iter().copied().filter(move |effect| self.contains(*effect))
    }

    /// Returns whether an effect of the set denies this act.
    #[must_use]
    pub fn deny(self, act: Act) -> bool {
        self.intersects(Self::that_deny(act))
    }

    /// Returns whether a user may not be added.
    #[must_use]
    pub fn deny_new_users(self) -> bool {
        self.deny(Act::AddUsers)
    }

    /// Returns whether the license may not be activated. A license that has not begun may be
    /// installed all the same.
    #[must_use]
    pub fn deny_activation(self) -> bool {
        self.deny(Act::Activate)
    }

    /// Returns whether nothing may be written.
    #[must_use]
    pub fn deny_changes(self) -> bool {
        self.deny(Act::Write)
    }

    /// Returns the effect's bit, as [`bits`](Self::bits) has it; 0 for one without a name here.
    #[must_use]
    pub const fn bit(effect: Effect) -> u8 {
        if effect.is_known() { 1 << (effect.number() - 1) } else { 0 }
    }
}

/// Returns whether the act is among these; without one, whether there are any.
const fn is_one_of(act: Option<Act>, acts: &[Act]) -> bool {
    match (act, acts) {
        (_, []) => false,
        (None, [_, ..]) => true,
        (Some(act), [first, rest @ ..]) => act as u8 == *first as u8 || is_one_of(Some(act), rest),
    }
}

/// Days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub from: Day,
    /// The last day counted.
    pub to: Day,
}

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// The fact is greater than the bound.
    Over,
    /// The fact is the bound or less.
    AtMost,
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Over => ">",
            Self::AtMost => "<=",
        })
    }
}

/// One comparison of a fact with a signed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condition {
    /// What is compared.
    pub fact: Fact,
    /// How.
    pub op: Op,
    /// With what: users, days, or a day's number, as the fact is counted.
    pub bound: i64,
    /// The days over which the fact is taken; only [`Fact::UsersMax`] has them, and `None` is the
    /// license's term.
    pub window: Option<Window>,
}

impl Condition {
    /// Returns the condition that the fact is greater than the bound.
    #[must_use]
    pub fn over(fact: Fact, bound: impl Into<i64>) -> Self {
        Self { fact, op: Op::Over, bound: bound.into(), window: None }
    }

    /// Returns the condition that the fact is the bound or less.
    #[must_use]
    pub fn at_most(fact: Fact, bound: impl Into<i64>) -> Self {
        Self { fact, op: Op::AtMost, bound: bound.into(), window: None }
    }

    /// Returns the same condition over these days.
    #[must_use]
    pub fn within(self, from: Day, to: Day) -> Self {
        Self { window: Some(Window { from, to }), ..self }
    }

    /// Returns whether the condition holds for this observed number.
    #[must_use]
    pub fn holds(&self, observed: i64) -> bool {
        match self.op {
            Op::Over => observed > self.bound,
            Op::AtMost => observed <= self.bound,
        }
    }
}

impl Value for Condition {
    fn write(&self, sink: &mut Sink) {
        sink.array(if self.window.is_some() { 4 } else { 2 });
        let fact = i64::from(self.fact.number());
        sink.integer(if self.op == Op::Over { fact } else { !fact });
        sink.integer(self.bound);
        if let Some(window) = self.window {
            window.from.write(sink);
            window.to.write(sink);
        }
    }

    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let length = cbor::array(source)?;
        if length != 2 && length != 4 {
            return Err(cbor::malformed(format!(
                "found a list of {length}, expected test and bound, or test, bound, from and to"
            )));
        }
        let test = cbor::integer(source)?;
        let (op, number) = if test < 0 { (Op::AtMost, !test) } else { (Op::Over, test) };
        let fact = u16::try_from(number).map(Fact::from_number);
        let fact = fact.map_err(|_| {
            cbor::over(number.unsigned_abs(), u64::from(u16::MAX), "as a fact's code")
        })?;
        let bound = cbor::integer(source)?;
        let window = if length == 4 {
            Some(Window { from: Day::read(source)?, to: Day::read(source)? })
        } else {
            None
        };
        if window.is_some() && fact.name().is_some() && fact != Fact::UsersMax {
            return Err(cbor::malformed(format!("found days for the fact {fact}, which has none")));
        }
        Ok(Self { fact, op, bound, window })
    }

    fn unknown(&self) -> Option<String> {
        self.fact.unknown()
    }
}

/// The effect applies when every condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What the rule is about.
    pub reason: Reason,
    /// What applies.
    pub effect: Effect,
    /// What must hold; at least one.
    pub conditions: Vec<Condition>,
}

impl Rule {
    /// Returns whether this version knows the effect and every fact, and so can apply the rule.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        self.effect.is_known() && self.conditions.iter().all(|condition| condition.fact.is_known())
    }

    /// Returns the effects that a rule of a later version could have: any that denies where its
    /// effect may not be passed over, its own where a fact may not, else none.
    pub(crate) fn may_have(&self) -> Effects {
        if self.effect.is_too_new() {
            Effects::DENYING
        } else if self.conditions.iter().any(|condition| condition.fact.is_too_new()) {
            Effects::default().with(self.effect)
        } else {
            Effects::default()
        }
    }

    /// Returns the first code that this version may not ignore, in words.
    #[must_use]
    pub fn too_new(&self) -> Option<String> {
        if self.effect.is_too_new() {
            return Some(format!("effect {}", self.effect));
        }
        self.conditions
            .iter()
            .find(|condition| condition.fact.is_too_new())
            .map(|condition| format!("fact {}", condition.fact))
    }
}

impl Value for Rule {
    fn write(&self, sink: &mut Sink) {
        sink.array(2 + self.conditions.len());
        self.reason.write(sink);
        self.effect.write(sink);
        self.conditions.iter().for_each(|condition| condition.write(sink));
    }

    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let conditions = cbor::array(source)?.checked_sub(2).filter(|conditions| *conditions > 0);
        let conditions = conditions.ok_or_else(|| {
            cbor::malformed("found no condition, expected code, effect and conditions")
        })?;
        if conditions > limits::CONDITIONS as u64 {
            return Err(cbor::over(conditions, limits::CONDITIONS as u64, "conditions"));
        }
        let (reason, effect) = (Reason::read(source)?, Effect::read(source)?);
        let conditions =
            (0..conditions).map(|_| Condition::read(source)).collect::<Result<_, _>>()?;
        Ok(Self { reason, effect, conditions })
    }

    fn unknown(&self) -> Option<String> {
        let facts = || self.conditions.iter().find_map(Value::unknown);
        self.reason.unknown().or_else(|| self.effect.unknown()).or_else(facts)
    }
}

/// The rules of a license, in the order in which they are shown.
pub type Rules = List<Rule, { limits::RULES }>;

/// Checks what the reader of one rule cannot see: windows that end before they begin, or repeat the
/// default.
pub(crate) fn check(rules: &[Rule], term: Window) -> Result<(), Error> {
    for (index, rule) in rules.iter().enumerate() {
        // What the days of a later version's fact mean, this version cannot know.
        for window in rule
            .conditions
            .iter()
            .filter(|condition| condition.fact == Fact::UsersMax)
            .filter_map(|c| c.window)
        {
            let refuse = |why: &str| {
                let found = format!(
                    "rule {}: found the days {} to {}, {why}",
                    index + 1,
                    window.from,
                    window.to
                );
                Err(Error::new(Code::Inconsistent, found))
            };
            if window.to < window.from {
                return refuse("which end before they begin");
            }
            if window == term {
                return refuse("the license's term, which is written by leaving them out");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_one_encoding() {
        let day = |n| Day::new(n).unwrap();
        let rule = Rule {
            reason: Reason::UsersOverSeats,
            effect: Effect::RefuseActivation,
            conditions: vec![
                Condition::over(Fact::Activating, 0),
                Condition::at_most(Fact::UsersMax, 95).within(day(20_028), day(20_393)),
                Condition::over(Fact::UsersNow, 110),
            ],
        };
        // By hand, RFC 8949: complement of 4 is -5, written 24.
        let bytes = "85 01 04 82 02 00 84 24 185f 194e3c 194fa9 82 03 186e".replace(' ', "");
        assert_eq!(hex::encode(cbor::encode(&rule)), bytes);
        assert_eq!(cbor::decode::<Rule>(&hex::decode(bytes).unwrap()).unwrap(), rule);
    }

    #[test]
    fn misshapen_rules_are_refused() {
        for bad in [
            "820104",
            "8101",
            "83010480",
            "8301048102",
            "830104830200 00",
            "830104840200 1864 1865",
            "8b01048202008202008202008202008202008202008202008202008202 00",
        ] {
            let bytes = hex::decode(bad.replace(' ', "")).unwrap();
            assert!(cbor::decode::<Rule>(&bytes).is_err(), "{bad}");
        }
        assert!(cbor::decode::<Rule>(&hex::decode("83010484040018641865").unwrap()).is_ok());
    }

    #[test]
    fn unknown_codes_follow_their_parity() {
        let rule = |effect, fact| Rule {
            reason: Reason::from_number(99),
            effect: Effect::from_number(effect),
            conditions: vec![Condition::over(Fact::from_number(fact), 0)],
        };
        assert_eq!((rule(6, 5).is_supported(), rule(6, 5).too_new()), (true, None));
        assert_eq!((rule(7, 5).is_supported(), rule(7, 5).too_new()), (false, None));
        assert_eq!((rule(6, 7).is_supported(), rule(6, 7).too_new()), (false, None));
        assert_eq!(rule(8, 5).too_new().unwrap(), "effect #8");
        assert_eq!(rule(6, 6).too_new().unwrap(), "fact #6");
    }

    #[test]
    fn what_effects_deny() {
        let set = |effects: &[Effect]| {
            effects.iter().fold(Effects::default(), |set, effect| set.with(*effect))
        };
        let denied =
            |set: Effects| (set.deny_new_users(), set.deny_activation(), set.deny_changes());
        assert_eq!(
            denied(set(&[Effect::NotifyAdmins, Effect::NotifyUsers])),
            (false, false, false)
        );
        assert_eq!(denied(set(&[Effect::RefuseNewUsers])), (true, false, false));
        assert_eq!(denied(set(&[Effect::RefuseActivation])), (false, true, false));
        assert_eq!(denied(set(&[Effect::BlockChanges])), (false, false, true));
        assert_eq!(denied(set(&[Effect::Inactive])), (true, true, true));
        let denying = set(&[
            Effect::RefuseNewUsers,
            Effect::RefuseActivation,
            Effect::BlockChanges,
            Effect::Inactive,
        ]);
        assert_eq!(denying, Effects::DENYING);
        assert_eq!(set(&[Effect::from_number(9)]), Effects::default());
    }
}
