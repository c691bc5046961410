//! What the QR codes of a file say, and the way back from any of them in any order.
//!
//! ```text
//! ALK1:<Base32 of the file>                               a file of up to 600 bytes: one code
//! ALK1/<part>/<parts>/<set>:<Base32 of the piece>         a larger one: pieces, and one for repair
//! ```
//!
//! A file of L bytes is cut into n = ceil(L / 588) pieces of ceil(L / n) bytes, the last one of
//! what is left. Part n + 1 is the repair part: L as 4 bytes, highest first, then the XOR of the
//! pieces, zero-padded to the length of the first. So any one part of a set may be lost. The set is
//! named by the first 40 bits of the file's SHA-256, which also show that it was joined rightly.
//! Nothing here is verified: that is for the signature within.

use std::collections::BTreeMap;
use std::fmt;

use crate::carrier::base32;
use crate::error::{Code, Error};
use crate::key::first_of_sha256;
use crate::limits;
use crate::visible::is_visible;

/// What every code begins with: the letters, the version of this format.
const MARK: &str = "ALK1";
/// The largest file in one code: a QR code of version 20 at error correction M, 97 modules a side,
/// that a phone reads from a sheet 8 cm wide.
const WHOLE: usize = 600;
/// The largest piece: with its label, and 4 bytes more for the repair part, it fits the same size
/// of QR code.
const PIECE: usize = 588;
/// Pieces of the largest file, and the repair part.
const PARTS: usize = limits::FILE_BYTES.div_ceil(PIECE) + 1;
/// Characters of a line above which no mail program wraps it: such a line holds its code to the
/// end. Every code of a set is longer, and so is that of any document.
pub const WRAPPED: usize = 200;
/// Bytes before the XOR of a repair part: the file's length.
const LENGTH: usize = 4;
/// Files and sets that are kept apart at once: nobody means to scan more, and each takes memory.
const SETS: usize = 64;
/// Different contents of one part that are told apart. A second one already shows that a code was
/// read wrongly.
const READINGS: usize = 4;

/// The name of a set of codes: the start of its file's SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetName([u8; 5]);

impl SetName {
    /// Returns the name of the set that carries this file.
    #[must_use]
    pub fn of(file: &[u8]) -> Self {
        Self(first_of_sha256(file))
    }

    fn parse(text: &str) -> Option<Self> {
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
        1..=WHOLE => vec![format!("{MARK}:{}", base32::encode(file))],
        _ => {
            let (pieces, name) = (pieces(file), SetName::of(file));
            let parts = pieces.len();
            let label = |(index, piece): (usize, &Vec<u8>)| {
                format!("{MARK}/{}/{parts}/{name}:{}", index + 1, base32::encode(piece))
            };
            pieces.iter().enumerate().map(label).collect()
        }
    }
}

/// Returns the pieces of a file and its repair part.
fn pieces(file: &[u8]) -> Vec<Vec<u8>> {
    let size = piece_size(file.len());
    let mut pieces: Vec<Vec<u8>> = file.chunks(size).map(<[u8]>::to_vec).collect();
    let length = u32::try_from(file.len()).unwrap_or(u32::MAX).to_be_bytes();
    let repair = [&length[..], &xor(size, &pieces)].concat();
    pieces.push(repair);
    pieces
}

/// Returns the bytes of each piece but the last: as equal as they can be.
fn piece_size(length: usize) -> usize {
    length.div_ceil(length.div_ceil(PIECE).max(1)).max(1)
}

/// Returns the XOR of the pieces, each zero-padded to this size.
fn xor<'a>(size: usize, pieces: impl IntoIterator<Item = &'a Vec<u8>>) -> Vec<u8> {
    let mut sum = vec![0; size];
    for piece in pieces {
        sum.iter_mut().zip(piece).for_each(|(sum, byte)| *sum ^= byte);
    }
    sum
}

/// What one code says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Whole(Vec<u8>),
    Part { part: usize, parts: usize, name: SetName, bytes: Vec<u8> },
}

impl Content {
    /// Reads what a code says, which begins with the mark.
    fn parse(text: &str) -> Result<Self, Error> {
        let (label, data) = text.split_once(':').ok_or_else(|| bad_label(text))?;
        if label == MARK {
            return piece(data, WHOLE).map(Self::Whole);
        }
        let fields: Vec<&str> = label.split('/').collect();
        let [MARK, part, parts, name] = fields.as_slice() else { return Err(bad_label(text)) };
        let (Some(part), Some(parts), Some(name)) =
            (number(part), number(parts), SetName::parse(name))
        else {
            return Err(bad_label(text));
        };
        if !(3..=PARTS).contains(&parts) || !(1..=parts).contains(&part) {
            return Err(bad_label(text));
        }
        let most = if part == parts { PIECE + LENGTH } else { PIECE };
        let bytes = piece(data, most)
            .map_err(|error| error.within(format_args!("part {part} of {parts}, set {name}")))?;
        Ok(Self::Part { part, parts, name, bytes })
    }
}

