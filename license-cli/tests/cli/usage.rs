//! `airlock usage`: import, report, show.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use crate::common::{Dir, Run, data, tool, words};
use crate::json::Json;

/// Imports a sample into the instance.
fn import(name: &str) -> String {
    format!("usage import {} --instance inst --today 2027-01-01", data(name))
}

/// Returns the export of month 1 with another license key.
pub(crate) fn export_with_key(key: &str) -> String {
    let month = std::fs::read_to_string(data("license_usage_month1.csv")).unwrap();
    let rest = &month[month.find("\"\nEmail,").unwrap()..];
    format!("License Key,\"{key}{rest}")
}

fn report(today: &str, file: &str) -> String {
    format!("usage report --anyway --instance inst --today {today} --out {file}")
}

/// Starts the command without waiting for it.
fn start(dir: &Dir, line: &str) -> Child {
    dir.command(&words(line)).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Stops a command after this time, by kill -9 or as Ctrl-C does.
fn stop(dir: &Dir, mut child: Child, after: Duration, kill: bool) {
    thread::sleep(after);
    if kill {
        child.kill().unwrap();
    } else {
        tool("sh", "dash", &["-c", &format!("kill -INT {}", child.id())], dir.root());
    }
    child.wait().unwrap();
}

/// Returns the figures that the ledger holds, as a report would tell them.
fn held(dir: &Dir, today: &str) -> Json {
    let line = format!("usage report --instance inst --today {today} --accept-clock --dry-run");
    dir.yes(&line)["days"].clone()
}

#[test]
fn every_sample_export_is_read_or_refused() {
    let figures = [
        ("license_usage.csv", 365, 365, 0),
        ("license_usage_month1.csv", 30, 30, 0),
        ("license_usage_month2.csv", 61, 61, 0),
        ("license_usage_month2_rewritten.csv", 61, 61, 0),
        ("license_usage_gaps.csv", 356, 359, 3),
        ("license_usage_crlf_bom.csv", 365, 365, 0),
    ];
    for (name, days, rows, repeated) in figures {
        let json = Dir::installed().yes(&import(name));
        assert_eq!(json["applied"], true, "{name}: {json:?}");
        assert_eq!(json["days"], days, "{name}: {json:?}");
        assert_eq!(json["rows"], rows, "{name}: {json:?}");
        assert_eq!(json["repeated"], repeated, "{name}: {json:?}");
        assert_eq!(json["added"], days, "{name}");
        assert_eq!(json["first_day"], "2025-11-01", "{name}");
        assert!(json["changed"].items().is_empty(), "{name}");
    }
    let dir = Dir::installed();
    let error = dir.failed(&import("license_usage_excel.csv"), "export_spreadsheet");
    assert!(error["message"].text().contains("line 25"));
    assert!(error["message"].text().contains("11/1/2025"));
    assert!(error["hint"].text().contains("spreadsheet"));
    dir.failed(&import("legacy.gitlab-license"), "export_unknown");
}

#[test]
fn a_mail_is_no_history_anywhere() {
    let dir = Dir::installed();
    dir.write("mail.txt", "Hello, I would like a license please.\n");
    dir.failed("usage import mail.txt --instance inst", "export_unknown");
    let check = "check n.airlock --trust root.pub --today 2025-11-01 --activate --users 1";
    dir.failed(&format!("{check} --history mail.txt"), "export_unknown");
    dir.failed(
        "reconcile mail.txt --license n.airlock --trust root.pub --today 2026-11-01",
        "export_unknown",
    );
}

/// A job that reads an export in each night would never notice that nothing comes: it ends with a
/// status that is seen, as an empty file does, in every form.
#[test]
fn an_export_without_a_figure_is_no_success_in_any_form() {
    let dir = Dir::installed();
    let head = "Email,ida.thorsen@nordhavn.example\nLicense Start Date,2025-11-01\nLicense End \
        Date,2026-11-01\nCompany,Nordhavn Shipyards A/S\nGenerated At,2025-11-10 06:00:00\n\"\",\
        \"\"\nDate,Billable User Count\n";
    let head = format!("License Key,\"the text of the old license\"\n{head}");
    for (name, content, says) in [
        ("plain.csv", "day,count\n".to_owned(), "no row below its head"),
        ("export.csv", head.clone(), "no row below its head"),
        ("none.csv", format!("{head}2025-11-01 12:00:03,\n"), "1 row and no figure in any"),
        ("rows.txt", " recorded_at | active_user_count \n---+---\n(0 rows)\n".to_owned(), "no row"),
        ("empty.csv", String::new(), "without a row"),
    ] {
        dir.write(name, content);
        let line = format!("usage import {name} --instance inst --today 2025-11-10");
        let failed = dir.failed(&line, "export_empty");
        assert!(failed["message"].text().contains(says), "{failed:?}");
        assert!(failed["hint"].text().contains("Export license usage file"), "{failed:?}");
    }
    // A history without a figure is one: its peak counts as 0, as in GitLab.
    let check = "check n.airlock --activate --users 81 --history plain.csv --trust root.pub";
    dir.run(&format!("{check} --today 2025-11-10")).ends(0);
}

/// One slip of typing would be billed: a figure far above the seats and above all others is asked
/// about, with the way to take it out.
#[test]
fn a_figure_far_above_the_seats_and_all_others_is_asked_about() {
    let warned = |told: &Json| told.has("warnings").then(|| told["warnings"].texts().join("\n"));
    let dir = Dir::installed();
    let record = |users: u32, day: &str| {
        dir.yes(&format!(
            "usage record --instance inst --users {users} --at {day} --today 2025-11-09"
        ))
    };
    // Over ten times the 100 seats; at ten times of 95 and of 100 it is not.
    assert_eq!(warned(&record(95, "2025-11-01")), None);
    assert_eq!(warned(&record(1_000, "2025-11-02")), None);
    dir.yes("usage drop --instance inst --from 2025-11-02 --until 2025-11-03 --reason test");
    let told = warned(&record(1_000_000, "2025-11-03")).unwrap();
    let slip = "2025-11-03 has 1000000 users now, over ten times the seats, 100, and every other \
                figure, at most 95: ";
    assert!(told.starts_with(slip), "{told}");
    // It says how it is corrected: as printed, and then the report has the right figure.
    let drop = "usage drop --from 2025-11-03 --until 2025-11-04 --reason TEXT --instance inst";
    assert!(told.contains(&format!("`airlock {drop}`")), "{told}");
    assert_eq!(warned(&record(999_999, "2025-11-03")), None, "nothing changes");
    // A second one is none the better for the first.
    dir.write("more.csv", "date,count\n2025-11-03,1000000\n2025-11-04,96\n2025-11-05,990000\n");
    let import = "usage import more.csv --instance inst --today 2025-11-09";
    let told = warned(&dir.yes(import)).unwrap();
    assert!(told.starts_with("2025-11-05 has 990000 users now") && !told.contains("11-03 has"));
    assert_eq!(warned(&dir.yes(import)), None, "nothing is new");
    dir.yes(drop);
    dir.yes("usage drop --instance inst --from 2025-11-05 --until 2025-11-06 --reason slip");
    assert_eq!(warned(&record(97, "2025-11-03")), None);
    assert_eq!(dir.yes("status --instance inst --today 2025-11-09")["peak"]["users"], 97);
    // Without a license the others alone say what is usual, and of nothing is nothing known.
    let fresh = Dir::new();
    let record = |users: u32, day: &str| {
        fresh.yes(&format!(
            "usage record --instance inst --users {users} --at {day} --today 2025-11-09"
        ))
    };
    assert_eq!(warned(&record(1_000_000, "2025-11-01")), None);
    fresh.yes("usage drop --instance inst --from 2025-11-01 --until 2025-11-02 --reason test");
    assert_eq!(warned(&record(90, "2025-11-01")), None);
    assert!(
        warned(&record(901, "2025-11-02")).unwrap().contains("over ten times every other figure")
    );
}

#[test]
fn reading_the_same_file_again_changes_nothing() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_month1.csv"));
    dir.unchanged(|| {
        let json = dir.yes(&import("license_usage_month1.csv"));
        assert_eq!(json["applied"], true);
        assert_eq!(json["added"], 0);
        assert_eq!(json["same"], 30);
        dir.run(&import("license_usage_month1.csv")).ends(0).says(&["0 days added, 30 the same"]);
    });
    let json = dir.yes(&import("license_usage_month2.csv"));
    assert_eq!(json["added"], 31);
    assert_eq!(json["same"], 30);
}

