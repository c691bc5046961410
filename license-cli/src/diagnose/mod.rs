//! What somebody's file is, what is wrong with it, and what to answer.
//!
//! Nothing here decides anything: what is not verified is said to be UNVERIFIED. No byte of a
//! private key is ever shown.

mod content;
mod peel;
mod vendor;

mod message;
mod said;

mod diagnosis;

mod report;

mod documents;
mod fate;

mod answer;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use license_core::Code;
use license_core::carrier::{self, Strictness};

use crate::carry::scan::{self, Pictures};
use crate::carry::{exported, foreign, incoming, mail, mailed};
use crate::files;
use crate::keys;
use crate::layers::{self as text, mail::bodies};
use crate::problem::{self, Failure, Problem};
use crate::progress::Progress;
use crate::usage_source::{self, EXPORT_BYTES};

pub(crate) use answer::mail as answer_mail;
pub(crate) use content::{Carrier, Content, Document, ExportOf, Fate, Owed, ReportOf};
pub(crate) use diagnosis::{Before, Diagnosis, Fates, Known, Licenses, Received};

/// Reads a file, and says what it is; `-` is standard input.
///
/// # Errors
/// Those of reading: what can be read at all is diagnosed.
pub(crate) fn file(path: &Path, known: &Known<'_>, json: bool) -> Result<Diagnosis, Failure> {
    let start = files::start(path).unwrap_or_default();
    let mut found = if scan::is_readable(&start) {
        picture(path, known, json)
    } else if let Some(ours) = vendor::named(&start) {
        let bytes = path.metadata().map_or(start.len() as u64, |found| found.len());
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        let mut found = Diagnosis { bytes, ..Diagnosis::default() };
        other_format(&mut found, Some(ours));
        found
    } else {
        of_bytes(&files::read_any(path, EXPORT_BYTES)?, path, known)
    };
    fate::settle(&mut found, known);
    if found.is_to_resend()
        && let Some(fault) = found.faults.first_mut()
        && fault.problem != Problem::Core(Code::TextNotCanonical)
        && !fault.hint.as_deref().is_some_and(|hint| hint.starts_with(problem::DELETE))
    {
        fault.hint = Some(RESEND.to_owned());
    }
    Ok(found)
}

/// What the desk does where the customer's copy of its file is of no use.
const RESEND: &str = "the vendor sends it again: `airlock desk find` finds the license, `airlock \
                      desk resend ID --out FILE --mail` writes the same file and the mail";

/// Reads the codes on a picture.
fn picture(path: &Path, known: &Known<'_>, json: bool) -> Diagnosis {
    let bytes = path.metadata().map_or(0, |found| found.len());
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    let mut found = Diagnosis { bytes, carrier: Carrier::Picture, ..Diagnosis::default() };
    let paths: [PathBuf; 1] = [path.to_owned()];
    let pictures = Pictures::read(&paths, &Progress::new(1, json));
    match pictures.file() {
        Ok(joined) => documents::look(&mut found, &joined.bytes, known),
        Err(failure) => found.blame(failure),
    }
    found
}

/// What these bytes are.
fn of_bytes(bytes: &[u8], path: &Path, known: &Known<'_>) -> Diagnosis {
    let mut found = Diagnosis { bytes: bytes.len(), ..Diagnosis::default() };
    found.carrier = Carrier::of(bytes);
    if bytes.trim_ascii().is_empty() {
        let what = if bytes.is_empty() { "found no bytes" } else { "found nothing but spaces" };
        let failure = Failure::new(Problem::Core(Code::Empty), what);
        found.blame(failure.hint("give a file, or paste the whole message"));
        return found;
    }
    if secrets(&mut found, bytes)
        || other_format(&mut found, foreign::binary(bytes))
        || opened(&mut found, bytes, path, known)
    {
        return found;
    }
    said(&mut found, bytes);
    let other = key(&mut found, bytes)
        || something_else(&mut found, bytes)
        || exported_in(&mut found, bytes)
        || enclosed(&mut found, bytes)
        || !found.codes.is_empty()
        || !found.faults.is_empty()
        || export(&mut found, bytes);
    if !other {
        found.blame(unknown(bytes));
    }
    found
}

