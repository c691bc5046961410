//! `airlock desk agree`

use clap::{ArgGroup, Args, ValueEnum};
use license_core::Day;
use license_core::document::Plan;

use super::options::{AnywayOptions, AtDesk};
use crate::cli::asking;
use crate::cli::options::day;
use crate::desk::statement::{Currency, Money, Stop, known, plan};
use crate::desk::stating::{self, Agreement};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::desk::agreed;

/// Why quarters are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Hold {
    Credit,
    Support,
}

/// What is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Lift {
    Credit,
    Support,
    Pause,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
pub(crate) struct Agree {
    /// A subscription, or a customer with just one
    id: String,
    /// So many owed seats are waived, as an order of nothing
    #[arg(long, value_name = "SEATS", group = "what", help_heading = "Agreed")]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    waive: Option<u32>,
    /// The waived seats, or the refund, are of the term with this day [default: the last that has
    /// begun]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "Agreed")]
    #[arg(conflicts_with_all = ["pause", "hold", "lift", "price"])]
    term: Option<Day>,
    /// The whole subscription is refunded: nothing is owed of the term
    #[arg(long, group = "what", help_heading = "Agreed")]
    refund: bool,
    /// No quarter is reconciled until the renewal
    #[arg(long, group = "what", help_heading = "Agreed")]
    pause: bool,
    /// No quarter is reconciled until that is lifted
    #[arg(long, value_name = "WHY", value_enum, group = "what", help_heading = "Agreed")]
    hold: Option<Hold>,
    /// Quarters are reconciled again: this hold, or the pause, is over
    #[arg(long, value_name = "WHAT", value_enum, group = "what", help_heading = "Agreed")]
    lift: Option<Lift>,
    /// What a seat costs for twelve months in the last order; of one plan: premium=348.00
    #[arg(long, value_name = "[PLAN=]AMOUNT", group = "what", help_heading = "Agreed")]
    price: Option<String>,
    /// The currency of the price
    #[arg(long, value_name = "CODE", value_parser = known, requires = "price")]
    #[arg(default_value = "USD", help_heading = "Agreed")]
    currency: Currency,
    #[command(flatten)]
    why: AnywayOptions,
    #[command(flatten)]
    desk: AtDesk,
}

impl Agree {
    fn agreement(&self) -> Result<Agreement, Failure> {
        if let Some(typed) = &self.price {
            let (plan, money) = price(typed, self.currency).map_err(|wrong| {
                Failure::new(Problem::Options, format!("--price: {wrong}"))
                    .hint("for example --price premium=348.00")
            })?;
            return Ok(Agreement::Price(plan, money));
        }
        if let Some(seats) = self.waive {
            return Ok(Agreement::Waive(seats, self.term));
        }
        let lift = self.lift.map(|lift| match lift {
            Lift::Credit => Agreement::Lift(Stop::CreditHold),
            Lift::Support => Agreement::Lift(Stop::SupportHold),
            Lift::Pause => Agreement::Lift(Stop::Pause),
        });
        let hold = self.hold.map(|hold| match hold {
            Hold::Credit => Agreement::Stop(Stop::CreditHold),
            Hold::Support => Agreement::Stop(Stop::SupportHold),
        });
        let pause = self.pause.then_some(Agreement::Stop(Stop::Pause));
        Ok(lift.or(hold).or(pause).unwrap_or(Agreement::Refund(self.term)))
    }
}

fn price(typed: &str, currency: Currency) -> Result<(Option<Plan>, Money), String> {
    let (of, amount) = match typed.split_once('=') {
        Some((name, amount)) => (Some(plan(name)?), amount),
        None => (None, typed),
    };
    Ok((of, Money::parse(amount, currency)?))
}

/// Keeps what was agreed.
pub(crate) fn agree(options: &Agree) -> Result<Answer, Failure> {
    let agreement = options.agreement()?;
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let why = options.why.why();
    let term = stating::agree(&mut desk, &subject, &agreement, (&why, options.why.anyway))?;
    Ok(agreed::answer(&subject.words(), &agreement, &term, &why))
}
