//! Installing licenses, where their rules allow that.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::rule::{Act, Effects};
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verdict::{Facts, Finding, FindingCode};
use license_core::verify::{VerifiedLicense, verify_license};

use super::checked::{ever, roots};
use super::covered::Traces;
use super::facts::{Given, Known};
use super::judgement::Judgement;
use super::ledger::{Instance, LicenseFile};
use super::licenses::{decision, other_report_key};
use crate::clock::When;
use crate::problem::Failure;

/// What a refusal to install rests on.
fn refusing_effects() -> Effects {
    Effects::that_deny(Act::Activate)
}

/// A license that is to be installed.
pub(crate) struct Candidate {
    pub(crate) license: VerifiedLicense,
    pub(crate) bytes: Vec<u8>,
}

/// What installing a license would come to.
pub(crate) enum Examined {
    /// It is there already, and its file is whole.
    Already(VerifiedLicense),
    /// It is kept already, and its file in the ledger does not verify any more.
    Damaged(Candidate),
    /// It has ended, and there are figures or a report of its term: it is kept for the reports to
    /// come, and decides nothing.
    Ended(Candidate),
    /// Its rules refuse it.
    Refused(VerifiedLicense, Judgement),
    Fits(Candidate, Judgement),
}

/// What came of it.
pub(crate) enum Installation {
    /// It was there already; nothing changed.
    Already(VerifiedLicense),
    /// The ledger's copy of it is whole again; nothing else changed.
    Mended(VerifiedLicense),
    /// It has ended: reports cover its term, and it decides nothing.
    Covered(VerifiedLicense),
    Done(Box<Done>),
}

/// A license that was installed.
pub(crate) struct Done {
    pub(crate) license: VerifiedLicense,
    pub(crate) judgement: Judgement,
    pub(crate) before: Before,
    /// What the admin should know.
    pub(crate) warnings: Vec<String>,
}

/// What decided until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing: no license was ever installed here, and no report made.
    Nothing,
    /// No license that is installed.
    NoOther,
    /// The license of this id.
    License(DocumentId),
    /// It is not known, then and now: the license of this id does not verify.
    Unknown(DocumentId),
}

/// Looks at licenses that are to be installed, and changes nothing.
///
/// # Errors
/// `fact_missing` where a figure decides that is not known; those of the ledger.
pub(crate) fn examine(
    instance: &Instance,
    candidates: Vec<Candidate>,
    given: &Given,
    today: Day,
) -> Result<Vec<Examined>, Failure> {
    let known = Known::gather(given, Some(instance), today)?;
    let ledgers = TrustAnchors::new(roots(instance, &[])?);
    let kept = ever(instance, &ledgers)?;
    let traces = Traces::of(instance)?;
    let terms: Vec<VerifiedLicense> =
        kept.iter().filter_map(|kept| kept.license.as_ref().ok().cloned()).collect();
    let examine = |candidate: Candidate| {
        match kept.iter().find(|kept| kept.id == candidate.license.id()) {
            Some(kept) if kept.license.is_err() => return Ok(Examined::Damaged(candidate)),
            Some(kept) if kept.removed.is_none() => {
                return Ok(Examined::Already(candidate.license));
            }
            Some(_) => return judged(candidate, &known),
            None => {}
        }
        let ended = candidate.license.until <= today && traces.has(&candidate.license, &terms);
        let bytes = ended.then(|| candidate.bytes.clone());
        match (judged(candidate, &known)?, bytes) {
            (Examined::Refused(license, _), Some(bytes)) => {
                Ok(Examined::Ended(Candidate { license, bytes }))
            }
            (examined, _) => Ok(examined),
        }
    };
    candidates.into_iter().map(examine).collect()
}

fn judged(candidate: Candidate, known: &Known) -> Result<Examined, Failure> {
    let facts = Facts { activating: true, ..known.facts() };
    let judgement = known.judge(&candidate.license, &facts);
    judgement.refuse_undecided(refusing_effects())?;
    if judgement.verdict.refuses_install {
        return Ok(Examined::Refused(candidate.license, judgement));
    }
    Ok(Examined::Fits(candidate, judgement))
}

/// Whether this changes anything: none is refused, and one is not there yet.
pub(crate) fn changes(examined: &[Examined]) -> bool {
    let refused = |it: &Examined| matches!(it, Examined::Refused(..));
    let already = |it: &Examined| matches!(it, Examined::Already(_));
    !examined.iter().any(refused) && !examined.iter().all(already)
}

