//! The instance's side: its folder with everything that it keeps.

pub(crate) mod ledger;
