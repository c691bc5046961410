//! `airlock desk issue`, and the trial that begins like it.

use std::path::PathBuf;

use clap::Args;
use license_core::Day;
use license_core::document::{Flag, Plan};

use crate::cli::asking::{self, Named, Offer, customer_type};
use crate::cli::making::MakingOptions;
use crate::cli::prompt;
use crate::cli::recipe::Recipe;
use crate::cli::requests;
use crate::cli::terms::Terms;
use crate::cli::years::AtOnce;
use crate::desk::days;
use crate::desk::make::{self, Asked, Base, Choice, Contract, Draft, MOST_YEARS, Owner, Year};
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Order, Seats};
use crate::desk::policies;
use crate::desk::rules::Job;
use crate::desk::types::CustomerType;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::What;
use crate::view::answer::Answer;

use super::options::AtDesk;

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The instance's request: a file, or the id of one that was received; several times for its
    /// spare, standby and staging instances, the billed one first
    #[arg(long, value_name = "FILE|ID", help_heading = "Request")]
    request: Vec<PathBuf>,
    /// Whose license it is: name, CRM or billing id, subscription [default: whose instance asks]
    #[arg(long, value_name = "NAME|ID", help_heading = "Customer")]
    customer: Option<String>,
    /// The type of a customer who is new, such as offline; `airlock desk issue` enters them
    #[arg(long = "type", value_name = "TYPE", value_parser = customer_type)]
    #[arg(help_heading = "Customer")]
    kind: Option<CustomerType>,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    making: MakingOptions,
    #[command(flatten)]
    desk: AtDesk,
}

#[derive(Debug, Args)]
pub(crate) struct IssueAs {
    /// By the recipe of such licenses, whose seats and days stand in the rules
    #[arg(long = "as", value_name = "RECIPE", value_enum, help_heading = "Terms")]
    recipe: Option<Recipe>,
    #[command(flatten)]
    years: Years,
    #[command(flatten)]
    issue: Issue,
}

/// The years of one contract.
#[derive(Debug, Args)]
#[command(next_help_heading = "Years")]
struct Years {
    /// Make the licenses of a contract of so many years, 2 to 10, from --from on, with the seats of
    /// each: --seats 50,60,60. The first is made now; `airlock desk renew` makes each later one,
    /// once what is owed is paid
    #[arg(long, value_name = "N", value_parser = years)]
    #[arg(conflicts_with_all = ["until", "recipe"])]
    years: Option<usize>,
    /// Make all of them now, each waiting for its day, and write them as one text
    #[arg(long, value_name = "FILE", requires = "years")]
    #[arg(conflicts_with_all = ["each", "out", "text"])]
    pouch: Option<PathBuf>,
    /// Make all of them now, and write a file each into this folder
    #[arg(long, value_name = "DIR", requires = "years", conflicts_with = "out")]
    each: Option<PathBuf>,
}

impl Years {
    /// Where all of them are written; `None` where they are made one after the other.
    fn at_once(&self) -> Option<AtOnce<'_>> {
        let pouch = self.pouch.as_deref().map(AtOnce::Pouch);
        pouch.or(self.each.as_deref().map(AtOnce::Each))
    }
}

fn years(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|years| (2..=MOST_YEARS).contains(years));
    number.ok_or_else(|| format!("expected a whole number of years, 2 to {MOST_YEARS}"))
}

/// What kind of license is issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    License,
    By(Recipe),
    Trial,
}

/// Makes a license that follows no other.
pub(super) fn issue_as(options: &IssueAs) -> Result<Answer, Failure> {
    match options.years.years {
        Some(number) => issue_years(options, number),
        None => issue(&options.issue, options.recipe.map_or(Sort::License, Sort::By)),
    }
}

/// Makes the first license of a contract, or all of them.
fn issue_years(options: &IssueAs, number: usize) -> Result<Answer, Failure> {
    let (years, options) = (&options.years, &options.issue);
    let mut desk = options.desk.open()?;
    let (mut wanted, seats) = options.terms.of_years(number)?;
    wanted.until = wanted.from.and_then(days::a_year_from);
    let (asked, owner) = asked(&mut desk, options, &wanted, Sort::License)?;
    let of_years = |desk: &mut OpenDesk, owner: Owner| {
        let draft = draft(desk, (owner, asked.clone()), wanted.clone(), Sort::License)?;
        let seats = match seats.as_slice() {
            [] => vec![draft.order.seats; number],
            seats => seats.to_vec(),
        };
        let contract = Contract::new(draft.order.term.from, &seats)?;
        let Year { seats, term } = *contract.first();
        let order = Order { seats, term, ..draft.order };
        let own = Some(contract.clone());
        Ok((Draft { order, job: Some(Job::Years), contract: own, ..draft }, contract))
    };
    match years.at_once() {
        None => {
            let first = |desk: &mut OpenDesk, owner| of_years(desk, owner).map(|(draft, _)| draft);
            options.making.make_for(&mut desk, owner, first)
        }
        Some(place) => options.making.make_all_for(&mut desk, (owner, place), of_years),
    }
}

