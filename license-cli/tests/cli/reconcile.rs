//! `airlock reconcile`

use crate::common::{Dir, data};
use crate::json::Json;
use crate::usage::export_with_key;

const RECONCILE: &str = "reconcile n.usage --license n.airlock --trust root.pub --today 2026-11-01";

/// A folder with a report of the whole sample term, n.usage.
fn reported() -> Dir {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage.csv")
    ));
    dir.yes("usage report --anyway --instance inst --today 2026-11-01 --out n.usage");
    dir
}

fn codes(json: &Json) -> Vec<&str> {
    json["findings"].items().iter().map(|finding| finding["code"].text()).collect()
}

#[test]
fn an_authentic_report_gives_the_bill() {
    let dir = reported();
    let bill = dir.yes(RECONCILE);
    for key in [
        "format",
        "signed",
        "users_max",
        "users_max_on",
        "seats",
        "seats_owed",
        "first_day",
        "last_day",
        "days_with_data",
        "days_missing",
        "findings",
    ] {
        assert!(bill.has(key), "{key}");
    }
    assert_eq!(bill["signed"], true);
    assert_eq!(bill["users_max"], 112);
    assert_eq!(bill["users_max_on"], "2026-10-18");
    assert_eq!(bill["seats"], 100);
    assert_eq!(bill["seats_owed"], 12);
    assert_eq!(bill["first_day"], "2025-11-01");
    assert_eq!(bill["last_day"], "2026-10-31");
    assert_eq!(bill["days_with_data"], 365);
    assert!(bill["days_missing"].items().is_empty());
    assert!(bill["findings"].items().is_empty());
    dir.run(RECONCILE).ends(0).says(&[
        "authentic",
        "peak 112 on 2026-10-18, 100 seats: 112 - 100 = 12 owed",
        "seats owed 12",
    ]);
}

#[test]
fn nothing_owed_is_a_yes_too() {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage_month1.csv")
    ));
    dir.yes("usage report --anyway --instance inst --today 2025-12-01 --out n.usage");
    let line = RECONCILE.replace("2026-11-01", "2025-12-01");
    let bill = dir.yes(&line);
    assert_eq!(bill["seats_owed"], 0);
    assert_eq!(bill["complete"], true);
    dir.run(&line).ends(0).says(&["nothing owed", "seats owed 0"]);
}

/// The same report a year later: what is owed for the days since is not known.
#[test]
fn nothing_owed_on_a_part_of_the_term_is_no_yes() {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage_month1.csv")
    ));
    dir.yes("usage report --anyway --instance inst --today 2025-12-01 --out n.usage");
    let bill = dir.no(RECONCILE);
    assert_eq!(bill["seats_owed"], 0);
    assert_eq!(bill["complete"], false);
    let run = dir.run(RECONCILE);
    let first = run.ends(1).text().lines().next().unwrap();
    assert_eq!(
        first,
        "NOT KNOWN what is owed: nothing on the figures held; not known: 335 days in no report"
    );
    run.says(&[
        "nothing owed on the figures held",
        "seats owed not known: nothing on the figures held",
    ]);
}

#[test]
fn an_export_is_reconciled_and_marked_unsigned() {
    let dir = Dir::new();
    for name in ["license_usage.csv", "license_usage_crlf_bom.csv"] {
        let bill = dir.yes(&format!(
            "reconcile {} --license n.airlock --trust root.pub --today 2026-11-01",
            data(name)
        ));
        assert_eq!(bill["signed"], false);
        assert_eq!(bill["users_max"], 112);
        assert_eq!(bill["seats_owed"], 12);
        assert_eq!(bill["report"], Json::Null);
        assert_eq!(codes(&bill), ["unsigned"]);
    }
    let gaps = dir.no(&format!(
        "reconcile {} --license n.airlock --trust root.pub --today 2026-11-01",
        data("license_usage_gaps.csv")
    ));
    assert_eq!(gaps["days_missing"].items().len(), 9);
    assert!(codes(&gaps).contains(&"days_missing"));
    dir.run(&format!(
        "reconcile {} --license n.airlock --trust root.pub --today 2026-11-01",
        data("license_usage.csv")
    ))
    .ends(0)
    .says(&["UNSIGNED", "nobody has signed"]);
    dir.failed(
        &format!(
            "reconcile {} --license n.airlock --trust root.pub --today 2026-11-01",
            data("license_usage_excel.csv")
        ),
        "export_spreadsheet",
    );
    dir.failed(
        &format!(
            "reconcile {} --license n.airlock --trust root.pub --today 2026-11-01",
            data("legacy.gitlab-license")
        ),
        "export_unknown",
    );
}

