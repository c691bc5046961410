use std::collections::BTreeMap;
use std::fs;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use license_core::key::{PublicKey, Signer, SigningKey};
use license_core::value::{Count, DocumentId, InstanceId};
use license_core::{Day, limits};
use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::database::LAST_SECOND;
use super::folder::{Place, Workshop};
use super::names::{DAYS, KEY, LEDGER, PUBLIC};
use super::*;
use crate::keys::{self, Seed};
use crate::problem::{Failure, Problem};

/// How often a process is killed.
const KILLS: usize = 30;
/// Days of one import that is to be cut off.
const BLOCK: u32 = 300;

fn scratch() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn id() -> InstanceId {
    InstanceId::parse("b0c4b4a6-5a39-4c57-8f6e-1d2c3b4a5968").unwrap()
}

fn seed(byte: u8) -> Seed {
    Zeroizing::new([byte; 32])
}

fn root(byte: u8) -> PublicKey {
    SigningKey::from_seed(&seed(byte)).unwrap().public()
}

fn make(dir: &Path) -> Instance {
    Instance::create(dir, id(), &[root(1), root(2)], &seed(9)).unwrap()
}

/// A new instance in a folder that goes with the first value.
fn instance() -> (TempDir, Instance) {
    let scratch = scratch();
    let made = make(&scratch.path().join("i"));
    (scratch, made)
}

fn day(number: u32) -> Day {
    Day::new(number).unwrap()
}

fn figures(pairs: impl IntoIterator<Item = (u32, u32)>) -> BTreeMap<Day, Count> {
    pairs.into_iter().map(|(on, count)| (day(on), Count::new(count).unwrap())).collect()
}

fn document(byte: u8) -> DocumentId {
    DocumentId([byte; 16])
}

fn report(number: u32, byte: u8) -> MadeReport {
    MadeReport {
        number,
        id: document(byte),
        bytes: vec![byte; 9],
        license: document(1),
        last_day: day(20_000),
        made: 77,
        state: ReportState::Waiting,
    }
}

/// Makes a report and places it.
fn add_report(instance: &mut Instance, report: &MadeReport) -> Result<(), Failure> {
    instance.next_report(|_| Ok(report.clone()))?;
    instance.report_placed(report.number)
}

fn placed(report: MadeReport) -> MadeReport {
    MadeReport { state: ReportState::Placed, ..report }
}

fn remove(instance: &mut Instance, byte: u8) -> bool {
    instance.remove_license(document(byte), 99).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Each file's name, hash of the content, and time of its last change; not of the inode's, as
/// SQLite run by root gives a journal that it looks at to the owner that it has.
fn state(dir: &Path) -> Vec<(String, String, i64)> {
    let of = |name: String| {
        let found = fs::metadata(dir.join(&name)).unwrap();
        let hash = hex::encode(license_core::key::sha256(&fs::read(dir.join(&name)).unwrap()));
        (name, hash, found.mtime_nsec())
    };
    names(dir).into_iter().map(of).collect()
}

/// Installs the license whose id and content are this byte.
fn install(instance: &mut Instance, byte: u8, now: u64) {
    assert!(instance.install(&[], document(byte), &[byte; 3], now).unwrap().is_empty());
}

fn events(instance: &Instance) -> Vec<String> {
    instance.log().unwrap().into_iter().map(|event| event.what).collect()
}

fn refused<T: std::fmt::Debug>(result: Result<T, Failure>, code: &str) -> Failure {
    let failure = result.unwrap_err();
    assert_eq!(failure.problem.name(), code, "{failure}");
    assert!(failure.hint.is_some(), "{failure}");
    failure
}

/// A process with one ignored test of this file, under another command.
fn child(wrapper: &[&str], test: &str, dir: &Path) -> Command {
    let mut words = wrapper.to_vec();
    let me = std::env::current_exe().unwrap();
    words.extend([me.to_str().unwrap(), "--exact", test, "--ignored", "--nocapture"]);
    let (program, arguments) = words.split_first().unwrap();
    let mut command = Command::new(program);
    command.args(arguments).env("FOLDER", dir).stdin(Stdio::null());
    command
}

fn run(mut command: Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("this test needs the command {command:?}: {error}"));
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{command:?}\n{out}{err}");
    output
}

