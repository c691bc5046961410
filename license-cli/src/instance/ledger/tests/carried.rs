//! A backup's file, and the folder that is made of it.

use super::*;
use crate::files::BACKUP_HEAD;

/// An instance with a license, a figure and a report, and its backup.
fn backed_up() -> (TempDir, Instance, Backup) {
    let (scratch, mut instance) = instance();
    install(&mut instance, 1, 10);
    instance.import(&figures([(20_000, 5)]), false, "x", at(11)).unwrap();
    add_report(&mut instance, &report(1, 1)).unwrap();
    let backup = instance.backup(99).unwrap();
    (scratch, instance, backup)
}

fn restore(dir: &Path, backup: &Backup) -> Result<Instance, Failure> {
    Instance::restore(dir, backup, at(200), |_| Ok(true))
}

fn unpack(file: &[u8]) -> Result<Backup, Failure> {
    Backup::unpack(file)
}

#[test]
fn a_backup_is_the_whole_folder_and_no_other_file_is_left() {
    let (scratch, instance, backup) = backed_up();
    let file = backup.pack().unwrap();
    let to = scratch.path().join("new");
    let restored = restore(&to, &unpack(&file).unwrap()).unwrap();
    assert_eq!(restored.every_license().unwrap(), instance.every_license().unwrap());
    assert_eq!(restored.days().unwrap(), instance.days().unwrap());
    assert_eq!(restored.reports().unwrap(), instance.reports().unwrap());
    assert_eq!(restored.roots().unwrap(), instance.roots().unwrap());
    assert_eq!(restored.key().unwrap().public(), instance.key().unwrap().public());
    assert_eq!(restored.id(), instance.id());
    assert_eq!(events(&restored).last().unwrap(), "instance_restored");
    assert_eq!(restored.condition().unwrap(), Condition::GoesBack(Some(99)));
    assert_eq!(names(scratch.path()), ["i", "new"]);
    assert_eq!(names(&to), [KEY, PUBLIC, LEDGER]);
    let from = scratch.path().join("i");
    for name in [KEY, PUBLIC] {
        assert_eq!(fs::read(to.join(name)).unwrap(), fs::read(from.join(name)).unwrap());
        assert_eq!(mode(&to.join(name)), 0o600);
    }
    assert_eq!((mode(&to), mode(&to.join(LEDGER))), (0o700, 0o600));
}

/// zstd's own program passes over the line in front.
#[test]
fn the_file_is_one_that_zstd_reads() {
    let (_scratch, _instance, backup) = backed_up();
    let file = backup.pack().unwrap();
    let plain = zstd::decode_all(&file[..]).unwrap();
    assert!(plain.starts_with(b"airlock instance 1\n"));
    assert!(plain.windows(16).any(|part| part == b"SQLite format 3\0"));
}

#[test]
fn a_changed_or_cut_backup_makes_no_folder() {
    let (scratch, _instance, backup) = backed_up();
    let file = backup.pack().unwrap();
    for length in 0..file.len() {
        refused(unpack(&file[..length]).map(|_| ()), "archive_damaged");
    }
    for place in 0..file.len() {
        let mut changed = file.to_vec();
        changed[place] ^= 1 << (place % 8);
        let Ok(found) = unpack(&changed) else { continue };
        // A bit of a frame's head may say nothing; what is read is what was written.
        assert_eq!(found.pack().unwrap(), file, "byte {place}");
    }
    let more = [&file[..], b"x"].concat();
    refused(unpack(&more).map(|_| ()), "archive_damaged");
    refused(unpack(&[&file[..], &file[..]].concat()).map(|_| ()), "archive_damaged");
    assert_eq!(names(scratch.path()), ["i"]);
}

/// The file of a backup whose content is this.
fn packed(content: &[u8]) -> Vec<u8> {
    [&BACKUP_HEAD[..], &zstd::encode_all(content, 3).unwrap()].concat()
}

