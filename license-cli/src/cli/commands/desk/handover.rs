//! `airlock desk handover`

use std::path::PathBuf;

use clap::Args;

use super::options::AtDesk;
use crate::cli::asking;
use crate::cli::options::name;
use crate::desk::account::Account;
use crate::desk::handover;
use crate::desk::opened::OpenDesk;
use crate::desk::scope::Scope;
use crate::files::{self, Mode};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::handover::{self as view, Form};

#[derive(Debug, Args)]
pub(crate) struct Handover {
    /// A customer's name or id, or a subscription
    #[arg(required_unless_present = "mine")]
    id: Option<String>,
    /// The pages of all customers on whom you worked last and of whom something waits
    #[arg(long, conflicts_with_all = ["id", "to"])]
    mine: bool,
    /// Write Markdown
    #[arg(long)]
    markdown: bool,
    /// Who takes the customer over; its history says so
    #[arg(long, value_name = "NAME")]
    to: Option<String>,
    /// Write the page into this file too
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
    #[command(flatten)]
    desk: AtDesk,
}

/// Makes the page of a customer.
pub(crate) fn handover(options: &Handover) -> Result<Answer, Failure> {
    let to = options.to.as_ref().map(|text| name("--to", text)).transpose()?;
    let mut desk = options.desk.open()?;
    let form = if options.markdown { Form::Markdown } else { Form::Text };
    let Some(id) = &options.id else { return mine(options, &mut desk, form) };
    let subject = asking::subject(&mut desk, id)?;
    let scope = Scope::of(&subject, id);
    let account = Account::of(&mut desk, subject, scope)?;
    let page = handover::handover(&mut desk, account)?;
    let staged = stage(options, &view::text(&page, form))?;
    if let Some(to) = to {
        handover::hand(&mut desk, &page.account, to.as_str())?;
    }
    staged.map(files::Staged::place).transpose()?;
    let answer = view::answer(&page, form);
    Ok(match &options.out {
        Some(path) => answer.wrote(&[path]),
        None if options.to.is_some() => answer.done("the handover is kept"),
        None => answer,
    })
}

/// Makes the pages of whoever asks.
fn mine(options: &Handover, desk: &mut OpenDesk, form: Form) -> Result<Answer, Failure> {
    let pages = handover::mine(desk)?;
    let staged = stage(options, &view::text_of_mine(&desk.who, &pages, form))?;
    staged.map(files::Staged::place).transpose()?;
    let answer = view::of_mine(&desk.who, &pages, form);
    Ok(match &options.out {
        Some(path) => answer.wrote(&[path]),
        None => answer,
    })
}

/// The file with this text, where one is to be written.
fn stage(options: &Handover, text: &str) -> Result<Option<files::Staged>, Failure> {
    let path = options.out.as_ref();
    path.map(|path| files::stage(path, text.as_bytes(), Mode::Public, options.force)).transpose()
}
