//! The desk's arithmetic, and that nothing signed is left unsaid.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{count, day, terms, verified};
use license_core::document::License;
use license_core::reconcile::reconcile;
use license_core::rule::{Condition, Effect, Fact, Reason, Rule};
use license_core::series::Daily;
use license_core::value::InstanceId;
use license_core::verify::VerifiedLicense;
use license_core::{List, Set, words};

fn owed(licenses: &[&VerifiedLicense], on: &str, users: u32) -> u32 {
    reconcile(Daily::new(day(on), &[users]), licenses).seats_owed()
}

fn license(from: &str, until: &str, instances: &[u8]) -> VerifiedLicense {
    let instances = instances.iter().map(|n| InstanceId([*n; 16])).collect();
    verified(&License {
        issued: day(from).unix(),
        from: day(from),
        until: day(until),
        instances: Set::new(instances).unwrap(),
        ..terms()
    })
}

/// docs/GITLAB.md section 5: 10 bought, peak 13: 3 owed.
#[test]
fn what_is_beyond_the_seats_is_owed() {
    let ten = verified(&License { seats: Some(count(10)), ..terms() });
    assert_eq!(reconcile(Daily::new(day("2025-11-01"), &[9, 13, 12]), &[&ten]).seats_owed(), 3);
    assert_eq!(owed(&[&ten], "2025-11-01", 10), 0);
    assert_eq!(owed(&[&ten], "2025-11-01", 11), 1);
}

#[test]
fn the_order_of_the_licenses_and_their_instances_change_nothing() {
    let a = license("2025-11-01", "2026-01-01", &[1, 2]);
    let b = license("2026-01-01", "2026-06-01", &[2]);
    assert_eq!(owed(&[&a, &b], "2026-02-01", 500), 400);
    assert_eq!(owed(&[&b, &a], "2026-02-01", 500), 400);
}

/// The `until` day counts for a license, as GitLab counts, unless another is in force on it.
#[test]
fn the_end_day_counts_beside_a_shorter_license_that_began_later() {
    let year = license("2025-11-01", "2026-11-01", &[]);
    let bridge = license("2026-06-01", "2026-06-15", &[]);
    assert_eq!(owed(&[&year], "2026-11-01", 150), 50);
    assert_eq!(owed(&[&year, &bridge], "2026-11-01", 150), 50);
    assert_eq!(owed(&[&year, &bridge], "2026-11-02", 150), 0);
}

#[test]
fn rules_at_the_ends_of_their_range_are_said_in_words() {
    for bound in [i64::MAX, i64::MIN] {
        for condition in
            [Condition::over(Fact::Today, bound), Condition::at_most(Fact::Today, bound)]
        {
            let rule = Rule {
                reason: Reason::ReadOnly,
                effect: Effect::Inactive,
                conditions: vec![condition],
            };
            let license = License { rules: List::new(vec![rule.clone()]).unwrap(), ..terms() };
            let said = words::rule(0, &rule, &license);
            let shown = if bound > 0 { "9223372036854775807" } else { "-922337203685477580" };
            assert!(said.contains(shown), "{said}");
        }
    }
}
