//! `airlock check`

use std::process::Stdio;

use crate::common::{Dir, INSTANCE, data, terms, tool};
use crate::json::Json;

/// The bound license of the fixture, judged on its first day.
const BOUND: &str = "check n.airlock --instance inst --today 2025-11-01";
/// The license of the fixture that is bound to no instance, judged from elsewhere.
const LOOSE: &str = "check loose.airlock --trust root.pub --today 2025-11-01";

fn effects(verdict: &Json) -> Vec<&str> {
    verdict["effects"].texts()
}

/// Returns the finding with this code.
fn finding<'a>(verdict: &'a Json, code: &str) -> &'a Json {
    verdict["findings"]
        .items()
        .iter()
        .find(|finding| finding["code"] == code)
        .unwrap_or_else(|| panic!("no {code} in {verdict:?}"))
}

/// Judges a new license of these terms, from elsewhere; `allowed` is whether the exit status is 0.
#[track_caller]
fn judge(terms_changed: &str, options: &str, allowed: bool) -> Json {
    let dir = Dir::new();
    dir.issue(terms_changed);
    let line = format!("check new.airlock --trust root.pub {options}");
    if allowed { dir.yes(&line) } else { dir.no(&line) }
}

#[test]
fn a_verdict_has_every_key() {
    let dir = Dir::new();
    let verdict = dir.yes(&format!("{BOUND} --users 81"));
    let expected = [
        "days_left",
        "effects",
        "findings",
        "format",
        "license",
        "next_change",
        "overage",
        "overage_max",
        "plan",
        "seats",
        "seats_left",
        "seats_needed",
        "today",
        "users_max",
        "users_max_on",
        "users_now",
    ];
    for key in expected {
        assert!(verdict.has(key), "{key}");
    }
    assert_eq!(verdict["plan"], "premium");
    assert_eq!(verdict["today"], "2025-11-01");
    assert_eq!(verdict["seats"], 100);
    assert_eq!(verdict["users_now"], 81);
    assert_eq!(verdict["seats_left"], 19);
    assert_eq!(verdict["overage"], 0);
    assert_eq!(verdict["days_left"], 365);
    assert!(verdict["effects"].items().is_empty());
    assert_eq!(verdict["next_change"]["day"], "2026-10-17");
    assert_eq!(verdict["next_change"]["effect"], "notify_admins");
    assert_eq!(verdict["license"], dir.show("n.airlock")["id"]);
}

#[test]
fn findings_hold_every_rule_with_figures_and_absent_facts_are_null() {
    let dir = Dir::new();
    let verdict = dir.yes(LOOSE);
    let rules = dir.show("loose.airlock")["rules"].items().len();
    let findings = verdict["findings"].items();
    assert_eq!(findings.len(), rules);
    for (finding, number) in findings.iter().zip(1..) {
        assert_eq!(finding["rule"], number);
        assert!(finding.has("code"));
        assert!(finding.has("effect"));
        assert!(finding.has("applies"));
        for condition in finding["conditions"].items() {
            assert_eq!(
                condition.keys(),
                ["fact", "from", "holds", "observed", "on", "op", "threshold", "to"]
            );
        }
    }
    for fact in ["users_now", "users_max", "users_max_on", "overage", "overage_max", "seats_left"] {
        assert_eq!(verdict[fact], Json::Null, "{fact}");
    }
    assert_eq!(finding(&verdict, "few_seats_left")["applies"], Json::Null);
    let peak = &finding(&verdict, "peak_over_seats")["conditions"].items()[1];
    assert_eq!(peak["fact"], "users_max");
    assert_eq!(peak["from"], "2024-11-01");
    assert_eq!(peak["to"], "2025-11-01");
    assert_eq!(peak["op"], ">");
    assert_eq!(peak["threshold"], 110);
}

#[test]
fn activation_is_allowed_at_100_and_110_users_and_refused_at_111() {
    let dir = Dir::new();
    for (users, over) in [(100, 0), (110, 10)] {
        let verdict = dir.yes(&format!("{BOUND} --activate --users {users}"));
        assert_eq!(verdict["overage"], over);
        assert!(!effects(&verdict).contains(&"refuse_activation"));
    }
    let verdict = dir.no(&format!("{BOUND} --activate --users 111"));
    assert_eq!(effects(&verdict), ["notify_admins", "refuse_activation"]);
    assert_eq!(verdict["overage"], 11);
    assert_eq!(verdict["seats_needed"], 111);
    assert_eq!(verdict["seats_left"], -11);
    let users = &finding(&verdict, "users_over_seats")["conditions"].items()[2];
    assert_eq!(users["observed"], 111);
    assert_eq!(users["threshold"], 110);
    assert_eq!(users["holds"], true);
    dir.run(&format!("{BOUND} --activate --users 111")).ends(1).says(&[
        "NO: activation is refused",
        "111",
        "110",
        "11 over the seats",
    ]);
}

