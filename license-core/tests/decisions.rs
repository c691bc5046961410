//! The compiled rules decide as GitLab does (docs/GITLAB.md section 2), for every combination of
//! their inputs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

mod common;

use common::{count, day, issued, legacy, terms, verified, verified_under};
use license_core::document::{Flag, License, TrueUp};
use license_core::draft::Draft;
use license_core::evaluate::{evaluate, findings};
use license_core::policy::{Policy, Rounding};
use license_core::rule::{Effect, Effects, Window};
use license_core::series::Daily;
use license_core::verdict::{Facts, NextChange, Status};
use license_core::{Day, Set};
use proptest::prelude::*;

/// T(n) = n + floor(n / 10), as docs/GITLAB.md section 2 writes it.
fn tolerated(n: u64) -> u64 {
    n + n / 10
}

/// The inputs of GitLab's seat checks.
#[derive(Debug, Clone)]
struct Inputs {
    cloud: bool,
    seats: Option<u32>,
    users: u32,
    previous: Option<u32>,
    prior_peak: Option<u32>,
    reconciled: bool,
    quantity: Option<u32>,
    from: bool,
    to: bool,
    base: Option<u32>,
    true_up_peak: Option<u32>,
}

/// GitLab's steps, said again in plain words; true where the license activates.
fn gitlab_activates(i: &Inputs) -> bool {
    let seats_cover = |n: u32| i.seats.is_none_or(|s| tolerated(u64::from(s)) >= u64::from(n));
    if i.cloud {
        return true;
    }
    if i.reconciled {
        return seats_cover(i.users);
    }
    if let (Some(paid), true, true) = (i.quantity, i.from, i.to) {
        if let Some(base) = i.base.or(i.previous) {
            let expected = i64::from(i.true_up_peak.unwrap_or(0)) - i64::from(base);
            // floor(1.1 Q), in whole numbers.
            if i64::from(paid) * 11 / 10 < expected {
                return false;
            }
        }
        return seats_cover(i.users);
    }
    let peak = i.prior_peak.unwrap_or(0);
    match i.previous {
        Some(previous) if peak <= previous => seats_cover(i.users),
        _ => seats_cover(peak),
    }
}

const PRIOR: (&str, &str) = ("2024-11-01", "2025-10-15");
const TRUE_UP: (&str, &str) = ("2025-10-16", "2025-10-31");

/// The day before each window and the day after it hold a figure that would decide otherwise if it
/// were counted.
fn series(i: &Inputs) -> (Day, Vec<u32>) {
    let first = day(PRIOR.0).minus(1).unwrap();
    let days = usize::try_from(day("2025-11-01").since(first) + 1).unwrap();
    let mut counts = vec![license_core::series::NO_DATA; days];
    counts[0] = 16_000_000;
    *counts.last_mut().unwrap() = 16_000_000;
    let at = |text: &str| usize::try_from(day(text).since(first)).unwrap();
    if let Some(peak) = i.prior_peak {
        counts[at(PRIOR.0)] = peak;
        counts[at(PRIOR.1)] = peak / 2;
    }
    if let Some(peak) = i.true_up_peak {
        counts[at(TRUE_UP.1)] = peak;
    }
    (first, counts)
}

fn license(i: &Inputs, policy: &Policy) -> License {
    let mut flags = Vec::new();
    if i.cloud {
        flags.extend([Flag::CloudLicensing, Flag::OfflineCloudLicensing]);
    }
    if i.reconciled {
        flags.push(Flag::ReconciliationCompleted);
    }
    let true_up = TrueUp {
        quantity: i.quantity.map(count),
        from: i.from.then(|| day(TRUE_UP.0)),
        to: i.to.then(|| day(TRUE_UP.1)),
        base: i.base.map(count),
        unknown: Default::default(),
    };
    let empty = true_up.quantity.is_none()
        && true_up.from.is_none()
        && true_up.to.is_none()
        && true_up.base.is_none();
    let terms = License {
        seats: i.seats.map(count),
        previous_users: i.previous.map(count),
        flags: Set::new(flags).unwrap(),
        true_up: (!empty).then_some(true_up),
        ..terms()
    };
    issued(&terms, policy, Some(Window { from: day(PRIOR.0), to: day(PRIOR.1) }))
}

