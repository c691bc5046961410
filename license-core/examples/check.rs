//! Checks a license: what may an instance with 112 users do on the last day?
//!
//!     cargo run -p license-core --example check

#[allow(dead_code, reason = "each example uses its part")]
mod sample;

use std::error::Error;

use license_core::carrier::{Strictness, open};
use license_core::evaluate::{evaluate, findings};
use license_core::key::Signer;
use license_core::may::may;
use license_core::rule::Act;
use license_core::trust::TrustAnchors;
use license_core::verdict::Facts;
use license_core::verify::verify_license;
use license_core::words;

fn main() -> Result<(), Box<dyn Error>> {
    let came = sample::license_file()?;
    let anchors = TrustAnchors::new([sample::root()?.public()]);
    // Signatures and limits, once. What follows compares numbers.
    let license = verify_license(&open(&came, Strictness::RepairOrCodes)?, &anchors)?;
    let facts = Facts { users_now: Some(112), ..Facts::on(sample::day(364)) };
    let verdict = evaluate(&license, &facts);
    println!("may add users: {:?}", may(&license, &facts, Act::AddUsers));
    println!("undecided rules: {}", verdict.undecided.count_ones());
    for finding in findings(&license, &facts) {
        print!("{}", words::finding(&finding));
    }
    Ok(())
}
