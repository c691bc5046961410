//! The names of what stands in an instance's folder, and how much a ledger holds.

/// The instance's private key: PKCS#8 in PEM, not encrypted, because cron signs with it.
pub(super) const KEY: &str = "instance.key";
/// Its public key.
pub(super) const PUBLIC: &str = "instance.pub";
/// The database.
pub(super) const LEDGER: &str = "ledger.sqlite";
/// What SQLite adds to that name for the files that it makes beside it.
pub(super) const BESIDE_LEDGER: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Days of a ledger: two and a half centuries. All of them are compared with an import in memory.
pub(crate) const DAYS: usize = 100_000;
