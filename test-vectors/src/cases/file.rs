//! The grammar of a file: V4, riders that are skipped, V11.

use license_core::Code;
use test_vectors::Form;

use super::Case;
use crate::bytes::{Document, text, uint};
use crate::documents::{
    APPROVAL, ISSUER, LICENSE, RECEIPT, REQUEST, REVOCATION, USAGE, file, issuer, issuer_document,
    issuer_of, license, license_document, own, receipt, receipt_document, request, usage,
};
use crate::keys::{DESK, Key, ROOT_A, STRANGER, TRIAL_DESK};

pub(super) fn cases() -> Vec<Case> {
    [order(), riders(), unused(), kinds()].into_iter().flatten().collect()
}

/// Returns a rider of a kind that a reader does not know; its payload is not even CBOR claims.
fn rider(key: Key, typ: u64, content: &[u8]) -> Document {
    Document::of(&key.pair(), typ, content.to_vec())
}

fn issuers() -> Document {
    issuer_document(&issuer())
}

fn licensed() -> Document {
    license_document(&license())
}

fn requested() -> Document {
    own(REQUEST, request().item())
}

fn reported() -> Document {
    own(USAGE, usage().item())
}

/// Returns a receipt for the report of this number.
fn received(number: u64) -> Document {
    receipt_document(&receipt().with(4, uint(number)))
}

fn order() -> Vec<Case> {
    let other_license = license_document(&license().with(6, uint(90)));
    let order = |name: &str, what: &str, documents: &[Document]| {
        Case::refused(
            format!("file-order-{name}"),
            Code::WrongOrder,
            format!("V4 {what}"),
            file(documents),
        )
    };
    let duplicate = |name: &str, what: &str, documents: &[Document]| {
        Case::refused(
            format!("file-duplicate-{name}"),
            Code::Duplicate,
            format!("V4 {what}"),
            file(documents),
        )
    };
    let receipts = |count: u64| (1..=count).map(received);
    let of = |count: u64| {
        [issuers()].into_iter().chain(receipts(count)).chain([licensed()]).collect::<Vec<_>>()
    };
    vec![
        Case::taken("ok-file-16-documents", "license", "V2 sixteen documents", &of(14)),
        Case::refused(
            "file-17-documents",
            Code::TooManyDocuments,
            "V2 seventeen documents",
            file(&of(15)),
        ),
        duplicate("issuer", "an issuer document twice", &[issuers(), issuers(), licensed()]),
        duplicate("license", "a license twice", &[issuers(), licensed(), licensed()]),
        duplicate(
            "rider",
            "a rider of an unknown kind twice",
            &[issuers(), rider(DESK, 65_009, b"a"), rider(DESK, 65_009, b"a"), licensed()],
        ),
        duplicate("other-signature", "the same content with another signature has the same id", &{
            let altered = Document { signature: vec![0; 64], ..issuers() };
            [issuers(), altered, licensed()]
        }),
        order("license-first", "a license before its issuer", &[licensed(), issuers()]),
        order(
            "two-licenses",
            "two principals: two licenses",
            &[issuers(), licensed(), other_license],
        ),
        order(
            "license-and-request",
            "two principals: a license and a request",
            &[issuers(), licensed(), requested()],
        ),
        order(
            "usage-and-request",
            "two principals: a report and a request",
            &[reported(), requested()],
        ),
        order(
            "rider-after-license",
            "a rider of an unknown kind after the principal",
            &[issuers(), licensed(), rider(DESK, 65_009, b"a")],
        ),
        order(
            "rider-after-request",
            "a rider of an unknown kind after a request",
            &[requested(), rider(ROOT_A, 65_009, b"a")],
        ),
        order(
            "receipt-after-license",
            "a receipt after the principal",
            &[issuers(), licensed(), rider(DESK, RECEIPT, b"a")],
        ),
        order(
            "approval-before-receipt",
            "an approval before a receipt",
            &[issuers(), rider(DESK, APPROVAL, b"a"), rider(DESK, RECEIPT, b"a"), licensed()],
        ),
        order(
            "receipt-before-issuer",
            "a receipt before an issuer document",
            &[rider(ROOT_A, RECEIPT, b"a"), issuers(), licensed()],
        ),
        order(
            "approval-before-issuer",
            "an approval before an issuer document",
            &[rider(ROOT_A, APPROVAL, b"a"), issuers(), licensed()],
        ),
        order(
            "revocation-after-issuer",
            "a revocation after an issuer document",
            &[issuers(), rider(ROOT_A, REVOCATION, b"a"), licensed()],
        ),
        order(
            "two-revocations",
            "two revocations",
            &[
                rider(ROOT_A, REVOCATION, b"a"),
                rider(ROOT_A, REVOCATION, b"b"),
                issuers(),
                licensed(),
            ],
        ),
    ]
}

