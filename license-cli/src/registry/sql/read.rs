//! Looks into the registry.

use license_core::Day;
use license_core::document::Kind;

use super::database::{Database, Fault};
use crate::problem::Failure;
use crate::registry::cell::{Cell, Cells};
use crate::registry::model::{
    Chain, Customer, Document, DocumentRow, Event, Note, Record, RecordId, Sha256, Subscription,
    What,
};
use crate::registry::query::{Due, REPORT_DAYS, YEAR_DAYS};
use crate::registry::rows;
use crate::registry::table::{
    CHAIN, CONTACT, CUSTOMER, DOCUMENT, EVENT, INSTANCE, NOTE, SUBSCRIPTION, Table,
};

/// The most documents or customers that the beginning of an id gives.
const BY_ID: u32 = 100;

/// The letters of a UUID.
const UUID: u32 = 36;

pub(super) fn of_chain(chain: &Chain) -> Vec<Cell> {
    vec![chain.customer.into(), (&chain.subscription).into()]
}

/// The rows of a table, whole, where this holds.
pub(super) fn all<D: Database, T>(
    database: &mut D,
    table: &'static Table,
    rest: &str,
    values: &[Cell],
    read: impl Fn(&mut Cells) -> Result<T, Failure>,
) -> Result<Vec<T>, Fault> {
    let rows = database.rows(&format!("{} {rest}", table.select()), values)?;
    let read = rows.into_iter().map(|row| read(&mut Cells::new(table, row)));
    Ok(read.collect::<Result<_, _>>()?)
}

/// Reads documents without their bytes; the table is called `d`.
pub(super) fn select_documents() -> String {
    let columns = DOCUMENT.columns_of("d");
    format!("SELECT {} FROM document d", columns.trim_end_matches(", d.bytes"))
}

fn documents<D: Database>(
    database: &mut D,
    rest: &str,
    values: &[Cell],
) -> Result<Vec<DocumentRow>, Fault> {
    let rows = database.rows(&format!("{} {rest}", select_documents()), values)?;
    let read = rows.into_iter().map(|row| rows::document_row(&mut Cells::new(&DOCUMENT, row)));
    Ok(read.collect::<Result<_, _>>()?)
}

pub(super) fn customer<D: Database>(
    database: &mut D,
    id: RecordId,
) -> Result<Option<Customer>, Fault> {
    Ok(all(database, &CUSTOMER, "WHERE t.id = ?1", &[id.into()], rows::customer)?.pop())
}

pub(super) fn subscription<D: Database>(
    database: &mut D,
    chain: &Chain,
) -> Result<Option<Subscription>, Fault> {
    let one = "WHERE t.customer = ?1 AND t.id = ?2";
    Ok(all(database, &SUBSCRIPTION, one, &of_chain(chain), rows::subscription)?.pop())
}

const OF_CUSTOMER: &str = "WHERE t.customer = ?1 ORDER BY t.id";

pub(super) fn record<D: Database>(database: &mut D, id: RecordId) -> Result<Option<Record>, Fault> {
    let Some(customer) = customer(database, id)? else { return Ok(None) };
    let whose = [id.into()];
    let newest = "WHERE d.customer = ?1 ORDER BY d.issued DESC, d.sha256";
    let chains = "WHERE t.customer = ?1 ORDER BY t.subscription";
    let ends = all(database, &CHAIN, chains, &whose, rows::end)?;
    Ok(Some(Record {
        customer,
        contacts: all(database, &CONTACT, OF_CUSTOMER, &whose, rows::contact)?,
        subscriptions: all(database, &SUBSCRIPTION, OF_CUSTOMER, &whose, rows::subscription)?,
        instances: all(database, &INSTANCE, OF_CUSTOMER, &whose, rows::instance)?,
        documents: documents(database, newest, &whose)?,
        notes: all(database, &NOTE, OF_CUSTOMER, &whose, rows::note)?,
        heads: ends.into_iter().map(|end| (end.chain, end.head)).collect(),
    }))
}

pub(super) fn document<D: Database>(
    database: &mut D,
    sha256: Sha256,
) -> Result<Option<Document>, Fault> {
    let one = "WHERE t.sha256 = ?1 ORDER BY t.customer LIMIT 1";
    Ok(all(database, &DOCUMENT, one, &[sha256.into()], rows::document)?.pop())
}

