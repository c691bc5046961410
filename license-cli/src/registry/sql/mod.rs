//! The registry on any database of SQL: every statement once, but where databases differ.

mod database;

mod read;

mod texts;

mod entered;

mod indexing;

mod page;
mod pages;

mod ahead;
mod derived;
mod marks;
mod said;
mod traces;
mod walk;

mod ends;

mod append;
mod find;
mod load;
mod still;

mod book;

pub(super) use book::Book;
pub(super) use database::{Access, Database, Dialect, Fault, Search};

/// The tables of each database: the steps from one version to the next.
pub(super) const SQLITE: &[&str] =
    &[include_str!("sqlite.sql"), include_str!("sqlite-2.sql"), include_str!("sqlite-3.sql")];
#[cfg(feature = "postgres")]
pub(super) const POSTGRES: &[&str] =
    &[include_str!("postgres.sql"), include_str!("postgres-2.sql")];
