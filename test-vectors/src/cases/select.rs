//! Which license decides: section 8.

use license_core::value::InstanceId;
use test_vectors::{Choice, Form};

use super::{Case, with_license};
use crate::bytes::{Document, Map, bstr, list, text, uint};
use crate::documents::{
    INSTANCES, bare, day, file, first_instance, issuer, issuer_document, license_document, ten_on,
};

/// Returns a license issued on a day, for a term.
fn term(issued: &str, from: &str, until: &str) -> Map {
    bare().with(1, uint(ten_on(issued))).with(7, uint(day(from))).with(8, uint(day(until)))
}

/// Returns the same for another company, so that only the id differs in rank.
fn other(claims: Map) -> Map {
    claims.with(4, text("Nordhavn Drydocks A/S"))
}

fn to_instance(claims: Map, instance: [u8; 16]) -> Map {
    claims.with(18, list(&[bstr(&instance)]))
}

fn select(
    name: &str,
    what: &str,
    today: &str,
    instance: Option<[u8; 16]>,
    licenses: &[Map],
    selected: Option<usize>,
) -> Case {
    let bodies = licenses.iter().map(|claims| file(&with_license(claims))).collect();
    Case::new(format!("select-{name}"), Form::Select, None, format!("section 8: {what}"), bodies)
        .edit(|vector| {
            vector.instance = Some(instance.map(InstanceId));
            vector.choice = Some(Choice { today: super::day(today), selected });
        })
}

/// Returns the number of the license with the larger id.
fn larger(licenses: &[Map; 2]) -> Option<usize> {
    let [first, second] = licenses.each_ref().map(license_document);
    Some(if Document::id(&first) > second.id() { 1 } else { 2 })
}

/// Returns a choice between a license issued five seconds after 1970 and still in force, and one of
/// 2025 that has ended: whether one is in force comes before every number.
fn in_force_since_1970() -> Case {
    let century = issuer().with(4, uint(0)).with(6, uint(36_525));
    let old = bare().with(1, uint(5)).with(7, uint(0)).with(8, uint(36_525));
    let licenses = [old, term("2025-01-20", "2025-02-01", "2025-11-01")];
    let bodies = licenses
        .iter()
        .map(|claims| file(&[issuer_document(&century), license_document(claims)]))
        .collect();
    select(
        "in-force-since-1970",
        "in force since 1970 comes before ended",
        "2026-01-01",
        None,
        &[],
        Some(1),
    )
    .edit(|vector| vector.bodies = bodies)
}