fn riders() -> Vec<Case> {
    let taken = |name: &str, what: &str, documents: &[Document]| {
        Case::taken(format!("ok-file-{name}"), "license", what, documents)
    };
    let refused = |name: &str, code, what: &str, documents: &[Document]| {
        Case::refused(name, code, what, file(documents))
    };
    let altered = Document { payload: b"b".to_vec(), ..rider(DESK, 65_009, b"a") };
    vec![
        taken(
            "rider-skipped",
            "V6 a rider of an unknown odd kind is skipped; V7 does not apply to it",
            &[issuers(), rider(DESK, 65_009, b"\xff not CBOR"), licensed()],
        ),
        Case::taken(
            "ok-file-rider-of-key-for-licenses",
            "license",
            "V6 a rider is skipped whatever kinds its issuing key may sign",
            &[
                issuer_document(&issuer().with(11, crate::documents::numbers(&[65_000]))),
                rider(DESK, 65_009, b"a"),
                licensed(),
            ],
        ),
        Case::taken(
            "ok-file-rider-last",
            "65009",
            "V11 a file of riders alone that ends with one of unknown kind",
            &[issuers(), rider(DESK, 65_009, b"a")],
        ),
        taken(
            "rider-empty-payload",
            "V6 a skipped rider may have an empty payload",
            &[issuers(), rider(DESK, 65_535, b""), licensed()],
        ),
        taken(
            "rider-of-root-first",
            "V4 V5 a rider of an unknown kind may stand anywhere before the principal; a root may sign it",
            &[rider(ROOT_A, 65_011, b"a"), issuers(), licensed()],
        ),
        taken(
            "rider-between-issuers",
            "V4 a rider between two issuer documents, both used",
            &[
                issuers(),
                rider(DESK, 65_009, b"a"),
                issuer_document(&issuer_of(TRIAL_DESK)),
                rider(TRIAL_DESK, 65_009, b"a"),
                licensed(),
            ],
        ),
        taken(
            "receipt-and-approval",
            "V5 receipts are read, and the reserved odd kind is skipped, in the order of section 4",
            &[
                issuers(),
                received(1),
                received(2),
                rider(DESK, APPROVAL, b"a"),
                rider(DESK, APPROVAL, b"b"),
                licensed(),
            ],
        ),
        Case::taken(
            "ok-file-issuer-alone",
            "issuer",
            "V11 a file of issuer documents alone",
            &[issuers()],
        ),
        Case::taken(
            "ok-file-two-issuers-alone",
            "issuer",
            "V11 two issuer documents of one key, alone",
            &[issuers(), issuer_document(&issuer().with(3, text("Desk 2")))],
        ),
        Case::taken(
            "ok-file-receipt-alone",
            "receipt",
            "V11 an issuer document and a receipt that its key signed",
            &[issuers(), received(1)],
        ),
        refused(
            "payload-even-rider",
            Code::TooNew,
            "V6 a document of an unknown even kind",
            &[issuers(), rider(DESK, 65_010, b"a"), licensed()],
        ),
        refused(
            "payload-even-rider-of-root",
            Code::TooNew,
            "V6 a document of an unknown even kind that a root signed",
            &[rider(ROOT_A, 65_534, b"a"), issuers(), licensed()],
        ),
        refused(
            "payload-revocation",
            Code::TooNew,
            "V5 V6 the reserved kind revocation is even, so a reader of this version refuses it",
            &[rider(ROOT_A, REVOCATION, b"a"), issuers(), licensed()],
        ),
        refused(
            "signature-rider",
            Code::BadSignature,
            "V6 an unknown odd kind is skipped only once its signature holds",
            &[issuers(), altered.clone(), licensed()],
        ),
        refused(
            "signature-even-rider",
            Code::BadSignature,
            "V6 the signature comes before the kind's number",
            &[
                issuers(),
                Document { payload: b"b".to_vec(), ..rider(DESK, 65_010, b"a") },
                licensed(),
            ],
        ),
        refused(
            "key-rider-stranger",
            Code::UnknownKey,
            "V5 a rider of an unknown odd kind that no trusted key signed",
            &[issuers(), rider(STRANGER, 65_009, b"a"), licensed()],
        ),
        refused(
            "key-even-rider-stranger",
            Code::UnknownKey,
            "V5 a rider of an unknown even kind that no trusted key signed",
            &[issuers(), rider(STRANGER, 65_010, b"a"), licensed()],
        ),
        refused(
            "key-rider-before-issuer",
            Code::UnknownKey,
            "V5 a rider of the desk before the document that certifies the desk",
            &[rider(DESK, 65_009, b"a"), issuers(), licensed()],
        ),
        refused(
            "key-rider-before-request",
            Code::UnknownKey,
            "V5 a rider before a request, and no key that certifies it",
            &[rider(DESK, 65_009, b"a"), requested()],
        ),
    ]
}

