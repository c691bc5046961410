//! A report that is given once more, as it was made: after it was lost on its way, and to commands
//! that ask for it at the same moment.

use std::process::{Child, Stdio};
use std::time::Duration;

use crate::common::{Dir, words};
use crate::json::Json;

/// Reads these days in and reports them.
fn report(dir: &Dir, instance: &str, days: &str, today: &str, out: &str) -> Json {
    dir.write("days.csv", days);
    dir.yes(&format!("usage import days.csv --instance {instance} --today {today}"));
    dir.yes(&format!("usage report --instance {instance} --today {today} --out {out}"))
}

/// An instance with two reports, 1.usage and 2.usage.
fn reported() -> Dir {
    let dir = Dir::installed();
    report(&dir, "inst", "2025-11-01,81\n2025-11-02,112\n", "2025-11-03", "1.usage");
    report(&dir, "inst", "2025-11-03,82\n", "2025-11-04", "2.usage");
    dir
}

fn again(instance: &str, number: u32, more: &str) -> String {
    format!("usage report --instance {instance} --again {number} --today 2025-11-20 {more}")
}

#[test]
fn a_report_that_was_lost_is_written_once_more_byte_for_byte() {
    let dir = reported();
    let ledger = dir.read("inst/ledger.sqlite");
    // What has come in since is not in it.
    for (number, name) in [(1, "1.usage"), (2, "2.usage")] {
        let told = dir.yes(&again("inst", number, &format!("--out again-{name}")));
        assert_eq!(dir.read(&format!("again-{name}")), dir.read(name));
        assert!(told["again"] == true && told["id"] == dir.show(name)["id"], "{told:?}");
        assert!(!told.has("warnings"), "{told:?}");
    }
    assert_eq!(dir.read("inst/ledger.sqlite"), ledger);
    dir.run(&again("inst", 1, "--force --out again-1.usage")).ends(0).says(&[
        "  report          1\n",
        "  2 days with a figure, 0 without; at most 112 users, on 2025-11-02\n",
        "  once more, byte for byte as it was made: no new number, no new figure\n",
    ]);
    // Every carrier that a report has, and the name that it had.
    let name = "nordhavn-shipyards-a-s_5f0a2f6e_2025-11-01_2025-11-02_report-1.usage";
    assert_eq!(dir.yes(&again("inst", 1, ""))["path"], name);
    assert_eq!(dir.read(name), dir.read("1.usage"));
    let text = dir.yes(&again("inst", 1, "--text"))["path"].text().to_owned();
    assert_eq!(text, format!("{name}.txt"));
    dir.yes(&format!("guard {text} --out binary"));
    let piped = dir.run(&again("inst", 1, "--out -"));
    assert_eq!(piped.ends(0).out, dir.read("1.usage"));
    for file in [name, text.as_str()] {
        dir.yes(&format!("guard {file} --out clean --force --signer inst/instance.pub"));
        assert_eq!(dir.show("clean")["id"], dir.show("1.usage")["id"]);
    }
    dir.write("taken", "other");
    dir.failed(&again("inst", 1, "--out taken"), "output_exists");
    // The next report goes on as if nothing had been.
    let next = report(&dir, "inst", "2025-11-04,83\n", "2025-11-05", "3.usage");
    assert_eq!(
        (dir.show("3.usage")["claims"]["number"].number(), next["again"] == true),
        (3, false)
    );
}

#[test]
fn a_number_that_is_not_held_is_refused_with_those_that_are() {
    let none = Dir::installed();
    let error = none.refused(&again("inst", 1, "--out x"), "no_report");
    assert!(error["message"].text().ends_with("no report is held"), "{error:?}");
    let dir = reported();
    for number in [0, 3, 4_294_967_295] {
        let error = dir.refused(&again("inst", number, "--out x"), "no_report");
        let message = error["message"].text();
        assert!(message.contains(&format!("`--again {number}`")), "{message}");
        assert!(message.ends_with("held: 1 to 2"), "{message}");
        assert!(error["hint"].text().contains("`airlock usage log --instance inst`"), "{error:?}");
    }
    for wrong in ["--again x", "--again 4294967296", "--again", "--again -1"] {
        dir.failed(&format!("usage report --instance inst {wrong}"), "options");
    }
    for beside in ["--anyway", "--dry-run", "--accept-clock"] {
        dir.failed(&again("inst", 1, beside), "options");
    }
}

