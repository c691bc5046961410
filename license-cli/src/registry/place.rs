//! Where a registry is: a file, or a database on a server.

use std::fmt;
use std::path::{Path, PathBuf};

use super::interface::Registry;
#[cfg(feature = "postgres")]
use super::postgres;
use super::sqlite;
use crate::problem::{Failure, Problem};

/// Where a registry is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of PostgreSQL, by its URL.
    Server(String),
}

/// Without the URL, which may hold a password.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Server(_) => f.write_str("Server"),
        }
    }
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

    /// Whether a password stands in the place itself.
    pub(crate) fn has_password(&self) -> bool {
        let Self::Server(url) = self else { return false };
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
        let user = authority.split_once('@').map_or("", |(user, _)| user);
        user.contains(':') || query.split('&').any(|pair| pair.starts_with("password="))
    }

    /// Opens the registry that is there.
    ///
    /// # Errors
    /// `registry_missing` where there is none, and the others whose codes begin with `registry_`.
    pub(crate) fn open(&self) -> Result<Box<dyn Registry>, Failure> {
        match self {
            Self::File(path) => Ok(Box::new(sqlite::open(path)?)),
            Self::Server(url) => open_server(url),
        }
    }

    /// Makes a registry there.
    ///
    /// # Errors
    /// `registry_exists` where there is one, and the others whose codes begin with `registry_`.
    pub(crate) fn create(&self) -> Result<Box<dyn Registry>, Failure> {
        match self {
            Self::File(path) => Ok(Box::new(sqlite::create(path)?)),
            Self::Server(url) => create_server(url),
        }
    }
}

impl Place {
    /// Takes back the file of a registry that was just made, and holds nothing. An empty one on a
    /// server stays, and is taken by the same command again.
    pub(crate) fn remove_file(&self) {
        let Self::File(path) = self else { return };
        for ending in ["", "-wal", "-shm"] {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            // The failure to report is the one before.
            std::fs::remove_file(name).ok();
        }
    }
}

#[cfg(feature = "postgres")]
fn open_server(url: &str) -> Result<Box<dyn Registry>, Failure> {
    Ok(Box::new(postgres::open(url)?))
}

#[cfg(feature = "postgres")]
fn create_server(url: &str) -> Result<Box<dyn Registry>, Failure> {
    Ok(Box::new(postgres::create(url)?))
}

#[cfg(not(feature = "postgres"))]
fn open_server(_url: &str) -> Result<Box<dyn Registry>, Failure> {
    let found = "this airlock was built without PostgreSQL";
    Err(Failure::new(Problem::RegistryUrl, found).hint("use the vendor's build of airlock"))
}

#[cfg(not(feature = "postgres"))]
use open_server as create_server;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_seen() {
        for (url, has) in [
            ("postgres://anna:secret@db/airlock", true),
            ("postgres://anna@db/airlock?password=secret&sslmode=disable", true),
            ("postgres://anna@db:5432/airlock?sslrootcert=a:b@c", false),
            ("postgres://db:5432/airlock", false),
            ("registry:a@b", false),
        ] {
            assert_eq!(Place::parse(url).unwrap().has_password(), has, "{url}");
        }
    }
}
