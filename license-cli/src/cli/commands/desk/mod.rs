//! `airlock desk`: what the vendor's staff do.

mod registry;

use clap::Subcommand;

use crate::problem::Failure;
use crate::view::answer::Answer;

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Verify, seal, export and import the registry
    #[command(subcommand)]
    Registry(registry::RegistryCommand),
}

pub(crate) fn run(command: &DeskCommand) -> Result<Answer, Failure> {
    match command {
        DeskCommand::Registry(command) => registry::run(command),
    }
}
