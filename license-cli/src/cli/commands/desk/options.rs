//! Options that the desk's verbs share.

use std::path::PathBuf;

use clap::Args;

use crate::cli::making::MakingOptions;
use crate::cli::options::Today;
use crate::cli::terms::{Terms, Without};
use crate::desk::folder::Desk;
use crate::desk::opened::{self, OpenDesk, Why};
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};

/// The variable that says where the desk's folder is.
const DESK_VARIABLE: &str = "AIRLOCK_DESK";

/// The desk's folder.
#[derive(Debug, Args)]
#[command(next_help_heading = "Desk")]
pub(crate) struct DeskDir {
    /// The desk's folder [default: $AIRLOCK_DESK]
    #[arg(long, value_name = "DIR")]
    desk: Option<PathBuf>,
}

impl DeskDir {
    /// The desk.
    ///
    /// # Errors
    /// `no_desk` where none was named; those of opening it.
    pub(crate) fn open(&self) -> Result<Desk, Failure> {
        let variable = || std::env::var_os(DESK_VARIABLE).filter(|value| !value.is_empty());
        let named = self.desk.clone().or_else(|| variable().map(PathBuf::from));
        let none = || Failure::new(Problem::NoDesk, "no desk was named");
        Desk::open(&named.ok_or_else(none)?)
    }

    /// The desk with its registry open, at work on this day.
    ///
    /// # Errors
    /// As [`DeskDir::open`]; those of the registry.
    pub(crate) fn open_at(&self, today: &Today) -> Result<OpenDesk, Failure> {
        opened::open(self.open()?, today.issued()?, today.day()?)
    }
}

/// The desk at work: its folder, and the day.
#[derive(Debug, Args)]
pub(crate) struct AtDesk {
    #[command(flatten)]
    dir: DeskDir,
    #[command(flatten)]
    today: Today,
}

impl AtDesk {
    /// The desk with its registry open.
    ///
    /// # Errors
    /// Those of the folder, of the registry, of the clock.
    pub(crate) fn open(&self) -> Result<OpenDesk, Failure> {
        self.dir.open_at(&self.today)
    }
}

/// The license before, what is wanted otherwise, and how the next one is made.
#[derive(Debug, Args)]
pub(crate) struct Following {
    /// The license, or its subscription or customer: ids, their beginning, or names
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    without: Without,
    #[command(flatten)]
    pub(super) making: MakingOptions,
    #[command(flatten)]
    pub(super) desk: AtDesk,
}

impl Following {
    /// What was typed, as plain values.
    pub(super) fn wanted(&self) -> Result<Wanted, Failure> {
        self.without.of(self.terms.wanted()?)
    }
}

/// Why something is done.
#[derive(Debug, Args)]
#[command(next_help_heading = "Why")]
pub(crate) struct WhyOptions {
    /// Why it is done, in a sentence
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The ticket: its number or its address
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
}

impl WhyOptions {
    /// It as the events keep it.
    pub(crate) fn why(&self) -> Why {
        Why { reason: self.reason.clone(), ticket: self.ticket.clone(), approved_by: None }
    }
}