pub(super) fn serial<D: Database>(
    database: &mut D,
    chain: &Chain,
    sha256: Sha256,
) -> Result<Option<u32>, Fault> {
    let one = "WHERE d.customer = ?1 AND d.sha256 = ?2";
    let found = documents(database, one, &[chain.customer.into(), sha256.into()])?;
    Ok(found.first().and_then(|document| document.serial))
}

pub(super) fn documents_of<D: Database>(
    database: &mut D,
    chain: &Chain,
) -> Result<Vec<DocumentRow>, Fault> {
    let newest = "WHERE d.customer = ?1 AND d.subscription = ?2 ORDER BY d.issued DESC, d.sha256";
    documents(database, newest, &of_chain(chain))
}

pub(super) fn by_document_id<D: Database>(
    database: &mut D,
    prefix: &str,
) -> Result<Vec<DocumentRow>, Fault> {
    let prefix = prefix.to_ascii_lowercase();
    if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Vec::new());
    }
    // No id has a letter behind f.
    let between = [prefix.as_str().into(), format!("{prefix}g").into()];
    let so_many = format!("WHERE d.id >= ?1 AND d.id < ?2 ORDER BY d.id, d.customer LIMIT {BY_ID}");
    documents(database, &so_many, &between)
}

pub(super) fn by_record_id<D: Database>(
    database: &mut D,
    prefix: &str,
) -> Result<Vec<Customer>, Fault> {
    // No id has a letter behind f. What an instance is called is kept without hyphens.
    let between = |prefix: &str| [prefix.into(), format!("{prefix}g").into()];
    let own = format!("WHERE t.id >= ?1 AND t.id < ?2 ORDER BY t.id LIMIT {BY_ID}");
    let mut found = all(database, &CUSTOMER, &own, &between(prefix), rows::customer)?;
    let of_instance = format!(
        "WHERE t.id IN (SELECT c.customer FROM called c WHERE c.name >= ?1 AND c.name < ?2 \
         AND c.subscription = '' AND length(c.name) = {UUID}) ORDER BY t.id LIMIT {BY_ID}"
    );
    let name = prefix.replace('-', " ");
    for customer in all(database, &CUSTOMER, &of_instance, &between(&name), rows::customer)? {
        if !found.contains(&customer) {
            found.push(customer);
        }
    }
    Ok(found)
}

pub(super) fn events<D: Database>(
    database: &mut D,
    chain: &Chain,
    after: u64,
    limit: u32,
) -> Result<Vec<Event>, Fault> {
    let next = "WHERE t.customer = ?1 AND t.subscription = ?2 AND t.number > ?3 \
                ORDER BY t.number LIMIT ?4";
    let values = [chain.customer.into(), (&chain.subscription).into(), after.into(), limit.into()];
    all(database, &EVENT, next, &values, rows::event)
}

pub(super) fn told<D: Database>(
    database: &mut D,
    customer: RecordId,
    sha256: Sha256,
) -> Result<Option<Event>, Fault> {
    let first = "WHERE t.customer = ?1 AND t.document = ?2 ORDER BY t.made, t.number LIMIT 1";
    Ok(all(database, &EVENT, first, &[customer.into(), sha256.into()], rows::event)?.pop())
}

pub(super) fn with_ticket<D: Database>(
    database: &mut D,
    ticket: &str,
) -> Result<Vec<Event>, Fault> {
    let folded = |text: &str| database.dialect().folded.replace('X', text);
    let which = format!(
        "WHERE t.ticket IS NOT NULL AND {} = {} \
         ORDER BY t.made, t.customer, t.subscription, t.number",
        folded("t.ticket"),
        folded("?1")
    );
    all(database, &EVENT, &which, &[ticket.into()], rows::event)
}

pub(super) fn exceptions_of<D: Database>(
    database: &mut D,
    customer: RecordId,
    sha256: Sha256,
) -> Result<Vec<Event>, Fault> {
    let which = format!(
        "WHERE t.customer = ?1 AND t.document = ?2 AND t.what = '{}' ORDER BY t.made, t.number",
        What::Excepted.word()
    );
    all(database, &EVENT, &which, &[customer.into(), sha256.into()], rows::event)
}

