//! Installing a license, where its rules allow that.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::rule::{Act, Effects};
use license_core::value::DocumentId;
use license_core::verdict::{Facts, Finding, FindingCode};
use license_core::verify::VerifiedLicense;

use super::facts::{Given, Known};
use super::judgement::Judgement;
use super::ledger::Instance;
use super::licenses::{anchors, deciding, other_report_key};
use crate::problem::Failure;

/// What a refusal to install rests on.
fn refusing_effects() -> Effects {
    Effects::that_deny(Act::Activate)
}

/// A license that is to be installed.
pub(crate) struct Candidate<'a> {
    pub(crate) license: VerifiedLicense,
    pub(crate) bytes: &'a [u8],
    /// Roots to pin with it.
    pub(crate) roots: &'a [PublicKey],
}

/// What came of it.
pub(crate) enum Installation {
    /// It was there already; nothing changed.
    Already(VerifiedLicense),
    /// Its rules refuse it; nothing changed.
    Refused(VerifiedLicense, Judgement),
    Done(Done),
}

/// A license that was installed.
pub(crate) struct Done {
    pub(crate) license: VerifiedLicense,
    pub(crate) judgement: Judgement,
    /// The license that decided until now.
    pub(crate) before: Option<DocumentId>,
    /// The roots that were not pinned before.
    pub(crate) pinned: Vec<PublicKey>,
    /// What the admin should know.
    pub(crate) warnings: Vec<String>,
}

/// Installs a license.
///
/// # Errors
/// `too_new`, `other_instance`, `instance_missing`; `fact_missing` where a figure decides that is
/// not known; those of the ledger.
pub(crate) fn install(
    instance: &mut Instance,
    candidate: Candidate<'_>,
    given: Given,
    (today, now): (Day, u64),
) -> Result<Installation, Failure> {
    let Candidate { license, bytes, roots } = candidate;
    license.check_understood()?;
    license.check_instance(Some(&instance.id()))?;
    if instance.licenses()?.iter().any(|installed| installed.id == license.id()) {
        return Ok(Installation::Already(license));
    }
    let unused = unused_days(instance, &given)?;
    let known = Known::gather(given, Some(instance), today)?;
    let judgement = Judgement::new(&license, &Facts { activating: true, ..known.facts() });
    judgement.refuse_undecided(refusing_effects())?;
    if judgement.verdict.refuses_install {
        return Ok(Installation::Refused(license, judgement));
    }
    let anchors = anchors(Some(instance), roots)?;
    let before = deciding(instance, &anchors, today).ok().map(|license| license.id());
    let warnings = other_report_key(instance, &license)?.into_iter().chain(unused).collect();
    let pinned = instance.install(roots, license.id(), bytes, now)?;
    Ok(Installation::Done(Done { license, judgement, before, pinned, warnings }))
}

/// Says that a history was given in place of the ledger's.
fn unused_days(instance: &Instance, given: &Given) -> Result<Option<String>, Failure> {
    let held = if given.history.is_some() { instance.days()?.len() } else { 0 };
    Ok((held > 0).then(|| {
        format!("the ledger's own {held} days were not looked at, because --history was given")
    }))
}

/// The findings that a refusal rests on.
pub(crate) fn refusing(judgement: &Judgement) -> Vec<&Finding> {
    let refuses = |finding: &&Finding| {
        refusing_effects().contains(finding.effect) && finding.code != FindingCode::NotStarted
    };
    judgement.applying().filter(refuses).collect()
}
