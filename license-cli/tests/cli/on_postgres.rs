//! The desk's verbs with a registry on a PostgreSQL server; `on_sqlite` runs the same tests.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::common::Dir;
use crate::server::Server;

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

/// A new database of the server that the tests share.
fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("desk{}", NEXT.fetch_add(1, Ordering::Relaxed));
    Server::shared().with_database(&name);
    name
}

/// A folder with the fixture and a database of its own, and no desk yet.
fn dir() -> Dir {
    Dir::new().with_database(database())
}

/// Makes a desk of this name, with the registry of the folder.
fn init(dir: &Dir, desk: &str) -> String {
    let url = Server::shared().url(dir.database().unwrap());
    let keys = "--key desk.key --issuer desk.issuer --trust root.pub";
    format!("desk init {desk} {keys} --registry {url}")
}

/// A place for another registry, where none is.
fn another(_dir: &Dir) -> String {
    Server::shared().url(&database())
}

/// Does this in the registry of a desk by hand.
fn by_hand(dir: &Dir, _desk: &str, sql: &str) {
    Server::shared().psql(dir.database().unwrap(), sql).unwrap();
}
