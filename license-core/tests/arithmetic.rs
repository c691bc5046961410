//! The desk's arithmetic, and that nothing signed is left unsaid.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{count, day, terms, verified};
use license_core::document::License;
use license_core::reconcile::{Change, Reported, Statement, reconcile};
use license_core::rule::{Condition, Effect, Fact, Reason, Rule};
use license_core::series::Daily;
use license_core::value::{InstanceId, Thumbprint};
use license_core::verify::VerifiedLicense;
use license_core::{Day, List, Set, words};

/// A day without a figure.
const NONE: u32 = u32::MAX;

/// What these reports of one instance come to.
fn statement(reports: &[Daily<'_>], licenses: &[&VerifiedLicense], today: &str) -> Statement {
    let reports: Vec<_> =
        reports.iter().map(|daily| signed(*daily, 1, licenses.first().unwrap())).collect();
    reconcile(&reports, licenses, day(today))
}

/// What the instance with this key has reported under a license.
fn signed<'a>(daily: Daily<'a>, key: u8, under: &VerifiedLicense) -> Reported<'a> {
    Reported::signed(daily, Thumbprint([key; 16]), under.id())
}

fn owed(licenses: &[&VerifiedLicense], on: &str, users: u32) -> Option<u32> {
    statement(&[Daily::new(day(on), &[users])], licenses, on).seats_owed()
}

fn license(from: &str, until: &str, instances: &[u8]) -> VerifiedLicense {
    let instances = instances.iter().map(|n| InstanceId([*n; 16])).collect();
    verified(&License {
        issued: day(from).unix(),
        from: day(from),
        until: day(until),
        instances: Set::new(instances).unwrap(),
        ..terms()
    })
}

/// docs/GITLAB.md section 5: 10 bought, peak 13: 3 owed.
#[test]
fn what_is_beyond_the_seats_is_owed() {
    let ten = verified(&License { seats: Some(count(10)), ..terms() });
    let days = Daily::new(day("2025-11-01"), &[9, 13, 12]);
    assert_eq!(statement(&[days], &[&ten], "2025-11-04").seats_owed(), Some(3));
    assert_eq!(owed(&[&ten], "2025-11-01", 10), Some(0));
    assert_eq!(owed(&[&ten], "2025-11-01", 11), Some(1));
}

#[test]
fn the_order_of_the_licenses_and_their_instances_change_nothing() {
    let a = license("2025-11-01", "2026-01-01", &[1, 2]);
    let b = license("2026-01-01", "2026-06-01", &[2]);
    assert_eq!(owed(&[&a, &b], "2026-02-01", 500), Some(400));
    assert_eq!(owed(&[&b, &a], "2026-02-01", 500), Some(400));
}

/// The `until` day counts for a license, as GitLab counts, unless another is in force on it.
#[test]
fn the_end_day_counts_beside_a_shorter_license_that_began_later() {
    let year = license("2025-11-01", "2026-11-01", &[]);
    let bridge = license("2026-06-01", "2026-06-15", &[]);
    assert_eq!(owed(&[&year], "2026-11-01", 150), Some(50));
    assert_eq!(owed(&[&year, &bridge], "2026-11-01", 150), Some(50));
    assert_eq!(owed(&[&year, &bridge], "2026-11-02", 150), None);
}

/// The days from the first through the last one, as text.
fn from_to(first: &str, last: &str) -> Vec<String> {
    let days = (day(first).number()..=day(last).number()).filter_map(Day::new);
    days.map(|day| day.to_string()).collect()
}

fn texts(days: &[Day]) -> Vec<String> {
    days.iter().map(Day::to_string).collect()
}

/// The first license has ended, and the report begins with the second.
#[test]
fn a_part_of_a_term_that_no_report_covers_is_named() {
    let first = license("2025-10-01", "2025-11-01", &[]);
    let second = license("2025-11-01", "2026-11-01", &[]);
    let report = Daily::new(day("2025-11-01"), &[9, 9]);
    let named = |reports: &[Daily<'_>], today: &str| {
        texts(&statement(reports, &[&first, &second], today).days_uncovered)
    };
    assert_eq!(named(&[report], "2025-11-03"), from_to("2025-10-01", "2025-10-31"));
    let october = [9; 31];
    let october = Daily::new(day("2025-10-01"), &october);
    assert!(named(&[october, report], "2025-11-03").is_empty());
    // Yesterday's day is over, today's is not.
    assert_eq!(named(&[october, report], "2025-11-04"), ["2025-11-03"]);
    // A gap between two reports, although both ends are covered.
    let later = Daily::new(day("2025-11-05"), &[9]);
    assert_eq!(named(&[october, report, later], "2025-11-06"), ["2025-11-03", "2025-11-04"]);
    assert_eq!(named(&[], "2025-10-02"), ["2025-10-01"]);
}

