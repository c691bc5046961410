//! Licenses of an instance: one that was installed or not, and the list of all.

use license_core::Day;
use license_core::value::{Count, DocumentId};
use license_core::verdict::Finding;
use license_core::verify::VerifiedLicense;
use license_core::words;
use serde_json::{Value, json};

use crate::instance::install::{Done, Installation, refusing};
use crate::instance::judgement::Judgement;
use crate::instance::licenses::{Listed, State};
use crate::problem::{Exit, Failure};
use crate::view::answer::{Answer, value};
use crate::view::verdict::summary;

/// What came of installing a license.
pub(crate) fn answer(installation: Installation, today: Day) -> Answer {
    match installation {
        Installation::Already(license) => {
            let text = format!("license {} is installed already: nothing changes\n", license.id());
            Answer::yes(text, installed_json(&license, false, &[]))
        }
        Installation::Refused(license, judgement) => refused(&license, &judgement),
        Installation::Done(done) => installed(done, today),
    }
}

fn installed(done: Done, today: Day) -> Answer {
    let Done { license, judgement, before, pinned, warnings } = done;
    let pinned: Vec<String> = pinned.iter().map(|root| root.thumbprint().to_string()).collect();
    let text = format!(
        "installed: activation is allowed\n{}{}",
        summary(&license, &judgement),
        changes(&license, before, today, &pinned)
    );
    Answer::yes(text, installed_json(&license, true, &pinned)).warn(warnings)
}

fn refused(license: &VerifiedLicense, judgement: &Judgement) -> Answer {
    let findings = refusing(judgement);
    let why: String = findings.iter().map(|finding| words::finding(finding)).collect();
    let text = format!(
        "NO: not installed, nothing was changed\n{}{why}  now      show this answer to the vendor, \
         who can issue the license anew: more seats, a true-up, or settled\n",
        summary(license, judgement)
    );
    let shown = |finding: &&Finding| value(&words::finding_json(finding));
    let findings: Vec<Value> = findings.iter().map(shown).collect();
    let json = json!({
        "format": 1,
        "installed": false,
        "license": license.id().to_string(),
        "findings": findings,
    });
    Answer::yes(text, json).with_exit(Exit::Refused)
}

fn changes(
    license: &VerifiedLicense,
    before: Option<DocumentId>,
    today: Day,
    pinned: &[String],
) -> String {
    let pinned: String = pinned
        .iter()
        .map(|root| format!("  pinned   the root {root}: compare it with the vendor's\n"))
        .collect();
    let change = match before {
        _ if license.from > today => {
            format!("none today; this license is kept and begins on {}", license.from)
        }
        Some(before) => {
            format!("this license is kept beside {before}; the one issued last decides")
        }
        None => "this is the first license of this instance".to_owned(),
    };
    format!("{pinned}  change   {change}\n")
}

fn installed_json(license: &VerifiedLicense, changed: bool, pinned: &[String]) -> Value {
    json!({
        "format": 1,
        "installed": true,
        "changed": changed,
        "license": license.id().to_string(),
        "from": license.from.to_string(),
        "until": license.until.to_string(),
        "pinned_roots": pinned,
    })
}

/// The list of all.
pub(crate) fn list(listed: &[Listed]) -> Answer {
    let text = if listed.is_empty() {
        "no license is installed\n".to_owned()
    } else {
        listed.iter().map(row_text).collect()
    };
    let rows: Vec<Value> = listed.iter().map(row_json).collect();
    Answer::yes(text, json!({ "format": 1, "licenses": rows }))
}

/// What removing a license does, before it is done.
pub(crate) fn removal(id: DocumentId) -> String {
    format!(
        "License {id} will decide nothing here any more. It is kept: usage reports go on covering \
         its term, and `airlock license restore {id}` undoes this."
    )
}

/// A license that was removed, and the one that decides now.
pub(crate) fn removed(id: DocumentId, decides: Option<DocumentId>) -> Answer {
    let now = decides.map_or_else(
        || "no license is in force any more".to_owned(),
        |decides| format!("license {decides} decides"),
    );
    let text = format!(
        "removed license {id}: {now}\n  kept     the license and its usage figures; reports go on \
         covering its term\n  undo     `airlock license restore {id}`\n"
    );
    let json = json!({ "format": 1, "removed": id.to_string(), "decides": decides_json(decides) });
    Answer::yes(text, json)
}

/// A license that is installed again, and the one that decides now.
pub(crate) fn restored(id: DocumentId, decides: Option<DocumentId>) -> Answer {
    let now = decides.map_or_else(
        || "no license is in force yet".to_owned(),
        |decides| format!("license {decides} decides"),
    );
    let json = json!({ "format": 1, "restored": id.to_string(), "decides": decides_json(decides) });
    Answer::yes(format!("restored license {id}: {now}\n"), json)
}

fn decides_json(decides: Option<DocumentId>) -> Option<String> {
    decides.map(|id| id.to_string())
}

fn name(state: State) -> &'static str {
    match state {
        State::InForce => "in_force",
        State::EndedButDeciding => "ended_but_deciding",
        State::NotStarted => "not_started",
        State::Ended => "ended",
        State::Superseded => "superseded",
        State::Removed(_) => "removed",
    }
}

fn row_text(listed: &Listed) -> String {
    let id = listed.id;
    let (license, state) = match &listed.license {
        Ok((license, State::Removed(day))) => (license, format!("removed on {day}")),
        Ok((license, state)) => (license, name(*state).replace('_', " ")),
        Err(failure) => return format!("{id}  refused: {}\n", failure.message),
    };
    let seats =
        license.seats.map_or_else(|| "unlimited".to_owned(), |seats| format!("{seats} seats"));
    format!(
        "{id}  {state}: {} of {}, {seats}, {} to {} (last day)\n",
        license.plan,
        license.company,
        license.from,
        license.last_day()
    )
}

fn row_json(listed: &Listed) -> Value {
    match &listed.license {
        Ok((license, state)) => license_json(license, *state),
        Err(failure) => refused_json(listed.id, failure),
    }
}

fn license_json(license: &VerifiedLicense, state: State) -> Value {
    json!({
        "license": license.id().to_string(),
        "state": name(state),
        "plan": license.plan.to_string(),
        "company": license.company.as_str(),
        "seats": license.seats.map(Count::get),
        "from": license.from.to_string(),
        "until": license.until.to_string(),
        "removed_on": removed_on(state).map(|day| day.to_string()),
        "subscription": license.subscription.as_ref().map(ToString::to_string),
    })
}

fn removed_on(state: State) -> Option<Day> {
    match state {
        State::Removed(day) => Some(day),
        State::InForce
        | State::EndedButDeciding
        | State::NotStarted
        | State::Ended
        | State::Superseded => None,
    }
}

fn refused_json(id: DocumentId, failure: &Failure) -> Value {
    json!({
        "license": id.to_string(),
        "state": "refused",
        "code": failure.problem.name(),
        "message": failure.message,
    })
}
