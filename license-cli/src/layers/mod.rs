//! What was made of a text on its way, beyond what the core repairs: other encodings, pages,
//! escapes. Each is taken off as its own rules say, never by a guess.
//!
//! What comes of it is read as any text is: the check of each token decides whether it is one.
//! Where two ways lead to different files, none is taken.

pub(crate) mod mail;

mod escapes;
mod html;
mod utf16;

#[cfg(test)]
mod tests;

use license_core::carrier::text::looks_like_text;
use license_core::carrier::{self, Strictness};
use license_core::{Code, Error, limits};

use crate::problem::{DELETE, Failure, Problem};

pub(crate) use escapes::quoted_printable;
pub(crate) use html::is_page;
pub(crate) use utf16::{is_utf16, plain};

/// What a text stood in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Under {
    /// A page for a browser, or a mail that is one.
    Html,
    /// What programs write in the place of line ends and other characters: quoted-printable, JSON,
    /// URLs, Base64.
    Escapes,
}

/// A text as it was before something was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layer {
    pub(crate) under: Under,
    pub(crate) text: String,
}

/// How many layers lie on each other: a page, in JSON, in a mail's quoted-printable.
const DEPTH: usize = 4;
/// How many texts are looked at.
const TEXTS: usize = 16;

/// The texts under what was made of this one, each once, the outermost first; none of what is no
/// text, or longer than a text may be.
pub(crate) fn layers(bytes: &[u8]) -> Vec<Layer> {
    if !looks_like_text(bytes) || bytes.len() > limits::TEXT_BYTES {
        return Vec::new();
    }
    let whole = String::from_utf8_lossy(bytes).into_owned();
    let mut found: Vec<Layer> = Vec::new();
    let mut level = vec![Layer { under: Under::Escapes, text: whole.clone() }];
    for _ in 0..DEPTH {
        let mut next: Vec<Layer> = Vec::new();
        for layer in level.iter().flat_map(inside) {
            let known = |other: &Layer| other.text == layer.text;
            let room = found.len() + next.len() < TEXTS;
            // Bytes that are no text would be taken for a file.
            if room
                && looks_like_text(layer.text.as_bytes())
                && layer.text != whole
                && !found.iter().chain(&next).any(known)
            {
                next.push(layer);
            }
        }
        found.extend(next.iter().cloned());
        level = next;
    }
    found
}

/// The texts under the outermost layer of this one.
fn inside(layer: &Layer) -> Vec<Layer> {
    let text = layer.text.as_str();
    // What was once a page is told as one.
    let escapes = |text| Layer { under: layer.under, text };
    let page = html::text(text).map(|text| Layer { under: Under::Html, text });
    let escaped = [
        quoted_printable(text).and_then(|bytes| escapes::changed(text, bytes)),
        escapes::json(text),
        escapes::url(text),
        escapes::base64(text),
    ];
    page.into_iter().chain(escaped.into_iter().flatten().map(escapes)).collect()
}

/// Reads a text as it is, or else under what was made of it.
///
/// # Errors
/// Those of reading; `text_several` where two ways lead to different files.
pub(crate) fn read<T: PartialEq>(
    bytes: &[u8],
    read: impl Fn(&[u8]) -> Result<T, Error>,
) -> Result<T, Failure> {
    let error = match read(bytes) {
        Ok(file) => return Ok(file),
        Err(error) => error,
    };
    let looked = [Code::TextMissing, Code::TextIncomplete, Code::TextDamaged];
    if !looked.contains(&error.code()) {
        return Err(error.into());
    }
    let (mut file, mut wrong) = (None, None);
    for layer in layers(bytes) {
        match read(layer.text.as_bytes()) {
            Ok(found) if file.as_ref().is_some_and(|file| *file != found) => return Err(several()),
            Ok(found) => file = Some(found),
            Err(found) if found.code() == Code::TextSeveral => return Err(found.into()),
            Err(found) => better(&mut wrong, layer.under, found),
        }
    }
    match (file, wrong) {
        // What stands beside a whole block is not looked for elsewhere: it may be another file.
        (Some(_), _) if has_several(bytes) => Err(error.into()),
        (Some(file), _) => Ok(file),
        (None, Some((under, wrong))) if is_told(under, &wrong, &error) => Err(told(under, wrong)),
        (None, _) => Err(error.into()),
    }
}

fn has_several(bytes: &[u8]) -> bool {
    let opened = carrier::open(bytes, Strictness::RepairOrCodes);
    opened.is_err_and(|error| error.code() == Code::TextSeveral)
}

fn several() -> Failure {
    Failure::new(
        Problem::Core(Code::TextSeveral),
        "found different files in a text and under what was made of it, expected one file",
    )
}

/// Keeps the error that says more.
fn better(kept: &mut Option<(Under, Error)>, under: Under, found: Error) {
    let more = kept.as_ref().is_none_or(|(_, kept)| tells_more(&found, kept));
    if more && found.code() != Code::TextMissing {
        *kept = Some((under, found));
    }
}

/// Whether the error under a layer is the one to tell.
fn is_told(under: Under, wrong: &Error, direct: &Error) -> bool {
    under == Under::Html || tells_more(wrong, direct)
}

/// Whether an error names lines that can be deleted, or there was no block at all without it.
fn tells_more(error: &Error, than: &Error) -> bool {
    let missing = |error: &Error| error.code() == Code::TextMissing;
    let whole = |error: &Error| error.message().starts_with("line");
    let clear = |error: &Error| !error.message().contains(" holds U+");
    let rank =
        |error: &Error| (!missing(error), whole(error), !error.lines().is_empty(), clear(error));
    rank(error) > rank(than)
}

/// The error of a text under a layer, with what to do about the layer.
fn told(under: Under, error: Error) -> Failure {
    let failure = Failure::from(error);
    let place = match under {
        Under::Html => "in the text of the page",
        Under::Escapes => "under the escapes of the text",
    };
    let hint = failure.hint.clone().unwrap_or_default();
    let failure = failure.within(place);
    match under {
        Under::Html if hint.starts_with(DELETE) => {
            failure.hint(format!("{COPY_PAGE}; in that file, {hint}"))
        }
        Under::Html => failure.hint(format!("{COPY_PAGE}; or {hint}")),
        Under::Escapes => failure,
    }
}

/// How the text is got out of a page.
pub(crate) const COPY_PAGE: &str =
    "this is HTML: open it in a browser, select all, copy the text into a file";
