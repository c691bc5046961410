//! The reader that undoes what mail does to the text form. It never guesses a character.

mod between;
mod glyph;
mod lines;
mod marker;
mod reading;

use crate::carrier::repair::glyph::glyphs;
use crate::carrier::repair::lines::{without_numbers, without_stamps};
use crate::carrier::repair::marker::{markers, no_begin};
use std::collections::BTreeSet;

use crate::carrier::pouch::{Placed, check_blocks};
use crate::carrier::repair::reading::{Blame, Reading, choose, readings};
use crate::carrier::text::Block;
use crate::carrier::token::check_size;
use crate::error::{Code, Error};

/// Blocks in one text that are looked at: a long thread of mails quotes the same block a few times.
const BLOCKS: usize = 64;

/// Returns the block in a mail or a pasted text, with what mail does to it repaired.
///
/// Repaired are: line ends, a byte order mark, indentation, spaces and blank lines, marks before
/// and behind words (of quoting, of Markdown, of tables and cells), lines wrapped or joined
/// anywhere, lower case, 0, 1 and 8 for O, I and B, other or fewer dashes, the escapes of
/// quoted-printable (RFC 2045 section 6.7), and other text around. Bytes that are not UTF-8 are
/// read as Latin-1. Lines are counted as given. A sentence that names a BEGIN line is passed
/// over. A copy of the block may be damaged if another copy is whole, and is known by a part of the
/// signature: what lacks that may be another file.
///
/// # Errors
/// [`Code::TooLarge`]; [`Code::TextMissing`] without a BEGIN line; [`Code::TextIncomplete`] without
/// an END line of the same word, or without a token; [`Code::TextDamaged`] for a token whose check
/// does not fit, or a character that is in no token; [`Code::TextNotCanonical`] for Base32 that no
/// bytes have; [`Code::TextSeveral`] for two different files, for a whole one beside one that is
/// cut or damaged and may be another, and for more than 64 blocks.
pub fn read(text: &[u8]) -> Result<Block, Error> {
    one(text, |_, error| error)
}

/// The one block of a text; where it is damaged, `blame` may say more.
fn one(text: &[u8], blame: Blame) -> Result<Block, Error> {
    check_size(text)?;
    let glyphs = glyphs(text);
    let markers = markers(&glyphs);
    match markers.iter().filter(|marker| marker.begins).count() {
        0 => Err(no_begin(&markers)),
        1..=BLOCKS => choose(readings(&glyphs, &markers, blame)),
        many => Err(Error::new(
            Code::TextSeveral,
            format!("found {many} BEGIN lines, expected one file, copied at most {BLOCKS} times"),
        )),
    }
}

/// Returns the block as [`read`] does, also where its lines are numbered: 1, 2, 3 and so on, before
/// each line or behind the dashes before them, as a printed sheet that was copied has; and where
/// what stands before its BEGIN line stands before the others too. A line between the tokens that
/// does not belong there is named, not left out ([`Error::lines`]); [`read`] leaves that out, for
/// the C library's size.
///
/// # Errors
/// As [`read`].
pub fn read_numbered(text: &[u8]) -> Result<Block, Error> {
    let read = |text: &[u8]| one(text, between::named);
    match read(text) {
        Err(error) if error.code() == Code::TextDamaged => {
            let tells = |bare: &Error| error.lines().is_empty() && !bare.lines().is_empty();
            let bare = |text: String| match read(text.as_bytes()) {
                Err(bare) if bare.code() != Code::TextSeveral && !tells(&bare) => None,
                answer => Some(answer),
            };
            let numbered = bare(without_numbers(text));
            let stamped = || without_stamps(text).and_then(bare);
            numbered.or_else(stamped).unwrap_or_else(|| Err(error.clone()))
        }
        answer => answer,
    }
}

/// Every block of a text, in their order, each repaired as [`read_numbered`] does; of equal blocks
/// the first. A damaged block is one of its own unless it is a copy of a whole one, as [`read`]
/// knows it.
///
/// # Errors
/// [`Code::TooLarge`] for the text and for the number of blocks; [`Code::TextMissing`] without a
/// BEGIN line.
pub(super) fn read_all(text: &[u8]) -> Result<Vec<Placed>, Error> {
    let damaged = |blocks: &[Placed]| blocks.iter().filter(|placed| placed.block.is_err()).count();
    let blocks = every(text)?;
    if damaged(&blocks) == 0 {
        return Ok(blocks);
    }
    let better =
        |bare: &Vec<Placed>| bare.len() == blocks.len() && damaged(bare) < damaged(&blocks);
    let bare = |text: String| every(text.as_bytes()).ok().filter(better);
    let numbered = bare(without_numbers(text));
    Ok(numbered.or_else(|| without_stamps(text).and_then(bare)).unwrap_or(blocks))
}

fn every(text: &[u8]) -> Result<Vec<Placed>, Error> {
    check_size(text)?;
    let glyphs = glyphs(text);
    let markers = markers(&glyphs);
    let begins = markers.iter().filter(|marker| marker.begins).count();
    if begins == 0 {
        return Err(no_begin(&markers));
    }
    check_blocks(begins)?;
    let mut seen = BTreeSet::new();
    let readings = readings(&glyphs, &markers, between::named);
    let lost: Vec<bool> = readings.iter().map(|reading| is_a_loss(reading, &readings)).collect();
    let placed = readings.into_iter().enumerate().map(Reading::placed);
    Ok(placed
        .zip(lost)
        .filter_map(|(placed, lost)| (placed.block.is_ok() || lost).then_some(placed))
        .filter(|placed| placed.block.as_ref().map_or(true, |block| seen.insert(block.clone())))
        .collect())
}

/// Whether something would be lost if this block, being damaged, were passed over: not where it is
/// none, or a copy of a whole one.
fn is_a_loss(reading: &Reading, all: &[Reading]) -> bool {
    let mut whole = all.iter().filter(|other| other.is_whole()).peekable();
    whole.peek().is_none() || !(reading.is_mention() || whole.any(|whole| reading.copies(whole)))
}

#[cfg(test)]
mod tests;
