//! A yes only where it is known (docs/SPEC.md section 7, "Acts"). More of it is asked from C, in
//! `may.c`.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{count, day, issued, legacy, terms, verified};
use license_core::document::License;
use license_core::may::{May, may};
use license_core::policy::Policy;
use license_core::rule::Act;
use license_core::verdict::Facts;
use license_core::verify::VerifiedLicense;

fn hard_stop() -> VerifiedLicense {
    let terms = License { seats: Some(count(10)), ..terms() };
    verified(&issued(&terms, &Policy { hard_stop: true, ..legacy() }, None))
}

#[test]
fn ten_seats_take_ten_users() {
    let ask = |users_now, users_adding| {
        let facts = Facts { users_now, users_adding, ..Facts::on(day("2026-02-01")) };
        may(&hard_stop(), &facts, Act::AddUsers)
    };
    assert_eq!(ask(Some(9), 1), May::Allowed);
    assert_eq!(ask(Some(9), 2), May::Denied);
    assert_eq!(ask(Some(10), 0), May::Denied);
    assert_eq!(ask(None, 1), May::Undecided);
}

#[test]
fn what_denies_wins_over_what_is_not_known() {
    let ask = |today, act| may(&hard_stop(), &Facts::on(day(today)), act);
    assert_eq!(ask("2025-10-31", Act::AddUsers), May::Denied);
    assert_eq!(ask("2025-11-01", Act::AddUsers), May::Undecided);
    assert_eq!(ask("2026-10-31", Act::Activate), May::Undecided);
    assert_eq!(ask("2026-11-01", Act::Activate), May::Denied);
    assert_eq!(ask("2026-10-31", Act::Write), May::Allowed);
    assert_eq!(ask("2026-11-01", Act::Write), May::Denied);
    assert_eq!(ask("2026-11-01", Act::Use), May::Allowed);
}
