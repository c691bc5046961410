//! The walk over encoded items, before anything is decoded: definite lengths, shortest heads,
//! rising keys.

use crate::error::{Code, Error};
use crate::limits;

/// The first bytes of an item: its major type and the number that follows (RFC 8949 section 3).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) major: u8,
    pub(crate) number: u64,
    /// Where the item's content begins.
    pub(crate) end: usize,
}

/// What is wrong with the encoding of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The bytes end within the item that begins at this position.
    Truncated(usize),
    /// The item at this position is not in its one form, for this reason.
    Form(usize, &'static str),
}

/// Reads the head of the item at `at`: definite length, shortest form.
pub(crate) fn head(bytes: &[u8], at: usize) -> Result<Head, Fault> {
    let first = *bytes.get(at).ok_or(Fault::Truncated(at))?;
    let (major, info) = (first >> 5, first & 0x1f);
    let (width, least) = match info {
        0..=23 => return Ok(Head { major, number: u64::from(info), end: at + 1 }),
        24 => (1, 24),
        25 => (2, 0x100),
        26 => (4, 0x1_0000),
        27 => (8, 0x1_0000_0000),
        31 => return Err(Fault::Form(at, "indefinite length")),
        _ => return Err(Fault::Form(at, "reserved head")),
    };
    let tail = bytes.get(at + 1..at + 1 + width).ok_or(Fault::Truncated(at))?;
    let number = tail.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    if number < least {
        return Err(Fault::Form(at, "a number longer than it needs to be"));
    }
    Ok(Head { major, number, end: at + 1 + width })
}

/// Reads the content of a byte or text string whose head was read.
pub(crate) fn string<'a>(bytes: &'a [u8], head: &Head) -> Result<&'a [u8], Fault> {
    let end = usize::try_from(head.number).ok().and_then(|length| head.end.checked_add(length));
    end.and_then(|end| bytes.get(head.end..end)).ok_or(Fault::Truncated(head.end))
}

/// Walks one item and returns where it ends.
fn walk(bytes: &[u8], at: usize, depth: usize) -> Result<usize, Fault> {
    let head = head(bytes, at)?;
    match head.major {
        0 | 1 => Ok(head.end),
        2 => Ok(head.end + string(bytes, &head)?.len()),
        3 => {
            let text = string(bytes, &head)?;
            std::str::from_utf8(text).map_err(|_| Fault::Form(at, "text that is not UTF-8"))?;
            Ok(head.end + text.len())
        }
        4 | 5 if depth == limits::DEPTH => {
            Err(Fault::Form(at, "too many lists and maps within each other"))
        }
        4 => (0..head.number).try_fold(head.end, |at, _| walk(bytes, at, depth + 1)),
        5 => walk_map(bytes, &head, depth + 1),
        6 => Err(Fault::Form(at, "a tag")),
        _ => Err(Fault::Form(at, "a float, a simple value or null")),
    }
}

/// Walks the entries of a map: encoded keys rise strictly in bytewise order.
fn walk_map(bytes: &[u8], head: &Head, depth: usize) -> Result<usize, Fault> {
    let (mut at, mut last): (usize, &[u8]) = (head.end, &[]);
    for _ in 0..head.number {
        let value = walk(bytes, at, depth)?;
        let key = bytes.get(at..value).ok_or(Fault::Truncated(at))?;
        if key <= last {
            return Err(Fault::Form(at, "map keys that do not rise"));
        }
        last = key;
        at = walk(bytes, value, depth)?;
    }
    Ok(at)
}

/// Checks that the bytes are exactly one item in deterministic encoding, without tag, float or
/// null.
///
/// # Errors
/// [`Code::PayloadNotCanonical`], naming the position of the first fault.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Error> {
    let refuse = |what: &str, at| {
        Err(Error::new(Code::PayloadNotCanonical, format!("{what} at byte {at} of the payload")))
    };
    match walk(bytes, 0, 0) {
        Ok(end) if end == bytes.len() => Ok(()),
        Ok(end) => refuse("bytes left over", end),
        Err(Fault::Truncated(at)) => refuse("the payload ends within the item", at),
        Err(Fault::Form(at, why)) => refuse(why, at),
    }
}
