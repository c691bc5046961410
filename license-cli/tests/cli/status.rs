//! `airlock status` and `airlock usage due`.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;

use crate::common::{Dir, INSTANCE, terms, words};
use crate::json::Json;

fn status(day: &str) -> String {
    format!("status --instance inst --today {day}")
}

/// The receipt for this report of the term, with what came of it.
fn receipt(dir: &Dir, (report, license): (&str, &str), came_of: &str, owed: u32, day: &str) {
    let licenses =
        if license == "n" { String::new() } else { format!(" --license {license}.airlock") };
    dir.yes(&format!(
        "receipt issue {report}.usage --license n.airlock{licenses} --trust root.pub --key desk.key \
         --issuer desk.issuer --came-of {came_of} --seats-owed {owed} --received {day} --today {day} --out {day}.receipt \
         --force"
    ));
    dir.yes(&format!("license install {day}.receipt --instance inst --today {day}"));
}

/// Puts these days into the ledger.
fn figures(dir: &Dir, days: &str) {
    dir.write("days.csv", days);
    dir.yes("usage import days.csv --instance inst --today 2027-12-31");
}

fn report(dir: &Dir, day: &str) {
    dir.yes(&format!("usage report --instance inst --today {day} --out {day}.usage"));
}

/// Whether a report is due on this day, and why.
fn due(dir: &Dir, day: &str) -> (bool, String) {
    let run = dir.run(&format!("usage due --instance inst --today {day} --json"));
    let json = if run.status == Some(0) { run.yes() } else { run.no() };
    assert_eq!(json["due"] == true, run.status == Some(0), "{run}");
    (json["due"] == true, json["why"].text().to_owned())
}

/// The answer of `status`, whatever its exit status is.
fn told(dir: &Dir, line: &str) -> Json {
    let run = dir.run(&format!("{line} --json"));
    if run.status == Some(0) { run.yes() } else { run.no() }
}

#[test]
fn a_report_is_due_a_month_after_the_one_before() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n2025-11-30,82\n");
    assert_eq!(due(&dir, "2025-11-30"), (false, "first".to_owned()));
    assert_eq!(due(&dir, "2025-12-01"), (true, "first".to_owned()));
    report(&dir, "2025-12-02");
    assert_eq!(due(&dir, "2025-12-02"), (false, "days".to_owned()));
    assert_eq!(due(&dir, "2025-12-31"), (false, "days".to_owned()));
    assert_eq!(due(&dir, "2026-01-01"), (true, "days".to_owned()));
    dir.run("usage due --instance inst --today 2025-12-31")
        .ends(1)
        .says(&["not due before 2026-01-01: 30 days after the report before"]);
}

/// On the first day of the next term the figures of the last one are still to come: without them a
/// report would be refused. Behind the last term none are missing.
#[test]
fn the_figures_of_a_term_that_is_over_are_asked_for() {
    let dir = Dir::installed();
    dir.issue(
        "--request n.request --from 2026-11-01 --until 2027-11-01 --today 2026-10-20 --out \
         next.airlock",
    );
    dir.yes("license install next.airlock --instance inst --users 81 --today 2026-10-20");
    figures(&dir, "2026-10-19,81\n");
    report(&dir, "2026-10-20");
    let next = |day: &str| told(&dir, &status(day))["do"].texts().concat();
    let asked = next("2026-11-01");
    assert!(asked.contains("usage import") && asked.contains("usage report"), "{asked}");
    let rest: Vec<String> = (20..=31).map(|day| format!("2026-10-{day},82\n")).collect();
    figures(&dir, &rest.concat());
    let asked = next("2026-11-01");
    assert!(!asked.contains("usage import") && asked.contains("usage report"), "{asked}");
    figures(&dir, "2027-10-31,82\n");
    report(&dir, "2027-11-01");
    assert!(!next("2027-11-20").contains("usage import"));
}

#[test]
fn the_license_says_how_often() {
    let dir = Dir::new();
    let days = "--policy gitlab-offline-cloud --set report_reminder_days=10 --request n.request";
    dir.yes(&terms(&format!("{days} --out often.airlock")));
    dir.yes("license install often.airlock --instance inst --users 81 --today 2025-11-01");
    assert_eq!(due(&dir, "2025-11-10"), (false, "first".to_owned()));
    assert_eq!(due(&dir, "2025-11-11"), (true, "first".to_owned()));
}

#[test]
fn a_report_is_due_once_a_term_is_over() {
    let dir = Dir::installed();
    figures(&dir, "2026-10-19,81\n");
    report(&dir, "2026-10-20");
    figures(&dir, "2026-10-31,82\n");
    assert_eq!(due(&dir, "2026-10-31"), (false, "term_over".to_owned()));
    assert_eq!(due(&dir, "2026-11-01"), (true, "term_over".to_owned()));
    report(&dir, "2026-11-01");
    dir.run("usage due --instance inst --today 2026-12-02").ends(1).says(&["not due: no license"]);
}

#[test]
fn a_term_that_another_license_took_over_does_not_end() {
    let dir = Dir::installed();
    let more = "--request n.request --from 2026-03-01 --until 2027-03-01 --today 2025-12-01";
    dir.issue(&format!("{more} --seats 120 --out more.airlock"));
    dir.yes("license install more.airlock --instance inst --users 81 --today 2026-03-01");
    figures(&dir, "2026-10-19,81\n");
    report(&dir, "2026-10-20");
    assert_eq!(due(&dir, "2026-11-01"), (false, "days".to_owned()));
    assert_eq!(due(&dir, "2026-11-19"), (true, "days".to_owned()));
}

#[test]
fn a_report_that_waits_is_due() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n");
    dir.run("usage report --instance inst --today 2025-11-03 --out /dev/full").ends(2);
    assert_eq!(due(&dir, "2025-11-03"), (true, "waits".to_owned()));
    report(&dir, "2025-11-03");
    assert_eq!(due(&dir, "2025-11-03"), (false, "days".to_owned()));
}

/// A battery is empty, and the machine begins anew in the past: a timer that heard "not due" would
/// be silent until that day comes again.
#[test]
fn while_the_clock_is_behind_it_is_not_known_whether_a_report_is_due() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n");
    report(&dir, "2025-12-02");
    for day in ["2025-12-01", "2025-11-05", "1970-01-01"] {
        dir.failed(&format!("usage due --instance inst --today {day}"), "clock_behind");
    }
    assert_eq!(due(&dir, "2025-12-02"), (false, "days".to_owned()));
    let told = told(&dir, &status("2025-11-05"));
    assert!(told["do"].texts()[0].starts_with("`date -u` shows"), "{told:?}");
    assert_eq!(told["good"], false);
    let said = dir.run(&status("2025-11-05"));
    said.ends(1).says(&["UNKNOWN: the clock stands before days that the ledger knows"]);
    assert!(!dir.yes(&status("2025-12-02"))["do"].texts()[0].starts_with("`date -u`"));
    // One that waits is due by any clock.
    figures(&dir, "2025-12-02,82\n");
    dir.run("usage report --instance inst --today 2025-12-03 --out /dev/full").ends(2);
    assert_eq!(due(&dir, "2025-11-05"), (true, "waits".to_owned()));
}

