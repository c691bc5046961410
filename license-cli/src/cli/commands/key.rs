//! `airlock key`

use std::ffi::OsString;
use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use license_core::key::{Signer, SigningKey};
use ring::rand::SystemRandom;

use crate::carry::seen;
use crate::cli::options::PassphraseFile;
use crate::files;
use crate::keys::{self, Passphrase};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::key::{self as view, NewKey};

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key pair: NAME.key, kept secret, and NAME.pub
    New(KeyNew),
    /// Write the public key of a private key
    Public(KeyPublic),
    /// Show a key's fingerprint, in groups that can be read out on the phone
    Show(KeyShow),
}

#[derive(Debug, Args)]
pub(crate) struct KeyNew {
    /// The name without an ending: writes NAME.key and NAME.pub
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    out: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// Do not encrypt the private key
    #[arg(long, conflicts_with = "passphrase_file", help_heading = "Key")]
    no_passphrase: bool,
    /// Replace NAME.pub; a private key is never replaced
    #[arg(long, help_heading = "Output")]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KeyPublic {
    /// A .key file
    file: PathBuf,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "NAME.PUB", help_heading = "Output")]
    out: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KeyShow {
    /// A .pub or .key file; of a private key, nothing but the fingerprint is shown
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFile,
}

/// Makes a key pair.
pub(crate) fn new(options: &KeyNew) -> Result<Answer, Failure> {
    check_name(&options.out)?;
    let (secret, public) = (with_ending(&options.out, ".key"), with_ending(&options.out, ".pub"));
    files::refuse_existing_secret(&secret).map_err(|failure| half(failure, &secret, &public))?;
    files::refuse_existing(&public, options.force)
        .map_err(|failure| alone(failure, &options.out, &secret, &public))?;
    let passphrase =
        Passphrase::chosen(options.passphrase.passphrase_file.clone(), options.no_passphrase)
            .fresh()?;
    let seed = keys::generate(&SystemRandom::new())?;
    let key = SigningKey::from_seed(&seed)?.public();
    let private = keys::encode_private(&seed, passphrase.as_ref().map(|secret| secret.as_slice()))?;
    files::write_pair(
        (&secret, private.as_bytes()),
        (&public, keys::encode_public(&key)?.as_bytes()),
        options.force,
    )?;
    let encrypted = passphrase.is_some();
    Ok(view::made(&NewKey { private: secret, public, encrypted, key }))
}

/// Refuses what is no name of a file: a folder's would make a hidden file `.key` in it.
fn check_name(name: &Path) -> Result<(), Failure> {
    let refused = |found: String| Err(Failure::new(Problem::Options, found));
    let bytes = name.as_os_str().as_encoded_bytes();
    let last = bytes.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    match last {
        b"-" if bytes.len() == 1 => {
            refused("found --out -, expected a name: a private key is never printed".to_owned())
        }
        b"" | b"." | b".." => refused(format!(
            "found --out '{}', a folder, expected a name without an ending, as in `keys/root`",
            files::shown(name)
        )),
        _ => Ok(()),
    }
}

/// The failure of a name that is taken; a private key whose public key was lost is still good.
fn half(failure: Failure, secret: &Path, public: &Path) -> Failure {
    let is_half =
        secret.metadata().is_ok_and(|found| found.len() > 0) && public.symlink_metadata().is_err();
    if !is_half || failure.problem != Problem::SecretExists {
        return failure;
    }
    let (secret, public) = (files::quoted(secret), files::quoted(public));
    failure.hint(format!(
        "its public key is missing: `airlock key public {secret} --out {public}` writes it; \
         for a new key, choose another name"
    ))
}

/// The failure of a name that is taken by a public key alone, as a run that was killed at the last
/// moment leaves it; whose that is cannot be seen, so it is never replaced unasked.
fn alone(failure: Failure, name: &Path, secret: &Path, public: &Path) -> Failure {
    if failure.problem != Problem::OutputExists || keys::load_public(public).is_err() {
        return failure;
    }
    let (name, secret) = (files::quoted(name), files::shown(secret));
    failure.hint(format!(
        "{secret} is not there: if a run of `key new` was cut off, nobody has the private key, and \
         `airlock key new --out {name} --force` makes the pair; if it is kept elsewhere, choose \
         another name"
    ))
}

fn with_ending(name: &Path, ending: &str) -> PathBuf {
    let mut path = OsString::from(name);
    path.push(ending);
    path.into()
}

/// Writes the public key that follows from a private one.
pub(crate) fn public(options: &KeyPublic) -> Result<Answer, Failure> {
    files::refuse_existing(&options.out, options.force)?;
    let loaded = options.passphrase.load(&options.file)?;
    let key = loaded.key.public();
    let pem = keys::encode_public(&key)?;
    files::write_new(&options.out, pem.as_bytes(), files::Mode::Public, options.force)?;
    Ok(view::public(&options.out, &key).warn(loaded.warning))
}

/// Shows a key's fingerprint.
pub(crate) fn show(options: &KeyShow) -> Result<Answer, Failure> {
    let nobody_there = !stdin().is_terminal();
    let passphrase = Passphrase::chosen(options.passphrase.passphrase_file.clone(), nobody_there);
    let file = keys::describe(&options.file, &passphrase)
        .map_err(seen::instead(&options.file, seen::Expected::Key("a key")))?;
    let Some(key) = file.public else {
        let found = format!(
            "{}: found an encrypted private key, whose fingerprint needs its passphrase",
            files::shown(&options.file)
        );
        return Err(Failure::new(Problem::PassphraseMissing, found).hint(keys::LOCKED));
    };
    Ok(view::shown(&options.file, file.form, &key).warn(file.warning))
}
