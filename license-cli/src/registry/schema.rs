//! Versions of the tables: what is in the database, and what this version of airlock makes.

use super::model::Sha256;
use crate::problem::{Failure, Problem};

/// The steps from one version to the next, as text of SQL; a new registry takes all of them.
pub(super) type Steps = [&'static str];

/// A version that a database names, and the hash of its step.
pub(super) type Version = (i64, Vec<u8>);

/// Whether the versions that a database names are ours, and how many steps it has taken.
///
/// # Errors
/// `registry_too_new` where there are more than these steps; `registry_damaged` where a step was
/// another one.
pub(super) fn taken(steps: &Steps, found: &[Version]) -> Result<usize, Failure> {
    if found.len() > steps.len() {
        let (found, most) = (found.len(), steps.len());
        let message = format!("found version {found} of the registry, expected at most {most}");
        return Err(Failure::new(Problem::RegistryTooNew, message));
    }
    for (step, (number, (version, hash))) in steps.iter().zip((1..).zip(found)) {
        if *version != number || *hash != Sha256::of(step.as_bytes()).0 {
            let message = format!("version {version} of its tables is not the one airlock makes");
            return Err(Failure::new(Problem::RegistryDamaged, message));
        }
    }
    Ok(found.len())
}
