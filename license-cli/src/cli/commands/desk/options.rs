//! Options that the desk's verbs share.

use clap::Args;

pub(crate) use crate::cli::at_desk::DeskDir;
use crate::cli::making::{MakingOptions, RequestOptions};
use crate::cli::options::Today;
use crate::cli::terms::{Terms, Without};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::wanted::Wanted;
use crate::problem::Failure;

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
    pub(super) request: RequestOptions,
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
    /// The reason and the ticket, as the events keep them.
    pub(crate) fn why(&self) -> Why {
        Why { reason: self.reason.clone(), ticket: self.ticket.clone(), ..Why::default() }
    }
}
