//! The desk makes licenses: issue, change, renew, trial, revoke.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::common::{COMPANY, Dir};
use crate::json::Json;

/// A folder with a desk in it that has no customer yet.
fn desk() -> Dir {
    let dir = super::dir();
    dir.yes(&super::init(&dir, "desk"));
    dir
}

/// The first license of the fixture's request; an option given here takes the place of the usual.
fn issue(changed: &str) -> String {
    let usual = [
        ("--customer", format!("'{COMPANY}'")),
        ("--type", "offline".to_owned()),
        ("--policy", "gitlab-legacy".to_owned()),
        ("--request", "n.request".to_owned()),
        ("--from", "2025-11-01".to_owned()),
        ("--until", "2026-11-01".to_owned()),
        ("--previous-users", "100".to_owned()),
        ("--subscription-id", "S-1".to_owned()),
        ("--today", "2025-10-20".to_owned()),
        ("--out", "first.airlock".to_owned()),
    ];
    let kept = usual.iter().filter(|(option, _)| !changed.split(' ').any(|word| word == *option));
    let kept: Vec<String> = kept.map(|(option, value)| format!("{option} {value}")).collect();
    format!("desk issue --desk desk --yes {} {changed}", kept.join(" "))
}

/// A desk whose customer has a license of 100 seats.
fn sold() -> Dir {
    let dir = desk();
    dir.yes(&issue(""));
    dir
}

/// A change, by a ticket of its own; an exception says its own reason.
fn change(what: &str) -> String {
    static TICKET: AtomicU32 = AtomicU32::new(1);
    let why = match what.contains("--anyway") {
        true => String::new(),
        false => format!("--reason asked --ticket C-{}", TICKET.fetch_add(1, Ordering::Relaxed)),
    };
    format!(
        "desk change S-1 --desk desk --yes --today 2026-03-01 --out second.airlock {why} {what}"
    )
}

fn codes(list: &Json) -> Vec<&str> {
    list.items().iter().map(|item| item["code"].text()).collect()
}

#[test]
fn a_first_license_enters_whatever_is_new() {
    let dir = desk();
    let made = dir.yes(&issue(""));
    assert_eq!(made["before"], Json::Null);
    assert!(made["changed"].items().is_empty());
    assert_eq!(made["after"]["seats"].number(), 100);
    assert_eq!(made["serial"].number(), 1);
    assert!(made["customer"]["is_new"] == true);
    assert_eq!(dir.show("first.airlock")["claims"]["subscription_id"].text(), "S-1");
}

#[test]
fn the_instance_installs_it() {
    let dir = sold();
    dir.yes("license install first.airlock --instance inst --users 81 --today 2025-11-01");
}

#[test]
fn a_change_says_before_and_after() {
    let dir = sold();
    let made = dir.yes(&change("--seats 120"));
    let changed = made["changed"].items();
    assert_eq!(changed[0]["name"].text(), "seats");
    assert_eq!(changed[0]["before"].number(), 100);
    assert_eq!(changed[0]["after"].number(), 120);
    assert_eq!(made["before"]["seats"].number(), 100);
    assert_eq!(made["after"]["until"].text(), "2026-11-01");
    assert_eq!(made["serial"].number(), 2);
}

#[test]
fn a_dry_run_writes_nothing() {
    let dir = sold();
    let drawn = dir.unchanged(|| dir.yes(&change("--seats 120 --dry-run")));
    assert!(!drawn.has("path"));
    assert_eq!(drawn["after"]["seats"].number(), 120);
}

#[test]
fn a_dry_run_of_what_would_be_refused_is_a_no() {
    let dir = sold();
    let drawn = dir.no(&change("--flag auto_renew --dry-run"));
    assert_eq!(codes(&drawn["objections"]), ["auto_renewal"]);
}

/// T(100) = 110; DOMAIN.md section 2, step 4.
#[test]
fn what_the_instance_will_refuse_is_not_signed() {
    for (users, refused) in [(110, false), (111, true)] {
        let dir = desk();
        dir.yes(&format!(
            "request new --instance inst --company '{COMPANY}' --name 'Ida Thorsen' --email \
             ida.thorsen@nordhavn.example --plan premium --seats 100 --users {users} --today \
             2025-10-18 --out many.request"
        ));
        let line = issue("--request many.request");
        if refused {
            dir.refused(&line, "desk_objection");
            let made = dir.yes(&format!("{line} --anyway --reason 'users leave tomorrow'"));
            assert_eq!(codes(&made["objections"]), ["users_over_seats"]);
        } else {
            dir.yes(&line);
        }
    }
}

