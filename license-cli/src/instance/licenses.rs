//! The installed licenses: which roots they are checked with, which of them decides.

use license_core::Day;
use license_core::key::PublicKey;
use license_core::select::select;
use license_core::trust::TrustAnchors;
use license_core::value::{DocumentId, hex_digits};
use license_core::verify::VerifiedLicense;

use super::checked::{Checked, Unread, ever, installed, roots};
use super::ledger::{Installed, Instance, Restoring};
use super::role::Role;
use crate::clock::When;
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
/// `no_license`; `license_unverified` where any that is installed does not verify: it may be the
/// one that decides.
pub(crate) fn deciding(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<VerifiedLicense, Failure> {
    let Decision { license, unread } = decision(instance, anchors, today)?;
    match (license, unread) {
        (_, Some(unread)) => Err(unread.undecided()),
        (Some(license), None) => Ok(license),
        (None, None) => Err(none_installed(removed(instance)?)),
    }
}

/// Which installed license decides among those that verify, and whether one does not: then which
/// decides is not known.
pub(crate) struct Decision {
    pub(crate) license: Option<VerifiedLicense>,
    /// The first of those that do not verify.
    pub(crate) unread: Option<Unread>,
}

/// As [`deciding`], where there may be none, and where some may not verify.
pub(crate) fn decision(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Decision, Failure> {
    let (mut unread, mut licenses) = (None, Vec::new());
    for checked in installed(instance, anchors)? {
        match checked.license {
            Ok(license) => licenses.push(license),
            Err(found) => unread = unread.or(Some(found)),
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

/// The same, where so many licenses were removed.
fn none_installed(removed: usize) -> Failure {
    if removed == 0 {
        return no_license();
    }
    no_license().hint(
        "`airlock license list --removed` shows what was removed, `airlock license restore ID` \
         brings one back; or install one with `airlock license install FILE`",
    )
}

/// How many licenses were removed.
pub(crate) fn removed(instance: &Instance) -> Result<usize, Failure> {
    Ok(instance.every_license()?.iter().filter(|license| license.removed.is_some()).count())
}

/// A license that was removed, and whose term is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Removed {
    pub(crate) license: DocumentId,
    /// Whether it was in force here, so that it can be brought back as it was.
    pub(crate) was_in_force: bool,
}

/// The removed license whose term runs today, else the one that begins first; of several the one
/// that was issued last.
pub(crate) fn comes_back(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Option<Removed>, Failure> {
    let removed = ever(instance, anchors)?.into_iter().filter(|it| it.removed.is_some());
    let read = removed.filter_map(|it| Some((it.license.ok()?, !it.unused)));
    let of_instance = |it: &(VerifiedLicense, bool)| {
        today < it.0.until && it.0.check_instance(Some(&instance.id())).is_ok()
    };
    let order = |(license, _): &(VerifiedLicense, bool)| {
        (license.from.max(today), std::cmp::Reverse(license.issued))
    };
    let first = read.filter(of_instance).min_by_key(order);
    Ok(first.map(|(license, was_in_force)| Removed { license: license.id(), was_in_force }))
}

/// The removed license whose term holds this day; of several the one that was issued last.
pub(crate) fn holds(
    instance: &Instance,
    anchors: &TrustAnchors,
    day: Day,
) -> Result<Option<Removed>, Failure> {
    let removed = ever(instance, anchors)?.into_iter().filter(|it| it.removed.is_some());
    let read = removed.filter_map(|it| Some((it.license.ok()?, !it.unused)));
    let fits = |(license, _): &(VerifiedLicense, bool)| {
        let holds = license.from <= day && day < license.until;
        holds && license.check_instance(Some(&instance.id())).is_ok()
    };
    let last = read.filter(fits).max_by_key(|(license, _)| license.issued);
    Ok(last.map(|(license, was_in_force)| Removed { license: license.id(), was_in_force }))
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
    /// It has begun, and whether it decides is not known: one that is installed does not verify.
    Undecided,
    /// It was removed on this day: it decides nothing.
    Removed(Day),
}

/// A license in the list of all.
pub(crate) struct Listed {
    pub(crate) id: DocumentId,
    /// The license with what it is today, or why it is refused.
    pub(crate) license: Result<(VerifiedLicense, State), Failure>,
}

/// The installed licenses, those that begin first in front; with `removed` those that were removed
/// too.
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
                None => state(&license, decides, today),
            };
            (license, state)
        });
        Listed { id, license }
    };
    let mut listed: Vec<Listed> = held.iter().map(listed).collect();
    listed.sort_by_key(|it| match &it.license {
        Ok((license, _)) => (false, Some(license.from), license.issued),
        Err(_) => (true, None, 0),
    });
    Ok(listed)
}

/// Those of the list that are installed; none where one does not verify: it may take over.
pub(crate) fn held(listed: &[Listed]) -> Vec<&VerifiedLicense> {
    if listed.iter().any(|it| it.license.is_err()) {
        return Vec::new();
    }
    let held = listed.iter().filter_map(|it| it.license.as_ref().ok());
    let held = held.filter(|(_, state)| !matches!(state, State::Removed(_)));
    held.map(|(license, _)| license).collect()
}

/// Which of the installed licenses decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deciding {
    /// None: none has begun.
    Nothing,
    /// The license of this id.
    License(DocumentId),
    /// It is not known: the license of this id does not verify.
    Unknown(DocumentId),
}

/// Which of the installed licenses that have begun decides today.
pub(crate) fn decides(instance: &Instance, today: Day) -> Result<Deciding, Failure> {
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    Ok(match begun(instance, &anchors, today)? {
        Ok(license) => license.map_or(Deciding::Nothing, |it| Deciding::License(it.id())),
        Err(unread) => Deciding::Unknown(unread.id),
    })
}

