//! An instance's folder backed up, restored and moved: nothing is lost, no number is given twice.

use std::fs;

use crate::common::{Dir, INSTANCE, unshare, words};
use crate::json::Json;

/// A folder with a figure of each of the first two days, and report 1 of the first.
fn reported() -> Dir {
    let dir = Dir::installed();
    dir.write("1.csv", "2025-11-01,90\n");
    dir.write("2.csv", "2025-11-02,95\n");
    dir.yes("usage import 1.csv --instance inst --today 2025-11-02");
    dir.yes("usage report --instance inst --today 2025-11-02 --out 1.usage");
    dir
}

fn report(instance: &str, day: &str, file: &str) -> String {
    format!("usage report --instance {instance} --today {day} --anyway --out {file}")
}

fn number(dir: &Dir, file: &str) -> Json {
    dir.yes(&format!("usage show {file}"))["claims"]["number"].clone()
}

#[test]
fn a_backup_is_private_new_and_says_what_it_holds() {
    let dir = reported();
    let line = "instance backup --instance inst --today 2025-11-03 --out b";
    let before = dir.tree();
    let answer = dir.yes(line);
    assert_eq!(dir.mode("b"), 0o600);
    assert_eq!(answer["instance"], INSTANCE);
    assert_eq!(answer["last_report"], 1);
    assert_eq!(answer["next_number"], 2);
    assert_eq!(answer["days"], 1);
    assert_eq!(answer["licenses"], 1);
    assert_eq!(answer["state"], "in_use");
    assert_eq!(answer["bytes"], i64::try_from(dir.read("b").len()).unwrap());
    let mut after = dir.tree();
    after.remove(std::path::Path::new("b"));
    assert_eq!(before, after, "a backup changes nothing");
    dir.failed(line, "secret_exists");
    dir.failed("instance backup --instance inst --out -", "options");
    dir.failed("instance backup --instance none --out c", "no_instance");
    dir.failed("instance backup --instance inst --out none/c", "output_parent");
}

/// It goes where the folder goes.
#[test]
fn a_backup_in_its_own_folder_is_warned_of() {
    let dir = reported();
    let inside = dir.yes("instance backup --instance inst --out inst/b");
    let warned = inside["warnings"].texts().concat();
    assert!(warned.contains("is lost with it"), "{inside:?}");
    let beside = dir.yes("instance backup --instance inst --out inst.b");
    assert!(!beside.has("warnings") || beside["warnings"].items().is_empty(), "{beside:?}");
}

/// It is a private key, in whatever place it is given.
#[test]
fn a_backup_is_never_written_over_and_never_let_out() {
    let dir = reported();
    dir.yes("instance backup --instance inst --out b");
    dir.failed("text n.airlock --out b --force", "output_protected");
    dir.failed(
        "usage report --instance inst --today 2025-11-03 --out b --force",
        "output_protected",
    );
    for line in ["show b", "text b", "sheet b --html --out s", "pouch b --out p"] {
        let error = dir.failed(line, "not_airlock");
        let message = error["message"].text();
        assert!(message.contains("the backup of an instance, with its private key"), "{message}");
        assert!(error["hint"].text().starts_with("never send it"), "{error:?}");
    }
    let refused = dir.no("guard b --out g");
    assert!(refused["error"]["hint"].text().starts_with("never send it"), "{refused:?}");
    let said = dir.run("explain b");
    said.says(&["found the backup of an instance, with its private key", "have the key replaced"]);
}

