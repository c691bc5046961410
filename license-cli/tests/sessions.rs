//! Sessions: commands with exactly what they print. Each file of `sessions/` is one session, run in
//! a folder of its own that begins as `sessions/given/` and `data/`.
//!
//! `TRYCMD=overwrite cargo test -p license-cli --test sessions` writes what is printed now into the
//! files; look at the difference before it is committed.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use trycmd::TestCases;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn sessions(folder: &Path) -> Vec<PathBuf> {
    let is_session = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "trycmd");
    entries(folder).into_iter().filter(is_session).collect()
}

/// Copies a folder with what is in it. Keys and the ledger come out for their owner alone, as the
/// command makes them; git keeps no such modes.
fn lay(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in entries(from) {
        let copy = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            lay(&entry, &copy);
            continue;
        }
        fs::copy(&entry, &copy).unwrap();
        let secret = entry.extension().is_some_and(|ending| ending == "key" || ending == "sqlite");
        let mode = if secret { 0o600 } else { 0o644 };
        fs::set_permissions(&copy, Permissions::from_mode(mode)).unwrap();
    }
}

/// Puts the session's folder beside it, as trycmd expects: what it begins with, and an empty folder
/// that says only that the session may write.
fn furnish(session: &Path) {
    let begins = session.with_extension("in");
    fs::create_dir_all(&begins).unwrap();
    fs::create_dir_all(session.with_extension("out")).unwrap();
    lay(&tests().join("data"), &begins);
    lay(&tests().join("sessions/given"), &begins);
}

/// The session with any time of day where the log of a guard or of an instance says when it was.
fn timeless(session: &str) -> String {
    let json = ["\"time\":\"", "\"at\":\""]
        .iter()
        .fold(session.to_owned(), |session, name| masked_behind(&session, name));
    json.lines().map(|line| logged(line) + "\n").collect()
}

fn masked_behind(session: &str, name: &str) -> String {
    let mut pieces = session.split(name);
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|piece| piece.split_once('"').unwrap());
    rest.fold(first, |text, (_, after)| text + name + "[..]\"" + after)
}

/// A line of `airlock instance log` without its time.
fn logged(line: &str) -> String {
    match line.split_once(" UTC  ") {
        Some((time, event)) if time.len() == "2025-11-01 00:00:00".len() => {
            format!("[..] UTC  {event}")
        }
        _ => line.to_owned(),
    }
}

#[test]
fn every_session_prints_what_it_shows() {
    let stage = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let written = tests().join("sessions");
    for session in sessions(&written) {
        let copy = stage.path().join(session.file_name().unwrap());
        fs::copy(&session, &copy).unwrap();
        furnish(&copy);
    }
    let cases = TestCases::new();
    cases.register_bin("airlock", Path::new(env!("CARGO_BIN_EXE_airlock")));
    cases.env("AIRLOCK_INSTANCE", "").env("COLUMNS", "80");
    cases.case(stage.path().join("*.trycmd")).run();
    if std::env::var_os("TRYCMD").is_some_and(|value| value == "overwrite") {
        for session in sessions(stage.path()) {
            let text = timeless(&fs::read_to_string(&session).unwrap());
            fs::write(written.join(session.file_name().unwrap()), text).unwrap();
        }
    }
}
