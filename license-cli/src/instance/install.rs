//! Installing licenses, where their rules allow that.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::rule::{Act, Effects};
use license_core::trust::TrustAnchors;
use license_core::verdict::{Facts, Finding, FindingCode};
use license_core::verify::{VerifiedLicense, verify};

use super::begins::{Begins, Tenure};
use super::checked::{Checked, ever, roots};
use super::covered::Traces;
use super::facts::{Given, Known};
use super::judgement::Judgement;
use super::ledger::{Instance, LicenseFile, ReceiptFile, Taken};
use super::licenses::{other_report_key, role};
use super::receipts::Looked;
use super::role::Role;
use super::stand::Stand;
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
    Already(VerifiedLicense, There),
    /// It is kept already, and its file in the ledger does not verify any more. Where it was
    /// removed on some day, it stays so.
    Damaged(Candidate, Option<Day>),
    /// It has ended, and there are figures or a report of its term: it is kept for the reports to
    /// come, and decides nothing.
    Ended(Candidate),
    /// Its rules refuse it.
    Refused(VerifiedLicense, Judgement),
    Fits(Candidate, Judgement),
}

/// How a license is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum There {
    /// It is installed.
    Installed,
    /// It was in force and was removed on this day, where that is known: it can be restored.
    Removed(Option<Day>),
    /// It has ended, and was never in force here: it decides nothing.
    Ended,
}

/// What comes of it.
pub(crate) enum Installation {
    /// It is there already; nothing changes.
    Already(VerifiedLicense, There),
    /// The ledger's copy of it is whole again; nothing else changes.
    Mended(VerifiedLicense),
    /// It has ended: reports cover its term, and it decides nothing.
    Covered(VerifiedLicense),
    Done(Box<Done>),
}

/// A license that is installed.
pub(crate) struct Done {
    pub(crate) license: VerifiedLicense,
    pub(crate) judgement: Judgement,
    /// Which of the license's instances this is.
    pub(crate) role: Role,
    /// In which part of its term that is billed.
    pub(crate) tenure: Tenure,
    /// What applies on its first day, or today if that is later, by the users given.
    pub(crate) then: Effects,
    /// What the admin should know.
    pub(crate) warnings: Vec<String>,
}