#[test]
fn a_restored_folder_goes_on_only_once_the_last_report_is_known() {
    let dir = reported();
    dir.yes("instance backup --instance inst --today 2025-11-02 --out b");
    dir.yes("usage import 2.csv --instance inst --today 2025-11-03");
    dir.yes(&report("inst", "2025-11-03", "2.usage"));
    let restored = dir.yes("instance restore b --instance new --today 2025-11-04");
    assert_eq!(restored["purpose"], "backup");
    assert_eq!(restored["state"], "goes_back");
    assert_eq!(restored["since"], "2025-11-02T00:00:00Z");
    assert_eq!(restored["next_number"], 2);
    // Also where nothing would be new: whoever reads the usage in is not refused once more.
    dir.refused("usage report --instance new --today 2025-11-04 --out n", "report_after_restore");
    dir.write("3.csv", "2025-11-03,99\n");
    dir.yes("usage import 3.csv --instance new --today 2025-11-04");
    for line in [
        report("new", "2025-11-04", "x.usage"),
        "usage report --instance new --today 2025-11-04 --dry-run".to_owned(),
        "usage report --instance new --today 2025-11-04".to_owned(),
        "instance move --instance new --yes --today 2025-11-04 --out m".to_owned(),
    ] {
        let error = dir.refused(&line, "report_after_restore");
        let (message, hint) = (error["message"].text(), error["hint"].text());
        assert!(message.contains("goes back to 2025-11-02 00:00:00 UTC"), "{message}");
        assert!(message.ends_with("the number 2 may be taken"), "{message}");
        assert!(
            hint.contains("`airlock instance recover --after REPORT --instance new`"),
            "{hint}"
        );
    }
    let doubts = dir.yes("status --instance new --today 2025-11-04")["doubts"].texts().join("\n");
    assert!(doubts.contains("a report may have left since"), "{doubts}");
    dir.yes("instance recover --after 2.usage --instance new");
    dir.yes(&report("new", "2025-11-04", "3.usage"));
    assert_eq!(number(&dir, "3.usage"), 3);
    let days = dir.yes("usage show 3.usage")["days"].clone();
    let users: Vec<&Json> = days.items().iter().map(|day| &day["users"]).collect();
    assert_eq!(users.len(), 3);
    assert_eq!(*users[1], 95, "the figure that only the report had");
}

#[test]
fn where_no_report_has_left_since_the_next_number_is_taken() {
    let dir = reported();
    dir.yes("instance backup --instance inst --out b");
    dir.yes("instance restore b --instance new");
    dir.failed("instance recover --instance new", "options");
    dir.failed("instance recover --none-since --after 1.usage --instance new", "options");
    let settled = dir.yes("instance recover --none-since --yes --instance new");
    assert_eq!(settled["changed"], true);
    assert_eq!(settled["next_number"], 2);
    assert_eq!(dir.yes("instance recover --none-since --instance new")["changed"], false);
    dir.yes(&report("new", "2025-11-03", "2.usage"));
    assert_eq!(number(&dir, "2.usage"), 2);
    // The vendor's last report is the ledger's own.
    dir.yes("instance restore b --instance other");
    dir.yes("instance recover --after 1.usage --instance other");
    dir.yes(&report("other", "2025-11-03", "2b.usage"));
}

/// A report that is older than the ledger's own last one says nothing of those that came after: the
/// next number would stand on two contents.
#[test]
fn an_older_report_does_not_settle_which_was_the_last() {
    let dir = reported();
    dir.yes("usage import 2.csv --instance inst --today 2025-11-03");
    dir.yes(&report("inst", "2025-11-03", "2.usage"));
    dir.yes("instance backup --instance inst --out b");
    dir.yes("usage report --instance inst --today 2025-11-04 --anyway --out 3.usage");
    dir.yes("instance restore b --instance new");
    let error =
        dir.refused("instance recover --after 1.usage --instance new", "report_after_restore");
    let message = error["message"].text();
    assert!(message.contains("found report 1") && message.contains("has report 2"), "{message}");
    let next = "usage report --instance new --today 2025-11-05 --anyway --out x";
    dir.refused(next, "report_after_restore");
    dir.yes("instance recover --after 2.usage --instance new");
    dir.yes(next);
    // With the vendor's last one beside it, an older one does no harm.
    dir.yes("instance restore b --instance other");
    dir.yes("instance recover --after 1.usage --after 3.usage --instance other");
    dir.yes("instance recover --after 1.usage --instance other");
    dir.yes("usage report --instance other --today 2025-11-05 --anyway --out 4.usage");
    assert_eq!(number(&dir, "4.usage"), 4);
}

