//! A file cut into pieces, and the names of its parts.

use std::fmt;

use crate::carrier::base32;
use crate::key::first_of_sha256;
use crate::limits;

/// What every code begins with: the letters, the version of this format.
pub(super) const MARK: &str = "ALK1";

/// The largest file in one code: a QR code of version 20 at error correction M, 97 modules a side,
/// that a phone reads from a sheet 8 cm wide.
pub(super) const WHOLE: usize = 600;

/// The largest piece: with its label, and 4 bytes more for the repair part, it fits the same size
/// of QR code.
pub(super) const PIECE: usize = 588;

/// Pieces of the largest file, and the repair part.
pub(super) const PARTS: usize = limits::FILE_BYTES.div_ceil(PIECE) + 1;

/// Bytes before the XOR of a repair part: the file's length.
pub(super) const LENGTH: usize = 4;

/// The name of a set of codes: the start of its file's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetName([u8; 5]);

impl SetName {
    /// Returns the name of the set that carries this file.
    #[must_use]
    pub fn of(file: &[u8]) -> Self {
        Self(first_of_sha256(file))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = base32::decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

/// The name as the codes have it: eight characters.
impl fmt::Display for SetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base32::encode(&self.0))
    }
}

/// Returns what the codes of a file say: one code for a file of up to 600 bytes, else its parts in
/// their order, the repair part last. An empty file has none.
#[must_use]
pub fn write(file: &[u8]) -> Vec<String> {
    match file.len() {
        0 => Vec::new(),
        1..=WHOLE => vec![whole(file)],
        _ => in_pieces(file, file.len().div_ceil(PIECE)),
    }
}

/// Returns what the codes of a file say where they are so many, as [`super::Joined`] counts them.
#[must_use]
pub fn write_parts(file: &[u8], parts: usize) -> Vec<String> {
    match parts {
        0 | 1 => vec![whole(file)],
        _ => in_pieces(file, parts - 1),
    }
}

/// Returns what the codes of a file say where none may have more than so many characters, for a
/// place that has no room for those of [`write()`]: as few codes as can be. `None` where even the
/// most codes are longer, and for an empty file.
#[must_use]
pub fn write_within(file: &[u8], characters: usize) -> Option<Vec<String>> {
    let fits = |codes: &Vec<String>| codes.iter().all(|code| code.len() <= characters);
    let codes = write(file);
    if codes.is_empty() || fits(&codes) {
        return Some(codes).filter(|codes| !codes.is_empty());
    }
    let least = file.len().div_ceil(PIECE).max(2);
    let counts = (least..PARTS).filter(|count| is_count(file.len(), *count));
    counts.map(|count| in_pieces(file, count)).find(fits)
}

fn whole(file: &[u8]) -> String {
    format!("{MARK}:{}", base32::encode(file))
}

fn in_pieces(file: &[u8], count: usize) -> Vec<String> {
    let (pieces, name) = (pieces(file, count), SetName::of(file));
    let parts = pieces.len();
    let label = |(index, piece): (usize, &Vec<u8>)| {
        format!("{MARK}/{}/{parts}/{name}:{}", index + 1, base32::encode(piece))
    };
    pieces.iter().enumerate().map(label).collect()
}

/// Returns a file cut into so many pieces, and its repair part.
pub(super) fn pieces(file: &[u8], count: usize) -> Vec<Vec<u8>> {
    let size = piece_size(file.len(), count);
    let mut pieces: Vec<Vec<u8>> = file.chunks(size).map(<[u8]>::to_vec).collect();
    let length = u32::try_from(file.len()).unwrap_or(u32::MAX).to_be_bytes();
    let repair = [&length[..], &xor(size, &pieces)].concat();
    pieces.push(repair);
    pieces
}

/// Returns the bytes of each of so many pieces but the last: as equal as they can be.
pub(super) fn piece_size(length: usize, count: usize) -> usize {
    length.div_ceil(count.max(1)).max(1)
}

/// Returns whether a file of this length comes to so many pieces: ten bytes make no six that are
/// as equal as they can be.
fn is_count(length: usize, count: usize) -> bool {
    length.div_ceil(piece_size(length, count)) == count
}

/// Returns the XOR of the pieces, each zero-padded to this size.
pub(super) fn xor<'a>(size: usize, pieces: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    let mut sum = vec![0; size];
    for piece in pieces {
        sum.iter_mut().zip(piece).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}