#[test]
fn without_an_instance_or_a_license_nothing_is_due() {
    let dir = Dir::new();
    let line = "usage due --instance inst --today 2025-11-03";
    dir.run(line).ends(1).says(&["not due: no license has a day left to report"]);
    dir.failed("usage due --instance nowhere", "no_instance");
    dir.failed("status --instance nowhere", "no_instance");
    dir.run(&status("2025-11-03")).ends(1).says(&[
        "NO: no license is installed",
        "`airlock request new --company NAME --name NAME --email ADDRESS --plan PLAN --seats N \
         --users N --instance inst` asks for a license\n",
        "`airlock license install FILE --instance inst` installs what comes\n",
    ]);
}

#[test]
fn the_figures_of_the_term_are_told() {
    let dir = Dir::installed();
    figures(&dir, "2025-10-31,500\n2025-11-01,90\n2025-11-02,112\n2025-11-04,112\n2025-11-06,97\n");
    let told = dir.yes(&status("2025-11-06"));
    assert!(told["peak"]["users"] == 112 && told["peak"]["day"] == "2025-11-02", "{told:?}");
    assert!(told["users"]["users"] == 97 && told["users"]["day"] == "2025-11-06", "{told:?}");
    assert_eq!(
        (told["seats_owed"].clone(), told["seats"].clone()),
        (Json::Number(12), Json::Number(100))
    );
    assert_eq!(told["days_with_data"], 3);
    let missing: Vec<&str> = told["missing"].items().iter().map(|it| it["from"].text()).collect();
    assert_eq!(missing, ["2025-11-03", "2025-11-05"]);
    let smallest = &told["smallest_renewal"];
    // T(101) = 111 < 112 <= T(102) = 112.
    assert!(smallest["seats"] == 102 && smallest["because"]["day"] == "2025-11-02", "{told:?}");
    dir.run(&status("2025-11-06")).ends(0).says(&[
        "owed      at least 12 seats so far: 112 - 100; 2 days have no figure",
        "renewal   below 102 seats it will be refused, because of 112 users on",
        "2025-11-02, unless it has a true-up of 12 seats",
        "figures   on 3 of 5 days of the term so far, the last 2025-11-06; none on 2",
        "contract  ends with 2026-10-31; 360 days left with today",
        "next      2026-11-01: from then on, the instance is read-only",
    ]);
    let given = dir.yes(&format!("{} --users 99", status("2025-11-06")));
    assert!(given["users"]["users"] == 99 && given["users"]["day"] == "2025-11-06", "{given:?}");
}

/// What is paid is not owed any more; what came after it is. The renewal is judged by the license
/// alone (DOMAIN 2): below T(102) = 112 it has to carry the true-up of what was paid.
#[test]
fn what_is_paid_is_not_owed_any_more() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,90\n2025-11-02,112\n2025-11-03,97\n");
    report(&dir, "2025-11-04");
    receipt(&dir, ("2025-11-04", "n"), "billed", 12, "2025-11-05");
    assert_eq!(dir.yes(&status("2025-11-05"))["seats_owed"], 12, "billed is not paid");
    receipt(&dir, ("2025-11-04", "n"), "paid", 12, "2025-11-06");
    let told = dir.yes(&status("2025-11-06"));
    assert_eq!(told["seats_owed"], 0);
    let smallest = &told["smallest_renewal"];
    assert!(smallest["seats"] == 102 && smallest["of_peak"] == true, "{told:?}");
    // T(89) = 97.
    let with = &smallest["with_true_up"];
    assert!(with["true_up"] == 12 && with["settled"] == true && with["seats"] == 89, "{told:?}");
    dir.run(&status("2025-11-06")).ends(0).says(&[
        "renewal   below 102 seats it will be refused, because of 112 users on\n            \
         2025-11-02, unless it has the true-up of the 12 seats that are\n            \
         settled; with that, from 89 seats\n",
        "owed      at least 0 seats so far: 112 - 100 - 12 settled; 2 days have no\n            figure",
    ]);
    let metrics =
        dir.run(&format!("{} --prometheus", status("2025-11-06"))).ends(0).text().to_owned();
    assert!(metrics.contains("airlock_seats_owed{") && !metrics.contains("} 12\nairlock_smallest"));
    figures(&dir, "2025-11-04,90\n2025-11-05,115\n2025-11-06,97\n");
    let told = dir.yes(&status("2025-11-07"));
    assert_eq!(told["seats_owed"], 3);
    // T(104) = 114 < 115 <= T(105) = 115.
    assert!(told["smallest_renewal"]["seats"] == 105, "{told:?}");
    assert_eq!(told["smallest_renewal"]["with_true_up"]["settled"], false);
}

/// No trip for nothing: what the request concludes is what the instance answers to the license that
/// comes back, and `license issue` sees it before.
#[test]
fn what_a_receipt_settles_makes_no_smaller_renewal_install() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,90\n2025-11-02,112\n2025-11-03,97\n");
    report(&dir, "2025-11-04");
    receipt(&dir, ("2025-11-04", "n"), "paid", 12, "2025-11-04");
    let new = "request new --instance inst --company 'Nordhavn Shipyards A/S' --name 'Ida Thorsen' \
        --email ida.thorsen@nordhavn.example --plan premium --users 97 --today 2025-11-04 --force";
    for (seats, enough) in [(102, true), (101, false), (100, false), (88, false)] {
        let asked = format!("{new} --seats {seats} --out {seats}.request");
        let told = dir.yes(&asked);
        assert!(told["outlook"]["enough"] == enough, "{seats}: {told:?}");
        let renewal = format!(
            "--request {seats}.request --seats {seats} --from 2026-11-01 --until 2027-11-01 \
             --previous-users 100 --today 2026-10-20 --trust root.pub"
        );
        let issued = dir.issue(&format!("{renewal} --out {seats}.airlock"));
        let warned = issued.has("warnings").then(|| issued["warnings"].texts().join("\n"));
        let refused = warned.is_some_and(|it| it.contains("will refuse this license"));
        assert_eq!(refused, !enough, "{seats}: {issued:?}");
        let install = |file: &str| {
            format!(
                "license install {file} --instance inst --users 97 --dry-run --today 2026-10-20"
            )
        };
        let plain = install(&format!("{seats}.airlock"));
        dir.run(&plain).ends(i32::from(!enough));
        let true_up = "--true-up 12 --true-up-from 2025-11-01 --true-up-to 2026-10-31";
        dir.issue(&format!("{renewal} {true_up} --out {seats}-paid.airlock"));
        // T(88) = 96 < 97 <= T(89) = 97.
        let paid = install(&format!("{seats}-paid.airlock"));
        dir.run(&paid).ends(i32::from(seats < 89));
        let says = dir.run(&format!("{new} --seats {seats} --out {seats}.request"));
        let text = says.ends(0).text();
        let only = format!("{seats} seats: too few, unless the license has the true-up of the 12");
        assert_eq!(text.contains(&only), !enough && seats >= 89, "{text}");
    }
}

