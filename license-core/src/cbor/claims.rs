//! Maps of claims, from one table of keys.

use minicbor::Decoder;

use crate::cbor::read::{malformed, map, unsigned};
use crate::cbor::unknown::Unknown;
use crate::cbor::value::Claim;
use crate::error::Error;

/// The claims of one map, read in the order of their keys: [`check`] has seen that keys rise.
pub(crate) struct Entries<'s, 'b> {
    source: &'s mut Decoder<'b>,
    /// How many entries come after the next one.
    left: u64,
    /// The next entry's key, which is read already.
    next: Option<u64>,
    unknown: Unknown,
    /// The first refusal: nothing is read behind it. It waits here for [`Entries::finish`]; a way
    /// out behind every claim would be kilobytes of the C library.
    refusal: Option<Error>,
}

impl<'s, 'b> Entries<'s, 'b> {
    /// Begins a map.
    pub(crate) fn of(source: &'s mut Decoder<'b>) -> Result<Self, Error> {
        let left = map(source)?;
        let mut entries =
            Self { source, left, next: None, unknown: Unknown::default(), refusal: None };
        entries.advance()?;
        Ok(entries)
    }

    /// Reads the value of a key of the map's table, or `None` where the key is not there; a refusal
    /// names the claim.
    #[inline(never)]
    pub(crate) fn claim<T: Claim>(&mut self, key: u64, name: &str) -> Option<T> {
        if !self.stands_before(key) {
            return None;
        }
        match T::read(self.source) {
            Ok(value) => {
                self.go_on();
                Some(value)
            }
            Err(error) => {
                self.refuse(error, key, name);
                None
            }
        }
    }

    /// Whether the next value to be read is that of this key.
    #[inline(never)]
    fn stands_before(&mut self, key: u64) -> bool {
        if self.refusal.is_some() {
            return false;
        }
        let found = self.find(key);
        found.unwrap_or_else(|error| {
            self.refusal = Some(error);
            false
        })
    }

    #[cold]
    #[inline(never)]
    fn refuse(&mut self, error: Error, key: u64, name: &str) {
        self.refusal = Some(of_claim(error, key, name));
    }

    #[inline(never)]
    fn go_on(&mut self) {
        self.refusal = self.advance().err();
    }

    /// Reads what is left, and returns the claims that are not known here.
    ///
    /// # Errors
    /// The first refusal of the map.
    pub(crate) fn finish(mut self) -> Result<Unknown, Error> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        while let Some(key) = self.next {
            self.unknown.read(key, self.source)?;
            self.advance()?;
        }
        Ok(self.unknown)
    }

    /// Goes on to a key and returns whether it is there; what comes before it is not in the map's
    /// table.
    fn find(&mut self, key: u64) -> Result<bool, Error> {
        while let Some(next) = self.next.filter(|next| *next < key) {
            self.unknown.read(next, self.source)?;
            self.advance()?;
        }
        Ok(self.next == Some(key))
    }

    fn advance(&mut self) -> Result<(), Error> {
        self.next = None;
        if self.left > 0 {
            self.left -= 1;
            self.next = Some(unsigned(self.source).map_err(|error| error.within("a map key"))?);
        }
        Ok(())
    }
}

/// Returns the value of a claim that was read, or what its absence stands for.
pub(crate) fn settled<T: Claim>(value: Option<T>, key: u64, name: &str) -> Result<T, Error> {
    value.or_else(T::absent).ok_or_else(|| missing(key, name))
}

#[cold]
fn of_claim(error: Error, key: u64, name: &str) -> Error {
    error.within(format_args!("claim {key} ({name})"))
}

#[cold]
fn missing(key: u64, name: &str) -> Error {
    malformed(format!("claim {key} ({name}) is missing"))
}

/// What is not known, behind the claim that it stands in; a claim that is called after what it
/// holds is not named twice.
pub(crate) fn of_field(field: &str, what: String) -> String {
    if what.starts_with(field) { what } else { format!("{field}: {what}") }
}

/// Defines a map of claims: the struct, its writer and its reader from one table of keys.
macro_rules! claims {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* $key:literal $field:ident: $type:ty,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
            /// Claims with odd keys that this version does not know.
            pub unknown: $crate::cbor::Unknown,
        }

        impl $crate::cbor::Value for $name {
            fn write(&self, sink: &mut $crate::cbor::Sink) {
                use $crate::cbor::Claim;
                let present = [$(self.$field.is_present()),+];
                let known = present.iter().filter(|present| **present).count();
                let mut map = sink.map(known, &self.unknown);
                $(map.claim($key, &self.$field);)+
                map.unknown_through(u64::MAX);
            }

            fn read(source: &mut minicbor::Decoder<'_>) -> Result<Self, $crate::error::Error> {
                use $crate::cbor::{Entries, settled};
                let mut entries = Entries::of(source)?;
                $(let $field: Option<$type> = entries.claim($key, stringify!($field));)+
                let unknown = entries.finish()?;
                Ok(Self { $($field: settled($field, $key, stringify!($field))?,)+ unknown })
            }

            fn unknown(&self) -> Option<String> {
                use $crate::cbor::Claim;
                $(if let Some(what) = Claim::unknown(&self.$field) {
                    return Some($crate::cbor::of_field(stringify!($field), what));
                })+
                self.unknown.first().map(|(key, _)| format!("claim {key}"))
            }
        }
    };
}

pub(crate) use claims;
