//! The licenses of a file that are to be installed here.

use std::path::Path;

use license_core::document::Kind;
use license_core::trust::TrustAnchors;
use license_core::value::InstanceId;
use license_core::verify::verify_license;
use license_core::{Code, Error};

use super::checked::claimed;
use super::install::Candidate;
use crate::carry::incoming;
use crate::files::shown;
use crate::plural::counted;
use crate::problem::Failure;

/// What a file holds.
pub(crate) struct Found {
    /// Each license that is for this instance, that which begins first in front.
    pub(crate) candidates: Vec<Candidate>,
    /// What else it holds, in words.
    pub(crate) passed_over: Option<String>,
}

/// Reads the licenses of a file. Of one that holds several documents, as a pouch of many instances
/// does, those of other kinds and of other instances are passed over.
///
/// # Errors
/// As reading and verifying one; where none is for this instance, why the first is not.
pub(crate) fn read(
    path: &Path,
    anchors: &TrustAnchors,
    instance: InstanceId,
) -> Result<Found, Failure> {
    let files = incoming::read_all(path)?;
    let (mut candidates, mut others): (Vec<Candidate>, Vec<Failure>) = (Vec::new(), Vec::new());
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
                return Err(Failure::from(error).within(place));
            }
        }
    }
    candidates.sort_by_key(|candidate| (candidate.license.from, candidate.license.issued));
    let count = others.len();
    match others.into_iter().next() {
        Some(failure) if candidates.is_empty() => Err(failure),
        first => {
            let passed_over = first.map(|_| passed_over(count, path));
            Ok(Found { candidates, passed_over })
        }
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
fn refused(path: &Path, bytes: &[u8], error: Error) -> Failure {
    if error.code() == Code::OtherInstance {
        return Failure::from(error);
    }
    incoming::refused(path, bytes, Kind::License)(error)
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
