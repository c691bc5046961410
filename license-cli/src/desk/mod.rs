//! The vendor's side: what the desk promises, makes and works out.

pub(crate) mod order;
pub(crate) mod policies;
#[allow(dead_code, reason = "the desk's verbs ask for it")]
pub(crate) mod types;

#[allow(dead_code, reason = "the desk's verbs ask for it")]
pub(crate) mod forecast;
pub(crate) mod issue;
pub(crate) mod reconcile;
