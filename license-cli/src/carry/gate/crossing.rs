//! What is asked of a gateway.

use std::path::PathBuf;

use license_core::document::Kind;

/// What wants to pass, where to, and what is asked of it.
#[derive(Debug)]
pub(crate) struct Crossing {
    /// The file that wants to pass.
    pub(crate) file: PathBuf,
    /// Where it is written anew, and whether that replaces a file.
    pub(crate) out: PathBuf,
    pub(crate) replace: bool,
    /// The kinds that may pass.
    pub(crate) allow: Vec<Kind>,
    /// Files of roots that licenses must be signed under.
    pub(crate) roots: Vec<PathBuf>,
    /// Files of keys that requests and reports must be signed by.
    pub(crate) signers: Vec<PathBuf>,
    /// The audit trail.
    pub(crate) log: Option<PathBuf>,
}
