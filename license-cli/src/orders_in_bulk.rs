//! Thousands of orders at once, by the command as it is typed: how long beside raw signing and raw
//! insertion of the same rows (`scripts/bench`), and in how much memory (`scripts/soak orders`).

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Duration;

use ring::signature::Ed25519KeyPair;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use tempfile::TempDir;
use test_vectors::soak;

use crate::registry::Place;
use crate::registry::tests::ratios::row;
use crate::registry::tests::server::Server;
use crate::registry::tests::timing::time;

/// Orders that are measured beside their peers.
const MEASURED: usize = 5_000;
/// Orders of a whole run of the soak.
const ORDERS: usize = 100_000;
/// How much more memory ten times the orders may take, in KiB: the pages that three connections to
/// a file keep (32 MiB each), which a small one does not fill, and some bytes of each row.
const MORE: u64 = 128 << 10;
/// Orders of one transaction, as the command files them.
const TOGETHER: usize = 256;

/// A folder with a desk, and a table of so many orders, each of a customer of its own.
struct Orders {
    folder: TempDir,
    number: usize,
}

impl Orders {
    fn new(number: usize, registry: Option<&str>) -> Self {
        let this = Self { folder: tempfile::tempdir().unwrap(), number };
        for name in ["root", "desk"] {
            this.run(&["key", "new", "--no-passphrase", "--out", name]);
        }
        this.run(&[
            "issuer",
            "certify",
            "--root",
            "root.key",
            "--key",
            "desk.pub",
            "--name",
            "Desk",
            "--from",
            "2026-01-01",
            "--until",
            "2028-01-01",
            "--today",
            "2026-01-01",
            "--out",
            "desk.issuer",
        ]);
        let mut init = vec![
            "desk",
            "init",
            "d",
            "--key",
            "desk.key",
            "--issuer",
            "desk.issuer",
            "--trust",
            "root.pub",
        ];
        init.extend(registry.iter().flat_map(|url| ["--registry", url]));
        this.run(&init);
        let mut table =
            "customer,type,name,email,plan,seats,from,until,subscription-id\n".to_owned();
        for order in 0..number {
            writeln!(
                table,
                "Customer {order},offline,Ida Thorsen,ida@c{order}.example,premium,{},2026-03-01,\
                 2027-03-01,S-{order}",
                100 + order % 900
            )
            .unwrap();
        }
        fs::write(this.folder.path().join("orders.csv"), table).unwrap();
        this
    }

    /// Runs the command in a process of its own, in the folder: how long that took, and its peak of
    /// memory in KiB.
    fn run(&self, arguments: &[&str]) -> (Duration, u64) {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "orders_in_bulk::child_that_runs_the_command", "--ignored"])
            .arg("--nocapture")
            .env("AIRLOCK_BULK_ARGUMENTS", arguments.join("\n"))
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let done = printed.lines().find_map(|line| line.strip_prefix("did it in "));
        let figures = done.and_then(|line| line.split_once(' ')).unwrap_or_else(|| {
            panic!("{arguments:?}: {printed}{}", String::from_utf8_lossy(&output.stderr))
        });
        (Duration::from_secs_f64(figures.0.parse().unwrap()), figures.1.parse().unwrap())
    }

    /// Makes the licenses of the table.
    fn make(&self) -> (Duration, u64) {
        let made = self.run(&[
            "desk",
            "batch",
            "orders.csv",
            "--desk",
            "d",
            "--policy",
            "gitlab-legacy",
            "--out",
            "out",
            "--yes",
            "--today",
            "2026-02-01",
        ]);
        assert_eq!(fs::read_dir(self.folder.path().join("out")).unwrap().count(), self.number);
        made
    }

    fn registry(&self) -> PathBuf {
        self.folder.path().join("d/registry.sqlite")
    }
}

#[test]
#[ignore = "run by making_licenses_beside_raw_signing_and_insertion"]
fn child_that_runs_the_command() {
    let typed = std::env::var("AIRLOCK_BULK_ARGUMENTS").unwrap();
    let arguments = std::iter::once("airlock").chain(typed.lines());
    let arguments: Vec<OsString> = arguments.map(OsString::from).collect();
    let took = time(|| assert_eq!(crate::run(&arguments), ExitCode::SUCCESS));
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("\ndid it in {} {}", took.as_secs_f64(), peak.trim().trim_end_matches(" kB"));
}

