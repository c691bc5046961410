//! The one encoding of claims: RFC 8949 section 4.2.1, checked before and after decoding.
//!
//! [`check`] walks the bytes before anything is decoded. [`decode`] then reads the claims, encodes
//! them again and compares, so that one content has one encoding even where a rule was forgotten.
//! The walk also means that the decoder below it never sees a length that the bytes do not hold.

use minicbor::data::{Int, Type};
use minicbor::{Decoder, Encoder};

use crate::error::{Code, Error};
use crate::limits;
use crate::visible::check_text;

/// The first bytes of an item: its major type and the number that follows (RFC 8949 section 3).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) major: u8,
    pub(crate) number: u64,
    /// Where the item's content begins.
    pub(crate) end: usize,
}

/// What is wrong with the encoding of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The bytes end within the item that begins at this position.
    Truncated(usize),
    /// The item at this position is not in its one form, for this reason.
    Form(usize, &'static str),
}

/// Reads the head of the item at `at`: definite length, shortest form.
pub(crate) fn head(bytes: &[u8], at: usize) -> Result<Head, Fault> {
    let first = *bytes.get(at).ok_or(Fault::Truncated(at))?;
    let (major, info) = (first >> 5, first & 0x1f);
    let (width, least) = match info {
        0..=23 => return Ok(Head { major, number: u64::from(info), end: at + 1 }),
        24 => (1, 24),
        25 => (2, 0x100),
        26 => (4, 0x1_0000),
        27 => (8, 0x1_0000_0000),
        31 => return Err(Fault::Form(at, "indefinite length")),
        _ => return Err(Fault::Form(at, "reserved head")),
    };
    let tail = bytes.get(at + 1..at + 1 + width).ok_or(Fault::Truncated(at))?;
    let number = tail.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    if number < least {
        return Err(Fault::Form(at, "a number longer than it needs to be"));
    }
    Ok(Head { major, number, end: at + 1 + width })
}

/// Reads the content of a byte or text string whose head was read.
pub(crate) fn string<'a>(bytes: &'a [u8], head: &Head) -> Result<&'a [u8], Fault> {
    let end = usize::try_from(head.number).ok().and_then(|length| head.end.checked_add(length));
    end.and_then(|end| bytes.get(head.end..end)).ok_or(Fault::Truncated(head.end))
}

/// Walks one item and returns where it ends.
fn walk(bytes: &[u8], at: usize, depth: usize) -> Result<usize, Fault> {
    let head = head(bytes, at)?;
    match head.major {
        0 | 1 => Ok(head.end),
        2 => Ok(head.end + string(bytes, &head)?.len()),
        3 => {
            let text = string(bytes, &head)?;
            std::str::from_utf8(text).map_err(|_| Fault::Form(at, "text that is not UTF-8"))?;
            Ok(head.end + text.len())
        }
        4 | 5 if depth == limits::DEPTH => {
            Err(Fault::Form(at, "too many lists and maps within each other"))
        }
        4 => (0..head.number).try_fold(head.end, |at, _| walk(bytes, at, depth + 1)),
        5 => walk_map(bytes, &head, depth + 1),
        6 => Err(Fault::Form(at, "a tag")),
        _ => Err(Fault::Form(at, "a float, a simple value or null")),
    }
}

/// Walks the entries of a map: encoded keys rise strictly in bytewise order.
fn walk_map(bytes: &[u8], head: &Head, depth: usize) -> Result<usize, Fault> {
    let (mut at, mut last): (usize, &[u8]) = (head.end, &[]);
    for _ in 0..head.number {
        let value = walk(bytes, at, depth)?;
        let key = bytes.get(at..value).ok_or(Fault::Truncated(at))?;
        if key <= last {
            return Err(Fault::Form(at, "map keys that do not rise"));
        }
        last = key;
        at = walk(bytes, value, depth)?;
    }
    Ok(at)
}

/// Checks that the bytes are exactly one item in deterministic encoding, without tag, float or
/// null.
///
/// # Errors
/// [`Code::PayloadNotCanonical`], naming the position of the first fault.
pub(crate) fn check(bytes: &[u8]) -> Result<(), Error> {
    let refuse = |what: &str, at| {
        Err(Error::new(Code::PayloadNotCanonical, format!("{what} at byte {at} of the payload")))
    };
    match walk(bytes, 0, 0) {
        Ok(end) if end == bytes.len() => Ok(()),
        Ok(end) => refuse("bytes left over", end),
        Err(Fault::Truncated(at)) => refuse("the payload ends within the item", at),
        Err(Fault::Form(at, why)) => refuse(why, at),
    }
}

