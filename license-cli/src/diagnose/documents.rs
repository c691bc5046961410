//! An Airlock file: every fault that can be found in it, one after the other.

use license_core::carrier::{self, Strictness};
use license_core::document::{Issuer, Kind, License};
use license_core::key::PublicKey;
use license_core::verify::{Inspected, Unverified, check_signature, file_kind, inspect};
use license_core::{Code, Error};

use super::content::{Carrier, Content, Document};
use super::diagnosis::{Before, Diagnosis, Known};
use super::report;
use crate::carry::checked_file::{Assurance, CheckedFile};
use crate::carry::seen;
use crate::problem::{Failure, Problem};

/// Looks at one file in its binary form.
pub(super) fn look(found: &mut Diagnosis, file: &[u8], known: &Known<'_>) {
    let kind = match file_kind(file) {
        Ok((kind, _)) => kind,
        Err(error) => return found.blame(error.into()),
    };
    let checked = CheckedFile::of(file.to_vec(), known.roots);
    let checked = checked.or_else(|error| with_issuer(found, file, known).ok_or(error));
    let mut document = Document::new(kind);
    let documents = match checked {
        Ok(checked) => {
            document.assurance = Some(checked.assurance);
            checked.documents
        }
        Err(error) => {
            let inspected = inspect(file);
            let alone = inspected.as_ref().is_ok_and(|documents| lacks_issuer(documents));
            document.lacks_issuer = alone && error.code() == Code::UnknownKey;
            found.blame(if document.lacks_issuer { no_issuer() } else { failure(file, error) });
            inspected.map_err(|error| found.blame(error.into())).unwrap_or_default()
        }
    };
    if document.assurance == Some(Assurance::Unverified) {
        without_root(found, &mut document, file, &documents);
    }
    for error in beyond(&documents) {
        found.blame(error.into());
    }
    if let Some(last) = documents.into_iter().last() {
        document.owner = owner(&last.claims);
        document.instances = instances(&last.claims);
        document.report = report::of(&last.claims);
        document.inspected = Some(last);
    }
    if let Some(report) = &mut document.report {
        report::compare(found, report, file, known);
    }
    match (known.received)(file) {
        Ok(before) => {
            found.notes.extend(before.as_ref().map(Before::note));
            found.before.extend(before);
        }
        Err(failure) => found.open.push(format!("whether it came before: {failure}")),
    }
    found.contents.push(Content::Document(Box::new(document)));
}

impl Document {
    /// A document of which no more is known yet than its kind.
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            assurance: None,
            inspected: None,
            owner: None,
            instances: Vec::new(),
            lacks_issuer: false,
            report: None,
            fate: None,
        }
    }
}

/// What is wrong with a license can be seen in part without a root: that its issuer document is
/// missing, or that the key which that certifies has not signed the license.
fn without_root(
    found: &mut Diagnosis,
    document: &mut Document,
    file: &[u8],
    documents: &[Inspected],
) {
    found.open.push("whether the vendor signed it: give `--trust root.pub`".to_owned());
    if lacks_issuer(documents) {
        document.lacks_issuer = true;
        found.blame(no_issuer());
    } else if let Some(error) = altered(file, documents) {
        document.assurance = None;
        found.blame(error.into());
    }
}

/// Whether the documents are a license alone, or none of those beside it certifies its key.
fn lacks_issuer(documents: &[Inspected]) -> bool {
    documents.last().is_some_and(|last| last.kind == Kind::License)
        && signing_key(documents).is_none()
}

/// The key that an issuer document of the file certifies and that the last document names.
fn signing_key(documents: &[Inspected]) -> Option<PublicKey> {
    let kid = documents.last()?.kid;
    let keys = documents.iter().filter_map(|document| Some(issuer_of(&document.claims)?.key));
    keys.into_iter().find(|key| key.kid() == kid)
}

/// That the license was altered, as the key shows that the issuer document beside it certifies.
fn altered(file: &[u8], documents: &[Inspected]) -> Option<Error> {
    let key = signing_key(documents)?;
    let start = file.len().checked_sub(documents.last()?.bytes)?;
    check_signature(file.get(start..)?, &key).err()
}

fn no_issuer() -> Failure {
    let message = "the issuer document is missing from the file: no instance can check the license";
    Failure::new(Problem::Core(Code::UnknownKey), message)
}

/// The failure of a file, with what to do about a document of its kind.
fn failure(file: &[u8], error: Error) -> Failure {
    let advice = seen::advice(file, &error);
    let failure = Failure::from(error);
    advice.map_or(failure.clone(), |advice| failure.hint(advice))
}

