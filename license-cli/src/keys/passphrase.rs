//! Where a passphrase comes from.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::files::{self, shown};
use crate::problem::{Failure, Problem};

/// Bytes of a passphrase in a file.
pub(super) const PASSPHRASE_BYTES: usize = 1024;

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
            Self::File(file) => from_file(file).map(Some),
            Self::Ask => twice(ask).map(Some),
        }
    }

    /// Returns the passphrase of the encrypted key at this path.
    pub(super) fn of(&self, key: &Path) -> Result<Secret, Failure> {
        match self {
            Self::None => {
                Err(missing("the key is encrypted, expected a passphrase").within(shown(key)))
            }
            Self::File(file) => from_file(file),
            Self::Ask => ask(&format!("Passphrase of {}: ", shown(key)))
                .map_err(|failure| failure.within(shown(key))),
        }
    }
}

fn from_file(file: &Path) -> Result<Secret, Failure> {
    let passphrase = files::first_line(file, PASSPHRASE_BYTES)?;
    if passphrase.is_empty() {
        let message =
            format!("found an empty first line in {}, expected a passphrase", shown(file));
        return Err(Failure::new(Problem::PassphraseEmpty, message));
    }
    Ok(passphrase)
}

/// Returns the line typed at the terminal (/dev/tty), which does not show it.
#[allow(clippy::wildcard_enum_match_arm, reason = "the kinds of the system are open")]
fn ask(prompt: &str) -> Result<Secret, Failure> {
    let typed = rpassword::prompt_password(prompt).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::Interrupted => {
            missing("no passphrase was typed, expected one")
        }
        _ => missing("found no terminal to ask for the passphrase"),
    })?;
    Ok(Zeroizing::new(typed.into_bytes()))
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
