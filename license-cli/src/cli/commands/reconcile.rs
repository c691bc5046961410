//! `airlock reconcile`

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::trust::TrustAnchors;

use crate::carry::incoming::{self, UsageFile};
use crate::cli::options::Today;
use crate::desk::reconcile::{self, Desk, Figures};
use crate::files;
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::reconciled;

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// The usage reports of the subscription, and exports (which nobody has signed)
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
    /// The license; several of one subscription where it changed
    #[arg(long, value_name = "FILE", required = true)]
    license: Vec<PathBuf>,
    /// A root public key to trust (.pub)
    #[arg(long, value_name = "ROOT.PUB", required = true, help_heading = "Trust")]
    trust: Vec<PathBuf>,
    #[command(flatten)]
    today: Today,
}

/// Checks reports, and works out what is owed.
pub(crate) fn reconcile(options: &Reconcile) -> Result<Answer, Failure> {
    let anchors = TrustAnchors::new(incoming::roots(&options.trust)?);
    let read = |path: &PathBuf| incoming::licenses(path, &anchors);
    let licenses = options.license.iter().map(read).collect::<Result<Vec<_>, _>>()?.into_iter();
    let licenses: Vec<_> = licenses.flatten().collect();
    let desk = Desk { anchors: &anchors, licenses: &licenses, today: options.today.day()? };
    let figures = options.reports.iter().map(|path| figures(path, &desk));
    let figures = figures.collect::<Result<Vec<_>, _>>()?.into_iter().flatten();
    Ok(reconciled::answer(&reconcile::reconcile(figures.collect(), &desk)))
}

/// The figures of each report of a file, or of an export.
fn figures(path: &Path, desk: &Desk<'_>) -> Result<Vec<Figures>, Failure> {
    let file = files::shown(path);
    let figures = |given: &UsageFile| match given {
        UsageFile::Report(bytes) => reconcile::report(&file, bytes, desk),
        UsageFile::Unsigned(export) => reconcile::export(&file, export, desk),
    };
    let figures = incoming::usage_files(path)?.iter().map(figures).collect::<Result<_, _>>();
    figures.map_err(|failure: Failure| failure.within(&file))
}