#[test]
fn what_the_type_does_not_have_needs_a_reason() {
    let dir = sold();
    let refused = dir.refused(&change("--flag auto_renew"), "desk_objection");
    assert!(refused["message"].text().contains("auto_renewal = false in its row"));
    dir.run(&change("--flag auto_renew --anyway")).ends(2);
    let made = dir.yes(&change("--flag auto_renew --anyway --reason 'by contract' --ticket 7"));
    assert_eq!(codes(&made["objections"]), ["auto_renewal"]);
}

#[test]
fn an_order_that_is_not_the_requests_is_said() {
    let dir = desk();
    let drawn = dir.yes(&issue("--seats 90 --plan ultimate --dry-run"));
    assert_eq!(codes(&drawn["forecast"]["differences"]), ["seats_differ", "plan_differs"]);
}

#[test]
fn the_same_license_is_not_made_twice() {
    let dir = sold();
    let refused = dir.refused(&issue("--out again.airlock"), "desk_objection");
    assert!(refused["hint"].text().contains("desk resend"));
}

#[test]
fn a_first_license_beside_another_is_refused() {
    let dir = sold();
    dir.refused(&issue("--seats 120 --out beside.airlock"), "desk_objection");
    let made = dir.yes(&issue("--seats 120 --subscription-id S-2 --out beside.airlock"));
    assert_eq!(made["serial"].number(), 1);
}

/// The disk is full when the file is to be written: the license is filed, and its file is not there.
#[test]
fn what_was_filed_and_not_written_is_given_again() {
    let dir = desk();
    let failed = dir.run(&format!("{} --json", issue("--out /dev/full"))).error(2, "disk_full");
    let message = failed["message"].text();
    let id = message.strip_prefix("license ").unwrap().split(' ').next().unwrap();
    assert!(message.contains("is filed, its file was not written"), "{message}");
    let again = dir.yes(&issue(""));
    assert!(again["again"] == true);
    assert_eq!(again["id"].text(), id);
    assert_eq!(again["serial"].number(), 1);
    dir.refused(&issue("--out another.airlock"), "desk_objection");
}

/// Killed after the file was written, before the registry knew it.
#[test]
fn a_file_that_is_there_already_is_taken_for_written() {
    let dir = desk();
    dir.run(&issue("--out /dev/full")).ends(2);
    let keys = "--key desk.key --issuer desk.issuer --trust root.pub";
    dir.run(&format!("desk init other {keys} --registry {}", super::another(&dir))).ends(0);
    dir.yes(&issue("").replace("--desk desk", "--desk other"));
    let again = dir.yes(&issue(""));
    assert!(again["again"] == true);
}

#[test]
fn without_a_terminal_the_option_is_named() {
    let dir = desk();
    for (option, line) in [
        ("--customer", "desk issue --desk desk --request n.request"),
        ("--policy", "desk issue --desk desk --request n.request --customer X --type offline"),
        (
            "--from",
            "desk issue --desk desk --request n.request --customer X --type offline --policy \
             gitlab-legacy",
        ),
        (
            "--yes",
            "desk issue --desk desk --request n.request --customer X --type offline --policy \
             gitlab-legacy --from 2025-11-01 --until 2026-11-01 --today 2025-10-20",
        ),
    ] {
        let failed = dir.failed(line, "desk_missing");
        assert!(failed["message"].text().starts_with(option), "{}", failed["message"].text());
    }
}

#[test]
fn an_unknown_customer_is_entered_only_with_a_type() {
    let dir = desk();
    let line = "desk issue --desk desk --request n.request --customer Nordhaven";
    let refused = dir.refused(line, "desk_not_found");
    assert!(refused["hint"].text().contains("--type"));
}

