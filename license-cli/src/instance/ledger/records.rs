//! What each change does to the tables. Whoever calls holds the transaction.

use std::collections::{BTreeMap, BTreeSet};

use license_core::key::PublicKey;
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::{Day, limits};
use rusqlite::{Connection, OptionalExtension, params};

use super::cells::rows;
use super::database::LAST_SECOND;
use super::failure::{LedgerFailure, damaged};
use super::kept::{Change, Import, LicenseFile, Recorded, Removal, Restoring};
use super::names::DAYS;
use crate::clock::When;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// What the log calls a license that was installed, where its rules allowed that.
const INSTALLED: &str = "license_installed";
/// And a count that `record` has noted.
const RECORDED: &str = "usage_recorded";

/// Returns the instance's id and public key.
pub(super) fn identity(ledger: &Connection) -> Result<(InstanceId, PublicKey), LedgerFailure> {
    let known = rows(ledger, "instance", "SELECT rowid AS row, id, key FROM instance", |cells| {
        let key = PublicKey::new(cells.exactly("key")?)
            .map_err(|error| cells.damaged(error.message()))?;
        Ok((InstanceId(cells.exactly("id")?), key))
    })?;
    match known.as_slice() {
        [one] => Ok(*one),
        rows => {
            let found = counted(rows.len(), "row");
            Err(damaged("instance", 1, &format!("found {found}, expected one")))
        }
    }
}

/// Returns a time as the ledger keeps it.
pub(super) fn seconds(time: u64) -> Result<i64, LedgerFailure> {
    let late = || {
        Failure::new(
            Problem::ClockWrong,
            format!("found a time of {time} seconds after 1970, expected at most the year 9999"),
        )
    };
    let time =
        Some(time).filter(|time| *time <= LAST_SECOND).and_then(|time| i64::try_from(time).ok());
    Ok(time.ok_or_else(late)?)
}

pub(super) fn log(
    ledger: &Connection,
    when: When,
    what: &str,
    detail: &str,
) -> Result<(), LedgerFailure> {
    let mut add = ledger
        .prepare_cached("INSERT INTO event (at, what, detail, day) VALUES (?1, ?2, ?3, ?4)")?;
    add.execute(params![seconds(when.clock)?, what, detail, when.day.number()])?;
    Ok(())
}

pub(super) fn pin(
    ledger: &Connection,
    root: &PublicKey,
    when: When,
) -> Result<bool, LedgerFailure> {
    let added = ledger.execute(
        "INSERT INTO root (key) VALUES (?1) ON CONFLICT (key) DO NOTHING",
        params![root.as_bytes()],
    )? == 1;
    if added {
        log(ledger, when, "root_pinned", &format!("root {}", root.thumbprint()))?;
    }
    Ok(added)
}

pub(super) fn days(ledger: &Connection) -> Result<BTreeMap<Day, Count>, LedgerFailure> {
    let held = rows(
        ledger,
        "day",
        &format!("SELECT rowid AS row, day, count FROM day ORDER BY day LIMIT {}", DAYS + 1),
        |cells| {
            let day = Day::new(cells.number32("day", limits::LAST_DAY)?).unwrap_or(Day::LAST);
            Ok((day, Count::new(cells.number32("count", limits::USERS)?).unwrap_or(Count::MAX)))
        },
    )?;
    if held.len() > DAYS {
        return Err(damaged("day", DAYS + 1, &format!("found more than {}", counted(DAYS, "day"))));
    }
    Ok(held.into_iter().collect())
}

/// Returns what an import of these days would do.
fn compare(held: &BTreeMap<Day, Count>, found: &BTreeMap<Day, Count>) -> Result<Import, Failure> {
    let mut import = Import::default();
    for (day, found) in found {
        match held.get(day) {
            None => import.added += 1,
            Some(held) if held == found => import.same += 1,
            Some(held) => import.changed.push(Change { day: *day, held: *held, found: *found }),
        }
    }
    let after = held.len() + import.added;
    if after > DAYS {
        let found = counted(after, "day");
        let message = format!("found {found}, old and new, expected at most {DAYS}");
        return Err(Failure::new(Problem::LedgerFull, message));
    }
    Ok(import)
}

