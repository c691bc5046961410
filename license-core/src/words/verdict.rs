//! Verdicts and findings in words and in JSON.

use crate::day::Day;
use crate::document::{License, day_json};
use crate::json::{Json, Object};
use crate::rule::Fact;
use crate::value::DocumentId;
use crate::verdict::{Finding, Observation, Status, Verdict};
use crate::words::rules::{condition, condition_members, day, effect};

/// Returns a finding as JSON: every condition with its figure, the day of it, and the signed
/// threshold.
#[must_use]
pub fn finding_json(finding: &Finding) -> Json {
    let applies = match finding.status {
        Status::Applies => Some(true),
        Status::DoesNotApply => Some(false),
        Status::FactMissing | Status::Unsupported => None,
    };
    let conditions = finding.conditions.iter().map(observation_json);
    let mut json = Object::default();
    json.add("rule", finding.rule.map(|index| index + 1))
        .text("code", &finding.code)
        .text("effect", &finding.effect)
        .add("applies", applies)
        .add("status", finding.status.name())
        .add("conditions", conditions.collect::<Json>());
    json.into()
}

fn observation_json(observation: &Observation) -> Json {
    let mut json = condition_members(&observation.condition);
    json.add("observed", observation.observed)
        .add("on", day_json(observation.on))
        .add("holds", observation.holds);
    json.into()
}

/// Returns a finding in words, each condition on its own line.
#[must_use]
pub fn finding(finding: &Finding) -> String {
    let status = match finding.status {
        Status::Applies => "APPLIES",
        Status::DoesNotApply => "does not apply",
        Status::FactMissing => "not decided: a figure is missing",
        Status::Unsupported if finding.is_too_new() => {
            "not decided: this version is too old for it"
        }
        Status::Unsupported => "not known to this version: passed over",
    };
    let place =
        finding.rule.map_or_else(|| "always".to_owned(), |index| format!("rule {}", index + 1));
    let head = format!("  {place} {}: {status} ({})\n", finding.code, effect(finding.effect));
    finding.conditions.iter().fold(head, |text, condition| text + &observation(condition))
}

fn observation(observation: &Observation) -> String {
    let mark = match observation.holds {
        Some(true) => "yes",
        Some(false) => "no ",
        None => "?  ",
    };
    format!("    {mark} {}\n", condition_observed(observation))
}

/// A condition in words, with the figure that was observed.
#[must_use]
pub fn condition_observed(observation: &Observation) -> String {
    condition(&observation.condition) + &observed(observation)
}

/// Returns the figure of a condition in brackets; that a license is being activated needs none.
fn observed(observation: &Observation) -> String {
    let fact = observation.condition.fact;
    if fact == Fact::Activating {
        return String::new();
    }
    let Some(number) = observation.observed else { return format!(" ({fact} is not known)") };
    match fact {
        Fact::Today => format!(" (today is {})", day(number)),
        Fact::UsersMax => match observation.on {
            Some(day) => format!(" (they are {number}, on {day})"),
            None => " (no day of it has data: 0)".to_owned(),
        },
        Fact::UsersNow => format!(" (they are {number})"),
        Fact::Activating | Fact::ReportAge | Fact::Other(_) => format!(" (it is {number})"),
    }
}

/// Returns a verdict with its findings as JSON: `findings` holds every rule, `effects` only those
/// that apply, and what is not known is null.
#[must_use]
pub fn verdict_json(
    id: DocumentId,
    license: &License,
    today: Day,
    verdict: &Verdict,
    findings: &[Finding],
) -> Json {
    let next = verdict.next_change.map(|next| {
        let mut json = Object::default();
        json.text("day", &next.day).text("effect", &next.effect).add("applies", next.applies);
        Json::from(json)
    });
    let effects = verdict.effects.iter().map(|effect| effect.to_string());
    let mut json = Object::default();
    json.add("format", 1_u32)
        .text("license", &id)
        .text("plan", &license.plan)
        .text("today", &today)
        .add("effects", effects.collect::<Json>())
        .add("findings", findings.iter().map(finding_json).collect::<Json>())
        .add("seats", verdict.seats)
        .add("seats_needed", verdict.seats_needed)
        .add("users_now", verdict.users_now)
        .add("users_max", verdict.users_max)
        .add("users_max_on", day_json(verdict.users_max_on))
        .add("overage", verdict.overage)
        .add("overage_max", verdict.overage_max)
        .add("seats_left", verdict.seats_left)
        .add("days_left", verdict.days_left)
        .add("next_change", next);
    json.into()
}
