//! Thousands of orders at once, by the command as it is typed: how many a second (`scripts/bench`),
//! and in how much memory (`scripts/soak orders`).

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use tempfile::TempDir;
use test_vectors::soak;

use crate::registry::tests::server::Server;
use crate::registry::tests::timing::time;

/// Orders that are measured.
const MEASURED: usize = 5_000;
/// Orders of a whole run of the soak.
const ORDERS: usize = 100_000;
/// How much more memory ten times the orders may take, in KiB: the pages that three connections to
/// a file keep (32 MiB each), which a small one does not fill, and some bytes of each row.
const MORE: u64 = 128 << 10;

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

/// The whole command as it is typed: a table is read and looked at twice, and each license gets a
/// file of its own. Told, without a peer: nothing else does the same.
#[test]
#[ignore = "run by scripts/bench"]
fn making_licenses_by_the_command() {
    let server = Server::shared().with_database("orders");
    for (name, registry) in [("SQLite", None), ("PostgreSQL", Some(server.as_str()))] {
        let (took, peak) = Orders::new(MEASURED, registry).make();
        println!(
            "  {name}: {MEASURED} orders of a table, a file each: {:.0} a second, {} MiB",
            MEASURED as f64 / took.as_secs_f64(),
            peak >> 10
        );
    }
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