#[test]
fn a_file_that_contradicts_the_ledger_names_each_day_with_both_figures() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_month2.csv"));
    let json = dir.no(&import("license_usage_month2_rewritten.csv"));
    assert_eq!(json["applied"], false);
    assert_eq!(json["added"], 0);
    let change = &json["changed"].items()[0];
    assert_eq!(json["changed"].items().len(), 1);
    assert_eq!(change["day"], "2025-11-20");
    assert_eq!(change["held"], 83);
    assert_eq!(change["found"], 74);
    dir.run(&import("license_usage_month2_rewritten.csv")).ends(1).says(&[
        "2025-11-20",
        "83",
        "74",
        "--accept-changes",
        "NO",
    ]);
    assert!(held(&dir, "2025-12-01").items()[19]["users"] == 83);
    let json =
        dir.yes(&format!("{} --accept-changes", import("license_usage_month2_rewritten.csv")));
    assert_eq!(json["applied"], true);
    assert_eq!(json["changed"].items().len(), 1);
    assert!(held(&dir, "2025-12-01").items()[19]["users"] == 74);
}

#[test]
fn a_contradiction_keeps_the_new_days_out_too() {
    let dir = Dir::installed();
    dir.write("a.csv", "2025-11-01,10\n");
    dir.write("b.csv", "2025-11-01,9\n2025-11-02,12\n");
    dir.yes("usage import a.csv --instance inst");
    dir.no("usage import b.csv --instance inst");
    assert_eq!(held(&dir, "2025-11-03").items()[1]["users"], Json::Null);
}

#[test]
fn an_export_of_another_airlock_license_is_refused() {
    let dir = Dir::installed();
    dir.yes("license export --instance inst --today 2025-11-01 --out own.txt");
    dir.write("own.csv", export_with_key(&dir.text("own.txt")));
    dir.issue("--text");
    dir.write("other.csv", export_with_key(&dir.text("new.airlock")));
    let error = dir.refused("usage import other.csv --instance inst", "other_license");
    assert!(error["message"].text().contains(dir.show("n.airlock")["id"].text()), "{error:?}");
    dir.yes("usage import own.csv --instance inst");
    // A key of today's instances says nothing about Airlock licenses.
    let dir = Dir::new();
    dir.write(
        "own.csv",
        export_with_key(&Dir::installed().text("desk.pub").replace("PUBLIC KEY", "LICENSE")),
    );
    dir.yes("usage import own.csv --instance inst");
    dir.yes(&import("license_usage.csv"));
}

#[test]
fn a_plain_file_and_standard_input_are_read() {
    let dir = Dir::installed();
    let run = dir.run_with(
        "usage import - --instance inst --json",
        b"date,users\n2025-11-02,7\n2025-11-01,5\n2025-11-02,9\n2025-11-03,\n",
    );
    let json = run.yes();
    assert_eq!(json["days"], 2, "{json:?}");
    assert_eq!(json["rows"], 4, "{json:?}");
    assert_eq!(json["empty"], 1, "{json:?}");
    assert_eq!(json["repeated"], 1, "{json:?}");
    let days: Vec<Json> =
        held(&dir, "2025-11-04").items().iter().map(|day| day["users"].clone()).collect();
    assert_eq!(days, [Json::Number(5), Json::Number(9), Json::Null]);
}

