//! Secrets that are typed where the name of their file is expected: seen before anything is parsed,
//! since whatever reads an argument may repeat it.

use std::ffi::OsString;

use clap::error::ContextKind;

use crate::files;
use crate::problem::{Failure, Problem};

/// Refuses an argument that is a private key itself, also behind an option's `=`; the program's
/// name comes first, and is not one. Nothing of the argument is repeated.
///
/// # Errors
/// `key_private`.
pub(super) fn refuse_private_keys(arguments: &[OsString]) -> Result<(), Failure> {
    let is_key = |argument: &OsString| files::is_private_key(argument.as_encoded_bytes());
    match arguments.iter().skip(1).position(is_key) {
        Some(before) => Err(private_key(before.saturating_add(1))),
        None => Ok(()),
    }
}

fn private_key(place: usize) -> Failure {
    let message = format!(
        "argument {place} is a private key itself, expected the name of its file; it now stands in \
         the shell's history: take it out there"
    );
    Failure::new(Problem::KeyPrivate, message).hint(
        "give the name of the key's file, as in `--key desk.key`; if anybody else may have seen \
         the command or its history, make a new key",
    )
}

/// The failure of a word that no command takes, behind the name of a passphrase's file: the
/// passphrase itself may have been typed there, and divided at its spaces by the shell.
pub(super) fn behind_passphrase(error: &clap::Error, arguments: &[OsString]) -> Option<Failure> {
    let word = error.get(ContextKind::InvalidArg)?.to_string();
    let is_option = |it: &OsString| it.as_encoded_bytes().starts_with(b"--passphrase-file");
    let mut behind = arguments.iter().skip_while(|it| !is_option(it)).skip(1);
    let typed = !word.starts_with('-') && behind.any(|it| it.to_string_lossy() == word.as_str());
    typed.then(|| {
        let message = "found more words after --passphrase-file than the command takes, expected \
                       the name of one file";
        Failure::new(Problem::Options, message).hint(
            "put a name with spaces between quotes; a passphrase that was typed there now stands \
             in the shell's history: take it out there",
        )
    })
}