#[test]
fn an_export_with_an_airlock_license_as_its_key_is_an_export() {
    let dir = Dir::installed();
    dir.yes("license export --instance inst --today 2025-11-01 --out own.txt");
    let csv = export_with_key(&dir.text("own.txt"));
    dir.write("own.csv", &csv);
    assert!(
        dir.no("reconcile own.csv --license n.airlock --trust root.pub --today 2026-11-01")["signed"]
            == false
    );
    let run = dir.run_with(
        "reconcile - --license n.airlock --trust root.pub --today 2026-11-01 --json",
        csv.as_bytes(),
    );
    assert!(run.no()["signed"] == false);
    dir.refused(
        "reconcile own.csv --license loose.airlock --trust root.pub --today 2026-11-01",
        "other_license",
    );
}

#[test]
fn a_report_of_another_license_is_refused() {
    let dir = reported();
    let error = dir.refused(
        "reconcile n.usage --license loose.airlock --trust root.pub --today 2026-11-01",
        "other_license",
    );
    assert!(error["message"].text().contains(dir.show("n.airlock")["id"].text()), "{error:?}");
    assert!(error["hint"].text().contains("--license"));
}

#[test]
fn a_report_by_another_key_is_refused() {
    let dir = Dir::new();
    // Two instances with one id, as after a restored backup: the same license, another key.
    dir.yes(&format!("instance init copy --id {} --trust root.pub", crate::common::INSTANCE));
    dir.yes("license install n.airlock --instance copy --users 81 --today 2025-11-01");
    dir.yes("usage report --anyway --instance copy --today 2025-12-01 --out n.usage");
    dir.refused(RECONCILE, "other_key");
}

#[test]
fn an_unbound_license_takes_its_first_report_key_and_says_so() {
    let dir = Dir::new();
    dir.yes("license install loose.airlock --instance inst --users 81 --today 2025-11-01");
    dir.yes("usage report --anyway --instance inst --today 2025-12-01 --out n.usage");
    let line = "reconcile n.usage --license loose.airlock --trust root.pub --today 2026-11-01";
    assert!(codes(&dir.no(line)).contains(&"report_key_first_use"));
    let hex = dir.yes("key show inst/instance.pub")["fingerprint"].text().to_owned();
    dir.run(line).ends(1).says(&["names no report key", &hex[..4]]);
}

#[test]
fn days_of_two_licenses_count_for_the_one_in_force() {
    let dir = reported();
    dir.issue(
        "--request n.request --seats 105 --from 2026-05-01 --until 2026-11-01 --today \
        2026-04-20 --subscription A-S00012345 --out more.airlock",
    );
    let bill = dir.yes(
        "reconcile n.usage --license n.airlock --license more.airlock --trust root.pub \
            --today 2026-11-01",
    );
    let licenses = bill["licenses"].items();
    assert_eq!(licenses.len(), 2, "{bill:?}");
    assert_eq!(licenses[0]["days_with_data"], 181, "{bill:?}");
    assert_eq!(licenses[1]["days_with_data"], 184, "{bill:?}");
    assert_eq!(licenses[1]["seats_owed"], 7, "{bill:?}");
    assert_eq!(bill["seats_owed"], 7, "{bill:?}");
    assert_eq!(bill["seats"], 105, "{bill:?}");
    let swapped = dir.yes(
        "reconcile n.usage --license more.airlock --license n.airlock --trust root.pub \
            --today 2026-11-01",
    );
    assert_eq!(swapped["seats_owed"], bill["seats_owed"]);
}

#[test]
fn the_same_license_given_twice_counts_once() {
    let dir = reported();
    let (once, twice) = (dir.yes(RECONCILE), dir.yes(&format!("{RECONCILE} --license n.airlock")));
    assert_eq!(twice, once);
}

#[test]
fn an_unlimited_license_owes_nothing() {
    let dir = Dir::new();
    dir.issue("--unlimited");
    let bill = dir.yes(&format!(
        "reconcile {} --license new.airlock --trust root.pub --today 2026-11-01",
        data("license_usage.csv")
    ));
    assert_eq!(bill["seats_owed"], 0);
    assert_eq!(bill["seats"], Json::Null);
    assert_eq!(bill["users_max"], 112);
}

