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

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

fn sessions(folder: &Path) -> Vec<PathBuf> {
    let is_session = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "trycmd");
    files(folder).into_iter().filter(is_session).collect()
}

/// Puts the session's folder beside it, as trycmd expects: what it begins with, and an empty folder
/// that says only that the session may write.
fn furnish(session: &Path) {
    let begins = session.with_extension("in");
    fs::create_dir_all(&begins).unwrap();
    fs::create_dir_all(session.with_extension("out")).unwrap();
    for file in
        [tests().join("sessions/given"), tests().join("data")].iter().flat_map(|from| files(from))
    {
        let to = begins.join(file.file_name().unwrap());
        fs::copy(&file, &to).unwrap();
        let secret = file.extension().is_some_and(|ending| ending == "key");
        fs::set_permissions(&to, Permissions::from_mode(if secret { 0o600 } else { 0o644 }))
            .unwrap();
    }
}

/// The session with any time of day where the log of a guard says when it was.
fn timeless(session: &str) -> String {
    let time = "\"time\":\"";
    let mut pieces = session.split(time);
    let first = pieces.next().unwrap_or_default().to_owned();
    let rest = pieces.map(|piece| piece.split_once('"').unwrap());
    rest.fold(first, |text, (_, after)| text + time + "[..]\"" + after)
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
