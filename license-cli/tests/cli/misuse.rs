//! Wrong options, wrong files, and names that a terminal would obey.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::common::{Dir, Run, data, terms, tool, words};

/// Every command with its options complete, and an input file at the place of FILE.
const COMMANDS: [&str; 16] = [
    "key new",
    "key show",
    "issuer certify",
    "instance init",
    "request new",
    "license issue",
    "license install",
    "license list",
    "license remove",
    "license export",
    "check",
    "show",
    "usage import",
    "usage record",
    "usage show",
    "reconcile",
];

/// A receipt for a report, but for the report and the keys.
const RECEIPT: &str = "receipt issue --license n.airlock --trust root.pub --came-of in_review \
    --today 2025-12-02 --out new";

/// Every place that takes a file: FILE stands for it.
fn places() -> Vec<String> {
    let certify = "issuer certify --name D --from 2025-01-01 --until 2026-01-01 --out new";
    vec![
        "key show FILE".to_owned(),
        "key show locked.key --passphrase-file FILE".to_owned(),
        format!("{certify} --root FILE --key desk.pub"),
        format!("{certify} --root root.key --key FILE"),
        "instance init new --trust FILE".to_owned(),
        terms("--key FILE"),
        terms("--issuer FILE"),
        terms("--policy FILE"),
        terms("--request FILE"),
        terms("--trust FILE"),
        "license install FILE --instance inst --users 1 --today 2025-11-01".to_owned(),
        "license install loose.airlock --instance inst --trust FILE --users 1 --today 2025-11-01"
            .to_owned(),
        "license install loose.airlock --instance inst --users 1 --today 2025-11-01 --history FILE"
            .to_owned(),
        "check FILE --trust root.pub".to_owned(),
        "check loose.airlock --trust FILE".to_owned(),
        "check loose.airlock --trust root.pub --history FILE".to_owned(),
        "show FILE".to_owned(),
        "show n.airlock --trust FILE".to_owned(),
        "usage import FILE --instance inst".to_owned(),
        "usage show FILE".to_owned(),
        "reconcile FILE --license n.airlock --trust root.pub".to_owned(),
        "reconcile n.usage --license FILE --trust root.pub".to_owned(),
        "reconcile n.usage --license n.airlock --trust FILE".to_owned(),
        format!("{RECEIPT} FILE --key desk.key --issuer desk.issuer"),
        format!("{RECEIPT} n.usage --key FILE --issuer desk.issuer"),
        format!("{RECEIPT} n.usage --key desk.key --issuer FILE"),
        format!("{RECEIPT} n.usage --key desk.key --issuer desk.issuer --earlier FILE"),
        "receipt verify FILE --report n.usage --trust root.pub".to_owned(),
        "receipt verify n.airlock --report FILE --trust root.pub".to_owned(),
    ]
}

/// The fixture with a locked key and a report.
pub(crate) fn full() -> Dir {
    let dir = Dir::installed();
    dir.write("pass", "correct horse\n");
    dir.yes("key new --out locked --passphrase-file pass");
    dir.yes("usage report --anyway --instance inst --today 2025-12-01 --out n.usage");
    dir
}

/// Runs every command that takes a file with this one, which must be refused with exit status 2,
/// and the same code everywhere.
#[track_caller]
pub(crate) fn refused_everywhere(dir: &Dir, file: &str, code: &str) {
    for place in places() {
        dir.failed(&place.replace("FILE", file), code);
    }
}

#[test]
fn a_file_that_is_not_there_is_named_everywhere() {
    let dir = full();
    refused_everywhere(&dir, "absent", "input_missing");
    refused_everywhere(&dir, "root.pub/x", "input_missing");
}

#[test]
fn a_folder_in_place_of_a_file_is_named_everywhere() {
    refused_everywhere(&full(), "inst", "input_directory");
}

#[test]
fn wrong_kinds_of_files_are_refused_everywhere_with_status_2() {
    let dir = full();
    dir.write("empty", "");
    dir.write("random", [0xd2, 0x84, 0x43, 0x00, 0xff, 0x17]);
    dir.write("words", "This is a text about nothing.\n");
    std::fs::copy(data("license_usage_excel.csv"), dir.path("excel.csv")).unwrap();
    std::fs::copy(data("legacy.gitlab-license"), dir.path("legacy")).unwrap();
    // A history without a row is one without a figure, and is warned of: see history.rs.
    let judged = |place: &str| place.contains("--history FILE") || place.contains("reconcile FILE");
    for file in ["empty", "random", "words", "excel.csv", "legacy", "inst/ledger.sqlite"] {
        for place in places().iter().filter(|place| file != "empty" || !judged(place)) {
            let line = place.replace("FILE", file);
            dir.unchanged(|| {
                let run = dir.run(&format!("{line} --json"));
                // Any first line is a passphrase; it is then the wrong one.
                assert_eq!(run.status, Some(2), "{run}");
                assert!(run.err.starts_with("{\"error\""), "{run}");
            });
        }
    }
}

