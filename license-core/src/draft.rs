//! The issuer's side: a license that is not signed yet, judged as an instance will judge it.
//!
//! The answer comes from the same code as [`evaluate`](crate::evaluate::evaluate), so that a
//! forecast and the instance cannot differ. Nothing here lets anybody do something.

use crate::document::{Issuer, License};
use crate::evaluate::{findings_of, verdict_of};
use crate::verdict::{Facts, Finding, Verdict};

/// A license that is about to be signed, its rules compiled.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The license.
    pub license: &'a License,
    /// The issuer document of the key that is to sign it.
    pub issuer: &'a Issuer,
}

impl Draft<'_> {
    /// What an instance with these facts will answer to the license.
    #[must_use]
    pub fn verdict(&self, facts: &Facts<'_>) -> Verdict {
        verdict_of(self.license, self.issuer, facts)
    }

    /// Why: every rule with what was observed.
    #[must_use]
    pub fn findings(&self, facts: &Facts<'_>) -> Vec<Finding> {
        findings_of(self.license, self.issuer, facts)
    }
}
