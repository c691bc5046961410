//! Statements of what is filed, and what was agreed about what is owed.

mod agree;
mod agreed;
mod held;
mod renewing;
mod state;

pub(crate) use agree::{Agreement, agree};
pub(crate) use renewing::{Renewing, made_before, renewing};
pub(crate) use state::{Asked, Licenses, left, state};
