//! What must be so once changes are made, within their transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::database::{Database, Fault};
use super::{find, read};
use crate::problem::{Failure, Problem};
use crate::registry::cell::{Cell, Cells};
use crate::registry::change::{Change, Still};
use crate::registry::error::{Conflict, RegistryError};
use crate::registry::fold;
use crate::registry::model::{Chain, Event, NewEvent, RecordId, Sha256, What};
use crate::registry::query::{Filter, Query};
use crate::registry::rows;
use crate::registry::table::EVENT;

/// So many values are asked for in one statement.
const TOGETHER: usize = 64;

/// Refuses the changes where something is not so, and says who was faster.
pub(super) fn check<D: Database>(
    database: &mut D,
    (changes, all): (&[Change], &[Still]),
) -> Result<(), Fault> {
    let called = called(database, all)?;
    let licenses = licenses(database, all)?;
    let own: BTreeSet<Sha256> =
        changes.iter().filter_map(|it| it.filed.as_ref()).map(|filed| filed.sha256).collect();
    for still in all {
        let faster = match still {
            Still::Licenses(customer, expected) => {
                let found = licenses.get(customer).copied().unwrap_or_default();
                match found == *expected {
                    true => None,
                    false => Some(another_license(database, *customer, &own)?),
                }
            }
            Still::Ticket(ticket, expected) => used(database, (ticket, *expected), &own)?,
            Still::Stands(customer, sha256) => fallen(database, *customer, *sha256)?,
            Still::Customers(name, known) => {
                let mut others = of_name(&called, name).filter(|it| it.subscription.is_empty());
                let other = others.find(|it| !known.contains(&it.customer)).cloned();
                entered(database, name, other.map(|it| it.customer))?
            }
            Still::Subscriptions(id, known) => {
                let same = |it: &&Chain| it.subscription.to_lowercase() == id.to_lowercase();
                let mut others = of_name(&called, id).filter(same);
                let other = others.find(|it| !known.contains(it)).cloned();
                begun(database, id, other)?
            }
            Still::Found(words, most, known) => {
                let query = Query { words: words.clone(), filter: Filter::default() };
                let found = find::find(database, &query, *most)?;
                let mut found = found.into_iter().map(|it| it.chain.customer);
                entered(database, words, found.find(|it| !known.contains(it)))?
            }
        };
        if let Some(error) = faster {
            return Err(error.into());
        }
    }
    Ok(())
}

/// What is found of these values, some at a time; the statement has `VALUES` in their place.
fn of_values<D: Database>(
    database: &mut D,
    sql: &str,
    values: &BTreeSet<String>,
) -> Result<Vec<Vec<Cell>>, Fault> {
    let places: Vec<String> = (1..=TOGETHER).map(|place| format!("?{place}")).collect();
    let sql = sql.replace("VALUES", &places.join(", "));
    let values: Vec<Cell> = values.iter().map(|value| value.as_str().into()).collect();
    let mut found = Vec::new();
    for some in values.chunks(TOGETHER) {
        let last = some.last().into_iter().cycle();
        let some: Vec<Cell> = some.iter().chain(last).take(TOGETHER).cloned().collect();
        found.extend(database.rows(&sql, &some)?);
    }
    Ok(found)
}

/// The chains that are called by each name that is asked about.
fn called<D: Database>(
    database: &mut D,
    all: &[Still],
) -> Result<BTreeMap<String, Vec<Chain>>, Fault> {
    let names = all.iter().filter_map(|still| match still {
        Still::Customers(name, _) | Still::Subscriptions(name, _) => Some(fold::name(name)),
        Still::Licenses(..) | Still::Ticket(..) | Still::Stands(..) | Still::Found(..) => None,
    });
    let sql = "SELECT c.name, c.customer, c.subscription FROM called c WHERE c.name IN (VALUES)";
    let mut called: BTreeMap<String, Vec<Chain>> = BTreeMap::new();
    for row in of_values(database, sql, &names.collect())? {
        let mut cells = Cells::of("called", row);
        let name = cells.text()?;
        called.entry(name).or_default().push(rows::chain(&mut cells)?);
    }
    Ok(called)
}

fn of_name<'a>(
    called: &'a BTreeMap<String, Vec<Chain>>,
    name: &str,
) -> impl Iterator<Item = &'a Chain> {
    called.get(&fold::name(name)).into_iter().flatten()
}

