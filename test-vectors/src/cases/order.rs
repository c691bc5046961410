//! Files with two faults: which of them is named (section 5, the order within each step).

use license_core::Code;

use super::{Case, refused_license};
use crate::bytes::{Document, Item, Map, bstr, head, list, raw_map, text, uint};
use crate::documents::{
    ISSUER, LICENSE, REQUEST, USAGE, USERS_NOW, bare, bound, day, file, issuer, issuer_document,
    license_document, numbers, over, own, request, request_in_term, rule, series, usage,
};
use crate::keys::{DESK, ROOT_A};

pub(super) fn cases() -> Vec<Case> {
    [envelopes(), headers(), grammar(), maps(), values(), lists(), kinds(), signatures()]
        .into_iter()
        .flatten()
        .collect()
}

fn refused(name: &str, code: Code, what: &str, bytes: Vec<u8>) -> Case {
    Case::refused(format!("order-{name}"), code, what, bytes)
}

fn license(name: &str, code: Code, what: &str, claims: &Map) -> Case {
    refused_license(format!("order-{name}"), code, what, claims)
}

fn asked(name: &str, code: Code, what: &str, claims: &Map) -> Case {
    refused(name, code, what, file(&[own(REQUEST, claims.item())]))
}

fn envelopes() -> Vec<Case> {
    let [_, protected, unprotected, payload, signature] = issuer_document(&issuer()).parts();
    let longer = [head(2, 65), vec![0; 64]].concat();
    let sixteen: Vec<Document> =
        (0..16).map(|n| issuer_document(&issuer().with(1, uint(n)))).collect();
    vec![
        refused(
            "form-before-shape",
            Code::NotCanonical,
            "V2 an indefinite byte string where a list belongs: its head comes before its shape",
            vec![0xd2, 0x5f, 0x00],
        ),
        refused(
            "cut-before-shape",
            Code::Truncated,
            "V2 a file that ends within a head, which is that of a map where a list belongs",
            vec![0xd2, 0xb9, 0x00],
        ),
        refused(
            "content-before-length",
            Code::Truncated,
            "V2 a signature of 65 bytes that the file does not have",
            [vec![0xd2, 0x84], protected.clone(), unprotected.clone(), payload.clone(), longer]
                .concat(),
        ),
        refused(
            "first-byte",
            Code::NotAirlock,
            "V2 a first byte of d8, and nothing after it",
            vec![0xd8],
        ),
        refused(
            "documents-before-first-byte",
            Code::TooManyDocuments,
            "V2 a 17th document that does not begin with d2",
            [file(&sixteen), vec![0x00]].concat(),
        ),
        refused(
            "envelopes-before-headers",
            Code::Truncated,
            "V2 V3 a cut document behind one whose header is wrong",
            [with_header(&bare(), &header(-8, LICENSE)), vec![0xd2]].concat(),
        ),
        refused(
            "envelopes-in-turn",
            Code::Malformed,
            "V2 the first of two documents has three parts, the second begins with 00",
            [vec![0xd2, 0x83], protected, unprotected, payload, signature, vec![0x00]].concat(),
        ),
    ]
}

/// A protected header of this algorithm (1 to -24 as a negative number of one byte) and typ.
fn header(alg: i8, typ: u64) -> Vec<u8> {
    let mut header = vec![0xa3, 0x01, 0x20 | (-1 - alg).unsigned_abs(), 0x04];
    header.extend(bstr(&[9; 8]));
    header.push(0x10);
    header.extend(uint(typ));
    header
}

/// A document with this header; nobody has signed it.
fn with_header(claims: &Map, header: &[u8]) -> Vec<u8> {
    let mut document = vec![0xd2, 0x84];
    document.extend(bstr(header));
    document.push(0xa0);
    document.extend(bstr(&claims.item()));
    document.extend(bstr(&[0; 64]));
    document
}

