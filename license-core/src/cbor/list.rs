//! Lists and sets.

use minicbor::Decoder;

use crate::cbor::read::{array, malformed, too_many};
use crate::cbor::value::{Claim, Sink, Value};
use crate::error::{Code, Error};

/// A list whose order has a meaning; at most `MAX` items, absent when empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> Default for List<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> List<T, MAX> {
    /// Returns the list of these items.
    ///
    /// # Errors
    /// [`Code::OverLimit`] with more than `MAX` items.
    pub fn new(items: Vec<T>) -> Result<Self, Error> {
        if items.len() > MAX { Err(too_many(items.len() as u64, MAX)) } else { Ok(Self(items)) }
    }
}

impl<T, const MAX: usize> std::ops::Deref for List<T, MAX> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Value, const MAX: usize> Claim for List<T, MAX> {
    fn is_present(&self) -> bool {
        !self.0.is_empty()
    }
    fn write(&self, sink: &mut Sink) {
        sink.array(self.0.len());
        self.0.iter().for_each(|item| item.write(sink));
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let length = list_length(source, MAX)?;
        let mut items = Vec::with_capacity(length);
        for index in 0..length {
            items.push(T::read(source).map_err(|error| of_item(error, index))?);
        }
        Ok(Self(items))
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
    fn unknown(&self) -> Option<String> {
        let within = |(index, item): (usize, &T)| {
            item.unknown().map(|what| format!("item {}: {what}", index + 1))
        };
        self.0.iter().enumerate().find_map(within)
    }
}

/// A list that is a set: sorted, no item twice; at most `MAX` items, absent when empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set<T, const MAX: usize>(List<T, MAX>);

impl<T, const MAX: usize> Default for Set<T, MAX> {
    fn default() -> Self {
        Self(List::default())
    }
}

impl<T: Ord, const MAX: usize> Set<T, MAX> {
    /// Returns the set of these items, sorted and without repetitions.
    ///
    /// # Errors
    /// [`Code::OverLimit`] with more than `MAX` different items.
    pub fn new(mut items: Vec<T>) -> Result<Self, Error> {
        items.sort();
        items.dedup();
        List::new(items).map(Self)
    }
}

impl<T, const MAX: usize> std::ops::Deref for Set<T, MAX> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Value + Ord, const MAX: usize> Claim for Set<T, MAX> {
    fn is_present(&self) -> bool {
        self.0.is_present()
    }
    fn write(&self, sink: &mut Sink) {
        self.0.write(sink);
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let list: List<T, MAX> = Claim::read(source)?;
        if list.is_sorted_by(|a, b| a < b) {
            Ok(Self(list))
        } else {
            Err(Error::new(
                Code::PayloadNotCanonical,
                "found items out of order or twice, expected each once, in rising order",
            ))
        }
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
    fn unknown(&self) -> Option<String> {
        Claim::unknown(&self.0)
    }
}

/// Reads the head of a list that is absent when empty, and returns how many items it has.
fn list_length(source: &mut Decoder<'_>, most: usize) -> Result<usize, Error> {
    match array(source)? {
        0 => Err(malformed("found an empty list, expected no key at all")),
        length => usize::try_from(length)
            .ok()
            .filter(|length| *length <= most)
            .ok_or_else(|| too_many(length, most)),
    }
}

#[cold]
fn of_item(error: Error, index: usize) -> Error {
    error.within(format_args!("item {}", index + 1))
}
