//! The `airlock` command as its users meet it: exit status, what is printed where, and what is left
//! on the disk.
//!
//! Every run goes through `common`, which checks what holds of every answer: no panic, nothing on
//! standard output with exit status 2, one JSON object where JSON was asked for, and no file
//! written or changed by a run that did not end in a yes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod advice;
mod carried;
mod carriers;
mod check;
mod common;
mod deciding;
#[cfg(feature = "desk")]
mod desk_again;
#[cfg(feature = "desk")]
mod desk_batch;
#[cfg(feature = "desk")]
mod desk_day;
#[cfg(feature = "desk")]
mod desk_follow;
#[cfg(feature = "desk")]
mod desk_lineage;
#[cfg(feature = "desk")]
mod desk_races;
#[cfg(feature = "desk")]
mod desk_receipt;
#[cfg(feature = "desk")]
mod desk_receive;
#[cfg(feature = "desk")]
mod desk_renewing;
#[cfg(feature = "desk")]
mod desk_safe;
#[cfg(feature = "desk")]
mod desk_statement;
#[cfg(feature = "desk")]
mod desk_subs;
#[cfg(feature = "desk")]
mod desk_uninstalled;
#[cfg(feature = "desk")]
mod desk_unprinted;
mod explain;
mod guard;
mod history;
mod install;
mod instance;
mod issue;
mod journey;
mod json;
mod kept;
mod keys;
mod ledger;
mod messages;
mod misuse;
mod odd;
#[cfg(feature = "postgres")]
#[allow(clippy::duplicate_mod, reason = "the same tests on another database")]
mod on_postgres;
#[cfg(feature = "desk")]
#[allow(clippy::duplicate_mod, reason = "the same tests on another database")]
mod on_sqlite;
mod packaging;
mod plural;
mod pouch;
mod qr;
mod receipt;
mod reconcile;
mod request;
mod robust;
mod roles;
#[cfg(feature = "postgres")]
mod rows;
mod scan;
mod scan_kinds;
mod secrets;
#[cfg(feature = "postgres")]
#[allow(dead_code, reason = "the tests of the registry use more of it")]
#[path = "../../src/registry/tests/server.rs"]
mod server;
mod settled;
mod sheet;
mod spelling;
mod statement;
mod status;
mod typed;
mod unprinted;
mod usage;
mod usage_again;
#[cfg(feature = "desk")]
mod vendor;
mod wrong_file;
