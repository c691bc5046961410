//! Receipts: V5, V6, V9, V10, and where they stand.

use license_core::Code;

use super::Case;
use crate::bytes::{Document, Map, bstr, uint};
use crate::documents::{
    LAST_DAY, LAST_TIME, RECEIPT, USAGE, day, file, issuer, issuer_document, issuer_of, license,
    license_document, numbers, own, receipt, receipt_document, usage,
};
use crate::keys::{DESK, Key, ROOT_A, STRANGER, TRIAL_DESK};

pub(super) fn cases() -> Vec<Case> {
    [keys(), claims(), kinds(), limits(), places()].into_iter().flatten().collect()
}

fn issuers() -> Document {
    issuer_document(&issuer())
}

fn signed_by(key: Key) -> Document {
    Document::of(&key.pair(), RECEIPT, receipt().item())
}

fn refused(name: &str, code: Code, what: &str, documents: &[Document]) -> Case {
    let name = format!("{}-receipt-{name}", code.stage().name());
    Case::refused(name, code, what, file(documents))
}

fn taken(name: &str, what: &str, documents: &[Document]) -> Case {
    Case::taken(format!("ok-receipt-{name}"), "receipt", what, documents)
}

fn keys() -> Vec<Case> {
    let licensed = || license_document(&license());
    let altered = Document { payload: receipt().with(8, uint(2)).item(), ..signed_by(DESK) };
    vec![
        refused(
            "of-root",
            Code::WrongKey,
            "V5 a receipt that a root signed: an issuing key does",
            &[signed_by(ROOT_A), licensed()],
        ),
        refused(
            "of-stranger",
            Code::UnknownKey,
            "V5 a receipt that no certified key signed",
            &[issuers(), signed_by(STRANGER), licensed()],
        ),
        refused(
            "without-issuer",
            Code::UnknownKey,
            "V5 a receipt alone, without the issuer document of its key",
            &[signed_by(DESK)],
        ),
        refused(
            "altered",
            Code::BadSignature,
            "V6 a receipt for fewer seats than were signed",
            &[issuers(), altered],
        ),
        refused(
            "alone",
            Code::UnusedIssuer,
            "V11 of two issuer documents before a receipt, one certifies nothing",
            &[issuers(), issuer_document(&issuer_of(TRIAL_DESK)), signed_by(DESK)],
        ),
    ]
}

fn claims() -> Vec<Case> {
    let with =
        |key: u64, number: u64| [issuers(), receipt_document(&receipt().with(key, uint(number)))];
    let over = |key: u64, number: u64| {
        let what = format!("V8 claim {key} of a receipt is over its limit");
        refused(&format!("{key}-over"), Code::OverLimit, &what, &with(key, number))
    };
    vec![
        over(1, LAST_TIME + 1),
        over(4, 1 << 32),
        over(6, LAST_DAY + 1),
        over(7, LAST_DAY + 1),
        over(8, 16_777_216),
        over(9, 65_536),
        taken("most-seats", "V8 the most seats owed", &with(8, 16_777_215)),
        taken("last-number", "V8 the largest number of a report", &with(4, (1 << 32) - 1)),
        refused("claim-10", Code::TooNew, "E5 an unknown even claim", &with(10, 1)),
        taken("claim-11", "E5 an unknown odd claim is kept", &with(11, 1)),
    ]
}

fn kinds() -> Vec<Case> {
    let with = |claims: Map| [issuers(), receipt_document(&claims)];
    let outcome = |outcome: u64| receipt().with(9, uint(outcome));
    let wrong = |name: &str, what: &str, claims: Map| {
        refused(name, Code::Inconsistent, &format!("V9 {what}"), &with(claims))
    };
    let right =
        |name: &str, what: &str, claims: Map| taken(name, &format!("V9 {what}"), &with(claims));
    let received = |date: &str| receipt().with(7, uint(day(date)));
    vec![
        right("nothing-owed", "no seats are owed", outcome(1).with(8, uint(0))),
        wrong("nothing-owed-1", "nothing owed, and one seat", outcome(1).with(8, uint(1))),
        wrong("nothing-owed-no-seats", "nothing owed, without the number", outcome(1).without(8)),
        right("billed", "one seat owed, billed", outcome(2).with(8, uint(1))),
        wrong("billed-0", "billed, and no seat is owed", outcome(2).with(8, uint(0))),
        wrong("billed-no-seats", "billed, without the number of seats", outcome(2).without(8)),
        right("joins-renewal", "seats owed that join the renewal", outcome(3)),
        wrong("joins-renewal-0", "no seats that join the renewal", outcome(3).with(8, uint(0))),
        right("waived", "seats owed that are waived", outcome(4)),
        wrong("waived-no-seats", "waived, without the number of seats", outcome(4).without(8)),
        right("paid", "seats owed that were bought", outcome(5)),
        wrong("paid-0", "paid, and no seat was owed", outcome(5).with(8, uint(0))),
        right("in-review", "what is owed is not settled yet", outcome(6).without(8)),
        wrong("in-review-0", "not settled yet, and a number of seats", outcome(6).with(8, uint(0))),
        right("outcome-odd", "an unknown odd outcome is kept, with seats", outcome(7)),
        right("outcome-odd-no-seats", "and without", outcome(7).without(8)),
        refused("outcome-even", Code::TooNew, "V9 an unknown even outcome", &with(outcome(8))),
        wrong("number-0", "report number 0", receipt().with(4, uint(0))),
        right("last-day-received", "received on the report's last day", received("2025-11-03")),
        wrong("before-last-day", "received the day before the last day", received("2025-11-02")),
        right("received-issued", "received on the day of issue", received("2025-11-05")),
        wrong("received-later", "received the day after the issue", received("2025-11-06")),
        refused(
            "outcome-before-number",
            Code::TooNew,
            "V9 an unknown even outcome, and report number 0: the outcome is first",
            &with(outcome(8).with(4, uint(0))),
        ),
    ]
}