/// The report that waited is what may have left, byte for byte.
#[test]
fn a_report_that_waits_in_a_backup_is_given_again() {
    let dir = reported();
    let line = "usage report --instance inst --today 2025-11-03 --anyway --out /dev/full";
    dir.run(line).ends(2);
    dir.yes("instance backup --instance inst --out b");
    dir.yes(&report("inst", "2025-11-03", "2.usage"));
    dir.yes("instance restore b --instance new");
    dir.yes(&report("new", "2025-11-03", "again.usage"));
    assert_eq!(dir.read("2.usage"), dir.read("again.usage"));
    dir.refused(&report("new", "2025-11-04", "3.usage"), "report_after_restore");
}

#[test]
fn a_ledger_made_anew_for_its_key_does_not_begin_with_report_1_unasked() {
    let dir = reported();
    fs::remove_file(dir.path("inst/ledger.sqlite")).unwrap();
    dir.yes(&format!("instance init inst --keep-key --id {INSTANCE} --trust root.pub"));
    dir.yes("license install n.airlock --instance inst --users 81 --today 2025-11-01");
    dir.yes("usage import 2.csv --instance inst --today 2025-11-03");
    let error = dir.refused(&report("inst", "2025-11-03", "x"), "report_after_restore");
    assert!(error["message"].text().contains("made anew for its key"), "{error:?}");
    dir.yes("instance recover --after 1.usage --instance inst");
    dir.yes(&report("inst", "2025-11-03", "2.usage"));
    assert_eq!(number(&dir, "2.usage"), 2);
}

/// Nor in the folder that it is moved to: without a license there is no report to make before, and
/// whether one has left is not known all the same.
#[test]
fn a_ledger_made_anew_is_not_moved_before_its_last_report_is_known() {
    let dir = reported();
    fs::remove_file(dir.path("inst/ledger.sqlite")).unwrap();
    dir.yes(&format!("instance init inst --keep-key --id {INSTANCE} --trust root.pub"));
    let line = "instance move --instance inst --yes --today 2025-11-03 --out m";
    let error = dir.refused(line, "report_after_restore");
    let (message, hint) = (error["message"].text(), error["hint"].text());
    assert!(message.ends_with("the number 1 may be taken"), "{message}");
    assert!(hint.contains("`airlock instance recover --after REPORT --instance inst`"), "{hint}");
    assert!(!dir.path("m").exists(), "nothing is moved");
    dir.yes("instance recover --after 1.usage --instance inst");
    dir.yes(line);
    let restored = dir.yes("instance restore m --instance new --today 2025-11-03");
    assert_eq!((restored["state"].text(), restored["next_number"].number()), ("in_use", 2));
}

#[test]
fn a_folder_is_made_in_an_empty_place_or_not_at_all() {
    let dir = reported();
    dir.yes("instance backup --instance inst --out b");
    let error = dir.failed("instance restore b --instance inst", "instance_exists");
    assert!(error["hint"].text().contains("`--instance NEW`"), "{error:?}");
    dir.failed("instance restore b --instance none/new", "output_parent");
    for (file, what) in [
        ("n.airlock", "found an UNVERIFIED license for \"Nordhavn Shipyards A/S\""),
        ("root.key", "found a private key"),
    ] {
        let error =
            dir.failed(&format!("instance restore {file} --instance new"), "archive_damaged");
        assert!(error["message"].text().contains(what), "{error:?}");
        assert!(error["hint"].text().contains("`instance backup --out FILE`"), "{error:?}");
    }
    dir.failed("instance restore missing --instance new", "input_missing");
    dir.failed("instance restore inst --instance new", "input_directory");
    let whole = dir.read("b");
    dir.write("cut", &whole[..whole.len() - 1]);
    let error = dir.failed("instance restore cut --instance new", "archive_damaged");
    assert!(error["message"].text().starts_with("cut: "), "{error:?}");
    assert!(error["hint"].text().ends_with("or restore an older one"), "{error:?}");
    fs::create_dir(dir.path("empty")).unwrap();
    dir.yes("instance restore b --instance empty");
    fs::create_dir(dir.path("used")).unwrap();
    dir.write("used/file", "x");
    dir.failed("instance restore b --instance used", "instance_folder");
}