fn headers() -> Vec<Case> {
    vec![
        refused(
            "header-before-algorithm",
            Code::BadHeader,
            "V3 another algorithm and a typ of 64,999: the header comes first",
            with_header(&bare(), &header(-8, 64_999)),
        ),
        refused(
            "headers-in-turn",
            Code::AlgorithmNotAllowed,
            "V3 another algorithm in the first document, a typ of 64,999 in the second",
            [
                with_header(&bare(), &header(-8, LICENSE)),
                with_header(&bare(), &header(-19, 64_999)),
            ]
            .concat(),
        ),
    ]
}

fn grammar() -> Vec<Case> {
    let (issuer, license) = (issuer_document(&issuer()), license_document(&bare()));
    vec![refused(
        "twice-before-place",
        Code::Duplicate,
        "V4 an issuer document behind the license, and again: what stands twice comes first",
        file(&[license, issuer.clone(), issuer]),
    )]
}

/// A license with one more claim, whose key is a text.
fn with_text_key(name: &str, code: Code, what: &str, claims: &Map) -> Case {
    let mut entries = claims.entries();
    entries.push([text("a"), uint(1)].concat());
    let license = Document::of(&DESK.pair(), LICENSE, raw_map(&entries));
    refused(name, code, what, file(&[issuer_document(&issuer()), license]))
}

/// The order of the bytes: a map's keys and values in turn, what is missing at its end.
fn maps() -> Vec<Case> {
    let long = || text(&"x".repeat(201));
    let many = |map: Map, count: u64| (0..count).fold(map, |map, n| map.with(101 + 2 * n, uint(n)));
    vec![
        license(
            "type-then-limit",
            Code::PayloadMalformed,
            "V8 claim 2 of another type, claim 4 too long",
            &bare().with(2, uint(1)).with(4, long()),
        ),
        license(
            "limit-then-type",
            Code::OverLimit,
            "V8 claim 2 too long, claim 4 of another type",
            &bare().with(2, long()).with(4, uint(1)),
        ),
        license(
            "value-before-missing",
            Code::OverLimit,
            "V8 claim 1 is missing, claim 4 too long",
            &bare().without(1).with(4, long()),
        ),
        license(
            "new-before-missing",
            Code::TooNew,
            "V8 E5 claim 1 is missing, and an unknown even key",
            &bare().without(1).with(24, uint(1)),
        ),
        license(
            "missing-before-form",
            Code::PayloadMalformed,
            "V8 V9 claim 1 is missing, and the plan is not known",
            &bare().without(1).with(5, uint(4)),
        ),
        license(
            "new-then-text",
            Code::TooNew,
            "E5 an unknown even key, then an unknown odd claim with U+202E",
            &bare().with(24, uint(1)).with(25, text("\u{202e}")),
        ),
        license(
            "text-then-new",
            Code::BadText,
            "E5 an unknown odd claim with U+202E, then an unknown even key",
            &bare().with(23, text("\u{202e}")).with(24, uint(1)),
        ),
        license(
            "number-of-unknown-before-value",
            Code::OverLimit,
            "E5 the 17th unknown odd claim is a list",
            &many(bare(), 16).with(999, list(&[uint(1)])),
        ),
        with_text_key(
            "key-of-another-type-last",
            Code::OverLimit,
            "V8 claim 4 too long, then a key that is a text",
            &bare().with(4, long()),
        ),
        with_text_key(
            "key-of-another-type-after-new",
            Code::TooNew,
            "E5 an unknown even key, then a key that is a text",
            &bare().with(24, uint(1)),
        ),
    ]
}

/// Of one value: type, then limit, then content.
fn values() -> Vec<Case> {
    let weak = bstr(&[&[1][..], &[0; 31]].concat());
    vec![
        license(
            "limit-before-text",
            Code::OverLimit,
            "V8 E4 a name of 201 bytes with U+202E",
            &bare().with(2, text(&format!("\u{202e}{}", "x".repeat(198)))),
        ),
        license(
            "unknown-limit-before-text",
            Code::OverLimit,
            "E5 E4 an unknown odd text of 65 bytes with U+202E",
            &bare().with(23, text(&format!("\u{202e}{}", "x".repeat(62)))),
        ),
        license(
            "text-before-code",
            Code::BadText,
            "V8 E3 the second name holds U+202E, and a policy with a code is written as text",
            &bare().with(2, text("\u{202e}")).with(9, list(&[text("gitlab-trial"), uint(1)])),
        ),
        refused(
            "weak-key-then-limit",
            Code::WeakKey,
            "V8 V5 a weak key, then a name that is too long",
            file(&[issuer_document(&issuer().with(2, weak).with(3, text(&"x".repeat(201))))]),
        ),
    ]
}