#[test]
fn days_outside_the_term_are_named_and_do_not_count() {
    let dir = Dir::new();
    dir.write("days.csv", "2025-10-30,900\n2025-10-31,900\n2025-11-01,90\n2025-11-03,95\n");
    let bill = dir.no("reconcile days.csv --license n.airlock --trust root.pub --today 2025-11-04");
    assert_eq!(bill["users_max"], 95);
    assert_eq!(bill["seats_owed"], 0);
    assert_eq!(bill["days_outside"].texts(), ["2025-10-30", "2025-10-31"]);
    assert_eq!(bill["days_missing"].texts(), ["2025-11-02"]);
    assert_eq!(codes(&bill), ["unsigned", "days_missing", "days_outside"]);
}

/// An instance whose key was lost: made anew under its id, with a license that bills the new key
/// from 4 November. Its old key reported three days, the new one five.
fn with_a_new_key() -> Dir {
    let dir = Dir::installed();
    dir.write("usage.csv", "2025-11-01,108\n2025-11-02,112\n2025-11-03,111\n");
    dir.yes("usage import usage.csv --instance inst --today 2025-11-04");
    report(&dir, "inst", "2025-11-04", "old.usage");
    dir.yes(&format!("instance init anew --id {} --trust root.pub", crate::common::INSTANCE));
    dir.yes(
        "request new --instance anew --company Nordhavn --name Ida --email ida@nordhavn.example \
         --plan premium --seats 100 --users 98 --today 2025-11-04 --out anew.request",
    );
    dir.issue(
        "--request anew.request --from 2025-11-04 --until 2026-11-01 --today 2025-11-04 \
         --subscription A-S00012345 --out anew.airlock",
    );
    for license in ["n.airlock", "anew.airlock"] {
        dir.yes(&format!(
            "license install {license} --instance anew --users 81 --history none \
             --today 2025-11-04"
        ));
    }
    dir.write("usage.csv", dir.text("usage.csv") + "2025-11-04,98\n2025-11-05,97\n");
    dir.yes("usage import usage.csv --instance anew --today 2025-11-06");
    report(&dir, "anew", "2025-11-06", "anew.usage");
    dir
}

#[test]
fn the_first_keys_figures_count_until_the_next_license_bills_another_key() {
    let dir = with_a_new_key();
    let line = |reports: &str| {
        format!(
            "reconcile {reports} --license n.airlock --license anew.airlock --trust root.pub \
             --today 2025-11-06"
        )
    };
    let bill = dir.yes(&line("old.usage anew.usage"));
    assert_eq!(bill["seats_owed"], 12);
    assert_eq!(bill["users_max_on"], "2025-11-02");
    assert_eq!(dir.yes(&line("anew.usage old.usage"))["seats_owed"], 12);
    dir.run(&line("old.usage anew.usage")).ends(0).says(&["another license bills another key"]);
    // The new key's figures of the days before are no report of the old key's.
    let alone = dir.no(&line("anew.usage"));
    assert_eq!(alone["days_uncovered"].texts(), ["2025-11-01", "2025-11-02", "2025-11-03"]);
}

/// Both licenses have these days in their terms. What the first key reported stays reported.
#[test]
fn a_new_key_clears_nothing_that_the_key_before_reported() {
    let dir = with_a_new_key();
    dir.issue(
        "--request anew.request --from 2025-11-01 --until 2026-11-01 --today 2025-11-05 \
         --subscription A-S00012345 --out whole.airlock",
    );
    dir.write("low.csv", "2025-11-01,101\n2025-11-02,101\n2025-11-03,101\n2025-11-06,90\n");
    dir.yes(
        "license install whole.airlock --instance anew --users 81 --history none \
         --today 2025-11-05",
    );
    dir.run("usage import low.csv --instance anew --accept-changes --today 2025-11-07").ends(0);
    report(&dir, "anew", "2025-11-07", "low.usage");
    let bill = dir.yes(
        "reconcile old.usage anew.usage low.usage --license n.airlock --license anew.airlock \
         --license whole.airlock \
         --trust root.pub --today 2025-11-07",
    );
    assert_eq!(bill["seats_owed"], 12);
    assert!(codes(&bill).contains(&"history_changed"), "{bill:?}");
}