/// Returns a number in its one form: digits, no zero first.
fn number(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    if digits { text.parse().ok() } else { None }
}

/// Returns the bytes of a code's data.
fn piece(data: &str, most: usize) -> Result<Vec<u8>, Error> {
    match base32::decode(data.as_bytes())? {
        bytes if bytes.is_empty() => {
            Err(Error::new(Code::TextIncomplete, "found a code that ends after its label"))
        }
        bytes if bytes.len() > most => Err(Error::new(
            Code::TooLarge,
            format!("found {} bytes in one code, expected at most {most}", bytes.len()),
        )),
        bytes => Ok(bytes),
    }
}

fn bad_label(text: &str) -> Error {
    let start: String =
        text.chars().take(32).map(|c| if is_visible(c) { c } else { '\u{fffd}' }).collect();
    let found = format!(
        "found a code that begins {start}, expected {MARK}: or {MARK}/<part>/<parts>/<set>:"
    );
    Error::new(Code::TextDamaged, found)
}

/// Returns every code in a text: what a hand scanner typed, or what was copied from a phone into a
/// mail.
///
/// A code begins with `ALK1:` or `ALK1/`, whatever stands before it on its line, and ends at the
/// first character that is in no code. Mail wraps lines: below a line of at most 200 characters
/// that ends within its code, lines of the same width that hold Base32 alone belong to it, and one
/// shorter line at its end. A code all in lower case, as a scanner types it with caps lock on, is
/// returned in upper case.
#[must_use]
pub fn find(text: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut open = None;
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '\t', '>', '\u{a0}', '\u{feff}']).trim_end();
        let starts: Vec<usize> = marks(line).collect();
        open = match (starts.is_empty(), open) {
            (true, Some(wrapped)) => go_on(&mut codes, line, wrapped),
            (true, None) => None,
            (false, _) => begin(&mut codes, line, &starts),
        };
    }
    codes
}

/// A code that the next line may go on with: how wide its lines are, and whether it is in lower
/// case.
#[derive(Debug, Clone, Copy)]
struct Wrapped {
    width: usize,
    lower: bool,
}

/// Takes the codes that begin on a line.
fn begin(codes: &mut Vec<String>, line: &str, starts: &[usize]) -> Option<Wrapped> {
    let mut open = None;
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(line.len());
        let code = line.get(*start..end).unwrap_or_default();
        let ends = code.find(|c: char| c.is_whitespace() || "\"'<>,;()[]".contains(c));
        let lower = code.starts_with(|c: char| c.is_ascii_lowercase());
        // No mail program has wider lines, and no code of a document is so short.
        open = (ends.is_none() && line.len() <= WRAPPED)
            .then_some(Wrapped { width: line.len(), lower });
        codes.push(code.get(..ends.unwrap_or(code.len())).unwrap_or_default().to_ascii_uppercase());
    }
    open
}

/// Adds a line to the code before it, where it belongs to it.
fn go_on(codes: &mut [String], line: &str, wrapped: Wrapped) -> Option<Wrapped> {
    if line.len() > wrapped.width || !continues(line, wrapped.lower) {
        return None;
    }
    codes.last_mut()?.push_str(&line.to_ascii_uppercase());
    (line.len() == wrapped.width).then_some(wrapped)
}

/// Returns where codes begin on a line. Base32 has no 1, so none begins within another's data by
/// chance.
fn marks(line: &str) -> impl Iterator<Item = usize> {
    let windows = line.as_bytes().windows(MARK.len() + 1).enumerate();
    windows.filter(|(_, window)| is_code(window)).map(|(at, _)| at)
}

/// Returns whether a text begins as codes do, in upper or lower case.
fn is_code(text: &[u8]) -> bool {
    let (mark, rest) = text.split_at_checked(MARK.len()).unwrap_or_default();
    mark.eq_ignore_ascii_case(MARK.as_bytes()) && matches!(rest, [b':' | b'/', ..])
}

