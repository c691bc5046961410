//! `airlock desk follow`

use std::sync::Arc;

use clap::Args;
use license_core::value::{Count, Identifier};

use super::options::{AlongOptions, AtDesk};
use crate::cli::asking::{self, customer_type};
use crate::cli::making::MakingOptions;
use crate::cli::options::{count, identifier};
use crate::cli::requests::RequestOptions;
use crate::cli::terms::{Terms, Without};
use crate::desk::make::{self, Asked, Draft, Owner, Part, Source, Succession};
use crate::desk::opened::OpenDesk;
use crate::desk::rules::Job;
use crate::desk::subject::Subject;
use crate::desk::types::CustomerType;
use crate::desk::wanted::Wanted;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::registry::{Chain, What};
use crate::view::answer::Answer;

#[derive(Debug, Args)]
pub(crate) struct Follow {
    /// The subscription whose place a new one takes, its license or its customer; several become
    /// one, on the instance of the first
    #[arg(value_name = "ID", required = true, num_args = 1..)]
    ids: Vec<String>,
    /// The new subscription's id; one for each part, with commas [default: a new one]
    #[arg(long, value_name = "ID", value_delimiter = ',', conflicts_with = "subscription_id")]
    #[arg(help_heading = "Customer")]
    into: Vec<String>,
    /// Divide it: the seats of each part, with commas
    #[arg(long, value_name = "N,N", value_parser = count, value_delimiter = ',')]
    #[arg(help_heading = "Terms", conflicts_with_all = ["seats", "unlimited"])]
    parts: Vec<Count>,
    /// The customer who is billed from now on: a name or an id
    #[arg(long, value_name = "NAME|ID", help_heading = "Customer")]
    to: Option<String>,
    /// The type of a customer who is new
    #[arg(long = "type", value_name = "TYPE", value_parser = customer_type, requires = "to")]
    #[arg(help_heading = "Customer")]
    kind: Option<CustomerType>,
    #[command(flatten)]
    along: AlongOptions,
    #[command(flatten)]
    request: RequestOptions,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    without: Without,
    #[command(flatten)]
    making: MakingOptions,
    #[command(flatten)]
    desk: AtDesk,
}

/// Makes the license of a subscription that takes the place of others, or those of its parts.
pub(super) fn follow(options: &Follow) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let sources = sources(&mut desk, &options.ids)?;
    let wanted = options.without.of(options.terms.wanted()?)?;
    refuse_unlike(&sources, &wanted)?;
    let owner = owner(&mut desk, options, &sources)?;
    let jobs = jobs(options, &sources, &owner);
    let along = options.along.along(&desk, &jobs)?;
    let on = wanted.from.unwrap_or(desk.today);
    let succession = Arc::new(Succession { jobs, sources, along, on });
    let asked = options.request.asked(&mut desk)?;
    let parts = parts(options, &succession, &wanted)?;
    let wanted = of_customer(wanted, &owner, &succession);
    let mut asked: Vec<Vec<Asked>> = shared_out(asked, parts.len())?;
    let mut drafts = Vec::new();
    for part in &parts {
        let answers = if asked.is_empty() { Vec::new() } else { asked.remove(0) };
        drafts.push(draft(&desk, (&succession, part), (&owner, &wanted), answers)?);
    }
    options.making.make_parts(&mut desk, drafts)
}

/// The subscriptions that are meant, each once.
fn sources(desk: &mut OpenDesk, ids: &[String]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for id in ids {
        let subject = asking::subject(desk, id)?;
        sources.push(Source::of(desk, subject)?);
    }
    make::refuse_twice(&sources)?;
    Ok(sources)
}

/// Whose the new subscription is.
fn owner(desk: &mut OpenDesk, options: &Follow, sources: &[Source]) -> Result<Owner, Failure> {
    if let Some(to) = &options.to {
        return asking::by_name(desk, ("--to", to), options.kind);
    }
    let first = sources.first().map(|source| source.subject.clone());
    first
        .map(|subject| Owner::Known(Box::new(subject)))
        .ok_or_else(|| Failure::new(Problem::Options, "found no subscription"))
}

