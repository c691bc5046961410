//! `airlock reconcile`

use std::path::PathBuf;

use clap::Args;
use license_core::trust::TrustAnchors;
use license_core::verify::VerifiedLicense;

use crate::carry::incoming;
use crate::carry::incoming::Figures;
use crate::desk::reconcile::{self, Reconciled};
use crate::files;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::reconciled;

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// A usage report, or an export (which nobody has signed)
    report: PathBuf,
    /// The license; several of one subscription where it changed
    #[arg(long, value_name = "FILE", required = true)]
    license: Vec<PathBuf>,
    /// A root public key to trust (.pub)
    #[arg(long, value_name = "ROOT.PUB", required = true, help_heading = "Trust")]
    trust: Vec<PathBuf>,
}

/// Checks a report, and works out what is owed.
pub(crate) fn reconcile(options: &Reconcile) -> Result<Answer, Failure> {
    let anchors = TrustAnchors::new(incoming::roots(&options.trust)?);
    let read = |path: &PathBuf| incoming::license(path, &anchors);
    let licenses = options.license.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    against(options, &anchors, &licenses).map(|reconciled| reconciled::answer(&reconciled))
}

fn against(
    options: &Reconcile,
    anchors: &TrustAnchors,
    licenses: &[VerifiedLicense],
) -> Result<Reconciled, Failure> {
    let reconciled = match incoming::figures(&options.report)? {
        Figures::Report(bytes) => reconcile::report(&bytes, anchors, licenses),
        Figures::Export(export) => reconcile::export(&export, licenses),
    };
    reconciled.map_err(|failure| failure.within(files::shown(&options.report)))
}