/// The folder that a parent gives to its child; `None` where such a test runs alone.
fn given() -> Option<PathBuf> {
    std::env::var_os("FOLDER").map(PathBuf::from)
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

/// Lets a process run some milliseconds from its first sign of life, then kills it.
fn kill_soon(command: &mut Command, alive: impl Fn() -> bool) {
    let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while !alive() {
        assert!(
            start.elapsed() < Duration::from_secs(20) && child.try_wait().unwrap().is_none(),
            "the child does nothing"
        );
        thread::sleep(Duration::from_micros(200));
    }
    thread::sleep(Duration::from_micros(random() % 40_000));
    child.kill().unwrap();
    assert!(child.wait().unwrap().code().is_none(), "the child ended by itself");
}

fn integrity(instance: &Instance) -> String {
    instance.connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_new_instance_has_what_it_was_given() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    let made = Instance::create(&dir, id(), &[root(2), root(1), root(2)], &seed(9)).unwrap();
    for instance in [made, Instance::open(&dir).unwrap(), Instance::open_read_only(&dir).unwrap()] {
        assert_eq!((instance.id(), instance.public_key().unwrap()), (id(), root(9)));
        assert_eq!(instance.roots().unwrap(), [root(2), root(1)]);
        assert_eq!(instance.key().unwrap().public(), root(9));
        assert_eq!(events(&instance), ["instance_made", "root_pinned", "root_pinned"]);
        assert!(instance.licenses().unwrap().is_empty() && instance.days().unwrap().is_empty());
        assert!(instance.reports().unwrap().is_empty());
    }
    assert_eq!(keys::load_public(&dir.join(PUBLIC)).unwrap(), root(9));
    assert_eq!(names(&dir), [KEY, PUBLIC, LEDGER]);
    assert_eq!(names(scratch.path()), ["i"]);
}

#[test]
fn an_empty_folder_or_a_link_to_one_is_taken() {
    let scratch = scratch();
    let (dir, link) = (scratch.path().join("i"), scratch.path().join("link"));
    fs::create_dir(&dir).unwrap();
    symlink("i", &link).unwrap();
    make(&link);
    assert!(link.is_symlink());
    assert_eq!((names(&dir).len(), mode(&dir)), (3, 0o700));
    refused(Instance::create(&link, id(), &[], &seed(9)), "instance_exists");
}

#[test]
fn what_is_there_is_not_replaced() {
    let (scratch, _) = instance();
    let path = |name: &str| scratch.path().join(name);
    let before = state(&path("i"));
    fs::create_dir(path("full")).unwrap();
    fs::write(path("full/file"), "x").unwrap();
    fs::write(path("file"), "x").unwrap();
    symlink("nowhere", path("dangling")).unwrap();
    fs::write(path("i/another"), "x").unwrap();
    for (name, code) in [
        ("i", "instance_exists"),
        ("full", "instance_folder"),
        ("file", "instance_folder"),
        ("dangling", "instance_folder"),
        ("missing/i", "output_parent"),
        ("file/i", "output_parent"),
        ("missing/..", "output_parent"),
    ] {
        refused(Instance::create(&path(name), id(), &[], &seed(9)), code);
    }
    fs::remove_file(path("i/another")).unwrap();
    assert_eq!(state(&path("i")), before);
    assert_eq!(names(scratch.path()), ["dangling", "file", "full", "i"]);
}

#[test]
fn a_place_that_is_taken_meanwhile_is_not_replaced() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    let workshop = Workshop::open(Place::of(&dir).unwrap()).unwrap();
    refused(Workshop::open(Place::of(&dir).unwrap()).map(|_| ()), "ledger_busy");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("file"), "x").unwrap();
    refused(workshop.put_in_place(), "instance_folder");
    assert_eq!(
        (names(&dir), names(scratch.path())),
        (vec!["file".to_owned()], vec!["i".to_owned()])
    );
}

#[test]
fn many_that_make_one_instance_leave_one() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    let made: Vec<Result<PublicKey, Failure>> = thread::scope(|scope| {
        let makers: Vec<_> = (20..28)
            .map(|byte| {
                let dir = &dir;
                scope.spawn(move || {
                    Instance::create(dir, id(), &[], &seed(byte)).and_then(|made| made.public_key())
                })
            })
            .collect();
        makers.into_iter().map(|maker| maker.join().unwrap()).collect()
    });
    let winners: Vec<&PublicKey> = made.iter().flatten().collect();
    let instance = Instance::open(&dir).unwrap();
    assert_eq!(
        (winners, names(scratch.path())),
        (vec![&instance.public_key().unwrap()], vec!["i".to_owned()])
    );
    instance.key().unwrap();
    for failure in made.into_iter().filter_map(Result::err) {
        assert!(["instance_exists", "ledger_busy"].contains(&failure.problem.name()), "{failure}");
    }
}

#[test]
fn the_rest_of_a_killed_run_is_removed_only_if_it_is_that() {
    let scratch = scratch();
    let (dir, rest) = (scratch.path().join("i"), scratch.path().join(".i.airlock-new"));
    fs::create_dir(&rest).unwrap();
    for name in [KEY, "ledger.sqlite-journal", ".airlock-abc"] {
        fs::write(rest.join(name), "rest").unwrap();
    }
    fs::write(rest.join("diary"), "x").unwrap();
    let failure = refused(Instance::create(&dir, id(), &[], &seed(9)), "instance_leftover");
    assert!(
        failure.message.contains(".i.airlock-new") && failure.message.contains("diary"),
        "{failure}"
    );
    assert_eq!(names(&rest).len(), 4);
    fs::remove_file(rest.join("diary")).unwrap();
    make(&dir);
    assert_eq!(names(scratch.path()), ["i"]);

    let (dir, rest) = (scratch.path().join("j"), scratch.path().join(".j.airlock-new"));
    symlink("i", &rest).unwrap();
    refused(Instance::create(&dir, id(), &[], &seed(9)), "instance_leftover");
    assert_eq!(names(&scratch.path().join("i")).len(), 3);
    fs::remove_file(&rest).unwrap();
    if is_root() {
        fs::create_dir(&rest).unwrap();
        std::os::unix::fs::chown(&rest, Some(65_534), None).unwrap();
        refused(Instance::create(&dir, id(), &[], &seed(9)), "instance_leftover");
    }
}

#[test]
fn the_current_folder_is_not_replaced() {
    let scratch = scratch();
    let mut command =
        child(&["env"], "instance::ledger::tests::child_makes_an_instance_here", scratch.path());
    command.current_dir(scratch.path());
    run(command);
}

