//! Files of other formats that people take for an Airlock file: named, each with what to do.

use std::path::Path;

use license_core::carrier::text::looks_like_text;
use license_core::{Code, Day};

use super::{exported, formats};
use crate::files;
use crate::layers::{self as text, mail};
use crate::problem::{Failure, Problem};

/// How a phone gives JPEG instead of HEIC, and how a picture that was taken becomes one.
pub(crate) const HEIC: &str = "on an iPhone set Settings > Camera > Formats > Most Compatible, and \
     photograph it again; or share or mail the picture from the phone as JPEG, and give that";
/// What to do with a PDF where none is read: without a network and without another program first.
pub(crate) const PDF: &str = "set the scanner to JPEG or TIFF, and scan it again, or photograph \
     it; where poppler is at hand, `pdftoppm -r 200 -png FILE page` makes a picture of each page";

/// A file in words, and what can be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) what: String,
    pub(crate) hint: String,
}

impl From<(&str, &str)> for Seen {
    fn from((what, hint): (&str, &str)) -> Self {
        Self { what: what.to_owned(), hint: hint.to_owned() }
    }
}

/// Refuses what people take for an Airlock file, and says what to do with it.
pub(crate) fn refuse(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    // What can be read under a layer is not refused for the layer.
    let seen = known(bytes).filter(|_| !is_under(bytes));
    refuse_as(path, seen, "an Airlock file")
}

/// Whether what is carried, if anything, stands under a page or in UTF-16.
pub(crate) fn is_under(bytes: &[u8]) -> bool {
    page(bytes).or_else(|| utf_16(bytes)).is_some()
}

/// The failure of a file without a block: what it is instead, where that can be seen.
pub(crate) fn unless_named(bytes: &[u8]) -> impl Fn(Failure) -> Failure {
    move |failure| match instead(bytes) {
        Some((what, hint)) if failure.problem == Problem::Core(Code::TextMissing) => {
            let found = format!("found {what}, expected an Airlock file");
            Failure::new(Problem::Core(Code::NotAirlock), found).hint(hint)
        }
        Some(_) | None => failure,
    }
}

/// What a text without a block is.
fn instead(bytes: &[u8]) -> Option<(String, String)> {
    let text = text::plain(bytes);
    let owned = |(what, hint): (&str, &str)| (what.to_owned(), hint.to_owned());
    let attached = || {
        let bodies = mail::bodies(&String::from_utf8_lossy(&text)).unwrap_or_default();
        let (what, hint) = bodies.iter().find_map(|body| named(body))?;
        Some((format!("{what} attached to a mail"), hint.to_owned()))
    };
    let page = || {
        page(&text).map(|_| owned((
            "an HTML page without a BEGIN line in its text",
            "open it in a browser: if it is a page to sign in or to download, save the file that \
             it offers; if it shows the text, select all, and copy the text into a file",
        )))
    };
    let wide = || {
        utf_16(bytes).map(|_| {
            owned((
                "UTF-16 text without a BEGIN line",
                "look into it: copy the text anew, from BEGIN to END",
            ))
        })
    };
    let named = named(&text).filter(|_| self::page(&text).is_none()).map(owned);
    let by_head = || formats::mail(&String::from_utf8_lossy(&text)).map(owned);
    named.or_else(attached).or_else(by_head).or_else(page).or_else(wide)
}

/// What the file is, of those that people take for an Airlock file, and what to do with it.
pub(crate) fn named(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    formats::named(bytes)
        .or_else(|| picture(bytes))
        .or_else(|| page(bytes))
        .or_else(|| key(bytes))
        .or_else(|| something_else(bytes))
}

/// A file of another format that no part of is text: a picture, a document of pages, an archive.
pub(crate) fn binary(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    formats::named(bytes).filter(|_| !looks_like_text(bytes)).or_else(|| picture(bytes))
}

/// Refuses what carries codes to be read by another way.
pub(crate) fn refuse_pictures(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    refuse_as(path, binary(bytes).map(Seen::from), "an Airlock file or an export")
}

/// Refuses a page for a browser that carries nothing of ours.
pub(crate) fn refuse_pages(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    refuse_as(path, page(bytes).map(Seen::from), "an Airlock file or an export")
}

fn refuse_as(path: &Path, seen: Option<Seen>, expected: &str) -> Result<(), Failure> {
    let Some(Seen { what, hint }) = seen else { return Ok(()) };
    let found = format!("{}: found {what}, expected {expected}", files::shown(path));
    Err(Failure::new(Problem::Core(Code::NotAirlock), found).hint(hint))
}

/// The same, and text that has to be written anew before it is read.
pub(crate) fn known(bytes: &[u8]) -> Option<Seen> {
    private_key(bytes)
        .or_else(|| ledger(bytes))
        .or_else(|| backup(bytes))
        .or_else(|| utf_16(bytes))
        .or_else(|| named(bytes))
        .map(Seen::from)
}