fn apply(
    ledger: &Connection,
    import: &Import,
    found: &BTreeMap<Day, Count>,
    source: &str,
    when: When,
) -> Result<(), LedgerFailure> {
    let raised = import.raised.iter().map(|change| ("day_raised", change));
    let changed = import.changed.iter().map(|change| ("day_changed", change));
    for (what, Change { day, held, found }) in raised.chain(changed) {
        log(ledger, when, what, &format!("{day}: held {held}, found {found} in {source}"))?;
    }
    let put = "INSERT INTO day (day, count) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET \
        count = excluded.count WHERE count <> excluded.count";
    let mut put = ledger.prepare(put)?;
    for (day, count) in found {
        put.execute(params![day.number(), count.get()])?;
    }
    let Import { added, same, raised, changed, .. } = import;
    let more = if raised.is_empty() { String::new() } else { format!(", raised {}", raised.len()) };
    let detail = format!("{source}: added {added}, same {same}{more}, changed {}", changed.len());
    log(ledger, when, "usage_imported", &detail)
}

/// Installs or mends a license.
pub(super) fn take_license(
    ledger: &Connection,
    file: &LicenseFile,
    when: When,
) -> Result<(), LedgerFailure> {
    match file {
        LicenseFile::Mend(id, bytes) => {
            let put = "UPDATE license SET bytes = ?2 WHERE id = ?1";
            ledger.execute(put, params![id.0, bytes])?;
            log(ledger, when, "license_mended", &format!("license {id}"))
        }
        LicenseFile::Cover(id, bytes) => cover_license(ledger, *id, bytes, when),
        LicenseFile::Install(id, bytes) => {
            if put_back(ledger, *id)? {
                return log(ledger, when, INSTALLED, &format!("license {id}"));
            }
            add_license(ledger, *id, bytes, when).map(drop)
        }
    }
}

/// Returns whether the license was not there before.
fn add_license(
    ledger: &Connection,
    id: DocumentId,
    bytes: &[u8],
    when: When,
) -> Result<bool, LedgerFailure> {
    let add = "INSERT INTO license (id, bytes, installed) VALUES (?1, ?2, ?3) ON CONFLICT (id) \
        DO NOTHING";
    let added = ledger.execute(add, params![id.0, bytes, seconds(when.clock)?])? == 1;
    if added {
        log(ledger, when, INSTALLED, &format!("license {id}"))?;
    }
    Ok(added)
}

/// Keeps a license that has ended as one that was removed after it was in force.
fn cover_license(
    ledger: &Connection,
    id: DocumentId,
    bytes: &[u8],
    when: When,
) -> Result<(), LedgerFailure> {
    let put = "INSERT INTO license (id, bytes, installed, removed, unused) \
        VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (id) DO UPDATE SET unused = 0";
    let (installed, removed) = (seconds(when.clock)?, seconds(when.second())?);
    ledger.execute(put, params![id.0, bytes, installed, removed])?;
    log(ledger, when, "license_covered", &format!("license {id}, which has ended"))
}

/// Marks the license as removed, and as unused if its first day, where that is known, lies behind
/// every day that the ledger knows.
pub(super) fn remove_license(
    ledger: &Connection,
    id: DocumentId,
    first_day: Option<Day>,
    when: When,
) -> Result<Removal, LedgerFailure> {
    let known = furthest(ledger)?.max(Some(when.day));
    let unused = first_day.is_some() && known < first_day;
    let mark = "UPDATE license SET removed = ?2, unused = ?3 WHERE id = ?1 AND removed IS NULL";
    if ledger.execute(mark, params![id.0, seconds(when.second())?, unused])? == 0 {
        return Ok(Removal::Absent);
    }
    log(ledger, when, "license_removed", &format!("license {id}"))?;
    Ok(if unused { Removal::Unused } else { Removal::Covered })
}

