//! What the ledger takes, and what it never loses: days to come, days taken out, the clock, days
//! outside, kills.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::common::{Dir, INSTANCE, data, words};
use crate::json::Json;

fn import(dir: &Dir, content: &str, options: &str) -> Json {
    dir.write("in.csv", content);
    dir.yes(&format!("usage import in.csv --instance inst {options}"))
}

fn report(day: &str, file: &str) -> String {
    format!("usage report --anyway --instance inst --today {day} --out {file}")
}

#[test]
fn days_to_come_are_refused_with_row_and_day() {
    let dir = Dir::installed();
    dir.write("in.csv", "date,count\n2026-01-01,5\n2026-01-03,6\n2026-01-02,7\n");
    let error =
        dir.failed("usage import in.csv --instance inst --today 2026-01-01", "export_future");
    assert_eq!(
        error["message"].text(),
        "in.csv: line 3: found a count of 2026-01-03, which is still to come: today is 2026-01-01"
    );
    assert!(
        error["hint"]
            .text()
            .contains("`date -u` shows the clock of this machine: if it is behind, set it"),
        "{error:?}"
    );
    // The day after today has begun where the clock is ahead of UTC.
    assert!(dir.yes("usage import in.csv --instance inst --today 2026-01-02")["added"] == 3);
    import(&dir, "2025-12-31,5\n", "");
    dir.write("in.csv", "2199-12-31,5\n");
    dir.failed("usage import in.csv --instance inst", "export_future");
    let year = data("license_usage.csv");
    dir.failed(&format!("usage import {year} --instance inst --today 2026-10-29"), "export_future");
}

#[test]
fn days_read_in_error_are_taken_out_and_that_stays_visible() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,5\n2025-11-02,99\n2025-11-03,98\n2025-11-04,7\n", "");
    let line = "usage drop --instance inst --from 2025-11-02 --until 2025-11-04";
    dir.failed(line, "options");
    dir.failed(&format!("{line} --reason ''"), "options");
    let wrong = "usage drop --instance inst --from 2025-11-02 --until 2025-11-02 --reason x";
    assert!(dir.failed(wrong, "options")["hint"].text().contains("first day that is kept"));
    let line = format!("{line} --reason 'of a test machine'");
    dir.run(&line)
        .ends(0)
        .says(&["2 days taken out", "  2025-11-02 to 2025-11-03 held 98 to 99\n"]);
    dir.refused(&line, "no_figure");
    dir.yes(&report("2025-11-05", "n.usage"));
    let days = dir.yes("usage show n.usage")["days"].clone();
    let users: Vec<&Json> = days.items().iter().map(|day| &day["users"]).collect();
    assert_eq!(*users[0], 5);
    assert_eq!(*users[1], Json::Null);
    assert_eq!(*users[2], Json::Null);
    assert_eq!(*users[3], 7);
    dir.run("instance log --instance inst").ends(0).says(&[
        "day_dropped: 2025-11-02: held 99",
        "days_dropped: from 2025-11-02, until 2025-11-04, days with a figure 2: of a test machine",
    ]);
    import(&dir, "2025-11-02,6\n", "");
}

#[test]
fn a_clock_behind_what_the_ledger_holds_is_refused_with_both_days() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,5\n2025-11-10,7\n", "");
    let error = dir.failed(&report("2025-11-08", "x.usage"), "clock_behind");
    let message = error["message"].text();
    assert!(message.contains("2025-11-08"), "{message}");
    assert!(message.contains("2025-11-10"), "{message}");
    assert!(error["hint"].text().contains("`airlock usage drop --from 2025-11-10"));
    dir.failed("usage report --instance inst --today 2025-11-08 --dry-run", "clock_behind");
    // A day of grace, as in an import.
    dir.yes(&report("2025-11-09", "1.usage"));
    dir.yes(&report("2025-11-20", "2.usage"));
    let error = dir.failed(&report("2025-11-19", "x.usage"), "clock_behind");
    let message = error["message"].text();
    assert!(message.contains("2025-11-19"), "{message}");
    assert!(message.contains("report 2, which ended with 2025-11-19"), "{message}");
    // The same day again is no step back.
    dir.yes(&report("2025-11-20", "3.usage"));
    dir.yes(&format!("{} --accept-clock", report("2025-11-05", "4.usage")));
    let claims = dir.yes("usage show 4.usage")["claims"].clone();
    assert_eq!(claims["number"], 4);
    assert_eq!(claims["last_day"], "2025-11-04");
}

