//! The desk takes nothing away that is not its own: not keys, not the databases of others, not what
//! was there before.

use std::fs;

use crate::common::{Dir, tool, unshare};
use crate::json::Json;

const INIT: &str = "desk init d --key desk.key --issuer desk.issuer --trust root.pub";

/// The fixture with a desk that has one license, of subscription A-S00012345.
fn desk() -> Dir {
    let dir = Dir::new();
    dir.yes(INIT);
    dir.yes("desk enter --license n.airlock --desk d --today 2025-10-20");
    dir
}

fn database(dir: &Dir, name: &str, sql: &str) {
    rusqlite::Connection::open(dir.path(name)).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_new_desk_removes_nothing_but_an_empty_file() {
    let dir = Dir::new();
    fs::create_dir(dir.path("d")).unwrap();
    let name = "d/registry.sqlite";
    fs::copy(dir.path("root.key"), dir.path(name)).unwrap();
    let key = dir.read(name);
    dir.run(&format!("{INIT} --json")).error(2, "registry_unreadable");
    assert_eq!(dir.read(name), key);
    fs::remove_file(dir.path(name)).unwrap();
    database(&dir, name, "CREATE TABLE mine (x); INSERT INTO mine VALUES (1)");
    let foreign = dir.read(name);
    assert!(foreign.len() <= 8192);
    dir.run(&format!("{INIT} --json")).error(2, "registry_unreadable");
    assert_eq!(dir.read(name), foreign);
}

#[test]
fn a_new_registry_is_whole_or_absent_and_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = desk();
    let mode = fs::metadata(dir.path("d/registry.sqlite")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let names = fs::read_dir(dir.path("d")).unwrap().map(|entry| entry.unwrap().file_name());
    let odd: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with('.')).collect();
    assert!(odd.is_empty(), "{odd:?}");
}

#[test]
fn a_database_that_is_no_registry_is_not_touched() {
    let dir = Dir::installed();
    database(&dir, "other.sqlite", "CREATE TABLE mine (x)");
    dir.write("empty.sqlite", "");
    dir.yes("desk registry new --registry ours");
    for place in ["inst/ledger.sqlite", "other.sqlite", "empty.sqlite", "root.key"] {
        for line in [
            format!("desk registry verify --registry {place}"),
            format!("desk registry export --registry {place} --out archive"),
            format!("desk registry seal --registry {place} --key desk.key --out seal"),
        ] {
            dir.failed(&line, "registry_unreadable");
        }
    }
    dir.failed("desk registry new --registry other.sqlite", "registry_exists");
    dir.failed("desk registry new --registry root.key", "registry_exists");
}

/// A registry of another version: what is refused stays as it is, to the byte.
#[test]
fn a_registry_that_is_refused_is_not_touched() {
    let dir = Dir::new();
    dir.yes("desk registry new --registry new");
    database(&dir, "new", "PRAGMA journal_mode = delete; INSERT INTO schema VALUES (4, x'00')");
    dir.failed("desk registry verify --registry new", "registry_too_new");
}

#[test]
fn an_archive_or_a_seal_is_replaced_when_asked() {
    let dir = desk();
    for line in ["export --desk d --out f", "seal --desk d --out f"] {
        dir.write("f", "mine");
        let error = dir.failed(&format!("desk registry {line}"), "output_exists");
        assert!(error["hint"].text().contains("--force"), "{error:?}");
        dir.yes(&format!("desk registry {line} --force"));
        assert_ne!(dir.read("f"), b"mine");
        dir.failed(
            &format!("desk registry {} --force", line.replace(" f", " root.key")),
            "output_protected",
        );
        dir.failed(&format!("desk registry {}", line.replace(" f", " /dev/full")), "options");
    }
}

#[test]
fn an_import_that_fails_leaves_nothing() {
    let dir = desk();
    dir.yes("desk registry export --desk d --out whole");
    let whole = dir.read("whole");
    dir.write("cut", &whole[..whole.len() - 9]);
    for (archive, code) in [
        ("cut", "archive_damaged"),
        ("n.airlock", "archive_damaged"),
        ("nosuch.archive", "input_missing"),
        ("inst", "input_directory"),
    ] {
        dir.failed(&format!("desk registry import {archive} --registry fresh"), code);
        assert!(!dir.exists("fresh"), "{archive}");
    }
    dir.yes("desk registry import whole --registry fresh");
}

