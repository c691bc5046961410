//! Ed25519 key files: PKCS#8 and SubjectPublicKeyInfo in PEM, as OpenSSL 3.0 reads and writes them.
//!
//! A private key is written as PKCS#8 v1 (RFC 5208), encrypted by PBES2 with scrypt and AES-256-CBC
//! (RFC 8018, RFC 7914) at the largest cost that OpenSSL 3.0 accepts. Seeds and passphrases are
//! wiped from memory and never printed.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use license_core::key::{PublicKey, Signer, SigningKey};
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::{Decode, Encode, pem};
use pkcs8::pkcs5::pbes2::{Kdf, Parameters, Pbkdf2Params, ScryptParams};
use pkcs8::pkcs5::{EncryptionScheme, scrypt};
use pkcs8::{
    AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier,
    PrivateKeyInfoRef, SubjectPublicKeyInfoRef,
};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::files::{self, shown};
use crate::problem::{Failure, Problem};

/// Bytes of a key file. An Ed25519 key takes less than 500; the rest is for text that people put
/// around it.
const FILE_BYTES: usize = 16 * 1024;
/// Bytes of a passphrase in a file.
const PASSPHRASE_BYTES: usize = 1024;

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

/// What stands before the seed in PKCS#8 v1 (RFC 8410 section 7): version 0, the algorithm, an
/// octet string within one.
const PRIVATE_PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];
/// What stands before the key in a SubjectPublicKeyInfo (RFC 8410 section 4).
const PUBLIC_PREFIX: [u8; 12] =
    [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
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

/// What to do about a key file of another form, where OpenSSL can write it anew.
const REWRITE: &str = "`openssl pkey -in FILE -aes-256-cbc -out NEW` writes it anew";

/// The 32 bytes that RFC 8032 calls the private key.
pub(crate) type Seed = Zeroizing<[u8; 32]>;

/// A passphrase, as the bytes that were typed or stood in the file.
pub(crate) type Secret = Zeroizing<Vec<u8>>;

/// Where a passphrase comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passphrase {
    /// `--no-passphrase`: there is none, and nobody is asked.
    None,
    /// `--passphrase-file`: the first line of this file; `-` is standard input.
    File(PathBuf),
    /// Neither: the terminal is asked when a passphrase is needed.
    Ask,
}

impl Passphrase {
    /// Returns the source that the options name. The command line refuses both at once.
    pub(crate) fn chosen(file: Option<PathBuf>, none: bool) -> Self {
        match file {
            Some(file) => Self::File(file),
            None if none => Self::None,
            None => Self::Ask,
        }
    }

    /// Returns the passphrase for a new key, or `None` for a key that is not to be encrypted. The
    /// terminal is asked twice.
    ///
    /// # Errors
    /// `passphrase_missing` without a terminal, `passphrase_mismatch`, `passphrase_empty`, and
    /// those of reading a file.
    pub(crate) fn fresh(&self) -> Result<Option<Secret>, Failure> {
        match self {
            Self::None => Ok(None),
            Self::File(file) => from_file(file).map(Some),
            Self::Ask => twice(ask).map(Some),
        }
    }

    /// Returns the passphrase of the encrypted key at this path.
    fn of(&self, key: &Path) -> Result<Secret, Failure> {
        match self {
            Self::None => {
                Err(missing("the key is encrypted, expected a passphrase").within(shown(key)))
            }
            Self::File(file) => from_file(file),
            Self::Ask => ask(&format!("Passphrase of {}: ", shown(key)))
                .map_err(|failure| failure.within(shown(key))),
        }
    }
}

fn from_file(file: &Path) -> Result<Secret, Failure> {
    let passphrase = files::first_line(file, PASSPHRASE_BYTES)?;
    if passphrase.is_empty() {
        let message =
            format!("found an empty first line in {}, expected a passphrase", shown(file));
        return Err(Failure::new(Problem::PassphraseEmpty, message)
            .hint("put the passphrase on the first line, or give `--no-passphrase`"));
    }
    Ok(passphrase)
}