#[test]
fn without_activate_the_same_users_are_no_matter() {
    assert_eq!(effects(&Dir::new().yes(&format!("{BOUND} --users 111"))), ["notify_admins"]);
}

#[test]
fn small_licenses_have_the_tolerance_of_whole_seats() {
    for (seats, most) in [(1, 1), (9, 9), (10, 11), (19, 20), (20, 22)] {
        let terms = format!("--seats {seats} --reconciled");
        judge(&terms, &format!("--today 2025-11-01 --activate --users {most}"), true);
        judge(&terms, &format!("--today 2025-11-01 --activate --users {}", most + 1), false);
    }
}

#[test]
fn a_tolerance_of_15_percent_allows_115() {
    let terms = "--reconciled --set tolerance_percent=15";
    judge(terms, "--today 2025-11-01 --activate --users 115", true);
    judge(terms, "--today 2025-11-01 --activate --users 116", false);
}

#[test]
fn without_previous_users_only_history_decides() {
    judge("", "--today 2025-11-01 --activate --users 111 --history none", true);
    let dir = Dir::new();
    dir.write("h110.csv", "2025-03-01,110\n");
    dir.write("h111.csv", "2025-03-01,111\n");
    dir.issue("");
    dir.yes("check new.airlock --trust root.pub --today 2025-11-01 --activate --history h110.csv");
    let verdict = dir
        .no("check new.airlock --trust root.pub --today 2025-11-01 --activate --history h111.csv");
    let peak = &finding(&verdict, "peak_over_seats")["conditions"].items()[1];
    assert_eq!(peak["observed"], 111);
    assert_eq!(peak["on"], "2025-03-01");
    assert_eq!(verdict["seats_needed"], 111);
}

#[test]
fn an_old_peak_over_the_previous_users_decides_alone() {
    let dir = Dir::new();
    dir.write("h101.csv", "2025-03-01,101\n");
    dir.write("h111.csv", "2025-03-01,111\n");
    let line = |users: u32, history: &str| {
        format!("{LOOSE} --activate --users {users} --history {history}")
    };
    dir.yes(&line(500, "h101.csv"));
    dir.no(&line(50, "h111.csv"));
}

#[test]
fn a_true_up_is_checked_against_its_period() {
    let terms = "--true-up 10 --true-up-from 2024-11-01 --true-up-to 2025-10-31 --true-up-base 100";
    let dir = Dir::new();
    dir.write("h111.csv", "2025-03-01,111\n");
    dir.write("h112.csv", "2025-03-01,112\n");
    dir.issue(terms);
    let line = |users: u32, history: &str| {
        format!(
            "check new.airlock --trust root.pub --today 2025-11-01 --activate --users {users} \
                --history {history}"
        )
    };
    dir.yes(&line(110, "h111.csv"));
    let verdict = dir.no(&line(110, "h112.csv"));
    assert!(finding(&verdict, "true_up_too_small")["applies"] == true);
    assert!(finding(&dir.no(&line(111, "h111.csv")), "users_over_seats")["applies"] == true);
}

#[test]
fn a_hard_stop_refuses_the_user_beyond_the_last_seat() {
    let terms = "--set hard_stop=true --reconciled";
    judge(terms, "--today 2025-11-01 --users 99 --new 1", true);
    let verdict = judge(terms, "--today 2025-11-01 --users 99 --new 2", false);
    assert_eq!(effects(&verdict), ["notify_admins", "refuse_new_users"]);
    assert_eq!(verdict["users_now"], 101);
    assert_eq!(verdict["overage"], 1);
    judge(terms, "--today 2025-11-01 --users 100 --new 0", true);
    judge("", "--today 2025-11-01 --users 100 --new 1", true);
}

