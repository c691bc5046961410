//! Airlock files on their way in: binary, text, a mail around it, codes as text.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use license_core::carrier::text::looks_like_text;
use license_core::carrier::{self, Strictness, parts};
use license_core::document::{Issuer, Kind};
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::verify::{self, Unverified, VerifiedLicense};
use license_core::{Code, Error, limits};

use crate::carry::{foreign, seen};
use crate::files;
use crate::keys;
use crate::layers::{self as text, mail};
use crate::problem::{Failure, Problem};
use crate::usage_source::{self, DailyCounts, EXPORT_BYTES};

/// The first byte of every binary file: the tag of COSE_Sign1 (RFC 9052 section 4.2).
const COSE_SIGN1: u8 = 0xd2;

/// Reads a file of either form and returns its binary form.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = files::read(path, limits::TEXT_BYTES).map_err(|failure| larger(path, failure))?;
    foreign::refuse(path, &bytes)?;
    opened(&bytes).map_err(foreign::unless_named(&bytes)).map_err(named(path))
}

/// Says of a file that is too large what it is, where that can be seen: photographs are.
fn larger(path: &Path, failure: Failure) -> Failure {
    let start = files::start(path).unwrap_or_default();
    if failure.problem == Problem::InputLarge {
        foreign::refuse(path, &start).err().unwrap_or(failure)
    } else {
        failure
    }
}

/// The binary form of a file that came in any form, a whole mail around it included.
pub(crate) fn opened(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let bytes = &*text::plain(bytes);
    let carried = mailed_files(bytes)?;
    let read = |text: &[u8]| carrier::open(text, Strictness::RepairOrCodes).map(Cow::into_owned);
    Ok(match text::read(bytes, read) {
        Err(failure) if is_missing(&failure) => carrier::only(carried).ok_or(failure)??,
        file if carried.is_empty() => file?,
        file => {
            let file = file?;
            carrier::only(carried.into_iter().chain([file.clone()])).unwrap_or(Ok(file))?
        }
    })
}

fn is_missing(failure: &Failure) -> bool {
    failure.problem == Problem::Core(Code::TextMissing)
}

/// Reads what may hold several files: a text with many blocks, a mail with many attachments.
///
/// # Errors
/// As [`read`]; of a damaged block, its place: nothing is left out of what was given.
pub(crate) fn read_all(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let bytes = files::read(path, limits::TEXT_BYTES).map_err(|failure| larger(path, failure))?;
    foreign::refuse(path, &bytes)?;
    opened_all(&bytes).map_err(foreign::unless_named(&bytes)).map_err(named(path))
}

/// The files of what was given, and what is wrong with its texts of one kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Apart {
    pub(crate) files: Vec<Vec<u8>>,
    pub(crate) damaged: Vec<Failure>,
}

/// The same, where a damaged text of a receipt holds up nothing beside it; a failure comes with the
/// number of files that what was given seems to hold.
///
/// # Errors
/// As [`read_all`].
pub(crate) fn read_but_receipts(path: &Path) -> Result<Apart, (Failure, usize)> {
    let bytes = files::read(path, limits::TEXT_BYTES);
    let bytes = bytes.map_err(|failure| (larger(path, failure), 1))?;
    foreign::refuse(path, &bytes).map_err(|failure| (failure, 1))?;
    let failure = match opened_all(&bytes) {
        Ok(files) => return Ok(Apart { files, damaged: Vec::new() }),
        Err(failure) => failure,
    };
    // Only where what is wrong is in receipts alone: nothing else is left out of what was given.
    let all = opened_by(&text::plain(&bytes), but_receipts).unwrap_or_default();
    let (files, damaged): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    if damaged.is_empty() {
        let failure = named(path)(foreign::unless_named(&bytes)(failure));
        return Err((failure, seem_to_be(&bytes)));
    }
    let damaged = damaged.into_iter().filter_map(Result::err).map(named(path)).collect();
    Ok(Apart { files: files.into_iter().flatten().collect(), damaged })
}

/// How many files a text seems to hold: so many blocks begin in it and in its attachments.
fn seem_to_be(bytes: &[u8]) -> usize {
    if !looks_like_text(bytes) {
        return 1;
    }
    let text = String::from_utf8_lossy(bytes);
    let begun = text.lines().filter(|line| line.contains("-----BEGIN AIRLOCK")).count();
    (begun + mail::bodies(&text).map_or(0, |bodies| bodies.len())).max(1)
}