/// What is owed for a term does not go away with it.
#[test]
fn the_debt_of_the_term_before_stays_until_it_is_settled() {
    let dir = Dir::installed();
    let renewal =
        "--request n.request --from 2026-11-01 --until 2027-11-01 --seats 120 --today 2026-10-20";
    dir.issue(&format!("{renewal} --out next.airlock"));
    let mut days: Vec<String> = (0..365)
        .filter_map(|n| {
            let day = license_core::Day::parse("2025-11-01").unwrap().plus(n)?;
            let users = if n == 40 { 112 } else { 90 };
            (n != 50).then(|| format!("{day},{users}\n"))
        })
        .collect();
    days.push("2026-11-01,90\n".to_owned());
    figures(&dir, &days.concat());
    dir.yes(
        "license install next.airlock --instance inst --users 90 --history none --today 2026-10-20",
    );
    assert!(dir.yes(&status("2026-10-31"))["before"].items().is_empty());
    report(&dir, "2026-11-01");
    let told = dir.yes(&status("2026-11-02"));
    let before = &told["before"].items()[0];
    assert!(before["seats_owed"] == 12 && before["last_day"] == "2026-10-31", "{told:?}");
    assert_eq!(before["missing"].items().len(), 1);
    assert_eq!(told["seats_owed"], 0);
    dir.run(&status("2026-11-02")).ends(0).says(&[
        "before    the time to 2026-10-31 is not settled: at least 12 seats owed, by\n",
        "112 users on 2025-12-11; no figure on 1 day: 2025-12-21",
    ]);
    let metrics = format!("{} --prometheus", status("2026-11-02"));
    assert!(dir.run(&metrics).ends(0).text().contains("airlock_seats_owed_before{"));
    receipt(&dir, ("2026-11-01", "next"), "billed", 12, "2026-11-03");
    assert!(dir.yes(&status("2026-11-03"))["before"].items()[0]["seats_owed"] == 12);
    // What the vendor did not know is not settled.
    receipt(&dir, ("2026-11-01", "next"), "paid", 5, "2026-11-04");
    let told = dir.yes(&status("2026-11-04"));
    let before = &told["before"].items()[0];
    assert!(before["seats_owed"] == 7 && before["days_without_data"] == 0, "{told:?}");
    receipt(&dir, ("2026-11-01", "next"), "paid", 12, "2026-11-05");
    let told = dir.yes(&status("2026-11-05"));
    assert!(told["before"].items().is_empty(), "{told:?}");
    // What was paid for the term before pays for nothing of this one.
    let rest: Vec<String> = (2..=4).map(|day| format!("2026-11-0{day},130\n")).collect();
    figures(&dir, &rest.concat());
    assert_eq!(dir.yes(&status("2026-11-05"))["seats_owed"], 10);
}

/// A true-up that the next license carries has settled it too.
#[test]
fn a_true_up_settles_the_term_before() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,90\n2025-11-02,112\n");
    for (quantity, owed) in [(11, Some(Json::Number(1))), (12, None)] {
        let next = format!("{quantity}.airlock");
        dir.issue(&format!(
            "--request n.request --from 2026-11-01 --until 2027-11-01 --seats 120 --previous-users \
             100 --true-up {quantity} --true-up-from 2025-11-01 --true-up-to 2026-11-01 --today \
             2026-10-2{} --out {next}",
            quantity - 10
        ));
        let install = format!("license install {next} --instance inst --users 90 --history none");
        dir.yes(&format!("{install} --today 2026-11-01"));
        let before = told(&dir, &status("2026-11-02"))["before"].clone();
        let left = before.items().first().map(|it| it["seats_owed"].clone());
        assert_eq!(left, owed, "{quantity}");
    }
}

/// Every day from one through another, with these users.
fn every_day((first, last): (&str, &str), users: u32) -> String {
    let [first, last] = [first, last].map(|day| license_core::Day::parse(day).unwrap());
    let days = (first.number()..=last.number()).filter_map(license_core::Day::new);
    days.map(|day| format!("{day},{users}\n")).collect()
}

/// Installs a license for these days, on its first day.
fn follows(dir: &Dir, (from, until): (&str, &str), seats: u32) {
    let term = format!("--request n.request --from {from} --until {until} --seats {seats}");
    dir.issue(&format!("{term} --today {from} --out {from}.airlock"));
    let install = format!("license install {from}.airlock --instance inst --users 80");
    dir.yes(&format!("{install} --history none --today {from}"));
}

/// A report reaches back to the first term of all: what its receipt says is paid is of each term
/// through the receipt's day.
#[test]
fn what_is_paid_in_a_later_term_is_not_owed_either() {
    let dir = Dir::installed();
    follows(&dir, ("2026-11-01", "2027-11-01"), 100);
    let first = every_day(("2025-11-01", "2026-11-09"), 70);
    figures(&dir, &(first + "2026-11-10,114\n2026-11-11,80\n"));
    report(&dir, "2026-11-12");
    assert_eq!(dir.yes(&status("2026-11-12"))["seats_owed"], 14);
    receipt(&dir, ("2026-11-12", "2026-11-01"), "paid", 14, "2026-11-13");
    figures(&dir, "2026-11-12,80\n");
    let told = dir.yes(&status("2026-11-13"));
    assert_eq!((told["seats_owed"].clone(), told["before"].items().len()), (Json::Number(0), 0));
    dir.run(&status("2026-11-13")).ends(0).says(&["0 seats so far: 114 - 100 - 14 settled"]);
    figures(&dir, "2026-11-13,120\n");
    assert_eq!(dir.yes(&status("2026-11-14"))["seats_owed"], 6);
}