fn unused() -> Vec<Case> {
    let unused = |name: &str, what: &str, documents: &[Document]| {
        Case::refused(
            format!("file-unused-issuer-{name}"),
            Code::UnusedIssuer,
            format!("V11 {what}"),
            file(documents),
        )
    };
    let trial = || issuer_document(&issuer_of(TRIAL_DESK));
    let again = || issuer_document(&issuer().with(3, text("Desk 2")));
    vec![
        unused(
            "license",
            "the trial desk is certified and signed nothing",
            &[issuers(), trial(), licensed()],
        ),
        unused("request", "an issuer document before a request", &[issuers(), requested()]),
        unused("usage", "an issuer document before a usage report", &[issuers(), reported()]),
        unused(
            "second-of-one-key",
            "of two issuer documents of one key the second certifies nothing",
            &[issuers(), again(), licensed()],
        ),
        unused(
            "second-of-one-key-rider",
            "the second stays unused though a rider of its key follows",
            &[issuers(), rider(DESK, 65_009, b"a"), again(), rider(DESK, 65_009, b"b"), licensed()],
        ),
        unused(
            "rider",
            "an issuer document whose key signed nothing, with a rider of a root",
            &[issuers(), rider(ROOT_A, 65_009, b"a")],
        ),
        unused(
            "certifies-issuer-only",
            "V11 the root's own key is certified, and signed an issuer document only",
            &[issuer_document(&issuer_of(ROOT_A)), issuers(), licensed()],
        ),
        Case::taken(
            "ok-file-issuer-used-by-rider",
            "license",
            "V11 an issuer document used by a rider only",
            &[issuers(), trial(), rider(TRIAL_DESK, 65_009, b"a"), licensed()],
        ),
    ]
}

fn kinds() -> Vec<Case> {
    let license = || file(&[issuers(), licensed()]);
    let report = |name: &str, what: &str, bodies: Vec<Vec<u8>>| {
        Case::new(
            format!("file-wrong-kind-{name}"),
            Form::Report,
            Some(Code::WrongKind),
            format!("V14 {what}"),
            bodies,
        )
    };
    vec![
        report(
            "request-for-license",
            "a request where a license is asked for",
            vec![file(&[requested()]), file(&[reported()])],
        ),
        report(
            "issuer-for-license",
            "a file of riders alone where a license is asked for",
            vec![file(&[issuers()]), file(&[reported()])],
        ),
        report(
            "request-for-usage",
            "a request where a usage report is asked for",
            vec![license(), file(&[requested()])],
        ),
        Case::refused(
            "payload-license-as-request",
            Code::PayloadMalformed,
            "V8 the claims of a license under the typ of a request",
            file(&[Document::of(&DESK.pair(), REQUEST, crate::documents::license().item())]),
        ),
        Case::refused(
            "payload-issuer-as-license",
            Code::PayloadMalformed,
            "V8 the claims of an issuer document under the typ of a license",
            file(&[issuers(), Document::of(&DESK.pair(), LICENSE, issuer().item())]),
        ),
        Case::refused(
            "payload-license-as-issuer",
            Code::PayloadMalformed,
            "V8 the claims of a license under the typ of an issuer document",
            file(&[Document::of(&ROOT_A.pair(), ISSUER, crate::documents::license().item())]),
        ),
    ]
}
