//! `airlock desk receive`

use std::path::PathBuf;

use clap::Args;

use super::options::{AnywayOptions, AtDesk};
use crate::cli::asking::{self, Named, customer_type};
use crate::cli::prompt;
use crate::desk::make::Owner;
use crate::desk::opened::OpenDesk;
use crate::desk::receive::{self, Asking, Inbox, Said, Told};
use crate::desk::types::CustomerType;
use crate::problem::{Failure, Problem};
use crate::progress::Progress;
use crate::view::answer::Answer;
use crate::view::desk::received::{self as view, Listing};

#[derive(Debug, Args)]
pub(crate) struct Receive {
    /// What customers sent: requests, reports, licenses that came back; files, mails, texts with
    /// several, folders of them; `-` is standard input
    #[arg(value_name = "FILE|FOLDER", required = true)]
    files: Vec<PathBuf>,
    /// Whose a request is that nobody knows: name, CRM or billing id, subscription [default: asks]
    #[arg(long, value_name = "NAME|ID", help_heading = "Customer")]
    customer: Option<String>,
    /// The type of a customer who is new, such as offline; `--customer` enters them
    #[arg(long = "type", value_name = "TYPE", value_parser = customer_type)]
    #[arg(requires = "customer", help_heading = "Customer")]
    kind: Option<CustomerType>,
    #[command(flatten)]
    why: AnywayOptions,
    #[command(flatten)]
    desk: AtDesk,
}

/// Receives what customers sent.
pub(super) fn receive(options: &Receive, json: bool) -> Result<Answer, Failure> {
    let sources = receive::sources(&options.files)?;
    let mut desk = options.desk.open()?;
    let named = options.named(&mut desk)?;
    let asking = if prompt::is_terminal() { Asking::Later } else { Asking::Never };
    let said = Said { named, why: options.why.why(), anyway: options.why.anyway };
    let mut inbox = Inbox::new(said, asking);
    let mut listing = Listing::new(json)?;
    let anchors = desk.desk.anchors.clone();
    let progress = Progress::new(sources.len(), json);
    let taken = receive::each_batch(&sources, &anchors, &progress, &mut |arrived| {
        add(&mut listing, &inbox.take(&mut desk, arrived)?)
    });
    drop(progress);
    let asked = taken.and_then(|()| ask(&mut desk, &mut inbox, &mut listing));
    asked.map_err(|failure| listing.but(failure))?;
    Ok(listing.answer())
}

impl Receive {
    /// Who was named, a new customer among them.
    fn named(&self, desk: &mut OpenDesk) -> Result<Option<Owner>, Failure> {
        if self.customer.is_none() {
            return Ok(None);
        }
        let named = Named { customer: self.customer.as_deref(), kind: self.kind };
        asking::owner(desk, &named, None).map(Some)
    }
}

fn add(listing: &mut Listing, told: &[Told]) -> Result<(), Failure> {
    told.iter().try_for_each(|told| listing.add(told))
}

/// Asks whose each request is that nobody knows. What the answers before have told is not asked
/// again; where it is broken off, the others are left.
fn ask(desk: &mut OpenDesk, inbox: &mut Inbox, listing: &mut Listing) -> Result<(), Failure> {
    let mut broken_off: Option<Failure> = None;
    for unowned in inbox.waiting() {
        add(listing, &inbox.take(desk, vec![unowned.arrived])?)?;
        let Some(unowned) = inbox.waiting().pop() else { continue };
        let owner = match &broken_off {
            Some(failure) => Err(failure.clone()),
            None => {
                let likely = receive::likely(desk, &unowned)?;
                prompt::show(&view::asked(&unowned, likely.as_ref()));
                asking::whose(desk, &unowned.request, (likely.as_ref(), None))
            }
        };
        match owner {
            Ok(owner) => add(listing, &inbox.take_of(desk, unowned, owner)?)?,
            Err(failure) if failure.problem == Problem::NotConfirmed => {
                listing.add(&unowned.left(failure.clone()))?;
                broken_off = Some(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}