/// The `until` day counts where no other license is in force on it, so it must be known.
#[test]
fn the_end_day_is_the_last_that_may_be_uncovered() {
    let first = license("2025-11-01", "2025-11-03", &[]);
    let all = statement(&[], &[&first], "2027-01-01");
    assert_eq!(texts(&all.days_uncovered), ["2025-11-01", "2025-11-02", "2025-11-03"]);
    assert_eq!((all.period, all.seats_owed()), (None, None));
    let term = Daily::new(day("2025-11-01"), &[101, 101]);
    let at = |today: &str| statement(&[term], &[&first], today);
    assert!(at("2025-11-03").is_complete());
    assert!(!at("2025-11-04").is_complete());
    assert_eq!(texts(&at("2025-11-04").days_uncovered), ["2025-11-03"]);
    // A report that covers it and has no figure says that there is none.
    let longer = Daily::new(day("2025-11-01"), &[101, 101, NONE]);
    assert!(statement(&[longer], &[&first], "2025-11-04").is_complete());
    // It is the first day of the renewal.
    let renewal = license("2025-11-03", "2025-11-05", &[]);
    let both = statement(&[term], &[&first, &renewal], "2025-11-05");
    assert_eq!(texts(&both.days_uncovered), ["2025-11-03", "2025-11-04"]);
    let renewed = Daily::new(day("2025-11-03"), &[150, 90]);
    let both = statement(&[term, renewed], &[&first, &renewal], "2025-11-05");
    assert_eq!(both.seats_owed(), Some(50));
    let used: Vec<_> = both.licenses.iter().map(|used| used.license).collect();
    assert_eq!(used, [first.id(), renewal.id()]);
}