fn told(dir: &Dir) -> usize {
    let told = dir.yes("desk history A-S00012345 --desk d");
    told["events"].items().iter().filter(|event| event["what"] == "resent").count()
}

#[test]
fn what_could_not_be_written_was_not_sent() {
    let dir = desk();
    dir.run("desk resend A-S00012345 --out /dev/full --desk d --json").error(2, "disk_full");
    assert_eq!(told(&dir), 0);
    dir.yes("desk resend A-S00012345 --out again --desk d");
    assert_eq!(told(&dir), 1);
}

#[test]
fn what_the_registry_could_not_tell_is_taken_back() {
    let dir = desk();
    let script = "mount -t tmpfs none /mnt && cp -r d /mnt && mount -o remount,ro /mnt || exit 97; \
                  exec \"$@\"";
    let line = "desk resend A-S00012345 --out again --desk /mnt/d";
    let run = dir.under(&format!("{} sh -c '{script}' sh", unshare()), "util-linux", line);
    assert_ne!(run.status, Some(97), "{run}");
    run.ends(2);
    assert!(!dir.exists("again"));
}

#[test]
fn the_settings_of_a_desk_are_kept() {
    let dir = desk();
    for line in [
        "desk resend A-S00012345 --desk d --force --out d/desk.toml",
        "desk registry seal --desk d --force --out d/desk.toml",
        "key public desk.key --force --out d/desk.toml",
    ] {
        dir.failed(line, "output_protected");
    }
}

/// What belongs to the desk, and no customer sends.
#[test]
fn the_desks_own_files_are_explained() {
    let dir = desk();
    dir.yes("desk registry seal --desk d --out seal");
    dir.yes("desk registry export --desk d --out archive");
    for (file, words) in [
        ("seal", "a seal of a desk's registry"),
        ("archive", "an archive in zstd, as a desk's registry"),
        ("d/desk.toml", "the settings of a vendor's desk"),
        ("d/registry.sqlite", "the registry of a vendor's desk"),
    ] {
        let run = dir.run(&format!("explain {file}"));
        run.ends(1);
        assert!(run.text().contains(words), "{file}: {run}");
    }
}

#[test]
fn a_key_that_is_not_certified_makes_no_desk() {
    let dir = Dir::new();
    let init = |key: &str| format!("desk init d --key {key} --issuer desk.issuer --trust root.pub");
    dir.refused(&init("desk2.key"), "wrong_key");
    dir.refused(&init("root.key"), "wrong_key");
    dir.failed(&init("desk.pub"), "key_public");
    dir.run(&format!("{} --json", init("n.airlock"))).ends(2);
    assert!(!dir.exists("d"));
    dir.write("word", "open sesame");
    dir.yes("key new --out locked --passphrase-file word");
    let made = dir.yes(&init("locked.key"));
    assert!(made["key_compared"] == false);
    dir.run("desk init e --key locked.key --issuer desk.issuer --trust root.pub")
        .ends(0)
        .says(&["not compared with the key, which is encrypted"]);
}

#[test]
fn what_is_no_desk_is_told_apart() {
    let dir = desk();
    fs::remove_file(dir.path("d/desk.toml")).unwrap();
    assert!(tool("mkfifo", "coreutils", &["d/desk.toml"], dir.root()).status.success());
    dir.under("timeout 20", "coreutils", "desk find x --desk d --json").error(2, "desk_unreadable");
}

#[test]
fn an_order_whose_file_was_lost_is_told_of_resend() {
    let dir = desk();
    let line = "desk issue --customer A-S00012345 --policy gitlab-legacy --plan premium --seats 100 \
                --from 2025-11-01 --until 2026-11-01 --today 2025-10-20 --yes --out again --desk d";
    let error = dir.run(&format!("{line} --json")).error(1, "desk_objection");
    assert!(error["hint"].text().contains("airlock desk resend"), "{error:?}");
}

#[test]
fn a_trial_has_its_usual_days_and_what_is_missing_is_named_at_once() {
    let dir = desk();
    let trial = "desk trial give --customer Neu --type offline --desk d --today 2025-10-20 --yes";
    let error = dir.run(&format!("{trial} --json")).error(2, "desk_missing");
    for option in ["--name", "--email", "--plan", "--seats"] {
        assert!(error["message"].text().contains(option), "{error:?}");
    }
    let made = dir.yes(&format!(
        "{trial} --name 'Ida Thorsen' --email ida@neu.example --plan premium --seats 5 --out trial"
    ));
    assert_eq!(made["after"]["from"].text(), "2025-10-20");
    assert_eq!(made["after"]["until"].text(), "2025-11-19");
    let due = dir.yes("desk due --desk d --today 2025-11-01");
    let next: Vec<_> = due["due"].items().iter().map(|it| it["next"].text().to_owned()).collect();
    assert!(next.iter().any(|next| next.contains("trial convert")), "{next:?}");
}

