//! Independent readers agree with the core on every file that it takes: serde_cbor on the claims,
//! coset on the envelope, ring on the signature.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeMap;

use coset::{
    CborSerializable, CoseSign1, Header, HeaderBuilder, Label, RegisteredLabelWithPrivate,
    TaggedCborSerializable, iana,
};
use license_core::document::TrueUp;
use license_core::key::{PublicKey, sha256};
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};
use license_core::verify::{Inspected, Unverified, inspect, verify};
use license_core::{Day, UnknownValue};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_cbor::Value;
use test_vectors::{Form, Vector};

type Claims = BTreeMap<Value, Value>;

/// Returns the bytes of each file that is taken, with its name and its vector.
fn taken() -> Vec<(String, Vector)> {
    let vectors: Vec<_> = test_vectors::committed().unwrap();
    let taken: Vec<_> = vectors
        .into_iter()
        .filter(|(_, vector)| {
            vector.expect.is_none()
                && !matches!(vector.form, Form::Text | Form::Codes | Form::Pouch)
        })
        .collect();
    assert!(taken.len() > 200, "{}", taken.len());
    taken
}

/// One document of a file: its bytes, and what the core says of it.
fn documents(bytes: &[u8]) -> Vec<(&[u8], Inspected)> {
    let mut rest = bytes;
    let split = |inspected: Inspected| {
        let (document, after) = rest.split_at(inspected.bytes);
        rest = after;
        (document, inspected)
    };
    inspect(bytes).unwrap().into_iter().map(split).collect()
}

fn each(check: impl Fn(&str, &Vector, &[u8])) {
    for (name, vector) in taken() {
        vector.bodies.iter().for_each(|body| check(&name, &vector, body));
    }
}

fn envelope(document: &[u8]) -> CoseSign1 {
    CoseSign1::from_tagged_slice(document).unwrap()
}

#[test]
fn coset_reads_every_document_and_writes_it_again() {
    each(|name, _, body| {
        for (document, inspected) in documents(body) {
            let sign1 = envelope(document);
            assert_eq!(sign1.protected.header, header(&inspected), "{name}");
            assert_eq!(sign1.unprotected, Header::default(), "{name}");
            assert_eq!(sign1.clone().to_tagged_vec().unwrap(), document, "{name}");
            // Written anew from the header's values, not from the bytes that were kept.
            assert_eq!(
                sign1.protected.header.clone().to_vec().unwrap(),
                sign1.protected.original_data.clone().unwrap(),
                "{name}"
            );
        }
    });
}

/// Returns the header that a document of this kind has, as coset writes it.
fn header(inspected: &Inspected) -> Header {
    HeaderBuilder::new()
        .algorithm(iana::Algorithm::Ed25519)
        .key_id(inspected.kid.to_vec())
        .value(16, coset::cbor::value::Value::from(inspected.kind.number()))
        .build()
}

#[test]
fn the_algorithm_is_the_registered_one() {
    let (_, vector) = taken().remove(0);
    let (document, _) = documents(&vector.bodies[0]).remove(0);
    let header = envelope(document).protected.header;
    assert_eq!(header.alg, Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::Ed25519)));
    assert_eq!(header.rest.iter().map(|(label, _)| label).collect::<Vec<_>>(), [&Label::Int(16)]);
}

#[test]
fn coset_signs_over_the_same_bytes_and_ring_agrees() {
    each(|name, vector, body| {
        let keys = keys(vector, body);
        for (document, inspected) in documents(body) {
            let sign1 = envelope(document);
            let signed = sign1.tbs_data(&[]);
            assert_eq!(
                DocumentId(sha256(&signed)[..16].try_into().unwrap()),
                inspected.id,
                "{name}"
            );
            let holds = |key: &[u8]| {
                UnparsedPublicKey::new(&ED25519, key).verify(&signed, &sign1.signature).is_ok()
            };
            let named: Vec<_> = keys.iter().filter(|key| kid(key) == inspected.kid).collect();
            assert!(
                named.iter().any(|key| holds(key.as_slice())),
                "{name}: {} of {}",
                inspected.id,
                inspected.kind
            );
        }
    });
}

/// Returns the trusted roots, and the keys that the file's documents contain.
fn keys(vector: &Vector, body: &[u8]) -> Vec<[u8; 32]> {
    let contained =
        documents(body).into_iter().filter_map(|(_, inspected)| match inspected.claims {
            Unverified::Issuer(issuer) => Some(*issuer.key.as_bytes()),
            Unverified::Request(request) => Some(*request.key.as_bytes()),
            Unverified::Usage(usage) => Some(*usage.key.as_bytes()),
            Unverified::License(_) | Unverified::Receipt(_) | Unverified::Other => None,
        });
    vector.roots.iter().copied().chain(contained).collect()
}

