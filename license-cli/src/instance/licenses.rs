//! The installed licenses: which roots they are checked with, which of them decides.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::select::select;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::{VerifiedLicense, verify_license};

use super::ledger::{Installed, Instance};
use crate::problem::{Failure, Problem};

/// The roots to trust: the instance's and those given.
///
/// # Errors
/// `no_roots` without any.
pub(crate) fn anchors(
    instance: Option<&Instance>,
    given: &[PublicKey],
) -> Result<TrustAnchors, Failure> {
    let mut roots = instance.map(Instance::roots).transpose()?.unwrap_or_default();
    roots.extend(given.iter().filter(|root| !roots.contains(root)).copied().collect::<Vec<_>>());
    if roots.is_empty() {
        let message = "no root key is trusted, so no license can be checked";
        return Err(Failure::new(Problem::NoRoots, message));
    }
    Ok(TrustAnchors::new(roots))
}

/// An installed license: its id, and what checking its file again came to.
pub(crate) type Checked = (DocumentId, Result<VerifiedLicense, Failure>);

/// Every installed license, in the order of the ledger.
pub(crate) fn verified(
    instance: &Instance,
    anchors: &TrustAnchors,
) -> Result<Vec<Checked>, Failure> {
    let verify = |bytes: &[u8]| verify_license(bytes, anchors).map_err(Failure::from);
    Ok(instance
        .licenses()?
        .iter()
        .map(|installed| (installed.id, verify(&installed.bytes)))
        .collect())
}

/// The roots that an instance with a license trusts; without a license that is what is missing.
pub(crate) fn pinned(instance: &Instance) -> Result<TrustAnchors, Failure> {
    if instance.licenses()?.is_empty() { Err(no_license()) } else { anchors(Some(instance), &[]) }
}

/// The installed license that decides today; where none has begun, the one that begins first.
///
/// # Errors
/// `no_license`; where none verifies, why the last one does not.
pub(crate) fn deciding(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<VerifiedLicense, Failure> {
    let mut refused = None;
    let mut licenses = Vec::new();
    for (_, license) in verified(instance, anchors)? {
        match license {
            Ok(license) => licenses.push(license),
            Err(failure) => refused = Some(failure),
        }
    }
    let borrowed: Vec<&VerifiedLicense> = licenses.iter().collect();
    let of_instance =
        |license: &&VerifiedLicense| license.check_instance(Some(&instance.id())).is_ok();
    let first = || borrowed.iter().copied().filter(of_instance).min_by_key(|license| license.from);
    let chosen = select(&borrowed, Some(&instance.id()), today)
        .and_then(|place| borrowed.get(place).copied())
        .or_else(first);
    chosen.cloned().ok_or_else(|| refused.unwrap_or_else(no_license))
}

/// That no license is installed.
pub(crate) fn no_license() -> Failure {
    Failure::new(Problem::NoLicense, "no license is installed")
}

/// What a license is today beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It decides, and its term runs.
    InForce,
    /// It decides, although its term is over: no other has begun.
    EndedButDeciding,
    /// Its first day is still to come.
    NotStarted,
    /// Its term is over, and another decides.
    Ended,
    /// Its term runs, and another decides.
    Superseded,
}

/// An installed license in the list of all.
pub(crate) struct Listed {
    pub(crate) id: DocumentId,
    /// The license with what it is today, or why it is refused.
    pub(crate) license: Result<(VerifiedLicense, State), Failure>,
}

/// The installed licenses, in the order of the ledger.
pub(crate) fn list(instance: &Instance, today: Day) -> Result<Vec<Listed>, Failure> {
    if instance.licenses()?.is_empty() {
        return Ok(Vec::new());
    }
    let licenses = verified(instance, &anchors(Some(instance), &[])?)?;
    let good: Vec<&VerifiedLicense> =
        licenses.iter().filter_map(|(_, license)| license.as_ref().ok()).collect();
    let decides = select(&good, Some(&instance.id()), today)
        .and_then(|place| good.get(place))
        .map(|license| license.id());
    let listed = |(id, license): Checked| {
        let license = license.map(|license| {
            let state = state(&license, decides == Some(id), today);
            (license, state)
        });
        Listed { id, license }
    };
    Ok(licenses.into_iter().map(listed).collect())
}

fn state(license: &VerifiedLicense, decides: bool, today: Day) -> State {
    match (decides, today < license.from, today >= license.until) {
        (true, _, false) => State::InForce,
        (true, _, true) => State::EndedButDeciding,
        (false, true, _) => State::NotStarted,
        (false, false, true) => State::Ended,
        (false, false, false) => State::Superseded,
    }
}

/// The one installed license whose id begins so.
///
/// # Errors
/// `options` for less than 6 digits, and where several begin so; `no_license`.
pub(crate) fn find(instance: &Instance, id: &str) -> Result<Installed, Failure> {
    const LISTED: &str = "`airlock license list` shows the ids";
    let id = id.to_ascii_lowercase();
    if id.len() < 6 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!(
            "found the id {id:?}, expected its 32 hexadecimal digits, or the first 6 or more"
        );
        return Err(Failure::new(Problem::Options, message).hint(LISTED));
    }
    let mut found = instance
        .licenses()?
        .into_iter()
        .filter(|installed| installed.id.to_string().starts_with(&id));
    match (found.next(), found.next()) {
        (Some(installed), None) => Ok(installed),
        (Some(_), Some(_)) => {
            let message = format!("several installed licenses begin with {id}");
            Err(Failure::new(Problem::Options, message).hint("give more digits"))
        }
        (None, _) => {
            let message = format!("no installed license has the id {id}");
            Err(Failure::new(Problem::NoLicense, message).hint(LISTED))
        }
    }
}

/// The id of the installed license that is in force today, if one is.
pub(crate) fn running(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Option<DocumentId>, Failure> {
    let licenses = verified(instance, anchors)?;
    let good: Vec<&VerifiedLicense> =
        licenses.iter().filter_map(|(_, license)| license.as_ref().ok()).collect();
    let decides = select(&good, Some(&instance.id()), today).and_then(|place| good.get(place));
    Ok(decides.filter(|license| today < license.until).map(|license| license.id()))
}

/// Says that the license names another report key than this instance has: the vendor will refuse
/// its reports.
pub(crate) fn other_report_key(
    instance: &Instance,
    license: &VerifiedLicense,
) -> Result<Option<String>, Failure> {
    let own = instance.public_key()?.thumbprint();
    if license.further_report_keys.contains(&own) {
        return Ok(None);
    }
    Ok(license.report_key.filter(|named| *named != own).map(|named| {
        format!(
            "the license names report key {named}, this instance has {own}: the vendor will \
             refuse its reports; ask for a license with a new request"
        )
    }))
}
