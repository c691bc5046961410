//! A vendor's desk on each database: a file of SQLite, and PostgreSQL on a server of the tests' own.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::common::{COMPANY, Dir};
use crate::json::Json;

/// The fixture with a desk `d`.
pub(crate) struct Vendor {
    pub(crate) dir: Dir,
    /// The database on the shared server, where it is on one.
    pub(crate) database: Option<String>,
}

impl Vendor {
    /// On SQLite.
    pub(crate) fn sqlite() -> Self {
        Self::on(None)
    }

    /// On PostgreSQL, with a database of its own.
    #[cfg(feature = "postgres")]
    pub(crate) fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let database = format!("vendor{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let url = crate::server::Server::shared().with_database(&database);
        Self { database: Some(database), ..Self::on(Some(&url)) }
    }

    /// With a registry there; in the desk's folder where none is named.
    pub(crate) fn on(url: Option<&str>) -> Self {
        let dir = Dir::new();
        let registry = url.map(|url| format!("--registry {url}")).unwrap_or_default();
        dir.yes(&format!(
            "desk init d --key desk.key --issuer desk.issuer --trust root.pub {registry}"
        ));
        Self { dir, database: None }
    }

    /// The same with a customer who has the fixture's license of 100 seats.
    pub(crate) fn sold(&self) -> &Dir {
        self.dir.yes(
            "desk enter --license n.airlock --domain nordhavn.example --desk d --today 2025-10-20",
        );
        &self.dir
    }

    /// That the registry is whole.
    #[track_caller]
    pub(crate) fn verify(&self) {
        self.dir.yes("desk registry verify --desk d");
    }

    /// The licenses of the subscription, the newest first.
    pub(crate) fn licenses(&self, subscription: &str) -> Vec<Json> {
        let shown = self.dir.yes(&format!("desk show {subscription} --desk d --today 2026-03-01"));
        let found = shown["subscriptions"].items().iter();
        let mut own = found.filter(|it| it["id"].text() == subscription);
        own.next().map(|it| it["licenses"].items().to_vec()).unwrap_or_default()
    }
}

/// A request of another instance, of this company.
pub(crate) fn request(dir: &Dir, instance: &str, company: &str) -> String {
    dir.yes(&format!("instance init {instance} --trust root.pub"));
    let file = format!("{instance}.request");
    dir.yes(&format!(
        "request new --instance {instance} --company '{company}' --name 'Kai Berg' --email \
         kai@{instance}.example --plan premium --seats 50 --users 7 --today 2025-10-18 --out {file}"
    ));
    file
}

/// A request of the fixture's instance for so many seats.
pub(crate) fn request_seats(dir: &Dir, seats: u32, file: &str) {
    dir.yes(&format!(
        "request new --instance inst --company '{COMPANY}' --name 'Ida Thorsen' --email \
         ida.thorsen@nordhavn.example --plan premium --seats {seats} --users 81 --today 2026-02-20 \
         --out {file}"
    ));
}

/// Tests that run on each database, with a desk that has no customer.
macro_rules! on_each {
    ($($(#[$meta:meta])* fn $name:ident($vendor:ident: &Vendor) $body:block)+) => {
        $(fn $name($vendor: &Vendor) $body)+

        mod sqlite {
            $(#[test] $(#[$meta])* fn $name() {
                super::$name(&$crate::vendor::Vendor::sqlite());
            })+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[test] $(#[$meta])* fn $name() {
                super::$name(&$crate::vendor::Vendor::postgres());
            })+
        }
    };
}
pub(crate) use on_each;