/// Of a list: how many items it has, then the items, then what holds of all.
fn lists() -> Vec<Case> {
    let conditions = |count: usize| vec![over(USERS_NOW, 5); count];
    let rules = |item: Item| bare().with(10, list(&[item]));
    let three = list(&[uint(3), uint(5), text("x")]);
    let add_on = |entries: &[(u64, Item)]| Map::of(entries.iter().cloned()).item();
    vec![
        license(
            "number-of-flags-before-flag",
            Code::OverLimit,
            "V8 33 flags, the first of another type",
            &bare().with(15, list(&vec![text("trial"); 33])),
        ),
        license(
            "flag-before-order",
            Code::OverLimit,
            "V8 E3 flags out of order, one of 65,536",
            &bare().with(15, numbers(&[9, 3, 65_536])),
        ),
        license(
            "order-then-type",
            Code::PayloadNotCanonical,
            "V8 E3 flags out of order, then an instance of 15 bytes",
            &bare().with(15, numbers(&[9, 3])).with(18, list(&[bstr(&[1; 15])])),
        ),
        license(
            "conditions-before-reason",
            Code::OverLimit,
            "V8 nine conditions, and a reason of another type",
            &rules(list(&[&[text("x"), uint(1)][..], &conditions(9)].concat())),
        ),
        license(
            "length-of-condition-before-fact",
            Code::PayloadMalformed,
            "V8 a condition of three items, its fact over the limit",
            &rules(rule(1, 1, &[list(&[uint(65_536), uint(5), uint(1)])])),
        ),
        license(
            "conditions-in-turn",
            Code::PayloadMalformed,
            "V8 a condition of three items, then one with a fact over the limit",
            &rules(rule(1, 1, &[three, over(65_536, 5)])),
        ),
        license(
            "code-then-limit",
            Code::PayloadNotCanonical,
            "V8 E3 a policy with a code is written as text, its version is too large",
            &bare().with(9, list(&[text("gitlab-trial"), uint(1 << 32)])),
        ),
        license(
            "add-on-missing-before-next",
            Code::PayloadMalformed,
            "V8 an add-on without quantity, then one with too many seats",
            &bare().with(
                16,
                list(&[add_on(&[(1, uint(1))]), add_on(&[(1, uint(1)), (2, uint(16_777_216))])]),
            ),
        ),
    ]
}

/// V9, in the order of its sentences.
fn kinds() -> Vec<Case> {
    let from = day("2025-11-01");
    let add_on = |product: u64, entries: &[(u64, u64)]| {
        let own = entries.iter().map(|(key, number)| (*key, uint(*number)));
        Map::of([(1, uint(product)), (2, uint(5))].into_iter().chain(own)).item()
    };
    let with_add_ons = |items: &[Item]| bare().with(16, list(items));
    let own_day = || add_on(1, &[(3, from)]);
    let no_day = || add_on(1, &[(3, from + 9), (4, from + 9)]);
    let mut cases = vec![
        license(
            "plan-before-days",
            Code::TooNew,
            "V9 an unknown plan, and a license from and until the same day",
            &bare().with(5, uint(4)).with(8, uint(from)),
        ),
        license(
            "product-before-seats",
            Code::TooNew,
            "V9 an unknown product with a code, and 0 seats",
            &with_add_ons(&[add_on(6, &[])]).with(6, uint(0)),
        ),
        license(
            "true-up-before-add-on",
            Code::PayloadNotCanonical,
            "V9 a true-up without claims, and an add-on without a day",
            &with_add_ons(&[no_day()]).with(14, Map::of([]).item()),
        ),
        license(
            "flags-before-true-up",
            Code::Inconsistent,
            "V9 one flag of cloud licensing, and a true-up without claims",
            &bare().with(15, numbers(&[1])).with(14, Map::of([]).item()),
        ),
        license(
            "add-ons-in-turn",
            Code::PayloadNotCanonical,
            "V9 an add-on with the license's own first day, then one without a day",
            &with_add_ons(&[own_day(), no_day()]),
        ),
        license(
            "add-ons-in-turn-days",
            Code::Inconsistent,
            "V9 an add-on without a day, then one with the license's own first day",
            &with_add_ons(&[no_day(), own_day()]),
        ),
        license(
            "add-on-before-report-keys",
            Code::PayloadNotCanonical,
            "V9 an add-on with the license's own first day, and further report keys alone",
            &with_add_ons(&[own_day()]).with(20, list(&[bstr(&[1; 16])])),
        ),
    ];
    cases.extend(other_kinds());
    cases
}