/// Returns the first bytes of SHA-256 over what coset writes for the COSE_Key (RFC 9679).
fn kid(key: &[u8; 32]) -> [u8; 8] {
    let key = coset::CoseKeyBuilder::new_okp_key()
        .param(
            iana::OkpKeyParameter::Crv as i64,
            coset::cbor::value::Value::from(iana::EllipticCurve::Ed25519 as i64),
        )
        .param(iana::OkpKeyParameter::X as i64, coset::cbor::value::Value::Bytes(key.to_vec()))
        .build();
    sha256(&key.to_vec().unwrap())[..8].try_into().unwrap()
}

/// Returns the claims of each document that the core reads, as serde_cbor sees them.
fn claims(body: &[u8]) -> Vec<(Claims, Inspected)> {
    let read = |(document, inspected): (&[u8], Inspected)| {
        let payload = envelope(document).payload.unwrap();
        let known = !matches!(inspected.claims, Unverified::Other);
        known.then(|| (serde_cbor::from_slice(&payload).unwrap(), inspected))
    };
    documents(body).into_iter().filter_map(read).collect()
}

/// serde_cbor sorts keys by length, then bytewise: for unsigned integers that is the order of RFC
/// 8949.
#[test]
fn serde_cbor_writes_the_same_claims() {
    each(|name, _, body| {
        for (document, inspected) in documents(body) {
            let payload = envelope(document).payload.unwrap();
            if !matches!(inspected.claims, Unverified::Other) {
                let value: Value = serde_cbor::from_slice(&payload).unwrap();
                assert_eq!(serde_cbor::to_vec(&value).unwrap(), payload, "{name}");
            }
        }
    });
}

fn number(number: impl Into<i128>) -> Option<Value> {
    Some(Value::Integer(number.into()))
}

fn text(text: &impl ToString) -> Option<Value> {
    Some(Value::Text(text.to_string()))
}

fn bytes(bytes: &[u8]) -> Option<Value> {
    Some(Value::Bytes(bytes.to_vec()))
}

fn true_up(paid: &TrueUp) -> Value {
    let known = [
        (1, paid.quantity.map(Count::get)),
        (2, paid.from.map(Day::number)),
        (3, paid.to.map(Day::number)),
        (4, paid.base.map(Count::get)),
    ];
    let known = known.into_iter().filter_map(|(key, value)| Some((key, number(value?)?)));
    let unknown = paid.unknown.iter().map(|(key, value)| (i128::from(*key), unknown(value)));
    Value::Map(known.chain(unknown).map(|(key, value)| (Value::Integer(key), value)).collect())
}

fn unknown(value: &UnknownValue) -> Value {
    match value {
        UnknownValue::Integer(number) => Value::Integer(*number),
        UnknownValue::Text(text) => Value::Text(text.clone()),
        UnknownValue::Bytes(bytes) => Value::Bytes(bytes.clone()),
    }
}

