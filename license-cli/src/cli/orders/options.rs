//! The options that the cells of a row stand for.

use std::path::PathBuf;

use clap::Parser;

use crate::cli::asking::customer_type;
use crate::cli::needs::proof;
use crate::cli::recipe::Recipe;
use crate::cli::terms::{Terms, Without};
use crate::cli::why::{one_line, reason};
use crate::desk::rules::Given;
use crate::desk::types::CustomerType;

/// The cells of a row, as if they were typed.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
pub(super) struct RowOptions {
    /// Whose it is
    #[arg(long)]
    pub(super) customer: Option<String>,
    /// The type of a customer who is new
    #[arg(long = "type", value_parser = customer_type)]
    pub(super) kind: Option<CustomerType>,
    /// The id of a customer who is new in the CRM
    #[arg(long, value_parser = one_line)]
    pub(super) crm_id: Option<String>,
    /// The id of a customer who is new in the billing system
    #[arg(long, value_parser = one_line)]
    pub(super) billing_id: Option<String>,
    /// The license that this one has other terms than, or its subscription
    #[arg(long, conflicts_with_all = ["renews", "recipe", "kind"])]
    pub(super) license: Option<String>,
    /// The license that is renewed, or its subscription
    #[arg(long, conflicts_with_all = ["recipe", "kind"])]
    pub(super) renews: Option<String>,
    /// The recipe of a license that nobody pays for
    #[arg(long = "as", value_enum)]
    pub(super) recipe: Option<Recipe>,
    /// The request: a file, or the id of one that was received
    #[arg(long)]
    pub(super) request: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) terms: Terms,
    #[command(flatten)]
    pub(super) without: Without,
    #[arg(long, value_parser = reason)]
    pub(super) reason: Option<String>,
    #[arg(long, value_parser = one_line)]
    pub(super) ticket: Option<String>,
    #[arg(long, value_parser = one_line)]
    pub(super) approved_by: Vec<String>,
    #[arg(long, value_parser = proof)]
    pub(super) proof: Vec<Given>,
}
