//! The registry on every database: each test runs on SQLite and on PostgreSQL.

mod alike;
mod apart;
pub(crate) mod bed;
mod changes;
mod forged;
mod hostile;
mod large;
#[cfg(feature = "postgres")]
mod lost;
mod million;
mod plain_sql;
#[cfg(feature = "postgres")]
pub(crate) mod ratios;
mod sample;
mod search;
#[cfg(feature = "postgres")]
#[allow(dead_code, reason = "the tests of the command use more of it")]
pub(crate) mod server;
pub(crate) mod timing;
mod together;
mod whole;
