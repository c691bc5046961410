//! Requests: whose each is, and what is entered with it.

use license_core::document::{Kind, Request};
use license_core::verify::{SelfSigned, verify_request};
use serde_json::json;

use super::arrived::Arrived;
use super::findings::Licenses;
use super::looked::{Batch, Looked, Ready, Said, Unowned, change, told};
use super::meaning;
use super::told::{Meaning, Note, Outcome, Owned, Step, Told};
use super::whose::{self, By, Whose};
use crate::desk::entry;
use crate::desk::filing;
use crate::desk::make::{self, Owner};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::subject;
use crate::desk::whom::Whom;
use crate::problem::{Failure, Problem};
use crate::registry::{
    Chain, Contact, Customer, DocumentRow, ENTERED, Instance, Record, RecordId, Write, folded,
};

/// Whose a request is, once that is decided.
struct Decided {
    customer: Customer,
    /// The chain that it is filed in.
    chain: Chain,
    by: By,
    is_new: bool,
}

/// Looks at a request.
pub(super) fn look(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    batch: &mut Batch,
    (arrived, request, said): (Arrived, &SelfSigned<Request>, &Said),
) -> Result<Looked, Failure> {
    let whose = whose::whose(&mut *desk.registry, &mut batch.records, request)?;
    let decided = match decide(desk, batch, whose, said.named.as_ref())? {
        Ok(decided) => decided,
        Err(Undecided::Other(failure)) => {
            let what = Some((Kind::Request, request.id()));
            let told = told(&arrived, what, Outcome::NotFiled(failure));
            return Ok(told.into());
        }
        Err(Undecided::Unknown(among)) => {
            let request = request.clone();
            return Ok(Looked::Unowned(Box::new(Unowned { arrived, request, among })));
        }
    };
    file(desk, opened, batch, (arrived, request, &said.why, decided))
}

/// Looks at a request of the customer who was named, whatever the registry knows of it.
pub(super) fn look_named(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    batch: &mut Batch,
    (arrived, request, owner, why): (Arrived, &SelfSigned<Request>, &Owner, &Why),
) -> Result<Looked, Failure> {
    let decided = named_owner(desk, batch, owner)?;
    file(desk, opened, batch, (arrived, request, why, decided))
}

/// What files a request, once it is decided whose it is.
fn file(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    batch: &mut Batch,
    (arrived, request, why, decided): (Arrived, &SelfSigned<Request>, &Why, Decided),
) -> Result<Looked, Failure> {
    let record = batch.records.get(&mut *desk.registry, decided.customer.id)?;
    let of_record = (record.as_deref(), decided.chain.subscription.as_str());
    let (bound, named) = is_bound(desk, opened, of_record, request)?;
    let (meaning, step) = meaning::request(request, of_record, bound, desk.today);
    let notes =
        record.as_deref().map(|it| meaning::of_request(request, it, meaning.license.as_ref()));
    let mut notes = notes.unwrap_or_default();
    // A key that the license names is no key made anew: two instances may have one id.
    notes.retain(|note| !named || !matches!(note, Note::OtherKey { .. }));
    if let Some(id) = request.license
        && whose::license(&mut *desk.registry, id)?.is_none()
    {
        notes.push(Note::LicenseUnknown(id));
    }
    let told = Told {
        owned: Some(owned(&decided, record.as_deref())),
        meaning: Some(Meaning::Request(meaning)),
        notes,
        next: Some(step),
        ..told(&arrived, Some((Kind::Request, request.id())), Outcome::Filed)
    };
    // Whoever is named takes nobody's word for it that the instance is theirs, but where there is
    // none yet.
    let first = record.as_deref().is_none_or(|it| it.instances.is_empty());
    let sure = (decided.by == By::Named && first) || (decided.by == By::License && bound);
    let filed = filing::request(request, &arrived.bytes, &decided.chain);
    let writes = entered(&decided, record.as_deref(), request, sure)?;
    let detail = decided.is_new.then(|| json!({ ENTERED: entry::entered(&decided.customer) }));
    let mut change = change(desk, (decided.chain, record.as_deref()), writes, (filed, why));
    change.event.detail = detail.map(|detail| detail.to_string());
    Ok(Looked::File(Box::new(Ready { arrived, told, change, moved: None })))
}

/// What is to be done with a request that is filed.
///
/// # Errors
/// Those of a registry whose documents cannot be opened.
pub(crate) fn next_of(
    desk: &mut OpenDesk,
    record: &Record,
    row: &DocumentRow,
) -> Result<Step, Failure> {
    let request = verify_request(&make::file(desk, row)?, &desk.desk.anchors)?;
    let of_record = (Some(record), row.subscription.as_str());
    let (bound, _) = is_bound(desk, &mut Licenses::default(), of_record, &request)?;
    Ok(meaning::request(&request, of_record, bound, desk.today).1)
}

/// Why it is not decided whose a request is.
enum Undecided {
    /// Several customers, or none.
    Unknown(Vec<String>),
    /// Of another customer than somebody said.
    Other(Failure),
}

