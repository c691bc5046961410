//! A license after another one of its subscription: whichever the registry knows, the instance too.

use crate::common::{COMPANY, Dir, INSTANCE};
use crate::json::Json;
use crate::vendor::{Vendor, on_each};

/// A request of an instance with so many users.
fn request(dir: &Dir, instance: &str, users: u32, file: &str) {
    dir.yes(&format!(
        "request new --instance {instance} --company '{COMPANY}' --name 'Ida Thorsen' --email \
         ida.thorsen@nordhavn.example --plan premium --seats 100 --users {users} --today 2025-10-18 --out \
         {file}"
    ));
}

/// The first license of subscription S, of 100 seats, without a request.
fn issue(more: &str) -> String {
    format!(
        "desk issue --customer Nord --type offline --company Nord --name X --email a@b.example \
         --plan premium --seats 100 --policy gitlab-legacy --from 2025-11-01 --until 2026-11-01 \
         --desk d --yes {more}"
    )
}

/// The first license of another subscription of the fixture's customer, by a request.
fn issue_for(request: &str) -> String {
    format!(
        "desk issue --request {request} --customer '{COMPANY}' --policy gitlab-legacy --from \
         2025-11-01 --until 2026-11-01 --desk d --yes --today 2025-10-21 --out for"
    )
}

fn change(what: &str, today: &str, out: &str) -> String {
    let why = format!("--reason asked --ticket T-{out}");
    format!("desk change S {what} {why} --desk d --yes --today {today} --out {out}")
}

fn codes(list: &Json) -> Vec<&str> {
    list.items().iter().map(|item| item["code"].text()).collect()
}

/// The seats of the license that decides on an instance where these were installed, in any order.
fn seats_at_an_instance(dir: &Dir, files: &[&str]) -> i64 {
    dir.yes("instance init there --trust root.pub");
    for file in files {
        dir.yes(&format!(
            "license install {file} --instance there --users 5 --history none --today 2025-12-01"
        ));
    }
    let shown = dir.yes("check --instance there --users 5 --today 2025-12-01");
    shown["seats"].number()
}

