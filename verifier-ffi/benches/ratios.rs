//! How fast the library is, against two raw verifications of the same signatures by ring in the
//! same run.
//!
//! `scripts/bench` runs it as the library is built. The work is interleaved, one of each in turn,
//! so that whatever else the machine does falls on all of it alike; what is printed are medians. It
//! ends with 1 where a target is missed.

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ring::signature::{ED25519, UnparsedPublicKey};

mod fixture;

use fixture::{Counting, Signed, common};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Rounds of the interleaved measurement.
const ROUNDS: usize = 5_000;
/// Checks in one sample: a single one is near what the clock can tell.
const CHECKS: u32 = 100;

fn main() -> ExitCode {
    let license = common::issued(&common::terms(), &common::legacy(), None);
    let (bytes, signed) = fixture::file(&common::issuer(), &license);
    let series: Vec<u32> = (0..366).map(|day| 90 + day % 13).collect();
    let facts = fixture::facts("2026-10-30", "2025-11-01", &series);
    let verifier = fixture::verifier();
    let handle = fixture::open(verifier, &bytes);
    let mut verdict = fixture::empty_verdict();

    let (mut raw, mut open, mut check) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        raw.push(time(|| signed.iter().for_each(verify_raw)));
        open.push(time(|| fixture::free(fixture::open(verifier, black_box(&bytes)))));
        check.push(
            time(|| {
                (0..CHECKS).for_each(|_| fixture::check(handle, black_box(&facts), &mut verdict));
            }) / CHECKS,
        );
    }
    let in_open = fixture::allocations(|| fixture::free(fixture::open(verifier, &bytes)));
    let in_check = fixture::allocations(|| fixture::check(handle, &facts, &mut verdict));

    let (raw, open, check) = (median(raw), median(open), median(check));
    let ratio = open.as_secs_f64() / raw.as_secs_f64();
    println!(
        "{} bytes, {} rules, {} days, median of {ROUNDS} rounds",
        bytes.len(),
        license.rules.len(),
        series.len()
    );
    row("two raw ring verifications", &micros(raw), "");
    row("airlock_license_open and free", &micros(open), "");
    let mut met = row("open / two raw", &format!("{ratio:.3}"), target("<= 1.10", ratio <= 1.10));
    met &= row(
        "airlock_license_check",
        &micros(check),
        target("<= 1 us", check <= Duration::from_micros(1)),
    );
    met &= row("allocations in check", &in_check.to_string(), target("0", in_check == 0));
    row("allocations in open", &in_open.to_string(), "");
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn verify_raw(signed: &Signed) {
    let key = UnparsedPublicKey::new(&ED25519, black_box(signed.key.as_bytes()));
    assert_eq!(key.verify(black_box(&signed.message), &signed.signature), Ok(()));
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort();
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

fn micros(duration: Duration) -> String {
    format!("{:.3} us", duration.as_secs_f64() * 1e6)
}

fn target(target: &str, met: bool) -> String {
    format!("{target}: {}", if met { "met" } else { "MISSED" })
}

/// Prints a line of the table and returns whether its target, where it has one, is met.
fn row(what: &str, figure: &str, target: impl AsRef<str>) -> bool {
    println!("  {what:<32} {figure:>12}  {}", target.as_ref());
    !target.as_ref().ends_with("MISSED")
}
