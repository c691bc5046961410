//! What an order lacks, asked for on the terminal with a default from what is known.

use license_core::Day;
use license_core::document::{Plan, Request};

use crate::cli::options;
use crate::cli::prompt::{self, Question};
use crate::cli::terms::option_of;
use crate::desk::make::{self, Owner};
use crate::desk::opened::OpenDesk;
use crate::desk::order::Seats;
use crate::desk::policies;
use crate::desk::receive::Likely;
use crate::desk::subject::{self, Subject};
use crate::desk::types::{CustomerType, Right, Types};
use crate::desk::wanted::{Missing, Wanted};
use crate::problem::{Failure, Problem};
use crate::registry::{Subscription, SubscriptionState};
use crate::view::wrapped::paragraphs;

/// The option that names a customer.
const CUSTOMER: &str = "--customer";

/// What is offered where nothing was said.
pub(crate) struct Offer {
    pub(crate) policy: String,
    pub(crate) plan: Option<Plan>,
    pub(crate) seats: Option<Seats>,
    pub(crate) from: Day,
    /// The end of a term that begins on this day.
    pub(crate) until: fn(Day) -> Option<Day>,
}

/// The order with whatever it lacked.
///
/// # Errors
/// `desk_missing` naming the option, where nobody can be asked; `not_confirmed` for Ctrl-C.
pub(crate) fn complete(wanted: Wanted, offer: &Offer) -> Result<Wanted, Failure> {
    refuse_several(&wanted)?;
    let mut wanted = wanted;
    if wanted.company.is_none() {
        let parse = |text: &str| options::name("--company", text).map_err(|it| it.message);
        wanted.company = Some(ask(Missing::Company, None, parse)?);
    }
    if wanted.name.is_none() {
        let parse = |text: &str| options::name("--name", text).map_err(|it| it.message);
        wanted.name = Some(ask(Missing::Name, None, parse)?);
    }
    if wanted.email.is_none() {
        let parse = |text: &str| options::email(text).map_err(|it| it.message);
        wanted.email = Some(ask(Missing::Email, None, parse)?);
    }
    let wanted = with_policy(wanted, offer)?;
    with_term(wanted, offer)
}

/// Names all options that are missing at once, where nobody can be asked for one after the other.
fn refuse_several(wanted: &Wanted) -> Result<(), Failure> {
    let missing = wanted.missing();
    if prompt::is_terminal() || missing.len() < 2 {
        return Ok(());
    }
    let options: Vec<&str> = missing.into_iter().map(option_of).collect();
    let found = format!("{} are missing, and no terminal is there to ask", options.join(", "));
    Err(Failure::new(Problem::DeskMissing, found))
}

fn with_policy(mut wanted: Wanted, offer: &Offer) -> Result<Wanted, Failure> {
    if wanted.policy.is_none() {
        let parse = |text: &str| match text {
            "" => Err("expected a policy's name, or a file".to_owned()),
            // Whether it can be read is found out now, and not when all is answered.
            name => policies::load(name, &[]).map(|_| name.to_owned()).map_err(|it| {
                format!("{}; shipped are {}", it.message, policies::names().join(", "))
            }),
        };
        wanted.policy = Some(ask(Missing::Policy, Some(&offer.policy), parse)?);
    }
    if wanted.plan.is_none() {
        let offered = offer.plan.map(|plan| plan.to_string());
        wanted.plan = Some(ask(Missing::Plan, offered.as_deref(), options::plan)?);
    }
    if wanted.seats.is_none() {
        let offered = offer.seats.map(|seats| match seats {
            Seats::Number(seats) => seats.to_string(),
            Seats::Unlimited => "unlimited".to_owned(),
        });
        wanted.seats = Some(ask(Missing::Seats, offered.as_deref(), seats)?);
    }
    Ok(wanted)
}

fn with_term(mut wanted: Wanted, offer: &Offer) -> Result<Wanted, Failure> {
    if wanted.from.is_none() {
        wanted.from = Some(ask(Missing::From, Some(&offer.from.to_string()), options::day)?);
    }
    if wanted.until.is_none() {
        let offered = wanted.from.and_then(offer.until).map(|day| day.to_string());
        wanted.until = Some(ask(Missing::Until, offered.as_deref(), options::day)?);
    }
    Ok(wanted)
}

fn seats(text: &str) -> Result<Seats, String> {
    match text {
        "unlimited" => Ok(Seats::Unlimited),
        number => options::count(number)
            .map(Seats::Number)
            .map_err(|why| format!("{why}, or the word unlimited")),
    }
}

