//! An empty registry for a test, on each database.

use std::collections::BTreeMap;
#[cfg(feature = "postgres")]
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

#[cfg(feature = "postgres")]
use super::server::Server;

use crate::registry::{Place, Registry, Sha256};

/// An empty registry, which can be opened several times.
pub(crate) struct Bed {
    pub(crate) place: Place,
    _folder: Option<TempDir>,
}

impl Bed {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("registry.sqlite"));
        drop(place.create().unwrap());
        Self { place, _folder: Some(folder) }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let database = format!("bed{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let place = Place::parse(&Server::shared().with_database(&database)).unwrap();
        drop(place.create().unwrap());
        Self { place, _folder: None }
    }

    /// Another empty one on the same database.
    pub(super) fn again(&self) -> Self {
        match &self.place {
            Place::File(_) => Self::sqlite(),
            #[cfg(feature = "postgres")]
            Place::Server(_) => Self::postgres(),
            #[cfg(not(feature = "postgres"))]
            Place::Server(_) => unreachable!(),
        }
    }

    /// Another empty one on each database.
    pub(super) fn others(&self) -> Vec<Self> {
        vec![
            Self::sqlite(),
            #[cfg(feature = "postgres")]
            Self::postgres(),
        ]
    }

    /// Does this by hand, past the registry.
    pub(super) fn sql(&self, sql: &str) {
        match &self.place {
            Place::File(path) => {
                rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            #[cfg(not(feature = "postgres"))]
            Place::Server(_) => unreachable!(),
            #[cfg(feature = "postgres")]
            Place::Server(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.batch_execute(sql).unwrap();
            }
        }
    }

    /// Looks for a part of a word by reading every text.
    pub(super) fn scan(&self, part: &str) {
        let sql = format!("SELECT count(*) FROM search WHERE content LIKE '%{part}%'");
        match &self.place {
            Place::File(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap();
            }
            Place::Server(_) => {
                let unindexed = "SET enable_bitmapscan = off; SET enable_indexscan = off";
                self.sql(&format!("{unindexed}; {sql}"));
            }
        }
    }

    /// What a database does by itself from time to time.
    pub(crate) fn tidy(&self) {
        match &self.place {
            Place::File(_) => {}
            Place::Server(_) => self.sql("VACUUM ANALYZE"),
        }
    }

    /// The columns of each table that the database has, in their order.
    pub(super) fn columns(&self) -> BTreeMap<String, Vec<String>> {
        let rows: Vec<(String, String)> = match &self.place {
            Place::File(path) => {
                let sql = "SELECT s.name, c.name FROM sqlite_schema s, pragma_table_info(s.name) c \
                           ORDER BY s.name, c.cid";
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut statement = connection.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
                rows.map(Result::unwrap).collect()
            }
            #[cfg(not(feature = "postgres"))]
            Place::Server(_) => unreachable!(),
            #[cfg(feature = "postgres")]
            Place::Server(url) => {
                let sql = "SELECT table_name::text, column_name::text \
                           FROM information_schema.columns WHERE table_schema = 'public' \
                           ORDER BY table_name, ordinal_position";
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                let rows = client.query(sql, &[]).unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1))).collect()
            }
        };
        let mut found = BTreeMap::<_, Vec<_>>::new();
        rows.into_iter().for_each(|(table, column)| found.entry(table).or_default().push(column));
        found
    }

    /// What this finds: rows of one text.
    pub(super) fn texts(&self, sql: &str) -> Vec<String> {
        match &self.place {
            Place::File(path) => {
                let connection = rusqlite::Connection::open(path).unwrap();
                let mut statement = connection.prepare(sql).unwrap();
                let rows = statement.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            }
            #[cfg(not(feature = "postgres"))]
            Place::Server(_) => unreachable!(),
            #[cfg(feature = "postgres")]
            Place::Server(url) => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client.query(sql, &[]).unwrap().iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// A hash as the database's SQL writes it.
    pub(super) fn literal(&self, hash: Sha256) -> String {
        match &self.place {
            Place::File(_) => format!("x'{hash}'"),
            Place::Server(_) => format!("'\\x{hash}'"),
        }
    }

    pub(crate) fn open(&self) -> Box<dyn Registry> {
        self.place.open().unwrap()
    }
}

/// Tests that run on each database, with an empty registry.
macro_rules! on_each {
    ($($(#[$meta:meta])* fn $name:ident($bed:ident: &Bed) $body:block)+) => {
        $(fn $name($bed: &Bed) $body)+

        mod sqlite {
            $(#[test] $(#[$meta])* fn $name() {
                super::$name(&super::Bed::sqlite());
            })+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[test] $(#[$meta])* fn $name() {
                super::$name(&super::Bed::postgres());
            })+
        }
    };
}
pub(super) use on_each;
