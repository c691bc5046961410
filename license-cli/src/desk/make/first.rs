//! The license that follows no other: what is known of it without being said.

use license_core::Day;
use license_core::document::Flag;
use license_core::value::{Count, Email, Name};

use super::asked::Asked;
use super::base::Base;
use super::choice::Choice;
use super::contract::contract;
use super::draft::Draft;
use super::owner::Owner;
use crate::desk::days;
use crate::desk::opened::OpenDesk;
use crate::desk::order::{Renewed, Requests, Seats};
use crate::desk::rules::Rule;
use crate::desk::wanted::Wanted;
use crate::problem::{Failure, Problem};
use crate::registry::What;

/// The draft of a license that follows no other, once everything was said.
///
/// # Errors
/// `desk_missing` where it was not.
pub(crate) fn first(
    desk: &mut OpenDesk,
    what: What,
    (owner, base): (Owner, Option<Base>),
    wanted: &Wanted,
    asked: Vec<Asked>,
) -> Result<Draft, Failure> {
    let requests = Asked::requests(&asked);
    let of_year = of_year(desk, wanted, base.as_ref())?;
    let wanted = &of_year;
    let renews = base.as_ref().filter(|base| base.license.from <= desk.today);
    let renews = renews.map(|base| Renewed::from(&base.license));
    let order = wanted.order(desk.now, requests.as_ref(), renews);
    let order = order.map_err(|_| Failure::new(Problem::DeskMissing, "a term is missing"))?;
    let choice = Choice::with(None, wanted);
    let choice =
        choice.ok_or_else(|| Failure::new(Problem::DeskMissing, "the policy is missing"))?;
    Ok(Draft::new(what, (owner, base), order, choice, asked))
}

/// What is wanted; where it begins a later year of a contract, the seats before are its previous
/// users unless others were said.
fn of_year(desk: &mut OpenDesk, wanted: &Wanted, base: Option<&Base>) -> Result<Wanted, Failure> {
    let mut wanted = wanted.clone();
    let Some((base, from)) = base.zip(wanted.from) else { return Ok(wanted) };
    let contract = contract(desk, &base.row.chain())?;
    let begins = contract.as_ref().and_then(|it| it.beginning(from));
    if begins.is_some_and(|(number, _)| number > 1) && wanted.previous.users.is_none() {
        let sold = contract.as_ref().and_then(|it| it.with(base.license.from));
        let sold = sold.and_then(|(_, year)| year.seats.number());
        let is_temporary = base.license.has(Flag::TemporaryExtension);
        wanted.previous.users = if is_temporary { sold } else { base.license.seats.or(sold) };
    }
    Ok(wanted)
}

/// The seats and days of a recipe, where nobody said others: a year at most.
pub(crate) fn by_recipe(mut wanted: Wanted, rule: &Rule, today: Day) -> Wanted {
    let seats = rule.seats.and_then(Count::new).map(Seats::Number);
    wanted.seats = wanted.seats.or(seats);
    let from = wanted.from.unwrap_or(today);
    let days = rule.days.and_then(|days| days::days_from(from, days));
    let months = rule.months.and_then(|months| days::months_from(from, months));
    let until = [days::a_year_from(from), days, months].into_iter().flatten().min();
    Wanted { from: Some(from), until: wanted.until.or(until), ..wanted }
}

/// The owner, with the subscription that was named in the place of the only one.
///
/// # Errors
/// `desk_several` where the customer has several, and none was named.
pub(crate) fn of_subscription(owner: Owner, wanted: &Wanted) -> Result<Owner, Failure> {
    let Owner::Known(mut subject) = owner else { return Ok(owner) };
    if let Some(id) = &wanted.references.subscription_id {
        subject.chain.subscription = id.to_string();
    } else if subject.chain.subscription.is_empty() && subject.record.subscriptions.len() > 1 {
        let ids: Vec<&str> = subject.record.subscriptions.iter().map(|it| it.id.as_str()).collect();
        let found = format!("{} has several subscriptions: {}", subject.words(), ids.join(", "));
        return Err(Failure::new(Problem::DeskSeveral, found)
            .hint("name one with `--subscription-id`; a new id begins a new subscription"));
    }
    Ok(Owner::Known(subject))
}

/// What is known and need not be said: by the request, the last license, the only contact.
pub(crate) fn known(
    wanted: Wanted,
    requests: Option<&Requests>,
    (owner, base): (&Owner, Option<&Base>),
) -> Wanted {
    let mut wanted = wanted.or_of(requests);
    if let Some(base) = base {
        wanted.company = wanted.company.or_else(|| Some(base.license.company.clone()));
        wanted.name = wanted.name.or_else(|| Some(base.license.name.clone()));
        wanted.email = wanted.email.or_else(|| Some(base.license.email.clone()));
    }
    with_contact(wanted, owner)
}

fn with_contact(mut wanted: Wanted, owner: &Owner) -> Wanted {
    let contacts = owner.subject().map(|subject| subject.record.contacts.as_slice());
    let [contact] = contacts.unwrap_or_default() else {
        wanted.company = wanted.company.or_else(|| Name::new(owner.customer().name.clone()).ok());
        return wanted;
    };
    wanted.company = wanted.company.or_else(|| Name::new(contact.company.clone()).ok());
    wanted.name = wanted.name.or_else(|| Name::new(contact.name.clone()).ok());
    wanted.email = wanted.email.or_else(|| Email::new(contact.mail.clone()).ok());
    wanted
}
