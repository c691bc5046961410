//! Where a registry is: a file, or a database on a server.

use std::path::{Path, PathBuf};

use super::interface::Registry;
use super::sqlite;
use crate::problem::{Failure, Problem};

/// Where a registry is. What is shown of it has no password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of PostgreSQL, by its URL.
    Server(String),
}

impl Place {
    /// The place that was written: a URL, or the path of a file.
    ///
    /// # Errors
    /// `registry_url` for the URL of another kind of server.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        let scheme = text.split_once("://").map(|(scheme, _)| scheme);
        match scheme {
            Some("postgres" | "postgresql") => Ok(Self::Server(text.to_owned())),
            Some(scheme) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+') => {
                let found =
                    format!("found {scheme}://, expected postgres:// or the path of a file");
                Err(Failure::new(Problem::RegistryUrl, found))
            }
            _ => Ok(Self::File(Path::new(text).to_owned())),
        }
    }

    /// Opens the registry that is there.
    ///
    /// # Errors
    /// `registry_missing` where there is none, and the others whose codes begin with `registry_`.
    pub(crate) fn open(&self) -> Result<Box<dyn Registry>, Failure> {
        match self {
            Self::File(path) => Ok(Box::new(sqlite::open(path)?)),
            Self::Server(url) => server(url),
        }
    }

    /// Makes a registry there.
    ///
    /// # Errors
    /// `registry_exists` where there is one, and the others whose codes begin with `registry_`.
    pub(crate) fn create(&self) -> Result<Box<dyn Registry>, Failure> {
        match self {
            Self::File(path) => Ok(Box::new(sqlite::create(path)?)),
            Self::Server(url) => server(url),
        }
    }
}

fn server(_url: &str) -> Result<Box<dyn Registry>, Failure> {
    let found = "this airlock was built without PostgreSQL";
    Err(Failure::new(Problem::RegistryUrl, found).hint("use the vendor's build of airlock"))
}