/// Returns the line typed at the terminal (/dev/tty), which does not show it.
fn ask(prompt: &str) -> Result<Secret, Failure> {
    let typed = rpassword::prompt_password(prompt).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::Interrupted => {
            missing("no passphrase was typed, expected one")
        }
        _ => missing("found no terminal to ask for the passphrase"),
    })?;
    Ok(Zeroizing::new(typed.into_bytes()))
}

fn missing(message: &str) -> Failure {
    Failure::new(Problem::PassphraseMissing, message)
        .hint("give the file that holds it with `--passphrase-file FILE`")
}

/// Returns a new passphrase, asked for twice.
fn twice(mut ask: impl FnMut(&str) -> Result<Secret, Failure>) -> Result<Secret, Failure> {
    let first = ask("New passphrase: ")?;
    if first.is_empty() {
        let failure = Failure::new(
            Problem::PassphraseEmpty,
            "found an empty passphrase, expected at least one character",
        );
        return Err(failure.hint("`--no-passphrase` leaves the key unencrypted"));
    }
    if ask("The same passphrase again: ")? != first {
        return Err(Failure::new(Problem::PassphraseMismatch, "the two passphrases differ")
            .hint("run the command again"));
    }
    Ok(first)
}

/// Returns a new random seed.
///
/// # Errors
/// `random_unavailable` if the system gives no random bytes.
pub(crate) fn generate(rng: &SystemRandom) -> Result<Seed, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    fill(rng, seed.as_mut_slice())?;
    Ok(seed)
}

fn fill(rng: &SystemRandom, bytes: &mut [u8]) -> Result<(), Failure> {
    rng.fill(bytes)
        .map_err(|_| Failure::new(Problem::RandomUnavailable, "the system gives no random bytes"))
}

/// Returns the PEM of a private key, encrypted if there is a passphrase.
///
/// # Errors
/// `random_unavailable`.
pub(crate) fn encode_private(
    seed: &Seed,
    passphrase: Option<&[u8]>,
) -> Result<Zeroizing<String>, Failure> {
    let mut der = Zeroizing::new(Vec::with_capacity(PRIVATE_PREFIX.len() + seed.len()));
    der.extend_from_slice(&PRIVATE_PREFIX);
    der.extend_from_slice(seed.as_slice());
    match passphrase {
        Some(passphrase) => armor("ENCRYPTED PRIVATE KEY", &encrypt(&der, passphrase)?),
        None => armor("PRIVATE KEY", &der),
    }
    .map(Zeroizing::new)
}

/// Returns the PEM of a public key: a SubjectPublicKeyInfo.
///
/// # Errors
/// None that can be reached.
pub(crate) fn encode_public(key: &PublicKey) -> Result<String, Failure> {
    armor("PUBLIC KEY", &[PUBLIC_PREFIX.as_slice(), key.as_bytes()].concat())
}

fn armor(label: &'static str, der: &[u8]) -> Result<String, Failure> {
    pem::encode_string(label, LineEnding::LF, der).map_err(|_| unencodable())
}

fn unencodable() -> Failure {
    Failure::new(Problem::KeyUnwritable, "the key cannot be encoded")
}

fn encrypt(der: &[u8], passphrase: &[u8]) -> Result<Vec<u8>, Failure> {
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

/// A private key, and what its user should be told.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) key: SigningKey,
    /// A sentence, if others than the owner may read or change the file.
    pub(crate) warning: Option<String>,
}

/// Returns the private key of a file. A passphrase is looked for only if the file is encrypted.
///
/// # Errors
/// `key_unreadable`, `key_algorithm`; `key_public` for a public key; `passphrase_missing`,
/// `passphrase_wrong`, `passphrase_empty`; and those of reading a file.
pub(crate) fn load_private(path: &Path, passphrase: &Passphrase) -> Result<Loaded, Failure> {
    let seed = match load(path)? {
        Content::Private(seed) => seed,
        Content::Encrypted(der) => unlock(path, &der, passphrase)?,
        Content::Public(_) => {
            let message = format!("{}: this is a public key, expected a private key", shown(path));
            return Err(Failure::new(Problem::KeyPublic, message)
                .hint("give the private key's file: the one without .pub"));
        }
    };
    Ok(Loaded {
        key: signing_key(&seed).map_err(|failure| failure.within(shown(path)))?,
        warning: warning(path),
    })
}