#[test]
fn a_document_of_another_kind_is_named_as_what_it_is() {
    let dir = full();
    for file in ["n.request", "n.usage", "desk.issuer"] {
        dir.failed(&format!("check {file} --trust root.pub"), "wrong_kind");
        dir.failed(&format!("license install {file} --instance inst"), "wrong_kind");
        dir.failed(&format!("reconcile n.usage --license {file} --trust root.pub"), "wrong_kind");
    }
    for file in ["n.request", "n.usage", "n.airlock"] {
        dir.failed(&terms(&format!("--issuer {file}")), "wrong_kind");
    }
    dir.failed("usage show n.request", "wrong_kind");
    dir.failed("reconcile n.request --license n.airlock --trust root.pub", "wrong_kind");
    dir.failed(&terms("--request n.usage"), "wrong_kind");
}

#[test]
fn a_license_in_place_of_a_report_or_request_is_named_as_a_license() {
    let dir = full();
    for line in [
        "usage show n.airlock",
        "reconcile n.airlock --license n.airlock --trust root.pub",
        &terms("--request n.airlock"),
    ] {
        let error = dir.failed(line, "wrong_kind");
        assert!(error["message"].text().contains("license"), "{error:?}");
    }
}

#[test]
fn a_hint_does_not_send_the_reader_in_a_circle() {
    let dir = full();
    for (file, code) in [("root.pub", "not_airlock"), ("pass", "text_missing")] {
        let hint = dir.failed(&format!("show {file}"), code)["hint"].text().to_owned();
        assert!(!hint.contains("airlock show FILE"), "{hint}");
    }
}

#[test]
fn unknown_options_and_missing_ones_are_refused_by_every_command() {
    let dir = full();
    for command in COMMANDS {
        dir.failed(&format!("{command} --no-such-option"), "options");
        dir.failed(&format!("{command} x --instance a --instance b --no"), "options");
        let run = dir.unchanged(|| dir.run(&format!("{command} --no-such-option")));
        run.ends(2).says(&["--no-such-option"]);
    }
    for command in COMMANDS
        .iter()
        .filter(|command| !["license list", "check", "request new"].contains(command))
    {
        dir.failed(command, "options");
    }
    for group in [
        "",
        "key",
        "issuer",
        "instance",
        "request",
        "license",
        "usage",
        "frobnicate",
        "key old",
        "license renew",
    ] {
        dir.failed(group, "options");
        dir.run(group).ends(2);
    }
}

#[test]
fn help_and_version_are_a_yes() {
    let dir = Dir::empty();
    for command in COMMANDS {
        let run = dir.run(&format!("{command} --help"));
        run.ends(0).says(&["Usage: airlock"]);
        assert!(run.err.is_empty(), "{run}");
    }
    dir.run("--help").ends(0).says(&["Exit status: 0 yes; 1 examined and refused; 2"]);
    dir.run("--version").ends(0).says(&["airlock 0"]);
    dir.run("help license issue").ends(0).says(&["hard_stop"]);
    dir.run("license issue --help").ends(0).says(&["tolerance_percent=N", "report_reminder_days"]);
}

#[test]
fn json_may_stand_anywhere_before_a_double_dash() {
    let dir = Dir::new();
    for line in [
        "--json key show root.pub",
        "key --json show root.pub",
        "key show --json root.pub",
        "key show root.pub --json",
    ] {
        dir.run(line).yes();
    }
    dir.run("key show --json --nonsense").error(2, "options");
    dir.run("key show -- --json").ends(2).says(&["error: found nothing at --json"]);
}

#[test]
fn errors_for_people_say_what_to_do() {
    let dir = full();
    dir.run("license list --instance none")
        .ends(2)
        .says(&["error: ", "/none --trust root.pub` makes a new one"]);
    dir.run("check none.airlock --trust root.pub")
        .ends(2)
        .says(&["error: found nothing at none.airlock", "hint: "]);
    dir.run("check --today 2025-13-01").ends(2).says(&["2025-13-01", "YYYY-MM-DD"]);
}

