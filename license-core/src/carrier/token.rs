//! Tokens: lines of 48 Base32 characters and 4 of check, as both readers of the text form see them.

use std::fmt;

use crate::carrier::base32;
use crate::error::{Code, Error};
use crate::key::sha256;
use crate::limits;
use crate::plural::counted;

/// How the BEGIN and END lines begin and end.
pub(super) const BEGIN: &str = "-----BEGIN AIRLOCK ";
pub(super) const END: &str = "-----END AIRLOCK ";
pub(super) const DASHES: &str = "-----";
/// Letters of a kind's word. The longest of ours, REVOCATION, has ten.
pub(super) const WORD_LETTERS: usize = 16;
/// Base32 characters in a token: 30 bytes, so that no byte is split between two lines.
pub(super) const GROUP: usize = 48;
/// Characters of check: 20 bits, so that one slip in a million goes on to the signature.
const CHECK: usize = 4;
/// Characters of a whole token.
pub(super) const TOKEN: usize = GROUP + CHECK;
/// Tokens of the largest file.
pub(super) const TOKENS: usize = (limits::FILE_BYTES * 8).div_ceil(5).div_ceil(GROUP);
/// How far a token may stand from its place and still be recognised: more tries would recognise
/// chance.
const NEIGHBOURS: usize = 64;

/// Refuses a text that is longer than any reader looks through.
pub(super) fn check_size(text: &[u8]) -> Result<(), Error> {
    if text.len() > limits::TEXT_BYTES {
        let found = counted(text.len(), "byte");
        return Err(Error::new(
            Code::TooLarge,
            format!("found {found} of text, expected at most {}", limits::TEXT_BYTES),
        ));
    }
    Ok(())
}

/// Returns the check characters of a token.
pub(super) fn check(number: usize, group: &[u8]) -> String {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    let hash = sha256(&[&number.to_be_bytes(), group].concat());
    let mut check = base32::encode(&hash);
    check.truncate(CHECK);
    check
}

/// A token as it was read: its characters and where they begin.
pub(super) struct Token {
    pub(super) number: usize,
    line: usize,
    pub(super) text: Vec<u8>,
    last: bool,
    pub(super) good: bool,
}

impl Token {
    /// Returns the token, judged by its length and its check.
    pub(super) fn new(number: usize, line: usize, text: Vec<u8>, last: bool) -> Self {
        let good = (last || text.len() == TOKEN) && fits(number, &text);
        Self { number, line, text, last, good }
    }

    /// Returns the Base32 of the file's bytes within the token.
    pub(super) fn group(&self) -> &[u8] {
        split(&self.text).0
    }

    /// Refuses characters and lengths that the one form does not have.
    pub(super) fn check_form(&self) -> Result<(), Error> {
        let seen = self.text.len();
        if let Some(at) = self.text.iter().position(|byte| !base32::is_symbol(*byte)) {
            let found = self
                .text
                .get(at..)
                .and_then(|rest| chars(rest).next())
                .map(code_point)
                .unwrap_or_default();
            return Err(self.not_canonical(&format!("holds {found}, expected A to Z and 2 to 7")));
        }
        match self.last {
            true if !(CHECK + 1..=TOKEN).contains(&seen) => {
                Err(self.not_canonical(&length(seen, "5 to 52")))
            }
            false if seen != TOKEN => Err(self.not_canonical(&length(seen, "52"))),
            _ => Ok(()),
        }
    }

    fn not_canonical(&self, what: &str) -> Error {
        Error::new(Code::TextNotCanonical, format!("{self} {what}"))
    }

    /// Refuses a token that is not good, and says what can be known of the damage.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.good {
            return Ok(());
        }
        let seen = self.text.len();
        Err(self.damaged(&match seen {
            0..=CHECK if self.last => length(seen, "5 to 52"),
            0..TOKEN if !self.last => {
                format!("{}: {}", length(seen, "52"), lost(TOKEN - seen, "missing"))
            }
            TOKEN.. if seen > TOKEN => {
                format!("{}: {}", length(seen, "52"), lost(seen - TOKEN, "too many"))
            }
            _ => self.alteration(),
        }))
    }

    /// Returns what a token of a possible length holds instead of what belongs there.
    fn alteration(&self) -> String {
        if let Some(other) = number_near(self.number, &self.text) {
            return format!("is missing: found token {other} in its place");
        }
        let (group, found) = split(&self.text);
        format!(
            "was altered: found check {}, expected {} for its data",
            String::from_utf8_lossy(found),
            check(self.number, group)
        )
    }

    fn damaged(&self, what: &str) -> Error {
        Error::new(Code::TextDamaged, format!("{self} {what}"))
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token {} on line {}", self.number, self.line)
    }
}

/// Returns a token's group and its check, the last four characters.
fn split(token: &[u8]) -> (&[u8], &[u8]) {
    token.split_at_checked(token.len().saturating_sub(CHECK)).unwrap_or_default()
}

/// The number near this one that the characters are the token of.
pub(super) fn number_near(number: usize, token: &[u8]) -> Option<usize> {
    let near = number.saturating_sub(NEIGHBOURS).max(1)..=number + NEIGHBOURS;
    near.into_iter().find(|number| fits(*number, token))
}

/// Returns whether the characters are a token with this number.
pub(super) fn fits(number: usize, token: &[u8]) -> bool {
    let (group, found) = split(token);
    (1..=GROUP).contains(&group.len()) && check(number, group).as_bytes() == found
}

fn length(found: usize, expected: &str) -> String {
    format!("has {}, expected {expected}", counted(found, "character"))
}

fn lost(number: usize, what: &str) -> String {
    match number {
        1 => format!("a character is {what}"),
        _ => format!("{} are {what}", counted(number, "character")),
    }
}

/// Returns the bytes of tokens that are all good.
pub(super) fn decode(tokens: &[Token]) -> Result<Vec<u8>, Error> {
    let groups: Vec<&[u8]> = tokens.iter().map(Token::group).collect();
    let bytes = base32::decode(&groups.concat())?;
    if bytes.len() > limits::FILE_BYTES {
        return Err(too_many());
    }
    Ok(bytes)
}

pub(super) fn too_many() -> Error {
    Error::new(
        Code::TooLarge,
        format!(
            "found more tokens than {} have, expected at most {TOKENS}",
            counted(limits::FILE_BYTES, "byte")
        ),
    )
}

pub(super) fn incomplete(word: &str, line: usize, tokens: &[Token]) -> Error {
    let good = tokens.iter().filter(|token| token.good).count();
    let tokens = counted(good, "token");
    let message = format!(
        "found no END line ({tokens} read after line {line}), expected {END}{word}{DASHES}"
    );
    Error::new(Code::TextIncomplete, message)
}

pub(super) fn empty(line: usize) -> Error {
    Error::new(
        Code::TextIncomplete,
        format!(
            "found no token between the BEGIN line {line} and its END line, expected at least one"
        ),
    )
}

/// Returns the characters; bytes that are not UTF-8 are read as Latin-1.
pub(super) fn chars(bytes: &[u8]) -> impl Iterator<Item = char> {
    bytes.utf8_chunks().flat_map(|chunk| {
        chunk.valid().chars().chain(chunk.invalid().iter().map(|byte| char::from(*byte)))
    })
}

pub(super) fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Returns the tokens of these lines and characters.
pub(super) fn number(cuts: Vec<(usize, Vec<u8>)>) -> Vec<Token> {
    let count = cuts.len();
    let token = |(index, (line, text))| Token::new(index + 1, line, text, index + 1 == count);
    cuts.into_iter().enumerate().map(token).collect()
}
