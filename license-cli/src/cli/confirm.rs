//! Asking before something is changed.

use std::io::{IsTerminal, Write, stderr, stdin};

use crate::problem::{Failure, Problem};

/// Asks on the terminal whether this is meant, unless `yes` says so.
///
/// # Errors
/// `not_confirmed` for any answer but yes, and where nobody can be asked.
pub(crate) fn confirm(yes: bool, what: &str, question: &str) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        let message = format!("{what} This needs a yes, and no terminal is there to ask on");
        return Err(Failure::new(Problem::NotConfirmed, message));
    }
    // Where standard error is closed, nobody answers.
    write!(stderr().lock(), "{what}\n{question} [y/N] ").ok();
    let mut answer = String::new();
    stdin().read_line(&mut answer).ok();
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::new(Problem::NotConfirmed, "the answer was not yes")),
    }
}
