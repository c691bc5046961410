//! Which of a license's instances made a report (docs/SPEC.md V14).
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod common;

use common::{anchors, count, day, key, terms, verified};
use license_core::document::{License, Usage, sign};
use license_core::key::Signer;
use license_core::series::Series;
use license_core::verify::{ReportKey, VerifiedLicense, verify_usage};
use license_core::{Code, Error, Set};

/// Seeds of the instances' keys.
const BILLED: u8 = 5;
const SPARE: u8 = 6;
const STANDBY: u8 = 7;
const STRANGER: u8 = 8;

fn license(further: &[u8]) -> VerifiedLicense {
    let thumbprint = |seed: &u8| key(*seed).public().thumbprint();
    verified(&License {
        report_key: Some(thumbprint(&BILLED)),
        further_report_keys: Set::new(further.iter().map(thumbprint).collect()).unwrap(),
        ..terms()
    })
}

/// What the license says of a report by the key of this seed.
fn by(seed: u8, license: &VerifiedLicense) -> Result<ReportKey, Error> {
    let (first, last) = (day("2025-11-01"), day("2025-11-03"));
    let series = Series::of_period(first, last, |_| Some(count(81))).unwrap();
    let claims = Usage::new(key(seed).public(), license.id(), 1, (first, last), &series, None);
    let file = sign(&claims, &key(seed)).unwrap();
    verify_usage(&file, &anchors()).unwrap().under(license).map(|(_, key)| key)
}

#[test]
fn a_report_under_any_of_the_keys_is_taken_and_says_which() {
    let license = license(&[SPARE, STANDBY]);
    let further = |seed| ReportKey::Further(key(seed).public().thumbprint());
    assert_eq!(by(BILLED, &license), Ok(ReportKey::Billed));
    assert_eq!(by(SPARE, &license), Ok(further(SPARE)));
    assert_eq!(by(STANDBY, &license), Ok(further(STANDBY)));
}

#[test]
fn a_key_that_the_license_does_not_name_is_refused() {
    let refusal = by(STRANGER, &license(&[SPARE])).unwrap_err();
    assert_eq!(refusal.code(), Code::OtherKey);
    for named in [BILLED, SPARE] {
        let thumbprint = key(named).public().thumbprint().to_string();
        assert!(refusal.message().contains(&thumbprint), "{refusal}");
    }
    assert_eq!(by(SPARE, &license(&[])).unwrap_err().code(), Code::OtherKey);
}

#[test]
fn a_license_without_a_report_key_takes_any_and_says_which_to_note() {
    let first = ReportKey::FirstUse(key(STRANGER).public().thumbprint());
    assert_eq!(by(STRANGER, &verified(&terms())), Ok(first));
}