/// A disk with room for the key and not for the ledger; and one that nobody may write on.
#[test]
fn on_a_full_or_read_only_disk_nothing_is_left() {
    let dir = reported();
    dir.yes("instance backup --instance inst --out b");
    fs::create_dir(dir.path("mount")).unwrap();
    let binary = crate::common::binary();
    for (options, then, codes) in [
        ("size=16k", "", "disk_full"),
        ("size=1m", "&& mount -o remount,ro mount", "instance_unwritable"),
    ] {
        let script = format!(
            "mount -t tmpfs -o {options} none mount {then} && \
             {} instance restore b --instance mount/new --json; ls -A mount",
            binary.display()
        );
        let shell = format!("{} sh -c '{script}'", unshare());
        let mut wrapper = std::process::Command::new("sh");
        let output = wrapper.args(["-c", &shell]).current_dir(dir.root()).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(err.contains(&format!("\"code\":\"{codes}\"")), "{options}: {err}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{options}: left");
    }
}

/// Every command that changes a folder, and one that asks in its name.
const CHANGES: [&str; 11] = [
    "usage import 2.csv --instance inst --today 2025-11-03",
    "usage record --users 5 --instance inst --today 2025-11-03",
    "usage drop --from 2025-11-01 --until 2025-11-02 --reason x --instance inst",
    "usage report --anyway --instance inst --today 2025-11-03 --out x",
    "usage due --instance inst --today 2025-11-03",
    "license install n.airlock --users 5 --instance inst --today 2025-11-03",
    "license remove 000000 --yes --instance inst",
    "license restore 000000 --instance inst",
    "instance recover --after 1.usage --instance inst",
    "instance recover --none-since --yes --instance inst",
    "request new --instance inst --company C --name N --email n@c.example --plan premium --seats 1 \
     --users 1 --today 2025-11-09 --out x",
];

#[test]
fn a_folder_that_was_moved_is_retired_and_says_what_to_do() {
    let dir = reported();
    dir.yes("usage import 2.csv --instance inst --today 2025-11-03");
    let line = "instance move --instance inst --today 2025-11-03 --out m --report last.usage";
    dir.failed(line, "not_confirmed");
    dir.write("taken", "x");
    let taken =
        dir.failed(&format!("{} --yes", line.replace("last.usage", "taken")), "output_exists");
    assert_eq!(taken["hint"].text(), "name another file for it with `--report FILE`");
    let moved = dir.yes(&format!("{line} --yes"));
    assert_eq!(moved["state"], "retired");
    assert_eq!(moved["report"], "last.usage");
    assert_eq!(moved["next_number"], 3);
    assert_eq!(dir.mode("m"), 0o600);
    assert_eq!(number(&dir, "last.usage"), 2);
    for line in CHANGES {
        let error = dir.refused(line, "instance_retired");
        let (message, hint) = (error["message"].text(), error["hint"].text());
        assert!(message.contains("was moved on 2025-11-03 00:00:00 UTC"), "{message}");
        let again = "`airlock instance move --out FILE --instance inst`";
        assert!(hint.contains("work in the folder that was restored"), "{hint}");
        assert!(hint.contains(again), "{hint}");
    }
    // Also where nothing would be new.
    dir.refused("usage report --instance inst --today 2025-11-04 --out n", "instance_retired");
    let stands = dir.no("status --instance inst --today 2026-02-01");
    assert!(matches!(stands["due"], Json::Null), "due where it goes on: {stands:?}");
    // What only looks goes on.
    for line in ["license list", "instance log", "usage log"] {
        dir.yes(&format!("{line} --instance inst"));
    }
    dir.refused("check --instance inst --today 2025-11-03 --users 81", "instance_retired");
    let exported = dir.yes("license export --instance inst --today 2025-11-03 --out x.txt");
    assert!(exported["warnings"].texts().concat().contains("was moved on 2025-11-03"));
    // A run that was killed behind its last step is ended by the same command.
    let before = dir.read("m");
    let again = dir.yes(&format!("{line} --yes"));
    assert!(again["state"] == "retired" && again["sha256"] == moved["sha256"], "{again:?}");
    assert_eq!(dir.read("m"), before);
    dir.write("n", &before[1..]);
    dir.failed("instance move --instance inst --yes --out n", "secret_exists");
    dir.yes("instance backup --instance inst --out of-retired");
    dir.failed("instance move --instance inst --yes --out of-retired", "secret_exists");
    let status = dir.run("status --instance inst --today 2025-11-03");
    status.ends(1).says(&["NO: the instance was moved, and this folder is retired"]);
    let new = dir.yes("instance restore m --instance new --today 2025-11-03");
    assert_eq!(new["purpose"], "move");
    assert_eq!(new["state"], "in_use");
    dir.yes(&report("new", "2025-11-04", "3.usage"));
    assert_eq!(number(&dir, "3.usage"), 3);
}