/// A second turn, and a license with more seats in mid-term, take nothing of a debt away.
#[test]
fn a_debt_stays_over_two_turns_and_over_an_upgrade() {
    let dir = Dir::installed();
    figures(&dir, &every_day(("2025-11-01", "2025-12-31"), 108));
    figures(&dir, &every_day(("2026-01-01", "2026-02-09"), 80));
    follows(&dir, ("2026-02-01", "2026-05-01"), 130);
    let told = dir.yes(&status("2026-02-10"));
    assert_eq!(told["seats_owed"], 0);
    let before = &told["before"].items()[0];
    assert!(before["seats_owed"] == 8 && before["last_day"] == "2026-01-31", "{told:?}");
    figures(&dir, &every_day(("2026-02-10", "2026-08-09"), 80));
    follows(&dir, ("2026-05-01", "2026-08-01"), 100);
    follows(&dir, ("2026-08-01", "2026-11-01"), 100);
    let told = dir.yes(&status("2026-08-10"));
    let owed = |it: &Json| it["seats_owed"].clone();
    let owed: Vec<Json> = told["before"].items().iter().map(owed).collect();
    assert_eq!(owed, [Json::Number(8)]);
    let ask = "request new --instance inst --company C --name N --email n@c.example --plan premium \
               --seats 100 --users 80 --today 2026-08-10 --out r";
    dir.run(ask).ends(0).says(&["  before    the time to 2026-01-31 is not settled: 8 seats owed"]);
}

/// A request for the next license follows from the figures: where days of the term have none, they
/// are read in first, also those that a report has named as missing.
#[test]
fn days_without_a_figure_are_asked_for_before_the_next_license() {
    let dir = Dir::installed();
    figures(&dir, &every_day(("2025-11-01", "2026-07-31"), 90));
    figures(&dir, &every_day(("2026-09-01", "2026-10-10"), 90));
    report(&dir, "2026-10-11");
    let told = dir.yes(&status("2026-10-11"));
    assert_eq!(told["days_without_data"], 31);
    let texts = told["do"].texts();
    assert!(texts[0].starts_with("`airlock usage import FILE"), "{texts:?}");
    assert!(texts[1].starts_with("`airlock request new"), "{texts:?}");
    figures(&dir, &every_day(("2026-08-01", "2026-08-31"), 90));
    assert!(dir.yes(&status("2026-10-11"))["do"].texts()[0].starts_with("`airlock request new"));
    // To a report that is due they are no reason any more: one before it has named them.
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,90\n2025-11-03,90\n");
    report(&dir, "2025-11-04");
    figures(&dir, &every_day(("2025-11-04", "2025-12-03"), 90));
    let told = dir.yes(&status("2025-12-04"));
    let texts = told["do"].texts();
    assert!(texts[0].starts_with("`airlock usage report"), "{texts:?}");
}

/// A true-up pays for its own period: days behind it are still missing.
#[test]
fn a_true_up_hides_no_days_behind_its_end() {
    let dir = Dir::installed();
    let renewal = "--request n.request --from 2026-11-01 --until 2027-11-01 --seats 120 \
                   --previous-users 100 --true-up 12 --true-up-from 2025-11-01 --true-up-to \
                   2026-10-01";
    dir.issue(&format!("{renewal} --today 2026-10-20 --out next.airlock"));
    figures(&dir, &(every_day(("2025-11-01", "2026-08-31"), 112)));
    let install = "license install next.airlock --instance inst --users 90 --history none";
    dir.yes(&format!("{install} --today 2026-10-20"));
    let told = told(&dir, &status("2026-11-02"));
    let before = &told["before"].items()[0];
    assert!(before["seats_owed"] == 0 && before["days_without_data"] == 30, "{told:?}");
    assert_eq!(before["missing"].items()[0]["from"], "2026-10-02");
}

/// Every day but these has 81 users.
fn all_but(dir: &Dir, (from, until): (&str, &str), others: &str) {
    figures(dir, &every_day((from, until), 81));
    dir.write("others.csv", others);
    dir.yes("usage import others.csv --accept-changes --instance inst --today 2027-12-31");
}

/// The figure of the day on which a term ends is the next license's, where one begins on it: the
/// desk counts it so.
#[test]
fn the_figure_of_the_until_day_is_owed_once() {
    for (from, owed) in [("2026-11-01", None), ("2026-11-02", Some(50))] {
        let dir = Dir::installed();
        dir.issue(&format!(
            "--request n.request --seats 200 --previous-users 100 --from {from} --until 2027-11-01 \
             --today 2026-10-20 --out next.airlock"
        ));
        dir.yes(
            "license install next.airlock --instance inst --users 81 --history none --today \
             2026-10-20",
        );
        all_but(&dir, ("2025-11-01", "2026-11-02"), "2026-11-01,150\n");
        let status = told(&dir, &status("2026-11-03"));
        let before = status["before"].items().first().map(|it| it["seats_owed"].number());
        assert_eq!(before, owed, "{status:?}");
    }
}

/// A license that was installed by mistake is none of the days since it was removed, nor of those
/// before it came: the one that decides has these.
#[test]
fn a_license_that_was_removed_has_no_day_of_the_one_that_decides() {
    let dir = Dir::installed();
    dir.issue("--request n.request --seats 50 --today 2025-11-10 --out wrong.airlock");
    dir.yes(
        "license install wrong.airlock --instance inst --users 40 --history none --today 2025-11-10",
    );
    let id = dir.show("wrong.airlock")["id"].clone();
    dir.yes(&format!("license remove {} --yes --instance inst --today 2025-11-12", id.text()));
    all_but(&dir, ("2025-11-01", "2025-11-09"), "2025-11-13,112\n2025-11-15,90\n");
    let status = told(&dir, &status("2025-11-16"));
    assert!(status["license"] != id && status["seats_owed"] == 12, "{status:?}");
    assert_eq!(status["days_without_data"], 4);
    // It was in force on two days, and nobody knows how many users there were.
    let [before] = status["before"].items() else { panic!("{status:?}") };
    assert!(matches!(before["seats_owed"], Json::Null), "{status:?}");
    assert!(before["last_day"] == "2025-11-11" && before["days_without_data"] == 2, "{status:?}");
    assert_eq!(before["missing"].items()[0]["from"], "2025-11-10");
    // Removed at once, it leaves nothing.
    let other = Dir::installed();
    other.issue("--request n.request --seats 50 --today 2025-11-10 --out wrong.airlock");
    other.yes(
        "license install wrong.airlock --instance inst --users 40 --history none --today 2025-11-10",
    );
    let id = other.show("wrong.airlock")["id"].text().to_owned();
    other.yes(&format!("license remove {id} --yes --instance inst --today 2025-11-10"));
    let status = told(&other, "status --instance inst --today 2025-11-16");
    assert!(status["before"].items().is_empty(), "{status:?}");
}

