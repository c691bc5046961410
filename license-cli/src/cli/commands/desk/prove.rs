//! `airlock desk prove`

use std::path::PathBuf;

use clap::Args;

use super::options::AtDesk;
use crate::cli::asking;
use crate::desk::prove;
use crate::files::shown;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::proved as view;

#[derive(Debug, Args)]
pub(crate) struct Prove {
    /// Whose license it is said to be: the customer or the subscription
    #[arg(value_name = "ID")]
    id: String,
    /// What was shown: licenses as text or file, reports, mails that hold them
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    desk: AtDesk,
}

/// Says what the files prove.
pub(super) fn prove(options: &Prove) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::subject(&mut desk, &options.id)?;
    let mut all = Vec::new();
    for path in &options.files {
        all.push((shown(path), prove::prove(&mut desk, &subject, path)?));
    }
    Ok(view::answer(&subject.record.customer.name, &options.id, &all, desk.today))
}
