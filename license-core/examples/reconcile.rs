//! Reconciles: an instance's report against its license. How many seats are owed?
//!
//!     cargo run -p license-core --example reconcile

#[allow(dead_code, reason = "each example uses its part")]
mod sample;

use std::error::Error;

use license_core::key::Signer;
use license_core::reconcile::{Reported, reconcile};
use license_core::trust::TrustAnchors;
use license_core::verify::{verify_license, verify_usage};

fn main() -> Result<(), Box<dyn Error>> {
    let anchors = TrustAnchors::new([sample::root()?.public()]);
    let license = verify_license(&sample::license_file()?, &anchors)?;
    // Signed by the key that it contains; `under` says that the license names this key.
    let report = verify_usage(&sample::report_file(license.id())?, &anchors)?;
    let (report, key) = report.under(&license)?;
    let daily = report.daily()?;
    let reports = [Reported::signed(daily.daily(), report.signed_by().thumbprint(), license.id())];
    // The day of the desk's own clock, never one of the report: days that it leaves out would not be
    // missed.
    let today = sample::day(30);
    let statement = reconcile(&reports, &[&license], today);
    match statement.seats_owed() {
        Some(seats) if statement.is_complete() => println!("{seats} seats owed ({key:?})"),
        Some(seats) => println!("at least {seats} seats owed: no figure for some days"),
        None => println!("no figure"),
    }
    if let Some((users, day)) = statement.peak() {
        println!("peak {users} users, on {day}");
    }
    // Ten days later nobody has told those ten days.
    let later = reconcile(&reports, &[&license], sample::day(40));
    println!("complete: {}; not reported: {}", later.is_complete(), later.days_uncovered.len());
    Ok(())
}