/// Nor is it the last one for the license's rules.
#[test]
fn a_report_by_a_clock_that_was_ahead_keeps_no_reminder_off() {
    let dir = Dir::new();
    dir.issue("--policy gitlab-offline-cloud --request n.request --out n.airlock --force");
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    figures(&dir, "2025-11-01,81\n");
    dir.yes("usage report --anyway --instance inst --today 2026-06-10 --out ahead.usage");
    figures(&dir, "2025-11-09,81\n");
    dir.yes("usage report --accept-clock --instance inst --today 2025-11-10 --out right.usage");
    let reminds = |day: &str| {
        let told = told(&dir, &status(day));
        let effects = told["effects"].items().iter();
        let mut reminds = effects.filter(|it| it["effect"] == "notify_admins");
        reminds.next().unwrap()["from"].text().to_owned()
    };
    assert_eq!(reminds("2025-11-20"), "2025-12-10");
    let due = told(&dir, "usage due --instance inst --today 2025-11-20");
    assert_eq!(due["on"], "2025-12-10", "the same day by both");
}

/// What is owed is one sum, whoever is asked, with the figure of today.
#[test]
fn status_and_a_request_say_the_same_debt() {
    let dir = Dir::installed();
    all_but(&dir, ("2025-11-01", "2025-11-04"), "2025-11-01,81\n");
    dir.yes("usage record --users 130 --at 2025-11-05 --instance inst --today 2025-11-05");
    let status = told(&dir, &status("2025-11-05"));
    assert_eq!(status["seats_owed"], 30);
    let asked = dir.yes("request new --instance inst --today 2025-11-05 --out r.request --yes");
    assert_eq!(asked["outlook"]["seats_owed"], 30, "{asked:?}");
    assert_eq!(asked["outlook"]["smallest_renewal"], status["smallest_renewal"]);
    // The request itself speaks of the days that are over (SPEC 3).
    assert_eq!(dir.show("r.request")["claims"]["peak"], 81);
    dir.run("request new --instance inst --today 2025-11-05 --out r.request --force --yes")
        .ends(0)
        .says(&["  owed      30 seats so far: 130 - 100\n"]);
}

/// An old figure says nothing of the users now: an answer that needs them is not known.
#[test]
fn an_old_figure_is_not_the_users_now() {
    let dir = Dir::new();
    dir.issue("--set hard_stop=true --request n.request --out hard.airlock");
    dir.yes("license install hard.airlock --instance inst --users 81 --today 2025-11-01");
    figures(&dir, "2025-11-05,81\n");
    assert_eq!(dir.yes(&status("2025-12-06"))["users"]["users"], 81);
    let told = dir.no(&status("2025-12-07"));
    assert!(matches!(told["users"], Json::Null), "{told:?}");
    dir.run(&status("2025-12-07"))
        .ends(1)
        .says(&["UNKNOWN without `--users N`: ", "81 users on 2025-11-05, 32 days ago; the users"]);
    dir.yes(&format!("{} --users 82", status("2025-12-07")));
}

/// A report by a clock that was ahead is not the last one once the clock is right again.
#[test]
fn a_report_by_a_clock_that_was_ahead_puts_no_duty_off() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n");
    dir.yes("usage report --anyway --instance inst --today 2026-06-10 --out ahead.usage");
    figures(&dir, "2025-11-09,81\n");
    dir.yes("usage report --accept-clock --instance inst --today 2025-11-10 --out right.usage");
    assert_eq!(due(&dir, "2025-12-10"), (true, "days".to_owned()));
}

/// Once the last term is over and reported on, nothing is due any more.
#[test]
fn no_report_is_due_once_the_last_day_of_all_is_reported() {
    let dir = Dir::installed();
    figures(&dir, &every_day(("2025-11-01", "2026-11-01"), 81));
    assert!(due(&dir, "2026-11-02").0);
    report(&dir, "2026-11-02");
    dir.run("usage due --instance inst --today 2027-02-01").ends(1).says(&["not due: "]);
    assert!(!told(&dir, &status("2027-02-01"))["do"].texts().concat().contains("usage report"));
}

/// Where the clock is right and a figure was read in error, the way out is told.
#[test]
fn a_figure_of_a_day_to_come_leads_to_its_way_out() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n2026-02-01,77\n");
    let failed = dir.failed("usage due --instance inst --today 2025-11-05", "clock_behind");
    let drop = "`airlock usage drop --from 2025-11-07 --until 2026-02-02 --reason TEXT";
    assert!(failed["hint"].text().contains(drop), "{failed:?}");
    assert!(told(&dir, &status("2025-11-05"))["do"].texts().concat().contains(drop));
    dir.yes("usage drop --instance inst --from 2025-11-07 --until 2026-02-02 --reason slip");
    assert_eq!(due(&dir, "2025-11-05"), (false, "first".to_owned()));
}

/// The license that follows behind a gap is there already: one for the days between is asked for.
#[test]
fn a_license_for_the_days_of_a_gap_is_asked_for() {
    let dir = Dir::installed();
    dir.issue("--request n.request --from 2026-11-20 --until 2027-11-20 --today 2026-10-20 --out gap.airlock");
    figures(&dir, &every_day(("2025-11-01", "2026-11-01"), 81));
    dir.yes("license install gap.airlock --instance inst --users 81 --today 2026-10-20");
    report(&dir, "2026-11-02");
    let asked = "no license is in force from 2026-11-01 to 2026-11-19";
    for (today, is_near) in [("2026-09-02", false), ("2026-09-03", true)] {
        let told = told(&dir, &status(today));
        assert_eq!(told["do"].texts().concat().contains(asked), is_near, "{today} {told:?}");
    }
    let told = told(&dir, &status("2026-11-10"));
    let texts = told["do"].texts().concat();
    assert!(texts.contains("no license is in force from 2026-11-10 to 2026-11-19"), "{texts}");
    assert!(!texts.contains("asks to renew"), "{texts}");
}

/// Where something stands against the reports, the way out is told.
#[test]
fn what_to_do_is_told_where_no_report_can_be_made() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n2025-11-02,81\n");
    let key = dir.path("inst/instance.key");
    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let told = dir.yes(&status("2025-11-03"));
    assert!(told["do"].texts()[0].contains("instance restore BACKUP"), "{told:?}");
    let metrics =
        dir.run(&format!("{} --prometheus", status("2025-11-03"))).ends(0).text().to_owned();
    assert!(metrics.contains(&format!("airlock_doubts{{id=\"{INSTANCE}\"}} 1\n")), "{metrics}");
    fs::write(&key, kept).unwrap();
    // A gap that is not reported yet can be filled.
    assert!(dir.yes(&status("2025-11-03"))["do"].texts()[0].starts_with("nothing until"));
    figures(&dir, "2025-11-04,81\n");
    let told = dir.yes(&status("2025-11-05"));
    assert!(told["do"].texts()[0].starts_with("`airlock usage import FILE"), "{told:?}");
    report(&dir, "2025-11-05");
    assert!(dir.yes(&status("2025-11-05"))["do"].texts()[0].starts_with("nothing until"));
}

