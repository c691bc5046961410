//! `airlock desk rules`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::options::DeskDir;
use crate::desk::rules::{Job, Rules as JobRules};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::rules as view;

#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// Show the rule of this job only
    #[arg(value_name = "JOB", value_parser = job)]
    job: Option<Job>,
    /// Read this file instead of the desk's, and say whether it can be used
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// Print the shipped rules as a file in TOML, to begin one's own with
    #[arg(long, conflicts_with_all = ["job", "check"])]
    toml: bool,
    #[command(flatten)]
    desk: DeskDir,
}

/// Shows the rules that hold at the desk; without a desk, the shipped ones.
pub(super) fn rules(options: &Rules) -> Result<Answer, Failure> {
    if options.toml {
        return Ok(view::as_toml(JobRules::shipped_text()));
    }
    let (rules, place) = match &options.check {
        Some(path) => (Arc::new(JobRules::read(path)?), view::Place::File(path)),
        None => match options.desk.open_named()? {
            Some(desk) if desk.rules.is_some() => (desk.rules()?, view::Place::Desk),
            Some(_) | None => (Arc::new(JobRules::shipped()?), view::Place::Shipped),
        },
    };
    Ok(view::answer(&rules, place, options.job))
}

fn job(text: &str) -> Result<Job, String> {
    let found = Job::ALL.iter().copied().find(|job| job.name() == text);
    let names: Vec<&str> = Job::ALL.iter().map(|job| job.name()).collect();
    found.ok_or_else(|| format!("expected a job: {}", names.join(", ")))
}