#[test]
fn a_trial_warns_a_week_ahead_and_ends() {
    let terms = "--policy gitlab-trial --until 2025-12-01";
    assert!(effects(&judge(terms, "--today 2025-11-23 --users 5", true)).is_empty());
    assert_eq!(effects(&judge(terms, "--today 2025-11-24 --users 5", true)), ["notify_admins"]);
    assert!(judge(terms, "--today 2025-11-30 --users 5", true)["days_left"] == 1);
    let ended = judge(terms, "--today 2025-12-01 --users 5", false);
    assert!(effects(&ended).contains(&"inactive"));
    assert_eq!(ended["days_left"], 0);
}

#[test]
fn a_key_for_trials_ends_every_license_by_itself() {
    let dir = Dir::new();
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name T --from 2025-01-01 --until \
        2027-01-01 --trials-only --today 2025-01-01 --out t.issuer",
    );
    dir.issue("--issuer t.issuer --policy gitlab-trial --set inactive_days=off --until 2025-12-01");
    dir.yes("check new.airlock --trust root.pub --today 2025-11-30");
    let verdict = dir.no("check new.airlock --trust root.pub --today 2025-12-01");
    assert_eq!(finding(&verdict, "trial_key_ended")["applies"], true);
    assert!(effects(&verdict).contains(&"inactive"));
    assert_eq!(finding(&verdict, "trial_key_ended")["rule"], Json::Null);
}

#[test]
fn no_first_line_contradicts_itself_or_the_exit_status() {
    let dir = Dir::installed();
    dir.issue("--set hard_stop=true --reconciled --out hard.airlock");
    let facts = "--trust root.pub --today 2025-11-01";
    let day = |day: &str| format!("check n.airlock --instance inst --users 81 --today {day}");
    for (line, status, first) in [
        (day("2025-11-01"), 0, "YES: nothing is refused"),
        (day("2026-10-20"), 0, "YES: nothing is refused; admins are told"),
        (format!("{} --fail-on notify_admins", day("2026-10-20")), 1, "NO: admins are told"),
        (format!("{} --fail-on notify_admins", day("2025-11-02")), 0, "YES: nothing is refused"),
        (
            format!("{} --fail-on block_changes", day("2026-11-20")),
            1,
            "NO: the instance is read-only; admins are told, users are told",
        ),
        (
            format!("{} --fail-on refuse_new_users", day("2026-11-20")),
            0,
            "YES: no effect of --fail-on applies; but the instance is read-only; admins are told, \
             users are told",
        ),
        (
            format!("check hard.airlock {facts} --users 100 --new 1"),
            1,
            "NO: no user can be added; admins are told",
        ),
        (
            format!("check hard.airlock {facts} --users 100 --new 1 --fail-on inactive"),
            0,
            "YES: no effect of --fail-on applies; but no user can be added; admins are told",
        ),
    ] {
        let run = dir.run(&line);
        run.ends(status);
        assert_eq!(run.text().lines().next(), Some(first), "{line}");
    }
}

#[test]
fn around_the_end_admins_and_users_are_told_then_changes_are_blocked() {
    let on =
        |today: &str, allowed| judge("--set near_limit=off", &format!("--today {today}"), allowed);
    assert!(effects(&on("2026-10-16", true)).is_empty());
    assert_eq!(effects(&on("2026-10-17", true)), ["notify_admins"]);
    assert_eq!(effects(&on("2026-10-31", true)), ["notify_admins"]);
    assert_eq!(
        effects(&on("2026-11-01", false)),
        ["notify_admins", "notify_users", "block_changes"]
    );
}

#[test]
fn a_license_that_has_not_begun_is_inactive_until_its_day() {
    let before = judge("", "--today 2025-10-31", false);
    assert_eq!(effects(&before), ["inactive"]);
    assert_eq!(finding(&before, "not_started")["applies"], true);
    assert_eq!(before["next_change"]["day"], "2025-11-01");
    judge("", "--today 2025-11-01", true);
}

#[test]
fn an_ended_license_cannot_be_activated() {
    let terms = "--set block_changes_days=off";
    judge(terms, "--today 2026-11-01", true);
    let ended = judge(terms, "--today 2026-11-01 --activate --users 1 --history none", false);
    assert!(finding(&ended, "ended")["applies"] == true);
    judge(
        "--set block_changes_days=off --set refuse_ended=false",
        "--today 2026-11-01 --activate --users 1 --history none",
        true,
    );
}

