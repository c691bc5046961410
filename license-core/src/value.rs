//! The small values that claims are made of: text, counts, ids.

use std::fmt;

use minicbor::Decoder;

use crate::cbor::{self, Sink, Value};
use crate::day::Day;
use crate::error::Error;
use crate::limits;
use crate::visible::{check_text, in_hex};

/// Checks a text's length in bytes, then its characters.
fn check_sized_text(text: &str, most: usize) -> Result<(), Error> {
    if text.len() > most {
        return Err(cbor::over(text.len() as u64, most as u64, "bytes of text"));
    }
    check_text(text)
}

/// A text of 1 to `MAX` bytes of UTF-8 without invisible characters (see [`crate::visible`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<const MAX: usize>(String);

/// The name of a person, a company or a subscription.
pub type Name = Text<{ limits::NAME_BYTES }>;
/// A mail address. Its form is not checked: only the mail system knows it.
pub type Email = Text<{ limits::EMAIL_BYTES }>;
/// An identifier that another system has given.
pub type Identifier = Text<{ limits::IDENTIFIER_BYTES }>;

impl<const MAX: usize> Text<MAX> {
    /// Returns the text, unchanged.
    ///
    /// # Errors
    /// [`crate::Code::OverLimit`], [`crate::Code::BadText`], and [`crate::Code::PayloadMalformed`]
    /// for an empty text.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        check_sized_text(&text, MAX)?;
        Ok(Self(text))
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<const MAX: usize> Value for Text<MAX> {
    fn write(&self, sink: &mut Sink) {
        sink.text(&self.0);
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let text = cbor::text(source)?;
        check_sized_text(text, MAX)?;
        Ok(Self(text.to_owned()))
    }
}

/// A number of seats or users: at most 16,777,215.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(u32);

impl Count {
    /// None.
    pub const ZERO: Self = Self(0);

    /// The largest number of seats or users.
    pub const MAX: Self = Self(limits::USERS);

    /// Returns the count, or `None` above the limit.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number <= limits::USERS { Some(Self(number)) } else { None }
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Value for Count {
    fn write(&self, sink: &mut Sink) {
        sink.unsigned(self.0.into());
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        cbor::unsigned_to(source, limits::USERS, "seats or users").map(Self)
    }
}

impl Value for Day {
    fn write(&self, sink: &mut Sink) {
        sink.unsigned(self.number().into());
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let number = cbor::unsigned_to(source, limits::LAST_DAY, "days since 1970")?;
        Ok(Self::new(number).unwrap_or(Self::LAST))
    }
}

/// Unix seconds, up to the end of 9999.
impl Value for u64 {
    fn write(&self, sink: &mut Sink) {
        sink.unsigned(*self);
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        let seconds = cbor::unsigned(source)?;
        let last = Day::LAST.unix() + 86_399;
        if seconds > last { Err(cbor::over(seconds, last, "seconds")) } else { Ok(seconds) }
    }
}

/// A number of a series (report number, policy version), or a number of days.
impl Value for u32 {
    fn write(&self, sink: &mut Sink) {
        sink.unsigned((*self).into());
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        cbor::unsigned_to(source, Self::MAX, "as a number")
    }
}

/// Defines a fixed number of bytes, written in hexadecimal.
macro_rules! bytes_value {
    ($(#[$meta:meta])* $name:ident, $length:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $length]);

        impl Value for $name {
            fn write(&self, sink: &mut Sink) {
                sink.bytes(&self.0);
            }
            fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
                cbor::exactly(source).map(Self)
            }
        }
    };
}

bytes_value! {
    /// A document's id: the first 16 bytes of SHA-256 over its Sig_structure (RFC 9052 section
    /// 4.4).
    DocumentId, 16
}
bytes_value! {
    /// The first 16 bytes of a key's RFC 9679 thumbprint (SHA-256).
    Thumbprint, 16
}
bytes_value! {
    /// An instance's UUID (RFC 9562).
    InstanceId, 16
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_hex(&self.0))
    }
}

impl DocumentId {
    /// Returns the id written as 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = [0; 16];
        hex::decode_to_slice(text, &mut id).ok()?;
        Some(Self(id))
    }
}

impl Thumbprint {
    /// Returns the fingerprint that somebody typed: 32 digits, as [`hex_digits`] reads them.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        hex::decode_to_slice(hex_digits(text)?, &mut bytes).ok().map(|()| Self(bytes))
    }
}

