//! The text form of a file, and the reader that takes this one form only.
//! [`repair`](crate::carrier::repair) reads what mail has made of it.
//!
//! ```text
//! -----BEGIN AIRLOCK LICENSE-----
//! <token 1: 48 characters of Base32, then 4 of check>
//! ...
//! <last token: 1 to 48 characters of Base32, then 4 of check>
//! -----END AIRLOCK LICENSE-----
//! ```
//!
//! The check is the first 20 bits of SHA-256 over the token's number (from 1, 4 bytes big-endian)
//! and its Base32 characters. It finds slips, not forgeries: the signature within does that.
//! Neither reader guesses a character.

use crate::carrier::base32;
use crate::carrier::token::{
    BEGIN, DASHES, END, GROUP, TOKENS, Token, WORD_LETTERS, check, check_size, decode, empty,
    incomplete, number, too_many,
};
use crate::error::{Code, Error};

/// The bytes that a text carries, and the word of its BEGIN line.
///
/// Nothing is verified; whether the word names the kind of the file within is the caller's to
/// check.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// The word in upper case, 1 to 16 letters: `LICENSE`, `REQUEST`.
    pub word: String,
    /// The file, not empty.
    pub bytes: Vec<u8>,
}

/// Returns the one text of a file; an empty file has none, so its text is empty.
///
/// The word is the kind's, 1 to 16 upper-case letters.
#[must_use]
pub fn write(word: &str, bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return String::new();
    }
    let mut text = format!("{BEGIN}{word}{DASHES}\n");
    for (index, group) in base32::encode(bytes).as_bytes().chunks(GROUP).enumerate() {
        text.extend(group.iter().map(|byte| char::from(*byte)));
        text.push_str(&check(index + 1, group));
        text.push('\n');
    }
    text + END + word + DASHES + "\n"
}

/// Returns whether the input is to be read as text: it is not empty, does not begin as an Airlock
/// document does (d2 84), and its first 512 bytes hold no control character that is in every
/// document's header and in no mail (00 to 08).
#[must_use]
pub fn looks_like_text(bytes: &[u8]) -> bool {
    let start = bytes.get(..2).unwrap_or(bytes);
    !b"\xd2\x84".starts_with(start) && bytes.iter().take(512).all(|byte| *byte > 0x08)
}

/// Returns the block of a text that is exactly the one text of its file, with LF or CRLF
/// throughout.
///
/// Order of checks: size, BEGIN line, END line, each token's form and check, Base32, then the whole
/// text against the one that these bytes have.
///
/// # Errors
/// [`Code::TooLarge`]; [`Code::TextMissing`] when the text does not begin with a BEGIN line;
/// [`Code::TextIncomplete`] when no END line of the same word follows, or no token;
/// [`Code::TextDamaged`] for a token whose check does not fit; [`Code::TextNotCanonical`] for
/// everything else that is not the one form.
pub fn read_strict(text: &[u8]) -> Result<Block, Error> {
    check_size(text)?;
    read_block(text, 1)
}

/// The same for a block whose BEGIN line is this line of a longer text.
pub(super) fn read_block(text: &[u8], line: usize) -> Result<Block, Error> {
    if !text.starts_with(BEGIN.as_bytes()) {
        return Err(Error::new(
            Code::TextMissing,
            format!("found another start than a BEGIN line, expected {BEGIN}<KIND>{DASHES}"),
        ));
    }
    let mut lines =
        text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let word = strict_word(lines.next().unwrap_or_default(), text, line)?;
    let tokens = strict_tokens(lines, &word, line)?;
    for token in &tokens {
        token.check_form()?;
        token.check()?;
    }
    let bytes = decode(&tokens)?;
    compare(text, &write(&word, &bytes), line)?;
    Ok(Block { word, bytes })
}

/// Returns the word of a BEGIN line in its one form.
fn strict_word(begin: &[u8], text: &[u8], line: usize) -> Result<String, Error> {
    let inner = begin
        .strip_prefix(BEGIN.as_bytes())
        .and_then(|rest| rest.strip_suffix(DASHES.as_bytes()))
        .unwrap_or_default();
    if (1..=WORD_LETTERS).contains(&inner.len()) && inner.iter().all(u8::is_ascii_uppercase) {
        return Ok(inner.iter().map(|byte| char::from(*byte)).collect());
    }
    if text.contains(&b'\n') {
        return Err(Error::new(
            Code::TextNotCanonical,
            format!(
                "found another form of the BEGIN line on line {line}, expected \
                    {BEGIN}<KIND>{DASHES}"
            ),
        ));
    }
    Err(Error::new(
        Code::TextIncomplete,
        "found a part of the BEGIN line and nothing after it, expected tokens and an END line",
    ))
}

/// Returns the lines up to the END line of this word, as tokens.
fn strict_tokens<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    word: &str,
    begin: usize,
) -> Result<Vec<Token>, Error> {
    let end = format!("{END}{word}{DASHES}");
    let mut cuts = Vec::new();
    for (index, line) in lines.enumerate() {
        if line.starts_with(end.as_bytes()) {
            return if cuts.is_empty() { Err(empty(begin)) } else { Ok(number(cuts)) };
        }
        if cuts.len() == TOKENS {
            return Err(too_many());
        }
        cuts.push((begin + index + 1, line.to_vec()));
    }
    Err(incomplete(word, begin, &number(cuts)))
}

/// Refuses a text that is not the expected one, with LF or with CRLF throughout.
fn compare(text: &[u8], expected: &str, begin: usize) -> Result<(), Error> {
    let crlf = lines(text).next().is_some_and(|line| line.ends_with(b"\r\n"));
    let expected = expected.replace('\n', if crlf { "\r\n" } else { "\n" });
    if text == expected.as_bytes() {
        return Ok(());
    }
    let same = lines(text)
        .zip(lines(expected.as_bytes()))
        .take_while(|(found, expected)| found == expected)
        .count();
    Err(Error::new(
        Code::TextNotCanonical,
        format!("found another line {} than the one text of this file has", begin + same),
    ))
}

/// Returns the lines with their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}
#[cfg(test)]
pub(crate) mod tests;
