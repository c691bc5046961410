//! Encrypted private keys: PBES2, its work bounded.

use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode, Encode};
use pkcs8::pkcs5::pbes2::{Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, ScryptParams};
use pkcs8::pkcs5::{EncryptionScheme, scrypt};
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use ring::rand::SystemRandom;
use zeroize::Zeroizing;

use super::der::private_key;
use super::seed::{Seed, fill, unencodable, unreadable};
use crate::problem::{Failure, Problem};

/// log2 of scrypt's N, and its r and p, in what we write: OpenSSL 3.0 gives scrypt 32 MiB, which N
/// = 2^15 exceeds.
const SCRYPT: (u8, u32, u32) = (14, 8, 1);
/// The largest N that is read.
const SCRYPT_COST: u64 = 1 << 20;
/// The largest N * r * p that is read: 128 times that is 1 GiB of memory.
const SCRYPT_WORK: u64 = 1 << 23;
/// The largest r and the largest p that are read: with a small N, p * r * 128 is the memory.
const SCRYPT_BLOCKS: u16 = 1024;
/// PBKDF2 iterations that are read: some seconds.
const PBKDF2_ITERATIONS: u32 = 10_000_000;

/// What to do about a key file of another form, where OpenSSL can write it anew.
const REWRITE: &str = "`openssl pkey -in FILE -aes-256-cbc -out NEW` writes it anew";

pub(super) fn encrypt(der: &[u8], passphrase: &[u8]) -> Result<Vec<u8>, Failure> {
    let rng = SystemRandom::new();
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    fill(&rng, &mut salt)?;
    fill(&rng, &mut iv)?;
    let (log_n, r, p) = SCRYPT;
    let cost = scrypt::Params::new(log_n, r, p).map_err(|_| unencodable())?;
    let parameters =
        Parameters::generate_scrypt_aes256cbc(cost, &salt, iv).map_err(|_| unencodable())?;
    let encrypted = parameters.encrypt(passphrase, der).map_err(|_| unencodable())?;
    let encrypted_data = OctetStringRef::new(&encrypted).map_err(|_| unencodable())?;
    EncryptedPrivateKeyInfoRef { encryption_algorithm: parameters.into(), encrypted_data }
        .to_der()
        .map_err(|_| unencodable())
}

/// An encrypted key whose cost to open is bounded.
pub(super) struct Locked<'a> {
    pub(super) parameters: Parameters,
    data: &'a [u8],
}

/// Returns how the key is encrypted. Nothing is computed, and the work to open it is bounded.
pub(super) fn encryption(der: &[u8]) -> Result<Locked<'_>, Failure> {
    let unknown = || {
        unreadable("found a damaged key or an unknown encryption, expected PBES2 with AES")
            .hint(REWRITE)
    };
    let info = EncryptedPrivateKeyInfoRef::from_der(der).map_err(|_| unknown())?;
    let EncryptionScheme::Pbes2(parameters) = info.encryption_algorithm else {
        return Err(unknown());
    };
    match &parameters.kdf {
        Kdf::Scrypt(cost) => bound_scrypt(cost)?,
        Kdf::Pbkdf2(cost) if cost.prf == Pbkdf2Prf::HmacWithSha1 => {
            let found = "found the encryption PBKDF2 with SHA-1, expected SHA-2";
            return Err(unreadable(found).hint(REWRITE));
        }
        Kdf::Pbkdf2(cost) => bound_pbkdf2(cost)?,
        _ => return Err(unknown()),
    }
    Ok(Locked { parameters, data: info.encrypted_data.as_bytes() })
}

/// Checks scrypt's parameters (RFC 7914 section 2), so that a hostile file can take neither memory
/// nor hours, and so that pkcs5, which panics on N = 0, never sees it.
pub(super) fn bound_scrypt(cost: &ScryptParams) -> Result<(), Failure> {
    let (n, r, p) = (cost.cost_parameter, cost.block_size, cost.parallelization);
    let usual = n.is_power_of_two()
        && (2..=SCRYPT_COST).contains(&n)
        && [r, p].iter().all(|blocks| (1..=SCRYPT_BLOCKS).contains(blocks));
    if usual && n * u64::from(r) * u64::from(p) <= SCRYPT_WORK {
        return Ok(());
    }
    let message = format!(
        "found scrypt with N = {n}, r = {r}, p = {p}, expected N a power of two, at most \
         {SCRYPT_COST}, and N * r * p at most {SCRYPT_WORK}"
    );
    Err(unreadable(message).hint(REWRITE))
}

pub(super) fn bound_pbkdf2(cost: &Pbkdf2Params) -> Result<(), Failure> {
    if (1..=PBKDF2_ITERATIONS).contains(&cost.iteration_count) {
        return Ok(());
    }
    let message = format!(
        "found PBKDF2 with {} iterations, expected 1 to {PBKDF2_ITERATIONS}",
        cost.iteration_count
    );
    Err(unreadable(message).hint(REWRITE))
}

/// Returns the seed of an encrypted key. What decrypts to anything but a private key had another
/// passphrase.
#[allow(clippy::wildcard_enum_match_arm, reason = "the errors of pkcs8 are not ours")]
pub(super) fn decrypt(locked: &Locked<'_>, passphrase: &[u8]) -> Result<Seed, Failure> {
    use pkcs8::pkcs5::Error;
    let wrong = || Failure::new(Problem::PassphraseWrong, "the passphrase does not open the key");
    let opened = locked.parameters.decrypt(passphrase, locked.data).map(Zeroizing::new);
    let der = opened.map_err(|error| match error {
        Error::DecryptFailed => wrong(),
        _ => unreadable(
            "found an encryption that is not supported, expected scrypt or PBKDF2 with SHA-2, \
             and AES",
        )
        .hint(REWRITE),
    })?;
    PrivateKeyInfoRef::from_der(&der).map_err(|_| wrong())?;
    private_key(&der)
}
