//! What is searched, kept beside the rows that it is made of.

use std::collections::BTreeSet;

use super::database::{Database, Fault, Search};
use super::entered::Entered;
use super::read;
use super::texts::{Ground, Source, names_of};
use crate::registry::cell::{Cell, Cells};
use crate::registry::change::{Change, Write};
use crate::registry::fold::words;
use crate::registry::model::{Chain, NewEvent, RecordId, Subscription};
use crate::registry::rows;
use crate::registry::table::{CONTACT, CUSTOMER, INSTANCE, NOTE, SUBSCRIPTION};

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
    let Some(source) = source(database, id)? else { return Ok(()) };
    let subscriptions = subscriptions(database, id, stale)?;
    let whose = source.whose();
    if *stale == Stale::All {
        call(database, &Chain::own(id), &source.names())?;
    }
    for subscription in &subscriptions {
        let chain = Chain::of(id, subscription.id.as_str());
        put(database, &chain, &source.text(&whose, Some(subscription)))?;
        call(database, &chain, &names_of(subscription))?;
    }
    if subscriptions.is_empty() {
        return put(database, &Chain::own(id), &source.text(&whose, None));
    }
    drop_own(database, id)
}

/// Makes the texts of customers that the transaction has entered: there are none yet. Those of one
/// table are entered together.
pub(super) fn make<D: Database>(
    database: &mut D,
    all: impl Iterator<Item = Entered>,
) -> Result<(), Fault> {
    let (mut names, mut texts) = (Vec::new(), Vec::new());
    for entered in all {
        let (source, subscriptions) = entered.into_source();
        let (id, whose) = (source.customer.id, source.whose());
        names.extend(names_rows(&Chain::own(id), &source.names()));
        for subscription in &subscriptions {
            let chain = Chain::of(id, subscription.id.as_str());
            names.extend(names_rows(&chain, &names_of(subscription)));
            texts.push((chain, source.text(&whose, Some(subscription))));
        }
        if subscriptions.is_empty() {
            texts.push((Chain::own(id), source.text(&whose, None)));
        }
    }
    database.execute_each(KEEP_NAME, &names)?;
    enter_all(database, &texts)
}

const OF_CUSTOMER: &str = "WHERE t.customer = ?1 ORDER BY t.id";

fn source<D: Database>(database: &mut D, id: RecordId) -> Result<Option<Source>, Fault> {
    let lock = database.dialect().lock;
    let which = format!("WHERE t.id = ?1{lock}");
    let whose = [id.into()];
    let customer = read::all(database, &CUSTOMER, &which, &whose, rows::customer)?.pop();
    let Some(customer) = customer else { return Ok(None) };
    Ok(Some(Source {
        customer,
        contacts: read::all(database, &CONTACT, OF_CUSTOMER, &whose, rows::contact)?,
        instances: read::all(database, &INSTANCE, OF_CUSTOMER, &whose, rows::instance)?,
        notes: read::all(database, &NOTE, OF_CUSTOMER, &whose, rows::note)?,
        grounds: grounds(database, id)?,
    }))
}

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

/// Keeps what a chain is called, and nothing that it was called before.
fn call<D: Database>(
    database: &mut D,
    chain: &Chain,
    names: &BTreeSet<String>,
) -> Result<(), Fault> {
    let forget = "DELETE FROM called WHERE customer = ?1 AND subscription = ?2";
    database.execute(forget, &read::of_chain(chain))?;
    name(database, chain, names)
}

/// Keeps what a chain is called, of which nothing is kept yet.
fn name<D: Database>(
    database: &mut D,
    chain: &Chain,
    names: &BTreeSet<String>,
) -> Result<(), Fault> {
    let rows: Vec<_> = names_rows(chain, names).collect();
    database.execute_each(KEEP_NAME, &rows).map(drop)
}

const KEEP_NAME: &str = "INSERT INTO called (customer, subscription, name) VALUES (?1, ?2, ?3) \
    ON CONFLICT (customer, subscription, name) DO NOTHING";

