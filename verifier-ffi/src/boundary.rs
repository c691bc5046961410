//! The only file with raw pointers: what crosses from C is checked and turned into Rust values
//! here, and back.

use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::status::airlock_status;

/// The most bytes that an object may have (Rust reference, `isize::MAX`): a longer length is a
/// mistake of the caller.
const LONGEST: usize = isize::MAX as usize;

/// Defines a function of the C interface together with its guard: a panic within becomes
/// `AIRLOCK_PANIC`.
///
/// # Safety
/// Each function's own documentation says what its pointers must point to. The body sees them only
/// as the wrappers of this module, which check for NULL.
macro_rules! c_function {
    ($(#[$meta:meta])* pub fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$meta])*
        #[unsafe(no_mangle)]
        #[allow(
            clippy::missing_safety_doc,
            reason = "the documentation of each parameter says what it must point to"
        )]
        pub unsafe extern "C" fn $name($($argument: $type),*) -> crate::status::airlock_status {
            crate::boundary::guard(move || $body)
        }
    };
}

/// Runs a body and returns its status; a panic within becomes `AIRLOCK_PANIC`.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), airlock_status>) -> airlock_status {
    // No state outlives the body that a panic could leave half-changed: handles are immutable, and
    // outputs are written last.
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => airlock_status::AIRLOCK_OK,
        Ok(Err(status)) => status,
        Err(panic) => {
            // A payload whose destructor panics must not cross either.
            std::mem::forget(panic);
            airlock_status::AIRLOCK_PANIC
        }
    }
}

/// Returns the items at a pointer; NULL is allowed for no items only.
///
/// # Safety
/// `pointer` is NULL or points to `count` items that do not change while the result is used.
pub(crate) unsafe fn slice<'a, T>(
    pointer: *const T,
    count: usize,
) -> Result<&'a [T], airlock_status> {
    if count == 0 {
        return Ok(&[]);
    }
    if pointer.is_null() {
        return Err(airlock_status::AIRLOCK_NULL_POINTER);
    }
    if count.checked_mul(size_of::<T>().max(1)).is_none_or(|length| length > LONGEST)
        || !pointer.is_aligned()
    {
        return Err(airlock_status::AIRLOCK_BAD_ARGUMENT);
    }
    // SAFETY: not NULL, aligned, at most isize::MAX bytes; the caller says that they are there.
    Ok(unsafe { std::slice::from_raw_parts(pointer, count) })
}

/// Returns the text at a pointer, without its final NUL, or `None` for NULL. At most `most` bytes
/// and the NUL are looked at.
///
/// # Safety
/// `pointer` is NULL or points to a text with a final NUL that does not change while the result is
/// used.
pub(crate) unsafe fn short_text<'a>(
    pointer: *const c_char,
    most: usize,
) -> Result<Option<&'a str>, airlock_status> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: every byte before this one was there and no NUL, so this one is there too.
    let ends = |length: &usize| unsafe { pointer.add(*length).read() } == 0;
    let length = (0..=most).find(ends).ok_or(airlock_status::AIRLOCK_BAD_ARGUMENT)?;
    // SAFETY: so many bytes were just read.
    let bytes = unsafe { slice(pointer.cast::<u8>(), length) }?;
    std::str::from_utf8(bytes).map(Some).map_err(|_| airlock_status::AIRLOCK_BAD_ARGUMENT)
}

/// Returns what a handle points to.
///
/// # Safety
/// `pointer` is NULL or a handle of this library that was not freed.
pub(crate) unsafe fn handle<'a, T>(pointer: *const T) -> Result<&'a T, airlock_status> {
    // SAFETY: the caller says that it is a handle of ours or NULL.
    unsafe { pointer.as_ref() }.ok_or(airlock_status::AIRLOCK_NULL_POINTER)
}

/// A place for an output, known not to be NULL.
pub(crate) struct Place<T>(*mut T);

/// Returns the place that an output goes to.
///
/// # Safety
/// `pointer` is NULL or points to room for a `T` until the function returns.
pub(crate) unsafe fn place<T>(pointer: *mut T) -> Result<Place<T>, airlock_status> {
    if pointer.is_null() {
        return Err(airlock_status::AIRLOCK_NULL_POINTER);
    }
    if pointer.is_aligned() {
        Ok(Place(pointer))
    } else {
        Err(airlock_status::AIRLOCK_BAD_ARGUMENT)
    }
}

impl<T> Place<T> {
    /// Writes the output.
    pub(crate) fn put(&self, value: T) {
        // SAFETY: checked when it was made; the caller says that there is room.
        unsafe { self.0.write(value) }
    }
}

impl<T> Place<*mut T> {
    /// Writes a new handle, which the caller then owns.
    pub(crate) fn put_handle(&self, value: T) {
        self.put(Box::into_raw(Box::new(value)));
    }
}

/// Frees a handle; NULL is allowed.
///
/// # Safety
/// `pointer` is NULL or a handle of this library that was not freed.
pub(crate) unsafe fn free<T>(pointer: *mut T) {
    if !pointer.is_null() {
        // SAFETY: it came from `put_handle`, and was not freed before.
        drop(unsafe { Box::from_raw(pointer) });
    }
}

