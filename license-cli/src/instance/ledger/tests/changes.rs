//! What each change keeps.

use super::*;

#[test]
fn roots_are_pinned_once() {
    let (_scratch, mut instance) = instance();
    let mut pin =
        |roots: &[PublicKey]| instance.take(roots, (&[file(1, &[1])], &[]), at(1)).unwrap().pinned;
    assert_eq!(pin(&[root(2)]), []);
    assert_eq!(pin(&[root(3), root(1), root(3)]), [root(3)]);
    assert_eq!(pin(&[root(3)]), []);
    assert_eq!(instance.roots().unwrap(), [root(1), root(2), root(3)]);
    assert_eq!(events(&instance)[3..], ["license_installed", "root_pinned"]);
}

#[test]
fn licenses_come_and_go() {
    let (_scratch, mut instance) = instance();
    let of = |byte, installed, removed| Installed {
        id: document(byte),
        bytes: vec![byte; 3],
        installed,
        removed,
        unused: false,
    };
    install(&mut instance, 3, 10);
    install(&mut instance, 2, 10);
    install(&mut instance, 4, 5);
    instance.take(&[], (&[file(4, &[5; 3])], &[]), at(50)).unwrap();
    let (third, second, fourth) = (of(3, 10, None), of(2, 10, None), of(4, 5, None));
    let all = [fourth.clone(), second, third.clone()];
    assert_eq!(instance.licenses().unwrap(), all);
    assert!(remove(&mut instance, 2) && !remove(&mut instance, 2) && !remove(&mut instance, 9));
    assert_eq!(instance.licenses().unwrap(), [fourth.clone(), third.clone()]);
    assert_eq!(instance.every_license().unwrap(), [fourth, of(2, 10, Some(99)), third]);
    let mut restore = |byte| instance.restore_license(document(byte), at(100)).unwrap();
    assert_eq!(restore(2), Restoring::Restored);
    assert_eq!(restore(2), Restoring::Absent);
    assert_eq!(instance.licenses().unwrap(), all);
    assert!(remove(&mut instance, 2));
    install(&mut instance, 2, 200);
    assert_eq!(instance.every_license().unwrap(), all);
    assert!(remove(&mut instance, 2));
    assert_eq!(
        events(&instance)[6..],
        [
            "license_removed",
            "license_restored",
            "license_removed",
            "license_installed",
            "license_removed"
        ]
    );
    let largest = vec![1; limits::FILE_BYTES];
    instance.take(&[], (&[file(7, &largest)], &[]), at(LAST_SECOND)).unwrap();
    assert_eq!(instance.licenses().unwrap()[2].bytes, largest);
    for (bytes, now, code) in [
        (vec![], at(1), "empty"),
        (vec![1; limits::FILE_BYTES + 1], at(1), "too_large"),
        (vec![1], When { clock: u64::MAX, day: Day::LAST }, "clock_wrong"),
    ] {
        assert_eq!(
            instance.take(&[], (&[file(8, &bytes)], &[]), now).unwrap_err().problem.name(),
            code
        );
    }
    assert_eq!(instance.licenses().unwrap().len(), 3);
}

#[test]
fn an_import_adds_days() {
    let (_scratch, mut instance) = instance();
    let first = instance
        .import(&figures([(1, 5), (0, 0), (limits::LAST_DAY, 0xFF_FFFF)]), false, "a.csv", at(7))
        .unwrap();
    assert_eq!(first, Import { added: 3, same: 0, applied: true, ..Import::default() });
    let second = instance.import(&figures([(1, 5), (2, 6)]), false, "b.csv", at(8)).unwrap();
    assert_eq!(second, Import { added: 1, same: 1, applied: true, ..Import::default() });
    assert_eq!(
        instance.days().unwrap(),
        figures([(0, 0), (1, 5), (2, 6), (limits::LAST_DAY, 0xFF_FFFF)])
    );
    let last = instance.log().unwrap().pop().unwrap();
    let detail = "b.csv: added 1, same 1, changed 0".to_owned();
    assert_eq!(last, Event { at: 8, day: Some(day(0)), what: "usage_imported".to_owned(), detail });
}

