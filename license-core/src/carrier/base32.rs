//! Base32 in its one form: RFC 4648 section 6, upper case, no padding, unused bits zero.

use crate::error::{Code, Error};

/// Returns the bytes in Base32: eight characters for five bytes, fewer for the last.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(5));
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8 | u32::from(*byte)) & 0xfff;
        count += 8;
        while count >= 5 {
            count -= 5;
            text.push(digit(bits >> count));
        }
    }
    if count > 0 {
        text.push(digit(bits << (5 - count)));
    }
    text
}

/// Returns the bytes of a Base32 text.
///
/// # Errors
/// [`Code::TextDamaged`] for a character outside the alphabet; [`Code::TextNotCanonical`] for a
/// length that no bytes have, and for unused bits that are not zero.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut count) = (0_u32, 0);
    for symbol in text {
        bits = (bits << 5 | value(*symbol).ok_or_else(|| foreign(*symbol))?) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            bytes.push(byte);
        }
    }
    if count >= 5 {
        return Err(Error::new(
            Code::TextNotCanonical,
            format!("found {} Base32 characters, a length that no bytes have", text.len()),
        ));
    }
    if bits & ((1 << count) - 1) != 0 {
        return Err(Error::new(
            Code::TextNotCanonical,
            "found unused bits that are set in the last Base32 character, expected zeros",
        ));
    }
    Ok(bytes)
}

/// Returns whether the byte is one of A to Z and 2 to 7.
#[must_use]
pub fn is_symbol(byte: u8) -> bool {
    value(byte).is_some()
}

/// Returns the character for the lowest five bits.
fn digit(bits: u32) -> char {
    let [.., low] = bits.to_be_bytes();
    char::from(match low & 31 {
        letter @ 0..=25 => b'A' + letter,
        number => b'2' + (number - 26),
    })
}

fn value(symbol: u8) -> Option<u32> {
    match symbol {
        b'A'..=b'Z' => Some(u32::from(symbol - b'A')),
        b'2'..=b'7' => Some(u32::from(symbol - b'2') + 26),
        _ => None,
    }
}

fn foreign(byte: u8) -> Error {
    Error::new(
        Code::TextDamaged,
        format!("found the byte {byte:02x} in Base32, expected A to Z and 2 to 7"),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // RFC 4648 section 10, without the padding.
    const RFC: [(&str, &str); 7] = [
        ("", ""),
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ];

    #[test]
    fn encodes_and_decodes_as_the_rfc() {
        for (bytes, text) in RFC {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(decode(text.as_bytes()).unwrap(), bytes.as_bytes());
        }
    }

    #[test]
    fn every_other_form_is_refused() {
        let code = |text: &str| decode(text.as_bytes()).unwrap_err().code();
        for impossible in ["A", "AAA", "AAAAAA", "AAAAAAAAA", "AAAAAAAAAAA"] {
            assert_eq!(code(impossible), Code::TextNotCanonical, "{impossible}");
        }
        for unused in ["MZ", "MZXR", "MZXW7", "MZXW6YR"] {
            assert_eq!(code(unused), Code::TextNotCanonical, "{unused}");
        }
        for foreign in ["MY======", "my", "M0", "M1", "M8", "M9", "M Y", "MY\n", "MÄ"] {
            assert_eq!(code(foreign), Code::TextDamaged, "{foreign}");
        }
    }

    #[test]
    fn every_byte_is_a_symbol_or_refused() {
        let symbols: String =
            (0..=u8::MAX).filter(|byte| is_symbol(*byte)).map(char::from).collect();
        assert_eq!(symbols, "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes: Vec<u8>) {
            prop_assert_eq!(decode(encode(&bytes).as_bytes()).unwrap(), bytes);
        }

        #[test]
        fn one_text_has_one_meaning(text in "[A-Z2-7]{0,40}") {
            if let Ok(bytes) = decode(text.as_bytes()) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}