/// Where claims are written. It is a vector, so no write can fail: the errors that the encoder has
/// for other places have no value here.
pub(crate) struct Sink(Encoder<Vec<u8>>);

impl Sink {
    /// Returns an empty sink with room for so many bytes.
    fn with_capacity(bytes: usize) -> Self {
        Self(Encoder::new(Vec::with_capacity(bytes)))
    }

    pub(crate) fn unsigned(&mut self, number: u64) {
        self.0.u64(number).ok();
    }

    pub(crate) fn integer(&mut self, number: i64) {
        self.0.i64(number).ok();
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.0.str(text).ok();
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.bytes(bytes).ok();
    }

    pub(crate) fn array(&mut self, length: usize) {
        self.0.array(length as u64).ok();
    }

    /// Begins a map with so many claims of its own table, besides those that are not known here.
    pub(crate) fn map<'a>(&'a mut self, known: usize, unknown: &'a Unknown) -> MapSink<'a> {
        self.0.map((known + unknown.len()) as u64).ok();
        MapSink { sink: self, unknown: &unknown.0 }
    }
}

/// Where the claims of one map are written, in the order of their keys.
pub(crate) struct MapSink<'a> {
    sink: &'a mut Sink,
    unknown: &'a [(u64, UnknownValue)],
}

impl MapSink<'_> {
    /// Writes a claim of the map's table, where it is present.
    pub(crate) fn claim<T: Claim>(&mut self, key: u64, value: &T) {
        if value.is_present() {
            self.unknown_through(key.saturating_sub(1));
            self.sink.unsigned(key);
            value.write(self.sink);
        }
    }

    /// Writes the claims that are not known here, up to a key.
    pub(crate) fn unknown_through(&mut self, last: u64) {
        while let [(next, value), rest @ ..] = self.unknown
            && *next <= last
        {
            self.sink.unsigned(*next);
            match value {
                // safe: only values of CBOR's own range are read, so the conversion always
                // succeeds.
                UnknownValue::Integer(number) => {
                    self.sink.0.int(Int::try_from(*number).unwrap_or(Int::from(0u8))).map(drop).ok()
                }
                UnknownValue::Text(text) => self.sink.0.str(text).map(drop).ok(),
                UnknownValue::Bytes(bytes) => self.sink.0.bytes(bytes).map(drop).ok(),
            };
            self.unknown = rest;
        }
    }
}

/// Something that is one CBOR item.
pub(crate) trait Value: Sized {
    fn write(&self, sink: &mut Sink);
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error>;
    /// Returns what in the value this version does not know, the first of it; asked by the guard.
    fn unknown(&self) -> Option<String> {
        None
    }
}

/// Something that is the value of a map key, or is absent.
pub(crate) trait Claim: Sized {
    fn is_present(&self) -> bool;
    fn write(&self, sink: &mut Sink);
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error>;
    /// Returns the value that an absent key stands for, or `None` where the key is required.
    fn absent() -> Option<Self>;
    /// Returns what in the value this version does not know, the first of it; asked by the guard.
    fn unknown(&self) -> Option<String>;
}

impl<T: Value> Claim for T {
    fn is_present(&self) -> bool {
        true
    }
    fn write(&self, sink: &mut Sink) {
        Value::write(self, sink);
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        Value::read(source)
    }
    fn absent() -> Option<Self> {
        None
    }
    fn unknown(&self) -> Option<String> {
        Value::unknown(self)
    }
}

impl<T: Value> Claim for Option<T> {
    fn is_present(&self) -> bool {
        self.is_some()
    }
    fn write(&self, sink: &mut Sink) {
        if let Some(value) = self {
            value.write(sink);
        }
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        Value::read(source).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn unknown(&self) -> Option<String> {
        self.as_ref().and_then(Value::unknown)
    }
}

/// Yes is the number 1; no is absent.
impl Claim for bool {
    fn is_present(&self) -> bool {
        *self
    }
    fn write(&self, sink: &mut Sink) {
        sink.unsigned(1);
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        match unsigned(source)? {
            1 => Ok(true),
            other => Err(malformed(format!(
                "found {other}, expected 1 (no is written by leaving the key out)"
            ))),
        }
    }
    fn absent() -> Option<Self> {
        Some(false)
    }
    fn unknown(&self) -> Option<String> {
        None
    }
}

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

/// A claim with an odd key that this version does not know: kept, shown, and without effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownValue {
    /// An integer.
    Integer(i128),
    /// A text of at most 64 bytes.
    Text(String),
    /// A byte string of at most 64 bytes.
    Bytes(Vec<u8>),
}

