//! Why a file was refused, as C sees it.

use license_core::Error;

use crate::boundary::{self, GrowingStruct, Room};
use crate::status::airlock_status;

/// The longest sentence of an error, with its final NUL; a longer one is cut between two
/// characters.
pub const AIRLOCK_MESSAGE_BYTES: usize = 512;

/// Why a file was refused, in words. Set `size` to `sizeof(airlock_error)` before the call; it is
/// written on refusal only.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
#[allow(non_camel_case_types, reason = "the name is C's")]
pub struct airlock_error {
    /// `sizeof(airlock_error)`, set by the caller.
    pub size: usize,
    /// The status that the function returned.
    pub status: u32,
    /// The document of the file that is to blame, counted from 0; -1 where none is.
    pub document: i32,
    /// What was found, then what was expected: UTF-8 without line ends, with a final NUL.
    pub message: [u8; AIRLOCK_MESSAGE_BYTES],
}

// SAFETY: repr(C), begins with its size, and consists of numbers.
unsafe impl GrowingStruct for airlock_error {
    const FIRST: usize = if cfg!(target_pointer_width = "64") { 528 } else { size_of::<Self>() };

    fn empty() -> Self {
        Self {
            size: size_of::<Self>(),
            status: 0,
            document: -1,
            message: [0; AIRLOCK_MESSAGE_BYTES],
        }
    }
}

impl airlock_error {
    fn new(status: airlock_status, document: Option<usize>, text: &str) -> Self {
        let mut this = Self::empty();
        this.status = status as u32;
        this.document = document.and_then(|index| i32::try_from(index).ok()).unwrap_or(-1);
        let end = text.floor_char_boundary(AIRLOCK_MESSAGE_BYTES - 1);
        for (to, from) in this.message.iter_mut().zip(text.bytes().take(end)) {
            *to = from;
        }
        this
    }
}

impl From<&Error> for airlock_error {
    fn from(error: &Error) -> Self {
        Self::new(error.code().into(), error.document(), &error.to_string())
    }
}

/// Where the caller wants to read why something was refused; nowhere, where it gave NULL.
pub(crate) struct Words(Option<Room<airlock_error>>);

/// Checks the caller's struct before anything is worked out.
///
/// # Safety
/// `error` is NULL, or points to a struct whose first field is its size, until the function
/// returns.
pub(crate) unsafe fn words(error: *mut airlock_error) -> Result<Words, airlock_status> {
    if error.is_null() {
        return Ok(Words(None));
    }
    // SAFETY: the same contract.
    unsafe { boundary::room(error) }.map(|room| Words(Some(room)))
}

impl Words {
    /// Passes a result on; a refusal is written in words and becomes its status.
    pub(crate) fn tell<T>(&self, result: Result<T, Error>) -> Result<T, airlock_status> {
        result.map_err(|refusal| self.put(&airlock_error::from(&refusal), refusal.code().into()))
    }

    /// Writes what is wrong with an argument, and gives the status for it.
    pub(crate) fn bad_argument(&self, found: &str) -> airlock_status {
        let status = airlock_status::AIRLOCK_BAD_ARGUMENT;
        self.put(&airlock_error::new(status, None, found), status)
    }

    fn put(&self, error: &airlock_error, status: airlock_status) -> airlock_status {
        if let Self(Some(room)) = self {
            room.put(error);
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use license_core::carrier::{self, Strictness};

    #[test]
    fn long_messages_are_cut_between_characters() {
        let refused = carrier::open(b"x", Strictness::Strict).unwrap_err();
        let error = airlock_error::from(&refused.within("é".repeat(600)));
        let end = error.message.iter().position(|byte| *byte == 0).unwrap();
        assert_eq!(end, 510);
        assert!(std::str::from_utf8(&error.message[..end]).is_ok());
    }
}
