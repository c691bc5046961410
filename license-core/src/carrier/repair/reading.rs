//! The blocks of a text, read, and the one file that they carry.

use crate::carrier::pouch::{Place, Placed};
use crate::carrier::repair::glyph::Glyph;
use crate::carrier::repair::marker::{Marker, no_begin};
use crate::carrier::text::Block;
use crate::carrier::token::{
    TOKEN, TOKENS, Token, code_point, decode, empty, incomplete, number, too_many,
};
use crate::error::{Code, Error};

/// One block of a text, read.
pub(super) struct Reading {
    word: String,
    line: usize,
    tokens: Vec<Token>,
    bytes: Result<Vec<u8>, Error>,
}

/// Reads every block.
pub(super) fn readings(glyphs: &[Glyph], markers: &[Marker]) -> Vec<Reading> {
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

    /// The block with its place in the text.
    pub(super) fn placed((index, reading): (usize, Self)) -> Placed {
        let place = Place { number: index + 1, line: reading.line, word: reading.word.clone() };
        Placed { place, block: reading.bytes.map(|bytes| Block { word: reading.word, bytes }) }
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
pub(super) fn choose(readings: Vec<Reading>) -> Result<Block, Error> {
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