/// Returns what the core read, claim by claim; lists only by their length.
fn seen(claims: &Unverified) -> Vec<(i128, Option<Value>)> {
    match claims {
        Unverified::License(l) => vec![
            (1, number(l.issued)),
            (2, text(&l.name)),
            (3, text(&l.email)),
            (4, text(&l.company)),
            (5, number(l.plan.number())),
            (6, l.seats.and_then(|seats| number(seats.get()))),
            (7, number(l.from.number())),
            (8, number(l.until.number())),
            (9, number(if l.policy.changed { 3 } else { 2 })),
            (10, length(l.rules.len())),
            (11, l.subscription.as_ref().and_then(text)),
            (12, l.subscription_id.as_ref().and_then(text)),
            (13, l.previous_users.and_then(|users| number(users.get()))),
            (14, l.true_up.as_ref().map(true_up)),
            (15, length(l.flags.len())),
            (16, length(l.add_ons.len())),
            (17, length(l.legacy_add_ons.len())),
            (18, length(l.instances.len())),
            (19, l.report_key.and_then(|key| bytes(&key.0))),
            (20, length(l.further_report_keys.len())),
            (21, l.restriction_id.as_ref().and_then(text)),
        ],
        Unverified::Issuer(i) => vec![
            (1, number(i.issued)),
            (2, bytes(i.key.as_bytes())),
            (3, text(&i.name)),
            (4, number(i.from.number())),
            (5, number(i.until.number())),
            (6, number(i.max_days)),
            (7, i.max_seats.and_then(|seats| number(seats.get()))),
            (8, length(i.plans.len())),
            (9, i.trials_only.then_some(1).and_then(number)),
            (11, length(i.kinds.len())),
            (15, i.start_days.and_then(|days| number(days.get()))),
        ],
        Unverified::Request(r) => vec![
            (1, number(r.issued)),
            (2, bytes(r.key.as_bytes())),
            (3, bytes(&r.instance.0)),
            (4, text(&r.name)),
            (5, text(&r.email)),
            (6, text(&r.company)),
            (7, number(r.plan.number())),
            (8, r.seats.and_then(|seats| number(seats.get()))),
            (9, number(r.users.get())),
            (13, r.license.and_then(|id| bytes(&id.0))),
            (15, r.peak.and_then(|users| number(users.get()))),
            (17, r.peak_day.and_then(|day| number(day.number()))),
            (19, r.days_counted.and_then(number)),
            (21, r.days_missing.and_then(number)),
            (23, r.gitlab_version.as_ref().and_then(text)),
        ],
        Unverified::Usage(u) => vec![
            (1, bytes(u.key.as_bytes())),
            (2, bytes(&u.license.0)),
            (3, number(u.number)),
            (4, u.first_day.and_then(|day| number(day.number()))),
            (5, number(u.last_day.number())),
            (6, length(u.series.as_ref().map_or(0, |_| 3))),
            (7, u.previous.and_then(|id| bytes(&id.0))),
        ],
        Unverified::Receipt(r) => vec![
            (1, number(r.issued)),
            (2, bytes(&r.license.0)),
            (3, bytes(&r.report.0)),
            (4, number(r.number)),
            (5, bytes(&r.report_key.0)),
            (6, number(r.last_day.number())),
            (7, number(r.received.number())),
            (8, r.owed.and_then(|owed| number(owed.get()))),
            (9, number(r.outcome.number())),
        ],
        Unverified::Other => vec![],
    }
}

fn length(length: usize) -> Option<Value> {
    (length > 0).then_some(Value::Integer(length as i128))
}

#[test]
#[allow(clippy::wildcard_enum_match_arm, reason = "the values of serde_cbor are not ours")]
fn serde_cbor_reads_the_same_claims() {
    each(|name, _, body| {
        for (claims, inspected) in claims(body) {
            for (key, expected) in seen(&inspected.claims) {
                let found = claims.get(&Value::Integer(key)).map(|value| match value {
                    Value::Array(items) => Value::Integer(items.len() as i128),
                    other => other.clone(),
                });
                assert_eq!(found, expected, "{name}: claim {key}");
            }
        }
    });
}

#[test]
fn serde_cbor_reads_the_same_rules() {
    each(|name, _, body| {
        for (claims, inspected) in claims(body) {
            let Unverified::License(license) = inspected.claims else { continue };
            let none = Value::Array(Vec::new());
            let Value::Array(rules) = claims.get(&Value::Integer(10)).unwrap_or(&none) else {
                panic!("{name}")
            };
            let ours: Vec<Value> = license.rules.iter().map(rule).collect();
            assert_eq!(rules, &ours, "{name}");
        }
    });
}

/// Returns a rule as it is written, from what the core read.
fn rule(rule: &license_core::rule::Rule) -> Value {
    let integer = |number: i64| Value::Integer(number.into());
    let condition = |condition: &license_core::rule::Condition| {
        let fact = i64::from(condition.fact.number());
        let test = if condition.op == license_core::rule::Op::Over { fact } else { -1 - fact };
        let days = condition
            .window
            .iter()
            .flat_map(|window| [window.from, window.to])
            .map(|day| integer(day.number().into()));
        Value::Array([integer(test), integer(condition.bound)].into_iter().chain(days).collect())
    };
    let head = [integer(rule.reason.number().into()), integer(rule.effect.number().into())];
    Value::Array(head.into_iter().chain(rule.conditions.iter().map(condition)).collect())
}

/// What the core verifies is what it shows to one who only looks.
#[test]
fn looking_and_verifying_show_the_same_issuers() {
    each(|name, vector, body| {
        let anchors =
            TrustAnchors::new(vector.roots.iter().map(|root| PublicKey::new(*root).unwrap()));
        let verified = verify(body, &anchors).unwrap();
        let shown = documents(body)
            .into_iter()
            .filter(|(_, inspected)| matches!(inspected.claims, Unverified::Issuer(_)))
            .map(|(_, inspected)| inspected.id);
        assert!(verified.issuers().map(license_core::verify::Verified::id).eq(shown), "{name}");
    });
}
