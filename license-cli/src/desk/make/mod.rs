//! Makes licenses with the registry: what the license before said and what is wanted otherwise,
//! what stands against it, a signature, and a line in the chain of events. Nothing is signed that
//! was not drawn up and shown before.

mod about;
mod against;
mod alike;
mod asked;
mod base;
mod before;
mod beside;
mod choice;
mod contract;
mod counted;
mod difference;
mod draft;
mod extension;
mod facts;
mod first;
mod follow;
mod held;
mod jobs;
mod made;
mod next;
mod orders;
mod owed;
mod owner;
mod proposal;
mod remedy;
mod revoked;
mod sold;
mod still;
mod stranger;
mod succession;
mod ticket;
mod trials;
mod uninstalled;
mod years;

#[cfg(test)]
mod tests;

pub(crate) use against::Against;
pub(crate) use alike::marks;
pub(crate) use asked::Asked;
pub(crate) use base::{Base, file};
pub(crate) use beside::{Beside, LaterYear};
pub(crate) use choice::Choice;
pub(crate) use contract::{Contract, MOST_YEARS, Year, contract};
pub(crate) use difference::{Difference, ISSUED, Line, Said};
pub(crate) use draft::{Draft, OrderRow};
pub(crate) use extension::{Lasts, can_last, prolonged};
pub(crate) use first::{by_recipe, first, known, of_subscription};
pub(crate) use follow::still_answers;
pub(crate) use made::{
    Drawn, Made, Making, STATEMENT_OF, again, draw_alone, sign_all, sign_beside,
};
pub(crate) use next::{Proposed, Renewal, changing};
pub(crate) use orders::{answering, converted, extended, in_another};
pub(crate) use owed::{Debt, Pays, debts, of_joined};
pub(crate) use owner::{Owner, enter, of_request};
pub(crate) use proposal::{Proposal, propose, refuse_passed_on};
pub(crate) use remedy::Remedy;
pub(crate) use revoked::{Revocation, revocation, revoke};
pub(crate) use still::{entered, still_together};
pub(crate) use stranger::Stranger;
pub(crate) use succession::{Part, Source, Succession, in_place_of, refuse_twice};
pub(crate) use trials::{Trial, extended as times_extended, refuse_past, trials};
pub(crate) use uninstalled::{Uninstalled, not_installed};
pub(crate) use years::propose_years;
