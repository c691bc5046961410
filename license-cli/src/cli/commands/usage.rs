//! `airlock usage`

use std::fmt::Write;

use license_core::document::{Claims, Usage, sign};
use license_core::key::{Signer, sha256};
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::verify_usage;
use license_core::words;
use license_core::{Day, limits};
use serde_json::{Value, json};

use crate::carry::outgoing::{Outgoing, not_signed};
use crate::carry::{export, incoming};
use crate::cli::commands::check::{installed, pinned, verified};
use crate::cli::commands::license::other_report_key;
use crate::cli::commands::{open, open_read_only};
use crate::cli::options::{UsageImport, UsageReport, UsageShow};
use crate::clock;
use crate::files;
use crate::instance::ledger::{Change, Import, Instance, MadeReport};
use crate::problem::{Exit, Failure, Problem};
use crate::usage_source::{Export, file};
use crate::view::answer::{Answer, put, value};
use crate::view::{daily, written};

/// Reads an export into the ledger.
pub(crate) fn import(options: &UsageImport) -> Result<Answer, Failure> {
    let mut instance = open(&options.instance)?;
    let export = file::read(&options.csv)?;
    let installed: Vec<DocumentId> =
        instance.licenses()?.iter().map(|license| license.id).collect();
    export::check_license_key(&export, &installed).map_err(incoming::named(&options.csv))?;
    let import = instance.import(
        &export.days,
        options.accept_changes,
        &files::shown(&options.csv),
        clock::now()?,
    )?;
    let json = json!({
        "format": 1, "applied": import.applied, "rows": export.rows, "days": export.days.len(), "empty": export.empty,
        "repeated": export.repeated, "added": import.added, "same": import.same, "changed": import.changed.iter().map(change_json).collect::<Vec<_>>(),
        "first_day": export.days.keys().next().map(Day::to_string), "last_day": export.days.keys().last().map(Day::to_string),
    });
    let exit = if import.applied { Exit::Yes } else { Exit::Refused };
    Ok(Answer::yes(import_text(&export, &import), json).with_exit(exit))
}

fn change_json(change: &Change) -> Value {
    json!({ "day": change.day.to_string(), "held": change.held.get(), "found": change.found.get() })
}

fn import_text(export: &Export, import: &Import) -> String {
    let span = match (export.days.keys().next(), export.days.keys().last()) {
        (Some(first), Some(last)) => {
            format!("{} with a figure, {first} to {last}", days(export.days.len()))
        }
        _ => "no day with a figure".to_owned(),
    };
    let mut text =
        format!("read {} row{}: {span}\n", export.rows, if export.rows == 1 { "" } else { "s" });
    if export.empty > 0 || export.repeated > 0 {
        // Writing to a String cannot fail.
        writeln!(
            text,
            "  {} rows without a figure; {} rows of a day that has another (the largest counts)",
            export.empty, export.repeated
        )
        .ok();
    }
    let verb = if import.applied { "replaced" } else { "held otherwise" };
    for change in &import.changed {
        writeln!(
            text,
            "  {} {verb}: the ledger held {}, the file says {}",
            change.day, change.held, change.found
        )
        .ok();
    }
    text += &if import.applied {
        format!(
            "  {} added, {} the same as before, {} replaced\n",
            days(import.added),
            import.same,
            import.changed.len()
        )
    } else {
        format!(
            "NO: nothing was read in: {} with another figure than before; if the file is right, give `--accept-changes`\n",
            days(import.changed.len())
        )
    };
    text
}

/// Returns a number of days in words.
fn days(number: usize) -> String {
    format!("{number} day{}", if number == 1 { "" } else { "s" })
}

/// What a report would say now.
struct Draft {
    claims: Usage,
    series: Series,
    bytes: Vec<u8>,
    /// What the admin should know of it.
    warning: Option<String>,
}

/// Writes a usage report, or shows what it would say.
pub(crate) fn report(options: &UsageReport) -> Result<Answer, Failure> {
    let today = clock::today(&options.today)?;
    let Some(path) = &options.out else {
        return draft(&open_read_only(&options.instance)?, today).map(|draft| dry_run(&draft));
    };
    let out = Outgoing { path, text: options.text, force: options.force };
    out.refuse_existing()?;
    let mut instance = open(&options.instance)?;
    let draft = draft(&instance, today)?;
    let made = MadeReport {
        number: draft.claims.number,
        id: license_core::verify::document_id(&draft.bytes)?,
        bytes: draft.bytes.clone(),
        license: draft.claims.license,
        last_day: draft.claims.last_day,
        made: clock::now()?,
    };
    let written = instance.add_report_with(&made, || out.write(&draft.bytes))?;
    let text = words::lines(&draft.claims.shown()) + &figures(&draft.series);
    let mut answer = written::answer(&written, &text);
    let (with, without) = figures_of(&draft.series);
    put(&mut answer.json, "days_with_data", with);
    put(&mut answer.json, "days_without_data", without);
    let empty = (with == 0)
        .then(|| "no day of this report has a figure: read the instance's export with `airlock usage import` first".to_owned());
    Ok(answer.warn(ahead_of_clock(today)?).warn(draft.warning).warn(empty))
}

