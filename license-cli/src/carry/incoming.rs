//! Airlock files on their way in and out: binary or text, checked or only looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use license_core::carrier::{self, Strictness, parts};
use license_core::document::{Issuer, Kind, SignError};
use license_core::key::{PublicKey, sha256};
use license_core::series::{Daily, NO_DATA};
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};
use license_core::verify::{self, Unverified, VerifiedLicense};
use license_core::{Code, Day, Error, limits};
use serde_json::{Value, json};

use crate::carry::mail;
use crate::files::{self, Mode};
use crate::keys;
use crate::problem::{Failure, Problem};
use crate::usage_source;

/// Reads a file of either form and returns its binary form.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = files::read(path, limits::TEXT_BYTES).map_err(|failure| larger(path, failure))?;
    refuse_others(path, &bytes)?;
    let named = named(path);
    opened(&bytes).map_err(named)
}

/// Says of a file that is too large what it is, where that can be seen: photographs are.
fn larger(path: &Path, failure: Failure) -> Failure {
    let start = files::start(path).unwrap_or_default();
    if failure.problem == Problem::InputLarge {
        refuse_others(path, &start).err().unwrap_or(failure)
    } else {
        failure
    }
}

/// Refuses what people take for an Airlock file, and says what to do with it.
fn refuse_others(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let Some((what, hint)) = picture(bytes).or_else(|| something_else(bytes)) else {
        return Ok(());
    };
    let found = format!("{}: found {what}, expected an Airlock file", files::shown(path));
    Err(Failure::new(Problem::Core(Code::NotAirlock), found).hint(hint))
}

/// Refuses what carries codes to be read by another way.
pub(crate) fn refuse_pictures(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let Some((what, hint)) = picture(bytes) else { return Ok(()) };
    let found =
        format!("{}: found {what}, expected an Airlock file or an export", files::shown(path));
    Err(Failure::new(Problem::Core(Code::NotAirlock), found).hint(hint))
}

/// Returns what carries codes or text to be read by another way.
fn picture(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const SCAN: &str = "`airlock scan FILE --out NEW` reads the codes on it";
    Some(match bytes {
        [0x89, b'P', b'N', b'G', ..] => ("a PNG picture", SCAN),
        [0xff, 0xd8, 0xff, ..] => ("a JPEG picture", SCAN),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            ("a HEIC picture or a film", "export it as JPEG, then `airlock scan`")
        }
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => {
            ("a TIFF picture", "save it as PNG, then `airlock scan`")
        }
        [b'%', b'P', b'D', b'F', ..] => (
            "a PDF document",
            "`pdftoppm -r 200 -png FILE page` makes pictures of its pages; `airlock scan page*.png --out NEW` reads them",
        ),
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive", "unpack it, and give what is in it"),
        [0x1f, 0x8b, ..] => ("a gzip archive", "unpack it, and give what is in it"),
        _ if bytes.get(..64)?.to_ascii_lowercase().starts_with(b"<!doctype html") => {
            ("an HTML page", "open it in a browser, and copy the text form from it")
        }
        _ => return None,
    })
}

/// Returns what a file is that people take for an Airlock file, and what to do with it.
fn something_else(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes));
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let has_line = |part: &str| text.lines().any(|line| line.contains(part));
    if text.starts_with("-----BEGIN") && has_line("PRIVATE KEY-----") {
        return Some((
            "a private key",
            "never send it; `airlock key show FILE` shows its fingerprint",
        ));
    }
    if text.starts_with("-----BEGIN") && has_line("PUBLIC KEY-----") {
        return Some((
            "a public key",
            "`airlock key show FILE` shows its fingerprint; give a root with `--trust`",
        ));
    }
    if text.starts_with("License Key,") || text.starts_with("\"License Key\"") {
        return Some(("a usage export", "`airlock usage import FILE` reads it"));
    }
    // The old kind is Base64 of a JSON object, which begins `{"`, with or without armor lines
    // around it.
    let first =
        text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("-----"));
    let old = first.is_some_and(|line| line.starts_with("eyJ"));
    old.then_some((
        "a GitLab license of the old kind",
        "the vendor issues it anew with `airlock license issue`",
    ))
}

/// Returns the binary form of a file that came in any form, a whole mail around it included.
pub(crate) fn opened(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    match carrier::open(bytes, Strictness::RepairOrCodes) {
        Ok(file) => Ok(file.into_owned()),
        Err(error) if error.code() == Code::TextMissing => from_base64(bytes).unwrap_or(Err(error)),
        Err(error) => Err(error),
    }
}

/// Returns whether bytes are an Airlock file rather than an export: binary, or a text, codes or a
/// mail that carry one, and that do not begin as an export does.
pub(crate) fn is_document(bytes: &[u8], path: &Path) -> bool {
    let exported = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let text = String::from_utf8_lossy(bytes);
    let start: String = text.trim_start_matches(['\u{feff}', '"']).chars().take(64).collect();
    if exported || start.to_lowercase().starts_with("license key") {
        return false;
    }
    let carried = || !parts::find(&text).is_empty() || from_base64(bytes).is_some();
    bytes.starts_with(&[0xd2]) || text.to_uppercase().contains("AIRLOCK") || carried()
}

