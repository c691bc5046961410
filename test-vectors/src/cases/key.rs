//! Keys and signatures: V5 and V6.

use license_core::Code;
use license_core::key::Signer;

use super::Case;
use crate::bytes::{Document, bstr, kid, protected, signature, to_be_signed};
use crate::documents::{
    ISSUER, LICENSE, REQUEST, USAGE, file, issuer, issuer_document, issuer_of, license,
    license_document, own, request, usage,
};
use crate::keys::{DESK, INSTANCE, Key, ROOT_A, ROOT_B, STRANGER, TRIAL_DESK};
use crate::scalar::{with_large_s, with_torsion};

pub(super) fn cases() -> Vec<Case> {
    [chains(), own_keys(), weak(), signatures()].into_iter().flatten().collect()
}

fn refused(name: &str, code: Code, what: &str, documents: &[Document]) -> Case {
    Case::refused(name, code, what, file(documents))
}

fn signed_by(key: Key, typ: u64, payload: Vec<u8>) -> Document {
    Document::of(&key.pair(), typ, payload)
}

fn chains() -> Vec<Case> {
    let of_b = || signed_by(ROOT_B, ISSUER, issuer().item());
    let (issuers, licensed) = (|| issuer_document(&issuer()), || license_document(&license()));
    let two = || vec![of_b(), licensed()];
    vec![
        refused(
            "key-issuer-of-stranger",
            Code::UnknownKey,
            "V5 an issuer document that no trusted root signed",
            &[signed_by(STRANGER, ISSUER, issuer().item()), licensed()],
        ),
        refused(
            "key-issuer-of-other-root",
            Code::UnknownKey,
            "V5 an issuer document of root B, and only root A is trusted",
            &two(),
        ),
        refused("key-no-root", Code::UnknownKey, "V5 no root is trusted", &[issuers(), licensed()]).roots(&[]),
        Case::taken("ok-key-second-root", "license", "V5 roots A and B are trusted, B signed", &two())
            .roots(&[ROOT_A.public(), ROOT_B.public()]),
        Case::taken("ok-key-other-root-alone", "license", "V5 root B is trusted, and signed", &two()).roots(&[ROOT_B.public()]),
        Case::taken(
            "ok-key-one-key-two-roots",
            "license",
            "V5 V11 two issuers of two roots; the desk is certified by root B, the trial desk by root A",
            &[of_b(), issuer_document(&issuer_of(TRIAL_DESK)), signed_by(TRIAL_DESK, 65_009, vec![]), licensed()],
        )
        .roots(&[ROOT_A.public(), ROOT_B.public()]),
        refused(
            "key-issuer-of-issuing-key",
            Code::UnknownKey,
            "V5 an issuing key certifies another: only a root does",
            &[issuers(), signed_by(DESK, ISSUER, issuer_of(TRIAL_DESK).item()), signed_by(TRIAL_DESK, LICENSE, license().item())],
        ),
        refused("key-license-alone", Code::UnknownKey, "V5 a license without its issuer document", &[licensed()]),
        refused(
            "key-license-of-stranger",
            Code::UnknownKey,
            "V5 a license that another key signed than the issuer document certifies",
            &[issuers(), signed_by(STRANGER, LICENSE, license().item())],
        ),
        refused(
            "key-license-of-root",
            Code::WrongKey,
            "V5 a license that a root signed",
            &[signed_by(ROOT_A, LICENSE, license().item())],
        ),
        refused(
            "key-license-of-root-beside-issuer",
            Code::WrongKey,
            "V5 a license that a root signed, after an issuer document",
            &[issuers(), signed_by(ROOT_A, LICENSE, license().item())],
        ),
        Case::taken(
            "ok-key-root-certified",
            "license",
            "V5 a root that is certified as an issuing key is one",
            &[signed_by(ROOT_A, ISSUER, issuer_of(ROOT_A).item()), signed_by(ROOT_A, LICENSE, license().item())],
        ),
    ]
}

