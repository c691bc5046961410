//! `airlock issuer certify` and `airlock license issue`

use crate::common::{COMPANY, Dir, INSTANCE, terms, tool};
use crate::json::Json;

const WRITTEN: [&str; 6] = ["bytes", "format", "id", "kind", "path", "sha256"];

/// Certifies the desk key with these limits, as small.issuer.
fn certify(limits: &str) -> String {
    let from = if limits.contains("--from") { "" } else { "--from 2025-01-01" };
    let until = if limits.contains("--until") { "" } else { "--until 2027-01-01" };
    let name = if limits.contains("--name") { "" } else { "--name Desk" };
    format!(
        "issuer certify --root root.key --key desk.pub {from} {until} {name} --today 2025-01-01 \
            --out small.issuer {limits}"
    )
}

/// A folder with an issuer document of these limits.
fn limited(limits: &str) -> Dir {
    let dir = Dir::new();
    dir.yes(&certify(limits));
    dir
}

/// Issues under the limits twice: within them, and beyond them, which is refused with this code.
#[track_caller]
fn boundary(limits: &str, within: &[&str], beyond: &[&str], code: &str) {
    let dir = limited(limits);
    for (number, terms_within) in within.iter().enumerate() {
        dir.issue(&format!(
            "--issuer small.issuer --trust root.pub --out {number}.airlock {terms_within}"
        ));
    }
    for terms_beyond in beyond {
        dir.refused(&terms(&format!("--issuer small.issuer {terms_beyond}")), code);
    }
}

/// Returns the claims of new.airlock.
fn claims(dir: &Dir) -> Json {
    dir.show("new.airlock")["claims"].clone()
}

/// Returns the rule with this code of a license with these settings: its effect and its last
/// condition's threshold.
fn rule(settings: &str, code: &str) -> Option<(String, i64)> {
    let dir = Dir::new();
    dir.issue(settings);
    let shown = dir.show("new.airlock");
    let found = shown["rules"].items().iter().find(|rule| rule["code"] == code)?;
    Some((
        found["effect"].text().to_owned(),
        found["conditions"].items().last().unwrap()["threshold"].number(),
    ))
}

fn days(text: &str) -> i64 {
    let date = tool("date", "coreutils", &["-u", "-d", text, "+%s"], std::path::Path::new("/"));
    String::from_utf8(date.stdout).unwrap().trim().parse::<i64>().unwrap() / 86_400
}

#[test]
fn an_issuer_document_holds_every_limit() {
    let dir = limited(
        "--max-days 30 --max-seats 50 --plans premium,ultimate --trials-only --name 'Support 2'",
    );
    let claims = dir.show("small.issuer")["claims"].clone();
    assert_eq!(claims["name"], "Support 2");
    assert_eq!(claims["from"], "2025-01-01");
    assert_eq!(claims["until"], "2027-01-01");
    assert_eq!(claims["max_days"], 30);
    assert_eq!(claims["max_seats"], 50);
    assert_eq!(claims["trials_only"], true);
    assert_eq!(claims["plans"].texts(), ["premium", "ultimate"]);
    assert_eq!(claims["issued"].number(), days("2025-01-01") * 86_400);
}

#[test]
fn without_limits_a_key_may_sign_400_days_and_any_seats() {
    boundary("", &["--until 2026-12-06", "--unlimited"], &["--until 2026-12-07"], "issuer_days");
}

#[test]
fn a_writing_command_says_what_it_wrote() {
    let dir = Dir::new();
    let json = dir.yes(&certify(""));
    assert_eq!(json.keys(), WRITTEN);
    assert_eq!(json["path"], "small.issuer");
    assert_eq!(json["kind"], "issuer");
    assert_eq!(json["bytes"], i64::try_from(dir.read("small.issuer").len()).unwrap());
    let json = dir.issue("");
    for key in WRITTEN {
        assert!(json.has(key), "{key}");
    }
    assert!(json["kind"] == "license");
    let sum = tool("sha256sum", "coreutils", &["new.airlock"], dir.root());
    assert_eq!(
        String::from_utf8(sum.stdout).unwrap().split(' ').next().unwrap(),
        json["sha256"].text()
    );
}