/// How many licenses the customers have that are asked about.
fn licenses<D: Database>(
    database: &mut D,
    all: &[Still],
) -> Result<BTreeMap<RecordId, usize>, Fault> {
    let customers = all.iter().filter_map(|still| match still {
        Still::Licenses(customer, _) => Some(customer.to_string()),
        Still::Ticket(..)
        | Still::Stands(..)
        | Still::Customers(..)
        | Still::Subscriptions(..)
        | Still::Found(..) => None,
    });
    let sql = "SELECT d.customer, count(*) FROM document d \
               WHERE d.customer IN (VALUES) AND d.serial IS NOT NULL GROUP BY d.customer";
    let mut found = BTreeMap::new();
    for row in of_values(database, sql, &customers.collect())? {
        let mut cells = Cells::of("document", row);
        found.insert(cells.id(RecordId::parse)?, cells.number()?);
    }
    Ok(found)
}

/// Who was faster: by what is found, and by the event that tells of it.
fn faster(found: &str, event: Option<Event>) -> RegistryError {
    let Some(event) = event else {
        let found = format!("{found}: somebody was first; your change was not made");
        return Failure::new(Problem::RegistryConflict, found).into();
    };
    let NewEvent { who, at, what, .. } = event.event;
    let found = Some(found.to_owned());
    RegistryError::Conflict(Conflict { chain: event.chain, found, who, at, what })
}

/// The last event of a customer of whom this holds.
fn last_of<D: Database>(
    database: &mut D,
    customer: RecordId,
    holds: impl Fn(&Event) -> bool,
) -> Result<Option<Event>, Fault> {
    let which = "WHERE t.customer = ?1 ORDER BY t.made DESC, t.number DESC";
    let events = read::all(database, &EVENT, which, &[customer.into()], rows::event)?;
    Ok(events.into_iter().find(holds))
}

fn another_license<D: Database>(
    database: &mut D,
    customer: RecordId,
    own: &BTreeSet<Sha256>,
) -> Result<RegistryError, Fault> {
    let files = |event: &Event| event.document.is_some_and(|document| !own.contains(&document));
    let event = last_of(database, customer, files)?;
    Ok(faster("a license was filed meanwhile", event))
}

/// That a ticket was used otherwise than was seen.
fn used<D: Database>(
    database: &mut D,
    (ticket, expected): (&str, usize),
    own: &BTreeSet<Sha256>,
) -> Result<Option<RegistryError>, Fault> {
    let mut events = read::with_ticket(database, ticket)?;
    if events.len() == expected {
        return Ok(None);
    }
    events.retain(|event| event.document.is_none_or(|document| !own.contains(&document)));
    Ok(Some(faster(&format!("ticket {ticket} was used meanwhile"), events.pop())))
}

/// That a license is revoked; nobody revokes it before this transaction is over.
fn fallen<D: Database>(
    database: &mut D,
    customer: RecordId,
    sha256: Sha256,
) -> Result<Option<RegistryError>, Fault> {
    let lock = database.dialect().lock;
    let sql =
        format!("SELECT d.revoked FROM document d WHERE d.customer = ?1 AND d.sha256 = ?2{lock}");
    let found = database.rows(&sql, &[customer.into(), sha256.into()])?.pop();
    if found.is_some_and(|row| row.first() == Some(&Cell::Nothing)) {
        return Ok(None);
    }
    let event = last_of(database, customer, |event| event.what == What::Revoked)?;
    Ok(Some(faster("the license was revoked meanwhile", event)))
}

/// That another customer is called so, or is found so.
fn entered<D: Database>(
    database: &mut D,
    name: &str,
    other: Option<RecordId>,
) -> Result<Option<RegistryError>, Fault> {
    let Some(other) = other else { return Ok(None) };
    let event = last_of(database, other, |_| true)?;
    Ok(Some(faster(&format!("{name:?} was entered meanwhile"), event)))
}

/// That another subscription has this id.
fn begun<D: Database>(
    database: &mut D,
    id: &str,
    other: Option<Chain>,
) -> Result<Option<RegistryError>, Fault> {
    let Some(other) = other else { return Ok(None) };
    let event = read::last_event(database, &other)?;
    Ok(Some(faster(&format!("subscription {id:?} was begun meanwhile"), event)))
}
