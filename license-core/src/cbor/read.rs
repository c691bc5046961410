//! Single values, read with what was expected of them.

use minicbor::Decoder;
use minicbor::data::Type;

use crate::error::{Code, Error};
use crate::plural::counted;

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
        let found = decimal(number);
        Error::new(
            Code::OverLimit,
            format!("found {found}, expected a number of 64 bits with its sign"),
        )
    };
    i64::try_from(number).map_err(outside)
}

/// An integer of CBOR's whole range in digits. The standard library's way for 128 bits would be a
/// kilobyte of the C library.
pub(crate) fn decimal(number: i128) -> String {
    let sign = if number < 0 { "-" } else { "" };
    match u64::try_from(number.unsigned_abs()) {
        Ok(digits) => format!("{sign}{digits}"),
        // The one integer of CBOR whose digits 64 bits do not hold is -2^64.
        Err(_) => format!("{sign}18446744073709551616"),
    }
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
    let wrong = || format!("found {}, expected {N}", counted(found.len(), "byte"));
    found.try_into().map_err(|_| malformed(wrong()))
}

pub(super) fn read<'a, T>(
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

#[cold]
pub(crate) fn over(found: u64, most: u64, what: &str) -> Error {
    Error::new(Code::OverLimit, format!("found {found} {what}, expected at most {most}"))
}

pub(super) fn too_many(found: u64, most: usize) -> Error {
    over(found, most as u64, "items")
}