/// Whether it is a key in PEM.
pub(crate) fn is_key(bytes: &[u8]) -> bool {
    key(bytes).is_some()
}

/// Whether it is a usage export, or rows of days and counts.
pub(crate) fn is_export(bytes: &[u8]) -> bool {
    let text = start(bytes);
    is_usage_export(&text) || is_daily(&text)
}

/// Whether it is a policy.
pub(crate) fn is_policy(bytes: &[u8]) -> bool {
    has_policy(&start(bytes))
}

/// Whether it is a picture as phones write it.
pub(crate) fn is_heic(bytes: &[u8]) -> bool {
    let brands = [b"ftyphei", b"ftyphev", b"ftyphem", b"ftyphes", b"ftypmif", b"ftypmsf"];
    let brand = bytes.get(4..).unwrap_or_default();
    brands.iter().any(|mark| brand.starts_with(*mark))
}

/// What carries codes or text to be read by another way, and which.
fn picture(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const SCAN: &str = "`airlock scan FILE --out NEW` reads the codes on it";
    Some(match bytes {
        [0x89, b'P', b'N', b'G', ..] => ("a PNG picture", SCAN),
        [0xff, 0xd8, 0xff, ..] => ("a JPEG picture", SCAN),
        [b'G', b'I', b'F', b'8', ..] => ("a GIF picture", SCAN),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            ("a WebP picture", SCAN)
        }
        _ if is_heic(bytes) => ("a HEIC picture, as phones write it", HEIC),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            ("an AVIF picture or a film", "save the picture as JPEG, then `airlock scan`")
        }
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => ("a TIFF picture", SCAN),
        [b'%', b'P', b'D', b'F', ..] => {
            ("a PDF document", if cfg!(feature = "scan-pdf") { SCAN } else { PDF })
        }
        [b'P', b'K', 3, 4, ..] => ("a ZIP archive", "unpack it, and give what is in it"),
        [0x1f, 0x8b, ..] => ("a gzip archive", "unpack it, and give what is in it"),
        _ => return None,
    })
}

/// A page for a browser.
fn page(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    text::is_page(bytes).then_some(("an HTML page", text::COPY_PAGE))
}

/// Text of two bytes a letter, as some editors and shells of Windows save it.
fn utf_16(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    text::is_utf16(bytes).then_some((
        "UTF-16 text",
        "save it as UTF-8, or write it anew: `iconv -f UTF-16 -t UTF-8 FILE > NEW`",
    ))
}

/// The first bytes as text, without what stands before it.
fn start(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes));
    text.trim_start_matches('\u{feff}').trim_start().to_owned()
}

/// A private key in any form.
fn private_key(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    files::is_private_key(bytes).then_some((
        "a private key",
        "never send it; `airlock key show FILE` shows its fingerprint",
    ))
}

/// The ledger of an instance.
fn ledger(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    files::is_ledger(bytes).then_some((
        "an instance's ledger",
        "never send it; `airlock usage report --out FILE` makes what may leave",
    ))
}

/// The backup of an instance.
fn backup(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    files::is_backup(bytes).then_some((
        "the backup of an instance, with its private key",
        "never send it; `airlock instance restore FILE --instance NEW` makes the folder NEW of it",
    ))
}

/// A key in PEM.
fn key(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let text = start(bytes);
    let has_line = |part: &str| text.lines().any(|line| line.contains(part));
    if !text.starts_with("-----BEGIN") {
        return None;
    }
    private_key(bytes).or_else(|| {
        has_line("PUBLIC KEY-----").then_some((
            "a public key",
            "`airlock key show FILE` shows its fingerprint; give a root with `--trust`",
        ))
    })
}

/// Another text that people take for an Airlock file, and what to do with it.
fn something_else(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const IMPORT: &str = "`airlock usage import FILE` reads it";
    let text = start(bytes);
    if is_usage_export(&text) {
        return Some(("a usage export", IMPORT));
    }
    if is_daily(&text) {
        return Some(("rows of days and counts", IMPORT));
    }
    if exported::is_row(&text) {
        return Some((
            "a usage export that a spreadsheet has rewritten",
            "`airlock explain FILE` says what is wrong with it",
        ));
    }
    if has_policy(&text) {
        return Some(("a policy", "`airlock license issue --policy FILE` takes it"));
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

fn is_usage_export(text: &str) -> bool {
    text.starts_with("License Key,") || text.starts_with("\"License Key\"")
}

fn has_policy(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("seat_check ="))
}

/// Whether one of the first two lines, of which one may be a heading, is a day and a count.
fn is_daily(text: &str) -> bool {
    let day = |line: &str| line.get(..10).and_then(Day::parse).is_some();
    text.lines().take(2).any(|line| line.contains(',') && day(line))
}
