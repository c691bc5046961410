//! `airlock desk renew`

use std::rc::Rc;

use clap::Args;

use crate::cli::asking;
use crate::desk::make::{self, Asked, Base, Draft, Owner, Source, Succession};
use crate::desk::opened::OpenDesk;
use crate::desk::order::Order;
use crate::desk::rules::Job;
use crate::desk::subject::Subject;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, What};
use crate::view::answer::Answer;

use super::options::{AlongOptions, Following};

#[derive(Debug, Args)]
pub(crate) struct Renew {
    #[command(flatten)]
    following: Following,
    #[command(flatten)]
    along: AlongOptions,
}

/// Makes the license for the next term.
pub(super) fn renew(renewal: &Renew) -> Result<Answer, Failure> {
    let options = &renewal.following;
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let base = Base::of(&mut desk, &subject)?;
    let asked = options.request.asked(&mut desk)?;
    let requests = Asked::requests(&asked);
    let said = options.of_term()?;
    let sold = base.extends(&mut desk, &subject)?;
    let sold = sold.unwrap_or_else(|| base.clone());
    let contract = make::contract(&mut desk, &base.row.chain())?;
    let from = said.from.unwrap_or(sold.license.until);
    let year = contract.as_ref().and_then(|it| it.beginning(from)).map(|(_, year)| *year);
    // What was sold for a year counts before what a request asks for.
    let wanted = match year {
        Some(year) => year.fill(said),
        None => said,
    };
    let wanted = paid_for(wanted.or_of(requests.as_ref()), &sold);
    let order = make::renewed((&base, &sold), &wanted, desk.now)?;
    let order = make::answering(order, requests.as_ref());
    let choice = base.next_choice(&wanted)?;
    let early = order.term.from < sold.license.until;
    if !early {
        renewal.refuse_along()?;
        let owner = Owner::of(subject, &base);
        let draft = Draft::new(What::Renewed, (owner, Some(base)), order, choice, asked);
        let contract = contract.filter(|_| year.is_some());
        let job = contract.as_ref().map(|_| Job::Years);
        return options.making.make(&mut desk, Draft { job, contract, ..draft });
    }
    let (succession, order) = renewal.early(&mut desk, (&subject, &sold), order, &wanted)?;
    let id = order.references.subscription_id.as_ref().map_or("", |id| id.as_str());
    let chain = Chain::of(subject.record.customer.id, id);
    let owner = Owner::Known(Box::new(Subject { chain, document: None, ..subject }));
    let draft = Draft::new(What::Renewed, (owner, Some(base)), order, choice, asked);
    options.making.make(&mut desk, Draft { succession: Some(Rc::new(succession)), ..draft })
}

/// A true-up without days pays for the term that was sold last.
fn paid_for(mut wanted: Wanted, sold: &Base) -> Wanted {
    if let Some(true_up) = wanted.previous.true_up.as_mut() {
        let days = (true_up.from, true_up.to);
        true_up.from = days.0.or(Some(sold.license.from));
        true_up.to = days.1.or(Some(sold.license.last_day()));
    }
    wanted
}

impl Renew {
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
