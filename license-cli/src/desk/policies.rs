//! Policies as data: the shipped ones, files of the desk, and values changed for one license.

use std::path::Path;
#[cfg(feature = "desk")]
use std::sync::LazyLock;

use license_core::document::{Flag, PolicyName};
use license_core::policy::{Band, Left, Policy, Rounding};
use serde::Deserialize;
use toml::{Table, Value};

use crate::files;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// The shipped policies, each in its own file.
const SHIPPED: [(&str, &str); 3] = [
    ("gitlab-legacy", include_str!("../../policies/gitlab-legacy.toml")),
    ("gitlab-offline-cloud", include_str!("../../policies/gitlab-offline-cloud.toml")),
    ("gitlab-trial", include_str!("../../policies/gitlab-trial.toml")),
];

/// Bytes of a policy file: the shipped ones have under 1,500.
const POLICY_BYTES: usize = 65_536;

/// The largest number of days or percent that a policy may name: a century, a hundredfold.
const MOST_DAYS: u32 = 36_525;
const MOST_PERCENT: u32 = 10_000;

/// A policy as its file writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    name: String,
    version: u32,
    #[serde(default)]
    flags: Vec<String>,
    seat_check: bool,
    tolerance_percent: u32,
    rounding: RoundingWord,
    hard_stop: bool,
    near_limit: Bands,
    refuse_ended: bool,
    notify_admins_days: Days,
    notify_users_days: Days,
    block_changes_days: Days,
    inactive_days: Days,
    report_reminder_days: Days,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum RoundingWord {
    Down,
    Up,
}

#[derive(Debug, Deserialize)]
enum Off {
    #[serde(rename = "off")]
    Off,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a number of days, or \"off\"")]
enum Days {
    Number(u32),
    #[allow(dead_code, reason = "says only that nothing is set")]
    Off(Off),
}

#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a list of bands like { up_to = 15, seats = 1 }, or \"off\""
)]
enum Bands {
    List(Vec<BandFile>),
    #[allow(dead_code, reason = "says only that nothing is set")]
    Off(Off),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BandFile {
    up_to: Option<u32>,
    seats: Option<u32>,
    percent: Option<u32>,
}

/// Returns the policy of this name or file, with `KEY=VALUE` settings put in the place of its own.
pub(crate) fn load(name_or_file: &str, settings: &[String]) -> Result<Policy, Failure> {
    let text = match SHIPPED.iter().find(|(name, _)| *name == name_or_file) {
        Some((_, text)) => (*text).to_owned(),
        None => read_file(name_or_file)?,
    };
    let place = if settings.is_empty() {
        format!("policy {name_or_file}")
    } else {
        format!("policy {name_or_file} with --set")
    };
    let mut table: Table = text.parse().map_err(|error| no_toml(&place, &text, &error))?;
    let before = table.clone();
    for setting in settings {
        set(&mut table, setting)?;
    }
    let changed = table != before || is_changed_copy(&table);
    let read = Value::Table(table).try_into::<PolicyFile>();
    let read = read.map_err(|error| unreadable(&place, &error));
    let made = read.and_then(|file| policy(file, changed).map_err(|it| it.within(&place)));
    made.map_err(|failure| if settings.is_empty() { failure } else { of_settings(failure) })
}

/// The failure with advice for somebody who set values.
fn of_settings(failure: Failure) -> Failure {
    if failure.problem == Problem::PolicyUnreadable { failure.hint(VALUES) } else { failure }
}

#[cfg(feature = "desk")]
/// The names of the shipped policies.
pub(crate) fn names() -> Vec<&'static str> {
    SHIPPED.iter().map(|(name, _)| *name).collect()
}

#[cfg(feature = "desk")]
/// The shipped policies that make trials: each row of a table of orders asks.
static TRIALS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let makes = |name: &&str| load(name, &[]).is_ok_and(|it| it.flags.contains(&Flag::Trial));
    names().into_iter().filter(makes).collect()
});

#[cfg(feature = "desk")]
/// Whether a shipped policy of this name makes trials.
pub(crate) fn is_trial(name: &str) -> bool {
    TRIALS.contains(&name)
}