#[test]
fn certify_refuses_wrong_keys_and_terms() {
    let dir = Dir::new();
    dir.failed("issuer certify", "options");
    dir.failed(
        "issuer certify --root root.key --key root.pub --name D --from 2025-01-01 --until \
        2026-01-01 --out x",
        "same_key",
    );
    dir.failed(
        "issuer certify --root root.pub --key desk.pub --name D --from 2025-01-01 --until \
        2026-01-01 --out x",
        "key_public",
    );
    dir.failed(
        "issuer certify --root root.key --key desk.key --name D --from 2025-01-01 --until \
            2026-01-01 --out x",
        "key_private",
    );
    dir.failed(
        "issuer certify --root none --key desk.pub --name D --from 2025-01-01 --until \
        2026-01-01 --out x",
        "input_missing",
    );
    dir.failed(&certify("--from 2025-01-01 --until 2025-01-01"), "inconsistent");
    dir.failed(&certify("--from 2025-01-02 --until 2025-01-01"), "inconsistent");
    dir.failed(&certify("--max-days 0"), "inconsistent");
    dir.failed(&certify("--max-days 36526"), "inconsistent");
    dir.failed(&certify("--max-days -1"), "options");
    dir.failed(&certify("--max-seats 16777216"), "options");
    dir.failed(&certify("--plans gold"), "options");
    assert!(dir.failed(&certify("--name ''"), "options")["message"].text().contains("--name"));
    dir.yes(&certify("--max-days 36525 --max-seats 16777215"));
}

#[test]
fn the_seats_of_a_key_are_a_limit_add_ons_included() {
    boundary(
        "--max-seats 50",
        &[
            "--seats 50",
            "--seats 40 --add-on duo_pro:10",
            "--seats 50 --legacy-add-on GitLab_Auditor_User:1",
        ],
        &[
            "--seats 51",
            "--seats 41 --add-on duo_pro:10",
            "--seats 30 --add-on duo_pro:10 --add-on duo_core:11",
            "--unlimited",
        ],
        "issuer_seats",
    );
}

#[test]
fn the_days_of_a_key_are_a_limit() {
    let month = ["--until 2025-12-01"];
    boundary("--max-days 30", &month, &["--until 2025-12-02"], "issuer_days");
}

#[test]
fn the_plans_of_a_key_are_a_limit() {
    boundary(
        "--plans starter,premium",
        &["--plan starter", "--plan premium"],
        &["--plan ultimate"],
        "issuer_plan",
    );
}

#[test]
fn a_key_for_trials_signs_trials_only() {
    boundary(
        "--trials-only",
        &["--policy gitlab-trial"],
        &["", "--policy gitlab-offline-cloud"],
        "issuer_trials_only",
    );
}

#[test]
fn a_key_signs_from_its_first_day_to_its_last() {
    let days = "--from 2025-09-01 --until 2025-11-01";
    let terms = |today: &str| format!("--today {today} --from 2025-11-01");
    let (within, beyond) =
        ([terms("2025-09-01"), terms("2025-10-31")], [terms("2025-08-31"), terms("2025-11-01")]);
    let (within, beyond) =
        (within.each_ref().map(String::as_str), beyond.each_ref().map(String::as_str));
    boundary(days, &within, &beyond, "issuer_not_in_force");
}

#[test]
fn a_license_begins_at_most_90_days_after_its_issue() {
    boundary("", &["--today 2025-08-03"], &["--today 2025-08-02"], "starts_too_late");
}

#[test]
fn a_key_for_years_ahead_signs_as_far_as_its_document_says() {
    boundary(
        "--start-days 91",
        &["--today 2025-08-02"],
        &["--today 2025-08-01"],
        "starts_too_late",
    );
    let dir = Dir::new();
    dir.failed(&certify("--start-days 90"), "inconsistent");
    dir.failed(&certify("--start-days 36526"), "inconsistent");
    dir.yes(&certify("--start-days 36525"));
    assert_eq!(dir.show("small.issuer")["claims"]["start_days"], 36_525);
}

#[test]
fn the_issuer_document_must_be_of_the_key_and_under_the_root() {
    let dir = Dir::new();
    dir.refused(&terms("--key desk2.key"), "wrong_key");
    dir.refused(&terms("--trust root2.pub"), "unknown_key");
    dir.failed(&terms("--issuer n.airlock"), "wrong_kind");
    dir.failed(&terms("--issuer desk.pub"), "not_airlock");
    dir.failed(&terms("--key desk.pub"), "key_public");
    dir.failed(&terms("--trust root.key"), "key_private");
    dir.issue("--trust root.pub --trust root2.pub");
}

#[test]
fn a_request_fills_in_what_options_do_not_say() {
    let dir = Dir::new();
    let request = "license issue --key desk.key --issuer desk.issuer --policy gitlab-legacy \
        --request n.request --from 2025-11-01 \
                   --until 2026-11-01 --today 2025-10-20 --out new.airlock --force";
    dir.yes(request);
    let found = claims(&dir);
    assert_eq!(found["company"], COMPANY);
    assert_eq!(found["name"], "Ida Thorsen");
    assert_eq!(found["email"], "ida.thorsen@nordhavn.example");
    assert_eq!(found["plan"], "premium");
    assert_eq!(found["seats"], 100);
    assert_eq!(found["instances"].texts(), [INSTANCE]);
    assert!(found.has("report_key"));
    dir.yes(&format!(
        "{request} --company Acme --name Bo --email b@acme.example --plan ultimate \
        --seats 7 --bind 00000000-0000-4000-8000-000000000001"
    ));
    let found = claims(&dir);
    assert_eq!(found["company"], "Acme");
    assert_eq!(found["name"], "Bo");
    assert_eq!(found["email"], "b@acme.example");
    assert_eq!(found["plan"], "ultimate");
    assert_eq!(found["seats"], 7);
    assert_eq!(found["instances"].texts(), ["00000000-0000-4000-8000-000000000001"]);
    dir.yes(&format!("{request} --unlimited"));
    assert_eq!(claims(&dir)["seats"], Json::Null);
}

