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
    let most = steps.len();
    let newest = found.iter().map(|(version, _)| *version).max().unwrap_or_default();
    if found.len() > most || usize::try_from(newest).is_ok_and(|newest| newest > most) {
        let message = format!(
            "found version {newest} of its tables, expected at most {most}, the newest that this \
             version of airlock knows"
        );
        return Err(Failure::new(Problem::RegistryTooNew, message));
    }
    for (step, (number, (version, hash))) in steps.iter().zip((1..).zip(found)) {
        let message = if *version != number {
            format!("found version {version} of its tables, expected version {number} there")
        } else if *hash != Sha256::of(step.as_bytes()).0 {
            format!(
                "found other tables of version {version}, expected those that airlock makes: \
                 another program, or a version of airlock that was never released, has made them"
            )
        } else {
            continue;
        };
        return Err(Failure::new(Problem::RegistryDamaged, message));
    }
    Ok(found.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: &Steps = &["one", "two"];

    fn version(number: i64, step: &str) -> Version {
        (number, Sha256::of(step.as_bytes()).0.to_vec())
    }

    #[test]
    fn another_version_is_said_with_what_was_expected() {
        let (one, two) = (version(1, "one"), version(2, "two"));
        assert_eq!(taken(STEPS, &[one.clone(), two.clone()]), Ok(2));
        assert_eq!(taken(STEPS, std::slice::from_ref(&one)), Ok(1));
        assert_eq!(taken(STEPS, &[]), Ok(0));
        let too_new = Problem::RegistryTooNew;
        for (found, problem, words) in [
            (vec![one.clone(), two.clone(), version(3, "three")], too_new, "version 3 of"),
            (vec![one.clone(), two.clone(), version(99, "")], too_new, "version 99 of"),
            (vec![one.clone(), version(3, "two")], too_new, "version 3 of"),
            (vec![one.clone(), version(3, "two")], too_new, "expected at most 2"),
            (vec![version(0, "one"), two.clone()], Problem::RegistryDamaged, "found version 0"),
            (vec![two.clone()], Problem::RegistryDamaged, "found version 2"),
            (vec![two], Problem::RegistryDamaged, "expected version 1"),
            (vec![version(1, "an other")], Problem::RegistryDamaged, "expected those that"),
        ] {
            let failure = taken(STEPS, &found).unwrap_err();
            assert_eq!(failure.problem, problem, "{failure}");
            assert!(failure.message.contains(words), "{failure}");
        }
    }
}