/// The one that left last is known by the vendor's receipt alone.
#[test]
fn a_report_that_is_known_by_its_receipt_alone_is_not_made_up() {
    let dir = Dir::installed();
    dir.yes("instance backup --instance inst --out old.backup");
    report(&dir, "inst", "2025-11-01,81\n2025-11-02,112\n", "2025-11-03", "1.usage");
    dir.yes(&crate::receipt::issue("1", "--came-of billed --today 2025-11-07"));
    dir.yes("instance restore old.backup --instance back --today 2025-11-08");
    dir.yes("instance recover --after 1.receipt --instance back");
    let error = dir.refused(&again("back", 1, "--out x"), "no_report");
    assert!(error["message"].text().contains("its receipt alone"), "{error:?}");
    // Once the report itself has come back, it is given.
    dir.yes("instance recover --after 1.usage --instance back");
    let told = dir.yes(&again("back", 1, "--out x"));
    assert_eq!(dir.read("x"), dir.read("1.usage"));
    let warned = told["warnings"].texts().concat();
    assert!(warned.contains("report 1 has come to the vendor"), "{warned}");
}

#[test]
fn it_is_given_after_a_restore_and_a_move_and_without_a_license() {
    let dir = reported();
    dir.yes("instance backup --instance inst --out b");
    dir.yes("instance restore b --instance back --today 2025-11-08");
    dir.yes(&again("back", 2, "--out of-back"));
    dir.yes("instance move --instance inst --today 2025-11-04 --yes --out m");
    dir.yes("instance restore m --instance moved --today 2025-11-05");
    dir.yes(&again("inst", 2, "--out of-retired"));
    dir.yes(&again("moved", 2, "--out of-moved"));
    let id = dir.show("n.airlock")["id"].text().to_owned();
    dir.yes(&format!("license remove {id} --yes --instance moved --today 2025-11-05"));
    dir.yes(&again("moved", 2, "--out of-none"));
    for file in ["of-back", "of-retired", "of-moved", "of-none"] {
        assert_eq!(dir.read(file), dir.read("2.usage"), "{file}");
    }
}

/// One that waits has left once it was written, by whatever name it was asked for.
#[test]
fn one_that_waits_waits_no_more() {
    let dir = Dir::installed();
    let line = "usage report --anyway --instance inst --today 2025-12-01";
    dir.run(&format!("{line} --out /dev/full --json")).error(2, "disk_full");
    dir.run(&again("inst", 1, "--out /dev/full --json")).error(2, "disk_full");
    assert_eq!(dir.yes("instance log --instance inst")["waiting_report"], 1);
    dir.yes(&again("inst", 1, "--out 1.usage"));
    assert_eq!(dir.yes("instance log --instance inst")["waiting_report"], Json::Null);
}

/// Where a receipt has not come, and where nothing new has, the way to the same bytes is named.
#[test]
fn whoever_looks_for_a_lost_report_is_told_how_it_is_written_again() {
    let dir = reported();
    let error = dir.refused("usage report --instance inst --today 2025-11-04", "no_new_figure");
    let hint = error["hint"].text();
    assert!(hint.contains("`airlock usage report --again 2 --instance inst`"), "{hint}");
    dir.yes(&crate::receipt::issue("1", "--came-of billed --today 2025-11-07"));
    dir.yes("license install 1.receipt --instance inst --today 2025-11-08");
    dir.run("usage log --instance inst").ends(0).says(&[
        "  receipt none yet; if it was lost, `airlock usage report --again 2 --instance inst` \
         writes it once more\n",
    ]);
    dir.run("usage due --instance inst --today 2025-12-04").ends(0).says(&[
        "; and no receipt has come for report 2",
        "\n  if it was lost: `airlock usage report --again 2 --instance inst` writes report 2 once \
         more\n",
    ]);
    let before = dir.run("usage due --instance inst --today 2025-12-03");
    assert!(!before.ends(1).text().contains("lost"), "{before}");
}