#[test]
fn a_bomb_is_not_unpacked() {
    let head = [&b"airlock instance 1\n\0"[..], &[0; 8]].concat();
    let parts = |lengths: [u32; 3], content: usize| {
        let lengths = lengths.map(u32::to_be_bytes);
        [&head[..], &lengths[0], &lengths[1], &lengths[2], &vec![0; content]].concat()
    };
    for content in [
        parts([16 * 1024 + 1, 0, 0], 1 << 20),
        parts([0, 0, (256 << 20) + 1], 1 << 20),
        parts([0, 0, u32::MAX], 1 << 20),
        parts([0, 0, 65 << 20], 66 << 20),
    ] {
        refused(unpack(&packed(&content)).map(|_| ()), "archive_large");
    }
}

#[test]
fn what_a_backup_holds_is_checked_before_the_folder_is_there() {
    let (scratch, _instance, good) = backed_up();
    let to = scratch.path().join("new");
    let other = || keys::encode_private(&seed(8), None).unwrap().as_bytes().to_vec();
    let other_public = || keys::encode_public(&root(8)).unwrap().into_bytes();
    let again = || unpack(&good.pack().unwrap()).unwrap();
    let mut holes = good.ledger.clone();
    holes[4096..].fill(0xa5);
    for (what, backup) in [
        ("another private key", Backup { key: Zeroizing::new(other()), ..again() }),
        ("another public key", Backup { public: other_public(), ..again() }),
        ("no private key", Backup { key: Zeroizing::new(vec![]), ..again() }),
        ("a public key for it", Backup { key: Zeroizing::new(other_public()), ..again() }),
        ("no ledger", Backup { ledger: vec![], ..again() }),
        ("a damaged ledger", Backup { ledger: holes, ..again() }),
        ("half a ledger", Backup { ledger: good.ledger[..8192].to_vec(), ..again() }),
    ] {
        let failure = refused(restore(&to, &backup), "archive_damaged");
        assert_eq!(names(scratch.path()), ["i"], "{what}: {failure}");
    }
    restore(&to, &again()).unwrap();
    refused(restore(&to, &again()), "instance_exists");
}

/// It cannot be opened without its passphrase, and lies in the new folder as it lay in the old one.
#[test]
fn an_encrypted_key_is_kept_as_it_lies() {
    let (scratch, instance, _) = backed_up();
    let locked = keys::encode_private(&seed(9), Some(b"correct horse")).unwrap();
    fs::write(scratch.path().join("i").join(KEY), locked.as_bytes()).unwrap();
    let backup = unpack(&instance.backup(99).unwrap().pack().unwrap()).unwrap();
    let to = scratch.path().join("new");
    restore(&to, &backup).unwrap();
    assert_eq!(fs::read(to.join(KEY)).unwrap(), locked.as_bytes());
}

#[test]
fn a_folder_without_its_key_is_not_backed_up() {
    let (scratch, instance, _) = backed_up();
    let key = scratch.path().join("i").join(KEY);
    fs::remove_file(&key).unwrap();
    refused(instance.backup(99).map(|_| ()), "instance_key_missing");
    fs::write(&key, keys::encode_private(&seed(8), None).unwrap().as_bytes()).unwrap();
    refused(instance.backup(99).map(|_| ()), "instance_key_changed");
}

/// A backup that was made while another connection has begun a change holds what was there before.
#[test]
fn a_backup_is_of_one_moment_while_the_ledger_is_changed() {
    let (scratch, mut instance, _) = backed_up();
    let dir = scratch.path().join("i");
    let reader = Instance::open_read_only(&dir).unwrap();
    let transaction =
        instance.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    records::log(&transaction, at(1), "begun", "y").unwrap();
    let backup = unpack(&reader.backup(99).unwrap().pack().unwrap()).unwrap();
    transaction.commit().unwrap();
    let restored = restore(&scratch.path().join("new"), &backup).unwrap();
    assert!(!events(&restored).contains(&"begun".to_owned()));
    assert_eq!(restored.reports().unwrap().len(), 1);
}

