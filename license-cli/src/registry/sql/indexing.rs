//! What is searched: one text for each subscription, and for each customer without any; and what
//! each of them is called as a whole.

use std::collections::BTreeSet;

use super::database::{Database, Fault, Search};
use super::read;
use crate::registry::cell::{Cell, Cells};
use crate::registry::change::{Change, Write};
use crate::registry::fold::{self, words};
use crate::registry::model::{Chain, Customer, Instance, NewEvent, Note, RecordId, Subscription};
use crate::registry::rows;
use crate::registry::table::{CONTACT, CUSTOMER, INSTANCE, NOTE, SUBSCRIPTION};

/// The most different words that are kept of a text: PostgreSQL takes a megabyte of them.
const WORDS: usize = 4096;

/// Which texts a change makes stale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stale {
    /// All of the customer's.
    All,
    /// Those of these subscriptions.
    Of(BTreeSet<String>),
}

impl Stale {
    /// These and those.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Of(mut some), Self::Of(others)) => {
                some.extend(others);
                Self::Of(some)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

/// Which texts a change makes stale, if any; `begun` says that it is the first of its chain.
pub(super) fn stale(change: &Change, begun: bool) -> Option<Stale> {
    let mut some = BTreeSet::new();
    let own = &change.chain.subscription;
    if begun && !own.is_empty() {
        some.insert(own.clone());
    }
    let NewEvent { reason, ticket, approved_by, .. } = &change.event;
    if [reason, ticket, approved_by].into_iter().any(Option::is_some) {
        if own.is_empty() {
            return Some(Stale::All);
        }
        some.insert(own.clone());
    }
    for write in &change.writes {
        match write {
            Write::Customer(_) | Write::Contact(_) | Write::Instance(_) => return Some(Stale::All),
            Write::Note(_) if own.is_empty() => return Some(Stale::All),
            Write::Note(_) => drop(some.insert(own.clone())),
            Write::Subscription(row) => drop(some.insert(row.id.clone())),
            Write::Answered(_) | Write::Excepted(_) | Write::Revoked(..) => {}
        }
    }
    (!some.is_empty()).then_some(Stale::Of(some))
}

/// Makes these texts anew. The customer's row is kept from others meanwhile, so that the last one
/// who writes has seen what the others wrote.
pub(super) fn renew<D: Database>(
    database: &mut D,
    id: RecordId,
    stale: &Stale,
) -> Result<(), Fault> {
    let lock = database.dialect().lock;
    let which = format!("WHERE t.id = ?1{lock}");
    let customer = read::all(database, &CUSTOMER, &which, &[id.into()], rows::customer)?;
    let Some(customer) = customer.first() else { return Ok(()) };
    let instances = read::all(database, &INSTANCE, OF_CUSTOMER, &[id.into()], rows::instance)?;
    let whose = whose(database, customer, &instances)?;
    let notes = read::all(database, &NOTE, OF_CUSTOMER, &[id.into()], rows::note)?;
    let grounds = grounds(database, id)?;
    let said = Said { notes: &notes, grounds: &grounds };
    let subscriptions = subscriptions(database, id, stale)?;
    if *stale == Stale::All {
        call(database, &Chain::own(id), &names(customer, &instances))?;
    }
    for subscription in &subscriptions {
        let text = text(&whose, Some(subscription), &said);
        let chain = Chain::of(id, subscription.id.as_str());
        put(database, &chain, &text)?;
        let called = [Some(subscription.id.as_str()), subscription.name.as_deref()];
        call(database, &chain, &called.into_iter().flatten().map(fold::name).collect())?;
    }
    if subscriptions.is_empty() {
        return put(database, &Chain::own(id), &text(&whose, None, &said));
    }
    drop_own(database, id)
}

const OF_CUSTOMER: &str = "WHERE t.customer = ?1";

fn subscriptions<D: Database>(
    database: &mut D,
    id: RecordId,
    stale: &Stale,
) -> Result<Vec<Subscription>, Fault> {
    match stale {
        Stale::All => {
            read::all(database, &SUBSCRIPTION, OF_CUSTOMER, &[id.into()], rows::subscription)
        }
        Stale::Of(some) => {
            let chains = some.iter().map(|name| Chain::of(id, name.as_str()));
            let found: Result<Vec<_>, _> =
                chains.map(|chain| read::subscription(database, &chain)).collect();
            Ok(found?.into_iter().flatten().collect())
        }
    }
}

/// What a customer is called, and its instances.
fn names(customer: &Customer, instances: &[Instance]) -> BTreeSet<String> {
    let Customer { name, crm_id, billing_id, .. } = customer;
    let ids = [crm_id, billing_id].into_iter().flatten();
    let names = std::iter::once(name).chain(ids).map(|name| fold::name(name));
    names.chain(instances.iter().map(|instance| fold::name(&instance.id.to_string()))).collect()
}

/// Keeps what a chain is called, and nothing that it was called before.
fn call<D: Database>(
    database: &mut D,
    chain: &Chain,
    names: &BTreeSet<String>,
) -> Result<(), Fault> {
    let forget = "DELETE FROM called WHERE customer = ?1 AND subscription = ?2";
    database.execute(forget, &read::of_chain(chain))?;
    let keep = "INSERT INTO called (customer, subscription, name) VALUES (?1, ?2, ?3)";
    for name in names {
        let mut values = read::of_chain(chain);
        values.push(name.into());
        database.execute(keep, &values)?;
    }
    Ok(())
}

/// The words of a customer, its contacts and its instances.
fn whose<D: Database>(
    database: &mut D,
    customer: &Customer,
    instances: &[Instance],
) -> Result<Vec<String>, Fault> {
    let id = [customer.id.into()];
    let contacts = read::all(database, &CONTACT, OF_CUSTOMER, &id, rows::contact)?;
    let mut found = words(&customer.name);
    customer.mail_domains.iter().for_each(|domain| found.extend(words(domain)));
    for id in [&customer.crm_id, &customer.billing_id].into_iter().flatten() {
        found.extend(words(id));
    }
    for contact in contacts {
        [contact.name, contact.mail, contact.company].iter().for_each(|c| found.extend(words(c)));
    }
    for instance in instances {
        found.extend(words(&instance.id.to_string()));
        found.extend(words(instance.label.as_deref().unwrap_or_default()));
    }
    Ok(found)
}

/// Why something was done, by which ticket, and who agreed; of a subscription, or of the customer
/// where that is empty.
struct Ground {
    subscription: String,
    words: Vec<String>,
}

/// The grounds of everything that was done for a customer, the newest first.
fn grounds<D: Database>(database: &mut D, id: RecordId) -> Result<Vec<Ground>, Fault> {
    let rows = database.rows(GROUNDS, &[id.into()])?;
    let read = rows.into_iter().map(|row| {
        let mut cells = Cells::of("event", row);
        let subscription = cells.text()?;
        let mut found = Vec::new();
        for _ in 0..3 {
            found.extend(words(cells.optional_text()?.as_deref().unwrap_or_default()));
        }
        Ok(Ground { subscription, words: found })
    });
    read.collect()
}

const GROUNDS: &str = "SELECT e.subscription, e.ticket, e.approved_by, e.reason FROM event e \
    WHERE e.customer = ?1 AND (e.ticket IS NOT NULL OR e.approved_by IS NOT NULL \
        OR e.reason IS NOT NULL) ORDER BY e.made DESC, e.subscription, e.number DESC";

/// What was written down about a customer.
struct Said<'a> {
    notes: &'a [Note],
    grounds: &'a [Ground],
}