/// The jobs that it is.
fn jobs(options: &Follow, sources: &[Source], owner: &Owner) -> Vec<Job> {
    let other = |source: &Source| source.subject.record.customer.id != owner.customer().id;
    let jobs = [
        (sources.len() > 1).then_some(Job::Merge),
        (options.parts.len() > 1).then_some(Job::Split),
        sources.iter().any(other).then_some(Job::Billing),
    ];
    let jobs: Vec<Job> = jobs.into_iter().flatten().collect();
    if jobs.is_empty() { vec![Job::Follow] } else { jobs }
}

/// The new subscriptions: one, or the parts. The first part goes on on the old instances.
fn parts(options: &Follow, succession: &Succession, wanted: &Wanted) -> Result<Vec<Part>, Failure> {
    let ids = options.into.iter().map(|id| identifier("--into", id));
    let mut ids: Vec<Identifier> = ids.collect::<Result<_, _>>()?;
    ids.extend(wanted.references.subscription_id.clone());
    let number = options.parts.len().max(1);
    if number > 1 && succession.sources.len() > 1 {
        let found = "found several subscriptions, and several parts";
        return Err(Failure::new(Problem::Options, found)
            .hint("join them first, then divide what they have become"));
    }
    if !ids.is_empty() && ids.len() != number {
        let found = counted(ids.len(), "id");
        let found = format!("found {found} of new subscriptions, expected {number}");
        return Err(Failure::new(Problem::Options, found).hint("name each one in `--into`"));
    }
    if number > 1 && ids.is_empty() {
        let old = succession.sources.first().map_or("", |source| source.subscription.id.as_str());
        let named = (1..=number).map(|part| identifier("--into", &format!("{old}-{part}")));
        ids = named.collect::<Result<_, _>>()?;
    }
    refuse_itself(&ids, succession)?;
    refuse_same(&ids)?;
    refuse_more(&options.parts, succession)?;
    let mut ids = ids.into_iter();
    let seats = options.parts.iter().copied().map(Some).chain([None]);
    let part = |(place, seats)| Part { id: ids.next(), seats, elsewhere: place > 0 };
    Ok(seats.take(number).enumerate().map(part).collect())
}

/// Refuses a subscription in its own place, where nothing else joins it.
fn refuse_itself(ids: &[Identifier], succession: &Succession) -> Result<(), Failure> {
    let [only] = succession.sources.as_slice() else { return Ok(()) };
    if ids.iter().all(|id| id.as_str() != only.subscription.id) {
        return Ok(());
    }
    let found = format!("found {} as the old and as the new subscription", only.subscription.id);
    Err(Failure::new(Problem::Options, found)
        .hint("`airlock desk change ID` makes a license with other terms"))
}

/// Refuses one id for two parts.
fn refuse_same(ids: &[Identifier]) -> Result<(), Failure> {
    let mut before = ids.iter().enumerate().map(|(place, id)| (ids.iter().take(place), id));
    let Some((_, twice)) = before.find(|(before, id)| before.clone().any(|it| it == *id)) else {
        return Ok(());
    };
    let found = format!("found {twice} for two parts");
    Err(Failure::new(Problem::Options, found).hint("name each one once in `--into`"))
}

/// Refuses parts that have more seats together than what is divided.
fn refuse_more(parts: &[Count], succession: &Succession) -> Result<(), Failure> {
    let [only] = succession.sources.as_slice() else { return Ok(()) };
    let together = parts.iter().fold(0_u32, |sum, part| sum.saturating_add(part.get()));
    let Some(sold) = only.seats().map(Count::get).filter(|sold| *sold < together) else {
        return Ok(());
    };
    let (together, sold) = (counted(together, "seat"), counted(sold, "seat"));
    let found = format!("found {together} in the parts, and {} has {sold}", only.subscription.id);
    Err(Failure::new(Problem::Options, found)
        .hint("divide what was sold; `airlock desk change` sells more seats, before or after"))
}

