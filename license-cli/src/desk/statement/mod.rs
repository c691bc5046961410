//! What is owed, in money. Nothing here knows a registry or a command.

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
mod stated;

#[cfg(test)]
mod restated;
#[cfg(test)]
mod tests;

pub(crate) use basis::Waived;
pub(crate) use basis::{Agreed, Basis, Method};
#[cfg(any(test, feature = "desk"))]
pub(crate) use basis::{Receipted, Refunded, Stop, Stopped};
pub(crate) use bill::{Addition, Apart, TermBill};
#[cfg(test)]
pub(crate) use bill::{Bill, bill};
pub(crate) use currency::Currency;
pub(crate) use days::Counted;
pub(crate) use lines::{Credit, Line, QUARTERS, Reason, State, What};
pub(crate) use money::{Money, Share};
pub(crate) use prices::{Price, Prices, Source, known, plan};
#[cfg(any(test, feature = "desk"))]
pub(crate) use sold::Sold;
pub(crate) use sold::Standing;
#[cfg(feature = "desk")]
pub(crate) use sold::{Term, terms};
pub(crate) use stated::{Given, Joined, LeftOut, Revoked, Stated};
