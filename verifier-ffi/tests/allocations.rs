//! `airlock_license_check` and `airlock_license_may` take no memory, whatever the license and the
//! series.
//!
//! One test alone in its program, and only its own thread is counted.

#[path = "../benches/fixture/mod.rs"]
mod fixture;

use fixture::{Counting, common};
use license_core::document::License;
use license_core::rule::{Condition, Effect, Fact, Reason, Rule};
use license_core::{List, limits};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_check_takes_no_memory() {
    assert_eq!(
        fixture::allocations(|| drop(std::hint::black_box(Box::new(1)))),
        1,
        "the counter counts"
    );
    let legacy = common::issued(&common::terms(), &common::legacy(), None);
    let largest = License { rules: List::new(every_rule()).unwrap(), ..common::terms() };
    assert_eq!(largest.rules.len(), limits::RULES);
    let verifier = fixture::verifier();
    for (license, days) in [(legacy, 366), (largest, 10_000)] {
        let handle = fixture::open(verifier, &fixture::file(&common::issuer(), &license).0);
        let series: Vec<u32> = (0..days).map(|day| 90 + day % 13).collect();
        let mut verdict = fixture::empty_verdict();
        for today in ["2025-10-31", "2025-11-01", "2026-10-30", "2027-01-01"] {
            let facts = fixture::facts(today, "2000-01-01", &series);
            assert_eq!(
                fixture::allocations(|| fixture::check(handle, &facts, &mut verdict)),
                0,
                "{days} days on {today}"
            );
            for act in 1..=4 {
                assert_eq!(fixture::allocations(|| fixture::may(handle, &facts, act)), 0, "{act}");
            }
            assert_eq!(verdict.rules as usize, license.rules.len());
        }
        fixture::free(handle);
    }
}

/// As many rules as a license may have, each with as many conditions, over windows, days and users.
fn every_rule() -> Vec<Rule> {
    let window = |condition: Condition| {
        condition.within(common::day("2001-02-03"), common::day("2026-01-01"))
    };
    let conditions = |bound: i64| {
        let facts = [Fact::Activating, Fact::UsersNow, Fact::ReportAge, Fact::Today];
        let mut conditions: Vec<Condition> = facts.map(|fact| Condition::over(fact, bound)).into();
        conditions.extend([
            Condition::over(Fact::UsersMax, bound),
            window(Condition::over(Fact::UsersMax, bound)),
        ]);
        conditions.extend([
            Condition::at_most(Fact::UsersNow, 200),
            window(Condition::at_most(Fact::UsersMax, 200)),
        ]);
        conditions
    };
    let rule = |(bound, effect): (i64, &Effect)| Rule {
        reason: Reason::UsersOverSeats,
        effect: *effect,
        conditions: conditions(bound),
    };
    (-32..).zip(Effect::KNOWN.iter().cycle()).map(rule).take(limits::RULES).collect()
}