/// The file with the issuer document that was given in front of it: where only this was missing,
/// that is what is wrong.
fn with_issuer(found: &mut Diagnosis, file: &[u8], known: &Known<'_>) -> Option<CheckedFile> {
    let issuer = known.issuer?;
    let whole = [&issuer.bytes[..], file].concat();
    let checked = CheckedFile::of(whole, known.roots).ok()?;
    let message = "the issuer document is missing from the file; the one that was given fits it";
    found.blame(Failure::new(Problem::Core(Code::UnknownKey), message));
    Some(checked)
}

/// What is wrong with the claims beside their signatures: limits of the issuing key, and codes that
/// this version may not pass over.
fn beyond(documents: &[Inspected]) -> Vec<Error> {
    let issuer = documents.iter().find_map(|document| issuer_of(&document.claims));
    let license = documents.iter().find_map(|document| license_of(&document.claims));
    let limits = issuer.zip(license).and_then(|(issuer, license)| issuer.allows(license).err());
    let too_new = license.and_then(|license| license.check_understood().err());
    limits.into_iter().chain(too_new).collect()
}

fn issuer_of(claims: &Unverified) -> Option<&Issuer> {
    match claims {
        Unverified::Issuer(issuer) => Some(issuer),
        Unverified::License(_)
        | Unverified::Receipt(_)
        | Unverified::Request(_)
        | Unverified::Usage(_)
        | Unverified::Other => None,
    }
}

fn license_of(claims: &Unverified) -> Option<&License> {
    match claims {
        Unverified::License(license) => Some(license),
        Unverified::Issuer(_)
        | Unverified::Receipt(_)
        | Unverified::Request(_)
        | Unverified::Usage(_)
        | Unverified::Other => None,
    }
}

fn owner(claims: &Unverified) -> Option<String> {
    match claims {
        Unverified::License(license) => Some(license.company.to_string()),
        Unverified::Request(request) => Some(request.company.to_string()),
        Unverified::Issuer(issuer) => Some(issuer.name.to_string()),
        Unverified::Receipt(_) | Unverified::Usage(_) | Unverified::Other => None,
    }
}

fn instances(claims: &Unverified) -> Vec<String> {
    match claims {
        Unverified::License(license) => license.instances.iter().map(ToString::to_string).collect(),
        Unverified::Request(request) => vec![request.instance.to_string()],
        Unverified::Issuer(_)
        | Unverified::Receipt(_)
        | Unverified::Usage(_)
        | Unverified::Other => Vec::new(),
    }
}

/// What of the text was put right.
pub(super) fn repaired(bytes: &[u8], carrier: Carrier) -> Option<String> {
    // What stands around a block in a mail was not put there by mistake.
    let bytes = if carrier == Carrier::Mail { block(bytes) } else { bytes };
    let error = carrier::open_all(bytes, Strictness::Strict).err().or_else(|| {
        let opened = carrier::open_all(bytes, Strictness::Strict).ok()?;
        opened.into_iter().find_map(|opened| opened.file.err())
    })?;
    Some(format!("put right on reading: {error}"))
}

/// From the first BEGIN line through the last END line, where there are any.
fn block(bytes: &[u8]) -> &[u8] {
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes };
    let begin = text.find("-----BEGIN AIRLOCK ");
    let last = text.rfind("-----END AIRLOCK ");
    let end = last.and_then(|at| text.get(at..)?.find('\n').map(|length| at + length + 1));
    begin.zip(end).and_then(|(begin, end)| bytes.get(begin..end)).unwrap_or(bytes)
}

/// The kind that the BEGIN line of a damaged text names.
pub(super) fn announced(bytes: &[u8]) -> Option<Content> {
    let text = String::from_utf8_lossy(bytes);
    let word = text.split("BEGIN AIRLOCK ").nth(1)?;
    let word: String = word.chars().take_while(char::is_ascii_uppercase).take(16).collect();
    (!word.is_empty()).then(|| Content::Damaged(word.to_lowercase()))
}

/// The whole blocks beside a damaged one, and what is wrong with each of the others.
pub(super) fn blocks(found: &mut Diagnosis, bytes: &[u8], known: &Known<'_>) {
    let Ok(opened) = carrier::open_all(bytes, Strictness::Repair) else { return };
    if opened.len() < 2 {
        return;
    }
    for file in opened {
        match file.file {
            Ok(file) => look(found, &file, known),
            Err(error) => found.blame(error.into()),
        }
    }
}
