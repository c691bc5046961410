//! Orders in bulk, from a table: every row is looked at first; then, if nothing stands against any,
//! they are signed on all cores and filed by one writer. The same row again gives the same license.

mod fault;

mod rewritten;
mod sheet;

mod order;

mod whose;

mod look;

mod lanes;
mod tally;

mod check;
mod file;
#[cfg(test)]
#[cfg(feature = "postgres")]
mod ratios;

pub(crate) use check::{Checked, check};
pub(crate) use fault::{Fault, Faults};
pub(crate) use file::{Done, Filed, Placing, file};
pub(crate) use look::{LeftOut, Reader};
pub(crate) use order::{Follows, Ordered};
pub(crate) use rewritten::{Kind, rewritten};
pub(crate) use sheet::{Row, Sheet};
pub(crate) use tally::Example;
