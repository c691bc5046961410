//! What carries a file's bytes where bytes cannot go: mail, paper, a screen.
//!
//! A carrier adds nothing and hides nothing: one file has one form in each, and no signature
//! depends on it.

pub mod base32;

mod token;

pub mod text;

pub mod repair;

pub mod parts;

mod open;

pub use open::{Strictness, only, open, text_of};
