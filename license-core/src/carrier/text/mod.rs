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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    if !text.starts_with(BEGIN.as_bytes()) {
        return Err(Error::new(
            Code::TextMissing,
            format!("found another start than a BEGIN line, expected {BEGIN}<KIND>{DASHES}"),
        ));
    }
    let mut lines =
        text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let word = strict_word(lines.next().unwrap_or_default(), text)?;
    let tokens = strict_tokens(lines, &word)?;
    for token in &tokens {
        token.check_form()?;
        token.check()?;
    }
    let bytes = decode(&tokens)?;
    compare(text, &write(&word, &bytes))?;
    Ok(Block { word, bytes })
}

/// Returns the word of a BEGIN line in its one form.
fn strict_word(line: &[u8], text: &[u8]) -> Result<String, Error> {
    let inner = line
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
                "found another form of the BEGIN line on line 1, expected {BEGIN}<KIND>{DASHES}"
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
) -> Result<Vec<Token>, Error> {
    let end = format!("{END}{word}{DASHES}");
    let mut cuts = Vec::new();
    for (index, line) in lines.enumerate() {
        if line.starts_with(end.as_bytes()) {
            return if cuts.is_empty() { Err(empty(1)) } else { Ok(number(cuts)) };
        }
        if cuts.len() == TOKENS {
            return Err(too_many());
        }
        cuts.push((index + 2, line.to_vec()));
    }
    Err(incomplete(word, 1, &number(cuts)))
}

/// Refuses a text that is not the expected one, with LF or with CRLF throughout.
fn compare(text: &[u8], expected: &str) -> Result<(), Error> {
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
        format!("found another line {} than the one text of this file has", same + 1),
    ))
}

/// Returns the lines with their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::sha256;

    /// Bytes without a pattern, the same on each run.
    pub(crate) fn sample(length: usize) -> Vec<u8> {
        (0_u32..).flat_map(|counter| sha256(&counter.to_be_bytes())).take(length).collect()
    }

    pub(crate) fn license(length: usize) -> (Block, String) {
        let bytes = sample(length);
        let text = write("LICENSE", &bytes);
        (Block { word: "LICENSE".to_owned(), bytes }, text)
    }

    pub(crate) fn strict(text: &str) -> Result<Block, Error> {
        read_strict(text.as_bytes())
    }

    pub(crate) fn strict_code(text: &str) -> Code {
        strict(text).unwrap_err().code()
    }

    pub(crate) fn each_line(text: &str, change: impl Fn(usize, &str) -> String) -> String {
        text.lines().enumerate().map(|(index, line)| change(index + 1, line) + "\n").collect()
    }

    /// The tokens alone wrapped, the BEGIN and END lines whole.
    pub(crate) fn body_wrapped(text: &str, width: usize, between: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let (begin, end) = (lines[0], lines[lines.len() - 1]);
        let body: Vec<char> = lines[1..lines.len() - 1].join(between).chars().collect();
        let body: Vec<String> = body.chunks(width).map(|line| line.iter().collect()).collect();
        format!("{begin}\n{}\n{end}\n", body.join("\n"))
    }

    // python3 -c 'import base64, hashlib
    // b = base64.b32encode(bytes(range(40))).decode().rstrip("=")
    // for n, g in enumerate((b[:48], b[48:]), 1):
    //     print(g + base64.b32encode(hashlib.sha256(n.to_bytes(4, "big") + g.encode()).digest()).decode()[:4])'
    const INDEPENDENT: &str = "-----BEGIN AIRLOCK LICENSE-----
AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA55BQV
DYPSAIJCEMSCKJRHJQNP
-----END AIRLOCK LICENSE-----
";

    #[test]
    fn writes_what_an_independent_program_writes() {
        let bytes: Vec<u8> = (0..40).collect();
        assert_eq!(write("LICENSE", &bytes), INDEPENDENT);
        assert_eq!(strict(INDEPENDENT).unwrap().bytes, bytes);
    }

    #[test]
    fn the_strict_reader_takes_one_form_only() {
        let (_, text) = license(100);
        let crlf = text.replace('\n', "\r\n");
        let second = text.lines().nth(1).unwrap();
        let deviations = [
            text.trim_end().to_owned(),
            text.clone() + "\n",
            text.clone() + "x",
            text.clone() + &text,
            text.replacen('\n', "\r\n", 1),
            crlf.replacen("\r\n", "\n", 1),
            crlf.replacen("-\r\n", "-\n", 2),
            crlf.trim_end().to_owned() + "\n",
            text.replacen("-\n", "-\n\n", 1),
            text.replacen('\n', " \n", 1),
            text.replacen('\n', " \n", 2),
            text.replace("-----END", "-----END AIRLOCK LICENSE-----\n-----END"),
            text.replace("LICENSE", "License"),
            text.replace("LICENSE", "LICENSE KEY"),
            text.replace("LICENSE", "LICENCE2"),
            text.replace("LICENSE", ""),
            text.replace("LICENSE", "LICENSELICENSELICENSE"),
            text.replace(second, &second.to_lowercase()),
            text.replacen(second, &format!("{second} "), 1),
            text.replacen(second, &second[..51], 1),
            text.replacen(second, &format!("{second}A"), 1),
            text.replacen(second, &format!(" {second}"), 1),
            body_wrapped(&text, 76, ""),
            body_wrapped(&text, 40, ""),
        ];
        for deviation in &deviations {
            assert_eq!(strict_code(deviation), Code::TextNotCanonical, "{deviation}");
        }
        for before in ["\n", " ", "\u{feff}", "> ", "-", "Dear admin,\n"] {
            assert_eq!(strict_code(&format!("{before}{text}")), Code::TextMissing, "{before}");
        }
        assert_eq!(
            strict_code(&text.replace("END AIRLOCK LICENSE", "END AIRLOCK REQUEST")),
            Code::TextIncomplete
        );
        assert_eq!(
            strict(&deviations[0]).unwrap_err().message(),
            "found another line 6 than the one text of this file has"
        );
        assert_eq!(strict(&text).unwrap().bytes, sample(100));
    }

    #[test]
    fn text_is_told_from_files() {
        for text in
            ["-----BEGIN AIRLOCK", "\u{feff}--", "> --", "\n", "Dear", "\r\n", "\u{42e}", "x"]
        {
            assert!(looks_like_text(text.as_bytes()), "{text:?}");
        }
        for file in [
            &b""[..],
            b"\xd2",
            b"\xd2\x84",
            b"\xd2\x84\x53\xa3\x01",
            b"\xd3\x84\x53\xa3\x01",
            b"\xff\xfe-\0-\0",
        ] {
            assert!(!looks_like_text(file), "{file:02x?}");
        }
    }

    proptest! {
        #[test]
        fn what_the_strict_reader_takes_is_the_one_text(at in 0..220_usize, byte: u8) {
            let (_, text) = license(100);
            let mut changed = text.into_bytes();
            let at = at % changed.len();
            changed[at] = byte;
            if let Ok(block) = read_strict(&changed) {
                prop_assert_eq!(write(&block.word, &block.bytes).into_bytes(), changed);
            }
        }
    }
}
