//! Rules and verdicts: section 7, R1 to R6. Every figure is worked out by hand.

use license_core::Day;
use test_vectors::{Asked, Counts, Expected, NextChange};

use super::Case;
use crate::bytes::{Item, Map, list, uint};
use crate::documents::{
    ACTIVATING, LAST_DAY, LICENSE, REPORT_AGE, TODAY, USERS_MAX, USERS_NOW, at_most, bare, day,
    issuer, issuer_document, issuer_of, license, license_document, numbers, over, rule, within,
};
use crate::keys::TRIAL_DESK;

pub(super) fn cases() -> Vec<Case> {
    [
        seats(),
        missing(),
        term(),
        trials(),
        reports(),
        facts(),
        effects(),
        next(),
        figures(),
        unsupported(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The first and the until day of the usual license.
const FROM: &str = "2025-11-01";
const UNTIL: &str = "2026-11-01";

fn ask(name: &str, comment: &str, claims: &Map, asked: Asked) -> Case {
    Case::taken(
        format!("verdict-{name}"),
        "license",
        comment,
        &[issuer_document(&issuer()), license_document(claims)],
    )
    .edit(|vector| vector.verdict = Some(asked))
}

/// Returns the facts of a day: not activating, 50 users, no series, no report; nothing is expected
/// but figures of 100 seats.
fn on(today: &str, days_left: u32) -> Asked {
    Asked {
        today: super::day(today),
        activating: false,
        users_now: Some(50),
        users_adding: 0,
        daily: None,
        last_report: None,
        expected: Expected {
            seats: Some(100),
            seats_needed: Some(50),
            overage: Some(0),
            seats_left: Some(50),
            days_left: Some(days_left),
            ..Expected::default()
        },
    }
}

/// Returns the same with other expectations.
fn expecting(asked: Asked, change: impl FnOnce(&mut Expected)) -> Asked {
    let mut expected = asked.expected.clone();
    change(&mut expected);
    Asked { expected, ..asked }
}

fn counts(first: &str, counts: &[i64]) -> Option<Counts> {
    let counts = counts.iter().map(|count| u32::try_from(*count).ok()).collect();
    Some(Counts { first: super::day(first), counts })
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn change(day: &str, effect: &str, begins: bool) -> Option<NextChange> {
    Some(NextChange { day: super::day(day), effect: effect.to_owned(), begins })
}

fn notice() -> Option<NextChange> {
    change("2026-10-17", "notify_admins", true)
}

/// Activation of 100 seats with 10 % tolerance and previous users 100, on the first day.
fn seats() -> Vec<Case> {
    // The year before had 100 users on its first day, so the seat rule is the one that looks at
    // users now.
    let activating = |users: u32, adding: u32| Asked {
        activating: true,
        users_now: Some(users),
        users_adding: adding,
        daily: counts("2024-11-01", &[100]),
        ..on(FROM, 365)
    };
    let with = |name: &str, comment: &str, asked: Asked, expected: &dyn Fn(&mut Expected)| {
        ask(name, comment, &license(), expecting(asked, expected))
    };
    let users = |users: u32| {
        move |e: &mut Expected| {
            e.seats_needed = Some(users);
            e.overage = Some(users.saturating_sub(100));
            e.overage_max = Some(0);
            e.seats_left = Some(100 - i64::from(users));
            e.users_max = Some((0, None));
            e.next_change = notice();
        }
    };
    let fired = |e: &mut Expected, rules: &[u32], effects: &[&str]| {
        e.fired = rules.to_vec();
        e.effects = words(effects);
    };
    let peak = |first: &str, counts_of: &[i64]| Asked {
        activating: true,
        daily: counts(first, counts_of),
        ..on(FROM, 365)
    };
    let by_peak = |largest: u32, max: Option<(u32, Option<Day>)>, refused: bool| {
        move |e: &mut Expected| {
            users(50)(e);
            e.users_max = max;
            e.overage_max = max.map(|(max, _)| max.saturating_sub(100));
            e.seats_needed = Some(largest);
            if refused {
                fired(e, &[1], &["refuse_activation"]);
            }
        }
    };
    let none = Some((0, None));
    vec![
        with("activation-100", "R2 R5 R6 100 users of 100 seats: only the notice of few seats applies; on the day of the end three effects begin", activating(100, 0), &|e| {
            users(100)(e);
            fired(e, &[2], &["notify_admins"]);
            e.next_change = change(UNTIL, "block_changes", true);
        }),
        with("activation-110", "R2 110 users: at the tolerated number, not over it", activating(110, 0), &users(110)),
        with("activation-111", "R2 111 users: over the tolerated number", activating(111, 0), &|e| {
            users(111)(e);
            fired(e, &[0], &["refuse_activation"]);
        }),
        with("running-111", "R2 111 users while nothing is activated", Asked { activating: false, ..activating(111, 0) }, &users(111)),
        with("adding-to-110", "R2 109 users and 1 about to be added", activating(109, 1), &users(110)),
        with("adding-to-111", "R2 R5 109 users and 2 about to be added", activating(109, 2), &|e| {
            users(111)(e);
            fired(e, &[0], &["refuse_activation"]);
        }),
        with("few-seats-92", "R2 92 users: not yet few seats left", Asked { activating: false, ..activating(92, 0) }, &users(92)),
        with("few-seats-93", "R2 93 users: few seats left", Asked { activating: false, ..activating(93, 0) }, &|e| {
            users(93)(e);
            fired(e, &[2], &["notify_admins"]);
            e.next_change = change(UNTIL, "block_changes", true);
        })
        .edit(|vector| vector.comment.push("the activation of the rule for the ended license is not asked for: block_changes has the highest code of those that begin".to_owned())),
        with("peak-101", "R2 a peak of 101 the year before: the rule for peaks up to 100 does not apply, 500 users now", Asked { users_now: Some(500), daily: counts("2024-11-01", &[101]), ..activating(0, 0) }, &|e| {
            users(500)(e);
        }),
        with("peak-110", "R2 a peak of 110 the year before: at the tolerated number", peak("2024-11-01", &[110]), &by_peak(50, none, false)),
        with("peak-111", "R2 R5 a peak of 111 the year before; the seats needed follow it", peak("2024-11-01", &[111]), &by_peak(111, none, true)),
        with("window-before", "R1 a peak on the day before the window", peak("2024-10-31", &[111]), &by_peak(50, none, false)),
        with("window-first-day", "R1 a peak on the window's first day", peak("2024-10-31", &[5, 111]), &by_peak(111, none, true)),
        with("window-last-day", "R1 a peak on the window's last day, which is the term's first", peak(FROM, &[111, 7]), &by_peak(111, Some((111, Some(super::day(FROM)))), true)),
        with("window-after", "R1 a peak on the day after the window, within the term", peak("2025-11-02", &[111]), &by_peak(111, Some((111, Some(super::day("2025-11-02")))), false)),
        with("window-gap", "R1 days without data do not count", peak("2024-10-31", &[500, -1, -1, 111, -1]), &by_peak(111, none, true)),
    ]
}

fn nothing_known(e: &mut Expected) {
    *e = Expected {
        seats: Some(100),
        days_left: e.days_left,
        next_change: notice(),
        ..Expected::default()
    };
}

fn missing() -> Vec<Case> {
    let unknown = |activating| Asked { activating, users_now: None, ..on("2025-11-05", 361) };
    let with = |name: &str, comment: &str, asked: Asked, expected: &dyn Fn(&mut Expected)| {
        ask(name, comment, &license(), expecting(asked, expected))
    };
    vec![
        with(
            "missing-all",
            "R1 R2 fact_missing: activating, and neither users nor series are given",
            unknown(true),
            &|e| {
                nothing_known(e);
                e.undecided = vec![0, 1, 2];
            },
        ),
        with(
            "missing-running",
            "R2 a condition that does not hold decides, whatever is missing",
            unknown(false),
            &|e| {
                nothing_known(e);
                e.undecided = vec![2];
            },
        ),
        with(
            "missing-users",
            "R2 fact_missing: the peak is known, users now are not",
            Asked { daily: counts("2024-11-01", &[111]), ..unknown(true) },
            &|e| {
                nothing_known(e);
                e.fired = vec![1];
                e.effects = words(&["refuse_activation"]);
                e.undecided = vec![2];
                e.seats_needed = Some(111);
                e.overage_max = Some(0);
                e.users_max = Some((0, None));
            },
        ),
        with(
            "missing-series",
            "R2 fact_missing: users now are known, the series is not",
            Asked { users_now: Some(111), ..unknown(true) },
            &|e| {
                e.undecided = vec![0, 1];
                e.seats_needed = Some(111);
                e.overage = Some(11);
                e.seats_left = Some(-11);
                e.next_change = notice();
            },
        ),
        with(
            "missing-series-110",
            "R2 the users now decide the first rule, though the series comes before them",
            Asked { users_now: Some(110), ..unknown(true) },
            &|e| {
                e.undecided = vec![1];
                e.seats_needed = Some(110);
                e.overage = Some(10);
                e.seats_left = Some(-10);
                e.next_change = notice();
            },
        ),
        with(
            "empty-series",
            "R1 a series that is given and empty has the maximum 0",
            Asked { users_now: Some(111), daily: counts(FROM, &[]), ..unknown(true) },
            &|e| {
                e.fired = vec![0];
                e.effects = words(&["refuse_activation"]);
                e.seats_needed = Some(111);
                e.overage = Some(11);
                e.overage_max = Some(0);
                e.seats_left = Some(-11);
                e.users_max = Some((0, None));
                e.next_change = notice();
            },
        ),
        with(
            "series-without-data",
            "R1 a series of days without data has the maximum 0",
            Asked { users_now: Some(111), daily: counts("2025-01-01", &[-1, -1]), ..unknown(true) },
            &|e| {
                e.fired = vec![0];
                e.effects = words(&["refuse_activation"]);
                e.seats_needed = Some(111);
                e.overage = Some(11);
                e.overage_max = Some(0);
                e.seats_left = Some(-11);
                e.users_max = Some((0, None));
                e.next_change = notice();
            },
        ),
        with(
            "missing-but-adding",
            "R1 users about to be added alone are not users now",
            Asked { users_adding: 200, ..unknown(false) },
            &|e| {
                nothing_known(e);
                e.undecided = vec![2];
            },
        ),
    ]
}

/// The days of a license.
fn term() -> Vec<Case> {
    let ended = ["notify_admins", "notify_users", "block_changes"];
    let with = |name: &str,
                comment: &str,
                asked: Asked,
                rules: &[u32],
                effects: &[&str],
                next: Option<NextChange>| {
        let asked = expecting(asked, |e| {
            e.fired = rules.to_vec();
            e.effects = words(effects);
            e.next_change = next;
        });
        ask(name, comment, &license(), asked)
    };
    let not_started = |case: Case| {
        case.edit(|vector| {
            if let Some(asked) = &mut vector.verdict {
                asked.expected.built_in = words(&["not_started"]);
            }
        })
    };
    let activating = Asked { activating: true, daily: counts(FROM, &[]), ..on(UNTIL, 0) };
    let begins = change(UNTIL, "block_changes", true);
    vec![
        not_started(with(
            "not-started",
            "R3 the day before the license's first; R6 inactive ends",
            on("2025-10-31", 366),
            &[],
            &["inactive"],
            change(FROM, "inactive", false),
        )),
        not_started(with(
            "not-started-1970",
            "R3 1970-01-01",
            on("1970-01-01", 20_758),
            &[],
            &["inactive"],
            change(FROM, "inactive", false),
        )),
        with("first-day", "R3 the license's first day", on(FROM, 365), &[], &[], notice()),
        with(
            "before-notice",
            "R6 the day before the notice",
            on("2026-10-16", 16),
            &[],
            &[],
            notice(),
        ),
        with(
            "notice",
            "R2 the first day of the notice",
            on("2026-10-17", 15),
            &[4],
            &["notify_admins"],
            begins.clone(),
        ),
        with(
            "last-day",
            "R5 the license's last day",
            on("2026-10-31", 1),
            &[4],
            &["notify_admins"],
            begins,
        ),
        with(
            "until",
            "R2 R5 R6 the until day: nothing changes any more",
            on(UNTIL, 0),
            &[4, 5, 6],
            &ended,
            None,
        ),
        with(
            "long-after",
            "R5 days left are not under 0",
            on("2030-01-01", 0),
            &[4, 5, 6],
            &ended,
            None,
        ),
        with("last-of-all", "R6 9999-12-31", on("9999-12-31", 0), &[4, 5, 6], &ended, None),
        with(
            "activation-ended",
            "R2 activation on the until day",
            activating,
            &[3, 4, 5, 6],
            &["notify_admins", "notify_users", "refuse_activation", "block_changes"],
            None,
        )
        .edit(|vector| {
            if let Some(asked) = &mut vector.verdict {
                asked.expected.overage_max = Some(0);
                asked.expected.users_max = Some((0, None));
            }
        }),
    ]
}

/// A license of a key for trials only, without rules.
fn trials() -> Vec<Case> {
    let ask = |name: &str,
               comment: &str,
               trials_only: bool,
               asked: Asked,
               expected: &dyn Fn(&mut Expected)| {
        let issuer = if trials_only {
            issuer_of(TRIAL_DESK).with(9, uint(1))
        } else {
            issuer_of(TRIAL_DESK)
        };
        let license = bare().with(6, uint(100)).with(15, numbers(&[9]));
        let documents = [
            issuer_document(&issuer),
            crate::bytes::Document::of(&TRIAL_DESK.pair(), LICENSE, license.item()),
        ];
        Case::taken(format!("verdict-{name}"), "license", comment, &documents)
            .edit(|vector| vector.verdict = Some(expecting(asked, expected)))
    };
    vec![
        ask(
            "trial-key-last-day",
            "R4 R6 the last day of a license of a key for trials only",
            true,
            on("2026-10-31", 1),
            &|e| {
                e.next_change = change(UNTIL, "inactive", true);
            },
        ),
        ask(
            "trial-key-ended",
            "R4 the until day of a license of a key for trials only",
            true,
            on(UNTIL, 0),
            &|e| {
                e.built_in = words(&["trial_key_ended"]);
                e.effects = words(&["inactive"]);
            },
        ),
        ask(
            "trial-key-not-started",
            "R3 R4 before the first day of a license of a key for trials only",
            true,
            on("2025-10-31", 366),
            &|e| {
                e.built_in = words(&["not_started"]);
                e.effects = words(&["inactive"]);
                e.next_change = change(FROM, "inactive", false);
            },
        ),
        ask(
            "trial-of-usual-key",
            "R4 a trial of a key that may sign others too does not end by itself",
            false,
            on(UNTIL, 0),
            &|_| {},
        ),
        ask(
            "trial-of-usual-key-running",
            "R6 without rules nothing changes after the first day",
            false,
            on(FROM, 365),
            &|_| {},
        ),
    ]
}

/// Returns 100 seats with these rules.
fn ruled(rules: &[Item]) -> Map {
    bare().with(6, uint(100)).with(10, list(rules))
}

/// A reminder after 30 days.
fn reports() -> Vec<Case> {
    let claims = ruled(&[rule(9, 1, &[over(REPORT_AGE, 29)])]);
    let with = |name: &str,
                comment: &str,
                today: &str,
                left: u32,
                last: Option<&str>,
                due: bool,
                next: Option<NextChange>| {
        let asked = Asked { last_report: last.map(super::day), ..on(today, left) };
        ask(
            name,
            comment,
            &claims,
            expecting(asked, |e| {
                e.fired = if due { vec![0] } else { vec![] };
                e.effects = words(if due { &["notify_admins"] } else { &[] });
                e.next_change = next;
            }),
        )
    };
    vec![
        with(
            "report-29-days",
            "without a report the age counts from the license's first day: 29",
            "2025-11-30",
            336,
            None,
            false,
            change("2025-12-01", "notify_admins", true),
        ),
        with(
            "report-30-days",
            "without a report the age counts from the license's first day: 30",
            "2025-12-01",
            335,
            None,
            true,
            None,
        ),
        with(
            "report-last-29-days",
            "29 days after the last report; R6 the age grows with the day",
            "2025-12-30",
            306,
            Some("2025-12-01"),
            false,
            change("2025-12-31", "notify_admins", true),
        ),
        with(
            "report-last-30-days",
            "30 days after the last report",
            "2025-12-31",
            305,
            Some("2025-12-01"),
            true,
            None,
        ),
        with(
            "report-today",
            "a report made today",
            "2026-05-01",
            184,
            Some("2026-05-01"),
            false,
            change("2026-05-31", "notify_admins", true),
        ),
        with(
            "report-before-term",
            "a report made before the term began",
            "2025-11-01",
            365,
            Some("2025-10-02"),
            true,
            None,
        ),
    ]
    .into_iter()
    .map(|case| case.edit(|vector| vector.comment.push("section 7, R2: report_age".to_owned())))
    .collect()
}

/// Returns four conditions at the edges of a fact's value; the first and the third hold.
fn edges(fact: i128, value: i128) -> [Item; 4] {
    [over(fact, value - 1), over(fact, value), at_most(fact, value), at_most(fact, value - 1)]
}

fn facts() -> Vec<Case> {
    let today = i128::from(day("2025-11-21"));
    let window = |test, bound| within(test, bound, day("2025-10-01"), day("2025-10-31"));
    let in_window = |value: i128| {
        [
            window(USERS_MAX, value - 1),
            window(USERS_MAX, value),
            window(-1 - USERS_MAX, value),
            window(-1 - USERS_MAX, value - 1),
        ]
    };
    let asked = |activating: bool| Asked {
        activating,
        users_now: Some(60),
        users_adding: 7,
        daily: counts("2025-10-31", &[90, 70, 80, 80]),
        last_report: Some(super::day("2025-11-11")),
        ..on("2025-11-21", 345)
    };
    let rules = |activating: i128| {
        let conditions = [
            edges(TODAY, today),
            edges(ACTIVATING, activating),
            edges(USERS_NOW, 67),
            edges(USERS_MAX, 80),
            in_window(90),
            edges(REPORT_AGE, 10),
        ];
        ruled(
            &conditions
                .concat()
                .into_iter()
                .map(|condition| rule(1, 1, &[condition]))
                .collect::<Vec<_>>(),
        )
    };
    let expected = |e: &mut Expected| {
        e.effects = words(&["notify_admins"]);
        e.fired = (0..12).map(|n| 2 * n).collect();
        // The window before the term had 90, and a rule that applies looked at it.
        e.seats_needed = Some(90);
        e.overage_max = Some(0);
        e.seats_left = Some(33);
        e.users_max = Some((80, Some(super::day("2025-11-02"))));
        e.next_change = None;
    };
    let comment = "R2 each fact just over, at, at and just under its value: today, activating, users_now, users_max of the term, of days, report_age";
    let all = |last: bool| {
        [
            vec![over(USERS_NOW, 49); 7],
            vec![if last { at_most(USERS_NOW, 50) } else { over(USERS_NOW, 50) }],
        ]
        .concat()
    };
    let quiet = |rules: &[Item]| ruled(rules);
    vec![
        ask("facts-running", comment, &rules(0), expecting(asked(false), expected)),
        ask("facts-activating", comment, &rules(1), expecting(asked(true), expected)),
        ask(
            "conditions-8",
            "R2 all of eight conditions hold",
            &quiet(&[rule(1, 1, &all(true))]),
            expecting(on("2025-11-21", 345), |e| {
                e.effects = words(&["notify_admins"]);
                e.fired = vec![0];
            }),
        ),
        ask(
            "conditions-8-last-fails",
            "R2 the last of eight conditions does not hold",
            &quiet(&[rule(1, 1, &all(false))]),
            on("2025-11-21", 345),
        ),
        ask(
            "day-fails-first",
            "R2 a condition on the day that does not hold decides over a missing fact",
            &quiet(&[
                rule(1, 1, &[over(USERS_NOW, 5), over(TODAY, today)]),
                rule(1, 1, &[at_most(REPORT_AGE, 5), over(USERS_NOW, 5)]),
                rule(1, 1, &[over(TODAY, today - 1), over(USERS_NOW, 5)]),
            ]),
            expecting(Asked { users_now: None, ..on("2025-11-21", 345) }, |e| {
                e.undecided = vec![2];
                e.seats_needed = None;
                e.overage = None;
                e.seats_left = None;
            }),
        ),
        ask(
            "bounds",
            "R2 R6 the least and the largest bound",
            &quiet(&[
                rule(1, 1, &[over(USERS_NOW, i64::MAX.into())]),
                rule(1, 1, &[over(TODAY, i64::MAX.into())]),
                rule(1, 1, &[over(REPORT_AGE, i64::MAX.into())]),
                rule(1, 1, &[at_most(USERS_NOW, i64::MIN.into())]),
                rule(1, 2, &[over(USERS_NOW, i64::MIN.into())]),
                rule(1, 2, &[at_most(TODAY, i64::MAX.into())]),
                rule(1, 2, &[over(TODAY, LAST_DAY.into())]),
            ]),
            expecting(on("2025-11-21", 345), |e| {
                e.effects = words(&["notify_users"]);
                e.fired = vec![4, 5];
            }),
        ),
        ask(
            "rule-63",
            "R2 the last of 64 rules applies",
            &quiet(
                &[
                    vec![rule(1, 1, &[over(USERS_NOW, 50)]); 63],
                    vec![rule(1, 3, &[over(USERS_NOW, 49)])],
                ]
                .concat(),
            ),
            expecting(on("2025-11-21", 345), |e| {
                e.effects = words(&["refuse_new_users"]);
                e.fired = vec![63];
            }),
        ),
    ]
}

fn effects() -> Vec<Case> {
    let always = |effect: u64| rule(1, effect, &[over(TODAY, 0)]);
    let names = [
        "notify_admins",
        "notify_users",
        "refuse_new_users",
        "refuse_activation",
        "block_changes",
        "inactive",
    ];
    let each = (1..).zip(names).map(|(code, name)| {
        let comment = format!("R2 the effect {name} implies no other");
        ask(
            &format!("effect-{}", name.replace('_', "-")),
            &comment,
            &ruled(&[always(code)]),
            expecting(on("2025-11-21", 345), |e| {
                e.effects = words(&[name]);
                e.fired = vec![0];
            }),
        )
    });
    let all = ask(
        "effects-all",
        "R2 every effect, by rules in another order, one of them twice",
        &ruled(&[6, 3, 1, 2, 5, 4, 3].map(always)),
        expecting(on("2025-11-21", 345), |e| {
            e.effects = words(&names);
            e.fired = (0..7).collect();
        }),
    );
    each.chain([all]).collect()
}

fn next() -> Vec<Case> {
    let turn = i128::from(day("2026-01-01"));
    let before = |effect| rule(1, effect, &[at_most(TODAY, turn - 1)]);
    let from = |effect| rule(1, effect, &[over(TODAY, turn - 1)]);
    let with = |name: &str,
                comment: &str,
                rules: &[Item],
                fired: &[u32],
                effects: &[&str],
                next: Option<NextChange>| {
        ask(
            &format!("next-{name}"),
            &format!("R6 {comment}"),
            &ruled(rules),
            expecting(on("2025-11-21", 345), |e| {
                e.fired = fired.to_vec();
                e.effects = words(effects);
                e.next_change = next;
            }),
        )
    };
    let on_turn = |effect: &str, begins| change("2026-01-01", effect, begins);
    let not_started = ruled(&[rule(1, 1, &[over(TODAY, i128::from(day(FROM)) - 1)])]);
    let aged = |bound| rule(9, 1, &[over(REPORT_AGE, bound)]);
    vec![
        with(
            "ends",
            "one effect ends",
            &[before(1)],
            &[0],
            &["notify_admins"],
            on_turn("notify_admins", false),
        ),
        with("begins", "one effect begins", &[from(5)], &[], &[], on_turn("block_changes", true)),
        with(
            "begins-before-ends",
            "one begins and a graver one ends: what begins is told",
            &[before(5), from(1)],
            &[0],
            &["block_changes"],
            on_turn("notify_admins", true),
        ),
        with(
            "gravest-that-begins",
            "of three that begin the one with the highest code",
            &[from(2), from(4), from(3)],
            &[],
            &[],
            on_turn("refuse_activation", true),
        ),
        with(
            "gravest-that-ends",
            "of three that end the one with the highest code",
            &[before(2), before(4), before(3)],
            &[0, 1, 2],
            &["notify_users", "refuse_new_users", "refuse_activation"],
            on_turn("refuse_activation", false),
        ),
        with(
            "same-effect-other-rule",
            "one rule hands its effect to another on the same day: nothing changes",
            &[before(2), from(2)],
            &[0],
            &["notify_users"],
            None,
        ),
        with(
            "no-difference",
            "an effect that applies already begins by another rule",
            &[rule(1, 2, &[over(USERS_NOW, 5)]), from(2)],
            &[0],
            &["notify_users"],
            None,
        ),
        with(
            "first-of-two",
            "the first of two days",
            &[rule(1, 2, &[over(TODAY, turn + 30)]), from(1)],
            &[],
            &[],
            on_turn("notify_admins", true),
        ),
        with(
            "report-before-day",
            "the age of the report turns before the day does",
            &[from(1), aged(29)],
            &[],
            &[],
            change("2025-12-01", "notify_admins", true),
        ),
        with(
            "only-for-a-day",
            "an effect that applies for one day",
            &[rule(1, 2, &[over(TODAY, turn - 1), at_most(TODAY, turn)])],
            &[],
            &[],
            on_turn("notify_users", true),
        ),
        with(
            "other-facts-stay",
            "a rule that needs more users than there are does not begin",
            &[rule(1, 2, &[over(TODAY, turn - 1), over(USERS_NOW, 50)])],
            &[],
            &[],
            None,
        ),
        with(
            "tomorrow",
            "the effect begins tomorrow",
            &[rule(1, 2, &[over(TODAY, i128::from(day("2025-11-21")))])],
            &[],
            &[],
            change("2025-11-22", "notify_users", true),
        ),
        with(
            "last-day",
            "the effect begins on 9999-12-31",
            &[rule(1, 2, &[over(TODAY, i128::from(LAST_DAY) - 1)])],
            &[],
            &[],
            change("9999-12-31", "notify_users", true),
        ),
        ask(
            "next-starts-with-notice",
            "R3 R6 on the first day inactive ends and a notice begins: what begins is told",
            &not_started,
            expecting(on("2025-10-31", 366), |e| {
                e.effects = words(&["inactive"]);
                e.built_in = words(&["not_started"]);
                e.next_change = change(FROM, "notify_admins", true);
            }),
        ),
        ask(
            "next-rule-inactive-stays",
            "R3 R6 before the first day a rule of the effect inactive applies too, until 2026-01-01",
            &ruled(&[before(6)]),
            expecting(on("2025-10-31", 366), |e| {
                e.effects = words(&["inactive"]);
                e.built_in = words(&["not_started"]);
                e.fired = vec![0];
                e.next_change = on_turn("inactive", false);
            }),
        ),
    ]
}

fn figures() -> Vec<Case> {
    let with = |name: &str,
                comment: &str,
                claims: &Map,
                asked: Asked,
                expected: &dyn Fn(&mut Expected)| {
        ask(name, comment, claims, expecting(asked, expected))
    };
    let claims = ruled(&[rule(1, 1, &[over(ACTIVATING, 1)])]);
    let prior = |bound, from, to| within(USERS_MAX, bound, day(from), day(to));
    let daily = |first: &str, numbers: &[i64]| Asked {
        daily: counts(first, numbers),
        ..on("2025-11-21", 345)
    };
    let maximum = |count: u32, day: &str| {
        let day = super::day(day);
        move |e: &mut Expected| {
            e.users_max = Some((count, Some(day)));
            e.overage_max = Some(count.saturating_sub(100));
            e.seats_needed = Some(count.max(50));
        }
    };
    let no_maximum = |e: &mut Expected| {
        e.users_max = Some((0, None));
        e.overage_max = Some(0);
    };
    let unlimited = |e: &mut Expected| {
        *e = Expected {
            seats_needed: Some(120),
            users_max: Some((120, Some(super::day("2025-11-20")))),
            days_left: Some(345),
            ..Expected::default()
        };
    };
    vec![
        with(
            "max-first-of-two",
            "R5 the first of two days that have the maximum",
            &claims,
            daily("2025-11-10", &[90, 112, 5, 112]),
            &maximum(112, "2025-11-11"),
        ),
        with(
            "max-with-gaps",
            "R5 days without data before and between",
            &claims,
            daily("2025-11-10", &[-1, -1, 7, -1, 8, -1]),
            &maximum(8, "2025-11-14"),
        ),
        with(
            "max-term-first-day",
            "R5 the term's first day counts, the day before does not",
            &claims,
            daily("2025-10-31", &[500, 101, 7]),
            &maximum(101, FROM),
        ),
        with(
            "max-until-day",
            "R5 the until day counts, the day after does not",
            &claims,
            daily("2026-10-31", &[7, 120, 500]),
            &maximum(120, UNTIL),
        ),
        with(
            "max-outside-term",
            "R5 no data within the term",
            &claims,
            daily("2024-01-01", &[500, 500]),
            &no_maximum,
        ),
        with(
            "max-after-term",
            "R5 data after the term only",
            &claims,
            daily("2026-11-02", &[500]),
            &no_maximum,
        ),
        with(
            "max-zero",
            "R5 a count of 0 is data",
            &claims,
            daily("2025-11-10", &[-1, 0, 0]),
            &maximum(0, "2025-11-11"),
        ),
        with(
            "needed-users-now",
            "R5 the seats needed are the users now where these are more than the maximum",
            &claims,
            Asked { users_now: Some(130), ..daily("2025-11-10", &[120]) },
            &|e| {
                maximum(120, "2025-11-10")(e);
                e.seats_needed = Some(130);
                e.overage = Some(30);
                e.seats_left = Some(-30);
            },
        ),
        with(
            "needed-of-rules-that-apply",
            "R5 the seats needed look at the rules that apply, not at the others",
            &ruled(&[
                rule(2, 4, &[prior(110, "2024-11-01", "2025-10-31")]),
                rule(2, 4, &[prior(1_000, "2023-11-01", "2024-10-31")]),
            ]),
            daily("2024-10-31", &[500, 130]),
            &|e| {
                no_maximum(e);
                e.fired = vec![0];
                e.effects = words(&["refuse_activation"]);
                e.seats_needed = Some(130);
            },
        ),
        with(
            "needed-not-of-other-facts",
            "R5 the day and the age of a report are not users",
            &ruled(&[rule(1, 1, &[over(TODAY, 5), over(REPORT_AGE, 5)])]),
            on("2025-11-21", 345),
            &|e| {
                e.fired = vec![0];
                e.effects = words(&["notify_admins"]);
            },
        ),
        with(
            "unlimited",
            "R5 unlimited seats have no overage and none left",
            &bare().with(10, list(&[rule(1, 1, &[over(ACTIVATING, 1)])])),
            Asked { users_now: Some(50), ..daily("2025-11-20", &[120]) },
            &unlimited,
        ),
        with(
            "seats-left-0",
            "R5 as many users as seats",
            &claims,
            Asked { users_now: Some(100), ..on("2025-11-21", 345) },
            &|e| {
                e.seats_needed = Some(100);
                e.seats_left = Some(0);
            },
        ),
        with(
            "overage-1",
            "R5 a user more than seats",
            &claims,
            Asked { users_now: Some(101), ..on("2025-11-21", 345) },
            &|e| {
                e.seats_needed = Some(101);
                e.overage = Some(1);
                e.seats_left = Some(-1);
            },
        ),
        with(
            "adding-counts",
            "R5 users about to be added count in every figure of users now",
            &claims,
            Asked { users_now: Some(99), users_adding: 3, ..on("2025-11-21", 345) },
            &|e| {
                e.seats_needed = Some(102);
                e.overage = Some(2);
                e.seats_left = Some(-2);
            },
        ),
    ]
}

fn unsupported() -> Vec<Case> {
    let holds = || over(TODAY, 0);
    let fails = || over(USERS_NOW, 50);
    let rules = [
        rule(1, 7, &[holds()]),
        rule(1, 8, &[holds()]),
        rule(1, 1, &[holds(), over(7, 0)]),
        rule(1, 1, &[holds(), at_most(6, 0)]),
        rule(1, 1, &[fails(), over(7, 0)]),
        rule(1, 1, &[within(9, 0, day(FROM), day(FROM))]),
        rule(99, 2, &[holds()]),
        rule(1, 3, &[over(USERS_NOW, 50)]),
    ];
    let day_of = |effect: u64| rule(1, effect, &[over(TODAY, i128::from(day("2026-01-01")) - 1)]);
    vec![
        ask(
            "unsupported",
            "R2 rules with an effect or a fact that the reader does not know, odd or even, are shown and never applied; a reason only explains",
            &ruled(&rules),
            expecting(on("2025-11-21", 345), |e| {
                e.fired = vec![6];
                e.effects = words(&["notify_users"]);
                e.unsupported = vec![0, 1, 2, 3, 4, 5];
            }),
        ),
        ask(
            "unsupported-missing",
            "R2 a rule with an unknown fact is unsupported, not undecided",
            &ruled(&[rule(1, 1, &[over(USERS_NOW, 5), over(7, 0)])]),
            expecting(Asked { users_now: None, ..on("2025-11-21", 345) }, |e| {
                *e = Expected {
                    seats: Some(100),
                    unsupported: vec![0],
                    days_left: Some(345),
                    ..Expected::default()
                };
            }),
        ),
        ask(
            "unsupported-next",
            "R2 R6 an effect that the reader does not know changes nothing on its day",
            &ruled(&[day_of(7), day_of(8)]),
            expecting(on("2025-11-21", 345), |e| {
                e.unsupported = vec![0, 1];
            }),
        ),
    ]
}