#[test]
fn bad_dates_are_refused_by_every_option() {
    let dir = full();
    for date in [
        "2025-13-01",
        "2025-02-29",
        "2025-1-1",
        "20250101",
        "01.11.2025",
        "10000-01-01",
        "1969-12-31",
        "2025-11-01T00:00:00",
        "''",
        "tomorrow",
        "-1",
    ] {
        for line in [
            "check --instance inst --users 1 --today DATE",
            "license list --instance inst --today DATE",
            "license export --instance inst --out x --today DATE",
            "license install n.airlock --instance inst --today DATE",
            "usage report --instance inst --dry-run --today DATE",
            "request new --instance inst --company A --name B --email c@d.example --plan premium --seats 1 \
                --users 1 --out x --today DATE",
            "issuer certify --root root.key --key desk.pub --name D --from DATE --until 2027-01-01 \
                --out x",
            "issuer certify --root root.key --key desk.pub --name D --from 2025-01-01 --until DATE \
                --out x",
        ] {
            dir.failed(&line.replace("DATE", date), "options");
        }
        for option in [
            "--from",
            "--until",
            "--today",
            "--previous-from",
            "--previous-until",
            "--true-up-from",
            "--true-up-to",
        ] {
            dir.failed(&terms(&format!("{option} {date}")), "options");
        }
    }
}

#[test]
fn file_names_are_never_printed_raw() {
    let dir = full();
    let odd = "x\u{1b}]0;owned\u{7}\u{202e}y\nz";
    for place in places() {
        let run = dir.run(&place.replace("FILE", &format!("'{odd}'")));
        run.ends(2);
        assert!(!run.err.contains('\u{202e}'), "{run}");
        assert!(!run.err.contains("y\nz"), "{run}");
    }
    for line in [
        "instance init 'iFILE'",
        "key new --no-passphrase --out 'kFILE'",
        "usage report --anyway --instance inst --today 2025-12-02 --out 'uFILE'",
    ] {
        let run = dir.run(&line.replace("FILE", odd));
        run.ends(0);
        assert!(!run.text().contains('\u{202e}'), "{run}");
        assert!(!run.text().contains("y\nz"), "{run}");
    }
}

