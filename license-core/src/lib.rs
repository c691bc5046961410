//! Airlock's core: signed licenses and usage reports for instances that are never online.
//!
//! Nothing here reads a clock, a file or the environment; time and facts are arguments. Each module may import only
//! modules above it in this list.
#![forbid(unsafe_code)]

mod cbor;
mod cose;
pub mod day;
pub mod error;
pub mod key;
pub mod limits;
pub mod value;

pub use cbor::{List, Set, Unknown, UnknownValue};
pub use day::Day;
pub use error::{Code, Error, Stage};
