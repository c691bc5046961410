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
    let either = |yes: &str, no: &str, event: &str| {
        format!("(({yes}) AND NOT EXISTS ({event})) OR (({no}) AND EXISTS ({event}))")
    };
    let revoked = format!(
        "(d.revoked IS NOT NULL AND NOT EXISTS ({TAKEN_BACK} AND e.made = d.revoked)) \
         OR (d.revoked IS NULL AND EXISTS ({TAKEN_BACK}))"
    );
    let answered = either("d.answered <> 0", "d.answered = 0", ANSWERING);
    let columns = [
        ("revoked", revoked),
        ("exception", either("d.exception <> 0", "d.exception = 0", LET_PASS)),
        ("answered", format!("d.kind = {request} AND ({answered})")),
        (
            "order",
            format!(
                "d.kind = {license} AND ((d.order_sha256 IS NULL AND NOT EXISTS ({TAKEN_OVER})) \
                 OR (d.order_sha256 IS NOT NULL AND EXISTS ({TAKEN_OVER})))"
            ),
        ),
        ("serial", format!("d.kind <> {license} AND d.serial IS NOT NULL")),
    ];
    let mut found = Vec::new();
    for (column, which) in columns {
        let sql = format!("{MARKED} WHERE {which}");
        found.extend(read(database, &sql, column)?);
    }
    let counted = COUNTED.replace("LICENSE", &license.to_string());
    found.extend(read(database, &counted, "serial")?);
    Ok(found)
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
