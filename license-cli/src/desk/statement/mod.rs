//! What is owed, in money: the arithmetic. Nothing here knows a registry, a report or a command.

mod annual;
mod basis;
mod bill;
mod currency;
mod days;
mod lines;
mod money;
mod prices;
mod quarters;
mod sold;

#[cfg(test)]
mod restated;
#[cfg(test)]
mod tests;

pub(crate) use basis::{Agreed, Basis, Method, Stop, Stopped, Waived};
pub(crate) use bill::{Bill, bill};
pub(crate) use currency::Currency;
pub(crate) use days::Counted;
pub(crate) use lines::{Line, Reason, State, What};
pub(crate) use money::Money;
pub(crate) use prices::Prices;
pub(crate) use sold::{Sold, Standing};
