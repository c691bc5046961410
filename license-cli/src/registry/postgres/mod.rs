//! The registry on a PostgreSQL server, for a team.

mod address;
mod error;
mod passfile;
mod shape;
mod tables;
mod values;

use std::collections::{BTreeSet, HashMap};

use postgres::types::{ToSql, Type};
use postgres::{Client, Statement};

use super::cell::{Cell, Cells};
use super::sql::{Access, Book, Database, Dialect, Fault, Search};
use crate::problem::Failure;
use address::Address;
use error::{Moment, fault};

static DIALECT: Dialect =
    Dialect { lock: " FOR UPDATE", folded: "lower(X COLLATE \"C\")", search: Search::Trigrams };

/// What each connection is told: a change that was answered is on the disk; nothing waits for ever.
/// A page that is read takes milliseconds, and the slowest index a minute to make. Statements are
/// not compiled, where a server can do that: it takes longer than they do.
const SESSION: &str = "SET synchronous_commit = on; SET statement_timeout = '600s'; \
    SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '600s'; \
    SELECT set_config('jit', 'off', false) WHERE current_setting('jit', true) IS NOT NULL";

/// So many rows are entered by one statement.
const TOGETHER: usize = 32;

/// The words that the server's own figures count as common: a row in fifty or so has them.
const COMMON: &str = "SELECT unnest(p.most_common_elems::text::text[]) FROM pg_stats p \
    WHERE p.schemaname = current_schema() AND p.tablename = 'search' AND p.attname = 'words'";

/// A database of a server, opened.
pub(super) struct Postgres {
    address: Address,
    client: Client,
    prepared: HashMap<String, Statement>,
    /// The words that many texts have, once they were asked for.
    common: Option<BTreeSet<String>>,
    within: bool,
}

/// Opens the registry in the database of this URL.
///
/// # Errors
/// `registry_url`, `registry_unreachable`, `registry_certificate`, `registry_denied`,
/// `registry_missing`, `registry_too_new`, `registry_damaged`.
pub(super) fn open(url: &str) -> Result<Book<Postgres>, Failure> {
    let mut opened = connect(url)?;
    tables::bring_up(&mut opened.client).map_err(|failure| opened.placed(failure))?;
    Ok(Book(opened))
}

/// Makes the registry's tables in the database of this URL, which is there and has none.
///
/// # Errors
/// As [`open`], and `registry_exists`.
pub(super) fn create(url: &str) -> Result<Book<Postgres>, Failure> {
    let mut opened = connect(url)?;
    tables::make(&mut opened.client).map_err(|failure| opened.placed(failure))?;
    Ok(Book(opened))
}

fn connect(url: &str) -> Result<Postgres, Failure> {
    let address = Address::parse(url)?;
    let client = session(&address)?;
    Ok(Postgres { address, client, prepared: HashMap::new(), common: None, within: false })
}

fn session(address: &Address) -> Result<Client, Failure> {
    let mut client = address.connect()?;
    let told = client.batch_execute(SESSION);
    told.map_err(|error| error::failure(&error, Moment::Connecting).within(address.shown()))?;
    Ok(client)
}

impl Postgres {
    fn placed(&self, failure: Failure) -> Failure {
        failure.within(self.address.shown())
    }

    fn connect_again(&mut self) -> Result<(), Fault> {
        self.prepared.clear();
        self.client = session(&self.address)?;
        Ok(())
    }

    /// Asks the server; where the connection broke between two transactions, over a new one.
    fn ask<T>(
        &mut self,
        mut question: impl FnMut(&mut Self) -> Result<T, postgres::Error>,
    ) -> Result<T, Fault> {
        let answer = question(self);
        let lost = answer.as_ref().is_err_and(error::is_lost);
        let answer = if lost && !self.within {
            self.connect_again()?;
            question(self)
        } else {
            answer
        };
        answer.map_err(|error| match fault(&error) {
            Ok(again) => again,
            Err(failure) => self.placed(failure).into(),
        })
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, postgres::Error> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&numbered(sql))?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

/// The statement with PostgreSQL's marks for values; ours has no other question mark.
fn numbered(sql: &str) -> String {
    sql.replace('?', "$")
}

impl Database for Postgres {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn begin(&mut self, access: Access) -> Result<(), Fault> {
        self.within = false;
        let begin = match access {
            Access::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Access::Write => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Access::Alone => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        };
        self.ask(|database| database.client.batch_execute(begin))?;
        self.within = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), Fault> {
        let done = self.ask(|database| database.client.batch_execute("COMMIT"));
        self.within = false;
        done
    }

    fn roll_back(&mut self) {
        self.client.batch_execute("ROLLBACK").ok();
        self.within = false;
    }

    fn is_common(&mut self, word: &str) -> Result<bool, Fault> {
        if self.common.is_none() {
            let rows = self.rows(COMMON, &[])?;
            let words = rows.into_iter().map(|row| Cells::of("pg_stats", row).text());
            self.common = Some(words.collect::<Result<_, _>>()?);
        }
        let common = self.common.iter().flatten();
        Ok(common.map(String::as_str).any(|known| known.starts_with(word)))
    }

    fn shape(&mut self) -> Result<Vec<String>, Fault> {
        let rows = self.rows(&shape::query(), &[])?;
        let found = rows.into_iter().map(|row| Cells::of("pg_class", row).text());
        Ok(shape::otherwise(&found.collect::<Result<_, _>>()?))
    }

    fn execute(&mut self, sql: &str, values: &[Cell]) -> Result<u64, Fault> {
        self.ask(|database| {
            let statement = database.prepare(sql)?;
            database.client.execute(&statement, &parameters(values))
        })
    }

    /// Some rows in one statement: each one is a way to the server and back.
    fn execute_each(&mut self, sql: &str, rows: &[Vec<Cell>]) -> Result<u64, Fault> {
        let mut all = 0;
        let (together, rest) = rows.as_chunks::<TOGETHER>();
        let several = values::several(sql, TOGETHER);
        for some in together {
            all += self.execute(&several, &some.concat())?;
        }
        for row in rest {
            all += self.execute(sql, row)?;
        }
        Ok(all)
    }

    fn rows(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, Fault> {
        let rows = self.ask(|database| {
            let statement = database.prepare(sql)?;
            database.client.query(&statement, &parameters(values))
        })?;
        values::cells(&rows).map_err(|failure| self.placed(failure).into())
    }

    /// With a plan for these values: a common word and a rare one are not looked up alike.
    fn rows_once(&mut self, sql: &str, values: &[Cell]) -> Result<Vec<Vec<Cell>>, Fault> {
        let sql = numbered(sql);
        let typed: Vec<(&(dyn ToSql + Sync), Type)> =
            values.iter().map(|value| (value as &(dyn ToSql + Sync), value.kind())).collect();
        let rows = self.ask(|database| database.client.query_typed(&sql, &typed))?;
        values::cells(&rows).map_err(|failure| self.placed(failure).into())
    }
}

fn parameters(values: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
