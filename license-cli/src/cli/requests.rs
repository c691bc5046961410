//! The requests that a license answers.

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::document::Kind;
use license_core::value::hex_digits;
use license_core::verify::verify_request;

use crate::carry::incoming;
use crate::desk::make::{self, Asked};
use crate::desk::opened::OpenDesk;
use crate::problem::{Failure, Problem};
use crate::registry::{DocumentRow, ID_DIGITS};

/// The requests that a license answers which follows another.
#[derive(Debug, Args)]
pub(crate) struct RequestOptions {
    /// The instance's request: a file, or the id of one that was received; several times for its
    /// spare, standby and staging instances, the billed one first
    #[arg(long, value_name = "FILE|ID", help_heading = "Request")]
    request: Vec<PathBuf>,
}

impl RequestOptions {
    /// The requests.
    ///
    /// # Errors
    /// Those of a file; `wrong_kind`.
    pub(crate) fn asked(&self, desk: &mut OpenDesk) -> Result<Vec<Asked>, Failure> {
        read(desk, &self.request)
    }
}

/// The requests that were named: files, or ids of those that are filed.
///
/// # Errors
/// Those of a file; `wrong_kind`.
pub(crate) fn read(desk: &mut OpenDesk, named: &[PathBuf]) -> Result<Vec<Asked>, Failure> {
    let mut asked = Vec::new();
    for path in named {
        let files = match filed_request(desk, path)? {
            Some(row) => vec![make::file(desk, &row)?],
            None if asked.is_empty() => vec![incoming::read(path)?],
            None => incoming::read_all(path)?,
        };
        for file in files {
            let request = verify_request(&file, &desk.desk.anchors);
            let request = request.map_err(incoming::named(path))?;
            asked.push(Asked { request, file });
        }
    }
    Ok(asked)
}

/// The request of this id, where no file has that name.
fn filed_request(desk: &mut OpenDesk, path: &Path) -> Result<Option<DocumentRow>, Failure> {
    let text = path.to_string_lossy();
    let digits = hex_digits(&text).filter(|digits| digits.len() >= ID_DIGITS);
    let Some(digits) = digits.filter(|_| !path.exists()) else { return Ok(None) };
    let found = desk.registry.by_document_id(&digits)?;
    let mut found: Vec<DocumentRow> =
        found.into_iter().filter(|row| row.kind == Kind::Request).collect();
    // One that was moved to another customer is the same, and open there.
    found.sort_by_key(|row| (row.id, row.answered));
    found.dedup_by_key(|row| row.id);
    let mut requests = found.into_iter();
    match (requests.next(), requests.next()) {
        (Some(row), None) => Ok(Some(row)),
        (Some(_), Some(_)) => {
            let found = format!("{text:?} may be one of several requests");
            Err(Failure::new(Problem::DeskSeveral, found))
        }
        (None, _) => Ok(None),
    }
}
