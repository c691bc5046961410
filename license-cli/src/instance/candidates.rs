//! The licenses and receipts of a file that are to be installed here.

use std::path::{Path, PathBuf};

use license_core::document::Kind;
use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;
use license_core::verify::{file_kind, verify, verify_license};
use license_core::{Code, Error};

use super::checked::claimed;
use super::install::Candidate;
use super::receipts::Carried;
use crate::carry::incoming::{self, Apart};
use crate::carry::seen;
use crate::files::{quoted, shown};
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// What files hold.
#[derive(Default)]
pub(crate) struct Found {
    /// Each license that is for this instance once, that which begins first in front.
    pub(crate) candidates: Vec<Candidate>,
    /// Each receipt once: alone, or before a license. Whose they are is not looked at yet.
    pub(crate) receipts: Vec<Carried>,
    /// Why receipts do not verify, each with its place: they hold up nothing beside them.
    pub(crate) bad_receipts: Vec<Failure>,
    /// What else they hold, in words.
    pub(crate) passed_over: Vec<String>,
    /// Why that is nothing for this instance, licenses of others in front.
    pub(crate) others: Vec<Failure>,
    /// Why nothing is installed of all that was given.
    pub(crate) refused: Vec<Failure>,
}

impl Found {
    /// Whether there is neither license nor receipt.
    pub(crate) fn is_empty(&self) -> bool {
        self.candidates.is_empty() && self.receipts.is_empty() && self.bad_receipts.is_empty()
    }

    /// Adds what another file holds, each thing once.
    fn add(&mut self, of_file: Self) {
        for candidate in of_file.candidates {
            let is_it = |it: &Candidate| it.license.id() == candidate.license.id();
            if !self.candidates.iter().any(is_it) {
                self.candidates.push(candidate);
            }
        }
        for carried in of_file.receipts {
            let is_it = |it: &Carried| it.receipt.id() == carried.receipt.id();
            if !self.receipts.iter().any(is_it) {
                self.receipts.push(carried);
            }
        }
        self.bad_receipts.extend(of_file.bad_receipts);
        self.passed_over.extend(of_file.passed_over);
        self.others.extend(of_file.others);
    }
}

/// Reads the licenses and receipts of several files, as [`of_file`] does those of one. None is left
/// out of what was given: where one is refused, all are, and why is said of each.
pub(crate) fn read(paths: &[PathBuf], anchors: &TrustAnchors, instance: InstanceId) -> Found {
    let (mut found, mut out) = (Found::default(), Vec::new());
    for path in paths {
        match of_file(path, anchors, instance) {
            Ok(of_file) => found.add(of_file),
            Err(refusal) => {
                found.refused.push(refusal.told(path, paths.len()));
                out.push(path);
            }
        }
    }
    let others: Vec<&PathBuf> = paths.iter().filter(|path| !out.contains(path)).collect();
    if let [_, ..] = others.as_slice() {
        let refused = std::mem::take(&mut found.refused);
        found.refused = refused.into_iter().map(|it| without(it, &others)).collect();
    }
    found.candidates.sort_by_key(|candidate| (candidate.license.from, candidate.license.issued));
    found.receipts.sort_by_key(|it| (it.receipt.number, it.receipt.issued));
    found.others.sort_by_key(|it| it.problem != Problem::Core(Code::OtherInstance));
    found
}

/// The failure, whose hint says how the other files are installed without the one that is refused.
fn without(failure: Failure, others: &[&PathBuf]) -> Failure {
    let others: Vec<String> = others.iter().map(|path| quoted(path)).collect();
    let leave = format!(
        "to install the others without it, leave it out: `airlock license install {}`",
        others.join(" ")
    );
    let hint = failure.hint.as_ref().map_or(leave.clone(), |hint| format!("{hint}; {leave}"));
    failure.hint(hint)
}

/// Why nothing of a file is installed.
struct Refusal {
    failure: Failure,
    /// Whether the failure names the file.
    named: bool,
    /// How many documents the file holds.
    documents: usize,
}

impl Refusal {
    /// The failure, which says, where more was given, that all of it stays out.
    fn told(self, path: &Path, paths: usize) -> Failure {
        let Self { failure, named, documents } = self;
        if paths.max(documents) == 1 {
            return failure;
        }
        let failure = if named { failure } else { failure.within(shown(path)) };
        let message = format!("{}; nothing was installed", failure.message);
        Failure { message, ..failure }
    }
}

