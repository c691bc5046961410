//! `airlock desk init`

use std::path::PathBuf;

use clap::Args;

use crate::desk::begin;
use crate::desk::folder::NewDesk;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::desk::begun;

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to make
    dir: PathBuf,
    /// Where the registry is, or is to be made [default: a file in the folder]
    #[arg(long, value_name = "PATH|postgres://...")]
    registry: Option<String>,
    /// The private issuing key; it stays where it is
    #[arg(long, value_name = "DESK.KEY", help_heading = "Key")]
    key: PathBuf,
    /// The document that certifies the key
    #[arg(long, value_name = "DESK.ISSUER", help_heading = "Key")]
    issuer: PathBuf,
    /// A root public key to trust (.pub); may be given several times
    #[arg(long, value_name = "ROOT.PUB", required = true, help_heading = "Trust")]
    trust: Vec<PathBuf>,
}

/// Makes the desk's folder.
pub(crate) fn init(options: &Init) -> Result<Answer, Failure> {
    let new = NewDesk {
        folder: &options.dir,
        registry: options.registry.as_deref(),
        key: &options.key,
        issuer: &options.issuer,
        trust: &options.trust,
    };
    begin::begin(&new).map(|begun| begun::answer(&begun))
}