pub(super) fn sent<D: Database>(database: &mut D, customer: RecordId) -> Result<Vec<Event>, Fault> {
    let which = format!(
        "WHERE t.customer = ?1 AND t.document IS NOT NULL AND t.what = '{}' \
         ORDER BY t.made, t.number",
        What::Sent.word()
    );
    all(database, &EVENT, &which, &[customer.into()], rows::event)
}

pub(super) fn last_event<D: Database>(
    database: &mut D,
    chain: &Chain,
) -> Result<Option<Event>, Fault> {
    let last = "WHERE t.customer = ?1 AND t.subscription = ?2 ORDER BY t.number DESC LIMIT 1";
    Ok(all(database, &EVENT, last, &of_chain(chain), rows::event)?.pop())
}

#[cfg(test)]
pub(super) fn head<D: Database>(
    database: &mut D,
    chain: &Chain,
) -> Result<crate::registry::model::Head, Fault> {
    let one = "WHERE t.customer = ?1 AND t.subscription = ?2";
    let end = all(database, &CHAIN, one, &of_chain(chain), rows::end)?.pop();
    Ok(end.map_or(crate::registry::model::Head::NONE, |end| end.head))
}

/// A later license of the subscription.
const LATER: &str = "l.customer = d.customer AND l.subscription = d.subscription \
    AND l.serial IS NOT NULL \
    AND (l.issued > d.issued OR l.issued = d.issued AND l.serial > d.serial)";

/// The subscription goes on.
const GOES_ON: &str = "NOT EXISTS (SELECT 1 FROM subscription u WHERE u.customer = d.customer \
    AND u.id = d.subscription AND u.state <> 0)";

/// Another subscription took the place of this one in these days.
const PASSED_ON: &str = "EXISTS (SELECT 1 FROM subscription u WHERE u.customer = d.customer \
    AND u.id = d.subscription AND u.state = 1 AND u.state_day > ?1 AND u.state_day <= ?2)";

/// A newer license of the subscription has taken the place of `d` on its first day: a correction,
/// which may end earlier.
macro_rules! replaced {
    ($of:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM document n WHERE n.customer = ",
            $of,
            ".customer ",
            "AND n.subscription = ",
            $of,
            ".subscription AND n.serial IS NOT NULL ",
            "AND n.revoked IS NULL ",
            "AND n.first_day <= ",
            $of,
            ".first_day AND ",
            $of,
            ".first_day < n.end_day ",
            "AND (n.issued > ",
            $of,
            ".issued ",
            "OR n.issued = ",
            $of,
            ".issued AND n.serial > ",
            $of,
            ".serial))"
        )
    };
}

/// Of the licenses of the subscription whose place no newer one has taken, none ends later, and
/// none that ends with it is newer. It goes on.
const LAST: &str = concat!(
    "d.serial IS NOT NULL AND d.revoked IS NULL AND NOT ",
    replaced!("d"),
    " AND NOT EXISTS \
    (SELECT 1 FROM document l WHERE l.customer = d.customer \
        AND l.subscription = d.subscription AND l.serial IS NOT NULL AND l.revoked IS NULL \
        AND (l.end_day > d.end_day OR l.end_day = d.end_day \
            AND (l.issued > d.issued OR l.issued = d.issued AND l.serial > d.serial)) \
        AND NOT ",
    replaced!("l"),
    ") \
    AND NOT EXISTS (SELECT 1 FROM subscription u WHERE u.customer = d.customer \
        AND u.id = d.subscription AND u.state <> 0)"
);

pub(super) fn due<D: Database>(database: &mut D, from: Day, until: Day) -> Result<Due, Fault> {
    let days = [from.into(), until.into()];
    let order = "ORDER BY d.end_day, d.customer, d.subscription";
    let ends = format!("WHERE d.end_day >= ?1 AND d.end_day < ?2 AND {LAST} {order}");
    let remind = "WHERE t.remind >= ?1 AND t.remind < ?2 ORDER BY t.remind, t.customer, t.id";
    Ok(Due {
        ends: documents(database, &ends, &days)?,
        reminders: all::<_, Note>(database, &NOTE, remind, &days, rows::note)?,
        reports: late(database, from)?,
        ended: ended(database, from)?,
    })
}