#[test]
fn few_seats_left_are_told_to_admins() {
    for (seats, none, few) in
        [(15, 13, 14), (25, 22, 23), (99, 89, 90), (100, 92, 93), (999, 924, 925), (1000, 952, 953)]
    {
        let on = |users: u32| {
            judge(&format!("--seats {seats}"), &format!("--today 2025-11-01 --users {users}"), true)
        };
        assert!(effects(&on(none)).is_empty(), "{seats} seats, {none} users");
        assert_eq!(effects(&on(few)), ["notify_admins"], "{seats} seats, {few} users");
        assert_eq!(effects(&on(seats + 1)), ["notify_admins"], "beyond {seats} seats");
    }
}

/// A rule of a later version that may not be passed over: whether it applies is not known.
#[test]
fn what_a_later_version_may_refuse_is_no_yes() {
    for name in ["ok-even-effect-not-installed", "ok-even-fact-not-installed"] {
        let committed = test_vectors::committed().unwrap();
        let (_, vector) = committed.into_iter().find(|(found, _)| found == name).unwrap();
        let dir = Dir::new();
        dir.write("new.airlock", &vector.bodies[0]);
        // The head of an Ed25519 public key (RFC 8410 section 4).
        let head = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];
        dir.write("new.der", [&head[..], &vector.roots[0]].concat());
        let pem = ["pkey", "-pubin", "-inform", "DER", "-in", "new.der", "-out", "new.pub"];
        assert!(tool("openssl", "openssl", &pem, dir.root()).status.success());
        let line = "check new.airlock --trust new.pub --today 2025-11-01 --users 1";
        dir.failed(line, "too_new");
    }
}

#[test]
fn fail_on_draws_another_line() {
    let dir = Dir::new();
    let line = format!("{BOUND} --users 95");
    assert_eq!(effects(&dir.yes(&line)), ["notify_admins"]);
    dir.no(&format!("{line} --fail-on notify_admins"));
    dir.yes(&format!("{line} --fail-on notify_users"));
    dir.no(&format!("{line} --fail-on notify_users,notify_admins"));
    dir.no(&format!("{line} --fail-on notify_users --fail-on notify_admins"));
    let refused = format!("{BOUND} --activate --users 111");
    dir.yes(&format!("{refused} --fail-on inactive"));
    for effect in ["refuse_new_users", "block_changes", "inactive"] {
        dir.yes(&format!("{refused} --fail-on {effect}"));
    }
    dir.no(&format!("{refused} --fail-on refuse_activation"));
    dir.failed(&format!("{refused} --fail-on everything"), "options");
}

#[test]
fn who_gave_a_history_is_not_asked_for_it() {
    let dir = Dir::installed();
    let line = "check n.airlock --trust root.pub --today 2025-11-01 --activate --users 1";
    let answer = dir.yes(&format!("{line} --history none"));
    let warnings = answer["warnings"].items();
    let warning = warnings.iter().find(|it| it.text().contains("[history_empty]")).unwrap();
    assert!(!warning.text().contains("--history"), "{}", warning.text());
}

#[test]
fn users_and_history_are_needed_only_where_a_rule_asks() {
    let dir = Dir::new();
    dir.yes(LOOSE);
    let error = dir.failed(&format!("{LOOSE} --activate --history none"), "fact_missing");
    assert!(error["hint"].text().contains("--users"));
    assert!(!error["hint"].text().contains("--history"));
    let error = dir.failed(&format!("{LOOSE} --activate --users 111"), "fact_missing");
    assert!(error["hint"].text().contains("--history"));
    assert!(
        dir.failed(&format!("{LOOSE} --activate"), "fact_missing")["hint"]
            .text()
            .contains("--users")
    );
    dir.yes(&format!("{LOOSE} --activate --users 100 --history none"));
    // 100 users are within the tolerance whatever the history was, but an old peak may still
    // refuse.
    dir.failed(&format!("{LOOSE} --activate --users 100"), "fact_missing");
    dir.issue("--unlimited");
    dir.yes("check new.airlock --trust root.pub --today 2025-11-01 --activate");
    dir.issue("--force --policy gitlab-offline-cloud");
    dir.yes("check new.airlock --trust root.pub --today 2025-11-01 --activate");
    dir.issue("--force --set hard_stop=true");
    dir.failed("check new.airlock --trust root.pub --today 2025-11-01", "fact_missing");
}

