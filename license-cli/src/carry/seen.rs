//! What a file is, and whose, as far as it can be seen without a key: said in the first line where
//! it is not the one that was expected.

use std::path::Path;

use license_core::carrier::{self, Strictness};
use license_core::document::Kind;
use license_core::verify::{Inspected, Unverified, file_kind, inspect};
use license_core::{Code, Error, limits};

use crate::carry::foreign::{self, Seen};
use crate::files::{self, shown};
use crate::problem::{Failure, Problem};

/// What these bytes are, where that can be seen.
pub(crate) fn seen(bytes: &[u8]) -> Option<Seen> {
    foreign::known(bytes).or_else(|| airlock(bytes))
}

/// An Airlock file in words. Nothing of it is checked, and the words say so.
fn airlock(bytes: &[u8]) -> Option<Seen> {
    let file = carrier::open(bytes, Strictness::RepairOrCodes).ok()?;
    let (kind, _) = file_kind(&file).ok()?;
    let whose = inspect(&file).ok().and_then(|documents| documents.last().map(whose));
    let what = format!("an UNVERIFIED {}{}", noun(kind), whose.unwrap_or_default());
    Some(Seen { what, hint: use_of(kind).to_owned() })
}

/// Whose a document says that it is. The quotes keep what it says apart from what we say.
fn whose(document: &Inspected) -> String {
    match &document.claims {
        Unverified::License(license) => format!(" for {:?}", license.company.as_str()),
        Unverified::Request(request) => format!(" of {:?}", request.company.as_str()),
        Unverified::Usage(usage) => {
            format!(", number {}, about the license {}", usage.number, usage.license)
        }
        Unverified::Issuer(issuer) => format!(" for {:?}", issuer.name.as_str()),
        Unverified::Other => String::new(),
    }
}

/// A file that ends with this kind, in words without an article.
fn noun(kind: Kind) -> String {
    match kind {
        Kind::License => "license".to_owned(),
        Kind::Request => "request".to_owned(),
        Kind::Usage => "usage report".to_owned(),
        Kind::Issuer => "issuer document".to_owned(),
        Kind::Receipt | Kind::Approval | Kind::Revocation | Kind::Other(_) => {
            format!("file of kind {kind}")
        }
    }
}

/// What such a file is for.
fn use_of(kind: Kind) -> &'static str {
    match kind {
        Kind::License => "`airlock show FILE` shows it, `airlock license install FILE` installs it",
        Kind::Request => {
            "`airlock show FILE` shows it; the vendor answers it with `airlock license issue \
             --request FILE`"
        }
        Kind::Usage => {
            "`airlock usage show FILE` shows it; the vendor checks it with `airlock reconcile FILE`"
        }
        Kind::Issuer => "`airlock show FILE` shows it; licenses are issued with `--issuer FILE`",
        Kind::Receipt | Kind::Approval | Kind::Revocation | Kind::Other(_) => {
            "`airlock show FILE` shows what this version reads of it"
        }
    }
}

/// The failure of a file that was to be of this kind: what it is, where it is of another one.
pub(crate) fn refused(bytes: &[u8], expected: Kind, error: &Error) -> Failure {
    let Some(Seen { what, hint }) = seen(bytes).filter(|_| error.code() == Code::WrongKind) else {
        return not_verified(bytes, error);
    };
    let expected = noun(expected);
    let article = if expected.starts_with('i') { "an" } else { "a" };
    let message = format!("found {what}, expected {article} {expected}");
    Failure { message, ..Failure::from(error.clone()) }.hint(hint)
}

/// The failure of a file that was not verified: whose it says it is, where nobody trusted has
/// signed it; then the details.
pub(crate) fn not_verified(bytes: &[u8], error: &Error) -> Failure {
    let failure = Failure::from(error.clone());
    let found = match (error.code(), seen(bytes)) {
        (Code::UnknownKey, Some(seen)) if is_issuers(bytes, error) => {
            format!("found {}; its vendor is not trusted here", seen.what)
        }
        (Code::UnknownKey, Some(seen)) => format!("found {}", seen.what),
        (Code::NotAirlock, None) => "found a file that airlock does not know".to_owned(),
        _ => return failure,
    };
    failure.within(found)
}

/// Whether it is an issuer document that the error is about.
fn is_issuers(bytes: &[u8], error: &Error) -> bool {
    let documents = inspect(bytes).unwrap_or_default();
    let blamed = error.document().and_then(|index| documents.get(index));
    blamed.is_some_and(|document| document.kind == Kind::Issuer)
}

/// The failure of a file that was to be something else than an Airlock file, such as a key: what it
/// is instead, where that can be seen.
pub(crate) fn instead(path: &Path, expected: &str) -> impl Fn(Failure) -> Failure {
    move |failure| {
        let unclear = [
            Problem::KeyUnreadable,
            Problem::PolicyUnreadable,
            Problem::ExportUnknown,
            Problem::ExportText,
            Problem::NotPicture,
            Problem::InputLarge,
        ];
        let look = unclear.contains(&failure.problem) && path.is_file();
        let bytes = look.then(|| files::read(path, limits::TEXT_BYTES).ok()).flatten();
        match bytes.and_then(|bytes| other(&bytes, failure.problem)) {
            Some(Seen { what, hint }) => {
                let message = format!("{}: found {what}, expected {expected}", shown(path));
                Failure { message, hint: Some(hint), ..failure }
            }
            None => failure,
        }
    }
}

/// What these bytes are instead; a key that cannot be read is no other thing than a key.
fn other(bytes: &[u8], problem: Problem) -> Option<Seen> {
    let is_key = problem == Problem::KeyUnreadable && foreign::is_key(bytes);
    seen(bytes).filter(|_| !is_key)
}