/// Warns of days that have not happened by this machine's clock, and would be reported as missing.
fn ahead_of_clock(today: Day) -> Result<Option<String>, Failure> {
    let clock = clock::today(&crate::cli::options::Today { today: None })?;
    Ok((today > clock)
        .then(|| format!("--today is {today}, the clock says {clock}: days to come are reported as days without a figure")))
}

/// The period goes from the first day of the earliest installed license that has begun, so that the
/// end of the last term is never lost, through yesterday.
fn draft(instance: &Instance, today: Day) -> Result<Draft, Failure> {
    let anchors = pinned(instance)?;
    let license = installed(instance, &anchors, today)?;
    let begun = verified(instance, &anchors)?
        .into_iter()
        .filter_map(|(_, license)| license.ok())
        .map(|license| license.from);
    let begun = begun.filter(|from| *from <= today).min().unwrap_or(license.from);
    // A report has room for ten years; what is older has long been billed.
    let oldest =
        u32::try_from(limits::SERIES_DAYS).ok().and_then(|days| today.minus(days)).unwrap_or(begun);
    let first = begun.max(oldest);
    let last = today.minus(1).filter(|last| *last >= first).ok_or_else(|| {
        let earliest = first.plus(1).unwrap_or(first);
        Failure::new(
            Problem::ReportTooEarly,
            format!("the term begins on {first}, and today is {today}: no whole day is over yet"),
        )
        .hint(format!("make the first report on {earliest} or later"))
    })?;
    let held = instance.days()?;
    let series = Series::of_period(first, last, |day| held.get(&day).copied())?;
    let before = instance.reports()?.into_iter().max_by_key(|report| report.number);
    let number = before.as_ref().map_or(0, |report| report.number).saturating_add(1);
    let key = instance.key()?;
    let claims = Usage::new(
        key.public(),
        license.id(),
        number,
        (first, last),
        &series,
        before.map(|report| report.id),
    );
    let bytes = sign(&claims, &key).map_err(not_signed)?;
    let warning = other_report_key(instance, &license)?;
    Ok(Draft { claims, series, bytes, warning })
}

fn dry_run(draft: &Draft) -> Answer {
    let sha = hex::encode(sha256(&draft.bytes));
    let text = format!(
        "This would leave, and nothing else ({} bytes, sha256 {sha}):\n",
        draft.bytes.len()
    ) + &words::lines(&draft.claims.shown())
        + &daily::lines(draft.series.daily())
        + "No names, no host names; nothing was written or kept.\n";
    let json = json!({
        "format": 1, "dry_run": true, "bytes": draft.bytes.len(), "sha256": sha, "document": hex::encode(&draft.bytes),
        "claims": value(&words::object(&draft.claims.shown())), "days": daily::json(&draft.claims),
    });
    Answer::yes(text, json)
}

/// Shows a report.
pub(crate) fn show(options: &UsageShow) -> Result<Answer, Failure> {
    let bytes = incoming::read(&options.file)?;
    let report =
        verify_usage(&bytes, &TrustAnchors::default()).map_err(incoming::named(&options.file))?;
    let series = report.daily()?;
    let text = format!(
        "{}: usage {}, {} bytes, signed by the key that it contains\n",
        files::shown(&options.file),
        report.id(),
        bytes.len()
    ) + &words::lines(&report.shown())
        + &daily::lines(series.daily())
        + &figures(&series);
    let json = json!({
        "format": 1, "path": options.file.to_string_lossy(), "id": report.id().to_string(), "bytes": bytes.len(),
        "claims": value(&words::object(&report.shown())), "days": daily::json(&report),
    });
    Ok(Answer::yes(text, json))
}

/// Returns how many days have a figure, and how many have none.
fn figures_of(series: &Series) -> (usize, usize) {
    let with = series.daily().days().filter(|(_, count)| count.is_some()).count();
    (with, series.daily().counts().len() - with)
}

/// Returns the series in one line: days with data, missing days, the largest count.
fn figures(series: &Series) -> String {
    let daily = series.daily();
    let (with, without) = figures_of(series);
    let last = daily.days().last().map_or(daily.first(), |(day, _)| day);
    let peak = daily
        .max_within(daily.first(), last)
        .map(|(users, day)| format!("; at most {users} users, on {day}"))
        .unwrap_or_default();
    format!("  {with} days with a figure, {without} without{peak}\n")
}