/// A row for each name of a chain.
fn names_rows(chain: &Chain, names: &BTreeSet<String>) -> impl Iterator<Item = Vec<Cell>> {
    let of_chain = read::of_chain(chain);
    names.iter().map(move |name| of_chain.iter().cloned().chain([name.into()]).collect())
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

fn put<D: Database>(database: &mut D, chain: &Chain, text: &str) -> Result<(), Fault> {
    match database.dialect().search {
        Search::Fts5 => put_fts5(database, chain, text),
        Search::Trigrams => database.execute(PUT_TRIGRAMS, &trigrams_row(chain, text)).map(drop),
    }
}

/// A text as PostgreSQL keeps it: with its words.
fn trigrams_row(chain: &Chain, text: &str) -> Vec<Cell> {
    let words: BTreeSet<_> = text.split_whitespace().collect();
    let words = words.into_iter().collect::<Vec<_>>().join(" ");
    let mut values = read::of_chain(chain);
    values.extend([text.into(), words.into()]);
    values
}

/// The words are letters and digits, so that they stand for themselves in a tsvector.
const PUT_TRIGRAMS: &str = "INSERT INTO search (customer, subscription, content, words) \
    VALUES (?1, ?2, ?3, ?4::text::tsvector) ON CONFLICT (customer, subscription) \
    DO UPDATE SET content = excluded.content, words = excluded.words";

fn put_fts5<D: Database>(database: &mut D, chain: &Chain, text: &str) -> Result<(), Fault> {
    let Some((number, old)) = numbered(database, chain)? else {
        return enter(database, chain, text);
    };
    if old == text {
        return Ok(());
    }
    drop_fts5(database, number)?;
    let change = "UPDATE search SET content = ?2 WHERE number = ?1";
    database.execute(change, &[number.into(), text.into()])?;
    index_fts5(database, number, text)
}

/// Puts the text of a chain that has none yet.
fn enter<D: Database>(database: &mut D, chain: &Chain, text: &str) -> Result<(), Fault> {
    match entered(database, chain, text)? {
        Some(number) => index_fts5(database, number, text),
        // It has one for all that.
        None => put(database, chain, text),
    }
}

/// The same of several chains, each once.
fn enter_all<D: Database>(database: &mut D, texts: &[(Chain, String)]) -> Result<(), Fault> {
    if database.dialect().search == Search::Trigrams {
        let rows: Vec<_> = texts.iter().map(|(chain, text)| trigrams_row(chain, text)).collect();
        return database.execute_each(PUT_TRIGRAMS, &rows).map(drop);
    }
    let mut numbered = Vec::with_capacity(texts.len());
    for (chain, text) in texts {
        match entered(database, chain, text)? {
            Some(number) => numbered.push(vec![number.into(), text.into()]),
            None => put(database, chain, text)?,
        }
    }
    INDEX.iter().try_for_each(|sql| database.execute_each(sql, &numbered).map(drop))
}

/// Enters a text that FTS5 is to find: the number of its row; `None` where the chain has one.
fn entered<D: Database>(database: &mut D, chain: &Chain, text: &str) -> Result<Option<i64>, Fault> {
    let mut values = read::of_chain(chain);
    values.push(text.into());
    let enter = "INSERT INTO search (customer, subscription, content) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (customer, subscription) DO NOTHING RETURNING number";
    let row = database.rows(enter, &values)?.pop();
    Ok(row.map(|row| Cells::of("search", row).number()).transpose()?)
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
    INDEX.iter().try_for_each(|sql| database.execute(sql, &[number.into(), text.into()]).map(drop))
}

/// Makes a text found by its words, and by parts of them.
const INDEX: [&str; 2] = [
    "INSERT INTO search_words (rowid, content) VALUES (?1, ?2)",
    "INSERT INTO search_middle (rowid, content) VALUES (?1, ?2)",
];

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