/// Installs what was examined, all of it, with these roots. Returns the roots that were not pinned
/// before, too. What is refused stays out: see [`changes`].
///
/// # Errors
/// Those of the ledger.
pub(crate) fn keep(
    instance: &mut Instance,
    examined: Vec<Examined>,
    roots: &[PublicKey],
    when: When,
) -> Result<(Vec<Installation>, Vec<PublicKey>), Failure> {
    let mut before = before(instance, roots, when.day)?;
    let pinned = put(instance, &examined, roots, when)?;
    let unread = unread(instance, when.day)?;
    let mut done = Vec::new();
    for it in examined {
        done.push(match it {
            Examined::Already(license) | Examined::Refused(license, _) => {
                Installation::Already(license)
            }
            Examined::Damaged(candidate) => Installation::Mended(candidate.license),
            Examined::Ended(candidate) => Installation::Covered(candidate.license),
            Examined::Fits(Candidate { license, .. }, judgement) => {
                let warnings = other_report_key(instance, &license)?.into_iter().collect();
                let now = Before::License(license.id());
                let before = std::mem::replace(&mut before, now);
                let before = unread.map_or(before, Before::Unknown);
                Installation::Done(Box::new(Done { license, judgement, before, warnings }))
            }
        });
    }
    Ok((done, pinned))
}

fn put(
    instance: &mut Instance,
    examined: &[Examined],
    roots: &[PublicKey],
    when: When,
) -> Result<Vec<PublicKey>, Failure> {
    let file = |it: &Examined| match it {
        Examined::Fits(Candidate { license, bytes }, _) => {
            Some(LicenseFile::Install(license.id(), bytes.clone()))
        }
        Examined::Ended(Candidate { license, bytes }) => {
            Some(LicenseFile::Cover(license.id(), bytes.clone()))
        }
        Examined::Damaged(Candidate { license, bytes }) => {
            Some(LicenseFile::Mend(license.id(), bytes.clone()))
        }
        Examined::Already(_) | Examined::Refused(..) => None,
    };
    let files: Vec<LicenseFile> = examined.iter().filter_map(file).collect();
    instance.install(roots, &files, when)
}

fn before(instance: &Instance, given: &[PublicKey], today: Day) -> Result<Before, Failure> {
    if instance.every_license()?.is_empty() {
        let known = Traces::of(instance)?.has_report();
        return Ok(if known { Before::NoOther } else { Before::Nothing });
    }
    let anchors = TrustAnchors::new(roots(instance, given)?);
    let license = decision(instance, &anchors, today)?.license;
    Ok(license.map_or(Before::NoOther, |license| Before::License(license.id())))
}

/// One that is installed and does not verify with the roots that are trusted now.
fn unread(instance: &Instance, today: Day) -> Result<Option<DocumentId>, Failure> {
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    Ok(decision(instance, &anchors, today)?.unread.map(|unread| unread.id))
}

/// The roots given that this instance does not trust yet, where it trusts others: that whoever
/// holds their keys can make licenses for it is not to be agreed to in passing.
pub(crate) fn further_roots(
    instance: &Instance,
    given: &[PublicKey],
) -> Result<Vec<PublicKey>, Failure> {
    let trusted = instance.roots()?;
    if trusted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(given.iter().filter(|root| !trusted.contains(root)).copied().collect())
}

/// The trusted roots under which what is to be installed is signed; none where one of the licenses
/// needs another root.
pub(crate) fn signed_under(examined: &[Examined], trusted: &[PublicKey]) -> Vec<PublicKey> {
    let bytes = |it: &Examined| match it {
        Examined::Damaged(it) | Examined::Ended(it) | Examined::Fits(it, _) => {
            Some(it.bytes.clone())
        }
        Examined::Already(_) | Examined::Refused(..) => None,
    };
    let files: Vec<Vec<u8>> = examined.iter().filter_map(bytes).collect();
    let signed =
        |root: PublicKey, file: &Vec<u8>| verify_license(file, &TrustAnchors::new([root])).is_ok();
    if !files.iter().all(|file| trusted.iter().any(|root| signed(*root, file))) {
        return Vec::new();
    }
    let signs = |root: &PublicKey| files.iter().any(|file| signed(*root, file));
    trusted.iter().copied().filter(signs).collect()
}

/// The findings that a refusal rests on.
pub(crate) fn refusing(judgement: &Judgement) -> Vec<&Finding> {
    let refuses = |finding: &&Finding| {
        refusing_effects().contains(finding.effect) && finding.code != FindingCode::NotStarted
    };
    judgement.applying().filter(refuses).collect()
}
