//! `airlock desk statement` and `airlock desk agree`.

use crate::common::{Dir, INSTANCE};
use crate::json::Json;
use crate::statement::{EXAMPLE, year};

const LATER: &str = "--desk d --today 2026-11-09";

/// A desk that has the fixture's license and a report of its whole term.
fn reported() -> Dir {
    let dir = Dir::installed();
    dir.write("year.csv", year(&EXAMPLE));
    dir.yes("usage import year.csv --instance inst --today 2026-11-01");
    // The day of the end counts too: the report is made a day later.
    dir.write("end.csv", "date,count\n2026-11-01,95\n");
    dir.yes("usage import end.csv --instance inst --today 2026-11-02");
    dir.yes("usage report --anyway --instance inst --today 2026-11-02 --out n.usage");
    dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    dir.yes(&format!("desk receive n.usage {LATER}"));
    dir
}

fn statement(dir: &Dir) -> Json {
    let line = format!("desk statement A-S00012345 --list-price 100 {LATER}");
    dir.yes(&line)["statement"].clone()
}

fn due(dir: &Dir) -> String {
    statement(dir)["due"].text().to_owned()
}

fn agree(dir: &Dir, what: &str) -> Json {
    dir.yes(&format!("desk agree A-S00012345 {what} {LATER}"))
}

fn line(number: usize, dir: &Dir) -> Json {
    statement(dir)["terms"].items()[0]["lines"].items()[number].clone()
}

#[test]
fn the_switch_and_the_type_say_how_it_is_billed() {
    let dir = reported();
    // Offline customers are trued up once a year.
    assert_eq!(due(&dir), "2000.00");
    let edit = |what: &str| dir.yes(&format!("desk edit A-S00012345 {what} {LATER}"));
    let agreed = "--reason 'bought anew' --approved-by manager:Jo";
    edit("--quarterly yes");
    assert_eq!(due(&dir), "1000.00");
    edit("--quarterly type");
    assert_eq!(due(&dir), "2000.00");
    edit(&format!("--type card {agreed}"));
    assert_eq!(due(&dir), "1000.00");
    edit("--quarterly no");
    assert_eq!(due(&dir), "2000.00");
    edit(&format!("--type community {agreed}"));
    let free = statement(&dir);
    assert_eq!(free["due"], "0.00");
    assert_eq!(free["terms"].items()[0]["renewal_seats"], 120);
}

/// What `reconcile` finds, the desk finds, and says it so in a statement.
#[test]
fn the_findings_are_those_of_receive_and_of_reconcile() {
    let dir = Dir::installed();
    for (days, today, more) in [
        ("2025-11-01,97\n2025-11-02,104\n", "2025-11-03", ""),
        ("2025-11-01,90\n2025-11-03,91\n", "2025-11-04", "--accept-changes"),
        ("2025-11-05,92\n", "2025-11-06", ""),
    ] {
        dir.write("in.csv", days);
        dir.yes(&format!("usage import in.csv --instance inst --today {today} {more}"));
        let out = format!("{today}.usage");
        dir.yes(&format!("usage report --instance inst --today {today} --out {out}"));
    }
    dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    // The one in the middle is not sent.
    let files = "2025-11-03.usage 2025-11-06.usage";
    let today = "--today 2025-11-08";
    let received = dir.yes(&format!("desk receive {files} --desk d {today}"));
    let received = &received["received"].items().last().unwrap()["findings"];
    let line = format!("reconcile {files} --license n.airlock --trust root.pub {today}");
    let reconciled = &dir.no(&line)["findings"];
    let stated = &dir.no(&format!("{line} --statement"))["findings"];
    let at_desk = &dir.no(&format!("desk statement A-S00012345 --desk d {today}"))["findings"];
    let codes: Vec<&str> = reconciled.items().iter().map(|it| it["code"].text()).collect();
    let expected = ["gap_in_numbers", "days_missing", "days_uncovered", "history_changed"];
    assert_eq!(codes, expected);
    assert_eq!((received, stated, at_desk), (reconciled, reconciled, reconciled));
}

#[test]
fn up_to_ten_seats_are_waived_without_approval() {
    let dir = reported();
    let waive =
        |seats: u32, more: &str| format!("desk agree A-S00012345 --waive {seats} {more} {LATER}");
    dir.refused(&waive(3, ""), "desk_objection");
    dir.refused(&waive(11, "--ticket T-1 --reason asked"), "desk_objection");
    agree(&dir, "--waive 10 --ticket T-1");
    assert_eq!(due(&dir), "1000.00");
    assert_eq!(line(0, &dir)["waived"], 10);
    // Ten at a time are not ten.
    dir.refused(&waive(1, "--ticket T-2 --reason asked"), "desk_objection");
    dir.refused(&waive(1, "--ticket T-2 --reason asked --approved-by Mia"), "desk_objection");
    agree(&dir, "--waive 1 --ticket T-2 --reason asked --approved-by executive:Mia");
    assert_eq!(due(&dir), "900.00");
    let waived = statement(&dir)["terms"].items()[0]["waived"].clone();
    let waived = waived.items();
    assert_eq!(
        (waived[0]["seats"].clone(), waived[1]["approved_by"].text()),
        (Json::read("10"), "executive:Mia")
    );
    let sums = line(0, &dir)["sums"].clone();
    for sum in [
        "waived: 10 seats, on 2026-11-09, ticket T-1",
        "waived: 1 seat, on 2026-11-09, approved by executive:Mia, ticket T-2",
        "seats owed: 20 - 10 - 1 = 9",
    ] {
        assert!(sums.texts().contains(&sum), "{sums:?}");
    }
    dir.failed(&waive(1, "--ticket T-3 --term 2024-01-01"), "options");
}

