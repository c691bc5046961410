//! The instance's side: its folder with everything that it keeps, and what follows from it.

pub(crate) mod ledger;

pub(crate) mod chain;
pub(crate) mod checked;
pub(crate) mod covered;
pub(crate) mod licenses;
pub(crate) mod receipts;
pub(crate) mod reported;

pub(crate) mod settlement;

pub(crate) mod role;
mod stays;

pub(crate) mod begins;
mod turns;

mod ahead;
pub(crate) mod behind;
pub(crate) mod due;
pub(crate) mod horizon;

pub(crate) mod before;
pub(crate) mod enough;
pub(crate) mod outlook;

mod of_term;

pub(crate) mod judgement;

pub(crate) mod facts;

pub(crate) mod stand;

pub(crate) mod install;

pub(crate) mod candidates;

pub(crate) mod recover;
pub(crate) mod report;

pub(crate) mod again;

pub(crate) mod status;

pub(crate) mod carried;

pub(crate) mod term;

pub(crate) mod slip;