#[test]
fn what_is_given_as_request_must_be_one() {
    let dir = Dir::new();
    let line = |request: &str| {
        format!(
            "license issue --key desk.key --issuer desk.issuer --policy gitlab-legacy --request \
                {request} --from 2025-11-01 --until 2026-11-01 --today 2025-10-20 --out new.airlock"
        )
    };
    dir.failed(&line("n.airlock"), "wrong_kind");
    dir.failed(&line("desk.pub"), "not_airlock");
    let mut altered = dir.read("n.request");
    let last = altered.len() - 1;
    altered[last] ^= 1;
    dir.write("altered.request", altered);
    dir.refused(&line("altered.request"), "bad_signature");
}

#[test]
fn each_missing_term_is_named() {
    let dir = Dir::new();
    let all = [
        ("--company", "Acme"),
        ("--name", "Bo"),
        ("--email", "b@acme.example"),
        ("--plan", "premium"),
        ("--seats", "9"),
        ("--key", "desk.key"),
        ("--issuer", "desk.issuer"),
        ("--policy", "gitlab-legacy"),
        ("--from", "2025-11-01"),
        ("--until", "2026-11-01"),
        ("--out", "new.airlock"),
    ];
    for (missing, _) in all {
        let rest: Vec<String> = all
            .iter()
            .filter(|(option, _)| *option != missing)
            .map(|(option, value)| format!("{option} {value}"))
            .collect();
        let error =
            dir.failed(&format!("license issue {} --today 2025-10-20", rest.join(" ")), "options");
        assert!(error["message"].text().contains(missing), "{missing}: {error:?}");
    }
}

#[test]
fn every_term_stands_in_the_license() {
    let dir = Dir::new();
    dir.issue(
        "--subscription A-S1 --subscription-id 77 --restriction-id 88 --bind \
            00000000-0000-4000-8000-000000000001 --bind 00000000-0000-4000-8000-000000000002 \
         --previous-users 95 --previous-from 2024-10-01 --previous-until 2025-10-31 --true-up 12 \
         --true-up-from 2024-10-01 --true-up-to 2025-09-30 --true-up-base 90 \
         --reconciled --flag auto_renew --flag operational_metrics --legacy-add-on \
         GitLab_Auditor_User:1 \
         --add-on duo_pro:20 --add-on duo_core:5:2025-12-01:2026-06-01 --add-on \
         duo_enterprise:3:2025-11-01:2026-11-01:P-1:trial",
    );
    let found = claims(&dir);
    assert_eq!(found["subscription"], "A-S1");
    assert_eq!(found["subscription_id"], "77");
    assert_eq!(found["restriction_id"], "88");
    assert_eq!(found["instances"].items().len(), 2);
    assert!(found["previous_users"] == 95);
    let true_up = &found["true_up"];
    assert_eq!(true_up["quantity"], 12);
    assert_eq!(true_up["from"], "2024-10-01");
    assert_eq!(true_up["to"], "2025-09-30");
    assert_eq!(true_up["base"], 90);
    assert_eq!(
        found["flags"].texts(),
        ["auto_renew", "operational_metrics", "reconciliation_completed"]
    );
    let old = &found["legacy_add_ons"].items()[0];
    assert_eq!(old["name"], "GitLab_Auditor_User");
    assert_eq!(old["quantity"], 1);
    let add_ons = found["add_ons"].items();
    assert_eq!(add_ons.iter().map(|add_on| add_on["quantity"].number()).sum::<i64>(), 28);
    let core = add_ons.iter().find(|add_on| add_on["product"] == "duo_core").unwrap();
    assert_eq!(core["from"], "2025-12-01");
    assert_eq!(core["until"], "2026-06-01");
    assert_eq!(core["trial"], false);
    let trial = add_ons.iter().find(|add_on| add_on["product"] == "duo_enterprise").unwrap();
    assert_eq!(trial["purchase"], "P-1");
    assert_eq!(trial["trial"], true);
    assert_eq!(trial["from"], "2025-11-01");
    assert_eq!(trial["until"], "2026-11-01");
}

