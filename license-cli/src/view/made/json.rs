//! A license that the desk makes, for programs.

use license_core::document::{Claims, License};
use license_core::words;
use serde_json::{Value, json};

use super::beside;
use super::filed::row;
use super::succession;
use super::words::{against, never_installed, unsendable, warning};
use crate::desk::forecast::Outcome;
use crate::desk::make::{Against, Contract, Difference, Line, Proposal, Said, Uninstalled};
use crate::desk::rules::Owed;
use crate::registry::What;
use crate::view::answer::{put, value};
use crate::view::forecast;

/// What is to be signed.
pub(in crate::view) fn of(proposal: &Proposal) -> Value {
    let customer = proposal.draft.owner.customer();
    let changed = proposal.difference.iter().flat_map(Difference::changed);
    let before = proposal.draft.base.as_ref().map(|base| claims(&base.license));
    let never = proposal.uninstalled.first();
    let succession = proposal.draft.succession.as_ref();
    let unusual = proposal.unusual.iter().map(|it| warning(it, proposal));
    let unusual = unusual.chain(beside::remarks(proposal));
    let unusual = unusual.chain(proposal.unsendable.iter().map(unsendable));
    json!({
        "format": 1,
        "what": proposal.draft.what.word(),
        "customer": {
            "id": customer.id.to_string(),
            "name": customer.name,
            "type": customer.customer_type,
            "is_new": proposal.draft.owner.subject().is_none(),
        },
        "subscription": proposal.chain.subscription,
        "license_before": proposal.draft.base.as_ref().map(|base| base.row.id.to_string()),
        "before": before,
        "after": claims(&proposal.license),
        "changed": changed.map(line).collect::<Vec<_>>(),
        "limits": value(&words::object(proposal.issuer.shown())),
        "contract": proposal.draft.contract.as_ref().map(|it| contract(it, proposal)),
        "alike": proposal.overlapping.iter().map(row).collect::<Vec<_>>(),
        "waiting": proposal.unplaced.iter().map(row).collect::<Vec<_>>(),
        "same": proposal.same.as_ref().map(|row| row.id.to_string()),
        "forecast": proposal.forecast.as_ref().map(forecast::json),
        "installs_with": proposal.remedy.map(|it| json!({
            "seats": it.seats, "true_up": it.true_up
        })),
        "owed": proposal.owed.iter().map(owed).collect::<Vec<_>>(),
        "never_installed": never.map(|it| uninstalled(it, &proposal.draft.what)),
        "succession": succession.map(|it| succession::json(it, proposal)),
        "jobs": proposal.jobs.iter().map(|job| job.name()).collect::<Vec<_>>(),
        "objections": proposal.objections().iter().map(objection).collect::<Vec<_>>(),
        "remarks": unusual.collect::<Vec<_>>(),
    })
}

/// Several that are made together.
pub(super) fn parts(parts: &[Value]) -> Value {
    json!({ "format": 1, "parts": parts })
}

/// Puts each entry of an object into another.
pub(super) fn put_all(into: &mut Value, from: Value) {
    if let Value::Object(entries) = from {
        for (key, entry) in entries {
            put(into, &key, entry);
        }
    }
}

/// Which year of its contract a license is, and all of them.
fn contract(contract: &Contract, proposal: &Proposal) -> Value {
    json!({
        "year": contract.beginning(proposal.license.from).map(|(year, _)| year),
        "years": contract.json(),
        "until": contract.until().to_string(),
    })
}

fn claims(license: &License) -> Value {
    let mut json = value(&words::object(license.shown()));
    put(&mut json, "rules", value(&words::rules_json(&license.rules)));
    json
}

fn line(line: &Line) -> Value {
    let said = |said: &Option<Said>| said.as_ref().map(|said| value(&said.json));
    let name = line.name.to_string();
    json!({ "name": name, "before": said(&line.before), "after": said(&line.after) })
}

fn objection(objection: &Against) -> Value {
    json!({ "code": objection.code(), "message": against(objection) })
}

/// Seats that are owed of a term before.
fn owed(owed: &Owed) -> Value {
    json!({
        "seats": owed.open(),
        "users": owed.users,
        "on": owed.on.to_string(),
        "under": owed.seats,
        "paid": owed.paid,
    })
}

fn uninstalled(uninstalled: &Uninstalled, what: &What) -> Value {
    let outcome = |outcome: &Option<Outcome>| outcome.map(forecast::outcome_name);
    json!({
        "license": uninstalled.id.to_string(),
        "made": uninstalled.made.to_string(),
        "seats": uninstalled.seats,
        "previous_users": uninstalled.carries,
        "known_license": uninstalled.known.id.to_string(),
        "known_seats": uninstalled.known.seats,
        "is_named": uninstalled.known.is_named,
        "outcome": outcome(&uninstalled.outcome),
        "outcome_with_known_seats": outcome(&uninstalled.with_known),
        "message": never_installed(uninstalled, what),
    })
}