#[test]
fn without_an_overage_the_users_now_decide_the_renewal() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,100\n2025-11-02,40\n");
    let told = dir.yes(&status("2025-11-03"));
    let smallest = &told["smallest_renewal"];
    assert!(smallest["seats"] == 37 && smallest["of_peak"] == false, "T(37) = 40: {told:?}");
    assert_eq!(told["seats_owed"], 0);
}

#[test]
fn an_installed_renewal_goes_on_with_the_contract() {
    let dir = Dir::installed();
    for (from, until, name) in
        [("2026-11-01", "2026-12-01", "two"), ("2027-01-01", "2028-01-01", "gap")]
    {
        let issued = "--today 2026-10-20 --renews n.airlock --trust root.pub";
        dir.issue(&format!(
            "--request n.request --from {from} --until {until} {issued} --out {name}.airlock"
        ));
    }
    figures(&dir, "2026-10-20,90\n");
    for name in ["two", "gap"] {
        dir.yes(&format!(
            "license install {name}.airlock --instance inst --users 90 --today 2026-10-20"
        ));
    }
    let told = dir.yes(&status("2026-10-25"));
    assert!(
        told["contract_last_day"] == "2026-11-30" && told["contract_licenses"] == 2,
        "{told:?}"
    );
    let two = dir.show("two.airlock")["id"].text().to_owned();
    assert!(told["next_change"]["license"] == two.as_str(), "{told:?}");
    let blocks = told["effects"].items().iter().find(|it| it["effect"] == "block_changes").unwrap();
    assert_eq!(blocks["from"], "2026-12-01", "not while the next one is there");
    assert!(
        dir.yes(&status("2026-10-25"))["last_days"] == true,
        "its last day is still to be read in"
    );
    dir.run(&status("2026-10-24")).ends(0).says(&[
        &format!("2026-11-01: from then on, license {two}\n"),
        "2 licenses follow\n            each other",
        "  chain     to 2026-10-31 100 seats, then to 2026-11-30 100 seats, then to\n            \
         2026-12-31 no license, then to 2027-12-31 100 seats\n",
    ]);
    assert_eq!(dir.yes(&status("2026-10-24"))["last_days"], false);
}

#[test]
fn what_is_refused_or_not_known_is_no_yes() {
    let dir = Dir::installed();
    assert_eq!(told(&dir, &status("2025-10-31"))["good"], false);
    dir.run(&status("2025-10-31"))
        .ends(1)
        .says(&["NOT YET: the license is installed, and begins by itself on 2025-11-01"]);
    dir.run(&status("2026-11-01")).ends(1).says(&["NO: the instance is read-only"]);
    dir.issue("--request n.request --set hard_stop=true --today 2025-10-25 --out stop.airlock");
    dir.yes("license install stop.airlock --instance inst --users 40 --today 2025-11-01");
    dir.run(&status("2025-11-02")).ends(1).says(&["UNKNOWN without `--users N"]);
    dir.run(&format!("{} --users 100", status("2025-11-02"))).ends(0).says(&["YES: nothing"]);
    dir.run(&format!("{} --users 101", status("2025-11-02"))).ends(1).says(&["NO: no user can"]);
    break_licenses(&dir);
    dir.run(&status("2025-11-02")).ends(1).says(&[
        "UNKNOWN: which license decides is not known",
        "`airlock license install FILE --instance inst` mends a license",
    ]);
}

fn break_licenses(dir: &Dir) {
    let sql = "UPDATE license SET bytes = \
               CAST(substr(bytes, 1, length(bytes) - 1) || x'ff' AS BLOB)";
    Connection::open(dir.path("inst/ledger.sqlite")).unwrap().execute_batch(sql).unwrap();
}

/// On the term's last day the line `do` says what the line `duty` says; before it, it waits for no
/// later day.
#[test]
fn on_the_last_day_the_figures_are_to_be_read_in_late() {
    let dir = Dir::installed();
    let days: String = (1..=30).map(|day| format!("2026-10-{day:02},90\n")).collect();
    figures(&dir, &days);
    report(&dir, "2026-10-31");
    let all = |day: &str| {
        let run = dir.run(&status(day));
        let json = told(&dir, &status(day));
        let texts: Vec<String> = json["do"].texts().into_iter().map(str::to_owned).collect();
        (run.text().to_owned(), texts)
    };
    let late = "late today: `airlock usage import FILE --instance inst`";
    let (text, todo) = all("2026-10-31");
    assert!(todo.iter().any(|it| it == late) && text.contains(late), "{text}");
    assert!(text.contains("2026-10-31, the term's last day, read"), "{text}");
    assert!(!all("2026-11-01").1.iter().any(|it| it.starts_with("late")));
    // A term whose last day comes before the next report is due.
    let dir = Dir::new();
    dir.issue("--request n.request --from 2025-11-01 --until 2026-11-01 --out n.airlock --force");
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    let next = "--from 2026-11-01 --until 2027-11-01 --today 2026-10-01 --out next.airlock";
    dir.issue(&format!("--request n.request {next}"));
    dir.yes(
        "license install next.airlock --instance inst --users 81 --history none --today 2026-10-02",
    );
    let days: Vec<String> = (0..355)
        .map(|n| license_core::Day::parse("2025-11-01").unwrap().plus(n).unwrap())
        .map(|day| format!("{day},81\n"))
        .collect();
    figures(&dir, &days.concat());
    report(&dir, "2026-10-22");
    let todo = told(&dir, &status("2026-10-22"))["do"].texts().concat();
    assert_eq!(todo, "nothing until 2026-10-31");
}

/// After a removal the license that is there is named before a trip to the vendor, and the duty
/// stays.
#[test]
fn after_a_removal_the_way_back_is_named_first() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n");
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2025-11-02"));
    let restore = format!("license restore {id} --instance inst");
    let day = status("2025-12-02");
    let run = dir.run(&day);
    run.ends(1).says(&[
        "NO: no license is installed",
        "  duty      a usage report is due since 2025-12-01, 30 days after the first day\n",
        &format!("  do        `airlock {restore}` brings back"),
    ]);
    let todo = told(&dir, &day)["do"].texts().concat();
    assert!(todo.contains("`airlock usage import FILE"), "{todo}");
    dir.yes(&format!("{restore} --today 2025-12-02"));
    dir.run(&day).ends(0);
    // One that never began is written out, to be installed again; one that is over is of no use.
    let dir = Dir::new();
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-10-25");
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2025-10-26"));
    let first = |day: &str| told(&dir, &status(day))["do"].texts()[0].to_owned();
    assert!(first("2025-10-27").starts_with(&format!("`airlock license export {id} --out FILE")));
    assert!(first("2026-11-01").starts_with("`airlock request new"));
}

