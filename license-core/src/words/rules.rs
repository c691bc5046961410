//! Rules in words and in JSON.

use crate::day::Day;
use crate::document::{License, day_json};
use crate::json::{Json, Object};
use crate::rule::{Condition, Effect, Fact, Op, Rule, Window};

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
        Effect::Other(_) => format!("effect {effect}, which is not known here"),
    }
}

/// Returns a condition in words, without what was observed.
pub(super) fn condition(condition: &Condition) -> String {
    let Condition { fact, op, bound, window } = *condition;
    let than = match op {
        Op::Over => format!("more than {bound}"),
        Op::AtMost => format!("at most {bound}"),
    };
    match fact {
        Fact::Today => today(op, bound),
        Fact::Activating => activating(condition),
        Fact::UsersNow => format!("users now are {than}"),
        Fact::UsersMax => format!("the most users {} are {than}", over(window)),
        Fact::ReportAge => format!("the last usage report's age in days is {than}"),
        Fact::Other(_) => compared(condition),
    }
}

fn today(op: Op, bound: i64) -> String {
    match op {
        Op::Over => format!("today is {} or later", day(bound.saturating_add(1))),
        Op::AtMost => format!("today is {} or earlier", day(bound)),
    }
}

fn activating(condition: &Condition) -> String {
    match (condition.op, condition.bound) {
        (Op::Over, 0) => "the license is being activated".to_owned(),
        (Op::AtMost, 0) => "the license is not being activated".to_owned(),
        (Op::Over | Op::AtMost, _) => compared(condition),
    }
}

fn over(window: Option<Window>) -> String {
    window.map_or_else(
        || "of the license's term".to_owned(),
        |window| format!("from {} through {}", window.from, window.to),
    )
}

/// Returns a comparison that has no words of its own.
fn compared(condition: &Condition) -> String {
    let Condition { fact, op, bound, window } = condition;
    let days = window.map(|window| format!(" from {} through {}", window.from, window.to));
    format!("{fact}{} {op} {bound}", days.unwrap_or_default())
}

/// Returns the day with this number, or the number where there is none.
pub(super) fn day(number: i64) -> String {
    let day = u32::try_from(number).ok().and_then(Day::new);
    day.map_or_else(|| number.to_string(), |day| day.to_string())
}

/// Returns a rule in words.
#[must_use]
pub fn rule(index: usize, rule: &Rule, license: &License) -> String {
    let conditions = rule.conditions.iter().map(condition).collect::<Vec<_>>().join(", and ");
    let odd = rule
        .conditions
        .iter()
        .any(|condition| rule.effect == Effect::RefuseActivation && license.is_unusual(condition));
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
pub fn rules_json(rules: &[Rule]) -> Json {
    let one = |rule: &Rule| {
        let mut json = Object::default();
        let conditions = rule.conditions.iter().map(condition_json);
        json.text("code", &rule.reason)
            .text("effect", &rule.effect)
            .add("conditions", conditions.collect::<Json>());
        Json::from(json)
    };
    rules.iter().map(one).collect()
}

fn condition_json(condition: &Condition) -> Json {
    condition_members(condition).into()
}

pub(super) fn condition_members(condition: &Condition) -> Object {
    let mut json = Object::default();
    json.text("fact", &condition.fact)
        .add("from", day_json(condition.window.map(|window| window.from)))
        .add("to", day_json(condition.window.map(|window| window.to)))
        .text("op", &condition.op)
        .add("threshold", condition.bound);
    json
}