#[test]
fn every_flag_that_may_be_given_is_taken() {
    for flag in [
        "auto_renew",
        "seat_reconciliation",
        "operational_metrics",
        "generated_from_customers_dot",
        "generated_from_cancellation",
        "temporary_extension",
    ] {
        let dir = Dir::new();
        dir.issue(&format!("--flag {flag}"));
        assert_eq!(claims(&dir)["flags"].texts(), [flag]);
    }
}

#[test]
fn wrong_terms_are_refused_before_anything_is_signed() {
    let dir = Dir::new();
    for wrong in [
        "--seats 100 --unlimited",
        "--seats -1",
        "--seats 1.5",
        "--seats 16777216",
        "--seats ''",
        "--plan gold",
        "--bind not-a-uuid",
        "--previous-users many",
        "--previous-from 2024-11-01",
        "--previous-until 2025-10-31",
        "--previous-from 2025-10-31 --previous-until 2024-11-01",
        "--true-up 5",
        "--true-up-from 2024-11-01",
        "--true-up-to 2024-11-01",
        "--true-up-base 5",
        "--flag trial",
        "--flag cloud_licensing",
        "--flag offline_cloud_licensing",
        "--flag reconciliation_completed",
        "--flag no_such_flag",
        "--add-on duo_pro",
        "--add-on duo_pro:x",
        "--add-on duo_pro:1:2025-11-01",
        "--add-on duo_pro:1:2025-11-01:2026-13-01",
        "--add-on duo_pro:1:2025-11-01:2026-11-01:P:trail",
        "--legacy-add-on Auditor",
        "--legacy-add-on Auditor:x",
        "--from 2025-02-29",
        "--until 01.11.2026",
        "--today tomorrow",
        "--nonsense",
    ] {
        dir.failed(&terms(wrong), "options");
    }
    dir.failed(&terms("--until 2025-11-01"), "inconsistent");
    dir.failed(&terms("--until 2025-10-31"), "inconsistent");
    dir.failed(&terms("--add-on duo_pro:5:2026-06-01:2026-05-01"), "inconsistent");
    dir.failed(
        &terms("--true-up 5 --true-up-from 2025-11-01 --true-up-to 2024-11-01"),
        "inconsistent",
    );
    let five: String =
        (1..=5).map(|n| format!("--bind 00000000-0000-4000-8000-00000000000{n} ")).collect();
    dir.failed(&terms(&five), "over_limit");
}

#[test]
fn four_instances_may_be_bound() {
    let dir = Dir::new();
    let four: String =
        (1..=4).map(|n| format!("--bind 00000000-0000-4000-8000-00000000000{n} ")).collect();
    dir.issue(&four);
    assert_eq!(claims(&dir)["instances"].items().len(), 4);
    dir.issue(&format!("--force --bind {INSTANCE} --bind {INSTANCE}"));
    assert_eq!(claims(&dir)["instances"].texts(), [INSTANCE]);
}

#[test]
fn seat_rules_follow_each_setting() {
    let refuse = |bound| Some(("refuse_activation".to_owned(), bound));
    let current = "--reconciled";
    assert_eq!(rule(current, "users_over_seats"), refuse(110));
    assert_eq!(
        rule(&format!("{current} --set tolerance_percent=15"), "users_over_seats"),
        refuse(115)
    );
    assert_eq!(
        rule(&format!("{current} --set tolerance_percent=0"), "users_over_seats"),
        refuse(100)
    );
    assert_eq!(rule(&format!("{current} --seats 15"), "users_over_seats"), refuse(16));
    assert_eq!(
        rule(&format!("{current} --seats 15 --set rounding=up"), "users_over_seats"),
        refuse(17)
    );
    assert_eq!(rule(&format!("{current} --set seat_check=false"), "users_over_seats"), None);
    assert_eq!(rule("", "no_seat_left"), None);
    assert_eq!(
        rule("--set hard_stop=true", "no_seat_left"),
        Some(("refuse_new_users".to_owned(), 100))
    );
    assert_eq!(rule("", "few_seats_left"), Some(("notify_admins".to_owned(), 92)));
    assert_eq!(rule("--set near_limit=off", "few_seats_left"), None);
    assert_eq!(rule("--unlimited", "peak_over_seats"), None);
}

#[test]
fn end_rules_follow_each_setting() {
    let end = days("2026-11-01") - 1;
    let from = |effect: &str, day: i64| Some((effect.to_owned(), day));
    assert_eq!(rule("", "ended"), from("refuse_activation", end));
    assert_eq!(rule("--set refuse_ended=false", "ended"), None);
    assert_eq!(rule("", "ends_soon"), from("notify_admins", end - 15));
    assert_eq!(rule("--set notify_admins_days=30", "ends_soon"), from("notify_admins", end - 30));
    assert_eq!(
        rule("--set notify_users_days=5", "ends_soon_for_users"),
        from("notify_users", end - 5)
    );
    assert_eq!(rule("--set notify_users_days=off", "ends_soon_for_users"), None);
    assert_eq!(rule("--set block_changes_days=14", "read_only"), from("block_changes", end + 14));
    assert_eq!(rule("--set block_changes_days=off", "read_only"), None);
    assert_eq!(rule("--set inactive_days=30", "features_ended"), from("inactive", end + 30));
    assert_eq!(rule("", "features_ended"), None);
    assert_eq!(rule("--set report_reminder_days=45", "report_due"), from("notify_admins", 44));
    assert_eq!(rule("", "report_due"), None);
}