fn ask<T>(
    missing: Missing,
    offered: Option<&str>,
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> Result<T, Failure> {
    let text = match missing {
        Missing::Company => "The licensee's company?",
        Missing::Name => "The licensee's contact?",
        Missing::Email => "The contact's mail address?",
        Missing::Policy => "The policy?",
        Missing::Plan => "The plan?",
        Missing::Seats => "The seats?",
        Missing::From => "The first day?",
        Missing::Until => "The first day no longer good?",
    };
    prompt::text(Question { text, option: option_of(missing) }, offered, parse)
}

/// Who is named, and what type they are if they are new.
pub(crate) struct Named<'a> {
    pub(crate) customer: Option<&'a str>,
    pub(crate) kind: Option<CustomerType>,
}

/// Whose license it is: who was named; else whose instance asks; else whoever is asked says it.
///
/// # Errors
/// `desk_not_found`, `desk_several`; `desk_missing` naming the option, where nobody can be asked.
pub(crate) fn owner(
    desk: &mut OpenDesk,
    named: &Named<'_>,
    request: Option<&Request>,
) -> Result<Owner, Failure> {
    if let Some(text) = named.customer {
        return by_name(desk, (CUSTOMER, text), named.kind);
    }
    if let Some(request) = request
        && let Some(subject) = make::of_request(desk, request)?
    {
        return Ok(Owner::Known(Box::new(subject)));
    }
    match request {
        Some(request) => whose(desk, request, (None, named.kind)),
        None => {
            let text = "For which customer (name or id)?";
            ask_owner(desk, Question { text, option: CUSTOMER }, None, named.kind)
        }
    }
}

/// Whose a request is that nobody knows, as somebody says; whoever has its mail domain is offered,
/// or its company where nobody is called so.
///
/// # Errors
/// As [`owner`].
pub(crate) fn whose(
    desk: &mut OpenDesk,
    request: &Request,
    (likely, kind): (Option<&Likely>, Option<CustomerType>),
) -> Result<Owner, Failure> {
    let question = Question { text: "Whose request is it (name or id)?", option: CUSTOMER };
    let offered = match likely {
        // Two companies may be called the same: that one is meant has to be said.
        Some(likely) => likely.by_mail.then_some(likely.name.as_str()),
        None => Some(request.company.as_str()),
    };
    ask_owner(desk, question, offered, kind)
}

/// Whom a verb is about; where a text may mean several, whoever is at the terminal says which.
///
/// # Errors
/// As [`subject::find`]; `not_confirmed` for Ctrl-C.
pub(crate) fn subject(desk: &mut OpenDesk, text: &str) -> Result<Subject, Failure> {
    let question = Question { text: "Which one is meant (id)?", option: "ID" };
    let mut found = subject::find(desk.registry.as_mut(), text);
    loop {
        match found {
            Err(several) if several.problem == Problem::DeskSeveral && prompt::is_terminal() => {
                prompt::show(&paragraphs(&several.to_string(), 0));
                let id = prompt::text(question, None, named)?;
                found = subject::find(desk.registry.as_mut(), &id);
            }
            found => return found,
        }
    }
}

/// The same, of a verb that is about one subscription: of several that go on, whoever is at the
/// terminal says which.
///
/// # Errors
/// As [`subject`].
pub(crate) fn sold(desk: &mut OpenDesk, text: &str) -> Result<Subject, Failure> {
    let mut subject = subject(desk, text)?;
    let active: Vec<&Subscription> = subject
        .record
        .subscriptions
        .iter()
        .filter(|it| it.state == SubscriptionState::Active)
        .collect();
    if !subject.chain.subscription.is_empty() || active.len() < 2 || !prompt::is_terminal() {
        return Ok(subject);
    }
    let customer = &subject.record.customer.name;
    let text = format!("Which subscription of {customer}?");
    let question = Question { text: &text, option: "ID" };
    let choices = active.iter().map(|it| {
        let named = it.name.as_ref().map(|name| format!(", {name}")).unwrap_or_default();
        format!("{}{named}", it.id)
    });
    let chosen = prompt::choose(question, choices.collect(), 0)?;
    if let Some(chosen) = active.get(chosen).map(|it| it.id.clone()) {
        subject.chain.subscription = chosen;
    }
    Ok(subject)
}

