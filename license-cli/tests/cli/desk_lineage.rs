//! What is owed under a subscription whose place another one took: a statement, what waits, the
//! answer to a report, a receipt and a renewal say the same, and no report is asked for twice.

use crate::common::Dir;
use crate::json::Json;
use crate::vendor::{Vendor, on_each};

/// An instance of Nordhavn with a license of so many seats under this subscription.
fn sell(dir: &Dir, instance: &str, subscription: &str, seats: u32) {
    dir.yes(&format!("instance init {instance} --trust root.pub"));
    dir.yes(&format!(
        "request new --instance {instance} --company Nordhavn --name Ida --email \
         ida@nordhavn.example --plan premium --seats {seats} --users 8 --today 2025-10-18 --out \
         {instance}.request"
    ));
    dir.yes(&format!(
        "desk issue --request {instance}.request --customer Nordhavn --type offline --policy \
         gitlab-legacy --from 2025-11-01 --until 2026-11-01 --subscription-id {subscription} \
         --desk d --yes --today 2025-10-20 --out {subscription}.airlock"
    ));
    dir.yes(&format!(
        "license install {subscription}.airlock --instance {instance} --users 8 --history none \
         --today 2025-11-01"
    ));
}

/// The counts of each day from one to another, in a file: so many users, and `most` on this day.
fn days(dir: &Dir, (from, to): (&str, &str), users: u32, peak: Option<(&str, u32)>) {
    let mut day = license_core::Day::parse(from).unwrap();
    let last = license_core::Day::parse(to).unwrap();
    let mut text = "date,count\n".to_owned();
    while day <= last {
        let most = peak.filter(|(on, _)| *on == day.to_string()).map(|(_, most)| most);
        text += &format!("{day},{}\n", most.unwrap_or(users));
        day = day.plus(1).unwrap();
    }
    dir.write("days.csv", text);
}

/// Reports these days, and the desk receives it: its answer.
fn report(dir: &Dir, instance: &str, today: &str) -> Json {
    dir.yes(&format!("usage import days.csv --instance {instance} --today {today}"));
    let file = format!("{instance}-{today}.usage");
    dir.yes(&format!("usage report --anyway --instance {instance} --today {today} --out {file}"));
    dir.yes(&format!("desk receive {file} --desk d --today {today}"))
}

/// 50 seats under S, and 54 users on 2026-02-10, which the instance has reported.
fn owing(vendor: &Vendor) -> &Dir {
    let dir = &vendor.dir;
    sell(dir, "there", "S", 50);
    days(dir, ("2025-11-01", "2026-02-28"), 48, Some(("2026-02-10", 54)));
    report(dir, "there", "2026-03-01");
    dir
}

fn follow(dir: &Dir, what: &str) -> Json {
    dir.yes(&format!(
        "desk follow {what} --reason agreed --desk d --yes --today 2026-03-01 --out t.airlock"
    ))
}

/// The next report, under the license of the new subscription.
fn next_report(dir: &Dir, instance: &str) -> Json {
    dir.yes(&format!(
        "license install t.airlock --instance {instance} --users 48 --today 2026-03-02"
    ));
    days(dir, ("2026-03-01", "2026-03-31"), 49, None);
    report(dir, instance, "2026-04-01")
}

fn statement(dir: &Dir, subscription: &str, today: &str) -> Json {
    let line = format!("desk statement {subscription} --list-price 100 --desk d --today {today}");
    drawn(dir, &line)["statement"].clone()
}

/// What is owed, each with the subscription under which, the seats, and the next command.
fn due(dir: &Dir, today: &str) -> Vec<(String, i64, String)> {
    let due = dir.yes(&format!("desk due --desk d --today {today}"));
    let owed = due["due"].items().iter().filter(|it| it["what"] == "seats_owed");
    let text = |it: &Json, key: &str| it[key].text().to_owned();
    owed.map(|it| (text(it, "subscription"), it["seats_owed"].number(), text(it, "next"))).collect()
}

/// What is drawn up, whatever stands against it.
fn drawn(dir: &Dir, line: &str) -> Json {
    Json::read(dir.run(&format!("{line} --json")).text())
}

fn waits(dir: &Dir, what: &str, today: &str) -> usize {
    let due = dir.yes(&format!("desk due --desk d --today {today}"));
    due["due"].items().iter().filter(|it| it["what"].text() == what).count()
}