#[test]
fn the_shipped_policies_differ_where_they_should() {
    assert_eq!(
        rule("--policy gitlab-offline-cloud", "report_due"),
        Some(("notify_admins".to_owned(), 29))
    );
    assert_eq!(
        rule("--policy gitlab-offline-cloud --set report_reminder_days=off", "report_due"),
        None
    );
    assert_eq!(rule("--policy gitlab-offline-cloud --reconciled", "users_over_seats"), None);
    let end = days("2026-11-01") - 1;
    assert_eq!(rule("--policy gitlab-trial", "features_ended"), Some(("inactive".to_owned(), end)));
    assert_eq!(
        rule("--policy gitlab-trial", "ends_soon"),
        Some(("notify_admins".to_owned(), end - 7))
    );
    assert_eq!(rule("--policy gitlab-trial", "read_only"), None);
}

#[test]
fn a_license_names_its_policy_and_whether_it_was_changed() {
    let dir = Dir::new();
    dir.issue("");
    assert_eq!(claims(&dir)["policy"]["name"], "gitlab-legacy");
    assert_eq!(claims(&dir)["policy"]["changed"], false);
    dir.issue("--force --set tolerance_percent=15 --set hard_stop=true");
    assert!(claims(&dir)["policy"]["changed"] == true);
    dir.issue("--force --policy gitlab-offline-cloud");
    assert_eq!(claims(&dir)["flags"].texts(), ["cloud_licensing", "offline_cloud_licensing"]);
    dir.issue("--force --policy gitlab-trial");
    assert_eq!(claims(&dir)["flags"].texts(), ["trial"]);
}

#[test]
fn a_policy_may_be_a_file() {
    let dir = Dir::new();
    let shipped = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/policies/gitlab-legacy.toml"
    ))
    .unwrap();
    dir.write(
        "ours.toml",
        shipped
            .replace("gitlab-legacy", "ours")
            .replace("tolerance_percent = 10", "tolerance_percent = 20"),
    );
    dir.issue("--policy ours.toml --reconciled --out ours.airlock");
    assert!(dir.show("ours.airlock")["claims"]["policy"]["name"] == "ours");
    dir.write("broken.toml", shipped.replace("seat_check = true", ""));
    dir.failed(&terms("--policy broken.toml"), "policy_unreadable");
    dir.failed(&terms("--policy n.airlock"), "policy_unreadable");
    dir.failed(&terms("--policy no-such-policy"), "input_missing");
    dir.failed(&terms("--policy ."), "input_directory");
}

#[test]
fn wrong_settings_are_refused() {
    let dir = Dir::new();
    for wrong in ["tolerance=15", "tolerance_percent", "name=x", "flags=[]", "=", "version=2"] {
        dir.failed(&terms(&format!("--set {wrong}")), "policy_setting");
    }
    for wrong in [
        "tolerance_percent=ten",
        "tolerance_percent=-1",
        "rounding=sideways",
        "hard_stop=maybe",
        "seat_check=1",
        "refuse_ended=no",
        "near_limit=on",
        "notify_admins_days=36526",
        "notify_users_days=-1",
        "block_changes_days=1.5",
        "inactive_days=on",
        "report_reminder_days=monthly",
    ] {
        dir.failed(&terms(&format!("--set {wrong}")), "policy_unreadable");
    }
}

#[test]
fn the_term_begins_at_the_day_given_and_issuing_keeps_its_day() {
    let dir = Dir::new();
    dir.issue("");
    assert_eq!(claims(&dir)["issued"].number(), days("2025-10-20") * 86_400);
    dir.run(&terms("--force")).ends(0).says(&["2026-10-31 is the last day"]);
}

#[test]
fn names_are_written_in_nfc() {
    let dir = Dir::new();
    dir.issue("--company 'Cafe\u{301} \u{212b}ngstro\u{308}m' --name ' Bo '");
    assert_eq!(claims(&dir)["company"], "Caf\u{e9} \u{c5}ngstr\u{f6}m");
    assert_eq!(claims(&dir)["name"], "Bo");
}

