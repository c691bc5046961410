//! Going on behind a report that the desk has, in a ledger that was restored from a backup.

use std::collections::BTreeMap;
use std::path::Path;

use license_core::document::Kind;
use license_core::trust::TrustAnchors;
use license_core::value::Count;
use license_core::verify::verify_usage;
use license_core::{Code, Day};

use super::ledger::{Instance, MadeReport, Recovered, ReportState};
use crate::carry::incoming;
use crate::clock::When;
use crate::problem::{Failure, Problem};

/// What came of it.
pub(crate) struct Recovery {
    /// The number of the desk's report.
    pub(crate) number: u32,
    /// Its last day.
    pub(crate) last_day: Day,
    pub(crate) outcome: Recovered,
}

/// Takes back the last report that the desk has.
///
/// # Errors
/// Those of a report's file; `other_key` for one of another instance; `report_conflict`, and those
/// of the ledger.
pub(crate) fn recover(
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
    Ok(Recovery { number: report.number, last_day: report.last_day, outcome })
}