/// The renewal was in force for three days. A desk that is not given it must not call its days
/// nobody's.
#[test]
fn a_renewal_that_was_removed_is_named_by_the_report() {
    let dir = reported();
    dir.issue(
        "--request n.request --from 2026-11-01 --until 2027-11-01 --today 2026-10-20 \
         --subscription A-S00012345 --previous-users 112 --out next.airlock",
    );
    dir.yes("license install next.airlock --instance inst --users 96 --today 2026-11-01");
    dir.write("n.csv", "2026-11-02,150\n2026-11-03,150\n");
    dir.yes("usage import n.csv --instance inst --today 2026-11-04");
    let id = dir.show("next.airlock")["id"].text().to_owned();
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2026-11-04"));
    report(&dir, "inst", "2026-11-04", "late.usage");
    let line = |licenses: &str| {
        format!("reconcile n.usage late.usage {licenses} --trust root.pub --today 2026-11-04")
    };
    dir.refused(&line("--license n.airlock"), "other_license");
    let both = dir.no(&line("--license n.airlock --license next.airlock"));
    assert_eq!(both["seats_owed"], 50);
    assert_eq!(both["days_missing"].texts(), ["2026-11-01"]);
}

/// GitLab counts the end date's row with the term, so that it must be known.
#[test]
fn the_day_of_the_end_is_reported_or_named() {
    let dir = reported();
    let line = "reconcile n.usage --license n.airlock --trust root.pub --today 2026-11-02";
    let bill = dir.no(line);
    assert_eq!(bill["days_uncovered"].texts(), ["2026-11-01"]);
    dir.write("end.csv", "2026-11-01,130\n");
    dir.yes("usage import end.csv --instance inst --today 2026-11-02");
    report(&dir, "inst", "2026-11-02", "end.usage");
    let all = line.replace("n.usage", "n.usage end.usage");
    assert_eq!(dir.yes(&all)["seats_owed"], 30);
}

#[test]
fn seats_of_another_instance_cover_nothing() {
    let dir = reported();
    let other = "4f9e53a6-6d1c-4f0d-8a52-0f6c3f3c0b11";
    dir.issue(&format!(
        "--company Nordhavn --name Ida --email ida@nordhavn.example --plan premium --seats 500 \
         --bind {other} --from 2025-11-01 --until 2026-11-01 --today 2025-10-20 \
         --subscription A-S00012345 --out theirs.airlock"
    ));
    dir.write("days.csv", "2025-11-01,90\n");
    for figures in ["n.usage", "days.csv"] {
        let line = format!(
            "reconcile {figures} --license n.airlock --license theirs.airlock --trust root.pub \
             --today 2026-11-01"
        );
        dir.refused(&line, "other_instance");
    }
}

#[test]
fn figures_outside_the_licenses_given_leave_the_answer_open() {
    let dir = with_a_new_key();
    let line = "reconcile anew.usage --license anew.airlock --trust root.pub --today 2025-11-06";
    let bill = dir.no(line);
    assert_eq!(bill["complete"], false);
    assert_eq!(bill["days_outside"].texts(), ["2025-11-01", "2025-11-02", "2025-11-03"]);
    dir.run(line).ends(1).says(&[
        "NOT KNOWN what is owed: nothing on the figures held; not known: 3 days with a figure \
         outside the licenses given",
    ]);
}

/// The report names the last license, so that there was no other behind it.
#[test]
fn figures_behind_the_last_license_that_the_report_names_leave_nothing_open() {
    let dir = reported();
    dir.write("late.csv", "2026-11-03,900\n");
    dir.yes("usage import late.csv --instance inst --today 2026-11-05");
    report(&dir, "inst", "2026-11-05", "late.usage");
    let bill = dir.yes(
        "reconcile n.usage late.usage --license n.airlock --trust root.pub --today 2026-11-05",
    );
    assert_eq!(bill["days_outside"].texts().last().copied(), Some("2026-11-04"));
    assert_eq!(bill["seats_owed"], 12);
    // An export names none.
    dir.write("late.csv", dir.text("late.csv") + "2026-10-31,90\n");
    let line = "reconcile n.usage late.csv --license n.airlock --trust root.pub --today 2026-11-05";
    assert_eq!(dir.no(line)["seats_owed"], 12);
}

