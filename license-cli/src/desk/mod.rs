//! The vendor's side: what the desk promises, makes and works out.

pub(crate) mod order;
pub(crate) mod policies;

pub(crate) mod issue;
pub(crate) mod reconcile;
