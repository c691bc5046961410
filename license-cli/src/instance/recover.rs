//! Going on behind a report that the desk has, in a ledger that was restored from a backup: by that
//! report, or by its receipt.

use std::collections::BTreeMap;
use std::path::Path;

use license_core::document::Kind;
use license_core::trust::TrustAnchors;
use license_core::value::Count;
use license_core::verify::{file_kind, verify, verify_usage};
use license_core::{Code, Day};

use super::ledger::{Instance, MadeReport, Recovered, ReportState};
use super::licenses::anchors;
use super::receipts::{Carried, of_other};
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

/// Takes back the last report that the desk has: the report itself, or its receipt.
///
/// # Errors
/// Those of the file; `other_key`, `receipt_other` for one of another instance; `report_conflict`,
/// and those of the ledger.
pub(crate) fn recover(
    instance: &mut Instance,
    (path, bytes): (&Path, &[u8]),
    when: When,
) -> Result<Recovery, Failure> {
    if file_kind(bytes).is_ok_and(|(kind, _)| kind == Kind::Receipt) {
        return by_receipt(instance, (path, bytes), when);
    }
    by_report(instance, (path, bytes), when)
}

/// Goes on behind the report that a receipt is for. Of several, the last counts.
fn by_receipt(
    instance: &mut Instance,
    (path, bytes): (&Path, &[u8]),
    when: When,
) -> Result<Recovery, Failure> {
    let anchors = anchors(Some(instance), &[])?;
    let file = verify(bytes, &anchors).map_err(incoming::not_verified(path, bytes))?;
    let carried = Carried::all(bytes, &file).map_err(incoming::named(path))?;
    let last = carried.into_iter().max_by_key(|it| (it.receipt.number, it.receipt.issued));
    let Some(carried) = last else { return Err(incoming::no_receipt(path, bytes)) };
    let receipt = &carried.receipt;
    let own = instance.public_key()?.thumbprint();
    if receipt.report_key != own {
        return Err(incoming::named(path)(of_other(receipt, own)));
    }
    let report = MadeReport {
        number: receipt.number,
        id: receipt.report,
        bytes: carried.bytes.clone(),
        license: receipt.license,
        last_day: receipt.last_day,
        made: when.clock,
        state: ReportState::Recovered,
    };
    let outcome = instance.recover_by_receipt(&report, &carried.file(false), when)?;
    let (number, last_day) = (report.number, report.last_day);
    Ok(Recovery { number, last_day, by_receipt: true, outcome })
}

fn by_report(
    instance: &mut Instance,
    (path, bytes): (&Path, &[u8]),
    when: When,
) -> Result<Recovery, Failure> {
    let usage = verify_usage(bytes, &TrustAnchors::default()).map_err(incoming::refused(
        path,
        bytes,
        Kind::Usage,
    ))?;
    let own = instance.public_key()?;
    if usage.key != own {
        let message = format!(
            "found a report of the key {}, expected one of this instance's key {}",
            usage.key.thumbprint(),
            own.thumbprint()
        );
        let failure = Failure::new(Problem::Core(Code::OtherKey), message)
            .hint("ask the desk for the last report of this instance");
        return Err(incoming::named(path)(failure));
    }
    let report = MadeReport {
        number: usage.number,
        id: usage.id(),
        bytes: bytes.to_vec(),
        license: usage.license,
        last_day: usage.last_day,
        made: when.clock,
        state: ReportState::Recovered,
    };
    let series = usage.daily()?;
    let figure = |(day, count): (Day, Option<u32>)| Some((day, Count::new(count?)?));
    let days: BTreeMap<Day, Count> = series.daily().days().filter_map(figure).collect();
    let outcome = instance.recover(&report, &days, when)?;
    let (number, last_day) = (report.number, report.last_day);
    Ok(Recovery { number, last_day, by_receipt: false, outcome })
}
