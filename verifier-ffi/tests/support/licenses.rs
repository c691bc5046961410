//! Licenses whose answers are known by hand: for `may.c` and `years.c`.

#![allow(unreachable_pub, reason = "the common module is shared")]

#[path = "../../../license-core/tests/common/mod.rs"]
mod common;

use common::{count, day, file, issued, issuer, legacy, terms};
use license_core::document::{Flag, Issuer, License};
use license_core::policy::Policy;
use license_core::rule::{Condition, Effect, Fact, Reason, Rule};
use license_core::{List, Set};

/// The file of each license, by its name in `may.c`.
pub(crate) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let ten = License { seats: Some(count(10)), previous_users: None, ..terms() };
    let hard_stop = Policy { hard_stop: true, ..legacy() };
    let features_end = Policy { inactive_days: Some(0), block_changes_days: None, ..legacy() };
    let trial = License { flags: Set::new(vec![Flag::Trial]).unwrap(), ..terms() };
    let trials_only = Issuer { trials_only: true, ..issuer() };
    let by = |license: &License| file(&issuer(), license);
    let (users, odd, even) = (Fact::UsersNow, 7, 8);
    vec![
        ("hard-stop", by(&issued(&ten, &hard_stop, None))),
        ("tolerant", by(&issued(&terms(), &legacy(), None))),
        ("features-end", by(&issued(&terms(), &features_end, None))),
        ("trials-key", file(&trials_only, &trial)),
        ("odd-effect", by(&with_rule(Effect::from_number(odd), users))),
        ("odd-fact", by(&with_rule(Effect::RefuseNewUsers, Fact::from_number(odd)))),
        ("even-effect", by(&with_rule(Effect::from_number(even), users))),
        ("even-fact", by(&with_rule(Effect::RefuseNewUsers, Fact::from_number(even)))),
        ("even-fact-odd-effect", by(&with_rule(Effect::from_number(odd), Fact::from_number(even)))),
    ]
}

/// The licenses of a contract of three years with 50, 60 and 60 seats, made at once.
pub(crate) fn years() -> Vec<(&'static str, Vec<u8>)> {
    let key = Issuer { start_days: Some(count(800)), ..issuer() };
    let (mut made, mut before): (Vec<_>, Option<License>) = (Vec::new(), None);
    for (name, seats, from, until) in [
        ("year-1", 50, "2025-11-01", "2026-11-01"),
        ("year-2", 60, "2026-11-01", "2027-11-01"),
        ("year-3", 60, "2027-11-01", "2028-11-01"),
    ] {
        let year = License {
            issued: before.as_ref().map_or(terms().issued, |before| before.issued + 1),
            seats: Some(count(seats)),
            from: day(from),
            until: day(until),
            previous_users: before.as_ref().and_then(|before| before.seats),
            ..terms()
        };
        let year = issued(&year, &legacy(), before.as_ref().map(License::term));
        made.push((name, file(&key, &year)));
        before = Some(year);
    }
    made
}

/// A license with one rule, which would apply were its codes known and users given.
fn with_rule(effect: Effect, fact: Fact) -> License {
    let rule =
        Rule { reason: Reason::NoSeatLeft, effect, conditions: vec![Condition::over(fact, 0)] };
    License { rules: List::new(vec![rule]).unwrap(), ..terms() }
}