/// Refuses subscriptions of several plans, where nobody said which of them goes on.
fn refuse_unlike(sources: &[Source], wanted: &Wanted) -> Result<(), Failure> {
    let Some((first, rest)) = sources.split_first().filter(|_| wanted.plan.is_none()) else {
        return Ok(());
    };
    let plan = |source: &Source| source.base.license.plan;
    let Some(other) = rest.iter().find(|other| plan(other) != plan(first)) else { return Ok(()) };
    let (one, two) = (&first.subscription.id, &other.subscription.id);
    let found = format!("{one} has the plan {}, and {two} {}", plan(first), plan(other));
    Err(Failure::new(Problem::Options, found).hint("`--plan PLAN` says which one goes on"))
}

/// What is known of the licensee where another customer is billed: company and contact as the
/// customer's own license among those joined has them, else the customer's name.
fn of_customer(mut wanted: Wanted, owner: &Owner, succession: &Succession) -> Wanted {
    if succession.jobs.contains(&Job::Billing) {
        let own = |it: &&Source| it.subject.record.customer.id == owner.customer().id;
        if let Some(own) = succession.sources.iter().find(own) {
            let license = &own.base.license;
            wanted.company = wanted.company.or_else(|| Some(license.company.clone()));
            wanted.name = wanted.name.or_else(|| Some(license.name.clone()));
            wanted.email = wanted.email.or_else(|| Some(license.email.clone()));
        }
        let name = license_core::value::Name::new(owner.customer().name.clone());
        wanted.company = wanted.company.or(name.ok());
    }
    wanted.references.subscription_id = None;
    wanted
}

/// The requests of each part: one each, or all for the only one.
fn shared_out(asked: Vec<Asked>, parts: usize) -> Result<Vec<Vec<Asked>>, Failure> {
    if parts == 1 {
        return Ok(vec![asked]);
    }
    if !asked.is_empty() && asked.len() != parts {
        let (found, parts) = (counted(asked.len(), "request"), counted(parts, "part"));
        let found = format!("found {found} for {parts}, expected one for each");
        return Err(Failure::new(Problem::Options, found));
    }
    Ok(asked.into_iter().map(|one| vec![one]).collect())
}

fn draft(
    desk: &OpenDesk,
    (succession, part): (&Arc<Succession>, &Part),
    (owner, wanted): (&Owner, &Wanted),
    asked: Vec<Asked>,
) -> Result<Draft, Failure> {
    let requests = Asked::requests(&asked);
    let said =
        if part.seats.is_some() { wanted.clone() } else { wanted.clone().or_of(requests.as_ref()) };
    let succession = match part.elsewhere {
        true => Arc::new(succession.elsewhere()),
        false => Arc::clone(succession),
    };
    let order = make::in_place_of(&succession, part, &said, desk.now)?;
    let order = make::answering(order, requests.as_ref());
    let base = succession.sources.first().map(|source| source.base.clone());
    let choice = base.as_ref().map(|base| base.next_choice(&said)).transpose()?;
    let choice =
        choice.ok_or_else(|| Failure::new(Problem::DeskMissing, "the policy is missing"))?;
    let owner = with_chain(owner, part);
    let draft = Draft::new(What::Followed, (owner, base), order, choice, asked);
    Ok(Draft { succession: Some(succession), ..draft })
}

/// The owner, about the new subscription.
fn with_chain(owner: &Owner, part: &Part) -> Owner {
    match owner {
        Owner::Known(subject) => {
            let id = part.id.as_ref().map_or("", |id| id.as_str());
            let chain = Chain::of(subject.record.customer.id, id);
            Owner::Known(Box::new(Subject {
                chain,
                document: None,
                record: subject.record.clone(),
            }))
        }
        Owner::New(customer) => Owner::New(customer.clone()),
    }
}