#[test]
fn a_refusal_that_is_certain_asks_for_no_further_figure() {
    let dir = Dir::new();
    // Whatever the users are, an ended license cannot be activated, and changes are blocked.
    let verdict = dir.no("check loose.airlock --trust root.pub --activate --today 2026-11-01");
    assert!(effects(&verdict).contains(&"refuse_activation"));
    assert!(effects(&verdict).contains(&"block_changes"));
    assert!(
        dir.no("license install loose.airlock --instance inst --today 2026-11-01")["findings"]
            .items()[0]["code"]
            == "ended"
    );
}

#[test]
fn the_ledger_counts_beside_a_history_that_is_given() {
    let dir = Dir::installed();
    dir.yes(&format!(
        "usage import {} --instance inst --today 2027-01-01",
        data("license_usage.csv")
    ));
    let line = "check --instance inst --users 100 --today 2026-10-31";
    let verdict = dir.yes(line);
    assert_eq!(verdict["users_max"], 112);
    assert_eq!(verdict["users_max_on"], "2026-10-18");
    assert_eq!(verdict["overage_max"], 12);
    assert_eq!(verdict["seats_needed"], 112);
    // Of each day the larger figure counts, whichever of the two has it.
    let with = |history: &str| dir.yes(&format!("{line} --history {history}"));
    for history in [data("license_usage_month1.csv").as_str(), "none"] {
        assert_eq!(with(history)["users_max"], 112, "{history}");
        assert_eq!(with(history)["users_max_on"], "2026-10-18", "{history}");
    }
    dir.write("plain.csv", "day,count\n2026-01-05,77\n2026-01-06,\n");
    assert_eq!(with("plain.csv")["users_max"], 112);
    dir.write("plain.csv", "day,count\n2026-01-05,113\n");
    assert_eq!(with("plain.csv")["users_max"], 113);
    dir.failed(&format!("{line} --history none.csv"), "input_missing");
    dir.failed(&format!("{line} --history n.airlock"), "export_unknown");
    dir.failed(
        &format!("{line} --history {}", data("license_usage_excel.csv")),
        "export_spreadsheet",
    );
}

#[test]
fn a_bound_license_elsewhere_is_judged_on_everything_else_and_says_so() {
    let dir = Dir::new();
    let line = "check n.airlock --trust root.pub --today 2025-11-01 --users 81";
    assert!(dir.yes(line)["instance_checked"] == false);
    dir.run(line).ends(0).says(&["bound", "not checked", "--instance"]);
    assert!(
        dir.no("check n.airlock --trust root.pub --today 2025-11-01 --activate --users 111 \
            --history none")["instance_checked"]
            == false
    );
    assert!(dir.yes(&format!("{BOUND} --users 81"))["instance_checked"] == true);
    assert_eq!(dir.yes(LOOSE)["instance_checked"], Json::Null);
}

#[test]
fn a_bound_license_is_refused_on_another_instance() {
    let dir = Dir::new();
    dir.yes("instance init elsewhere --trust root.pub");
    let error =
        dir.refused("check n.airlock --instance elsewhere --today 2025-11-01", "other_instance");
    assert!(error["message"].text().contains(INSTANCE));
    assert!(error["hint"].text().contains("request new"));
    dir.yes("check loose.airlock --instance elsewhere --today 2025-11-01");
}

#[test]
fn a_license_of_another_root_is_refused() {
    let dir = Dir::new();
    dir.refused("check other.airlock --instance inst --today 2025-11-01", "unknown_key");
    dir.refused("check other.airlock --trust root.pub --today 2025-11-01", "unknown_key");
    dir.yes("check other.airlock --instance inst --trust root2.pub --today 2025-11-01");
    dir.yes("check other.airlock --trust root.pub --trust root2.pub --today 2025-11-01");
    dir.failed("check other.airlock --today 2025-11-01", "no_roots");
}

#[test]
fn the_instance_may_come_from_the_surroundings() {
    let dir = Dir::installed();
    let run = |value: &str, line: &str| {
        let words = crate::common::words(line);
        let output = dir
            .command(&words)
            .env("AIRLOCK_INSTANCE", value)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        crate::common::Run::of(line, output)
    };
    run("inst", "check --users 81 --today 2025-11-01 --json").yes();
    run("inst", "license list --json").yes();
    run("none", "check --instance inst --users 81 --today 2025-11-01 --json").yes();
    run("none", "check --users 81 --json").error(2, "no_instance");
    let error = run("", "check --json").error(2, "no_instance");
    assert!(error["message"].text().contains("/var/lib/airlock"));
}

