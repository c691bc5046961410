//! Claims one by one: V8, E4, E5.

use license_core::Code;

use super::{Case, refused_license, taken_license};
use crate::bytes::{Document, Item, Map, bstr, int, list, text, uint};
use crate::documents::{
    ISSUER, LAST_DAY, LAST_TIME, LICENSE, RECEIPT, REQUEST, USAGE, USERS_MAX, USERS_NOW, bare, day,
    file, issuer, issuer_document, numbers, over, own, receipt, receipt_document, request,
    request_in_term, rule, series, usage, within,
};
use crate::keys::{DESK, ROOT_A};

pub(super) fn cases() -> Vec<Case> {
    [types(), shapes(), limits(), texts(), too_new(), unknown()].into_iter().flatten().collect()
}

/// A kind of document, to change its claims.
#[derive(Clone, Copy)]
struct Of {
    name: &'static str,
    typ: u64,
    claims: fn() -> Map,
    required: &'static [u64],
}

/// Returns a license that has every claim.
pub(super) fn full() -> Map {
    crate::documents::bound()
        .with(9, list(&[text("house-policy"), uint(3), uint(1)]))
        .with(
            14,
            Map::of([
                (1, uint(10)),
                (2, uint(day("2024-11-01"))),
                (3, uint(day("2025-11-01"))),
                (4, uint(100)),
            ])
            .item(),
        )
        .with(15, numbers(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
        .with(16, list(&add_ons()))
        .with(
            17,
            list(&[
                list(&[text("GitLab_FileLocks"), uint(1)]),
                list(&[text("GitLab_Geo"), uint(1)]),
                list(&[text("GitLab_Geo"), uint(2)]),
            ]),
        )
}

fn add_ons() -> Vec<Item> {
    vec![
        Map::of([(1, uint(1)), (2, uint(40))]).item(),
        Map::of([
            (1, uint(2)),
            (2, uint(10)),
            (3, uint(day("2025-12-01"))),
            (4, uint(day("2026-12-01"))),
            (5, text("C-00004711")),
            (6, uint(1)),
        ])
        .item(),
        Map::of([(1, text("house_add_on")), (2, uint(0))]).item(),
    ]
}

const KINDS: [Of; 5] = [
    Of { name: "license", typ: LICENSE, claims: full, required: &[1, 2, 3, 4, 5, 7, 8, 9] },
    Of { name: "issuer", typ: ISSUER, claims: full_issuer, required: &[1, 2, 3, 4, 5, 6] },
    Of { name: "request", typ: REQUEST, claims: request, required: &[1, 2, 3, 4, 5, 6, 7, 9] },
    Of { name: "receipt", typ: RECEIPT, claims: receipt, required: &[1, 2, 3, 4, 5, 6, 7, 9] },
    Of { name: "usage", typ: USAGE, claims: full_usage, required: &[1, 2, 3, 5] },
];

/// Returns an issuer document that has every claim.
pub(super) fn full_issuer() -> Map {
    issuer()
        .with(7, uint(1_000))
        .with(8, numbers(&[1, 2, 3]))
        .with(9, uint(1))
        .with(11, numbers(&[65_000, 65_001, 65_003]))
}

/// Returns a report that has every claim.
pub(super) fn full_usage() -> Map {
    usage().with(3, uint(2)).with(4, uint(day("2025-10-30"))).with(7, bstr(&[7; 16]))
}

impl Of {
    fn documents(self, claims: &Map) -> Vec<Document> {
        match self.typ {
            LICENSE => super::with_license(claims),
            RECEIPT => vec![issuer_document(&issuer()), receipt_document(claims)],
            ISSUER => vec![Document::of(&ROOT_A.pair(), ISSUER, claims.item())],
            typ => vec![own(typ, claims.item())],
        }
    }

    fn refused(
        self,
        name: impl AsRef<str>,
        code: Code,
        comment: impl AsRef<str>,
        claims: &Map,
    ) -> Case {
        let stage = code.stage().name();
        let name = format!("{stage}-{}-{}", self.name, name.as_ref());
        Case::refused(
            name,
            code,
            format!("V8 {}: {}", self.name, comment.as_ref()),
            file(&self.documents(claims)),
        )
    }
}

/// Returns an item of another type than this one.
fn other_type(item: &Item) -> Item {
    match item.first().map_or(0, |first| first >> 5) {
        0 => text("1"),
        _ => uint(1),
    }
}

fn types() -> Vec<Case> {
    let mut cases = types_in_term();
    for of in KINDS {
        let claims = (of.claims)();
        for key in of.required {
            cases.push(of.refused(
                format!("{key}-missing"),
                Code::PayloadMalformed,
                format!("claim {key} is missing"),
                &claims.clone().without(*key),
            ));
        }
        for (key, entry) in claims.keys().into_iter().zip(claims.entries()) {
            // Every key here is one byte.
            let value = entry.get(uint(key).len()..).unwrap_or_default().to_vec();
            let comment = format!("claim {key} is of another type");
            cases.push(of.refused(
                format!("{key}-wrong-type"),
                Code::PayloadMalformed,
                comment,
                &claims.clone().with(key, other_type(&value)),
            ));
        }
    }
    cases
}

/// What a request says of the term so far, of another type.
fn types_in_term() -> Vec<Case> {
    let [_, _, requests, ..] = KINDS;
    let wrong = |key: u64, item: Item| {
        requests.refused(
            format!("{key}-wrong-type"),
            Code::PayloadMalformed,
            format!("claim {key} is of another type"),
            &request_in_term().with(key, item),
        )
    };
    let number = |key| wrong(key, text("1"));
    let other = |key| wrong(key, uint(1));
    vec![other(13), number(15), number(17), number(19), number(21), other(23)]
}

/// Returns rules of one rule with these conditions.
fn one_rule(conditions: &[Item]) -> Item {
    list(&[rule(1, 1, conditions)])
}

fn shapes() -> Vec<Case> {
    let [license, issuers, requests, receipts, usages] = KINDS;
    let usual = || over(USERS_NOW, 5);
    let shape = |name: &str, what: &str, key, item: Item| {
        license.refused(name, Code::PayloadMalformed, what, &bare().with(key, item))
    };
    let short = |of: Of, key: u64, length: usize, what: &str| {
        let comment = format!("{what} of {length} bytes");
        of.refused(
            format!("{key}-{length}-bytes"),
            Code::PayloadMalformed,
            comment,
            &(of.claims)().with(key, bstr(&vec![9; length])),
        )
    };
    let add_on = |entries: &[(u64, Item)]| list(&[Map::of(entries.iter().cloned()).item()]);
    let mut cases = vec![
        short(license, 19, 15, "a thumbprint"),
        short(license, 19, 32, "a thumbprint"),
        short(receipts, 2, 15, "an id"),
        short(receipts, 3, 17, "an id"),
        short(receipts, 5, 32, "a thumbprint"),
        shape(
            "further-report-key-15-bytes",
            "a thumbprint of 15 bytes",
            20,
            list(&[bstr(&[1; 15])]),
        ),
        shape("further-report-key-text", "a thumbprint as text", 20, list(&[text("0101")])),
        shape("further-report-keys-bytes", "one thumbprint without its list", 20, bstr(&[1; 16])),
        short(issuers, 2, 31, "a key"),
        short(issuers, 2, 33, "a key"),
        short(requests, 2, 31, "a key"),
        short(requests, 3, 15, "an instance"),
        short(requests, 13, 15, "an id"),
        short(requests, 13, 17, "an id"),
        short(usages, 1, 33, "a key"),
        short(usages, 2, 15, "an id"),
        short(usages, 2, 32, "an id"),
        short(usages, 7, 17, "an id"),
        shape("instance-15-bytes", "an instance of 15 bytes", 18, list(&[bstr(&[1; 15])])),
        shape(
            "instance-text",
            "an instance as text",
            18,
            list(&[text("0b6d6f9c-3e51-4c22-9d0a-1f5e7731a804")]),
        ),
        shape("seats-negative", "seats of -1", 6, int(-1)),
        shape("day-negative", "a day before 1970", 7, int(-1)),
        shape("plan-text", "a plan as text", 5, text("premium")),
        shape("policy-1-item", "a policy without version", 9, list(&[uint(1)])),
        shape(
            "policy-4-items",
            "a policy of four items",
            9,
            list(&[uint(1), uint(1), uint(1), uint(1)]),
        ),
        shape("policy-bytes", "a policy's name as bytes", 9, list(&[bstr(b"abc"), uint(1)])),
        shape("policy-version-text", "a policy's version as text", 9, list(&[uint(1), text("1")])),
        shape("rule-number", "a rule that is a number", 10, list(&[uint(1)])),
        shape("rule-no-condition", "a rule without condition", 10, one_rule(&[])),
        shape("rule-1-item", "a rule of one item", 10, list(&[list(&[uint(1)])])),
        shape(
            "rule-reason-text",
            "a rule's reason as text",
            10,
            list(&[list(&[text("ended"), uint(1), usual()])]),
        ),
        shape(
            "rule-effect-text",
            "a rule's effect as text",
            10,
            list(&[list(&[uint(1), text("inactive"), usual()])]),
        ),
        shape(
            "rule-effect-negative",
            "a negative effect",
            10,
            list(&[list(&[uint(1), int(-1), usual()])]),
        ),
        shape("condition-number", "a condition that is a number", 10, one_rule(&[uint(3)])),
        shape("condition-1-item", "a condition without bound", 10, one_rule(&[list(&[uint(3)])])),
        shape(
            "condition-3-items",
            "a condition with one day",
            10,
            one_rule(&[list(&[uint(4), uint(5), uint(6)])]),
        ),
        shape(
            "condition-5-items",
            "a condition with three days",
            10,
            one_rule(&[list(&[uint(4), uint(5), uint(6), uint(7), uint(8)])]),
        ),
        shape(
            "condition-bound-text",
            "a bound as text",
            10,
            one_rule(&[list(&[uint(3), text("5")])]),
        ),
        shape(
            "condition-day-negative",
            "a condition's day before 1970",
            10,
            one_rule(&[list(&[uint(4), uint(5), int(-1), uint(7)])]),
        ),
        shape("flag-text", "a flag as text", 15, list(&[text("trial")])),
        shape("add-on-number", "an add-on that is a number", 16, list(&[uint(1)])),
        shape("add-on-no-product", "an add-on without product", 16, add_on(&[(2, uint(5))])),
        shape("add-on-no-quantity", "an add-on without quantity", 16, add_on(&[(1, uint(1))])),
        shape("add-on-empty", "an add-on without claims", 16, add_on(&[])),
        shape(
            "add-on-product-bytes",
            "a product as bytes",
            16,
            add_on(&[(1, bstr(b"abc")), (2, uint(5))]),
        ),
        shape(
            "add-on-day-text",
            "an add-on's day as text",
            16,
            add_on(&[(1, uint(1)), (2, uint(5)), (3, text("2025-12-01"))]),
        ),
        shape(
            "add-on-purchase-number",
            "a purchase id as a number",
            16,
            add_on(&[(1, uint(1)), (2, uint(5)), (5, uint(7))]),
        ),
        shape(
            "legacy-add-on-1-item",
            "an add-on of the old kind without quantity",
            17,
            list(&[list(&[text("GitLab_Geo")])]),
        ),
        shape(
            "legacy-add-on-3-items",
            "an add-on of the old kind with three items",
            17,
            list(&[list(&[text("GitLab_Geo"), uint(1), uint(1)])]),
        ),
        shape(
            "legacy-add-on-number-name",
            "an add-on of the old kind whose name is a number",
            17,
            list(&[list(&[uint(1), uint(1)])]),
        ),
        shape(
            "true-up-quantity-text",
            "a true-up's quantity as text",
            14,
            Map::of([(1, text("10"))]).item(),
        ),
        issuers.refused(
            "plan-text",
            Code::PayloadMalformed,
            "a plan as text",
            &full_issuer().with(8, list(&[text("premium")])),
        ),
        issuers.refused(
            "kind-text",
            Code::PayloadMalformed,
            "a kind as text",
            &full_issuer().with(11, list(&[text("license")])),
        ),
        usages.refused(
            "series-2-items",
            Code::PayloadMalformed,
            "a series without steps",
            &usage().with(6, list(&[uint(day("2025-11-01")), uint(81)])),
        ),
        usages.refused(
            "series-4-items",
            Code::PayloadMalformed,
            "a series of four items",
            &usage().with(6, list(&[uint(day("2025-11-01")), uint(81), bstr(&[0x85]), uint(1)])),
        ),
        usages.refused(
            "series-steps-text",
            Code::PayloadMalformed,
            "steps as text",
            &usage().with(6, list(&[uint(day("2025-11-01")), uint(81), text("a")])),
        ),
    ];
    for (fact, name) in [(1, "today"), (2, "activating"), (3, "users-now"), (5, "report-age")] {
        for (test, sense) in [(fact, "over"), (-1 - fact, "at-most")] {
            let window = within(test, 5, day("2025-11-01"), day("2025-12-01"));
            cases.push(shape(
                &format!("days-for-{name}-{sense}"),
                "section 7: days for a fact that has none",
                10,
                one_rule(&[window]),
            ));
        }
    }
    cases
}

fn limits() -> Vec<Case> {
    let [license, issuers, requests, _, usages] = KINDS;
    let x = |length: usize| text(&"x".repeat(length));
    let over_license = |name: &str, what: &str, key, item: Item| {
        license.refused(format!("{name}-over"), Code::OverLimit, what, &bare().with(key, item))
    };
    let over_other = |of: Of, name: &str, what: &str, key, item: Item| {
        of.refused(format!("{name}-over"), Code::OverLimit, what, &(of.claims)().with(key, item))
    };
    let many = |count: usize, item: &dyn Fn(u64) -> Item| {
        list(&(0..count as u64).map(item).collect::<Vec<_>>())
    };
    let add_on = |entries: &[(u64, Item)]| {
        list(&[
            Map::of([(1, uint(1)), (2, uint(5))].into_iter().chain(entries.iter().cloned())).item()
        ])
    };
    let condition = |test: i128, bound: i128| one_rule(&[over(test, bound)]);
    let ids: Vec<Item> = crate::documents::INSTANCES.iter().map(|id| bstr(id)).collect();
    let odd = |count: u64| numbers(&(0..count).map(|n| 11 + 2 * n).collect::<Vec<_>>());
    let legacy = |n: u64| list(&[text("GitLab_Geo"), uint(n)]);
    let product = |n: u64| Map::of([(1, text("a")), (2, uint(n))]).item();
    vec![
        over_license("1-issued", "a time after 9999", 1, uint(LAST_TIME + 1)),
        over_license("1-issued-largest", "a time of 2^64 - 1", 1, uint(u64::MAX)),
        over_license(
            "20-further-report-keys",
            "four further report keys",
            20,
            list(&[1, 2, 3, 4].map(|byte| bstr(&[byte; 16]))),
        ),
        over_license("2-name", "a name of 201 bytes", 2, x(201)),
        over_license(
            "2-name-in-bytes",
            "a name of 101 characters and 202 bytes",
            2,
            text(&"é".repeat(101)),
        ),
        over_license("3-email", "a mail address of 255 bytes", 3, x(255)),
        over_license("4-company", "a company of 201 bytes", 4, x(201)),
        over_license("6-seats", "16,777,216 seats", 6, uint(16_777_216)),
        over_license("7-from", "a first day after 9999", 7, uint(LAST_DAY + 1)),
        over_license("8-until", "an until day after 9999", 8, uint(LAST_DAY + 1)),
        over_license("5-plan", "a plan of 65,536", 5, uint(65_536)),
        over_license("5-plan-largest", "a plan of 2^64 - 1", 5, uint(u64::MAX)),
        over_license(
            "9-policy-code",
            "a policy's code of 65,536",
            9,
            list(&[uint(65_536), uint(1)]),
        ),
        over_license("9-policy-name", "a policy's name of 65 bytes", 9, list(&[x(65), uint(1)])),
        over_license(
            "9-policy-version",
            "a policy's version of 2^32",
            9,
            list(&[uint(1), uint(1 << 32)]),
        ),
        over_license("10-rules", "65 rules", 10, many(65, &|_| rule(1, 1, &[over(USERS_NOW, 5)]))),
        over_license(
            "10-conditions",
            "nine conditions",
            10,
            one_rule(&vec![over(USERS_NOW, 5); 9]),
        ),
        over_license(
            "10-reason",
            "a reason of 65,536",
            10,
            list(&[rule(65_536, 1, &[over(USERS_NOW, 5)])]),
        ),
        over_license(
            "10-effect",
            "an effect of 65,536",
            10,
            list(&[rule(1, 65_536, &[over(USERS_NOW, 5)])]),
        ),
        over_license("10-test", "a test of 65,536", 10, condition(65_536, 5)),
        over_license("10-bound", "a bound of 2^63", 10, condition(3, 1 << 63)),
        over_license("10-test-large", "a test of 2^63", 10, condition(1 << 63, 5)),
        over_license("10-test-negative", "a test of -65,537", 10, condition(-65_537, 5)),
        over_license(
            "10-window-from",
            "a condition's first day after 9999",
            10,
            one_rule(&[within(USERS_MAX, 5, LAST_DAY + 1, LAST_DAY + 1)]),
        ),
        over_license(
            "10-window-to",
            "a condition's last day after 9999",
            10,
            one_rule(&[within(USERS_MAX, 5, LAST_DAY, LAST_DAY + 1)]),
        ),
        over_license("11-subscription", "a subscription's name of 65 bytes", 11, x(65)),
        over_license("12-subscription-id", "a subscription's id of 65 bytes", 12, x(65)),
        over_license("13-previous-users", "16,777,216 previous users", 13, uint(16_777_216)),
        over_license(
            "14-quantity",
            "a true-up of 16,777,216",
            14,
            Map::of([(1, uint(16_777_216))]).item(),
        ),
        over_license(
            "14-from",
            "a true-up's first day after 9999",
            14,
            Map::of([(2, uint(LAST_DAY + 1))]).item(),
        ),
        over_license(
            "14-to",
            "a true-up's last day after 9999",
            14,
            Map::of([(3, uint(LAST_DAY + 1))]).item(),
        ),
        over_license(
            "14-base",
            "a true-up's base of 16,777,216",
            14,
            Map::of([(4, uint(16_777_216))]).item(),
        ),
        over_license("15-flags", "33 flags", 15, odd(33)),
        over_license("15-flag", "a flag of 65,536", 15, numbers(&[65_536])),
        over_license("16-add-ons", "33 add-ons", 16, many(33, &product)),
        over_license(
            "16-product-code",
            "a product's code of 65,536",
            16,
            list(&[Map::of([(1, uint(65_536)), (2, uint(1))]).item()]),
        ),
        over_license(
            "16-product-name",
            "a product's name of 65 bytes",
            16,
            list(&[Map::of([(1, x(65)), (2, uint(1))]).item()]),
        ),
        over_license(
            "16-quantity",
            "an add-on of 16,777,216",
            16,
            list(&[Map::of([(1, uint(1)), (2, uint(16_777_216))]).item()]),
        ),
        over_license(
            "16-from",
            "an add-on's first day after 9999",
            16,
            add_on(&[(3, uint(LAST_DAY + 1))]),
        ),
        over_license(
            "16-until",
            "an add-on's until day after 9999",
            16,
            add_on(&[(4, uint(LAST_DAY + 1))]),
        ),
        over_license("16-purchase", "a purchase id of 65 bytes", 16, add_on(&[(5, x(65))])),
        over_license("17-legacy-add-ons", "33 add-ons of the old kind", 17, many(33, &legacy)),
        over_license(
            "17-name",
            "a name of 65 bytes of an add-on of the old kind",
            17,
            list(&[list(&[x(65), uint(1)])]),
        ),
        over_license(
            "17-quantity",
            "16,777,216 of an add-on of the old kind",
            17,
            list(&[list(&[text("a"), uint(16_777_216)])]),
        ),
        over_license("18-instances", "five instances", 18, list(&ids)),
        over_license("21-restriction-id", "a restriction id of 65 bytes", 21, x(65)),
        over_other(issuers, "1-issued", "a time after 9999", 1, uint(LAST_TIME + 1)),
        over_other(issuers, "3-name", "a name of 201 bytes", 3, x(201)),
        over_other(issuers, "4-from", "a first day after 9999", 4, uint(LAST_DAY + 1)),
        over_other(issuers, "5-until", "an until day after 9999", 5, uint(LAST_DAY + 1)),
        over_other(issuers, "7-seats", "16,777,216 seats", 7, uint(16_777_216)),
        over_other(issuers, "8-plans", "17 plans", 8, numbers(&(1..=17).collect::<Vec<_>>())),
        over_other(
            issuers,
            "11-kinds",
            "17 kinds",
            11,
            numbers(&(65_000..=65_016).collect::<Vec<_>>()),
        ),
        over_other(issuers, "11-kind", "a kind of 65,536", 11, numbers(&[65_536])),
        over_other(issuers, "6-days", "a longest term of 2^32 days", 6, uint(1 << 32)),
        over_other(issuers, "8-plan", "a plan of 65,536", 8, numbers(&[65_536])),
        over_other(requests, "7-plan", "a plan of 65,536", 7, uint(65_536)),
        over_other(requests, "1-issued", "a time after 9999", 1, uint(LAST_TIME + 1)),
        over_other(requests, "4-name", "a name of 201 bytes", 4, x(201)),
        over_other(requests, "5-email", "a mail address of 255 bytes", 5, x(255)),
        over_other(requests, "6-company", "a company of 201 bytes", 6, x(201)),
        over_other(requests, "8-seats", "16,777,216 seats", 8, uint(16_777_216)),
        over_other(requests, "9-users", "16,777,216 users", 9, uint(16_777_216)),
        over_other(requests, "15-peak", "a peak of 16,777,216 users", 15, uint(16_777_216)),
        over_other(requests, "17-peak-day", "a day after 9999", 17, uint(LAST_DAY + 1)),
        over_other(requests, "19-days-counted", "2^32 days", 19, uint(1 << 32)),
        over_other(requests, "21-days-missing", "2^32 days", 21, uint(1 << 32)),
        over_other(requests, "23-version", "a version of 65 bytes", 23, x(65)),
        over_other(usages, "3-number", "a report's number of 2^32", 3, uint(1 << 32)),
        over_other(usages, "4-first-day", "a first day after 9999", 4, uint(LAST_DAY + 1)),
        over_other(usages, "5-last-day", "a last day after 9999", 5, uint(LAST_DAY + 1)),
        over_other(
            usages,
            "6-series-day",
            "a series' first day after 9999",
            6,
            list(&[uint(LAST_DAY + 1), uint(1), bstr(&[])]),
        ),
        over_other(
            usages,
            "6-series-count",
            "a first count of 16,777,216",
            6,
            series("2025-11-01", 16_777_216, &[0x85]),
        ),
    ]
}

/// The ranges of E4.
const FORBIDDEN: [(u32, u32); 23] = [
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0xFFF9, 0xFFFB),
    (0x1_3430, 0x1_343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
    (0xFFFFE, 0xFFFFF),
    (0x10_FFFE, 0x10_FFFF),
];

/// Where a text stands: its name, its claim, and how the claim holds it.
type Place = (&'static str, u64, fn(Item) -> Item);

fn texts() -> Vec<Case> {
    let ends = FORBIDDEN
        .into_iter()
        .flat_map(|(first, last)| if first == last { vec![first] } else { vec![first, last] });
    let point = |point: u32| {
        let character = char::from_u32(point).unwrap_or('\0');
        let comment = format!("E4 V8 the company holds U+{point:04X}");
        refused_license(
            format!("payload-text-u{point:04x}"),
            Code::BadText,
            comment,
            &bare().with(4, text(&format!("a{character}b"))),
        )
    };
    let mut cases: Vec<Case> = ends.map(point).collect();
    for (point, what) in [
        (0x0A, "a line feed"),
        (0x1B, "an escape"),
        (0x202E, "a direction control"),
        (0x200D, "a zero-width joiner"),
        (0xE0041, "a tag letter"),
    ] {
        let character = char::from_u32(point).unwrap_or('\0');
        let claims = bare().with(2, text(&format!("Ida{character}")));
        let name = what
            .rsplit_once("a ")
            .map_or(what, |(_, name)| name)
            .trim_start_matches("an ")
            .replace(' ', "-");
        cases.push(refused_license(
            format!("payload-text-{name}"),
            Code::BadText,
            format!("E4 V8 a name ends with {what}"),
            &claims,
        ));
    }
    let (purchase, in_add_on) = (
        |item: Item| (5, item),
        |entry| list(&[Map::of([(1, uint(1)), (2, uint(5)), entry]).item()]),
    );
    let places: [Place; 6] = [
        ("name", 2, |item| item),
        ("email", 3, |item| item),
        ("subscription", 11, |item| item),
        ("subscription-id", 12, |item| item),
        ("restriction-id", 21, |item| item),
        ("policy", 9, |item| list(&[item, uint(1)])),
    ];
    for (value, code, word, what) in [
        ("", Code::PayloadMalformed, "empty", "a text without characters"),
        ("a\u{200B}b", Code::BadText, "invisible", "a text with U+200B"),
    ] {
        let item = || text(value);
        let mut push = |place: &str, claims: &Map| {
            cases.push(refused_license(
                format!("payload-{word}-{place}"),
                code,
                format!("E4 V8 {what}: {place}"),
                claims,
            ));
        };
        for (place, key, wrap) in places {
            push(place, &bare().with(key, wrap(item())));
        }
        push("company", &bare().with(4, item()));
        push("purchase", &bare().with(16, in_add_on(purchase(item()))));
        push("product", &bare().with(16, list(&[Map::of([(1, item()), (2, uint(5))]).item()])));
        push("legacy-add-on", &bare().with(17, list(&[list(&[item(), uint(1)])])));
        push("unknown-claim", &bare().with(23, item()));
        let [_, issuers, requests, ..] = KINDS;
        cases.push(issuers.refused(
            format!("{word}-name"),
            code,
            format!("E4 {what}: name"),
            &issuer().with(3, item()),
        ));
        for (place, key) in [("name", 4), ("email", 5), ("company", 6), ("version", 23)] {
            cases.push(requests.refused(
                format!("{word}-{place}"),
                code,
                format!("E4 {what}: {place}"),
                &request().with(key, item()),
            ));
        }
    }
    cases.push(neighbours());
    cases
}

/// Every code point beside the forbidden ranges, in texts that are taken.
fn neighbours() -> Case {
    let beside = FORBIDDEN.into_iter().flat_map(|(first, last)| [first.wrapping_sub(1), last + 1]);
    let forbidden =
        |point: &u32| FORBIDDEN.iter().any(|(first, last)| (first..=last).contains(&point));
    let good: String =
        beside.filter(|point| !forbidden(point)).filter_map(char::from_u32).collect();
    taken_license(
        "ok-text-neighbours",
        "E4 every code point beside a forbidden range is allowed",
        &bare().with(4, text(&good)),
    )
}

fn too_new() -> Vec<Case> {
    let [license, issuers, requests, ..] = KINDS;
    let refused =
        |name: &str, what: &str, claims: &Map| license.refused(name, Code::TooNew, what, claims);
    let product =
        |code: u64| bare().with(16, list(&[Map::of([(1, uint(code)), (2, uint(5))]).item()]));
    vec![
        refused("plan-0", "plan 0", &bare().with(5, uint(0))),
        refused("plan-4", "plan 4", &bare().with(5, uint(4))),
        refused("plan-5", "an unknown plan is too new, odd or even", &bare().with(5, uint(5))),
        refused("plan-65535", "plan 65,535", &bare().with(5, uint(65_535))),
        refused("flag-0", "flag 0", &bare().with(15, numbers(&[0]))),
        refused("flag-12", "an unknown even flag", &bare().with(15, numbers(&[3, 12]))),
        refused("flag-65534", "the largest even flag", &bare().with(15, numbers(&[65_534]))),
        refused("product-0", "product 0", &product(0)),
        refused("product-6", "product 6", &product(6)),
        refused("product-7", "an unknown product with a code is too new, odd or even", &product(7)),
        issuers.refused(
            "plan-4",
            Code::TooNew,
            "V9 an unknown plan",
            &issuer().with(8, numbers(&[2, 4])),
        ),
        issuers.refused(
            "plan-5",
            Code::TooNew,
            "V9 an unknown plan is too new, odd or even",
            &issuer().with(8, numbers(&[5])),
        ),
        requests.refused("plan-4", Code::TooNew, "V9 an unknown plan", &request().with(7, uint(4))),
        requests.refused(
            "plan-5",
            Code::TooNew,
            "V9 an unknown plan is too new, odd or even",
            &request().with(7, uint(5)),
        ),
    ]
}

fn unknown() -> Vec<Case> {
    /// A map of claims: its document, its name, how a document holds it, the map, an unknown odd
    /// and an unknown even key.
    type Place<'a> = (Of, &'a str, &'a dyn Fn(Map) -> Map, Map, u64, u64);

    let many = |map: Map, count: u64| (0..count).fold(map, |map, n| map.with(101 + 2 * n, uint(n)));
    let true_up = |map: Map| bare().with(14, map.item());
    let add_on = |map: Map| bare().with(16, list(&[map.item()]));
    let (a_true_up, an_add_on) =
        (|| Map::of([(1, uint(10))]), || Map::of([(1, uint(1)), (2, uint(5))]));
    let [license, issuers, requests, _, usages] = KINDS;
    let maps: [Place<'_>; 6] = [
        (license, "claims", &|map| map, bare(), 23, 24),
        (license, "true-up", &true_up, a_true_up(), 5, 6),
        (license, "add-on", &add_on, an_add_on(), 7, 8),
        (issuers, "claims", &|map| map, issuer(), 13, 12),
        (requests, "claims", &|map| map, request(), 11, 10),
        (usages, "claims", &|map| map, usage(), 9, 8),
    ];
    let mut cases = Vec::new();
    for (of, place, whole, map, odd, even) in maps {
        let mut refused = |name: &str, code, what: String, map: Map| {
            cases.push(of.refused(
                format!("{name}-in-{place}"),
                code,
                format!("E5 {what}"),
                &whole(map),
            ));
        };
        refused(
            "unknown-even",
            Code::TooNew,
            format!("an unknown even key {even}"),
            map.clone().with(even, uint(1)),
        );
        refused(
            "unknown-even-zero",
            Code::TooNew,
            "the unknown even key 0".to_owned(),
            map.clone().with(0, uint(1)),
        );
        refused(
            "unknown-17",
            Code::OverLimit,
            "17 unknown odd keys".to_owned(),
            many(map.clone(), 17),
        );
        refused(
            "unknown-text-65",
            Code::OverLimit,
            "an unknown text of 65 bytes".to_owned(),
            map.clone().with(odd, text(&"x".repeat(65))),
        );
        refused(
            "unknown-bytes-65",
            Code::OverLimit,
            "unknown bytes, 65 of them".to_owned(),
            map.clone().with(odd, bstr(&[1; 65])),
        );
        refused(
            "unknown-list",
            Code::PayloadMalformed,
            "an unknown list".to_owned(),
            map.clone().with(odd, list(&[uint(1)])),
        );
        refused(
            "unknown-map",
            Code::PayloadMalformed,
            "an unknown map".to_owned(),
            map.clone().with(odd, Map::of([(1, uint(1))]).item()),
        );
        refused(
            "unknown-bad-text",
            Code::BadText,
            "an unknown text with U+202E".to_owned(),
            map.clone().with(odd, text("a\u{202e}b")),
        );
    }
    for key in [22, 100, u64::MAX - 1] {
        cases.push(license.refused(
            format!("unknown-even-{key}"),
            Code::TooNew,
            format!("E5 the unknown even key {key}"),
            &bare().with(key, uint(1)),
        ));
    }
    cases.push(issuers.refused(
        "unknown-even-10",
        Code::TooNew,
        "E5 the reserved key 10",
        &issuer().with(10, uint(1)),
    ));
    // The largest number of unknown claims of a map, of each type, at their largest.
    let values = |map: Map| {
        let map = map
            .with(201, text(&"x".repeat(64)))
            .with(203, bstr(&[1; 64]))
            .with(205, uint(u64::MAX))
            .with(207, int(-1 - i128::from(u64::MAX)));
        many(map.with(u64::MAX, bstr(&[])), 11)
    };
    cases.push(taken_license(
        "ok-unknown-16-in-license",
        "E5 16 unknown odd claims in each map of a license, at their largest",
        &{
            values(bare())
                .with(14, values(a_true_up()).item())
                .with(16, list(&[values(an_add_on()).item()]))
        },
    ));
    let of_desk =
        [issuer_document(&values(issuer())), Document::of(&DESK.pair(), LICENSE, bare().item())];
    cases.push(Case::taken(
        "ok-unknown-16-in-issuer",
        "license",
        "E5 16 unknown odd claims in an issuer document",
        &of_desk,
    ));
    cases.push(Case::taken(
        "ok-unknown-16-in-request",
        "request",
        "E5 16 unknown odd claims in a request",
        &[own(REQUEST, values(request()).item())],
    ));
    cases.push(Case::taken(
        "ok-unknown-16-in-usage",
        "usage",
        "E5 16 unknown odd claims in a report",
        &[own(USAGE, values(usage()).item())],
    ));
    cases.push(taken_license(
        "ok-unknown-true-up",
        "E5 V9 a true-up with an unknown odd claim alone is not empty",
        &bare().with(14, Map::of([(5, uint(1))]).item()),
    ));
    cases.push(taken_license(
        "ok-unknown-between",
        "E5 unknown odd claims between the known ones and after them",
        &bare().with(23, text("later")).with(25, int(-5)).with(27, bstr(b"")),
    ));
    cases
}
