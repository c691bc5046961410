//! `airlock desk renew`

use crate::desk::make::{self, Asked, Base, Draft, Owner};
use crate::desk::rules::Job;
use crate::desk::subject;
use crate::problem::Failure;
use crate::registry::What;
use crate::view::answer::Answer;

use super::options::Following;

/// Makes the license for the next term.
pub(super) fn renew(options: &Following) -> Result<Answer, Failure> {
    let mut desk = options.desk.open()?;
    let subject = subject::find(desk.registry.as_mut(), &options.id)?;
    let base = Base::of(&mut desk, &subject)?;
    let asked = options.request.asked(&mut desk)?;
    let requests = Asked::requests(&asked);
    let wanted = options.wanted()?.or_of(requests.as_ref());
    let sold = base.extends(&mut desk, &subject)?;
    let last = sold.as_ref().unwrap_or(&base);
    let contract = make::contract(&mut desk, &base.row.chain())?;
    let from = wanted.from.unwrap_or(last.license.until);
    let year = contract.as_ref().and_then(|it| it.beginning(from)).map(|(_, year)| *year);
    let wanted = year.map_or_else(|| wanted.clone(), |year| year.fill(wanted.clone()));
    let order = make::renewed((&base, last), &wanted, desk.now)?;
    let order = make::answering(order, requests.as_ref());
    let choice = base.next_choice(&wanted)?;
    let owner = Owner::of(subject, &base);
    let what = What::Renewed;
    let base = Some(base);
    let draft = Draft::new(what, (owner, base), order, choice, asked);
    let contract = contract.filter(|_| year.is_some());
    let job = contract.as_ref().map(|_| Job::Years);
    options.making.make(&mut desk, Draft { job, contract, ..draft })
}