/// Returns the public key of a file.
///
/// # Errors
/// `key_unreadable`, `key_algorithm`, `weak_key`; `key_private` for a private key, which is never
/// used in its place; and those of reading a file.
pub(crate) fn load_public(path: &Path) -> Result<PublicKey, Failure> {
    match load(path)? {
        Content::Public(key) => Ok(key),
        Content::Private(_) | Content::Encrypted(_) => {
            let message = format!("{}: this is a private key, expected a public key", shown(path));
            Err(Failure::new(Problem::KeyPrivate, message).hint("give the .pub file"))
        }
    }
}

/// What a key file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Public,
    Private,
    EncryptedPrivate,
}

impl Form {
    /// Returns the form in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Public => "public key",
            Self::Private => "private key, not encrypted",
            Self::EncryptedPrivate => "private key, encrypted",
        }
    }
}

/// A key file, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyFile {
    pub(crate) form: Form,
    /// Absent for an encrypted private key whose passphrase was not given; see [`LOCKED`].
    pub(crate) public: Option<PublicKey>,
    /// As in [`Loaded`].
    pub(crate) warning: Option<String>,
}

/// What to do when [`KeyFile::public`] is absent.
pub(crate) const LOCKED: &str =
    "its .pub file shows the fingerprint, or give `--passphrase-file FILE`";

/// Returns what a key file holds. An encrypted key is opened only with a passphrase file: nobody is
/// asked.
///
/// # Errors
/// As [`load_private`], without `key_public` and `passphrase_missing`.
pub(crate) fn describe(path: &Path, passphrase: &Passphrase) -> Result<KeyFile, Failure> {
    let public_of = |seed: &Seed| {
        signing_key(seed)
            .map(|key| Some(key.public()))
            .map_err(|failure| failure.within(shown(path)))
    };
    let (form, public) = match load(path)? {
        Content::Public(key) => {
            return Ok(KeyFile { form: Form::Public, public: Some(key), warning: None });
        }
        Content::Private(seed) => (Form::Private, public_of(&seed)?),
        Content::Encrypted(der) => match passphrase {
            Passphrase::File(_) => {
                (Form::EncryptedPrivate, public_of(&unlock(path, &der, passphrase)?)?)
            }
            Passphrase::None | Passphrase::Ask => (Form::EncryptedPrivate, None),
        },
    };
    Ok(KeyFile { form, public, warning: warning(path) })
}

/// Returns a sentence if a private key's file is open to others than its owner.
fn warning(path: &Path) -> Option<String> {
    let found =
        fs::metadata(path).ok().filter(|found| found.is_file() && path != Path::new("-"))?;
    let mode = found.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        format!("{} is open to others than its owner (mode {mode:04o}), expected 0600", shown(path))
    })
}

fn signing_key(seed: &Seed) -> Result<SigningKey, Failure> {
    Ok(SigningKey::from_seed(seed)?)
}

/// What a key file holds, as far as it can be read without a passphrase.
enum Content {
    Public(PublicKey),
    Private(Seed),
    /// The DER of an EncryptedPrivateKeyInfo.
    Encrypted(Zeroizing<Vec<u8>>),
}

fn load(path: &Path) -> Result<Content, Failure> {
    let bytes = Zeroizing::new(files::read(path, FILE_BYTES)?);
    parse(&bytes).map_err(|failure| failure.within(shown(path)))
}

fn unlock(path: &Path, der: &[u8], passphrase: &Passphrase) -> Result<Seed, Failure> {
    let parameters = encryption(der).map_err(|failure| failure.within(shown(path)))?;
    decrypt(&parameters, &passphrase.of(path)?).map_err(|failure| failure.within(shown(path)))
}

