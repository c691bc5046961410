//! Columns of documents that follow from the events, compared with them.

use license_core::document::Kind;

use super::database::{Database, Fault};
use crate::problem::Failure;
use crate::registry::cell::Cells;
use crate::registry::model::{Chain, Sha256};
use crate::registry::rows;
use crate::registry::walk::Loose;

/// The most findings of a kind that are told.
pub(super) const LOOSE: u32 = 100;

/// The event that took a document back: its detail lists the ids.
const TAKEN_BACK: &str = "SELECT 1 FROM event e WHERE e.customer = d.customer \
    AND e.subscription = d.subscription AND e.what = 'revoked' \
    AND e.detail LIKE '%\"' || d.id || '\"%'";

/// The event of a document which somebody let pass against a rule.
const LET_PASS: &str = "SELECT 1 FROM event e WHERE e.customer = d.customer \
    AND e.document = d.sha256 AND e.what = 'excepted'";

/// The event of the license that answers a request: its detail lists the ids.
const ANSWERING: &str = "SELECT 1 FROM event e WHERE e.customer = d.customer \
    AND e.detail LIKE '%\"answers\":[%' AND e.detail LIKE '%\"' || d.id || '\"%'";

/// The event of the receipt for a report: its detail names the report.
const RECEIPTED: &str = "SELECT 1 FROM event e WHERE e.customer = d.customer \
    AND e.what = 'receipted' AND e.detail LIKE '%\"report\":\"' || d.id || '\"%'";

/// The event of the receipt that took the place of this one: its detail names it.
const LATER_RECEIPT: &str = "SELECT 1 FROM event e WHERE e.customer = d.customer \
    AND e.what = 'receipted' AND e.detail LIKE '%\"in_place_of\":\"' || d.id || '\"%'";

/// The event that took over what was made elsewhere: for no order of this desk.
const TAKEN_OVER: &str = "SELECT 1 FROM event e WHERE e.customer = d.customer \
    AND e.document = d.sha256 AND e.what = 'taken_over'";

/// Licenses are counted in the order in which their chain tells of them; nothing else is counted.
const COUNTED: &str = "SELECT x.customer, x.subscription, x.sha256 FROM (\
    SELECT d.customer, d.subscription, d.sha256, d.serial, ROW_NUMBER() OVER \
        (PARTITION BY d.customer, d.subscription ORDER BY f.number) AS place \
    FROM document d JOIN (SELECT e.customer, e.subscription, e.document, MIN(e.number) AS number \
        FROM event e WHERE e.document IS NOT NULL \
        GROUP BY e.customer, e.subscription, e.document) f \
    ON f.customer = d.customer AND f.subscription = d.subscription AND f.document = d.sha256 \
    WHERE d.kind = LICENSE) x WHERE x.serial IS NULL OR x.serial <> x.place";

const MARKED: &str = "SELECT d.customer, d.subscription, d.sha256 FROM document d";

/// The documents with a column that is not what the events say.
pub(super) fn marks<D: Database>(database: &mut D) -> Result<Vec<Loose>, Fault> {
    let (license, request) = (Kind::License.number(), Kind::Request.number());
    let receipted = |is: &str| format!("d.kind = {} AND d.answered {is}", Kind::Usage.number());
    let followed = |is: &str| format!("d.kind = {} AND d.answered {is}", Kind::Receipt.number());
    let answered = |is: &str| format!("d.kind = {request} AND d.answered {is}");
    let ordered = |is: &str| format!("d.kind = {license} AND d.order_sha256 {is}");
    let taken_then = format!("{TAKEN_BACK} AND e.made = d.revoked");
    let columns = [
        ("revoked", without("d.revoked IS NOT NULL", &taken_then)),
        ("revoked", with("d.revoked IS NULL", TAKEN_BACK)),
        ("exception", without("d.exception <> 0", LET_PASS)),
        ("exception", with("d.exception = 0", LET_PASS)),
        ("answered", without(&answered("<> 0"), ANSWERING)),
        ("answered", with(&answered("= 0"), ANSWERING)),
        ("answered", without(&receipted("<> 0"), RECEIPTED)),
        ("answered", with(&receipted("= 0"), RECEIPTED)),
        ("answered", without(&followed("<> 0"), LATER_RECEIPT)),
        ("answered", with(&followed("= 0"), LATER_RECEIPT)),
        ("order", without(&ordered("IS NULL"), TAKEN_OVER)),
        ("order", with(&ordered("IS NOT NULL"), TAKEN_OVER)),
        ("serial", format!("{MARKED} WHERE d.kind <> {license} AND d.serial IS NOT NULL")),
        ("serial", COUNTED.replace("LICENSE", &license.to_string())),
    ];
    let mut found = Vec::new();
    for (column, sql) in columns {
        found.extend(read(database, &sql, column)?);
    }
    Ok(found)
}

/// The documents that are so and have no such event. One condition at a time: a database joins what
/// stands alone, and looks up each row of what stands behind an OR.
fn without(is: &str, event: &str) -> String {
    format!("{MARKED} WHERE {is} AND NOT EXISTS ({event})")
}

/// The documents that are so and have such an event.
fn with(is: &str, event: &str) -> String {
    format!("{MARKED} WHERE {is} AND EXISTS ({event})")
}

fn read<D: Database>(
    database: &mut D,
    sql: &str,
    column: &'static str,
) -> Result<Vec<Loose>, Fault> {
    each(database, sql, "document", |chain, cells| {
        Ok(Loose::Mark(chain, Sha256(cells.exactly()?), column))
    })
}

/// What the rows say, each of which begins with its chain; at most so many.
pub(super) fn each<D: Database>(
    database: &mut D,
    sql: &str,
    table: &'static str,
    of: impl Fn(Chain, &mut Cells) -> Result<Loose, Failure>,
) -> Result<Vec<Loose>, Fault> {
    let rows = database.rows(&format!("{sql} LIMIT {LOOSE}"), &[])?;
    let one = |row| {
        let mut cells = Cells::of(table, row);
        let found = rows::chain(&mut cells).and_then(|chain| of(chain, &mut cells));
        found.unwrap_or_else(Loose::Unreadable)
    };
    Ok(rows.into_iter().map(one).collect())
}