/// Returns whether a line holds nothing but Base32 in the case of the code that it goes on with.
fn continues(line: &str, lower: bool) -> bool {
    let symbol = |byte: u8| match lower {
        true => !byte.is_ascii_uppercase() && base32::is_symbol(byte.to_ascii_uppercase()),
        false => base32::is_symbol(byte),
    };
    !line.is_empty() && line.bytes().all(symbol)
}

/// What a code was to those read before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is not one of Airlock's codes.
    Foreign,
    /// It says something new.
    New,
    /// The same was read before.
    Again,
}

/// A file that the codes carry, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The file, not empty; nothing of it is verified.
    pub bytes: Vec<u8>,
    /// The part that was lost or read wrongly and was restored from the others.
    pub restored: Option<usize>,
    /// The sets that were begun beside it and are not complete.
    pub incomplete: Vec<Incomplete>,
    /// The sets beside it that do not make their files.
    pub damaged: Vec<SetName>,
}

/// A set of codes of which more than one is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incomplete {
    /// The set's name.
    pub name: SetName,
    /// The codes of the set, the repair part included.
    pub parts: usize,
    /// The numbers of those that are missing, or that were read in different ways.
    pub missing: Vec<usize>,
}

impl Incomplete {
    /// Returns the numbers of the missing codes, in words: `2, 3 and 5`.
    #[must_use]
    pub fn numbers(&self) -> String {
        let missing: Vec<String> = self.missing.iter().map(ToString::to_string).collect();
        match missing.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => missing.concat(),
        }
    }
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (read, parts, missing) = (self.parts - self.missing.len(), self.parts, self.numbers());
        write!(
            f,
            "{read} of the {parts} codes of set {} were read, missing are {missing}; any {} are enough",
            self.name,
            parts - 1
        )
    }
}

/// The parts of one set that were read so far, of each the different contents; and what they make.
#[derive(Debug, Clone, Default)]
struct Set {
    parts: BTreeMap<usize, Vec<Vec<u8>>>,
    outcome: Outcome,
}

/// What the parts of a set make. It is worked out when a part comes in, so that asking costs
/// nothing.
#[derive(Debug, Clone, Default)]
enum Outcome {
    /// More than one part is missing.
    #[default]
    Incomplete,
    /// They do not make the file that the set is named after.
    Damaged,
    /// The file, and the part that had to be restored.
    File(Vec<u8>, Option<usize>),
}

/// Joins codes in any order, with duplicates and codes of other files among them.
///
/// Sets are kept apart by their names and are never merged.
#[derive(Debug, Clone, Default)]
pub struct Collector {
    wholes: Vec<Vec<u8>>,
    sets: BTreeMap<(SetName, usize), Set>,
}

impl Collector {
    /// Takes what one code says.
    ///
    /// # Errors
    /// For a code that begins as Airlock's do: [`Code::TextDamaged`], [`Code::TextNotCanonical`],
    /// [`Code::TextIncomplete`] and [`Code::TooLarge`] where it is none; [`Code::TextSeveral`]
    /// above 64 files. What was read before stays.
    pub fn add(&mut self, text: &str) -> Result<Added, Error> {
        if !text.starts_with(MARK) || !is_code(text.as_bytes()) {
            return Ok(Added::Foreign);
        }
        match Content::parse(text)? {
            Content::Whole(bytes) => remember(&mut self.wholes, bytes, SETS),
            Content::Part { part, parts, name, bytes } => {
                if self.sets.len() == SETS && !self.sets.contains_key(&(name, parts)) {
                    return Err(too_many());
                }
                self.sets.entry((name, parts)).or_default().add(name, parts, part, bytes)
            }
        }
    }

    /// Returns whether nothing was read yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wholes.is_empty() && self.sets.is_empty()
    }

    /// Returns the sets of which more than one code is missing.
    #[must_use]
    pub fn incomplete(&self) -> Vec<Incomplete> {
        let sets = self.sets.iter().filter(|(_, set)| matches!(set.outcome, Outcome::Incomplete));
        sets.map(|((name, parts), set)| set.incomplete(*name, *parts)).collect()
    }

    /// Returns the sets that do not make the files that they are named after: at least one code was
    /// read wrongly.
    #[must_use]
    pub fn damaged(&self) -> Vec<SetName> {
        let sets = self.sets.iter().filter(|(_, set)| matches!(set.outcome, Outcome::Damaged));
        sets.map(|((name, _), _)| *name).collect()
    }

    /// Returns the one file that the codes carry.
    ///
    /// # Errors
    /// [`Code::TextSeveral`] for two files. Without a file: [`Code::TextDamaged`] where a set is
    /// complete and does not make it; [`Code::TextIncomplete`] where one is begun, naming what is
    /// missing; [`Code::TextMissing`] without a code.
    pub fn file(&self) -> Result<Joined, Error> {
        let mut files: BTreeMap<&[u8], Option<usize>> =
            self.wholes.iter().map(|bytes| (bytes.as_slice(), None)).collect();
        for set in self.sets.values() {
            if let Outcome::File(bytes, restored) = &set.outcome {
                files.insert(bytes, *restored);
            }
        }
        let (incomplete, damaged) = (self.incomplete(), self.damaged());
        let mut files = files.into_iter();
        match (files.next(), files.len()) {
            (Some((bytes, restored)), 0) => {
                Ok(Joined { bytes: bytes.to_vec(), restored, incomplete, damaged })
            }
            (Some(_), others) => Err(Error::new(
                Code::TextSeveral,
                format!("found codes of {} different files, expected one", others + 1),
            )),
            (None, _) => Err(no_file(&damaged, &incomplete)),
        }
    }
}

