//! The desk's verbs with a registry in a file of SQLite; `on_postgres` runs the same tests.

use std::fs;

use rusqlite::Connection;

use crate::common::Dir;

#[path = "desk_explain.rs"]
mod desk_explain;
#[path = "desk_handover.rs"]
mod desk_handover;
#[path = "desk_jobs.rs"]
mod desk_jobs;
#[path = "desk_mailed.rs"]
mod desk_mailed;
#[path = "desk_make.rs"]
mod desk_make;
#[path = "desk_moved.rs"]
mod desk_moved;
#[path = "desk_prove.rs"]
mod desk_prove;
#[path = "desk_read.rs"]
mod desk_read;
#[path = "desk_registry.rs"]
mod desk_registry;
#[path = "desk_rules.rs"]
mod desk_rules;
#[path = "desk_sent.rs"]
mod desk_sent;
#[path = "desk_sold.rs"]
mod desk_sold;
#[path = "desk_table.rs"]
mod desk_table;
#[path = "desk_years.rs"]
mod desk_years;

/// A folder with the fixture, and no desk yet.
fn dir() -> Dir {
    Dir::new()
}

/// Makes a desk of this name, with the registry of the folder.
fn init(_dir: &Dir, desk: &str) -> String {
    format!("desk init {desk} --key desk.key --issuer desk.issuer --trust root.pub")
}

/// A place for another registry, where none is.
fn another(_dir: &Dir) -> String {
    "another.sqlite".to_owned()
}

/// Does this in the registry of a desk by hand.
fn by_hand(dir: &Dir, desk: &str, sql: &str) {
    let path = dir.path(desk).join("registry.sqlite");
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_registry_that_was_begun_and_never_made_is_made_anew() {
    let dir = dir();
    fs::create_dir(dir.path("d")).unwrap();
    dir.write("d/registry.sqlite", "");
    let made = dir.yes(&init(&dir, "d"));
    assert!(made["registry_made"] == true);
}
