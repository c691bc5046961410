//! Flags as they are typed.

use license_core::document::Flag;

use crate::problem::{Failure, Problem};

/// Flags that follow from the policy, or have an option of their own.
const NOT_TYPED: [(Flag, &str); 4] = [
    (Flag::CloudLicensing, "it follows from `--policy gitlab-offline-cloud`"),
    (Flag::OfflineCloudLicensing, "it follows from `--policy gitlab-offline-cloud`"),
    (Flag::Trial, "it follows from `--policy gitlab-trial`"),
    (Flag::ReconciliationCompleted, "give `--reconciled`"),
];

/// Reads a flag that may be given.
pub(super) fn read(text: &str) -> Result<Flag, Failure> {
    let wrong = |found: String| Failure::new(Problem::Options, format!("--flag: found {found}"));
    let instead = |flag: Flag| NOT_TYPED.iter().find(|(not, _)| *not == flag);
    let Some(flag) = Flag::parse(text) else {
        let known = Flag::KNOWN.iter().filter(|flag| instead(**flag).is_none());
        let known: Vec<String> = known.map(Flag::to_string).collect();
        return Err(wrong(format!("{text:?}, expected one of {}", known.join(", "))));
    };
    match instead(flag) {
        Some((_, instead)) => Err(wrong(format!("{flag}, which cannot be given")).hint(*instead)),
        None => Ok(flag),
    }
}