#[test]
fn support_never_waives() {
    let dir = reported();
    let rules = dir.run("desk rules --toml").text().to_owned();
    let user =
        String::from_utf8(std::process::Command::new("id").arg("-un").output().unwrap().stdout);
    let named = format!("support = [\"{}\"]", user.unwrap().trim());
    dir.write("d/rules.toml", rules.replace("support = []", &named));
    let settings = format!("{}rules = \"rules.toml\"\n", dir.text("d/desk.toml"));
    dir.write("d/desk.toml", settings);
    let line = format!("desk agree A-S00012345 --waive 1 --ticket T-1 {LATER}");
    dir.refused(&line, "desk_objection");
    dir.yes(&format!("{line} --anyway --reason 'the director asked'"));
    let found = dir.yes(&format!("desk find --exceptions {LATER}"));
    assert_eq!(found["documents"].items().len(), 1, "{found:?}");
}

#[test]
fn a_pause_a_hold_and_a_refund_are_kept() {
    let dir = reported();
    dir.yes(&format!("desk edit A-S00012345 --quarterly yes {LATER}"));
    let at = |day: &str, what: &str| {
        dir.yes(&format!("desk agree A-S00012345 {what} --desk d --today {day}"));
    };
    dir.refused("desk agree A-S00012345 --pause --reason asked --desk d", "desk_objection");
    at("2026-05-10", "--hold credit --reason unpaid");
    let held = line(2, &dir);
    assert_eq!(held["state"], "stopped");
    assert_eq!(due(&dir), "1750.00");
    at("2026-07-30", "--lift credit --reason paid");
    assert_eq!(due(&dir), "1000.00");
    at("2026-07-31", "--pause --reason asked --approved-by manager:Jo");
    assert_eq!(due(&dir), "1750.00");
    at("2026-11-08", "--refund --reason wrong --ticket T-9 --approved-by manager:Jo");
    let history = dir.yes("desk history A-S00012345 --desk d");
    let last = history["events"].items().last().unwrap().clone();
    assert_eq!(last["detail"]["term"], "2025-11-01", "{last:?}");
    assert_eq!(due(&dir), "0.00");
    assert_eq!(line(0, &dir)["state"], "refunded");
}

/// What is lifted is named: a hold that is over ends no pause that a manager has approved.
#[test]
fn what_is_lifted_is_named() {
    let dir = reported();
    dir.yes(&format!("desk edit A-S00012345 --quarterly yes {LATER}"));
    let line =
        |day: &str, what: &str| format!("desk agree A-S00012345 {what} --desk d --today {day}");
    let none = dir.failed(&line("2026-05-09", "--lift credit --reason paid"), "options");
    assert!(none["message"].text().contains("is not under a credit hold"), "{none:?}");
    dir.yes(&line("2026-05-10", "--hold credit --reason unpaid"));
    dir.yes(&line("2026-05-10", "--hold support --reason asked"));
    dir.yes(&line("2026-05-10", "--pause --reason asked --approved-by manager:Jo"));
    dir.yes(&line("2026-06-01", "--lift credit --reason paid"));
    dir.yes(&line("2026-06-01", "--lift support --reason done"));
    assert_eq!(due(&dir), "1750.00");
    dir.failed(&line("2026-06-02", "--lift credit --reason paid"), "options");
    // A manager has paused it, and one ends the pause.
    dir.refused(&line("2026-06-02", "--lift pause --reason asked"), "desk_objection");
    dir.yes(&line("2026-06-02", "--lift pause --reason asked --approved-by manager:Jo"));
    assert_eq!(due(&dir), "1000.00");
}

/// An order in another currency is not passed over: both currencies are named.
#[test]
fn an_order_in_another_currency_is_named() {
    let dir = reported();
    dir.yes(&format!("desk edit A-S00012345 --quarterly yes {LATER}"));
    let price = "--price 60 --currency EUR --ticket T-1 --desk d --today 2025-11-02";
    dir.yes(&format!("desk agree A-S00012345 {price}"));
    let line = format!("desk statement A-S00012345 --list-price 100 {LATER}");
    let statement = &dir.no(&line)["statement"];
    assert_eq!(statement["due"], Json::Null);
    let first = &statement["terms"].items()[0]["lines"].items()[0];
    assert_eq!(first["other_currency"], "EUR 60.00");
    let text = dir.run(&line).ends(1).text().split_whitespace().collect::<Vec<_>>().join(" ");
    let named = "the price of the last order is EUR 60.00, and this statement is in USD";
    assert!(text.contains(named), "{text}");
    let euros = dir.yes(&format!("{line} --currency EUR"));
    assert_eq!(euros["statement"]["due"], "600.00");
    let typed = dir.yes(&format!("{line} --order-price 100"));
    assert_eq!(typed["statement"]["due"], "1000.00");
}

