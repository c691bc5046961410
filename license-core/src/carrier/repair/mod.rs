//! The reader that undoes what mail does to the text form. It never guesses a character.

use crate::carrier::base32;
use crate::carrier::text::Block;
use crate::carrier::token::{
    BEGIN, DASHES, TOKEN, TOKENS, Token, WORD_LETTERS, chars, check_size, code_point, decode,
    empty, incomplete, number, too_many,
};
use crate::error::{Code, Error};

/// Blocks in one text that are looked at: a long thread of mails quotes the same block a few times.
const BLOCKS: usize = 64;

/// Returns the block in a mail or a pasted text, with what mail does to it repaired.
///
/// Repaired are: line ends, a byte order mark, quoting, indentation, spaces and blank lines, lines
/// wrapped or joined anywhere, lower case, 0, 1 and 8 for O, I and B, other or fewer dashes, the
/// escapes of quoted-printable (RFC 2045 section 6.7), and other text around. Bytes that are not
/// UTF-8 are read as Latin-1. Lines are counted as given. A copy of the block may be damaged or cut
/// if another copy is whole.
///
/// # Errors
/// [`Code::TooLarge`]; [`Code::TextMissing`] without a BEGIN line; [`Code::TextIncomplete`] without
/// an END line of the same word, or without a token; [`Code::TextDamaged`] for a token whose check
/// does not fit, or a character that is in no token; [`Code::TextNotCanonical`] for Base32 that no
/// bytes have; [`Code::TextSeveral`] for two different files, and for more than 64 blocks.
pub fn read(text: &[u8]) -> Result<Block, Error> {
    check_size(text)?;
    let glyphs = glyphs(text);
    let markers = markers(&glyphs);
    match markers.iter().filter(|marker| marker.begins).count() {
        0 => Err(no_begin(&markers)),
        1..=BLOCKS => choose(readings(&glyphs, &markers)),
        many => Err(Error::new(
            Code::TextSeveral,
            format!("found {many} BEGIN lines, expected one file, copied at most {BLOCKS} times"),
        )),
    }
}

/// Returns the block as [`read`] does, also where its lines are numbered: 1, 2, 3 and so on, before
/// each line or behind the dashes before them, as a printed sheet that was copied has.
///
/// # Errors
/// As [`read`].
pub fn read_numbered(text: &[u8]) -> Result<Block, Error> {
    match read(text) {
        Err(error) if error.code() == Code::TextDamaged => {
            read(without_numbers(text).as_bytes()).map_err(|_| error)
        }
        answer => answer,
    }
}

/// Returns the text without the numbers of its lines: those that stand alone on a line or behind
/// the dashes of one, and those before a line that count on from the line before.
fn without_numbers(text: &[u8]) -> String {
    let mut next = 1_u32;
    let mut line = |line: &str| {
        let bare = line.trim_matches([' ', '\t', '\r', '>', '\u{a0}']);
        let kept = bare.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = bare.strip_suffix(kept).unwrap_or_default();
        let counts_on =
            number == next.to_string() && kept.starts_with([' ', '\t', '.', ')', '\u{a0}']);
        next += u32::from(counts_on);
        let rest = match bare.rsplit_once("--") {
            _ if (1..=4).contains(&number.len()) && kept.is_empty() => "",
            _ if counts_on => kept.trim_start_matches(['.', ')']),
            Some((_, behind)) if behind.bytes().all(|byte| byte.is_ascii_digit()) => {
                bare.trim_end_matches(|c: char| c.is_ascii_digit())
            }
            _ => line,
        };
        format!("{rest}\n")
    };
    String::from_utf8_lossy(text).split('\n').map(&mut line).collect()
}

/// One visible character of a text: spaces, quoting and invisible characters are left out.
struct Glyph {
    char: char,
    line: usize,
    /// Whether a space, a line end or quoting stands before it.
    fresh: bool,
}

impl Glyph {
    /// Returns the Base32 character that is meant: lower case, and the digits that Base32 leaves
    /// out because they look like letters.
    fn symbol(&self) -> Option<u8> {
        let upper = match self.char {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            other => other.to_ascii_uppercase(),
        };
        u8::try_from(upper).ok().filter(|byte| base32::is_symbol(*byte))
    }

    fn letter(&self) -> Option<char> {
        self.symbol().map(char::from).filter(char::is_ascii_uppercase)
    }

