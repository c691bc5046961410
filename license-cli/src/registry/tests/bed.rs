//! An empty registry for a test, on each database.

use tempfile::TempDir;

use crate::registry::{Place, Registry};

/// An empty registry, which can be opened several times.
pub(super) struct Bed {
    pub(super) place: Place,
    _folder: Option<TempDir>,
}

impl Bed {
    pub(super) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::File(folder.path().join("registry.sqlite"));
        drop(place.create().unwrap());
        Self { place, _folder: Some(folder) }
    }

    pub(super) fn open(&self) -> Box<dyn Registry> {
        self.place.open().unwrap()
    }
}

/// Tests that run on each database, with an empty registry.
macro_rules! on_each {
    ($($(#[$meta:meta])* fn $name:ident($bed:ident: &Bed) $body:block)+) => {
        $(fn $name($bed: &Bed) $body)+

        mod sqlite {
            $(#[test] $(#[$meta])* fn $name() {
                super::$name(&super::Bed::sqlite());
            })+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[test] $(#[$meta])* fn $name() {
                super::$name(&super::Bed::postgres());
            })+
        }
    };
}
pub(super) use on_each;
