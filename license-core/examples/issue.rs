//! Issues a license: terms and a policy in, a file and its text out.
//!
//!     cargo run -p license-core --example issue

#[allow(dead_code, reason = "each example uses its part")]
mod sample;

use std::error::Error;

use license_core::carrier::text_of;
use license_core::document::{License, sign};

fn main() -> Result<(), Box<dyn Error>> {
    let (issuer, terms) = (sample::issuer()?, sample::terms()?);
    // The policy stays with the desk; the license carries the numbers that follow from it.
    let license = License { rules: sample::policy()?.compile(&terms, None)?, ..terms };
    // The same check that every reader makes: was this key allowed to sign it?
    issuer.allows(&license)?;
    // A root's key is used rarely, for issuer documents; the desk's key signs licenses.
    let certificate = sign(&issuer, &sample::root()?)?;
    let file = [certificate, sign(&license, &sample::desk()?)?].concat();
    print!("{}", text_of(&file)?);
    Ok(())
}