fn no_file(damaged: &[SetName], incomplete: &[Incomplete]) -> Error {
    match (damaged, incomplete) {
        ([name, ..], _) => Error::new(Code::TextDamaged, misread(*name)),
        ([], [_, ..]) => {
            let sets: Vec<String> = incomplete.iter().map(Incomplete::to_string).collect();
            Error::new(Code::TextIncomplete, sets.join("; "))
        }
        ([], []) => {
            Error::new(Code::TextMissing, format!("found no code that begins {MARK}: or {MARK}/"))
        }
    }
}

/// Returns what is to be said of a damaged set.
#[must_use]
pub fn misread(name: SetName) -> String {
    format!(
        "the codes of set {name} do not make the file that they are named after: at least one was read wrongly"
    )
}

/// Keeps a content that was not read before.
fn remember(contents: &mut Vec<Vec<u8>>, bytes: Vec<u8>, most: usize) -> Result<Added, Error> {
    if contents.contains(&bytes) {
        return Ok(Added::Again);
    }
    if contents.len() == most {
        return Err(too_many());
    }
    contents.push(bytes);
    Ok(Added::New)
}

fn too_many() -> Error {
    Error::new(
        Code::TextSeveral,
        "found codes of more files than can be kept apart, expected one file's",
    )
}

impl Set {
    fn add(
        &mut self,
        name: SetName,
        parts: usize,
        part: usize,
        bytes: Vec<u8>,
    ) -> Result<Added, Error> {
        let added = remember(self.parts.entry(part).or_default(), bytes, READINGS)?;
        if added == Added::New {
            self.outcome = self.join(name, parts);
        }
        Ok(added)
    }

    /// Returns the one content of a part, or `None` where it is missing or was read in different
    /// ways.
    fn part(&self, number: usize) -> Option<&Vec<u8>> {
        match self.parts.get(&number)?.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    fn missing(&self, parts: usize) -> Vec<usize> {
        (1..=parts).filter(|number| self.part(*number).is_none()).collect()
    }

    fn incomplete(&self, name: SetName, parts: usize) -> Incomplete {
        Incomplete { name, parts, missing: self.missing(parts) }
    }

    fn join(&self, name: SetName, parts: usize) -> Outcome {
        let pieces: Vec<Option<&Vec<u8>>> = (1..parts).map(|number| self.part(number)).collect();
        let repair = self.part(parts);
        let restored =
            |lost: usize| restore(&pieces, repair, lost, name).map(|file| (file, Some(lost + 1)));
        let file = match self.missing(parts).as_slice() {
            // With all parts there, one that was read wrongly is found by leaving each out.
            [] => whole(&pieces, name)
                .map(|file| (file, None))
                .or_else(|| (0..pieces.len()).find_map(restored)),
            [lost] if *lost == parts => whole(&pieces, name).map(|file| (file, None)),
            [lost] => restored(lost - 1),
            _ => return Outcome::Incomplete,
        };
        file.map_or(Outcome::Damaged, |(file, restored)| Outcome::File(file, restored))
    }
}

/// Returns the file of these pieces, if all are there and it is the one that the set is named
/// after.
fn whole(pieces: &[Option<&Vec<u8>>], name: SetName) -> Option<Vec<u8>> {
    let all: Vec<&[u8]> =
        pieces.iter().map(|piece| piece.map(Vec::as_slice)).collect::<Option<_>>()?;
    let file = all.concat();
    let one_form = file.len() > WHOLE && file.chunks(piece_size(file.len())).eq(all);
    (one_form && SetName::of(&file) == name).then_some(file)
}

/// Returns the file with one piece restored from the others.
fn restore(
    pieces: &[Option<&Vec<u8>>],
    repair: Option<&Vec<u8>>,
    lost: usize,
    name: SetName,
) -> Option<Vec<u8>> {
    let (length, sum) = repair?.split_first_chunk::<LENGTH>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let others =
        pieces.iter().enumerate().filter(|(index, _)| *index != lost).map(|(_, piece)| *piece);
    let others: Vec<&Vec<u8>> = others.collect::<Option<_>>()?;
    let mut piece = xor(sum.len(), others.into_iter().chain([&sum.to_vec()]));
    let size = length.checked_sub(sum.len() * lost)?.min(sum.len());
    // What is cut off must have been padding.
    if piece.split_off(size).iter().any(|byte| *byte != 0) {
        return None;
    }
    let restored: Vec<_> = pieces
        .iter()
        .enumerate()
        .map(|(index, old)| if index == lost { Some(&piece) } else { *old })
        .collect();
    whole(&restored, name).filter(|file| file.len() == length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::carrier::text::tests::sample;
    use crate::key::sha256;

    fn collect<'a>(codes: impl IntoIterator<Item = &'a String>) -> Collector {
        let mut collector = Collector::default();
        for code in codes {
            collector.add(code).unwrap();
        }
        collector
    }

    fn join<'a>(codes: impl IntoIterator<Item = &'a String>) -> Result<Joined, Error> {
        collect(codes).file()
    }

