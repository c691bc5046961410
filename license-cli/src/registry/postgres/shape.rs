//! What stands beside the tables in the database: keys, indexes, and whatever changes or hides rows
//! behind the desk's back.

use std::collections::BTreeSet;

/// The tables.
const TABLES: [&str; 11] = [
    "called",
    "chain",
    "contact",
    "customer",
    "document",
    "event",
    "instance",
    "note",
    "schema",
    "search",
    "subscription",
];

/// What the steps make, as [`query`] tells of it.
const MADE: [&str; 26] = [
    "index called_name of called: name",
    "index called_pkey of called, primary key: customer, subscription, name",
    "index chain_pkey of chain, primary key: customer, subscription",
    "index contact_pkey of contact, primary key: customer, id",
    "index customer_pkey of customer, primary key: id",
    "index document_customer_subscription_serial_key of document, unique: \
     customer, subscription, serial",
    "index document_ends of document, of some rows: end_day",
    "index document_exceptions of document, of some rows: issued",
    "index document_id of document: id",
    "index document_issued of document: issued",
    "index document_open of document, of some rows: issued",
    "index document_pkey of document, primary key: customer, sha256",
    "index document_policy of document: policy, issued",
    "index document_sha256 of document: sha256",
    "index document_signed of document: signed_by, issued",
    "index event_document of event, of some rows: customer, document",
    "index event_pkey of event, primary key: customer, subscription, number",
    "index event_ticket of event, of some rows: an expression",
    "index instance_pkey of instance, primary key: customer, id",
    "index note_pkey of note, primary key: customer, id",
    "index note_remind of note, of some rows: remind",
    "index schema_pkey of schema, primary key: version",
    "index search_middle of search: content",
    "index search_pkey of search, primary key: customer, subscription",
    "index search_words of search: words",
    "index subscription_pkey of subscription, primary key: customer, id",
];

/// The question what stands beside the tables, each in words. Of the tables alone, those that
/// statements name.
pub(super) fn query() -> String {
    let tables = TABLES.map(|name| format!("to_regclass('{name}')")).join(", ");
    let parts = [
        "SELECT 'index ' || i.relname || ' of ' || t.relname \
            || CASE WHEN x.indisprimary THEN ', primary key' WHEN x.indisunique THEN ', unique' \
                ELSE '' END \
            || CASE WHEN x.indpred IS NULL THEN '' ELSE ', of some rows' END \
            || CASE WHEN x.indisvalid AND x.indisready THEN '' ELSE ', not valid' END || ': ' \
            || (SELECT string_agg(coalesce(a.attname, 'an expression'), ', ' ORDER BY k.place) \
                FROM unnest(x.indkey::int2[]) WITH ORDINALITY k (number, place) \
                LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number) AS found \
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN ours t ON t.oid = x.indrelid",
        "SELECT 'trigger ' || g.tgname || ' of ' || t.relname FROM pg_trigger g \
         JOIN ours t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal",
        "SELECT 'rule ' || r.rulename || ' of ' || t.relname FROM pg_rewrite r \
         JOIN ours t ON t.oid = r.ev_class",
        "SELECT 'policy ' || p.polname || ' of ' || t.relname FROM pg_policy p \
         JOIN ours t ON t.oid = p.polrelid",
        "SELECT 'constraint ' || c.conname || ' of ' || t.relname FROM pg_constraint c \
         JOIN ours t ON t.oid = c.conrelid WHERE c.contype NOT IN ('p', 'u', 'n')",
        "SELECT 'table ' || c.relname || ', whose rows are counted among those of ' || t.relname \
         FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid \
         JOIN ours t ON t.oid = h.inhparent",
        "SELECT 'security of rows of ' || t.relname FROM ours t WHERE t.relrowsecurity",
        "SELECT t.relname || ', which is no plain table' FROM ours t WHERE t.relkind <> 'r'",
        "SELECT 'default of ' || t.relname || '.' || a.attname FROM pg_attrdef d \
         JOIN ours t ON t.oid = d.adrelid \
         JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum",
    ];
    let parts = parts.map(|part| format!("SELECT found::text FROM ({part}) f (found)"));
    format!(
        "WITH ours AS (SELECT c.oid, c.relname, c.relkind, c.relrowsecurity FROM pg_class c \
         WHERE c.oid IN ({tables})) {}",
        parts.join(" UNION ALL ")
    )
}

/// What is more or missing.
pub(super) fn otherwise(found: &BTreeSet<String>) -> Vec<String> {
    let made: BTreeSet<&str> = MADE.into_iter().collect();
    let more = found.iter().filter(|it| !made.contains(it.as_str()));
    let more = more.map(|it| format!("found the {it}, which airlock did not make"));
    let missing = made.iter().filter(|it| !found.contains(**it));
    more.chain(missing.map(|it| format!("found no {it}, expected it"))).collect()
}
