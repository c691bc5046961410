//! A file is answered the same with its issuer document handed in as without.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{anchors, desk, issuer, key, legacy, root, terms};
use license_core::document::sign;
use license_core::key::Signer;
use license_core::trust::TrustAnchors;
use license_core::verify::{KnownIssuer, verify, verify_license, verify_license_with, verify_with};

/// The issuer document and a license that follows it.
fn documents() -> (Vec<u8>, Vec<u8>) {
    let license = common::issued(&terms(), &legacy(), None);
    (sign(&issuer(), &root()).unwrap(), sign(&license, &desk()).unwrap())
}

fn known() -> KnownIssuer {
    let (issuer, license) = documents();
    KnownIssuer::first_of(&[issuer, license].concat(), &anchors()).unwrap().unwrap()
}

#[test]
fn a_license_is_answered_the_same() {
    let (issuer, license) = documents();
    let file = [issuer, license].concat();
    assert!(known().begins(&file));
    let answer = verify_with(&file, &anchors(), &known()).unwrap();
    assert_eq!(answer, verify(&file, &anchors()).unwrap());
    let license = verify_license_with(&file, &anchors(), &known());
    assert_eq!(license, verify_license(&file, &anchors()));
    assert!(license.is_ok());
}

/// Each bit of the file in turn, those of both signatures too.
#[test]
fn whatever_is_changed_is_answered_the_same() {
    let (issuer, license) = documents();
    let (file, known) = ([issuer, license].concat(), known());
    for bit in 0..file.len() * 8 {
        let mut changed = file.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let answer = verify_with(&changed, &anchors(), &known);
        assert_eq!(answer, verify(&changed, &anchors()), "bit {bit}");
        assert!(answer.is_err(), "bit {bit}");
        let license = verify_license_with(&changed, &anchors(), &known);
        assert_eq!(license, verify_license(&changed, &anchors()), "bit {bit}");
    }
}

#[test]
fn other_riders_are_answered_the_same() {
    let (first, license) = documents();
    let mut other = issuer();
    other.key = key(9).public();
    let other = sign(&other, &root()).unwrap();
    for file in [
        first.clone(),
        license.clone(),
        [other.clone(), license.clone()].concat(),
        [first.clone(), other.clone(), license.clone()].concat(),
        [other, first.clone(), license.clone()].concat(),
        [first.clone(), first, license].concat(),
    ] {
        assert_eq!(verify_with(&file, &anchors(), &known()), verify(&file, &anchors()));
        let license = verify_license_with(&file, &anchors(), &known());
        assert_eq!(license, verify_license(&file, &anchors()));
    }
}

#[test]
fn a_document_of_a_root_that_is_not_trusted_is_not_taken() {
    let (issuer, license) = documents();
    let (file, strangers) = ([issuer, license].concat(), TrustAnchors::new([key(9).public()]));
    let answer = verify_with(&file, &strangers, &known());
    assert!(answer.is_err());
    assert_eq!(answer, verify(&file, &strangers));
    assert!(KnownIssuer::first_of(&file, &strangers).is_err());
}

#[test]
fn a_file_that_begins_with_another_document_has_none() {
    let (_, license) = documents();
    assert_eq!(KnownIssuer::first_of(&license, &anchors()), Ok(None));
}