    /// Returns whether this is a hyphen or what a mail program makes of two: the dashes of Unicode,
    /// the minus sign, and the dashes of Windows-1252, which read as Latin-1 are U+0096 and U+0097.
    fn is_dash(&self) -> bool {
        matches!(self.char, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{96}' | '\u{97}')
    }
}

/// What a character is to a reader that repairs.
enum Class {
    Space,
    Quote,
    Invisible,
    Visible,
}

fn class(c: char) -> Class {
    match c {
        // A backtick is the code mark of Markdown.
        '`' => Class::Space,
        '>' => Class::Quote,
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}' => Class::Invisible,
        c if c.is_whitespace() => Class::Space,
        _ => Class::Visible,
    }
}

/// Returns the visible characters of a text, with the lines they stand on.
fn glyphs(text: &[u8]) -> Vec<Glyph> {
    let bytes = unfold(text);
    let mut glyphs = Vec::new();
    let (mut line, mut fresh) = (1, true);
    for c in chars(&bytes) {
        match class(c) {
            Class::Space => fresh = true,
            Class::Invisible => {}
            Class::Quote if fresh => {}
            Class::Quote | Class::Visible => {
                glyphs.push(Glyph { char: c, line, fresh });
                fresh = false;
            }
        }
        line += usize::from(c == '\n');
    }
    glyphs
}

/// Returns the text with LF as its only line end and the escapes of quoted-printable undone; its
/// lines stay as many.
fn unfold(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (byte, after) = next_byte(rest);
        bytes.extend(byte);
        rest = after;
    }
    bytes
}

fn next_byte(text: &[u8]) -> (Option<u8>, &[u8]) {
    match text {
        [b'\r', b'\n', rest @ ..] | [b'\r', rest @ ..] => (Some(b'\n'), rest),
        [b'=', rest @ ..] => escape(rest),
        [byte, rest @ ..] => (Some(*byte), rest),
        [] => (None, text),
    }
}

/// Returns what `=` and the bytes after it stand for: nothing at the end of a line, a byte before
/// two hexadecimal digits, else itself. An escaped line end becomes a space, so that lines are
/// counted as given.
fn escape(rest: &[u8]) -> (Option<u8>, &[u8]) {
    match rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) {
        None | Some(b'\r' | b'\n') => return (None, rest),
        Some(_) => {}
    }
    let Some((digits, after)) = rest.split_at_checked(2) else { return (Some(b'='), rest) };
    let mut byte = [0];
    match (hex::decode_to_slice(digits, &mut byte), byte) {
        (Ok(()), [b'\r' | b'\n']) => (Some(b' '), after),
        (Ok(()), [byte]) => (Some(byte), after),
        (Err(_), _) => (Some(b'='), rest),
    }
}

/// A BEGIN or END line, wherever it stands.
struct Marker {
    begins: bool,
    word: String,
    /// The line of its first letter.
    line: usize,
    /// Where its first dash is, and where the text after its last dash begins.
    start: usize,
    end: usize,
}

/// Returns every BEGIN and END line. Dashes may end one marker and begin the next.
fn markers(glyphs: &[Glyph]) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut at = 0;
    while let Some(skipped) = from(glyphs, at).iter().position(Glyph::is_dash) {
        let start = at + skipped;
        at = start + dashes(from(glyphs, start));
        if at - start >= 2 {
            markers.extend(marker(glyphs, start, at));
        }
    }
    markers
}

/// Returns the marker with its first dash at `start` and its first letter at `at`.
fn marker(glyphs: &[Glyph], start: usize, at: usize) -> Option<Marker> {
    let rest = from(glyphs, at);
    let longest = "BEGINAIRLOCK".len() + WORD_LETTERS;
    let letters: String = rest.iter().map_while(Glyph::letter).take(longest).collect();
    let (begins, word) = match letters.strip_prefix("BEGINAIRLOCK") {
        Some(word) => (true, word),
        None => (false, letters.strip_prefix("ENDAIRLOCK")?),
    };
    let after = at + letters.len();
    let closing = dashes(from(glyphs, after));
    let complete = closing >= 2 && (1..=WORD_LETTERS).contains(&word.len());
    complete.then(|| Marker {
        begins,
        word: word.to_owned(),
        line: rest.first().map_or(0, |glyph| glyph.line),
        start,
        end: after + closing,
    })
}

fn from(glyphs: &[Glyph], at: usize) -> &[Glyph] {
    glyphs.get(at..).unwrap_or_default()
}

/// Returns how many dashes the text begins with.
fn dashes(glyphs: &[Glyph]) -> usize {
    glyphs.iter().take_while(|glyph| glyph.is_dash()).count()
}