#[test]
fn the_largest_of_several_counts_of_a_day_is_recorded() {
    let dir = Dir::installed();
    let record = |users: u32, more: &str| {
        dir.yes(&format!("usage record --instance inst --users {users} {more}"))
    };
    let day = "--today 2025-11-01";
    let cases =
        [(90, Json::Null, true), (95, Json::Number(90), true), (95, Json::Number(95), false)];
    for (users, before, changed) in cases {
        let json = record(users, day);
        assert_eq!((json["held"].clone(), json["changed"] == true), (before, changed), "{users}");
    }
    dir.unchanged(|| assert_eq!(record(94, day)["held"], 95));
    assert!(held(&dir, "2025-11-02").items()[0]["users"] == 95);
    dir.run("instance log --instance inst")
        .ends(0)
        .says(&["usage_recorded: 2025-11-01: 90", "usage_recorded: 2025-11-01: 95, held 90"]);
}

#[test]
fn a_count_is_recorded_on_its_day_in_utc() {
    let dir = Dir::installed();
    let table = [
        ("2025-11-05", "2025-11-05"),
        ("2025-11-06T08:59:59+09:00", "2025-11-05"),
        ("'2025-11-05 23:59:59-10'", "2025-11-06"),
        ("'2025-11-05 12:00:00 UTC'", "2025-11-05"),
        ("2025-11-08T00:00:00Z", "2025-11-08"),
    ];
    for (at, day) in table {
        let line = format!("usage record --instance inst --users 9 --today 2025-11-07 --at {at}");
        assert_eq!(dir.yes(&line)["day"], day, "{at}");
    }
    let record = "usage record --instance inst --users 9 --today 2025-11-07 --at";
    dir.failed(&format!("{record} 2025-11-09"), "export_future");
    for wrong in ["2025-11-31", "noon", "2025-11-05T12:00:00", "1762300000"] {
        dir.failed(&format!("{record} {wrong}"), "options");
    }
    dir.failed("usage record --instance inst --users 16777216", "options");
    dir.failed("usage record --instance inst", "options");
}

#[test]
fn what_an_export_holds_beside_its_figures_is_told() {
    let dir = Dir::installed();
    let month = std::fs::read_to_string(data("license_usage_month1.csv")).unwrap();
    let (head, rows) = month.split_once("Date,Billable User Count\n").unwrap();
    let rows: String = rows.lines().map(|row| format!("{row},duo 7\n")).collect();
    dir.write("wide.csv", format!("{head}Date,Billable User Count,Add-on Metrics\n{rows}"));
    let read = dir.yes("usage import wide.csv --instance inst --today 2027-01-01");
    assert_eq!((read["days"].clone(), read["added"].clone()), (Json::Number(30), Json::Number(30)));
    let beside = &read["beside"].items()[0];
    assert!(beside["name"] == "Add-on Metrics" && beside["last"] == "\"duo 7\"", "{read:?}");
    dir.run("usage import wide.csv --instance inst --today 2027-01-01")
        .ends(0)
        .says(&["passed over: \"Add-on Metrics\", 30 texts, the last \"duo 7\""]);
    dir.write(
        "usage.json",
        r#"{"usage": [{"date": "2025-11-01", "billable_user_count": 81}], "checksum": "ab"}"#,
    );
    let read = dir.yes("usage import usage.json --instance inst --today 2027-01-01");
    assert_eq!((read["same"].clone(), read["added"].clone()), (Json::Number(1), Json::Number(0)));
    assert!(read["beside"].items()[0]["name"] == "checksum", "{read:?}");
    dir.write("usage.json", r#"{"usage": [{"date": "2028-11-01", "billable_user_count": 8}]}"#);
    let error =
        dir.failed("usage import usage.json --instance inst --today 2027-01-01", "export_future");
    assert!(error["message"].text().contains("entry 1 of the daily series"), "{error:?}");
}

#[test]
fn damaged_exports_name_the_line() {
    let dir = Dir::installed();
    let month = std::fs::read_to_string(data("license_usage_month1.csv")).unwrap();
    let cases = [
        (month.trim_end().to_owned(), "export_cut"),
        (month[..month.len() - 12].to_owned(), "export_cut"),
        (month.replace("2025-11-20 12:", "2025-13-20 12:"), "export_time"),
        (month.replace(",83\n", ",8 3\n"), "export_count"),
        (month.replace(",83\n", ",-83\n"), "export_count"),
        (month.replace(",83\n", ",16777216\n"), "export_count"),
        (month.replace("Company,", "Firm,"), "export_header"),
        (month.replace("2025-11-20 12:", "2029-11-20 12:"), "export_term"),
        (String::new(), "export_empty"),
        ("2025-11-01;81\n".to_owned(), "export_spreadsheet"),
    ];
    for (text, code) in cases {
        dir.write("bad.csv", &text);
        let error = dir.failed("usage import bad.csv --instance inst", code);
        assert_ne!(error["hint"], Json::Null, "{error:?}");
        assert!(error["message"].text().starts_with("bad.csv: "), "{error:?}");
    }
}

#[test]
fn a_report_covers_every_day_of_the_term_through_yesterday() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage.csv"));
    let json = dir.yes(&report("2026-11-01", "n.usage"));
    assert_eq!(json["kind"], "usage");
    assert_eq!(json["path"], "n.usage");
    let sum = tool("sha256sum", "coreutils", &["n.usage"], dir.root());
    assert_eq!(
        String::from_utf8(sum.stdout).unwrap().split(' ').next().unwrap(),
        json["sha256"].text()
    );
    assert!(dir.read("n.usage").len() <= 360);
    let shown = dir.yes("usage show n.usage");
    let claims = &shown["claims"];
    assert_eq!(claims["number"], 1);
    assert_eq!(claims["first_day"], "2025-11-01");
    assert_eq!(claims["last_day"], "2026-10-31");
    assert!(!claims.has("previous"));
    assert_eq!(
        (shown["id"].clone(), claims["license"].clone()),
        (json["id"].clone(), dir.show("n.airlock")["id"].clone())
    );
    let days = shown["days"].items();
    assert_eq!(days.len(), 365);
    assert_eq!(days[0]["users"], 81);
    assert_eq!(days[364]["users"], 109);
    assert_eq!(days[364]["day"], "2026-10-31");
    dir.run("usage show n.usage")
        .ends(0)
        .says(&["365 days with a figure, 0 without; at most 112 users, on 2026-10-18"]);
    dir.run(&report("2026-11-01", "m.usage"))
        .ends(0)
        .says(&["wrote m.usage: usage ", "report before"]);
}

