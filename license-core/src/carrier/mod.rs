//! What carries a file's bytes where bytes cannot go: mail, paper, a screen.
//!
//! A carrier adds nothing and hides nothing: one file has one form in each, and no signature
//! depends on it.

pub mod base32;

mod token;

pub mod text;

mod pouch;

pub mod repair;

pub mod parts;

mod open;

pub use open::{Opened, Strictness, only, open, open_all, text_of, write_all};
pub use pouch::Place;
