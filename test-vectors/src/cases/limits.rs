//! What an issuing key may sign: V10.

use license_core::Code;

use super::Case;
use crate::bytes::{Document, Item, Map, list, text, uint};
use crate::documents::{
    LICENSE, bare, day, file, issuer, issuer_document, issuer_of, license_document, numbers, ten_on,
};
use crate::keys::{DESK, TRIAL_DESK};

pub(super) fn cases() -> Vec<Case> {
    [
        days(),
        terms(),
        seats(),
        legacy_add_ons(),
        add_on_days(),
        trial_add_ons(),
        others(),
        first_document(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn refused(name: &str, code: Code, what: &str, issuer: &Map, license: &Map) -> Case {
    Case::refused(
        format!("limits-{name}"),
        code,
        format!("V10 {what}"),
        file(&[issuer_document(issuer), license_document(license)]),
    )
}

fn taken(name: &str, what: &str, issuer: &Map, license: &Map) -> Case {
    Case::taken(
        format!("ok-limits-{name}"),
        "license",
        format!("V10 {what}"),
        &[issuer_document(issuer), license_document(license)],
    )
}

fn days() -> Vec<Case> {
    let issued = |time: u64| bare().with(1, uint(time));
    let (first, until) = (day("2025-10-01") * 86_400, day("2025-12-01") * 86_400);
    let key = issuer().with(4, uint(day("2025-10-01"))).with(5, uint(day("2025-12-01")));
    let from = |date: &str| bare().with(7, uint(day(date))).with(8, uint(day(date) + 30));
    vec![
        taken(
            "first-second",
            "issued in the first second of the issuing key",
            &key,
            &issued(first),
        ),
        refused(
            "before-first-second",
            Code::IssuerNotInForce,
            "issued a second before the issuing key's first day",
            &key,
            &issued(first - 1),
        ),
        taken(
            "last-second",
            "issued in the last second of the issuing key",
            &key,
            &issued(until - 1),
        ),
        refused(
            "until",
            Code::IssuerNotInForce,
            "issued in the first second of the issuing key's until day",
            &key,
            &issued(until),
        ),
        refused("at-1970", Code::IssuerNotInForce, "issued in 1970", &key, &issued(0)),
        refused(
            "at-9999",
            Code::IssuerNotInForce,
            "issued in the last second of 9999",
            &key,
            &issued(crate::documents::LAST_TIME),
        ),
        taken(
            "outlives-key",
            "the license's term begins after the issuing key's until day",
            &issuer().with(5, uint(day("2025-10-21"))),
            &bare(),
        ),
        // 90 days after 2025-10-20: 11 in October, 30, 31, 18 in January.
        taken(
            "start-after-90-days",
            "begins 90 days after its issue",
            &issuer(),
            &from("2026-01-18"),
        ),
        refused(
            "start-after-91-days",
            Code::StartsTooLate,
            "begins 91 days after its issue",
            &issuer(),
            &from("2026-01-19"),
        ),
        taken(
            "start-after-90-days-late",
            "begins 90 days after its issue, issued in the last second of a day",
            &issuer(),
            &from("2026-01-18").with(1, uint(day("2025-10-21") * 86_400 - 1)),
        ),
        // 731 days after 2025-10-20: two years, of which 2026 and 2027 have no leap day, and one.
        taken(
            "start-after-731-days",
            "begins 731 days after its issue, as the key allows",
            &issuer().with(15, uint(731)),
            &from("2027-10-21"),
        ),
        refused(
            "start-after-732-days",
            Code::StartsTooLate,
            "begins a day later than the key allows",
            &issuer().with(15, uint(731)),
            &from("2027-10-22"),
        ),
        taken("back-dated", "begins before its issue", &issuer(), &from("2020-02-29")),
    ]
}

fn terms() -> Vec<Case> {
    let until = |days: u64| bare().with(8, uint(day("2025-11-01") + days));
    vec![
        taken("term-of-400", "a term of 400 days, the longest allowed", &issuer(), &until(400)),
        refused(
            "term-of-401",
            Code::IssuerDays,
            "a term of 401 days where 400 are allowed",
            &issuer(),
            &until(401),
        ),
        taken(
            "term-of-1",
            "a term of 1 day, the longest allowed",
            &issuer().with(6, uint(1)),
            &until(1),
        ),
        refused(
            "term-of-2",
            Code::IssuerDays,
            "a term of 2 days where 1 is allowed",
            &issuer().with(6, uint(1)),
            &until(2),
        ),
    ]
}

fn seats() -> Vec<Case> {
    let most = |seats: u64| issuer().with(7, uint(seats));
    let add_on = |product: Item, quantity: u64| Map::of([(1, product), (2, uint(quantity))]).item();
    let with = |seats: u64, add_ons: &[Item]| bare().with(6, uint(seats)).with(16, list(add_ons));
    let two = |second: u64| with(40, &[add_on(uint(1), 5), add_on(text("other"), second)]);
    let legacy = bare().with(6, uint(50)).with(17, list(&[list(&[text("GitLab_Geo"), uint(9)])]));
    let largest = (0..32).map(|_| add_on(uint(1), 16_777_215)).collect::<Vec<_>>();
    vec![
        taken("seats", "50 seats, the most allowed", &most(50), &bare().with(6, uint(50))),
        refused(
            "seats-51",
            Code::IssuerSeats,
            "51 seats where 50 are allowed",
            &most(50),
            &bare().with(6, uint(51)),
        ),
        refused(
            "seats-unlimited",
            Code::IssuerSeats,
            "unlimited seats where 50 are allowed",
            &most(50),
            &bare(),
        ),
        refused(
            "seats-unlimited-largest",
            Code::IssuerSeats,
            "unlimited seats exceed the largest limit",
            &most(16_777_215),
            &bare(),
        ),
        taken(
            "seats-with-add-ons",
            "40 seats and 5 and 5 of add-ons, 50 allowed",
            &most(50),
            &two(5),
        ),
        refused(
            "seats-with-add-ons-51",
            Code::IssuerSeats,
            "40 seats and 5 and 6 of add-ons, 50 allowed",
            &most(50),
            &two(6),
        ),
        refused(
            "seats-of-add-on-alone",
            Code::IssuerSeats,
            "1 seat and 50 of an add-on, 50 allowed",
            &most(50),
            &with(1, &[add_on(uint(1), 50)]),
        ),
        taken(
            "seats-legacy-add-ons",
            "add-ons of the old kind do not add to the seats: 50 and 9, 50 allowed",
            &most(50),
            &legacy,
        ),
        refused(
            "seats-sum",
            Code::IssuerSeats,
            "32 add-ons of 16,777,215 each: the sum passes 2^29 and must not be cut",
            &most(16_777_215),
            &with(1, &largest),
        ),
        refused(
            "seats-0",
            Code::IssuerSeats,
            "1 seat where 0 are allowed",
            &most(0),
            &bare().with(6, uint(1)),
        ),
        taken(
            "seats-no-limit",
            "16,777,215 seats under no limit",
            &issuer(),
            &bare().with(6, uint(16_777_215)),
        ),
    ]
}

/// An add-on of the old kind: a name and a quantity.
fn legacy(quantity: u64) -> Item {
    list(&[text("GitLab_Geo"), uint(quantity)])
}

fn legacy_add_ons() -> Vec<Case> {
    let most = |seats: u64| issuer().with(7, uint(seats));
    let with = |add_ons: &[Item]| bare().with(6, uint(50)).with(17, list(add_ons));
    let other = |quantity: u64| list(&[text("GitLab_Z"), uint(quantity)]);
    vec![
        taken("legacy-50", "50 of an old add-on, 50 allowed", &most(50), &with(&[legacy(50)])),
        refused(
            "legacy-51",
            Code::IssuerSeats,
            "51 of an old add-on where 50 are allowed",
            &most(50),
            &with(&[legacy(51)]),
        ),
        taken(
            "legacy-singly",
            "two old add-ons of 50 each, 50 allowed: each is counted by itself",
            &most(50),
            &with(&[legacy(50), other(50)]),
        ),
        refused(
            "legacy-second",
            Code::IssuerSeats,
            "the second old add-on has 51 where 50 are allowed",
            &most(50),
            &with(&[legacy(1), other(51)]),
        ),
        taken(
            "legacy-no-limit",
            "16,777,215 of an old add-on under no limit",
            &issuer(),
            &with(&[legacy(16_777_215)]),
        ),
    ]
}

/// An add-on of 5 seats with these further claims.
fn add_on(claims: &[(u64, Item)]) -> Map {
    claims.iter().fold(Map::of([(1, uint(1)), (2, uint(5))]), |map, (key, value)| {
        map.with(*key, value.clone())
    })
}

fn with_add_on(claims: &[(u64, Item)]) -> Map {
    bare().with(16, list(&[add_on(claims).item()]))
}

fn add_on_days() -> Vec<Case> {
    let first = day("2025-11-01");
    let from = |day: u64| with_add_on(&[(3, uint(day))]);
    let until = |day: u64| with_add_on(&[(4, uint(day))]);
    let earlier = with_add_on(&[(3, uint(first + 10)), (4, uint(first + 20))]);
    vec![
        refused(
            "add-on-a-day-early",
            Code::IssuerDays,
            "an add-on that begins a day before the license",
            &issuer(),
            &from(first - 1),
        ),
        refused(
            "add-on-from-1970",
            Code::IssuerDays,
            "an add-on from 1970 to 9999",
            &issuer(),
            &with_add_on(&[(3, uint(0)), (4, uint(2_932_896))]),
        ),
        taken(
            "add-on-400-days",
            "an add-on that ends 400 days after the license's first day, the longest allowed",
            &issuer(),
            &until(first + 400),
        ),
        refused(
            "add-on-401-days",
            Code::IssuerDays,
            "an add-on that ends 401 days after the license's first day where 400 are allowed",
            &issuer(),
            &until(first + 401),
        ),
        taken("add-on-within", "an add-on within the license's days", &issuer(), &earlier),
        refused(
            "add-on-second",
            Code::IssuerDays,
            "the second of two add-ons begins a day before the license",
            &issuer(),
            &bare().with(16, list(&[add_on(&[]).item(), add_on(&[(3, uint(first - 1))]).item()])),
        ),
    ]
}

fn trial_add_ons() -> Vec<Case> {
    let trials = issuer().with(9, uint(1));
    let first = day("2025-11-01");
    let trial = |claims: &[(u64, Item)]| with_add_on(claims).with(15, numbers(&[9]));
    let marked = (6, uint(1));
    vec![
        taken(
            "trial-add-on",
            "a trial add-on of a trial",
            &trials,
            &trial(std::slice::from_ref(&marked)),
        ),
        refused(
            "trial-add-on-unmarked",
            Code::IssuerTrialsOnly,
            "an add-on that is no trial under a key for trials only",
            &trials,
            &trial(&[]),
        ),
        taken(
            "trial-add-on-earlier",
            "a trial add-on that ends a day before the trial",
            &trials,
            &trial(&[(4, uint(first + 364)), marked.clone()]),
        ),
        refused(
            "trial-add-on-later",
            Code::IssuerTrialsOnly,
            "a trial add-on that ends a day after the trial, within the longest term",
            &trials,
            &trial(&[(4, uint(first + 366)), marked.clone()]),
        ),
        refused(
            "trial-legacy-add-on",
            Code::IssuerTrialsOnly,
            "an add-on of the old kind under a key for trials only",
            &trials,
            &bare().with(15, numbers(&[9])).with(17, list(&[legacy(1)])),
        ),
        refused(
            "order-legacy-eighth",
            Code::IssuerSeats,
            "an old add-on of too many, an add-on of too many days, no trial: the old one is first",
            &trials.clone().with(7, uint(50)),
            &trial(&[(3, uint(first - 1))]).with(6, uint(5)).with(17, list(&[legacy(51)])),
        ),
        refused(
            "order-add-on-days-ninth",
            Code::IssuerDays,
            "an add-on of too many days that is no trial, and an old one: the days are first",
            &trials,
            &trial(&[(3, uint(first - 1))]).with(17, list(&[legacy(1)])),
        ),
        refused(
            "order-trial-before-add-ons",
            Code::IssuerTrialsOnly,
            "no trial, and an add-on of too many days: the license is first",
            &trials,
            &with_add_on(&[(3, uint(first - 1))]),
        ),
    ]
}

fn others() -> Vec<Case> {
    let plans = |plans: &[u64]| issuer().with(8, numbers(plans));
    let kinds = |kinds: &[u64]| issuer().with(11, numbers(kinds));
    let trials = issuer().with(9, uint(1));
    let flags = |flags: &[u64]| bare().with(15, numbers(flags));
    vec![
        taken("plan", "the license's plan is one of two", &plans(&[2, 3]), &bare()),
        refused(
            "plan-other",
            Code::IssuerPlan,
            "plan 2 where 1 and 3 are allowed",
            &plans(&[1, 3]),
            &bare(),
        ),
        taken("plan-starter", "plan 1", &issuer(), &bare().with(5, uint(1))),
        taken("plan-ultimate", "plan 3", &plans(&[3]), &bare().with(5, uint(3))),
        taken("kind", "the kind license among others", &kinds(&[65_000, 65_003]), &bare()),
        refused(
            "kind-receipt",
            Code::IssuerKind,
            "a key that may sign receipts only",
            &kinds(&[65_001]),
            &bare(),
        ),
        refused(
            "kind-others",
            Code::IssuerKind,
            "a key that may sign other kinds",
            &kinds(&[65_001, 65_003, 65_008]),
            &bare(),
        ),
        taken("trial", "a trial under a key for trials only", &trials, &flags(&[9])),
        taken(
            "trial-among-flags",
            "a trial with other flags under a key for trials only",
            &trials,
            &flags(&[3, 9, 10]),
        ),
        refused(
            "trial-missing",
            Code::IssuerTrialsOnly,
            "no flag under a key for trials only",
            &trials,
            &bare(),
        ),
        refused(
            "trial-other-flag",
            Code::IssuerTrialsOnly,
            "flag 8 under a key for trials only",
            &trials,
            &flags(&[8]),
        ),
        refused(
            "order-kind-first",
            Code::IssuerKind,
            "every limit is passed: the kind is first",
            &passed().with(11, numbers(&[65_001])),
            &bare(),
        ),
        refused(
            "order-force-second",
            Code::IssuerNotInForce,
            "every limit but the kind: the days of the key are next",
            &passed(),
            &late(),
        ),
        refused(
            "order-start-third",
            Code::StartsTooLate,
            "then the first day",
            &passed().with(4, uint(day("2025-01-01"))).with(5, uint(day("2027-01-01"))),
            &late(),
        ),
        refused(
            "order-days-fourth",
            Code::IssuerDays,
            "then the term",
            &passed().with(4, uint(day("2025-01-01"))).with(5, uint(day("2027-01-01"))),
            &bare(),
        ),
        refused(
            "order-plan-fifth",
            Code::IssuerPlan,
            "then the plan",
            &passed()
                .with(4, uint(day("2025-01-01")))
                .with(5, uint(day("2027-01-01")))
                .with(6, uint(400)),
            &bare(),
        ),
        refused(
            "order-seats-sixth",
            Code::IssuerSeats,
            "then the seats, before the trial",
            &issuer().with(7, uint(1)).with(9, uint(1)),
            &bare(),
        ),
    ]
}

/// Returns an issuer document whose limits the usual license passes, except the kind.
fn passed() -> Map {
    issuer()
        .with(5, uint(day("2025-02-01")))
        .with(6, uint(1))
        .with(7, uint(1))
        .with(8, numbers(&[1]))
        .with(9, uint(1))
}

/// Returns a license that begins too late.
fn late() -> Map {
    bare().with(7, uint(day("2026-06-01")))
}

/// Of two issuer documents of one key the first decides.
fn first_document() -> Vec<Case> {
    let narrow = issuer().with(7, uint(50));
    let documents = |first: &Map, second: &Map| {
        [
            issuer_document(first),
            issuer_document(second),
            license_document(&bare().with(6, uint(100))),
        ]
    };
    let trial = [
        issuer_document(&issuer_of(TRIAL_DESK).with(9, uint(1))),
        issuer_document(&issuer()),
        Document::of(&DESK.pair(), 65_009, vec![]),
        Document::of(&TRIAL_DESK.pair(), LICENSE, bare().item()),
    ];
    vec![
        Case::refused(
            "limits-first-issuer-decides",
            Code::IssuerSeats,
            "V10 the first of two issuer documents of one key allows 50 seats, the second any",
            file(&documents(&narrow, &issuer())),
        ),
        Case::refused(
            "file-unused-issuer-narrow-second",
            Code::UnusedIssuer,
            "V10 V11 the first allows any seats, so the license passes V10; the second is unused",
            file(&documents(&issuer(), &narrow)),
        ),
        Case::refused(
            "limits-own-issuer-decides",
            Code::IssuerTrialsOnly,
            "V10 the limits are those of the key that signed, not of another in the file",
            file(&trial),
        ),
        refused(
            "issued-late",
            Code::IssuerNotInForce,
            "issued after the key's last day and back-dated in its term only",
            &issuer().with(5, uint(day("2025-06-01"))),
            &bare()
                .with(1, uint(ten_on("2025-10-20")))
                .with(7, uint(day("2025-05-01")))
                .with(8, uint(day("2026-05-01"))),
        ),
    ]
}
