//! Several processes at once, and processes that are killed.

use super::*;

#[test]
fn two_processes_at_once_lose_nothing() {
    let (scratch, _) = instance();
    let dir = &scratch.path().join("i");
    let start = &Barrier::new(4);
    thread::scope(|scope| {
        for writer in 0..2 {
            scope.spawn(move || {
                let mut instance = Instance::open(dir).unwrap();
                start.wait();
                for n in 0..20 {
                    let import = instance
                        .import(&figures([(writer * 100 + n, n)]), false, "x", at(1))
                        .unwrap();
                    assert_eq!((import.added, import.applied), (1, true));
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(move || {
                let mut instance = Instance::open(dir).unwrap();
                start.wait();
                for _ in 0..10 {
                    let fresh = |instance: &Instance| {
                        let next = u32::try_from(instance.reports()?.len()).unwrap() + 1;
                        let id = random().to_le_bytes().repeat(2).try_into().unwrap();
                        Ok(MadeReport { id: DocumentId(id), ..report(next, 1) })
                    };
                    let given = instance.next_report(fresh).unwrap();
                    let kept = instance.reports().unwrap();
                    assert!(kept.iter().any(|kept| kept.id == given.id));
                    instance.report_placed(given.number).unwrap();
                }
            });
        }
    });
    let instance = Instance::open_read_only(dir).unwrap();
    // A report that one of them made and the other found waiting is one report.
    let reports = instance.reports().unwrap();
    assert!(instance.days().unwrap().len() == 40 && (10..=20).contains(&reports.len()));
    assert!(reports.iter().all(|report| report.state == ReportState::Placed));
    assert_eq!(integrity(&instance), "ok");
}

#[test]
fn a_ledger_in_use_is_waited_for_and_then_named() {
    let (scratch, mut first) = instance();
    let mut second = Instance::open(&scratch.path().join("i")).unwrap();
    let transaction =
        first.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    second.connection.busy_timeout(Duration::from_millis(100)).unwrap();
    let failure = refused(second.import(&figures([(1, 1)]), false, "x", at(1)), "ledger_busy");
    assert!(failure.hint.unwrap().contains("try again"));
    assert!(second.days().unwrap().is_empty());
    second.connection.busy_timeout(crate::sqlite::BUSY).unwrap();
    thread::scope(|scope| {
        let waiting =
            scope.spawn(move || second.import(&figures([(1, 1)]), false, "x", at(1)).unwrap());
        thread::sleep(Duration::from_millis(300));
        drop(transaction);
        assert!(waiting.join().unwrap().applied);
    });
    assert_eq!(crate::sqlite::BUSY, Duration::from_secs(10));
}

#[test]
fn kills_during_imports_leave_the_state_before_or_after() {
    let (scratch, made) = instance();
    drop(made);
    let dir = scratch.path().join("i");
    let ledger = dir.join(LEDGER);
    let mut cut_off = 0;
    for kill in 0..KILLS {
        let before = fs::metadata(&ledger).unwrap().mtime_nsec();
        let mut command = child(
            &["env"],
            "instance::ledger::tests::at_once::child_imports_until_killed",
            scratch.path(),
        );
        command.env("SMALL_CACHE", if kill % 2 == 0 { "1" } else { "0" });
        kill_soon(&mut command, || fs::metadata(&ledger).unwrap().mtime_nsec() != before);
        cut_off += usize::from(waits(&ledger));
        let before = state(&dir);
        let seen = check_whole(&Instance::open_read_only(&dir).unwrap());
        assert_eq!(state(&dir), before);
        assert_eq!(check_whole(&Instance::open(&dir).unwrap()), seen);
        assert!(!waits(&ledger));
    }
    assert!(cut_off > 0, "no process was killed within a change, so nothing is proved");
}

/// Returns whether a journal says that a change is to be undone. One whose head is not written says
/// nothing, and the next change takes it over.
fn waits(ledger: &Path) -> bool {
    fs::read(copy::journal(ledger))
        .is_ok_and(|journal| journal.first().is_some_and(|byte| *byte != 0))
}

/// Checks that every import is in the ledger whole or not at all. Returns how many are.
fn check_whole(instance: &Instance) -> usize {
    assert_eq!(integrity(instance), "ok");
    let days = instance.days().unwrap();
    let figures: std::collections::BTreeSet<&Count> = days.values().collect();
    assert!(
        figures.len() <= 1 && (days.is_empty() || days.len() == BLOCK as usize),
        "{} days, {figures:?}",
        days.len()
    );
    let events = events(instance);
    let imports = events.iter().filter(|what| *what == "usage_imported").count();
    let changed = events.iter().filter(|what| *what == "day_changed").count();
    assert_eq!(changed, imports.saturating_sub(1) * BLOCK as usize);
    assert_eq!(figures.first().map_or(0, |count| count.get() as usize), imports);
    imports
}

#[test]
#[ignore = "run, and killed, by kills_during_imports_leave_the_state_before_or_after"]
fn child_imports_until_killed() {
    let Some(scratch) = given() else { return };
    let mut instance = Instance::open(&scratch.join("i")).unwrap();
    if std::env::var_os("SMALL_CACHE").is_some_and(|small| small == "1") {
        // Pages go into the file long before the commit.
        instance.connection.pragma_update(None, "cache_size", 4).unwrap();
    }
    loop {
        let next =
            instance.days().unwrap().first_key_value().map_or(0, |(_, count)| count.get()) + 1;
        instance.import(&figures((0..BLOCK).map(|n| (n, next))), true, "loop", at(1)).unwrap();
    }
}

#[test]
fn kills_during_create_leave_nothing_or_all() {
    let scratch = scratch();
    let mut rests = 0;
    for kill in 0..KILLS {
        let round = scratch.path().join(kill.to_string());
        fs::create_dir(&round).unwrap();
        let mut command =
            child(&["env"], "instance::ledger::tests::at_once::child_creates_until_killed", &round);
        kill_soon(&mut command, || !names(&round).is_empty());
        let (rest, made): (Vec<String>, Vec<String>) =
            names(&round).into_iter().partition(|name| name.starts_with('.'));
        assert!(rest.len() <= 1, "{rest:?}");
        rests += rest.len();
        for name in &made {
            let instance = Instance::open(&round.join(name)).unwrap();
            assert_eq!(
                (instance.key().unwrap().public(), integrity(&instance).as_str()),
                (root(9), "ok")
            );
            assert_eq!(names(&round.join(name)), [KEY, PUBLIC, LEDGER]);
        }
        // The next of the row is the one that was cut off.
        make(&round.join(made.len().to_string()));
        assert_eq!(names(&round).len(), made.len() + 1);
    }
    assert!(rests > 0, "no process was killed while it made an instance, so nothing is proved");
}

#[test]
#[ignore = "run, and killed, by kills_during_create_leave_nothing_or_all"]
fn child_creates_until_killed() {
    let Some(round) = given() else { return };
    for n in 0.. {
        make(&round.join(n.to_string()));
    }
}
