//! The registry on every database: each test runs on SQLite and on PostgreSQL.

mod bed;
mod changes;
mod sample;
mod search;
mod together;