/// Returns whether a policy has the name of a shipped one, and says something else.
fn is_changed_copy(table: &Table) -> bool {
    let name = table.get("name").and_then(Value::as_str);
    let shipped = SHIPPED.iter().find(|(shipped, _)| Some(*shipped) == name);
    shipped.is_some_and(|(_, text)| text.parse::<Table>().ok().as_ref() != Some(table))
}

fn read_file(path: &str) -> Result<String, Failure> {
    let names = SHIPPED.map(|(name, _)| name).join(", ");
    let bytes = files::read(Path::new(path), POLICY_BYTES).map_err(|failure| {
        match [Problem::InputMissing, Problem::InputDirectory].contains(&failure.problem) {
            true => {
                failure.hint(format!("give the name of a shipped policy ({names}) or a TOML file"))
            }
            false => failure,
        }
    })?;
    String::from_utf8(bytes).map_err(|_| {
        policy_failure(format!(
            "policy {path}: found bytes that are not UTF-8, expected a TOML file"
        ))
    })
}

/// What is said of a text that is no TOML: where, and nothing of its content, which may be a
/// password in a wrong file.
fn no_toml(place: &str, text: &str, error: &toml::de::Error) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let length = text.lines().nth(line - 1).map_or(0, |line| line.chars().count());
    let length = counted(length, "character");
    policy_failure(format!("{place}: line {line}, of {length}, is no TOML"))
}

fn unreadable(place: &str, error: &toml::de::Error) -> Failure {
    let message = error.to_string();
    let message = message.trim().replace('\n', " ");
    let plain = message.replace("a boolean", "true or false").replace("u32", "a whole number");
    policy_failure(format!("{place}: {plain}"))
}

/// What the keys of a policy take.
const VALUES: &str = "`seat_check`, `hard_stop`, `refuse_ended` take true or false; \
    `tolerance_percent` a whole number; `rounding` down or up; `near_limit` a list of bands, or \
    off; each key that ends in `_days` a number, or off";

fn policy_failure(message: String) -> Failure {
    Failure::new(Problem::PolicyUnreadable, message)
}

/// Puts one value in the place of the policy's own. Only keys that the policy has can be set.
fn set(table: &mut Table, setting: &str) -> Result<(), Failure> {
    let settable = |key: &&String| !["name", "version", "flags"].contains(&key.as_str());
    let keys = table.keys().filter(settable).cloned().collect::<Vec<_>>().join(", ");
    let wrong = |what: String| {
        Err(Failure::new(Problem::PolicySetting, what).hint(format!("these can be set: {keys}")))
    };
    let Some((key, value)) = setting.split_once('=') else {
        return wrong(format!("--set: found {setting:?}, expected KEY=VALUE"));
    };
    let (key, value) = (key.trim(), value.trim());
    if !table.contains_key(key) || !settable(&&key.to_owned()) {
        return wrong(format!("--set: found the key {key:?}, which cannot be set"));
    }
    let value =
        format!("v = {value}").parse::<Table>().ok().and_then(|mut table| table.remove("v"));
    let value = value.unwrap_or_else(|| {
        Value::String(setting.split_once('=').map_or("", |(_, v)| v.trim()).to_owned())
    });
    table.insert(key.to_owned(), value);
    Ok(())
}

fn policy(file: PolicyFile, changed: bool) -> Result<Policy, Failure> {
    if file.tolerance_percent > MOST_PERCENT {
        return Err(policy_failure(format!(
            "found tolerance_percent {}, expected at most {MOST_PERCENT}",
            file.tolerance_percent
        )));
    }
    Ok(Policy {
        name: PolicyName::new(&file.name)?,
        version: file.version,
        changed,
        flags: file.flags.iter().map(|name| flag(name)).collect::<Result<_, _>>()?,
        seat_check: file.seat_check,
        tolerance_percent: file.tolerance_percent,
        rounding: match file.rounding {
            RoundingWord::Down => Rounding::Down,
            RoundingWord::Up => Rounding::Up,
        },
        hard_stop: file.hard_stop,
        near_limit: bands(file.near_limit)?,
        refuse_ended: file.refuse_ended,
        notify_admins_days: days("notify_admins_days", &file.notify_admins_days)?,
        notify_users_days: days("notify_users_days", &file.notify_users_days)?,
        block_changes_days: days("block_changes_days", &file.block_changes_days)?,
        inactive_days: days("inactive_days", &file.inactive_days)?,
        report_reminder_days: days("report_reminder_days", &file.report_reminder_days)?,
    })
}

