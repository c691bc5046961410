//! `airlock receipt`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use license_core::Day;
use license_core::document::{Kind, Outcome, Receipt};
use license_core::trust::TrustAnchors;
use license_core::value::Count;
use license_core::verify::{Verified, VerifiedLicense, verify, verify_usage};

use crate::carry::incoming;
use crate::cli::options::{
    InstanceDir, Out, PassphraseFile, Today, TrustedRoots, count, day, outcome,
};
use crate::desk::issue::sign_as;
use crate::desk::receipt::{self, Received, Said, WorkedOut};
use crate::desk::reconcile::{self, Desk, Figures, Report};
use crate::files::shown;
use crate::instance::licenses::anchors;
use crate::problem::{Failure, Problem};
use crate::settling::standing;
use crate::view::answer::Answer;
use crate::view::{receipt as view, reconciled};

#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptCommand {
    /// Make a receipt for a usage report: that it came, what is owed, what came of it
    Issue(Box<Issue>),
    /// Say whether a receipt is for a report, and what it says
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The usage report
    report: PathBuf,
    /// The license; several of one subscription where it changed
    #[arg(long, value_name = "FILE", required = true)]
    license: Vec<PathBuf>,
    /// The reports before it, as files or texts with several
    #[arg(long, value_name = "FILE")]
    earlier: Vec<PathBuf>,
    /// The seats owed by it and those before it [default: as they are worked out]
    #[arg(long, value_name = "N", value_parser = count, help_heading = "Figures")]
    seats_owed: Option<Count>,
    /// What came of it: nothing_owed, billed, joins_renewal, waived, paid or in_review
    #[arg(long, value_name = "WHAT", value_parser = outcome, help_heading = "Figures")]
    came_of: Option<Outcome>,
    /// The day on which the report came in [default: the day of issue]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, help_heading = "Day")]
    received: Option<Day>,
    #[command(flatten)]
    today: Today,
    /// The issuing key
    #[arg(long, value_name = "DESK.KEY", help_heading = "Key")]
    key: PathBuf,
    /// The issuer document that certifies it
    #[arg(long, value_name = "DESK.ISSUER", help_heading = "Key")]
    issuer: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseFile,
    /// A root public key to trust (.pub); may be given several times
    #[arg(long, value_name = "ROOT.PUB", required = true, help_heading = "Trust")]
    trust: Vec<PathBuf>,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The receipt: a file or text, also the license that it came with
    receipt: PathBuf,
    /// The usage report that it is to be for
    #[arg(long, value_name = "REPORT")]
    report: PathBuf,
    #[command(flatten)]
    trust: TrustedRoots,
    #[command(flatten)]
    instance: InstanceDir,
}

/// Makes a receipt. The passphrase is asked for last: once nothing else can be refused.
pub(crate) fn issue(options: &Issue) -> Result<Answer, Failure> {
    let out = options.out.free()?;
    let trusted = TrustAnchors::new(incoming::roots(&options.trust)?);
    let licenses = options.licenses(&trusted)?;
    let figures = options.figures(&trusted, &licenses)?;
    let (report, of_report) = subject(&figures)?;
    let (report, of_report) = (report.clone(), of_report.clone());
    let desk = desk(&trusted, &licenses, &of_report);
    let reconciled = reconcile::reconcile(figures, &desk);
    let worked = WorkedOut::of(&report, &reconciled);
    let open = reconciled::incomplete(&reconciled).unwrap_or_default();
    let said = Said { owed: options.seats_owed, outcome: options.came_of };
    let settled = receipt::settle(said, worked, &open)?;
    let issued = options.today.issued()?;
    let on = options.received.or(Day::of_unix(issued)).unwrap_or(Day::LAST);
    let issuer = incoming::issuer(&options.issuer, Some(&trusted))?;
    let received = Received { on, issued };
    let receipt = receipt::draw_up((&report, &of_report), settled, received, &issuer.claims)?;
    let key = options.passphrase.load(&options.key)?;
    let signed = sign_as(&receipt, &issuer, &key.key)
        .map_err(|failure| failure.within(shown(&options.key)))?;
    let written = out.write(&signed.file)?;
    let answer = view::issued(&receipt, &written, (worked, said.owed));
    Ok(answer.warn(key.warning).warn(view::by_hand(worked, said.owed)))
}

