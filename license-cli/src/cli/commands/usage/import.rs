//! `airlock usage import`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use license_core::Day;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};

use crate::carry::{export, incoming, seen};
use crate::cli::confirm::confirm;
use crate::cli::options::{InstanceDir, Today};
use crate::clock::When;
use crate::files;
use crate::instance::checked;
use crate::instance::ledger::Instance;
use crate::instance::reported::Reported;
use crate::instance::slip::Usual;
use crate::plural::counted;
use crate::problem::{Failure, Notice, Problem};
use crate::usage_source::{DailyCounts, file};
use crate::view::answer::Answer;
use crate::view::{slip, usage};

#[derive(Debug, Args)]
pub(crate) struct UsageImport {
    /// The export
    pub(crate) csv: PathBuf,
    #[command(flatten)]
    pub(crate) instance: InstanceDir,
    #[command(flatten)]
    pub(crate) today: Today,
    /// Replace figures that the ledger holds otherwise
    #[arg(long)]
    pub(crate) accept_changes: bool,
    /// Do not ask whether an export of another company is meant
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Reads an export into the ledger.
pub(crate) fn import(options: &UsageImport) -> Result<Answer, Failure> {
    let mut instance = options.instance.open()?;
    let export = file::read(&options.csv)
        .map_err(seen::instead(&options.csv, seen::Expected::Export("a usage export")))?;
    let source = files::shown(&options.csv);
    let when = options.today.when()?;
    let to_come = export.check_days(when.day);
    to_come.map_err(|failure| failure.within(&source))?;
    let known: Vec<DocumentId> =
        instance.every_license()?.iter().map(|license| license.id).collect();
    export::check_license_key(&export, &known).map_err(incoming::named(&options.csv))?;
    if export.days.is_empty() {
        return Err(without_figure(&export).within(&source));
    }
    let other = of_other_company(&export, &instance, &source)?;
    if let Some(other) = &other {
        let what = format!("{other}: its figures would go into this instance's signed reports.");
        confirm(options.yes, &what, "Read it in?")?;
    }
    let usual = Usual::of(&instance, when.day)?;
    let import = instance.import(&export.days, options.accept_changes, &source, when)?;
    let other = other.map(|other| Notice::HistoryOfOther.warning(&other));
    let reported = Reported::of(&instance.reports()?);
    let replaced = import.changed.iter().filter(|_| import.applied).map(|change| change.day);
    let beyond: Vec<_> = reported.beyond(&instance.days()?, replaced).collect();
    let (slips, old) = match import.applied {
        true => (usual.slips(&export.days), usual.too_old(&export.days, when.day)),
        false => (Vec::new(), Vec::new()),
    };
    Ok(usage::import(&export, &import)
        .warn(other)
        .warn(not_reached(&export.days, when))
        .warn(slip::warnings(&slips))
        .warn(slip::too_old(&old))
        .warn(usage::still_reported(&beyond)))
}

/// The failure of an export with a head alone, or with rows that have no figure: a job that reads
/// one in each night is not to end well, for its days stay missing.
fn without_figure(export: &DailyCounts) -> Failure {
    let rows = match export.rows {
        0 => "no row below its head".to_owned(),
        rows => format!("{} and no figure in any", counted(rows, "row")),
    };
    let found = format!(
        "found {rows}, expected a day with its users: nothing was read in, and the days that it \
         should have stay without a figure"
    );
    Failure::new(Problem::ExportEmpty, found)
}

/// Says that an export names another company than every license that was ever installed here.
fn of_other_company(
    export: &DailyCounts,
    instance: &Instance,
    source: &str,
) -> Result<Option<String>, Failure> {
    let anchors = TrustAnchors::new(checked::roots(instance, &[])?);
    let ever = checked::ever(instance, &anchors)?;
    let companies: Vec<String> =
        ever.into_iter().filter_map(|it| Some(it.license.ok()?.company.to_string())).collect();
    let Some(last) = companies.last() else { return Ok(None) };
    let named = export::other_company(export, companies.iter().map(String::as_str));
    Ok(named.map(|named| {
        format!("{source} names the company {named}, the license here is of {last:?}")
    }))
}

/// Warns of figures of days that this machine's clock has not reached.
fn not_reached(days: &BTreeMap<Day, Count>, when: When) -> Option<String> {
    let clock = Day::of_unix(when.clock).filter(|clock| *clock < when.day)?;
    let last = days.keys().last().filter(|last| **last > clock)?;
    let days = counted(days.keys().filter(|day| **day > clock).count(), "day");
    Some(format!(
        "--today is {}, the clock says {clock}: the file has figures of {days} that this clock has \
         not reached, to {last}",
        when.day
    ))
}
