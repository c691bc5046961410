//! What has come apart: rows that name others which are gone, and columns that are not what the
//! events say.

use std::collections::BTreeSet;

use license_core::value::InstanceId;

use super::database::{Database, Fault};
use super::marks::{self, each};
use crate::registry::cell::{Cell, Cells};
use crate::registry::model::{Chain, RecordId, Sha256};
use crate::registry::walk::Loose;

const GONE: &str = "SELECT e.customer, e.subscription, e.number FROM event e \
    WHERE e.document IS NOT NULL AND NOT EXISTS (SELECT 1 FROM document d \
        WHERE d.customer = e.customer AND d.sha256 = e.document)";
const UNTOLD: &str = "SELECT d.customer, d.subscription, d.sha256 FROM document d \
    WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.customer = d.customer \
        AND e.document = d.sha256 AND e.subscription = d.subscription)";
const NO_CUSTOMER: &str = "SELECT c.customer, c.subscription FROM chain c \
    WHERE NOT EXISTS (SELECT 1 FROM customer u WHERE u.id = c.customer)";
const NO_SUBSCRIPTION: &str = "SELECT c.customer, c.subscription FROM chain c \
    WHERE c.subscription <> '' AND NOT EXISTS (SELECT 1 FROM subscription s \
        WHERE s.customer = c.customer AND s.id = c.subscription)";

/// The serial of a chain is that of its last license: the next one is counted from it.
const SERIAL: &str = "SELECT c.customer, c.subscription FROM chain c LEFT JOIN \
    (SELECT d.customer, d.subscription, MAX(d.serial) AS serial FROM document d \
        WHERE d.serial IS NOT NULL GROUP BY d.customer, d.subscription) l \
    ON l.customer = c.customer AND l.subscription = c.subscription \
    WHERE c.serial <> COALESCE(l.serial, 0)";

/// A subscription does not go on where an event says that it ends, and nowhere else.
const ENDS: &str = "EXISTS (SELECT 1 FROM event e WHERE e.customer = s.customer \
    AND e.subscription = s.id AND (e.what = 'passed_on' OR (e.what = 'revoked' \
    AND e.detail LIKE '%\"subscription_ends\":\"%')))";
const SUBSCRIPTIONS: &str = "SELECT s.customer, s.id FROM subscription s";

/// What a chain has come apart in.
type OfChain = fn(Chain) -> Loose;

/// Events without their document, documents without an event, and whatever else has come apart; at
/// most so many of each kind.
pub(super) fn loose<D: Database>(database: &mut D) -> Result<Vec<Loose>, Fault> {
    let state =
        format!("{SUBSCRIPTIONS} WHERE (s.state <> 0 AND NOT {ENDS}) OR (s.state = 0 AND {ENDS})");
    let mut found = each(database, GONE, "event", |chain, cells| {
        Ok(Loose::DocumentGone(chain, cells.number()?))
    })?;
    found.extend(each(database, UNTOLD, "document", |chain, cells| {
        Ok(Loose::NoEvent(chain, Sha256(cells.exactly()?)))
    })?);
    let chains: [(&str, OfChain); 4] = [
        (NO_CUSTOMER, Loose::NoCustomer),
        (NO_SUBSCRIPTION, Loose::NoSubscription),
        (SERIAL, |chain| Loose::End(chain, "serial")),
        (&state, Loose::State),
    ];
    for (sql, of) in chains {
        found.extend(each(database, sql, "chain", |chain, _| Ok(of(chain)))?);
    }
    found.extend(marks::marks(database)?);
    Ok(found)
}

/// The instances of the customers from the first to the last.
pub(super) fn instances<D: Database>(
    database: &mut D,
    first: &Cell,
    last: &Cell,
) -> Result<BTreeSet<(RecordId, InstanceId)>, Fault> {
    let sql = "SELECT i.customer, i.id FROM instance i WHERE i.customer >= ?1 AND i.customer <= ?2";
    let rows = database.rows(sql, &[first.clone(), last.clone()])?;
    Ok(rows.into_iter().filter_map(instance).collect())
}

fn instance(row: Vec<Cell>) -> Option<(RecordId, InstanceId)> {
    let mut cells = Cells::of("instance", row);
    Some((cells.parsed(RecordId::parse).ok()?, cells.parsed(InstanceId::parse).ok()?))
}
