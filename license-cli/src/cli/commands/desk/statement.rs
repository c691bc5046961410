//! `airlock desk statement`

use std::path::PathBuf;

use clap::Args;

use super::options::AtDesk;
use crate::carry::usage_files;
use crate::cli::asking;
use crate::cli::stating::Stating;
use crate::desk::stating::{Asked, Licenses, left, state};
use crate::problem::Failure;
use crate::registry::Sha256;
use crate::view::answer::Answer;
use crate::view::statement as view;

#[derive(Debug, Args)]
pub(crate) struct Statement {
    /// A subscription, a customer with just one, or a license: then of its term alone
    id: String,
    /// A report, an export or a folder that is not filed; may be given several times
    #[arg(long, value_name = "FILE", help_heading = "Statement")]
    report: Vec<PathBuf>,
    #[command(flatten)]
    stating: Stating,
    #[command(flatten)]
    desk: AtDesk,
}

/// Says what is owed, by the reports that are filed.
pub(crate) fn statement(options: &Statement) -> Result<Answer, Failure> {
    let form = options.stating.form()?;
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let given = usage_files::read(&options.report, false)?;
    let warnings = given.warnings();
    let asked = Asked {
        prices: options.stating.prices(desk.desk.prices.clone())?,
        term: options.stating.term,
        unread: given.unread.len(),
        reports: given.figures,
        licenses: Licenses::All,
        today: desk.today,
    };
    let stated = state(&mut desk, &subject, asked)?;
    let answer = view::answer(&stated, options.stating.csv).warn(warnings);
    options.stating.write(&stated, form, answer, |form, content| {
        left(&mut desk, &subject, &stated, (form.name(), Sha256::of(content)))
    })
}
