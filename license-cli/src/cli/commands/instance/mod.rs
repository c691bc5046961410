//! `airlock instance`

pub(crate) mod backup;
pub(crate) mod moving;
pub(crate) mod restore;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use license_core::value::InstanceId;
use ring::rand::{self, SystemRandom};

use crate::cli::confirm::confirm;
use crate::cli::options::{InstanceDir, TrustedRoots, instance_id};
use crate::clock::When;
use crate::instance::ledger::Instance;
use crate::instance::{recover, report};
use crate::keys;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::instance as view;

#[derive(Debug, Subcommand)]
pub(crate) enum InstanceCommand {
    /// Make the folder with the instance's id and key, and pin the vendor's roots
    Init(Init),
    /// List what was done: licenses, days, reports
    Log(Log),
    /// Write all of the folder into one file, also while it is in use
    Backup(backup::Backup),
    /// Make the folder of a backup, in an empty place
    Restore(restore::Restore),
    /// Go on after the last report that the vendor has, after a restore from a backup
    Recover(Recover),
    /// Make this folder's last report, retire it, and write all of it into one file to restore
    Move(moving::Move),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to make
    pub(crate) dir: PathBuf,
    /// The instance's UUID: GitLab's own, where there is one [default: random]
    #[arg(long, value_name = "UUID", value_parser = instance_id)]
    pub(crate) id: Option<InstanceId>,
    /// Make a new ledger for the private key that is in the folder, where the ledger was lost
    #[arg(long, requires = "id")]
    pub(crate) keep_key: bool,
    #[command(flatten)]
    pub(crate) trust: TrustedRoots,
}

#[derive(Debug, Args)]
pub(crate) struct Log {
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
}

#[derive(Debug, Args)]
pub(crate) struct Recover {
    /// The last usage report of this instance that the vendor has, or the receipt for it; may be
    /// given several times, in any order
    #[arg(long, value_name = "REPORT", required_unless_present = "none_since")]
    pub(crate) after: Vec<PathBuf>,
    /// No report has left since the backup, or the vendor has none: go on with the next number
    #[arg(long, conflicts_with = "after")]
    pub(crate) none_since: bool,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    /// Do not ask whether none has left
    #[arg(long, requires = "none_since")]
    pub(crate) yes: bool,
}

/// Makes the instance's folder.
pub(crate) fn init(options: &Init) -> Result<Answer, Failure> {
    let roots = options.trust.roots()?;
    let random = SystemRandom::new();
    let id = options.id.map_or_else(|| random_id(&random), Ok)?;
    if options.keep_key {
        let instance = Instance::with_kept_key(&options.dir, id, &roots)?;
        let answer = view::made_anew(&options.dir, id, &instance.public_key()?, &roots);
        return Ok(answer.warn(instance.cleared().map(view::cleared)));
    }
    let instance = Instance::create(&options.dir, id, &roots, &keys::generate(&random)?)?;
    let answer = view::made(&options.dir, id, &instance.public_key()?, &roots);
    Ok(answer.warn(instance.cleared().map(view::cleared)))
}

/// Lists what was done.
pub(crate) fn log(options: &Log) -> Result<Answer, Failure> {
    let instance = options.instance.open_read_only()?;
    let waiting = instance.waiting_report()?.map(|report| report.number);
    Ok(view::log(&instance.log()?, waiting))
}

/// Goes on behind a report that the vendor has.
pub(crate) fn recover(options: &Recover) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let when = When::of(None)?;
    if options.none_since {
        if let Some(doubt) = instance.condition()?.doubt() {
            let what = view::none_since_means(&doubt, report::last_number(&instance)? + 1);
            confirm(options.yes, &what, "Has none left since?")?;
        }
        let (in_doubt, next) = instance.none_since(when)?;
        return Ok(view::none_since(in_doubt, next));
    }
    let found = recover::read(&instance, &options.after, when)?;
    let recoveries = recover::recover(&mut instance, &found, when)?;
    let answers = recoveries.iter().map(view::recovered).collect();
    Ok(view::together(answers).warn(found.passed_over))
}

fn random_id(random: &SystemRandom) -> Result<InstanceId, Failure> {
    let bytes: rand::Random<[u8; 16]> = rand::generate(random)
        .map_err(|_| Failure::new(Problem::RandomUnavailable, "the system gave no random bytes"))?;
    Ok(InstanceId::from_random(bytes.expose()))
}