/// What somebody typed in the place of a file: a message of ours, or `None`.
pub(crate) fn message(typed: &str) -> Option<Diagnosis> {
    let mut found =
        Diagnosis { bytes: typed.len(), carrier: Carrier::Text, ..Diagnosis::default() };
    said(&mut found, typed.as_bytes());
    (!found.codes.is_empty() || !found.faults.is_empty()).then_some(found)
}

/// What a text says in our words.
fn said(found: &mut Diagnosis, bytes: &[u8]) {
    let messages = message::read(bytes);
    found.codes = messages.codes;
    let text = String::from_utf8_lossy(bytes.get(..message::TEXT_BYTES).unwrap_or(bytes));
    found.said = found.codes.iter().filter_map(|code| said::under(code.name, &text)).collect();
    for name in messages.unknown {
        let message = format!("found the code [{name}], which this version does not know");
        let failure = Failure::new(Problem::UnknownCode, message);
        found.blame(failure.hint(problem::offer(&name)));
    }
}

/// That nothing is known of it; of a text that names airlock, what a block of ours lacks.
fn unknown(bytes: &[u8]) -> Failure {
    let names_us = String::from_utf8_lossy(bytes).contains("AIRLOCK ");
    if let Some(error) = incoming::opened_all(bytes).err().filter(|_| names_us) {
        return error;
    }
    let message = "found nothing of airlock's, expected a file, a text, codes or an export";
    Failure::new(Problem::Core(Code::NotAirlock), message)
}

/// What is to be done with a key that was sent.
const REPLACE: &str = "where it was sent to somebody, delete what was sent, and have the key \
                       replaced; on its own machine it stays";
/// The same of a backup: it may be the only one.
const KEEP: &str = "if it is your own, keep it: `airlock instance restore FILE --instance NEW` \
                    makes the folder NEW of it; where it was sent to somebody, delete what was \
                    sent, and have the key replaced";

/// Looks for what must never be sent. Nothing further is read of a file that holds it.
fn secrets(found: &mut Diagnosis, bytes: &[u8]) -> bool {
    let plain = text::plain(bytes);
    let attached = bodies(&String::from_utf8_lossy(&plain)).unwrap_or_default();
    let under = text::layers(&plain);
    let parts = [bytes, &plain].into_iter().chain(attached.iter().map(Vec::as_slice));
    let mut parts = parts.chain(under.iter().map(|layer| layer.text.as_bytes()));
    if parts.any(|part| files::is_private_key(part) || peel::names_private_key(part)) {
        found.contents.push(Content::PrivateKey);
        let message = "found a private key, which must never leave its machine";
        let failure = Failure::new(Problem::KeyPrivate, message);
        found.blame(failure.hint(REPLACE));
    } else if files::is_backup(bytes) {
        found.contents.push(Content::PrivateKey);
        let message = "found the backup of an instance, with its private key, which must never be \
                       sent";
        found.blame(Failure::new(Problem::KeyPrivate, message).hint(KEEP));
    } else if files::is_ledger(bytes) {
        found.contents.push(Content::Ledger);
        let message = "found an instance's ledger, expected a request or a usage report";
        let failure = Failure::new(Problem::Core(Code::NotAirlock), message);
        found.blame(failure.hint("`airlock usage report --out FILE` makes what the vendor needs"));
    }
    !found.contents.is_empty()
}

