//! Reads the project's own source, so that tests can hold what the compiler does not.
//!
//! [`arrows`] says where a module imports another that stands after it in its crate,
//! [`catch_all`] where a match on an enum that grows answers for variants that it does not name,
//! and [`plurals`] where a number is printed with a plural whatever it is. [`messages`]
//! makes the page with all that the command tells.
#![forbid(unsafe_code)]
#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "what syn reads grows with the language, and most of it is of no concern here"
)]

mod crates;
mod paths;

pub mod arrows;
pub mod catch_all;
pub mod messages;
pub mod plurals;

pub use crates::{Crate, Source, Unreadable};