/// Gives a trial.
pub(super) fn trial(options: &Issue) -> Result<Answer, Failure> {
    issue(options, Sort::Trial)
}

/// Makes a license that follows no other; beside one of the same subscription it is shown as a
/// difference.
fn issue(options: &Issue, sort: Sort) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let wanted = options.terms.wanted()?;
    let (asked, owner) = asked(&mut desk, options, &wanted, sort)?;
    options.making.make_for(&mut desk, owner, |desk, owner| {
        draft(desk, (owner, asked.clone()), wanted.clone(), sort)
    })
}

/// The requests that are answered, and whose license it is.
fn asked(
    desk: &mut OpenDesk,
    options: &Issue,
    wanted: &Wanted,
    sort: Sort,
) -> Result<(Vec<Asked>, Owner), Failure> {
    let asked = requests::read(desk, &options.request)?;
    let requests = Asked::requests(&asked);
    let usual = match sort {
        Sort::By(_) => Some(CustomerType::Community),
        Sort::License | Sort::Trial => None,
    };
    let named = Named { customer: options.customer.as_deref(), kind: options.kind.or(usual) };
    let billed = requests.as_ref().map(|requests| &requests.billed);
    let owner = asking::owner(desk, &named, billed)?;
    let owner = make::of_subscription(owner, wanted)?;
    Ok((asked, owner))
}

/// What is to be made, with whatever was not said.
fn draft(
    desk: &mut OpenDesk,
    (owner, asked): (Owner, Vec<Asked>),
    wanted: Wanted,
    sort: Sort,
) -> Result<Draft, Failure> {
    let requests = Asked::requests(&asked);
    let base = match owner.subject() {
        Some(subject) => Base::last(desk, subject)?,
        None => None,
    };
    let wanted = make::known(wanted, requests.as_ref(), (&owner, base.as_ref()));
    let wanted = match sort {
        Sort::Trial => {
            Wanted { policy: wanted.policy.or_else(|| Some(TRIAL.to_owned())), ..wanted }
        }
        Sort::License | Sort::By(_) => wanted,
    };
    let is_trial = wanted.policy.as_deref() == Some(TRIAL);
    let offer = offer(desk, &owner, base.as_ref(), is_trial)?;
    let wanted = match sort {
        Sort::By(recipe) => {
            make::by_recipe(wanted, desk.desk.rules()?.rule(recipe.job()), desk.today)
        }
        Sort::License | Sort::Trial if is_trial => usual_trial(wanted, &offer),
        Sort::License | Sort::Trial => wanted,
    };
    let wanted = asking::complete(wanted, &offer)?;
    let what = match sort {
        Sort::License | Sort::By(_) => What::Issued,
        Sort::Trial => What::TrialGiven,
    };
    let draft = make::first(desk, what, (owner, base), &wanted, asked)?;
    if sort == Sort::Trial {
        refuse_paid(desk, &draft.choice)?;
    }
    let job = match sort {
        Sort::By(recipe) => Some(recipe.job()),
        Sort::License | Sort::Trial => None,
    };
    Ok(Draft { job, ..draft })
}

/// Refuses a policy whose licenses are no trials.
fn refuse_paid(desk: &OpenDesk, choice: &Choice) -> Result<(), Failure> {
    let policy = choice.load(desk)?;
    if policy.flags.contains(&Flag::Trial) {
        return Ok(());
    }
    let found = format!("policy {} makes no trial: it has no flag trial", policy.name);
    Err(Failure::new(Problem::Options, found).hint(
        "leave `--policy` out for a trial; `airlock desk issue` makes a license that is no trial",
    ))
}

/// A trial of the usual days, where nobody can be asked whether they are meant.
fn usual_trial(mut wanted: Wanted, offer: &Offer) -> Wanted {
    if !prompt::is_terminal() {
        wanted.from = wanted.from.or(Some(offer.from));
        wanted.until = wanted.until.or_else(|| wanted.from.and_then(offer.until));
    }
    wanted
}

const TRIAL: &str = "gitlab-trial";
/// Days of a trial.
const TRIAL_DAYS: u32 = 30;

/// What is offered: the last license's policy, plan and seats; else a policy that fits the
/// customer's type.
fn offer(
    desk: &OpenDesk,
    owner: &Owner,
    base: Option<&Base>,
    is_trial: bool,
) -> Result<Offer, Failure> {
    let before = base.map(|base| base.license.policy.name.to_string());
    let policy = match before.as_deref() {
        _ if is_trial => TRIAL.to_owned(),
        // What the customer has goes on, unless it was a trial or a file of the vendor's own.
        Some(name) if policies::names().contains(&name) && !policies::is_trial(name) => {
            name.to_owned()
        }
        Some(_) | None => asking::policy_of(desk, owner)?.to_owned(),
    };
    let plan: Option<Plan> = base.map(|base| base.license.plan);
    let seats = base.map(|base| Seats::of(base.license.seats));
    let until: fn(Day) -> Option<Day> =
        if is_trial { |day| days::days_from(day, TRIAL_DAYS) } else { days::a_year_from };
    Ok(Offer { policy, plan, seats, from: desk.today, until })
}
