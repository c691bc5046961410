//! Ed25519 key files: PKCS#8 and SubjectPublicKeyInfo in PEM, as OpenSSL 3.0 reads and writes them.
//!
//! A private key is written as PKCS#8 v1 (RFC 5208), encrypted by PBES2 with scrypt and AES-256-CBC
//! (RFC 8018, RFC 7914) at the largest cost that OpenSSL 3.0 accepts. Seeds and passphrases are
//! wiped from memory and never printed.

mod passphrase;
mod seed;

mod der;
mod pem;

mod carried;
mod other;

mod encryption;

#[cfg(test)]
mod tests;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use license_core::key::{PublicKey, Signer, SigningKey};
use zeroize::Zeroizing;

pub(crate) use passphrase::Passphrase;
pub(crate) use seed::{Seed, generate};

use crate::files::{self, shown};
use crate::layers as text;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use encryption::{Locked, decrypt, encrypt, encryption};
use passphrase::spellings;
use seed::{signing_key, unreadable};

/// Bytes of a key file. An Ed25519 key takes less than 500; the rest is for what people and mail
/// programs put around it.
const FILE_BYTES: usize = 256 * 1024;

/// Returns the PEM of a private key, encrypted if there is a passphrase.
///
/// # Errors
/// `random_unavailable`.
pub(crate) fn encode_private(
    seed: &Seed,
    passphrase: Option<&[u8]>,
) -> Result<Zeroizing<String>, Failure> {
    let plain = der::private_der(seed)?;
    match passphrase {
        Some(passphrase) => {
            pem::armor("ENCRYPTED PRIVATE KEY", &encrypt(plain.as_bytes(), passphrase)?)
        }
        None => pem::armor("PRIVATE KEY", plain.as_bytes()),
    }
    .map(Zeroizing::new)
}

/// Returns the PEM of a public key: a SubjectPublicKeyInfo.
///
/// # Errors
/// None that can be reached.
pub(crate) fn encode_public(key: &PublicKey) -> Result<String, Failure> {
    pem::armor("PUBLIC KEY", der::public_der(key)?.as_bytes())
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
        KeyContent::Private(seed) => seed,
        KeyContent::Encrypted(der) => unlock(path, &der, passphrase)?,
        KeyContent::Public(_) => {
            let message = format!("{}: this is a public key, expected a private key", shown(path));
            return Err(Failure::new(Problem::KeyPublic, message));
        }
    };
    Ok(Loaded {
        key: signing_key(&seed).map_err(|failure| failure.within(shown(path)))?,
        warning: exposed(path),
    })
}

/// Returns the public key of a file.
///
/// # Errors
/// `key_unreadable`, `key_algorithm`, `weak_key`; `key_private` for a private key, which is never
/// used in its place; and those of reading a file.
pub(crate) fn load_public(path: &Path) -> Result<PublicKey, Failure> {
    match load(path).map_err(|failure| half(failure, path))? {
        KeyContent::Public(key) => Ok(key),
        KeyContent::Private(_) | KeyContent::Encrypted(_) => {
            let message = format!("{}: this is a private key, expected a public key", shown(path));
            Err(Failure::new(Problem::KeyPrivate, message).hint("give the .pub file"))
        }
    }
}

/// The failure of a public key that is missing beside its private key: with how to write it.
fn half(failure: Failure, public: &Path) -> Failure {
    let private = public.with_extension("key");
    let is_half = failure.problem == Problem::InputMissing
        && public.extension().is_some_and(|ending| ending == "pub")
        && private.is_file();
    if !is_half {
        return failure;
    }
    let (private, public) = (files::quoted(&private), files::quoted(public));
    failure.hint(format!("`airlock key public {private} --out {public}` writes it"))
}

/// The public key in these bytes.
///
/// # Errors
/// `key_unreadable`, `key_algorithm`, `weak_key`; `key_private`.
pub(crate) fn public_in(bytes: &[u8]) -> Result<PublicKey, Failure> {
    match parse(bytes)? {
        KeyContent::Public(key) => Ok(key),
        KeyContent::Private(_) | KeyContent::Encrypted(_) => {
            Err(Failure::new(Problem::KeyPrivate, "found a private key, expected a public key"))
        }
    }
}

/// The public key of the private key in these bytes; `None` of one that is encrypted, which is only
/// looked at.
///
/// # Errors
/// `key_unreadable`, `key_algorithm`, `weak_key`; `key_public`.
pub(crate) fn public_of(bytes: &[u8]) -> Result<Option<PublicKey>, Failure> {
    match parse(bytes)? {
        KeyContent::Private(seed) => signing_key(&seed).map(|key| Some(key.public())),
        KeyContent::Encrypted(_) => Ok(None),
        KeyContent::Public(_) => {
            Err(Failure::new(Problem::KeyPublic, "found a public key, expected a private key"))
        }
    }
}

