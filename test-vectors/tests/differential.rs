//! The core and the second verifier answer alike to documents that were changed and signed anew.
//!
//! A whole run has 200,000 files (`scripts/soak differential`); without being told, a hundredth.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod answer;
mod mutate;

use std::path::Path;
use std::process::Command;

use license_core::Error;
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::verify::{Principal, file_kind, verify};
use mutate::{Numbers, documents, halves, mutated, signed};
use test_vectors::soak;
use test_vectors::{Form, Vector};

/// So many files lie in a folder at once.
const BATCH: usize = 2_000;

#[test]
fn the_second_verifier_answers_alike() {
    let good: Vec<Vector> = test_vectors::committed()
        .unwrap()
        .into_iter()
        .map(|(_, vector)| vector)
        .filter(|vector| vector.form == Form::File && vector.expect.is_none())
        .collect();
    let mut numbers = Numbers(soak::state(4));
    let all = soak::rounds(200_000);
    let (mut left, mut taken, mut verdicts, mut open) = (all, 0, 0, 0);
    while left > 0 {
        let folder = tempfile::tempdir().unwrap();
        let batch = left.min(BATCH);
        for number in 0..batch {
            let vector = answered(changed(&good, &mut numbers));
            taken += usize::from(vector.expect.is_none());
            verdicts += usize::from(vector.verdict.is_some());
            let path = folder.path().join(format!("{number:04}.txt"));
            std::fs::write(path, vector.to_string()).unwrap();
        }
        open += compare(folder.path());
        left -= batch;
    }
    eprintln!("{all} files, {taken} taken, {verdicts} verdicts, {open} refused for other faults");
    assert!(open * 50 <= all, "{open} of {all} refused for other faults");
    // Not so changed that nothing is left to compare.
    assert!(taken > 100 && verdicts > 10, "{taken} taken, {verdicts} verdicts");
}

/// A file that verifies, with something in one of its documents changed and signed anew; now and
/// then without a new signature.
fn changed(good: &[Vector], numbers: &mut Numbers) -> Vector {
    let vector = &good[numbers.below(good.len())];
    let body = &vector.bodies[0];
    let whole = documents(body);
    let at = numbers.below(whole.len());
    let (protected, payload) = halves(whole[at]);
    let claims = if payload.is_empty() { payload } else { claims(&payload, numbers) };
    let new = signed(protected, &claims).filter(|_| numbers.below(20) > 0);
    let new = new.unwrap_or_else(|| mutated(whole[at], numbers));
    let file = [&whole[..at], &[&new], &whole[at + 1..]].concat().concat();
    Vector { bodies: vec![file], ..vector.clone() }
}

/// Claims with one change, which the encoding mostly outlives: a byte becomes its neighbour or one
/// at a boundary; else any change.
fn claims(payload: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    if numbers.below(3) == 0 {
        return mutated(payload, numbers);
    }
    let mut claims = payload.to_vec();
    let at = numbers.below(claims.len());
    let byte = &mut claims[at];
    *byte = match numbers.below(4) {
        0 => byte.wrapping_add(1),
        1 => byte.wrapping_sub(1),
        2 => [0, 1, 0x17, 0x18, 0x7f, 0x80, 0xf6, 0xff][numbers.below(8)],
        _ => *byte ^ 1 << numbers.below(8),
    };
    claims
}

/// The vector with the core's answer as what is expected.
fn answered(vector: Vector) -> Vector {
    match answer_of(&vector) {
        Ok(answered) => answered,
        Err(error) => Vector {
            expect: Some(error.code()),
            kind: None,
            id: None,
            payload: None,
            series: None,
            verdict: None,
            ..vector
        },
    }
}

fn answer_of(vector: &Vector) -> Result<Vector, Error> {
    let roots = vector.roots.iter().map(|root| PublicKey::new(*root).unwrap());
    let body = &vector.bodies[0];
    let file = verify(body, &TrustAnchors::new(roots))?;
    let (kind, id) = file_kind(body)?;
    let kind = kind.name().map_or_else(|| kind.number().to_string(), str::to_owned);
    let mut new = Vector {
        kind: Some(kind),
        id: Some(id),
        payload: None,
        series: None,
        verdict: None,
        ..vector.clone()
    };
    if let Principal::License(license) = file.principal() {
        if let Some(instance) = &vector.instance {
            license.check_instance(instance.as_ref())?;
        }
        if vector.install {
            license.check_understood()?;
        }
        new.verdict = vector.verdict.clone();
        if let Some(verdict) = &mut new.verdict {
            verdict.expected = answer::asked(license, verdict);
        }
    }
    Ok(new)
}

/// Fails where the two differ in decision, id or verdict; returns how often both refuse for
/// another of several faults, which the specification leaves open.
fn compare(folder: &Path) -> usize {
    let mut python = Command::new("/usr/bin/python3");
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference/verify.py");
    let output = python.arg(verifier).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let lines = said.lines().filter(|line| line.contains(".txt: "));
    let (open, wrong): (Vec<&str>, Vec<&str>) = lines.partition(|line| is_other_fault(line));
    if let Some(first) = wrong.first() {
        let name = first.split(": ").next().unwrap();
        let vector = std::fs::read_to_string(folder.join(name)).unwrap();
        panic!("{}\n(expected: core, found: second verifier)\n{vector}", wrong.join("\n"));
    }
    assert!(output.status.success() || !open.is_empty(), "{said}{output:?}");
    open.iter().filter(|line| line.contains(": expect: ")).count()
}

/// Lines such as `0132.txt: expect: expected too_new, found payload_malformed`.
fn is_other_fault(line: &str) -> bool {
    let code = line.contains(".txt: expect: expected ") && !line.contains(" ok");
    code || line.contains(".txt: stage: expected ") && !line.contains(" None")
}