#[test]
fn the_price_of_an_order_is_kept_and_goes_before_the_list() {
    let dir = reported();
    dir.yes(&format!("desk edit A-S00012345 --quarterly yes {LATER}"));
    let line = |day: &str, price: &str| {
        format!("desk agree A-S00012345 --price {price} --ticket T-1 --desk d --today {day}")
    };
    dir.yes(&line("2025-11-02", "premium=80"));
    dir.yes(&line("2026-06-02", "60"));
    // 10 x 80 x 3/4, and 10 x 60 x 1/4 after the second order, whose price is of no plan.
    assert_eq!(due(&dir), "750.00");
    let typed = format!("desk statement A-S00012345 --order-price 100 {LATER}");
    assert_eq!(dir.yes(&typed)["statement"]["due"], "1000.00");
    dir.failed(&line("2026-06-02", "6,5"), "options");
}

#[test]
fn prices_stand_in_the_desks_folder() {
    let dir = reported();
    dir.write("d/prices.toml", "currency = \"EUR\"\n[[list]]\nprice = \"10\"\n");
    dir.write("d/desk.toml", format!("{}prices = \"prices.toml\"\n", dir.text("d/desk.toml")));
    let line = format!("desk statement A-S00012345 {LATER}");
    let statement = &dir.yes(&line)["statement"];
    assert_eq!(statement["due"], "200.00");
    assert_eq!(statement["currency"], "EUR");
}

#[test]
fn a_license_that_was_revoked_is_named_and_reports_under_it_count() {
    let dir = reported();
    dir.yes(
        "desk change A-S00012345 --seats 90 --reason wrong --ticket T-1 --desk d --today \
         2025-12-01 --yes --out second.airlock",
    );
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes(&format!("desk revoke {id} --reason wrong {LATER} --yes"));
    let statement = statement(&dir);
    assert_eq!(statement["revoked"].texts(), [id.as_str()]);
    assert_eq!(statement["seats_owed"], 30);
    let shown = dir.run(&format!("desk statement A-S00012345 --list-price 100 {LATER}"));
    let text = shown.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let named = format!("license {id} was revoked on 2026-11-09: its seats do not count, and the");
    assert!(text.contains(&named) && text.contains("figures of report 1 do"), "{text}");
}

/// What a report says that was refused is not known: it is named, and nothing is complete.
#[test]
fn a_report_that_is_left_out_is_named_and_more_may_be_owed() {
    let dir = reported();
    // Two instances with one id, as after a restored backup: the same license, another key.
    dir.yes(&format!("instance init copy --id {INSTANCE} --trust root.pub"));
    dir.yes("license install n.airlock --instance copy --users 81 --today 2025-11-01");
    dir.yes("usage report --anyway --instance copy --today 2025-12-01 --out copy.usage");
    let line = format!("desk statement A-S00012345 --list-price 100 {LATER}");
    dir.yes(&line);
    let given = format!("{line} --report copy.usage");
    let answer = dir.no(&given);
    let statement = &answer["statement"];
    assert_eq!(statement["complete"], false);
    assert_eq!(statement["due"], "2000.00");
    let left = statement["left_out"].items();
    assert_eq!((left.len(), left[0]["file"].text()), (1, "copy.usage"));
    assert_eq!(left[0]["code"], "other_key");
    dir.run(&given).ends(1).says(&[
        "OWED AT LEAST: USD 2,000.00 for 20 seats",
        "1 report left out",
        "a report is left out: copy.usage: ",
    ]);
}

#[test]
fn a_report_that_is_not_filed_counts_and_that_of_another_license_is_left_out() {
    let dir = Dir::installed();
    dir.write("year.csv", year(&EXAMPLE));
    dir.yes("desk init d --key desk.key --issuer desk.issuer --trust root.pub");
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    let line = "desk statement A-S00012345 --list-price 100 --desk d --today 2026-11-01";
    let without = dir.no(line);
    assert_eq!(without["statement"]["complete"], false);
    assert_eq!(dir.yes(&format!("{line} --report year.csv"))["statement"]["due"], "2000.00");
    let license = dir.show("n.airlock")["id"].text().to_owned();
    let by_license = line.replace("A-S00012345", &license);
    assert_eq!(dir.yes(&format!("{by_license} --report year.csv"))["statement"]["due"], "2000.00");
    dir.yes("instance init second --trust root.pub");
    dir.yes("license install loose.airlock --instance second --users 81 --today 2025-11-01");
    dir.yes("usage report --anyway --instance second --today 2025-12-01 --out second.usage");
    let other = dir.no(&format!("{line} --report year.csv --report second.usage"));
    let left = other["statement"]["left_out"].items();
    assert_eq!((left.len(), left[0]["code"].text()), (1, "other_license"));
}