/// A report that waited says nothing of the days since: the folder is not retired before they are
/// reported.
#[test]
fn a_report_that_waited_is_not_the_last_where_days_came_since() {
    let dir = reported();
    dir.write("3.csv", "2025-11-02,95\n");
    dir.yes("usage import 3.csv --instance inst --today 2025-11-03");
    dir.run("usage report --instance inst --today 2025-11-03 --out /dev/full").ends(2);
    dir.write("4.csv", "2025-11-03,96\n2025-11-04,96\n");
    dir.yes("usage import 4.csv --instance inst --today 2025-11-05");
    let line = "instance move --instance inst --today 2025-11-05 --out m --yes";
    let failed = dir.run(&format!("{line} --report 2.usage --json"));
    let failed = failed.error(2, "report_waited");
    assert!(failed["message"].text().contains("report 2 had waited"), "{failed:?}");
    assert!(dir.exists("2.usage") && !dir.exists("m"));
    let moved = dir.yes(&format!("{line} --report 3.usage"));
    assert!(moved["state"] == "retired" && moved["report"] == "3.usage", "{moved:?}");
    assert_eq!(number(&dir, "3.usage"), 3);
}

/// Whatever a command of this list is called, one that changes a folder is in it.
#[test]
fn every_command_with_a_folder_is_known_to_change_it_or_not() {
    let looks = [
        "check",
        "instance backup",
        "instance log",
        "instance move",
        "instance restore",
        "license export",
        "license list",
        "receipt verify",
        "status",
        "usage log",
    ];
    let dir = Dir::empty();
    let mut groups = vec![String::new()];
    while let Some(group) = groups.pop() {
        let help = dir.run(&format!("{group} --help"));
        let text = help.text();
        if let Some((_, commands)) = text.split_once("Commands:\n") {
            let names = commands.lines().take_while(|line| !line.is_empty());
            let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
            let names = names.filter_map(|line| line.split_whitespace().next());
            let names = names.filter(|name| !["help", "desk"].contains(name));
            groups.extend(names.map(|name| format!("{group} {name}")));
        } else if text.contains("--instance <DIR>") {
            let name = group.trim();
            let changes = CHANGES.iter().any(|line| line.starts_with(&format!("{name} ")));
            assert_ne!(looks.contains(&name), changes, "{name}");
        }
    }
}

#[test]
fn without_anything_new_to_say_a_folder_is_moved_all_the_same() {
    let dir = reported();
    let moved = dir.yes("instance move --instance inst --today 2025-11-03 --yes --out m");
    assert_eq!(moved["report"], Json::Null);
    let warnings = moved["warnings"].texts().join("\n");
    assert!(
        warnings.contains("no last report was made: no figure has come in since"),
        "{warnings}"
    );
    assert_eq!(moved["next_number"], 2);
}

