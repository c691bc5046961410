//! Usage: an export that was read in, a report that was made or would be, a report that is shown.

use std::collections::BTreeMap;
use std::path::Path;

use license_core::Day;
use license_core::document::{Claims, Usage};
use license_core::key::sha256;
use license_core::series::Series;
use license_core::value::{Count, DocumentId};
use license_core::words;
use serde_json::{Value, json};

use crate::carry::outgoing::Written;
use crate::files;
use crate::instance::ledger::{Change, Import, Recorded};
use crate::instance::outlook::Thresholds;
use crate::instance::report::{Days, Given, Report};
use crate::instance::reported::Figure;
use crate::plural::counted;
use crate::problem::{Exit, Notice};
use crate::usage_source::{Beside, DailyCounts};
use crate::view::answer::{Answer, put, value};
use crate::view::chart::{Marks, chart};
use crate::view::spans::{self, grouped, spans};
use crate::view::{daily, written};

/// Spans of missing days that are told.
const SPANS: usize = 12;
/// Days that are taken out without a question.
const MONTH: usize = 31;

/// An export that was read into the ledger, or was not.
pub(crate) fn import(export: &DailyCounts, import: &Import) -> Answer {
    let exit = if import.applied { Exit::Yes } else { Exit::Refused };
    let answer = Answer::yes(import_text(export, import), import_json(export, import));
    let answer = answer.with_exit(exit);
    if import.applied { answer.done("the file is read into the ledger") } else { answer }
}

fn import_json(export: &DailyCounts, import: &Import) -> Value {
    json!({
        "format": 1,
        "applied": import.applied,
        "rows": export.rows,
        "days": export.days.len(),
        "empty": export.empty,
        "beside": export.beside.iter().map(beside_json).collect::<Vec<_>>(),
        "repeated": export.repeated,
        "added": import.added,
        "same": import.same,
        "raised": import.raised.iter().map(change_json).collect::<Vec<_>>(),
        "kept": import.kept.iter().map(change_json).collect::<Vec<_>>(),
        "changed": import.changed.iter().map(change_json).collect::<Vec<_>>(),
        "first_day": export.days.keys().next().map(Day::to_string),
        "last_day": export.days.keys().last().map(Day::to_string),
    })
}

fn beside_json(beside: &Beside) -> Value {
    json!({ "name": beside.name, "texts": beside.filled, "last": beside.last_shown() })
}

fn change_json(change: &Change) -> Value {
    let Change { day, held, found } = change;
    json!({ "day": day.to_string(), "held": held.get(), "found": found.get() })
}

fn import_text(export: &DailyCounts, import: &Import) -> String {
    let verb = if import.applied { "replaced" } else { "held otherwise" };
    let change = |Change { day, held, found }: &Change| {
        format!("  {day} {verb}: the ledger held {held}, the file says {found}\n")
    };
    let raised = |Change { day, held, found }: &Change| {
        format!("  {day} raised: the ledger held {held}, the file says {found}\n")
    };
    let kept = |Change { day, held, found }: &Change| {
        format!("  {day} stays {held}, as `usage record` noted it: the file says {found}\n")
    };
    let changed = import.changed.iter().map(change);
    let changes: String = match import.applied {
        true => {
            let more = import.kept.iter().map(kept);
            import.raised.iter().map(raised).chain(more).chain(changed).collect()
        }
        false => changed.collect(),
    };
    format!(
        "read {}: {}\n{}{}{changes}{}\n",
        counted(export.rows, "row"),
        span(export),
        left_out(export),
        export.beside.iter().map(passed_over).collect::<String>(),
        outcome(import)
    )
}

fn span(export: &DailyCounts) -> String {
    match (export.days.keys().next(), export.days.keys().last()) {
        (Some(first), Some(last)) => {
            format!("{} with a figure, {first} to {last}", counted(export.days.len(), "day"))
        }
        (None, _) | (_, None) => "no day with a figure".to_owned(),
    }
}

fn left_out(export: &DailyCounts) -> String {
    let DailyCounts { empty, repeated, .. } = export;
    if *empty == 0 && *repeated == 0 {
        return String::new();
    }
    format!(
        "  {} without a figure; {} of a day that has another (the largest counts)\n",
        counted(*empty, "row"),
        counted(*repeated, "row")
    )
}

/// What stands in the file and is nothing to a ledger of daily counts.
fn passed_over(beside: &Beside) -> String {
    let (name, texts) = (beside.name_shown(), counted(beside.filled, "text"));
    let last = match beside.filled {
        0 => String::new(),
        1 => format!(", {}", beside.last_shown()),
        _ => format!(", the last {}", beside.last_shown()),
    };
    format!("  passed over: {name}, {texts}{last}\n")
}

