//! Where a passphrase comes from.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use rustix::termios::LocalModes;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::files::{self, shown};
use crate::problem::{Failure, Problem};
use crate::terminal::{self, Typed};

/// The terminal that the command was started on, whatever its input and output are.
const TERMINAL: &str = "/dev/tty";

/// What the file of a passphrase is called, whatever its name: that may be the passphrase, typed in
/// its place.
const CALLED: &str = "the file given with --passphrase-file";

/// Bytes of a passphrase in a file.
pub(super) const PASSPHRASE_BYTES: usize = 1024;

/// How often a terminal is asked for the passphrase of a key.
const TRIES: usize = 3;

/// A passphrase, as the bytes that were typed or stood in the file.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// Where a passphrase comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passphrase {
    /// `--no-passphrase`: there is none, and nobody is asked.
    None,
    /// `--passphrase-file`: the first line of this file; `-` is standard input.
    File(PathBuf),
    /// Neither: the terminal is asked when a passphrase is needed.
    Ask,
}

impl Passphrase {
    /// Returns the source that the options name. The command line refuses both at once.
    pub(crate) fn chosen(file: Option<PathBuf>, none: bool) -> Self {
        match file {
            Some(file) => Self::File(file),
            None if none => Self::None,
            None => Self::Ask,
        }
    }

    /// Returns the passphrase for a new key, or `None` for a key that is not to be encrypted. The
    /// terminal is asked twice.
    ///
    /// # Errors
    /// `passphrase_missing` without a terminal, `passphrase_mismatch`, `passphrase_empty`, and
    /// those of reading a file.
    pub(crate) fn fresh(&self) -> Result<Option<Secret>, Failure> {
        match self {
            Self::None => Ok(None),
            Self::File(file) => from_file(file).map(Some).map_err(unless_none),
            Self::Ask => twice(ask).map(Some).map_err(of_new_key),
        }
    }

    /// Returns the passphrase of the encrypted key at this path.
    pub(super) fn of(&self, key: &Path) -> Result<Secret, Failure> {
        match self {
            Self::None => {
                Err(missing("the key is encrypted, expected a passphrase").within(shown(key)))
            }
            Self::File(file) => from_file(file),
            Self::Ask => ask_for(key, ""),
        }
    }

    /// How often a passphrase is taken: a slip of the fingers does not end what was begun.
    pub(super) fn tries(&self) -> usize {
        match self {
            Self::None | Self::File(_) => 1,
            Self::Ask => TRIES,
        }
    }

    /// Returns the passphrase of a key that the one before did not open.
    pub(super) fn again(&self, key: &Path) -> Result<Secret, Failure> {
        match self {
            Self::None | Self::File(_) => self.of(key),
            Self::Ask => ask_for(key, "That does not open it. "),
        }
    }
}

fn ask_for(key: &Path, before: &str) -> Result<Secret, Failure> {
    let prompt = format!("{before}Passphrase of {}: ", shown(key));
    ask(&prompt).map_err(|failure| failure.within(shown(key)))
}

/// The failure of an empty file, with the way out that only a new key has.
fn unless_none(failure: Failure) -> Failure {
    if failure.problem != Problem::PassphraseEmpty {
        return failure;
    }
    let advice = failure.hint.clone().unwrap_or_default();
    failure.hint(format!("{advice}; `--no-passphrase` leaves the key unencrypted"))
}

/// The failure to ask for a new key's passphrase: no file holds it yet.
fn of_new_key(failure: Failure) -> Failure {
    if failure.problem != Problem::PassphraseMissing {
        return failure;
    }
    failure.hint(
        "put a passphrase into a file and give `--passphrase-file FILE`, or give `--no-passphrase`",
    )
}

/// The same passphrase as other keyboards, systems and editors write it: composed (NFC) and taken
/// apart (NFD).
pub(super) fn spellings(passphrase: &[u8]) -> Vec<Secret> {
    let Ok(text) = std::str::from_utf8(passphrase) else { return Vec::new() };
    let spelt = |letters: &mut dyn Iterator<Item = char>| {
        // Room for all, so that no copy is left behind when it grows.
        let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() * LONGER));
        let mut room = [0; 4];
        letters
            .for_each(|letter| bytes.extend_from_slice(letter.encode_utf8(&mut room).as_bytes()));
        bytes
    };
    let (composed, apart) = (spelt(&mut text.nfc()), spelt(&mut text.nfd()));
    let mut others = Vec::new();
    for other in [composed, apart] {
        if *other != *passphrase && !others.contains(&other) {
            others.push(other);
        }
    }
    others
}