#[test]
fn invisible_characters_are_refused_and_never_printed() {
    let dir = Dir::new();
    for forbidden in [
        "\u{1b}[31m",
        "\u{7}",
        "\u{200b}",
        "\u{202e}",
        "\u{2028}",
        "\u{ad}",
        "\u{feff}x",
        "\u{85}",
        "a\nb",
    ] {
        for option in ["--company", "--name", "--email", "--subscription"] {
            let line = terms(&format!("{option} 'x{forbidden}y'"));
            dir.failed(&line, "bad_text");
            assert!(!dir.run(&line).ends(2).err.contains(forbidden));
        }
    }
    dir.failed(&terms(&format!("--company {}", "x".repeat(201))), "over_limit");
    dir.issue(&format!("--company {}", "x".repeat(200)));
}

#[test]
fn an_existing_file_is_replaced_only_with_force() {
    let dir = Dir::new();
    dir.write("new.airlock", "old");
    assert!(dir.failed(&terms(""), "output_exists")["hint"].text().contains("--force"));
    dir.issue("--force");
    dir.show("new.airlock");
    dir.write("small.issuer", "old");
    dir.failed(&certify(""), "output_exists");
    dir.yes(&certify("--force"));
}

#[test]
fn the_issuing_text_for_people_tells_terms_rules_and_size() {
    Dir::new().run(&terms("")).ends(0).says(&[
        "wrote new.airlock: license ",
        COMPANY,
        "rule 1 peak_over_seats",
        "gitlab-legacy version 1",
    ]);
}

#[test]
fn the_desk_is_warned_where_users_are_not_compared_or_the_instance_is_another() {
    let dir = Dir::new();
    dir.run(&terms("")).ends(0).says(&["warning: users now are not compared"]);
    dir.run(&terms("--force")).ends(0).says(&["warning: any instance may use the license"]);
    assert!(
        !dir.run(&terms("--force --previous-users 100 --request n.request --trust root.pub"))
            .ends(0)
            .err
            .contains("warning")
    );
    let other = terms(
        "--force --previous-users 100 --request n.request --bind \
            00000000-0000-4000-8000-000000000001",
    );
    dir.run(&other).ends(0).says(&["warning: the license is not for the request's own instance"]);
}

/// A history with one large day, before and after which little happens.
fn history_with_peak(dir: &Dir, day: &str) {
    dir.write("h.csv", format!("2025-09-01,80\n{day},150\n2026-09-20,81\n"));
}

/// The terms of an issue for the fixture's instance.
fn follow(days: &str, more: &str) -> String {
    format!(
        "license issue --key desk.key --issuer desk.issuer --trust root.pub \
         --policy gitlab-legacy --request n.request {days} {more} --out next.airlock"
    )
}

const ACTIVATE: &str = "check next.airlock --instance inst --activate --users 81 --history h.csv";

#[test]
fn an_extension_is_compared_with_the_whole_term_that_it_renews() {
    let dir = Dir::new();
    history_with_peak(&dir, "2026-03-10");
    let extension = "--from 2026-11-01 --until 2026-12-01 --today 2026-10-20";
    dir.yes(&follow(extension, "--renews n.airlock"));
    dir.run(&format!("{ACTIVATE} --today 2026-11-01"))
        .ends(1)
        .says(&["from 2025-11-01 through 2026-11-01", "they are 150, on 2026-03-10"]);
}

#[test]
fn a_term_of_no_year_that_names_no_license_is_warned_of() {
    let dir = Dir::new();
    let warned = |days: &str, more: &str| {
        let answer = dir.yes(&follow(days, &format!("{more} --force")));
        let warnings = if answer.has("warnings") { answer["warnings"].texts() } else { vec![] };
        warnings.iter().find(|text| text.contains("--renews")).map(|text| (*text).to_owned())
    };
    let extension = "--from 2026-11-01 --until 2026-12-01 --today 2026-10-20";
    let warning = warned(extension, "").expect("a warning");
    assert!(warning.contains("from 2025-11-01 through 2025-12-01"), "{warning}");
    let none = [
        (extension, "--renews n.airlock"),
        (extension, "--previous-from 2025-11-01 --previous-until 2026-11-01"),
        (extension, "--reconciled"),
        (extension, "--unlimited"),
        (extension, "--set seat_check=false"),
        ("--from 2026-11-01 --until 2027-11-01 --today 2026-10-20", ""),
    ];
    for (days, more) in none {
        assert_eq!(warned(days, more), None, "{days} {more}");
    }
    for days in ["--from 2026-11-01 --until 2027-10-31", "--from 2026-11-01 --until 2027-11-03"] {
        assert!(warned(&format!("{days} --today 2026-10-20"), "").is_some(), "{days}");
    }
}

#[test]
fn a_renewal_a_month_early_looks_at_the_running_term_only() {
    let dir = Dir::new();
    history_with_peak(&dir, "2025-10-15");
    let renewal = "--from 2026-10-01 --until 2027-10-01 --today 2026-09-20";
    dir.yes(&follow(renewal, "--renews n.airlock"));
    dir.yes(&format!("{ACTIVATE} --today 2026-10-01"));
    dir.yes(&follow(renewal, "--force"));
    dir.no(&format!("{ACTIVATE} --today 2026-10-01"));
}

