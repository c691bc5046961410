//! The licenses of a file that are to be installed here.

use std::path::{Path, PathBuf};

use license_core::document::Kind;
use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;
use license_core::verify::verify_license;
use license_core::{Code, Error};

use super::checked::claimed;
use super::install::Candidate;
use crate::carry::{incoming, seen};
use crate::files::shown;
use crate::plural::counted;
use crate::problem::Failure;

/// What files hold.
pub(crate) struct Found {
    /// Each license that is for this instance once, that which begins first in front.
    pub(crate) candidates: Vec<Candidate>,
    /// What else they hold, in words.
    pub(crate) passed_over: Vec<String>,
}

/// Reads the licenses of several files, as [`of_file`] does those of one.
///
/// # Errors
/// As [`of_file`], of the first file that has one: none is left out of what was given.
pub(crate) fn read(
    paths: &[PathBuf],
    anchors: &TrustAnchors,
    instance: InstanceId,
) -> Result<Found, Failure> {
    let mut found = Found { candidates: Vec::new(), passed_over: Vec::new() };
    for path in paths {
        let (candidates, passed_over) =
            of_file(path, anchors, instance).map_err(|refusal| refusal.told(path, paths.len()))?;
        for candidate in candidates {
            let is_it = |it: &Candidate| it.license.id() == candidate.license.id();
            if !found.candidates.iter().any(is_it) {
                found.candidates.push(candidate);
            }
        }
        found.passed_over.extend(passed_over);
    }
    found.candidates.sort_by_key(|candidate| (candidate.license.from, candidate.license.issued));
    Ok(found)
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

/// Reads the licenses of a file. Of one that holds several documents, as a pouch of many instances
/// does, those of other kinds and of other instances are passed over.
///
/// # Errors
/// As reading and verifying one; where none is for this instance, why the first is not.
fn of_file(
    path: &Path,
    anchors: &TrustAnchors,
    instance: InstanceId,
) -> Result<(Vec<Candidate>, Option<String>), Refusal> {
    let unread = |failure| Refusal { failure, named: true, documents: 1 };
    let files = incoming::read_all(path).map_err(unread)?;
    let (mut candidates, mut others): (Vec<Candidate>, Vec<Refusal>) = (Vec::new(), Vec::new());
    for (index, bytes) in files.iter().enumerate() {
        match candidate(bytes, anchors, instance) {
            Ok(candidate) => candidates.push(candidate),
            Err(error) if [Code::WrongKind, Code::OtherInstance].contains(&error.code()) => {
                others.push(refused(path, bytes, error));
            }
            Err(error) if files.len() > 1 && names_others(bytes, instance) => {
                others.push(refused(path, bytes, error));
            }
            Err(error) if files.len() == 1 => return Err(refused(path, bytes, error)),
            Err(error) => {
                let place = format!("{}: file {} of {}", shown(path), index + 1, files.len());
                let failure = seen::refused(bytes, Kind::License, &error).within(place);
                return Err(Refusal { failure, named: true, documents: files.len() });
            }
        }
    }
    let count = others.len();
    match others.into_iter().next() {
        Some(refusal) if candidates.is_empty() => Err(refusal),
        first => Ok((candidates, first.map(|_| passed_over(count, path)))),
    }
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
    format!("{documents} of {} passed over: no license, or for another instance", shown(path))
}
