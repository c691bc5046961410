//! The one encoding of claims: RFC 8949 section 4.2.1, checked before and after decoding.
//!
//! [`check`] walks the bytes before anything is decoded. [`decode`] then reads the claims, encodes
//! them again and compares, so that one content has one encoding even where a rule was forgotten.
//! The walk also means that the decoder below it never sees a length that the bytes do not hold.

mod claims;
mod list;
mod read;
mod unknown;
mod value;
mod walk;

pub(crate) use claims::{Entries, claims, of_field, settled};
pub use list::{List, Set};
pub(crate) use read::{
    any_integer, array, bytes, decimal, exactly, integer, malformed, map, over, text, unsigned,
    unsigned_to,
};
pub use unknown::{Unknown, UnknownValue};
pub(crate) use value::{Claim, Sink, Value, decode, encode};
pub(crate) use walk::{Fault, Head, check, head, string};

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro defines public maps")]
mod tests;
