//! `airlock desk extend`

use clap::Args;
use license_core::Day;
use license_core::document::Flag;
use license_core::value::Count;

use super::options::AtDesk;
use crate::cli::asking;
use crate::cli::making::MakingOptions;
use crate::cli::options::{count, day};
use crate::cli::requests::RequestOptions;
use crate::desk::make::{self, Asked, Base, Draft, Lasts, Owner};
use crate::desk::opened::OpenDesk;
use crate::desk::order::Seats;
use crate::desk::rules::{Job, Rules};
use crate::desk::subject::Subject;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::What;
use crate::view::answer::Answer;

#[derive(Debug, Args)]
pub(crate) struct Extend {
    /// The license, or its subscription or customer: ids, their beginning, or names
    #[arg(value_name = "ID")]
    id: String,
    /// How many days it lasts [default: as many as the rules allow]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(conflicts_with = "until", help_heading = "Terms")]
    days: Option<u32>,
    /// The first day no longer good
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "Terms")]
    until: Option<Day>,
    /// Other seats than before
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Terms")]
    seats: Option<Count>,
    /// It has ended, and nobody who may renew it is there: by the rules of an emergency
    #[arg(long, help_heading = "Terms")]
    emergency: bool,
    /// The users now, as the caller says; taken where no report or request of the last month tells
    /// more. It stays in the history, and is not signed
    #[arg(long, value_name = "N", value_parser = count, requires = "emergency")]
    #[arg(help_heading = "Terms")]
    users: Option<Count>,
    #[command(flatten)]
    request: RequestOptions,
    #[command(flatten)]
    making: MakingOptions,
    #[command(flatten)]
    desk: AtDesk,
}

impl Extend {
    fn lasts(&self) -> Lasts {
        match (self.days, self.until) {
            (Some(days), _) => Lasts::Days(days),
            (None, Some(day)) => Lasts::Until(day),
            (None, None) => Lasts::Longest,
        }
    }

    /// The job whose longest term is taken where none was named: where the first one can last no
    /// day any more, the next.
    fn job(&self, base: &Base, rules: &Rules, today: Day) -> Job {
        let is_first = !base.license.has(Flag::TemporaryExtension);
        match self.emergency {
            true => Job::Emergency,
            false if is_first && make::can_last(base, rules.rule(Job::Extend), today) => {
                Job::Extend
            }
            false => Job::ExtendFurther,
        }
    }
}

/// Makes a temporary license.
pub(super) fn extend(options: &Extend) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let asked = options.request.asked(&mut desk)?;
    options
        .making
        .make_of(&mut desk, subject, |desk, subject| draft(desk, options, subject, asked.clone()))
}

fn draft(
    desk: &mut OpenDesk,
    options: &Extend,
    subject: Subject,
    asked: Vec<Asked>,
) -> Result<Draft, Failure> {
    let base = Base::of(desk, &subject)?;
    if base.license.has(Flag::Trial) {
        let found = format!("license {} is a trial", base.row.id);
        return Err(Failure::new(Problem::DeskExtension, found));
    }
    let rules = desk.desk.rules()?;
    let wanted = Wanted { seats: options.seats.map(Seats::Number), ..Wanted::default() };
    let rule = rules.rule(options.job(&base, &rules, desk.today));
    let order = make::prolonged(&base, &wanted, (rule, options.lasts()), (desk.now, desk.today))?;
    let choice = base.next_choice(&wanted)?;
    let owner = Owner::of(subject, &base);
    let draft = Draft::new(What::Extended, (owner, Some(base)), order, choice, asked);
    let job = options.emergency.then_some(Job::Emergency);
    Ok(Draft { job, users_said: options.users, ..draft })
}