#[test]
fn a_request_of_a_known_instance_needs_no_customer() {
    let dir = sold();
    dir.yes(&format!(
        "request new --instance inst --company '{COMPANY}' --name 'Ida Thorsen' --email \
         ida.thorsen@nordhavn.example --plan premium --seats 150 --users 90 --today 2026-10-18 \
         --out next.request"
    ));
    let line = "desk issue --desk desk --yes --request next.request --policy gitlab-legacy --from \
                2026-11-01 --until 2027-11-01 --today 2026-10-20 --out next.airlock";
    let made = dir.yes(line);
    assert_eq!(made["customer"]["name"].text(), COMPANY);
    assert_eq!(made["subscription"].text(), "S-1");
    assert_eq!(made["serial"].number(), 2);
}

#[test]
fn a_renewal_follows_the_last_term() {
    let dir = sold();
    dir.yes(&change("--add-on duo_pro:20:2026-03-01:2026-11-01"));
    let made = dir.yes("desk renew S-1 --desk desk --yes --seats 130 --today 2026-10-01 --out r");
    let after = &made["after"];
    assert_eq!(after["from"].text(), "2026-11-01");
    assert_eq!(after["until"].text(), "2027-11-01");
    assert_eq!(after["previous_users"].number(), 100);
    assert_eq!(after["add_ons"].items()[0]["from"].text(), "2026-11-01");
    assert_eq!(after["add_ons"].items()[0]["until"].text(), "2027-11-01");
}

#[test]
fn a_renewal_that_begins_later_ends_later() {
    let dir = sold();
    let line = "desk renew S-1 --desk desk --yes --from 2026-12-01 --today 2026-10-01 --out r";
    let made = dir.yes(line);
    assert_eq!(made["after"]["from"].text(), "2026-12-01");
    assert_eq!(made["after"]["until"].text(), "2027-12-01");
}

#[test]
fn a_dry_run_of_an_exception_is_a_yes() {
    let dir = sold();
    let line = change("--flag auto_renew --dry-run --anyway --reason x --ticket T-9");
    let drawn = dir.unchanged(|| dir.yes(&line));
    assert_eq!(codes(&drawn["objections"]), ["auto_renewal"]);
}

#[test]
fn a_license_of_the_trial_policy_has_the_terms_of_a_trial() {
    let dir = desk();
    let made = dir.yes(
        "desk issue --desk desk --yes --customer Fjord --type offline --company Fjord --name Kai \
         --email kai@fjord.example --plan ultimate --seats 100 --policy gitlab-trial --today \
         2026-03-01 --out trial",
    );
    assert_eq!(made["after"]["from"].text(), "2026-03-01");
    assert_eq!(made["after"]["until"].text(), "2026-03-31");
}

#[test]
fn the_file_is_named_after_company_subscription_and_number() {
    let dir = sold();
    let made = dir.yes(&change("--seats 120").replace("--out second.airlock", ""));
    assert_eq!(made["path"].text(), "nordhavn-shipyards-a-s_S-1_2.airlock");
    assert!(dir.exists("nordhavn-shipyards-a-s_S-1_2.airlock"));
}

#[test]
fn what_the_key_may_not_sign_is_refused() {
    let dir = sold();
    dir.refused(&change("--until 2029-01-01"), "issuer_days");
}

const TRIAL: &str = "desk trial give --desk desk --yes --customer Fjord --type offline --company \
    Fjord --name Kai --email kai@fjord.example --plan ultimate --seats 100 --subscription-id T-1 \
    --from 2026-03-01 --until 2026-03-31 --today 2026-03-01 --out trial.airlock";

fn extend(until: &str, today: &str) -> String {
    format!(
        "desk trial extend T-1 --desk desk --yes --until {until} --reason 'tries on' --today {today} --out {until}.airlock"
    )
}

#[test]
fn a_trial_is_never_extended_to_a_day_before_today() {
    let dir = desk();
    dir.yes(TRIAL);
    dir.refused(&extend("2026-04-14", "2026-04-15"), "desk_trial_end");
    dir.refused(&extend("2026-03-31", "2026-03-15"), "desk_trial_end");
    dir.yes(&extend("2026-04-16", "2026-04-15"));
}