#[test]
fn a_move_that_cannot_write_its_report_or_its_file_retires_nothing() {
    let dir = reported();
    dir.yes("usage import 2.csv --instance inst --today 2025-11-03");
    let line = "instance move --instance inst --today 2025-11-03 --yes";
    dir.failed(&format!("{line} --out 1.csv"), "secret_exists");
    dir.failed(&format!("{line} --out m --report 1.csv"), "output_exists");
    dir.failed(&format!("{line} --out none/m --report r"), "output_parent");
    dir.yes("usage record --users 3 --instance inst --today 2025-11-02");
}

/// The file may be lost on its way; until a report is due, no other folder has sent one.
#[test]
fn the_file_of_a_move_that_is_old_is_doubted() {
    let dir = reported();
    dir.yes("instance move --instance inst --today 2025-11-03 --yes --out m");
    // Report 1 ended with 2025-11-01; the next one is due 30 days later.
    // By a clock before the move it is not known how long ago that was.
    for (day, state) in [
        ("2025-11-02", "goes_back"),
        ("2025-11-03", "in_use"),
        ("2025-11-30", "in_use"),
        ("2025-12-02", "goes_back"),
    ] {
        let new = dir.yes(&format!("instance restore m --instance of-{day} --today {day}"));
        assert_eq!(new["state"], state, "{day}");
    }
    dir.yes("usage import 2.csv --instance of-2025-12-02 --today 2025-12-02");
    dir.refused(&report("of-2025-12-02", "2025-12-02", "x"), "report_after_restore");
}

/// Another folder may go on with the first file, and may have reported since.
#[test]
fn the_file_of_a_move_that_is_written_again_asks_which_report_left_last() {
    let dir = reported();
    dir.yes("instance move --instance inst --today 2025-11-03 --yes --out m");
    dir.yes("instance restore m --instance first --today 2025-11-04");
    dir.yes("usage import 2.csv --instance first --today 2025-11-04");
    dir.yes(&report("first", "2025-11-04", "2.usage"));
    fs::remove_file(dir.path("m")).unwrap();
    let line = "instance move --instance inst --today 2025-11-05 --yes --out m";
    let again = dir.yes(line);
    assert_eq!(again["since"], "2025-11-03T00:00:00Z");
    let warned = again["warnings"].texts().concat();
    assert!(warned.contains("would give one number twice"), "{again:?}");
    let same = dir.yes(line);
    assert_eq!(same["sha256"], again["sha256"], "it is there, and whole");
    let new = dir.yes("instance restore m --instance new --today 2025-11-05");
    assert!(new["state"] == "goes_back" && new["purpose"] == "move_again", "{new:?}");
    dir.run("instance restore m --instance other --today 2025-11-05").ends(0).says(&[
        "Another folder may have been made of a file of this move",
        "`airlock instance recover --after REPORT --instance other` goes on behind it",
        "`airlock instance recover --none-since --instance other` goes on with report 2",
    ]);
    dir.yes("usage import 2.csv --instance new --today 2025-11-05");
    dir.refused(&report("new", "2025-11-05", "x"), "report_after_restore");
    let recovered = dir.yes("instance recover --after 2.usage --instance new");
    assert_eq!(recovered["next_number"], 3);
}

/// Whoever follows the hint makes a new folder, and does not meet the one that is in use.
#[test]
fn a_backup_in_the_wrong_place_is_not_sent_to_the_folder_in_use() {
    let dir = reported();
    dir.yes("instance backup --instance inst --out b");
    for line in [
        "license install b --users 5 --instance inst",
        "instance recover --after b --instance inst",
    ] {
        let error = dir.failed(line, "not_airlock");
        let hint = error["hint"].text();
        assert!(hint.contains("`airlock instance restore FILE --instance NEW`"), "{hint}");
    }
    let said = dir.run("explain b");
    said.says(&["NEW` makes the folder NEW of it"]);
    fs::create_dir(dir.path("used")).unwrap();
    dir.write("used/other", "x");
    let error = dir.failed("instance restore b --instance used", "instance_folder");
    assert!(error["hint"].text().contains("with `--instance NEW`"), "{error:?}");
}