/// The bytes of a key's file, as they lie.
///
/// # Errors
/// Those of reading a file.
pub(crate) fn bytes_of(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    files::read_key(path, FILE_BYTES).map(Zeroizing::new)
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

/// What a key file holds. With [`Passphrase::None`] an encrypted key stays closed.
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
        KeyContent::Public(key) => {
            return Ok(KeyFile { form: Form::Public, public: Some(key), warning: None });
        }
        KeyContent::Private(seed) => (Form::Private, public_of(&seed)?),
        KeyContent::Encrypted(der) => match passphrase {
            Passphrase::File(_) | Passphrase::Ask => {
                (Form::EncryptedPrivate, public_of(&unlock(path, &der, passphrase)?)?)
            }
            Passphrase::None => (Form::EncryptedPrivate, None),
        },
    };
    Ok(KeyFile { form, public, warning: exposed(path) })
}

/// A warning that a private key's file is open to others than its owner.
pub(crate) fn exposed(path: &Path) -> Option<String> {
    let found =
        fs::metadata(path).ok().filter(|found| found.is_file() && path != Path::new("-"))?;
    let mode = found.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        format!(
            "others than its owner may read or write {} (mode {mode:04o}), expected 0600: \
             `chmod 600 {}`",
            shown(path),
            files::quoted(path)
        )
    })
}

/// What a key file holds, as far as it can be read without a passphrase.
enum KeyContent {
    Public(PublicKey),
    Private(Seed),
    /// The DER of an EncryptedPrivateKeyInfo.
    Encrypted(Zeroizing<Vec<u8>>),
}

fn load(path: &Path) -> Result<KeyContent, Failure> {
    let bytes = Zeroizing::new(files::read_key(path, FILE_BYTES)?);
    parse(&bytes).map_err(|failure| failure.within(shown(path)))
}

fn unlock(path: &Path, der: &[u8], passphrase: &Passphrase) -> Result<Seed, Failure> {
    let parameters = encryption(der).map_err(|failure| failure.within(shown(path)))?;
    let mut opened = opened(&parameters, &passphrase.of(path)?);
    for _ in 1..passphrase.tries() {
        match opened {
            Err(wrong) if wrong.problem == Problem::PassphraseWrong => {
                opened = self::opened(&parameters, &passphrase.again(path)?);
            }
            opened => return opened.map_err(|failure| failure.within(shown(path))),
        }
    }
    opened.map_err(|failure| failure.within(shown(path)))
}

/// The seed, opened by the passphrase as it was typed, or else as another keyboard or editor writes
/// the same letters.
fn opened(locked: &Locked<'_>, passphrase: &[u8]) -> Result<Seed, Failure> {
    let mut opened = decrypt(locked, passphrase);
    for other in spellings(passphrase) {
        match opened {
            Err(wrong) if wrong.problem == Problem::PassphraseWrong => {
                opened = decrypt(locked, &other);
            }
            opened => return opened,
        }
    }
    opened
}

/// Whether a public key's file is as it was made; its line ends may be others.
pub(crate) fn is_as_made(bytes: &[u8], key: &PublicKey) -> bool {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    encode_public(key).is_ok_and(|made| made.trim_end() == text.trim_end())
}

/// Returns the key in this text: one PEM block with a label that we read; text around it is ignored
/// (RFC 7468 section 2). UTF-16 and the mark of a byte order are read; what mail makes of a public
/// key is repaired.
fn parse(bytes: &[u8]) -> Result<KeyContent, Failure> {
    let plain = Zeroizing::new(text::plain(bytes).into_owned());
    let text = std::str::from_utf8(&plain).map_err(|_| other::binary(bytes))?;
    let text = text.trim_start_matches('\u{feff}');
    let labels: Vec<&str> = text.lines().filter_map(pem::label).collect();
    if let Some(other) = labels.iter().find_map(|label| other::label(label)) {
        return Err(other);
    }
    match labels.as_slice() {
        [] => carried::public(text)
            .unwrap_or_else(|| Err(other::not_pem(text)))
            .map(KeyContent::Public),
        ["PUBLIC KEY"] => match pem::dearmor(text) {
            Ok(der) if carried::begun(text) == 1 => der::public_key(&der).map(KeyContent::Public),
            // Another one stands beside it, in a quotation perhaps.
            Ok(_) => carried::public(text)
                .unwrap_or_else(|| Err(other::not_pem(text)))
                .map(KeyContent::Public),
            Err(damaged) => carried::public(text).unwrap_or(Err(damaged)).map(KeyContent::Public),
        },
        [label] => {
            let content = pem::dearmor(text)?;
            match *label {
                "PRIVATE KEY" => der::private_key(&content).map(KeyContent::Private),
                _ => encryption(&content).map(drop).map(|()| KeyContent::Encrypted(content)),
            }
        }
        several => {
            Err(unreadable(format!("found {}, expected one", counted(several.len(), "key")))
                .hint("put each key into a file of its own"))
        }
    }
}
