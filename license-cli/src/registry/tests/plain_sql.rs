//! The SQL keeps to what PostgreSQL shares with the databases that speak like it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::bed::{Bed, on_each};
use crate::registry::table::TABLES;

/// What YugabyteDB, CockroachDB or Citus lack.
const LACKING: [&str; 14] = [
    "LISTEN",
    "NOTIFY",
    "LOCK TABLE",
    "ADVISORY",
    "TRIGGER",
    "GENERATED",
    "FUNCTION",
    "PROCEDURE",
    "DEFERRABLE",
    "INHERITS",
    "TEMPORARY",
    "SERIAL PRIMARY",
    "CURSOR",
    "LANGUAGE",
];

/// The files with SQL for PostgreSQL, of what ships.
fn sources() -> Vec<(PathBuf, String)> {
    let room = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/registry");
    let files = ["sql", "postgres"].iter().flat_map(|name| room.join(name).read_dir().unwrap());
    let read = files.map(|file| {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        (path, text)
    });
    read.chain([(room.join("table.rs"), include_str!("../table.rs").to_owned())]).collect()
}

/// What in a text of SQL another database lacks.
fn lacking(text: &str) -> Vec<&'static str> {
    let is_code = |line: &&str| !line.trim_start().starts_with(['/', '-']);
    let plain = text.lines().filter(is_code);
    let mut plain = plain.collect::<Vec<_>>().join("\n").to_uppercase();
    // The catalogs are there where what they list is not.
    for catalog in ["PG_TRIGGER", "'TRIGGER '", "PG_INHERITS"] {
        plain = plain.replace(catalog, "");
    }
    let mut found: Vec<_> = LACKING.into_iter().filter(|word| plain.contains(word)).collect();
    let indexes = plain.split("USING GIN").skip(1).filter_map(|rest| rest.split(';').next());
    found.extend(indexes.filter(|columns| columns.contains(',')).map(|_| "several columns of GIN"));
    found
}

#[test]
fn the_sql_is_plain() {
    let files = sources();
    assert!(files.len() > 10, "{}", files.len());
    for (path, text) in files {
        assert_eq!(lacking(&text), [""; 0], "{}", path.display());
    }
    assert_eq!(lacking("x; lock table event;"), ["LOCK TABLE"]);
    assert_eq!(lacking("CREATE INDEX i ON t USING GIN (a, b);"), ["several columns of GIN"]);
}

#[test]
fn the_customer_stands_first_in_every_key() {
    for table in TABLES {
        let first = if table.name == "customer" { "id" } else { "customer" };
        assert_eq!(table.columns[0].0, first, "{}", table.name);
    }
}

on_each! {
    fn the_tables_are_those_that_statements_are_made_of(bed: &Bed) {
        let made: BTreeMap<String, Vec<String>> = bed.columns();
        for table in TABLES {
            let expected: Vec<_> = table.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
            assert_eq!(made.get(table.name), Some(&expected), "{}", table.name);
        }
    }
}
