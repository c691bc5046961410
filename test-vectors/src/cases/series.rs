//! The daily series: section 6.

use license_core::Code;
use license_core::Day;
use test_vectors::Counts;

use super::Case;
use crate::bytes::{Item, Map, bstr, list, uint};
use crate::documents::{USAGE, bound, day, file, license_document, own, series, usage, usage_on};

pub(super) fn cases() -> Vec<Case> {
    [taken(), refused(), lengths()].into_iter().flatten().chain([year()]).collect()
}

const FIRST: &str = "2025-11-01";

/// Returns a report over this many days from the first on, its series given by count and half
/// bytes.
fn report(days: u64, count: u64, steps: &str) -> Map {
    let steps = hex::decode(steps).unwrap_or_default();
    usage().with(5, uint(day(FIRST) + days - 1)).with(6, series(FIRST, count, &steps))
}

fn ok(name: &str, what: &str, claims: &Map, first: &str, counts: &[Option<u32>]) -> Case {
    let counts = Counts { first: super::day(first), counts: counts.to_vec() };
    Case::taken(
        format!("ok-series-{name}"),
        "usage",
        format!("V9 section 6: {what}"),
        &[own(USAGE, claims.item())],
    )
    .edit(|vector| vector.series = Some(counts))
}

fn some(counts: &[u32]) -> Vec<Option<u32>> {
    counts.iter().copied().map(Some).collect()
}

fn taken() -> Vec<Case> {
    let before = |claims: Map| claims.with(4, uint(day("2025-10-30")));
    let alone = |first: u64, last: u64| usage().without(6).with(4, uint(first)).with(5, uint(last));
    vec![
        ok("one-day", "one day, no step", &report(1, 81, ""), FIRST, &some(&[81])),
        ok(
            "same",
            "step 7 is the same count; the half byte left over is 0",
            &report(2, 5, "70"),
            FIRST,
            &some(&[5, 5]),
        ),
        ok(
            "two-steps",
            "two steps fill a byte, the higher half first",
            &report(3, 5, "86"),
            FIRST,
            &some(&[5, 6, 5]),
        ),
        ok(
            "largest-steps",
            "steps 0 and 13: 7 less and 6 more",
            &report(3, 10, "0d"),
            FIRST,
            &some(&[10, 3, 9]),
        ),
        ok(
            "escape-up",
            "7 more fits no step: 15 and 24 bits",
            &report(2, 10, "f0000110"),
            FIRST,
            &some(&[10, 17]),
        ),
        ok(
            "escape-down",
            "8 less fits no step",
            &report(2, 10, "f0000020"),
            FIRST,
            &some(&[10, 2]),
        ),
        ok(
            "escape-largest",
            "from 0 to 16,777,215 and one less",
            &report(3, 0, "fffffff6"),
            FIRST,
            &some(&[0, 16_777_215, 16_777_214]),
        ),
        ok(
            "escape-then-step",
            "a step after an escape counts from the escaped count",
            &report(3, 10, "f0003e88"),
            FIRST,
            &some(&[10, 1000, 1001]),
        ),
        ok(
            "escape-off-byte",
            "an escape that begins in the lower half of a byte",
            &report(4, 10, "8f0003e870"),
            FIRST,
            &some(&[10, 11, 1000, 1000]),
        ),
        ok(
            "gap-within",
            "a day without data; the next step counts from the last day with data",
            &report(3, 10, "e8"),
            FIRST,
            &[Some(10), None, Some(11)],
        ),
        ok(
            "gap-then-escape",
            "two days without data, then an escape",
            &report(4, 10, "eef00012c0"),
            FIRST,
            &[Some(10), None, None, Some(300)],
        ),
        ok(
            "gap-at-end",
            "days without data at the end are written",
            &report(4, 10, "8ee0"),
            FIRST,
            &[Some(10), Some(11), None, None],
        ),
        ok(
            "gap-at-start",
            "days before the series have no data",
            &before(report(2, 10, "70")),
            "2025-10-30",
            &[None, None, Some(10), Some(10)],
        ),
        ok(
            "gap-everywhere",
            "no data at the start, within and at the end",
            &before(report(4, 10, "e8e0")),
            "2025-10-30",
            &[None, None, Some(10), None, Some(11), None],
        ),
        ok(
            "no-data",
            "a period without data has no series",
            &alone(day(FIRST), day(FIRST) + 2),
            FIRST,
            &[None, None, None],
        ),
        ok(
            "no-data-one-day",
            "a period of one day without data",
            &alone(day(FIRST), day(FIRST)),
            FIRST,
            &[None],
        ),
        ok("zero", "counts of 0", &report(3, 0, "77"), FIRST, &some(&[0, 0, 0])),
        ok(
            "last-day",
            "a period that ends on 9999-12-31",
            &usage()
                .with(5, uint(crate::documents::LAST_DAY))
                .with(6, series("9999-12-31", 81, &[])),
            "9999-12-31",
            &some(&[81]),
        ),
    ]
}

