//! The reader that undoes what mail does to the text form. It never guesses a character.

mod glyph;
mod marker;
mod reading;

use crate::carrier::repair::glyph::glyphs;
use crate::carrier::repair::marker::{markers, no_begin};
use std::collections::BTreeSet;

use crate::carrier::pouch::{Placed, check_blocks};
use crate::carrier::repair::reading::{Reading, choose, readings};
use crate::carrier::text::Block;
use crate::carrier::token::check_size;
use crate::error::{Code, Error};

/// Blocks in one text that are looked at: a long thread of mails quotes the same block a few times.
const BLOCKS: usize = 64;

/// Returns the block in a mail or a pasted text, with what mail does to it repaired.
///
/// Repaired are: line ends, a byte order mark, quoting, indentation, spaces and blank lines, lines
/// wrapped or joined anywhere, lower case, 0, 1 and 8 for O, I and B, other or fewer dashes, the
/// escapes of quoted-printable (RFC 2045 section 6.7), and other text around. Bytes that are not
/// UTF-8 are read as Latin-1. Lines are counted as given. A sentence that names a BEGIN line is
/// passed over. A copy of the block may be damaged if another copy is whole, and is known by a part
/// of the signature: what lacks that may be another file.
///
/// # Errors
/// [`Code::TooLarge`]; [`Code::TextMissing`] without a BEGIN line; [`Code::TextIncomplete`] without
/// an END line of the same word, or without a token; [`Code::TextDamaged`] for a token whose check
/// does not fit, or a character that is in no token; [`Code::TextNotCanonical`] for Base32 that no
/// bytes have; [`Code::TextSeveral`] for two different files, for a whole one beside one that is
/// cut or damaged and may be another, and for more than 64 blocks.
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
    match every(without_numbers(text).as_bytes()) {
        Ok(bare) if bare.len() == blocks.len() && damaged(&bare) < damaged(&blocks) => Ok(bare),
        Ok(_) | Err(_) => Ok(blocks),
    }
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
    let readings = readings(&glyphs, &markers);
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

#[cfg(test)]
mod tests;