/// Returns the file that a mail carries in Base64, as an attachment or in its text; `None` where it
/// carries none.
fn from_base64(bytes: &[u8]) -> Option<Result<Vec<u8>, Error>> {
    let bodies = mail::base64_bodies(&String::from_utf8_lossy(bytes));
    carrier::only(bodies.into_iter().filter_map(|body| {
        let file = carrier::open(&body, Strictness::RepairOrCodes).ok()?.into_owned();
        verify::file_kind(&file).is_ok().then_some(file)
    }))
}

/// Returns a failure of the core with the file's name before it.
pub(crate) fn named(path: &Path) -> impl Fn(Error) -> Failure {
    let path =
        if path == Path::new("-") { "standard input".to_owned() } else { files::shown(path) };
    move |error| Failure::from(error).within(&path)
}

/// Reads root keys.
pub(crate) fn roots(paths: &[PathBuf]) -> Result<Vec<PublicKey>, Failure> {
    paths.iter().map(|path| keys::load_public(path)).collect()
}

/// Reads and verifies a license.
pub(crate) fn license(path: &Path, anchors: &TrustAnchors) -> Result<VerifiedLicense, Failure> {
    verify::verify_license(&read(path)?, anchors).map_err(named(path))
}

/// Reads the one issuer document of a file; verified where anchors are given.
pub(crate) fn issuer(
    path: &Path,
    anchors: Option<&TrustAnchors>,
) -> Result<(Vec<u8>, Issuer), Failure> {
    let bytes = read(path)?;
    if let Some(anchors) = anchors {
        verify::verify(&bytes, anchors).map_err(named(path))?;
    }
    let documents = verify::inspect(&bytes).map_err(named(path))?;
    match documents.into_iter().map(|document| document.claims).collect::<Vec<_>>().as_mut_slice() {
        [Unverified::Issuer(issuer)] => Ok((bytes, (**issuer).clone())),
        _ => Err(Failure::new(
            Problem::Core(Code::WrongKind),
            format!("{}: expected a file with one issuer document", files::shown(path)),
        )
        .hint("`airlock issuer certify` makes one")),
    }
}

/// A file to be written.
pub(crate) struct Outgoing<'a> {
    pub(crate) path: &'a Path,
    pub(crate) text: bool,
    pub(crate) force: bool,
}

impl<'a> From<&'a crate::cli::options::Out> for Outgoing<'a> {
    fn from(out: &'a crate::cli::options::Out) -> Self {
        Self { path: &out.out, text: out.text, force: out.force }
    }
}

/// What was written.
pub(crate) struct Written {
    pub(crate) json: Value,
    pub(crate) line: String,
    pub(crate) to_stdout: bool,
}

impl Outgoing<'_> {
    /// Refuses an existing file before anything is asked or signed.
    pub(crate) fn refuse_existing(&self) -> Result<(), Failure> {
        files::refuse_existing(self.path, self.force)
    }

    /// Writes the file and returns what to say about it.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<Written, Failure> {
        let (kind, id) = verify::file_kind(bytes)?;
        let content =
            if self.text { carrier::text_of(bytes)?.into_bytes() } else { bytes.to_vec() };
        files::write_new(self.path, &content, Mode::Public, self.force)?;
        Ok(written(self.path, &content, kind, id))
    }
}

fn written(path: &Path, content: &[u8], kind: Kind, id: DocumentId) -> Written {
    let shown = files::shown(path);
    let json = json!({
        "format": 1, "path": path.to_string_lossy(), "kind": kind.to_string(), "id": id.to_string(),
        "sha256": hex::encode(sha256(content)), "bytes": content.len(),
    });
    let line = format!("wrote {shown}: {kind} {id}, {} bytes\n", content.len());
    Written { json, line, to_stdout: path == Path::new("-") }
}

/// Returns the failure of a document that was not signed.
pub(crate) fn not_signed(error: SignError) -> Failure {
    match error {
        SignError::Claims(error) => {
            Failure { exit: crate::problem::Exit::Failed, ..Failure::from(error) }
        }
        SignError::Signer(why) => {
            Failure::new(Problem::Signer, format!("the key could not sign: {why}"))
        }
    }
}

/// Daily counts as evaluation takes them: one number for each day from the first to the last that
/// is known.
#[derive(Debug, Default)]
pub(crate) struct History {
    first: Option<Day>,
    counts: Vec<u32>,
}

impl History {
    /// Returns the history of these days.
    pub(crate) fn of_days(days: &BTreeMap<Day, Count>) -> Self {
        let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value())
        else {
            return Self::default();
        };
        let length = usize::try_from(last.since(*first) + 1).unwrap_or(0);
        let mut counts = vec![NO_DATA; length];
        for (day, count) in days {
            if let Some(slot) =
                usize::try_from(day.since(*first)).ok().and_then(|place| counts.get_mut(place))
            {
                *slot = count.get();
            }
        }
        Self { first: Some(*first), counts }
    }

    /// Reads what `--history` names: `none`, or a file.
    pub(crate) fn of_option(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("none") {
            Ok(Self::default())
        } else {
            read_export(path).map(|export| Self::of_days(&export.days))
        }
    }

    /// Returns the series; without any day it is known and empty.
    pub(crate) fn daily(&self) -> Daily<'_> {
        Daily::new(self.first.unwrap_or(Day::FIRST), &self.counts)
    }
}

/// Reads a usage export.
pub(crate) fn read_export(path: &Path) -> Result<usage_source::Export, Failure> {
    let bytes = files::read(path, usage_source::EXPORT_BYTES)?;
    usage_source::read(&bytes).map_err(|failure| failure.within(files::shown(path)))
}