/// Opens the files in what came; `false` where it holds none.
fn opened(found: &mut Diagnosis, bytes: &[u8], path: &Path, known: &Known<'_>) -> bool {
    let plain = &*text::plain(bytes);
    if !incoming::is_document(plain, path) {
        return false;
    }
    match incoming::opened_all(bytes) {
        // The license that an export names came with the export.
        Ok(files) if mailed::is_all_of(bytes, &files) => false,
        Ok(files) => {
            put_right(found, bytes);
            files.iter().for_each(|file| documents::look(found, file, known));
            true
        }
        Err(error) if is_none(&error) => false,
        Err(error) => {
            found.contents.extend(documents::announced(plain));
            found.blame(error);
            documents::blocks(found, plain, known);
            true
        }
    }
}

/// Says what was undone to read a file.
fn put_right(found: &mut Diagnosis, bytes: &[u8]) {
    let reads = |text: &[u8]| {
        let opened = carrier::open_all(text, Strictness::RepairOrCodes).unwrap_or_default();
        opened.iter().any(|opened| opened.file.is_ok())
    };
    match peel::carrier(bytes, reads) {
        None => found.notes.extend(documents::repaired(bytes, found.carrier)),
        Some(carrier) => {
            found.carrier = carrier;
            found.notes.push(match peel::is_sheet(bytes) {
                true => "a sheet of airlock's, for a browser: its text form was read".to_owned(),
                false => format!("put right on reading: {}", carrier.words()),
            });
        }
    }
}

/// Whether there was no block at all.
fn is_none(failure: &Failure) -> bool {
    [Code::TextMissing, Code::NotAirlock].map(Problem::Core).contains(&failure.problem)
}

fn key(found: &mut Diagnosis, bytes: &[u8]) -> bool {
    if !peel::names_public_key(bytes) {
        return false;
    }
    match keys::public_in(bytes) {
        Ok(key) => {
            if !keys::is_as_made(bytes, &key) {
                found.carrier =
                    if text::is_utf16(bytes) { Carrier::Utf16 } else { Carrier::Quoted };
                let read =
                    format!("put right on reading: a public key in {}", found.carrier.words());
                found.notes.push(format!("{read}; compare the fingerprint by phone or on paper"));
            }
            found.contents.push(Content::PublicKey(key.thumbprint()));
        }
        Err(failure) => found.blame(failure),
    }
    true
}

fn something_else(found: &mut Diagnosis, bytes: &[u8]) -> bool {
    if usage_source::read(bytes).is_ok() || text::is_page(bytes) || exported::begins(bytes) {
        return false;
    }
    other_format(found, foreign::named(bytes))
}

fn other_format(found: &mut Diagnosis, named: Option<(&'static str, &'static str)>) -> bool {
    let Some((what, hint)) = named else { return false };
    found.carrier = Carrier::Foreign(what);
    let message = format!("found {what}, expected an Airlock file or an export");
    found.blame(Failure::new(Problem::Core(Code::NotAirlock), message).hint(hint));
    true
}

/// Looks for an export: a file, in a mail, or between words. What stands in its cells came with it.
fn exported_in(found: &mut Diagnosis, bytes: &[u8]) -> bool {
    mailed::find(bytes).is_some_and(|carried| export(found, &carried))
}

/// Looks for a file of another format that a mail carries.
fn enclosed(found: &mut Diagnosis, bytes: &[u8]) -> bool {
    if found.carrier != Carrier::Mail {
        return false;
    }
    let Some((what, hint)) = mail::attached(bytes) else { return false };
    let message = format!("found {what} attached to a mail, expected an Airlock file or an export");
    found.blame(Failure::new(Problem::Core(Code::NotAirlock), message).hint(hint));
    true
}

fn export(found: &mut Diagnosis, bytes: &[u8]) -> bool {
    match usage_source::read(bytes) {
        Ok(export) => {
            found.contents.push(Content::Export(ExportOf::from(&export)));
            true
        }
        Err(failure) if failure.problem == Problem::ExportUnknown => false,
        Err(failure) => {
            let is_export = exported::begins(bytes);
            if is_export {
                found.contents.push(Content::BrokenExport);
                found.blame(failure);
            }
            is_export
        }
    }
}