#[test]
fn a_backup_of_an_older_ledger_is_brought_up() {
    let scratch = scratch();
    let dir = scratch.path().join("i");
    tables::version_1(&dir);
    let before = state(&dir);
    let backup = Instance::open_read_only(&dir).unwrap().backup(99).unwrap();
    assert_eq!(state(&dir), before);
    let restored = restore(&scratch.path().join("new"), &backup).unwrap();
    assert_eq!(restored.reports().unwrap().len(), 1);
}

#[test]
fn of_a_folder_that_is_retired_every_change_is_refused() {
    let (scratch, mut instance, _) = backed_up();
    let dir = scratch.path().join("i");
    let moved = instance.retire(at(50), Backup::pack).unwrap();
    // Also by a command that had opened it before.
    refused(instance.import(&figures([(20_001, 5)]), false, "x", at(51)), "instance_retired");
    refused(instance.next_report(|_| Ok(report(2, 2))), "instance_retired");
    refused(instance.none_since(at(51)), "instance_retired");
    refused(Instance::open(&dir), "instance_retired");
    let reader = Instance::open_read_only(&dir).unwrap();
    assert_eq!(reader.condition().unwrap(), Condition::Retired(Some(50)));
    // What is made of it goes on; what is made of it once more asks first.
    let again = instance.retire(at(60), Backup::pack).unwrap();
    let backup = unpack(&moved).unwrap();
    assert_eq!((backup.purpose, backup.made), (Purpose::Move, 50));
    let mut new = restore(&scratch.path().join("new"), &backup).unwrap();
    assert_eq!(new.condition().unwrap(), Condition::InUse);
    add_report(&mut new, &report(2, 2)).unwrap();
    let backup = unpack(&again).unwrap();
    assert_eq!((backup.purpose, backup.made), (Purpose::MoveAgain, 50));
    let mut new = restore(&scratch.path().join("again"), &backup).unwrap();
    assert_eq!(new.condition().unwrap(), Condition::GoesBack(Some(50)));
    new.none_since(at(61)).unwrap();
    add_report(&mut new, &report(2, 2)).unwrap();
    // A backup of it is no way around.
    let backup = instance.backup(99).unwrap();
    let restored = restore(&scratch.path().join("back"), &backup).unwrap();
    assert_eq!(restored.condition().unwrap(), Condition::Retired(Some(50)));
}

/// Whatever its file was made for, a ledger in doubt stays in doubt, back to the first time.
#[test]
fn a_doubt_goes_along_wherever_the_folder_goes() {
    let (scratch, mut instance, _) = backed_up();
    let carried = |purpose, to: Option<u64>, instance: &mut Instance| {
        let doubt = Condition::GoesBack(to);
        let put = |ledger: &Connection| condition::put(ledger, doubt, ("x", "y"), at(1));
        instance.change(put).unwrap();
        let backup = Backup { purpose, ..instance.backup(99).unwrap() };
        let dir = scratch.path().join("new");
        let restored = restore(&dir, &backup).unwrap().condition().unwrap();
        fs::remove_dir_all(dir).unwrap();
        restored
    };
    for purpose in [Purpose::Move, Purpose::MoveAgain, Purpose::Backup] {
        for to in [None, Some(70)] {
            let restored = carried(purpose, to, &mut instance);
            assert_eq!(restored, Condition::GoesBack(to), "{purpose:?}");
        }
    }
}

#[test]
fn what_could_not_be_kept_is_not_retired() {
    let (_scratch, mut instance, _) = backed_up();
    let full = || Failure::new(Problem::DiskFull, "no space is left");
    let failure = instance.retire::<()>(at(50), |_| Err(full())).unwrap_err();
    assert_eq!(failure.problem, Problem::DiskFull);
    assert_eq!(instance.condition().unwrap(), Condition::InUse);
    instance.next_report(|_| Ok(report(2, 2))).unwrap();
    refused(instance.retire(at(50), |_| Ok(())), "ledger_busy");
}