#[test]
fn days_outside_say_which_licenses_are_missing() {
    let dir = Dir::new();
    // The last license goes on counting; a day behind it without a figure belongs to none.
    let (before, behind) = ("2025-10-31,900\n", "2026-11-03,900\n");
    let bill = "reconcile days.csv --license n.airlock --trust root.pub --today 2026-11-05";
    for (days, which) in [
        (before.to_owned(), "give the earlier licenses too"),
        (behind.to_owned(), "give the licenses that followed too"),
        (format!("{before}{behind}"), "give the earlier licenses, and those that followed, too"),
    ] {
        dir.write("days.csv", format!("2025-11-01,90\n{days}"));
        let bill = dir.no(bill);
        let said = bill["findings"].items().iter().map(|found| found["message"].text());
        assert!(said.clone().any(|message| message.contains(which)), "{which}: {bill:?}");
    }
}

#[test]
fn the_license_must_be_of_a_trusted_root() {
    let dir = reported();
    dir.refused("reconcile n.usage --license n.airlock --trust root2.pub", "unknown_key");
    dir.yes(
        "reconcile n.usage --license n.airlock --trust root2.pub --trust root.pub --today \
        2026-11-01",
    );
}

#[test]
fn wrong_options_of_reconcile() {
    let dir = reported();
    for wrong in [
        "reconcile",
        "reconcile n.usage",
        "reconcile n.usage --license n.airlock",
        "reconcile n.usage --trust root.pub",
        "reconcile --license n.airlock --trust root.pub",
    ] {
        dir.failed(wrong, "options");
    }
    dir.failed("reconcile none --license n.airlock --trust root.pub", "input_missing");
    dir.failed("reconcile n.usage --license none --trust root.pub", "input_missing");
    dir.failed("reconcile n.usage --license n.airlock --trust none", "input_missing");
    dir.failed("reconcile n.usage --license n.usage --trust root.pub", "wrong_kind");
}

#[test]
fn reconciling_writes_nothing() {
    let dir = reported();
    dir.unchanged(|| dir.yes(RECONCILE));
}

/// The instance's next report of the days through yesterday.
fn report(dir: &Dir, instance: &str, today: &str, out: &str) {
    dir.yes(&format!("usage report --anyway --instance {instance} --today {today} --out {out}"));
}

/// A message among the findings, by its code.
fn message(json: &Json, code: &str) -> String {
    let findings = json["findings"].items();
    let found = findings.iter().find(|finding| finding["code"] == code);
    found.unwrap_or_else(|| panic!("no {code}: {json:?}"))["message"].text().to_owned()
}

/// The license of the term before was removed, and the report no longer covers its days.
#[test]
fn a_term_that_no_report_covers_is_named() {
    let dir = reported();
    dir.issue(
        "--request n.request --from 2025-01-10 --until 2025-11-01 --today 2025-01-05 \
         --out early.airlock",
    );
    let line = format!("{RECONCILE} --license early.airlock");
    let bill = dir.no(&line);
    let uncovered = bill["days_uncovered"].texts();
    assert_eq!(uncovered.len(), 295);
    assert_eq!((uncovered[0], uncovered[294]), ("2025-01-10", "2025-10-31"));
    assert!(message(&bill, "days_uncovered").contains("2025-01-10 to 2025-10-31"));
    dir.run(&line).ends(1).says(&[
        "AT LEAST 12 seats owed on the figures held; not known: 295 days in no report",
        "295 days of a license's term are in no report",
    ]);
}

#[test]
fn a_running_term_is_covered_through_yesterday_or_the_rest_is_named() {
    let dir = Dir::installed();
    report(&dir, "inst", "2025-12-01", "n.usage");
    let uncovered = |today: &str| {
        let line = "reconcile n.usage --license n.airlock --trust root.pub --today";
        let bill = dir.no(&format!("{line} {today}"));
        bill["days_uncovered"].texts().iter().map(|day| (*day).to_owned()).collect::<Vec<_>>()
    };
    assert!(uncovered("2025-12-01").is_empty());
    assert_eq!(uncovered("2025-12-02"), ["2025-12-01"]);
    // The day of the end counts too.
    assert_eq!(uncovered("2027-12-01").last().unwrap(), "2026-11-01");
}

