//! Rules in words and in JSON.

use serde_json::Value;

use crate::day::Day;
use crate::document::License;
use crate::policy::unusual_bound;
use crate::rule::{Condition, Effect, Fact, Op, Rule};
use crate::words::json::{day_json, json};

/// Returns what an effect does, in words.
#[must_use]
pub fn effect(effect: Effect) -> String {
    match effect {
        Effect::NotifyAdmins => "admins are told".to_owned(),
        Effect::NotifyUsers => "users are told".to_owned(),
        Effect::RefuseNewUsers => "no user can be added".to_owned(),
        Effect::RefuseActivation => "activation is refused".to_owned(),
        Effect::BlockChanges => "the instance is read-only".to_owned(),
        Effect::Inactive => "no licensed feature works".to_owned(),
        other => format!("effect {other}, which is not known here"),
    }
}

/// Returns a condition in words, without what was observed.
pub(super) fn condition(condition: &Condition) -> String {
    let bound = condition.bound;
    let day = |number: i64| {
        u32::try_from(number)
            .ok()
            .and_then(Day::new)
            .map_or_else(|| number.to_string(), |day| day.to_string())
    };
    let than = |op: Op| if op == Op::Over { "more than" } else { "at most" };
    match (condition.fact, condition.op) {
        (Fact::Today, Op::Over) => format!("today is {} or later", day(bound.saturating_add(1))),
        (Fact::Today, Op::AtMost) => format!("today is {} or earlier", day(bound)),
        (Fact::Activating, Op::Over) if bound == 0 => "the license is being activated".to_owned(),
        (Fact::Activating, Op::AtMost) if bound == 0 => {
            "the license is not being activated".to_owned()
        }
        (Fact::UsersNow, op) => format!("users now are {} {bound}", than(op)),
        (Fact::UsersMax, op) => match condition.window {
            Some(window) => format!(
                "the most users from {} through {} are {} {bound}",
                window.from,
                window.to,
                than(op)
            ),
            None => format!("the most users of the license's term are {} {bound}", than(op)),
        },
        (Fact::ReportAge, op) => format!("the last usage report is {} {bound} days old", than(op)),
        (fact, op) => match condition.window {
            Some(window) => {
                format!("{fact} from {} through {} {op} {bound}", window.from, window.to)
            }
            None => format!("{fact} {op} {bound}"),
        },
    }
}

/// Returns a rule in words.
#[must_use]
pub fn rule(index: usize, rule: &Rule, license: &License) -> String {
    let conditions = rule.conditions.iter().map(condition).collect::<Vec<_>>().join(", and ");
    let odd = rule.conditions.iter().any(|condition| {
        rule.effect == Effect::RefuseActivation && unusual_bound(license, condition)
    });
    let odd = if odd { " (unusual: under the seats, or more than 20 % above)" } else { "" };
    format!(
        "  rule {} {}: when {conditions}: {}{odd}\n",
        index + 1,
        rule.reason,
        effect(rule.effect)
    )
}

/// Returns the rules as JSON.
#[must_use]
pub fn rules_json(rules: &[Rule]) -> Value {
    let one = |rule: &Rule| {
        json(&mut [
            ("code", rule.reason.to_string().into()),
            ("effect", rule.effect.to_string().into()),
            (
                "conditions",
                rule.conditions
                    .iter()
                    .map(|condition| json(&mut condition_json(condition)))
                    .collect(),
            ),
        ])
    };
    rules.iter().map(one).collect()
}

pub(super) fn condition_json(condition: &Condition) -> [(&'static str, Value); 5] {
    [
        ("fact", condition.fact.to_string().into()),
        ("from", day_json(condition.window.map(|window| window.from))),
        ("to", day_json(condition.window.map(|window| window.to))),
        ("op", condition.op.to_string().into()),
        ("threshold", condition.bound.into()),
    ]
}