#[test]
fn days_without_data_stay_missing() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_gaps.csv"));
    dir.yes(&report("2026-11-04", "n.usage"));
    let shown = dir.yes("usage show n.usage");
    let missing: Vec<&str> = shown["days"]
        .items()
        .iter()
        .filter(|day| day["users"] == Json::Null)
        .map(|day| day["day"].text())
        .collect();
    assert_eq!(missing.len(), 12, "{missing:?}");
    assert_eq!(missing[9..], ["2026-11-01", "2026-11-02", "2026-11-03"]);
    let bill = dir.no("reconcile n.usage --license n.airlock --trust root.pub");
    assert_eq!(bill["days_missing"].texts(), missing[..9]);
    assert_eq!(bill["days_outside"].texts(), missing[9..]);
    assert!(bill["days_with_data"] == 356);
    dir.run("usage show n.usage").ends(0).says(&["356 days with a figure, 12 without", " - "]);
}

#[test]
fn a_report_without_any_figure_is_all_missing_days() {
    let dir = Dir::installed();
    dir.yes(&report("2025-11-03", "n.usage"));
    assert!(
        dir.yes("usage show n.usage")["days"].items().iter().all(|day| day["users"] == Json::Null)
    );
}

#[test]
fn the_second_report_names_the_first() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_month1.csv"));
    let first = dir.yes(&report("2025-12-01", "1.usage"));
    dir.yes(&import("license_usage_month2.csv"));
    dir.yes(&report("2026-01-01", "2.usage"));
    let claims = dir.yes("usage show 2.usage")["claims"].clone();
    assert_eq!(claims["number"], 2);
    assert_eq!(claims["first_day"], "2025-11-01");
    assert_eq!(claims["last_day"], "2025-12-31");
    assert_eq!(claims["previous"], first["id"]);
}

#[test]
fn a_dry_run_prints_exactly_what_then_leaves_and_keeps_nothing() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_month1.csv"));
    let line = "usage report --instance inst --today 2025-12-01 --dry-run";
    let dry = dir.unchanged(|| dir.yes(line));
    let again = dir.unchanged(|| dir.yes(line));
    assert_eq!(dry, again);
    dir.unchanged(|| {
        dir.run(line)
            .ends(0)
            .says(&[dry["sha256"].text(), "nothing was written or kept", "83"])
            .status
    });
    let left = dir.yes(&report("2025-12-01", "n.usage"));
    assert_eq!((&dry["sha256"], &dry["bytes"]), (&left["sha256"], &left["bytes"]));
    let hex: String = dir.read("n.usage").iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(dry["document"].text(), hex);
    for private in ["Nordhavn", "ida", "Ida"] {
        assert!(!String::from_utf8_lossy(&dir.read("n.usage")).contains(private), "{private}");
    }
}

#[test]
fn a_report_that_is_refused_is_not_kept() {
    let dir = Dir::installed();
    dir.failed(&report("2025-11-01", "x.usage"), "report_too_early");
    dir.failed(&report("2025-10-01", "x.usage"), "report_too_early");
    dir.yes(&import("license_usage_month1.csv"));
    dir.write("n.usage", "old");
    dir.failed(&report("2025-12-01", "n.usage"), "output_exists");
    dir.failed(&report("2025-12-01", "no/such/n.usage"), "output_parent");
    dir.failed(&report("2025-12-01", "inst"), "output_directory");
    dir.failed(&report("2025-11-01", "x.usage"), "clock_behind");
    dir.failed("usage report --instance inst --dry-run --out x.usage", "options");
    dir.failed("usage report --instance inst --dry-run --text", "options");
    dir.failed("usage report --instance inst --dry-run --force", "options");
    dir.yes(&format!("{} --force", report("2025-12-01", "n.usage")));
    assert!(dir.yes("usage show n.usage")["claims"]["number"] == 1);
}

#[test]
fn a_report_that_was_not_placed_is_given_again_byte_for_byte() {
    let dir = Dir::installed();
    dir.write("a.csv", "2025-11-01,10\n");
    dir.write("b.csv", "2025-11-01,50\n2025-11-02,60\n");
    dir.yes("usage import a.csv --instance inst");
    let error =
        dir.run(&format!("{} --json", report("2025-11-02", "/dev/full"))).error(2, "disk_full");
    assert!(
        error["hint"].text().ends_with("; the report is kept, and is given again byte for byte"),
        "{error:?}"
    );
    // The figures change, and the number does not speak of others.
    dir.yes("usage import b.csv --instance inst --accept-changes");
    let dry = dir.yes("usage report --instance inst --today 2025-12-01 --dry-run");
    assert_eq!(dry["again"], true, "{dry:?}");
    assert_eq!(dry["days"].items()[0]["users"], 10, "{dry:?}");
    let again = dir.yes(&report("2025-12-01", "1.usage"));
    assert_eq!(again["again"], true);
    assert!(again["warnings"].texts()[0].contains("byte for byte"));
    assert_eq!((&again["sha256"], &again["bytes"]), (&dry["sha256"], &dry["bytes"]));
    let second = dir.yes(&report("2025-12-01", "2.usage"));
    assert_eq!(second["again"], false, "{second:?}");
    let warnings = second["warnings"].texts();
    assert_eq!(warnings, ["reported as missing: 28 days: 2025-11-03 to 2025-11-30 [report_gaps]"]);
    let claims = |file: &str| dir.yes(&format!("usage show {file}"))["claims"].clone();
    assert_eq!(claims("1.usage")["number"], 1);
    assert_eq!(claims("1.usage")["last_day"], "2025-11-01");
    assert_eq!(claims("2.usage")["number"], 2);
    assert_eq!(claims("2.usage")["last_day"], "2025-11-30");
    assert_eq!(claims("2.usage")["previous"], again["id"]);
}

