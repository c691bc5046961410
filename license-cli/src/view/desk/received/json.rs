//! A document that was received, for programs.

use license_core::day::rfc3339;
use license_core::value::Count;
use serde_json::{Value, json};

use super::text::note_words;
use crate::desk::receive::{By, Findings, Meaning, Note, Outcome, Owned, Told};
use crate::view::answer::put;
use crate::view::desk::{filed, step};
use crate::view::receipt;
use crate::view::reconciled::remarks;

/// What came of a document, for programs.
pub(super) fn of(told: &Told) -> Value {
    let notes: Vec<Value> = told.notes.iter().map(note).collect();
    let findings: Option<Vec<Value>> =
        told.findings.as_ref().map(|it| it.remarks.iter().map(remarks::json).collect());
    let mut json = json!({
        "file": told.file,
        "kind": told.what.map(|(kind, _)| kind.to_string()),
        "id": told.what.map(|(_, id)| id.to_string()),
        "outcome": outcome_word(&told.outcome),
        "filed_on": filed_on(&told.outcome),
        "error": error(&told.outcome),
        "customer": told.owned.as_ref().map(owned),
        "subscription": told.owned.as_ref().map(|it| &it.subscription),
        "meaning": told.meaning.as_ref().map(meaning),
        "notes": notes,
        "findings": findings,
        "seats_owed": told.findings.as_ref().and_then(owed),
        "next": told.next.as_ref().map(|step| step::command(step, told.owned.as_ref())),
    });
    if let Some(settled) = told.findings.as_ref().and_then(|it| it.settled) {
        put(&mut json, "settled", receipt::settled_json(settled));
    }
    json
}

fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Filed => "filed",
        Outcome::FiledAlready { .. } => "filed_already",
        Outcome::Twice { .. } => "twice",
        Outcome::Ours => "ours",
        Outcome::OursElsewhere => "ours_elsewhere",
        Outcome::NotFiled(_) => "not_filed",
        Outcome::Nothing => "passed_over",
    }
}

fn filed_on(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::FiledAlready { on, .. } => on.map(|day| day.to_string()),
        Outcome::Filed
        | Outcome::Twice { .. }
        | Outcome::Ours
        | Outcome::OursElsewhere
        | Outcome::NotFiled(_)
        | Outcome::Nothing => None,
    }
}

fn error(outcome: &Outcome) -> Option<Value> {
    let Outcome::NotFiled(failure) = outcome else { return None };
    Some(json!({
        "code": failure.problem.name(), "message": failure.message, "hint": failure.hint
    }))
}

fn owned(it: &Owned) -> Value {
    let by = it.by.map(|by| match by {
        By::License => "license",
        By::Instance => "instance",
        By::Key => "key",
        By::Named => "named",
    });
    json!({
        "id": it.customer.to_string(), "name": it.name, "known_by": by, "is_new": it.is_new
    })
}

fn meaning(meaning: &Meaning) -> Value {
    match meaning {
        Meaning::Request(it) => json!({
            "company": it.request.company.as_str(),
            "instance": it.request.instance.to_string(),
            "plan": it.request.plan.to_string(),
            "seats": it.request.seats.map(Count::get),
            "users": it.request.users.get(),
            "made": rfc3339(it.request.issued),
            "license": it.license.as_ref().map(filed::json),
        }),
        Meaning::Report(it) => json!({
            "number": it.number,
            "first_day": it.first.to_string(),
            "last_day": it.last.to_string(),
            "days_with_data": it.days_with,
            "days_without_data": it.days_without,
            "peak": it.peak.map(|(peak, _)| peak),
            "peak_day": it.peak.map(|(_, day)| day.to_string()),
            "spare": it.is_spare,
            "license": filed::json(&it.license),
        }),
        Meaning::License(it) => json!({
            "company": it.company,
            "plan": it.plan.to_string(),
            "seats": it.seats,
            "from": it.from.to_string(),
            "until": it.until.to_string(),
            "license": it.filed.as_ref().map(|(row, _)| filed::json(row)),
            "standing": it.filed.as_ref().map(|(_, standing)| filed::standing(*standing)),
        }),
    }
}

fn note(note: &Note) -> Value {
    let code = match note {
        Note::OtherKey { .. } => "other_key",
        Note::LicenseUnknown(_) => "license_unknown",
        Note::BeforeLicense(_) => "before_license",
        Note::OtherCompany(_) => "other_company",
        Note::Moved { .. } => "moved",
        Note::Revoked(_) => "revoked",
    };
    json!({ "code": code, "message": note_words(note) })
}

fn owed(findings: &Findings) -> Option<u64> {
    findings.statement.seats_owed().map(u64::from)
}
