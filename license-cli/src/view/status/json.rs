//! The object for programs.

use license_core::Day;
use license_core::rule::{Effect, Effects};
use serde_json::{Value, json};

use super::advice;
use crate::instance::before::Before;
use crate::instance::begins::Tenure;
use crate::instance::due::Due;
use crate::instance::horizon::Next;
use crate::instance::outlook::Outlook;
use crate::instance::status::{Standing, Status};
use crate::view::answer::put;
use crate::view::license_list::span_json;
use crate::view::outlook::{on, reported_json, settled_by_json, smallest};
use crate::view::receipt;
use crate::view::spans::grouped;

/// The object.
pub(super) fn object(status: &Status) -> Value {
    let mut json = json!({
        "format": 1,
        "instance": status.instance.to_string(),
        "today": status.today.to_string(),
        "good": status.is_good(),
        "undecided": status.undecided,
        "license": status.license.as_ref().map(|it| it.license.id().to_string()),
        "report": report(status),
        "receipt": status.settled.as_ref().map(|it| receipt::object(&it.receipt)),
        "without_receipt": status.settled.as_ref().map(|it| &it.without),
        "due": due(status),
        "last_figure": status.last_figure.map(|day| day.to_string()),
        "chain": status.chain.iter().map(span_json).collect::<Vec<Value>>(),
        "before": status.before.iter().map(before).collect::<Vec<Value>>(),
        "next_change": status.horizon.next().map(change),
        "effects": effects(status),
        "doubts": status.doubts,
        "do": advice::next(status),
    });
    if let Some(license) = &status.license {
        put_license(&mut json, license, status);
    }
    json
}

fn put_license(json: &mut Value, standing: &Standing, status: &Status) {
    let Standing { license, outlook, users, contract, .. } = standing;
    let Outlook { seats, peak, tolerated, renewal, .. } = outlook;
    put(json, "company", license.company.to_string());
    put(json, "plan", license.plan.to_string());
    put(json, "first_day", license.from.to_string());
    put(json, "last_day", license.last_day().to_string());
    put(json, "in_force", standing.is_in_force(status.today));
    put(json, "role", standing.role.name());
    let Tenure { from, to } = standing.tenure();
    put(json, "billed_from", from.map(|day| day.to_string()));
    put(json, "billed_to", to.map(|day| day.to_string()));
    put(json, "contract_last_day", contract.last.to_string());
    put(json, "contract_days_left", contract.last.since(status.today) + 1);
    put(json, "contract_licenses", contract.licenses);
    put(json, "seats", *seats);
    put(json, "seats_tolerated", *tolerated);
    put(json, "users", users.map(on));
    put(json, "peak", peak.map(on));
    put(json, "peak_reported", reported_json(outlook));
    put(json, "seats_owed", outlook.owed());
    put(json, "smallest_renewal", renewal.map(smallest));
    put(json, "days_with_data", standing.with_figure);
    put(json, "days_without_data", standing.missing.len());
    put(json, "missing", days(&standing.missing));
    put(json, "last_days", status.last_days);
}

/// Days, as spans.
fn days(days: &[Day]) -> Vec<Value> {
    let span = |(from, to): (Day, Day)| json!({ "from": from.to_string(), "to": to.to_string() });
    grouped(days).into_iter().map(span).collect()
}

/// What is left of a license before.
fn before(before: &Before) -> Value {
    let Outlook { seats, peak, .. } = before.outlook;
    json!({
        "license": before.license.to_string(),
        "last_day": before.last_day.to_string(),
        "seats": seats,
        "peak": peak.map(on),
        "seats_owed": before.outlook.owed(),
        "seats_settled": before.outlook.settled,
        "settled_by": before.by.map(settled_by_json),
        "days_without_data": before.missing.len(),
        "missing": days(&before.missing),
    })
}

fn report(status: &Status) -> Option<Value> {
    let report = status.last_report.as_ref()?;
    let made = report.last_day.plus(1)?;
    Some(json!({
        "number": report.number,
        "id": report.id.to_string(),
        "last_day": report.last_day.to_string(),
        "days_ago": status.today.since(made),
    }))
}

fn due(status: &Status) -> Option<Value> {
    let Due { on, why, unreceipted } = status.due?;
    let (on, why, now) = (on.to_string(), why.name(), status.is_due());
    Some(json!({ "on": on, "why": why, "now": now, "unreceipted": unreceipted }))
}

fn change(next: Next) -> Value {
    match next {
        Next::TakesOver(day, license) => {
            json!({ "day": day.to_string(), "license": license.to_string() })
        }
        Next::Begins(day, effect) => of_effect(day, effect, true),
        Next::Ends(day, effect) => of_effect(day, effect, false),
    }
}

fn of_effect(day: Day, effect: Effect, applies: bool) -> Value {
    json!({ "day": day.to_string(), "effect": effect.to_string(), "applies": applies })
}

/// Each effect that applies or will, with the day from which it does.
fn effects(status: &Status) -> Vec<Value> {
    let now = |effect: Effect| {
        let license = status.license.as_ref();
        license.is_some_and(|it| it.verdict.effects.contains(effect))
    };
    let of = |effect: &Effect| {
        let from = status.horizon.first(*effect)?;
        Some(json!({
            "effect": effect.to_string(),
            "from": from.to_string(),
            "denies": Effects::DENYING.contains(*effect),
            "now": now(*effect),
        }))
    };
    Effect::KNOWN.iter().filter_map(of).collect()
}
