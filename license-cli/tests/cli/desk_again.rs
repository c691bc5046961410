//! The same command again, after a run that was killed when it had made and written all, and said
//! nothing: it gives the same bytes.

use crate::common::Dir;
use crate::vendor::{Vendor, on_each};

/// Runs the command twice: the second run gives what the first has made. Without the file it is an
/// order of its own again.
#[track_caller]
fn given_again(vendor: &Vendor, line: &str, file: &str, subscription: &str) {
    let dir = &vendor.dir;
    let made = dir.yes(line);
    let (bytes, licenses) = (dir.read(file), vendor.licenses(subscription).len());
    let again = dir.yes(line);
    assert_eq!(made["id"].text(), again["id"].text(), "{line}");
    assert_eq!(dir.read(file), bytes, "{line}");
    assert_eq!(vendor.licenses(subscription).len(), licenses, "{line}");
    assert!(dir.run(line).text().contains("before"), "{line}");
}

/// A first license of a new customer, ending then.
fn issue(name: &str, until: &str) -> String {
    format!(
        "desk issue --customer '{name} A/S' --type offline --company '{name} A/S' --name Liv --email \
         liv@{name}.example --plan premium --seats 5 --policy gitlab-legacy --from 2026-03-01 \
         --until {until} --subscription-id S-{name} --desk d --yes --today 2026-03-01"
    )
}

/// Without `--out`: the file is named after company, subscription and number.
fn name(subscription: &str, number: u32) -> String {
    let company = subscription.trim_start_matches("S-").to_lowercase();
    format!("{company}-a-s_{subscription}_{number}.airlock")
}

#[track_caller]
fn refused_elsewhere(dir: &Dir, line: &str) {
    dir.refused(&format!("{line} --out elsewhere.airlock"), "desk_objection");
    assert!(!dir.exists("elsewhere.airlock"));
}

on_each! {
    fn a_license_is_given_again_by_the_command_that_made_it(vendor: &Vendor) {
        let dir = &vendor.dir;
        let line = issue("Sund", "2027-03-01");
        given_again(vendor, &line, &name("S-Sund", 1), "S-Sund");
        // A like order that is written elsewhere is another one.
        refused_elsewhere(dir, &line);
        let line = "desk change S-Sund --seats 9 --reason more --ticket T-1 --desk d --yes --today \
                    2026-03-02";
        given_again(vendor, line, &name("S-Sund", 2), "S-Sund");
        refused_elsewhere(dir, line);
        // Who signs it anyway and replaces the file means another one.
        dir.yes(&format!("{line} --anyway --force --out {}", name("S-Sund", 2)));
        assert_eq!(vendor.licenses("S-Sund").len(), 3);
        vendor.verify();
    }

    fn a_renewal_of_what_has_ended_is_given_again(vendor: &Vendor) {
        vendor.dir.yes(&issue("Elv", "2026-04-01"));
        let line = "desk renew S-Elv --until 2027-04-01 --ticket T-1 --desk d --yes --today 2026-04-03";
        given_again(vendor, line, &name("S-Elv", 2), "S-Elv");
        vendor.verify();
    }

    fn an_extension_of_what_has_ended_is_given_again(vendor: &Vendor) {
        vendor.dir.yes(&issue("Fjord", "2026-04-01"));
        let line = "desk extend S-Fjord --ticket T-1 --desk d --yes --today 2026-04-03";
        given_again(vendor, line, &name("S-Fjord", 2), "S-Fjord");
        vendor.verify();
    }

    fn a_trial_and_what_comes_of_it_are_given_again(vendor: &Vendor) {
        let give = "desk trial give --customer 'Havn A/S' --type msa --company 'Havn A/S' --name Liv \
                    --email liv@havn.example --plan premium --seats 5 --from 2026-03-01 --until \
                    2026-03-31 --subscription-id S-Havn --desk d --yes --today 2026-03-01";
        given_again(vendor, give, &name("S-Havn", 1), "S-Havn");
        let extend = "desk trial extend S-Havn --until 2026-04-10 --reason 'tries on' --ticket T-1 \
                      --approved-by manager:Bo --desk d --yes --today 2026-03-20";
        given_again(vendor, extend, &name("S-Havn", 2), "S-Havn");
        let convert = "desk trial convert S-Havn --policy gitlab-legacy --ticket T-2 --anyway --reason \
                       paid --desk d --yes --today 2026-03-25";
        given_again(vendor, convert, &name("S-Havn", 3), "S-Havn");
        vendor.verify();
    }

    fn an_early_renewal_is_given_again(vendor: &Vendor) {
        vendor.dir.yes(&issue("Vik", "2027-03-01"));
        let line = "desk renew S-Vik --from 2026-12-20 --until 2027-12-20 --subscription-id S-Next \
                    --reason early --ticket T-1 --desk d --yes --today 2026-12-18 --out next";
        given_again(vendor, line, "next", "S-Next");
        assert_eq!(vendor.licenses("S-Vik").len(), 1);
        vendor.dir.refused(&line.replace("--out next", "--out other"), "desk_passed_on");
        vendor.verify();
    }

    fn a_subscription_that_took_the_place_of_another_is_given_again(vendor: &Vendor) {
        vendor.dir.yes(&issue("Nes", "2027-03-01"));
        let line = "desk follow S-Nes --into S-New --reason agreed --approved-by manager:Jo --ticket \
                    T-1 --desk d --yes --anyway --today 2026-06-01 --out new";
        given_again(vendor, line, "new", "S-New");
        assert_eq!(vendor.licenses("S-Nes").len(), 1);
        vendor.dir.refused(&line.replace("--out new", "--out other"), "desk_passed_on");
        vendor.verify();
    }
}