#[test]
fn several_reports_are_one_bill_and_each_is_said() {
    let dir = Dir::installed();
    dir.write("a.csv", "2025-11-01,90\n2025-11-20,104\n");
    dir.yes("usage import a.csv --instance inst --today 2027-01-01");
    report(&dir, "inst", "2025-12-01", "a.usage");
    dir.write("b.csv", "2025-12-05,112\n");
    dir.yes("usage import b.csv --instance inst --today 2027-01-01");
    report(&dir, "inst", "2026-01-01", "b.usage");
    let line = "reconcile b.usage a.usage --license n.airlock --trust root.pub --today 2026-01-01";
    let bill = dir.no(line);
    let reports = bill["reports"].items();
    assert_eq!(reports[0]["number"], 2);
    assert_eq!(reports[1]["number"], 1);
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0]["instance"], "billed");
    assert_eq!(reports[0]["users_max"], 112);
    assert_eq!(reports[1]["last_day"], "2025-11-30");
    assert_eq!(reports[1]["users_max"], 104);
    assert_eq!(bill["seats_owed"], 12);
    assert_eq!(bill["signed"], true);
    assert_eq!(bill["report"], Json::Null);
    assert_eq!(codes(&bill), ["days_missing"]);
    dir.run(line).ends(1).says(&[
        "number 2 of the billed instance: 2025-11-01 to 2025-12-31, peak 112 on 2025-12-05",
        "number 1 of the billed instance: 2025-11-01 to 2025-11-30, peak 104 on 2025-11-20",
    ]);
    let twice = dir.no(&line.replace("b.usage", "b.usage b.usage"));
    assert_eq!(twice, bill);
    let one = dir.no(&line.replace(" a.usage", ""));
    assert_eq!(one["report"], reports[0]["report"]);
}

/// A ledger that was restored from a backup goes on with numbers that were given already.
#[test]
fn a_number_that_repeats_with_other_content_is_named() {
    let dir = Dir::installed();
    crate::common::tool("cp", "coreutils", &["-a", "inst", "copy"], dir.root());
    for (instance, users) in [("inst", 140), ("copy", 101)] {
        dir.write("h.csv", format!("2025-11-05,{users}\n"));
        dir.yes(&format!("usage import h.csv --instance {instance} --today 2027-01-01"));
        report(&dir, instance, "2025-12-01", &format!("{instance}.usage"));
    }
    let line = "reconcile inst.usage copy.usage --license n.airlock --trust root.pub \
                --today 2025-12-01";
    let bill = dir.no(line);
    let told = message(&bill, "number_repeated");
    for file in ["inst.usage", "copy.usage"] {
        assert!(told.contains(dir.show(file)["id"].text()), "{told}");
    }
    assert!(bill["seats_owed"] == 40);
    assert_eq!(bill["days_changed"].texts(), ["2025-11-05"]);
    assert!(codes(&bill).contains(&"history_changed"));
    let once = dir.no(&line.replace("copy.usage", "inst.usage"));
    assert!(!codes(&once).contains(&"number_repeated"));
}

#[test]
fn days_of_an_export_that_are_to_come_are_refused_with_their_row() {
    let dir = Dir::new();
    dir.write("days.csv", "day,users\n2025-11-01,90\n2025-11-06,700\n2025-11-02,91\n");
    let line = "reconcile days.csv --license n.airlock --trust root.pub --today";
    let error = dir.failed(&format!("{line} 2025-11-04"), "export_future");
    let told = error["message"].text();
    assert!(told.contains("line 3"), "{told}");
    assert!(told.contains("2025-11-06"), "{told}");
    assert!(error["hint"].text().contains("clock"), "{error:?}");
    dir.no(&format!("{line} 2025-11-05"));
    // Without the option, the clock decides: this day comes in no test's time.
    dir.write("days.csv", "day,users\n2999-01-01,700\n");
    dir.failed("reconcile days.csv --license n.airlock --trust root.pub", "export_future");
}

#[test]
fn one_bad_report_among_several_refuses_all() {
    let dir = reported();
    dir.refused(
        "reconcile n.usage n.usage --license loose.airlock --trust root.pub",
        "other_license",
    );
    dir.failed("reconcile n.usage none --license n.airlock --trust root.pub", "input_missing");
}

/// Reads these rows into the instance's ledger.
fn import(dir: &Dir, instance: &str, rows: &str) {
    dir.write("rows.csv", rows);
    dir.yes(&format!("usage import rows.csv --instance {instance} --today 2027-01-01"));
}