/// Copies text and a final NUL into a caller's buffer: the two-call size query.
///
/// `needed` is written whenever it can be: with `AIRLOCK_OK` and with `AIRLOCK_BUFFER_TOO_SMALL`.
///
/// # Safety
/// `buffer` is NULL or has room for `capacity` bytes; `needed` is NULL or has room for a number.
pub(crate) unsafe fn put_text(
    text: &str,
    buffer: *mut u8,
    capacity: usize,
    needed: *mut usize,
) -> Result<(), airlock_status> {
    // SAFETY: the same contract.
    let needed = unsafe { place(needed) }?;
    let size = text.len().checked_add(1).ok_or(airlock_status::AIRLOCK_BAD_ARGUMENT)?;
    if buffer.is_null() && capacity > 0 {
        return Err(airlock_status::AIRLOCK_NULL_POINTER);
    }
    needed.put(size);
    if capacity < size {
        return Err(airlock_status::AIRLOCK_BUFFER_TOO_SMALL);
    }
    // SAFETY: the buffer is not NULL and has room for the text and one byte more; it cannot overlap
    // a String of ours.
    unsafe {
        std::ptr::copy_nonoverlapping(text.as_ptr(), buffer, text.len());
        buffer.add(text.len()).write(0);
    }
    Ok(())
}

/// A struct that crosses by pointer, begins with its size, and only grows at its end.
///
/// # Safety
/// `repr(C)`, begins with `size: usize`, and every bit pattern is a value of it.
pub(crate) unsafe trait GrowingStruct: Copy {
    /// The size that the struct had in the first version of the interface.
    const FIRST: usize;
    /// Returns the struct with every field empty, and its own size.
    fn empty() -> Self;
}

/// Returns a copy of a caller's struct, which may be of an older or a newer version: fields that it
/// lacks are empty, fields that this version does not know must be empty.
///
/// # Safety
/// `pointer` is NULL, or points to a `usize` that says how many bytes the struct has there.
pub(crate) unsafe fn read_sized<T: GrowingStruct>(pointer: *const T) -> Result<T, airlock_status> {
    // SAFETY: the same contract.
    let given = unsafe { size_of_struct(pointer) }?;
    // SAFETY: the caller says that so many bytes are there.
    let bytes = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>(), given) };
    if bytes.get(size_of::<T>()..).is_some_and(|tail| tail.iter().any(|byte| *byte != 0)) {
        return Err(airlock_status::AIRLOCK_BAD_STRUCT);
    }
    let mut value = T::empty();
    // SAFETY: both have at least so many bytes, and every bit pattern is a value.
    unsafe {
        std::ptr::copy_nonoverlapping(
            bytes.as_ptr(),
            (&raw mut value).cast::<u8>(),
            given.min(size_of::<T>()),
        );
    };
    Ok(value)
}

/// A caller's struct that is to be written, of a size that this interface knows.
pub(crate) struct Room<T> {
    pointer: *mut T,
    given: usize,
}

/// Checks a caller's struct before anything is worked out.
///
/// # Safety
/// `pointer` is NULL, or points to a `usize` that says how many bytes the struct has there, until
/// the function returns.
pub(crate) unsafe fn room<T: GrowingStruct>(pointer: *mut T) -> Result<Room<T>, airlock_status> {
    // SAFETY: the same contract.
    let given = unsafe { size_of_struct(pointer) }?;
    Ok(Room { pointer, given })
}

impl<T: GrowingStruct> Room<T> {
    /// Writes the struct, which may be of an older or a newer version there; `size` stays as the
    /// caller wrote it, and fields that this version does not know become empty.
    pub(crate) fn put(&self, value: &T) {
        let known = self.given.min(size_of::<T>());
        let after = size_of::<usize>();
        // SAFETY: checked when it was made; the caller says that so many bytes are there; what is
        // known is at least the first version, more than a size.
        unsafe {
            let (from, to) = (std::ptr::from_ref(value).cast::<u8>(), self.pointer.cast::<u8>());
            std::ptr::copy_nonoverlapping(from.add(after), to.add(after), known - after);
            std::ptr::write_bytes(to.add(known), 0, self.given - known);
        }
    }
}

/// The largest struct that is believed: a later version may grow to it.
const LARGEST_STRUCT: usize = 65_536;

/// # Safety
/// `pointer` is NULL, or points to a `usize`.
unsafe fn size_of_struct<T: GrowingStruct>(pointer: *const T) -> Result<usize, airlock_status> {
    if pointer.is_null() {
        return Err(airlock_status::AIRLOCK_NULL_POINTER);
    }
    if !pointer.is_aligned() {
        return Err(airlock_status::AIRLOCK_BAD_ARGUMENT);
    }
    // SAFETY: not NULL, aligned; the caller says that a size is there.
    let given = unsafe { pointer.cast::<usize>().read() };
    if (T::FIRST..=LARGEST_STRUCT).contains(&given) {
        Ok(given)
    } else {
        Err(airlock_status::AIRLOCK_BAD_STRUCT)
    }
}