#[test]
fn the_license_that_is_renewed_is_verified() {
    let dir = Dir::new();
    let days = "--from 2026-11-01 --until 2026-12-01 --today 2026-10-20";
    dir.refused(&follow(days, "--renews other.airlock"), "unknown_key");
    dir.failed(&follow(days, "--renews n.request"), "wrong_kind");
    dir.failed(&terms("--renews n.airlock"), "options");
    let both = "--renews n.airlock --previous-from 2025-11-01 --previous-until 2026-11-01";
    dir.failed(&follow(days, both), "options");
}

#[test]
fn the_license_of_another_company_is_warned_of() {
    let dir = Dir::new();
    dir.issue("--company 'Havn Yachts ApS' --out theirs.airlock");
    let days = "--from 2026-11-01 --until 2026-12-01 --today 2026-10-20";
    let answer = dir.yes(&follow(days, "--renews theirs.airlock"));
    assert!(answer["warnings"].texts().iter().any(|text| text.contains("Havn Yachts ApS")));
}

const SPARE: &str = "00000000-0000-4000-8000-000000000002";

/// The fixture with a spare instance and its request.
fn with_spare(company: &str) -> Dir {
    let dir = Dir::new();
    dir.yes(&format!("instance init spare --id {SPARE} --trust root.pub"));
    dir.yes(&format!(
        "request new --instance spare --company '{company}' --name 'Bo Holm' \
         --email bo@nordhavn.example --plan ultimate --seats 7 --users 3 --today 2025-10-18 \
         --out spare.request"
    ));
    dir
}

/// An issue for the fixture's instance and the spare one.
fn for_both(more: &str) -> String {
    format!(
        "license issue --key desk.key --issuer desk.issuer --trust root.pub \
         --policy gitlab-legacy --request n.request --request spare.request \
         --from 2025-11-01 --until 2026-11-01 --previous-users 100 --today 2025-10-20 \
         --out new.airlock {more}"
    )
}

#[test]
fn several_requests_bind_their_instances_and_the_first_names_the_licensee() {
    let dir = with_spare(COMPANY);
    let answer = dir.yes(&for_both(""));
    assert!(!answer.has("warnings"), "{answer:?}");
    let found = claims(&dir);
    assert_eq!(found["name"], "Ida Thorsen");
    assert_eq!(found["plan"], "premium");
    assert_eq!(found["seats"], 100);
    let mut instances = [INSTANCE, SPARE];
    instances.sort_unstable();
    assert_eq!(found["instances"].texts(), instances);
    let thumbprint =
        |key: &str| dir.yes(&format!("key show {key}"))["fingerprint"].text().to_owned();
    assert!(found["report_key"] == thumbprint("inst/instance.pub").as_str());
    let further = thumbprint("spare/instance.pub");
    assert_eq!(found["further_report_keys"].texts(), [further.as_str()]);
    dir.run(&for_both("--force")).ends(0).says(&["further report keys"]);
}

#[test]
fn a_report_of_a_further_instance_is_taken_and_not_billed() {
    let dir = with_spare(COMPANY);
    dir.yes(&for_both(""));
    for (instance, users) in [("inst", 112), ("spare", 700)] {
        dir.yes(&format!(
            "license install new.airlock --instance {instance} --users 81 --history none \
             --today 2025-11-01"
        ));
        dir.write("h.csv", format!("2025-11-01,{users}\n"));
        dir.yes(&format!("usage import h.csv --instance {instance} --today 2027-01-01"));
        dir.yes(&format!(
            "usage report --instance {instance} --today 2025-11-02 --out {instance}.usage"
        ));
    }
    let line = |reports: &str| {
        format!("reconcile {reports} --license new.airlock --trust root.pub --today 2025-11-02")
    };
    let both = dir.yes(&line("spare.usage inst.usage"));
    assert_eq!(both["seats_owed"], 12, "{both:?}");
    assert_eq!(both["users_max"], 112, "{both:?}");
    let instances: Vec<&str> =
        both["reports"].items().iter().map(|report| report["instance"].text()).collect();
    assert_eq!(instances, ["further", "billed"]);
    assert!(both["reports"].items()[0]["users_max"] == 700);
    let alone = dir.no(&line("spare.usage"));
    assert_eq!(alone["seats_owed"], Json::Null, "{alone:?}");
    assert_eq!(alone["first_day"], Json::Null, "{alone:?}");
    assert_eq!(alone["days_uncovered"].texts(), ["2025-11-01"]);
    dir.run(&line("spare.usage")).ends(1).says(&[
        "a further instance",
        "not billed",
        "seats owed not known",
    ]);
}

