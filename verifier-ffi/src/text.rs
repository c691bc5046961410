//! The text form of any file.

use license_core::Error;
use license_core::carrier::{self, Strictness};

use crate::boundary;
use crate::error::{self, airlock_error};

c_function! {
    /// Gives the one text form of a file that came as bytes, as text, or as text that a mail has
    /// mangled (quoted, re-wrapped, indented, in lower case, with other text around it). Nothing is
    /// guessed: an altered token is refused. No signature is checked: open the result.
    ///
    /// - `bytes`, `length`: what came. Borrowed for the call.
    /// - `error`: NULL, or a struct that receives the refusal in words when a status of 10 or more
    ///   is returned.
    /// - `buffer`, `capacity`, `needed`: as for `airlock_license_terms`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_BUFFER_TOO_SMALL`; `AIRLOCK_NULL_POINTER`;
    /// `AIRLOCK_BAD_ARGUMENT`; `AIRLOCK_BAD_STRUCT`; the statuses from `AIRLOCK_TEXT_MISSING` to
    /// `AIRLOCK_DUPLICATE`.
    pub fn airlock_text_repair(
        bytes: *const u8,
        length: usize,
        buffer: *mut u8,
        capacity: usize,
        needed: *mut usize,
        error: *mut airlock_error,
    ) {
        // SAFETY: as documented.
        let (given, _, words) = unsafe {
            (boundary::slice(bytes, length)?, boundary::place(needed)?, error::words(error)?)
        };
        let text = words.tell(repaired(given))?;
        // SAFETY: as documented.
        unsafe { boundary::put_text(&text, buffer, capacity, needed) }
    }
}

fn repaired(given: &[u8]) -> Result<String, Error> {
    carrier::open(given, Strictness::Repair).and_then(|file| carrier::text_of(&file))
}
