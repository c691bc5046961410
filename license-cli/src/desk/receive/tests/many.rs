//! Thousands of reports at once: in how much memory, and how long beside the raw signature checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use license_core::Day;
use license_core::document::{Usage, sign};
use license_core::key::{Signer, SigningKey};
use license_core::series::Series;
use license_core::value::Count;

use super::super::{Asking, Inbox, Said, each_batch, sources};
use crate::desk::bed::{Bed, TODAY, day};
use crate::desk::opened::{OpenDesk, Why};
use crate::desk::take;
use crate::progress::Progress;
use crate::registry::tests::bed::Bed as Registry;
use crate::registry::tests::ratios::{raw_rate, row};
use crate::registry::tests::timing::time;
use crate::registry::{Chain, Change, Customer, Place, RecordId, What, Write};
use crate::view::desk::received::Listing;

/// Reports that are received.
const REPORTS: usize = 5_000;
/// Changes of one transaction.
const BATCH: usize = 1_000;
/// The days of the reports.
const DAYS: (&str, &str) = ("2026-07-01", "2026-09-30");
const TERM: (&str, &str) = ("2026-01-01", "2027-01-01");

/// Customers with a license and a report each; the reports lie in a folder.
fn furnish(bed: &Bed, reports: usize, folder: &Path) {
    let mut desk = bed.open(TODAY);
    let mut changes = Vec::new();
    for number in 0..reports {
        let (entered, report) = customer(bed, &desk, number);
        changes.extend(entered);
        fs::write(folder.join(format!("{number:06}.usage")), report).unwrap();
        if changes.len() >= BATCH {
            desk.registry.append_many(&std::mem::take(&mut changes)).unwrap();
        }
    }
    desk.registry.append_many(&changes).unwrap();
}

/// The changes that enter a customer with a license, and a report under it.
fn customer(bed: &Bed, desk: &OpenDesk, number: usize) -> (Vec<Change>, Vec<u8>) {
    let mut seed = [7; 32];
    seed[..8].copy_from_slice(&number.to_be_bytes());
    let key = SigningKey::from_seed(&seed).unwrap();
    let name = format!("Customer {number}");
    let customer = Customer {
        id: RecordId::random().unwrap(),
        name: name.clone(),
        mail_domains: Vec::new(),
        customer_type: "offline".to_owned(),
        crm_id: None,
        billing_id: None,
    };
    let taken = bed.license_of(&name, &format!("S-{number}"), (100, &key), TERM);
    let license = taken.license.id();
    let (first, last) = (day(DAYS.0), day(DAYS.1));
    let users = |day: Day| Count::new(70 + u32::try_from(day.since(first) % 9).unwrap());
    let series = Series::of_period(first, last, users);
    let claims = Usage::new(key.public(), license, 1, (first, last), &series.unwrap(), None);
    let entered = Change {
        chain: Chain::own(customer.id),
        expected: None,
        writes: vec![Write::Customer(customer.clone())],
        filed: None,
        event: desk.event(What::Entered, &Why::default(), None),
    };
    let filed = take::changes(desk, &customer, &[], &[taken]).unwrap();
    let changes = std::iter::once(entered).chain(filed).collect();
    (changes, sign(&claims, &key).unwrap())
}

/// Receives a folder as the command does; how many were filed.
fn receive(bed: &Bed, folder: &Path) -> usize {
    let mut desk = bed.open(TODAY);
    let mut inbox = Inbox::new(Said::default(), Asking::Never);
    let anchors = desk.desk.anchors.clone();
    let sources = sources(&[folder.to_owned()]).unwrap();
    let mut listing = Listing::new(true).unwrap();
    each_batch(&sources, &anchors, &Progress::new(sources.len(), true), &mut |arrived| {
        inbox.take(&mut desk, arrived)?.iter().try_for_each(|told| listing.add(told))
    })
    .unwrap();
    let answer = listing.answer();
    let json = serde_json::to_value(&answer.json).unwrap();
    usize::try_from(json["filed"].as_u64().unwrap()).unwrap()
}

/// Receives a folder in a process of its own, whose memory nothing else has used: how long that
/// took, in seconds, and its peak of memory, in KiB.
fn alone(place: &Place, folder: &Path) -> (f64, u64) {
    let place = match place {
        Place::File(path) => path.to_str().unwrap(),
        Place::Server(url) => url,
    };
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "desk::receive::tests::many::child_that_receives", "--ignored"])
        .arg("--nocapture")
        .env("AIRLOCK_RECEIVE_PLACE", place)
        .env("AIRLOCK_RECEIVE_FOLDER", folder)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let done = printed.lines().find_map(|line| line.strip_prefix("received in "));
    let figures = done.and_then(|line| line.split_once(' '));
    let (seconds, peak) =
        figures.unwrap_or_else(|| panic!("{printed}{}", String::from_utf8_lossy(&output.stderr)));
    (seconds.parse().unwrap(), peak.parse().unwrap())
}

#[test]
#[ignore = "run by receiving_beside_raw_checks"]
fn child_that_receives() {
    let variable = |name: &str| std::env::var(format!("AIRLOCK_RECEIVE_{name}")).unwrap();
    let bed = Bed::at(Place::parse(&variable("PLACE")).unwrap());
    let folder = PathBuf::from(variable("FOLDER"));
    let reports = fs::read_dir(&folder).unwrap().count();
    let took = time(|| assert_eq!(receive(&bed, &folder), reports));
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("\nreceived in {} {}", took.as_secs_f64(), peak.trim().trim_end_matches(" kB"));
}

/// Receives so many reports on this registry.
fn received(registry: &Registry, reports: usize) -> (f64, u64) {
    let folder = tempfile::tempdir().unwrap();
    furnish(&Bed::at(registry.place.clone()), reports, folder.path());
    registry.tidy();
    alone(&registry.place, folder.path())
}

/// What is aimed at on a database.
struct Target {
    name: &'static str,
    make: fn() -> Registry,
    /// Reports that are received beside signatures that are checked on all cores.
    least: f64,
    /// How much more memory ten times as many may take, in MiB.
    more: u64,
}

/// A file keeps its pages in memory, up to 32 MiB. A server is asked some twenty times for each report.
const TARGETS: [Target; 2] = [
    Target { name: "SQLite", make: Registry::sqlite, least: 0.05, more: 40 },
    Target { name: "PostgreSQL", make: Registry::postgres, least: 0.01, more: 8 },
];

#[test]
#[ignore = "run by scripts/bench"]
fn receiving_beside_raw_checks() {
    let mut met = true;
    let raw = REPORTS as f64 / raw_rate(REPORTS);
    for Target { name, make, least, more } in TARGETS {
        let (_, few) = received(&make(), REPORTS / 10);
        let (seconds, many) = received(&make(), REPORTS);
        println!("  {name}: {REPORTS} reports in {seconds:.1} s, {} MiB", many >> 10);
        let (ratio, target) = (raw / seconds, format!(">= {least}"));
        met &=
            row(&format!("{name}: receiving reports / raw checks"), ratio, &target, ratio >= least);
        let (grown, target) = (many.saturating_sub(few) >> 10, format!("<= {more}"));
        met &= row(
            &format!("{name}: MiB more than for a tenth of the reports"),
            grown as f64,
            &target,
            grown <= more,
        );
    }
    assert!(met, "a target is missed");
}
