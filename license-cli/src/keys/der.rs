//! The DER of a key: PKCS#8 and SubjectPublicKeyInfo, Ed25519 alone.

use ed25519::pkcs8::{
    ALGORITHM_OID, Document, EncodePrivateKey, EncodePublicKey, KeypairBytes, PublicKeyBytes,
    SecretDocument,
};
use license_core::key::{PublicKey, Signer};
use pkcs8::der::Decode;
use pkcs8::{AlgorithmIdentifierRef, ObjectIdentifier, PrivateKeyInfoRef, SubjectPublicKeyInfoRef};
use zeroize::Zeroizing;

use super::seed::{Seed, damaged, signing_key, unencodable, unreadable};
use crate::problem::{Failure, Problem};

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// Other algorithms and curves by name, so that an error can say what a key is.
const NAMES: &[(ObjectIdentifier, &str)] = &[
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1"), "an RSA key"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10"), "an RSA-PSS key"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.3.1"), "a Diffie-Hellman key"),
    (ObjectIdentifier::new_unwrap("1.2.840.10040.4.1"), "a DSA key"),
    (ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), "a P-256 key"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.34"), "a P-384 key"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.35"), "a P-521 key"),
    (ObjectIdentifier::new_unwrap("1.3.132.0.10"), "a secp256k1 key"),
    (ObjectIdentifier::new_unwrap("1.3.101.110"), "an X25519 key"),
    (ObjectIdentifier::new_unwrap("1.3.101.111"), "an X448 key"),
    (ObjectIdentifier::new_unwrap("1.3.101.113"), "an Ed448 key"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.17"), "an ML-DSA-44 key"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.18"), "an ML-DSA-65 key"),
    (ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.3.19"), "an ML-DSA-87 key"),
    (EC, "an elliptic curve key"),
];

/// The PKCS#8 of a seed, of version 1: without the public key.
pub(super) fn private_der(seed: &Seed) -> Result<SecretDocument, Failure> {
    let pair = KeypairBytes { secret_key: **seed, public_key: None };
    pair.to_pkcs8_der().map_err(|_| unencodable())
}

/// The SubjectPublicKeyInfo of a key.
pub(super) fn public_der(key: &PublicKey) -> Result<Document, Failure> {
    PublicKeyBytes(*key.as_bytes()).to_public_key_der().map_err(|_| unencodable())
}

/// The key in a SubjectPublicKeyInfo (RFC 8410 section 4).
pub(super) fn public_key(der: &[u8]) -> Result<PublicKey, Failure> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| damaged())?;
    refuse_others(&info.algorithm)?;
    let key = PublicKeyBytes::try_from(info).map_err(|_| damaged())?;
    Ok(PublicKey::new(key.to_bytes())?)
}

/// The seed in a PKCS#8 key of version 1 (RFC 5208) or 2 (RFC 5958).
pub(super) fn private_key(der: &[u8]) -> Result<Seed, Failure> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| damaged())?;
    refuse_others(&info.algorithm)?;
    let beside = info.public_key;
    let pair = KeypairBytes::try_from(info).map_err(|_| damaged())?;
    let seed = Zeroizing::new(pair.secret_key);
    if let Some(beside) = beside
        && beside.as_bytes() != Some(signing_key(&seed)?.public().as_bytes())
    {
        return Err(unreadable(
            "the private key and the public key beside it do not belong together",
        ));
    }
    Ok(seed)
}

/// Checks that the algorithm is Ed25519, without parameters (RFC 8410 section 3).
fn refuse_others(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), Failure> {
    if algorithm.oid != ALGORITHM_OID {
        let message = format!("found {}, expected an Ed25519 key", algorithm_name(algorithm));
        return Err(Failure::new(Problem::KeyAlgorithm, message));
    }
    if algorithm.parameters.is_some() { Err(damaged()) } else { Ok(()) }
}

/// Returns what the key is: the curve's name where the parameters give it, else the algorithm's,
/// else the number.
fn algorithm_name(algorithm: &AlgorithmIdentifierRef<'_>) -> String {
    let curve = algorithm
        .parameters
        .filter(|_| algorithm.oid == EC)
        .and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    let named = |oid: ObjectIdentifier| {
        NAMES.iter().find(|(other, _)| *other == oid).map(|(_, name)| (*name).to_owned())
    };
    curve
        .and_then(named)
        .or_else(|| named(algorithm.oid))
        .unwrap_or_else(|| format!("a key of the algorithm {}", algorithm.oid))
}
