//! The way back: codes in any order, joined to their file.

use std::fmt;

use crate::carrier::parts::code::{Carried, is_code};
use crate::carrier::parts::pieces::{LENGTH, MARK, SetName, piece_size, xor};
use crate::error::{Code, Error};
use crate::plural::counted;

/// Files and sets that are kept apart at once: nobody means to scan more, and each takes memory.
pub(super) const SETS: usize = 64;

/// Different contents of one part that are told apart. A second one already shows that a code was
/// read wrongly.
pub(super) const READINGS: usize = 4;

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
    /// The codes that carry it, the repair part included; 1 where one code holds it.
    pub parts: usize,
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
        let (read, missing) = (self.parts - self.missing.len(), self.numbers());
        write!(
            f,
            "{read} of the {} of set {} were read, missing are {missing}; any {} are enough",
            counted(self.parts, "code"),
            self.name,
            self.parts - 1
        )
    }
}

/// The parts of one set that were read so far; and what they make.
#[derive(Debug, Clone)]
struct Set {
    name: SetName,
    parts: usize,
    /// Of each part, in their order, the different contents.
    read: Vec<Vec<Vec<u8>>>,
    outcome: Outcome,
}

/// What the parts of a set make. It is worked out when a part comes in, so that asking costs
/// nothing.
#[derive(Debug, Clone)]
enum Outcome {
    /// More than one part is missing.
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
    /// By rising name, then by number of parts.
    sets: Vec<Set>,
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
        match Carried::parse(text)? {
            Carried::Whole(bytes) => remember(&mut self.wholes, bytes, SETS),
            Carried::Part { part, parts, name, bytes } => self.set(name, parts)?.add(part, bytes),
        }
    }

    /// Returns the set of this name and number of parts, begun where it is new.
    fn set(&mut self, name: SetName, parts: usize) -> Result<&mut Set, Error> {
        let place = self.sets.partition_point(|set| (set.name, set.parts) < (name, parts));
        let known = self.sets.get(place).is_some_and(|set| (set.name, set.parts) == (name, parts));
        if !known {
            if self.sets.len() == SETS {
                return Err(too_many());
            }
            let read = vec![Vec::new(); parts];
            self.sets.insert(place, Set { name, parts, read, outcome: Outcome::Incomplete });
        }
        self.sets.get_mut(place).ok_or_else(too_many)
    }

    /// Returns whether nothing was read yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wholes.is_empty() && self.sets.is_empty()
    }

    /// Returns the sets of which more than one code is missing.
    #[must_use]
    pub fn incomplete(&self) -> Vec<Incomplete> {
        let sets = self.sets.iter().filter(|set| matches!(set.outcome, Outcome::Incomplete));
        sets.map(Set::incomplete).collect()
    }

    /// Returns the sets that do not make the files that they are named after: at least one code was
    /// read wrongly.
    #[must_use]
    pub fn damaged(&self) -> Vec<SetName> {
        let sets = self.sets.iter().filter(|set| matches!(set.outcome, Outcome::Damaged));
        sets.map(|set| set.name).collect()
    }

    /// Returns the one file that the codes carry.
    ///
    /// # Errors
    /// [`Code::TextSeveral`] for two files. Without a file: [`Code::TextDamaged`] where a set is
    /// complete and does not make it; [`Code::TextIncomplete`] where one is begun, naming what is
    /// missing; [`Code::TextMissing`] without a code.
    pub fn file(&self) -> Result<Joined, Error> {
        let mut files: Vec<(&Vec<u8>, usize, Option<usize>)> = Vec::new();
        let sets = self.sets.iter().filter_map(Set::file);
        for found in self.wholes.iter().map(|bytes| (bytes, 1, None)).chain(sets) {
            match files.iter_mut().find(|(known, _, _)| *known == found.0) {
                Some(known) => *known = found,
                None => files.push(found),
            }
        }
        let (incomplete, damaged) = (self.incomplete(), self.damaged());
        match files.as_slice() {
            [(bytes, parts, restored)] => Ok(Joined {
                bytes: (*bytes).clone(),
                parts: *parts,
                restored: *restored,
                incomplete,
                damaged,
            }),
            [] => Err(no_file(&damaged, &incomplete)),
            several => Err(Error::new(
                Code::TextSeveral,
                format!("found codes of {} different files, expected one", several.len()),
            )),
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
        "the codes of set {name} do not make the file that they are named after: at least one was \
            read wrongly"
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
    fn add(&mut self, part: usize, bytes: Vec<u8>) -> Result<Added, Error> {
        let read = part.checked_sub(1).and_then(|place| self.read.get_mut(place));
        let added = remember(read.ok_or_else(too_many)?, bytes, READINGS)?;
        if added == Added::New {
            self.outcome = self.join();
        }
        Ok(added)
    }

    /// Returns the one content of a part, or `None` where it is missing or was read in different
    /// ways.
    fn part(&self, number: usize) -> Option<&Vec<u8>> {
        match self.read.get(number.checked_sub(1)?)?.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    fn missing(&self) -> Vec<usize> {
        (1..=self.parts).filter(|number| self.part(*number).is_none()).collect()
    }

    fn incomplete(&self) -> Incomplete {
        Incomplete { name: self.name, parts: self.parts, missing: self.missing() }
    }

    /// The file, the codes of the set, and the part that was restored.
    fn file(&self) -> Option<(&Vec<u8>, usize, Option<usize>)> {
        match &self.outcome {
            Outcome::File(bytes, restored) => Some((bytes, self.parts, *restored)),
            Outcome::Incomplete | Outcome::Damaged => None,
        }
    }

    fn join(&self) -> Outcome {
        let (name, parts) = (self.name, self.parts);
        let pieces: Vec<Option<&Vec<u8>>> = (1..parts).map(|number| self.part(number)).collect();
        let repair = self.part(parts);
        let restored =
            |lost: usize| restore(&pieces, repair, lost, name).map(|file| (file, Some(lost + 1)));
        let file = match self.missing().as_slice() {
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
    let one_form = file.chunks(piece_size(file.len(), all.len())).eq(all);
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
