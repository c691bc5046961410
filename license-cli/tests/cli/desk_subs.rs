//! Subscriptions that change: followed, joined, divided, billed to another, renewed early. Each says
//! by name what goes along, and the history of either side leads to the other.

use std::{fs, thread};

use crate::common::{Dir, Run, unshare};
use crate::json::Json;
use crate::ledger::{kill, kills, moment};
use crate::vendor::{Vendor, on_each};

/// Sells these seats as a subscription of Nordhavn, for 2025-11-01 until 2026-11-01.
fn sell(dir: &Dir, subscription: &str, seats: u32) -> String {
    let made = dir.yes(&format!(
        "desk issue --customer Nordhavn --type offline --company Nordhavn --name Ida --email \
         ida@nordhavn.example --plan premium --seats {seats} --policy gitlab-legacy --from 2025-11-01 \
         --until 2026-11-01 --previous-users 40 --true-up 3 --true-up-from 2024-11-01 --true-up-to \
         2025-10-31 --subscription-id {subscription} --desk d --yes --today 2025-10-20 --out \
         {subscription}.airlock"
    ));
    made["id"].text().to_owned()
}

/// A customer with the subscription A of 50 seats, and B of 30.
fn sold(vendor: &Vendor) -> (&Dir, [String; 2]) {
    let dir = &vendor.dir;
    let ids = [("A", 50), ("B", 30)].map(|(subscription, seats)| sell(dir, subscription, seats));
    (dir, ids)
}

const WHY: &str = "--reason agreed --desk d --today 2026-03-01";

fn follow(what: &str) -> String {
    format!("desk follow {what} {WHY} --yes")
}

/// The state of a subscription in words.
fn state(dir: &Dir, subscription: &str) -> String {
    let shown = dir.yes(&format!("desk show {subscription} --desk d --today 2026-03-02"));
    let mut all = shown["subscriptions"].items().iter();
    let own = all.find(|it| it["id"].text() == subscription).unwrap();
    own["state"].text().split(' ').next().unwrap().to_owned()
}

/// The last event of a subscription.
fn last(dir: &Dir, subscription: &str) -> Json {
    let history = dir.yes(&format!("desk history {subscription} --desk d"));
    let own = |event: &&Json| event["subscription"].text() == subscription;
    history["events"].items().iter().rfind(own).unwrap().clone()
}

fn after(made: &Json, claim: &str) -> Option<i64> {
    made["after"].has(claim).then(|| made["after"][claim].number())
}