fn own_keys() -> Vec<Case> {
    let under_kid = |name: Key, signer: Key, typ, payload: Vec<u8>| {
        Document::signed(&signer.pair(), protected(&kid(&name.public()), typ), payload)
    };
    vec![
        Case::taken(
            "ok-request-no-root",
            "request",
            "V5 a request needs no trusted root",
            &[own(REQUEST, request().item())],
        )
        .roots(&[]),
        Case::taken(
            "ok-usage-no-root",
            "usage",
            "V5 a usage report needs no trusted root",
            &[own(USAGE, usage().item())],
        )
        .roots(&[]),
        refused(
            "key-request-other-kid",
            Code::WrongKey,
            "V5 a request signed by the key that it contains, under another kid",
            &[under_kid(STRANGER, INSTANCE, REQUEST, request().item())],
        ),
        refused(
            "key-usage-other-kid",
            Code::WrongKey,
            "V5 a report signed by the key that it contains, under another kid",
            &[under_kid(STRANGER, INSTANCE, USAGE, usage().item())],
        ),
        refused(
            "key-request-other-key",
            Code::WrongKey,
            "V5 a request signed by another key than it contains, under that key's kid",
            &[signed_by(STRANGER, REQUEST, request().item())],
        ),
        refused(
            "key-usage-of-root",
            Code::WrongKey,
            "V5 a report signed by a trusted root, not by the key that it contains",
            &[signed_by(ROOT_A, USAGE, usage().item())],
        ),
        refused(
            "signature-request-other-key",
            Code::BadSignature,
            "V6 a request signed by another key, under the kid of the key that it contains",
            &[under_kid(INSTANCE, STRANGER, REQUEST, request().item())],
        ),
        refused(
            "signature-usage-other-key",
            Code::BadSignature,
            "V6 a report signed by another key, under the kid of the key that it contains",
            &[under_kid(INSTANCE, STRANGER, USAGE, usage().item())],
        ),
        refused(
            "payload-request-before-kid",
            Code::PayloadMalformed,
            "V5 in a request the claims come before kid and signature",
            &[under_kid(STRANGER, STRANGER, REQUEST, request().without(9).item())],
        ),
        refused(
            "kind-usage-before-kid",
            Code::Inconsistent,
            "V5 V9 in a report the kind's own checks come before kid and signature",
            &[under_kid(STRANGER, STRANGER, USAGE, usage().with(3, vec![0]).item())],
        ),
    ]
}