on_each! {
    fn the_request_of_a_new_customer_is_not_forgotten(vendor: &Vendor) {
        let dir = &vendor.dir;
        request(dir, "inst", 96, "first.request");
        dir.yes(
            "desk receive first.request --customer Nordhavn --type offline --desk d --today \
             2025-10-19",
        );
        dir.yes(
            "desk issue --request first.request --policy gitlab-legacy --from 2025-11-01 --until \
             2026-11-01 --previous-users 100 --subscription-id S --desk d --yes --today 2025-10-20 \
             --out first",
        );
        dir.yes("license install first --instance inst --users 96 --history none --today 2025-11-01");
        let line = change("--seats 80", "2025-11-02", "second");
        let drawn = dir.no(&format!("{line} --dry-run"));
        assert_eq!(codes(&drawn["objections"]), ["users_over_seats"]);
        dir.refused(&line, "desk_objection");
        dir.yes(&format!("{line} --anyway"));
        let refused = dir.run("check second --instance inst --activate --users 96 --today 2025-11-02");
        refused.ends(1);
    }

    fn a_license_is_not_issued_before_the_one_it_follows(vendor: &Vendor) {
        let dir = &vendor.dir;
        dir.yes(&issue("--subscription-id S --today 2025-10-26 --out first"));
        let error = dir.refused(&change("--seats 150", "2025-10-22", "second"), "desk_backdated");
        for day in ["2025-10-22", "2025-10-26"] {
            assert!(error["message"].text().contains(day), "{error:?}");
        }
        let revoke = "desk revoke S --desk d --yes --reason test --today";
        dir.refused(&format!("{revoke} 2025-10-25"), "desk_backdated");
        dir.yes(&format!("{revoke} 2025-10-26"));
    }

    fn of_several_of_one_second_the_later_one_decides(vendor: &Vendor) {
        let dir = &vendor.dir;
        dir.yes(&issue("--subscription-id S --today 2025-10-20 --out 0"));
        let mut files = vec!["0"];
        for (file, seats) in [("1", 120), ("2", 110), ("3", 120), ("4", 100), ("5", 130)] {
            dir.yes(&change(&format!("--seats {seats}"), "2025-10-20", file));
            files.push(file);
        }
        files.reverse();
        assert_eq!(seats_at_an_instance(dir, &files), 130);
        vendor.verify();
    }

    fn terms_that_were_replaced_can_be_given_again(vendor: &Vendor) {
        let dir = &vendor.dir;
        dir.yes(&issue("--subscription-id S --today 2025-10-20 --out 0"));
        dir.yes(&change("--seats 120", "2025-10-21", "1"));
        dir.refused(&change("--seats 120", "2025-10-22", "2"), "desk_objection");
        let again = dir.yes(&change("--seats 100", "2025-10-22", "2"));
        assert_eq!(again["serial"].number(), 3);
        assert_eq!(seats_at_an_instance(dir, &["2", "1", "0"]), 100);
    }

    fn a_renewal_is_not_made_twice(vendor: &Vendor) {
        let dir = &vendor.dir;
        dir.yes(&issue("--subscription-id S --today 2025-10-20 --out 0"));
        let renew = |day: &str| format!("desk renew S --desk d --yes --today {day} --out {day}");
        dir.yes(&renew("2026-10-01"));
        dir.refused(&renew("2026-10-02"), "desk_objection");
    }

    fn a_request_of_another_key_is_not_signed(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes(&format!("instance init evil --id {INSTANCE} --trust root.pub"));
        request(dir, "evil", 81, "e.request");
        let change = "desk change A-S00012345 --request e.request --reason asked --ticket 1 \
                      --desk d --yes --today 2025-10-21 --out e1";
        let issue = "desk issue --request e.request --subscription-id NEW --policy gitlab-legacy \
                     --from 2025-11-01 --until 2026-11-01 --desk d --yes --today 2025-10-21 --out e2";
        for line in [change, issue] {
            let drawn = dir.no(&format!("{line} --dry-run"));
            assert_eq!(codes(&drawn["objections"]), ["other_key"]);
            let error = dir.refused(line, "desk_objection");
            assert!(error["hint"].text().contains("call the customer"), "{error:?}");
        }
        dir.yes(&format!("{change} --anyway"));
        let again = change.replace("e1", "e3").replace("ticket 1", "ticket 2") + " --seats 110";
        let drawn = dir.yes(&format!("{again} --dry-run"));
        assert!(drawn["objections"].items().is_empty());
    }

    fn a_request_of_another_instance_is_not_signed(vendor: &Vendor) {
        let dir = vendor.sold();
        dir.yes("instance init evil --trust root.pub");
        request(dir, "evil", 81, "e.request");
        let line = "desk change A-S00012345 --request e.request --reason asked --ticket 1 --desk d \
                    --yes --today 2025-10-21 --out e1";
        let drawn = dir.no(&format!("{line} --dry-run"));
        assert_eq!(codes(&drawn["objections"]), ["new_instance"]);
        dir.yes(&format!("{} --subscription-id NEW", issue_for("e.request")));
    }

    fn of_several_subscriptions_all_are_named(vendor: &Vendor) {
        let dir = &vendor.dir;
        dir.yes(&issue("--subscription-id S1 --today 2025-10-20 --out 1"));
        dir.yes(&issue("--subscription-id S2 --today 2025-10-20 --out 2"));
        for line in [
            "desk resend Nord --out again --desk d",
            "desk revoke Nord --reason x --yes --desk d --today 2025-10-21",
            "desk change Nord --seats 5 --yes --desk d --today 2025-10-21",
        ] {
            let error = dir.refused(line, "desk_several");
            assert!(error["message"].text().ends_with("expected one: S1, S2"), "{error:?}");
        }
    }

    fn of_a_customer_whose_only_subscription_is_revoked_that_is_said(vendor: &Vendor) {
        let dir = &vendor.dir;
        dir.yes(&issue("--subscription-id S1 --today 2025-10-20 --out 1"));
        dir.yes("desk revoke Nord --reason x --yes --desk d --today 2025-10-21");
        for line in [
            "desk resend Nord --out again --desk d",
            "desk revoke Nord --reason x --yes --desk d --today 2025-10-21",
            "desk renew Nord --yes --desk d --today 2025-10-21",
        ] {
            dir.refused(line, "desk_revoked");
        }
    }
}
