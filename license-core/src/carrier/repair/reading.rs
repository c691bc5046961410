//! The blocks of a text, read, and the one file that they carry.

use crate::carrier::pouch::{Place, Placed};
use crate::carrier::repair::glyph::Glyph;
use crate::carrier::repair::marker::{Marker, no_begin};
use crate::carrier::text::Block;
use crate::carrier::token::{
    GROUP, TOKEN, TOKENS, Token, code_point, decode, empty, incomplete, number, too_many,
};
use crate::error::{Code, Error};

/// Bytes at the end of every file that are its last document's signature.
const SIGNATURE: usize = 64;
/// Base32 characters of a signature by which a damaged copy is known: 8 bytes.
const KNOWN_BY: usize = 13;

/// What says more of a damaged block, from its characters and what is known of the damage.
pub(super) type Blame = fn(&[Glyph], Error) -> Error;

/// One block of a text, read.
pub(super) struct Reading {
    word: String,
    line: usize,
    tokens: Vec<Token>,
    bytes: Result<Vec<u8>, Error>,
    /// Whether a sentence goes on around its line: that names the line, and begins or ends nothing.
    in_a_sentence: bool,
}

/// Reads every block, and what is left of one whose BEGIN line is lost.
pub(super) fn readings(glyphs: &[Glyph], markers: &[Marker], blame: Blame) -> Vec<Reading> {
    let next = markers.iter().skip(1).map(Some).chain([None]);
    let begun = [false].into_iter().chain(markers.iter().map(|marker| marker.begins));
    let blocks = markers.iter().zip(next).zip(begun);
    blocks
        .filter(|((marker, _), begun)| marker.begins || !begun)
        .map(|((marker, next), _)| match marker.begins {
            true => Reading::new(glyphs, marker, next, blame),
            false => Reading::headless(glyphs, marker),
        })
        .collect()
}

impl Reading {
    /// Reads the block from its BEGIN line to the next marker.
    fn new(glyphs: &[Glyph], begin: &Marker, next: Option<&Marker>, blame: Blame) -> Self {
        let content =
            glyphs.get(begin.end..next.map_or(glyphs.len(), |next| next.start)).unwrap_or_default();
        let clean = content.iter().take_while(|glyph| glyph.symbol().is_some()).count();
        let (clean, foreign) = content.split_at_checked(clean).unwrap_or_default();
        let tokens = cut(clean, foreign.is_empty());
        let bytes = if next.is_some_and(|next| !next.begins && next.word == begin.word) {
            repaired(&tokens, clean, foreign.first(), begin.line).map_err(|error| {
                if error.code() == Code::TextDamaged { blame(content, error) } else { error }
            })
        } else {
            Err(incomplete(&begin.word, begin.line, &tokens))
        };
        let in_a_sentence = in_a_sentence(content, begin, next, is_preceded(glyphs, begin));
        Self { word: begin.word.clone(), line: begin.line, tokens, bytes, in_a_sentence }
    }

    /// The rest of a block before an END line that has no BEGIN line.
    fn headless(glyphs: &[Glyph], end: &Marker) -> Self {
        let in_a_sentence = is_preceded(glyphs, end);
        let bytes = Err(Error::new(
            Code::TextIncomplete,
            format!("found an END line on line {} and no BEGIN line before it", end.line),
        ));
        let (word, line) = (end.word.clone(), end.line);
        Self { word, line, tokens: Vec::new(), bytes, in_a_sentence }
    }

    /// The block with its place in the text.
    pub(super) fn placed((index, reading): (usize, Self)) -> Placed {
        let place = Place { number: index + 1, line: reading.line, word: reading.word.clone() };
        Placed { place, block: reading.bytes.map(|bytes| Block { word: reading.word, bytes }) }
    }

    fn well_read(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| token.good)
    }

    /// Whether this is no block: a sentence that names such a line.
    pub(super) fn is_mention(&self) -> bool {
        self.in_a_sentence && self.bytes.is_err() && self.well_read().next().is_none()
    }

    /// Whether this is another copy of a whole block: equal to it or, if damaged, with a part of
    /// its signature, and nothing read well that is not in it. The first documents of two files may
    /// be the same, so that a copy that lacks the signature may as well be another file.
    pub(super) fn copies(&self, whole: &Self) -> bool {
        let within = |token: &Token| {
            whole.tokens.get(token.number - 1).is_some_and(|other| other.text == token.text)
        };
        match (&self.bytes, &whole.bytes) {
            _ if self.word != whole.word => false,
            (Ok(bytes), Ok(whole)) => bytes == whole,
            (Err(_), Ok(whole)) => {
                let signed = |token: &Token| is_of_signature(token, whole.len());
                self.well_read().all(within) && self.well_read().any(signed)
            }
            (_, Err(_)) => false,
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.bytes.is_ok()
    }
}

/// Whether a token holds enough of the signature of a file of this length.
fn is_of_signature(token: &Token, length: usize) -> bool {
    let start = (token.number - 1) * GROUP * 5 / 8;
    start + SIGNATURE >= length && token.group().len() >= KNOWN_BY
}

/// Whether something else stands before a marker on its line.
fn is_preceded(glyphs: &[Glyph], marker: &Marker) -> bool {
    let before = marker.start.checked_sub(1).and_then(|before| glyphs.get(before));
    before.is_some_and(|before| before.line == marker.line)
}

/// Whether what follows a BEGIN line is the next marker, or none of a token's characters, or begins
/// with a word that is not in capitals: on its own line, or on a later one where something else
/// stands before it on its own.
fn in_a_sentence(content: &[Glyph], begin: &Marker, next: Option<&Marker>, preceded: bool) -> bool {
    let same_line = |line: usize| line == begin.last_line;
    let Some(first) = content.first() else {
        return next.map_or(preceded, |next| preceded || same_line(next.line));
    };
    let word = content.iter().enumerate();
    let word =
        word.take_while(|(at, glyph)| glyph.line == first.line && (*at == 0 || !glyph.fresh));
    let mut word = word.map(|(_, glyph)| glyph);
    (preceded || same_line(first.line))
        && (first.symbol().is_none() || word.any(|glyph| glyph.char.is_ascii_lowercase()))
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
pub(super) fn choose(mut readings: Vec<Reading>) -> Result<Block, Error> {
    if let Some(whole) = readings.iter().find(|reading| reading.is_whole())
        && !readings.iter().all(|reading| reading.is_mention() || reading.copies(whole))
    {
        readings.retain(|reading| !reading.is_mention());
        return Err(several(&readings));
    }
    let best = readings
        .into_iter()
        .rev()
        .max_by_key(|reading| (reading.is_whole(), reading.well_read().count()));
    let Some(best) = best else { return Err(no_begin(&[])) };
    best.bytes.map(|bytes| Block { word: best.word, bytes })
}

fn several(readings: &[Reading]) -> Error {
    let found: Vec<String> = readings
        .iter()
        .map(|reading| {
            let damaged = if reading.is_whole() { "" } else { " (cut or damaged)" };
            format!("{} on line {}{damaged}", reading.word, reading.line)
        })
        .collect();
    Error::new(Code::TextSeveral, format!("found {}, expected one file", found.join(", ")))
}
