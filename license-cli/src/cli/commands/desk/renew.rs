//! `airlock desk renew`

use std::sync::Arc;

use clap::Args;
use license_core::document::Outcome;
use license_core::value::DocumentId;

use crate::cli::asking;
use crate::cli::options::outcome;
use crate::cli::stating::listed;
use crate::desk::make::{self, Asked, Base, Draft, Owner, Proposed, Renewal, Source, Succession};
use crate::desk::opened::OpenDesk;
use crate::desk::order::Order;
use crate::desk::rules::Job;
use crate::desk::stating::{made_before, renewing};
use crate::desk::subject::Subject;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, DocumentRow, What};
use crate::view::answer::Answer;

use super::options::{AlongOptions, Following};

#[derive(Debug, Args)]
pub(crate) struct Renew {
    #[command(flatten)]
    following: Following,
    #[command(flatten)]
    along: AlongOptions,
    /// Fill in seats, true-up and period from what the reports say, and give the receipt of the
    /// last one along, in one text
    #[arg(long, help_heading = "Statement")]
    from_statement: bool,
    /// What came of seats that are owed: billed, joins_renewal, waived or paid [default: as the
    /// statement says]
    #[arg(long, value_name = "WHAT", value_parser = outcome, requires = "from_statement")]
    #[arg(help_heading = "Statement")]
    came_of: Option<Outcome>,
}

/// Makes the license for the next term.
pub(super) fn renew(typed: &Renew) -> Result<Answer, Failure> {
    let options = &typed.following;
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let asked = options.request.asked(&mut desk)?;
    if let Some((row, report)) = typed.made_before(&mut desk, &subject)? {
        return options.making.give_both_again(&mut desk, &subject, (&row, report));
    }
    if !typed.from_statement {
        let making = &options.making;
        return making.make_of(&mut desk, subject, |desk, subject| {
            typed.draft(desk, subject, asked.clone())
        });
    }
    let prices = listed(desk.desk.prices.clone(), None)?;
    let renewing = renewing(&mut desk, &subject, prices)?;
    let proposed = renewing.proposed.clone();
    let renewal = Renewal::of(&mut desk, &subject, (options.of_term()?, proposed), &asked)?;
    typed.refuse_along()?;
    refuse_early(&renewal)?;
    let draft = renewal.draft(subject, asked);
    let draft = Draft { statement_of: Some(renewing.report), ..draft };
    options.making.make_with_receipt(&mut desk, draft, (&renewing, typed.came_of))
}

/// A statement settles a term that goes on to its end.
fn refuse_early(renewal: &Renewal) -> Result<(), Failure> {
    if !renewal.is_early() {
        return Ok(());
    }
    let found = "found --from-statement for a renewal that begins before the term has ended";
    Err(Failure::new(Problem::Options, found)
        .hint("leave `--from` out: the renewal begins where the term ends"))
}

impl Renew {
    /// The draft of one without a statement.
    fn draft(
        &self,
        desk: &mut OpenDesk,
        subject: Subject,
        asked: Vec<Asked>,
    ) -> Result<Draft, Failure> {
        let said = (self.following.of_term()?, Proposed::default());
        let renewal = Renewal::of(desk, &subject, said, &asked)?;
        if !renewal.is_early() {
            self.refuse_along()?;
            return Ok(renewal.draft(subject, asked));
        }
        let contract = renewal.contract_early();
        let Renewal { base, sold, wanted, order, choice, .. } = renewal;
        let (succession, order) = self.early(desk, (&subject, &sold), order, &wanted)?;
        let id = order.references.subscription_id.as_ref().map_or("", |id| id.as_str());
        let chain = Chain::of(subject.record.customer.id, id);
        let owner = Owner::Known(Box::new(Subject { chain, document: None, ..subject }));
        let draft = Draft::new(What::Renewed, (owner, Some(base)), order, choice, asked);
        let job = contract.as_ref().map(|_| Job::Years);
        let succession = Some(Arc::new(succession));
        Ok(Draft { job, contract, succession, ..draft })
    }

    /// The license and the report that the same command was answered with before.
    fn made_before(
        &self,
        desk: &mut OpenDesk,
        subject: &Subject,
    ) -> Result<Option<(DocumentRow, DocumentId)>, Failure> {
        match self.from_statement && !self.following.making.why.dry_run {
            true => made_before(desk, subject, self.following.of_term()?.seats),
            false => Ok(None),
        }
    }

    /// An early renewal: the old subscription is cancelled, and a new one takes its place.
    fn early(
        &self,
        desk: &mut OpenDesk,
        (subject, sold): (&Subject, &Base),
        order: Order,
        wanted: &Wanted,
    ) -> Result<(Succession, Order), Failure> {
        let jobs = vec![Job::Early];
        let along = self.along.along(desk, &jobs)?;
        let order = make::in_another(order, sold, wanted, &along);
        let source = Source::of(desk, subject.clone())?;
        let id = order.references.subscription_id.as_ref();
        if id.is_some_and(|id| id.as_str() == source.subscription.id) {
            let found = format!("found {} as the old and as the new one", source.subscription.id);
            return Err(Failure::new(Problem::Options, found)
                .hint("leave `--subscription-id` out: an early renewal is a new subscription"));
        }
        let on = order.term.from;
        let sources = vec![source];
        Ok((Succession { jobs, sources, along, on }, order))
    }

    /// Refuses what is for an early renewal only.
    fn refuse_along(&self) -> Result<(), Failure> {
        if self.along.take.is_empty() && self.along.leave.is_empty() {
            return Ok(());
        }
        let found = "found --take or --leave, and the term begins where the last one ends";
        Err(Failure::new(Problem::Options, found).hint(
            "they are for an early renewal; `--previous-users` and `--true-up` say what is carried",
        ))
    }
}
