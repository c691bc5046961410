//! Airlock's core: signed licenses and usage reports for instances that are never online.
//!
//! Nothing here reads a clock, a file or the environment; time and facts are arguments. Each module
//! may import only modules above it in this list.
#![forbid(unsafe_code)]

pub mod error;
pub mod limits;

pub mod day;

pub mod visible;

pub mod json;

mod codes;

mod cbor;
pub mod value;

pub mod key;

mod cose;

pub mod rule;
pub mod series;

pub mod document;

pub mod trust;

mod file;

pub mod verify;

pub mod verdict;

pub mod evaluate;
pub mod select;

pub mod policy;

pub mod reconcile;

pub mod carrier;

pub mod guard;

pub mod words;

pub use cbor::{List, Set, Unknown, UnknownValue};
pub use codes::Other;
pub use day::Day;
pub use error::{Code, Error, Stage};