#[test]
fn the_same_import_again_changes_no_byte() {
    let (scratch, mut instance) = instance();
    let days = figures((0..400).map(|n| (n, n)));
    instance.import(&days, false, "a", at(7)).unwrap();
    let before = state(&scratch.path().join("i"));
    for (days, accept) in [(days.clone(), false), (days, true), (BTreeMap::new(), false)] {
        let again = instance.import(&days, accept, "a", at(8)).unwrap();
        assert_eq!(
            again,
            Import { added: 0, same: days.len(), applied: true, ..Import::default() }
        );
    }
    assert_eq!(state(&scratch.path().join("i")), before);
}

#[test]
fn a_contradiction_stops_an_import_unless_accepted() {
    let (scratch, mut instance) = instance();
    instance.import(&figures([(1, 5), (2, 6), (3, 7)]), false, "a", at(7)).unwrap();
    let before = state(&scratch.path().join("i"));
    let new = figures([(1, 4), (2, 6), (3, 9), (4, 1)]);
    let count = |n| Count::new(n).unwrap();
    let changed = vec![
        Change { day: day(1), held: count(5), found: count(4) },
        Change { day: day(3), held: count(7), found: count(9) },
    ];
    let stopped = instance.import(&new, false, "b", at(8)).unwrap();
    assert_eq!(
        stopped,
        Import {
            added: 1,
            same: 1,
            raised: changed[1..].to_vec(),
            changed: changed[..1].to_vec(),
            ..Import::default()
        }
    );
    assert_eq!(state(&scratch.path().join("i")), before);
    let accepted = instance.import(&new, true, "b", at(8)).unwrap();
    assert_eq!(accepted, Import { added: 1, same: 1, changed, applied: true, ..Import::default() });
    assert_eq!(instance.days().unwrap(), new);
    let details: Vec<_> = instance
        .log()
        .unwrap()
        .into_iter()
        .filter(|event| event.at == 8)
        .map(|event| event.detail)
        .collect();
    let expected = [
        "1970-01-02: held 5, found 4 in b",
        "1970-01-04: held 7, found 9 in b",
        "b: added 1, same 1, changed 2",
    ];
    assert_eq!(details, expected);
}

#[test]
fn a_ledger_has_a_largest_number_of_days() {
    let (_scratch, mut instance) = instance();
    let most = u32::try_from(DAYS).unwrap();
    refused(
        instance.import(&figures((0..=most).map(|n| (n, 1))), false, "a", at(1)),
        "ledger_full",
    );
    assert!(instance.days().unwrap().is_empty());
    instance.import(&figures((0..most).map(|n| (n, 1))), false, "a", at(1)).unwrap();
    refused(instance.import(&figures([(most, 1)]), false, "a", at(1)), "ledger_full");
    assert_eq!(instance.import(&figures([(0, 1)]), false, "a", at(1)).unwrap().same, 1);
    assert_eq!(instance.days().unwrap().len(), DAYS);
}

#[test]
fn reports_are_numbered_without_a_gap() {
    let (_scratch, mut instance) = instance();
    for number in [0, 2] {
        refused(add_report(&mut instance, &report(number, 1)), "report_conflict");
    }
    assert!(instance.reports().unwrap().is_empty());
    add_report(&mut instance, &report(1, 1)).unwrap();
    add_report(&mut instance, &report(2, 2)).unwrap();
    for (number, byte) in [(2, 3), (1, 3), (4, 3), (u32::MAX, 3)] {
        refused(add_report(&mut instance, &report(number, byte)), "report_conflict");
    }
    assert_eq!(instance.reports().unwrap(), [placed(report(1, 1)), placed(report(2, 2))]);
    assert_eq!(events(&instance)[3..], ["report_made", "report_made"]);
    let large = MadeReport { bytes: vec![1; limits::FILE_BYTES + 1], ..report(3, 3) };
    assert_eq!(add_report(&mut instance, &large).unwrap_err().problem.name(), "too_large");
}