/// The claims of one map that this version does not know, by rising key; every key is odd.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unknown(Vec<(u64, UnknownValue)>);

impl std::ops::Deref for Unknown {
    type Target = [(u64, UnknownValue)];
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Unknown {
    /// Reads the value of a key that the map's own table does not have.
    ///
    /// # Errors
    /// [`Code::TooNew`] for an even key; [`Code::OverLimit`] for one claim or one byte too many.
    pub(crate) fn read(&mut self, key: u64, source: &mut Decoder<'_>) -> Result<(), Error> {
        if key.is_multiple_of(2) {
            return Err(Error::new(
                Code::TooNew,
                format!("claim {key} is not known here and may not be ignored"),
            ));
        }
        if self.0.len() == limits::UNKNOWN_CLAIMS {
            return Err(too_many(self.0.len() as u64 + 1, limits::UNKNOWN_CLAIMS));
        }
        let value = unknown_value(source)
            .map_err(|error| error.within(format_args!("claim {key} (not known here)")))?;
        self.0.push((key, value));
        Ok(())
    }
}

fn unknown_value(source: &mut Decoder<'_>) -> Result<UnknownValue, Error> {
    let short = |length: usize| {
        if length > limits::UNKNOWN_BYTES {
            Err(over(length as u64, limits::UNKNOWN_BYTES as u64, "bytes"))
        } else {
            Ok(())
        }
    };
    match source.datatype() {
        Ok(Type::String) => {
            let text = text(source)?;
            short(text.len())?;
            check_text(text)?;
            Ok(UnknownValue::Text(text.to_owned()))
        }
        Ok(Type::Bytes) => {
            let bytes = bytes(source)?;
            short(bytes.len())?;
            Ok(UnknownValue::Bytes(bytes.to_owned()))
        }
        _ => read(source, "an integer, text or bytes", Decoder::int)
            .map(|int| UnknownValue::Integer(i128::from(int))),
    }
}

/// Encodes one value.
pub(crate) fn encode<T: Value>(value: &T) -> Vec<u8> {
    encode_sized(value, 0)
}

/// Encodes one value that takes about so many bytes.
fn encode_sized<T: Value>(value: &T, bytes: usize) -> Vec<u8> {
    let mut sink = Sink::with_capacity(bytes);
    value.write(&mut sink);
    sink.0.into_writer()
}

/// Decodes the bytes of one payload: walk, read, encode, compare.
///
/// # Errors
/// The codes of the payload stage.
pub(crate) fn decode<T: Value>(payload: &[u8]) -> Result<T, Error> {
    if payload.len() > limits::PAYLOAD_BYTES {
        return Err(over(payload.len() as u64, limits::PAYLOAD_BYTES as u64, "bytes of payload"));
    }
    check(payload)?;
    let value = T::read(&mut Decoder::new(payload))?;
    if encode_sized(&value, payload.len()) == payload {
        Ok(value)
    } else {
        Err(Error::new(Code::PayloadNotCanonical, "the claims are not written in their one form"))
    }
}

pub(crate) fn unsigned(source: &mut Decoder<'_>) -> Result<u64, Error> {
    read(source, "an unsigned integer", Decoder::u64)
}

/// Reads an unsigned integer of at most `most`.
pub(crate) fn unsigned_to(source: &mut Decoder<'_>, most: u32, what: &str) -> Result<u32, Error> {
    let number = unsigned(source)?;
    u32::try_from(number)
        .ok()
        .filter(|n| *n <= most)
        .ok_or_else(|| over(number, u64::from(most), what))
}

/// Reads an integer of CBOR's whole range.
pub(crate) fn any_integer(source: &mut Decoder<'_>) -> Result<i128, Error> {
    read(source, "an integer", Decoder::int).map(i128::from)
}

/// Reads an integer that 64 bits with a sign hold.
pub(crate) fn integer(source: &mut Decoder<'_>) -> Result<i64, Error> {
    let number = any_integer(source)?;
    let outside = |_| {
        Error::new(
            Code::OverLimit,
            format!("found {number}, expected a number of 64 bits with its sign"),
        )
    };
    i64::try_from(number).map_err(outside)
}

pub(crate) fn text<'a>(source: &mut Decoder<'a>) -> Result<&'a str, Error> {
    read(source, "text", Decoder::str)
}