    fn without(codes: &[String], lost: &[usize]) -> Vec<String> {
        let kept = codes.iter().enumerate().filter(|(index, _)| !lost.contains(&(index + 1)));
        kept.map(|(_, code)| code.clone()).collect()
    }

    // Each row: a file's length, its codes, the longest code's characters, and the start of SHA-256
    // over the codes joined by line ends, as this program of the same section of docs/SPEC.md has
    // them; the file is SHA-256 of the counters 0, 1, ... (4 bytes, highest first), one after the
    // other, cut to its length.
    //
    // def write(f):
    //     if len(f) <= 600: return ["ALK1:" + b32(f)]
    //     n = -(-len(f) // 588); s = -(-len(f) // n)
    //     p = [f[i:i+s] for i in range(0, len(f), s)]
    //     x = bytearray(s)
    //     for q in p:
    //         for i, c in enumerate(q): x[i] ^= c
    //     p.append(len(f).to_bytes(4, "big") + bytes(x))
    //     name = b32(hashlib.sha256(f).digest()[:5])
    //     return [f"ALK1/{i+1}/{len(p)}/{name}:{b32(q)}" for i, q in enumerate(p)]
    const INDEPENDENT: [(usize, usize, usize, &str); 7] = [
        (1, 1, 7, "dee50f17ceb4c610"),
        (600, 1, 965, "e60eee7f6d86a1d3"),
        (601, 3, 506, "b5f5d95327be8c51"),
        (1176, 3, 966, "89d1d79ab05f3320"),
        (1177, 4, 654, "b09e153400828591"),
        (20_000, 36, 942, "a14a206d143b694e"),
        (65_536, 113, 966, "4d9d4d6d9957e0a9"),
    ];

    #[test]
    fn writes_what_an_independent_program_writes() {
        for (length, count, longest, hash) in INDEPENDENT {
            let codes = write(&sample(length));
            assert_eq!(
                (codes.len(), codes.iter().map(String::len).max()),
                (count, Some(longest)),
                "{length}"
            );
            assert_eq!(hex::encode(&sha256(codes.join("\n").as_bytes())[..8]), hash, "{length}");
        }
        assert!(write(&[]).is_empty());
        // ISO/IEC 18004 table 7: a code of version 20-M takes 970 characters of the alphanumeric
        // mode. The longest: pieces of 588 bytes in a set of three digits.
        let longest = write(&sample(111 * PIECE));
        assert_eq!(longest.iter().map(String::len).max(), Some(970));
        assert!(
            longest
                .iter()
                .chain(&write(&sample(limits::FILE_BYTES)))
                .chain(&write(&sample(WHOLE)))
                .all(|code| code.len() <= 970)
        );
    }