/// What is named works as it stands once its words in capitals are filled in.
#[test]
fn a_new_folder_names_all_that_a_request_needs() {
    let dir = Dir::new();
    let line = told(&dir, &status("2025-11-05"))["do"].texts()[0].to_owned();
    let command = line.split('`').nth(1).unwrap().strip_prefix("airlock ").unwrap();
    let mut filled = format!("{command} --today 2025-11-05");
    for (option, value) in [
        ("--company NAME", "--company Nordhavn"),
        ("--name NAME", "--name Ida"),
        ("ADDRESS", "ida@nordhavn.example"),
        ("PLAN", "premium"),
        ("--seats N", "--seats 100"),
        ("--users N", "--users 81"),
    ] {
        assert!(filled.contains(option), "{filled}");
        filled = filled.replace(option, value);
    }
    dir.yes(&filled);
}

/// Days that were reported as missing are asked for no more: GitLab may never have counted then.
#[test]
fn a_month_that_was_never_counted_is_not_asked_for_for_ever() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n2025-11-02,81\n2025-12-05,82\n");
    let asks = |day: &str| {
        let told = told(&dir, &status(day));
        let gaps = told["days_without_data"].number() > 0;
        (gaps, told["do"].texts().iter().any(|it| it.contains("usage import")))
    };
    assert_eq!(asks("2025-12-06"), (true, true));
    report(&dir, "2025-12-06");
    assert_eq!(asks("2025-12-06"), (true, false));
    // Nor when the next report is due; but days since are.
    figures(&dir, "2026-01-04,82\n");
    assert_eq!(asks("2026-01-05"), (true, true));
    report(&dir, "2026-01-05");
    figures(&dir, "2026-10-29,82\n");
    report(&dir, "2026-10-30");
    assert_eq!(asks("2026-10-30"), (true, true));
    // Only before the next license are they named once more, for it follows from the figures.
    let named = told(&dir, &status("2026-10-30"))["do"].texts()[0].to_owned();
    assert!(named.ends_with("`, if GitLab has the missing days"), "{named}");
}

/// However much there is to say, it fits a window of 80 columns and 24 lines.
#[test]
fn the_screen_fits() {
    let dir = Dir::new();
    let name = format!("'{}'", "Nordhavn Shipyards ".repeat(10).trim());
    dir.issue(&format!("--request n.request --company {name} --out long.airlock"));
    dir.yes(
        "license install long.airlock --instance inst --users 40 --history none --today 2025-11-01",
    );
    dir.issue("--request n.request --set hard_stop=true --today 2025-10-25 --out stop.airlock");
    dir.yes(
        "license install stop.airlock --instance inst --users 40 --history none --today 2025-11-01",
    );
    let every_other: Vec<String> =
        (0..15).map(|n| format!("2025-11-{:02},16777215\n", 1 + 2 * n)).collect();
    figures(&dir, &every_other.concat());
    report(&dir, "2025-12-20");
    let fits = |day: &str| {
        let mut run = dir.command(&words(&format!("status --today {day}")));
        let output = run.env("AIRLOCK_INSTANCE", "inst").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.lines().count() <= 24, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        text
    };
    fits("2026-10-30");
    assert!(fits("2025-12-10").contains("doubt"), "the clock is behind");
    fs::remove_file(dir.path("inst/instance.key")).unwrap();
    break_licenses(&dir);
    let text = fits("2025-12-10");
    assert!(text.contains("more: `airlock status --json` tells all"), "{text}");
}

/// The samples: each name with its labels, and the number.
fn samples(text: &str) -> BTreeMap<String, i64> {
    let mut helped = Vec::new();
    let mut samples = BTreeMap::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            helped.push(help.split(' ').next().unwrap().to_owned());
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert_eq!(kind, format!("{} gauge", helped.last().unwrap()));
        } else {
            let (name, number) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with(helped.last().unwrap().as_str()), "{line}");
            assert!(samples.insert(name.to_owned(), number.parse().unwrap()).is_none(), "{line}");
        }
    }
    samples
}

#[test]
fn metrics_are_the_figures_of_the_status() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,90\n2025-11-02,112\n2025-11-04,97\n");
    report(&dir, "2025-11-05");
    let line = format!("{} --prometheus", status("2025-11-15"));
    let samples = samples(dir.run(&line).ends(0).text());
    let one = |name: &str| {
        let name = format!("airlock_{name}{{id=\"{INSTANCE}\"");
        let with = samples.iter().filter(|(found, _)| found.starts_with(&name));
        with.map(|(found, number)| (found.clone(), *number)).collect::<Vec<_>>()
    };
    let day = 86_400;
    for (name, number) in [
        ("good", 1),
        ("contract_days_left", 351),
        ("seats", 100),
        ("users", 97),
        ("peak_users", 112),
        ("seats_owed", 12),
        ("smallest_renewal_seats", 102),
        ("days_without_figure", 11),
        ("days_since_report", 10),
        ("report_due_seconds", 20 * day),
        ("effect_seconds", 351 * day),
    ] {
        let found = one(name);
        assert_eq!(found.first().map_or(-1, |(_, number)| *number), number, "{name} {found:?}");
    }
    let read_only =
        one("effect_seconds").into_iter().find(|(name, _)| name.contains("block_changes"));
    assert_eq!(read_only.unwrap().1, 351 * day);
    // What is not known has no sample; what is refused is no error of the collector.
    let empty = Dir::new();
    let none = empty.run(&line).ends(0).text().to_owned();
    assert!(none.contains("airlock_good") && !none.contains("airlock_seats"), "{none}");
}

/// What a program takes from the object runs as it stands, too.
#[test]
fn the_commands_for_programs_name_the_folder_that_was_typed() {
    let dir = Dir::installed();
    let line = "status --instance inst --today 2026-10-20 --json";
    let told = dir.run(line);
    let json = Json::read(told.text());
    let all: Vec<&str> = json["do"].texts();
    let commands = all.iter().flat_map(|line| line.split('`').skip(1).step_by(2));
    let commands: Vec<&str> = commands.filter(|it| it.starts_with("airlock ")).collect();
    assert!(!commands.is_empty(), "{all:?}");
    for command in commands {
        assert!(command.ends_with(" --instance inst"), "{command}");
    }
    // Where no folder was typed, none is named.
    let output = dir
        .command(&words("status --today 2026-10-20 --json"))
        .env("AIRLOCK_INSTANCE", dir.path("inst"))
        .output()
        .unwrap();
    let json = String::from_utf8(output.stdout).unwrap();
    assert!(!json.contains("--instance"), "{json}");
}