fn limits() -> Vec<Case> {
    let under = |issuer: &Map| [issuer_document(issuer), receipt_document(&receipt())];
    let (issued, next) = (day("2025-11-05"), day("2025-11-06"));
    let limited = |name: &str, code: Code, what: &str, issuer: &Map| {
        refused(name, code, &format!("V10 {what}"), &under(issuer))
    };
    vec![
        taken(
            "kind",
            "V10 a key that may sign receipts alone",
            &under(&issuer().with(11, numbers(&[65_001]))),
        ),
        limited(
            "kind",
            Code::IssuerKind,
            "a key that may sign licenses only",
            &issuer().with(11, numbers(&[65_000])),
        ),
        taken(
            "first-day",
            "V10 issued on the key's first day",
            &under(&issuer().with(4, uint(issued))),
        ),
        limited(
            "before-first-day",
            Code::IssuerNotInForce,
            "issued the day before the key's first",
            &issuer().with(4, uint(next)),
        ),
        taken(
            "last-day",
            "V10 issued on the key's last day",
            &under(&issuer().with(5, uint(next))),
        ),
        limited(
            "after-last-day",
            Code::IssuerNotInForce,
            "issued on the first day on which the key may no longer issue",
            &issuer().with(5, uint(issued)),
        ),
        limited(
            "trials",
            Code::IssuerTrialsOnly,
            "a key for trials signs no receipt",
            &issuer().with(9, uint(1)),
        ),
        limited(
            "kind-first",
            Code::IssuerKind,
            "every limit is passed: the kind is first",
            &issuer().with(11, numbers(&[65_000])).with(5, uint(issued)).with(9, uint(1)),
        ),
        limited(
            "force-second",
            Code::IssuerNotInForce,
            "then the days of the key",
            &issuer().with(5, uint(issued)).with(9, uint(1)),
        ),
        taken(
            "no-other-limit",
            "V10 a receipt has no plan, no seats and no term",
            &under(&issuer().with(6, uint(1)).with(7, uint(0)).with(8, numbers(&[3]))),
        ),
    ]
}

fn places() -> Vec<Case> {
    let reported = own(USAGE, usage().item());
    let of_trial_desk = |claims: &Map| Document::of(&TRIAL_DESK.pair(), RECEIPT, claims.item());
    let other = receipt().with(3, bstr(&[9; 16])).with(4, uint(2));
    vec![
        Case::taken(
            "ok-receipt-before-license",
            "license",
            "section 4: a receipt before a license; one issuer document certifies the key of both",
            &[issuers(), receipt_document(&receipt()), license_document(&license())],
        ),
        Case::taken(
            "ok-receipt-of-second-desk",
            "license",
            "V11 each issuer document is used: by a receipt, and by the license",
            &[
                issuers(),
                issuer_document(&issuer_of(TRIAL_DESK)),
                of_trial_desk(&other),
                license_document(&license()),
            ],
        ),
        Case::taken(
            "ok-receipt-before-usage",
            "usage",
            "section 4: a receipt before a usage report",
            &[issuers(), receipt_document(&receipt()), reported],
        ),
        taken(
            "two",
            "section 4: two receipts, alone",
            &[issuers(), receipt_document(&receipt()), receipt_document(&other)],
        ),
        refused(
            "twice",
            Code::Duplicate,
            "V4 the same receipt twice",
            &[issuers(), receipt_document(&receipt()), receipt_document(&receipt())],
        ),
    ]
}