pub(crate) fn bytes<'a>(source: &mut Decoder<'a>) -> Result<&'a [u8], Error> {
    read(source, "a byte string", Decoder::bytes)
}

pub(crate) fn array(source: &mut Decoder<'_>) -> Result<u64, Error> {
    read(source, "a list", |source| source.array().map(|length| length.unwrap_or(0)))
}

pub(crate) fn map(source: &mut Decoder<'_>) -> Result<u64, Error> {
    read(source, "a map", |source| source.map().map(|length| length.unwrap_or(0)))
}

/// Reads a byte string of exactly `N` bytes.
pub(crate) fn exactly<const N: usize>(source: &mut Decoder<'_>) -> Result<[u8; N], Error> {
    let found = bytes(source)?;
    found.try_into().map_err(|_| malformed(format!("found {} bytes, expected {N}", found.len())))
}

fn read<'a, T>(
    source: &mut Decoder<'a>,
    what: &str,
    reader: impl Fn(&mut Decoder<'a>) -> Result<T, minicbor::decode::Error>,
) -> Result<T, Error> {
    let before = source.clone();
    reader(source).map_err(|_| expected(&before, what))
}

#[cold]
fn expected(source: &Decoder<'_>, what: &str) -> Error {
    let found = match source.datatype() {
        Ok(Type::U8 | Type::U16 | Type::U32 | Type::U64) => "an unsigned integer",
        Ok(Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Int) => "a negative integer",
        Ok(Type::Bytes) => "a byte string",
        Ok(Type::String) => "text",
        Ok(Type::Array) => "a list",
        Ok(Type::Map) => "a map",
        _ => "something else",
    };
    malformed(format!("found {found}, expected {what}"))
}

#[cold]
pub(crate) fn malformed(message: impl Into<String>) -> Error {
    Error::new(Code::PayloadMalformed, message)
}

/// The claims of one map, read in the order of their keys: [`check`] has seen that keys rise.
pub(crate) struct Entries<'s, 'b> {
    source: &'s mut Decoder<'b>,
    /// How many entries come after the next one.
    left: u64,
    /// The next entry's key, which is read already.
    next: Option<u64>,
    unknown: Unknown,
}

impl<'s, 'b> Entries<'s, 'b> {
    /// Begins a map.
    pub(crate) fn of(source: &'s mut Decoder<'b>) -> Result<Self, Error> {
        let left = map(source)?;
        let mut entries = Self { source, left, next: None, unknown: Unknown::default() };
        entries.advance()?;
        Ok(entries)
    }

    /// Reads the value of a key of the map's table, or `None` where the key is not there; a refusal
    /// names the claim.
    #[inline(never)]
    pub(crate) fn claim<T: Claim>(&mut self, key: u64, name: &str) -> Result<Option<T>, Error> {
        if !self.find(key)? {
            return Ok(None);
        }
        let value = T::read(self.source).map_err(|error| of_claim(error, key, name))?;
        self.advance()?;
        Ok(Some(value))
    }

