//! Why something is done.

use super::rule::Given;

/// Why something is done, as whoever does it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Why {
    pub(crate) reason: Option<String>,
    pub(crate) ticket: Option<String>,
    pub(crate) approved_by: Option<String>,
    /// What was shown as proof.
    pub(crate) proofs: Vec<Given>,
}
