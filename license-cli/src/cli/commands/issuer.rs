//! `airlock issuer`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use license_core::document::{Claims, Issuer, Plan, sign};
use license_core::value::Count;
use license_core::words;
use license_core::{Day, Set};

use crate::carry::incoming;
use crate::carry::outgoing::not_signed;
use crate::cli::options::{Out, PassphraseFile, Today, count, day, name, plan};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::written;

#[derive(Debug, Subcommand)]
pub(crate) enum IssuerCommand {
    /// Certify an issuing key with a root key
    Certify(Certify),
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Key")]
pub(crate) struct Certify {
    /// The root's private key
    #[arg(long, value_name = "ROOT.KEY")]
    root: PathBuf,
    /// The issuing key's public part
    #[arg(long, value_name = "DESK.PUB")]
    key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// Whose key it is, or what for
    #[arg(long)]
    name: String,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    today: Today,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
struct Limits {
    /// The first day on which it may issue
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Day,
    /// The first day on which it may no longer issue
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    until: Day,
    /// The longest term of a license, in days
    #[arg(long, value_name = "DAYS", default_value_t = 400)]
    max_days: u32,
    /// How many days after its issue a license may begin: more than 90 for a key that makes all
    /// years of a contract at once [default: 90]
    #[arg(long, value_name = "DAYS", value_parser = count)]
    start_days: Option<Count>,
    /// The most seats of a license, add-on seats included [default: any number]
    #[arg(long, value_name = "SEATS", value_parser = count)]
    max_seats: Option<Count>,
    /// The plans that it may issue, separated by commas [default: all]
    #[arg(long, value_name = "PLANS", value_delimiter = ',', value_parser = plan)]
    plans: Vec<Plan>,
    /// It may issue trials only
    #[arg(long)]
    trials_only: bool,
}

/// Certifies an issuing key.
pub(crate) fn certify(options: &Certify) -> Result<Answer, Failure> {
    let limits = &options.limits;
    let out = options.out.free()?;
    let claims = Issuer {
        issued: options.today.issued()?,
        key: incoming::public_key(&options.key)?,
        name: name("--name", &options.name)?,
        from: limits.from,
        until: limits.until,
        max_days: limits.max_days,
        max_seats: limits.max_seats,
        plans: Set::new(limits.plans.clone())?,
        trials_only: limits.trials_only,
        kinds: Set::default(),
        start_days: limits.start_days,
        unknown: Default::default(),
    };
    let root = options.passphrase.load(&options.root)?;
    if license_core::key::Signer::public(&root.key) == claims.key {
        return Err(Failure::new(
            Problem::SameKey,
            "found the root's own key, expected an issuing key: a root certifies others",
        ));
    }
    let bytes = sign(&claims, &root.key).map_err(not_signed)?;
    let written = out.write(&bytes)?;
    let text = words::lines(&claims.shown());
    Ok(written::answer(&written, &text).warn(root.warning))
}