/// Whoever may not read the key is told the command that gives the right to it.
#[test]
fn a_key_that_may_not_be_read_is_named_with_the_command_that_helps() {
    let dir = Dir::installed();
    let set =
        |mode| fs::set_permissions(dir.path("inst/instance.key"), Permissions::from_mode(mode));
    set(0o000).unwrap();
    // As nobody in particular: what is ours is theirs, without the rights of root.
    let under = |line: &str| dir.under("unshare --map-user=1000", "util-linux", line);
    let run = under("status --instance inst --today 2025-11-10");
    run.says(&["no report can be signed", "`chmod u+r inst/instance.key`"]);
    let run = under("usage report --anyway --instance inst --today 2025-11-10 --out x");
    run.ends(2).says(&["permission denied", "`chmod u+r inst/instance.key`"]);
    set(0o600).unwrap();
    let folder = |mode| fs::set_permissions(dir.path("inst"), Permissions::from_mode(mode));
    folder(0o000).unwrap();
    let run = under("status --instance inst --today 2025-11-10");
    run.ends(2).says(&["permission denied", "`chmod u+rwx inst`"]);
    folder(0o500).unwrap();
    let run = under("usage record --users 5 --instance inst --today 2025-11-10");
    run.ends(2).says(&["cannot be written", "`chmod u+rwx inst`"]);
    folder(0o700).unwrap();
}

/// Issues and installs a license long before its first day, and gives its id.
fn ahead(dir: &Dir, (from, until): (&str, &str), seats: u32, today: &str) -> String {
    dir.yes(
        "issuer certify --root root.key --key desk.pub --name Desk --from 2025-11-01 --until \
         2030-01-01 --start-days 1200 --today 2025-11-01 --out desk.issuer --force",
    );
    dir.issue(&format!(
        "--request n.request --from {from} --until {until} --seats {seats} --previous-users 100 \
         --today {today} --out {from}.airlock"
    ));
    let install = format!("license install {from}.airlock --instance inst --users 81");
    dir.yes(&format!("{install} --today {today}"));
    dir.show(&format!("{from}.airlock"))["id"].text().to_owned()
}

/// The license in force was removed, and one that begins later is there: nothing works, and the way
/// back is named first.
#[test]
fn without_the_removed_license_nothing_is_in_force_and_the_way_back_is_named() {
    let dir = Dir::installed();
    figures(&dir, &every_day(("2025-11-01", "2026-02-28"), 81));
    ahead(&dir, ("2026-11-01", "2027-11-01"), 100, "2026-03-01");
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2026-03-01"));
    let restore = format!("`airlock license restore {id} --instance inst` brings back");
    let run = dir.run(&status("2026-03-01"));
    run.ends(1).says(&["NO: no license is in force until 2026-11-01\n"]);
    let first = |day: &str| told(&dir, &status(day))["do"].texts()[0].to_owned();
    assert!(first("2026-03-01").starts_with(&restore), "{}", first("2026-03-01"));
    // Once the other has begun, nothing is missing.
    assert!(!first("2026-11-02").contains("restore"), "{}", first("2026-11-02"));
}

/// The later of two years was removed: it lies in the ledger, and no trip is needed for it.
#[test]
fn a_removed_license_of_the_next_year_is_named_before_a_request() {
    let dir = Dir::installed();
    figures(&dir, &every_day(("2025-11-01", "2026-08-30"), 81));
    let id = ahead(&dir, ("2026-11-01", "2027-11-01"), 100, "2026-05-01");
    // Before its first day it was never in force: it is installed again.
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2026-05-01"));
    let first = |day: &str| told(&dir, &status(day))["do"].texts()[0].to_owned();
    let export = format!("`airlock license export {id} --out FILE --instance inst` writes the");
    for (day, is_near) in [("2026-09-01", false), ("2026-10-01", true), ("2026-11-05", true)] {
        assert_eq!(first(day).starts_with(&export), is_near, "{day}: {}", first(day));
    }
    // Removed behind it, it comes back as it was.
    dir.yes(&format!("license export {id} --out again.txt --instance inst --today 2026-05-01"));
    dir.yes("license install again.txt --instance inst --users 81 --today 2026-05-01");
    dir.yes(&format!("license remove {id} --yes --instance inst --today 2026-11-05"));
    let restore = format!("`airlock license restore {id} --instance inst`");
    assert!(first("2026-11-05").starts_with(&restore), "{}", first("2026-11-05"));
}

/// Before a gap the request that is named asks for as many seats as will be taken.
#[test]
fn the_request_for_a_gap_asks_for_enough_seats() {
    let dir = Dir::installed();
    ahead(&dir, ("2027-11-01", "2028-11-01"), 120, "2026-01-01");
    figures(&dir, "2026-10-01,116\n");
    let line = told(&dir, &status("2026-10-02"))["do"].texts().join("\n");
    // T(105) = 115, T(106) = 116.
    assert!(line.contains("`airlock request new --seats 106 --instance inst`"), "{line}");
}

/// A figure that was taken back, and is not above the seats: nothing is owed by it, and the vendor
/// is asked for nothing.
#[test]
fn a_reported_figure_within_the_seats_needs_no_answer() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,90\n");
    report(&dir, "2025-11-02");
    dir.write("less.csv", "date,count\n2025-11-01,80\n");
    dir.yes("usage import less.csv --accept-changes --instance inst --today 2025-11-02");
    let run = dir.run(&status("2025-11-03"));
    run.ends(0)
        .says(&["  reported  90 users on 2025-11-01, in report 1; the ledger has at most 80"]);
    assert!(!run.text().contains("waived"), "{run}");
}

/// By a clock that was set back, with a report that waits, there is one order of commands, and it
/// ends the doubt.
#[test]
fn behind_a_clock_that_was_set_back_the_commands_work_in_their_order() {
    let dir = Dir::installed();
    figures(&dir, "2025-11-01,81\n2025-11-02,81\n");
    // The report is kept, and its file cannot be placed.
    dir.run("usage report --instance inst --today 2025-12-20 --out /dev/full").ends(2);
    let day = status("2025-12-05");
    let lines = told(&dir, &day)["do"].texts().join("\n");
    let order: Vec<&str> = lines.split('`').filter(|it| it.starts_with("airlock usage")).collect();
    let inst = "--instance inst";
    assert_eq!(
        order,
        [
            format!("airlock usage report {inst}"),
            format!("airlock usage import FILE {inst}"),
            format!("airlock usage report --accept-clock {inst}"),
        ]
    );
    dir.yes("usage report --instance inst --today 2025-12-05 --out 1.usage");
    dir.write("more.csv", "date,count\n2025-12-04,82\n");
    dir.yes("usage import more.csv --instance inst --today 2025-12-05");
    dir.yes("usage report --accept-clock --instance inst --today 2025-12-05 --out 2.usage");
    assert_eq!(told(&dir, &day)["doubts"].items().len(), 0);
}