#[test]
#[ignore = "run by the_current_folder_is_not_replaced"]
fn child_makes_an_instance_here() {
    if given().is_some() {
        refused(Instance::create(Path::new("."), id(), &[], &seed(9)), "instance_folder");
        // A name that SQLite would take for a URI.
        let dir = Path::new("file:i?mode=memory");
        make(dir).import(&figures([(1, 1)]), false, "x", 1).unwrap();
        assert_eq!(Instance::open_read_only(dir).unwrap().days().unwrap().len(), 1);
    }
}

#[test]
fn modes_do_not_follow_the_umask() {
    for umask in ["000", "022", "777"] {
        let scratch = scratch();
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        run(child(
            &["sh", "-c", &script],
            "instance::ledger::tests::child_checks_modes",
            scratch.path(),
        ));
    }
}

#[test]
#[ignore = "run by modes_do_not_follow_the_umask"]
fn child_checks_modes() {
    let Some(scratch) = given() else { return };
    let dir = scratch.join("i");
    let mut instance = make(&dir);
    let transaction =
        instance.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    records::log(&transaction, 1, "x", "y").unwrap();
    let journal = copy::journal(&dir.join(LEDGER));
    assert_eq!((mode(&dir), mode(&journal)), (0o700, 0o600));
    drop(transaction);
    for name in [KEY, PUBLIC, LEDGER] {
        assert_eq!(mode(&dir.join(name)), 0o600, "{name}");
    }
}

#[test]
fn without_an_instance_its_place_is_named() {
    let (scratch, _) = instance();
    fs::write(scratch.path().join("file"), "x").unwrap();
    fs::remove_file(scratch.path().join("i").join(LEDGER)).unwrap();
    for (name, hint) in
        [("none", "airlock instance init"), ("file", "airlock instance init"), ("i", "backup")]
    {
        let dir = scratch.path().join(name);
        for failure in [
            refused(Instance::open(&dir), "no_instance"),
            refused(Instance::open_read_only(&dir), "no_instance"),
        ] {
            assert!(failure.hint.as_ref().unwrap().contains(hint), "{failure:?}");
        }
    }
    assert_eq!(names(&scratch.path().join("i")), [KEY, PUBLIC]);
}

#[test]
fn the_key_must_be_the_one_recorded() {
    let (scratch, instance) = instance();
    let path = scratch.path().join("i").join(KEY);
    fs::write(&path, keys::encode_private(&seed(8), None).unwrap().as_bytes()).unwrap();
    let failure = refused(instance.key(), "instance_key_changed");
    assert!(failure.message.contains(&root(9).thumbprint().to_string()), "{failure}");
    fs::write(&path, keys::encode_public(&root(9)).unwrap()).unwrap();
    refused(instance.key(), "key_public");
    fs::remove_file(&path).unwrap();
    refused(instance.key(), "instance_key_missing");
}

#[test]
fn roots_are_pinned_once() {
    let (_scratch, mut instance) = instance();
    let mut pin = |roots: &[PublicKey]| instance.install(roots, document(1), &[1], 1).unwrap();
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
    };
    install(&mut instance, 3, 10);
    install(&mut instance, 2, 10);
    install(&mut instance, 4, 5);
    instance.install(&[], document(4), &[5; 3], 50).unwrap();
    let (third, second, fourth) = (of(3, 10, None), of(2, 10, None), of(4, 5, None));
    let all = [fourth.clone(), second, third.clone()];
    assert_eq!(instance.licenses().unwrap(), all);
    assert!(remove(&mut instance, 2) && !remove(&mut instance, 2) && !remove(&mut instance, 9));
    assert_eq!(instance.licenses().unwrap(), [fourth.clone(), third.clone()]);
    assert_eq!(instance.every_license().unwrap(), [fourth, of(2, 10, Some(99)), third]);
    assert!(instance.restore_license(document(2), 100).unwrap());
    assert!(!instance.restore_license(document(2), 100).unwrap());
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
            "license_restored",
            "license_removed"
        ]
    );
    let largest = vec![1; limits::FILE_BYTES];
    instance.install(&[], document(7), &largest, LAST_SECOND).unwrap();
    assert_eq!(instance.licenses().unwrap()[2].bytes, largest);
    for (bytes, now, code) in [
        (vec![], 1, "empty"),
        (vec![1; limits::FILE_BYTES + 1], 1, "too_large"),
        (vec![1], u64::MAX, "clock_wrong"),
    ] {
        assert_eq!(
            instance.install(&[], document(8), &bytes, now).unwrap_err().problem.name(),
            code
        );
    }
    assert_eq!(instance.licenses().unwrap().len(), 3);
}

#[test]
fn an_import_adds_days() {
    let (_scratch, mut instance) = instance();
    let first = instance
        .import(&figures([(1, 5), (0, 0), (limits::LAST_DAY, 0xFF_FFFF)]), false, "a.csv", 7)
        .unwrap();
    assert_eq!(first, Import { added: 3, same: 0, changed: vec![], applied: true });
    let second = instance.import(&figures([(1, 5), (2, 6)]), false, "b.csv", 8).unwrap();
    assert_eq!(second, Import { added: 1, same: 1, changed: vec![], applied: true });
    assert_eq!(
        instance.days().unwrap(),
        figures([(0, 0), (1, 5), (2, 6), (limits::LAST_DAY, 0xFF_FFFF)])
    );
    let last = instance.log().unwrap().pop().unwrap();
    let detail = "b.csv: added 1, same 1, changed 0".to_owned();
    assert_eq!(last, Event { at: 8, what: "usage_imported".to_owned(), detail });
}