#[test]
fn a_report_is_kept_before_it_leaves_and_given_until_it_is_placed() {
    let (scratch, mut instance) = instance();
    let failure = Failure::new(Problem::ReportTooEarly, "too early");
    let made = instance.next_report(|_| Err(failure.clone()));
    assert_eq!((made, instance.waiting_report()), (Err(failure), Ok(None)));
    assert_eq!(instance.next_report(|_| Ok(report(1, 1))).unwrap(), report(1, 1));
    // Another process finds it, and makes no other.
    let mut other = Instance::open(&scratch.path().join("i")).unwrap();
    let again = other.next_report(|_| panic!("a report waits")).unwrap();
    assert_eq!(again, report(1, 1));
    other.report_placed(1).unwrap();
    other.report_placed(1).unwrap();
    assert_eq!(instance.reports().unwrap(), [placed(report(1, 1))]);
    assert_eq!(instance.next_report(|_| Ok(report(2, 2))).unwrap(), report(2, 2));
    assert_eq!(instance.reports().unwrap(), [placed(report(1, 1)), report(2, 2)]);
}

/// Takes one report back.
fn recover(
    instance: &mut Instance,
    report: MadeReport,
    days: BTreeMap<Day, Count>,
) -> Result<Recovered, Failure> {
    let back = CameBack { report, days, receipt: None };
    instance.recover(&[back], at(77)).map(|mut all| all.remove(0))
}

#[test]
fn a_report_from_the_desk_is_continued() {
    let back = |number, byte| MadeReport { state: ReportState::Recovered, ..report(number, byte) };
    let (_scratch, mut instance) = instance();
    add_report(&mut instance, &report(1, 1)).unwrap();
    instance.next_report(|_| Ok(report(2, 2))).unwrap();
    instance.import(&figures([(1, 5), (2, 6)]), false, "x", at(1)).unwrap();
    let recovered = recover(&mut instance, back(5, 5), figures([(2, 7), (3, 8)])).unwrap();
    let differing =
        vec![Change { day: day(2), held: Count::new(6).unwrap(), found: Count::new(7).unwrap() }];
    assert_eq!(recovered, Recovered::Done { next: 6, added: 1, differing });
    assert_eq!(instance.days().unwrap(), figures([(1, 5), (2, 6), (3, 8)]));
    assert_eq!(instance.waiting_report().unwrap(), None);
    refused(add_report(&mut instance, &report(3, 3)), "report_conflict");
    add_report(&mut instance, &report(6, 6)).unwrap();
    let numbers: Vec<u32> = instance.reports().unwrap().iter().map(|made| made.number).collect();
    assert_eq!(numbers, [1, 2, 5, 6]);
    for (number, byte) in [(5, 5), (1, 1), (6, 6), (3, 3), (4, 4)] {
        let known = recover(&mut instance, back(number, byte), figures([(9, 9)])).unwrap();
        assert_eq!(known, Recovered::Known { last: 6, settled: false });
    }
    for (number, byte) in [(5, 6), (1, 2), (6, 7)] {
        let other = recover(&mut instance, back(number, byte), BTreeMap::new());
        let failure = refused(other, "report_conflict");
        assert!(failure.message.contains(&format!("report {number} with the id")), "{failure}");
    }
    assert_eq!(instance.days().unwrap().len(), 3);
    assert_eq!(events(&instance).last().unwrap(), "report_made");
}

#[test]
fn days_are_taken_out_and_stay_in_the_log() {
    let (scratch, mut instance) = instance();
    instance.import(&figures([(1, 5), (2, 6), (3, 7), (4, 8)]), false, "x", at(1)).unwrap();
    let dropped = instance.drop_days((day(2), day(4)), "read from a test machine", at(9)).unwrap();
    assert_eq!(dropped, figures([(2, 6), (3, 7)]));
    assert_eq!(instance.days().unwrap(), figures([(1, 5), (4, 8)]));
    let details: Vec<String> = instance
        .log()
        .unwrap()
        .into_iter()
        .filter(|event| event.at == 9)
        .map(|event| format!("{} {}", event.what, event.detail))
        .collect();
    let expected = [
        "day_dropped 1970-01-03: held 6",
        "day_dropped 1970-01-04: held 7",
        "days_dropped from 1970-01-03, until 1970-01-05, days with a figure 2: read from a test \
         machine",
    ];
    assert_eq!(details, expected);
    let before = state(&scratch.path().join("i"));
    assert!(instance.drop_days((day(2), day(4)), "again", at(10)).unwrap().is_empty());
    assert_eq!(state(&scratch.path().join("i")), before);
}