fn flag(name: &str) -> Result<Flag, Failure> {
    Flag::parse(name)
        .ok_or_else(|| policy_failure(format!("found the flag {name:?}, which is not known")))
}

fn days(key: &str, days: &Days) -> Result<Option<u32>, Failure> {
    match days {
        Days::Number(number) if *number > MOST_DAYS => {
            Err(policy_failure(format!("found {key} {number}, expected at most {MOST_DAYS}")))
        }
        Days::Number(number) => Ok(Some(*number)),
        Days::Off(_) => Ok(None),
    }
}

/// Bands stand by rising numbers of seats; only the last may have no upper end.
fn bands(bands: Bands) -> Result<Vec<Band>, Failure> {
    let Bands::List(list) = bands else { return Ok(Vec::new()) };
    let mut read: Vec<Band> = Vec::new();
    for band in list {
        let left = match (band.seats, band.percent) {
            (Some(seats), None) => Left::Seats(seats),
            (None, Some(percent)) if percent <= MOST_PERCENT => Left::Percent(percent),
            _ => {
                return Err(policy_failure(
                    "near_limit: expected either seats or percent in each band".to_owned(),
                ));
            }
        };
        let rises = read.last().is_none_or(|last| {
            last.up_to.is_some_and(|last| band.up_to.is_none_or(|next| next > last))
        });
        if !rises {
            return Err(policy_failure(
                "near_limit: expected bands by rising up_to, only the last without it".to_owned(),
            ));
        }
        read.push(Band { up_to: band.up_to, left });
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(name: &str, settings: &[&str]) -> Failure {
        load(name, &settings.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()).unwrap_err()
    }

    #[test]
    fn the_shipped_policies_are_read() {
        for (name, _) in SHIPPED {
            let policy = load(name, &[]).unwrap();
            assert_eq!((policy.name.to_string().as_str(), policy.changed), (name, false));
        }
    }

    #[test]
    fn settings_change_one_value_and_say_so() {
        let set = |settings: &[&str]| {
            load("gitlab-legacy", &settings.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>())
                .unwrap()
        };
        assert_eq!(set(&["tolerance_percent=15"]).tolerance_percent, 15);
        assert!(set(&["hard_stop=true"]).hard_stop && set(&["hard_stop=true"]).changed);
        assert_eq!(
            set(&["block_changes_days=14", "notify_users_days=off"]).block_changes_days,
            Some(14)
        );
        assert_eq!(set(&["notify_users_days=off"]).notify_users_days, None);
        assert!(set(&["near_limit=off"]).near_limit.is_empty());
        assert_eq!(set(&["rounding=up"]).rounding, Rounding::Up);
        assert!(!set(&["tolerance_percent=10"]).changed);
    }

    #[test]
    fn wrong_settings_are_named() {
        assert_eq!(failure("gitlab-legacy", &["tolerance=15"]).problem.name(), "policy_setting");
        assert_eq!(
            failure("gitlab-legacy", &["tolerance_percent"]).problem.name(),
            "policy_setting"
        );
        assert_eq!(failure("gitlab-legacy", &["name=x"]).problem.name(), "policy_setting");
        for bad in [
            "tolerance_percent=ten",
            "tolerance_percent=-1",
            "tolerance_percent=10001",
            "hard_stop=maybe",
            "block_changes_days=40000",
            "rounding=sideways",
            "near_limit=[{seats=1,percent=2}]",
            "near_limit=[{seats=1},{up_to=5,seats=2}]",
        ] {
            assert_eq!(
                failure("gitlab-legacy", &[bad]).problem.name(),
                "policy_unreadable",
                "{bad}"
            );
        }
        assert_eq!(failure("no-such-policy", &[]).problem.name(), "input_missing");
    }
}
