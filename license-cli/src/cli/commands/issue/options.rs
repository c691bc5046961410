//! What is typed for a license, and the order that follows from it.

use std::path::PathBuf;

use clap::Args;

use crate::cli::options::{Out, PassphraseFile, Today, TrustedRoots};
use crate::cli::terms::{Terms, option_of};
use crate::desk::order::{Order, Renewed, Requests};
use crate::desk::wanted::{Missing, Wanted};
use crate::problem::{Failure, Problem};

/// The terms of a license; what a request says need not be said again.
#[derive(Debug, Args)]
#[command(mut_arg("policy", |it| it.required(true)))]
#[command(mut_arg("from", |it| it.required(true)))]
#[command(mut_arg("until", |it| it.required(true)))]
pub(crate) struct Issue {
    /// The instance's request; several times for its spare, standby and staging instances: the
    /// first is billed and names the licensee, the reports of the others are taken and not billed
    #[arg(long, value_name = "FILE", help_heading = "Request")]
    pub(super) request: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) terms: Terms,
    /// The license that is current when this one is added: its whole term is the period before
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Period before",
        requires = "trust",
        conflicts_with_all = ["previous_from", "previous_until"]
    )]
    pub(super) renews: Option<PathBuf>,
    #[command(flatten)]
    pub(super) issuing: IssuingOptions,
    #[command(flatten)]
    pub(super) trust: TrustedRoots,
    #[command(flatten)]
    pub(super) out: Out,
    /// Do not ask about what looks like a slip of typing
    #[arg(long, help_heading = None)]
    pub(super) yes: bool,
    #[command(flatten)]
    today: Today,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Key")]
pub(super) struct IssuingOptions {
    /// The issuing key
    #[arg(long, value_name = "DESK.KEY")]
    pub(super) key: PathBuf,
    /// The issuer document that certifies it
    #[arg(long, value_name = "DESK.ISSUER")]
    pub(super) issuer: PathBuf,
    #[command(flatten)]
    pub(super) passphrase: PassphraseFile,
}

impl Issue {
    /// The order: each option, else what the request says.
    pub(super) fn order(
        &self,
        wanted: Wanted,
        requests: Option<&Requests>,
        renews: Option<Renewed>,
    ) -> Result<Order, Failure> {
        let wanted = match requests {
            Some(requests) => wanted.or(requests),
            None => wanted,
        };
        wanted.order(self.today.issued()?, requests, renews).map_err(missing)
    }
}

pub(super) fn missing(what: Missing) -> Failure {
    Failure::new(Problem::Options, format!("{} is missing", option_of(what)))
        .hint("give it, or a request that says it (`--request FILE`)")
}
