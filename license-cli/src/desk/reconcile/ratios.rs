//! Many reports at once beside raw signature checks (`scripts/bench`).

use license_core::Day;
use license_core::document::{Usage, sign};
use license_core::key::{Signer, SigningKey};
use license_core::series::Series;
use license_core::trust::TrustAnchors;
use license_core::value::{Count, DocumentId};
use license_core::verify::file_kind;

use super::{Desk, figures, reconcile};
use crate::carry::incoming::UsageFile;
use crate::desk::bed::{Bed, day};
use crate::registry::tests::ratios::{raw_rate, row};
use crate::registry::tests::timing::time;

/// Reports that are reconciled.
const REPORTS: usize = 10_000;
/// Rounds of both in turn.
const ROUNDS: usize = 5;

/// Reports of the same 92 days, signed one after the other.
fn reports(key: &SigningKey, license: DocumentId) -> Vec<(String, UsageFile)> {
    let (first, last) = (day("2026-07-01"), day("2026-09-30"));
    let users = |day: Day| Count::new(70 + u32::try_from(day.since(first) % 9).unwrap());
    let series = Series::of_period(first, last, users).unwrap();
    let mut before = None;
    let mut all = Vec::new();
    for number in 1..=u32::try_from(REPORTS).unwrap() {
        let days = (first, last);
        let claims = Usage::new(key.public(), license, number, days, &series, before);
        let bytes = sign(&claims, key).unwrap();
        before = Some(file_kind(&bytes).unwrap().1);
        all.push((format!("{number}.usage"), UsageFile::Report(bytes)));
    }
    all
}

#[test]
#[ignore = "run by scripts/bench"]
fn reconciling_beside_raw_checks() {
    let bed = Bed::new();
    let key = SigningKey::from_seed(&[9; 32]).unwrap();
    let taken = bed.license_of("Nordhavn", "S-1", (100, &key), ("2026-01-01", "2027-01-01"));
    let reports = reports(&key, taken.license.id());
    let anchors = TrustAnchors::new([]);
    let licenses = [taken.license];
    let desk = Desk { anchors: &anchors, licenses: &licenses, today: day("2026-11-25") };
    let (mut all, mut checks) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let raw = raw_rate(REPORTS);
        let mut figured = Vec::new();
        let read = time(|| figured = figures(&reports, &desk).unwrap());
        let whole = read + time(|| drop(std::hint::black_box(reconcile(figured, &desk))));
        println!(
            "  {REPORTS} reports: read in {:.0} ms, reconciled in {:.0} ms; {raw:.0} raw checks a \
             second",
            read.as_secs_f64() * 1e3,
            whole.as_secs_f64() * 1e3
        );
        checks.push(REPORTS as f64 / read.as_secs_f64() / raw);
        all.push(REPORTS as f64 / whole.as_secs_f64() / raw);
    }
    let [checks, all] = [checks, all].map(|mut ratios| {
        ratios.sort_by(f64::total_cmp);
        ratios[ROUNDS / 2]
    });
    row("reports read / raw checks", checks, ">= 0.85", checks >= 0.85);
    assert!(row("reports reconciled / raw checks", all, ">= 0.85", all >= 0.85), "missed");
}
