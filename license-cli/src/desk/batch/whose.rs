//! Whose an order is. Nobody is asked: what is not sure is a fault of the row.

use super::order::{Follows, Ordered};
use crate::desk::make::{Owner, of_request};
use crate::desk::opened::OpenDesk;
use crate::desk::subject::{self, Subject};
use crate::desk::types::CustomerType;
use crate::problem::{Failure, Problem};
use crate::registry::{Customer, RecordId, folded};

/// A failure, with the column of what it is about.
pub(super) type InColumn = (Option<&'static str>, Failure);

/// In this column.
pub(super) fn within<E: Into<Failure>>(column: &'static str) -> impl FnOnce(E) -> InColumn {
    move |failure| (Some(column), failure.into())
}

/// The subscription or license that an order follows; `None` for one that follows none.
pub(super) fn followed(
    desk: &mut OpenDesk,
    ordered: &Ordered,
) -> Result<Option<Subject>, InColumn> {
    let (column, text) = match &ordered.follows {
        Follows::Nothing => return Ok(None),
        Follows::License(text) => ("license", text),
        Follows::Renews(text) => ("renews", text),
    };
    let found = subject::find(desk.registry.as_mut(), text).map_err(within(column))?;
    let customer = &found.record.customer;
    // Where it names the customer, nobody else of that name is in the way.
    if let Some(named) = ordered.customer.as_ref().filter(|named| !is_called(customer, named)) {
        let other = subject::exactly(desk.registry.as_mut(), named).map_err(within("customer"))?;
        if other.is_none_or(|other| other.record.customer.id != customer.id) {
            let found = format!("found {named:?}, and {text} is of {}", customer.name);
            return Err((Some("customer"), Failure::new(Problem::OrdersCell, found)));
        }
    }
    same(ordered, customer)?;
    Ok(Some(found))
}

/// Whether a text is the customer's name, or one of its ids.
fn is_called(customer: &Customer, text: &str) -> bool {
    let Customer { id, name, crm_id, billing_id, .. } = customer;
    let id = id.to_string();
    let all = [Some(&id), Some(name), crm_id.as_ref(), billing_id.as_ref()];
    all.into_iter().flatten().any(|it| it.to_lowercase() == text.to_lowercase())
}

/// Whose an order is that follows no other.
pub(super) fn owner(desk: &mut OpenDesk, ordered: &Ordered) -> Result<Owner, InColumn> {
    let Some(text) = &ordered.customer else { return of_asked(desk, ordered) };
    let found = subject::exactly(desk.registry.as_mut(), text).map_err(within("customer"))?;
    if let Some(subject) = found {
        same(ordered, &subject.record.customer)?;
        return Ok(Owner::Known(Box::new(subject)));
    }
    let Some(kind) = ordered.kind.filter(|_| !subject::is_like_id(text)) else {
        // What is near is named, with how to enter somebody new.
        let unknown = subject::find(desk.registry.as_mut(), text).map(|_| ());
        let unknown = unknown.err().unwrap_or_else(|| Failure::new(Problem::DeskNotFound, text));
        let message = format!("{}; a customer who is new needs a `type`", unknown.message);
        return Err((Some("customer"), Failure { message, ..unknown }));
    };
    enter(desk, ordered, (text, kind)).map(Owner::New)
}

/// Whose instance asks.
fn of_asked(desk: &mut OpenDesk, ordered: &Ordered) -> Result<Owner, InColumn> {
    let Some(asked) = ordered.asked.first() else {
        let found = "found no customer, expected a name or an id";
        return Err((Some("customer"), Failure::new(Problem::OrdersCell, found)));
    };
    let owner = of_request(desk, &asked.request).map_err(within("request"))?;
    let Some(subject) = owner else {
        let found = format!("nobody is known to have the instance {}", asked.request.instance);
        return Err((Some("customer"), Failure::new(Problem::DeskWhose, found)));
    };
    same(ordered, &subject.record.customer)?;
    Ok(Owner::Known(Box::new(subject)))
}

/// A customer who is new. The id follows from the name, so that two who read the same file enter
/// one customer.
fn enter(
    desk: &mut OpenDesk,
    ordered: &Ordered,
    (name, kind): (&str, CustomerType),
) -> Result<Customer, InColumn> {
    let ids = [("crm-id", &ordered.crm_id), ("billing-id", &ordered.billing_id)];
    for (column, id) in ids.into_iter().filter_map(|(column, id)| Some((column, id.as_ref()?))) {
        let called = desk.registry.called(id).map_err(within(column))?;
        if let Some(other) = called.iter().find(|it| it.chain.subscription.is_empty()) {
            let Customer { name, id: known, .. } = &other.customer;
            let found = format!("found {id}, which is that of {name}, customer {known}");
            return Err((Some(column), Failure::new(Problem::DeskHasCustomer, found)));
        }
    }
    let mut id = RecordId::of("customer", &folded(name));
    // Somebody who was called so may have another name now.
    while desk.registry.record(id).map_err(within("customer"))?.is_some() {
        id = RecordId::of("customer", &format!("{} {id}", folded(name)));
    }
    Ok(Customer {
        id,
        name: name.to_owned(),
        mail_domains: Vec::new(),
        customer_type: kind.name().to_owned(),
        crm_id: ordered.crm_id.clone(),
        billing_id: ordered.billing_id.clone(),
    })
}

/// Refuses what a row says otherwise of a customer who is there.
fn same(ordered: &Ordered, customer: &Customer) -> Result<(), InColumn> {
    let kind = ordered.kind.map(|kind| kind.name().to_owned());
    let known = [
        ("type", kind, Some(customer.customer_type.clone())),
        ("crm-id", ordered.crm_id.clone(), customer.crm_id.clone()),
        ("billing-id", ordered.billing_id.clone(), customer.billing_id.clone()),
    ];
    for (column, found, known) in known {
        if found.is_none() || found == known {
            continue;
        }
        let (found, known) = (found.unwrap_or_default(), known.as_deref().unwrap_or("none"));
        let found = format!(
            "found {found}, and {} has {known} in the registry: `airlock desk edit {}` changes it",
            customer.name, customer.id
        );
        return Err((Some(column), Failure::new(Problem::OrdersCell, found)));
    }
    Ok(())
}
