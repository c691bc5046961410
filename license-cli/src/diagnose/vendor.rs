//! Files of the vendor's own desk, which no customer has.

use crate::files;

/// What begins so, and what is done with it; `None` for anything else.
pub(super) fn named(start: &[u8]) -> Option<(&'static str, &'static str)> {
    if files::begins_registry(start) {
        return Some(REGISTRY);
    }
    let known = [
        (&b"airlock registry seal "[..], SEAL),
        (b"\x28\xb5\x2f\xfd", ARCHIVE),
        (b"# The desk's folder.", SETTINGS),
    ];
    known.into_iter().find(|(begin, _)| start.starts_with(begin)).map(|(_, named)| named)
}

const REGISTRY: (&str, &str) = (
    "the registry of a vendor's desk",
    "it has all customers with their mail addresses: `airlock desk registry verify --registry \
     FILE` looks through it, `airlock desk registry export` makes its backup",
);
const SEAL: (&str, &str) = (
    "a seal of a desk's registry",
    "keep it: `airlock desk registry verify --seal FILE` compares the registry with it",
);
const ARCHIVE: (&str, &str) = (
    "an archive in zstd, as a desk's registry is exported",
    "`airlock desk registry import FILE --registry NEW` reads it into a new registry",
);
const SETTINGS: (&str, &str) = (
    "desk.toml, the settings of a vendor's desk",
    "it belongs in the desk's folder: give that with `--desk DIR`, or in AIRLOCK_DESK",
);
