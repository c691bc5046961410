//! Root keys as text: one or several blocks of PEM (RFC 7468) with Ed25519 public keys (RFC 8410).

use license_core::limits;

const BEGIN: &[u8] = b"-----BEGIN PUBLIC KEY-----";
const END: &[u8] = b"-----END PUBLIC KEY-----";
/// What stands before an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410 section 4), 12 bytes, in
/// Base64: 302a300506032b6570032100.
const PREFIX: &[u8] = b"MCowBQYDK2VwAyEA";
/// The Base64 of a prefix and a key.
const DIGITS: usize = 60;

/// What is wrong with a text: with which key, counted from 1, and what was found.
pub(crate) type Wrong = (usize, &'static str);

/// The bytes of every key in a text, at most `most`; words between the blocks are passed over.
pub(crate) fn keys(text: &[u8], most: usize) -> Result<Vec<[u8; 32]>, Wrong> {
    let mut keys = Vec::new();
    if text.len() > limits::TEXT_BYTES {
        return Err((1, "found more than 1048576 bytes"));
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text); // a byte order mark
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    while let Some(line) = lines.by_ref().find(|line| has_dashes(line)) {
        let wrong = |found| (keys.len() + 1, found);
        if line != BEGIN {
            return Err(wrong(other(line)));
        }
        if keys.len() == most {
            return Err(wrong("found more keys than a verifier may have"));
        }
        let key = key(&mut lines).map_err(wrong)?;
        keys.push(key);
    }
    if keys.is_empty() { Err((1, "found no line -----BEGIN PUBLIC KEY-----")) } else { Ok(keys) }
}

/// What is meant for PEM has five dashes in a row.
fn has_dashes(line: &[u8]) -> bool {
    line.windows(5).any(|part| part == b"-----")
}

/// What a line with dashes is that begins no public key.
fn other(line: &[u8]) -> &'static str {
    if line.ends_with(b"PRIVATE KEY-----") {
        "found a private key, expected -----BEGIN PUBLIC KEY-----"
    } else {
        "found another line with dashes, expected -----BEGIN PUBLIC KEY-----"
    }
}

/// The key of a block whose first line was read.
fn key<'a>(lines: &mut impl Iterator<Item = &'a [u8]>) -> Result<[u8; 32], &'static str> {
    let mut digits = Vec::with_capacity(DIGITS);
    for line in lines.take_while(|line| !has_dashes(line) || **line == *END) {
        if line == END {
            return decoded(&digits).ok_or("found something else, expected an Ed25519 key");
        }
        if digits.len() + line.len() > DIGITS {
            return Err("found a longer key, expected an Ed25519 key");
        }
        digits.extend_from_slice(line);
    }
    Err("found no line -----END PUBLIC KEY-----")
}

/// The key that the Base64 of a SubjectPublicKeyInfo holds (RFC 4648 section 4).
fn decoded(digits: &[u8]) -> Option<[u8; 32]> {
    let digits = digits.strip_prefix(PREFIX)?.strip_suffix(b"=")?;
    let (mut key, mut bytes) = ([0; 32], 0);
    let (mut bits, mut count) = (0, 0_u32);
    for digit in digits {
        bits = bits << 6 | u32::from(sextet(*digit)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            *key.get_mut(bytes)? = (bits >> count & 0xff) as u8;
            bytes += 1;
        }
    }
    (bytes == 32 && count == 2 && bits & 0b11 == 0).then_some(key)
}

fn sextet(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl pkey -pubout` from the seed of 32 bytes of 1.
    const KEY: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAiojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=
-----END PUBLIC KEY-----
";

    #[test]
    fn every_block_is_a_key() {
        let one = keys(KEY.as_bytes(), 1).unwrap();
        assert_eq!(one, [hex()]);
        assert_eq!(keys(format!("\u{feff}{KEY}").as_bytes(), 1).unwrap(), [hex()]);
        let two = format!("\u{feff}# Root 1\r\n{KEY}\n# Root 2\n  {}", KEY.replace('\n', "\r\n"));
        assert_eq!(keys(two.as_bytes(), 2).unwrap(), [hex(), hex()]);
        assert_eq!(
            keys(two.as_bytes(), 1).unwrap_err(),
            (2, "found more keys than a verifier may have")
        );
    }

    fn hex() -> [u8; 32] {
        bytes("8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c")
    }

    fn bytes(digits: &str) -> [u8; 32] {
        let byte = |index| u8::from_str_radix(&digits[2 * index..2 * index + 2], 16).unwrap();
        std::array::from_fn(byte)
    }

    /// Decoded by Python's base64.
    #[test]
    fn every_digit_has_its_value() {
        for (digits, key) in [
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopA=",
                "00108310518720928b30d38f41149351559761969b71d79f8218a39259a7a290",
            ),
            (
                "WXYZabcdefghijklmnopqrstuvwxyz0123456789+/A=",
                "59761969b71d79f8218a39259a7a29aabb2dbafc31cb3d35db7e39ebbf3dfbf0",
            ),
        ] {
            let der = ["MCowBQYDK2VwAyEA", digits].concat();
            assert_eq!(decoded(der.as_bytes()).unwrap(), bytes(key));
        }
    }

    #[test]
    fn nothing_is_passed_over_that_was_meant_as_a_key() {
        let private = KEY.replace("PUBLIC", "PRIVATE");
        let rsa = KEY.replace("MCowBQ", "MCowBR");
        for (text, which, found) in [
            (String::new(), 1, "found no line -----BEGIN"),
            ("8a88e3dd".to_owned(), 1, "found no line -----BEGIN"),
            (format!("{KEY}{private}"), 2, "found a private key"),
            (KEY.replace('\n', " "), 1, "found another line with dashes"),
            (KEY.replace("-----END", "END"), 1, "found no line -----END"),
            (KEY.replace("-----END PUBLIC", "-----END"), 1, "found no line -----END"),
            (format!("{KEY}{}", KEY.split_at(60).0), 2, "found no line -----END"),
            (KEY.replace("1w=", "1w"), 1, "found something else"),
            (KEY.replace("1w=", "1x="), 1, "found something else"),
            (rsa, 1, "found something else"),
            (KEY.replace("MCow", "MCowMCow"), 1, "found a longer key"),
        ] {
            let error = keys(text.as_bytes(), 16).unwrap_err();
            assert!(error.0 == which && error.1.starts_with(found), "{error:?}: {text}");
        }
        let long = vec![b' '; limits::TEXT_BYTES + 1];
        assert_eq!(keys(&long, 16).unwrap_err(), (1, "found more than 1048576 bytes"));
        assert_eq!(keys(&long[1..], 16).unwrap_err().1, "found no line -----BEGIN PUBLIC KEY-----");
    }
}
