//! What mail programs and editors put around a text, taken off so that one can see what it was.

use super::content::Carrier;
use crate::carry::mail;

/// Bytes of a text that is looked under.
const TEXT_BYTES: usize = 1 << 20;

/// The text under each layer that can be taken off, with the layer's name; none of a file that is
/// no text.
pub(super) fn layers(bytes: &[u8]) -> Vec<(Carrier, String)> {
    let bytes = bytes.get(..TEXT_BYTES).unwrap_or(bytes);
    let mut layers: Vec<(Carrier, String)> =
        utf16(bytes).map(|text| (Carrier::Utf16, text)).into_iter().collect();
    let text = String::from_utf8_lossy(bytes).into_owned();
    if !is_text(&text) {
        return layers;
    }
    for body in mail::base64_bodies(&text).unwrap_or_default() {
        layers.extend(utf16(&body).map(|text| (Carrier::Utf16, text)));
        layers.extend(html(&String::from_utf8_lossy(&body)).map(|text| (Carrier::Html, text)));
    }
    let printable = quoted_printable(&text);
    layers.extend(html(&printable).map(|text| (Carrier::Html, text)));
    if printable != text {
        layers.push((Carrier::Quoted, printable));
    }
    layers.extend(html(&text).map(|text| (Carrier::Html, text)));
    layers.push((Carrier::Quoted, unquoted(&text)));
    layers
}

/// UTF-16, with or without the mark of its byte order (RFC 2781).
fn utf16(bytes: &[u8]) -> Option<String> {
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let letters = bytes.len() / 2;
    if bytes.len() < 8 || even.max(odd) * 2 < letters {
        return None;
    }
    let pair = |pair: &[u8]| match *pair {
        [first, second] if even > odd => u16::from_be_bytes([first, second]),
        [first, second] => u16::from_le_bytes([first, second]),
        _ => 0,
    };
    let units = bytes.chunks_exact(2).map(pair);
    let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
    is_text(&text).then(|| text.trim_start_matches('\u{feff}').to_owned())
}

/// Whether it has no control characters but those of a text, which every program has.
fn is_text(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && !"\t\n\r\u{c}".contains(c))
}

/// The text of a page: tags out, the ends of lines and paragraphs in; `None` where there is no tag.
fn html(text: &str) -> Option<String> {
    let mut plain = String::new();
    let mut pieces = text.split('<');
    plain.push_str(pieces.next()?);
    let mut tags = 0;
    for piece in pieces {
        let (tag, rest) = piece.split_once('>')?;
        tags += 1;
        let name: String = tag.chars().take_while(|c| c.is_alphanumeric() || *c == '/').collect();
        if ["br", "br/", "p", "/p", "div", "/div", "/tr", "/li"]
            .contains(&name.to_lowercase().as_str())
        {
            plain.push('\n');
        }
        plain.push_str(rest);
    }
    let plain = plain.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">");
    (tags > 0).then(|| plain.replace("&amp;", "&"))
}

/// Soft ends of lines joined, and bytes that are written in hexadecimal (RFC 2045 section 6.7).
fn quoted_printable(text: &str) -> String {
    let joined = text.replace("=\r\n", "").replace("=\n", "");
    joined.replace("=3D", "=").replace("=2D", "-").replace("=20", " ")
}

/// Without quote marks, indents and the long dashes that editors make of short ones.
fn unquoted(text: &str) -> String {
    let line = |line: &str| line.trim_start_matches(['>', ' ', '\t', '|', '\u{feff}']).to_owned();
    let lines: Vec<String> = text.lines().map(line).collect();
    let short = lines.join("\n") + "\n";
    let short = short.replace('\u{2014}', "--").replace('\u{2013}', "-");
    // A key that lost its ends of lines.
    short.replace(" KEY----- ", " KEY-----\n").replace(" -----END", "\n-----END")
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
    is_html(bytes) && String::from_utf8_lossy(bytes).contains("content: attr(data-t)")
}

/// Whether the bytes are a page for a browser.
pub(super) fn is_html(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_lowercase();
    start.contains("<html") || start.contains("<!doctype html")
}
