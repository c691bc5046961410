//! `airlock desk sent`

use clap::Args;
use license_core::Day;

use super::options::{AnywayOptions, AtDesk, address};
use crate::cli::asking;
use crate::cli::options::day;
use crate::desk::rules::Job;
use crate::desk::{resend, sending};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::sent as view;

#[derive(Debug, Args)]
pub(crate) struct Sent {
    /// A license's id or its beginning, or the subscription or customer whose license is in force
    id: String,
    /// To whom: one address
    #[arg(long, value_name = "MAIL", value_parser = address)]
    to: String,
    /// The day on which it was sent [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    on: Option<Day>,
    #[command(flatten)]
    why: AnywayOptions,
    #[command(flatten)]
    desk: AtDesk,
}

/// Tells that a license was sent.
pub(super) fn sent(options: &Sent) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let chosen = resend::choose(&mut desk, &subject)?;
    let whose = (Job::Sent, &subject);
    let on = options.on.unwrap_or(desk.today);
    let to = (&chosen, Some(options.to.as_str()), on);
    let sending = sending::sending(&desk, whose, to, options.why.why())?;
    sending.refuse(options.why.anyway)?;
    sending::sent(&mut desk, &chosen, &sending, on)?;
    Ok(view::answer(&chosen, &sending.to, on))
}