fn other_kinds() -> Vec<Case> {
    let reported = |name: &str, code, what: &str, claims: &Map| {
        refused(name, code, what, file(&[own(USAGE, claims.item())]))
    };
    let from = day("2025-11-01");
    vec![
        refused(
            "issuer-term-before-plans",
            Code::Inconsistent,
            "V9 a longest term of 0 days, and an unknown plan",
            file(&[issuer_document(&issuer().with(6, uint(0)).with(8, numbers(&[4])))]),
        ),
        refused(
            "issuer-plans-before-kinds",
            Code::TooNew,
            "V9 an unknown plan, and the kinds license and receipt written out",
            file(&[issuer_document(
                &issuer().with(8, numbers(&[4])).with(11, numbers(&[65_000, 65_001])),
            )]),
        ),
        asked(
            "request-plan-before-seats",
            Code::TooNew,
            "V9 an unknown plan, and 0 seats",
            &request().with(7, uint(4)).with(8, uint(0)),
        ),
        asked(
            "request-seats-before-days",
            Code::Inconsistent,
            "V9 0 seats, and 36,526 days",
            &request_in_term().with(8, uint(0)).with(21, uint(36_524)),
        ),
        asked(
            "request-days-before-peak",
            Code::OverLimit,
            "V9 36,526 days, and a peak after the request",
            &request_in_term().with(21, uint(36_524)).with(17, uint(from)),
        ),
        reported(
            "report-number-before-days",
            Code::Inconsistent,
            "V9 a report of number 0, and of 3,661 days",
            &usage().with(3, uint(0)).with(4, uint(from)).with(5, uint(from + 3_660)).without(6),
        ),
        reported(
            "report-days-before-series",
            Code::OverLimit,
            "V9 a period of 3,661 days, and a series that is too short for its part of it",
            &usage().with(4, uint(from - 3_658)).with(6, series("2025-11-01", 81, &[])),
        ),
    ]
}

fn signatures() -> Vec<Case> {
    let mut forged = license_document(&bound().without(1));
    forged.signature = vec![0; 64];
    let mut own_forged = own(REQUEST, request().without(1).item());
    own_forged.signature = vec![0; 64];
    let other_key = Document::of(&DESK.pair(), REQUEST, request().without(1).item());
    let issuers = Document::of(&ROOT_A.pair(), ISSUER, issuer().with(6, uint(0)).item());
    vec![
        refused(
            "signature-before-claims",
            Code::BadSignature,
            "V6 V8 a license without claim 1 whose signature does not hold",
            file(&[issuer_document(&issuer()), forged.clone()]),
        ),
        refused(
            "claims-before-own-signature",
            Code::PayloadMalformed,
            "V5 V8 a request without claim 1 whose signature does not hold",
            file(&[own_forged]),
        ),
        refused(
            "claims-before-own-key",
            Code::PayloadMalformed,
            "V5 V8 a request without claim 1 under the key id of another key",
            file(&[other_key]),
        ),
        refused(
            "documents-in-turn",
            Code::Inconsistent,
            "V5 V9 an issuer document of 0 days, then a license whose signature does not hold",
            file(&[issuers, forged]),
        ),
    ]
}