#[test]
fn a_report_that_waits_goes_on_waiting_behind_an_older_one_of_the_desk() {
    let dir = Dir::installed();
    dir.write("a.csv", "2025-11-01,10\n2025-11-02,60\n");
    dir.yes("usage import a.csv --instance inst");
    dir.yes(&report("2025-11-02", "1.usage"));
    dir.run(&format!("{} --json", report("2025-11-03", "/dev/full"))).error(2, "disk_full");
    let answer = dir.yes("instance recover --after 1.usage --instance inst");
    assert_eq!(answer["changed"], false);
    let again = dir.yes(&report("2025-11-03", "2.usage"));
    assert!(again["again"] == true, "{again:?}");
    assert!(dir.yes("usage show 2.usage")["claims"]["number"] == 2);
}

#[test]
fn a_report_that_waits_is_none_that_was_made() {
    let dir = Dir::new();
    dir.issue(
        "--request n.request --set report_reminder_days=45 --previous-users 100 \
        --out due.airlock",
    );
    dir.yes("license install due.airlock --instance inst --users 81 --today 2025-11-01");
    dir.run(&format!("{} --json", report("2025-12-19", "/dev/full"))).error(2, "disk_full");
    let due = |dir: &Dir| {
        let line = "check --instance inst --today 2025-12-19 --users 81 --fail-on notify_admins";
        dir.run(&format!("{line} --json")).status == Some(1)
    };
    assert!(due(&dir));
    assert!(dir.yes("instance log --instance inst")["waiting_report"] == 1);
    dir.run("instance log --instance inst").ends(0).says(&["report 1 waits"]);
    dir.yes(&report("2025-12-19", "1.usage"));
    assert!(!due(&dir));
    assert_eq!(dir.yes("instance log --instance inst")["waiting_report"], Json::Null);
}

/// As after a kill between placing the file and saying so.
#[test]
fn a_report_whose_file_is_there_already_is_taken_as_placed() {
    let dir = Dir::installed();
    dir.run(&format!("{} --json", report("2025-12-01", "/dev/full"))).error(2, "disk_full");
    let waiting = dir.yes("usage report --instance inst --today 2025-12-01 --dry-run");
    let bytes = hex::decode(waiting["document"].text()).unwrap();
    dir.write("other.usage", [&bytes[..], b"x"].concat());
    dir.failed(&report("2025-12-01", "other.usage"), "output_exists");
    dir.write("1.usage", &bytes);
    assert!(dir.yes(&report("2025-12-01", "1.usage"))["again"] == true);
    assert_eq!(dir.yes("instance log --instance inst")["waiting_report"], Json::Null);
    dir.failed(&report("2025-12-01", "1.usage"), "output_exists");
}

#[test]
fn an_export_of_another_company_is_asked_about() {
    let dir = Dir::installed();
    let month = std::fs::read_to_string(data("license_usage_month1.csv")).unwrap();
    let company = month.lines().find(|line| line.starts_with("Company,")).unwrap();
    dir.write("other.csv", month.replace(company, "Company,Somebody Else Ltd"));
    let line = "usage import other.csv --instance inst --today 2027-01-01";
    let error = dir.unchanged(|| dir.failed(line, "not_confirmed"));
    assert!(error["message"].text().contains("Somebody Else Ltd"), "{error:?}");
    let read = dir.yes(&format!("{line} --yes"));
    assert!(read["warnings"].items()[0].text().contains("[history_of_other]"), "{read:?}");
    assert_eq!(read["added"], 30);
}

#[test]
fn a_report_needs_a_license() {
    let dir = Dir::new();
    dir.failed(&report("2025-12-01", "x.usage"), "no_license");
}

#[test]
fn a_report_goes_to_standard_output_and_the_answer_beside_it() {
    let dir = Dir::installed();
    let run = dir.run(&format!("{} --json", report("2025-12-01", "-")));
    let answer = run.answer_beside_the_file();
    dir.write("n.usage", &run.out);
    assert_eq!(dir.yes("usage show n.usage")["id"], answer["id"]);
}

#[test]
fn a_report_is_shown_only_if_its_signature_holds() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage.csv"));
    dir.yes(&report("2026-11-01", "n.usage"));
    let mut altered = dir.read("n.usage");
    altered[200] ^= 1;
    dir.write("altered.usage", altered);
    dir.refused("usage show altered.usage", "bad_signature");
    dir.refused("reconcile altered.usage --license n.airlock --trust root.pub", "bad_signature");
}

#[test]
fn eight_reports_at_once_are_all_given_and_no_number_says_two_things() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_month1.csv"));
    let children: Vec<Child> = (0..8)
        .map(|n| start(&dir, &format!("{} --json", report("2025-12-01", &format!("{n}.usage")))))
        .collect();
    for child in children {
        Run::of("usage report", child.wait_with_output().unwrap()).yes();
    }
    let mut numbers = BTreeMap::new();
    for n in 0..8 {
        let file = format!("{n}.usage");
        let number = dir.yes(&format!("usage show {file}"))["claims"]["number"].number();
        let content = numbers.entry(number).or_insert_with(|| dir.read(&file));
        assert_eq!(*content, dir.read(&file), "{number}");
    }
    let last = i64::try_from(numbers.len()).unwrap();
    assert!(numbers.into_keys().eq(1..=last));
}