    #[test]
    fn every_length_comes_back_without_any_one_part() {
        for length in (1..40).chain(595..620).chain(1170..1190).chain([20_000, limits::FILE_BYTES])
        {
            let file = sample(length);
            let codes = write(&file);
            assert_eq!(
                join(&codes),
                Ok(Joined {
                    bytes: file.clone(),
                    restored: None,
                    incomplete: Vec::new(),
                    damaged: Vec::new()
                }),
                "{length}"
            );
            for lost in 1..=codes.len() {
                let joined = join(&without(&codes, &[lost]));
                if codes.len() == 1 {
                    assert_eq!(joined.unwrap_err().code(), Code::TextMissing);
                    continue;
                }
                let restored = (lost < codes.len()).then_some(lost);
                assert_eq!(
                    joined,
                    Ok(Joined {
                        bytes: file.clone(),
                        restored,
                        incomplete: Vec::new(),
                        damaged: Vec::new()
                    }),
                    "{length} {lost}"
                );
            }
        }
    }

    #[test]
    fn two_missing_parts_are_both_named() {
        let codes = write(&sample(2000));
        assert_eq!(codes.len(), 5);
        let error = join(&without(&codes, &[2, 5])).unwrap_err();
        let set = SetName::of(&sample(2000));
        assert_eq!(error.code(), Code::TextIncomplete);
        let message = format!(
            "3 of the 5 codes of set {set} were read, missing are 2 and 5; any 4 are enough"
        );
        assert_eq!(error.message(), message);
        let error = join(&codes[2..3]).unwrap_err();
        assert!(
            error.message().contains("1 of the 5 codes")
                && error.message().contains("missing are 1, 2, 4 and 5"),
            "{error}"
        );
        assert_eq!(collect(&without(&codes, &[2, 5])).incomplete()[0].missing, [2, 5]);
    }

    #[test]
    fn order_and_copies_do_not_matter() {
        let file = sample(3000);
        let mut codes = write(&file);
        codes.reverse();
        codes.extend(codes.clone());
        let mut collector = Collector::default();
        let added: Vec<Added> = codes.iter().map(|code| collector.add(code).unwrap()).collect();
        assert!(added[..codes.len() / 2].iter().all(|added| *added == Added::New));
        assert!(added[codes.len() / 2..].iter().all(|added| *added == Added::Again));
        assert_eq!(collector.file().unwrap().bytes, file);
    }

    #[test]
    fn a_part_that_was_read_wrongly_is_restored_from_the_others() {
        let file = sample(2000);
        let codes = write(&file);
        let wrong = |number: usize| {
            let mut codes = codes.clone();
            let at = codes[number - 1].len() - 7;
            let other = if &codes[number - 1][at..=at] == "A" { "B" } else { "A" };
            codes[number - 1].replace_range(at..=at, other);
            codes
        };
        for number in 1..codes.len() {
            let joined = join(&wrong(number)).unwrap();
            assert_eq!((joined.bytes, joined.restored), (file.clone(), Some(number)));
            // Read wrongly once and rightly once: which is which, the others show.
            let both: Vec<String> = wrong(number).into_iter().chain(codes.clone()).collect();
            assert_eq!(join(&both).unwrap().bytes, file);
        }
        assert_eq!(join(&wrong(codes.len())).unwrap().bytes, file);
        for (lost, number) in [(1, 2), (2, 1), (5, 1), (1, 5)] {
            let error = join(&without(&wrong(number), &[lost])).unwrap_err();
            assert_eq!(error.code(), Code::TextDamaged, "{lost} {number}");
        }
    }

    #[test]
    fn sets_are_never_merged() {
        let (first, second) = (sample(2000), sample(2001));
        let (a, b) = (write(&first), write(&second));
        let mixed: Vec<String> =
            a.iter().zip(&b).flat_map(|(a, b)| [a.clone(), b.clone()]).collect();
        assert_eq!(join(&mixed).unwrap_err().code(), Code::TextSeveral);
        let some: Vec<String> = a.iter().chain(&b[..2]).cloned().collect();
        let joined = join(&some).unwrap();
        assert_eq!(
            (joined.bytes, joined.incomplete[0].missing.clone()),
            (first.clone(), vec![3, 4, 5])
        );
        // Half of each, relabelled as one set by somebody: the name shows it.
        let name = |file: &[u8]| SetName::of(file).to_string();
        let forged: Vec<String> = a[..3]
            .iter()
            .cloned()
            .chain(b[3..].iter().map(|code| code.replace(&name(&second), &name(&first))))
            .collect();
        assert_eq!(join(&forged).unwrap_err().code(), Code::TextDamaged);
        // The same pieces in another number of parts are another set.
        let renumbered = a[1].replace("/5/", "/6/");
        assert_eq!(
            join(&[a[0].clone(), renumbered, a[2].clone()]).unwrap_err().code(),
            Code::TextIncomplete
        );
    }

