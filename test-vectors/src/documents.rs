//! The documents that every vector starts from. A vector changes one thing of them.

use license_core::Day;

use crate::bytes::{Document, Item, Map, bstr, list, short, text, uint, uints};
use crate::keys::{DESK, INSTANCE, Key, ROOT_A, SPARE, STANDBY};

/// The numbers of `typ`.
pub(crate) const LICENSE: u64 = 65_000;
pub(crate) const RECEIPT: u64 = 65_001;
pub(crate) const ISSUER: u64 = 65_002;
pub(crate) const APPROVAL: u64 = 65_003;
pub(crate) const REQUEST: u64 = 65_004;
pub(crate) const USAGE: u64 = 65_006;
pub(crate) const REVOCATION: u64 = 65_008;

/// The last day and the last second that can be written (section 3).
pub(crate) const LAST_DAY: u64 = 2_932_896;
pub(crate) const LAST_TIME: u64 = 253_402_300_799;

/// The instances that bound licenses name, in rising order.
pub(crate) const INSTANCES: [[u8; 16]; 5] = [
    *b"\x0b\x6d\x6f\x9c\x3e\x51\x4c\x22\x9d\x0a\x1f\x5e\x77\x31\xa8\x04",
    *b"\x3f\x8a\x21\x4e\xc7\x09\x4b\x6d\x8e\x13\x90\x2d\x5c\x44\xfe\x17",
    *b"\x7c\x15\xd2\x60\x8b\xe4\x47\x9a\xb1\x3d\x06\xe9\x28\x7f\x53\xca",
    *b"\xc9\x02\x77\xb5\x14\xf3\x45\x8c\xa6\x5b\xe1\x30\x9f\x68\x2d\x41",
    *b"\xe8\x4d\x90\x1b\x62\xac\x4f\x07\x93\xd5\x7a\x18\x0c\xb4\x36\xef",
];

/// Returns the number of a day.
pub(crate) fn day(date: &str) -> u64 {
    #[allow(clippy::expect_used, reason = "dates of this program's own text")]
    u64::from(Day::parse(date).expect("a date").number())
}

/// Returns the Unix time of 10 o'clock on a day.
pub(crate) fn ten_on(date: &str) -> u64 {
    day(date) * 86_400 + 36_000
}

/// Returns an issuer document's claims: desk key, 2025 and 2026, terms of up to 400 days, no other
/// limit.
pub(crate) fn issuer() -> Map {
    issuer_of(DESK)
}

/// Returns the same for another key.
pub(crate) fn issuer_of(key: Key) -> Map {
    Map::of([
        (1, uint(ten_on("2025-01-01"))),
        (2, bstr(&key.public())),
        (3, text("Desk 1")),
        (4, uint(day("2025-01-01"))),
        (5, uint(day("2027-01-01"))),
        (6, uint(400)),
    ])
}

/// Returns a license's claims with no more than what every license has: unlimited seats, no rule.
pub(crate) fn bare() -> Map {
    Map::of([
        (1, uint(ten_on("2025-10-20"))),
        (2, text("Ida Thorsen")),
        (3, text("ida.thorsen@nordhavn.example")),
        (4, text("Nordhavn Shipyards A/S")),
        (5, uint(2)),
        (7, uint(day("2025-11-01"))),
        (8, uint(day("2026-11-01"))),
        (9, list(&[uint(1), uint(1)])),
    ])
}

/// Returns the claims of a usual license: 100 seats for a year and the rules of `gitlab-legacy`,
/// previous users 100.
pub(crate) fn license() -> Map {
    bare()
        .with(6, uint(100))
        .with(10, list(&legacy_rules()))
        .with(11, text("A-S00012345"))
        .with(13, uint(100))
}

/// Returns a usual license that is bound to an instance and its key.
pub(crate) fn bound() -> Map {
    license()
        .with(12, text("2c92a0086bd1f3a5"))
        .with(18, list(&[bstr(&first_instance())]))
        .with(19, bstr(&short(&INSTANCE.public())))
        .with(21, text("1072"))
}

/// Returns the thumbprints of the keys of a spare and of a standby instance, in rising order.
pub(crate) fn further_keys() -> Vec<Item> {
    let mut keys = [SPARE, STANDBY].map(|key| bstr(&short(&key.public())));
    keys.sort();
    keys.into()
}

/// Returns the instance that bound licenses name first.
pub(crate) fn first_instance() -> [u8; 16] {
    let [first, ..] = INSTANCES;
    first
}

/// Facts, by their codes.
pub(crate) const TODAY: i128 = 1;
pub(crate) const ACTIVATING: i128 = 2;
pub(crate) const USERS_NOW: i128 = 3;
pub(crate) const USERS_MAX: i128 = 4;
pub(crate) const REPORT_AGE: i128 = 5;

/// Returns a condition: the fact is greater than the bound.
pub(crate) fn over(fact: i128, bound: i128) -> Item {
    list(&[crate::bytes::int(fact), crate::bytes::int(bound)])
}

