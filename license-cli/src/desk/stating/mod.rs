//! Statements of what is filed, and what was agreed about what is owed.

mod agree;
mod agreed;
mod held;
mod state;

pub(crate) use agree::{Agreement, agree};
pub(crate) use state::{Asked, state};