/// Returns what a terminal gets.
fn on_a_terminal(dir: &Dir, line: &str) -> String {
    let quoted: Vec<String> = words(line).iter().map(|word| format!("'{word}'")).collect();
    let command = format!("'{}' {}", crate::common::binary().display(), quoted.join(" "));
    let output = tool("script", "bsdutils", &["-qec", &command, "/dev/null"], dir.root());
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_terminal_gets_nothing_that_it_would_obey() {
    let dir = full();
    let plant = "\u{1b}]0;owned\u{7}";
    dir.write("bad.toml", format!("a = 1 # {plant}\n"));
    dir.write(&format!("{plant}.toml"), "a = 1\n");
    let lines = [
        format!("check 'x{plant}' --trust root.pub"),
        format!("license remove '{plant}123456' --instance inst"),
        terms(&format!("--add-on 'duo_pro{plant}:1'")),
        terms(&format!("--flag '{plant}'")),
        terms(&format!("--company '{plant}'")),
        terms(&format!("--set 'rounding={plant}'")),
        terms(&format!("--set '{plant}=1'")),
        terms(&format!("--policy '{plant}.toml'")),
        terms("--policy bad.toml"),
        format!("check --instance inst --today '{plant}'"),
        format!("check '--{plant}'"),
        format!("license '{plant}'"),
    ];
    let obeyed: Vec<&String> =
        lines.iter().filter(|line| on_a_terminal(&dir, line).contains(plant)).collect();
    assert!(obeyed.is_empty(), "printed raw by: {obeyed:#?}");
}

#[test]
fn arguments_that_are_not_utf8_are_refused_or_shown_as_escapes() {
    let dir = full();
    let run = |before: &str, odd: &[u8]| {
        let output =
            dir.command(&words(before)).arg(OsStr::from_bytes(odd)).arg("--json").output().unwrap();
        Run::of(before, output)
    };
    let error = run("check --trust root.pub", b"a\xff\xfeb").error(2, "input_missing");
    assert!(error["message"].text().contains("\\xff\\xfe"), "{error:?}");
    run("license remove --instance inst", b"\xff").error(2, "options");
    run(&terms("--company"), b"\xff").error(2, "options");
}

#[test]
fn a_request_in_nfd_is_written_in_nfc_and_odd_names_are_refused() {
    let dir = Dir::new();
    let line = |company: &str| {
        format!(
            "request new --instance inst --company '{company}' --name B --email c@d.example --plan premium \
                --seats 1 --users 1 --out new.request"
        )
    };
    dir.yes(&line("Cafe\u{301}"));
    assert!(dir.show("new.request")["claims"]["company"] == "Caf\u{e9}");
    for odd in ["\u{1b}[2J", "a\u{200d}b", "a\u{2066}b", "\u{e0041}"] {
        dir.failed(&format!("{} --force", line(&format!("x{odd}"))), "bad_text");
    }
    let certify = |name: &str| {
        format!(
            "issuer certify --root root.key --key desk.pub --from 2025-01-01 --until 2026-01-01 \
                --out new.issuer --name '{name}'"
        )
    };
    dir.failed(&certify("a\u{7}"), "bad_text");
    dir.yes(&certify("Cafe\u{301}"));
    assert!(dir.show("new.issuer")["claims"]["name"] == "Caf\u{e9}");
}

#[test]
fn show_says_how_far_a_file_was_checked() {
    let dir = full();
    let trust = |line: &str| dir.yes(line)["trust"].text().to_owned();
    assert_eq!(trust("show n.airlock"), "unverified");
    assert_eq!(trust("show n.airlock --trust root.pub"), "verified");
    assert_eq!(trust("show desk.issuer --trust root.pub"), "verified");
    assert_eq!(trust("show n.request"), "self_signed");
    assert_eq!(trust("show n.usage --trust root.pub"), "self_signed");
    dir.refused("show n.airlock --trust root2.pub", "unknown_key");
    dir.run("show n.airlock").ends(0).says(&[
        "UNVERIFIED",
        "--trust",
        "rule 1",
        "Nordhavn Shipyards A/S",
        "2026-10-31 is the last day",
    ]);
    assert!(!dir.run("show n.airlock --trust root.pub").ends(0).text().contains("UNVERIFIED"));
    let json = dir.yes("show n.airlock");
    assert_eq!(
        json["documents"]
            .items()
            .iter()
            .map(|document| document["kind"].text())
            .collect::<Vec<_>>(),
        ["issuer", "license"]
    );
    let bytes: i64 =
        json["documents"].items().iter().map(|document| document["bytes"].number()).sum();
    assert_eq!(bytes, json["bytes"].number());
}

#[test]
fn show_warns_of_an_unusual_seat_rule() {
    let dir = Dir::new();
    dir.issue("--reconciled --set tolerance_percent=21");
    dir.run("show new.airlock").ends(0).says(&["unusual"]);
    dir.issue("--force --reconciled --set tolerance_percent=20");
    assert!(!dir.run("show new.airlock").ends(0).text().contains("unusual"));
}

/// The instance's folder without its option: the command as it is to be typed is named. Of a word
/// that is nothing here, the answer is the usual one.
#[test]
fn a_folder_without_its_option_is_named_with_it() {
    let dir = Dir::installed();
    for command in ["status", "usage due", "license list"] {
        let failed = dir.failed(&format!("{command} inst"), "options");
        assert_eq!(failed["hint"], format!("`airlock {command} --instance inst`").as_str());
    }
    for word in ["nothing", "root.pub"] {
        let failed = dir.failed(&format!("status {word}"), "options");
        let message = failed["message"].text();
        assert_eq!(message, format!("unexpected argument '{word}' found"), "{failed:?}");
    }
}

/// What was meant is named where a command lacks its one option, or was given twice.
#[test]
fn the_hint_names_what_is_there() {
    let dir = Dir::installed();
    let hint = |line: &str, code: &str| {
        let run = dir.run(&format!("{line} --json"));
        run.error(run.status.unwrap(), code)["hint"].text().to_owned()
    };
    let alone = hint("instance recover --instance inst", "options");
    assert!(alone.contains("--after REPORT") && alone.contains("--none-since"), "{alone}");
    let other = hint("instance restore n.airlock --instance q1", "archive_damaged");
    assert!(!other.contains("q1") && other.contains("--out FILE"), "{other}");
    let none = dir.failed("request new --seats 0 --users 81 --instance inst", "options");
    assert!(none["message"].text().contains("--seats 0"), "{none:?}");
    let id = dir.show("n.airlock")["id"].text().to_owned();
    let remove = format!("license remove {id} --yes --instance inst --today 2025-11-02");
    dir.yes(&remove);
    let again = dir.failed(&remove, "no_license");
    let said = "was removed on 2025-11-02 already";
    assert!(again["message"].text().contains(said), "{again:?}");
    let back = format!("`airlock license restore {id} --instance inst` brings it back");
    assert_eq!(again["hint"], back.as_str());
}
