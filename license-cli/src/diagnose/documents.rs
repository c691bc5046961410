//! An Airlock file: every fault that can be found in it, one after the other.

use license_core::carrier::{self, Strictness};
use license_core::document::{Issuer, License};
use license_core::verify::{Inspected, Unverified, file_kind, inspect};
use license_core::{Code, Error};

use super::content::{Content, Document};
use super::diagnosis::{Diagnosis, Known};
use crate::carry::checked_file::CheckedFile;
use crate::problem::{Failure, Problem};

/// Looks at one file in its binary form.
pub(super) fn look(found: &mut Diagnosis, file: &[u8], known: &Known<'_>) {
    let kind = match file_kind(file) {
        Ok((kind, _)) => kind,
        Err(error) => return found.blame(error.into()),
    };
    let checked = CheckedFile::of(file.to_vec(), known.roots);
    let checked = checked.or_else(|error| with_issuer(found, file, known).ok_or(error));
    let mut document =
        Document { kind, assurance: None, inspected: None, owner: None, instances: Vec::new() };
    let documents = match checked {
        Ok(checked) => {
            document.assurance = Some(checked.assurance);
            checked.documents
        }
        Err(error) => {
            found.blame(error.into());
            inspect(file).map_err(|error| found.blame(error.into())).unwrap_or_default()
        }
    };
    for error in beyond(&documents) {
        found.blame(error.into());
    }
    if let Some(last) = documents.into_iter().last() {
        document.owner = owner(&last.claims);
        document.instances = instances(&last.claims);
        document.inspected = Some(last);
    }
    found.contents.push(Content::Document(Box::new(document)));
}

/// The file with the issuer document that was given in front of it: where only this was missing,
/// that is what is wrong.
fn with_issuer(found: &mut Diagnosis, file: &[u8], known: &Known<'_>) -> Option<CheckedFile> {
    let issuer = known.issuer?;
    let whole = [&issuer.bytes[..], file].concat();
    let checked = CheckedFile::of(whole, known.roots).ok()?;
    let message = "the issuer document is missing from the file; the one that was given fits it";
    let failure = Failure::new(Problem::Core(Code::UnknownKey), message);
    found.blame(failure.hint("send the whole file again: the issuer document, then the license"));
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
        | Unverified::Request(_)
        | Unverified::Usage(_)
        | Unverified::Other => None,
    }
}

fn license_of(claims: &Unverified) -> Option<&License> {
    match claims {
        Unverified::License(license) => Some(license),
        Unverified::Issuer(_)
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
        Unverified::Usage(_) | Unverified::Other => None,
    }
}

fn instances(claims: &Unverified) -> Vec<String> {
    match claims {
        Unverified::License(license) => license.instances.iter().map(ToString::to_string).collect(),
        Unverified::Request(request) => vec![request.instance.to_string()],
        Unverified::Issuer(_) | Unverified::Usage(_) | Unverified::Other => Vec::new(),
    }
}

/// What of the text was put right.
pub(super) fn repaired(bytes: &[u8]) -> Option<String> {
    let error = carrier::open_all(bytes, Strictness::Strict).err().or_else(|| {
        let opened = carrier::open_all(bytes, Strictness::Strict).ok()?;
        opened.into_iter().find_map(|opened| opened.file.err())
    })?;
    Some(format!("put right on reading: {error}"))
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