impl Issue {
    fn licenses(&self, trusted: &TrustAnchors) -> Result<Vec<VerifiedLicense>, Failure> {
        let read = |path: &PathBuf| incoming::licenses(path, trusted);
        let licenses = self.license.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        Ok(licenses.into_iter().flatten().collect())
    }

    /// The report's figures, and behind them those of the reports before it.
    fn figures(
        &self,
        trusted: &TrustAnchors,
        licenses: &[VerifiedLicense],
    ) -> Result<Vec<Figures>, Failure> {
        let desk = Desk { anchors: trusted, licenses, today: Day::LAST };
        let of_file = |path: &Path, bytes: &[u8]| {
            let file = shown(path);
            reconcile::report(&file, bytes, &desk).map_err(|failure| failure.within(file))
        };
        let report = of_file(&self.report, &incoming::read(&self.report)?)?;
        let mut figures = vec![report];
        for path in &self.earlier {
            for bytes in incoming::read_all(path)? {
                figures.push(of_file(path, &bytes)?);
            }
        }
        Ok(figures)
    }
}

/// What is compared, as it stood on the day after the report's last one: the days since then are
/// for the next report.
fn desk<'a>(
    anchors: &'a TrustAnchors,
    licenses: &'a [VerifiedLicense],
    report: &Figures,
) -> Desk<'a> {
    let today = report.ends().and_then(|(_, last)| last.plus(1)).unwrap_or(Day::LAST);
    Desk { anchors, licenses, today }
}

/// The report that the receipt is for: no other of its key comes behind it.
fn subject(figures: &[Figures]) -> Result<(&Report, &Figures), Failure> {
    let reports = || figures.iter().filter_map(|it| Some((it.report()?, it)));
    let Some(subject) = reports().next() else {
        return Err(Failure::new(Problem::Options, "no report was given"));
    };
    let (report, _) = subject;
    let behind = |it: &(&Report, &Figures)| it.0.key == report.key && it.0.number > report.number;
    match reports().find(behind) {
        None => Ok(subject),
        Some((later, figures)) => {
            let found = format!(
                "{}: found report {} with --earlier, expected one before report {}",
                figures.file, later.number, report.number
            );
            Err(Failure::new(Problem::Options, found)
                .hint("give the later one as the REPORT, and this one with `--earlier`"))
        }
    }
}

/// Says whether a receipt is for a report.
pub(crate) fn verify_receipt(options: &Verify) -> Result<Answer, Failure> {
    let roots = options.trust.roots()?;
    let instance = match roots.is_empty() {
        true => options.instance.named().map(|_| options.instance.open_read_only()).transpose()?,
        false => None,
    };
    let trusted = anchors(instance.as_ref(), &roots)?;
    let bytes = incoming::read(&options.receipt)?;
    let file =
        verify(&bytes, &trusted).map_err(incoming::not_verified(&options.receipt, &bytes))?;
    let report = incoming::read(&options.report)?;
    let report = verify_usage(&report, &trusted).map_err(incoming::refused(
        &options.report,
        &report,
        Kind::Usage,
    ))?;
    // Of several for the report, the one that counts; else the one that comes nearest.
    let nearest = |it: &&Verified<Receipt>| {
        (it.report == report.id(), it.number == report.number, standing(it))
    };
    match file.receipts().iter().max_by_key(nearest) {
        Some(receipt) => Ok(view::verified(receipt, &report)),
        None => Err(incoming::no_receipt(&options.receipt, &bytes)),
    }
}
