//! What can be written and read: items, and the values of a map's keys.

use minicbor::data::Int;
use minicbor::{Decoder, Encoder};

use crate::cbor::read::{malformed, over, unsigned, unsigned_to};
use crate::cbor::unknown::{Unknown, UnknownValue};
use crate::cbor::walk::check;
use crate::codes::{self, Table};
use crate::error::{Code, Error};
use crate::limits;

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
        MapSink { sink: self, unknown }
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
            self.begin(key);
            value.write(self.sink);
        }
    }

    /// Writes a key of the map's table, behind the claims that come before it.
    #[inline(never)]
    fn begin(&mut self, key: u64) {
        self.unknown_through(key.saturating_sub(1));
        self.sink.unsigned(key);
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

/// A code is its number.
impl<T: Table> Value for T {
    fn write(&self, sink: &mut Sink) {
        sink.unsigned(self.number().into());
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let number = unsigned_to(source, u32::from(u16::MAX), "as a code")?;
        Ok(codes::from_number(u16::try_from(number).unwrap_or(u16::MAX)))
    }
    fn unknown(&self) -> Option<String> {
        let unnamed = || format!("{} number {}", T::WHAT, self.number());
        self.name().is_none().then(unnamed)
    }
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