fn no_begin(markers: &[Marker]) -> Error {
    let found = match markers.first() {
        Some(end) => format!("found an END line on line {} and no BEGIN line", end.line),
        None => "found no BEGIN line".to_owned(),
    };
    Error::new(
        Code::TextMissing,
        format!("{found}, expected {BEGIN}<KIND>{DASHES} before the tokens"),
    )
}

/// One block of a text, read.
struct Reading {
    word: String,
    line: usize,
    tokens: Vec<Token>,
    bytes: Result<Vec<u8>, Error>,
}

/// Reads every block.
fn readings(glyphs: &[Glyph], markers: &[Marker]) -> Vec<Reading> {
    let next = markers.iter().skip(1).map(Some).chain([None]);
    let blocks = markers.iter().zip(next).filter(|(marker, _)| marker.begins);
    blocks.map(|(begin, next)| Reading::new(glyphs, begin, next)).collect()
}

impl Reading {
    /// Reads the block from its BEGIN line to the next marker.
    fn new(glyphs: &[Glyph], begin: &Marker, next: Option<&Marker>) -> Self {
        let content =
            glyphs.get(begin.end..next.map_or(glyphs.len(), |next| next.start)).unwrap_or_default();
        let clean = content.iter().take_while(|glyph| glyph.symbol().is_some()).count();
        let (clean, foreign) = content.split_at_checked(clean).unwrap_or_default();
        let tokens = cut(clean, foreign.is_empty());
        let bytes = if next.is_some_and(|next| !next.begins && next.word == begin.word) {
            repaired(&tokens, clean, foreign.first(), begin.line)
        } else {
            Err(incomplete(&begin.word, begin.line, &tokens))
        };
        Self { word: begin.word.clone(), line: begin.line, tokens, bytes }
    }

    fn well_read(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.good)
    }

    /// Returns whether this is another copy of a whole block: equal to it or, if damaged, with
    /// nothing read well that is not in it.
    fn copies(&self, whole: &Self) -> bool {
        let within = |token: &Token| {
            whole.tokens.get(token.number - 1).is_some_and(|other| other.text == token.text)
        };
        self.word == whole.word
            && match &self.bytes {
                Ok(bytes) => whole.bytes.as_ref() == Ok(bytes),
                Err(_) => self.well_read().all(within),
            }
    }
}

/// Returns the bytes of a block that has its END line, or its first damage.
fn repaired(
    tokens: &[Token],
    clean: &[Glyph],
    foreign: Option<&Glyph>,
    line: usize,
) -> Result<Vec<u8>, Error> {
    if clean.len() > TOKENS * TOKEN {
        return Err(too_many());
    }
    tokens.iter().try_for_each(Token::check)?;
    if let Some(Glyph { char, line, .. }) = foreign {
        let number = clean.len() / TOKEN + 1;
        let message = format!(
            "token {number} holds {} on line {line}, expected A to Z and 2 to 7",
            code_point(*char)
        );
        return Err(Error::new(Code::TextDamaged, message));
    }
    if tokens.is_empty() { Err(empty(line)) } else { decode(tokens) }
}

/// Returns the tokens of a block: cut by position, or at the spaces if fewer are damaged so.
///
/// What ends in a foreign character (`whole` is false) is cut by position into whole tokens only.
fn cut(clean: &[Glyph], whole: bool) -> Vec<Token> {
    let kept = if whole { clean.len() } else { clean.len() - clean.len() % TOKEN };
    let clean = clean.get(..kept.min(TOKENS * TOKEN)).unwrap_or_default();
    let by_position = number(clean.chunks(TOKEN).map(characters).collect());
    let bad = |tokens: &[Token]| tokens.iter().filter(|token| !token.good).count();
    if bad(&by_position) == 0 {
        return by_position;
    }
    let words: Vec<&[Glyph]> = clean.chunk_by(|_, next| !next.fresh).take(TOKENS + 1).collect();
    // No mail program wraps more narrowly, so longer words are not one token each.
    if words.len() > TOKENS || words.iter().any(|word| word.len() >= 60) {
        return by_position;
    }
    let by_space = number(words.into_iter().map(characters).collect());
    if bad(&by_space) < bad(&by_position) { by_space } else { by_position }
}

/// Returns the line of the first glyph, and the Base32 characters.
fn characters(glyphs: &[Glyph]) -> (usize, Vec<u8>) {
    (
        glyphs.first().map_or(0, |glyph| glyph.line),
        glyphs.iter().filter_map(Glyph::symbol).collect(),
    )
}

