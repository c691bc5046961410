//! What programs write in the place of line ends and other characters.

use base64ct::{Base64, Encoding};

/// Quoted-printable (RFC 2045 section 6.7): soft ends of lines, and bytes in hexadecimal. `None`
/// where there is neither.
pub(crate) fn quoted_printable(text: &str) -> Option<Vec<u8>> {
    if !text.contains('=') {
        return None;
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'=', [b'\r', b'\n', after @ ..] | [b'\n', after @ ..]) => after,
            (b'=', [high, low, after @ ..]) if hex(*high, *low).is_some() => {
                bytes.extend(hex(*high, *low));
                after
            }
            (first, after) => {
                bytes.push(*first);
                after
            }
        };
    }
    (bytes != text.as_bytes()).then_some(bytes)
}

/// The escapes of JSON (RFC 8259 section 7), which most languages have for their strings too, and
/// the ends of strings in a list as ends of lines. `None` where there is none.
pub(super) fn json(text: &str) -> Option<String> {
    if !text.contains('\\') && !text.contains("\",\"") && !text.contains("\", \"") {
        return None;
    }
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let (c, behind) = escaped(after);
        plain.extend(c);
        rest = behind;
    }
    plain.push_str(rest);
    let plain = plain.replace("\",\"", "\"\n\"").replace("\", \"", "\"\n\"");
    (plain != text).then_some(plain)
}

/// The character after a backslash, and what follows; a backslash that escapes nothing stays.
fn escaped(after: &str) -> (Option<char>, &str) {
    let mut letters = after.chars();
    let behind = |letters: std::str::Chars<'_>| letters.as_str().len();
    let simple = match letters.next() {
        Some('n') => Some('\n'),
        Some('r') => Some('\r'),
        Some('t') => Some('\t'),
        Some('f' | 'b' | 'v') => Some(' '),
        Some(c @ ('"' | '\\' | '/' | '\'')) => Some(c),
        Some('u') => return coded(after, 4),
        Some('x') => return coded(after, 2),
        Some(_) | None => return (Some('\\'), after),
    };
    let at = after.len() - behind(letters);
    (simple, after.get(at..).unwrap_or_default())
}

/// The character with this number of hexadecimal digits behind its letter. Half of a pair of
/// UTF-16, which no text of ours has, stays a mark that is in no token.
fn coded(after: &str, digits: usize) -> (Option<char>, &str) {
    let number = after.get(1..=digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match number {
        Some(number) => (
            Some(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)),
            after.get(digits + 1..).unwrap_or_default(),
        ),
        None => (Some('\\'), after),
    }
}

/// The escapes of URLs (RFC 3986 section 2.1), and `+` for a space as forms write it. `None` where
/// there is none.
pub(super) fn url(text: &str) -> Option<String> {
    if !text.contains('%') && !text.to_ascii_uppercase().contains("BEGIN+AIRLOCK+") {
        return None;
    }
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'%', [high, low, after @ ..]) if hex(*high, *low).is_some() => {
                bytes.extend(hex(*high, *low));
                after
            }
            (first, after) => {
                bytes.push(if *first == b'+' { b' ' } else { *first });
                after
            }
        };
    }
    changed(text, bytes)
}

/// How the Base64 of a BEGIN line begins, of a text or of a key.
const BEGIN_IN_BASE64: &str = "LS0tLS1CRUdJTi";

/// The text in Base64 that stands alone, as in the secrets of a cluster: from how a BEGIN line
/// begins to where the Base64 ends.
pub(super) fn base64(text: &str) -> Option<String> {
    let from = text.get(text.find(BEGIN_IN_BASE64)?..)?;
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let mut letters: String = from
        .chars()
        .take_while(|c| c.is_ascii_whitespace() || u8::try_from(*c).is_ok_and(letter))
        .filter(|c| !c.is_ascii_whitespace())
        .collect();
    // Words may follow it.
    let end = letters.find('=').map_or(letters.len() / 4 * 4, |at| at.div_ceil(4) * 4);
    letters.truncate(end);
    String::from_utf8(Base64::decode_vec(&letters).ok()?).ok()
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// The bytes as text where that is another one.
pub(super) fn changed(text: &str, bytes: Vec<u8>) -> Option<String> {
    let plain = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    (plain != text).then_some(plain)
}