/// How much longer than a text its normal forms may be in UTF-8 (Unicode, annex 15: 3 times).
const LONGER: usize = 4;

fn from_file(file: &Path) -> Result<Secret, Failure> {
    let line = files::first_line(file, CALLED, PASSPHRASE_BYTES).map_err(if_typed)?;
    let passphrase = decoded(line);
    if passphrase.is_empty() {
        let message = format!("found an empty first line in {CALLED}, expected a passphrase");
        return Err(Failure::new(Problem::PassphraseEmpty, message));
    }
    Ok(passphrase)
}

/// The passphrase without the mark of a byte order, and in UTF-8 where the file is in UTF-16. What
/// is no such text stays as it is: two files are never one passphrase.
fn decoded(line: Secret) -> Secret {
    if let Some(rest) = line.strip_prefix(b"\xef\xbb\xbf") {
        return Zeroizing::new(rest.to_vec());
    }
    let order: fn([u8; 2]) -> u16 = match line.get(..2) {
        Some([0xff, 0xfe]) => u16::from_le_bytes,
        Some([0xfe, 0xff]) => u16::from_be_bytes,
        _ => return line,
    };
    if !line.len().is_multiple_of(2) {
        return line;
    }
    let units = line.chunks_exact(2).skip(1).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    let mut bytes = Zeroizing::new(Vec::with_capacity(line.len() * 2));
    let mut room = [0; 4];
    for letter in char::decode_utf16(units.map(order)) {
        let Ok(letter) = letter else { return line };
        bytes.extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
    }
    bytes
}

/// The failure of a file that is not there: the passphrase may have been typed in its place.
fn if_typed(failure: Failure) -> Failure {
    if failure.problem != Problem::InputMissing {
        return failure;
    }
    let message = format!("{CALLED} is not there, expected one with the passphrase in it");
    Failure::new(Problem::InputMissing, message).hint(
        "give the name of a file; a passphrase that was typed in its place now stands in the \
         shell's history: take it out there",
    )
}

/// Returns the line typed at the terminal (/dev/tty), which does not show it.
fn ask(prompt: &str) -> Result<Secret, Failure> {
    let no_terminal = || missing("found no terminal to ask for the passphrase");
    let opened = File::options().read(true).write(true).open(TERMINAL);
    let mut terminal = opened.map_err(|_| no_terminal())?;
    let held = terminal::hold(&terminal, Typed::Kept, prompt, |state| {
        state.local_modes.remove(LocalModes::ECHO);
        state.local_modes.insert(LocalModes::ECHONL);
    });
    let _held = held.ok_or_else(no_terminal)?;
    terminal.write_all(prompt.as_bytes()).map_err(|_| no_terminal())?;
    typed_line(&mut terminal)
}

/// The line that is typed. No copy of it is left behind by a buffer.
fn typed_line(terminal: &mut File) -> Result<Secret, Failure> {
    let mut typed = Zeroizing::new(Vec::with_capacity(PASSPHRASE_BYTES));
    let mut byte = Zeroizing::new([0]);
    loop {
        match terminal.read(byte.as_mut_slice()) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(1) if *byte == *b"\n" => return Ok(typed),
            Ok(1) if typed.len() < PASSPHRASE_BYTES => typed.extend_from_slice(byte.as_slice()),
            Ok(1) => return Err(missing("found a longer line than a passphrase has")),
            Ok(_) | Err(_) => return Err(missing("no passphrase was typed, expected one")),
        }
    }
}

fn missing(message: &str) -> Failure {
    Failure::new(Problem::PassphraseMissing, message)
}

/// Returns a new passphrase, asked for twice.
pub(super) fn twice(
    mut ask: impl FnMut(&str) -> Result<Secret, Failure>,
) -> Result<Secret, Failure> {
    let first = ask("New passphrase: ")?;
    if first.is_empty() {
        let failure = Failure::new(
            Problem::PassphraseEmpty,
            "found an empty passphrase, expected at least one character",
        );
        return Err(failure.hint("`--no-passphrase` leaves the key unencrypted"));
    }
    if ask("The same passphrase again: ")? != first {
        return Err(Failure::new(Problem::PassphraseMismatch, "the two passphrases differ"));
    }
    Ok(first)
}
