//! What may be done: section 7, "Acts", A1 to A4. Every answer is worked out by hand.

use test_vectors::{Asked, Counts, Expected, NextChange};

use super::{Case, taken_license};
use crate::bytes::{Item, list, uint};
use crate::documents::{
    ACTIVATING, LICENSE, TODAY, USERS_MAX, USERS_NOW, bare, issuer_document, issuer_of, numbers,
    over, rule,
};
use crate::keys::TRIAL_DESK;

/// The answers to adding users, activating, writing and using a feature, by their first letters:
/// allowed, denied, undecided.
type Answers = &'static str;

/// A license with these rules, on a day in its term, with 50 users and unlimited seats.
fn ask(
    name: &str,
    comment: &str,
    rules: &[Item],
    may: Answers,
    change: impl FnOnce(&mut Asked),
) -> Case {
    let claims = if rules.is_empty() { bare() } else { bare().with(10, list(rules)) };
    asked(taken_license(format!("verdict-act-{name}"), comment, &claims), may, change)
}

fn asked(case: Case, may: Answers, change: impl FnOnce(&mut Asked)) -> Case {
    let expected = Expected { seats_needed: Some(50), days_left: Some(345), ..Expected::default() };
    let mut asked = Asked {
        today: super::day("2025-11-21"),
        activating: false,
        users_now: Some(50),
        users_adding: 0,
        daily: None,
        last_report: None,
        expected,
    };
    asked.expected.may = may.chars().map(|letter| answer(letter).to_owned()).collect();
    change(&mut asked);
    case.edit(|vector| vector.verdict = Some(asked))
}

fn answer(letter: char) -> &'static str {
    match letter {
        'a' => "allowed",
        'd' => "denied",
        _ => "undecided",
    }
}

pub(super) fn cases() -> Vec<Case> {
    [said(), denied(), undecided(), newer()].into_iter().flatten().collect()
}

fn applies(asked: &mut Asked, effects: &[&str]) {
    asked.expected.fired = (0..).take(effects.len()).collect();
    asked.expected.effects = effects.iter().map(|effect| (*effect).to_owned()).collect();
}

fn without_users(asked: &mut Asked) {
    asked.users_now = None;
    asked.expected.seats_needed = None;
}

const REFUSE_NEW_USERS: u64 = 3;
const REFUSE_ACTIVATION: u64 = 4;
const BLOCK_CHANGES: u64 = 5;
const INACTIVE: u64 = 6;

fn holds() -> Item {
    over(TODAY, 0)
}

/// A1: what the act says itself.
fn said() -> Vec<Case> {
    let over_users = |users| rule(10, REFUSE_NEW_USERS, &[over(USERS_NOW, users)]);
    vec![
        ask(
            "adding-one",
            "A1 whoever adds users adds one at least: 51 are over 50, though none is said to be added",
            &[over_users(50)],
            "daaa",
            |_| {},
        ),
        ask(
            "adding-one-fits",
            "A1 whoever adds users adds one, where none is said: 51 are not over 51",
            &[over_users(51)],
            "aaaa",
            |_| {},
        ),
        ask(
            "adding-three",
            "A1 users about to be added stay as they are said: 53 are over 52",
            &[over_users(52)],
            "daaa",
            |asked| {
                asked.users_adding = 3;
                asked.expected.seats_needed = Some(53);
                applies(asked, &["refuse_new_users"]);
            },
        ),
        ask(
            "adding-three-fits",
            "A1 users about to be added are not one more than is said: 53 are not over 53",
            &[over_users(53)],
            "aaaa",
            |asked| {
                asked.users_adding = 3;
                asked.expected.seats_needed = Some(53);
            },
        ),
        ask(
            "adds-nobody",
            "A1 whoever writes adds nobody: 50 are not over 50",
            &[rule(10, BLOCK_CHANGES, &[over(USERS_NOW, 50)])],
            "aaaa",
            |_| {},
        ),
        ask(
            "activating",
            "A1 whoever activates is activating, and whoever does anything else is not",
            &[rule(1, INACTIVE, &[over(ACTIVATING, 0)])],
            "adaa",
            |_| {},
        ),
    ]
}