pub(super) fn cases() -> Vec<Case> {
    let year = || term("2025-10-20", "2025-11-01", "2026-11-01");
    let newer = || term("2025-12-01", "2025-11-15", "2026-11-01");
    let future = || term("2026-10-01", "2026-11-01", "2027-11-01");
    let old = || term("2025-01-20", "2025-02-01", "2025-11-01");
    let older_start = term("2025-12-01", "2025-11-01", "2026-11-01");
    let tie = [year(), other(year())];
    let swapped = [other(year()), year()];
    let ended = [
        term("2025-06-01", "2025-02-01", "2025-08-01"),
        term("2025-03-01", "2025-03-01", "2025-06-01"),
    ];
    let ended_tie = [
        term("2025-03-01", "2025-03-01", "2025-06-01"),
        term("2025-03-02", "2025-03-01", "2025-05-01"),
    ];
    let ended_id = [old(), other(old())];
    let (first, [_, second, ..]) = (first_instance(), INSTANCES);
    let here = Some(first);
    vec![
        select("one", "one license in force", "2026-01-01", here, &[year()], Some(1)),
        select(
            "first-day",
            "in force on its first day",
            "2025-11-01",
            here,
            &[old(), year()],
            Some(2),
        ),
        select(
            "last-day",
            "in force on the day before until",
            "2026-10-31",
            here,
            &[year(), future()],
            Some(1),
        ),
        select(
            "until-day",
            "no longer in force on the until day; the next has begun",
            "2026-11-01",
            here,
            &[year(), future()],
            Some(2),
        ),
        select(
            "until-day-newer-issued",
            "no longer in force on the until day, though issued last",
            "2026-11-01",
            here,
            &[older_start.clone(), term("2025-10-20", "2026-01-01", "2027-01-01")],
            Some(2),
        ),
        in_force_since_1970(),
        select(
            "newest-issued",
            "two in force: the one issued last",
            "2026-01-01",
            here,
            &[newer(), year()],
            Some(1),
        ),
        select(
            "newest-issued-last",
            "two in force: the one issued last, whatever the order",
            "2026-01-01",
            here,
            &[year(), newer()],
            Some(2),
        ),
        select(
            "issued-before-from",
            "two in force: `issued` counts before `from`",
            "2026-01-01",
            here,
            &[term("2025-12-02", "2025-10-01", "2026-10-01"), newer()],
            Some(1),
        ),
        select(
            "tie-from",
            "in force and issued together: the latest from",
            "2026-01-01",
            here,
            &[older_start.clone(), newer()],
            Some(2),
        ),
        select(
            "tie-from-first",
            "in force and issued together: the latest from, whatever the order",
            "2026-01-01",
            here,
            &[newer(), older_start],
            Some(1),
        ),
        select(
            "tie-id",
            "in force, issued and begun together: the largest id",
            "2026-01-01",
            here,
            &tie,
            larger(&tie),
        ),
        select(
            "tie-id-swapped",
            "in force, issued and begun together: the largest id, whatever the order",
            "2026-01-01",
            here,
            &swapped,
            larger(&swapped),
        ),
        select(
            "same-second",
            "issued in two seconds of a day: the later one",
            "2026-01-01",
            here,
            &[year().with(1, uint(ten_on("2025-10-20") + 1)), other(year())],
            Some(1),
        ),
        select(
            "future-installed-early",
            "a renewal that has not begun waits, though issued last",
            "2026-10-20",
            here,
            &[year(), future()],
            Some(1),
        ),
        select(
            "in-force-before-ended",
            "in force comes before ended, though issued earlier",
            "2026-01-01",
            here,
            &[term("2025-12-20", "2025-12-01", "2025-12-31"), year()],
            Some(2),
        ),
        select(
            "in-force-before-later-from",
            "in force comes before ended, though begun earlier",
            "2026-01-01",
            here,
            &[year(), term("2025-10-20", "2025-12-01", "2025-12-31")],
            Some(1),
        ),
        select("none-begun", "none has begun", "2025-10-31", here, &[year(), future()], None),
        select(
            "all-ended",
            "all ended: the one that began last",
            "2026-12-01",
            here,
            &[old(), year()],
            Some(2),
        ),
        select(
            "all-ended-from-before-issued",
            "all ended: `from` counts before `issued` and until",
            "2025-12-01",
            here,
            &ended,
            Some(2),
        ),
        select(
            "all-ended-tie-issued",
            "all ended and begun together: the one issued last",
            "2025-12-01",
            here,
            &ended_tie,
            Some(2),
        ),
        select(
            "all-ended-tie-id",
            "all ended, begun and issued together: the largest id",
            "2025-12-01",
            here,
            &ended_id,
            larger(&ended_id),
        ),
        select(
            "ended-and-future",
            "one ended, one not begun: the one that ended",
            "2025-11-15",
            here,
            &[old(), future()],
            Some(1),
        ),
        select(
            "other-instance",
            "V12 one bound to another instance is passed over, though issued last",
            "2026-01-01",
            here,
            &[to_instance(newer(), second), year()],
            Some(2),
        ),
        select(
            "own-instance",
            "V12 one bound to this instance has no advantage",
            "2026-01-01",
            here,
            &[to_instance(year(), first), newer()],
            Some(2),
        ),
        select(
            "bound-to-both",
            "V12 one bound to this instance and another",
            "2026-01-01",
            here,
            &[year(), newer().with(18, list(&[bstr(&first), bstr(&second)]))],
            Some(2),
        ),
        select(
            "only-other-instance",
            "V12 only licenses of other instances",
            "2026-01-01",
            here,
            &[to_instance(year(), second), to_instance(newer(), second)],
            None,
        ),
        select(
            "no-instance",
            "V12 without an instance id bound licenses are passed over",
            "2026-01-01",
            None,
            &[to_instance(newer(), first), year()],
            Some(2),
        ),
        select(
            "no-instance-all-bound",
            "V12 without an instance id and all bound",
            "2026-01-01",
            None,
            &[to_instance(newer(), first)],
            None,
        ),
        select(
            "three",
            "three in force and one ended",
            "2026-01-01",
            here,
            &[year(), old(), newer(), other(year())],
            Some(3),
        ),
    ]
}
