//! Asking before something is changed.

use std::io::{IsTerminal, Write, stderr, stdin};

use license_core::document::AddOn;
use license_core::value::Email;

use crate::cli::terms::odd_product;
use crate::problem::{Failure, Problem};
use crate::view::answer::printable;

/// Whether somebody can be asked.
pub(crate) fn is_terminal() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Asks on the terminal whether this is meant, unless `yes` says so.
///
/// # Errors
/// `not_confirmed` for any answer but yes, and where nobody can be asked.
pub(crate) fn confirm(yes: bool, what: &str, question: &str) -> Result<(), Failure> {
    let what = printable(what);
    if yes {
        return Ok(());
    }
    if !is_terminal() {
        let message = format!("{what} This needs a yes, and no terminal is there to ask");
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

/// Asks about what looks like a slip of typing, unless `yes` says that it is meant.
///
/// # Errors
/// As [`confirm`].
pub(crate) fn confirm_odd(yes: bool, odd: &[String]) -> Result<(), Failure> {
    if odd.is_empty() {
        return Ok(());
    }
    let confirmed = confirm(yes, &odd.join(" "), "Is that meant?");
    confirmed.map_err(|failure| failure.hint("correct it; if it is meant, give `--yes`"))
}

/// What of a license looks like a slip of typing: its mail address, products that are not known.
pub(crate) fn odd_terms(email: &Email, products: &[AddOn]) -> Vec<String> {
    odd_email(email).into_iter().chain(products.iter().filter_map(odd_product)).collect()
}

/// Says of a mail address without `@`, and of several, that it is none.
pub(crate) fn odd_email(email: &Email) -> Option<String> {
    let email = email.as_str();
    let (local, domain) = email.rsplit_once('@').unwrap_or_default();
    (local.is_empty() || domain.is_empty() || email.contains([',', ';', '<', '>']))
        .then(|| format!("{email:?} is no mail address: expected NAME@DOMAIN."))
}
