//! `airlock license`: install, list, remove, export.

use std::path::Path;

use license_core::Day;
use license_core::rule::{Effect, Effects};
use license_core::select::select;
use license_core::value::{Count, DocumentId};
use license_core::verdict::{Facts, FindingCode};
use license_core::verify::VerifiedLicense;
use license_core::words;
use serde_json::{Value, json};

use crate::carry::incoming;
use crate::carry::outgoing::Outgoing;
use crate::cli::commands::check::{Judged, Known, anchors, installed, pinned, verified};
use crate::cli::commands::{open, open_read_only};
use crate::cli::options::{Export, Install, List, Remove};
use crate::clock;
use crate::instance::ledger::Instance;
use crate::problem::{Exit, Failure, Problem};
use crate::view::answer::{Answer, value};
use crate::view::written;

/// What a refusal to install rests on.
const REFUSING: [Effect; 2] = [Effect::RefuseActivation, Effect::Inactive];

/// Installs a license, where its rules allow that.
pub(crate) fn install(options: &Install) -> Result<Answer, Failure> {
    let mut instance = open(&options.instance)?;
    let roots = incoming::roots(&options.trust.trust)?;
    let anchors = anchors(Some(&instance), &roots)?;
    let bytes = incoming::read(&options.file)?;
    let license = license_core::verify::verify_license(&bytes, &anchors)
        .map_err(incoming::named(&options.file))?;
    license.check_understood()?;
    license.check_instance(Some(&instance.id()))?;
    if instance.licenses()?.iter().any(|installed| installed.id == license.id()) {
        let text = format!("license {} is installed already: nothing changes\n", license.id());
        return Ok(Answer::yes(text, installed_json(&license, false, &[])));
    }
    let today = clock::today(&options.facts.today)?;
    let known = Known::gather(&options.facts, Some(&instance), today)?;
    let facts = Facts { activating: true, ..known.facts() };
    let judged = Judged::new(&license, &facts);
    judged.refuse_undecided(
        REFUSING.iter().fold(Effects::default(), |set, effect| set.with(*effect)),
    )?;
    if judged.verdict.refuses_install {
        return Ok(refused(&license, &judged));
    }
    let before = installed(&instance, &anchors, today).ok().map(|license| license.id());
    let warnings = warnings(&instance, &license, options)?;
    let pinned = instance.install(&roots, license.id(), &bytes, clock::now()?)?;
    let pinned: Vec<String> = pinned.iter().map(|root| root.thumbprint().to_string()).collect();
    let text = format!(
        "installed: activation is allowed\n{}{}",
        judged.summary(&license),
        changes(&license, before, today, &pinned)
    );
    Ok(Answer::yes(text, installed_json(&license, true, &pinned)).warn(warnings))
}

/// What the admin should know of a license that may be installed.
fn warnings(
    instance: &Instance,
    license: &VerifiedLicense,
    options: &Install,
) -> Result<Vec<String>, Failure> {
    let mut warnings = Vec::new();
    warnings.extend(other_report_key(instance, license)?);
    let held = if options.facts.history.is_some() { instance.days()?.len() } else { 0 };
    if held > 0 {
        warnings.push(format!(
            "the ledger's own {held} days were not looked at, because --history was given"
        ));
    }
    Ok(warnings)
}

/// Says that the license names another report key than this instance has: the vendor will refuse
/// its reports.
pub(crate) fn other_report_key(
    instance: &Instance,
    license: &VerifiedLicense,
) -> Result<Option<String>, Failure> {
    let own = instance.public_key()?.thumbprint();
    Ok(license.report_key.filter(|named| *named != own).map(|named| {
        format!("the license names report key {named}, this instance has {own}: the vendor will refuse its reports; ask for a license with a new request")
    }))
}

fn refused(license: &VerifiedLicense, judged: &Judged) -> Answer {
    let findings: Vec<_> = judged
        .applying()
        .filter(|finding| {
            REFUSING.contains(&finding.effect) && finding.code != FindingCode::NotStarted
        })
        .collect();
    let why: String = findings.iter().map(|finding| words::finding(finding)).collect();
    let now = "  now      show this answer to the vendor, who can issue the license anew: more seats, a true-up, or settled\n";
    let text =
        format!("NO: not installed, nothing was changed\n{}{why}{now}", judged.summary(license));
    let json = json!({
        "format": 1, "installed": false, "license": license.id().to_string(),
        "findings": findings.iter().map(|finding| value(&words::finding_json(finding))).collect::<Vec<_>>(),
    });
    Answer::yes(text, json).with_exit(Exit::Refused)
}

fn changes(
    license: &VerifiedLicense,
    before: Option<DocumentId>,
    today: Day,
    pinned: &[String],
) -> String {
    let mut text: String = pinned
        .iter()
        .map(|root| format!("  pinned   the root {root}: compare it with the vendor's\n"))
        .collect();
    text += &match before {
        _ if license.from > today => {
            format!("  change   none today; this license is kept and begins on {}\n", license.from)
        }
        Some(before) => format!(
            "  change   this license is kept beside {before}; the one issued last decides\n"
        ),
        None => "  change   this is the first license of this instance\n".to_owned(),
    };
    text
}

