//! Files that are taken: the usual ones, and those with everything at its limit.

use super::claims::{full, full_issuer, full_usage};
use super::{Case, taken_license};
use crate::bytes::{Item, Map, bstr, int, list, text, uint};
use crate::documents::{
    INSTANCES, LAST_DAY, LAST_TIME, REQUEST, USAGE, USERS_NOW, bare, bound, day, further_keys,
    issuer, issuer_document, license, license_document, numbers, over, own, request,
    request_in_term, rule, usage, within,
};

pub(super) fn cases() -> Vec<Case> {
    [usual(), licenses(), largest()].into_iter().flatten().collect()
}

fn with_payload(case: Case, claims: &Map) -> Case {
    case.edit(|vector| vector.payload = Some(claims.item()))
}

fn usual() -> Vec<Case> {
    let taken = |name: &str, kind: &str, what: &str, typ: u64, claims: &Map| {
        with_payload(Case::taken(name, kind, what, &[own(typ, claims.item())]), claims)
    };
    let issuers = |name: &str, what: &str, claims: &Map| {
        with_payload(Case::taken(name, "issuer", what, &[issuer_document(claims)]), claims)
    };
    vec![
        with_payload(
            taken_license(
                "ok-license-unbound",
                "V1 the usual license: 100 seats for a year, bound to no instance",
                &license(),
            ),
            &license(),
        ),
        with_payload(
            taken_license(
                "ok-license-bound",
                "V1 the usual license, bound to an instance and its key",
                &bound(),
            ),
            &bound(),
        ),
        with_payload(
            taken_license(
                "ok-license-bare",
                "V8 a license with the claims that every license has",
                &bare(),
            ),
            &bare(),
        ),
        with_payload(
            taken_license(
                "ok-license-every-claim",
                "V8 a license with every claim",
                &every_claim(),
            ),
            &every_claim(),
        ),
        issuers("ok-issuer", "V8 an issuer document with the claims that every one has", &issuer()),
        issuers("ok-issuer-every-claim", "V8 an issuer document with every claim", &full_issuer()),
        taken("ok-request", "request", "V8 a request", REQUEST, &request()),
        taken(
            "ok-request-every-claim",
            "request",
            "V8 a request with every claim",
            REQUEST,
            &request_in_term(),
        ),
        taken("ok-usage", "usage", "V8 a usage report of three days", USAGE, &usage()),
        taken(
            "ok-usage-every-claim",
            "usage",
            "V8 a usage report with every claim",
            USAGE,
            &full_usage(),
        ),
        with_payload(
            Case::taken(
                "ok-license-under-every-limit",
                "license",
                "V10 a license under an issuing key with every limit",
                &[issuer_document(&full_issuer()), license_document(&under_every_limit())],
            ),
            &under_every_limit(),
        ),
    ]
}

/// A license with every claim.
fn every_claim() -> Map {
    full().with(20, list(&further_keys()))
}

/// The license with every claim that a key for trials may sign: one trial add-on within its days,
/// none of the old kind.
fn under_every_limit() -> Map {
    let add_on = Map::of([
        (1, uint(2)),
        (2, uint(10)),
        (3, uint(day("2025-12-01"))),
        (4, uint(day("2026-10-01"))),
        (5, text("C-00004711")),
        (6, uint(1)),
    ]);
    full().without(17).with(16, list(&[add_on.item()]))
}

fn licenses() -> Vec<Case> {
    let policy = |name: Item| bare().with(9, list(&[name, uint(1)]));
    let legacy = |name: &str, quantity| list(&[text(name), uint(quantity)]);
    let same = Map::of([(1, uint(1)), (2, uint(5))]).item();
    let first = |name: &str, what: &str, key: u64, item: Item| {
        taken_license(format!("ok-license-{name}"), what, &bare().with(key, item))
    };
    vec![
        taken_license(
            "ok-license-unlimited",
            "V8 absent seats are unlimited seats",
            &license().without(6),
        ),
        taken_license("ok-policy-offline-cloud", "V8 a policy by its code", &policy(uint(2))),
        taken_license("ok-policy-trial", "V8 a policy by its code", &policy(uint(3))),
        taken_license(
            "ok-policy-unknown-even",
            "V8 a policy's code that the reader does not know only explains",
            &policy(uint(4)),
        ),
        taken_license(
            "ok-policy-unknown-odd",
            "V8 a policy's code that the reader does not know only explains",
            &policy(uint(65_535)),
        ),
        taken_license(
            "ok-policy-named",
            "V8 a policy of the desk's own, by name",
            &policy(text("house-policy")),
        ),
        taken_license(
            "ok-policy-version-0",
            "V8 a policy of version 0",
            &bare().with(9, list(&[uint(1), uint(0)])),
        ),
        first("flags-unknown-odd", "V8 an unknown odd flag is kept", 15, numbers(&[3, 11, 65_535])),
        first(
            "reason-unknown",
            "V8 a reason that the reader does not know only explains",
            10,
            list(&[rule(12, 1, &[over(USERS_NOW, 5)]), rule(65_535, 1, &[over(USERS_NOW, 5)])]),
        ),
        first(
            "bounds",
            "V8 the least and the largest bound",
            10,
            list(&[
                rule(1, 1, &[list(&[uint(3), int(i64::MIN.into())])]),
                rule(1, 1, &[list(&[int(-4), int(i64::MAX.into())])]),
            ]),
        ),
        first(
            "add-on-twice",
            "V8 add-ons are a list, not a set: the same one twice",
            16,
            list(&[same.clone(), same]),
        ),
        first(
            "add-on-named",
            "V8 a product by name; it may have the name of a policy",
            16,
            list(&[Map::of([(1, text("gitlab-legacy")), (2, uint(5))]).item()]),
        ),
        first(
            "legacy-add-ons",
            "E3 add-ons of the old kind by name bytewise, then quantity",
            17,
            list(&[
                legacy("Aa", 1),
                legacy("B", 2),
                legacy("B", 10),
                legacy("a", 0),
                legacy("é", 1),
            ]),
        ),
        first(
            "instances-4",
            "E3 four instances, sorted",
            18,
            list(&INSTANCES.iter().take(4).map(|id| bstr(id)).collect::<Vec<_>>()),
        ),
        first(
            "rules-same",
            "V8 rules are a list, not a set: the same one twice",
            10,
            list(&[rule(1, 1, &[over(USERS_NOW, 5)]), rule(1, 1, &[over(USERS_NOW, 5)])]),
        ),
        first("names", "E4 names in other scripts", 4, text("Søren Å · 株式会社 · Ελλάς · 🚢")),
        first(
            "true-up",
            "V8 a true-up with every claim",
            14,
            Map::of([(1, uint(0)), (2, uint(0)), (3, uint(0)), (4, uint(0))]).item(),
        ),
    ]
}

