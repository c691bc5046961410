//! Licenses of an instance: one that was installed or not, and the list of all.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::value::{Count, DocumentId};
use license_core::verdict::Finding;
use license_core::verify::VerifiedLicense;
use license_core::words;
use serde_json::{Value, json};

use crate::instance::chain::Span;
use crate::instance::install::{Before, Done, Examined, Installation, refusing};
use crate::instance::judgement::Judgement;
use crate::instance::ledger::Removal;
use crate::instance::licenses::{Deciding, Listed, State};
use crate::plural::counted;
use crate::problem::{Exit, Failure};
use crate::view::answer::{Answer, put, value};
use crate::view::verdict::{summary, without_figure};

/// Licenses of which none was installed: each is there already, or one is refused. Roots that were
/// given beside the trusted ones were not taken, which is said.
pub(crate) fn unchanged(
    examined: &[Examined],
    further: &[PublicKey],
    trusted: &[PublicKey],
) -> Answer {
    let mut answer = none_installed(examined);
    if !further.is_empty() {
        answer.text += &format!(
            "  trusted  only {}, as before: the root that --trust gave ({}) was not taken\n",
            listed_roots(trusted),
            listed_roots(further)
        );
    }
    answer
}

fn none_installed(examined: &[Examined]) -> Answer {
    let refusal = |it: &Examined| match it {
        Examined::Refused(license, judgement) => Some(refused(license, judgement)),
        Examined::Already(_) | Examined::Damaged(_) | Examined::Ended(_) | Examined::Fits(..) => {
            None
        }
    };
    let there = |it: &Examined| match it {
        Examined::Already(license) => Some(there(license)),
        Examined::Refused(..) | Examined::Damaged(_) | Examined::Ended(_) | Examined::Fits(..) => {
            None
        }
    };
    let refusals: Vec<Answer> = examined.iter().filter_map(refusal).collect();
    if refusals.is_empty() {
        return joined(examined.iter().filter_map(there).collect(), true);
    }
    joined(refusals, false).with_exit(Exit::Refused)
}

/// What came of installing licenses.
pub(crate) fn answer(
    installations: &[Installation],
    pinned: &[PublicKey],
    trusted: &[PublicKey],
    today: Day,
) -> Answer {
    let answers = installations.iter().map(|installation| match installation {
        Installation::Already(license) => there(license),
        Installation::Mended(license) => mended(license),
        Installation::Covered(license) => covered(license),
        Installation::Done(done) => installed(done, today),
    });
    let mut answer = joined(answers.collect(), true);
    let print = |root: &PublicKey| root.thumbprint().to_string();
    let roots: Vec<String> = pinned.iter().map(print).collect();
    answer.text += &pinned_text(&roots, trusted);
    put(&mut answer.json, "pinned_roots", roots);
    answer.done("the licenses of the file are installed")
}

/// The roots that were pinned, and where there were others, all that are trusted now.
fn pinned_text(pinned: &[String], trusted: &[PublicKey]) -> String {
    let line =
        |root: &String| format!("  pinned   the root {root}: compare it with the vendor's\n");
    let mut text: String = pinned.iter().map(line).collect();
    if !pinned.is_empty() && trusted.len() > pinned.len() {
        text += &format!("  trusted  now {}\n", listed_roots(trusted));
    }
    text
}

fn listed_roots(roots: &[PublicKey]) -> String {
    let roots: Vec<String> = roots.iter().map(|root| root.thumbprint().to_string()).collect();
    roots.join(", and ")
}

/// What it means to trust these roots beside others, before it is done; and that the licenses are
/// signed under trusted roots already, where they are.
pub(crate) fn further_roots(
    further: &[PublicKey],
    trusted: &[PublicKey],
    under: &[PublicKey],
) -> String {
    let all: Vec<PublicKey> = trusted.iter().chain(further).copied().collect();
    let needless = if under.is_empty() {
        String::new()
    } else {
        format!("The file needs no further root: it is signed under {}. ", listed_roots(under))
    };
    format!(
        "{needless}This instance trusts {}. With {} beside it, whoever holds either root's private \
         key can make licenses for it: compare the fingerprint with the vendor's first. Trusted \
         then: {}.",
        listed_roots(trusted),
        listed_roots(further),
        listed_roots(&all)
    )
}

