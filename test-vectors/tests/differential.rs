//! The core and the second verifier answer alike to documents that were changed and signed anew.
//!
//! A whole run has 200,000 files (`scripts/soak differential`); without being told, a hundredth.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod answer;
mod mutate;

use std::borrow::Cow;
use std::path::Path;
use std::process::Command;

use license_core::Error;
use license_core::carrier::{Strictness, open};
use license_core::key::PublicKey;
use license_core::trust::TrustAnchors;
use license_core::verify::{Principal, file_kind, verify};
use mutate::{Numbers, documents, halves, mutated, signed};
use serde_cbor::Value;
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
        .filter(|vector| matches!(vector.form, Form::File | Form::Text) && vector.expect.is_none())
        .collect();
    let mut numbers = Numbers(soak::state(4));
    let all = soak::rounds(200_000);
    let (mut left, mut taken, mut verdicts) = (all, 0, 0);
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
        compare(folder.path());
        left -= batch;
    }
    eprintln!("{all} files, {taken} taken, {verdicts} verdicts");
    // Not so changed that nothing is left to compare.
    assert!(taken > 100 && verdicts > 10, "{taken} taken, {verdicts} verdicts");
}

/// A file that verifies, with something in one or more of its documents changed and signed anew;
/// now and then without a new signature, or in another order.
fn changed(good: &[Vector], numbers: &mut Numbers) -> Vector {
    // Few of the vectors are texts, and these are looked at more often.
    let form = if numbers.below(8) == 0 { Form::Text } else { Form::File };
    let of_form: Vec<&Vector> = good.iter().filter(|vector| vector.form == form).collect();
    let vector = of_form[numbers.below(of_form.len())];
    let body = &vector.bodies[0];
    if vector.form == Form::Text {
        return Vector { bodies: vec![text(body, numbers)], ..vector.clone() };
    }
    let mut whole: Vec<Vec<u8>> = documents(body).into_iter().map(<[u8]>::to_vec).collect();
    for _ in 0..=numbers.below(2) {
        let at = numbers.below(whole.len());
        whole[at] = document(&whole[at], numbers);
    }
    if numbers.below(30) == 0 {
        let (from, to) = (numbers.below(whole.len()), numbers.below(whole.len()));
        let moved = whole[from].clone();
        whole.insert(to, moved);
    }
    Vector { bodies: vec![whole.concat()], ..vector.clone() }
}

/// A text with some lines changed, moved, repeated or left out, or any bytes.
fn text(good: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    if numbers.below(3) == 0 {
        return mutated(good, numbers);
    }
    let mut lines: Vec<Vec<u8>> =
        good.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    for _ in 0..=numbers.below(3) {
        let (at, to) = (numbers.below(lines.len()), numbers.below(lines.len()));
        let end = lines[at].len();
        match numbers.below(8) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[to].clone()),
            2 => lines.swap(at, to),
            3 if end > 0 => lines[at].insert(end - 1, b'\r'),
            4 => lines[at] = lines[at].to_ascii_lowercase(),
            5 => drop(lines[at].pop()),
            6 => lines.insert(at, b"\n".to_vec()),
            _ => lines[at] = [&lines[at][..end / 2], b"A", &lines[at][end / 2..]].concat(),
        }
    }
    lines.concat()
}

fn document(document: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    // What was changed beyond its envelope before stays as it is.
    let Some((protected, payload)) = whole_halves(document) else { return document.to_vec() };
    let claims = if payload.is_empty() { payload } else { claims(&payload, numbers) };
    let mut protected = protected.to_vec();
    if numbers.below(40) == 0 {
        let at = [2, 14, 15, 16][numbers.below(4)];
        protected[at] = protected[at].wrapping_add([1, 2, 255][numbers.below(3)]);
    }
    let new = signed(&protected, &claims).filter(|_| numbers.below(20) > 0);
    new.unwrap_or_else(|| mutated(document, numbers))
}

fn whole_halves(document: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    license_core::verify::inspect(document).ok()?;
    Some(halves(document))
}

/// Claims with some changes: of whole values, which are written canonically again; of bytes, to a
/// neighbour or one at a boundary; or any.
fn claims(payload: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    match numbers.below(6) {
        0 => mutated(payload, numbers),
        1 | 2 => neighbours(payload, numbers),
        _ => {
            let Ok(mut value) = serde_cbor::from_slice(payload) else {
                return mutated(payload, numbers);
            };
            for _ in 0..=numbers.below(3) {
                edit(&mut value, numbers);
            }
            // A step from the largest number has no encoding.
            serde_cbor::to_vec(&value).unwrap_or_else(|_| payload.to_vec())
        }
    }
}