#[test]
fn a_killed_import_is_whole_or_absent() {
    for microseconds in (0..24).map(|step| step * 500) {
        let dir = Dir::installed();
        let child = start(&dir, &import("license_usage.csv"));
        stop(&dir, child, Duration::from_micros(microseconds), microseconds % 1000 == 0);
        let verdict = dir.yes("check --instance inst --users 1 --today 2026-10-31");
        let days = held(&dir, "2026-11-01")
            .items()
            .iter()
            .filter(|day| day["users"] != Json::Null)
            .count();
        assert!(days == 0 || days == 365, "{days} days after {microseconds} us");
        assert_eq!(verdict["users_max"].number(), if days == 0 { 0 } else { 112 });
        dir.yes(&import("license_usage.csv"));
    }
}

#[test]
fn a_killed_report_leaves_a_readable_ledger_and_no_part_of_a_file() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_month1.csv"));
    let mut expected = 1;
    for step in 0..24 {
        let child = start(&dir, &report("2025-12-01", "x.usage"));
        stop(&dir, child, Duration::from_micros(step * 400), step % 2 == 0);
        if dir.exists("x.usage") {
            // Written whole; kept, or to be made again with the same number.
            let number = dir.yes("usage show x.usage")["claims"]["number"].number();
            assert_eq!(number, expected);
            std::fs::remove_file(dir.path("x.usage")).unwrap();
        }
        let next = dir.yes("usage report --instance inst --today 2025-12-01 --dry-run")["claims"]["number"].number();
        assert!(next == expected || next == expected + 1, "{next} after {expected}");
        expected = next;
    }
    dir.yes(&report("2025-12-01", "last.usage"));
}

#[test]
fn wrong_options_of_usage() {
    let dir = Dir::installed();
    for wrong in [
        "usage",
        "usage import",
        "usage import a b",
        "usage show",
        "usage show a b",
        "usage import x --accept",
        "usage report --out x --today 1.1.2026",
    ] {
        dir.failed(wrong, "options");
    }
    dir.failed("usage import none.csv --instance inst", "input_missing");
    dir.failed("usage show none.usage", "input_missing");
}

/// A report has room for 3,660 days: what lies before them is named.
#[test]
fn a_term_that_is_longer_than_a_report_is_said_to_be() {
    let dir = Dir::new();
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name Long --from 2025-01-01 --until \
         2027-01-01 --max-days 5000 --today 2025-01-01 --out long.issuer",
    );
    dir.yes(
        "license issue --key desk.key --issuer long.issuer --trust root.pub --policy \
         gitlab-legacy --request n.request --from 2025-11-01 --until 2037-11-01 --previous-users \
         100 --today 2025-10-20 --out long.airlock --yes",
    );
    dir.yes("license install long.airlock --instance inst --users 81 --today 2025-11-01");
    let report =
        |today: &str| dir.yes(&format!("usage report --instance inst --today {today} --dry-run"));
    let said = |answer: &Json| {
        let warned = answer.keys().contains(&"warnings");
        if warned { answer["warnings"].texts().concat() } else { String::new() }
    };
    // 2035-11-09 is 3,660 days after the first day.
    assert!(!said(&report("2035-11-09")).contains("has room for"));
    let later = said(&report("2035-11-10"));
    assert!(later.contains("2025-11-01 to 2025-11-01"), "{later}");
    assert!(later.contains("3660 days"), "{later}");
}

/// A report as it is made without `--anyway`.
fn plain_report(day: &str, more: &str) -> String {
    format!("usage report --instance inst --today {day} {more}")
}

#[test]
fn a_report_without_out_is_named_after_what_it_says() {
    let dir = Dir::installed();
    dir.write("days.csv", "2025-11-01,81\n2025-11-02,82\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-03");
    let first = "nordhavn-shipyards-a-s_5f0a2f6e_2025-11-01_2025-11-02_report-1.usage";
    assert_eq!(dir.yes(&plain_report("2025-11-03", ""))["path"], first);
    assert_eq!(dir.show(first)["claims"]["number"], 1);
    dir.write("days.csv", "2025-11-03,81\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-04");
    let second = "nordhavn-shipyards-a-s_5f0a2f6e_2025-11-01_2025-11-03_report-2.usage.txt";
    // What stands under the name is not replaced, and nothing is made.
    dir.write(second, "something else");
    let text = plain_report("2025-11-04", "--text");
    dir.failed(&text, "output_exists");
    assert_eq!(dir.yes("usage log --instance inst")["reports"].items().len(), 1);
    assert_eq!(dir.yes(&format!("{text} --force"))["path"], second);
    assert!(dir.text(second).starts_with("-----BEGIN AIRLOCK USAGE"), "{}", dir.text(second));
}

#[test]
fn a_report_without_a_new_figure_is_refused() {
    let dir = Dir::installed();
    let refused = |day: &str, said: &str| {
        let error = dir.refused(&plain_report(day, "--out r.usage"), "no_new_figure");
        assert!(error["message"].text().contains(said), "{error:?}");
        assert!(error["hint"].text().contains("`airlock usage import FILE --instance inst`"));
    };
    refused("2025-11-03", "the ledger holds no figure from 2025-11-01 to 2025-11-02");
    dir.write("days.csv", "2025-11-01,81\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-03");
    assert_eq!(dir.yes(&plain_report("2025-11-03", "--dry-run"))["nothing_new"], false);
    dir.yes(&plain_report("2025-11-03", "--out 1.usage"));
    refused("2025-12-03", "no figure has come in since report 1, which ended with 2025-11-02");
    let dry = dir.yes(&plain_report("2025-12-03", "--dry-run"));
    assert_eq!(dry["nothing_new"], true);
    assert!(dry["warnings"].texts().last().unwrap().contains("refuses that without `--anyway`"));
    // A corrected figure is news, and so is a day that is read in late.
    dir.write("days.csv", "2025-11-01,82\n");
    dir.yes("usage import days.csv --instance inst --accept-changes --today 2025-12-03");
    dir.yes(&plain_report("2025-12-03", "--out 2.usage"));
    refused("2026-01-03", "since report 2");
    dir.yes("usage record --users 3 --at 2025-11-02 --instance inst --today 2026-01-03");
    dir.yes(&plain_report("2026-01-03", "--out 3.usage"));
    refused("2026-02-03", "since report 3");
    dir.yes(&plain_report("2026-02-03", "--out 4.usage --anyway"));
    assert_eq!(dir.show("4.usage")["claims"]["number"], 4);
}