/// The reports on 2025-12-02, 2025-12-03 and 2025-12-04: one.usage, two.usage, three.usage.
fn three_reports(dir: &Dir) {
    for (day, name) in [(2, "one"), (3, "two"), (4, "three")] {
        report(dir, "inst", &format!("2025-12-0{day}"), &format!("{name}.usage"));
    }
}

fn bill(reports: &str, today: &str) -> String {
    format!("reconcile {reports} --license n.airlock --trust root.pub --today {today}")
}

/// Issue 9, B: what bills somebody is never lost.
#[test]
fn a_figure_that_was_dropped_after_a_report_is_history_changed() {
    let dir = Dir::installed();
    import(&dir, "inst", "2025-11-05,150\n2025-11-06,90\n");
    report(&dir, "inst", "2025-12-01", "a.usage");
    dir.yes("usage drop --instance inst --from 2025-11-05 --until 2025-11-06 --reason error --yes");
    report(&dir, "inst", "2025-12-02", "b.usage");
    for order in ["a.usage b.usage", "b.usage a.usage"] {
        let answer = dir.no(&bill(order, "2025-12-02"));
        assert_eq!(answer["days_changed"].texts(), ["2025-11-05"]);
        let change = &answer["changes"].items()[0];
        assert_eq!(change["before"], 150);
        assert_eq!(change["after"], Json::Null);
        assert_eq!(answer["seats_owed"], 50);
        let told = message(&answer, "history_changed");
        assert!(told.ends_with("2025-11-05 150, then without a figure"), "{told}");
    }
}

#[test]
fn reports_that_were_not_given_are_a_gap_in_numbers() {
    let dir = Dir::installed();
    three_reports(&dir);
    let told = |reports: &str| {
        let answer = dir.no(&bill(reports, "2025-12-04"));
        codes(&answer).contains(&"gap_in_numbers").then(|| message(&answer, "gap_in_numbers"))
    };
    assert!(
        told("one.usage three.usage").unwrap().contains("report 3, and report 2 was not given")
    );
    assert!(told("three.usage").unwrap().contains("report 3, and reports 1 to 2 were not"));
    assert_eq!(told("three.usage one.usage two.usage"), None);
    assert_eq!(told("one.usage two.usage"), None);
}

/// The first report holds a peak that was taken out before the second.
#[test]
fn a_report_that_was_not_given_may_hold_more() {
    let dir = Dir::installed();
    let year = format!(
        "usage import {} --instance inst --today 2027-01-01 --accept-changes",
        data("license_usage.csv")
    );
    dir.write("peak.csv", "2025-11-05,150\n");
    dir.yes("usage import peak.csv --instance inst --today 2027-01-01 --accept-changes");
    report(&dir, "inst", "2025-12-01", "one.usage");
    dir.yes(&year);
    report(&dir, "inst", "2026-11-01", "two.usage");
    let alone = dir.no(&bill("two.usage", "2026-11-01"));
    assert_eq!(alone["seats_owed"], 12);
    assert_eq!(alone["complete"], false);
    assert_eq!(codes(&alone), ["gap_in_numbers"]);
    dir.run(&bill("two.usage", "2026-11-01")).ends(1).says(&["1 report not given"]);
    assert_eq!(dir.yes(&bill("one.usage two.usage", "2026-11-01"))["seats_owed"], 50);
}

#[test]
fn licenses_of_two_subscriptions_are_no_complete_answer() {
    let dir = reported();
    let with = |name: &str, terms: &str| {
        dir.issue(&format!(
            "--request n.request --seats 500 --today 2025-10-21 --out {name}.airlock {terms}"
        ));
        format!("{RECONCILE} --license {name}.airlock")
    };
    let subscription = with("second", "--subscription A-S2");
    assert_eq!(dir.no(&subscription)["complete"], false);
    dir.run(&subscription).ends(1).says(&["subscription A-S00012345", "subscription A-S2"]);
    let customer = with("customer", "--company 'Somebody Else Ltd' --yes");
    dir.run(&customer).ends(1).says(&["different customers", "whether the licenses belong"]);
}

#[test]
fn of_many_changed_figures_five_are_named() {
    let dir = Dir::installed();
    let rows =
        |users: u32| (1..=9).map(|day| format!("2025-11-0{day},{users}\n")).collect::<String>();
    dir.write("a.csv", rows(90));
    dir.write("b.csv", rows(80));
    let told = message(&dir.no(&bill("a.csv b.csv", "2025-12-01")), "history_changed");
    assert!(told.starts_with("9 figures differ") && told.contains("and 4 more"), "{told}");
}