/// While one command imports and another reports, again and again.
#[test]
fn backups_of_a_folder_in_use_are_whole() {
    let dir = Dir::installed();
    dir.write("in.csv", "2025-11-01,1\n");
    dir.yes("usage import in.csv --instance inst --today 2025-11-02");
    let stop = std::sync::atomic::AtomicBool::new(false);
    let go_on = || !stop.load(std::sync::atomic::Ordering::Relaxed);
    let status = |line: &str| dir.command(&words(line)).output().unwrap().status.code();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for users in (2..).take_while(|_| go_on()) {
                dir.write("in.csv", format!("2025-11-01,{users}\n"));
                let line = "usage import in.csv --instance inst --accept-changes --json";
                assert_eq!(status(line), Some(0));
            }
        });
        scope.spawn(|| {
            for number in (0..).take_while(|_| go_on()) {
                assert_eq!(status(&report("inst", "2025-11-02", &format!("{number}.r"))), Some(0));
            }
        });
        let backups = || {
            let mut last = 0;
            for round in 0..8 {
                dir.yes(&format!("instance backup --instance inst --out b{round}"));
                let line = format!("instance restore b{round} --instance new{round}");
                let restored = dir.yes(&line);
                let number = restored["next_number"].number();
                assert!(number >= last, "{number} after {last}");
                last = number;
            }
        };
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(backups));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        done.unwrap();
    });
}

/// Two reports have one number: that stays a doubt until the vendor has answered the later one.
#[test]
fn a_number_that_was_used_twice_stays_a_doubt_until_a_receipt() {
    let dir = Dir::installed();
    dir.yes("instance backup --instance inst --out b");
    let figure = |users: u32| {
        dir.write("d.csv", format!("date,count\n2025-11-01,{users}\n"));
        "usage import d.csv --instance inst --today 2025-11-02"
    };
    dir.yes(figure(52));
    dir.yes(&report("inst", "2025-11-02", "a.usage"));
    std::fs::remove_dir_all(dir.path("inst")).unwrap();
    dir.yes("instance restore b --instance inst");
    // It is the one step that leads there: it is asked for, and says so.
    let asked = dir.failed("instance recover --none-since --instance inst", "not_confirmed");
    assert!(asked["message"].text().contains("two reports get the same number"), "{asked:?}");
    dir.yes("instance recover --none-since --yes --instance inst");
    dir.yes(figure(47));
    dir.yes(&report("inst", "2025-11-02", "b.usage"));
    let status = "status --instance inst --today 2025-11-03";
    let doubts = || dir.yes(status)["doubts"].texts().join("\n");
    assert_eq!(doubts(), "");
    for _ in 0..2 {
        dir.failed("instance recover --after a.usage --instance inst", "report_conflict");
        assert!(doubts().starts_with("the vendor has another report 1 than this ledger"));
    }
    dir.run(&format!("{status} --prometheus")).ends(0).says(&["airlock_doubts{id=", "} 1\n"]);
    let receipt = |report: &str, day: &str| {
        dir.yes(&format!(
            "receipt issue {report} --license n.airlock --trust root.pub --key desk.key --issuer \
             desk.issuer --came-of paid --seats-owed 0 --received {day} --today {day} --out {day}.r"
        ));
        dir.run(&format!("license install {day}.r --instance inst --today {day}"))
    };
    // One for the other report settles nothing here.
    receipt("a.usage", "2025-11-03").ends(1);
    assert!(!doubts().is_empty());
    receipt("b.usage", "2025-11-04").ends(0);
    assert_eq!(doubts(), "");
}
