//! `airlock`: makes, carries and checks licenses and usage reports for instances that are never
//! online.
//!
//! The command's own code, in rooms. Each may import only rooms that stand before it in this list.
#![forbid(unsafe_code)]

mod json;
mod plural;
mod problem;

mod files;
mod sqlite;
mod tables;
mod terminal;

mod layers;

mod keys;

mod clock;
mod progress;

mod usage_source;

mod carry;

mod diagnose;

mod settling;

mod instance;

#[cfg(feature = "desk")]
mod registry;

mod desk;

mod view;

mod cli;

#[cfg(test)]
#[cfg(feature = "desk")]
mod desk_and_instance;

#[cfg(test)]
#[cfg(all(feature = "desk", feature = "postgres"))]
mod orders_in_bulk;

pub use cli::run;