/// Names and ids on the first line, notes and the grounds of what was done on the second; each word
/// once on its line.
fn text(whose: &[String], subscription: Option<&Subscription>, said: &Said<'_>) -> String {
    let mut names = Vec::new();
    if let Some(subscription) = subscription {
        names.extend(words(&subscription.id));
        names.extend(words(subscription.name.as_deref().unwrap_or_default()));
    }
    names.extend_from_slice(whose);
    let own = subscription.map_or("", |subscription| subscription.id.as_str());
    let is_own = |subscription: &str| subscription.is_empty() || subscription == own;
    let notes = said.notes.iter().filter(|note| is_own(&note.subscription));
    let grounds = said.grounds.iter().filter(|ground| is_own(&ground.subscription));
    let notes = notes.flat_map(|note| words(&note.text));
    let grounds = grounds.flat_map(|ground| ground.words.iter().cloned());
    format!("{}\n{}", line(names), line(notes.chain(grounds).collect()))
}

fn line(mut words: Vec<String>) -> String {
    let mut seen = BTreeSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words.truncate(WORDS);
    words.join(" ")
}

fn put<D: Database>(database: &mut D, chain: &Chain, text: &str) -> Result<(), Fault> {
    match database.dialect().search {
        Search::Fts5 => put_fts5(database, chain, text),
        Search::Trigrams => {
            let words: BTreeSet<_> = text.split_whitespace().collect();
            let words = words.into_iter().collect::<Vec<_>>().join(" ");
            let mut values = read::of_chain(chain);
            values.extend([text.into(), words.into()]);
            database.execute(PUT_TRIGRAMS, &values).map(drop)
        }
    }
}