#[test]
fn missing_days_are_named_and_the_last_days_told() {
    let dir = Dir::installed();
    dir.write("days.csv", "2025-11-01,81\n2025-11-03,82\n2025-11-06,82\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-08");
    let made = dir.yes(&plain_report("2025-11-08", "--out 1.usage"));
    let told = "reported as missing: 4 days: 2025-11-02, 2025-11-04 to 2025-11-05, 2025-11-07 \
                [report_gaps]";
    assert_eq!(made["warnings"].texts(), [told]);
    let from: Vec<&str> = made["missing"].items().iter().map(|it| it["from"].text()).collect();
    assert_eq!(from, ["2025-11-02", "2025-11-04", "2025-11-07"]);
    let last = |day: &str| {
        let made = dir.yes(&format!("{} --anyway --force", plain_report(day, "--out x.usage")));
        made["warnings"].texts().iter().any(|it| it.contains("2026-10-31 is the term's last day"))
    };
    let days = ["2026-10-24", "2026-10-25", "2026-10-31", "2026-11-01"];
    assert_eq!(days.map(last), [false, true, true, false]);
}

#[test]
fn what_left_is_listed_with_its_hash() {
    let dir = Dir::installed();
    dir.run("usage log --instance inst").ends(0).says(&["no report was made yet"]);
    dir.write("days.csv", "2025-11-01,81\n2025-11-02,112\n");
    dir.yes("usage import days.csv --instance inst --today 2025-11-03");
    let made = dir.yes(&plain_report("2025-11-03", "--out 1.usage"));
    dir.run(&format!("{} --anyway", plain_report("2025-12-03", "--out /dev/full"))).ends(2);
    let reports = dir.yes("usage log --instance inst")["reports"].clone();
    let [first, second] = reports.items() else { panic!("{reports:?}") };
    assert_eq!((&first["sha256"], &first["id"]), (&made["sha256"], &made["id"]));
    assert!(first["first_day"] == "2025-11-01" && first["last_day"] == "2025-11-02", "{first:?}");
    assert!(first["state"] == "placed" && second["state"] == "waiting", "{reports:?}");
    let sum = tool("sha256sum", "coreutils", &["1.usage"], dir.root());
    let sum = String::from_utf8(sum.stdout).unwrap();
    dir.run("usage log --instance inst").ends(0).says(&[
        &format!("  sha256  {}\n", sum.split(' ').next().unwrap()),
        &format!("  id      {}\n", made["id"].text()),
        "report 1, 2025-11-01 to 2025-11-02, made ",
        "2 days with a figure; at most 112 users, on 2025-11-02",
        "; it waits: `airlock usage report --instance inst` gives it",
    ]);
}

#[test]
fn what_would_leave_is_drawn_against_the_seats() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage.csv"));
    let run = dir.run(&plain_report("2026-11-01", "--dry-run"));
    let text = run.ends(0).text();
    run.says(&["P is the peak, 112 on 2026-10-18; = seats, 100; - tolerated, 110; a\n"]);
    let drawn: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("  by day:")).collect();
    assert!(drawn.iter().all(|line| line.is_ascii() && line.len() <= 80), "{text}");
    let peak = drawn.iter().find(|line| line.trim_start().starts_with("112 |")).unwrap();
    assert!(peak.contains('P') && !peak.contains('-'), "{text}");
}

/// A figure that was taken out is something to report: else the vendor goes on with it.
#[test]
fn a_figure_that_was_taken_out_is_something_new() {
    let dir = Dir::installed();
    dir.write("h.csv", "2025-11-01,90\n2025-11-02,9000\n2025-11-03,90\n");
    dir.yes("usage import h.csv --instance inst --today 2025-11-04");
    dir.yes("usage report --instance inst --today 2025-11-04 --out 1.usage");
    let next = "usage report --instance inst --today 2025-11-04 --out 2.usage";
    dir.refused(next, "no_new_figure");
    let drop = "usage drop --instance inst --from 2025-11-02 --until 2025-11-03 --reason slip";
    dir.yes(&format!("{drop} --yes"));
    dir.yes(next);
}

/// A clock that stands before what the ledger knows puts no figure on the day that it shows.
#[test]
fn a_clock_that_is_behind_records_nothing_unless_the_day_is_named() {
    let dir = Dir::installed();
    let record = "usage record --instance inst --users 60";
    dir.yes(&format!("{record} --today 2025-11-06"));
    dir.yes("usage report --instance inst --today 2025-11-07 --out 1.usage");
    for today in ["2025-11-05", "2020-01-01"] {
        let failed = dir.failed(&format!("{record} --today {today}"), "clock_behind");
        assert!(failed["hint"].text().contains("`--at DAY`"), "{failed:?}");
    }
    dir.yes(&format!("{record} --today 2025-11-05 --at 2025-11-05"));
    dir.yes(&format!("{record} --today 2025-11-07"));
}

/// The ledger with one figure that was noted by hand, 45 on 2025-11-02, and an import of the day
/// before.
fn noted() -> Dir {
    let dir = Dir::installed();
    dir.write("n.csv", "date,count\n2025-11-01,44\n");
    dir.yes("usage import n.csv --instance inst --today 2025-11-02");
    dir.yes("usage record --users 45 --at 2025-11-02 --instance inst --today 2025-11-02");
    dir
}

