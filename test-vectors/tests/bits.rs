//! What is not exactly a good file is refused, and nothing makes the reader panic.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

use license_core::carrier::text::read_strict;
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::verify::{inspect, verify};
use test_vectors::{Form, Vector};

/// The files whose every neighbour is tried.
const WHOLE: [&str; 6] = [
    "ok-license-unbound",
    "ok-license-bound",
    "ok-request",
    "ok-usage",
    "ok-issuer",
    "ok-file-rider-skipped",
];

fn named(name: &str) -> (Vec<u8>, TrustAnchors) {
    let (_, vector) =
        test_vectors::committed().unwrap().into_iter().find(|(found, _)| found == name).unwrap();
    (vector.bodies[0].clone(), anchors(&vector))
}

fn anchors(vector: &Vector) -> TrustAnchors {
    TrustAnchors::new(vector.roots.iter().map(|root| PublicKey::new(*root).unwrap()))
}

/// Refuses every file that `neighbours` makes of the good ones.
fn each_is_refused(neighbours: impl Fn(&[u8]) -> Vec<(String, Vec<u8>)>) {
    for name in WHOLE {
        let (good, anchors) = named(name);
        assert!(verify(&good, &anchors).is_ok(), "{name}");
        for (what, bad) in neighbours(&good) {
            assert!(verify(&bad, &anchors).is_err(), "{name}: {what}");
        }
    }
}

#[test]
fn every_bit_counts() {
    each_is_refused(|good| {
        let flip = |bit: usize| {
            let mut bad = good.to_vec();
            bad[bit / 8] ^= 1 << (bit % 8);
            (format!("bit {bit} flipped"), bad)
        };
        (0..good.len() * 8).map(flip).collect()
    });
}

/// A prefix that ends where a document ends is a file of its own.
#[test]
fn every_prefix_is_refused() {
    each_is_refused(|good| {
        let ends: Vec<usize> = inspect(good)
            .unwrap()
            .iter()
            .scan(0, |end, document| {
                *end += document.bytes;
                Some(*end)
            })
            .collect();
        (0..good.len())
            .filter(|length| !ends.contains(length))
            .map(|length| (format!("cut to {length} bytes"), good[..length].to_vec()))
            .collect()
    });
}

#[test]
fn every_deleted_byte_is_missed() {
    each_is_refused(|good| {
        (0..good.len())
            .map(|at| (format!("byte {at} deleted"), [&good[..at], &good[at + 1..]].concat()))
            .collect()
    });
}

#[test]
fn every_inserted_byte_is_noticed() {
    each_is_refused(|good| {
        let inserted = |at: usize, byte: u8| {
            (format!("{byte:02x} inserted at {at}"), [&good[..at], &[byte], &good[at..]].concat())
        };
        (0..=good.len())
            .flat_map(|at| [0x00, 0x20, 0xd2, 0xff].map(|byte| inserted(at, byte)))
            .collect()
    });
}

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }

    fn part<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (a, b) = (self.below(bytes.len() + 1), self.below(bytes.len() + 1));
        &bytes[a.min(b)..a.max(b)]
    }
}

/// Whether a splice is verified does not matter: it may be a whole file. It must be answered.
#[test]
fn splices_of_vectors_are_answered() {
    let vectors = test_vectors::committed().unwrap();
    let (files, texts): (Vec<_>, Vec<_>) = vectors
        .iter()
        .map(|(_, vector)| vector)
        .partition(|vector| !matches!(vector.form, Form::Text | Form::Codes | Form::Pouch));
    let trusted = anchors(files[0]);
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for round in 0..4_000 {
        let kind = if round % 8 == 0 { &texts } else { &files };
        let pieces = [0, 1, 2].map(|_| kind[numbers.below(kind.len())].bodies[0].as_slice());
        let spliced = pieces.map(|piece| numbers.part(piece)).concat();
        let answers = (
            verify(&spliced, &trusted).is_ok(),
            inspect(&spliced).is_ok(),
            read_strict(&spliced).is_ok(),
        );
        assert!(
            !answers.0 || answers.1,
            "verified and not to be looked at: {}",
            hex::encode(&spliced)
        );
    }
}