/// The words are letters and digits, so that they stand for themselves in a tsvector.
const PUT_TRIGRAMS: &str = "INSERT INTO search (customer, subscription, content, words) \
    VALUES (?1, ?2, ?3, ?4::text::tsvector) ON CONFLICT (customer, subscription) \
    DO UPDATE SET content = excluded.content, words = excluded.words";

fn put_fts5<D: Database>(database: &mut D, chain: &Chain, text: &str) -> Result<(), Fault> {
    if let Some((number, old)) = numbered(database, chain)? {
        if old == text {
            return Ok(());
        }
        drop_fts5(database, number)?;
        let change = "UPDATE search SET content = ?2 WHERE number = ?1";
        database.execute(change, &[number.into(), text.into()])?;
        return index_fts5(database, number, text);
    }
    let mut values = read::of_chain(chain);
    values.push(text.into());
    let enter = "INSERT INTO search (customer, subscription, content) VALUES (?1, ?2, ?3)";
    database.execute(enter, &values)?;
    match numbered(database, chain)? {
        Some((number, _)) => index_fts5(database, number, text),
        None => Ok(()),
    }
}

/// The number and the text of a chain's row.
fn numbered<D: Database>(database: &mut D, chain: &Chain) -> Result<Option<(i64, String)>, Fault> {
    let which = "SELECT number, content FROM search WHERE customer = ?1 AND subscription = ?2";
    let Some(row) = database.rows(which, &read::of_chain(chain))?.pop() else { return Ok(None) };
    let mut cells = Cells::of("search", row);
    Ok(Some((cells.number()?, cells.text()?)))
}

const FTS5: [&str; 2] = ["search_words", "search_middle"];

fn drop_fts5<D: Database>(database: &mut D, number: i64) -> Result<(), Fault> {
    for table in FTS5 {
        let sql = format!("DELETE FROM {table} WHERE rowid = ?1");
        database.execute(&sql, &[number.into()])?;
    }
    Ok(())
}

fn index_fts5<D: Database>(database: &mut D, number: i64, text: &str) -> Result<(), Fault> {
    for table in FTS5 {
        let sql = format!("INSERT INTO {table} (rowid, content) VALUES (?1, ?2)");
        database.execute(&sql, &[number.into(), text.into()])?;
    }
    Ok(())
}

/// Drops the customer's own row, which stood only as long as it had no subscription.
fn drop_own<D: Database>(database: &mut D, id: RecordId) -> Result<(), Fault> {
    let own = Chain::own(id);
    if database.dialect().search == Search::Fts5 {
        match numbered(database, &own)? {
            Some((number, _)) => drop_fts5(database, number)?,
            None => return Ok(()),
        }
    }
    let sql = "DELETE FROM search WHERE customer = ?1 AND subscription = ?2";
    let values: Vec<Cell> = read::of_chain(&own);
    database.execute(sql, &values).map(drop)
}