/// The binary forms of all files that came in any form, each once.
pub(crate) fn opened_all(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
    let files = opened_by(&text::plain(bytes), |text| {
        text_files(text).map(|files| files.into_iter().map(Ok).collect())
    })?;
    Ok(files.into_iter().filter_map(Result::ok).collect())
}

/// A file of a text, or what is wrong with it.
type Block = Result<Vec<u8>, Error>;

/// The same, as this reads a text.
fn opened_by(
    bytes: &[u8],
    blocks: impl Fn(&[u8]) -> Result<Vec<Block>, Error>,
) -> Result<Vec<Block>, Failure> {
    let carried = mailed(bytes, &blocks)?;
    let mut files = match text::read(bytes, &blocks) {
        Err(failure) if is_missing(&failure) && !carried.is_empty() => Vec::new(),
        files => files?,
    };
    for file in carried {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    Ok(files)
}

/// The files of a text. Where it is one, a sentence that names a BEGIN line, and damaged copies
/// that are known as such, are passed over; what may be another file is an error.
fn text_files(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Error> {
    match carrier::open(bytes, Strictness::RepairOrCodes) {
        Ok(file) => Ok(vec![file.into_owned()]),
        Err(error) if error.code() == Code::TextSeveral => {
            match carrier::open_all(bytes, Strictness::Repair) {
                // Codes: a set of one file is read at a time.
                Err(missing) if missing.code() == Code::TextMissing => Err(error),
                opened => opened?.into_iter().map(|opened| opened.file).collect(),
            }
        }
        Err(error) => Err(error),
    }
}

/// The same, where a damaged block is one of its own if it is a receipt's.
fn but_receipts(bytes: &[u8]) -> Result<Vec<Block>, Error> {
    let error = match text_files(bytes) {
        Ok(files) => return Ok(files.into_iter().map(Ok).collect()),
        Err(error) => error,
    };
    let word = Kind::Receipt.word();
    let fits = |opened: &carrier::Opened| {
        let of_receipt = opened.place.as_ref().is_some_and(|place| place.word == word);
        opened.file.is_ok() || of_receipt
    };
    let opened = carrier::open_all(bytes, Strictness::Repair).map_err(|_| error.clone())?;
    if !opened.iter().all(fits) {
        return Err(error);
    }
    Ok(opened.into_iter().map(|opened| opened.file).collect())
}

fn mailed_files(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
    let files =
        mailed(bytes, |text| text_files(text).map(|files| files.into_iter().map(Ok).collect()))?;
    Ok(files.into_iter().filter_map(Result::ok).collect())
}

/// The files that a mail carries in its own encodings; attachments of other kinds are passed over.
fn mailed(
    bytes: &[u8],
    blocks: impl Fn(&[u8]) -> Result<Vec<Block>, Error>,
) -> Result<Vec<Block>, Failure> {
    if !looks_like_text(bytes) {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for body in mail::bodies(&String::from_utf8_lossy(bytes))? {
        match text::read(&text::plain(&body), &blocks) {
            Err(failure) if is_missing(&failure) => {}
            found => {
                let is_ours =
                    |it: &Block| it.as_ref().map_or(true, |it| it.starts_with(&[COSE_SIGN1]));
                files.extend(found?.into_iter().filter(is_ours));
            }
        }
    }
    Ok(files)
}

/// A file with daily figures, of one of two kinds.
pub(crate) enum UsageFile {
    /// A usage report in its binary form; not checked yet.
    Report(Vec<u8>),
    /// An export, which nobody has signed.
    Unsigned(DailyCounts),
}

/// Reads a file with daily figures: usage reports, or an export.
pub(crate) fn usage_files(path: &Path) -> Result<Vec<UsageFile>, Failure> {
    let bytes = files::read(path, EXPORT_BYTES)?;
    foreign::refuse_pictures(path, &bytes)?;
    if !is_document(&text::plain(&bytes), path) {
        foreign::refuse_pages(path, &bytes)?;
        let export = usage_source::read_history(&bytes);
        let export = export.map(|export| vec![UsageFile::Unsigned(export)]);
        let export = export.map_err(|failure| failure.within(files::shown(path)));
        return export
            .map_err(seen::instead(path, seen::Expected::Export("a usage report or an export")));
    }
    let reports = opened_all(&bytes);
    let reports = reports.map_err(foreign::unless_named(&bytes)).map_err(named(path))?;
    Ok(reports.into_iter().map(UsageFile::Report).collect())
}

/// Returns whether bytes are an Airlock file rather than an export: binary, or a text, codes or a
/// mail that carry one, and that do not begin as an export does.
pub(crate) fn is_document(bytes: &[u8], path: &Path) -> bool {
    let exported = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let whole = String::from_utf8_lossy(bytes);
    let start: String = whole.trim_start_matches(['\u{feff}', '"']).chars().take(64).collect();
    if exported || start.to_lowercase().starts_with("license key") {
        return false;
    }
    // A damaged attachment is told when the file is opened.
    let mailed = || mailed_files(bytes).map_or(true, |files| !files.is_empty());
    let carried = || !parts::find(&whole).is_empty() || mailed();
    bytes.starts_with(&[COSE_SIGN1]) || whole.to_uppercase().contains("AIRLOCK") || carried()
}

/// Returns a failure with the file's name before it.
pub(crate) fn named<E: Into<Failure>>(path: &Path) -> impl Fn(E) -> Failure {
    let place = place(path);
    move |error| error.into().within(&place)
}

/// A failure to verify this file, which was to be of this kind, with its name before it: what the
/// file is, where it is another one.
pub(crate) fn refused(path: &Path, bytes: &[u8], expected: Kind) -> impl Fn(Error) -> Failure {
    move |error| seen::refused(bytes, expected, &error).within(place(path))
}

/// A failure to verify a file of any kind, with its name before it.
pub(crate) fn not_verified(path: &Path, bytes: &[u8]) -> impl Fn(Error) -> Failure {
    move |error| seen::not_verified(bytes, &error).within(place(path))
}

/// The file's name in a sentence.
fn place(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { files::shown(path) }
}

/// Reads root keys.
pub(crate) fn roots(paths: &[PathBuf]) -> Result<Vec<PublicKey>, Failure> {
    paths.iter().map(|path| public_key(path)).collect()
}

/// Reads a public key.
pub(crate) fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    keys::load_public(path).map_err(seen::instead(path, seen::Expected::Key("a public key (.pub)")))
}

/// Reads and verifies a license.
pub(crate) fn license(path: &Path, anchors: &TrustAnchors) -> Result<VerifiedLicense, Failure> {
    let bytes = read(path)?;
    verify::verify_license(&bytes, anchors).map_err(refused(path, &bytes, Kind::License))
}

/// Reads and verifies the licenses of a file.
pub(crate) fn licenses(
    path: &Path,
    anchors: &TrustAnchors,
) -> Result<Vec<VerifiedLicense>, Failure> {
    let verified = |file: &Vec<u8>| {
        verify::verify_license(file, anchors).map_err(refused(path, file, Kind::License))
    };
    read_all(path)?.iter().map(verified).collect()
}

/// A file with one issuer document.
#[derive(Debug, Clone)]
pub(crate) struct IssuerFile {
    pub(crate) bytes: Vec<u8>,
    pub(crate) claims: Issuer,
}

/// Reads the one issuer document of a file; verified where anchors are given.
pub(crate) fn issuer(path: &Path, anchors: Option<&TrustAnchors>) -> Result<IssuerFile, Failure> {
    let bytes = read(path)?;
    if let Some(anchors) = anchors {
        let verified = verify::verify(&bytes, anchors);
        verified.map_err(not_verified(path, &bytes))?;
    }
    let documents = verify::inspect(&bytes).map_err(named(path))?;
    match documents.into_iter().map(|document| document.claims).collect::<Vec<_>>().as_slice() {
        [Unverified::Issuer(issuer)] => Ok(IssuerFile { bytes, claims: (**issuer).clone() }),
        _ => Err(no_issuer(path, &bytes)),
    }
}

fn no_issuer(path: &Path, bytes: &[u8]) -> Failure {
    let found = seen::seen(bytes).map(|seen| format!("found {}, ", seen.what)).unwrap_or_default();
    Failure::new(
        Problem::Core(Code::WrongKind),
        format!("{}: {found}expected a file with one issuer document", files::shown(path)),
    )
    .hint("`airlock issuer certify` makes one; the desk was given it with its key")
}

/// The failure of a file without a receipt that was to have one: what it is.
pub(crate) fn no_receipt(path: &Path, bytes: &[u8]) -> Failure {
    let found = seen::seen(bytes).map(|seen| format!("found {}, ", seen.what)).unwrap_or_default();
    Failure::new(
        Problem::Core(Code::WrongKind),
        format!("{}: {found}expected a receipt, or a license that one came with", place(path)),
    )
    .hint("the vendor makes one with `airlock receipt issue`")
}
