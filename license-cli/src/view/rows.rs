//! Rows that may be many: kept in a file without a name until all are there, so that memory does
//! not grow with them, and nothing is printed of an answer that then fails.

#![cfg_attr(
    not(feature = "desk"),
    allow(dead_code, reason = "only the desk has answers of many rows")
)]

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, Write};

use crate::files;
use crate::problem::{Failure, Problem};

/// Rows of an answer.
#[derive(Debug)]
pub(crate) struct Rows {
    file: BufWriter<File>,
    any: bool,
    name: &'static str,
}

impl Rows {
    /// None yet.
    ///
    /// # Errors
    /// `output_unwritable` where the system's temporary folder takes no file.
    pub(crate) fn new() -> Result<Self, Failure> {
        let file = tempfile::tempfile().map_err(|error| unwritable(&error))?;
        Ok(Self { file: BufWriter::new(file), any: false, name: "" })
    }

    /// The same under this name in the answer for programs.
    pub(crate) fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, row: &str) -> Result<(), Failure> {
        self.any = true;
        self.file.write_all(row.as_bytes()).map_err(|error| unwritable(&error))
    }

    /// Adds a row that is JSON.
    pub(crate) fn add_json(&mut self, row: &str) -> Result<(), Failure> {
        let comma = if self.any { "," } else { "" };
        self.add(&format!("{comma}{row}"))
    }

    /// Writes all of them.
    pub(crate) fn print(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.file.flush()?;
        let file = self.file.get_mut();
        file.rewind()?;
        io::copy(&mut BufReader::new(file), out).map(drop)
    }

    /// Puts all of them, as JSON, into an object that was written.
    pub(crate) fn print_within(&mut self, object: &str, out: &mut dyn Write) -> io::Result<()> {
        let object = object.trim_end();
        let open = object.strip_suffix('}').unwrap_or(object);
        write!(out, "{open},\"{}\":[", self.name)?;
        self.print(out)?;
        writeln!(out, "]}}")
    }
}

fn unwritable(error: &io::Error) -> Failure {
    let folder = files::shown(&std::env::temp_dir());
    let found = format!("a temporary file in {folder}: {}", files::reason(error));
    Failure::new(Problem::OutputUnwritable, found)
        .hint("make space there, or name another folder with TMPDIR")
}