#[test]
fn a_change_and_a_renewal_answer_a_request() {
    let dir = desk();
    dir.yes(
        "request new --instance inst --company 'Nordhavn Shipyards A/S' --name 'Ida Thorsen' \
         --email ida.thorsen@nordhavn.example --plan premium --seats 120 --users 109 \
         --today 2026-03-01 --out more.request",
    );
    let made = dir.yes(
        "desk change A-S00012345 --request more.request --reason asked --ticket 1 --today 2026-03-01 \
         --yes --out more --desk d",
    );
    assert_eq!(made["after"]["seats"].number(), 120);
    let renewed = dir.yes(
        "desk renew A-S00012345 --request more.request --seats 130 --today 2026-10-01 --yes \
         --out next --desk d",
    );
    assert_eq!(renewed["after"]["seats"].number(), 130);
    let waits = dir.yes("desk due --desk d --today 2026-10-01");
    assert!(waits["due"].items().iter().all(|it| it["what"] != "request"), "{waits:?}");
    dir.run("desk registry verify --desk d --json").yes();
}

#[test]
fn a_column_that_was_changed_by_hand_is_named() {
    let dir = desk();
    for (change, column) in [("revoked = 1", "revoked"), ("exception = 1", "exception")] {
        let sql = |set: &str| {
            database(&dir, "d/registry.sqlite", &format!("UPDATE document SET {set}"));
        };
        sql(change);
        let found = dir.run("desk registry verify --desk d");
        found.ends(1).says(&[&format!("{column} is not what the events say\n")]);
        sql("revoked = NULL, exception = 0");
    }
    dir.run("desk registry verify --desk d")
        .ends(0)
        .says(&["no change was seen by what was checked\n"]);
}

#[test]
fn an_instance_of_another_customer_is_asked_about() {
    let dir = desk();
    let line = "desk enter Sydhavn --license second.airlock --desk d --today 2025-10-20";
    dir.yes(
        "license issue --key desk.key --issuer desk.issuer --trust root.pub --policy gitlab-legacy \
         --request n.request --company Sydhavn --from 2026-11-01 --until 2027-01-01 --subscription S-2 \
         --previous-users 100 --today 2026-10-20 --out second.airlock",
    );
    let error = dir.run(&format!("{line} --json")).error(1, "desk_has_customer");
    assert!(error["message"].text().contains("Nordhavn Shipyards A/S"), "{error:?}");
    dir.yes(&format!("{line} --another"));
}

#[test]
fn a_reason_and_a_ticket_are_short_and_can_be_seen() {
    let dir = desk();
    let change = "desk change A-S00012345 --seats 9 --desk d --yes --today 2025-10-21 --out x";
    let long = "x".repeat(4097);
    for (why, words) in [
        (format!("--reason {long}"), "found 4097 bytes, expected at most 4096"),
        ("--reason a\u{1b}[31m".to_owned(), "found U+001B"),
        (format!("--reason x --ticket {}", &long[..201]), "found 201 bytes, expected at most 200"),
        ("--reason x --ticket 'T\n1'".to_owned(), "found U+000A"),
        ("--reason x --approved-by 'manager:\u{202e}oJ'".to_owned(), "found U+202E"),
    ] {
        let error = dir.failed(&format!("{change} {why}"), "options");
        assert!(error["message"].text().contains(words), "{error:?}");
    }
    dir.yes(&format!("{change} --reason 'one\ntwo {}' --ticket T-1", &long[..4000]));
}

#[test]
fn a_license_that_has_ended_takes_no_subscription_with_it() {
    let dir = desk();
    let id = dir.show("n.airlock")["id"].text().to_owned();
    let revoke = format!("desk revoke {id} --reason 'lost disk' --yes --desk d");
    let taken = dir.yes(&format!("{revoke} --today 2026-12-01 --dry-run"));
    assert_eq!(taken["subscription_ends"], Json::Null);
    let taken = dir.yes(&format!("{revoke} --today 2026-03-01"));
    assert_eq!(taken["subscription_ends"].text(), "A-S00012345");
    dir.run("desk registry verify --desk d --json").yes();
}