/// The instances change their parts: the spare one is billed from 2026-05-01 on.
#[test]
fn each_key_is_judged_under_the_license_that_bills_it() {
    let dir = with_spare(COMPANY);
    dir.yes(&for_both("--until 2026-05-01").replace(" --until 2026-11-01", ""));
    let swapped =
        for_both("--seats 100").replace("n.request --request spare", "spare.request --request n");
    let swapped = swapped.replace("2025-11-01", "2026-05-01").replace("new.air", "next.air");
    dir.yes(&swapped.replace("2025-10-20", "2026-04-20"));
    for (instance, rows) in [
        ("inst", "2025-11-01,101\n2026-05-01,700\n"),
        ("spare", "2025-11-01,800\n2026-05-01,103\n"),
    ] {
        for license in ["new.airlock", "next.airlock"] {
            dir.yes(&format!(
                "license install {license} --instance {instance} --users 81 --history none \
                 --today 2026-04-21"
            ));
        }
        dir.write("h.csv", rows);
        dir.yes(&format!("usage import h.csv --instance {instance} --today 2026-05-02"));
        dir.yes(&format!(
            "usage report --instance {instance} --today 2026-05-02 --out {instance}.usage"
        ));
    }
    let line = |reports: &str| {
        format!(
            "reconcile {reports} --license new.airlock --license next.airlock --trust root.pub \
             --today 2026-05-02"
        )
    };
    let both = dir.no(&line("inst.usage spare.usage"));
    let peaks: Vec<_> = both["licenses"].items().iter().map(|used| &used["users_max"]).collect();
    assert!(*peaks[0] == 101 && *peaks[1] == 103, "{both:?}");
    assert_eq!(both["seats_owed"], 3);
    let alone = dir.no(&line("inst.usage"));
    assert_eq!(alone["seats_owed"], 1);
    assert_eq!(alone["days_uncovered"].texts(), ["2026-05-01"]);
    dir.run(&line("inst.usage"))
        .ends(1)
        .says(&["is billed under one of the licenses, and another license bills another key"]);
}

/// Its 1,000 seats would cover the users of the instance that made the report.
#[test]
fn a_license_of_another_instance_covers_no_users() {
    let dir = with_spare(COMPANY);
    dir.issue("--out spare.airlock --seats 1000 --request spare.request --trust root.pub");
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    dir.write("h.csv", "2025-11-01,130\n");
    dir.yes("usage import h.csv --instance inst");
    dir.yes("usage report --instance inst --today 2025-11-02 --out inst.usage");
    let line = |licenses: &str| {
        format!("reconcile inst.usage {licenses} --trust root.pub --today 2025-11-02")
    };
    assert_eq!(dir.yes(&line("--license n.airlock"))["seats_owed"], 30);
    dir.refused(&line("--license n.airlock --license spare.airlock"), "other_key");
    dir.refused(&line("--license spare.airlock --license n.airlock"), "other_key");
}

#[test]
fn further_requests_must_be_of_other_keys_and_are_warned_of_where_they_look_foreign() {
    let dir = with_spare("Havn Yachts ApS");
    let answer = dir.yes(&for_both(""));
    assert!(answer["warnings"].texts()[0].contains("a further request is of Havn Yachts ApS"));
    dir.failed(&for_both("--force").replace("spare.request", "n.request"), "inconsistent");
    let bound = dir.yes(&for_both(&format!("--force --bind {INSTANCE}")));
    assert!(bound["warnings"].texts()[0].contains(SPARE), "{bound:?}");
}

/// Issue 9: what was not checked is said.
#[test]
fn an_issuer_document_that_was_not_checked_is_warned_of() {
    let dir = Dir::new();
    let warned = |line: &str| {
        let answer = dir.yes(&format!("{} --force", terms(line)));
        answer.has("warnings")
            && answer["warnings"].texts().iter().any(|it| it.ends_with("[issuer_unchecked]"))
    };
    assert!(warned(""));
    assert!(!warned("--trust root.pub"));
    let told = dir.run(&terms("--force")).ends(0).err.clone();
    assert!(told.contains("give `--trust ROOT.PUB`"), "{told}");
}

/// Issues 8 and 9: a license with previous users and a subscription has at most 281 bytes without
/// its issuer document, bound to an instance and a report key at most 318.
#[test]
fn a_license_stays_small() {
    let dir = Dir::new();
    let with = "--previous-users 100 --subscription A-S00012345";
    let bytes = |more: &str| {
        let line = terms(&format!("{with} --force {more}"));
        dir.yes(&line)["license_bytes"].clone()
    };
    let at_most = |most: i64, found: &Json| (1..=most).any(|bytes| *found == bytes);
    let (unbound, bound) = (bytes(""), bytes("--request n.request"));
    assert!(at_most(281, &unbound), "{unbound:?}");
    assert!(at_most(318, &bound), "{bound:?}");
}
