//! Looking without changing: after a kill, as another user, on a read-only or a full disk.

use super::*;

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
    refused(instance.import(&figures([(2, 2)]), false, "x", at(1)), "instance_unwritable");
    refused(instance.take(&[root(7)], (&[file(7, &[7])], &[]), at(1)), "instance_unwritable");
    assert_eq!(instance.days().unwrap(), figures([(1, 5)]));
    drop(instance);
    assert_eq!(state(dir), before);
}

fn with_data(dir: &Path) {
    let mut instance = make(dir);
    instance.import(&figures([(1, 5)]), false, "x", at(1)).unwrap();
    instance.take(&[], (&[file(1, &[1])], &[]), at(1)).unwrap();
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
    spawn("instance::ledger::tests::reading::child_reads_only");
    chmod(0o555, 0o000);
    spawn("instance::ledger::tests::reading::child_may_not_read");
    chmod(0o755, 0o444);
    set(&dir, 0o000);
    spawn("instance::ledger::tests::reading::child_may_not_read");
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
    in_namespace("instance::ledger::tests::reading::child_reads_a_read_only_file_system");
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
    in_namespace("instance::ledger::tests::reading::child_fills_a_disk");
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
    refused(instance.import(&figures((5..50_000).map(|n| (n, n))), false, "x", at(1)), "disk_full");
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
        Instance::open(&dir)
            .unwrap()
            .import(&figures([(2, 2)]), false, "x", at(1))
            .unwrap()
            .applied
    );
}
