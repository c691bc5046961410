//! What mail programs and editors put around a text, so that one can say what it was.

use super::content::Carrier;
use crate::layers::{self as text, Under, mail};

/// What a file stood in beyond what any reader undoes; `None` where it can be read as it stands.
pub(super) fn carrier(bytes: &[u8], reads: impl Fn(&[u8]) -> bool) -> Option<Carrier> {
    if text::is_utf16(bytes) {
        return Some(Carrier::Utf16);
    }
    if reads(bytes) {
        return None;
    }
    let under = |bytes: &[u8]| {
        let layers = text::layers(bytes).into_iter();
        let read = layers.map(|layer| (layer.under, layer.text));
        read.filter(|(_, text)| reads(text.as_bytes())).map(|(under, _)| of(under)).next()
    };
    let bodies = || mail::bodies(&String::from_utf8_lossy(bytes)).unwrap_or_default();
    let in_body = |body: &Vec<u8>| match text::is_utf16(body) {
        true => Some(Carrier::Utf16),
        false if reads(body) => None,
        false => under(body),
    };
    under(bytes).or_else(|| bodies().iter().find_map(in_body))
}

fn of(under: Under) -> Carrier {
    match under {
        Under::Html => Carrier::Html,
        Under::Escapes => Carrier::Quoted,
    }
}

/// Whether a line of the text, in one byte a letter or two, begins a private key, whatever was made
/// of its dashes.
pub(super) fn names_private_key(bytes: &[u8]) -> bool {
    names(bytes, "PRIVATE KEY")
}

/// The same of a public key.
pub(super) fn names_public_key(bytes: &[u8]) -> bool {
    names(bytes, "PUBLIC KEY")
}

fn names(bytes: &[u8], what: &str) -> bool {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes)
        .lines()
        .any(|line| line.split_once("BEGIN ").is_some_and(|(_, label)| label.contains(what)))
}

/// Whether the bytes are one of our sheets, as a page for a browser: its style shows what is not to
/// be copied.
pub(super) fn is_sheet(bytes: &[u8]) -> bool {
    // The second mark is that of sheets before they were documents.
    let marks = ["<pre class=\"form\">", "content: attr(data-t)"];
    let page = String::from_utf8_lossy(bytes);
    text::is_page(bytes) && marks.iter().any(|mark| page.contains(mark))
}