/// How long ring takes, on all cores, to sign so many messages as long as a license.
fn raw_signing(count: usize) -> Duration {
    let key = Ed25519KeyPair::from_seed_unchecked(&[5; 32]).unwrap();
    let threads = thread::available_parallelism().unwrap().get();
    time(|| {
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for number in 0..count / threads {
                        let message = number.to_be_bytes().repeat(37);
                        std::hint::black_box(key.sign(&message));
                    }
                });
            }
        });
    })
}

/// The tables that an order writes into, and what of them.
const TABLES: [(&str, &str); 10] = [
    ("customer", "*"),
    ("contact", "*"),
    ("subscription", "*"),
    ("document", "*"),
    ("event", "*"),
    ("chain", "*"),
    ("search", "*"),
    ("called", "*"),
    ("search_words", "rowid, content"),
    ("search_middle", "rowid, content"),
];

/// How long it takes to write the rows of this registry into the same tables of an empty one, as
/// many orders in one transaction as the command files together.
fn raw_insertion(registry: &Path, orders: usize) -> Duration {
    let full = Connection::open(registry).unwrap();
    let read = |(table, columns): (&'static str, &str)| {
        let source = if table.starts_with("search_") { "search" } else { table };
        let columns = columns.replace("rowid", "number");
        let sql = format!("SELECT {columns} FROM {source} ORDER BY rowid");
        let mut statement = full.prepare(&sql).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect());
        let rows: Vec<Vec<Value>> = rows.unwrap().map(Result::unwrap).collect();
        (table, columns.replace("number", "rowid"), width, rows)
    };
    let tables: Vec<_> = TABLES.into_iter().map(read).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registry.sqlite");
    drop(Place::File(path.clone()).create().unwrap());
    let mut empty = Connection::open(path).unwrap();
    empty.pragma_update(None, "synchronous", "FULL").unwrap();
    let parts = orders.div_ceil(TOGETHER);
    time(|| {
        for part in 0..parts {
            let change = empty.transaction().unwrap();
            for (table, columns, width, rows) in &tables {
                let columns = if columns == "*" { String::new() } else { format!("({columns})") };
                let marks = vec!["?"; *width].join(", ");
                let sql = format!("INSERT INTO {table} {columns} VALUES ({marks})");
                let mut insert = change.prepare_cached(&sql).unwrap();
                let share = rows.len().div_ceil(parts);
                for row in rows.iter().skip(part * share).take(share) {
                    insert.execute(params_from_iter(row)).unwrap();
                }
            }
            change.commit().unwrap();
        }
    })
}

#[test]
#[ignore = "run by scripts/bench"]
fn making_licenses_beside_raw_signing_and_insertion() {
    let orders = Orders::new(MEASURED, None);
    let (took, peak) = orders.make();
    let signing = raw_signing(MEASURED);
    let insertion = raw_insertion(&orders.registry(), MEASURED);
    let millis = |it: Duration| it.as_secs_f64() * 1e3;
    println!(
        "  SQLite: {MEASURED} orders in {:.0} ms, {} MiB; raw signing {:.0} ms, raw insertion \
         {:.0} ms",
        millis(took),
        peak >> 10,
        millis(signing),
        millis(insertion)
    );
    let ratio = signing.max(insertion).as_secs_f64() / took.as_secs_f64();
    let met = row("SQLite: batch / slower raw", ratio, ">= 0.80", ratio >= 0.80);
    let server = Server::shared().with_database("orders");
    let (took, peak) = Orders::new(MEASURED, Some(&server)).make();
    println!("  PostgreSQL: {MEASURED} orders in {:.0} ms, {} MiB", millis(took), peak >> 10);
    assert!(met, "a target is missed");
}

/// Ten times as many orders take no more memory, but for the pages that a small file has not.
#[test]
fn a_large_table_of_orders_is_made_in_little_memory() {
    let number = soak::rounds(ORDERS);
    let url = |name: &str| Server::shared().with_database(&format!("orders_{name}"));
    for (name, few, many) in
        [("SQLite", None, None), ("PostgreSQL", Some(url("few")), Some(url("many")))]
    {
        let few = Orders::new(number / 10, few.as_deref()).make();
        let many = Orders::new(number, many.as_deref()).make();
        println!(
            "  {name}: {number} orders in {:.1} s, {} MiB; a tenth: {:.1} s, {} MiB",
            many.0.as_secs_f64(),
            many.1 >> 10,
            few.0.as_secs_f64(),
            few.1 >> 10
        );
        assert!(many.1 <= few.1 + MORE, "{name}: {} {} KiB", few.1, many.1);
    }
}
