//! The encoding of claims: V7, E1 to E3.

use license_core::Code;

use super::{Case, refused_license};
use crate::bytes::{Document, Item, Map, bstr, head, list, text, uint};
use crate::documents::{
    LICENSE, REQUEST, USAGE, bare, bound, day, file, issuer, issuer_document, license, own,
    request, usage,
};
use crate::keys::{DESK, ROOT_A};

/// The most bytes of a payload (section 11).
const PAYLOAD_BYTES: usize = 32_768;

pub(super) fn cases() -> Vec<Case> {
    [forms(), forbidden(), one_form(), other_kinds(), sizes()].into_iter().flatten().collect()
}

/// Returns a license with this payload, rightly signed.
fn with_payload(payload: Item) -> Vec<u8> {
    file(&[issuer_document(&issuer()), Document::of(&DESK.pair(), LICENSE, payload)])
}

/// Returns the payload with one encoded entry written otherwise.
#[allow(clippy::needless_pass_by_value, reason = "callers pass what they have just made")]
fn instead(claims: &Map, key: u64, entry: Item) -> Item {
    let pairs = claims.keys().into_iter().zip(claims.entries());
    crate::bytes::raw_map(
        &pairs
            .map(|(found, usual)| if found == key { entry.clone() } else { usual })
            .collect::<Vec<_>>(),
    )
}

fn not_canonical(name: &str, what: &str, payload: Item) -> Case {
    Case::refused(
        format!("payload-{name}"),
        Code::PayloadNotCanonical,
        format!("V7 {what}"),
        with_payload(payload),
    )
}