/// The licenses that ended within the last year, by their own last day or because another
/// subscription took the place of theirs, and of whose subscription reports are held.
fn ended<D: Database>(database: &mut D, today: Day) -> Result<Vec<DocumentRow>, Fault> {
    let year_ago = today.minus(YEAR_DAYS).unwrap_or(Day::FIRST);
    let days = [year_ago.into(), today.into()];
    let mut all = Vec::new();
    for ended in [format!("d.end_day <= ?2 AND {GOES_ON}"), PASSED_ON.to_owned()] {
        let which = format!(
            "WHERE d.end_day > ?1 AND {ended} AND d.serial IS NOT NULL AND d.revoked IS NULL \
             AND EXISTS (SELECT 1 FROM document r WHERE r.customer = d.customer \
                AND r.subscription = d.subscription AND r.kind = {}) \
             ORDER BY d.end_day, d.customer, d.subscription",
            Kind::Usage.number()
        );
        all.append(&mut documents(database, &which, &days)?);
    }
    Ok(all)
}

/// The licenses in force under which a report should have come: those of customers with an instance
/// whose report key is known.
fn late<D: Database>(database: &mut D, today: Day) -> Result<Vec<DocumentRow>, Fault> {
    let month_ago = today.minus(REPORT_DAYS).unwrap_or(Day::FIRST);
    let which = format!(
        "WHERE d.end_day > ?1 AND d.first_day <= ?2 AND d.serial IS NOT NULL \
         AND d.revoked IS NULL AND {GOES_ON} AND NOT EXISTS \
            (SELECT 1 FROM document l WHERE {LATER} AND l.revoked IS NULL \
                AND l.first_day <= ?1 AND l.end_day > ?1) \
         AND EXISTS (SELECT 1 FROM instance i WHERE i.customer = d.customer \
            AND i.report_key IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM document r WHERE r.customer = d.customer \
            AND r.subscription = d.subscription AND r.kind = {} AND r.end_day > ?2) \
         ORDER BY d.end_day, d.customer, d.subscription",
        Kind::Usage.number()
    );
    documents(database, &which, &[today.into(), month_ago.into()])
}

pub(super) fn open_requests<D: Database>(database: &mut D) -> Result<Vec<DocumentRow>, Fault> {
    let open = format!(
        "WHERE d.kind = {} AND d.answered = 0 ORDER BY d.issued, d.customer, d.sha256",
        Kind::Request.number()
    );
    documents(database, &open, &[])
}

pub(super) fn unreceipted<D: Database>(
    database: &mut D,
    since: Day,
) -> Result<Vec<DocumentRow>, Fault> {
    let which = format!(
        "WHERE d.issued >= ?1 AND d.kind = {} AND d.answered = 0 \
         ORDER BY d.issued, d.customer, d.sha256",
        Kind::Usage.number()
    );
    documents(database, &which, &[since.unix().into()])
}

pub(super) fn unsent<D: Database>(database: &mut D, today: Day) -> Result<Vec<DocumentRow>, Fault> {
    let which = format!(
        "WHERE d.end_day > ?1 AND d.order_sha256 IS NOT NULL AND d.serial IS NOT NULL \
         AND d.revoked IS NULL AND {GOES_ON} AND NOT EXISTS \
            (SELECT 1 FROM document l WHERE {LATER} AND l.revoked IS NULL \
                AND l.first_day < d.end_day AND l.end_day > d.first_day) \
         AND NOT EXISTS (SELECT 1 FROM event e WHERE e.customer = d.customer \
            AND e.document = d.sha256 AND e.what = '{}') \
         ORDER BY d.issued, d.customer, d.sha256",
        What::Sent.word()
    );
    documents(database, &which, &[today.into()])
}

/// The last event of a customer is that of the chain which was changed last.
pub(super) fn worked_by<D: Database>(database: &mut D, who: &str) -> Result<Vec<RecordId>, Fault> {
    let sql = "SELECT c.customer, MAX(c.made) FROM chain c JOIN event e \
        ON e.customer = c.customer AND e.subscription = c.subscription AND e.number = c.number \
        WHERE e.who = ?1 AND NOT EXISTS (SELECT 1 FROM chain o \
            WHERE o.customer = c.customer AND o.made > c.made) \
        GROUP BY c.customer ORDER BY MAX(c.made) DESC, c.customer";
    let rows = database.rows(sql, &[who.into()])?;
    let one = |row| Cells::of("chain", row).id(RecordId::parse);
    Ok(rows.into_iter().map(one).collect::<Result<_, _>>()?)
}
