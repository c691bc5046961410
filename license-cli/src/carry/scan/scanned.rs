//! The file that codes made, written.

use std::collections::BTreeSet;

use license_core::carrier::parts::{self, Joined};
use license_core::verify;

use crate::carry::outgoing::{Outgoing, Written};
use crate::problem::Failure;

/// A file that codes made, and how many of its codes were read.
pub(crate) struct Scanned {
    pub(crate) written: Written,
    pub(crate) joined: Joined,
    /// How many codes the file has, and how many of them were read.
    pub(crate) codes: usize,
    pub(crate) read: usize,
}

impl Scanned {
    /// Writes the file; `seen` are the codes that were read.
    ///
    /// # Errors
    /// Those of the codes' content, where it is no Airlock file, and of writing.
    pub(crate) fn write(
        joined: Joined,
        seen: &BTreeSet<String>,
        out: &Outgoing<'_>,
    ) -> Result<Self, Failure> {
        verify::file_kind(&joined.bytes).map_err(|error| {
            Failure::from(error)
                .within("the codes were read, and their content is no Airlock file")
                .hint(
                    "the codes carry something else, or a code was changed on its way; \
                     scan them again",
                )
        })?;
        let codes = parts::write_parts(&joined.bytes, joined.parts);
        let read = codes.iter().filter(|code| seen.contains(*code)).count();
        let written = out.write(&joined.bytes)?;
        Ok(Self { written, joined, codes: codes.len(), read })
    }
}
