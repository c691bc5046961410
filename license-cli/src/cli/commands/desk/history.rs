//! `airlock desk history`

use clap::Args;

use super::options::AtDesk;
use crate::cli::asking;
use crate::desk::account;
use crate::desk::scope::Scope;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::history as view;

#[derive(Debug, Args)]
pub(crate) struct History {
    /// A customer's name or id, a subscription, or the id of a document or its beginning
    id: String,
    #[command(flatten)]
    desk: AtDesk,
}

/// Lists what happened to it.
pub(crate) fn history(options: &History) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::subject(&mut desk, &options.id)?;
    let scope = Scope::of(&subject, &options.id);
    let events = account::history(&mut *desk.registry, &subject.record, &scope)?;
    let of = match &scope {
        Scope::Customer => subject.record.customer.name.clone(),
        Scope::Subscription(_) => subject.words(),
        Scope::Document(row) => format!("{} {}", row.kind, row.id),
    };
    Ok(view::answer(&of, &events, &subject.record.documents))
}