fn activates(i: &Inputs) -> bool {
    let mut policy = legacy();
    policy.seat_check = !i.cloud;
    let draft = license(i, &policy);
    let license = verified(&draft);
    let (first, counts) = series(i);
    let facts = Facts {
        activating: true,
        users_now: Some(i.users),
        series: Some(Daily::new(first, &counts)),
        ..Facts::on(day("2025-11-05"))
    };
    let verdict = evaluate(&license, &facts);
    assert_eq!(verdict.undecided, 0);
    let draft = Draft { license: &draft, issuer: license.issuer() };
    assert_eq!(draft.verdict(&facts), verdict, "before it is signed");
    assert_eq!(draft.findings(&facts), findings(&license, &facts));
    !verdict.effects.deny_activation()
}

/// Numbers around the seats and their tolerated number, and now and then any number.
fn near(seats: u32) -> impl Strategy<Value = u32> {
    let most = u32::try_from(tolerated(u64::from(seats))).unwrap();
    let edges =
        [0, 1, seats.saturating_sub(1), seats, seats + 1, most.saturating_sub(1), most, most + 1];
    prop_oneof![4 => prop::sample::select(edges.to_vec()), 1 => 0u32..2_000]
}

fn inputs() -> impl Strategy<Value = Inputs> {
    (1u32..1_200).prop_flat_map(|s| {
        let maybe = move || prop::option::of(near(s));
        let seats = prop::option::weighted(0.9, Just(s));
        let first = (prop::bool::weighted(0.1), seats, near(s), maybe(), maybe());
        let second = (
            prop::bool::weighted(0.2),
            maybe(),
            any::<bool>(),
            prop::bool::weighted(0.8),
            maybe(),
            maybe(),
        );
        (first, second).prop_map(
            |(
                (cloud, seats, users, previous, prior_peak),
                (reconciled, quantity, from, to, base, true_up_peak),
            )| Inputs {
                cloud,
                seats,
                users,
                previous,
                prior_peak,
                reconciled,
                quantity,
                from,
                to,
                base,
                true_up_peak,
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]
    #[test]
    fn every_combination_decides_as_gitlab(i in inputs()) {
        prop_assert_eq!(activates(&i), gitlab_activates(&i));
    }
}

fn plain(seats: u32, users: u32, previous: Option<u32>, peak: Option<u32>) -> Inputs {
    Inputs {
        cloud: false,
        seats: Some(seats),
        users,
        previous,
        prior_peak: peak,
        reconciled: false,
        quantity: None,
        from: false,
        to: false,
        base: None,
        true_up_peak: None,
    }
}

/// docs/GITLAB.md section 2: 1 to 9 seats get no tolerance, 10 allows 11, 100 allows 110 and
/// refuses 111.
#[test]
fn boundary_numbers() {
    let table = [
        (1, 1),
        (9, 9),
        (10, 11),
        (19, 20),
        (20, 22),
        (99, 108),
        (100, 110),
        (1_000_000, 1_100_000),
    ];
    for (seats, most) in table {
        for (users, yes) in [(most - 1, true), (most, true), (most + 1, false)] {
            let now = plain(seats, users, Some(seats), None);
            assert_eq!(activates(&now), yes, "{users} users now of {seats} seats");
            let peak = plain(seats, 0, None, Some(users));
            assert_eq!(activates(&peak), yes, "a peak of {users} of {seats} seats");
            let reconciled =
                Inputs { reconciled: true, ..plain(seats, users, None, Some(16_000_000)) };
            assert_eq!(activates(&reconciled), yes, "{users} users, reconciled, of {seats} seats");
        }
    }
}

/// docs/GITLAB.md section 2, step 4: without previous users and history, 111 users activate a
/// license of 100 seats.
#[test]
fn current_users_count_only_with_previous_users() {
    assert!(activates(&plain(100, 111, None, None)));
    assert!(!activates(&plain(100, 111, Some(100), None)));
    assert!(activates(&plain(100, 110, Some(100), None)));
    assert!(activates(&plain(100, 500, Some(100), Some(101))));
    assert!(!activates(&plain(100, 1, Some(100), Some(111))));
    assert!(activates(&plain(100, 1, Some(200), Some(150))));
}

#[test]
fn a_true_up_is_checked_by_what_was_paid() {
    let with = |paid, base, peak| Inputs {
        quantity: Some(paid),
        from: true,
        to: true,
        base,
        true_up_peak: Some(peak),
        ..plain(100, 100, None, None)
    };
    assert!(activates(&with(10, Some(100), 111)));
    assert!(!activates(&with(10, Some(100), 112)));
    assert!(activates(&with(9, Some(100), 109)));
    assert!(!activates(&with(9, Some(100), 110)));
    assert!(activates(&with(10, None, 5_000)));
    assert!(!activates(&Inputs { seats: None, ..with(10, Some(100), 112) }));
}

fn effects(license: &License, facts: Facts<'_>) -> Vec<Effect> {
    evaluate(&verified(license), &facts).effects.iter().collect()
}

/// docs/GITLAB.md section 2: all date predicates are today >= date.
#[test]
fn the_end_of_a_legacy_license() {
    let license = issued(&terms(), &legacy(), None);
    let on = |text, activating| {
        effects(
            &license,
            Facts {
                activating,
                users_now: Some(50),
                series: Some(Daily::new(day("2025-11-01"), &[])),
                ..Facts::on(day(text))
            },
        )
    };
    assert_eq!(on("2025-10-31", false), [Effect::Inactive]);
    assert_eq!(on("2025-11-01", false), []);
    assert_eq!(on("2026-10-16", false), []);
    assert_eq!(on("2026-10-17", false), [Effect::NotifyAdmins]);
    assert_eq!(on("2026-10-31", true), [Effect::NotifyAdmins]);
    let ended = [Effect::NotifyAdmins, Effect::NotifyUsers, Effect::BlockChanges];
    assert_eq!(on("2026-11-01", false), ended);
    assert_eq!(
        on("2026-11-01", true),
        [Effect::NotifyAdmins, Effect::NotifyUsers, Effect::RefuseActivation, Effect::BlockChanges]
    );
}

#[test]
fn a_trial_ends_at_once() {
    let policy = Policy {
        notify_admins_days: Some(7),
        block_changes_days: None,
        inactive_days: Some(0),
        ..legacy()
    };
    let license = issued(&terms(), &policy, None);
    assert_eq!(effects(&license, Facts::on(day("2026-10-24"))), []);
    assert_eq!(effects(&license, Facts::on(day("2026-10-25"))), [Effect::NotifyAdmins]);
    assert!(effects(&license, Facts::on(day("2026-11-01"))).contains(&Effect::Inactive));
}

#[test]
fn a_key_for_trials_only_ends_what_it_signed() {
    let license = License { flags: Set::new(vec![Flag::Trial]).unwrap(), ..terms() };
    let issuer = license_core::document::Issuer { trials_only: true, ..common::issuer() };
    let verified = verified_under(&issuer, &license);
    let inactive =
        |text| evaluate(&verified, &Facts::on(day(text))).effects.contains(Effect::Inactive);
    assert!(!inactive("2026-10-31"));
    assert!(inactive("2026-11-01"));
    assert_eq!(
        findings(&verified, &Facts::on(day("2026-11-01")))[0].code.to_string(),
        "trial_key_ended"
    );
}

/// docs/GITLAB.md section 2, "Near the limit".
#[test]
fn few_seats_left_by_bands() {
    // Seats, and the fewest users with whom the banner shows.
    let table = [
        (2, 2),
        (15, 14),
        (16, 14),
        (25, 23),
        (26, 24),
        (99, 90),
        (100, 93),
        (999, 925),
        (1_000, 953),
    ];
    for (seats, first) in table {
        let license = issued(&License { seats: Some(count(seats)), ..terms() }, &legacy(), None);
        let told = |users| {
            effects(&license, Facts { users_now: Some(users), ..Facts::on(day("2026-01-01")) })
                == [Effect::NotifyAdmins]
        };
        assert!(
            !told(first - 1) && told(first) && told(seats) && told(seats + 1) && told(2 * seats),
            "{seats} seats"
        );
    }
    let one = issued(&License { seats: Some(count(1)), ..terms() }, &legacy(), None);
    let told =
        |users| effects(&one, Facts { users_now: Some(users), ..Facts::on(day("2026-01-01")) });
    assert_eq!((told(1), told(2)), (vec![], vec![Effect::NotifyAdmins]));
}

/// docs/GITLAB.md section 2: restricted access refuses when B + new > S.
#[test]
fn a_hard_stop_is_exactly_at_the_seats() {
    let license = issued(&terms(), &Policy { hard_stop: true, ..legacy() }, None);
    let refused = |now, adding| {
        let facts =
            Facts { users_now: Some(now), users_adding: adding, ..Facts::on(day("2026-01-01")) };
        evaluate(&verified(&license), &facts).effects.deny_new_users()
    };
    assert!(!refused(99, 1));
    assert!(refused(100, 1));
    assert!(refused(99, 2));
    assert!(!refused(100, 0));
}

#[test]
fn a_report_is_due_after_its_days() {
    let license = issued(
        &terms(),
        &Policy { seat_check: false, report_reminder_days: Some(30), ..legacy() },
        None,
    );
    let due = |text, last: Option<&str>| {
        !effects(&license, Facts { last_report: last.map(day), ..Facts::on(day(text)) }).is_empty()
    };
    assert!(!due("2025-11-30", None));
    assert!(due("2025-12-01", None));
    assert!(!due("2025-12-30", Some("2025-12-01")));
    assert!(due("2025-12-31", Some("2025-12-01")));
}

#[test]
fn tolerance_is_rounded_as_the_policy_says() {
    let policy = |tolerance_percent, rounding| Policy { tolerance_percent, rounding, ..legacy() };
    assert_eq!(policy(15, Rounding::Down).tolerated(count(101)), 116);
    assert_eq!(policy(15, Rounding::Up).tolerated(count(101)), 117);
    assert_eq!(policy(0, Rounding::Up).tolerated(count(101)), 101);
    assert_eq!(policy(10_000, Rounding::Down).tolerated(count(0xFF_FFFF)), 1_694_498_715);
}

/// A false condition decides, whatever is missing; only an undecided rule asks for its fact.
#[test]
fn missing_facts_decide_nothing() {
    let license = verified(&issued(&terms(), &legacy(), None));
    let running = evaluate(&license, &Facts::on(day("2026-01-01")));
    // Not activating: the seat rules are false without any figure; few_seats_left is undecided.
    assert_eq!((running.undecided.count_ones(), running.effects), (1, Effects::default()));
    let activating = Facts { activating: true, ..Facts::on(day("2026-01-01")) };
    let missing: Vec<String> = findings(&license, &activating)
        .iter()
        .flat_map(|f| f.missing().map(|fact| fact.to_string()).collect::<Vec<_>>())
        .collect();
    assert_eq!(missing, ["users_max", "users_now", "users_max", "users_now"]);
    let counts = [500];
    let known_peak = Facts { series: Some(Daily::new(day("2025-01-01"), &counts)), ..activating };
    let statuses: Vec<Status> =
        findings(&license, &known_peak).iter().take(2).map(|f| f.status).collect();
    assert_eq!(statuses, [Status::DoesNotApply, Status::Applies]);
}

/// docs/GITLAB.md section 2: overage is told from the seats bought, never from the tolerated
/// number.
#[test]
fn figures_of_a_verdict() {
    let license = verified(&issued(&terms(), &legacy(), None));
    let counts = [81, 112, 112, 90];
    let facts = Facts {
        activating: true,
        users_now: Some(111),
        users_adding: 2,
        series: Some(Daily::new(day("2026-01-01"), &counts)),
        ..Facts::on(day("2026-02-01"))
    };
    let v = evaluate(&license, &facts);
    assert_eq!(
        (v.seats, v.users_now, v.users_max, v.users_max_on),
        (Some(100), Some(113), Some(112), Some(day("2026-01-02")))
    );
    assert_eq!(
        (v.overage, v.overage_max, v.seats_left, v.seats_needed),
        (Some(13), Some(12), Some(-13), Some(113))
    );
    assert_eq!(v.days_left, 273);
    assert_eq!(
        v.next_change,
        Some(NextChange { day: day("2026-11-01"), effect: Effect::BlockChanges, applies: true })
    );
    assert!(v.effects.deny_activation());
    let ended = evaluate(&license, &Facts::on(day("2026-12-01")));
    assert_eq!((ended.days_left, ended.next_change, ended.seats_left), (0, None, None));
    let before = evaluate(&license, &Facts::on(day("2025-10-31")));
    assert_eq!(
        before.next_change,
        Some(NextChange { day: day("2025-11-01"), effect: Effect::Inactive, applies: false })
    );
}