/// A2: which effect denies what.
fn denied() -> Vec<Case> {
    let effect = |name: &str, comment: &str, number, effect: &'static str, may| {
        ask(name, comment, &[rule(7, number, &[holds()])], may, |asked| applies(asked, &[effect]))
    };
    let not_started = |asked: &mut Asked, ends| {
        asked.today = super::day("2025-10-31");
        asked.expected.days_left = Some(366);
        asked.expected.built_in = vec!["not_started".to_owned()];
        asked.expected.effects = vec!["inactive".to_owned()];
        let day = super::day("2025-11-01");
        let change = NextChange { day, effect: "inactive".to_owned(), begins: false };
        asked.expected.next_change = if ends { Some(change) } else { None };
    };
    let trial = bare().with(15, numbers(&[9]));
    let trial = [
        issuer_document(&issuer_of(TRIAL_DESK).with(9, uint(1))),
        crate::bytes::Document::of(&TRIAL_DESK.pair(), LICENSE, trial.item()),
    ];
    vec![
        ask("no-rule", "A4 a license without rules allows all", &[], "aaaa", |_| {}),
        effect("notify", "A4 to tell somebody denies nothing", 2, "notify_users", "aaaa"),
        effect("new-users", "A2 adding users", REFUSE_NEW_USERS, "refuse_new_users", "daaa"),
        effect("activation", "A2 activating", REFUSE_ACTIVATION, "refuse_activation", "adaa"),
        effect("changes", "A2 writing", BLOCK_CHANGES, "block_changes", "aada"),
        effect("inactive", "A2 inactive denies all", INACTIVE, "inactive", "dddd"),
        ask(
            "not-started",
            "A2 a license that has not begun may be activated, and nothing else",
            &[],
            "dadd",
            |asked| not_started(asked, true),
        ),
        ask(
            "not-started-inactive",
            "A2 a rule that makes it inactive denies activation, begun or not",
            &[rule(11, INACTIVE, &[holds()])],
            "dddd",
            |asked| {
                not_started(asked, false);
                asked.expected.fired = vec![0];
            },
        ),
        asked(
            Case::taken(
                "verdict-act-trial-key-ended",
                "license",
                "A2 the end under a key for trials only denies activation too",
                &trial,
            ),
            "dddd",
            |asked| {
                asked.today = super::day("2026-11-01");
                asked.expected.days_left = Some(0);
                asked.expected.built_in = vec!["trial_key_ended".to_owned()];
                asked.expected.effects = vec!["inactive".to_owned()];
            },
        ),
    ]
}

/// A3, A4: what is not known.
fn undecided() -> Vec<Case> {
    let users = || over(USERS_NOW, 5);
    vec![
        ask(
            "users-missing",
            "A3 users now are not given: a rule could deny to add users, and nothing else",
            &[rule(10, REFUSE_NEW_USERS, &[users()])],
            "uaaa",
            |asked| {
                without_users(asked);
                asked.expected.undecided = vec![0];
            },
        ),
        ask(
            "inactive-missing",
            "A3 users now are not given: a rule could deny all",
            &[rule(11, INACTIVE, &[users()])],
            "uuuu",
            |asked| {
                without_users(asked);
                asked.expected.undecided = vec![0];
            },
        ),
        ask(
            "series-missing",
            "A3 the series is not given",
            &[rule(2, REFUSE_ACTIVATION, &[over(USERS_MAX, 5)])],
            "auaa",
            |asked| asked.expected.undecided = vec![0],
        ),
        ask(
            "series-empty",
            "A4 a series without data is a figure: 0",
            &[rule(2, REFUSE_ACTIVATION, &[over(USERS_MAX, 5)])],
            "aaaa",
            |asked| {
                asked.daily = Some(Counts { first: asked.today, counts: Vec::new() });
                asked.expected.users_max = Some((0, None));
            },
        ),
        ask(
            "told-missing",
            "A4 a rule that only tells somebody is undecided, and denies nothing",
            &[rule(8, 1, &[users()])],
            "aaaa",
            |asked| {
                without_users(asked);
                asked.expected.undecided = vec![0];
            },
        ),
        ask(
            "denied-first",
            "A2 A3 what denies comes before what is not known",
            &[rule(7, BLOCK_CHANGES, &[holds()]), rule(11, INACTIVE, &[users()])],
            "uudu",
            |asked| {
                without_users(asked);
                applies(asked, &["block_changes"]);
                asked.expected.undecided = vec![1];
            },
        ),
        ask(
            "missing-and-false",
            "A4 a condition that is known not to hold decides, whatever is missing",
            &[rule(11, INACTIVE, &[users(), over(TODAY, 99_999)])],
            "aaaa",
            without_users,
        ),
    ]
}

/// A3, A4: rules of a later version.
fn newer() -> Vec<Case> {
    let newer = |name: &str, comment: &str, effect, conditions: &[Item], may| {
        ask(name, comment, &[rule(9, effect, conditions)], may, |asked| {
            asked.expected.unsupported = vec![0];
        })
    };
    let (even, odd) = (over(6, 0), over(7, 0));
    vec![
        newer("even-effect", "A3 an unknown even effect could deny all", 8, &[holds()], "uuuu"),
        newer(
            "even-effect-odd-fact",
            "A3 an unknown even effect beside an unknown odd fact",
            8,
            std::slice::from_ref(&odd),
            "uuuu",
        ),
        newer("odd-effect", "A4 an unknown odd effect is passed over", 7, &[holds()], "aaaa"),
        newer(
            "even-fact",
            "A3 an unknown even fact, and the effect denies to add users",
            REFUSE_NEW_USERS,
            std::slice::from_ref(&even),
            "uaaa",
        ),
        newer(
            "even-fact-inactive",
            "A3 an unknown even fact, and the effect denies all",
            INACTIVE,
            std::slice::from_ref(&even),
            "uuuu",
        ),
        newer(
            "even-fact-false",
            "A3 an unknown even fact beside a condition that does not hold",
            BLOCK_CHANGES,
            &[over(TODAY, 99_999), even.clone()],
            "aaua",
        ),
        newer(
            "even-fact-told",
            "A4 an unknown even fact, and the effect only tells somebody",
            2,
            std::slice::from_ref(&even),
            "aaaa",
        ),
        newer(
            "even-fact-odd-effect",
            "A4 an unknown even fact, and an unknown odd effect",
            7,
            std::slice::from_ref(&even),
            "aaaa",
        ),
        newer(
            "odd-fact",
            "A4 an unknown odd fact is passed over",
            INACTIVE,
            std::slice::from_ref(&odd),
            "aaaa",
        ),
    ]
}
