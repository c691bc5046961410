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
use license_core::{Day, List, Set, words};

/// A day without a figure.
const NONE: u32 = u32::MAX;

fn owed(licenses: &[&VerifiedLicense], on: &str, users: u32) -> u32 {
    reconcile(&[Daily::new(day(on), &[users])], licenses, day(on)).seats_owed()
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
    let days = Daily::new(day("2025-11-01"), &[9, 13, 12]);
    assert_eq!(reconcile(&[days], &[&ten], day("2025-11-04")).seats_owed(), 3);
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

/// The days from the first through the last one, as text.
fn from_to(first: &str, last: &str) -> Vec<String> {
    let days = (day(first).number()..=day(last).number()).filter_map(Day::new);
    days.map(|day| day.to_string()).collect()
}

fn texts(days: &[Day]) -> Vec<String> {
    days.iter().map(Day::to_string).collect()
}

/// The first license has ended, and the report begins with the second.
#[test]
fn a_part_of_a_term_that_no_report_covers_is_named() {
    let first = license("2025-10-01", "2025-11-01", &[]);
    let second = license("2025-11-01", "2026-11-01", &[]);
    let report = Daily::new(day("2025-11-01"), &[9, 9]);
    let named = |reports: &[Daily<'_>], today: &str| {
        texts(&reconcile(reports, &[&first, &second], day(today)).days_uncovered)
    };
    assert_eq!(named(&[report], "2025-11-03"), from_to("2025-10-01", "2025-10-31"));
    let october = [9; 31];
    let october = Daily::new(day("2025-10-01"), &october);
    assert!(named(&[october, report], "2025-11-03").is_empty());
    // Yesterday's day is over, today's is not.
    assert_eq!(named(&[october, report], "2025-11-04"), ["2025-11-03"]);
    // A gap between two reports, although both ends are covered.
    let later = Daily::new(day("2025-11-05"), &[9]);
    assert_eq!(named(&[october, report, later], "2025-11-06"), ["2025-11-03", "2025-11-04"]);
    assert_eq!(named(&[], "2025-10-02"), ["2025-10-01"]);
}

/// The `until` day is no day of the term.
#[test]
fn no_day_after_the_term_is_uncovered() {
    let license = license("2025-11-01", "2025-11-03", &[]);
    let all = reconcile(&[], &[&license], day("2027-01-01"));
    assert_eq!(texts(&all.days_uncovered), ["2025-11-01", "2025-11-02"]);
    assert_eq!((all.period, all.seats_owed()), (None, 0));
}

/// Issue 9, B5: a report that was made after the term's end.
#[test]
fn days_without_a_license_are_outside_and_not_missing() {
    let license = license("2025-11-01", "2025-11-03", &[]);
    let report = Daily::new(day("2025-10-31"), &[NONE, 9, NONE, NONE, NONE, 9]);
    let statement = reconcile(&[report], &[&license], day("2025-11-06"));
    assert_eq!(texts(&statement.days_missing), ["2025-11-02"]);
    assert_eq!(
        texts(&statement.days_outside),
        ["2025-10-31", "2025-11-03", "2025-11-04", "2025-11-05"]
    );
    assert!(statement.days_uncovered.is_empty());
}

#[test]
fn of_two_figures_of_a_day_the_larger_counts_and_the_day_is_named() {
    let ten = verified(&License { seats: Some(count(10)), ..terms() });
    let first = Daily::new(day("2025-11-01"), &[9, 13, NONE, 12]);
    let second = Daily::new(day("2025-11-01"), &[9, 11, 12, NONE]);
    for reports in [[first, second], [second, first]] {
        let statement = reconcile(&reports, &[&ten], day("2025-11-05"));
        assert_eq!(statement.seats_owed(), 3);
        assert_eq!(texts(&statement.days_changed), ["2025-11-02"]);
        assert_eq!(statement.days_with_data, 4);
        assert!(statement.days_missing.is_empty());
    }
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