    #[test]
    fn two_files_are_several_and_a_whole_one_is_its_own_copy() {
        let (one, other) = (write(&sample(10)), write(&sample(11)));
        assert_eq!(
            join(one.iter().chain(&other)).unwrap_err().message(),
            "found codes of 2 different files, expected one"
        );
        assert_eq!(join(one.iter().chain(&one)).unwrap().bytes, sample(10));
    }

    #[test]
    fn what_is_no_code_is_told() {
        let refused = |code: &str| Collector::default().add(code).unwrap_err().code();
        let set = "6BUZV7FJ";
        for bad in [
            "ALK1/1/3:AA",
            "ALK1/1/3/6BUZV7F:AA",
            "ALK1/1/3/6BUZV7FJAA:AA",
            "ALK1/",
            "ALK1/1/3/6BUZV7FJ",
        ] {
            assert_eq!(refused(bad), Code::TextDamaged, "{bad}");
        }
        for foreign in
            ["", "ALK1", "ALK1;AA", "ALK1-2024", "ALK2:AA", "alk1:AA", " ALK1:AA", "\u{416}ALK1:AA"]
        {
            assert_eq!(Collector::default().add(foreign), Ok(Added::Foreign), "{foreign}");
        }
        for (part, parts) in [
            ("0", "3"),
            ("4", "3"),
            ("1", "2"),
            ("1", "114"),
            ("01", "3"),
            ("+1", "3"),
            ("", "3"),
            ("1", "99999999999"),
        ] {
            assert_eq!(
                refused(&format!("ALK1/{part}/{parts}/{set}:AA")),
                Code::TextDamaged,
                "{part} {parts}"
            );
        }
        assert_eq!(refused("ALK1:"), Code::TextIncomplete);
        assert_eq!(refused("ALK1:aa"), Code::TextDamaged);
        assert_eq!(refused("ALK1:A"), Code::TextNotCanonical);
        assert_eq!(refused("ALK1:AB"), Code::TextNotCanonical);
        assert_eq!(refused(&format!("ALK1:{}", "A".repeat(968))), Code::TooLarge);
        assert_eq!(
            refused(&format!("ALK1/1/3/{set}:{}", base32::encode(&[0; 589]))),
            Code::TooLarge
        );
        assert_eq!(
            refused(&format!("ALK1/3/3/{set}:{}", base32::encode(&[0; 593]))),
            Code::TooLarge
        );
        assert_eq!(Collector::default().add("https://example.com/ALK1:AA"), Ok(Added::Foreign));
        assert_eq!(Collector::default().file().unwrap_err().code(), Code::TextMissing);
    }

    #[test]
    fn a_set_in_another_form_is_refused() {
        // Small enough for one code, yet in parts; and cut in other places than the one form has.
        let name = |file: &[u8]| SetName::of(file).to_string();
        for (file, cut) in [(sample(500), 250), (sample(595), 298), (sample(900), 460)] {
            let (first, last) = file.split_at(cut);
            let pieces = [first, last];
            let codes = pieces.iter().enumerate();
            let codes: Vec<String> = codes
                .map(|(index, piece)| {
                    format!("ALK1/{}/3/{}:{}", index + 1, name(&file), base32::encode(piece))
                })
                .collect();
            assert_eq!(join(&codes).unwrap_err().code(), Code::TextDamaged);
        }
    }

    #[test]
    fn a_damaged_set_beside_a_file_is_named_apart() {
        let (file, other) = (sample(2000), sample(2500));
        let mut codes = write(&other);
        for code in &mut codes[..2] {
            let at = code.len() - 9;
            let new = if &code[at..=at] == "A" { "B" } else { "A" };
            code.replace_range(at..=at, new);
        }
        let joined = join(write(&file).iter().chain(&codes)).unwrap();
        assert_eq!(
            (joined.bytes, joined.incomplete, joined.damaged),
            (file, Vec::new(), vec![SetName::of(&other)])
        );
        assert_eq!(join(&codes).unwrap_err().code(), Code::TextDamaged);
    }

    #[test]
    fn a_repair_part_has_one_form() {
        let file = sample(1177);
        let codes = write(&file);
        let (label, data) = codes[3].split_once(':').unwrap();
        let repair = base32::decode(data.as_bytes()).unwrap();
        let with = |at: usize, lost: usize| {
            let mut bytes = repair.clone();
            bytes[at] ^= 1;
            let altered = format!("{label}:{}", base32::encode(&bytes));
            join(without(&codes[..3], &[lost]).iter().chain([&altered]))
        };
        // The length; and the padding of the last piece, which has 391 of 393 bytes.
        for (at, lost) in
            [(3, 1), (2, 2), (0, 1), (3, 3), (repair.len() - 1, 3), (repair.len() - 2, 3)]
        {
            assert_eq!(with(at, lost).unwrap_err().code(), Code::TextDamaged, "{at} {lost}");
        }
        assert_eq!(join(&without(&codes, &[3])).unwrap().bytes, file);
    }