/// Several answers as one; one stays as it is.
fn joined(mut answers: Vec<Answer>, installed: bool) -> Answer {
    if answers.len() == 1 {
        return answers.remove(0);
    }
    let (mut text, mut licenses, mut warnings) = (String::new(), Vec::new(), Vec::new());
    for answer in answers {
        text += &answer.text;
        licenses.push(answer.json);
        warnings.extend(answer.warnings);
    }
    let json = json!({ "format": 1, "installed": installed, "licenses": licenses });
    Answer::yes(text, json).warn(warnings)
}

fn there(license: &VerifiedLicense) -> Answer {
    let text = format!("license {} is installed already: nothing changes\n", license.id());
    Answer::yes(text, installed_json(license, false))
}

fn mended(license: &VerifiedLicense) -> Answer {
    let id = license.id();
    let text = format!("license {id} is whole again in the ledger: nothing else changes\n");
    let mut json = installed_json(license, true);
    put(&mut json, "mended", true);
    Answer::yes(text, json)
}

fn covered(license: &VerifiedLicense) -> Answer {
    let text = format!(
        "kept license {}: it has ended (last day {}) and decides nothing; usage reports cover its \
         term\n",
        license.id(),
        license.last_day()
    );
    let mut json = installed_json(license, true);
    put(&mut json, "installed", false);
    put(&mut json, "covered", true);
    Answer::yes(text, json)
}

fn installed(done: &Done, today: Day) -> Answer {
    let Done { license, judgement, before, warnings } = done;
    let text = format!(
        "installed: activation is allowed\n{}{}",
        summary(license, judgement),
        changes(license, *before, today)
    );
    let answer = Answer::yes(text, installed_json(license, true)).warn(warnings.clone());
    answer.warn(without_figure(judgement))
}

fn refused(license: &VerifiedLicense, judgement: &Judgement) -> Answer {
    let findings = refusing(judgement);
    let why: String = findings.iter().map(|finding| words::finding(finding)).collect();
    let text = format!(
        "NO: not installed, nothing was changed\n{}{why}  now      {}\n",
        summary(license, judgement),
        if judgement.today < license.until {
            "show this answer to the vendor, who can issue the license anew: with more seats, with \
             a true-up, or with the overage settled"
        } else {
            "ask the vendor for the license that follows: one that has ended allows nothing any \
             more"
        }
    );
    let shown = |finding: &&Finding| value(&words::finding_json(finding));
    let findings: Vec<Value> = findings.iter().map(shown).collect();
    let json = json!({
        "format": 1,
        "installed": false,
        "license": license.id().to_string(),
        "findings": findings,
    });
    Answer::yes(text, json).with_exit(Exit::Refused).warn(without_figure(judgement))
}

fn changes(license: &VerifiedLicense, before: Before, today: Day) -> String {
    let change = match before {
        _ if license.from > today => {
            format!("none today; this license is kept and begins on {}", license.from)
        }
        Before::License(before) => {
            format!("this license is kept beside {before}; the one issued last decides")
        }
        Before::NoOther => "no other license that is installed decides".to_owned(),
        Before::Unknown(id) => unknown(id),
        Before::Nothing => "this is the first license of this instance".to_owned(),
    };
    format!("  change   {change}\n")
}

fn installed_json(license: &VerifiedLicense, changed: bool) -> Value {
    json!({
        "format": 1,
        "installed": true,
        "changed": changed,
        "license": license.id().to_string(),
        "from": license.from.to_string(),
        "until": license.until.to_string(),
        "pinned_roots": [],
    })
}