/// The furthest day that the ledger knows: of a figure, of a report that was made, of a change.
/// That the folder was made says nothing of a license.
fn furthest(ledger: &Connection) -> Result<Option<Day>, LedgerFailure> {
    let query =
        "SELECT max(day) FROM (SELECT day FROM day UNION ALL SELECT last_day + 1 FROM report
        UNION ALL SELECT coalesce(day, at / 86400) FROM event
            WHERE what NOT IN ('instance_made', 'instance_restored', 'ledger_made_anew',
                'root_pinned'))";
    let day: Option<u32> = ledger.query_row(query, [], |row| row.get(0))?;
    Ok(day.map(|day| Day::new(day).unwrap_or(Day::LAST)))
}

/// Takes that mark away of a license that was in force before it was removed. One that was only
/// kept, because it had ended, was never installed.
pub(super) fn restore_license(
    ledger: &Connection,
    id: DocumentId,
    when: When,
) -> Result<Restoring, LedgerFailure> {
    let removed = "SELECT unused FROM license WHERE id = ?1 AND removed IS NOT NULL";
    let removed: Option<bool> =
        ledger.query_row(removed, params![id.0], |row| row.get(0)).optional()?;
    match removed {
        None => return Ok(Restoring::Absent),
        Some(unused) if unused || !was_installed(ledger, id)? => {
            return Ok(Restoring::NeverInForce);
        }
        Some(_) => {}
    }
    put_back(ledger, id)?;
    log(ledger, when, "license_restored", &format!("license {id}"))?;
    Ok(Restoring::Restored)
}

/// Whether the log tells that the license was installed: that its rules allowed it.
pub(super) fn was_installed(ledger: &Connection, id: DocumentId) -> Result<bool, LedgerFailure> {
    let told = "SELECT EXISTS (SELECT 1 FROM event WHERE what = ?1 AND detail = ?2)";
    Ok(ledger.query_row(told, params![INSTALLED, format!("license {id}")], |row| row.get(0))?)
}

/// Makes a removed license an installed one. Returns whether it was removed.
fn put_back(ledger: &Connection, id: DocumentId) -> Result<bool, LedgerFailure> {
    let mark =
        "UPDATE license SET removed = NULL, unused = 0 WHERE id = ?1 AND removed IS NOT NULL";
    Ok(ledger.execute(mark, params![id.0])? > 0)
}

/// Takes days out; see [`super::Instance::drop_days`].
pub(super) fn drop_days(
    ledger: &Connection,
    (from, until): (Day, Day),
    reason: &str,
    when: When,
) -> Result<BTreeMap<Day, Count>, LedgerFailure> {
    let mut dropped = days(ledger)?;
    dropped.retain(|day, _| (from..until).contains(day));
    if dropped.is_empty() {
        return Ok(dropped);
    }
    for (day, count) in &dropped {
        log(ledger, when, "day_dropped", &format!("{day}: held {count}"))?;
    }
    ledger.execute(
        "DELETE FROM day WHERE day >= ?1 AND day < ?2",
        params![from.number(), until.number()],
    )?;
    let number = dropped.len();
    let detail = format!("from {from}, until {until}, days with a figure {number}: {reason}");
    log(ledger, when, "days_dropped", &detail)?;
    Ok(dropped)
}

/// Makes the first rows.
pub(super) fn begin(
    ledger: &Connection,
    id: InstanceId,
    key: &PublicKey,
    roots: &[PublicKey],
    when: When,
) -> Result<(), LedgerFailure> {
    ledger.execute(
        "INSERT INTO instance (one, id, key) VALUES (1, ?1, ?2)",
        params![id.0, key.as_bytes()],
    )?;
    log(ledger, when, "instance_made", &format!("instance {id}, key {}", key.thumbprint()))?;
    roots.iter().try_for_each(|root| pin(ledger, root, when).map(drop))
}

