//! Verdicts and findings in words and in JSON.

use crate::day::Day;
use crate::document::{License, day_json};
use crate::json::Json;
use crate::rule::Fact;
use crate::value::DocumentId;
use crate::verdict::{Finding, Observation, Status, Verdict};
use crate::words::rules::{condition, condition_json, day, effect};

/// Returns a finding as JSON: every condition with its figure, the day of it, and the signed
/// threshold.
#[must_use]
pub fn finding_json(finding: &Finding) -> Json {
    let observation = |observation: &Observation| {
        let [fact, from, to, op, threshold] = condition_json(&observation.condition);
        let (observed, on) = (observation.observed.into(), day_json(observation.on));
        let holds = observation.holds.into();
        Json::object(&mut [
            fact,
            from,
            to,
            op,
            threshold,
            ("observed", observed),
            ("on", on),
            ("holds", holds),
        ])
    };
    let applies = match finding.status {
        Status::Applies => Some(true),
        Status::DoesNotApply => Some(false),
        Status::FactMissing | Status::Unsupported => None,
    };
    Json::object(&mut [
        ("rule", finding.rule.map(|index| index + 1).into()),
        ("code", finding.code.to_string().into()),
        ("effect", finding.effect.to_string().into()),
        ("applies", applies.into()),
        ("status", finding.status.name().into()),
        ("conditions", finding.conditions.iter().map(observation).collect()),
    ])
}

/// Returns a finding in words, each condition on its own line.
#[must_use]
pub fn finding(finding: &Finding) -> String {
    let status = match finding.status {
        Status::Applies => "APPLIES",
        Status::DoesNotApply => "does not apply",
        Status::FactMissing => "not decided: a figure is missing",
        Status::Unsupported => "not known to this version: not applied",
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
    format!("    {mark} {}{}\n", condition(&observation.condition), observed(observation))
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
        let (day, effect) = (next.day.to_string(), next.effect.to_string());
        Json::object(&mut [
            ("day", day.into()),
            ("effect", effect.into()),
            ("applies", next.applies.into()),
        ])
    });
    Json::object(&mut [
        ("format", 1_u32.into()),
        ("license", id.to_string().into()),
        ("plan", license.plan.to_string().into()),
        ("today", today.to_string().into()),
        ("effects", verdict.effects.iter().map(|effect| effect.to_string()).collect()),
        ("findings", findings.iter().map(finding_json).collect()),
        ("seats", verdict.seats.into()),
        ("seats_needed", verdict.seats_needed.into()),
        ("users_now", verdict.users_now.into()),
        ("users_max", verdict.users_max.into()),
        ("users_max_on", day_json(verdict.users_max_on)),
        ("overage", verdict.overage.into()),
        ("overage_max", verdict.overage_max.into()),
        ("seats_left", verdict.seats_left.into()),
        ("days_left", verdict.days_left.into()),
        ("next_change", next.into()),
    ])
}