/// The instance's key was made anew within the term, and the license with it. What the first key
/// reported stays reported.
#[test]
fn what_the_key_before_reported_of_the_same_days_counts() {
    let first = keyed("2025-11-01", "2026-11-01", 1, 9);
    let mut second = terms();
    second.issued = day("2025-11-20").unix();
    (second.from, second.until) = (day("2025-11-01"), day("2026-11-01"));
    second.report_key = Some(Thumbprint([2; 16]));
    let second = verified(&second);
    let one = signed(Daily::new(day("2025-11-01"), &[90, 130]), 1, &first);
    let two = signed(Daily::new(day("2025-11-01"), &[90, 101, 95]), 2, &second);
    let spare = signed(Daily::new(day("2025-11-01"), &[500]), 9, &first);
    let of = |reports: &[Reported<'_>]| reconcile(reports, &[&first, &second], day("2025-11-04"));
    for reports in [[one, two, spare], [spare, two, one]] {
        let both = of(&reports);
        assert_eq!(both.seats_owed(), Some(30));
        assert_eq!(texts(&both.days_changed()), ["2025-11-02"]);
        assert!(both.rival_keys.is_empty() && both.is_complete());
        let keys: Vec<_> = both.licenses.iter().map(|used| used.key).collect();
        assert_eq!(keys, [Some(Thumbprint([2; 16]))]);
    }
    assert_eq!(of(&[two]).seats_owed(), Some(1));
    // Behind the first license's end its key counts no more.
    let short = keyed("2025-11-01", "2025-11-02", 1, 9);
    let one = signed(Daily::new(day("2025-11-01"), &[90, 130]), 1, &short);
    let both = reconcile(&[one, two], &[&short, &second], day("2025-11-04"));
    assert_eq!(both.seats_owed(), Some(1));
}

/// Issue 9, B5: a report that was made after the term's end.
#[test]
fn days_without_a_license_are_outside_and_not_missing() {
    let license = license("2025-11-01", "2025-11-03", &[]);
    let report = Daily::new(day("2025-10-31"), &[NONE, 9, NONE, NONE, NONE, 9]);
    let statement = statement(&[report], &[&license], "2025-11-06");
    assert_eq!(texts(&statement.days_missing), ["2025-11-02"]);
    assert_eq!(
        texts(&statement.days_outside),
        ["2025-10-31", "2025-11-03", "2025-11-04", "2025-11-05"]
    );
    assert!(statement.days_uncovered.is_empty());
}

#[test]
fn of_two_figures_of_a_day_the_larger_counts_and_the_day_is_named() {
    let ten = verified(&License { seats: Some(count(10)), ..terms() });
    let first = Daily::new(day("2025-11-01"), &[9, 13, NONE, 12]);
    let second = Daily::new(day("2025-11-01"), &[9, 11, 12, NONE]);
    for reports in [[first, second], [second, first]] {
        let statement = statement(&reports, &[&ten], "2025-11-05");
        assert_eq!(statement.seats_owed(), Some(3));
        assert!(texts(&statement.days_changed()).contains(&"2025-11-02".to_owned()));
        assert_eq!(statement.days_with_data, 4);
        assert!(statement.days_missing.is_empty());
    }
}

fn change(on: &str, before: Option<u32>, after: Option<u32>) -> Change {
    Change { day: day(on), before, after }
}

/// A day that had a figure in an earlier report and has none in a later one was taken out.
#[test]
fn a_figure_that_was_taken_out_is_a_change() {
    let year = license("2025-11-01", "2026-11-01", &[]);
    let first = Daily::new(day("2025-11-01"), &[9, 113, NONE]);
    let second = Daily::new(day("2025-11-01"), &[9, NONE, 12]);
    let changes = |reports: &[Daily<'_>]| statement(reports, &[&year], "2025-11-04").changes;
    assert_eq!(changes(&[first, second]), [change("2025-11-02", Some(113), None)]);
    let third = Daily::new(day("2025-11-01"), &[9, 101, 12]);
    let all = [change("2025-11-02", Some(113), None), change("2025-11-02", None, Some(101))];
    assert_eq!(changes(&[first, second, third]), all);
    // A figure that came late was never another one.
    assert!(changes(&[second, Daily::new(day("2025-11-01"), &[9, 7, 12])]).is_empty());
    // What was taken out still counts.
    assert_eq!(statement(&[first, second], &[&year], "2025-11-04").seats_owed(), Some(13));
}

#[test]
fn an_export_without_a_figure_takes_none_out() {
    let year = license("2025-11-01", "2026-11-01", &[]);
    let report = signed(Daily::new(day("2025-11-01"), &[9, 113]), 1, &year);
    let changes = |counts: &[u32]| {
        let export = Reported::unsigned(Daily::new(day("2025-11-01"), counts));
        reconcile(&[report, export], &[&year], day("2025-11-03")).changes
    };
    assert!(changes(&[9, NONE]).is_empty());
    assert_eq!(changes(&[9, 112]), [change("2025-11-02", Some(113), Some(112))]);
}

/// A clock that runs ahead bills no day that has not been. The day after today has begun somewhere.
#[test]
fn figures_of_days_to_come_do_not_count() {
    let year = license("2025-11-01", "2026-11-01", &[]);
    let report = Daily::new(day("2025-11-01"), &[90, 101, 150]);
    let on = |today: &str| statement(&[report], &[&year], today);
    let first = on("2025-11-01");
    assert_eq!(first.seats_owed(), Some(1));
    assert_eq!(texts(&first.days_to_come), ["2025-11-03"]);
    assert!(!first.is_complete());
    assert_eq!(first.period, Some((day("2025-11-01"), day("2025-11-02"))));
    let second = on("2025-11-02");
    assert_eq!(second.seats_owed(), Some(50));
    assert!(second.days_to_come.is_empty());
    assert!(second.is_complete());
    // Days without a figure bill nobody.
    let empty = Daily::new(day("2025-11-01"), &[90, NONE, NONE]);
    assert!(statement(&[empty], &[&year], "2025-11-01").is_complete());
}

#[test]
fn an_answer_is_complete_where_every_day_through_yesterday_has_a_figure() {
    let year = license("2025-11-01", "2026-11-01", &[]);
    let complete = |counts: &[u32], today: &str| {
        statement(&[Daily::new(day("2025-11-01"), counts)], &[&year], today).is_complete()
    };
    assert!(complete(&[90, 91], "2025-11-03"));
    assert!(!complete(&[90, 91], "2025-11-04"));
    assert!(!complete(&[90, NONE], "2025-11-03"));
    assert!(!complete(&[NONE], "2025-11-02"));
    assert!(!statement(&[], &[&year], "2025-11-01").is_complete());
    // Today is not over.
    assert!(complete(&[90, NONE], "2025-11-02"));
}

/// A license with the report keys of claims 19 and 20.
fn keyed(from: &str, until: &str, billed: u8, further: u8) -> VerifiedLicense {
    verified(&License {
        issued: day(from).unix(),
        from: day(from),
        until: day(until),
        report_key: Some(Thumbprint([billed; 16])),
        further_report_keys: Set::new(vec![Thumbprint([further; 16])]).unwrap(),
        ..terms()
    })
}

/// A key that is billed under one license and further under the next one.
#[test]
fn each_key_counts_under_the_license_that_bills_it() {
    let first = keyed("2025-11-01", "2025-11-03", 1, 2);
    let second = keyed("2025-11-03", "2025-11-05", 2, 1);
    let one = Daily::new(day("2025-11-01"), &[101, 102, 250, 260]);
    let two = Daily::new(day("2025-11-01"), &[300, 310, 103, 104]);
    let (one, two) = (signed(one, 1, &first), signed(two, 2, &second));
    let of = |reports: &[Reported<'_>]| reconcile(reports, &[&first, &second], day("2025-11-05"));
    for reports in [[one, two], [two, one]] {
        let both = of(&reports);
        let peaks: Vec<_> = both.licenses.iter().map(|used| (used.key, used.peak)).collect();
        assert_eq!(
            peaks,
            [
                (Some(Thumbprint([1; 16])), Some((102, day("2025-11-02")))),
                (Some(Thumbprint([2; 16])), Some((104, day("2025-11-04")))),
            ]
        );
        assert_eq!(both.seats_owed(), Some(4));
        assert!(both.is_complete() && both.changes.is_empty() && both.rival_keys.is_empty());
    }
    // The billed instance's report of the second term is not there.
    let alone = of(&[one]);
    assert_eq!(texts(&alone.days_uncovered), ["2025-11-03", "2025-11-04"]);
    assert_eq!(alone.seats_owed(), Some(2));
    assert!(!alone.is_complete());
}

/// A license of both keys from the first of November, issued on this day.
fn issued(on: &str, billed: u8, further: u8) -> VerifiedLicense {
    let license = keyed("2025-11-01", "2025-11-11", billed, further);
    verified(&License { issued: day(on).unix(), ..License::clone(&license) })
}

/// The figures that count, of the first of November on; 0 where none does.
fn counted(reports: &[Reported<'_>], licenses: &[&VerifiedLicense]) -> Vec<u32> {
    let mut reversed = reports.to_vec();
    reversed.reverse();
    let of = |reports: &[Reported<'_>]| {
        let counted = reconcile(reports, licenses, day("2025-12-01")).counted;
        let on = |day: &Day| counted.iter().find(|(of, _)| of == day).map_or(0, |(_, it)| *it);
        let days = (0..10).map(|n| day("2025-11-01").plus(n).unwrap());
        days.map(|day| on(&day)).collect::<Vec<u32>>()
    };
    assert_eq!(of(reports), of(&reversed), "the order of the reports decides nothing");
    of(reports)
}

/// Figures of so many days of November from the first on: 101, 102, ..., or 201, 202, ...
fn days_of(key: u32, days: u32) -> Vec<u32> {
    (1..=days).map(|day| key * 100 + day).collect()
}

fn november(counts: &[u32]) -> Daily<'_> {
    Daily::new(day("2025-11-01"), counts)
}

/// Key 1 was billed and 2 a spare; the license of the fourth moves that.
#[test]
fn each_instance_counts_on_the_days_on_which_it_was_billed() {
    let (first, moved) = (issued("2025-10-20", 1, 2), issued("2025-11-04", 2, 1));
    let (one, two) = (days_of(1, 6), days_of(2, 6));
    let (one, two) = (november(&one), november(&two));
    // Both have installed it on the day of its issue, and reported under it alone.
    let reports = [signed(one, 1, &moved), signed(two, 2, &moved)];
    let moved_at_once = [101, 102, 103, 204, 205, 206, 0, 0, 0, 0];
    assert_eq!(counted(&reports, &[&first, &moved]), moved_at_once);
    // Without the reports of the one before, its days are open.
    let alone = reconcile(&reports[1..], &[&first, &moved], day("2025-11-07"));
    assert_eq!(texts(&alone.days_uncovered), ["2025-11-01", "2025-11-02", "2025-11-03"]);
    assert_eq!(alone.seats_owed(), Some(106));
    // No license names it as a spare one before: its key was made anew, and all its days count.
    let other = issued("2025-10-20", 1, 3);
    let all = [201, 202, 203, 204, 205, 206, 0, 0, 0, 0];
    assert_eq!(counted(&reports[1..], &[&other, &moved]), all);
    assert_eq!(counted(&reports[1..], &[&moved]), all);
}

/// What was reported under the license before says that the newer one was not installed there yet.
#[test]
fn a_report_under_the_license_before_says_what_an_instance_was_on_its_days() {
    let (first, moved) = (issued("2025-10-20", 1, 2), issued("2025-11-04", 2, 1));
    let (early, late) = (days_of(1, 6), days_of(1, 9));
    let (spare, billed) = (days_of(2, 5), days_of(2, 9));
    let early = signed(november(&early), 1, &first);
    let late = signed(november(&late), 1, &moved);
    let spare = signed(november(&spare), 2, &first);
    let billed = signed(november(&billed), 2, &moved);
    let of = |reports: &[Reported<'_>]| counted(reports, &[&first, &moved]);
    // The one that was billed went on to the sixth: on the days of both the larger one counts.
    assert_eq!(of(&[early, late, billed]), [101, 102, 103, 204, 205, 206, 207, 208, 209, 0]);
    assert_eq!(of(&[early, late]), [101, 102, 103, 104, 105, 106, 0, 0, 0, 0]);
    // The other one was a spare to the fifth, whatever it reports of these days later.
    assert_eq!(of(&[spare, billed]), [0, 0, 0, 0, 0, 206, 207, 208, 209, 0]);
    let all = [early, late, spare, billed];
    assert_eq!(of(&all), [101, 102, 103, 104, 105, 206, 207, 208, 209, 0]);
    let both = reconcile(&all, &[&first, &moved], day("2025-11-10"));
    assert!(both.is_complete() && both.changes.is_empty(), "{both:?}");
    // A day on which the one counts no more and the other has no figure is missing.
    let hole = [201, 202, 203, 204, 205, 206, NONE, 208, 209];
    let hole = signed(november(&hole), 2, &moved);
    let both = reconcile(&[early, late, spare, hole], &[&first, &moved], day("2025-11-10"));
    assert_eq!(texts(&both.days_missing), ["2025-11-07"]);
    // One on which the other was not billed yet is none, where the one has its figure.
    let hole = [NONE, NONE, NONE, NONE, NONE, 206, 207, 208, 209];
    let hole = signed(november(&hole), 2, &moved);
    let both = reconcile(&[early, late, spare, hole], &[&first, &moved], day("2025-11-10"));
    assert!(both.is_complete(), "{both:?}");
}

#[test]
fn the_role_moves_there_and_back() {
    let (first, moved) = (issued("2025-10-20", 1, 2), issued("2025-11-04", 2, 1));
    let (one, two) = (days_of(1, 9), days_of(2, 9));
    let (one, two) = (november(&one), november(&two));
    let back = issued("2025-11-07", 1, 2);
    let licenses = [&first, &moved, &back];
    let reports = [signed(one, 1, &back), signed(two, 2, &back)];
    assert_eq!(counted(&reports, &licenses), [101, 102, 103, 204, 205, 206, 107, 108, 109, 0]);
    // One that never installed those between was the billed one all the time.
    let reports = [signed(one, 1, &first), signed(one, 1, &back)];
    assert_eq!(counted(&reports, &licenses), [101, 102, 103, 104, 105, 106, 107, 108, 109, 0]);
    // On to a third one.
    let third = issued("2025-11-07", 3, 2);
    let three = days_of(3, 9);
    let reports =
        [signed(one, 1, &moved), signed(two, 2, &third), signed(november(&three), 3, &third)];
    let of = |reports: &[Reported<'_>]| counted(reports, &[&first, &moved, &third]);
    // It was no spare before: all its days count, and the larger figure of a day.
    assert_eq!(of(&reports), [301, 302, 303, 304, 305, 306, 307, 308, 309, 0]);
    assert_eq!(of(&reports[..2]), [101, 102, 103, 204, 205, 206, 0, 0, 0, 0]);
    // There and back on one day: the one that was issued last says it.
    let noon = |license: &VerifiedLicense| {
        let issued = license.issued + 43_200;
        verified(&License { issued, ..License::clone(license) })
    };
    let back = noon(&issued("2025-11-04", 1, 2));
    let reports = [signed(one, 1, &back), signed(two, 2, &back)];
    let of = |licenses: &[&VerifiedLicense]| counted(&reports, licenses);
    assert_eq!(of(&[&first, &moved, &back]), [101, 102, 103, 104, 105, 106, 107, 108, 109, 0]);
    let moved = noon(&moved);
    let back = issued("2025-11-04", 1, 2);
    let reports = [signed(one, 1, &moved), signed(two, 2, &moved)];
    let counts = counted(&reports, &[&first, &back, &moved]);
    assert_eq!(counts, [101, 102, 103, 204, 205, 206, 207, 208, 209, 0]);
}

/// The next year's license moves the role: from its first day on, however early it was issued. One
/// that was issued late moves it on that day.
#[test]
fn the_next_terms_license_moves_the_role_once_it_takes_force() {
    let first = keyed("2025-11-01", "2025-11-04", 1, 2);
    let next = |on: &str| {
        let license = keyed("2025-11-04", "2025-11-11", 2, 1);
        verified(&License { issued: day(on).unix(), ..License::clone(&license) })
    };
    let (one, two) = (days_of(1, 9), days_of(2, 9));
    let (one, two) = (november(&one), november(&two));
    for (issued, counts) in [
        ("2025-11-01", [101, 102, 103, 204, 205, 206, 207, 208, 209, 0]),
        ("2025-11-06", [101, 102, 103, 104, 105, 206, 207, 208, 209, 0]),
    ] {
        let next = next(issued);
        let reports = [signed(one, 1, &next), signed(two, 2, &next)];
        assert_eq!(counted(&reports, &[&first, &next]), counts);
        // The term before is over: it says nothing of the days behind it.
        let late = signed(one, 1, &first);
        assert_eq!(counted(&[late, reports[0], reports[1]], &[&first, &next]), counts);
    }
}

/// A license without a report key, and reports of two instances.
#[test]
fn rival_keys_are_neither_merged_nor_taken_for_each_other() {
    let open = license("2025-11-01", "2026-11-01", &[]);
    let one = Daily::new(day("2025-11-01"), &[60, 130]);
    let two = Daily::new(day("2025-11-01"), &[140, 50]);
    let (one, two) = (signed(one, 1, &open), signed(two, 2, &open));
    let both = reconcile(&[one, two], &[&open], day("2025-11-03"));
    assert_eq!(both.rival_keys, [Thumbprint([1; 16]), Thumbprint([2; 16])]);
    let peaks: Vec<_> = both.licenses.iter().map(|used| used.peak).collect();
    assert_eq!(peaks, [Some((130, day("2025-11-02"))), Some((140, day("2025-11-01")))]);
    assert_eq!((both.seats_owed(), both.peak()), (None, None));
    assert!(!both.is_complete());
    assert!(both.changes.is_empty(), "they are of two instances");
    // An export beside them is of one of them, nobody knows which.
    let export = Reported::unsigned(Daily::new(day("2025-11-01"), &[150]));
    let three = reconcile(&[one, two, export], &[&open], day("2025-11-03"));
    let keys: Vec<_> = three.licenses.iter().map(|used| used.key).collect();
    assert_eq!(keys, [None, Some(Thumbprint([1; 16])), Some(Thumbprint([2; 16]))]);
    // Beside one key it is taken for the same instance's.
    let merged = reconcile(&[one, export], &[&open], day("2025-11-03"));
    assert_eq!(merged.seats_owed(), Some(50));
}

#[test]
fn rules_at_the_ends_of_their_range_are_said_in_words() {
    for bound in [i64::MAX, i64::MIN] {
        for condition in
            [Condition::over(Fact::Today, bound), Condition::at_most(Fact::Today, bound)]
        {
            let rule = Rule {
                reason: Reason::ReadOnly,
                effect: Effect::Inactive,
                conditions: vec![condition],
            };
            let license = License { rules: List::new(vec![rule.clone()]).unwrap(), ..terms() };
            let said = words::rule(0, &rule, &license);
            let shown = if bound > 0 { "9223372036854775807" } else { "-922337203685477580" };
            assert!(said.contains(shown), "{said}");
        }
    }
}