/// Returns a condition: the fact is the bound or less.
pub(crate) fn at_most(fact: i128, bound: i128) -> Item {
    over(-1 - fact, bound)
}

/// Returns a condition on the largest daily count of some days; `test` as it is written.
pub(crate) fn within(test: i128, bound: i128, from: u64, to: u64) -> Item {
    list(&[crate::bytes::int(test), crate::bytes::int(bound), uint(from), uint(to)])
}

/// Returns a rule.
pub(crate) fn rule(reason: u64, effect: u64, conditions: &[Item]) -> Item {
    let mut items = vec![uint(reason), uint(effect)];
    items.extend_from_slice(conditions);
    list(&items)
}

/// Returns the rules of section 10 for 100 seats, 10 % tolerance, previous users 100, the year
/// before, a notice of 15 days, read-only from the end on. 0: users at activation; 1: the peak
/// before; 2: few seats left (93 to 100); 3: ended; 4: ends soon; 5: ended, told to users; 6:
/// read-only.
pub(crate) fn legacy_rules() -> Vec<Item> {
    let prior = |test, bound| within(test, bound, day("2024-11-01"), day("2025-11-01"));
    let until = i128::from(day("2026-11-01"));
    vec![
        rule(1, 4, &[over(ACTIVATING, 0), prior(-1 - USERS_MAX, 100), over(USERS_NOW, 110)]),
        rule(2, 4, &[over(ACTIVATING, 0), prior(USERS_MAX, 110)]),
        rule(8, 1, &[over(USERS_NOW, 92), at_most(USERS_NOW, 100)]),
        rule(4, 4, &[over(ACTIVATING, 0), over(TODAY, until - 1)]),
        rule(5, 1, &[over(TODAY, until - 16)]),
        rule(6, 2, &[over(TODAY, until - 1)]),
        rule(7, 5, &[over(TODAY, until - 1)]),
    ]
}

/// Returns a request's claims.
pub(crate) fn request() -> Map {
    Map::of([
        (1, uint(ten_on("2025-10-18"))),
        (2, bstr(&INSTANCE.public())),
        (3, bstr(&first_instance())),
        (4, text("Ida Thorsen")),
        (5, text("ida.thorsen@nordhavn.example")),
        (6, text("Nordhavn Shipyards A/S")),
        (7, uint(2)),
        (8, uint(100)),
        (9, uint(81)),
    ])
}

/// Returns a request's claims with the figures of a term of three days so far, and GitLab's
/// version.
pub(crate) fn request_in_term() -> Map {
    request()
        .with(13, bstr(&license_document(&license()).id()))
        .with(15, uint(112))
        .with(17, uint(day("2025-10-16")))
        .with(19, uint(2))
        .with(21, uint(1))
        .with(23, text("18.6.1-ee"))
}

/// Returns a series: first day, count, steps.
pub(crate) fn series(first: &str, count: u64, steps: &[u8]) -> Item {
    list(&[uint(day(first)), uint(count), bstr(steps)])
}

/// Returns a first report's claims on a license: three days, 81, 82 and 80 users.
pub(crate) fn usage_on(license: [u8; 16]) -> Map {
    Map::of([
        (1, bstr(&INSTANCE.public())),
        (2, bstr(&license)),
        (3, uint(1)),
        (5, uint(day("2025-11-03"))),
        // +1 is 8, -2 is 5.
        (6, series("2025-11-01", 81, &[0x85])),
    ])
}

/// Returns the same on the usual license.
pub(crate) fn usage() -> Map {
    usage_on(license_document(&license()).id())
}

/// Returns a receipt's claims for a report of the instance: three seats are owed, and billed.
pub(crate) fn receipt() -> Map {
    Map::of([
        (1, uint(ten_on("2025-11-05"))),
        (2, bstr(&license_document(&license()).id())),
        (3, bstr(&own(USAGE, usage().item()).id())),
        (4, uint(1)),
        (5, bstr(&short(&INSTANCE.public()))),
        (6, uint(day("2025-11-03"))),
        (7, uint(day("2025-11-04"))),
        (8, uint(3)),
        (9, uint(2)),
    ])
}

/// Returns a receipt of the desk.
pub(crate) fn receipt_document(claims: &Map) -> Document {
    Document::of(&DESK.pair(), RECEIPT, claims.item())
}

/// Returns an issuer document of root A.
pub(crate) fn issuer_document(claims: &Map) -> Document {
    Document::of(&ROOT_A.pair(), ISSUER, claims.item())
}

/// Returns a license of the desk.
pub(crate) fn license_document(claims: &Map) -> Document {
    Document::of(&DESK.pair(), LICENSE, claims.item())
}

/// Returns a request or a report of the instance.
pub(crate) fn own(typ: u64, payload: Item) -> Document {
    Document::of(&INSTANCE.pair(), typ, payload)
}

/// Returns the file of these documents.
pub(crate) fn file(documents: &[Document]) -> Vec<u8> {
    documents.iter().flat_map(Document::bytes).collect()
}

/// Returns a list of kinds, plans or flags.
pub(crate) fn numbers(numbers: &[u64]) -> Item {
    uints(numbers)
}