/// The y-coordinates of the eight points whose order divides 8, and what each is; the lowest byte
/// first.
const LOW_ORDER: [(&str, &str, &str); 5] = [
    ("0", "order 4", "0000000000000000000000000000000000000000000000000000000000000000"),
    ("1", "order 1", "0100000000000000000000000000000000000000000000000000000000000000"),
    ("minus-1", "order 2", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ("8a", "order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    ("8b", "order 8", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
];

/// y-coordinates of 2^255 - 19 or more.
const LARGE: [(&str, &str, &str); 4] = [
    ("p", "2^255 - 19", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ("p-plus-1", "2^255 - 18", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    (
        "p-plus-3",
        "2^255 - 16, the coordinate of a usual point",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ),
    ("largest", "2^255 - 1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
];

fn key_of(hexadecimal: &str, sign: bool) -> Vec<u8> {
    let mut key = hex::decode(hexadecimal).unwrap_or_default();
    if let Some(last) = key.last_mut() {
        *last |= if sign { 0x80 } else { 0 };
    }
    key
}

fn weak() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, what, y) in LOW_ORDER.into_iter().chain(LARGE) {
        for (sign, word) in [(false, ""), (true, "-sign")] {
            let key = key_of(y, sign);
            let comment = format!(
                "V5 an issuing key whose y-coordinate is {name} ({what}){}",
                if sign { ", the sign bit set" } else { "" }
            );
            let issuers = issuer_document(&issuer().with(2, bstr(&key)));
            cases.push(refused(
                &format!("key-weak-issuer-{name}{word}"),
                Code::WeakKey,
                &comment,
                &[issuers],
            ));
        }
    }
    // R and S of nothing: under a key of order 1 this holds for every message.
    let nothing = [&key_of(LOW_ORDER[1].2, false)[..], &[0; 32]].concat();
    for (name, typ, key_claim, claims) in
        [("request", REQUEST, 2, request()), ("usage", USAGE, 1, usage())]
    {
        for (y, word) in [(LOW_ORDER[1], "1"), (LOW_ORDER[3], "8a"), (LARGE[1], "p-plus-1")] {
            let key = key_of(y.2, false);
            let payload = claims.clone().with(key_claim, bstr(&key)).item();
            let document = Document {
                protected: protected(&kid(&key), typ),
                payload,
                signature: nothing.clone(),
            };
            let comment =
                format!("V5 a {name} that contains a key whose y-coordinate is {word} ({})", y.1);
            cases.push(refused(
                &format!("key-weak-{name}-{word}"),
                Code::WeakKey,
                &comment,
                &[document],
            ));
        }
    }
    // 2^255 - 21 is the largest y that is not refused: nothing is said of whether a point has it.
    let large = key_of("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", false);
    cases.push(Case::taken(
        "ok-key-largest-y",
        "issuer",
        "V5 a key whose y-coordinate is 2^255 - 21",
        &[issuer_document(&issuer().with(2, bstr(&large)))],
    ));
    cases
}

fn signatures() -> Vec<Case> {
    let (issuers, good) = (|| issuer_document(&issuer()), license_document(&license()));
    let with = |signature: &[u8]| Document { signature: signature.to_vec(), ..good.clone() };
    let message = to_be_signed(&good.protected, &good.payload);
    let right = signature(&DESK.pair(), &message);
    let mut flipped = right;
    flipped[0] ^= 1;
    let bad = |name: &str, what: &str, documents: &[Document]| {
        refused(&format!("signature-{name}"), Code::BadSignature, &format!("V6 {what}"), documents)
    };
    let over = |message: &[u8]| with(&signature(&DESK.pair(), message));
    let identity = [&key_of(LOW_ORDER[1].2, false)[..], &[0; 32]].concat();
    vec![
        bad("bit", "one bit of the license's signature", &[issuers(), with(&flipped)]),
        bad("zero", "a signature of zeros", &[issuers(), with(&[0; 64])]),
        bad("identity", "R is the neutral point and S is 0", &[issuers(), with(&identity)]),
        bad("large-s", "S with the group's order added", &[issuers(), with(&with_large_s(&right))]),
        bad(
            "cofactored",
            "R with the point of order 2 added: only the equation with the cofactor holds",
            &[issuers(), with(&with_torsion(&DESK.seed(), &DESK.public(), &message, &right))],
        ),
        bad(
            "over-payload",
            "the signature is over the payload, not over the Sig_structure",
            &[issuers(), over(&good.payload)],
        ),
        bad(
            "external-data",
            "the signature is over a Sig_structure with external data",
            &[
                issuers(),
                over(&crate::bytes::list(&[
                    crate::bytes::text("Signature1"),
                    bstr(&good.protected),
                    bstr(b"x"),
                    bstr(&good.payload),
                ])),
            ],
        ),
        bad(
            "context",
            "the signature is over a Sig_structure of COSE_Sign",
            &[
                issuers(),
                over(&crate::bytes::list(&[
                    crate::bytes::text("Signature"),
                    bstr(&good.protected),
                    bstr(&[]),
                    bstr(&good.payload),
                ])),
            ],
        ),
        bad(
            "other-payload",
            "a license with 1000 seats under the signature of one with 100",
            &[
                issuers(),
                Document {
                    payload: license().with(6, crate::bytes::uint(1000)).item(),
                    ..good.clone()
                },
            ],
        ),
        bad(
            "other-typ",
            "the claims and signature of a rider under the typ of a license",
            &[
                issuers(),
                Document {
                    protected: good.protected.clone(),
                    ..Document::of(&DESK.pair(), 65_009, good.payload.clone())
                },
            ],
        ),
        bad(
            "other-key",
            "signed by the stranger under the desk's kid",
            &[
                issuers(),
                Document::signed(
                    &STRANGER.pair(),
                    protected(&kid(DESK.pair().public().as_bytes()), LICENSE),
                    license().item(),
                ),
            ],
        ),
        bad(
            "issuer",
            "the issuer document altered",
            &[
                Document { payload: issuer().with(6, crate::bytes::uint(401)).item(), ..issuers() },
                good.clone(),
            ],
        ),
        bad(
            "issuer-of-stranger",
            "an issuer document signed by the stranger under the root's kid",
            &[
                Document::signed(
                    &STRANGER.pair(),
                    protected(&kid(&ROOT_A.public()), ISSUER),
                    issuer().item(),
                ),
                good.clone(),
            ],
        ),
        bad(
            "before-payload",
            "V7 comes after V6: a license altered into what is no CBOR",
            &[issuers(), Document { payload: vec![0xff], ..good.clone() }],
        ),
        refused(
            "signature-request",
            Code::BadSignature,
            "V6 a request altered",
            &[Document {
                payload: request().with(8, crate::bytes::uint(101)).item(),
                ..own(REQUEST, request().item())
            }],
        ),
        refused(
            "signature-usage",
            Code::BadSignature,
            "V6 a report altered",
            &[Document {
                payload: usage()
                    .with(3, crate::bytes::uint(1))
                    .with(6, crate::documents::series("2025-11-01", 80, &[0x85]))
                    .item(),
                ..own(USAGE, usage().item())
            }],
        ),
    ]
}
