//! Search: unranked candidates from an index, then the nearest of them.
//!
//! Whole words first; where they do not fill the page, beginnings of words, then parts of words;
//! where nothing is found, words with a typing error.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use license_core::document::Plan;

use super::database::{Database, Fault, Search};
use super::read::{self, select_documents};
use crate::problem::{Failure, Problem};
use crate::registry::cell::{Cell, Cells};
use crate::registry::error::RegistryError;
use crate::registry::fold::{self, parts, words};
use crate::registry::model::{Chain, DocumentRow};
use crate::registry::query::{Filter, Found, ID_DIGITS, Nearness, Query};
use crate::registry::rank::{Rank, rank};
use crate::registry::rows;
use crate::registry::table::DOCUMENT;

/// The most rows that an index gives, before they are ranked.
const CANDIDATES: u32 = 200;

/// The most words that are looked for.
const WORDS: usize = 16;

/// Rows of a page of documents.
const PAGE: u32 = 1000;

/// A statement that is being written, with its values.
#[derive(Debug, Default)]
struct Statement {
    sql: String,
    values: Vec<Cell>,
}

impl Statement {
    /// Adds a value, and gives its place in the text.
    fn value(&mut self, value: impl Into<Cell>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    /// Adds what documents called `d` must be.
    fn filter(&mut self, filter: &Filter) {
        let mut conditions = Vec::new();
        if let Some(plan) = filter.plan {
            conditions.push(format!("d.plan = {}", self.value(u32::from(plan.number()))));
        }
        if let Some(day) = filter.ends_before {
            conditions.push(format!("d.end_day < {}", self.value(day)));
        }
        if let Some((first, last)) = filter.issued_between {
            conditions.push(format!("d.issued >= {}", self.value(first.unix())));
            let end = last.plus(1).map_or(i64::MAX as u64, license_core::Day::unix);
            conditions.push(format!("d.issued < {}", self.value(end)));
        }
        if let Some(key) = filter.signed_by {
            conditions.push(format!("d.signed_by = {}", self.value(key)));
        }
        if let Some(policy) = &filter.policy {
            conditions.push(format!("d.policy = {}", self.value(policy)));
        }
        if filter.exceptions {
            conditions.push("d.exception = 1".to_owned());
        }
        if let Some(kind) = &filter.customer_type {
            let kind = self.value(kind);
            conditions.push(format!(
                "EXISTS (SELECT 1 FROM customer c WHERE c.id = d.customer \
                 AND c.customer_type = {kind})"
            ));
        }
        for condition in conditions {
            self.sql += " AND ";
            self.sql += &condition;
        }
    }

    /// Adds what rows called `s`, of what is searched, must be.
    fn filter_chains(&mut self, filter: &Filter) {
        if filter.is_of_customer_only() {
            if let Some(kind) = &filter.customer_type {
                let kind = self.value(kind);
                self.sql += &format!(
                    " AND EXISTS (SELECT 1 FROM customer c WHERE c.id = s.customer \
                     AND c.customer_type = {kind})"
                );
            }
            return;
        }
        self.sql += " AND EXISTS (SELECT 1 FROM document d WHERE d.customer = s.customer \
                     AND d.subscription = s.subscription";
        self.filter(filter);
        self.sql += ")";
    }
}

/// What was found so far: chains, how near they are, and when something was last done there.
type Candidates = BTreeMap<Chain, (Option<Rank>, u64)>;

pub(super) fn find<D: Database>(
    database: &mut D,
    query: &Query,
    limit: usize,
) -> Result<Vec<Found>, Fault> {
    let mut words = words(&query.words);
    words.truncate(WORDS);
    let found = if words.is_empty() {
        by_filter(database, &query.filter, limit)?
    } else {
        by_words(database, &words, &query.filter, limit)?
    };
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(chain, near)| (Reverse(*near), chain.clone()));
    found.truncate(limit);
    let whole = found.into_iter().map(|(chain, (rank, _))| {
        let nearness = rank.map_or(Nearness::Far, |rank| rank.worst);
        complete(database, chain, &query.filter, nearness)
    });
    Ok(whole.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

fn by_words<D: Database>(
    database: &mut D,
    words: &[String],
    filter: &Filter,
    limit: usize,
) -> Result<Candidates, Fault> {
    let mut found = candidates(database, words, &LookUp::Whole(words.to_vec()), filter)?;
    // What holds every word as a whole is nearer than anything else; and whoever typed a number or
    // an id that is there as a whole, meant that.
    let more = found.len() < limit && (found.is_empty() || !words.iter().any(|word| is_id(word)));
    if more {
        found.extend(candidates(database, words, &beginnings(words), filter)?);
    }
    with_plan(database, words, filter, &mut found)?;
    with_id(database, words, filter, &mut found)?;
    // An index of three letters cannot look up fewer.
    if more && found.len() < limit && words.iter().any(|word| is_long(word)) {
        let middles: Vec<_> = words.iter().map(|word| vec![word.clone()]).collect();
        found.extend(candidates(database, words, &LookUp::Parts(middles), filter)?);
    }
    // A number or an id is taken for right first: its parts alone are in more texts than are looked
    // at.
    let (right, doubtful): (Vec<&String>, Vec<&String>) = words.iter().partition(|it| is_id(it));
    if found.is_empty() && !right.is_empty() && may_err(&doubtful) {
        let right = right.into_iter().cloned().collect();
        let beside = LookUp::Beside { right, lists: slips(&doubtful) };
        found.extend(candidates(database, words, &beside, filter)?);
    }
    let all: Vec<&String> = words.iter().collect();
    if found.is_empty() && may_err(&all) {
        found.extend(candidates(database, words, &LookUp::Parts(slips(&all)), filter)?);
    }
    Ok(found)
}

/// Each of these words, or its parts where it is long enough for a typing error.
fn slips(words: &[&String]) -> Vec<Vec<String>> {
    let of = |word: &&String| match parts(word) {
        parts if parts.is_empty() => vec![(*word).clone()],
        parts => parts,
    };
    words.iter().map(of).collect()
}

/// Whether one of these words is long enough for a typing error.
fn may_err(words: &[&String]) -> bool {
    words.iter().any(|word| parts(word).len() > 1)
}

/// Whether it is a number or an id.
fn is_id(word: &str) -> bool {
    word.len() >= ID_DIGITS && word.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether trigrams can look it up.
fn is_long(part: &str) -> bool {
    part.chars().nth(2).is_some()
}

/// What is looked up in an index.
enum LookUp {
    /// These words, all of them.
    Whole(Vec<String>),
    /// Words that begin so, all of them.
    Beginnings(Vec<String>),
    /// Of each list a part of a word.
    Parts(Vec<Vec<String>>),
    /// Words that begin as the right ones, all of them, and of each list a part of a word.
    Beside { right: Vec<String>, lists: Vec<Vec<String>> },
}

fn beginnings(words: &[String]) -> LookUp {
    LookUp::Beginnings(words.to_vec())
}

/// The rows of what is searched that an index gives, ranked by the words that were typed.
fn candidates<D: Database>(
    database: &mut D,
    words: &[String],
    look_up: &LookUp,
    filter: &Filter,
) -> Result<Candidates, Fault> {
    let count = rows_of(database, look_up)?;
    let statement = statement_of(database.dialect().search, look_up, count, filter);
    let rows = database.rows_once(&statement.sql, &statement.values)?;
    let mut found = Candidates::new();
    for row in rows {
        let mut cells = Cells::of("search", row);
        let (chain, text) = (rows::chain(&mut cells)?, cells.text()?);
        let at = cells.optional()?.unwrap_or(0);
        if let Some(rank) = rank(words, &text) {
            found.insert(chain, (Some(rank), at));
        }
    }
    Ok(found)
}

/// The rows that an index gives. SQLite takes the newest first, and stops where it has enough.
fn statement_of(search: Search, look_up: &LookUp, rows: Rows, filter: &Filter) -> Statement {
    let mut statement = Statement::default();
    match search {
        Search::Fts5 => fts5(&mut statement, look_up),
        Search::Trigrams => trigrams(&mut statement, look_up, rows),
    }
    statement.filter_chains(filter);
    if search == Search::Fts5 {
        statement.sql += " ORDER BY w.rowid DESC";
    }
    statement.sql += &format!(" LIMIT {CANDIDATES}");
    statement
}

const COLUMNS: &str = "SELECT s.customer, s.subscription, s.content, h.made FROM";
const ENDS: &str =
    "LEFT JOIN chain h ON h.customer = s.customer AND h.subscription = s.subscription";

fn fts5(statement: &mut Statement, look_up: &LookUp) {
    let quoted = |part: &String| format!("\"{part}\"");
    let (table, pattern) = match look_up {
        LookUp::Whole(words) => {
            ("search_words", words.iter().map(quoted).collect::<Vec<_>>().join(" AND "))
        }
        LookUp::Beginnings(words) | LookUp::Beside { right: words, .. } => {
            let words: Vec<_> = words.iter().map(|word| quoted(word) + "*").collect();
            ("search_words", words.join(" AND "))
        }
        LookUp::Parts(lists) => {
            let long = lists.iter().filter(|list| list.iter().all(|part| is_long(part)));
            let either = long.map(|list| {
                format!(
                    "({})",
                    list.iter().map(|part| trigrams_of(part)).collect::<Vec<_>>().join(" OR ")
                )
            });
            ("search_middle", either.collect::<Vec<_>>().join(" AND "))
        }
    };
    let pattern = statement.value(pattern);
    statement.sql = format!(
        "{COLUMNS} {table} w JOIN search s ON s.number = w.rowid {ENDS} \
         WHERE w.{table} MATCH {pattern}"
    );
    if let LookUp::Parts(lists) | LookUp::Beside { lists, .. } = look_up {
        holds(statement, lists);
    }
}

/// The trigrams that cover a part. Whether they stand together is asked of the text itself, which
/// is quicker than asking the index.
fn trigrams_of(part: &str) -> String {
    let letters: Vec<char> = part.chars().collect();
    let last = letters.get(letters.len().saturating_sub(3)..).unwrap_or(&letters);
    let mut cover: Vec<&[char]> = letters.chunks_exact(3).collect();
    if !letters.len().is_multiple_of(3) {
        cover.push(last);
    }
    let quoted = cover.iter().map(|three| format!("\"{}\"", three.iter().collect::<String>()));
    format!("({})", quoted.collect::<Vec<_>>().join(" AND "))
}

/// How many rows an index gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// Few: they are looked up by themselves, all of them. Else a server may read the whole table
    /// for a word that nobody has: it guesses that one row in fifty has it, and that the first 200
    /// are soon found.
    Few,
    /// Perhaps many, of which the first are enough.
    Any,
}

/// How many rows the words will give, as far as the database knows.
fn rows_of<D: Database>(database: &mut D, look_up: &LookUp) -> Result<Rows, Fault> {
    let words = match look_up {
        LookUp::Whole(words) | LookUp::Beginnings(words) => words,
        LookUp::Beside { right, .. } => right,
        LookUp::Parts(_) => return Ok(Rows::Any),
    };
    for word in words.iter().filter(|word| is_selective(word)) {
        if !database.is_common(word)? {
            return Ok(Rows::Few);
        }
    }
    Ok(Rows::Any)
}

fn trigrams(statement: &mut Statement, look_up: &LookUp, rows: Rows) {
    statement.sql = match rows {
        Rows::Few => format!(
            "{COLUMNS} (SELECT s.customer, s.subscription, s.content FROM search s WHERE 1 = 1"
        ),
        Rows::Any => format!("{COLUMNS} search s {ENDS} WHERE 1 = 1"),
    };
    match look_up {
        LookUp::Whole(words) => tsquery(statement, words.iter(), "'"),
        LookUp::Beginnings(words) | LookUp::Beside { right: words, .. } => {
            let any = words.iter().any(|word| is_selective(word));
            let looked_up = |word: &&String| is_selective(word) || !any;
            tsquery(statement, words.iter().filter(looked_up), "':*");
            for letter in words.iter().filter(|word| !looked_up(word)) {
                let letter = statement.value(format!(" {letter}"));
                let spaced = "translate(' ' || s.content, chr(10), ' ')";
                statement.sql += &format!(" AND strpos({spaced}, {letter}) > 0");
            }
        }
        LookUp::Parts(lists) => holds(statement, lists),
    }
    if rows == Rows::Few {
        statement.sql += &format!(" OFFSET 0) s {ENDS} WHERE 1 = 1");
    }
    if let LookUp::Beside { lists, .. } = look_up {
        holds(statement, lists);
    }
}

/// Adds that every one of these words is there, each with this behind it.
fn tsquery<'a>(statement: &mut Statement, words: impl Iterator<Item = &'a String>, behind: &str) {
    let words: Vec<_> = words.map(|word| format!("'{word}{behind}")).collect();
    let pattern = statement.value(words.join(" & "));
    statement.sql += &format!(" AND s.words @@ {pattern}::text::tsquery");
}

/// Whether few words begin so: a lone letter would give the index nearly everything.
fn is_selective(word: &str) -> bool {
    word.chars().nth(1).is_some()
}

/// Adds, for each list, that the text holds one of its parts.
fn holds(statement: &mut Statement, lists: &[Vec<String>]) {
    for list in lists {
        let either: Vec<_> = list
            .iter()
            .map(|part| format!("s.content LIKE {}", statement.value(format!("%{part}%"))))
            .collect();
        statement.sql += &format!(" AND ({})", either.join(" OR "));
    }
}

/// Where a word is a plan, also what the others find under that plan.
fn with_plan<D: Database>(
    database: &mut D,
    words: &[String],
    filter: &Filter,
    found: &mut Candidates,
) -> Result<(), Fault> {
    let plan = words.iter().find_map(|word| Some((word, Plan::parse(word)?)));
    let Some((word, plan)) = plan.filter(|_| filter.plan.is_none()) else { return Ok(()) };
    let others: Vec<_> = words.iter().filter(|other| *other != word).cloned().collect();
    let filter = Filter { plan: Some(plan), ..filter.clone() };
    let more = if others.is_empty() {
        by_filter(database, &filter, CANDIDATES as usize)?
    } else {
        candidates(database, &others, &beginnings(&others), &filter)?
    };
    for (chain, near) in more {
        found.entry(chain).or_insert(near);
    }
    Ok(())
}

/// Where there is one word and it may begin the id of a document, also whose that is.
fn with_id<D: Database>(
    database: &mut D,
    words: &[String],
    filter: &Filter,
    found: &mut Candidates,
) -> Result<(), Fault> {
    let [word] = words else { return Ok(()) };
    if word.len() < ID_DIGITS {
        return Ok(());
    }
    for document in read::by_document_id(database, word)? {
        let text = document.id.to_string();
        if filter.is_empty() || newest(database, &document.chain(), filter)?.is_some() {
            let near = rank(words, &text);
            found.insert(document.chain(), (near, document.issued));
        }
    }
    Ok(())
}

/// The chains of which this is the whole name; none is taken where there are too many to look at.
pub(super) fn called<D: Database>(database: &mut D, name: &str) -> Result<Vec<Found>, Fault> {
    let most = CANDIDATES + 1;
    let sql = format!(
        "SELECT c.customer, c.subscription FROM called c WHERE c.name = ?1 \
         ORDER BY c.customer, c.subscription LIMIT {most}"
    );
    let rows = database.rows(&sql, &[fold::name(name).into()])?;
    if rows.len() > CANDIDATES as usize {
        let found = format!("more than {CANDIDATES} are called {name:?}");
        return Err(Failure::new(Problem::DeskSeveral, found).into());
    }
    let mut found = Vec::new();
    for row in rows {
        let chain = rows::chain(&mut Cells::of("called", row))?;
        found.extend(complete(database, chain, &Filter::default(), Nearness::Whole)?);
    }
    Ok(found)
}

/// The chains of the documents that the filter takes, those with the newest first.
fn by_filter<D: Database>(
    database: &mut D,
    filter: &Filter,
    limit: usize,
) -> Result<Candidates, Fault> {
    if filter.is_empty() {
        return Ok(Candidates::new());
    }
    let sql = "SELECT d.customer, d.subscription, MAX(d.issued) FROM document d WHERE 1 = 1";
    let mut statement = Statement { sql: sql.to_owned(), values: Vec::new() };
    statement.filter(filter);
    statement.sql += &format!(
        " GROUP BY d.customer, d.subscription ORDER BY MAX(d.issued) DESC, d.customer LIMIT {limit}"
    );
    let rows = database.rows_once(&statement.sql, &statement.values)?;
    let read = rows.into_iter().map(|row| {
        let mut cells = Cells::of("document", row);
        Ok((rows::chain(&mut cells)?, (None, cells.number()?)))
    });
    read.collect()
}

/// Everything about what was found; `None` where it has gone meanwhile.
fn complete<D: Database>(
    database: &mut D,
    chain: Chain,
    filter: &Filter,
    nearness: Nearness,
) -> Result<Option<Found>, Fault> {
    let Some(customer) = read::customer(database, chain.customer)? else { return Ok(None) };
    let subscription = read::subscription(database, &chain)?;
    let newest = newest(database, &chain, filter)?;
    Ok(Some(Found { chain, customer, subscription, newest, nearness }))
}

/// The newest license of a chain, or the newest document that the filter takes.
fn newest<D: Database>(
    database: &mut D,
    chain: &Chain,
    filter: &Filter,
) -> Result<Option<DocumentRow>, Fault> {
    let mut statement = Statement { sql: select_documents(), values: read::of_chain(chain) };
    statement.sql += " WHERE d.customer = ?1 AND d.subscription = ?2";
    if filter.is_of_customer_only() {
        statement.sql += " AND d.serial IS NOT NULL ORDER BY d.issued DESC, d.serial DESC LIMIT 1";
    } else {
        statement.filter(filter);
        statement.sql += " ORDER BY d.issued DESC, d.sha256 LIMIT 1";
    }
    let row = database.rows(&statement.sql, &statement.values)?.pop();
    Ok(row.map(|row| rows::document_row(&mut Cells::new(&DOCUMENT, row))).transpose()?)
}

pub(super) fn each_document<D: Database>(
    database: &mut D,
    filter: &Filter,
    each: &mut dyn FnMut(DocumentRow) -> Result<(), RegistryError>,
) -> Result<(), Fault> {
    let mut after = None;
    loop {
        let page = documents(database, filter, after.as_ref())?;
        after = page.last().cloned();
        if after.is_none() {
            return Ok(());
        }
        page.into_iter().try_for_each(&mut *each)?;
    }
}

/// The next documents that the filter takes, in the order of the key.
fn documents<D: Database>(
    database: &mut D,
    filter: &Filter,
    after: Option<&DocumentRow>,
) -> Result<Vec<DocumentRow>, Fault> {
    let mut statement = Statement { sql: select_documents(), values: Vec::new() };
    statement.sql += " WHERE 1 = 1";
    if let Some(after) = after {
        let key = (statement.value(after.customer), statement.value(after.sha256));
        statement.sql += &format!(" AND (d.customer, d.sha256) > ({}, {})", key.0, key.1);
    }
    statement.filter(filter);
    statement.sql += &format!(" ORDER BY d.customer, d.sha256 LIMIT {PAGE}");
    let rows = database.rows_once(&statement.sql, &statement.values)?;
    let read = rows.into_iter().map(|row| rows::document_row(&mut Cells::new(&DOCUMENT, row)));
    Ok(read.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::sql::SQLITE;

    /// A common word is in a third of all texts: they are not read to be put in order.
    #[test]
    fn sqlite_reads_no_more_than_it_gives() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for step in SQLITE {
            connection.execute_batch(step).unwrap();
        }
        let parts = LookUp::Parts(vec![vec!["ystem".to_owned()]]);
        let whole = LookUp::Whole(vec!["systems".to_owned()]);
        for look_up in [whole, beginnings(&["systems".to_owned()]), parts] {
            let Statement { sql, values } =
                statement_of(Search::Fts5, &look_up, Rows::Any, &Filter::default());
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let values = rusqlite::params_from_iter(&values);
            let steps = plan.query_map(values, |row| row.get::<_, String>(3)).unwrap();
            let steps: Vec<String> = steps.map(Result::unwrap).collect();
            assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:?}");
        }
    }
}