/// One report of a day far ahead does not refuse every day until then.
#[test]
fn a_clock_that_was_accepted_is_the_one_that_counts() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,5\n", "");
    dir.yes(&report("2026-10-01", "1.usage"));
    dir.failed(&report("2025-11-08", "x.usage"), "clock_behind");
    dir.yes(&format!("{} --accept-clock", report("2025-11-08", "2.usage")));
    dir.yes(&report("2025-11-09", "3.usage"));
    let error = dir.failed(&report("2025-11-08", "x.usage"), "clock_behind");
    assert!(error["message"].text().contains("report 3, which ended with 2025-11-08"), "{error:?}");
}

#[test]
fn days_without_a_license_are_outside_and_not_missing() {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage_gaps.csv")
    ));
    let last = dir.yes(&report("2026-11-01", "1.usage"));
    assert_eq!(last["days_without_data"], 9, "{last:?}");
    assert_eq!(last["days_outside"], 0, "{last:?}");
    let late = dir.yes(&report("2026-11-25", "2.usage"));
    assert_eq!(late["days_with_data"], 356, "{late:?}");
    assert_eq!(late["days_without_data"], 9, "{late:?}");
    assert_eq!(late["days_outside"], 24, "{late:?}");
    dir.run(&report("2026-11-25", "3.usage"))
        .ends(0)
        .says(&["356 days with a figure, 9 without, 24 outside: no license was in force; at most"]);
}

/// A number that is not predictable by eye, and is the same in each run.
fn mixed(seed: u64) -> u64 {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// As `usage report` refuses them and `reconcile` leaves them out.
#[test]
fn figures_of_days_to_come_in_the_ledger_are_told_where_it_is_asked() {
    let dir = Dir::installed();
    dir.write("in.csv", "2025-11-01,5\n2025-11-12,7\n");
    dir.yes("usage import in.csv --instance inst --today 2025-11-12");
    let drop = "`airlock usage drop --from 2025-11-12 --until 2025-11-13 --reason TEXT";
    let install = "license install n.airlock --instance inst --users 5 --today 2025-11-10";
    // The ledger's figures count beside a history that is given, too.
    dir.write("other.csv", "2025-11-01,5\n");
    let check = "check --instance inst --users 5 --today 2025-11-10";
    for line in [check, &format!("{check} --history other.csv"), install] {
        let answer = dir.yes(line);
        let said = answer["warnings"].items().iter().map(Json::text).collect::<Vec<_>>();
        let ahead = "today is 2025-11-10, and the ledger holds a figure of 2025-11-12";
        assert!(said[0].starts_with(ahead) && said[0].contains(drop), "{said:?}");
    }
    // The day after today is one of grace.
    let run = dir.run("check --instance inst --users 5 --today 2025-11-11");
    run.ends(0);
    assert!(!run.err.contains("to come"), "{run}");
}

/// How often each command is killed: six times, or a share of 200 where a long run says so.
pub(crate) fn kills() -> u64 {
    let Ok(share) = std::env::var("AIRLOCK_SOAK_SHARE") else { return 6 };
    let (part, of) = share.split_once('/').unwrap();
    (200 * part.parse::<u64>().unwrap()).div_ceil(of.parse().unwrap())
}

/// The moment of a kill, in microseconds. A run with the same seed has the same moments.
pub(crate) fn moment(number: u64) -> u64 {
    let seed = std::env::var("AIRLOCK_SOAK_SEED").map_or(0, |seed| seed.parse().unwrap());
    if number == 0 {
        println!("AIRLOCK_SOAK_SEED={seed}");
    }
    mixed(seed ^ (number << 32)) % 30_000
}

/// The moment of a kill within a run that takes so long, in microseconds.
#[cfg(feature = "desk")]
pub(crate) fn moment_of(number: u64, whole: Duration) -> u64 {
    moment(number) * u64::try_from(whole.as_micros()).unwrap() / 30_000
}

/// Runs the command and kills it after a moment. Returns whether it had ended with a yes.
pub(crate) fn kill(dir: &Dir, line: &str, microseconds: u64) -> bool {
    let mut child = dir
        .command(&words(&format!("{line} --json")))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_micros(microseconds));
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().unwrap().code() == Some(0)
}

