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
        Unverified::Receipt(receipt) => format!(" for report {}", receipt.number),
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
        Kind::Receipt => "receipt".to_owned(),
        Kind::Approval | Kind::Revocation | Kind::Other(_) => {
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
            "`airlock usage show FILE` shows it; the vendor checks it with `airlock reconcile FILE \
             --license LICENSE --trust root.pub`"
        }
        Kind::Issuer => "`airlock show FILE` shows it; licenses are issued with `--issuer FILE`",
        Kind::Receipt => {
            "`airlock license install FILE` takes it on the instance; `airlock receipt verify FILE \
             --report REPORT --trust root.pub` says whether it is for a report"
        }
        Kind::Approval | Kind::Revocation | Kind::Other(_) => {
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
    let failure = match advice(bytes, error) {
        Some(advice) => failure.hint(advice),
        None => failure,
    };
    let found = match (error.code(), seen(bytes)) {
        (Code::UnknownKey, Some(seen)) if blamed(bytes, error) == Some(Kind::Issuer) => {
            format!("found {}; its vendor is not trusted here", seen.what)
        }
        (Code::UnknownKey, Some(seen)) => format!("found {}", seen.what),
        (Code::NotAirlock, None) => "found a file that airlock does not know".to_owned(),
        _ => return failure,
    };
    failure.within(found)
}

/// What to do about an error, where that is another thing for each kind of document.
pub(crate) fn advice(bytes: &[u8], error: &Error) -> Option<&'static str> {
    let unknown = error.code() == Code::UnknownKey;
    if !unknown && error.code() != Code::WrongKey {
        return None;
    }
    match blamed(bytes, error)? {
        Kind::License if unknown => Some(
            "the file is not whole: ask for it again as `airlock license issue` wrote it, the \
             issuer document before the license",
        ),
        Kind::License => Some(
            "ask the vendor to issue the license again with an issuing key: a root signs issuer \
             documents alone",
        ),
        Kind::Request | Kind::Usage => Some(
            "the file was changed, or another program made it; carry it across again, from the \
             original",
        ),
        Kind::Issuer | Kind::Receipt | Kind::Approval | Kind::Revocation | Kind::Other(_) => None,
    }
}

/// The kind of the document that the error is about.
fn blamed(bytes: &[u8], error: &Error) -> Option<Kind> {
    let documents = inspect(bytes).unwrap_or_default();
    error.document().and_then(|index| documents.get(index)).map(|document| document.kind)
}

/// What was expected where no Airlock file was: a sort of files, in words.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expected {
    /// A key.
    Key(&'static str),
    /// A policy.
    Policy(&'static str),
    /// An export with daily figures.
    Export(&'static str),
}

impl Expected {
    fn words(self) -> &'static str {
        match self {
            Self::Key(words) | Self::Policy(words) | Self::Export(words) => words,
        }
    }

    /// Whether these bytes are of that sort: what is wrong with them is told, not what they are.
    fn is(self, bytes: &[u8]) -> bool {
        match self {
            Self::Key(_) => foreign::is_key(bytes),
            Self::Policy(_) => foreign::is_policy(bytes),
            Self::Export(_) => foreign::is_export(bytes),
        }
    }
}

/// The failure of a file that was to be something else than an Airlock file, such as a key: what it
/// is instead, where that can be seen.
pub(crate) fn instead(path: &Path, expected: Expected) -> impl Fn(Failure) -> Failure {
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
        let bytes = bytes.filter(|bytes| !expected.is(bytes));
        match bytes.and_then(|bytes| seen(&bytes)) {
            Some(Seen { what, hint }) => {
                let expected = expected.words();
                let message = format!("{}: found {what}, expected {expected}", shown(path));
                let problem = of_another_file(failure.problem);
                Failure { message, hint: Some(hint), problem, ..failure }
            }
            None => failure,
        }
    }
}

/// The problem where the file is another one: not that its text is none.
fn of_another_file(problem: Problem) -> Problem {
    if problem == Problem::ExportText { Problem::ExportUnknown } else { problem }
}
