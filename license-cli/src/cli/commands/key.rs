//! `airlock key`

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use license_core::key::{Signer, SigningKey};
use ring::rand::SystemRandom;

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
    /// Show a key's fingerprint, in groups that can be read out on the phone
    Show(KeyShow),
}

#[derive(Debug, Args)]
pub(crate) struct KeyNew {
    /// The name without an ending: writes NAME.key and NAME.pub
    #[arg(long, value_name = "NAME")]
    out: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// Do not encrypt the private key
    #[arg(long, conflicts_with = "passphrase_file")]
    no_passphrase: bool,
    /// Replace NAME.pub; a private key is never replaced
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct KeyShow {
    /// A .pub or .key file
    file: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFile,
}

/// Makes a key pair.
pub(crate) fn new(options: &KeyNew) -> Result<Answer, Failure> {
    if options.out == Path::new("-") {
        return Err(Failure::new(
            Problem::Options,
            "found --out -, expected a name: a private key is never printed",
        ));
    }
    let (secret, public) = (with_ending(&options.out, ".key"), with_ending(&options.out, ".pub"));
    files::refuse_existing_secret(&secret).map_err(|failure| half(failure, &secret, &public))?;
    files::refuse_existing(&public, options.force)?;
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

/// The failure of a name that is taken; a key without its public key, as a run that was killed at
/// the last moment leaves it, is still good.
fn half(failure: Failure, secret: &Path, public: &Path) -> Failure {
    let is_half =
        secret.metadata().is_ok_and(|found| found.len() > 0) && public.symlink_metadata().is_err();
    if !is_half || failure.problem != Problem::SecretExists {
        return failure;
    }
    let (secret, public) = (files::quoted(secret), files::quoted(public));
    failure.hint(format!(
        "its public key is missing: `openssl pkey -in {secret} -pubout -out {public}` makes it; \
         for a new key, choose another name"
    ))
}

fn with_ending(name: &Path, ending: &str) -> PathBuf {
    let mut path = OsString::from(name);
    path.push(ending);
    path.into()
}

/// Shows a key's fingerprint.
pub(crate) fn show(options: &KeyShow) -> Result<Answer, Failure> {
    let passphrase =
        options.passphrase.passphrase_file.clone().map_or(Passphrase::None, Passphrase::File);
    let file = keys::describe(&options.file, &passphrase)?;
    let Some(key) = file.public else {
        let found = format!(
            "{}: found an encrypted private key, whose fingerprint needs its passphrase",
            files::shown(&options.file)
        );
        return Err(Failure::new(Problem::PassphraseMissing, found).hint(keys::LOCKED));
    };
    Ok(view::shown(&options.file, file.form, &key).warn(file.warning))
}