/// Every report's number with its content: the same number never says two things.
#[derive(Default)]
struct Seen(BTreeMap<i64, Vec<u8>>);

impl Seen {
    fn take(&mut self, dir: &Dir, file: &str) -> i64 {
        let number = dir.yes(&format!("usage show {file}"))["claims"]["number"].number();
        let content = dir.read(file);
        assert_eq!(*self.0.entry(number).or_insert_with(|| content.clone()), content, "{number}");
        number
    }
}

/// The figure of the first day, as the ledger has it.
fn held(dir: &Dir) -> Json {
    let line = "usage report --instance inst --today 2025-11-03 --accept-clock --dry-run";
    dir.yes(line)["days"].items()[0]["users"].clone()
}

#[test]
fn killed_reports_never_say_two_things_under_one_number() {
    let (dir, mut seen) = (Dir::installed(), Seen::default());
    let (mut figure, mut last) = (10, 0);
    import(&dir, "2025-11-01,10\n", "");
    for round in 0..kills() {
        let (file, now) = (format!("{round}.usage"), moment(round));
        let yes = kill(&dir, &report("2025-11-03", &file), now);
        if dir.exists(&file) {
            last = last.max(seen.take(&dir, &file));
        }
        assert!(!yes || dir.exists(&file), "{file} was said to be written");
        figure += 1;
        import(&dir, &format!("2025-11-01,{figure}\n"), "--accept-changes");
        let next = format!("next-{round}.usage");
        dir.yes(&report("2025-11-03", &next));
        let number = seen.take(&dir, &next);
        assert!((last..=last + 2).contains(&number), "{number} after {last}");
        last = number;
    }
    assert!(seen.0.keys().copied().eq(1..=last), "{:?}", seen.0.keys());
}

#[test]
fn killed_changes_are_whole_or_absent_and_what_was_acknowledged_stays() {
    let dir = Dir::installed();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    let drop = "usage drop --instance inst --from 2025-11-01 --until 2025-11-02 --reason kill";
    let install = "license install n.airlock --instance inst --users 81 --today 2025-11-01";
    let remove = format!("license remove {id} --instance inst --yes");
    let restore = format!("license restore {id} --instance inst --today 2025-11-01");
    let installed = || !dir.yes("license list --instance inst")["licenses"].items().is_empty();
    for round in 0..kills() {
        let moment = |step: u64| moment(round * 8 + step);
        dir.write("in.csv", format!("2025-11-01,{}\n", round + 1));
        if kill(&dir, "usage import in.csv --instance inst", moment(0)) {
            assert!(held(&dir) == i64::try_from(round + 1).unwrap());
        }
        dir.yes("usage import in.csv --instance inst --accept-changes");
        if kill(&dir, drop, moment(1)) {
            assert_eq!(held(&dir), Json::Null);
        }
        // Taken out by the run that was killed, there is nothing left to take out.
        assert!([Some(0), Some(1)].contains(&dir.run(drop).status));
        if kill(&dir, &remove, moment(2)) {
            assert!(!installed());
        }
        assert_eq!(dir.yes("license list --removed --instance inst")["licenses"].items().len(), 1);
        if installed() {
            dir.yes(&remove);
        }
        if kill(&dir, &restore, moment(4)) {
            assert!(installed());
        }
        assert_eq!(dir.yes("license list --removed --instance inst")["licenses"].items().len(), 1);
        if !installed() {
            dir.yes(&restore);
        }
        // A license that was removed is not installed again: a folder without it.
        let new = Dir::new();
        let list = "license list --instance inst";
        if kill(&new, install, moment(3)) {
            assert_eq!(new.yes(list)["licenses"].items().len(), 1);
        }
        new.yes(install);
        assert_eq!(new.yes(list)["licenses"].items().len(), 1);
    }
}