    /// Reads what is left, and returns the claims that are not known here.
    pub(crate) fn finish(mut self) -> Result<Unknown, Error> {
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

#[cold]
fn of_claim(error: Error, key: u64, name: &str) -> Error {
    error.within(format_args!("claim {key} ({name})"))
}

#[cold]
fn missing(key: u64, name: &str) -> Error {
    malformed(format!("claim {key} ({name}) is missing"))
}

#[cold]
pub(crate) fn over(found: u64, most: u64, what: &str) -> Error {
    Error::new(Code::OverLimit, format!("found {found} {what}, expected at most {most}"))
}

fn too_many(found: u64, most: usize) -> Error {
    over(found, most as u64, "items")
}

/// Defines a map of claims: the struct, its writer and its reader from one table of keys.
macro_rules! claims {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* $key:literal $field:ident: $type:ty,)+ }) => {
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
                let known = [$(self.$field.is_present()),+].iter().filter(|present| **present).count();
                let mut map = sink.map(known, &self.unknown);
                $(map.claim($key, &self.$field);)+
                map.unknown_through(u64::MAX);
            }

            fn read(source: &mut minicbor::Decoder<'_>) -> Result<Self, $crate::error::Error> {
                use $crate::cbor::{Entries, settled};
                let mut entries = Entries::of(source)?;
                $(let $field: Option<$type> = entries.claim($key, stringify!($field))?;)+
                let unknown = entries.finish()?;
                Ok(Self { $($field: settled($field, $key, stringify!($field))?,)+ unknown })
            }

            fn unknown(&self) -> Option<String> {
                use $crate::cbor::Claim;
                $(if let Some(what) = Claim::unknown(&self.$field) {
                    return Some(format!("{}: {what}", stringify!($field)));
                })+
                self.unknown.first().map(|(key, _)| format!("claim {key}"))
            }
        }
    };
}
pub(crate) use claims;

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro defines public maps")]
mod tests {
    use super::*;

    fn refused(hex_text: &str) -> String {
        check(&hex::decode(hex_text).unwrap()).unwrap_err().message().to_owned()
    }

    // RFC 8949 appendix A, the examples without tags, floats and simple values.
    #[test]
    fn the_examples_of_the_rfc_are_canonical() {
        for good in [
            "00",
            "17",
            "1818",
            "1903e8",
            "1a000f4240",
            "1bffffffffffffffff",
            "20",
            "3903e7",
            "40",
            "4401020304",
            "60",
            "62c3bc",
            "80",
            "83010203",
            "a0",
            "a201020304",
            "a56161614161626142616361436164614461656145",
        ] {
            assert_eq!(check(&hex::decode(good).unwrap()), Ok(()), "{good}");
        }
    }

    #[test]
    fn every_other_form_is_refused() {
        for (bad, why) in [
            ("1817", "longer than it needs"),
            ("190018", "longer"),
            ("1a0000ffff", "longer"),
            ("1b00000000ffffffff", "longer"),
            ("5f4101ff", "indefinite"),
            ("9fff", "indefinite"),
            ("1c", "reserved"),
            ("a2030401 02", "rise"),
            ("a201020102", "rise"),
            ("61ff", "UTF-8"),
            ("c001", "tag"),
            ("f6", "null"),
            ("f93c00", "float"),
            ("0000", "left over"),
            ("", "ends within"),
            ("4201", "ends within"),
            ("8201", "ends within"),
            ("9bffffffffffffffff", "ends within"),
            ("5bffffffffffffffff", "ends within"),
            ("81818181818180", "within each other"),
        ] {
            let message = refused(&bad.replace(' ', ""));
            assert!(message.contains(why), "{bad}: {message}");
        }
        assert_eq!(check(&hex::decode("818181818180").unwrap()), Ok(()));
    }

    claims! {
        /// A map for these tests.
        pub struct Sample {
            /// Required.
            3 number: crate::value::Count,
            /// Optional.
            6 note: Option<crate::value::Text<8>>,
            /// Yes or no.
            8 yes: bool,
        }
    }

    fn sample(hex_text: &str) -> Result<Sample, Error> {
        decode(&hex::decode(hex_text).unwrap())
    }

    #[test]
    fn unknown_odd_claims_survive_and_even_ones_are_too_new() {
        let with_unknown = "a5 01 4102 03 07 05 6161 06 6162 09 20".replace(' ', "");
        let read = sample(&with_unknown).unwrap();
        assert_eq!(read.unknown.len(), 3);
        assert_eq!(hex::encode(encode(&read)), with_unknown);
        assert_eq!(sample("a203070a01").unwrap_err().code(), Code::TooNew);
        assert_eq!(sample("a20307058101").unwrap_err().code(), Code::PayloadMalformed);
    }

    #[test]
    fn a_wrong_type_is_named_with_its_claim() {
        assert_eq!(
            sample("a1036161").unwrap_err().message(),
            "claim 3 (number): found text, expected an unsigned integer"
        );
        assert_eq!(sample("a0").unwrap_err().message(), "claim 3 (number) is missing");
        assert_eq!(sample("a203070802").unwrap_err().code(), Code::PayloadMalformed);
        assert_eq!(
            sample("a2616101 0307".replace(' ', "").as_str()).unwrap_err().code(),
            Code::PayloadNotCanonical
        );
    }
}