/// Imports days, of which reports have told some; see [`super::Instance::import`].
pub(super) fn import(
    ledger: &Connection,
    (found, told): (&BTreeMap<Day, Count>, &BTreeSet<Day>),
    source: &str,
    when: When,
) -> Result<Import, LedgerFailure> {
    let mut import = compare(&days(ledger)?, found)?;
    let lower = import.changed.iter().any(|change| change.found < change.held);
    let noted = if lower { noted(ledger)? } else { BTreeMap::new() };
    let is_higher = |it: &Change| it.held < it.found && !told.contains(&it.day);
    let is_noted = |it: &Change| it.found < it.held && noted.get(&it.day) == Some(&it.held);
    let (raised, changed) = import.changed.into_iter().partition(is_higher);
    import.raised = raised;
    (import.kept, import.changed) = Vec::into_iter(changed).partition(is_noted);
    import.applied = import.changed.is_empty();
    if import.applied && import.added + import.raised.len() > 0 {
        let mut new = found.clone();
        new.retain(|day, _| import.kept.iter().all(|kept| kept.day != *day));
        apply(ledger, &import, &new, source, when)?;
    }
    Ok(import)
}

/// The same, with every figure as it was found.
pub(super) fn import_all(
    ledger: &Connection,
    found: &BTreeMap<Day, Count>,
    source: &str,
    when: When,
) -> Result<Import, LedgerFailure> {
    let import = Import { applied: true, ..compare(&days(ledger)?, found)? };
    if import.added + import.changed.len() > 0 {
        apply(ledger, &import, found, source, when)?;
    }
    Ok(import)
}

/// The figures that `record` has noted, and nothing has replaced or taken out since.
fn noted(ledger: &Connection) -> Result<BTreeMap<Day, Count>, LedgerFailure> {
    let query = "SELECT rowid AS row, what, detail FROM event WHERE what IN ('usage_recorded', \
        'day_changed', 'day_raised', 'day_dropped') ORDER BY number";
    let events =
        rows(ledger, "event", query, |cells| Ok((cells.text("what")?, cells.text("detail")?)))?;
    let mut noted = BTreeMap::new();
    for (what, detail) in events {
        let Some((day, count)) = detail.split_once(": ") else { continue };
        let Some(day) = Day::parse(day) else { continue };
        let count = count.split(',').next().and_then(|count| count.parse().ok());
        match count.and_then(Count::new).filter(|_| what == RECORDED) {
            Some(count) => noted.insert(day, count),
            None => noted.remove(&day),
        };
    }
    Ok(noted)
}

/// Records one count of a day; see [`super::Instance::record`].
pub(super) fn record(
    ledger: &Connection,
    day: Day,
    count: Count,
    when: When,
) -> Result<Recorded, LedgerFailure> {
    let held = days(ledger)?;
    let recorded = match held.get(&day) {
        Some(held) if *held >= count => return Ok(Recorded::Kept(*held)),
        Some(held) => Recorded::Raised(*held),
        None => Recorded::Added,
    };
    compare(&held, &BTreeMap::from([(day, count)]))?;
    let put = "INSERT INTO day (day, count) VALUES (?1, ?2) ON CONFLICT (day) DO UPDATE SET \
        count = excluded.count";
    ledger.execute(put, params![day.number(), count.get()])?;
    let detail = match recorded {
        Recorded::Raised(held) => format!("{day}: {count}, held {held}"),
        Recorded::Added | Recorded::Kept(_) => format!("{day}: {count}"),
    };
    log(ledger, when, RECORDED, &detail)?;
    Ok(recorded)
}

/// Imports the days that the ledger does not have; those that it has otherwise stay.
pub(super) fn import_new(
    ledger: &Connection,
    found: &BTreeMap<Day, Count>,
    source: &str,
    when: When,
) -> Result<Import, LedgerFailure> {
    let held = days(ledger)?;
    let import = compare(&held, found)?;
    let mut new = found.clone();
    new.retain(|day, _| !held.contains_key(day));
    if !new.is_empty() {
        let only = Import { changed: Vec::new(), ..import.clone() };
        apply(ledger, &only, &new, source, when)?;
    }
    Ok(import)
}