/// The folder that is open in the process.
fn has_open(child: &Child, name: &str) -> bool {
    let Ok(files) = std::fs::read_dir(format!("/proc/{}/fd", child.id())) else { return false };
    let mut files = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    files.any(|file| file.ends_with(name))
}

/// Started at once they give one report, and each a file of it, by their own name or by one.
#[test]
fn commands_at_once_give_one_report() {
    for names in [["", "", ""], ["--out a", "--out b", "--out c"]] {
        let dir = Dir::installed();
        dir.write("days.csv", "2025-11-01,81\n2025-11-02,112\n");
        dir.yes("usage import days.csv --instance inst --today 2025-11-03");
        // While somebody writes, all of them wait for their turn.
        let ledger = rusqlite::Connection::open(dir.path("inst/ledger.sqlite")).unwrap();
        ledger.execute_batch("BEGIN IMMEDIATE").unwrap();
        let start = |name: &&str| {
            let line = format!("usage report --instance inst --today 2025-11-03 --json {name}");
            let mut command = dir.command(&words(&line));
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let children: Vec<Child> = names.iter().map(start).collect();
        for child in &children {
            while !has_open(child, "ledger.sqlite") {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        std::thread::sleep(Duration::from_secs(1));
        ledger.execute_batch("ROLLBACK").unwrap();
        let told: Vec<Json> = children
            .into_iter()
            .map(|child| {
                let output = child.wait_with_output().unwrap();
                assert!(output.status.success(), "{output:?}");
                Json::read(&String::from_utf8(output.stdout).unwrap())
            })
            .collect();
        assert!(told.iter().all(|it| it["id"] == told[0]["id"]), "{told:?}");
        assert_eq!(told.iter().filter(|it| it["again"] == false).count(), 1, "{told:?}");
        for path in told.iter().map(|it| it["path"].text()) {
            assert_eq!(dir.show(path)["id"], told[0]["id"]);
        }
        let log = dir.yes("usage log --instance inst");
        assert_eq!(log["reports"].items().len(), 1, "{log:?}");
        assert_eq!(log["reports"].items()[0]["state"], "placed");
    }
}

/// No report has room for a day of the last century: the date is wrong, or of no use.
#[test]
fn a_figure_of_long_ago_is_not_taken_without_a_word() {
    let dir = Dir::installed();
    dir.write("old.csv", "1999-03-01,12\n1999-03-05,13\n2025-11-01,81\n");
    let line = "usage import old.csv --instance inst --today 2025-11-02";
    let warned = dir.yes(line)["warnings"].texts().concat();
    assert!(warned.contains("2 figures taken of more than 3660 days ago"), "{warned}");
    let command = "`airlock usage drop --from 1999-03-01 --until 1999-03-06 --reason TEXT";
    assert!(warned.contains(command), "{warned}");
    // What a job reads in each night is told once.
    assert!(!dir.yes(line).has("warnings"));
    let record = "usage record --users 3 --instance inst --today 2025-11-02 --at";
    let warned = dir.yes(&format!("{record} 1999-03-03"))["warnings"].texts().concat();
    assert!(warned.contains("1 figure taken of more than 3660 days ago"), "{warned}");
    // 2015-10-26 is 3,660 days before.
    assert!(dir.yes(&format!("{record} 2015-10-25")).has("warnings"));
    assert!(!dir.yes(&format!("{record} 2015-10-26")).has("warnings"));
}