/// What installing comes to, as a whole.
pub(crate) struct Outcome {
    pub(crate) today: Day,
    pub(crate) installations: Vec<Installation>,
    /// The roots that are trusted from then on and were not.
    pub(crate) pinned: Vec<PublicKey>,
    /// All that are trusted then.
    pub(crate) trusted: Vec<PublicKey>,
    pub(crate) before: Stand,
    pub(crate) after: Stand,
    /// What applies today, before and after.
    pub(crate) effects: (Effects, Effects),
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
            Some(kept) if kept.license.is_err() => {
                return Ok(Examined::Damaged(candidate, kept.removed));
            }
            Some(kept) => {
                return match there(instance, kept, (&candidate.license, today))? {
                    Some(there) => Ok(Examined::Already(candidate.license, there)),
                    None => judged(candidate, &known),
                };
            }
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

/// How a license is there that the ledger keeps; `None` where it may still come to be in force: it
/// never was, its term is not over, and its rules decide.
fn there(
    instance: &Instance,
    kept: &Checked,
    (license, today): (&VerifiedLicense, Day),
) -> Result<Option<There>, Failure> {
    Ok(if kept.removed.is_none() {
        Some(There::Installed)
    } else if !kept.unused && instance.was_installed(kept.id)? {
        Some(There::Removed(kept.removed))
    } else {
        Some(There::Ended).filter(|_| license.until <= today)
    })
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

/// Whether this changes anything: no license is refused, and one of them, or a receipt, is not
/// there yet.
pub(crate) fn changes(examined: &[Examined], receipts: &[Looked]) -> bool {
    let refused = |it: &Examined| matches!(it, Examined::Refused(..));
    let already = |it: &Examined| matches!(it, Examined::Already(..));
    let taken = receipts.iter().any(|it| it.file().is_some());
    !examined.iter().any(refused) && (taken || !examined.iter().all(already))
}

/// What installing comes to of which nothing is refused; see [`changes`].
///
/// # Errors
/// Those of the ledger.
pub(crate) fn outcome(
    instance: &Instance,
    examined: &[Examined],
    (roots, given): (&[PublicKey], &Given),
    today: Day,
) -> Result<Outcome, Failure> {
    let trusted = instance.roots()?;
    let pinned: Vec<PublicKey> = roots.iter().filter(|it| !trusted.contains(it)).copied().collect();
    let before = Stand::of(instance, &TrustAnchors::new(trusted.clone()), today)?;
    let trusted = [trusted, pinned.clone()].concat();
    let more = examined.iter().filter_map(Examined::installed).cloned();
    let after = Stand::of(instance, &TrustAnchors::new(trusted.clone()), today)?.with(more);
    let known = Known::gather(given, Some(instance), today)?;
    let effects = (before.effects(&known.facts()), after.effects(&known.facts()));
    let installations = examined.iter().map(|it| installation(instance, it, &known));
    let installations = installations.collect::<Result<_, _>>()?;
    Ok(Outcome { today, installations, pinned, trusted, before, after, effects })
}

impl Examined {
    /// The license, where it is installed then and was not, or could not be read.
    fn installed(&self) -> Option<&VerifiedLicense> {
        match self {
            Self::Fits(Candidate { license, .. }, _)
            | Self::Damaged(Candidate { license, .. }, None) => Some(license),
            Self::Already(..) | Self::Damaged(..) | Self::Ended(_) | Self::Refused(..) => None,
        }
    }
}

fn installation(
    instance: &Instance,
    examined: &Examined,
    known: &Known,
) -> Result<Installation, Failure> {
    Ok(match examined {
        Examined::Already(license, there) => Installation::Already(license.clone(), *there),
        Examined::Refused(license, _) => Installation::Already(license.clone(), There::Installed),
        Examined::Damaged(candidate, _) => Installation::Mended(candidate.license.clone()),
        Examined::Ended(candidate) => Installation::Covered(candidate.license.clone()),
        Examined::Fits(Candidate { license, .. }, judgement) => {
            let warnings = other_report_key(instance, license)?.into_iter().collect();
            let (license, judgement) = (license.clone(), judgement.clone());
            let role = role(instance, &license)?;
            let facts = known.facts();
            let facts = Facts { today: facts.today.max(license.from), ..facts };
            let then = known.judge(&license, &facts).verdict.effects;
            let tenure = Begins::of(instance, known.today())?.tenure(&license);
            Installation::Done(Box::new(Done { license, judgement, role, tenure, then, warnings }))
        }
    })
}

/// Installs what was examined, all of it, with these roots: all or nothing. Returns what the ledger
/// did not have.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn keep(
    instance: &mut Instance,
    (examined, receipts): (&[Examined], &[Looked]),
    roots: &[PublicKey],
    when: When,
) -> Result<Taken, Failure> {
    let file = |it: &Examined| match it {
        Examined::Fits(Candidate { license, bytes }, _) => {
            Some(LicenseFile::Install(license.id(), bytes.clone()))
        }
        Examined::Ended(Candidate { license, bytes }) => {
            Some(LicenseFile::Cover(license.id(), bytes.clone()))
        }
        Examined::Damaged(Candidate { license, bytes }, _) => {
            Some(LicenseFile::Mend(license.id(), bytes.clone()))
        }
        Examined::Already(..) | Examined::Refused(..) => None,
    };
    let files: Vec<LicenseFile> = examined.iter().filter_map(file).collect();
    let receipts: Vec<ReceiptFile> = receipts.iter().filter_map(Looked::file).collect();
    instance.take(roots, (&files, &receipts), when)
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
pub(crate) fn signed_under(
    examined: &[Examined],
    receipts: &[Looked],
    trusted: &[PublicKey],
) -> Vec<PublicKey> {
    let bytes = |it: &Examined| match it {
        Examined::Damaged(it, _) | Examined::Ended(it) | Examined::Fits(it, _) => {
            Some(it.bytes.clone())
        }
        Examined::Already(..) | Examined::Refused(..) => None,
    };
    let receipts = receipts.iter().filter_map(|it| Some(it.file()?.bytes));
    let files: Vec<Vec<u8>> = examined.iter().filter_map(bytes).chain(receipts).collect();
    let signed = |root: PublicKey, file: &Vec<u8>| verify(file, &TrustAnchors::new([root])).is_ok();
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
