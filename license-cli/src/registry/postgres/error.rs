//! What the server says, and what it means to people. No password is ever part of it.

use std::error::Error as _;

use postgres::Error;
use postgres::error::SqlState;

use crate::problem::{Failure, Problem};
use crate::registry::sql::Fault;

/// When it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Connecting,
    Working,
}

/// What a statement's error means: something to try again, or a failure.
pub(super) fn fault(error: &Error) -> Result<Fault, Failure> {
    let code = error.code();
    let again = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
    if code.is_some_and(|code| again.contains(code)) {
        return Ok(Fault::Again);
    }
    Err(failure(error, Moment::Working))
}

/// Whether the connection is gone.
pub(super) fn is_lost(error: &Error) -> bool {
    error.is_closed() || error.code().map_or(is_io(error), is_shutdown)
}

fn is_io(error: &Error) -> bool {
    error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

/// Class 57P: the server ends the connection, or is not up yet.
fn is_shutdown(code: &SqlState) -> bool {
    code.code().starts_with("57P")
}

pub(super) fn failure(error: &Error, moment: Moment) -> Failure {
    match error.code() {
        Some(code) => said(code, error, moment),
        None if is_certificate(error) => {
            let found = format!("its certificate is not one that is trusted: {}", deepest(error));
            Failure::new(Problem::RegistryCertificate, found)
        }
        // The library's own words; the server was not asked.
        None if deepest(error) == "password missing" => {
            let found = "the server asks for a password, and none was given";
            Failure::new(Problem::RegistryDenied, found).hint(PASSWORD)
        }
        None if moment == Moment::Connecting => {
            let found = format!("the server does not answer: {}", deepest(error));
            Failure::new(Problem::RegistryUnreachable, found)
        }
        None if is_lost(error) => lost(),
        None => Failure::new(Problem::RegistryDamaged, deepest(error)),
    }
}

/// Where a password is looked for.
const PASSWORD: &str = "set the variable PGPASSWORD, or PGPASSFILE to a file with the line \
                        HOST:PORT:DATABASE:USER:PASSWORD that nobody else may read";

fn lost() -> Failure {
    let found = "the connection to the server broke; what was begun is undone, or was done whole";
    Failure::new(Problem::RegistryLost, found)
}

/// What a code of the server means (PostgreSQL, appendix A).
fn said(code: &SqlState, error: &Error, moment: Moment) -> Failure {
    let words = error.as_db_error().map_or_else(String::new, |said| said.message().to_owned());
    let problem = match code.code() {
        text if text.starts_with("28") || text == "42501" => Problem::RegistryDenied,
        "3D000" | "42P01" => Problem::RegistryMissing,
        "53100" => Problem::DiskFull,
        "25006" => Problem::RegistryUnwritable,
        "55P03" | "57014" => Problem::RegistryBusy,
        text if text.starts_with("57P") && moment == Moment::Working => return lost(),
        text if text.starts_with("57P") || text.starts_with("53") || text.starts_with("08") => {
            Problem::RegistryUnreachable
        }
        _ => Problem::RegistryDamaged,
    };
    Failure::new(problem, format!("the server says: {words} ({})", code.code()))
}

fn is_certificate(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if error.is::<rustls::Error>() || inner.is_some() {
            return true;
        }
        source = error.source();
    }
    false
}

/// The first cause, in its own words.
fn deepest(error: &Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        words = error.to_string();
        source = error.source();
    }
    words
}
