//! Subscriptions that change: a new one takes the place of others. What was sold goes on in it, and
//! the old ones end.

mod ended;
mod order;
mod source;

pub(super) use ended::{ended, origin, some};
pub(crate) use order::{Part, in_place_of};
pub(crate) use source::{Source, Succession, refuse_twice};
