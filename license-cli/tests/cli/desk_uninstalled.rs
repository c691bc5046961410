//! Seats that were added and never installed: the renewal builds on figures that the instance never
//! saw. Seats 50, then 60 that stayed at the desk; the term's peak is 55, and 56 users are there now.
//! GitLab's comparison (DOMAIN.md 2): with 60 previous users the peak of 55 is not looked at, and 56
//! users are more than 55, the tolerated seats of 50; with 50 the peak alone counts, and 55 are not.

use crate::common::{COMPANY, Dir};
use crate::json::Json;
use crate::vendor::{Vendor, on_each};

/// A request of the instance for 50 seats.
fn request(dir: &Dir, users: u32, today: &str, file: &str) {
    dir.yes(&format!(
        "request new --instance there --company '{COMPANY}' --name 'Ida Thorsen' --email \
         ida.thorsen@nordhavn.example --plan premium --seats 50 --users {users} --today {today} --out \
         {file}"
    ));
}

/// The days of the term before 2026-10-20, each with 50 users, one of them with 55.
fn history() -> String {
    let months = [(2025, 11, 30), (2025, 12, 31), (2026, 1, 31), (2026, 2, 28), (2026, 3, 31)];
    let more = [(2026, 4, 30), (2026, 5, 31), (2026, 6, 30), (2026, 7, 31), (2026, 8, 31)];
    let last = [(2026, 9, 30), (2026, 10, 19)];
    let mut text = "date,count\n".to_owned();
    for (year, month, days) in months.into_iter().chain(more).chain(last) {
        for day in 1..=days {
            let users = if (month, day) == (5, 4) { 55 } else { 50 };
            text += &format!("{year}-{month:02}-{day:02},{users}\n");
        }
    }
    text
}

/// Sells 50 seats, installs them, and sells 60 that nobody installs; the ids of the two.
fn sold(dir: &Dir) -> [String; 2] {
    dir.yes("instance init there --trust root.pub");
    request(dir, 40, "2025-10-18", "first.request");
    let first = dir.yes(
        "desk issue --request first.request --customer Nordhavn --type offline --policy \
         gitlab-legacy --from 2025-11-01 --until 2026-11-01 --previous-users 50 --subscription-id S \
         --desk d --yes --today 2025-10-20 --out first",
    );
    dir.yes("license install first --instance there --users 40 --history none --today 2025-11-01");
    let change = "desk change S --seats 60 --reason more --ticket 1 --desk d --yes --out second";
    let second = dir.yes(&format!("{change} --today 2026-03-01"));
    [first, second].map(|made| made["id"].text().to_owned())
}

/// What the instance has counted and reported until October.
fn report(dir: &Dir) {
    dir.write("all.csv", history());
    dir.yes("usage import all.csv --instance there --today 2026-10-20");
    dir.yes("usage report --instance there --today 2026-10-20 --out year.usage");
    dir.yes("desk receive year.usage --desk d --today 2026-10-20");
    request(dir, 56, "2026-10-20", "next.request");
}

const RENEW: &str = "desk renew S --request next.request --desk d --yes --today 2026-10-20";

const INSTALL: &str = "license install renewal --instance there --users 56 --today 2026-10-20";

fn warned(answer: &Json) -> &str {
    answer["never_installed"]["message"].text()
}