/// Between the key's name and its folder's stand two calls of the system and nothing else; a kill
/// right there is as rare as that is short.
#[test]
fn killed_inits_leave_no_key_in_a_hidden_folder_but_by_a_rare_chance() {
    let (dir, mut left) = (Dir::empty(), 0);
    for round in 0..kills() {
        let line = format!("instance init {round}");
        kill(&dir, &line, moment(round) * 4);
        left += u64::from(dir.exists(&format!(".{round}.airlock-new/instance.key")));
        if dir.exists(&round.to_string()) {
            dir.yes(&format!("license list --instance {round}"));
            assert!(dir.exists(&format!("{round}/instance.key")), "round {round}");
        } else {
            dir.yes(&line);
        }
        assert!(!dir.exists(&format!(".{round}.airlock-new")), "round {round}");
    }
    assert!(left <= kills().div_ceil(100), "{left} keys in hidden folders");
}

/// The key stays what it was, and no other one is ever there.
#[test]
fn killed_inits_that_keep_the_key_leave_no_other_one() {
    let dir = Dir::installed();
    let key = dir.read("inst/instance.key");
    let line = format!("instance init inst --keep-key --id {INSTANCE}");
    let ledger = "inst/ledger.sqlite";
    for round in 0..kills() {
        std::fs::remove_file(dir.path(ledger)).unwrap();
        let yes = kill(&dir, &line, moment(round));
        assert!(!yes || dir.exists(ledger), "round {round}");
        let tree = dir.tree();
        let keys = tree.keys().filter(|name| name.ends_with("instance.key"));
        assert_eq!(keys.collect::<Vec<_>>(), [std::path::Path::new("inst/instance.key")]);
        if !dir.exists(ledger) {
            dir.yes(&line);
            assert!(!dir.exists("inst/.ledger.sqlite.airlock-new"), "round {round}");
        }
        dir.yes("license list --instance inst");
        assert_eq!(dir.read("inst/instance.key"), key);
    }
}

#[test]
fn killed_recoveries_are_whole_or_absent() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,10\n", "");
    let backup = dir.read("inst/ledger.sqlite");
    for (day, file) in [("2025-11-02", "1.usage"), ("2025-11-03", "2.usage")] {
        dir.yes(&report(day, file));
    }
    for round in 0..kills() {
        dir.write("inst/ledger.sqlite", &backup);
        let line = "instance recover --after 2.usage --instance inst";
        let yes = kill(&dir, line, moment(round));
        let again = dir.yes(line);
        assert_eq!(again["next_number"], 3, "{again:?}");
        assert!((!yes || again["changed"] == false), "{again:?}");
        let (mut seen, file) = (Seen::default(), format!("next-{round}.usage"));
        seen.take(&dir, "2.usage");
        dir.yes(&report("2025-11-04", &file));
        assert_eq!(seen.take(&dir, &file), 3);
    }
}

/// Of a day the largest count stays, and an acknowledged one is never less.
#[test]
fn killed_records_keep_what_was_acknowledged() {
    let dir = Dir::installed();
    let (mut known, mut given) = (0, 0);
    for round in 0..kills() {
        given += 1;
        let line = format!("usage record --users {given} --at 2025-11-01 --instance inst");
        if kill(&dir, &line, moment(round)) {
            known = given;
        }
        let held = held(&dir);
        let held = if held == Json::Null { 0 } else { held.number() };
        assert!((known..=given).contains(&held), "{held}, where {known} was acknowledged");
        known = held;
    }
}