fn refused() -> Vec<Case> {
    let refused = |name: &str, what: &str, claims: &Map| {
        Case::refused(
            format!("kind-series-{name}"),
            Code::Inconsistent,
            format!("V9 section 6: {what}"),
            file(&[own(USAGE, claims.item())]),
        )
    };
    let alone = |first: u64, last: u64| usage().without(6).with(4, uint(first)).with(5, uint(last));
    vec![
        refused("too-short", "the steps end a day before the period", &report(4, 10, "77")),
        refused("no-steps", "no step for the second day", &report(2, 10, "")),
        refused("too-long", "a byte more than the period has days", &report(2, 10, "7000")),
        refused("too-long-zero", "a byte of zeros for a period of one day", &report(1, 10, "00")),
        refused("day-too-many", "a step for a day after the period", &report(2, 10, "77")),
        refused("unused-bits", "the half byte left over is not 0", &report(2, 10, "71")),
        refused(
            "unused-bits-after-escape",
            "the half byte left over after an escape is not 0",
            &report(2, 10, "f0000117"),
        ),
        refused("escape-not-needed", "an escape where step 8 fits", &report(2, 10, "f00000b0")),
        refused(
            "escape-for-lowest-step",
            "an escape where step 0 fits",
            &report(2, 10, "f0000030"),
        ),
        refused(
            "escape-for-highest-step",
            "an escape where step 13 fits",
            &report(2, 10, "f0000100"),
        ),
        refused("escape-cut", "an escape that ends early", &report(2, 10, "f000")),
        refused(
            "escape-cut-by-half-byte",
            "an escape with five half bytes",
            &report(2, 10, "f00011"),
        ),
        refused("under-0", "a count under 0", &report(2, 0, "60")),
        refused("over-largest", "a count over 16,777,215", &report(2, 16_777_215, "80")),
        refused(
            "backwards",
            "the period ends before the series begins",
            &usage().with(5, uint(day(FIRST) - 1)).with(6, series(FIRST, 10, &[])),
        ),
        refused(
            "backwards-no-data",
            "a period without data that ends before it begins",
            &alone(day(FIRST), day(FIRST) - 1),
        ),
    ]
}

/// The most days of a report (section 11).
const DAYS: usize = 3_660;

/// Returns the steps of so many days with the same count.
fn flat(days: usize) -> Vec<u8> {
    pack(&vec![Some(81); days])
}

/// Returns the steps of a series, its first day's count known.
fn pack(counts: &[Option<u32>]) -> Vec<u8> {
    let (mut half_bytes, mut last) =
        (Vec::new(), counts.first().copied().flatten().unwrap_or_default());
    for count in counts.iter().skip(1) {
        let Some(count) = *count else {
            half_bytes.push(14_u8);
            continue;
        };
        match (count + 7).checked_sub(last).and_then(|step| u8::try_from(step).ok()) {
            Some(step @ 0..=13) => half_bytes.push(step),
            _ => half_bytes.extend([15].into_iter().chain(
                count.to_be_bytes().into_iter().skip(1).flat_map(|byte| [byte >> 4, byte & 15]),
            )),
        }
        last = count;
    }
    half_bytes
        .chunks(2)
        .map(|pair| pair.first().unwrap_or(&0) << 4 | pair.get(1).unwrap_or(&0))
        .collect()
}

fn lengths() -> Vec<Case> {
    let over = |name: &str, what: &str, claims: &Map| {
        Case::refused(
            format!("payload-series-{name}"),
            Code::OverLimit,
            format!("V9 {what}"),
            file(&[own(USAGE, claims.item())]),
        )
    };
    let first = day(FIRST);
    let of = |days: usize| {
        let item: Item = list(&[uint(first), uint(81), bstr(&flat(days))]);
        usage().with(5, uint(first + days as u64 - 1)).with(6, item)
    };
    let alone = |days: u64| usage().without(6).with(4, uint(first)).with(5, uint(first + days - 1));
    let escapes: Vec<u32> =
        (0..DAYS).map(|day| if day % 2 == 0 { 0 } else { 16_777_215 }).collect();
    let largest = {
        let item = list(&[uint(first), uint(0), bstr(&pack(&some(&escapes)))]);
        usage().with(5, uint(first + DAYS as u64 - 1)).with(6, item)
    };
    vec![
        ok("3660-days", "3,660 days", &of(DAYS), FIRST, &vec![Some(81); DAYS]),
        ok(
            "3660-days-escaped",
            "3,660 days, each of them an escape",
            &largest,
            FIRST,
            &some(&escapes),
        ),
        ok(
            "3660-days-no-data",
            "3,660 days without data",
            &alone(DAYS as u64),
            FIRST,
            &vec![None; DAYS],
        ),
        over("3661-days", "3,661 days", &of(DAYS + 1)),
        over("3661-days-no-data", "3,661 days without data", &alone(DAYS as u64 + 1)),
        over(
            "3661-days-with-gap",
            "3,660 days with data and a day before them without",
            &of(DAYS).with(4, uint(first - 1)),
        ),
        over(
            "whole-range",
            "a period of eight thousand years",
            &usage().without(6).with(4, uint(0)).with(5, uint(crate::documents::LAST_DAY)),
        ),
    ]
}

/// A year as GitLab exports it.
fn year() -> Case {
    let counts: Vec<u32> =
        include_str!("../../data/year.txt").lines().filter_map(|line| line.parse().ok()).collect();
    let item = list(&[
        uint(day(FIRST)),
        uint(counts.first().copied().unwrap_or_default().into()),
        bstr(&pack(&some(&counts))),
    ]);
    let claims =
        usage_on(license_document(&bound()).id()).with(5, uint(day("2026-10-31"))).with(6, item);
    let days = Day::parse(FIRST);
    Case::taken(
        "ok-usage-year",
        "usage",
        "V9 section 6: a year of daily counts on the bound license",
        &[own(USAGE, claims.item())],
    )
    .edit(|vector| {
        vector.series = days.map(|first| Counts { first, counts: some(&counts) });
        vector.payload = Some(claims.item());
    })
}