on_each! {
    fn seats_that_were_never_installed_are_warned_of(vendor: &Vendor) {
        let dir = &vendor.dir;
        let [first, second] = sold(dir);
        report(dir);
        let drawn = dir.no(&format!("{RENEW} --dry-run"));
        assert_eq!(
            warned(&drawn),
            format!(
                "license {second} of 2026-03-01 with 60 seats was never reported as installed; the \
                 renewal carries previous users 60, the instance knows 50: it will refuse; with \
                 --previous-users 50 it installs"
            )
        );
        assert_eq!(drawn["never_installed"]["known_license"].text(), first);
        assert_eq!(drawn["forecast"]["outcome"].text(), "refused");
        let text = dir.run(&format!("{RENEW} --dry-run"));
        text.ends(1).says(&["warning", "was never reported as installed"]);
        dir.refused(&format!("{RENEW} --out wrong"), "desk_objection");
    }

    fn the_instance_refuses_as_it_was_forecast(vendor: &Vendor) {
        let dir = &vendor.dir;
        sold(dir);
        report(dir);
        dir.yes(&format!("{RENEW} --anyway --reason test --out renewal"));
        dir.run(INSTALL).ends(1).says(&["more than 55 (they are 56)"]);
    }

    fn the_instance_installs_as_it_was_forecast(vendor: &Vendor) {
        let dir = &vendor.dir;
        sold(dir);
        report(dir);
        let right = dir.yes(&format!("{RENEW} --previous-users 50 --out renewal"));
        assert_eq!(right["forecast"]["outcome"].text(), "installs");
        assert_eq!(right["never_installed"]["previous_users"], Json::Null);
        dir.yes(INSTALL);
        vendor.verify();
    }

    fn who_takes_over_is_told_of_it(vendor: &Vendor) {
        let dir = &vendor.dir;
        let [first, second] = sold(dir);
        let unusual = || {
            let page = dir.yes("desk handover S --desk d --today 2026-10-21");
            let all = page["unusual"].items().iter();
            all.map(|it| it["words"].text().to_owned()).collect::<Vec<_>>()
        };
        assert!(unusual().is_empty(), "{:?}", unusual());
        report(dir);
        let expected = format!(
            "license {} of S was never reported as installed: the instance has named {}",
            &second[..8],
            &first[..8]
        );
        assert_eq!(unusual(), [expected]);
    }

    fn a_license_that_was_named_is_not_warned_of(vendor: &Vendor) {
        let dir = &vendor.dir;
        sold(dir);
        let line = "desk renew S --dry-run --desk d --today 2026-10-20";
        let before = dir.yes(line);
        assert!(warned(&before).contains(", the license before it, "), "{before:?}");
        dir.yes("license install second --instance there --users 40 --today 2026-03-02");
        request(dir, 40, "2026-03-03", "named.request");
        dir.yes("desk receive named.request --desk d --today 2026-03-04");
        assert_eq!(dir.yes(line)["never_installed"], Json::Null);
    }

    fn a_merge_warns_of_the_license_of_each_subscription(vendor: &Vendor) {
        let dir = &vendor.dir;
        for (subscription, seats, more) in [("A", 50, Some(60)), ("B", 30, Some(40)), ("C", 20, None)] {
            sell(dir, subscription, seats);
            if let Some(more) = more {
                dir.yes(&format!(
                    "desk change {subscription} --seats {more} --reason more --ticket {subscription} \
                     --desk d --yes --today 2026-02-01 --out {subscription}-2"
                ));
            }
        }
        let merge = |ids: &str| {
            let why = "--take previous-users --reason agreed --desk d --today 2026-03-01 --dry-run";
            format!("desk follow {ids} --into N {why}")
        };
        let of = |ids: &str| -> Vec<bool> {
            let drawn = dir.yes(&merge(ids));
            let from = drawn["succession"]["from"].items().iter();
            from.map(|it| it["never_installed"] == Json::Bool(true)).collect()
        };
        assert_eq!(of("A B"), [true, true]);
        assert_eq!(of("A C"), [true, false]);
        assert_eq!(of("C B"), [false, true]);
        let never = &dir.yes(&merge("C B"))["never_installed"];
        assert!(
            never["message"].text().ends_with(
                "with 40 seats was never reported as installed; the new license carries previous \
                 users 60, together 50 were installed"
            ),
            "{never:?}"
        );
        let text = dir.run(&merge("A B")).text().to_owned();
        assert_eq!(text.replace("\n             ", " ").matches("was never reported").count(), 2);
        assert!(text.replace("\n             ", " ").contains("users 100, together 80 were"), "{text}");
    }
}

/// Sells a subscription of these seats, without an instance.
fn sell(dir: &Dir, subscription: &str, seats: u32) {
    dir.yes(&format!(
        "desk issue --customer Nordhavn --type offline --company Nordhavn --name Ida --email \
         ida@nordhavn.example --plan premium --seats {seats} --policy gitlab-legacy --from 2025-11-01 \
         --until 2026-11-01 --subscription-id {subscription} --desk d --yes --today 2025-10-20 --out \
         {subscription}"
    ));
}