fn neighbours(payload: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut claims = payload.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(claims.len());
        let byte = &mut claims[at];
        *byte = match numbers.below(4) {
            0 => byte.wrapping_add(1),
            1 => byte.wrapping_sub(1),
            2 => [0, 1, 0x17, 0x18, 0x7f, 0x80, 0xf6, 0xff][numbers.below(8)],
            _ => *byte ^ 1 << numbers.below(8),
        };
    }
    claims
}

/// Changes one value, at any depth: another in its place, one more, one less, or a step from it.
#[allow(clippy::wildcard_enum_match_arm, reason = "the values of serde_cbor are not ours")]
fn edit(value: &mut Value, numbers: &mut Numbers) {
    match value {
        Value::Map(entries) => match numbers.below(8) {
            0 => drop(entries.remove(&key(numbers))),
            1 | 2 => drop(entries.insert(key(numbers), any(numbers, 0))),
            _ if !entries.is_empty() => {
                let at = numbers.below(entries.len());
                edit(entries.values_mut().nth(at).unwrap(), numbers);
            }
            _ => {}
        },
        Value::Array(items) if !items.is_empty() && numbers.below(6) > 0 => {
            let at = numbers.below(items.len());
            match numbers.below(6) {
                0 => drop(items.remove(at)),
                1 => items.insert(at, items[at].clone()),
                2 => items.swap(at, 0),
                3 => *items = items.iter().cycle().take(items.len() * 9).cloned().collect(),
                _ => edit(&mut items[at], numbers),
            }
        }
        Value::Integer(number) if numbers.below(3) > 0 => {
            *number += [-400, -1, 1, 1, 2, 30_000][numbers.below(6)];
        }
        _ => *value = any(numbers, 0),
    }
}

/// A key that a map may have or not.
fn key(numbers: &mut Numbers) -> Value {
    match numbers.below(12) {
        0 => Value::Integer(-1),
        1 => Value::Integer(1 << 40),
        2 => Value::Text("a".to_owned()),
        _ => Value::Integer(numbers.below(26) as i128),
    }
}

/// A value at a boundary of something.
fn any(numbers: &mut Numbers, depth: usize) -> Value {
    let text = ["", "a", "gitlab-trial", "duo_pro", "a\u{202e}b", "\u{fff9}"];
    let integers: [i128; 14] = [
        -65_537,
        -1,
        0,
        1,
        2,
        3,
        4,
        65_535,
        65_536,
        16_777_215,
        16_777_216,
        20_393,
        2_932_897,
        4_294_967_296,
    ];
    let lengths = [0, 15, 16, 17, 32, 64, 65, 201, 255];
    match numbers.below(if depth < 2 { 8 } else { 5 }) {
        0..=2 => Value::Integer(integers[numbers.below(integers.len())]),
        3 => match numbers.below(8) {
            at @ 0..=5 => Value::Text(text[at].to_owned()),
            6 => Value::Text("\u{202e}".to_owned() + &"x".repeat(300)),
            _ => Value::Text("x".repeat(lengths[numbers.below(lengths.len())])),
        },
        4 => Value::Bytes(vec![7; lengths[numbers.below(lengths.len())]]),
        5 | 6 => {
            let length = [0, 1, 1, 2, 3, 4, 5, 33, 65][numbers.below(9)];
            let item = any(numbers, depth + 1);
            Value::Array(vec![item; length])
        }
        _ => {
            let entries = (0..numbers.below(20)).map(|_| (key(numbers), any(numbers, depth + 1)));
            Value::Map(entries.collect())
        }
    }
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

fn read_text(text: &[u8]) -> Result<Vec<u8>, Error> {
    // Bytes that do not look like text are opened as they are; here they are a text.
    license_core::carrier::text::read_strict(text)?;
    open(text, Strictness::Strict).map(Cow::into_owned)
}

fn answer_of(vector: &Vector) -> Result<Vector, Error> {
    let roots = vector.roots.iter().map(|root| PublicKey::new(*root).unwrap());
    let body = match vector.form {
        Form::Text => &read_text(&vector.bodies[0])?,
        Form::File | Form::Codes | Form::Pouch | Form::Select | Form::Report => &vector.bodies[0],
    };
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

/// Fails where the two differ in decision, code, id or verdict.
fn compare(folder: &Path) {
    let mut python = Command::new("/usr/bin/python3");
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference/verify.py");
    let output = python.arg(verifier).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    if let Some(first) = said.lines().find(|line| line.contains(".txt: ")) {
        let name = first.split(": ").next().unwrap();
        let vector = std::fs::read_to_string(folder.join(name)).unwrap();
        panic!("{said}\n(expected: core, found: second verifier)\n{vector}");
    }
    assert!(output.status.success(), "{said}{output:?}");
}
