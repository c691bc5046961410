//! `airlock instance`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use license_core::value::InstanceId;
use ring::rand::{self, SystemRandom};

use crate::cli::options::{Trust, instance_id};
use crate::instance::ledger::Instance;
use crate::keys;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::instance::made;

#[derive(Debug, Subcommand)]
pub(crate) enum InstanceCommand {
    /// Make the folder with the instance's id and key, and pin the vendor's roots
    Init(Init),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to make
    pub(crate) dir: PathBuf,
    /// The instance's UUID: GitLab's own, where there is one [default: random]
    #[arg(long, value_name = "UUID", value_parser = instance_id)]
    pub(crate) id: Option<InstanceId>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// Makes the instance's folder.
pub(crate) fn init(options: &Init) -> Result<Answer, Failure> {
    let roots = options.trust.roots()?;
    let random = SystemRandom::new();
    let id = options.id.map_or_else(|| random_id(&random), Ok)?;
    let instance = Instance::create(&options.dir, id, &roots, &keys::generate(&random)?)?;
    Ok(made(&options.dir, id, &instance.public_key()?, &roots))
}

fn random_id(random: &SystemRandom) -> Result<InstanceId, Failure> {
    let bytes: rand::Random<[u8; 16]> = rand::generate(random)
        .map_err(|_| Failure::new(Problem::RandomUnavailable, "the system gave no random bytes"))?;
    Ok(InstanceId::from_random(bytes.expose()))
}