/// Returns the one file that the blocks carry, or the damage of the block that was read best.
fn choose(readings: Vec<Reading>) -> Result<Block, Error> {
    if let Some(whole) = readings.iter().find(|reading| reading.bytes.is_ok())
        && !readings.iter().all(|reading| reading.copies(whole))
    {
        return Err(several(&readings));
    }
    let best = readings
        .into_iter()
        .rev()
        .max_by_key(|reading| (reading.bytes.is_ok(), reading.well_read().count()));
    let Some(best) = best else { return Err(no_begin(&[])) };
    best.bytes.map(|bytes| Block { word: best.word, bytes })
}

fn several(readings: &[Reading]) -> Error {
    let found: Vec<String> = readings
        .iter()
        .map(|reading| format!("{} on line {}", reading.word, reading.line))
        .collect();
    Error::new(Code::TextSeveral, format!("found {}, expected one file", found.join(", ")))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;
    use crate::carrier::text::tests::{
        body_wrapped, each_line, license, sample, strict, strict_code,
    };
    use crate::carrier::text::{looks_like_text, read_strict, write};
    use crate::carrier::token::check;
    use crate::limits;

    fn repair(text: &str) -> Result<Block, Error> {
        read(text.as_bytes())
    }

    fn repair_code(text: &str) -> Code {
        repair(text).unwrap_err().code()
    }

    /// The text joined to one line, then wrapped at this width wherever that falls.
    fn wrapped(text: &str, width: usize) -> String {
        let joined: Vec<char> = text.replace('\n', " ").chars().collect();
        joined.chunks(width).map(|line| line.iter().collect::<String>() + "\n").collect()
    }

    #[test]
    fn every_length_comes_back() {
        assert_eq!(write("LICENSE", &[]), "");
        for length in 1..=400 {
            let (block, text) = license(length);
            assert_eq!(strict(&text).as_ref(), Ok(&block), "{length}");
            assert_eq!(strict(&text.replace('\n', "\r\n")).as_ref(), Ok(&block), "{length}");
            assert_eq!(repair(&text).as_ref(), Ok(&block), "{length}");
            assert_eq!(repair(&text.replace('\n', "")).as_ref(), Ok(&block), "{length}");
        }
    }

    #[test]
    fn the_largest_file_comes_back_and_no_larger() {
        let (block, text) = license(limits::FILE_BYTES);
        assert_eq!((strict(&text), repair(&text)), (Ok(block.clone()), Ok(block)));
        for more in [1, 30, 300_000] {
            let (_, text) = license(limits::FILE_BYTES + more);
            assert_eq!(
                (strict_code(&text), repair_code(&text)),
                (Code::TooLarge, Code::TooLarge),
                "{more}"
            );
        }
        let text = license(limits::FILE_BYTES + 300_000).1.replacen('\n', "\nA", 1);
        assert_eq!(
            repair_code(&text),
            Code::TooLarge,
            "damage is not looked for in what is too large"
        );
        let text = format!(
            "-----BEGIN AIRLOCK LICENSE-----\n{}-----END AIRLOCK LICENSE-----\n",
            "\n".repeat(TOKENS + 1)
        );
        assert_eq!(strict_code(&text), Code::TooLarge);
        let text = "\n".repeat(limits::TEXT_BYTES + 1);
        assert_eq!((strict_code(&text), repair_code(&text)), (Code::TooLarge, Code::TooLarge));
    }

    #[test]
    fn base32_that_no_bytes_have_is_refused() {
        for group in ["A", "AAA", "AB", "MZXR"] {
            let token = format!("{group}{}", check(1, group.as_bytes()));
            let text = format!(
                "-----BEGIN AIRLOCK LICENSE-----\n{token}\n-----END AIRLOCK LICENSE-----\n"
            );
            assert_eq!(
                (strict_code(&text), repair_code(&text)),
                (Code::TextNotCanonical, Code::TextNotCanonical),
                "{group}"
            );
        }
    }

    #[test]
    fn short_tokens_stand_last_only() {
        let token = |number| format!("MZXW6YTB{}\n", check(number, b"MZXW6YTB"));
        let text = format!(
            "-----BEGIN AIRLOCK LICENSE-----\n{}{}-----END AIRLOCK LICENSE-----\n",
            token(1),
            token(2)
        );
        assert_eq!(
            (strict_code(&text), repair_code(&text)),
            (Code::TextNotCanonical, Code::TextDamaged)
        );
    }

    #[test]
    fn a_cut_text_is_incomplete() {
        let (_, text) = license(200);
        for length in 0..text.len() {
            let cut = &text[..length];
            let code = match length {
                _ if length == text.len() - 1 => Code::TextNotCanonical,
                _ if length < BEGIN.len() => Code::TextMissing,
                _ => Code::TextIncomplete,
            };
            assert_eq!(strict_code(cut), code, "{length}");
            match repair(cut) {
                Ok(block) => {
                    assert!(length >= text.len() - 4 && block.bytes == sample(200), "{length}");
                }
                Err(error) if length < 28 => {
                    assert_eq!(error.code(), Code::TextMissing, "{length}");
                }
                Err(error) => assert_eq!(error.code(), Code::TextIncomplete, "{length}"),
            }
        }
        let four = text.lines().take(5).collect::<Vec<_>>().join("\n");
        let message = "found 4 tokens read well and no END line after line 1, expected -----END AIRLOCK LICENSE-----";
        assert_eq!(strict(&four).unwrap_err().message(), message);
        assert_eq!(repair(&format!("{four}\nKind regards")).unwrap_err().message(), message);
    }

    #[test]
    fn an_altered_character_is_named_by_token_and_line() {
        let (_, text) = license(300);
        for at in 32..text.rfind("\n-----END").unwrap() {
            let number = text[..at].matches('\n').count();
            let old = &text[at..=at];
            if old == "\n" {
                continue;
            }
            for new in
                ["Q", "7", "!", "-", "9", "é", "\u{416}", "="].into_iter().filter(|new| *new != old)
            {
                let bad = format!("{}{new}{}", &text[..at], &text[at + 1..]);
                for error in [strict(&bad).unwrap_err(), repair(&bad).unwrap_err()] {
                    let message = error.message();
                    assert!(message.starts_with(&format!("token {number} ")), "{message}");
                    assert!(message.contains(&format!("on line {}", number + 1)), "{message}");
                    assert!(
                        error.code() == Code::TextDamaged || !matches!(new, "Q" | "7"),
                        "{message}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_damage_is_told() {
        let (_, text) = license(300);
        let fifth = text.lines().nth(4).unwrap();
        let with = |number: usize, change: &dyn Fn(&str) -> String| {
            each_line(&text, |line, old| if line == number { change(old) } else { old.to_owned() })
        };
        let told = |text: &str| {
            let error = repair(text).unwrap_err();
            assert_eq!(error.code(), Code::TextDamaged);
            error.message().to_owned()
        };
        let lost = with(5, &|old| old[1..].to_owned());
        assert_eq!(
            told(&lost),
            "token 4 on line 5 has 51 characters, expected 52: a character is missing"
        );
        let lost_two = with(2, &|old| old[..50].to_owned());
        assert_eq!(
            told(&lost_two),
            "token 1 on line 2 has 50 characters, expected 52: 2 characters are missing"
        );
        let more = with(5, &|old| format!("{old}A"));
        assert_eq!(
            told(&more),
            "token 4 on line 5 has 53 characters, expected 52: a character is too many"
        );
        let more_at_the_end = with(11, &|old| format!("A{old}"));
        assert_eq!(
            told(&more_at_the_end),
            "token 10 on line 11 has 53 characters, expected 52: a character is too many"
        );
        let foreign = with(5, &|old| format!("{}é{}", &old[..9], &old[10..]));
        assert_eq!(told(&foreign), "token 4 holds U+00E9 on line 5, expected A to Z and 2 to 7");
        let altered = with(5, &|old| format!("{}AAAA", &old[..48]));
        let expected = check(4, &fifth.as_bytes()[..48]);
        assert_eq!(
            told(&altered),
            format!(
                "token 4 on line 5 was altered: found check AAAA, expected {expected} for its data"
            )
        );
        let lost_and_wrapped = body_wrapped(&lost, 60, "");
        assert!(
            told(&lost_and_wrapped).starts_with("token 4 on line 4 was altered"),
            "{}",
            told(&lost_and_wrapped)
        );
        let lost_and_joined = with(2, &|old| old[1..].to_owned()).replace('\n', "");
        assert!(
            told(&lost_and_joined).starts_with("token 1 on line 1 was altered"),
            "{}",
            told(&lost_and_joined)
        );
        let quoted_printable = altered.replace('\n', "=0D=0A=\n");
        assert!(
            told(&quoted_printable).starts_with("token 4 on line 5 was altered"),
            "{}",
            told(&quoted_printable)
        );
        let twice = altered.repeat(2);
        assert!(told(&twice).starts_with("token 4 on line 5 was altered"), "{}", told(&twice));
        let early_and_late = with(3, &|_| "A".repeat(52)).replace("-----END", "!\n-----END");
        assert!(
            told(&early_and_late).starts_with("token 2 on line 3 was altered"),
            "{}",
            told(&early_and_late)
        );
        let short = "-----BEGIN AIRLOCK LICENSE-----\nABC\n-----END AIRLOCK LICENSE-----";
        assert_eq!(told(short), "token 1 on line 2 has 3 characters, expected 5 to 52");
    }

    #[test]
    fn tokens_out_of_place_are_told() {
        let (_, text) = license(300);
        let fifth = format!("{}\n", text.lines().nth(4).unwrap());
        let without = text.replace(&fifth, "");
        let doubled = text.replace(&fifth, &fifth.repeat(2));
        assert_eq!(
            repair(&without).unwrap_err().message(),
            "token 4 on line 5 is missing: found token 5 in its place"
        );
        assert_eq!(
            repair(&doubled).unwrap_err().message(),
            "token 5 on line 6 is missing: found token 4 in its place"
        );
        assert_eq!(strict(&without).unwrap_err(), repair(&without).unwrap_err());
        assert_eq!(strict(&doubled).unwrap_err(), repair(&doubled).unwrap_err());
    }

    #[test]
    fn what_mail_does_is_repaired() {
        let (block, text) = license(300);
        let each = |change: &dyn Fn(&str) -> String| each_line(&text, |_, line| change(line));
        let digits = |line: &str| line.replace('O', "0").replace('I', "1").replace('B', "8");
        let mut manglings = vec![
            text.replace('\n', "\r\n"),
            text.replace('\n', "\r"),
            text.replace('\n', "\n\n"),
            text.replace('\n', ""),
            text.replace('\n', " "),
            text.replace('\n', "\u{2028}"),
            text.to_lowercase(),
            text.replace("LICENSE", "License").replace("BEGIN", "Begin"),
            text.replace(' ', "   "),
            text.replace(' ', "\u{a0}"),
            text.replace("-----", "--"),
            text.replace("-----", "––-"),
            text.replace("-----", "—–"),
            text.replace("-----", "\u{2212}\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2015}"),
            format!("\u{feff}{text}"),
            format!("```text\n{text}```\n"),
            format!("`{}`", text.trim_end()),
            format!(
                "Dear admin,\n\n- here it is -- your license:\n\n{text}\n-- \nThe desk\nhttps://example.com/?a=b\n"
            ),
            format!("see {}, thank you", text.replace('\n', " ")),
            text.replace('\n', "=\n"),
            text.replace('\n', "= \t\r\n"),
            text.replace('\n', "=20\n"),
            text.replace('\n', "=C2=A0\r\n"),
            text.replace("-----", "=E2=80=94=e2=80=93"),
            text.replace('\n', "=0D=0A=\n"),
            each(&|line| format!("> {line}")),
            each(&|line| format!(">{line}")),
            each(&|line| format!(">> {line}")),
            each(&|line| format!("> > >{line}")),
            each(&|line| format!(" >  > {line}")),
            each(&|line| format!("\t    {line}  ")),
            each(&|line| format!("\u{a0}\u{3000}{line}\u{2003}")),
            each(&|line| format!("\u{200b}{line}\u{200b}")),
            each(&|line| format!("`{line}`")),
            each(&|line| line.chars().flat_map(|c| [c, '\u{200b}']).collect()),
            each(&|line| line.split_at(10).0.to_owned() + "\u{a0}" + line.split_at(10).1),
            each(&|line| if line.starts_with('-') { line.to_owned() } else { digits(line) }),
        ];
        for width in 60..=78 {
            manglings.push(wrapped(&text, width));
            manglings.push(wrapped(&text.replace('\n', ""), width));
            manglings.push(body_wrapped(&text, width, ""));
            manglings.push(body_wrapped(&text, width, " "));
            manglings.push(each_line(&wrapped(&text, width), |_, line| format!("> > {line}\r")));
            manglings.push(each_line(&body_wrapped(&text, width, " > "), |_, line| {
                format!("    {}", line.to_lowercase())
            }));
        }
        for mangled in &manglings {
            assert_eq!(repair(mangled).as_ref(), Ok(&block), "{mangled}");
        }
    }

    #[test]
    fn numbers_before_the_lines_are_left_out() {
        let (block, text) = license(700);
        let lines: Vec<&str> = text.lines().collect();
        let tokens = &lines[1..lines.len() - 1];
        let numbered = |with: &dyn Fn(usize, &str) -> String| {
            let tokens: String = tokens
                .iter()
                .enumerate()
                .map(|(index, token)| with(index + 1, token) + "\n")
                .collect();
            format!("{}\n{tokens}{}\n", lines[0], lines[lines.len() - 1])
        };
        let groups = |token: &str| {
            token
                .as_bytes()
                .chunks(4)
                .map(|group| String::from_utf8_lossy(group) + " ")
                .collect::<String>()
        };
        let column: String = (1..=tokens.len()).map(|number| format!("{number}\n")).collect();
        for mangled in [
            numbered(&|number, token| format!("{number} {token}")),
            numbered(&|number, token| format!("  {number:>4}   {}", groups(token))),
            numbered(&|number, token| format!("> {number}. {token}\r")),
            numbered(&|number, token| format!("{number})\t{}", token.to_lowercase())),
            // As a browser's print-out is copied: the column of numbers first, its first one behind
            // the BEGIN line.
            text.replacen("-----\n", &format!("----{column}\n"), 1),
        ] {
            assert_eq!(read_numbered(mangled.as_bytes()).as_ref(), Ok(&block), "{mangled}");
        }
        assert_eq!(read_numbered(text.as_bytes()).as_ref(), Ok(&block));
        // A slip in a numbered text is still refused, and named.
        let slip = numbered(&|number, token| {
            format!(
                "{number} {}",
                if number == 5 { token.replace('A', "B") } else { token.to_owned() }
            )
        });
        assert_eq!(read_numbered(slip.as_bytes()).unwrap_err().code(), Code::TextDamaged);
    }

    #[test]
    fn bytes_of_another_encoding_are_no_obstacle() {
        let (block, text) = license(300);
        let latin: Vec<u8> =
            [b"Sch\xf6ne Gr\xfc\xdfe \xff\xfe\n", text.as_bytes(), b"\xa9 M\xfcller\n"].concat();
        assert_eq!(read(&latin).as_ref(), Ok(&block));
        let spaced =
            latin.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\xa0\xa0"[..]);
        assert_eq!(read(&spaced).as_ref(), Ok(&block));
        let swap = |text: &str, from: u8, to: u8| {
            text.bytes().map(|byte| if byte == from { to } else { byte }).collect::<Vec<u8>>()
        };
        let windows = swap(&text.replace("-----", "--"), b'-', 0x96);
        assert_eq!(read(&windows).as_ref(), Ok(&block));
        let within = swap(&text.replacen('\n', "\n!", 1), b'!', 0xe4);
        let message = "token 1 holds U+00E4 on line 2, expected A to Z and 2 to 7";
        assert_eq!(read(&within).unwrap_err().message(), message);
    }

    #[test]
    fn text_without_a_block_is_missing() {
        let (_, text) = license(100);
        let bare: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        let message =
            "found no BEGIN line, expected -----BEGIN AIRLOCK <KIND>----- before the tokens";
        for none in [
            "",
            " ",
            "hello",
            "-----",
            "-----BEGIN PGP MESSAGE-----",
            "BEGIN AIRLOCK LICENSE",
            "-----BEGIN AIRLOCK -----",
            &bare,
        ] {
            let error = repair(none).unwrap_err();
            assert_eq!((error.code(), error.message()), (Code::TextMissing, message), "{none}");
        }
        let headless: String = text.split_inclusive('\n').skip(1).collect();
        let error = repair(&headless).unwrap_err();
        assert_eq!(error.code(), Code::TextMissing);
        assert!(
            error.message().starts_with("found an END line on line 5 and no BEGIN line"),
            "{error}"
        );
        let empty = "-----BEGIN AIRLOCK LICENSE-----\n-----END AIRLOCK LICENSE-----\n";
        assert_eq!(
            (strict_code(empty), repair_code(empty)),
            (Code::TextIncomplete, Code::TextIncomplete)
        );
        assert_eq!(
            repair_code(&text.replace("END AIRLOCK LICENSE", "END AIRLOCK REQUEST")),
            Code::TextIncomplete
        );
    }

    /// Something inserted before the first token: the block is damaged, and its other tokens can be
    /// read.
    fn damaged(text: &str) -> String {
        text.replacen('\n', "\nA", 1)
    }

    const PROSE: &str =
        "Copy from -----BEGIN AIRLOCK LICENSE----- to -----END AIRLOCK LICENSE-----:\n";

    #[test]
    fn copies_are_one_file() {
        let (block, text) = license(300);
        let quoted = each_line(&text, |_, line| format!("> {line}"));
        let damaged = damaged(&text);
        for other in [&text, &quoted, &damaged, &text[..200], PROSE] {
            assert_eq!(repair(&format!("{text}\nwrote:\n{other}")).as_ref(), Ok(&block), "{other}");
            assert_eq!(repair(&format!("{other}\nwrote:\n{text}")).as_ref(), Ok(&block), "{other}");
        }
        assert_eq!(repair(&text.repeat(BLOCKS)).as_ref(), Ok(&block));
        let message = "token 1 on line 3 has 53 characters, expected 52: a character is too many";
        assert_eq!(repair(&format!("{PROSE}{damaged}")).unwrap_err().message(), message);
    }

    #[test]
    fn different_files_are_several() {
        let (_, text) = license(300);
        let other = write("LICENSE", &sample(301)[1..]);
        let request = write("REQUEST", &sample(300));
        for others in [&other, &request, &damaged(&other), &damaged(&request)] {
            assert_eq!(repair_code(&format!("{text}{others}")), Code::TextSeveral, "{others}");
            assert_eq!(repair_code(&format!("{others}{text}")), Code::TextSeveral, "{others}");
        }
        let message = "found LICENSE on line 1, REQUEST on line 14, expected one file";
        assert_eq!(repair(&format!("{text}\n{request}")).unwrap_err().message(), message);
        assert_eq!(repair_code(&text.repeat(BLOCKS + 1)), Code::TextSeveral);
    }

    #[test]
    fn hostile_text_is_quick() {
        let (_, text) = license(300);
        let filled = |pattern: &str| pattern.repeat((limits::TEXT_BYTES - 100) / pattern.len());
        let begin = "-----BEGIN AIRLOCK LICENSE-----\n";
        let end = "\n-----END AIRLOCK LICENSE-----\n";
        let mut hostile: Vec<String> = [
            begin,
            end,
            &text,
            "--BEGINAIRLOCKA--",
            "--BEGIN AIRLOCK ",
            "-",
            "- ",
            "=",
            "=  ",
            ">",
            "\u{200b}",
            "\r",
        ]
        .into_iter()
        .map(filled)
        .collect();
        for inside in ["A", "A ", "AAAAAA ", "\n", "=", "\u{e9}"] {
            hostile.push(format!("{begin}{}", filled(inside)));
            hostile.push(format!("{begin}{}{end}", filled(inside)));
            hostile.push(format!("{begin}{}{end}", inside.repeat(TOKENS * TOKEN)));
        }
        for text in hostile {
            let start: String = text.chars().take(40).collect();
            let started = Instant::now();
            assert!(strict(&text).is_err() && repair(&text).is_err(), "{start}");
            assert!(started.elapsed() < Duration::from_secs(1), "{start}: {:?}", started.elapsed());
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 1..2000), word in "[A-Z]{1,16}") {
            let block = Block { word, bytes };
            let text = write(&block.word, &block.bytes);
            prop_assert!(looks_like_text(text.as_bytes()));
            prop_assert_eq!(strict(&text), Ok(block.clone()));
            prop_assert_eq!(repair(&text), Ok(block));
        }

        #[test]
        fn wrapping_loses_nothing(length in 1..800_usize, width in 1..200_usize, quote in "[> \t]{0,4}") {
            let (block, text) = license(length);
            prop_assert_eq!(repair(&each_line(&wrapped(&text, width), |_, line| format!("{quote}{line}"))), Ok(block));
        }

        #[test]
        fn any_bytes_are_refused(bytes: Vec<u8>) {
            let block = [b"-----BEGIN AIRLOCK A-----\n", &bytes[..], b"\n-----END AIRLOCK A-----\n"].concat();
            for text in [&bytes, &block] {
                prop_assert!(read_strict(text).is_err());
                prop_assert!(read(text).is_err());
                let _ = looks_like_text(text);
            }
        }

        #[test]
        fn any_marks_are_refused(text in "(--|-|BEGIN|END|AIRLOCK| |LICENSE|[A-Z2-7]{1,60}|=|=3D|>|\n|\r|é|`){0,40}") {
            prop_assert!(strict(&text).is_err());
            prop_assert!(repair(&text).is_err());
        }
    }
}
