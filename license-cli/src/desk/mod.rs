//! The vendor's side: what the desk promises and makes.

pub(crate) mod policies;