fn outcome(import: &Import) -> String {
    let Import { added, same, raised, kept, changed, applied } = import;
    if *applied {
        let added = counted(*added, "day");
        let more = [(raised.len(), "raised"), (kept.len(), "kept as it was noted")];
        let more = more.iter().filter(|(count, _)| *count > 0);
        let more: String = more.map(|(count, what)| format!(", {count} {what}")).collect();
        let replaced = changed.len();
        return format!("  {added} added, {same} the same as before{more}, {replaced} replaced");
    }
    format!(
        "NO: nothing was read in: {} with another figure than before; if the file is right, give \
         `--accept-changes`",
        counted(changed.len(), "day")
    )
}

/// A report that was written.
pub(crate) fn made(written: &Written, report: &Report, today: Day) -> Answer {
    let mut text = words::lines(&report.claims.shown()) + &figures(report.days, &report.series);
    text += match report.given {
        Given::New | Given::Waited => "",
        Given::Again => "  once more, byte for byte as it was made: no new number, no new figure\n",
        Given::Meanwhile => {
            "  another command made it at the same moment: this is the same report\n"
        }
    };
    let mut answer = written::answer(written, &text);
    put_days(&mut answer.json, report);
    answer.warn(again(report, today)).warn(report.warnings.clone()).warn(missing(report))
}

/// Says which days are reported as missing.
fn missing(report: &Report) -> Option<String> {
    if report.days.with == 0 {
        let sentence = "no day of this report has a figure: read the instance's export with \
                        `airlock usage import` first";
        return Some(sentence.to_owned());
    }
    let days = spans(&report.missing, SPANS);
    let sentence = format!("reported as missing: {days}");
    (!report.missing.is_empty()).then(|| Notice::ReportGaps.warning(&sentence))
}

fn put_days(json: &mut Value, report: &Report) {
    let Days { with, without, outside } = report.days;
    put(json, "days_with_data", with);
    put(json, "days_without_data", without);
    put(json, "days_outside", outside);
    let span = |(from, to): (Day, Day)| json!({ "from": from.to_string(), "to": to.to_string() });
    put(json, "missing", grouped(&report.missing).into_iter().map(span).collect::<Vec<_>>());
    put(json, "again", report.given != Given::New);
}

/// Says that the report is an earlier one, which is not what was asked for.
fn again(report: &Report, today: Day) -> Option<String> {
    let Usage { number, last_day, .. } = &report.claims;
    // A report made today ends yesterday.
    let more = if last_day.plus(1).is_some_and(|made| made < today) {
        "; run the command once more for the days since"
    } else {
        ""
    };
    (report.given == Given::Waited).then(|| {
        format!(
            "this is report {number}, through {last_day}: it was made before, but its file was not \
             written; here it is again, byte for byte{more}"
        )
    })
}

/// What a report would say.
pub(crate) fn dry_run(report: &Report, today: Day) -> Answer {
    let sha = hex::encode(sha256(&report.bytes));
    let text = format!(
        "This would leave, and nothing else ({}, sha256 {sha}):\n{}{}{}{}\
         No names, no host names; nothing was written or kept.\n",
        counted(report.bytes.len(), "byte"),
        words::lines(&report.claims.shown()),
        daily::lines(report.series.daily()),
        figures(report.days, &report.series),
        chart(report.series.daily(), marks(report)),
    );
    let mut json = json!({
        "format": 1,
        "dry_run": true,
        "bytes": report.bytes.len(),
        "sha256": sha,
        "document": hex::encode(&report.bytes),
        "claims": value(&words::object(report.claims.shown())),
        "days": daily::json(&report.claims),
    });
    put_days(&mut json, report);
    put(&mut json, "nothing_new", report.nothing_new);
    let nothing_new = (report.nothing_new && report.given == Given::New).then(|| {
        "it has no figure that the report before had not: `airlock usage report` refuses that \
         without `--anyway`"
            .to_owned()
    });
    let answer = Answer::yes(text, json).warn(again(report, today));
    answer.warn(report.warnings.clone()).warn(missing(report)).warn(nothing_new)
}

/// The seats of the license that the report names, and what is tolerated beyond them.
fn marks(report: &Report) -> Marks {
    let Some(license) = &report.license else { return Marks::default() };
    let Thresholds { seats, tolerated } = Thresholds::of(license);
    Marks { seats, tolerated }
}