#[test]
fn the_same_import_again_changes_no_byte() {
    let (scratch, mut instance) = instance();
    let days = figures((0..400).map(|n| (n, n)));
    instance.import(&days, false, "a", 7).unwrap();
    let before = state(&scratch.path().join("i"));
    for (days, accept) in [(days.clone(), false), (days, true), (BTreeMap::new(), false)] {
        let again = instance.import(&days, accept, "a", 8).unwrap();
        assert_eq!(again, Import { added: 0, same: days.len(), changed: vec![], applied: true });
    }
    assert_eq!(state(&scratch.path().join("i")), before);
}

#[test]
fn a_contradiction_stops_an_import_unless_accepted() {
    let (scratch, mut instance) = instance();
    instance.import(&figures([(1, 5), (2, 6), (3, 7)]), false, "a", 7).unwrap();
    let before = state(&scratch.path().join("i"));
    let new = figures([(1, 4), (2, 6), (3, 9), (4, 1)]);
    let count = |n| Count::new(n).unwrap();
    let changed = vec![
        Change { day: day(1), held: count(5), found: count(4) },
        Change { day: day(3), held: count(7), found: count(9) },
    ];
    let stopped = instance.import(&new, false, "b", 8).unwrap();
    assert_eq!(stopped, Import { added: 1, same: 1, changed: changed.clone(), applied: false });
    assert_eq!(state(&scratch.path().join("i")), before);
    let accepted = instance.import(&new, true, "b", 8).unwrap();
    assert_eq!(accepted, Import { added: 1, same: 1, changed, applied: true });
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
    refused(instance.import(&figures((0..=most).map(|n| (n, 1))), false, "a", 1), "ledger_full");
    assert!(instance.days().unwrap().is_empty());
    instance.import(&figures((0..most).map(|n| (n, 1))), false, "a", 1).unwrap();
    refused(instance.import(&figures([(most, 1)]), false, "a", 1), "ledger_full");
    assert_eq!(instance.import(&figures([(0, 1)]), false, "a", 1).unwrap().same, 1);
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

#[test]
fn a_report_from_the_desk_is_continued() {
    let back = |number, byte| MadeReport { state: ReportState::Recovered, ..report(number, byte) };
    let (_scratch, mut instance) = instance();
    add_report(&mut instance, &report(1, 1)).unwrap();
    instance.next_report(|_| Ok(report(2, 2))).unwrap();
    instance.import(&figures([(1, 5), (2, 6)]), false, "x", 1).unwrap();
    let recovered = instance.recover(&back(5, 5), &figures([(2, 7), (3, 8)])).unwrap();
    let differing =
        vec![Change { day: day(2), held: Count::new(6).unwrap(), found: Count::new(7).unwrap() }];
    assert_eq!(recovered, Recovered::Done { added: 1, differing });
    assert_eq!(instance.days().unwrap(), figures([(1, 5), (2, 6), (3, 8)]));
    assert_eq!(instance.waiting_report().unwrap(), None);
    refused(add_report(&mut instance, &report(3, 3)), "report_conflict");
    add_report(&mut instance, &report(6, 6)).unwrap();
    let numbers: Vec<u32> = instance.reports().unwrap().iter().map(|made| made.number).collect();
    assert_eq!(numbers, [1, 2, 5, 6]);
    for (number, byte) in [(5, 5), (1, 1), (6, 6), (3, 3), (4, 4)] {
        let known = instance.recover(&back(number, byte), &figures([(9, 9)])).unwrap();
        assert_eq!(known, Recovered::Known(6));
    }
    for (number, byte) in [(5, 6), (1, 2), (6, 7)] {
        let other = instance.recover(&back(number, byte), &BTreeMap::new());
        let failure = refused(other, "report_conflict");
        assert!(failure.message.contains(&format!("report {number} with the id")), "{failure}");
    }
    assert_eq!(instance.days().unwrap().len(), 3);
    assert_eq!(events(&instance).last().unwrap(), "report_made");
}

#[test]
fn days_are_taken_out_and_stay_in_the_log() {
    let (scratch, mut instance) = instance();
    instance.import(&figures([(1, 5), (2, 6), (3, 7), (4, 8)]), false, "x", 1).unwrap();
    let dropped = instance.drop_days((day(2), day(4)), "read from a test machine", 9).unwrap();
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
    assert!(instance.drop_days((day(2), day(4)), "again", 10).unwrap().is_empty());
    assert_eq!(state(&scratch.path().join("i")), before);
}

/// The tables of version 1, as the version before made them.
const VERSION_1: &str = "
    CREATE TABLE instance (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        id  BLOB NOT NULL CHECK (length(id) = 16),
        key BLOB NOT NULL CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE root (
        number INTEGER PRIMARY KEY,
        key    BLOB NOT NULL UNIQUE CHECK (length(key) = 32)
    ) STRICT;
    CREATE TABLE license (
        number    INTEGER PRIMARY KEY,
        id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes     BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        installed INTEGER NOT NULL CHECK (installed BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE day (
        day   INTEGER PRIMARY KEY CHECK (day BETWEEN 0 AND 2932896),
        count INTEGER NOT NULL CHECK (count BETWEEN 0 AND 16777215)
    ) STRICT;
    CREATE TABLE report (
        number   INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 4294967295),
        id       BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
        bytes    BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 65536),
        license  BLOB NOT NULL CHECK (length(license) = 16),
        last_day INTEGER NOT NULL CHECK (last_day BETWEEN 0 AND 2932896),
        made     INTEGER NOT NULL CHECK (made BETWEEN 0 AND 253402300799)
    ) STRICT;
    CREATE TABLE event (
        number INTEGER PRIMARY KEY,
        at     INTEGER NOT NULL CHECK (at BETWEEN 0 AND 253402300799),
        what   TEXT NOT NULL,
        detail TEXT NOT NULL
    ) STRICT;
    INSERT INTO license VALUES (7, zeroblob(16), x'010203', 10);
    INSERT INTO day VALUES (3, 5);
    INSERT INTO report VALUES (1, x'01010101010101010101010101010101', x'090909', zeroblob(16),
        20000, 77);
    INSERT INTO event VALUES (1, 10, 'license_installed', 'x');
    PRAGMA application_id = 1095519052;
    PRAGMA user_version = 1;
";

/// A ledger as the version before made it, in an instance's folder.
fn version_1(dir: &Path) {
    drop(make(dir));
    let ledger = dir.join(LEDGER);
    fs::remove_file(&ledger).unwrap();
    let old = Connection::open(&ledger).unwrap();
    old.execute_batch(VERSION_1).unwrap();
    let row = "INSERT INTO instance VALUES (1, ?1, ?2)";
    old.execute(row, (id().0, root(9).as_bytes())).unwrap();
    old.execute("INSERT INTO root VALUES (1, ?1)", [root(1).as_bytes()]).unwrap();
}

/// Checks that all that the version before kept is there.
fn check_version_1(instance: &Instance) {
    let license = Installed { id: document(0), bytes: vec![1, 2, 3], installed: 10, removed: None };
    assert_eq!(instance.every_license().unwrap(), [license]);
    assert_eq!(instance.days().unwrap(), figures([(3, 5)]));
    let old = MadeReport { bytes: vec![9; 3], license: document(0), ..placed(report(1, 1)) };
    assert_eq!(instance.reports().unwrap(), [old]);
    assert_eq!((instance.roots().unwrap(), events(instance).len()), (vec![root(1)], 1));
}

#[test]
fn a_ledger_of_the_version_before_is_read_as_it_stands_and_brought_up_to_write() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    version_1(&dir);
    let before = state(&dir);
    let mut reader = Instance::open_read_only(&dir).unwrap();
    check_version_1(&reader);
    refused(reader.import(&figures([(4, 4)]), false, "x", 1), "instance_unwritable");
    assert_eq!(state(&dir), before);
    let mut writer = Instance::open(&dir).unwrap();
    check_version_1(&writer);
    assert!(writer.remove_license(document(0), 5).unwrap());
    add_report(&mut writer, &report(2, 2)).unwrap();
    assert_eq!(integrity(&writer), "ok");
    let version: i64 =
        writer.connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!((version, names(&dir).len()), (2, 3));
    assert_eq!(Instance::open(&dir).unwrap().reports().unwrap().len(), 2);
}

#[test]
fn what_airlock_did_not_make_is_named_and_never_runs() {
    for (edit, named) in [
        ("CREATE TRIGGER t AFTER INSERT ON day BEGIN DELETE FROM report; END", "trigger \"t\""),
        ("CREATE VIEW v AS SELECT * FROM day", "view \"v\""),
        ("CREATE TABLE notes (a)", "table \"notes\""),
        ("CREATE INDEX fast ON day (count)", "index \"fast\""),
        ("ALTER TABLE event ADD COLUMN who TEXT", "table \"event\", which was changed"),
        ("DROP TABLE root", "no index \"sqlite_autoindex_root_1\""),
    ] {
        let (scratch, instance) = instance();
        instance.connection.execute_batch(edit).unwrap();
        let dir = scratch.path().join("i");
        for opened in [Instance::open(&dir), Instance::open_read_only(&dir)] {
            let failure = refused(opened, "ledger_damaged");
            assert!(failure.message.contains(named), "{failure}");
        }
    }
    // Planted while a command has the ledger open.
    let (_scratch, mut instance) = instance();
    add_report(&mut instance, &report(1, 1)).unwrap();
    let plant = "CREATE TRIGGER t AFTER INSERT ON day BEGIN DELETE FROM report; END; \
        CREATE VIEW v AS SELECT 1";
    instance.connection.execute_batch(plant).unwrap();
    instance.import(&figures([(1, 1)]), false, "x", 1).unwrap();
    assert_eq!(instance.reports().unwrap().len(), 1);
    instance.connection.query_row("SELECT * FROM v", [], |_| Ok(())).unwrap_err();
}

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
                    let import =
                        instance.import(&figures([(writer * 100 + n, n)]), false, "x", 1).unwrap();
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
    let failure = refused(second.import(&figures([(1, 1)]), false, "x", 1), "ledger_busy");
    assert!(failure.hint.unwrap().contains("try again"));
    assert!(second.days().unwrap().is_empty());
    second.connection.busy_timeout(database::BUSY).unwrap();
    thread::scope(|scope| {
        let waiting =
            scope.spawn(move || second.import(&figures([(1, 1)]), false, "x", 1).unwrap());
        thread::sleep(Duration::from_millis(300));
        drop(transaction);
        assert!(waiting.join().unwrap().applied);
    });
    assert_eq!(database::BUSY, Duration::from_secs(10));
}

