//! Secrets that are typed where the name of their file is expected: seen before anything is parsed,
//! since whatever reads an argument may repeat it.

use std::ffi::OsString;

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