/// The one that decides, if its term runs today.
///
/// # Errors
/// `license_unverified` where that is not known.
pub(crate) fn running(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Option<DocumentId>, Failure> {
    let decides = begun(instance, anchors, today)?.map_err(|unread| unread.undecided())?;
    Ok(decides.filter(|license| today < license.until).map(|license| license.id()))
}

/// The license that decides, if one has begun; or the first that does not verify.
fn begun(
    instance: &Instance,
    anchors: &TrustAnchors,
    today: Day,
) -> Result<Result<Option<VerifiedLicense>, Unread>, Failure> {
    let Decision { license, unread } = decision(instance, anchors, today)?;
    Ok(unread.map_or(Ok(license.filter(|license| license.from <= today)), Err))
}

fn state(license: &VerifiedLicense, decides: Deciding, today: Day) -> State {
    let this = decides == Deciding::License(license.id());
    match (decides, today < license.from, today >= license.until) {
        (_, true, _) => State::NotStarted,
        (Deciding::Unknown(_), ..) => State::Undecided,
        (_, _, false) if this => State::InForce,
        (_, _, true) if this => State::EndedButDeciding,
        (_, _, true) => State::Ended,
        (_, _, false) => State::Superseded,
    }
}

/// The one installed license whose id begins so.
///
/// # Errors
/// `options` for less than 6 digits, and where several begin so; `no_license`.
pub(crate) fn find(instance: &Instance, id: &str) -> Result<Installed, Failure> {
    one(instance.licenses()?, id, "installed", "`airlock license list` shows the ids")
}

/// The same to remove it: of one that was removed before, it is said how it comes back.
///
/// # Errors
/// As [`find`].
pub(crate) fn find_to_remove(instance: &Instance, id: &str) -> Result<Installed, Failure> {
    let not_there = match find(instance, id) {
        Err(failure) if failure.problem == Problem::NoLicense => failure,
        found => return found,
    };
    let Ok(held) = find_removed(instance, id) else { return Err(not_there) };
    let id = held.id;
    let day = held.removed.and_then(Day::of_unix);
    let day = day.map(|day| format!(" on {day}")).unwrap_or_default();
    let message = format!("license {id} was removed{day} already: nothing is left to do");
    let back = match held.unused {
        true => format!(
            "`airlock license export {id} --out FILE`, then `airlock license install FILE --users \
             N` brings it back"
        ),
        false => format!("`airlock license restore {id}` brings it back"),
    };
    Err(Failure::new(Problem::NoLicense, message).hint(back))
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

/// The one license whose id begins so, of those that are installed or were.
///
/// # Errors
/// As [`find`].
pub(crate) fn find_kept(instance: &Instance, id: &str) -> Result<Installed, Failure> {
    let ids = "`airlock license list --removed` shows the ids";
    one(instance.every_license()?, id, "kept", ids)
}

/// Undoes the removal of a license that was in force. What was never activated here, or was removed
/// before it began, has to pass its rules first: figures may stand against it now.
///
/// # Errors
/// `never_in_force`; `license_unverified`; those of every change.
pub(crate) fn restore(
    instance: &mut Instance,
    held: &Installed,
    when: When,
) -> Result<(), Failure> {
    let anchors = TrustAnchors::new(roots(instance, &[])?);
    let checked = Checked::new(held, &anchors).license;
    let license = checked.map_err(|unread| unread.refuses("so it is not restored"))?;
    match instance.restore_license(held.id, when)? {
        // Where another command has restored it meanwhile, it is installed all the same.
        Restoring::Restored | Restoring::Absent => Ok(()),
        Restoring::NeverInForce => Err(never_in_force(&license, when.day)),
    }
}

fn never_in_force(license: &VerifiedLicense, today: Day) -> Failure {
    let id = license.id();
    let message = format!("license {id} was never in force here, so there is nothing to restore");
    if license.until <= today {
        return Failure::new(Problem::NeverInForce, message).hint(format!(
            "it has ended (last day {}), and is kept for the reports of its term: there is nothing \
             to do; `airlock license list` shows what is installed",
            license.last_day()
        ));
    }
    Failure::new(Problem::NeverInForce, message).hint(format!(
        "`airlock license export {id} --out FILE` writes its file; then `airlock license install \
         FILE --users N` installs it, where its rules allow that"
    ))
}

fn one(licenses: Vec<Installed>, id: &str, what: &str, listed: &str) -> Result<Installed, Failure> {
    let Some(digits) = hex_digits(id).filter(|digits| digits.len() >= 6) else {
        let message = format!(
            "found the id {id:?}, expected its 32 hexadecimal digits, or the first 6 or more"
        );
        return Err(Failure::new(Problem::Options, message).hint(listed));
    };
    let id = digits.as_str();
    let mut found = licenses.into_iter().filter(|license| license.id.to_string().starts_with(id));
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

/// The role of an instance under a license.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn role(instance: &Instance, license: &VerifiedLicense) -> Result<Role, Failure> {
    Ok(Role::of(license, instance.public_key()?.thumbprint()))
}

/// Says that the license names another report key than this instance has: the vendor will refuse
/// its reports.
pub(crate) fn other_report_key(
    instance: &Instance,
    license: &VerifiedLicense,
) -> Result<Option<String>, Failure> {
    let Role::Stranger { named } = role(instance, license)? else { return Ok(None) };
    let own = instance.public_key()?.thumbprint();
    Ok(Some(format!(
        "license {} names report key {named}, this instance has {own}: the vendor will refuse its \
         reports; ask for a license with a new request; beside an instance that goes on, say that \
         this one is a spare",
        license.id()
    )))
}
