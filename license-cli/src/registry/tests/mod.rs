//! The registry on every database: each test runs on SQLite and on PostgreSQL.

mod bed;
mod changes;
#[cfg(feature = "postgres")]
mod lost;
mod plain_sql;
mod sample;
mod search;
#[cfg(feature = "postgres")]
mod server;
mod together;
mod whole;
