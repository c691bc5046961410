//! The names of what stands in an instance's folder, and how much a ledger holds.

use std::io;
use std::path::Path;

use crate::files;

/// The instance's private key: PKCS#8 in PEM, not encrypted, because cron signs with it.
pub(super) const KEY: &str = "instance.key";
/// Its public key.
pub(super) const PUBLIC: &str = files::INSTANCE_PUBLIC;
/// The database.
pub(super) const LEDGER: &str = files::LEDGER;

/// Days of a ledger: two and a half centuries. All of them are compared with an import in memory.
pub(crate) const DAYS: usize = 100_000;

/// Whether a ledger stands in the folder. A folder that may not be looked into is not one without a
/// ledger.
///
/// # Errors
/// What the system says, but for a folder that is not there.
pub(crate) fn holds_ledger(dir: &Path) -> io::Result<bool> {
    dir.join(LEDGER).try_exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_looked_into_is_not_read_as_empty() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!holds_ledger(&dir.path().join("none")).unwrap());
        let link = dir.path().join("loop");
        std::os::unix::fs::symlink(&link, &link).unwrap();
        assert!(holds_ledger(&link).is_err());
    }
}