/// Returns a license with every list full and every text, number and day at its limit; it ends on
/// the last day.
fn at_limits() -> Map {
    let x = |length: usize| text(&"x".repeat(length));
    let most = uint(16_777_215);
    let condition = within(-65_536, i64::MIN.into(), LAST_DAY - 1, LAST_DAY - 1);
    let add_on = Map::of([
        (1, x(64)),
        (2, most.clone()),
        (3, uint(LAST_DAY - 399)),
        (4, uint(LAST_DAY - 1)),
        (5, x(64)),
        (6, uint(1)),
    ])
    .item();
    let legacy = |n: u64| list(&[x(64), uint(16_777_184 + n)]);
    Map::of([
        (1, uint((LAST_DAY - 1) * 86_400)),
        (2, text(&"é".repeat(100))),
        (3, x(254)),
        (4, x(200)),
        (5, uint(3)),
        (6, most.clone()),
        (7, uint(LAST_DAY - 400)),
        (8, uint(LAST_DAY)),
        (9, list(&[x(64), uint(0xFFFF_FFFF), uint(1)])),
        (10, list(&vec![rule(65_535, 65_535, &vec![condition; 8]); 64])),
        (11, x(64)),
        (12, x(64)),
        (13, most.clone()),
        (
            14,
            Map::of([(1, most.clone()), (2, uint(LAST_DAY)), (3, uint(LAST_DAY)), (4, most)])
                .item(),
        ),
        (15, numbers(&(0..32).map(|n| 65_473 + 2 * n).collect::<Vec<_>>())),
        (16, list(&vec![add_on; 32])),
        (17, list(&(0..32).map(legacy).collect::<Vec<_>>())),
        (18, list(&INSTANCES.iter().take(4).map(|id| bstr(id)).collect::<Vec<_>>())),
        (19, bstr(&[0xff; 16])),
        (20, list(&[0xfc, 0xfd, 0xfe].map(|byte| bstr(&[byte; 16])))),
        (21, x(64)),
    ])
}

fn largest() -> Vec<Case> {
    let to_the_end = issuer()
        .with(1, uint(LAST_TIME))
        .with(3, text(&"x".repeat(200)))
        .with(4, uint(day("2025-01-01")))
        .with(5, uint(LAST_DAY));
    let kinds = numbers(&(65_000..=65_015).collect::<Vec<_>>());
    vec![
        Case::taken(
            "ok-license-at-limits",
            "license",
            "V8 a license with every list full and every value at its limit",
            &[issuer_document(&to_the_end), license_document(&at_limits())],
        ),
        Case::taken(
            "ok-issuer-at-limits",
            "issuer",
            "V8 an issuer document with every value at its limit",
            &[issuer_document(&to_the_end.with(7, uint(16_777_215)).with(11, kinds))],
        ),
        Case::taken(
            "ok-request-at-limits",
            "request",
            "V8 a request with every value at its limit",
            &[own(
                REQUEST,
                request()
                    .with(1, uint(LAST_TIME))
                    .with(4, text(&"x".repeat(200)))
                    .with(5, text(&"x".repeat(254)))
                    .with(6, text(&"x".repeat(200)))
                    .with(7, uint(1))
                    .with(8, uint(16_777_215))
                    .with(9, uint(16_777_215))
                    .with(13, bstr(&[0xff; 16]))
                    .with(15, uint(16_777_215))
                    .with(17, uint(LAST_DAY - 1))
                    .with(19, uint(36_525))
                    .with(21, uint(0))
                    .with(23, text(&"x".repeat(64)))
                    .item(),
            )],
        ),
    ]
}