    #[test]
    fn a_part_that_was_read_in_two_ways_is_named_with_the_missing_one() {
        let codes = write(&sample(2000));
        let (label, data) = codes[1].split_once(':').unwrap();
        let other = format!("{label}:{}", data.replacen('A', "B", 1));
        let error = join(without(&codes, &[4]).iter().chain([&other])).unwrap_err();
        assert!(error.message().contains("missing are 2 and 4"), "{error}");
    }

    #[test]
    fn the_codes_of_many_files_take_bounded_memory() {
        let mut collector = Collector::default();
        let refused =
            (0..200_u32).filter(|n| collector.add(&write(&n.to_be_bytes())[0]).is_err()).count();
        assert_eq!(refused, 200 - SETS);
        let refused =
            (0..200).filter(|n| collector.add(&write(&sample(1000 + n))[0]).is_err()).count();
        assert_eq!(refused, 200 - SETS);
        let label = write(&sample(1000))[0].split(':').next().unwrap().to_owned();
        let refused = (0..20_u32)
            .filter(|n| {
                collector.add(&format!("{label}:{}", base32::encode(&n.to_be_bytes()))).is_err()
            })
            .count();
        assert_eq!(refused, 20 - (READINGS - 1));
    }

    #[test]
    fn codes_are_found_in_what_was_typed_or_pasted() {
        let codes = write(&sample(1500));
        let lines = codes.join("\n");
        let wrapped: String = codes
            .iter()
            .flat_map(|code| code.as_bytes().chunks(70))
            .map(|line| format!("> {}\r\n", std::str::from_utf8(line).unwrap()))
            .collect();
        let within =
            format!("Hello,\n\nthe codes are:\n{}\n\nRegards\nALICE\n", codes.join("\n\n"));
        let one_line = format!("codes: {}, thank you", codes.join(", "));
        for text in [
            &lines,
            &lines.replace('\n', "\r\n"),
            &lines.to_lowercase(),
            &format!("\u{feff}{lines}"),
            &codes.concat(),
            &within,
        ] {
            assert_eq!(find(text), codes, "{text}");
        }
        assert_eq!(find(&wrapped), codes);
        assert_eq!(find(&wrapped.to_lowercase()), codes);
        assert_eq!(find(&one_line), codes);
        // A word in capitals right below is no part of a code.
        for text in [&lines, &lines.to_lowercase(), &wrapped] {
            assert_eq!(find(&format!("{text}\nTHANKS\n")), codes);
        }
        assert!(find("see ALK1 for details, ALK1-2024, ALK1").is_empty());
        // What a hand scanner puts before each code (ISO/IEC 15424).
        assert_eq!(find(&lines.replace("ALK1", "]Q1ALK1")), codes);
        assert!(find("").is_empty() && find("hello\nABCDEF\n").is_empty());
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 1..4000), lost: prop::sample::Index, seed: u64) {
            let mut codes = write(&bytes);
            if codes.len() > 1 {
                codes.remove(lost.index(codes.len()));
            }
            codes.sort_by_key(|code| sha256(&[code.as_bytes(), &seed.to_be_bytes()].concat()));
            prop_assert_eq!(join(&codes).unwrap().bytes, bytes.clone());
            let typed = find(&codes.join("\n"));
            prop_assert_eq!(join(&typed).unwrap().bytes, bytes);
        }

        #[test]
        fn any_text_is_refused(text in "(ALK1|ALK1:|ALK1/|/|:|[0-9]{1,4}|[A-Z2-7]{1,40}| |\n|é|\u{1F600}){0,30}") {
            let mut collector = Collector::default();
            for code in find(&text) {
                let _ = collector.add(&code);
            }
            let _ = (collector.file(), collector.add(&text));
        }

        #[test]
        fn any_parts_make_their_file_or_none(parts in prop::collection::vec((1..5_usize, "[A-Z2-7]{2,30}"), 0..12)) {
            let mut collector = Collector::default();
            for (part, data) in parts {
                let _ = collector.add(&format!("ALK1/{part}/4/6BUZV7FJ:{data}"));
            }
            prop_assert!(collector.file().is_err());
        }
    }
}