#[test]
fn settings_are_as_said() {
    let (_scratch, instance) = instance();
    let setting = |name: &str| {
        instance.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(
        (setting("synchronous"), setting("foreign_keys"), setting("trusted_schema")),
        (3, 1, 0)
    );
    let journal: String =
        instance.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(journal, "delete");
    assert_eq!(LAST_SECOND, Day::LAST.unix() + 86_399);
    let loose = "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE \
        'sqlite_%' AND NOT strict";
    assert_eq!(instance.connection.query_row(loose, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn a_write_ahead_log_made_by_hand_is_folded_in() {
    let (scratch, instance) = instance();
    let dir = scratch.path().join("i");
    instance.connection.pragma_update(None, "journal_mode", "wal").unwrap();
    drop(instance);
    Instance::open(&dir).unwrap().import(&figures([(1, 1)]), false, "x", 1).unwrap();
    assert_eq!(names(&dir), [KEY, PUBLIC, LEDGER]);
}

#[test]
fn a_newer_ledger_is_refused() {
    let (scratch, instance) = instance();
    let dir = scratch.path().join("i");
    for (version, code) in
        [(3, "ledger_too_new"), (i64::from(i32::MAX), "ledger_too_new"), (0, "ledger_unreadable")]
    {
        instance.connection.pragma_update(None, "user_version", version).unwrap();
        let before = state(&dir);
        refused(Instance::open(&dir), code);
        let failure = refused(Instance::open_read_only(&dir), code);
        assert!(failure.message.contains(&format!("found version {version}")), "{failure}");
        assert_eq!(state(&dir), before);
    }
}

#[test]
fn other_files_are_refused_and_stay() {
    let (scratch, made) = instance();
    drop(made);
    let dir = scratch.path().join("i");
    let ledger = dir.join(LEDGER);
    let other = scratch.path().join("other");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE a (b); PRAGMA user_version = 1")
        .unwrap();
    let whole = fs::read(&ledger).unwrap();
    let mut holes = whole.clone();
    for page in holes.chunks_mut(4096).skip(1) {
        page.fill(0xa5);
    }
    for (content, codes) in [
        (fs::read(&other).unwrap(), &["ledger_unreadable"][..]),
        (vec![], &["ledger_unreadable"]),
        (b"garbage".to_vec(), &["ledger_unreadable"]),
        (vec![0x5a; 100_000], &["ledger_unreadable"]),
        (holes, &["ledger_damaged"]),
        (whole[..whole.len() / 2].to_vec(), &["ledger_damaged"]),
    ] {
        fs::write(&ledger, &content).unwrap();
        for opened in [Instance::open(&dir), Instance::open_read_only(&dir)] {
            let failure = opened.unwrap_err();
            assert!(codes.contains(&failure.problem.name()), "{failure}");
            assert!(
                failure.message.contains("ledger.sqlite") && failure.hint.is_some(),
                "{failure}"
            );
        }
        assert_eq!(fs::read(&ledger).unwrap(), content);
        assert_eq!(names(&dir), [KEY, PUBLIC, LEDGER]);
    }
}

#[test]
fn impossible_rows_are_named() {
    for (table, row, edit) in [
        ("day", "-1", "INSERT INTO day VALUES (-1, 5)"),
        ("day", "2932897", "INSERT INTO day VALUES (2932897, 5)"),
        ("day", "7", "INSERT INTO day VALUES (7, 16777216)"),
        ("day", "7", "INSERT INTO day VALUES (7, -1)"),
        ("license", "1", "INSERT INTO license VALUES (1, x'00', x'00', 0, NULL)"),
        ("license", "1", "INSERT INTO license VALUES (1, zeroblob(16), x'', 0, NULL)"),
        ("license", "1", "INSERT INTO license VALUES (1, zeroblob(16), zeroblob(65537), 0, NULL)"),
        ("license", "1", "INSERT INTO license VALUES (1, zeroblob(16), x'00', 253402300800, NULL)"),
        ("license", "1", "INSERT INTO license VALUES (1, zeroblob(16), x'00', 1, 253402300800)"),
        (
            "report",
            "1",
            "INSERT INTO report VALUES (1, zeroblob(16), x'00', zeroblob(16), 1, 1, 3)",
        ),
        (
            "report",
            "2",
            "INSERT INTO report VALUES (2, zeroblob(16), x'00', zeroblob(16), 1, 1, 1)",
        ),
        (
            "report",
            "1",
            "INSERT INTO report VALUES (1, zeroblob(16), x'00', zeroblob(17), 1, 1, 1)",
        ),
        (
            "report",
            "1",
            "INSERT INTO report VALUES (1, zeroblob(16), x'00', zeroblob(16), 2932897, 1, 1)",
        ),
        (
            "report",
            "4294967296",
            "INSERT INTO report VALUES (4294967296, zeroblob(16), x'00', zeroblob(16), 1, 1, 1)",
        ),
        ("root", "3", "INSERT INTO root VALUES (3, zeroblob(31))"),
        ("root", "3", "INSERT INTO root VALUES (3, zeroblob(32))"),
        (
            "day",
            "1",
            "DROP TABLE day; CREATE TABLE day (day, count); INSERT INTO day VALUES ('many', NULL)",
        ),
    ] {
        let (_scratch, instance) = instance();
        instance.connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
        instance.connection.execute_batch(edit).unwrap();
        let failure = match table {
            "day" => instance.days().unwrap_err(),
            "license" => instance.licenses().unwrap_err(),
            "report" => instance.reports().unwrap_err(),
            _ => instance.roots().unwrap_err(),
        };
        assert_eq!(failure.problem.name(), "ledger_damaged", "{failure}");
        assert!(
            failure.message.contains(&format!("table {table}, row {row}: found ")),
            "{edit}: {failure}"
        );
        let mut instance = instance;
        if table == "day" {
            refused(instance.import(&figures([(1, 1)]), true, "x", 1), "ledger_damaged");
        }
    }
}

#[test]
fn an_impossible_instance_is_not_opened() {
    for edit in [
        "DELETE FROM instance",
        "INSERT INTO instance VALUES (2, zeroblob(16), zeroblob(32))",
        "UPDATE instance SET id = x'00'",
        "UPDATE instance SET key = zeroblob(32)",
        "DROP TABLE instance",
        "ALTER TABLE instance RENAME COLUMN key TO lock",
    ] {
        let (scratch, instance) = instance();
        instance.connection.pragma_update(None, "ignore_check_constraints", true).unwrap();
        instance.connection.execute_batch(edit).unwrap();
        let dir = scratch.path().join("i");
        for opened in [Instance::open(&dir), Instance::open_read_only(&dir)] {
            refused(opened, "ledger_damaged");
        }
    }
}

// What the tables themselves refuse, when somebody edits the file without switching their checks
// off.
#[test]
fn the_tables_refuse_impossible_rows() {
    let (_scratch, instance) = instance();
    for edit in [
        "INSERT INTO day VALUES (2932897, 5)",
        "INSERT INTO day VALUES (1, 16777216)",
        "INSERT INTO license VALUES (1, zeroblob(16), zeroblob(65537), 0, NULL)",
        "INSERT INTO license VALUES (1, zeroblob(16), x'00', 253402300800, NULL)",
        "INSERT INTO report VALUES (0, zeroblob(16), x'00', zeroblob(16), 1, 1, 1)",
        "INSERT INTO day VALUES (1, 'many')",
    ] {
        instance.connection.execute_batch(edit).unwrap_err();
    }
    assert_eq!(
        (limits::LAST_DAY, limits::USERS, limits::FILE_BYTES),
        (2_932_896, 16_777_215, 65_536)
    );
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
        let mut command =
            child(&["env"], "instance::ledger::tests::child_imports_until_killed", scratch.path());
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
        instance.import(&figures((0..BLOCK).map(|n| (n, next))), true, "loop", 1).unwrap();
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
            child(&["env"], "instance::ledger::tests::child_creates_until_killed", &round);
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

/// Leaves a cut-off change in the ledger: a journal, and pages that are not committed.
fn cut_off(dir: &Path) {
    let copy = scratch();
    let mut instance = Instance::open(dir).unwrap();
    instance.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true).unwrap();
    let transaction = instance.connection.transaction().unwrap();
    transaction.execute("UPDATE day SET count = 99", []).unwrap();
    transaction.cache_flush().unwrap();
    let (ledger, kept) = (dir.join(LEDGER), copy.path().join("kept"));
    fs::copy(&ledger, &kept).unwrap();
    fs::copy(copy::journal(&ledger), copy::journal(&kept)).unwrap();
    drop(transaction);
    drop(instance);
    fs::copy(&kept, &ledger).unwrap();
    fs::copy(copy::journal(&kept), copy::journal(&ledger)).unwrap();
}

fn check_reading_only(dir: &Path) {
    let before = state(dir);
    let mut instance = Instance::open_read_only(dir).unwrap();
    assert_eq!((instance.id(), instance.days().unwrap()), (id(), figures([(1, 5)])));
    assert_eq!((instance.roots().unwrap().len(), instance.licenses().unwrap().len()), (2, 1));
    refused(instance.import(&figures([(2, 2)]), false, "x", 1), "instance_unwritable");
    refused(instance.install(&[root(7)], document(7), &[7], 1), "instance_unwritable");
    assert_eq!(instance.days().unwrap(), figures([(1, 5)]));
    drop(instance);
    assert_eq!(state(dir), before);
}

fn with_data(dir: &Path) {
    let mut instance = make(dir);
    instance.import(&figures([(1, 5)]), false, "x", 1).unwrap();
    instance.install(&[], document(1), &[1], 1).unwrap();
}

#[test]
fn a_reader_changes_nothing_even_after_a_kill() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    with_data(&dir);
    check_reading_only(&dir);
    cut_off(&dir);
    assert_eq!(names(&dir).len(), 4);
    check_reading_only(&dir);
    assert_eq!(Instance::open(&dir).unwrap().days().unwrap(), figures([(1, 5)]));
    assert_eq!(names(&dir), [KEY, PUBLIC, LEDGER]);
}

// Permissions do not bind root, so root runs the child as nobody (from a copy: nobody may not reach
// the build folder).
#[test]
fn another_user_who_may_read_reads() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    with_data(&dir);
    cut_off(&dir);
    let binary = scratch.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
    let set = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let chmod = |folder, file| {
        for name in names(&dir) {
            set(&dir.join(name), file);
        }
        set(&dir, folder);
    };
    for path in [scratch.path(), &binary] {
        set(path, 0o755);
    }
    let spawn = |test| {
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
        let mut command = Command::new(if is_root() { nobody[0] } else { "env" });
        command.args(if is_root() { &nobody[1..] } else { &[] }).arg(&binary);
        command
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env("FOLDER", &dir)
            .env_remove("TMPDIR")
            .stdin(Stdio::null());
        run(command);
    };
    chmod(0o555, 0o444);
    spawn("instance::ledger::tests::child_reads_only");
    chmod(0o555, 0o000);
    spawn("instance::ledger::tests::child_may_not_read");
    chmod(0o755, 0o444);
    set(&dir, 0o000);
    spawn("instance::ledger::tests::child_may_not_read");
    set(&dir, 0o700);
}

#[test]
#[ignore = "run by another_user_who_may_read_reads and a_read_only_file_system_is_read"]
fn child_reads_only() {
    let Some(dir) = given() else { return };
    check_reading_only(&dir);
    refused(Instance::open(&dir), "instance_unwritable");
    let beside = dir.join("new");
    refused(Instance::create(&beside, id(), &[], &seed(9)), "instance_unwritable");
}

#[test]
#[ignore = "run by another_user_who_may_read_reads"]
fn child_may_not_read() {
    let Some(dir) = given() else { return };
    refused(Instance::open(&dir), "instance_unreadable");
    refused(Instance::open_read_only(&dir), "instance_unreadable");
}

/// Runs a child in a mount namespace of its own, so that what it mounts goes with it. Never
/// skipped: where namespaces are not allowed, this fails and says so.
fn in_namespace(test: &str) {
    let scratch = scratch();
    let flags = if is_root() { "-m" } else { "-rm" };
    run(child(&["unshare", flags], test, scratch.path()));
}

fn mount(arguments: &[&str], dir: &Path) {
    let mounted = Command::new("mount").args(arguments).arg(dir).status().unwrap();
    assert!(mounted.success(), "cannot mount {arguments:?}");
}

#[test]
fn a_read_only_file_system_is_read() {
    in_namespace("instance::ledger::tests::child_reads_a_read_only_file_system");
}

#[test]
#[ignore = "run by a_read_only_file_system_is_read"]
fn child_reads_a_read_only_file_system() {
    let Some(disk) = given() else { return };
    mount(&["-t", "tmpfs", "none"], &disk);
    let (whole, cut) = (disk.join("whole"), disk.join("cut"));
    with_data(&whole);
    with_data(&cut);
    cut_off(&cut);
    mount(&["-o", "remount,ro"], &disk);
    for dir in [&whole, &cut] {
        check_reading_only(dir);
        refused(Instance::open(dir), "instance_unwritable");
    }
    refused(Instance::create(&disk.join("new"), id(), &[], &seed(9)), "instance_unwritable");
    // An empty volume cannot be renamed over.
    let volume = disk.join("whole");
    mount(&["-t", "tmpfs", "none"], &volume);
    mount(&["-o", "remount,rw"], &disk);
    let failure = refused(Instance::create(&volume, id(), &[], &seed(9)), "instance_folder");
    assert!(failure.message.contains("mount point"), "{failure}");
}

#[test]
fn a_full_disk_leaves_the_state_before() {
    in_namespace("instance::ledger::tests::child_fills_a_disk");
}

#[test]
#[ignore = "run by a_full_disk_leaves_the_state_before"]
fn child_fills_a_disk() {
    let Some(disk) = given() else { return };
    mount(&["-t", "tmpfs", "-o", "size=256k", "none"], &disk);
    let dir = disk.join("i");
    with_data(&dir);
    let fill = |bytes| fs::write(disk.join("fill"), vec![1; bytes]);
    while fill(
        fs::metadata(disk.join("fill")).map_or(0, |found| usize::try_from(found.len()).unwrap())
            + 4096,
    )
    .is_ok()
    {}
    let mut instance = Instance::open(&dir).unwrap();
    refused(instance.import(&figures((5..50_000).map(|n| (n, n))), false, "x", 1), "disk_full");
    let large = MadeReport { bytes: vec![1; limits::FILE_BYTES], ..report(1, 1) };
    refused(instance.next_report(|_| Ok(large)), "disk_full");
    refused(Instance::create(&disk.join("j"), id(), &[], &seed(9)), "disk_full");
    drop(instance);
    check_reading_only(&dir);
    assert_eq!(integrity(&Instance::open(&dir).unwrap()), "ok");
    assert_eq!(names(&disk), ["fill", "i"]);
    for left in [4096, 8192, 20_000, 40_000] {
        fs::remove_file(disk.join("fill")).unwrap();
        let mut size = 262_144 - left;
        while fill(size).is_err() {
            size -= 4096;
        }
        match Instance::create(&disk.join("j"), id(), &[], &seed(9)) {
            Err(failure) => assert_eq!(failure.problem.name(), "disk_full", "{failure}"),
            Ok(_) => fs::remove_dir_all(disk.join("j")).unwrap(),
        }
        assert_eq!(names(&disk), ["fill", "i"]);
    }
    fs::remove_file(disk.join("fill")).unwrap();
    assert!(
        Instance::open(&dir).unwrap().import(&figures([(2, 2)]), false, "x", 1).unwrap().applied
    );
}
