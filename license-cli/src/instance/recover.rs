//! Going on behind the reports that the desk has, in a ledger that was restored from a backup: by
//! those reports, or by their receipts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use license_core::document::{Kind, Usage};
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::value::Count;
use license_core::verify::{SelfSigned, inspect, verify, verify_usage};
use license_core::{Code, Day};

use super::checked::roots;
use super::ledger::{CameBack, Instance, MadeReport, Recovered, ReportState};
use super::receipts::{Carried, Whose};
use crate::carry::incoming;
use crate::clock::When;
use crate::problem::{Failure, Problem};

/// What came of it.
pub(crate) struct Recovery {
    /// The number of the desk's report.
    pub(crate) number: u32,
    /// Its last day.
    pub(crate) last_day: Day,
    /// Whether the receipt was given in its place.
    pub(crate) by_receipt: bool,
    pub(crate) outcome: Recovered,
}

/// What files hold of this instance.
#[derive(Default)]
pub(crate) struct Found {
    /// By the reports' numbers; a report before the receipts for it, which come as they were
    /// issued.
    back: Vec<CameBack>,
    /// What else they hold, in words.
    pub(crate) passed_over: Vec<String>,
}

/// Reads the reports and receipts of files, and changes nothing. What is not of this instance is
/// passed over where the same file has something that is.
///
/// # Errors
/// Those of the files; for one that has nothing of this instance `other_key`, `receipt_other`,
/// `wrong_kind`; `receipt_conflict` for a receipt that says otherwise than the ledger.
pub(crate) fn read(instance: &Instance, paths: &[PathBuf], when: When) -> Result<Found, Failure> {
    let reports = instance.reports()?;
    let reader = Reader {
        roots: roots(instance, &[])?,
        key: instance.public_key()?,
        reports: &reports,
        when,
    };
    let mut found = Found::default();
    for path in paths {
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for bytes in incoming::read_all(path)? {
            for one in reader.of_file(path, &bytes)? {
                match one {
                    Ok(back) => own.push(back),
                    Err(other) => others.push(other),
                }
            }
        }
        if own.is_empty() {
            others.into_iter().next().map_or(Ok(()), Err)?;
            continue;
        }
        found.back.extend(own);
        found.passed_over.extend(others.iter().map(passed_over));
    }
    found.back.sort_by_key(|it| (it.report.number, it.receipt.is_some()));
    Ok(found)
}

fn passed_over(other: &Failure) -> String {
    format!("passed over: {} [{}]", other.message, other.problem.name())
}

/// Takes back what was found, one behind the other: all of it or nothing.
///
/// # Errors
/// `report_conflict`, and those of the ledger.
pub(crate) fn recover(
    instance: &mut Instance,
    found: &Found,
    when: When,
) -> Result<Vec<Recovery>, Failure> {
    let outcomes = instance.recover(&found.back, when);
    if outcomes.as_ref().is_err_and(|it| it.problem == Problem::ReportConflict) {
        instance.note_conflicts(&found.back, when)?;
    }
    let outcomes = outcomes?;
    let recovery = |(back, outcome): (&CameBack, Recovered)| Recovery {
        number: back.report.number,
        last_day: back.report.last_day,
        by_receipt: back.receipt.is_some(),
        outcome,
    };
    Ok(found.back.iter().zip(outcomes).map(recovery).collect())
}

/// The instance that reads.
struct Reader<'a> {
    /// For receipts: a report is signed by the instance itself.
    roots: Vec<PublicKey>,
    key: PublicKey,
    reports: &'a [MadeReport],
    when: When,
}

/// Something of this instance, or why it is not.
type Whether = Result<CameBack, Failure>;

impl Reader<'_> {
    /// What a file holds: a report, or receipts, alone or before a license.
    fn of_file(&self, path: &Path, bytes: &[u8]) -> Result<Vec<Whether>, Failure> {
        if has_receipt(bytes) {
            return self.by_receipts(path, bytes);
        }
        match verify_usage(bytes, &TrustAnchors::default()) {
            Ok(usage) => Ok(vec![self.by_report((path, bytes), &usage)?]),
            Err(error) => {
                let other = error.code() == Code::WrongKind;
                let failure = incoming::refused(path, bytes, Kind::Usage)(error);
                if other { Ok(vec![Err(failure)]) } else { Err(failure) }
            }
        }
    }

    fn by_report(
        &self,
        (path, bytes): (&Path, &[u8]),
        usage: &SelfSigned<Usage>,
    ) -> Result<Whether, Failure> {
        if usage.key != self.key {
            let message = format!(
                "found a report of the key {}, expected one of this instance's key {}",
                usage.key.thumbprint(),
                self.key.thumbprint()
            );
            let failure = Failure::new(Problem::Core(Code::OtherKey), message)
                .hint("ask the desk for the last report of this instance");
            return Ok(Err(incoming::named(path)(failure)));
        }
        let report = MadeReport {
            number: usage.number,
            id: usage.id(),
            bytes: bytes.to_vec(),
            license: usage.license,
            last_day: usage.last_day,
            made: self.when.clock,
            state: ReportState::Recovered,
        };
        let series = usage.daily()?;
        let figure = |(day, count): (Day, Option<u32>)| Some((day, Count::new(count?)?));
        let days: BTreeMap<Day, Count> = series.daily().days().filter_map(figure).collect();
        Ok(Ok(CameBack { report, days, receipt: None }))
    }

    /// The receipts of a file, by the time of their issue.
    fn by_receipts(&self, path: &Path, bytes: &[u8]) -> Result<Vec<Whether>, Failure> {
        if self.roots.is_empty() {
            let found = "no root key is trusted, so no receipt can be checked";
            let failure = Failure::new(Problem::NoRoots, found).hint(
                "give the report itself, which needs no root; or install a license first, with \
                 `airlock license install FILE --trust root.pub`, which pins the root",
            );
            return Err(incoming::named(path)(failure));
        }
        let anchors = TrustAnchors::new(self.roots.iter().copied());
        let file = verify(bytes, &anchors).map_err(incoming::not_verified(path, bytes))?;
        let mut carried = Carried::all(bytes, &file).map_err(incoming::named(path))?;
        carried.sort_by_key(|it| it.receipt.issued);
        carried.iter().map(|carried| self.by_receipt(path, carried)).collect()
    }

    fn by_receipt(&self, path: &Path, carried: &Carried) -> Result<Whether, Failure> {
        let whose = Whose { own: self.key.thumbprint(), reports: self.reports };
        match whose.check_as_lost(&carried.receipt).map_err(incoming::named(path)) {
            Err(other) if other.problem == Problem::ReceiptOther => return Ok(Err(other)),
            checked => checked?,
        }
        let receipt = &carried.receipt;
        let report = MadeReport {
            number: receipt.number,
            id: receipt.report,
            bytes: carried.bytes.clone(),
            license: receipt.license,
            last_day: receipt.last_day,
            made: self.when.clock,
            state: ReportState::Recovered,
        };
        let receipt = Some(carried.file(false));
        Ok(Ok(CameBack { report, days: BTreeMap::new(), receipt }))
    }
}

/// Whether a file has a receipt in it; nothing of it is checked.
fn has_receipt(bytes: &[u8]) -> bool {
    let documents = inspect(bytes).unwrap_or_default();
    documents.iter().any(|it| it.kind == Kind::Receipt)
}