fn named(text: &str) -> Result<String, String> {
    match text {
        "" => Err("expected a name or an id".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// Asks for a customer, and again where a name is that of several, or of somebody else than was
/// meant.
fn ask_owner(
    desk: &mut OpenDesk,
    question: Question<'_>,
    offered: Option<&str>,
    kind: Option<CustomerType>,
) -> Result<Owner, Failure> {
    loop {
        let text = prompt::text(question, offered, named)?;
        match by_name(desk, (CUSTOMER, &text), kind) {
            Err(failure) if failure.problem == Problem::DeskSeveral => {
                prompt::show(&paragraphs(&failure.to_string(), 0));
            }
            // Shown before the question whether it is a new one.
            Err(failure) if failure.problem == Problem::DeskNotFound => {
                if subject::is_like_id(&text) {
                    prompt::show(&paragraphs(&failure.to_string(), 0));
                }
            }
            owner => return owner,
        }
    }
}

/// Who is meant by a name. One who is not there is entered, once somebody said of which type.
pub(crate) fn by_name(
    desk: &mut OpenDesk,
    (option, text): (&str, &str),
    kind: Option<CustomerType>,
) -> Result<Owner, Failure> {
    let unknown = match subject::find(desk.registry.as_mut(), text) {
        Ok(subject) => return same_type(subject, kind),
        Err(failure) if failure.problem == Problem::DeskNotFound => failure,
        Err(failure) => return Err(failure),
    };
    if subject::is_like_id(text) {
        let hint = "this looks like the beginning of an id, not like the name of somebody new: \
                    `airlock desk find WORDS` has the ids";
        return Err(unknown.hint(hint));
    }
    let kind = match kind {
        Some(kind) => kind,
        None if prompt::is_terminal() => {
            prompt::show(&paragraphs(&unknown.to_string(), 0));
            match ask_type(desk)? {
                Some(kind) => kind,
                None => return Err(unknown),
            }
        }
        None => {
            let hint = "`airlock desk find WORDS` finds a name that is spelt otherwise; for a new \
                        customer give `--type TYPE`";
            return Err(unknown.hint(hint));
        }
    };
    let name = options::name(option, text)?;
    Ok(Owner::New(make::enter(name.as_str(), kind)?))
}

/// A customer who is there already, and is of the type that was given.
fn same_type(subject: Subject, kind: Option<CustomerType>) -> Result<Owner, Failure> {
    let customer = &subject.record.customer;
    match kind.map(CustomerType::name).filter(|name| *name != customer.customer_type) {
        None => Ok(Owner::Known(Box::new(subject))),
        Some(other) => {
            let found = format!(
                "customer {:?} is of the type {}, found --type {other}",
                customer.name, customer.customer_type
            );
            Err(Failure::new(Problem::Options, found)
                .hint("leave `--type` out: it is for new customers"))
        }
    }
}

/// The policy that is offered to a customer: the offline cloud license where their type has cloud
/// licensing, else the license file.
pub(crate) fn policy_of(desk: &OpenDesk, owner: &Owner) -> Result<&'static str, Failure> {
    let kind = CustomerType::parse(&owner.customer().customer_type);
    let types = types(desk)?;
    let row = kind.and_then(|kind| types.row(kind));
    let cloud = row.is_some_and(|row| row.has(Right::CloudLicensing));
    Ok(if cloud { "gitlab-offline-cloud" } else { "gitlab-legacy" })
}

fn types(desk: &OpenDesk) -> Result<Types, Failure> {
    match &desk.desk.types {
        Some(path) => Types::read(path),
        None => Types::shipped(),
    }
}

/// The type of a customer who is new; `None` where it is none who is new.
fn ask_type(desk: &OpenDesk) -> Result<Option<CustomerType>, Failure> {
    let types = types(desk)?;
    let title = |kind: &CustomerType| {
        let title = types.row(*kind).map(|row| row.title.clone()).unwrap_or_default();
        format!("{}: {title}", kind.name())
    };
    let choices: Vec<String> =
        CustomerType::ALL.iter().map(title).chain(["no: it is another name".to_owned()]).collect();
    let question = Question { text: "A new customer. Of which type?", option: "--type" };
    let index = prompt::choose(question, choices, 0)?;
    Ok(CustomerType::ALL.get(index).copied())
}

/// A type of customer as it is typed.
pub(crate) fn customer_type(text: &str) -> Result<CustomerType, String> {
    let names = CustomerType::ALL.map(CustomerType::name);
    CustomerType::parse(text).ok_or_else(|| options::names("a type", &names))
}