on_each! {
    fn a_new_subscription_follows_an_old_one(vendor: &Vendor) {
        let (dir, [id, _]) = sold(vendor);
        let made = dir.yes(&follow("A --into NEW --out new"));
        assert_eq!((made["subscription"].text(), after(&made, "seats")), ("NEW", Some(50)));
        assert_eq!(made["after"]["from"].text(), "2026-03-01");
        assert_eq!(made["after"]["until"].text(), "2026-11-01");
        assert_eq!(made["succession"]["stays"].texts(), ["previous_users", "true_up"]);
        assert_eq!(
            made["succession"]["goes_along"].texts(),
            ["add_ons", "previous_period", "debt"]
        );
        assert!(!made["after"].has("previous_users") && !made["after"].has("true_up"));
        let from = &made["succession"]["from"].items()[0];
        assert_eq!(from["license"]["id"].text(), id);
        assert_eq!((from["state_before"].text(), from["ends"].text()), ("active", "2026-03-01"));
        assert_eq!((state(dir, "A").as_str(), state(dir, "NEW").as_str()), ("ended", "active"));
        vendor.verify();
    }

    fn the_history_of_either_leads_to_the_other(vendor: &Vendor) {
        let (dir, [id, _]) = sold(vendor);
        let made = dir.yes(&follow("A --into NEW --take true-up --leave debt --out new"));
        let (old, new) = (last(dir, "A"), last(dir, "NEW"));
        assert_eq!((old["what"].text(), new["what"].text()), ("passed_on", "followed"));
        assert_eq!(old["detail"]["by"].texts(), ["NEW"]);
        assert_eq!(old["detail"]["licenses_after"].texts(), [made["id"].text()]);
        assert_eq!(new["detail"]["in_place_of"].texts(), ["A"]);
        assert_eq!(new["detail"]["licenses_before"].texts(), [id.as_str()]);
        for event in [&old, &new] {
            assert_eq!(event["detail"]["stays"].texts(), ["previous_users", "debt"]);
            assert_eq!(event["reason"].text(), "agreed");
        }
        assert_eq!(made["after"]["true_up"]["quantity"].number(), 3);
    }

    fn what_was_passed_on_is_refused_with_the_new_name(vendor: &Vendor) {
        let (dir, [id, _]) = sold(vendor);
        dir.yes(&follow("A --into NEW --out new"));
        for line in [
            "desk renew A --yes".to_owned(),
            format!("desk renew {id} --yes"),
            "desk change A --seats 60 --ticket 1 --yes".to_owned(),
            "desk extend A --yes".to_owned(),
            "desk resend A --out again --force".to_owned(),
            "desk follow A --into OTHER --yes".to_owned(),
            "desk follow B --into A --yes".to_owned(),
        ] {
            let refused = dir.refused(&format!("{line} {WHY}"), "desk_passed_on");
            assert!(refused["message"].text().contains("NEW took its place"), "{refused:?}");
        }
        dir.yes(&format!("desk resend NEW --out again {WHY}"));
    }

    fn two_become_one_with_the_sum_of_seats(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let made = dir.yes(&follow("A B --into C --take previous-users --leave true-up --out c"));
        assert_eq!((after(&made, "seats"), after(&made, "previous_users")), (Some(80), Some(80)));
        assert_eq!(made["jobs"].texts(), ["merge"]);
        assert_eq!((state(dir, "A").as_str(), state(dir, "B").as_str()), ("ended", "ended"));
        assert_eq!(last(dir, "B")["detail"]["by"].texts(), ["C"]);
        assert_eq!(last(dir, "C")["detail"]["in_place_of"].texts(), ["A", "B"]);
        dir.refused(&format!("desk renew B {WHY} --yes"), "desk_passed_on");
        vendor.verify();
    }

    /// Whoever is billed is named in the license, with their own contact, whichever was named first.
    fn two_of_two_customers_become_the_one_who_is_billed(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        dir.yes(
            "desk issue --customer West --type offline --company 'West AS' --name Kai --email \
             kai@west.example --plan premium --seats 20 --policy gitlab-legacy --from 2025-11-01 \
             --until 2026-11-01 --subscription-id W --desk d --yes --today 2025-10-20 --out w",
        );
        let line = follow("A W --to West --into C --out c");
        let refused = dir.refused(&line, "desk_objection");
        assert!(refused["message"].text().contains("(hand_to.needs)"), "{refused:?}");
        let made = dir.yes(&format!("{line} --proof consent"));
        assert_eq!(made["customer"]["name"].text(), "West");
        let said = ["company", "name", "email"].map(|it| made["after"][it].text());
        assert_eq!(said, ["West AS", "Kai", "kai@west.example"]);
        assert_eq!(made["jobs"].texts(), ["merge", "billing", "hand_to"]);
        assert_eq!(after(&made, "seats"), Some(70));
        vendor.verify();
    }

    fn of_two_plans_somebody_says_which_goes_on(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        dir.yes(
            "desk issue --customer Nordhavn --plan ultimate --seats 25 --policy gitlab-legacy \
             --from 2025-11-01 --until 2026-11-01 --subscription-id U --desk d --yes --today \
             2025-10-20 --out u",
        );
        let line = follow("B U --into C --leave true-up --out c");
        let failed = dir.failed(&line, "options");
        let message = "B has the plan premium, and U ultimate";
        assert_eq!(failed["message"].text(), message);
        let made = dir.yes(&format!("{line} --plan ultimate"));
        assert_eq!(made["after"]["plan"].text(), "ultimate");
        assert_eq!(after(&made, "seats"), Some(55));
        vendor.verify();
    }

    fn one_joins_another_that_goes_on(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let made = dir.yes(&follow("A B --into A --out c"));
        assert_eq!((made["subscription"].text(), made["serial"].number()), ("A", 2));
        assert_eq!((state(dir, "A").as_str(), state(dir, "B").as_str()), ("active", "ended"));
        let from = made["succession"]["from"].items();
        assert_eq!((&from[0]["ends"], from[1]["ends"].text()), (&Json::Null, "2026-03-01"));
        vendor.verify();
    }

    fn one_becomes_several_together(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let made = dir.yes(&follow("A --parts 30,20"));
        let parts = made["parts"].items();
        let said: Vec<_> =
            parts.iter().map(|it| (it["subscription"].text(), after(it, "seats"))).collect();
        assert_eq!(said, [("A-1", Some(30)), ("A-2", Some(20))]);
        assert_eq!(last(dir, "A")["detail"]["by"].texts(), ["A-1", "A-2"]);
        for part in ["A-1", "A-2"] {
            assert_eq!(last(dir, part)["detail"]["in_place_of"].texts(), ["A"]);
        }
        let refused = dir.refused(&format!("desk renew A {WHY} --yes"), "desk_passed_on");
        assert!(refused["message"].text().contains("A-1 and A-2 took its place"), "{refused:?}");
        vendor.verify();
    }

    fn another_customer_is_billed(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        // The contact and the instance stay: it is the same customer by another name.
        let line = follow("A --to Holding --type invoice --into H --out h");
        let refused = dir.refused(&line, "desk_objection");
        assert!(refused["message"].text().contains("(rename.needs)"), "{refused:?}");
        let proven = "--proof legal --proof invoice:2026-02-01 --dry-run";
        assert_eq!(dir.yes(&format!("{line} {proven}"))["jobs"].texts(), ["billing", "rename"]);
        let other = "--email kai@holding.example --proof consent";
        let made = dir.yes(&format!("{line} {other}"));
        assert_eq!(made["customer"]["name"].text(), "Holding");
        assert_eq!(made["after"]["company"].text(), "Holding");
        assert_eq!(made["jobs"].texts(), ["billing", "hand_to"]);
        let holding = made["customer"]["id"].text();
        assert_eq!(last(dir, "A")["detail"]["customer"].text(), holding);
        let refused = dir.refused(&format!("desk renew A {WHY} --yes"), "desk_passed_on");
        let expected = format!("H of customer {holding} took its place");
        assert!(refused["message"].text().contains(&expected), "{refused:?}");
        vendor.verify();
    }

    fn an_early_renewal_cancels_the_old_subscription(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let early = "desk renew A --from 2026-05-20 --subscription-id NEXT --out next --yes";
        let made = dir.yes(&format!("{early} {WHY}"));
        assert_eq!((made["subscription"].text(), made["what"].text()), ("NEXT", "renewed"));
        assert_eq!(after(&made, "previous_users"), Some(50));
        assert_eq!(made["succession"]["stays"].texts(), ["true_up"]);
        assert_eq!(last(dir, "A")["detail"]["ends"].text(), "2026-05-20");
        dir.refused(&format!("desk renew A {WHY} --yes"), "desk_passed_on");
        vendor.verify();
    }

    fn the_rules_need_a_reason_and_say_what_is_lost(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let line = "desk follow A B --into C --desk d --yes --today 2026-03-01 --out c";
        let refused = dir.refused(line, "desk_objection");
        assert!(refused["message"].text().contains("(merge.needs)"), "{refused:?}");
        let text = dir.run(&format!("desk follow A --into C {WHY} --dry-run"));
        text.ends(0).says(&[
            "from       subscription A of Nordhavn: premium, 50 seats",
            "active before, it ends on 2026-03-01",
            "goes along the add-ons, the previous period, the seats owed",
            "stays      the previous users, the true-up",
        ]);
    }

    fn what_was_filed_and_not_written_is_given_again(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let line = follow("A --into NEW --out /dev/full");
        dir.run(&line).ends(2);
        assert_eq!(state(dir, "A"), "ended");
        let again = dir.yes(&follow("A --into NEW --out new"));
        assert_eq!(again["again"], Json::Bool(true));
        dir.refused(&follow("A --into NEW --out newer"), "desk_passed_on");
    }

    fn what_is_owed_is_named_as_far_as_no_true_up_has_paid_it(vendor: &Vendor) {
        let dir = owing(vendor);
        let owed = |what: &str, today: &str| {
            let line = format!("desk follow S --into T --anyway --reason agreed {what} --desk d --dry-run");
            let drawn = dir.yes(&format!("{line} --today {today}"));
            let from = drawn["succession"]["from"].items()[0].clone();
            match from["seats_owed"] == Json::Null {
                true => None,
                false => Some((from["seats_owed"].number(), from["seats_paid"].number())),
            }
        };
        assert_eq!(owed("", "2026-03-05"), Some((7, 0)));
        let days = "--true-up-from 2025-11-01 --true-up-to 2026-03-01";
        assert_eq!(owed(&format!("--true-up 6 {days}"), "2026-03-05"), Some((1, 6)));
        assert_eq!(owed(&format!("--true-up 7 {days}"), "2026-03-05"), None);
        let paid = |seats: u32| {
            dir.yes(&format!(
                "desk change S --true-up {seats} {days} --reason paid --ticket {seats} --desk d \
                 --yes --today 2026-03-0{seats} --out {seats}.airlock"
            ));
        };
        paid(6);
        assert_eq!(owed("", "2026-03-08"), Some((1, 6)));
        let text = dir.run(
            "desk follow S --into T --anyway --reason agreed --desk d --dry-run --today 2026-03-08",
        );
        text.ends(0).says(&["owed       S: 1 seat (57 users on 2026-02-10 under 50 seats, 6 paid)"]);
        paid(7);
        assert_eq!(owed("", "2026-03-08"), None);
    }

    fn what_is_owed_stands_in_the_history_of_either(vendor: &Vendor) {
        let dir = owing(vendor);
        dir.yes(
            "desk follow S --into T --anyway --reason agreed --desk d --yes --today 2026-03-05 --out t",
        );
        assert_eq!(last(dir, "S")["detail"]["owed"].number(), 7);
        let history = dir.yes("desk history T --desk d");
        let made = history["events"].items().iter().find(|it| it["what"] == "followed");
        let owed = made.unwrap()["detail"]["owed"].items()[0].clone();
        assert_eq!((owed["subscription"].text(), owed["seats"].number()), ("S", 7));
        for (subscription, says) in [("S", "by: T"), ("T", "in_place_of: S")] {
            let history = dir.run(&format!("desk history {subscription} --desk d"));
            history.ends(0).says(&[says, "goes_along: add_ons, previous_period, debt"]);
        }
    }

    fn of_several_who_follow_the_same_one_does(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let lines: Vec<String> =
            (0..6).map(|desk| follow(&format!("A --into N{desk} --out n{desk} --json"))).collect();
        let ends: Vec<Option<i32>> = thread::scope(|scope| {
            let runs = lines.iter().map(|line| scope.spawn(move || dir.run(line)));
            let runs: Vec<_> = runs.collect();
            let end = |run: Run| {
                if run.status != Some(0) {
                    let code = Json::read(&run.err)["error"]["code"].text().to_owned();
                    let known = ["registry_conflict", "desk_passed_on"];
                    assert!(known.contains(&code.as_str()), "{run}");
                }
                run.status
            };
            runs.into_iter().map(|run| end(run.join().unwrap())).collect()
        });
        assert_eq!(ends.iter().filter(|end| **end == Some(0)).count(), 1, "{ends:?}");
        let made = (0..6).filter(|desk| dir.exists(&format!("n{desk}")));
        assert_eq!(made.count(), 1);
        let shown = dir.yes("desk show Nordhavn --desk d --today 2026-03-02");
        assert_eq!(shown["subscriptions"].items().len(), 3);
        vendor.verify();
    }

    fn parts_have_no_more_seats_than_were_sold(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        dir.failed(&follow("A --parts 30,21"), "options");
        dir.yes(&follow("A --parts 30,20 --dry-run"));
        dir.yes(&follow("A --parts 30,19 --dry-run"));
    }

    /// Following leads onward, never back: not into itself, nor into what has ended.
    fn there_is_no_ring(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        dir.failed(&follow("A --into A --out x"), "options");
        dir.failed(&follow("A A --into C --out x"), "options");
        dir.failed(&follow("A --parts 30,20 --into A,C"), "options");
        dir.failed(&follow("A --parts 30,20 --into C,C"), "options");
        dir.yes(&follow("A --into C --out c"));
        dir.refused(&follow("C --into A --out x"), "desk_passed_on");
        dir.refused(&follow("B C --into A --out x"), "desk_passed_on");
        dir.yes(&follow("C --into E --out e"));
        dir.refused(&follow("E --into C --out x"), "desk_passed_on");
        dir.yes(&follow("B E --into E --out be"));
        dir.refused(&follow("E --into B --out x"), "desk_passed_on");
        vendor.verify();
    }

    fn the_instances_of_all_go_along_and_of_parts_to_the_first(vendor: &Vendor) {
        let dir = owing(vendor);
        dir.yes("instance init more --trust root.pub");
        dir.yes(
            "request new --instance more --company Nordhavn --name Ida --email \
             ida@nordhavn.example --plan premium --seats 30 --users 8 --today 2025-10-18 --out \
             more.request",
        );
        dir.yes(
            "desk issue --request more.request --customer Nordhavn --policy gitlab-legacy --from \
             2025-11-01 --until 2026-11-01 --subscription-id M --add-on duo_pro:5 --desk d --yes \
             --today 2025-10-20 --out m.airlock",
        );
        let drawn = |line: &str| dir.yes(&format!("{} --anyway --dry-run", follow(line)));
        let joined = drawn("S M --into T");
        assert_eq!(joined["after"]["instances"].items().len(), 2);
        let keys = &joined["after"]["further_report_keys"];
        assert_eq!(keys.items().len(), 1);
        assert_eq!(joined["after"]["add_ons"].items()[0]["quantity"].number(), 5);
        assert!(!drawn("M --into T --leave add-ons")["after"].has("add_ons"));
        let parts = drawn("M --parts 20,10");
        let bound = |part: usize| parts["parts"].items()[part]["after"].has("instances");
        assert_eq!((bound(0), bound(1)), (true, false));
    }

    /// As long as the last of them, or a whole term where all have ended.
    fn the_new_term_ends_with_the_last_one(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        let until = |today: &str| {
            let line = follow("A --into N --dry-run").replace("2026-03-01", today);
            dir.yes(&line)["after"]["until"].text().to_owned()
        };
        assert_eq!(until("2026-10-31"), "2026-11-01");
        assert_eq!(until("2026-11-01"), "2027-11-01");
    }

    fn a_killed_division_divides_all_or_nothing(vendor: &Vendor) {
        let dir = &vendor.dir;
        for round in 0..kills() {
            let name = format!("K{round}");
            sell(dir, &name, 50);
            let line = follow(&format!("{name} --parts 30,20"));
            let yes = kill(dir, &line, moment(round) * 10);
            // The same command ends what was begun, and gives again what was whole.
            let again = dir.yes(&line);
            let parts = again["parts"].items();
            assert!(!yes || parts.iter().all(|it| it["again"] == true), "round {round}: {again:?}");
            for part in [1, 2] {
                let filed = vendor.licenses(&format!("{name}-{part}"));
                assert_eq!(filed.len(), 1, "round {round}");
                let file = format!("nordhavn_{name}-{part}_1.airlock");
                assert_eq!(dir.show(&file)["id"], filed[0]["id"], "round {round}");
            }
            assert_eq!(state(dir, &name), "ended", "round {round}");
        }
        vendor.verify();
    }

    fn a_division_whose_second_file_has_no_room_is_given_again(vendor: &Vendor) {
        let (dir, _) = sold(vendor);
        fs::create_dir(dir.path("small")).unwrap();
        // One file of one page.
        let script = "mount -t tmpfs -o size=4k none small || exit 97; cd small; \
                      \"$0\" \"$@\" 2> ../first; echo $? > ../code; ls > ../one; \
                      mount -o remount,size=1m . || exit 95; \"$0\" \"$@\" > ../second || exit 96; \
                      cp * ..";
        let wrapper = format!("{} sh -c '{script}'", unshare());
        let line = follow("A --parts 30,20").replace("--desk d", "--desk ../d") + " --json";
        dir.under(&wrapper, "util-linux", &line).ends(0);
        assert_eq!(dir.text("code").trim(), "2");
        assert!(dir.text("first").contains("\"disk_full\""), "{}", dir.text("first"));
        assert_eq!(dir.text("one"), "nordhavn_A-1_1.airlock\n");
        let again = Json::read(&dir.text("second"));
        for (part, made) in ["A-1", "A-2"].iter().zip(again["parts"].items()) {
            assert_eq!(made["again"], Json::Bool(true));
            assert_eq!(dir.show(&format!("nordhavn_{part}_1.airlock"))["id"], made["id"]);
            assert_eq!(vendor.licenses(part).len(), 1);
        }
        vendor.verify();
    }
}

/// A desk that has sold 50 seats to an instance with 57 users on 2026-02-10, which has said so.
fn owing(vendor: &Vendor) -> &Dir {
    let dir = &vendor.dir;
    dir.yes("instance init there --trust root.pub");
    dir.yes(
        "request new --instance there --company Nordhavn --name Ida --email ida@nordhavn.example \
         --plan premium --seats 50 --users 48 --today 2025-10-18 --out there.request",
    );
    dir.yes(
        "desk issue --request there.request --customer Nordhavn --type offline --policy \
         gitlab-legacy --from 2025-11-01 --until 2026-11-01 --subscription-id S --desk d --yes \
         --today 2025-10-20 --out s.airlock",
    );
    dir.yes(
        "license install s.airlock --instance there --users 48 --history none --today 2025-11-01",
    );
    dir.write("days.csv", "date,count\n2026-02-10,57\n2026-02-11,50\n");
    dir.yes("usage import days.csv --instance there --today 2026-03-01");
    dir.yes("usage report --instance there --today 2026-03-01 --out s.usage");
    dir.run("desk receive s.usage --desk d --today 2026-03-01").ends(0);
    dir
}