/// The list of all, then which takes over on which day, and the last day of the last one; without
/// any, how many were removed.
pub(crate) fn list(listed: &[Listed], spans: &[Span<'_>], removed: usize) -> Answer {
    let text = if listed.is_empty() {
        none_is_installed(removed)
    } else {
        listed.iter().map(row_text).chain(turns(spans)).collect()
    };
    let end = spans.last();
    let last = end.map(|span| format!("end  {}: the last day with a license\n", span.last()));
    let rows: Vec<Value> = listed.iter().map(row_json).collect();
    let chain: Vec<Value> = spans.iter().map(span_json).collect();
    let until = end.map(|span| span.until.to_string());
    let json = json!({ "format": 1, "licenses": rows, "chain": chain, "until": until });
    Answer::yes(text + &last.unwrap_or_default(), json)
}

/// What changes from today on; that a license is in force today is said already.
fn turns(spans: &[Span<'_>]) -> impl Iterator<Item = String> {
    let said = |(place, span): &(usize, &Span<'_>)| *place > 0 || span.license.is_none();
    spans.iter().enumerate().filter(said).map(|(_, span)| turn(span))
}

/// What changes on the first day of a span.
fn turn(span: &Span<'_>) -> String {
    match span.license {
        Some(license) => {
            format!("then {}: {} takes over, {}\n", span.from, license.id(), seats_of(license))
        }
        None => format!("gap  {} to {}: no license\n", span.from, span.last()),
    }
}

fn span_json(span: &Span<'_>) -> Value {
    json!({
        "from": span.from.to_string(),
        "until": span.until.to_string(),
        "license": span.license.map(|license| license.id().to_string()),
    })
}

fn none_is_installed(removed: usize) -> String {
    let were = match removed {
        0 => return "no license is installed\n".to_owned(),
        1 => "1 was",
        more => &format!("{more} were"),
    };
    format!(
        "no license is installed; {were} removed: `airlock license list --removed` shows which, \
         `airlock license restore ID` brings one back\n"
    )
}

/// What removing a license does, before it is done.
pub(crate) fn removal(id: DocumentId) -> String {
    format!(
        "License {id} will decide nothing here any more. It is kept: if it was ever in force, \
         usage reports go on covering its term, and `airlock license restore {id}` undoes this."
    )
}

/// A license that was removed, and the one that decides now.
pub(crate) fn removed(id: DocumentId, removal: Removal, decides: Deciding) -> Answer {
    let now = decides_text(decides, "no license is in force any more");
    let (kept, undo) = match removal {
        Removal::Unused => (
            "the license; it was never in force, so reports do not cover its term",
            format!(
                "`airlock license export {id} --out FILE`, then `airlock license install FILE \
                 --users N`"
            ),
        ),
        Removal::Covered | Removal::Absent => (
            "the license and its usage figures; reports go on covering its term",
            format!("`airlock license restore {id}`"),
        ),
    };
    let text = format!("removed license {id}: {now}\n  kept     {kept}\n  undo     {undo}\n");
    let json = json!({
        "format": 1,
        "removed": id.to_string(),
        "decides": decides_json(decides),
        "covered": removal != Removal::Unused,
    });
    Answer::yes(text, json).done(format!("license {id} is removed"))
}

/// A license that is installed again, and the one that decides now.
pub(crate) fn restored(id: DocumentId, decides: Deciding) -> Answer {
    let now = decides_text(decides, "no license is in force yet");
    let json = json!({ "format": 1, "restored": id.to_string(), "decides": decides_json(decides) });
    let text = format!("restored license {id}: {now}\n");
    Answer::yes(text, json).done(format!("license {id} is restored"))
}

fn decides_text(decides: Deciding, nothing: &str) -> String {
    match decides {
        Deciding::Nothing => nothing.to_owned(),
        Deciding::License(id) => format!("license {id} decides"),
        Deciding::Unknown(id) => unknown(id),
    }
}

/// Which license decides is not known, because this one does not verify.
fn unknown(id: DocumentId) -> String {
    format!("which license decides is not known: license {id} does not verify any more")
}

fn decides_json(decides: Deciding) -> Option<String> {
    match decides {
        Deciding::License(id) => Some(id.to_string()),
        Deciding::Nothing | Deciding::Unknown(_) => None,
    }
}

fn name(state: State) -> &'static str {
    match state {
        State::InForce => "in_force",
        State::EndedButDeciding => "ended_but_deciding",
        State::NotStarted => "not_started",
        State::Ended => "ended",
        State::Superseded => "superseded",
        State::Undecided => "undecided",
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
    let seats = seats_of(license);
    format!(
        "{id}  {state}: {} of {}, {seats}, {} to {} (last day)\n",
        license.plan,
        license.company,
        license.from,
        license.last_day()
    )
}

fn seats_of(license: &VerifiedLicense) -> String {
    license.seats.map_or_else(|| "unlimited".to_owned(), |seats| counted(seats.get(), "seat"))
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
        | State::Superseded
        | State::Undecided => None,
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
