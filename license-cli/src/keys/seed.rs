//! The secret that a private key is, and why a key could not be written or read.

use license_core::key::SigningKey;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::problem::{Failure, Problem};

/// The 32 bytes that RFC 8032 calls the private key.
pub(crate) type Seed = Zeroizing<[u8; 32]>;

/// Returns a new random seed.
///
/// # Errors
/// `random_unavailable` if the system gives no random bytes.
pub(crate) fn generate(rng: &SystemRandom) -> Result<Seed, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    fill(rng, seed.as_mut_slice())?;
    Ok(seed)
}

pub(super) fn fill(rng: &SystemRandom, bytes: &mut [u8]) -> Result<(), Failure> {
    rng.fill(bytes)
        .map_err(|_| Failure::new(Problem::RandomUnavailable, "the system gives no random bytes"))
}

pub(super) fn signing_key(seed: &Seed) -> Result<SigningKey, Failure> {
    Ok(SigningKey::from_seed(seed)?)
}

pub(super) fn unencodable() -> Failure {
    Failure::new(Problem::KeyUnwritable, "the key cannot be encoded")
}

pub(super) fn unreadable(message: impl Into<String>) -> Failure {
    Failure::new(Problem::KeyUnreadable, message)
}

pub(super) fn damaged() -> Failure {
    unreadable("found a damaged key, expected the DER of an Ed25519 key")
}
