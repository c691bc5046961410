//! What claims must satisfy among themselves: V9.

use license_core::Code;

use super::{Case, refused_license, taken_license};
use crate::bytes::{Item, Map, bstr, list, short, text, uint};
use crate::documents::{
    REQUEST, USAGE, USERS_MAX, bare, bound, day, file, further_keys, issuer, issuer_document,
    numbers, own, request, request_in_term, rule, usage, within,
};
use crate::keys::INSTANCE;

pub(super) fn cases() -> Vec<Case> {
    [
        licenses(),
        report_keys(),
        add_ons(),
        windows(),
        issuers(),
        requests(),
        requests_in_term(),
        reports(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn inconsistent(name: &str, what: &str, claims: &Map) -> Case {
    refused_license(
        format!("kind-license-{name}"),
        Code::Inconsistent,
        format!("V9 {what}"),
        claims,
    )
}

/// Returns an issuer document that allows every term.
fn century() -> Map {
    issuer().with(6, uint(36_525))
}

fn licenses() -> Vec<Case> {
    let (from, until) = (day("2025-11-01"), day("2026-11-01"));
    let true_up = |entries: &[(u64, u64)]| {
        bare().with(14, Map::of(entries.iter().map(|(key, number)| (*key, uint(*number)))).item())
    };
    let under_century = |claims: &Map| {
        vec![issuer_document(&century()), crate::documents::license_document(claims)]
    };
    vec![
        inconsistent(
            "until-is-from",
            "a license from and until the same day",
            &bare().with(8, uint(from)),
        ),
        inconsistent(
            "until-before-from",
            "a license until a day before its first",
            &bare().with(8, uint(from - 1)),
        ),
        taken_license(
            "ok-license-one-day",
            "V9 a license of one day",
            &bare().with(8, uint(from + 1)),
        ),
        Case::taken(
            "ok-license-century",
            "license",
            "V9 V10 a term of 36,525 days",
            &under_century(&bare().with(8, uint(from + 36_525))),
        ),
        Case::refused(
            "kind-license-term-36526",
            Code::Inconsistent,
            "V9 a term of 36,526 days",
            file(&under_century(&bare().with(8, uint(from + 36_526)))),
        ),
        inconsistent("no-seats", "0 seats", &bare().with(6, uint(0))),
        inconsistent(
            "flag-1-alone",
            "cloud_licensing without offline_cloud_licensing",
            &bare().with(15, numbers(&[1])),
        ),
        inconsistent(
            "flag-2-alone",
            "offline_cloud_licensing without cloud_licensing",
            &bare().with(15, numbers(&[2])),
        ),
        taken_license(
            "ok-flags-1-and-2",
            "V9 both flags of cloud licensing",
            &bare().with(15, numbers(&[1, 2])),
        ),
        inconsistent(
            "true-up-backwards",
            "a true-up that ends the day before it begins",
            &true_up(&[(1, 10), (2, from), (3, from - 1)]),
        ),
        taken_license(
            "ok-true-up-one-day",
            "V9 a true-up of one day",
            &true_up(&[(2, from), (3, from)]),
        ),
        taken_license(
            "ok-true-up-only-from",
            "V9 a true-up with its first day only",
            &true_up(&[(2, until)]),
        ),
        taken_license(
            "ok-true-up-only-to",
            "V9 a true-up with its last day only",
            &true_up(&[(3, from)]),
        ),
        refused_license(
            "payload-true-up-empty",
            Code::PayloadNotCanonical,
            "V9 E3 a true-up without claims",
            &true_up(&[]),
        ),
    ]
}

fn report_keys() -> Vec<Case> {
    let further = further_keys();
    let one = list(&further.iter().take(1).cloned().collect::<Vec<_>>());
    let own = bstr(&short(&INSTANCE.public()));
    let mut with_own = further;
    with_own.push(own.clone());
    with_own.sort();
    vec![
        inconsistent(
            "further-report-key-alone",
            "a further report key without the report key of the billed instance",
            &bare().with(20, one.clone()),
        ),
        inconsistent(
            "further-report-key-is-billed",
            "the report key of the billed instance as the one further key",
            &bound().with(20, list(&[own])),
        ),
        inconsistent(
            "further-report-keys-hold-billed",
            "the report key of the billed instance among the further ones",
            &bound().with(20, list(&with_own)),
        ),
        taken_license(
            "ok-license-further-report-key",
            "V9 one further report key",
            &bound().with(20, one.clone()),
        ),
        taken_license(
            "ok-license-further-report-keys",
            "V9 three further report keys, the most",
            &bound().with(20, list(&[1, 2, 3].map(|byte| bstr(&[byte; 16])))),
        ),
    ]
}

fn add_ons() -> Vec<Case> {
    let (from, until) = (day("2025-11-01"), day("2026-11-01"));
    let with = |days: &[(u64, u64)]| {
        let days = days.iter().map(|(key, number)| (*key, uint(*number)));
        bare()
            .with(16, list(&[Map::of([(1, uint(1)), (2, uint(5))].into_iter().chain(days)).item()]))
    };
    let default = |name: &str, what: &str, claims: &Map| {
        refused_license(
            format!("payload-{name}"),
            Code::PayloadNotCanonical,
            format!("V9 E3 {what}"),
            claims,
        )
    };
    vec![
        taken_license(
            "ok-add-on-own-days",
            "V9 an add-on with days of its own, within the term",
            &with(&[(3, from + 30), (4, until - 30)]),
        ),
        taken_license(
            "ok-add-on-beyond-the-license",
            "V9 an add-on may end after the license, where its issuing key may sign so long a term",
            &with(&[(4, until + 30)]),
        ),
        taken_license(
            "ok-add-on-own-from",
            "V9 an add-on with a first day of its own, the last of the term",
            &with(&[(3, until - 1)]),
        ),
        taken_license(
            "ok-add-on-own-until",
            "V9 an add-on with an until day of its own, one day after the license's first",
            &with(&[(4, from + 1)]),
        ),
        taken_license(
            "ok-add-on-other-day",
            "V9 an add-on from the license's until day on, and until a day after it",
            &with(&[(3, until), (4, until + 1)]),
        ),
        inconsistent(
            "add-on-until-is-from",
            "an add-on from and until the same day",
            &with(&[(3, from + 30), (4, from + 30)]),
        ),
        inconsistent(
            "add-on-backwards",
            "an add-on until a day before its first",
            &with(&[(3, from + 30), (4, from + 29)]),
        ),
        inconsistent(
            "add-on-from-license-until",
            "an add-on's first day is the license's until day",
            &with(&[(3, until)]),
        ),
        inconsistent(
            "add-on-until-license-from",
            "an add-on's until day is before the license's first",
            &with(&[(4, from - 1)]),
        ),
        inconsistent(
            "second-add-on",
            "the second of two add-ons is at fault",
            &bare().with(
                16,
                list(&[
                    Map::of([(1, uint(1)), (2, uint(5))]).item(),
                    Map::of([(1, uint(2)), (2, uint(5)), (3, uint(until + 5))]).item(),
                ]),
            ),
        ),
        default(
            "add-on-from-of-license",
            "an add-on with the license's first day written",
            &with(&[(3, from)]),
        ),
        default(
            "add-on-until-of-license",
            "an add-on with the license's until day written",
            &with(&[(4, until)]),
        ),
        default(
            "add-on-both-of-license",
            "an add-on with both days of the license written",
            &with(&[(3, from), (4, until)]),
        ),
    ]
}

fn windows() -> Vec<Case> {
    let (from, until) = (day("2025-11-01"), day("2026-11-01"));
    let with = |condition: Item| bare().with(10, list(&[rule(2, 1, &[condition])]));
    vec![
        inconsistent(
            "window-backwards",
            "a rule's days end before they begin",
            &with(within(USERS_MAX, 5, from, from - 1)),
        ),
        inconsistent(
            "window-is-term",
            "a rule's days are the term, which is written by leaving them out",
            &with(within(USERS_MAX, 5, from, until)),
        ),
        inconsistent(
            "window-is-term-at-most",
            "the same for a condition of `at most`",
            &with(within(-1 - USERS_MAX, 5, from, until)),
        ),
        inconsistent(
            "window-in-second-rule",
            "the second condition of the second rule is at fault",
            &bare().with(
                10,
                list(&[
                    rule(2, 1, &[within(USERS_MAX, 5, from, from)]),
                    rule(
                        2,
                        1,
                        &[within(USERS_MAX, 5, from, from), within(USERS_MAX, 5, from + 1, from)],
                    ),
                ]),
            ),
        ),
        taken_license(
            "ok-window-one-day",
            "V9 a rule's days are one day",
            &with(within(USERS_MAX, 5, from, from)),
        ),
        taken_license(
            "ok-window-to-last-day",
            "V9 the days to the last day of the term are not the term of section 7, which includes the until day",
            &with(within(USERS_MAX, 5, from, until - 1)),
        ),
        taken_license(
            "ok-window-from-next-day",
            "V9 the days from the second day of the term",
            &with(within(USERS_MAX, 5, from + 1, until)),
        ),
        taken_license(
            "ok-window-unknown-fact-backwards",
            "V9 what the days of an unknown fact mean is not known: they may end before they begin",
            &with(within(7, 5, from, from - 1)),
        ),
        taken_license(
            "ok-window-unknown-fact-term",
            "V9 what the days of an unknown fact mean is not known: they may be the term",
            &with(within(-10, 5, from, until)),
        ),
        taken_license(
            "ok-window-unknown-fact",
            "section 7: a fact that the reader does not know may have days",
            &with(within(7, 5, from, from)),
        ),
    ]
}

fn issuers() -> Vec<Case> {
    let alone = |claims: &Map| file(&[issuer_document(claims)]);
    let refused = |name: &str, what: &str, claims: &Map| {
        Case::refused(
            format!("kind-issuer-{name}"),
            Code::Inconsistent,
            format!("V9 {what}"),
            alone(claims),
        )
    };
    let taken = |name: &str, what: &str, claims: &Map| {
        Case::taken(
            format!("ok-issuer-{name}"),
            "issuer",
            format!("V9 {what}"),
            &[issuer_document(claims)],
        )
    };
    let from = day("2025-01-01");
    vec![
        refused(
            "until-is-from",
            "an issuing key from and until the same day",
            &issuer().with(5, uint(from)),
        ),
        refused(
            "until-before-from",
            "an issuing key until a day before its first",
            &issuer().with(5, uint(from - 1)),
        ),
        refused("max-days-0", "a longest term of 0 days", &issuer().with(6, uint(0))),
        refused("max-days-36526", "a longest term of 36,526 days", &issuer().with(6, uint(36_526))),
        taken("one-day", "an issuing key of one day", &issuer().with(5, uint(from + 1))),
        taken("max-days-1", "a longest term of 1 day", &issuer().with(6, uint(1))),
        taken("max-days-36525", "a longest term of 36,525 days", &issuer().with(6, uint(36_525))),
        refused(
            "start-days-90",
            "90 days from issue to first day, which are written by leaving the claim out",
            &issuer().with(15, uint(90)),
        ),
        refused(
            "start-days-36526",
            "36,526 days from issue to first day",
            &issuer().with(15, uint(36_526)),
        ),
        taken("start-days-91", "91 days from issue to first day", &issuer().with(15, uint(91))),
        taken(
            "start-days-36525",
            "36,525 days from issue to first day",
            &issuer().with(15, uint(36_525)),
        ),
        taken("seats-0", "a limit of 0 seats", &issuer().with(7, uint(0))),
        taken(
            "kind-license-alone",
            "the kind license alone",
            &issuer().with(11, numbers(&[65_000])),
        ),
        taken(
            "kind-receipt-alone",
            "the kind receipt alone",
            &issuer().with(11, numbers(&[65_001])),
        ),
        taken(
            "kinds-and-more",
            "license, receipt and another kind",
            &issuer().with(11, numbers(&[65_000, 65_001, 65_003])),
        ),
        taken(
            "kinds-unknown",
            "kinds that the reader does not know, odd and even",
            &issuer().with(11, numbers(&[0, 1, 64_999, 65_000, 65_010, 65_535])),
        ),
    ]
}

fn requests() -> Vec<Case> {
    vec![
        Case::refused(
            "kind-request-no-seats",
            Code::Inconsistent,
            "V9 a request for 0 seats",
            file(&[own(REQUEST, request().with(8, uint(0)).item())]),
        ),
        Case::taken(
            "ok-request-unlimited",
            "request",
            "V9 a request for unlimited seats",
            &[own(REQUEST, request().without(8).item())],
        ),
        Case::taken(
            "ok-request-no-users",
            "request",
            "V9 a request with 0 users now",
            &[own(REQUEST, request().with(9, uint(0)).item())],
        ),
    ]
}

/// The figures of a term of three days so far, through 2025-10-17.
fn requests_in_term() -> Vec<Case> {
    let made = day("2025-10-18");
    let file_of = |claims: &Map| file(&[own(REQUEST, claims.item())]);
    let refused = |name: &str, what: &str, claims: &Map| {
        Case::refused(
            format!("kind-request-{name}"),
            Code::Inconsistent,
            format!("V9 {what}"),
            file_of(claims),
        )
    };
    let taken = |name: &str, what: &str, claims: &Map| {
        Case::taken(
            format!("ok-request-{name}"),
            "request",
            format!("V9 {what}"),
            &[own(REQUEST, claims.item())],
        )
    };
    let without =
        |keys: &[u64]| keys.iter().fold(request_in_term(), |claims, key| claims.without(*key));
    let peak_on = |day: u64| request_in_term().with(17, uint(day));
    let days = |counted, missing| {
        request_in_term().with(19, uint(counted)).with(21, uint(missing)).with(17, uint(made - 1))
    };
    vec![
        taken("version-alone", "GitLab's version alone", &request().with(23, text("18.6"))),
        taken(
            "first-day",
            "a license on its first day: no day of its term so far",
            &without(&[15, 17]).with(19, uint(0)).with(21, uint(0)),
        ),
        taken(
            "no-day-counted",
            "a term so far without any count",
            &without(&[15, 17]).with(19, uint(0)).with(21, uint(3)),
        ),
        taken("peak-first", "the peak on the first day of the term", &peak_on(made - 3)),
        taken("peak-last", "the peak on the day before the request", &peak_on(made - 1)),
        taken("days-36525", "36,525 days, the longest term", &days(36_524, 1)),
        refused("license-alone", "a license without days", &without(&[15, 17, 19, 21])),
        refused("days-alone", "days without the license", &without(&[13])),
        refused("no-days-counted", "days without a count, and not those with one", &without(&[19])),
        refused("no-days-missing", "days with a count, and not those without", &without(&[21])),
        refused("no-peak", "days with a count, and no peak", &without(&[15, 17])),
        refused("peak-without-day", "a peak without its day", &without(&[17])),
        refused("peak-day-alone", "the day of a peak without the peak", &without(&[15])),
        refused(
            "peak-without-count",
            "a peak, and no day with a count",
            &request_in_term().with(19, uint(0)).with(21, uint(3)),
        ),
        refused(
            "peak-without-license",
            "a peak and its day without license and days",
            &without(&[13, 19, 21]),
        ),
        refused("peak-on-its-day", "a peak on the day of the request", &peak_on(made)),
        refused("peak-before-term", "a peak on the day before the term", &peak_on(made - 4)),
        refused(
            "peak-before-1970",
            "a peak on the day of a request of the first day of 1970",
            &days(1, 0).with(1, uint(0)).with(17, uint(0)),
        ),
        Case::refused(
            "payload-request-days-36526",
            Code::OverLimit,
            "V9 36,526 days with and without a count",
            file_of(&days(36_524, 2)),
        ),
        Case::refused(
            "payload-request-days-largest",
            Code::OverLimit,
            "V9 the largest numbers of days do not wrap around",
            file_of(&days(0xFFFF_FFFF, 0xFFFF_FFFF)),
        ),
    ]
}

fn reports() -> Vec<Case> {
    let id = || bstr(&[7; 16]);
    let refused = |name: &str, what: &str, claims: &Map| {
        Case::refused(
            format!("kind-usage-{name}"),
            Code::Inconsistent,
            format!("V9 {what}"),
            file(&[own(USAGE, claims.item())]),
        )
    };
    let taken = |name: &str, what: &str, claims: &Map| {
        Case::taken(
            format!("ok-usage-{name}"),
            "usage",
            format!("V9 {what}"),
            &[own(USAGE, claims.item())],
        )
    };
    let first = day("2025-11-01");
    vec![
        refused("no-first-day", "neither a first day nor a series", &usage().without(6)),
        refused(
            "first-day-of-series",
            "a first day that is the series' own",
            &usage().with(4, uint(first)),
        ),
        refused(
            "first-day-after-series",
            "a first day after the series' first",
            &usage().with(4, uint(first + 1)),
        ),
        refused("number-0", "report number 0", &usage().with(3, uint(0))),
        refused(
            "number-0-with-previous",
            "report number 0 with a report before",
            &usage().with(3, uint(0)).with(7, id()),
        ),
        refused(
            "number-1-with-previous",
            "report number 1 with a report before",
            &usage().with(7, id()),
        ),
        refused(
            "number-2-alone",
            "report number 2 without a report before",
            &usage().with(3, uint(2)),
        ),
        taken(
            "number-2",
            "report number 2 with the report before",
            &usage().with(3, uint(2)).with(7, id()),
        ),
        taken(
            "number-largest",
            "report number 4,294,967,295",
            &usage().with(3, uint(0xFFFF_FFFF)).with(7, id()),
        ),
    ]
}