/// Returns the hexadecimal digits that somebody typed, in lower case: spaces of all kinds, dashes,
/// colons and full stops between them are left out, and the full-width digits of East Asian
/// keyboards are digits. `None` for any other character: none is guessed.
#[must_use]
pub fn hex_digits(text: &str) -> Option<String> {
    let separates = |c: char| {
        c.is_whitespace()
            || matches!(c, '-' | ':' | '.' | '\u{b7}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
            || matches!(
                c,
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ff0d}'
            )
    };
    let digit = |c: char| {
        let narrow = match u32::from(c) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0)?,
            _ => c,
        };
        narrow.is_ascii_hexdigit().then(|| narrow.to_ascii_lowercase())
    };
    text.chars().filter(|c| !separates(*c)).map(digit).collect()
}

/// Eight groups of four hexadecimal digits, to be read out on the phone.
impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, pair) in self.0.chunks(2).enumerate() {
            write!(f, "{}{}", if index == 0 { "" } else { " " }, in_hex(pair))?;
        }
        Ok(())
    }
}

impl InstanceId {
    /// Returns the id written as 8-4-4-4-12 hexadecimal digits (RFC 9562 section 4), in upper or
    /// lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let in_place = |(place, byte)| (byte == b'-') == matches!(place, 8 | 13 | 18 | 23);
        if text.len() != 36 || !text.bytes().enumerate().all(in_place) {
            return None;
        }
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b'-').collect();
        let mut id = [0; 16];
        hex::decode_to_slice(digits, &mut id).ok()?;
        Some(Self(id))
    }

    /// Returns the random UUID (version 4, RFC 9562 section 5.4) of these random bytes.
    #[must_use]
    pub fn from_random(mut bytes: [u8; 16]) -> Self {
        let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
        *version = *version & 0x0f | 0x40;
        *variant = *variant & 0x3f | 0x80;
        Self(bytes)
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = in_hex(&self.0);
        let mut rest = text.as_str();
        for (index, width) in [8, 4, 4, 4, 12].into_iter().enumerate() {
            let (group, tail) = rest.split_at_checked(width).unwrap_or((rest, ""));
            write!(f, "{}{group}", if index == 0 { "" } else { "-" })?;
            rest = tail;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn fingerprints_are_read_by_meaning() {
        let digits = "101df0a45c116de44f51128e0b24d667";
        let bytes: [u8; 16] = hex::decode(digits).unwrap().try_into().unwrap();
        let pairs = |between: &str| {
            let pairs: Vec<&str> = (0..16).map(|at| &digits[2 * at..2 * at + 2]).collect();
            pairs.join(between)
        };
        let wide = |text: &str| -> String {
            let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
            text.chars().map(wide).collect()
        };
        for typed in [
            digits.to_owned(),
            digits.to_uppercase(),
            Thumbprint(bytes).to_string(),
            pairs(" "),
            pairs(":"),
            pairs("-"),
            pairs("\u{2013}"),
            pairs("\u{a0}"),
            pairs("\u{3000}"),
            pairs("\u{200b}"),
            format!("\u{feff} {digits}\r\n"),
            wide(digits),
            wide(&digits.to_uppercase()),
        ] {
            assert_eq!(Thumbprint::typed(&typed), Some(Thumbprint(bytes)), "{typed}");
        }
        for other in [
            "",
            "101d",
            &digits[1..],
            &format!("{digits}0"),
            &digits.replace('0', "O"),
            &digits.replace('1', "l"),
            &digits.replace('d', "\u{434}"),
            &format!("0x{digits}"),
        ] {
            assert_eq!(Thumbprint::typed(other), None, "{other}");
        }
    }

    #[test]
    fn texts_end_at_their_limit_in_bytes() {
        assert!(Text::<4>::new("éé").is_ok());
        assert_eq!(Text::<4>::new("ééx").unwrap_err().code(), Code::OverLimit);
    }

    #[test]
    fn instance_ids_are_uuids() {
        let id = InstanceId::parse("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6").unwrap();
        assert_eq!(id.to_string(), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
        for bad in [
            "",
            "f81d4fae7dec11d0a76500a0c91e6bf6",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf",
            "g81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "f81d4fa-e7dec-11d0-a765-00a0c91e6bf6",
        ] {
            assert_eq!(InstanceId::parse(bad), None, "{bad}");
        }
        assert_eq!(
            InstanceId::from_random([0xff; 16]).to_string(),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }

    #[test]
    fn thumbprints_are_read_out_in_groups() {
        let shown = Thumbprint([0xab; 16]).to_string();
        assert_eq!(shown, "abab abab abab abab abab abab abab abab");
    }
}
