//! `airlock reconcile`

use std::path::PathBuf;

use clap::Args;
use license_core::trust::TrustAnchors;
use license_core::verify::{VerifiedLicense, verify_license};

use crate::carry::{incoming, usage_files};
use crate::cli::options::Today;
use crate::cli::stating::Stating;
use crate::desk::reconcile::{self, Desk};
use crate::desk::statement::{Basis, Given, Method, Stated};
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::{reconciled, statement};

#[derive(Debug, Args)]
pub(crate) struct Reconcile {
    /// The usage reports of the subscription, and exports (which nobody has signed); a folder
    /// stands for the files in it
    #[arg(value_name = "REPORT", required = true)]
    reports: Vec<PathBuf>,
    /// The license; several of one subscription where it changed [default: those beside the
    /// reports]
    #[arg(long, value_name = "FILE")]
    license: Vec<PathBuf>,
    /// A root public key to trust (.pub)
    #[arg(long, value_name = "ROOT.PUB", required = true, help_heading = "Trust")]
    trust: Vec<PathBuf>,
    /// Make a statement: what is owed in money, line by line
    #[arg(long, help_heading = "Statement")]
    statement: bool,
    /// Reconcile each quarter, instead of once at the end of the term
    #[arg(long, requires = "statement", help_heading = "Statement")]
    quarterly: bool,
    /// Overage costs nothing and joins the renewal: education, open source
    #[arg(long, requires = "statement", conflicts_with = "quarterly", help_heading = "Statement")]
    overage_free: bool,
    #[command(flatten)]
    stating: Stating,
    #[command(flatten)]
    today: Today,
}

/// Checks reports, and works out what is owed.
pub(crate) fn reconcile(options: &Reconcile) -> Result<Answer, Failure> {
    options.refuse_without_statement()?;
    let form = options.stating.form()?;
    let anchors = TrustAnchors::new(incoming::roots(&options.trust)?);
    let read = |path: &PathBuf| incoming::licenses(path, &anchors);
    let licenses = options.license.iter().map(read).collect::<Result<Vec<_>, _>>()?.into_iter();
    let mut licenses: Vec<_> = licenses.flatten().collect();
    let given = usage_files::read(&options.reports, licenses.is_empty())?;
    if licenses.is_empty() {
        licenses = beside(&given.licenses, &anchors)?;
    }
    let desk = Desk { anchors: &anchors, licenses: &licenses, today: options.today.day()? };
    let reconciled = reconcile::reconcile(reconcile::figures(&given.figures, &desk)?, &desk);
    let reconciled = reconciled.beside_unread(given.unread.len());
    let warnings = given.warnings();
    if !options.statement {
        return Ok(reconciled::answer(&reconciled).warn(warnings));
    }
    let given = Given {
        paying: &[],
        licenses: &licenses,
        revoked: &[],
        left_out: Vec::new(),
        joined: Vec::new(),
        basis: Basis::of(options.method()),
        prices: options.stating.prices(None)?,
        today: desk.today,
        term: options.stating.term,
    };
    let stated = Stated::of(reconciled, given)?;
    let answer = statement::answer(&stated, options.stating.csv).warn(warnings);
    options.stating.write(&stated, form, answer, |_, _| Ok(()))
}

impl Reconcile {
    fn method(&self) -> Method {
        match (self.quarterly, self.overage_free) {
            (true, _) => Method::Quarterly,
            (false, true) => Method::Joins,
            (false, false) => Method::Annual,
        }
    }

    /// Refuses what only a statement takes.
    fn refuse_without_statement(&self) -> Result<(), Failure> {
        let Stating { prices, currency, list_price, order_price, term, csv, out, .. } =
            &self.stating;
        let given = [
            ("--prices", prices.is_some()),
            ("--currency", currency.is_some()),
            ("--list-price", !list_price.is_empty()),
            ("--order-price", !order_price.is_empty()),
            ("--term", term.is_some()),
            ("--csv", *csv),
            ("--out", out.is_some()),
        ];
        match given.into_iter().find(|(_, given)| *given && !self.statement) {
            Some((option, _)) => {
                let found = format!("found {option} without --statement");
                Err(Failure::new(Problem::Options, found).hint("give --statement too"))
            }
            None => Ok(()),
        }
    }
}

/// The licenses beside the reports, each once.
fn beside(
    found: &[(PathBuf, Vec<u8>)],
    anchors: &TrustAnchors,
) -> Result<Vec<VerifiedLicense>, Failure> {
    let mut licenses: Vec<VerifiedLicense> = Vec::new();
    for (path, bytes) in found {
        let license = verify_license(bytes, anchors).map_err(incoming::refused(
            path,
            bytes,
            license_core::document::Kind::License,
        ))?;
        if !licenses.iter().any(|held| held.id() == license.id()) {
            licenses.push(license);
        }
    }
    if licenses.is_empty() {
        let found = "found no license beside the reports, expected one";
        return Err(Failure::new(Problem::Options, found)
            .hint("give the license that the reports name, with `--license FILE`"));
    }
    Ok(licenses)
}
