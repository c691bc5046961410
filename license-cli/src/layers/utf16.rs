//! UTF-16 (RFC 2781), as some editors and shells of Windows write it.

use std::borrow::Cow;

/// The bytes of a text in UTF-8 where it is in UTF-16, with or without the mark of its byte order,
/// and as they are where it is not.
pub(crate) fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    match text(bytes) {
        Some(text) => Cow::Owned(text.into_bytes()),
        None => Cow::Borrowed(bytes),
    }
}

/// Whether these bytes are a text in UTF-16.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    text(bytes).is_some()
}

/// The text; what stands for no character becomes U+FFFD, which is in no token.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => Some(decoded(rest, u16::from_le_bytes)).filter(|it| is_text(it)),
        [0xfe, 0xff, rest @ ..] => Some(decoded(rest, u16::from_be_bytes)).filter(|it| is_text(it)),
        _ => unmarked(bytes),
    }
}

/// A text without the mark: at least half of its letters are of one byte, so that the other is 0.
fn unmarked(bytes: &[u8]) -> Option<String> {
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if bytes.len() < 8 || even.max(odd) * 4 < bytes.len() {
        return None;
    }
    let order = if even > odd { u16::from_be_bytes } else { u16::from_le_bytes };
    Some(decoded(bytes, order)).filter(|text| is_text(text))
}

fn decoded(bytes: &[u8], order: fn([u8; 2]) -> u16) -> String {
    let pair = |pair: &[u8]| <[u8; 2]>::try_from(pair).map_or(0xfffd, order);
    let units = bytes.chunks(2).map(pair);
    // Room for all: where it is a key, no copy is left behind when it grows.
    let mut text = String::with_capacity(bytes.len() * 2);
    let letters = char::decode_utf16(units);
    text.extend(letters.map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)));
    text
}

/// Whether it has no control characters but those of a text, which every program has.
fn is_text(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && !"\t\n\r\u{c}\u{85}".contains(c))
}
