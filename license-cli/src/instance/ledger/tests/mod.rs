//! The ledger, proved: what several of these tests use.

mod at_once;
mod carried;
mod changes;
mod making;
mod reading;
mod tables;

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
use crate::clock::When;
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

fn at(clock: u64) -> When {
    When { clock, day: Day::of_unix(clock).unwrap() }
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
    instance.remove_license(document(byte), None, at(99)).unwrap() != Removal::Absent
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

/// The file of a license, to be installed.
fn file(byte: u8, bytes: &[u8]) -> LicenseFile {
    LicenseFile::Install(document(byte), bytes.to_vec())
}

/// Installs the license whose id and content are this byte.
fn install(instance: &mut Instance, byte: u8, now: u64) {
    assert!(
        instance.take(&[], (&[file(byte, &[byte; 3])], &[]), at(now)).unwrap().pinned.is_empty()
    );
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
