//! What one code says, and the codes in a text.

use crate::carrier::base32;
use crate::carrier::parts::pieces::{LENGTH, MARK, PARTS, PIECE, SetName, WHOLE};
use crate::error::{Code, Error};
use crate::plural::counted;
use crate::visible::is_visible;

/// Characters of a line above which no mail program wraps it: such a line holds its code to the
/// end. Every code for paper is longer; one for a small screen is not, and ends with its line.
pub const WRAPPED: usize = 200;

/// What one code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Carried {
    Whole(Vec<u8>),
    Part { part: usize, parts: usize, name: SetName, bytes: Vec<u8> },
}

impl Carried {
    /// Reads what a code says, which begins with the mark.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let (label, data) = text.split_once(':').ok_or_else(|| bad_label(text))?;
        if label == MARK {
            return piece(data, WHOLE).map(Self::Whole);
        }
        let fields: Vec<&str> = label.split('/').collect();
        let [MARK, part, parts, name] = fields.as_slice() else { return Err(bad_label(text)) };
        let (Some(part), Some(parts), Some(name)) =
            (number(part), number(parts), SetName::parse(name))
        else {
            return Err(bad_label(text));
        };
        if !(3..=PARTS).contains(&parts) || !(1..=parts).contains(&part) {
            return Err(bad_label(text));
        }
        let most = if part == parts { PIECE + LENGTH } else { PIECE };
        let bytes = piece(data, most)
            .map_err(|error| error.within(format_args!("part {part} of {parts}, set {name}")))?;
        Ok(Self::Part { part, parts, name, bytes })
    }
}

/// Returns a number in its one form: digits, no zero first.
fn number(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok() } else { None }
}

/// Returns the bytes of a code's data.
fn piece(data: &str, most: usize) -> Result<Vec<u8>, Error> {
    match base32::decode(data.as_bytes())? {
        bytes if bytes.is_empty() => {
            Err(Error::new(Code::TextIncomplete, "found a code that ends after its label"))
        }
        bytes if bytes.len() > most => Err(Error::new(
            Code::TooLarge,
            format!("found {} in one code, expected at most {most}", counted(bytes.len(), "byte")),
        )),
        bytes => Ok(bytes),
    }
}

fn bad_label(text: &str) -> Error {
    let start: String =
        text.chars().take(32).map(|c| if is_visible(c) { c } else { '\u{fffd}' }).collect();
    let found = format!(
        "found a code that begins {start}, expected {MARK}: or {MARK}/<part>/<parts>/<set>:"
    );
    Error::new(Code::TextDamaged, found)
}

/// Returns every code in a text: what a hand scanner typed, or what was copied from a phone into a
/// mail.
///
/// A code begins with `ALK1:` or `ALK1/`, whatever stands before it on its line, and ends at the
/// first character that is in no code. Mail wraps lines: below a line of at most 200 characters
/// that ends within its code, lines of the same width that hold Base32 alone belong to it, and one
/// shorter line at its end. A code all in lower case, as a scanner types it with caps lock on, is
/// returned in upper case.
#[must_use]
pub fn find(text: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut open = None;
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '\t', '>', '\u{a0}', '\u{feff}']).trim_end();
        let starts: Vec<usize> = marks(line).collect();
        open = match (starts.is_empty(), open) {
            (true, Some(wrapped)) => go_on(&mut codes, line, wrapped),
            (true, None) => None,
            (false, _) => begin(&mut codes, line, &starts),
        };
    }
    codes
}

/// A code that the next line may go on with: how wide its lines are, and whether it is in lower
/// case.
#[derive(Debug, Clone, Copy)]
struct Wrapped {
    width: usize,
    lower: bool,
}

/// Takes the codes that begin on a line.
fn begin(codes: &mut Vec<String>, line: &str, starts: &[usize]) -> Option<Wrapped> {
    let mut open = None;
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(line.len());
        let code = line.get(*start..end).unwrap_or_default();
        let ends = code.find(|c: char| c.is_whitespace() || "\"'<>,;()[]".contains(c));
        let lower = code.starts_with(|c: char| c.is_ascii_lowercase());
        // No mail program has wider lines.
        open = (ends.is_none() && line.len() <= WRAPPED)
            .then_some(Wrapped { width: line.len(), lower });
        codes.push(code.get(..ends.unwrap_or(code.len())).unwrap_or_default().to_ascii_uppercase());
    }
    open
}

/// Adds a line to the code before it, where it belongs to it.
fn go_on(codes: &mut [String], line: &str, wrapped: Wrapped) -> Option<Wrapped> {
    if line.len() > wrapped.width || !continues(line, wrapped.lower) {
        return None;
    }
    codes.last_mut()?.push_str(&line.to_ascii_uppercase());
    (line.len() == wrapped.width).then_some(wrapped)
}

/// Returns where codes begin on a line. Base32 has no 1, so none begins within another's data by
/// chance.
fn marks(line: &str) -> impl Iterator<Item = usize> {
    let windows = line.as_bytes().windows(MARK.len() + 1).enumerate();
    windows.filter(|(_, window)| is_code(window)).map(|(at, _)| at)
}

/// Returns whether a text begins as codes do, in upper or lower case.
pub(super) fn is_code(text: &[u8]) -> bool {
    let (mark, rest) = text.split_at_checked(MARK.len()).unwrap_or_default();
    mark.eq_ignore_ascii_case(MARK.as_bytes()) && matches!(rest, [b':' | b'/', ..])
}

/// Returns whether a line holds nothing but Base32 in the case of the code that it goes on with.
fn continues(line: &str, lower: bool) -> bool {
    let symbol = |byte: u8| match lower {
        true => !byte.is_ascii_uppercase() && base32::is_symbol(byte.to_ascii_uppercase()),
        false => base32::is_symbol(byte),
    };
    !line.is_empty() && line.bytes().all(symbol)
}
