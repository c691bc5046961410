//! Files that are verified together are answered as they are one by one.
#![cfg(feature = "batch")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{anchors, desk, issuer, key, legacy, root, terms};
use license_core::document::{License, sign};
use license_core::key::Signer;
use license_core::trust::TrustAnchors;
use license_core::verify::{KnownIssuer, verify, verify_all};

/// Licenses of one desk, so many, each for other seats.
fn licenses(number: u32) -> Vec<Vec<u8>> {
    let issuer = sign(&issuer(), &root()).unwrap();
    let license = |seats| {
        let terms = License { issued: terms().issued + u64::from(seats), ..terms() };
        sign(&common::issued(&terms, &legacy(), None), &desk()).unwrap()
    };
    (0..number).map(|seats| [issuer.clone(), license(seats)].concat()).collect()
}

fn known(file: &[u8]) -> Vec<KnownIssuer> {
    vec![KnownIssuer::first_of(file, &anchors()).unwrap().unwrap()]
}

fn assert_same(files: &[Vec<u8>], anchors: &TrustAnchors, known: &[KnownIssuer]) {
    let slices: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let answers = verify_all(&slices, anchors, known);
    assert_eq!(answers.len(), files.len());
    for (number, (answer, file)) in answers.iter().zip(files).enumerate() {
        assert_eq!(*answer, verify(file, anchors), "file {number}");
    }
}

#[test]
fn files_that_hold_are_answered_the_same() {
    let files = licenses(70);
    let known = known(&files[0]);
    assert_same(&files, &anchors(), &known);
    assert_same(&files, &anchors(), &[]);
    assert_same(&[], &anchors(), &known);
    let strangers = TrustAnchors::new([key(9).public()]);
    assert_same(&files, &strangers, &known);
}

/// Each byte of one file among others that hold, those of the signature too.
#[test]
fn one_that_was_changed_is_the_only_one_that_is_refused() {
    let files = licenses(3);
    let known = known(&files[0]);
    for byte in 0..files[1].len() {
        let mut changed = files.clone();
        changed[1][byte] ^= 1;
        let slices: Vec<&[u8]> = changed.iter().map(Vec::as_slice).collect();
        let answers = verify_all(&slices, &anchors(), &known);
        assert_eq!(answers[1], verify(&changed[1], &anchors()), "byte {byte}");
        let good: Vec<bool> = answers.iter().map(Result::is_ok).collect();
        assert_eq!(good, [true, false, true], "byte {byte}");
    }
}

#[test]
fn other_files_among_them_are_answered_the_same() {
    let mut files = licenses(2);
    let known = known(&files[0]);
    let mut other = issuer();
    other.key = key(9).public();
    let other = sign(&other, &root()).unwrap();
    let first = files[0].clone();
    let (issuer, license) = first.split_at(sign(&issuer(), &root()).unwrap().len());
    let odd = [
        issuer.to_vec(),
        license.to_vec(),
        [other.clone(), license.to_vec()].concat(),
        [issuer.to_vec(), other, license.to_vec()].concat(),
        [license.to_vec(), issuer.to_vec()].concat(),
        b"no file".to_vec(),
        Vec::new(),
    ];
    files.extend(odd);
    assert_same(&files, &anchors(), &known);
}
