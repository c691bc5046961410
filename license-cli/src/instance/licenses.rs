//! The installed licenses: which roots they are checked with, which of them decides.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::select::select;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::VerifiedLicense;

use super::checked::{Checked, Unread, installed, roots};
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
    let roots = match instance {
        Some(instance) => roots(instance, given)?,
        None => given.to_vec(),
    };
    if roots.is_empty() {
        let message = "no root key is trusted, so no license can be checked";
        return Err(Failure::new(Problem::NoRoots, message));
    }
    Ok(TrustAnchors::new(roots))
}

/// The roots that an instance that ever had a license trusts; without a license that is what is
/// missing.
pub(crate) fn pinned(instance: &Instance) -> Result<TrustAnchors, Failure> {
    if instance.every_license()?.is_empty() {
        Err(no_license())
    } else {
        anchors(Some(instance), &[])
    }
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
    let Decision { license, unread } = decision(instance, anchors, today)?;
    license.ok_or_else(|| unread.map_or_else(no_license, Unread::into_failure))
}

/// Which installed license decides, and whether one could not be asked.
pub(crate) struct Decision {
    pub(crate) license: Option<VerifiedLicense>,
    /// The last of those that do not verify.
    pub(crate) unread: Option<Unread>,
}

/// As [`deciding`], where there may be none.
pub(crate) fn decision(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Decision, Failure> {
    let (mut unread, mut licenses) = (None, Vec::new());
    for checked in installed(instance, anchors)? {
        match checked.license {
            Ok(license) => licenses.push(license),
            Err(found) => unread = Some(found),
        }
    }
    let borrowed: Vec<&VerifiedLicense> = licenses.iter().collect();
    let of_instance =
        |license: &&VerifiedLicense| license.check_instance(Some(&instance.id())).is_ok();
    let first = || borrowed.iter().copied().filter(of_instance).min_by_key(|license| license.from);
    let license = select(&borrowed, Some(&instance.id()), today)
        .and_then(|place| borrowed.get(place).copied())
        .or_else(first)
        .cloned();
    Ok(Decision { license, unread })
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
    /// It was removed on this day: it decides nothing.
    Removed(Day),
}

/// A license in the list of all.
pub(crate) struct Listed {
    pub(crate) id: DocumentId,
    /// The license with what it is today, or why it is refused.
    pub(crate) license: Result<(VerifiedLicense, State), Failure>,
}

/// The installed licenses, in the order of the ledger; with `removed` those that were removed too.
pub(crate) fn list(instance: &Instance, today: Day, removed: bool) -> Result<Vec<Listed>, Failure> {
    let mut held = instance.every_license()?;
    held.retain(|license| removed || license.removed.is_none());
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    let decides = decides(instance, today)?;
    let listed = |held: &Installed| {
        let Checked { id, removed, license, .. } = Checked::new(held, &anchors);
        let license = license.map_err(|unread| unread.failure).map(|license| {
            let state = match removed {
                Some(day) => State::Removed(day),
                None => state(&license, decides == Some(id), today),
            };
            (license, state)
        });
        Listed { id, license }
    };
    Ok(held.iter().map(listed).collect())
}

/// The id of the installed license that decides today, if one has begun.
pub(crate) fn decides(instance: &Instance, today: Day) -> Result<Option<DocumentId>, Failure> {
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    Ok(begun(instance, &anchors, today)?.map(|license| license.id()))
}

/// The same, if its term runs today.
pub(crate) fn running(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Option<DocumentId>, Failure> {
    let decides = begun(instance, anchors, today)?.filter(|license| today < license.until);
    Ok(decides.map(|license| license.id()))
}

fn begun(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Option<VerifiedLicense>, Failure> {
    let licenses = installed(instance, anchors)?;
    let good: Vec<&VerifiedLicense> =
        licenses.iter().filter_map(|checked| checked.license.as_ref().ok()).collect();
    let place = select(&good, Some(&instance.id()), today);
    Ok(place.and_then(|place| good.get(place)).map(|license| (*license).clone()))
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
    one(instance.licenses()?, id, "installed", "`airlock license list` shows the ids")
}

/// The one removed license whose id begins so.
///
/// # Errors
/// As [`find`].
pub(crate) fn find_removed(instance: &Instance, id: &str) -> Result<Installed, Failure> {
    let mut removed = instance.every_license()?;
    removed.retain(|license| license.removed.is_some());
    one(removed, id, "removed", "`airlock license list --removed` shows the ids")
}

fn one(licenses: Vec<Installed>, id: &str, what: &str, listed: &str) -> Result<Installed, Failure> {
    let id = id.to_ascii_lowercase();
    if id.len() < 6 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let message = format!(
            "found the id {id:?}, expected its 32 hexadecimal digits, or the first 6 or more"
        );
        return Err(Failure::new(Problem::Options, message).hint(listed));
    }
    let mut found = licenses.into_iter().filter(|license| license.id.to_string().starts_with(&id));
    match (found.next(), found.next()) {
        (Some(license), None) => Ok(license),
        (Some(_), Some(_)) => {
            let message = format!("more than one {what} license begins with {id}");
            Err(Failure::new(Problem::Options, message).hint("give more digits"))
        }
        (None, _) => {
            let message = format!("no {what} license has the id {id}");
            Err(Failure::new(Problem::NoLicense, message).hint(listed))
        }
    }
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