/// A backup that has its name is whole; the folder stays as it was.
#[test]
fn killed_backups_are_whole_or_absent() {
    let dir = Dir::installed();
    import(&dir, "2025-11-01,10\n", "");
    dir.yes(&report("2025-11-02", "1.usage"));
    let before = dir.read("inst/ledger.sqlite");
    for round in 0..kills() {
        let yes = kill(&dir, "instance backup --instance inst --out b", moment(round));
        let tree = dir.tree();
        let hidden = tree.keys().find(|name| name.to_string_lossy().contains(".airlock-"));
        assert_eq!(hidden, None);
        assert!(!yes || dir.exists("b"), "round {round}");
        if dir.exists("b") {
            assert_eq!(dir.mode("b"), 0o600);
            let restored = dir.yes(&format!("instance restore b --instance n{round}"));
            assert_eq!(restored["next_number"], 2, "round {round}");
            std::fs::remove_file(dir.path("b")).unwrap();
            std::fs::remove_dir_all(dir.path(&format!("n{round}"))).unwrap();
        }
        assert_eq!(dir.read("inst/ledger.sqlite"), before);
    }
}

/// As of an init: a key in a hidden folder only by a rare chance, and none in use.
#[test]
fn killed_restores_are_whole_or_absent() {
    let (dir, mut left) = (Dir::installed(), 0);
    import(&dir, "2025-11-01,10\n", "");
    dir.yes(&report("2025-11-02", "1.usage"));
    dir.yes("instance backup --instance inst --out b");
    let key = dir.read("inst/instance.key");
    for round in 0..kills() {
        let new = format!("n{round}");
        let line = format!("instance restore b --instance {new}");
        let yes = kill(&dir, &line, moment(round) * 4);
        left += u64::from(dir.exists(&format!(".{new}.airlock-new/instance.key")));
        assert!(!yes || dir.exists(&new), "round {round}");
        if !dir.exists(&new) {
            dir.yes(&line);
        }
        assert!(!dir.exists(&format!(".{new}.airlock-new")), "round {round}");
        assert_eq!(dir.read(&format!("{new}/instance.key")), key);
        let log = dir.yes(&format!("instance log --instance {new}"))["events"].clone();
        assert_eq!(log.items().last().unwrap()["what"], "instance_restored");
        std::fs::remove_dir_all(dir.path(&new)).unwrap();
    }
    assert!(left <= kills().div_ceil(100), "{left} keys in hidden folders");
}

/// The instance goes on in one folder, with the next number, whenever the move was killed: where it
/// had its file, the old folder is retired; where the old one goes on, there is no file.
#[test]
fn killed_moves_leave_one_folder_that_goes_on() {
    let (dir, mut seen) = (Dir::installed(), Seen::default());
    let mut current = "inst".to_owned();
    for round in 0..kills() {
        let day = |text: &str| format!("2025-11-{text}");
        let csv = format!("2025-11-01,{}\n", round + 10);
        dir.write("in.csv", csv);
        let line = format!("usage import in.csv --instance {current} --accept-changes");
        dir.yes(&line);
        let (file, last) = (format!("m{round}"), format!("last{round}"));
        let line = format!(
            "instance move --instance {current} --today {} --yes --out {file} --report {last}",
            day("03")
        );
        let yes = kill(&dir, &line, moment(round) * 4);
        assert!(!yes || dir.exists(&file), "round {round}");
        let state = || {
            let log = dir.yes(&format!("instance log --instance {current}"))["events"].clone();
            log.items().last().unwrap()["what"] == "instance_retired"
        };
        let retired = state();
        assert!(retired || !dir.exists(&file), "round {round}: two folders go on");
        if dir.exists(&last) {
            seen.take(&dir, &last);
        }
        if !dir.exists(&file) {
            dir.yes(&line);
            assert!(state());
        }
        seen.take(&dir, &last);
        let new = format!("n{round}");
        let line = format!("instance restore {file} --instance {new} --today {}", day("03"));
        // Where the file had to be written again, another one may have left: whoever knows says so.
        if dir.yes(&line)["state"] == "goes_back" {
            dir.yes(&format!("instance recover --none-since --yes --instance {new}"));
        }
        let old = std::mem::replace(&mut current, new);
        std::fs::remove_dir_all(dir.path(&old)).unwrap();
        std::fs::remove_file(dir.path(&file)).unwrap();
    }
    let made = i64::try_from(kills()).unwrap();
    assert!(seen.0.keys().copied().eq(1..=made), "{:?}", seen.0.keys());
}