on_each! {
    fn what_the_old_one_owes_goes_along(vendor: &Vendor) {
        let dir = owing(vendor);
        let made = follow(dir, "S --into T");
        let id = made["id"].text()[..8].to_owned();
        let received = next_report(dir, "there");
        let said = statement(dir, "T", "2026-04-02");
        let terms = said["terms"].items();
        let first: Vec<&str> = terms.iter().map(|it| it["first_day"].text()).collect();
        assert_eq!(first, ["2025-11-01", "2026-03-01"]);
        assert_eq!(said["seats_owed"].number(), 4, "{said:?}");
        let owed = due(dir, "2026-04-02");
        assert_eq!(owed.len(), 1, "{owed:?}");
        assert_eq!((owed[0].0.as_str(), owed[0].1), ("T", 4));
        let paid = "--true-up 4 --true-up-from 2025-11-01 --true-up-to 2026-02-28";
        assert!(owed[0].2.starts_with(&format!("airlock desk change {id} {paid}")), "{owed:?}");
        let answer = &received["received"].items()[0];
        let next = answer["next"].text();
        assert!(next.contains(paid), "{answer:?}");
        // What is printed works.
        let line = owed[0].2.replace("airlock ", "").replace("TEXT", "paid").replace("TICKET", "7");
        dir.yes(&format!("{line} --desk d --yes --today 2026-04-03 --out paid.airlock"));
        assert_eq!(due(dir, "2026-04-04"), []);
        assert_eq!(statement(dir, "T", "2026-04-04")["seats_owed"].number(), 0);
        vendor.verify();
    }

    fn what_stays_is_the_old_ones(vendor: &Vendor) {
        let dir = owing(vendor);
        follow(dir, "S --into T --leave debt");
        next_report(dir, "there");
        assert_eq!(statement(dir, "T", "2026-04-02")["seats_owed"].number(), 0);
        let old = statement(dir, "S", "2026-04-02");
        assert_eq!(old["seats_owed"].number(), 4);
        assert_eq!(old["terms"].items()[0]["last_day"].text(), "2026-02-28");
        let owed = due(dir, "2026-04-02");
        let expected = ("S".to_owned(), 4, "airlock desk statement S".to_owned());
        assert_eq!(owed, [expected]);
    }

    fn a_receipt_after_it_has_what_is_owed_before_it(vendor: &Vendor) {
        let dir = owing(vendor);
        follow(dir, "S --into T");
        next_report(dir, "there");
        let line = "desk receipt T --came-of billed --desk d --today 2026-04-02 --yes";
        let given = dir.yes(line);
        assert_eq!(given["receipts"].items()[0]["seats_owed"].number(), 4, "{given:?}");
    }

    /// The instance goes on under the old license until it installs the new one.
    fn a_report_under_the_old_one_is_not_asked_for_again(vendor: &Vendor) {
        let dir = owing(vendor);
        follow(dir, "S --into T");
        days(dir, ("2026-03-01", "2026-03-31"), 49, None);
        report(dir, "there", "2026-04-01");
        assert_eq!(waits(dir, "report", "2026-04-15"), 0);
        assert_eq!(waits(dir, "report", "2026-05-02"), 1);
        dir.yes("license install t.airlock --instance there --users 48 --today 2026-04-02");
        days(dir, ("2026-04-01", "2026-04-30"), 49, None);
        let received = report(dir, "there", "2026-05-01");
        let answer = &received["received"].items()[0];
        let next = if answer.has("next") { answer["next"].clone() } else { Json::Null };
        let asks = next != Json::Null && next.text().contains("for the reports of number");
        assert!(!asks, "{answer:?}");
    }

    fn of_two_that_join_each_debt_goes_along(vendor: &Vendor) {
        let dir = owing(vendor);
        sell(dir, "more", "M", 30);
        days(dir, ("2025-11-01", "2026-02-28"), 20, Some(("2026-01-10", 33)));
        report(dir, "more", "2026-03-01");
        follow(dir, "S M --into T --anyway");
        let owed = due(dir, "2026-03-02");
        let seats: Vec<i64> = owed.iter().map(|(_, seats, _)| *seats).collect();
        assert_eq!(seats, [4, 3], "{owed:?}");
        assert!(owed.iter().all(|(subscription, _, _)| subscription == "T"));
        // Its lines are those of the one it goes on from, and the other one is named.
        let said = statement(dir, "T", "2026-03-02");
        assert_eq!(said["seats_owed"].number(), 4);
        let joined = &said["joined"].items()[0];
        assert_eq!((joined["subscription"].text(), joined["seats_owed"].number()), ("M", 3));
        assert!(said["verdict"].text().ends_with("by what joined it: 3 seats of M"), "{said:?}");
        assert_eq!(statement(dir, "M", "2026-03-02")["seats_owed"].number(), 3);
        // A year later the rule has both.
        let renew = "desk renew T --desk d --dry-run --today 2026-10-20";
        let drawn = drawn(dir, renew);
        let owed = drawn["owed"].items().iter().map(|it| it["seats"].number()).collect::<Vec<_>>();
        assert_eq!(owed, [4, 3], "{drawn:?}");
    }

    /// Of one instance's debt and another's each needs a true-up of its own, or one for both.
    fn a_true_up_pays_once(vendor: &Vendor) {
        let dir = owing(vendor);
        sell(dir, "more", "M", 30);
        days(dir, ("2025-11-01", "2026-02-28"), 20, Some(("2026-01-10", 33)));
        report(dir, "more", "2026-03-01");
        follow(dir, "S M --into T --anyway");
        let open = |seats: u32| {
            dir.yes(&format!(
                "desk change T --true-up {seats} --true-up-from 2025-11-01 --true-up-to \
                 2026-02-28 --reason paid --ticket {seats} --anyway --desk d --yes --today \
                 2026-03-0{seats} --out {seats}.airlock"
            ));
            due(dir, "2026-03-09").iter().map(|(_, seats, _)| *seats).collect::<Vec<_>>()
        };
        assert_eq!(open(4), [3]);
        assert_eq!(open(6), [1]);
        assert_eq!(open(7), []);
    }

    fn the_old_ones_days_end_where_the_new_one_begins(vendor: &Vendor) {
        let dir = owing(vendor);
        sell(dir, "more", "M", 30);
        follow(dir, "S M --into T --until 2026-06-01 --anyway");
        for (subscription, last) in [("S", "2026-02-28"), ("M", "2026-02-28")] {
            let said = statement(dir, subscription, "2026-08-01");
            let terms: Vec<&str> =
                said["terms"].items().iter().map(|it| it["last_day"].text()).collect();
            assert_eq!(terms, [last], "{subscription}");
        }
    }

    fn which_instance_is_billed_is_said_before(vendor: &Vendor) {
        let dir = owing(vendor);
        sell(dir, "more", "M", 30);
        let line = "desk follow S M --into T --reason agreed --anyway --desk d --dry-run --today 2026-03-01";
        let text = dir.run(line);
        let said = text.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("that of S, is the billed one"), "{said}");
        assert!(said.contains("billed under M until now, is a spare one"), "{said}");
        assert!(said.contains("its admin has to install this license there too"), "{said}");
    }

    fn a_true_up_does_not_hide_what_it_pays(vendor: &Vendor) {
        let dir = owing(vendor);
        let line = "desk follow S --into T --reason agreed --anyway --desk d --dry-run --today \
                    2026-03-01 --true-up 4 --true-up-from 2025-11-01 --true-up-to 2026-02-28";
        let said = dir.run(line).text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("owed S: 4 seats (54 users"), "{said}");
        assert!(said.contains("this license pays for all of it"), "{said}");
    }

    /// What is left of a year is no term of its own.
    fn a_renewal_after_it_is_of_a_whole_year(vendor: &Vendor) {
        let dir = owing(vendor);
        dir.yes(
            "desk follow S --parts 30,20 --reason agreed --anyway --desk d --yes --today 2026-03-01",
        );
        for part in ["S-1", "S-2"] {
            let line = format!("desk renew {part} --desk d --dry-run --today 2026-10-20");
            let drawn = drawn(dir, &line);
            assert_eq!(drawn["after"]["from"].text(), "2026-11-01");
            assert_eq!(drawn["after"]["until"].text(), "2027-11-01");
        }
    }

    fn debts_of_a_line_of_three_stay_together(vendor: &Vendor) {
        let dir = owing(vendor);
        follow(dir, "S --into T");
        next_report(dir, "there");
        dir.yes(
            "desk renew T --from 2026-04-10 --subscription-id U --reason early --desk d --yes \
             --anyway --today 2026-04-05 --out u.airlock",
        );
        let owed = due(dir, "2026-04-11");
        assert_eq!(owed.iter().map(|it| (it.0.as_str(), it.1)).collect::<Vec<_>>(), [("U", 4)]);
        assert_eq!(statement(dir, "U", "2026-04-12")["seats_owed"].number(), 4);
        vendor.verify();
    }
}
