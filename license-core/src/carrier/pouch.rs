//! A pouch: a text with the blocks of several files.
//!
//! Nothing signs a pouch and nothing in it belongs together: each block is a file's one text and
//! stands alone. In its one form the blocks follow each other without anything between them, by the
//! rising SHA-256 of their files, and none stands in it twice.

use std::cmp::Ordering;
use std::fmt;

use crate::carrier::text::{Block, read_block};
use crate::carrier::token::{BEGIN, check_size};
use crate::error::{Code, Error};
use crate::key::sha256;
use crate::limits;
use crate::plural::counted;

/// Where a block stands in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which block it is, from 1.
    pub number: usize,
    /// The line of its BEGIN line, from 1.
    pub line: usize,
    /// The word of its BEGIN line as it was read.
    pub word: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {} ({} on line {})", self.number, self.word, self.line)
    }
}

/// A block of a text, or what is wrong with it.
pub(super) struct Placed {
    pub(super) place: Place,
    pub(super) block: Result<Block, Error>,
}

/// Refuses a text with more blocks than anybody carries.
pub(super) fn check_blocks(blocks: usize) -> Result<(), Error> {
    if blocks <= limits::POUCH_BLOCKS {
        return Ok(());
    }
    let (found, most) = (counted(blocks, "block"), limits::POUCH_BLOCKS);
    Err(Error::new(Code::TooLarge, format!("found {found}, expected at most {most}")))
}

/// The blocks of a text, each in its one form.
///
/// # Errors
/// [`Code::TooLarge`] for the text and for the number of blocks; [`Code::TextMissing`] where it
/// does not begin with a BEGIN line.
pub(super) fn read_all_strict(text: &[u8]) -> Result<Vec<Placed>, Error> {
    check_size(text)?;
    if !text.starts_with(BEGIN.as_bytes()) {
        return read_block(text, 1).map(|_| Vec::new());
    }
    let starts = starts(text);
    check_blocks(starts.len())?;
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let one = |(number, ((at, line), end)): (usize, (&(usize, usize), usize))| {
        let own = text.get(*at..end).unwrap_or_default();
        let place = Place { number: number + 1, line: *line, word: word(own) };
        Placed { place, block: read_block(own, *line) }
    };
    Ok(starts.iter().zip(ends).enumerate().map(one).collect())
}

/// Where the blocks of a text begin: its start, and each later BEGIN line; with their lines.
fn starts(text: &[u8]) -> Vec<(usize, usize)> {
    let (mut starts, mut at) = (Vec::new(), 0);
    for (index, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if index == 0 || line.starts_with(BEGIN.as_bytes()) {
            starts.push((at, index + 1));
        }
        at += line.len();
    }
    starts
}

/// The word of the first line, as far as it has one.
fn word(block: &[u8]) -> String {
    let rest = block.strip_prefix(BEGIN.as_bytes()).unwrap_or_default();
    let letters = rest.iter().take(16).take_while(|byte| byte.is_ascii_uppercase());
    letters.map(|byte| char::from(*byte)).collect()
}

/// Refuses files that are not by rising SHA-256, each once.
pub(super) fn check_order<'a>(
    files: impl IntoIterator<Item = (&'a Place, &'a [u8])>,
) -> Result<(), Error> {
    let mut last: Option<[u8; 32]> = None;
    for (place, file) in files {
        let hash = sha256(file);
        let wrong = match last.map(|last| hash.cmp(&last)) {
            None | Some(Ordering::Greater) => None,
            Some(Ordering::Equal) => Some("twice"),
            Some(Ordering::Less) => Some("after its place"),
        };
        if let Some(wrong) = wrong {
            let found = format!(
                "found {place} {wrong}, expected the blocks by the rising SHA-256 of their files, \
                 each once"
            );
            return Err(Error::new(Code::TextNotCanonical, found));
        }
        last = Some(hash);
    }
    Ok(())
}
