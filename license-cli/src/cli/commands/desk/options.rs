//! Options that the desk's verbs share.

use clap::Args;

pub(crate) use crate::cli::at_desk::DeskDir;
use crate::cli::making::MakingOptions;
use crate::cli::options::Today;
use crate::cli::requests::RequestOptions;
use crate::cli::terms::{Terms, Without};
use crate::cli::why::WhyOptions;
use crate::desk::address::is_one_address;
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::rules::{Along, Job, Lost};
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
    /// The same, where a true-up may be without its days.
    pub(super) fn of_term(&self) -> Result<Wanted, Failure> {
        self.without.of(self.terms.of_term()?)
    }

    /// What was typed, as plain values.
    pub(super) fn wanted(&self) -> Result<Wanted, Failure> {
        self.without.of(self.terms.wanted()?)
    }
}

/// One mail address.
pub(crate) fn address(text: &str) -> Result<String, String> {
    if is_one_address(text) {
        Ok(text.to_owned())
    } else {
        Err("expected one mail address; each one more is a sending of its own".to_owned())
    }
}

/// Why something is done, also where a rule stands against it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Why")]
pub(crate) struct AnywayOptions {
    #[command(flatten)]
    given: WhyOptions,
    /// Do it although a rule stands against it; it is noted as an exception
    #[arg(long, requires = "reason")]
    pub(crate) anyway: bool,
}

impl AnywayOptions {
    /// The reason, the ticket and who agreed, as the events keep them.
    pub(crate) fn why(&self) -> Why {
        self.given.why()
    }
}

/// What goes along from an old subscription, and what stays behind.
#[derive(Debug, Args)]
#[command(next_help_heading = "Period before")]
pub(crate) struct AlongOptions {
    /// What goes along although the rules say that it is lost: previous-users, previous-period,
    /// true-up, debt, add-ons; with commas between them
    #[arg(long, value_name = "WHAT", value_parser = lost, value_delimiter = ',')]
    pub(super) take: Vec<Lost>,
    /// What stays with the old subscription, likewise
    #[arg(long, value_name = "WHAT", value_parser = lost, value_delimiter = ',')]
    pub(super) leave: Vec<Lost>,
}

impl AlongOptions {
    /// What goes along, by the rules of these jobs and what was typed.
    pub(super) fn along(&self, desk: &OpenDesk, jobs: &[Job]) -> Result<Along, Failure> {
        let rules = desk.desk.rules()?;
        let rules: Vec<_> = jobs.iter().map(|job| rules.rule(*job)).collect();
        Along::of(&rules, (&self.take, &self.leave))
    }
}

/// Something of the license before, as it is typed.
fn lost(text: &str) -> Result<Lost, String> {
    let names = Lost::ALL.map(Lost::name).join(", ");
    Lost::parse(text).ok_or_else(|| format!("expected one of {names}"))
}