fn installed_json(license: &VerifiedLicense, changed: bool, pinned: &[String]) -> Value {
    json!({
        "format": 1, "installed": true, "changed": changed, "license": license.id().to_string(),
        "from": license.from.to_string(), "until": license.until.to_string(), "pinned_roots": pinned,
    })
}

/// Lists the installed licenses and says which decides.
pub(crate) fn list(options: &List) -> Result<Answer, Failure> {
    let instance = open_read_only(&options.instance)?;
    let today = clock::today(&options.today)?;
    let licenses = if instance.licenses()?.is_empty() {
        Vec::new()
    } else {
        verified(&instance, &anchors(Some(&instance), &[])?)?
    };
    let good: Vec<&VerifiedLicense> =
        licenses.iter().filter_map(|(_, license)| license.as_ref().ok()).collect();
    let decides = select(&good, Some(&instance.id()), today)
        .and_then(|place| good.get(place))
        .map(|license| license.id());
    let rows: Vec<(String, Value)> =
        licenses.iter().map(|(id, license)| row(*id, license, decides, today)).collect();
    let text = if rows.is_empty() {
        "no license is installed\n".to_owned()
    } else {
        rows.iter().map(|(text, _)| text.as_str()).collect()
    };
    Ok(Answer::yes(
        text,
        json!({ "format": 1, "licenses": rows.into_iter().map(|(_, json)| json).collect::<Vec<_>>() }),
    ))
}

fn row(
    id: DocumentId,
    license: &Result<VerifiedLicense, Failure>,
    decides: Option<DocumentId>,
    today: Day,
) -> (String, Value) {
    let license = match license {
        Ok(license) => license,
        Err(failure) => {
            let json = json!({ "license": id.to_string(), "state": "refused", "code": failure.problem.name(), "message": failure.message });
            return (format!("{id}  refused: {}\n", failure.message), json);
        }
    };
    let state = match () {
        () if decides == Some(id) && today < license.until => "in_force",
        () if decides == Some(id) => "ended_but_deciding",
        () if today < license.from => "not_started",
        () if today >= license.until => "ended",
        () => "superseded",
    };
    let seats =
        license.seats.map_or_else(|| "unlimited".to_owned(), |seats| format!("{seats} seats"));
    let words = state.replace('_', " ");
    let text = format!(
        "{id}  {words}: {} of {}, {seats}, {} to {} (last day)\n",
        license.plan,
        license.company,
        license.from,
        license.last_day()
    );
    let json = json!({
        "license": id.to_string(), "state": state, "plan": license.plan.to_string(), "company": license.company.as_str(),
        "seats": license.seats.map(Count::get), "from": license.from.to_string(), "until": license.until.to_string(),
        "subscription": license.subscription.as_ref().map(ToString::to_string),
    });
    (text, json)
}

/// Returns the one installed license whose id begins so.
fn find(instance: &Instance, id: &str) -> Result<(DocumentId, Vec<u8>), Failure> {
    let id = id.to_ascii_lowercase();
    if id.len() < 6 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::new(
            Problem::Options,
            format!(
                "found the id {id:?}, expected its 32 hexadecimal digits, or the first 6 or more"
            ),
        )
        .hint("`airlock license list` shows the ids"));
    }
    let mut found = instance
        .licenses()?
        .into_iter()
        .filter(|installed| installed.id.to_string().starts_with(&id));
    match (found.next(), found.next()) {
        (Some(installed), None) => Ok((installed.id, installed.bytes)),
        (Some(_), Some(_)) => Err(Failure::new(
            Problem::Options,
            format!("several installed licenses begin with {id}"),
        )
        .hint("give more digits")),
        (None, _) => {
            Err(Failure::new(Problem::NoLicense, format!("no installed license has the id {id}"))
                .hint("`airlock license list` shows the ids"))
        }
    }
}

/// Removes an installed license.
pub(crate) fn remove(options: &Remove) -> Result<Answer, Failure> {
    let mut instance = open(&options.instance)?;
    let (id, _) = find(&instance, &options.id)?;
    instance.remove_license(id)?;
    Ok(Answer::yes(
        format!("removed license {id}; its usage figures are kept\n"),
        json!({ "format": 1, "removed": id.to_string() }),
    ))
}

/// Writes an installed license as text.
pub(crate) fn export(options: &Export) -> Result<Answer, Failure> {
    let out = Outgoing { path: &options.out, text: true, force: options.force };
    out.refuse_existing()?;
    let instance = open_read_only(&options.instance)?;
    let bytes = match &options.id {
        Some(id) => find(&instance, id)?.1,
        None => {
            let id = installed(&instance, &pinned(&instance)?, clock::today(&options.today)?)?.id();
            find(&instance, &id.to_string())?.1
        }
    };
    let written = out.write(&bytes)?;
    let named = ["gitlab-license", "gitlab_license", "txt"];
    let fits = options
        .out
        .extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| named.contains(&ending));
    let warning = (!fits && options.out != Path::new("-")).then(|| {
        "GitLab takes files that end in .gitlab-license, .gitlab_license or .txt".to_owned()
    });
    let text =
        "In GitLab: Admin > Settings > General > Add license; upload the file or paste its text.\n";
    Ok(written::answer(&written, text).warn(warning))
}