fn nightly(dir: &Dir, days: &str) -> String {
    dir.write("n.csv", format!("date,count\n{days}"));
    "usage import n.csv --instance inst --today 2025-11-06".to_owned()
}

/// Of a day the largest figure stays, until a report has told it.
#[test]
fn a_larger_figure_of_a_day_that_no_report_has_told_is_taken_and_said() {
    let dir = noted();
    let line = nightly(&dir, "2025-11-01,44\n2025-11-02,46\n2025-11-03,46\n");
    let run = dir.run(&line);
    run.ends(0).says(&[
        "  2025-11-02 raised: the ledger held 45, the file says 46\n",
        "  1 day added, 1 the same as before, 1 raised, 0 replaced\n",
    ]);
    let told = dir.yes(&line);
    assert!(told["same"] == 3 && told["raised"].items().is_empty(), "{told:?}");
    dir.run("instance log --instance inst").ends(0).says(&[
        "day_raised: 2025-11-02: held 45, found 46 in n.csv",
        "n.csv: added 1, same 1, raised 1, changed 0",
    ]);
    // A smaller one than an import has brought is a change of history, and so is any other one of
    // a day that a report has told.
    let smaller = dir.no(&nightly(&dir, "2025-11-03,45\n"));
    assert_eq!(smaller["changed"].items().len(), 1);
    dir.yes("usage report --instance inst --today 2025-11-04 --out 1.usage");
    let larger = dir.no(&nightly(&dir, "2025-11-01,47\n2025-11-04,47\n"));
    assert!(larger["changed"].items().len() == 1 && larger["applied"] == false, "{larger:?}");
    let accepted = dir.yes(&format!("{} --accept-changes", nightly(&dir, "2025-11-01,47\n")));
    assert_eq!(accepted["changed"].items().len(), 1);
}

/// A smaller figure than one that was noted by hand leaves that as it is, also once it is reported:
/// a nightly import goes on.
#[test]
fn a_figure_that_was_noted_stays_beside_a_smaller_one() {
    let dir = noted();
    let days = "2025-11-01,44\n2025-11-02,44\n2025-11-03,44\n";
    dir.run(&nightly(&dir, days)).ends(0).says(&[
        "  2025-11-02 stays 45, as `usage record` noted it: the file says 44\n",
        "  1 day added, 1 the same as before, 1 kept as it was noted, 0 replaced\n",
    ]);
    let told = dir.yes(&nightly(&dir, days));
    let kept = &told["kept"].items()[0];
    assert!(kept["held"] == 45 && kept["found"] == 44 && kept["day"] == "2025-11-02", "{told:?}");
    dir.yes("usage report --instance inst --today 2025-11-04 --out 1.usage");
    assert_eq!(dir.yes(&nightly(&dir, days))["applied"], true);
    // If it is the hand that was wrong, the file's figure is accepted, and is no noted one then.
    dir.yes(&format!("{} --accept-changes", nightly(&dir, days)));
    assert_eq!(dir.no(&nightly(&dir, "2025-11-02,43\n"))["changed"].items().len(), 1);
}

/// A report without any figure says nothing, whatever was taken out.
#[test]
fn a_report_of_which_all_was_taken_out_is_refused() {
    let dir = Dir::installed();
    dir.write("n.csv", "date,count\n2025-11-01,44\n2025-11-02,46\n2025-11-03,46\n");
    dir.yes("usage import n.csv --instance inst --today 2025-11-04");
    dir.yes("usage report --instance inst --today 2025-11-04 --out 1.usage");
    let drop = "usage drop --instance inst --from 2025-11-01 --until 2025-11-04 --reason wrong";
    // Days that were reported are taken out with a yes alone.
    let asked = dir.unchanged(|| dir.failed(drop, "not_confirmed"));
    let what = "The figures of 3 days: 2025-11-01 to 2025-11-03 would be taken out, of which a \
                report has told 3 days.";
    assert!(asked["message"].text().starts_with(what), "{asked:?}");
    dir.run(&format!("{drop} --yes")).ends(0).says(&[
        "3 days taken out: wrong\n  2025-11-01 to 2025-11-03 held 44 to 46\n  kept in the log",
    ]);
    let report = "usage report --instance inst --today 2025-11-04 --out 2.usage";
    let refused = dir.refused(report, "no_new_figure");
    assert!(refused["message"].text().contains("no figure from 2025-11-01 to 2025-11-03"));
    dir.yes(&format!("{report} --anyway"));
}

/// More than a month is not taken out in passing, whether it was reported or not.
#[test]
fn more_than_a_month_is_taken_out_with_a_yes() {
    let dir = Dir::installed();
    dir.yes(&import("license_usage_month2.csv"));
    let drop = |until: &str| {
        format!("usage drop --instance inst --from 2025-11-01 --until {until} --reason wrong")
    };
    let asked = dir.failed(&drop("2025-12-03"), "not_confirmed");
    assert!(asked["message"].text().starts_with("The figures of 32 days: "), "{asked:?}");
    assert_eq!(dir.yes(&drop("2025-12-02"))["dropped"].items().len(), 31);
}

/// A moment is typed to the minute as well.
#[test]
fn a_count_is_recorded_with_a_time_without_seconds() {
    let dir = Dir::installed();
    for (at, day) in [
        ("2025-11-02 23:30", "2025-11-02"),
        ("2025-11-02 23:30-05", "2025-11-03"),
        ("2025-11-02T23:30Z", "2025-11-02"),
    ] {
        let line = format!("usage record --users 81 --at '{at}' --instance inst");
        assert_eq!(dir.yes(&format!("{line} --today 2025-11-05"))["day"], day, "{at}");
    }
    dir.failed("usage record --users 81 --at '2025-11-02 24:30' --instance inst", "options");
}
