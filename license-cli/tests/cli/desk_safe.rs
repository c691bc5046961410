//! The desk takes nothing away that is not its own: not keys, not the databases of others, not what
//! was there before.

use std::fs;

use crate::common::{Dir, tool};

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
    database(&dir, "new", "PRAGMA journal_mode = delete; INSERT INTO schema VALUES (2, x'00')");
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