#[test]
fn explain_shows_every_rule_and_the_default_those_that_apply() {
    let dir = Dir::new();
    let line = format!("{BOUND} --activate --users 111");
    let short = dir.run(&line);
    let long = dir.run(&format!("{line} --explain"));
    assert!(!short.text().contains("does not apply"));
    assert!(long.text().contains("does not apply"));
    let rules = dir.show("n.airlock")["rules"].items().len();
    assert_eq!(long.text().matches("\n  rule ").count(), rules);
    dir.run(&format!("{LOOSE} --explain"))
        .ends(0)
        .says(&["not decided: a figure is missing", "users_now is not known"]);
    dir.run(LOOSE).ends(0).says(&["--explain"]);
}

#[test]
fn the_text_tells_the_last_day_and_the_days_left() {
    let dir = Dir::new();
    dir.run(&format!("{BOUND} --users 81")).ends(0).says(&[
        "YES",
        "2026-10-31 is its last day",
        "365 days left",
        "81 users now",
        "2026-10-17",
    ]);
    dir.run("check n.airlock --instance inst --today 2026-11-01")
        .ends(1)
        .says(&["NO: the instance is read-only", "2026-10-31 was its last day"]);
    dir.run("check n.airlock --instance inst --today 2026-10-31")
        .ends(0)
        .says(&["today, 2026-10-31, is its last day"]);
    dir.run("check n.airlock --instance inst --today 2025-10-31")
        .ends(1)
        .says(&["begins on 2025-11-01"]);
}

#[test]
fn a_check_keeps_nothing() {
    let dir = Dir::installed();
    for day in ["2025-11-01", "2030-01-01", "2020-01-01", "9999-12-31", "1970-01-01"] {
        dir.unchanged(|| dir.run(&format!("check --instance inst --users 81 --today {day}")));
    }
    dir.yes("check --instance inst --users 81 --today 2025-11-01");
}

#[test]
fn without_a_license_there_is_nothing_to_check() {
    let dir = Dir::new();
    let error = dir.failed("check --instance inst --today 2025-11-01", "no_license");
    assert!(error["hint"].text().contains("license install"));
    dir.failed("check none.airlock --trust root.pub", "input_missing");
}

#[test]
fn the_reminder_of_an_offline_cloud_license_follows_the_last_report() {
    let dir = Dir::new();
    let request = terms("--policy gitlab-offline-cloud --request n.request --out cloud.airlock");
    dir.yes(&request);
    dir.yes("license install cloud.airlock --instance inst --today 2025-11-01");
    let on = |day: &str| {
        effects(&dir.yes(&format!("check --instance inst --users 50 --today {day}"))).join(",")
    };
    assert_eq!((on("2025-11-30"), on("2025-12-01")), (String::new(), "notify_admins".to_owned()));
    dir.yes("usage report --anyway --instance inst --today 2025-12-01 --out 1.usage");
    assert_eq!(
        (on("2025-12-01"), on("2025-12-30"), on("2025-12-31")),
        (String::new(), String::new(), "notify_admins".to_owned())
    );
    let verdict = dir.yes("check --instance inst --users 50 --today 2025-12-31");
    let age = &finding(&verdict, "report_due")["conditions"].items()[0];
    assert_eq!(age["fact"], "report_age");
    assert_eq!(age["observed"], 30);
    assert_eq!(age["threshold"], 29);
    dir.yes("usage report --anyway --instance inst --today 2026-01-02 --out 2.usage");
    assert_eq!(on("2026-01-02"), "");
}

#[test]
fn wrong_options_of_check() {
    let dir = Dir::installed();
    for wrong in [
        "--users -1",
        "--users many",
        "--users 16777216",
        "--users",
        "--new x",
        "--new -1",
        "--today 2025-02-29",
        "--today 25-1-1",
        "--explian",
        "n.airlock more",
    ] {
        dir.failed(&format!("check --instance inst {wrong}"), "options");
    }
    dir.failed("check n.airlock --trust none.pub", "input_missing");
    dir.failed("check n.airlock --trust root.key", "key_private");
    dir.failed("check n.airlock --trust n.airlock", "key_unreadable");
}