/// Returns the key in this text: one PEM block with a label that we read; text around it is ignored
/// (RFC 7468 section 2).
fn parse(bytes: &[u8]) -> Result<Content, Failure> {
    let text = std::str::from_utf8(bytes).map_err(|_| binary(bytes))?;
    let labels: Vec<&str> = text.lines().filter_map(label).collect();
    if let Some(other) = labels.iter().find_map(|label| foreign(label)) {
        return Err(other);
    }
    match labels.as_slice() {
        [] => Err(not_pem(text)),
        [label] => {
            let der = dearmor(text)?;
            match *label {
                "PUBLIC KEY" => public_key(&der).map(Content::Public),
                "PRIVATE KEY" => private_key(&der).map(Content::Private),
                _ => encryption(&der).map(drop).map(|()| Content::Encrypted(der)),
            }
        }
        several => Err(unreadable(format!("found {} keys, expected one", several.len()))
            .hint("put each key into a file of its own")),
    }
}

fn unreadable(message: impl Into<String>) -> Failure {
    Failure::new(Problem::KeyUnreadable, message)
}

/// Returns the label of a line that begins a PEM block.
fn label(line: &str) -> Option<&str> {
    line.trim_end().strip_prefix("-----BEGIN ")?.strip_suffix("-----")
}

/// Returns why a PEM block with this label is no key of ours, unless it is one.
fn foreign(label: &str) -> Option<Failure> {
    let algorithm = |name| {
        Failure::new(Problem::KeyAlgorithm, format!("found {name}, expected an Ed25519 key"))
    };
    Some(match label {
        "PUBLIC KEY" | "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => return None,
        "RSA PRIVATE KEY" | "RSA PUBLIC KEY" => algorithm("an RSA key"),
        "EC PRIVATE KEY" | "EC PARAMETERS" => algorithm("an elliptic curve key"),
        "DSA PRIVATE KEY" | "DSA PARAMETERS" => algorithm("a DSA key"),
        "OPENSSH PRIVATE KEY" => {
            unreadable("found an OpenSSH private key, expected PKCS#8 (BEGIN PRIVATE KEY)")
                .hint("make a key with `airlock key new`")
        }
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => {
            unreadable("found a certificate, expected a key")
                .hint("`openssl x509 -in FILE -noout -pubkey` prints the key in it")
        }
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            unreadable("found a certificate request, expected a key")
        }
        airlock if airlock.starts_with("AIRLOCK ") => {
            unreadable("found an Airlock document, expected a key")
                .hint("`airlock show FILE` says what it is")
        }
        other => unreadable(format!(
            "found a PEM block of the kind {}, expected a key",
            shown(Path::new(other))
        )),
    })
}

fn binary(bytes: &[u8]) -> Failure {
    let failure = unreadable("found binary data, expected a PEM file");
    // A SEQUENCE: all forms of keys are one.
    if bytes.first() == Some(&0x30) {
        failure.hint(
            "if it is a key in DER, `openssl pkey -inform DER -in FILE -out NEW` writes it as PEM",
        )
    } else {
        failure
    }
}

fn not_pem(text: &str) -> Failure {
    if text.starts_with("ssh-") || text.starts_with("ecdsa-") {
        return unreadable("found an OpenSSH public key, expected PEM (BEGIN PUBLIC KEY)")
            .hint("use a key made with `airlock key new`");
    }
    unreadable("found no -----BEGIN line, expected a PEM file")
}

/// Returns the bytes of the one PEM block in this text.
fn dearmor(text: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut block = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.lines().map(str::trim_end).skip_while(|line| label(line).is_none()) {
        block.push_str(line);
        block.push('\n');
        if line.starts_with("-----END ") {
            break;
        }
    }
    let mut room = Zeroizing::new(vec![0; block.len()]);
    let (_, der) = pem::decode(block.as_bytes(), &mut room).map_err(|_| {
        unreadable(
            "found a damaged PEM block, expected Base64 in lines of 64 characters and an END line",
        )
    })?;
    let length = der.len();
    room.truncate(length);
    Ok(room)
}

