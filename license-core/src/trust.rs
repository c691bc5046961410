//! Whom the reader trusts.

use crate::key::{Kid, PublicKey};

/// The root keys that a program or an admin has chosen; never read from what is to be checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustAnchors(Vec<PublicKey>);

impl TrustAnchors {
    /// Returns anchors of these root keys.
    #[must_use]
    pub fn new(roots: impl IntoIterator<Item = PublicKey>) -> Self {
        Self(roots.into_iter().collect())
    }

    /// Returns the root keys.
    #[must_use]
    pub fn roots(&self) -> &[PublicKey] {
        &self.0
    }

    /// Returns the root keys whose thumbprint begins with these bytes.
    pub(crate) fn with_kid(&self, kid: Kid) -> impl Iterator<Item = PublicKey> + '_ {
        self.0.iter().copied().filter(move |root| root.kid() == kid)
    }
}