#[test]
fn how_often_a_trial_was_extended_is_said() {
    let dir = desk();
    dir.yes(TRIAL);
    for (until, times) in [("2026-04-10", 0), ("2026-04-20", 1)] {
        let shown = dir.yes("desk trial show T-1 --desk desk --today 2026-03-20");
        assert_eq!(shown["trials"].items()[0]["extended"].number(), times);
        dir.yes(&extend(until, "2026-03-20"));
    }
    let shown = dir.run("desk trial show Fjord --desk desk --today 2026-03-20");
    shown.ends(0).says(&["extended 2 times", "until 2026-04-20"]);
}

#[test]
fn a_paid_license_is_no_trial() {
    let dir = sold();
    let line = "desk trial extend S-1 --desk desk --until 2027-01-01 --today 2026-03-01 --yes";
    dir.refused(line, "desk_no_trial");
}

#[test]
fn a_trial_becomes_a_license_of_a_year() {
    let dir = desk();
    dir.yes(TRIAL);
    let made = dir.yes(
        "desk trial convert T-1 --desk desk --yes --policy gitlab-legacy --today 2026-03-20 --out p",
    );
    assert!(!made["after"].has("flags"));
    assert_eq!(made["after"]["from"].text(), "2026-03-20");
    assert_eq!(made["after"]["until"].text(), "2027-03-20");
    assert_eq!(made["after"]["policy"]["name"].text(), "gitlab-legacy");
}

#[test]
fn what_was_revoked_is_not_renewed() {
    let dir = sold();
    let line = "desk revoke S-1 --desk desk --yes --today 2026-03-01";
    dir.run(line).ends(2);
    let revoked = dir.yes(&format!("{line} --reason 'not paid'"));
    assert_eq!(revoked["licenses"].items().len(), 1);
    assert_eq!(revoked["subscription_ends"].text(), "S-1");
    dir.refused("desk renew S-1 --desk desk --yes --today 2026-10-01", "desk_revoked");
    dir.refused(&format!("{line} --reason 'again'"), "desk_revoked");
}

#[test]
fn nothing_is_issued_into_a_revoked_subscription() {
    let dir = sold();
    dir.yes("desk revoke S-1 --desk desk --yes --today 2026-03-01 --reason 'not paid'");
    let again = |id: &str| {
        issue(&format!("--subscription-id {id} --from 2026-04-01 --today 2026-03-01 --out x"))
    };
    let error = dir.refused(&again("S-1"), "desk_revoked");
    assert_eq!(error["message"], "subscription S-1 was revoked on 2026-03-01");
    assert!(error["hint"].text().contains("--subscription-id NEW`"), "{error:?}");
    dir.yes(&again("S-2"));
}

#[test]
fn a_revocation_says_what_it_cannot_do() {
    let dir = sold();
    let line = "desk revoke S-1 --desk desk --dry-run --reason 'not paid' --today 2026-03-01";
    let shown = dir.unchanged(|| dir.run(line));
    shown.ends(0).says(&["An instance that is offline goes on with its license until that"]);
}

#[test]
fn lines_fit_80_columns() {
    let dir = sold();
    let shown = dir.run(&change("--seats 120 --plan ultimate --add-on duo_pro:20 --dry-run"));
    let long: Vec<&str> = shown.text().lines().filter(|it| it.chars().count() > 80).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn a_first_license_beside_an_earlier_one_is_shown_as_a_difference() {
    let dir = sold();
    let next = "--seats 120 --from 2026-11-01 --until 2027-11-01 --today 2026-10-20 --out next";
    let made = dir.yes(&issue(next));
    let changed = made["changed"].items();
    assert!(changed.iter().any(|it| it["name"] == "seats" && it["before"].number() == 100));
    assert_eq!(made["before"]["until"].text(), "2026-11-01");
    assert_eq!(made["serial"].number(), 2);
}

#[test]
fn what_looks_like_a_slip_is_asked_about_unless_it_stood_there_before() {
    let dir = desk();
    let line = issue("--email ida.thorsen --add-on duo_por:20").replace("--yes", "");
    let asked = dir.failed(&line, "not_confirmed");
    for odd in ["\"ida.thorsen\" is no mail address", "\"duo_por\" is not known"] {
        assert!(asked["message"].text().contains(odd), "{}", asked["message"].text());
    }
    dir.yes(&format!("{line} --yes"));
    dir.failed(&change("--seats 120").replace("--yes", ""), "desk_missing");
    dir.failed(&change("--email bo.lund --proof consent").replace("--yes", ""), "not_confirmed");
}
