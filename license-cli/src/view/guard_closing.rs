//! The last lines of the guard's answer: what passed, and which key signed it, for whoever has seen
//! the rest run by.

use license_core::document::{Issuer, Kind};
use license_core::guard::{Passed, Signed};
use license_core::key::sha256;
use license_core::verify::{Inspected, Unverified};

use crate::carry::gate::Held;
use crate::files;
use crate::plural::counted;

/// Files of a pouch that are named, two lines each, so that the closing answer is at most 24 lines.
const NAMED: usize = 9;

/// The closing answer, but for its last line.
pub(super) fn closing(held: &Held) -> String {
    let passed = &held.passed.files;
    let unchecked = passed.iter().any(|file| file.signed == Signed::Unchecked);
    let head = if unchecked { "PASSED, signatures NOT CHECKED" } else { "PASSED" };
    let named: String = passed.iter().take(NAMED).map(file_lines).collect();
    let more = passed.len().saturating_sub(NAMED);
    let more = match more {
        0 => String::new(),
        more => format!("  and {}, shown above\n", counted(more, "other file")),
    };
    format!("\n{head}\n{named}{more}  sha256     {}\n", hex::encode(sha256(&held.passed.clean)),)
}

/// Where it went: the very last line, once it is there.
pub(super) fn goes_to(held: &Held) -> String {
    format!("  goes to    {}\n", files::shown(&held.out))
}

fn file_lines(file: &Passed) -> String {
    format!("  {} {}\n  signed by  {}\n", file.kind, file.id, signer(file))
}

/// The key that signed a file, and how far that was checked.
fn signer(file: &Passed) -> String {
    let Some(last) = file.documents.last() else { return String::new() };
    let key = match &last.claims {
        Unverified::Request(request) => format!("instance's key {}", request.key.thumbprint()),
        Unverified::Usage(usage) => format!("instance's key {}", usage.key.thumbprint()),
        Unverified::License(_) | Unverified::Receipt(_) => issuing_key(&file.documents, last),
        Unverified::Issuer(_) | Unverified::Other => root_key(last),
    };
    format!("{key}{}", assurance(file.signed, file.kind))
}

/// The issuing key of a license or receipt, with the name that a root has given it.
fn issuing_key(documents: &[Inspected], signed: &Inspected) -> String {
    let issuers = documents.iter().filter_map(|document| match &document.claims {
        Unverified::Issuer(issuer) => Some(&**issuer),
        Unverified::License(_)
        | Unverified::Receipt(_)
        | Unverified::Request(_)
        | Unverified::Usage(_)
        | Unverified::Other => None,
    });
    let its = |issuer: &&Issuer| issuer.key.kid() == signed.kid;
    issuers.into_iter().find(its).map_or_else(
        || format!("key with id {}", hex::encode(signed.kid)),
        |issuer| format!("issuing key {} of {:?}", issuer.key.thumbprint(), issuer.name.as_str()),
    )
}

fn root_key(document: &Inspected) -> String {
    format!("root key with id {}", hex::encode(document.kid))
}

fn assurance(signed: Signed, kind: Kind) -> &'static str {
    match signed {
        Signed::Trusted if kind.is_self_signed() => ", given with --signer",
        Signed::Trusted if kind == Kind::Issuer => ", given with --trust",
        Signed::Trusted => ", which a root given with --trust certifies",
        Signed::BySelf => ", which may be anybody's: no --signer was given",
        Signed::Unchecked => ", or so it says: NOT CHECKED, no --trust was given",
    }
}
