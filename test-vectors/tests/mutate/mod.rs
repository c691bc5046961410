//! Files that were changed, and signed anew by somebody who has the test keys.
#![allow(dead_code, reason = "each test uses its part")]

use license_core::key::{Signer, SigningKey};
use license_core::verify::inspect;

/// The documents of a file.
pub(crate) fn documents(file: &[u8]) -> Vec<&[u8]> {
    let mut rest = file;
    let lengths: Vec<usize> =
        inspect(file).unwrap().iter().map(|document| document.bytes).collect();
    lengths
        .into_iter()
        .map(|length| {
            let (document, after) = rest.split_at(length);
            rest = after;
            document
        })
        .collect()
}

/// A document's protected header, and its claims: d2 84, a header of 17 bytes, a0, the claims
/// behind their head, the signature.
pub(crate) fn halves(document: &[u8]) -> (&[u8], Vec<u8>) {
    let head = match document[21] {
        0x40..=0x57 => 1,
        0x58 => 2,
        _ => 3,
    };
    (&document[3..20], document[21 + head..document.len() - 66].to_vec())
}

/// The document with these claims, signed anew with the test key that its header names
/// (test-vectors/keys).
pub(crate) fn signed(protected: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
    let kid = &protected[5..13];
    let key = (1..=8)
        .map(|seed| SigningKey::from_seed(&[seed; 32]).unwrap())
        .find(|key| key.public().kid() == kid)?;
    let [high, low] = u16::try_from(payload.len()).ok()?.to_be_bytes();
    let head = match payload.len() {
        0..=23 => vec![0x40 + low],
        24..=255 => vec![0x58, low],
        _ => vec![0x59, high, low],
    };
    let to_be_signed = [b"\x84\x6aSignature1\x51", protected, &[0x40], &head, payload].concat();
    let signature = key.sign(&to_be_signed).unwrap();
    Some(
        [&[0xd2, 0x84, 0x51], protected, &[0xa0], &head, payload, &[0x58, 0x40], &signature[..]]
            .concat(),
    )
}

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.below(256).to_be_bytes()[7]
    }
}

pub(crate) fn mutated(good: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len());
        match numbers.below(5) {
            0 => bytes[at] ^= 1 << numbers.below(8),
            1 => bytes[at] = numbers.byte(),
            2 => bytes.insert(at, numbers.byte()),
            3 => drop(bytes.remove(at)),
            _ => {
                let to = numbers.below(bytes.len());
                let part = bytes[at.min(to)..at.max(to)].to_vec();
                bytes.splice(at..at, part.into_iter().take(40));
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}