fn decide(
    desk: &mut OpenDesk,
    batch: &mut Batch,
    whose: Whose,
    named: Option<&Owner>,
) -> Result<Result<Decided, Undecided>, Failure> {
    let known = |customer: &Customer, subscription: Option<String>, by| Decided {
        customer: customer.clone(),
        chain: Chain::of(customer.id, subscription.unwrap_or_default()),
        by,
        is_new: false,
    };
    let is_meant = match (&whose, named) {
        (Whose::Known { customer, .. }, Some(owner)) => is_meant(desk, batch, *customer, owner)?,
        (Whose::Known { .. } | Whose::Several(_) | Whose::Unknown, _) => true,
    };
    let (customer, by, subscription) = match (whose, named) {
        (Whose::Known { customer, .. }, Some(owner)) if !is_meant => {
            let names = names(desk, batch, &[customer])?;
            let other = other_customer(&names, owner.customer());
            return Ok(Err(Undecided::Other(other)));
        }
        (Whose::Known { customer, by, subscription }, _) => (customer, by, subscription),
        (Whose::Several(_) | Whose::Unknown, Some(owner)) => {
            return named_owner(desk, batch, owner).map(Ok);
        }
        (Whose::Several(customers), None) => {
            return Ok(Err(Undecided::Unknown(names(desk, batch, &customers)?)));
        }
        (Whose::Unknown, None) => return Ok(Err(Undecided::Unknown(Vec::new()))),
    };
    let Some(record) = batch.records.get(&mut *desk.registry, customer)? else {
        return Ok(Err(Undecided::Unknown(Vec::new())));
    };
    let own = || subject::chain_of(&record).subscription;
    let subscription = subscription.unwrap_or_else(own);
    Ok(Ok(known(&record.customer, Some(subscription), by)))
}

/// Whether this customer is the one who was named: also as a new one, whom another desk has entered
/// by that name meanwhile.
fn is_meant(
    desk: &mut OpenDesk,
    batch: &mut Batch,
    customer: RecordId,
    named: &Owner,
) -> Result<bool, Failure> {
    let Owner::New(new) = named else { return Ok(named.customer().id == customer) };
    let record = batch.records.get(&mut *desk.registry, customer)?;
    let is_called = |name: &str| folded(name) == folded(&new.name);
    Ok(new.id == customer || record.is_some_and(|record| is_called(&record.customer.name)))
}

fn names(
    desk: &mut OpenDesk,
    batch: &mut Batch,
    customers: &[RecordId],
) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for id in customers {
        let record = batch.records.get(&mut *desk.registry, *id)?;
        names.extend(record.map(|record| format!("{} ({id})", record.customer.name)));
    }
    Ok(names)
}

fn other_customer(names: &[String], named: &Customer) -> Failure {
    let found = format!("the request is of {}, not of {}", names.join(", "), named.name);
    Failure::new(Problem::DeskWhose, found)
        .hint("leave `--customer` out: it is for requests that nobody knows")
}

/// Whoever was named: there already, or to be entered.
fn named_owner(desk: &mut OpenDesk, batch: &mut Batch, owner: &Owner) -> Result<Decided, Failure> {
    let id = owner.customer().id;
    let by = By::Named;
    let Some(record) = batch.records.get(&mut *desk.registry, id)? else {
        let (customer, chain) = (owner.customer().clone(), Chain::own(id));
        return Ok(Decided { customer, chain, by, is_new: true });
    };
    let named = owner.subject().map(|subject| subject.chain.clone());
    let chain = named.unwrap_or_else(|| subject::chain_of(&record));
    Ok(Decided { customer: record.customer.clone(), chain, by, is_new: false })
}

fn owned(decided: &Decided, record: Option<&Record>) -> Owned {
    Owned {
        contact: record.and_then(|record| record.contacts.first().map(Whom::from)),
        is_new: decided.is_new,
        ..Owned::of(&decided.customer, &decided.chain.subscription, decided.by)
    }
}

/// Whether the last license of the subscription is for this instance, with this key; and whether it
/// names the key.
fn is_bound(
    desk: &mut OpenDesk,
    opened: &mut Licenses,
    (record, subscription): (Option<&Record>, &str),
    request: &Request,
) -> Result<(bool, bool), Failure> {
    let last = record.and_then(|it| meaning::last_license(it, subscription, desk.today));
    let Some(row) = last else { return Ok((false, false)) };
    let license = opened.open(desk, row)?;
    let key = request.key.thumbprint();
    let instance = license.instances.is_empty() || license.instances.contains(&request.instance);
    let named = license.names_key(key);
    Ok((instance && (named || license.report_key.is_none()), named))
}

/// What is entered with a request: a customer who is new with the contact, and the instance where
/// it is certain whose it is.
fn entered(
    decided: &Decided,
    record: Option<&Record>,
    request: &Request,
    sure: bool,
) -> Result<Vec<Write>, Failure> {
    let mut writes = Vec::new();
    let customer = decided.customer.id;
    if decided.is_new {
        writes.push(Write::Customer(decided.customer.clone()));
        writes.push(Write::Contact(Contact {
            customer,
            id: RecordId::random()?,
            name: request.name.to_string(),
            mail: request.email.to_string(),
            company: request.company.to_string(),
        }));
    }
    let instances = record.map(|record| record.instances.as_slice()).unwrap_or_default();
    let known = instances.iter().find(|instance| instance.id == request.instance);
    if sure && known.is_none_or(|instance| instance.report_key.is_none()) {
        writes.push(Write::Instance(Instance {
            customer,
            id: request.instance,
            report_key: Some(request.key.thumbprint()),
            label: known.and_then(|instance| instance.label.clone()),
        }));
    }
    Ok(writes)
}