/// One count that was recorded, or was not larger than what is held.
pub(crate) fn recorded(day: Day, users: Count, recorded: Recorded) -> Answer {
    let users_shown = counted(u64::from(users.get()), "user");
    let (text, held, changed) = match recorded {
        Recorded::Added => (format!("recorded {users_shown} on {day}\n"), None, true),
        Recorded::Raised(held) => {
            (format!("recorded {users_shown} on {day}: {held} until now\n"), Some(held), true)
        }
        Recorded::Kept(held) => {
            let held_shown = counted(u64::from(held.get()), "user");
            let text = format!(
                "nothing changes: the ledger holds {held_shown} on {day}, and of a day the largest \
                 count stays\n"
            );
            (text, Some(held), false)
        }
    };
    let json = json!({
        "format": 1,
        "day": day.to_string(),
        "users": users.get(),
        "held": held.map(Count::get),
        "changed": changed,
    });
    let answer = Answer::yes(text, json);
    if changed { answer.done("the count is recorded") } else { answer }
}

/// What taking these days out means, before it is done, where that is much: more than a month, or
/// days that a report has told.
pub(crate) fn dropping(days: &[Day], told: &[Day]) -> Option<String> {
    if days.len() <= MONTH && told.is_empty() {
        return None;
    }
    let reported = match told {
        [] => String::new(),
        told => format!(", of which a report has told {}", counted(told.len(), "day")),
    };
    Some(format!("The figures of {} would be taken out{reported}.", spans(days, SPANS)))
}

/// Days that were taken out of the ledger.
pub(crate) fn dropped(dropped: &BTreeMap<Day, Count>, reason: &str) -> Answer {
    let days: Vec<Day> = dropped.keys().copied().collect();
    let span = |(from, to): (Day, Day)| {
        let figures = dropped.range(from..=to).map(|(_, count)| count.get());
        let (least, most) = (figures.clone().min().unwrap_or(0), figures.max().unwrap_or(0));
        let held = if least == most { most.to_string() } else { format!("{least} to {most}") };
        format!("  {} held {held}\n", spans::span(from, to))
    };
    let text = format!(
        "{} taken out: {reason}\n{}  kept in the log: `airlock instance log` shows them\n",
        counted(dropped.len(), "day"),
        grouped(&days).into_iter().map(span).collect::<String>()
    );
    let figure =
        |(day, count): (&Day, &Count)| json!({ "day": day.to_string(), "users": count.get() });
    let days: Vec<Value> = dropped.iter().map(figure).collect();
    let json = json!({ "format": 1, "dropped": days, "reason": reason });
    Answer::yes(text, json).done("the figures are taken out")
}

/// Warns of days that a report has more users of than the ledger: that stays with the vendor.
pub(crate) fn still_reported(days: &[(Day, Figure)]) -> Option<String> {
    let (day, Figure { users, report }) = days.iter().max_by_key(|(_, it)| it.users)?;
    let more = match days.len() {
        1 => String::new(),
        more => format!(" (and {} more)", counted(more - 1, "day")),
    };
    Some(format!(
        "report {report} has said {} on {day}{more}: the vendor counts the largest figure \
         reported; tell the vendor why it was wrong",
        counted(u64::from(users.get()), "user")
    ))
}

/// A report that is shown.
pub(crate) struct Shown<'a> {
    pub(crate) path: &'a Path,
    pub(crate) id: DocumentId,
    pub(crate) bytes: usize,
    pub(crate) claims: &'a Usage,
    pub(crate) series: &'a Series,
}

/// The answer that shows it.
pub(crate) fn shown(shown: &Shown<'_>) -> Answer {
    let Shown { path, id, bytes, claims, series } = shown;
    let text = format!(
        "{}: usage {id}, {}, signed by the key that it contains\n{}{}{}",
        files::shown(path),
        counted(*bytes, "byte"),
        words::lines(&claims.shown()),
        daily::lines(series.daily()),
        figures(all_inside(series), series)
    );
    let json = json!({
        "format": 1,
        "path": path.to_string_lossy(),
        "id": id.to_string(),
        "bytes": bytes,
        "claims": value(&words::object(claims.shown())),
        "days": daily::json(claims),
    });
    Answer::yes(text, json)
}

/// The days of a report of which no term is known.
fn all_inside(series: &Series) -> Days {
    let with = series.daily().days().filter(|(_, count)| count.is_some()).count();
    Days { with, without: series.daily().counts().len() - with, outside: 0 }
}

/// The series in one line: days with data, missing days, days outside, the largest count.
fn figures(Days { with, without, outside }: Days, series: &Series) -> String {
    let daily = series.daily();
    let last = daily.days().last().map_or(daily.first(), |(day, _)| day);
    let peak = daily
        .max_within(daily.first(), last)
        .map(|(users, day)| format!("; at most {}, on {day}", counted(users, "user")))
        .unwrap_or_default();
    let outside = match outside {
        0 => String::new(),
        days => format!(", {days} outside: no license was in force"),
    };
    let with = counted(with, "day");
    format!("  {with} with a figure, {without} without{outside}{peak}\n")
}
