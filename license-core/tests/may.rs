//! A yes only where it is known (docs/SPEC.md section 7, "Acts"). More of it is asked from C, in
//! `may.c`.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{count, day, issued, legacy, terms, verified};
use license_core::List;
use license_core::document::License;
use license_core::evaluate::{evaluate, findings};
use license_core::may::{May, may};
use license_core::policy::Policy;
use license_core::rule::{Act, Condition, Effect, Effects, Fact, Reason, Rule};
use license_core::verdict::Facts;
use license_core::verify::VerifiedLicense;
use license_core::words;

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

/// A license with one rule, of an effect and a fact that need not be known here.
fn with_rule(effect: u16, fact: u16) -> VerifiedLicense {
    let rule = Rule {
        reason: Reason::from_number(9),
        effect: Effect::from_number(effect),
        conditions: vec![Condition::over(Fact::from_number(fact), 0)],
    };
    verified(&License { rules: List::new(vec![rule]).unwrap(), ..terms() })
}

#[test]
fn whoever_reads_the_verdict_sees_what_a_later_version_may_deny() {
    for (effect, fact, undecided) in [
        (8, 5, Effects::DENYING),
        (8, 6, Effects::DENYING),
        (7, 5, Effects::default()),
        (3, 6, Effects::default().with(Effect::RefuseNewUsers)),
        (1, 6, Effects::default().with(Effect::NotifyAdmins)),
        (6, 6, Effects::default().with(Effect::Inactive)),
        (6, 7, Effects::default()),
        (7, 6, Effects::default()),
    ] {
        let verdict = evaluate(&with_rule(effect, fact), &Facts::on(day("2025-11-01")));
        assert_eq!(verdict.undecided_effects, undecided, "effect {effect}, fact {fact}");
        assert_eq!((verdict.unsupported, verdict.undecided), (1, 0));
    }
}

#[test]
fn words_say_whether_a_newer_rule_may_be_passed_over() {
    let said = |effect, fact| {
        let license = with_rule(effect, fact);
        let findings = findings(&license, &Facts::on(day("2025-11-01")));
        findings.iter().map(words::finding).collect::<String>()
    };
    for (effect, fact) in [(7, 5), (6, 7)] {
        assert!(said(effect, fact).contains(": not known to this version: passed over ("));
    }
    for (effect, fact) in [(8, 5), (6, 6)] {
        assert!(said(effect, fact).contains(": not decided: this version is too old for it ("));
    }
}