/// Reads the licenses and receipts of a file. Of one that holds several documents, as a pouch of
/// many instances does, those of other kinds and of other instances are passed over.
///
/// A receipt that does not verify, or whose text is damaged, is named, and nothing beside it waits
/// for it.
///
/// # Errors
/// As reading and verifying one; where none is for this instance, why the first is not.
fn of_file(path: &Path, anchors: &TrustAnchors, instance: InstanceId) -> Result<Found, Refusal> {
    let unread = |(failure, documents)| Refusal { failure, named: true, documents };
    let Apart { files, damaged } = incoming::read_but_receipts(path).map_err(unread)?;
    let place = |index: usize| format!("{}: file {} of {}", shown(path), index + 1, files.len());
    let (mut found, mut others) = (Found::default(), Vec::new());
    found.bad_receipts.extend(damaged);
    for (index, bytes) in files.iter().enumerate() {
        match content(bytes, anchors, instance, &mut found) {
            Ok(()) => {}
            Err(error) if is_receipt(bytes) => {
                let failure = match files.len() {
                    1 => incoming::not_verified(path, bytes)(error),
                    _ => seen::not_verified(bytes, &error).within(place(index)),
                };
                found.bad_receipts.push(failure);
            }
            Err(error) if [Code::WrongKind, Code::OtherInstance].contains(&error.code()) => {
                others.push(refused(path, bytes, error));
            }
            Err(error) if files.len() > 1 && names_others(bytes, instance) => {
                others.push(refused(path, bytes, error));
            }
            Err(error) if files.len() == 1 => return Err(refused(path, bytes, error)),
            Err(error) => {
                let failure = seen::refused(bytes, Kind::License, &error).within(place(index));
                return Err(Refusal { failure, named: true, documents: files.len() });
            }
        }
    }
    let count = others.len();
    if found.is_empty() {
        let mut others = others.into_iter();
        let Some(first) = others.next() else { return Ok(found) };
        let rest: Vec<Failure> = others.map(|it| it.failure).collect();
        return Err(Refusal { failure: with_others(first.failure, &rest), ..first });
    }
    found.passed_over.extend((count > 0).then(|| passed_over(count, path)));
    found.others.extend(others.into_iter().map(|it| it.failure));
    Ok(found)
}

/// Others beside the first that are named with it.
const NAMED: usize = 3;

/// A failure that names what else was found beside it, each thing once.
pub(crate) fn with_others(first: Failure, others: &[Failure]) -> Failure {
    let mut all: Vec<String> = Vec::new();
    for other in others {
        let words = format!("{} [{}]", other.message, other.problem.name());
        if other.message != first.message && !all.contains(&words) {
            all.push(words);
        }
    }
    if all.is_empty() {
        return first;
    }
    let more = match all.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {} more", counted(more, "document")),
    };
    let named = all.into_iter().take(NAMED).collect::<Vec<_>>().join("; ");
    Failure { message: format!("{}; beside it: {named}{more}", first.message), ..first }
}

/// Adds what a document holds: a license with the receipts before it, or receipts alone.
fn content(
    bytes: &[u8],
    anchors: &TrustAnchors,
    instance: InstanceId,
    found: &mut Found,
) -> Result<(), Error> {
    if is_receipt(bytes) {
        let file = verify(bytes, anchors)?;
        found.receipts.extend(Carried::all(bytes, &file)?);
        return Ok(());
    }
    let candidate = candidate(bytes, anchors, instance)?;
    found.receipts.extend(Carried::of(bytes, candidate.license.receipts())?);
    found.candidates.push(candidate);
    Ok(())
}

/// Whether a file ends with a receipt.
fn is_receipt(bytes: &[u8]) -> bool {
    file_kind(bytes).is_ok_and(|(kind, _)| kind == Kind::Receipt)
}

/// Whether a license says of itself that it is for other instances than this one: whatever else is
/// wrong with it is nothing to this instance. Nobody vouches for that; it is passed over, and no
/// more.
fn names_others(bytes: &[u8], instance: InstanceId) -> bool {
    claimed(bytes).is_some_and(|license| {
        !license.instances.is_empty() && !license.instances.contains(&instance)
    })
}

/// Why a document is none that is installed here: one of another kind is named as what it is.
fn refused(path: &Path, bytes: &[u8], error: Error) -> Refusal {
    let named = error.code() != Code::OtherInstance;
    let failure = if named {
        incoming::refused(path, bytes, Kind::License)(error)
    } else {
        Failure::from(error)
    };
    Refusal { failure, named, documents: 1 }
}

fn candidate(
    bytes: &[u8],
    anchors: &TrustAnchors,
    instance: InstanceId,
) -> Result<Candidate, Error> {
    let license = verify_license(bytes, anchors)?;
    license.check_understood()?;
    license.check_instance(Some(&instance))?;
    Ok(Candidate { license, bytes: bytes.to_vec() })
}

fn passed_over(count: usize, path: &Path) -> String {
    let documents = counted(count, "document");
    format!(
        "{documents} of {} passed over: no license and no receipt, or for another instance",
        shown(path)
    )
}