#[test]
fn a_report_that_names_another_one_before_it_is_forked_or_restored() {
    let dir = Dir::installed();
    report(&dir, "inst", "2025-12-01", "one.usage");
    crate::common::tool("cp", "coreutils", &["-a", "inst", "copy"], dir.root());
    import(&dir, "copy", "2025-11-05,101\n");
    report(&dir, "copy", "2025-12-02", "two.usage");
    report(&dir, "inst", "2025-12-02", "own.usage");
    report(&dir, "inst", "2025-12-03", "three.usage");
    let answer = dir.no(&bill("one.usage two.usage three.usage", "2025-12-03"));
    let told = message(&answer, "forked_or_restored");
    for file in ["three.usage", "two.usage", "own.usage"] {
        assert!(told.contains(dir.show(file)["id"].text()), "{told}");
    }
    let whole = dir.no(&bill("one.usage own.usage three.usage", "2025-12-03"));
    assert!(!codes(&whole).contains(&"forked_or_restored"));
    // With both of number 2 the line is whole, and the number repeats.
    let both = dir.no(&bill("one.usage own.usage two.usage three.usage", "2025-12-03"));
    assert!(!codes(&both).contains(&"forked_or_restored"));
    assert!(codes(&both).contains(&"number_repeated"));
}

/// The instance's clock ran ahead by two days and more.
#[test]
fn a_day_to_come_in_a_signed_report_is_not_billed() {
    let dir = Dir::installed();
    let days: String = (1..=9).map(|day| format!("2025-11-0{day},9{day}\n")).collect();
    import(&dir, "inst", &format!("{days}2025-11-10,140\n"));
    report(&dir, "inst", "2025-11-11", "n.usage");
    let early = dir.no(&bill("n.usage", "2025-11-08"));
    assert_eq!(early["seats_owed"], 0);
    assert_eq!(early["days_to_come"].texts(), ["2025-11-10"]);
    assert_eq!(codes(&early), ["days_to_come"]);
    dir.run(&bill("n.usage", "2025-11-08")).ends(1).says(&[
        "NOT KNOWN what is owed: nothing on the figures held; not known: 1 day still to come",
    ]);
    // One day of grace, for the time zones ahead.
    assert_eq!(dir.yes(&bill("n.usage", "2025-11-09"))["seats_owed"], 40);
}

/// A license that names no report key, on two instances.
#[test]
fn reports_of_two_instances_are_never_one_bill() {
    let dir = Dir::new();
    dir.yes("instance init second --trust root.pub");
    for (instance, days) in [("inst", [60, 130]), ("second", [140, 50])] {
        dir.yes(&format!(
            "license install loose.airlock --instance {instance} --users 81 --today 2025-11-01"
        ));
        let rows = format!("2025-11-01,{}\n2025-11-02,{}\n", days[0], days[1]);
        import(&dir, instance, &rows);
        report(&dir, instance, "2025-11-03", &format!("{instance}.usage"));
    }
    let line = |reports: &str| {
        format!("reconcile {reports} --license loose.airlock --trust root.pub --today 2025-11-03")
    };
    let both = dir.no(&line("inst.usage second.usage"));
    assert_eq!(both["seats_owed"], Json::Null);
    assert_eq!(both["users_max"], Json::Null);
    let mut peaks: Vec<_> =
        both["licenses"].items().iter().map(|used| used["users_max"].clone()).collect();
    peaks.sort_by_key(|peak| *peak == 140);
    assert!(peaks[0] == 130 && peaks[1] == 140, "{peaks:?}");
    let told = message(&both, "rival_keys");
    for key in ["inst", "second"] {
        let shown = dir.yes(&format!("key show {key}/instance.pub"))["fingerprint"].clone();
        assert!(told.replace(' ', "").contains(shown.text()), "{told}");
    }
    dir.run(&line("inst.usage second.usage")).ends(1).says(&[
        "NOT KNOWN what is owed: the reports are of several instances",
        "seats owed not known",
    ]);
    assert_eq!(dir.yes(&line("inst.usage"))["seats_owed"], 30);
    assert_eq!(dir.yes(&line("second.usage"))["seats_owed"], 40);
}
