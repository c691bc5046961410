//! `airlock desk trial`

use clap::Args;
use license_core::Day;
use license_core::document::Flag;

use crate::cli::asking;
use crate::cli::making::MakingOptions;
use crate::cli::options::day;
use crate::cli::requests::RequestOptions;
use crate::desk::make::{self, Asked, Base, Draft, Owner};
use crate::desk::opened::OpenDesk;
use crate::desk::subject::Subject;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::What;
use crate::view::answer::Answer;
use crate::view::made;

use super::options::{AtDesk, Following};

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The customer, the subscription or the license: ids, their beginning, or names
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    desk: AtDesk,
}

#[derive(Debug, Args)]
pub(crate) struct Extend {
    /// The trial's license, or its subscription or customer
    #[arg(value_name = "ID")]
    id: String,
    /// The first day no longer good: today or later, and later than the trial's end
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Day,
    #[command(flatten)]
    request: RequestOptions,
    #[command(flatten)]
    making: MakingOptions,
    #[command(flatten)]
    desk: AtDesk,
}

/// Shows the trials of a customer.
pub(super) fn show(options: &Show) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let trials = make::trials(&mut desk, &subject)?;
    Ok(made::trials(&subject.words(), &trials, desk.today))
}

/// Makes a license for a trial that goes on until a later day; the old one is not edited.
pub(super) fn extend(options: &Extend) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let asked = options.request.asked(&mut desk)?;
    options.making.make_of(&mut desk, subject, |desk, subject| {
        let (owner, base) = trial(desk, subject)?;
        make::refuse_past(options.until, base.license.until, desk.today)?;
        let order = make::extended(&base, options.until, desk.now);
        let choice = base.next_choice(&Wanted::default())?;
        let times_extended = Some(make::times_extended(desk, &base.row.chain())?);
        let what = What::TrialExtended;
        let draft = Draft::new(what, (owner, Some(base)), order, choice, asked.clone());
        Ok(Draft { times_extended, ..draft })
    })
}

/// Makes the paid license after a trial.
pub(super) fn convert(options: &Following) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = asking::sold(&mut desk, &options.id)?;
    let asked = options.request.asked(&mut desk)?;
    let requests = Asked::requests(&asked);
    let wanted = options.wanted()?.or_of(requests.as_ref());
    options.making.make_of(&mut desk, subject, |desk, subject| {
        let (owner, base) = trial(desk, subject)?;
        let offered = asking::policy_of(desk, &owner)?;
        let policy = wanted.policy.clone().or_else(|| Some(offered.to_owned()));
        let wanted = Wanted { policy, ..wanted.clone() };
        let order = make::converted(&base, &wanted, (desk.now, desk.today))?;
        let order = make::answering(order, requests.as_ref());
        let choice = base.next_choice(&wanted)?;
        let (what, base) = (What::TrialConverted, Some(base));
        Ok(Draft::new(what, (owner, base), order, choice, asked.clone()))
    })
}

/// The trial that is meant, and whose it is.
fn trial(desk: &mut OpenDesk, subject: Subject) -> Result<(Owner, Base), Failure> {
    let base = Base::of(desk, &subject)?;
    if base.license.has(Flag::Trial) {
        return Ok((Owner::of(subject, &base), base));
    }
    let found = format!("license {} is no trial", base.row.id);
    Err(Failure::new(Problem::DeskNoTrial, found))
}