/// Returns the key in a SubjectPublicKeyInfo (RFC 8410 section 4).
fn public_key(der: &[u8]) -> Result<PublicKey, Failure> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| damaged())?;
    ed25519(&info.algorithm)?;
    let key = info.subject_public_key.as_bytes().and_then(|bytes| bytes.try_into().ok());
    Ok(PublicKey::new(key.ok_or_else(damaged)?)?)
}

/// Returns the seed in a PKCS#8 key of version 1 (RFC 5208) or 2 (RFC 5958).
fn private_key(der: &[u8]) -> Result<Seed, Failure> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| damaged())?;
    ed25519(&info.algorithm)?;
    let seed = info
        .private_key
        .as_bytes()
        .strip_prefix(&[0x04, 0x20])
        .and_then(|seed| <&[u8; 32]>::try_from(seed).ok());
    let seed = Zeroizing::new(*seed.ok_or_else(damaged)?);
    if let Some(beside) = info.public_key
        && beside.as_bytes() != Some(signing_key(&seed)?.public().as_bytes())
    {
        return Err(unreadable(
            "the private key and the public key beside it do not belong together",
        ));
    }
    Ok(seed)
}

fn damaged() -> Failure {
    unreadable("found a damaged key, expected the DER of an Ed25519 key")
}

/// Checks that the algorithm is Ed25519, without parameters (RFC 8410 section 3).
fn ed25519(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), Failure> {
    if algorithm.oid != ED25519 {
        let message = format!("found {}, expected an Ed25519 key", algorithm_name(algorithm));
        return Err(
            Failure::new(Problem::KeyAlgorithm, message).hint("make a key with `airlock key new`")
        );
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

/// An encrypted key whose cost to open is bounded.
struct Locked<'a> {
    parameters: Parameters,
    data: &'a [u8],
}

/// Returns how the key is encrypted. Nothing is computed, and the work to open it is bounded.
fn encryption(der: &[u8]) -> Result<Locked<'_>, Failure> {
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
        Kdf::Pbkdf2(cost) => bound_pbkdf2(cost)?,
        _ => return Err(unknown()),
    }
    Ok(Locked { parameters, data: info.encrypted_data.as_bytes() })
}

/// Checks scrypt's parameters (RFC 7914 section 2), so that a hostile file can take neither memory
/// nor hours, and so that pkcs5, which panics on N = 0, never sees it.
fn bound_scrypt(cost: &ScryptParams) -> Result<(), Failure> {
    let (n, r, p) = (cost.cost_parameter, cost.block_size, cost.parallelization);
    let usual = n.is_power_of_two()
        && (2..=SCRYPT_COST).contains(&n)
        && [r, p].iter().all(|blocks| (1..=SCRYPT_BLOCKS).contains(blocks));
    if usual && n * u64::from(r) * u64::from(p) <= SCRYPT_WORK {
        return Ok(());
    }
    let message = format!(
        "found scrypt with N = {n}, r = {r}, p = {p}, expected N a power of two, at most {SCRYPT_COST}, and N * r * p at most {SCRYPT_WORK}"
    );
    Err(unreadable(message).hint(REWRITE))
}

fn bound_pbkdf2(cost: &Pbkdf2Params) -> Result<(), Failure> {
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
fn decrypt(locked: &Locked<'_>, passphrase: &[u8]) -> Result<Seed, Failure> {
    use pkcs8::pkcs5::Error;
    let wrong = || {
        Failure::new(Problem::PassphraseWrong, "the passphrase does not open the key")
            .hint("try again; if it is right, the file is damaged")
    };
    let der = locked.parameters.decrypt(passphrase, locked.data).map(Zeroizing::new).map_err(|error| match error {
        Error::DecryptFailed => wrong(),
        _ => unreadable("found an encryption that is not supported, expected scrypt or PBKDF2 with SHA-2, and AES").hint(REWRITE),
    })?;
    PrivateKeyInfoRef::from_der(&der).map_err(|_| wrong())?;
    private_key(&der)
}

#[cfg(test)]
mod tests;
