//! Keys and documents for tests.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use license_core::document::{Issuer, License, Plan, PolicyName, PolicyRef, sign};
use license_core::key::{Signer, SigningKey};
use license_core::policy::{Band, Left, Policy, Rounding};
use license_core::rule::Window;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, Email, Identifier, Name};
use license_core::verify::{VerifiedLicense, verify_license};
use license_core::{Day, List, Set};

pub fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

pub fn count(number: u32) -> Count {
    Count::new(number).unwrap()
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32]).unwrap()
}

pub fn root() -> SigningKey {
    key(1)
}

pub fn desk() -> SigningKey {
    key(2)
}

pub fn anchors() -> TrustAnchors {
    TrustAnchors::new([root().public()])
}

pub fn issuer() -> Issuer {
    Issuer {
        issued: day("2025-01-01").unix(),
        key: desk().public(),
        name: Name::new("Desk 1").unwrap(),
        from: day("2025-01-01"),
        until: day("2027-01-01"),
        max_days: 400,
        max_seats: None,
        plans: Set::default(),
        trials_only: false,
        kinds: Set::default(),
        start_days: None,
        unknown: Default::default(),
    }
}

/// A license as GitLab's are: 100 seats for a year, the terms of the sample exports.
pub fn terms() -> License {
    License {
        issued: day("2025-10-20").unix() + 36_000,
        name: Name::new("Ida Thorsen").unwrap(),
        email: Email::new("ida.thorsen@nordhavn.example").unwrap(),
        company: Name::new("Nordhavn Shipyards A/S").unwrap(),
        plan: Plan::Premium,
        seats: Some(count(100)),
        from: day("2025-11-01"),
        until: day("2026-11-01"),
        policy: PolicyRef {
            name: PolicyName::new("gitlab-legacy").unwrap(),
            version: 1,
            changed: false,
        },
        rules: List::default(),
        subscription: Some(Identifier::new("A-S00012345").unwrap()),
        subscription_id: None,
        previous_users: Some(count(100)),
        true_up: None,
        flags: Set::default(),
        add_ons: List::default(),
        legacy_add_ons: Set::default(),
        instances: Set::default(),
        report_key: None,
        further_report_keys: Default::default(),
        restriction_id: None,
        unknown: Default::default(),
    }
}

/// docs/GITLAB.md section 2: 10 % tolerance, the bands of the near-limit banner, 15 days' notice.
pub fn legacy() -> Policy {
    Policy {
        name: PolicyName::new("gitlab-legacy").unwrap(),
        version: 1,
        changed: false,
        flags: Vec::new(),
        seat_check: true,
        tolerance_percent: 10,
        rounding: Rounding::Down,
        hard_stop: false,
        near_limit: vec![
            Band { up_to: Some(15), left: Left::Seats(1) },
            Band { up_to: Some(25), left: Left::Seats(2) },
            Band { up_to: Some(99), left: Left::Percent(10) },
            Band { up_to: Some(999), left: Left::Percent(8) },
            Band { up_to: None, left: Left::Percent(5) },
        ],
        refuse_ended: true,
        notify_admins_days: Some(15),
        notify_users_days: Some(0),
        block_changes_days: Some(0),
        inactive_days: None,
        report_reminder_days: None,
    }
}

pub fn issued(terms: &License, policy: &Policy, prior: Option<Window>) -> License {
    License { rules: policy.compile(terms, prior).unwrap(), ..terms.clone() }
}

pub fn file(issuer: &Issuer, license: &License) -> Vec<u8> {
    [sign(issuer, &root()).unwrap(), sign(license, &desk()).unwrap()].concat()
}

pub fn verified(license: &License) -> VerifiedLicense {
    verify_license(&file(&issuer(), license), &anchors()).unwrap()
}

pub fn verified_under(issuer: &Issuer, license: &License) -> VerifiedLicense {
    verify_license(&file(issuer, license), &anchors()).unwrap()
}
