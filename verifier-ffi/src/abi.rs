//! The interface itself: its version, and the sizes of its structs.

use std::ffi::c_char;

use crate::boundary::{self, GrowingStruct};
use crate::error::airlock_error;
use crate::facts::airlock_facts;
use crate::status::airlock_status;
use crate::verdict::airlock_verdict;

/// The version of this interface. It grows when something is added; a program and a library of
/// different versions work together as docs/ABI.md says.
pub const AIRLOCK_ABI_VERSION: u32 = 2;

/// Returns `AIRLOCK_ABI_VERSION` of the library. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_abi_version() -> u32 {
    AIRLOCK_ABI_VERSION
}

/// Returns the library's version, like `0.1.0`: static text with a final NUL. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn airlock_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

c_function! {
    /// Gives the size that a struct of this interface has in the library: 0 `airlock_facts`, 1
    /// `airlock_verdict`, 2 `airlock_error`. A binding compares it with its own layout before the
    /// first call: only a smaller one is refused, since structs grow at their end.
    ///
    /// - `which`: the struct's number.
    /// - `size`: receives its size in bytes on `AIRLOCK_OK`.
    ///
    /// Returns `AIRLOCK_OK`; `AIRLOCK_NULL_POINTER`; `AIRLOCK_BAD_ARGUMENT` for another number.
    pub fn airlock_struct_size(which: u32, size: *mut usize) {
        // SAFETY: as documented.
        let place = unsafe { boundary::place(size) }?;
        place.put(match which {
            0 => size_of::<airlock_facts>(),
            1 => size_of::<airlock_verdict>(),
            2 => size_of::<airlock_error>(),
            _ => return Err(airlock_status::AIRLOCK_BAD_ARGUMENT),
        });
        Ok(())
    }
}

#[cfg(feature = "test-panic")]
c_function! {
    /// Panics, to prove that no panic crosses. Only in test builds.
    #[allow(clippy::panic, reason = "it must")]
    pub fn airlock_test_panic() {
        // safe: a library that ships cannot have this function (lib.rs).
        panic!("forced by a test")
    }
}

const _: () = assert!(size_of::<airlock_facts>() >= airlock_facts::FIRST, "a struct only grows");
const _: () =
    assert!(size_of::<airlock_verdict>() >= airlock_verdict::FIRST, "a struct only grows");
const _: () = assert!(size_of::<airlock_error>() >= airlock_error::FIRST, "a struct only grows");
