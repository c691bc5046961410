//! `airlock guard`

use std::path::PathBuf;

use clap::Args;
use license_core::document::Kind;

use crate::carry::gate::Crossing;
use crate::cli::options::names;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::guarded;

#[derive(Debug, Args)]
pub(crate) struct Guard {
    /// The file that wants to pass; `-` is standard input
    file: PathBuf,
    /// Where to write it anew; `-` is standard output
    #[arg(long, value_name = "CLEAN", help_heading = "Output")]
    out: PathBuf,
    /// The kinds that may pass, separated by commas: license, receipt, request, usage, issuer
    #[arg(
        long,
        value_name = "KINDS",
        value_delimiter = ',',
        value_parser = kind,
        default_value = "usage,request",
        help_heading = "What may pass"
    )]
    allow: Vec<Kind>,
    /// A root public key (.pub) that licenses must be signed under; may be given several times.
    /// Without any, signatures of licenses are not checked
    #[arg(long, value_name = "ROOT.PUB", help_heading = "Trust")]
    trust: Vec<PathBuf>,
    /// An instance's public key (.pub) that requests and reports must be signed by; may be given
    /// several times. Without any, the key that they contain may be anybody's
    #[arg(long, value_name = "INSTANCE.PUB", help_heading = "Trust")]
    signer: Vec<PathBuf>,
    /// Append a line to this file, whatever the answer
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    log: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
}

impl Guard {
    fn crossing(&self) -> Crossing {
        Crossing {
            file: self.file.clone(),
            out: self.out.clone(),
            replace: self.force,
            allow: self.allow.clone(),
            roots: self.trust.clone(),
            signers: self.signer.clone(),
            log: self.log.clone(),
        }
    }
}

/// Lets a file pass, or not; nothing passes before it was shown and logged.
pub(crate) fn guard(options: &Guard) -> Result<Answer, Failure> {
    options.crossing().examine().map(guarded::answer)
}

fn kind(text: &str) -> Result<Kind, String> {
    let kinds = [Kind::License, Kind::Receipt, Kind::Request, Kind::Usage, Kind::Issuer];
    Kind::parse(text.trim())
        .filter(|kind| kinds.contains(kind))
        .ok_or_else(|| names("a kind", &kinds))
}