fn forms() -> Vec<Case> {
    let claims = license();
    let entry = |key: u64, value: &[u8]| instead(&claims, key, [&uint(key)[..], value].concat());
    let entries = claims.entries();
    let body = entries.concat();
    let mut swapped = entries.clone();
    swapped.swap(0, 1);
    let mut twice = entries.clone();
    twice.insert(0, uint_entry(1, 5));
    let policy = |list_head: &[u8], end: &[u8]| entry(9, &[list_head, &[1, 1], end].concat());
    let count = u8::try_from(entries.len()).unwrap_or(0);
    let good = claims.item();
    let cut = |less: usize| good.get(..good.len() - less).unwrap_or_default().to_vec();
    vec![
        not_canonical(
            "number-long-1",
            "E1 seats of 100 in two bytes after the head",
            entry(6, &[0x19, 0, 100]),
        ),
        not_canonical(
            "number-long-2",
            "E1 the plan in a byte after the head",
            entry(5, &[0x18, 2]),
        ),
        not_canonical(
            "number-long-4",
            "E1 a day in four bytes after the head",
            entry(
                7,
                &[&[0x1a, 0, 0], &u16::try_from(day("2025-11-01")).unwrap_or(0).to_be_bytes()[..]]
                    .concat(),
            ),
        ),
        not_canonical(
            "number-long-8",
            "E1 seats in eight bytes after the head",
            entry(6, &[0x1b, 0, 0, 0, 0, 0, 0, 0, 100]),
        ),
        not_canonical(
            "number-23",
            "E1 the largest number of a head alone, in a byte after it",
            entry(6, &[0x18, 23]),
        ),
        not_canonical(
            "number-255",
            "E1 the largest number of one byte, in two",
            entry(6, &[0x19, 0, 255]),
        ),
        not_canonical(
            "number-65535",
            "E1 the largest number of two bytes, in four",
            entry(6, &[0x1a, 0, 0, 255, 255]),
        ),
        not_canonical(
            "number-4294967295",
            "E1 the largest number of four bytes, in eight",
            entry(1, &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255]),
        ),
        not_canonical(
            "key-long",
            "E1 a key in a longer form than needed",
            instead(&claims, 6, [&[0x18, 6][..], &uint(100)].concat()),
        ),
        not_canonical(
            "text-long-length",
            "E1 a text's length in a longer form than needed",
            entry(2, &[&[0x78, 11], &b"Ida Thorsen"[..]].concat()),
        ),
        not_canonical(
            "text-indefinite",
            "E1 a text of indefinite length",
            entry(2, &[&[0x7f], &text("Ida")[..], &text(" Thorsen")[..], &[0xff]].concat()),
        ),
        not_canonical(
            "bytes-indefinite",
            "E1 a byte string of indefinite length",
            claims.clone().with(23, [&[0x5f], &bstr(b"a")[..], &[0xff]].concat()).item(),
        ),
        not_canonical(
            "list-long-length",
            "E1 a list's length in a longer form than needed",
            policy(&[0x98, 2], &[]),
        ),
        not_canonical(
            "list-indefinite",
            "E1 a list of indefinite length",
            policy(&[0x9f], &[0xff]),
        ),
        not_canonical(
            "map-long-length",
            "E1 the map's length in a longer form than needed",
            [&[0xb8, count], &body[..]].concat(),
        ),
        not_canonical(
            "map-indefinite",
            "E1 a map of indefinite length",
            [&[0xbf], &body[..], &[0xff]].concat(),
        ),
        not_canonical(
            "inner-map-indefinite",
            "E1 a true-up of indefinite length",
            claims.clone().with(14, vec![0xbf, 0x01, 0x05, 0xff]).item(),
        ),
        not_canonical(
            "reserved-head",
            "E1 a reserved head (additional information 28)",
            entry(6, &[0x1c]),
        ),
        not_canonical("break-alone", "E1 a break without an indefinite length", entry(6, &[0xff])),
        not_canonical(
            "keys-out-of-order",
            "E1 keys that do not rise",
            crate::bytes::raw_map(&swapped),
        ),
        not_canonical(
            "key-twice",
            "E1 a key twice, with two values",
            crate::bytes::raw_map(&twice),
        ),
        not_canonical(
            "unknown-keys-out-of-order",
            "E1 E5 unknown odd keys that do not rise",
            crate::bytes::raw_map(
                &[entries.clone(), vec![uint_entry(25, 1), uint_entry(23, 1)]].concat(),
            ),
        ),
        not_canonical(
            "unknown-key-twice",
            "E1 E5 an unknown odd key twice, with two values",
            crate::bytes::raw_map(
                &[entries.clone(), vec![uint_entry(23, 1), uint_entry(23, 2)]].concat(),
            ),
        ),
        not_canonical(
            "inner-keys-out-of-order",
            "E1 keys of a true-up that do not rise",
            claims.clone().with(14, vec![0xa2, 0x04, 0x05, 0x01, 0x05]).item(),
        ),
        not_canonical(
            "inner-key-twice",
            "E1 a key of an add-on twice",
            claims.clone().with(16, list(&[vec![0xa3, 1, 1, 2, 5, 2, 5]])).item(),
        ),
        not_canonical(
            "text-not-utf8",
            "E1 a byte that is in no UTF-8",
            entry(4, &[0x64, b'a', 0xff, b'b', b'c']),
        ),
        not_canonical(
            "text-overlong-utf8",
            "E1 UTF-8 in a longer form than needed",
            entry(4, &[0x62, 0xc1, 0x81]),
        ),
        not_canonical(
            "text-surrogate",
            "E1 a surrogate in UTF-8",
            entry(4, &[0x63, 0xed, 0xa0, 0x80]),
        ),
        not_canonical(
            "text-cut-utf8",
            "E1 UTF-8 that ends within a character",
            entry(4, &[0x62, b'a', 0xc3]),
        ),
        not_canonical("bytes-after", "E2 a byte after the map", [&good[..], &[0]].concat()),
        not_canonical("two-maps", "E2 a second map after the map", [&good[..], &[0xa0]].concat()),
        not_canonical("ends-early", "E1 the map ends a byte early", cut(1)),
        not_canonical(
            "too-few-entries",
            "E1 the map's head promises an entry more",
            [&[0xa0 | (count + 1)], &body[..]].concat(),
        ),
        not_canonical(
            "huge-list",
            "E1 a list's head promises 2^64 - 1 items",
            entry(10, &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ),
        not_canonical(
            "huge-text",
            "E1 a text's head promises 2^64 - 1 bytes",
            entry(4, &[0x7b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ),
        not_canonical("empty", "E1 a payload without bytes", vec![]),
    ]
}

fn uint_entry(key: u64, value: u64) -> Item {
    [uint(key), uint(value)].concat()
}

/// Returns a value of lists within each other.
fn nested(lists: usize) -> Item {
    [vec![0x81; lists - 1], vec![0x80]].concat()
}

fn forbidden() -> Vec<Case> {
    let claims = license();
    let with = |key: u64, value: &[u8]| claims.clone().with(key, value.to_vec()).item();
    let malformed = |name: &str, what: &str, payload: Item| {
        Case::refused(
            format!("payload-{name}"),
            Code::PayloadMalformed,
            format!("V8 {what}"),
            with_payload(payload),
        )
    };
    let mut cases: Vec<Case> = [
        ("tag", "a tag (1, a time) around a number", vec![0xc1, 0x18, 100]),
        ("tag-bignum", "a bignum", vec![0xc2, 0x41, 0x64]),
        ("tag-long", "a tag in two bytes", vec![0xd8, 0x20, 0x18, 100]),
        ("float-16", "a float of 16 bits", vec![0xf9, 0x56, 0x40]),
        ("float-32", "a float of 32 bits", vec![0xfa, 0x42, 0xc8, 0, 0]),
        ("float-64", "a float of 64 bits", vec![0xfb, 0x40, 0x59, 0, 0, 0, 0, 0, 0]),
        ("false", "false", vec![0xf4]),
        ("true", "true", vec![0xf5]),
        ("null", "null", vec![0xf6]),
        ("undefined", "undefined", vec![0xf7]),
        ("simple", "a simple value", vec![0xf0]),
        ("simple-long", "a simple value in two bytes", vec![0xf8, 0x20]),
    ]
    .into_iter()
    .map(|(name, what, value)| not_canonical(name, &format!("E2 {what}"), with(6, &value)))
    .collect();
    cases.extend([
        not_canonical("unknown-true", "E2 true as an unknown odd claim", with(23, &[0xf5])),
        not_canonical("unknown-tag", "E2 a tag in an unknown odd claim", with(23, &[0xc1, 0x01])),
        not_canonical("depth-7", "E2 seven lists and maps within each other", with(23, &nested(6))),
        malformed(
            "depth-6",
            "E2 E5 six lists and maps within each other are canonical; the claim is not of its type",
            with(23, &nested(5)),
        ),
        not_canonical(
            "depth-7-in-add-on",
            "E2 seven maps and lists within each other, an add-on's unknown claim among them",
            claims.clone().with(16, list(&[Map::of([(1, uint(1)), (2, uint(5)), (7, nested(4))]).item()])).item(),
        ),
        malformed(
            "depth-6-in-add-on",
            "E2 E5 six maps and lists within each other, an add-on's unknown claim among them",
            claims.clone().with(16, list(&[Map::of([(1, uint(1)), (2, uint(5)), (7, nested(3))]).item()])).item(),
        ),
        malformed("no-map", "section 2: a list in the place of the map", list(&[uint(1)])),
        malformed("number", "section 2: a number in the place of the map", uint(1)),
        malformed(
            "key-negative",
            "section 2: a negative key",
            [head(5, claims.keys().len() as u64 + 1), claims.entries().concat(), vec![0x20, 0x01]].concat(),
        ),
        malformed(
            "key-text",
            "section 2: a text key",
            [head(5, claims.keys().len() as u64 + 1), claims.entries().concat(), text("note"), vec![0x01]].concat(),
        ),
    ]);
    cases
}

/// What is well-formed and deterministic CBOR, and still not the one form of its content (E3).
fn one_form() -> Vec<Case> {
    let pair = |name: &str, quantity| list(&[text(name), uint(quantity)]);
    let ids: Vec<Item> = crate::documents::INSTANCES.iter().map(|id| bstr(id)).collect();
    let [first, second, ..] = ids.as_slice() else { return Vec::new() };
    let (first, second) = (first.clone(), second.clone());
    let refused = |name: &str, what: &str, claims: Map| {
        refused_license(
            format!("payload-{name}"),
            Code::PayloadNotCanonical,
            format!("E3 V8 {what}"),
            &claims,
        )
    };
    let empty = |name: &str, key| {
        refused_license(
            format!("payload-empty-{name}"),
            Code::PayloadMalformed,
            format!("E3 V8 an empty list of {name} (claim {key})"),
            &bare().with(key, vec![0x80]),
        )
    };
    let add_on = |product: Item| list(&[Map::of([(1, product), (2, uint(5))]).item()]);
    let yes = |name: &str, value, what: &str, claims: Map| {
        refused_license(
            format!("payload-{name}-{value}"),
            Code::PayloadMalformed,
            format!("E3 V8 {what} written as {value}"),
            &claims,
        )
    };
    let issuer_yes = |value: u64| {
        let comment = format!("E3 V8 trials only written as {value}");
        Case::refused(
            format!("payload-issuer-trials-only-{value}"),
            Code::PayloadMalformed,
            comment,
            file(&[issuer_document(&issuer().with(9, uint(value)))]),
        )
    };
    let issuer_set = |name: &str, what: &str, key, items: &[u64]| {
        Case::refused(
            format!("payload-{name}"),
            Code::PayloadNotCanonical,
            format!("E3 V8 {what}"),
            file(&[issuer_document(&issuer().with(key, crate::documents::numbers(items)))]),
        )
    };
    let issuer_empty = |name: &str, key| {
        Case::refused(
            format!("payload-empty-issuer-{name}"),
            Code::PayloadMalformed,
            format!("E3 V8 an empty list of {name}"),
            file(&[issuer_document(&issuer().with(key, vec![0x80]))]),
        )
    };
    let mut cases = vec![
        refused(
            "flags-unsorted",
            "flags out of order",
            bare().with(15, crate::documents::numbers(&[9, 3])),
        ),
        refused("flags-twice", "a flag twice", bare().with(15, crate::documents::numbers(&[3, 3]))),
        refused(
            "instances-unsorted",
            "instances out of order",
            bare().with(18, list(&[second, first.clone()])),
        ),
        refused(
            "instances-twice",
            "an instance twice",
            bare().with(18, list(&[first.clone(), first])),
        ),
        refused(
            "legacy-add-ons-unsorted",
            "add-ons of the old kind out of order",
            bare().with(17, list(&[pair("GitLab_Geo", 1), pair("GitLab_FileLocks", 1)])),
        ),
        refused(
            "legacy-add-ons-twice",
            "an add-on of the old kind twice",
            bare().with(17, list(&[pair("GitLab_Geo", 1), pair("GitLab_Geo", 1)])),
        ),
        refused(
            "legacy-add-ons-by-quantity",
            "two of one name: the smaller quantity is first",
            bare().with(17, list(&[pair("GitLab_Geo", 2), pair("GitLab_Geo", 1)])),
        ),
        refused(
            "legacy-add-ons-by-length",
            "names are compared as bytes, not as encoded: Aa comes before B",
            bare().with(17, list(&[pair("B", 1), pair("Aa", 1)])),
        ),
        refused(
            "further-report-keys-unsorted",
            "further report keys out of order",
            bound().with(20, list(&[bstr(&[2; 16]), bstr(&[1; 16])])),
        ),
        refused(
            "further-report-keys-twice",
            "a further report key twice",
            bound().with(20, list(&[bstr(&[1; 16]), bstr(&[1; 16])])),
        ),
        issuer_set("issuer-plans-unsorted", "an issuer's plans out of order", 8, &[2, 1]),
        issuer_set("issuer-plans-twice", "an issuer's plan twice", 8, &[2, 2]),
        issuer_set(
            "issuer-kinds-unsorted",
            "an issuer's kinds out of order",
            11,
            &[65_003, 65_000],
        ),
        issuer_set("issuer-kinds-twice", "an issuer's kind twice", 11, &[65_000, 65_000]),
        issuer_set(
            "issuer-kinds-default",
            "V9 the kinds license and receipt are the default",
            11,
            &[65_000, 65_001],
        ),
        empty("rules", 10),
        empty("flags", 15),
        empty("add-ons", 16),
        empty("legacy-add-ons", 17),
        empty("instances", 18),
        empty("further-report-keys", 20),
        issuer_empty("plans", 8),
        issuer_empty("kinds", 11),
        yes(
            "policy-changed",
            0,
            "a policy's `changed`",
            bare().with(9, list(&[uint(1), uint(1), uint(0)])),
        ),
        yes(
            "policy-changed",
            2,
            "a policy's `changed`",
            bare().with(9, list(&[uint(1), uint(1), uint(2)])),
        ),
        yes(
            "add-on-trial",
            0,
            "an add-on's `trial`",
            bare().with(16, list(&[Map::of([(1, uint(1)), (2, uint(5)), (6, uint(0))]).item()])),
        ),
        yes(
            "add-on-trial",
            2,
            "an add-on's `trial`",
            bare().with(16, list(&[Map::of([(1, uint(1)), (2, uint(5)), (6, uint(2))]).item()])),
        ),
        issuer_yes(0),
        issuer_yes(2),
    ];
    for name in ["gitlab-legacy", "gitlab-offline-cloud", "gitlab-trial"] {
        cases.push(refused(
            &format!("policy-text-{name}"),
            "a policy that has a code, written as text",
            bare().with(9, list(&[text(name), uint(1)])),
        ));
    }
    for name in ["duo_pro", "duo_enterprise", "duo_core", "duo_amazon_q", "self_hosted_dap"] {
        cases.push(refused(
            &format!("product-text-{name}").replace('_', "-"),
            "a product that has a code, written as text",
            bare().with(16, add_on(text(name))),
        ));
    }
    cases
}

/// One fault of encoding in each other kind.
fn other_kinds() -> Vec<Case> {
    let long = |claims: &Map, key: u64| {
        instead(claims, key, [&uint(key)[..], &[0x1b, 0, 0, 0, 0, 0, 0, 0, 1]].concat())
    };
    let issuers = Document::of(&ROOT_A.pair(), crate::documents::ISSUER, long(&issuer(), 6));
    let refused = |name: &str, document| {
        Case::refused(
            format!("payload-{name}-number-long"),
            Code::PayloadNotCanonical,
            "V7 E1 a number in a longer form than needed",
            file(&[document]),
        )
    };
    vec![
        refused("issuer", issuers),
        refused("request", own(REQUEST, long(&request(), 8))),
        refused("usage", own(USAGE, long(&usage(), 3))),
    ]
}

/// Bytes of an unknown claim: a key of two bytes, a byte string of 64.
const FILLER: usize = 68;

/// Returns a license whose payload has exactly this many bytes: 32 add-ons filled up with unknown
/// odd claims, and the rest in the names.
fn license_of(size: usize) -> Map {
    let add_on = |claims: usize| {
        let unknown = (0..claims as u64).map(|n| (25 + 2 * n, bstr(&[0x2a; 64])));
        Map::of([(1, uint(1)), (2, uint(5))].into_iter().chain(unknown)).item()
    };
    let with = |claims: usize| {
        license().with(
            16,
            list(
                &(0..32).map(|n| add_on(claims.saturating_sub(16 * n).min(16))).collect::<Vec<_>>(),
            ),
        )
    };
    let claims = (size - with(0).item().len()) / FILLER;
    [(2, 200), (3, 254), (4, 200)].into_iter().fold(with(claims), |map, (key, most)| {
        let longest =
            (1..=most).rev().map(|length| map.clone().with(key, text(&"x".repeat(length))));
        if map.item().len() == size {
            map
        } else {
            longest.into_iter().find(|map| map.item().len() <= size).unwrap_or_default()
        }
    })
}

fn sizes() -> Vec<Case> {
    let comment = |size: usize| format!("V7 a payload of {size} bytes");
    vec![
        super::taken_license(
            "ok-payload-at-limit",
            comment(PAYLOAD_BYTES),
            &license_of(PAYLOAD_BYTES),
        ),
        refused_license(
            "payload-too-large",
            Code::OverLimit,
            comment(PAYLOAD_BYTES + 1),
            &license_of(PAYLOAD_BYTES + 1),
        ),
    ]
}
