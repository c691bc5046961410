//! The guard against every vector: it lets nothing pass that a reader refuses, nothing that a
//! reader would pass over, and what it hands out is what came in.
//!
//! A whole run has 1,000,000 mutations in each test (`scripts/soak guard`); without being told, a
//! hundredth.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod mutate;

use license_core::carrier::{text, text_of, write_all};
use license_core::document::{Claim, Kind};
use license_core::guard::{Gate, Passed, Refusal, Signed, examine, examine_all};
use license_core::key::{PublicKey, Signer, SigningKey};
use license_core::trust::TrustAnchors;
use license_core::verify::{Principal, Unverified, inspect, verify};
use license_core::words;
use mutate::{Numbers, documents, halves, mutated, signed};
use test_vectors::soak;
use test_vectors::{Form, Vector};

const ALL: &[Kind] = &[Kind::License, Kind::Receipt, Kind::Request, Kind::Usage, Kind::Issuer];

/// Every body of the vectors that is a file or a text by itself, with its name and the roots that
/// its reader trusts.
fn bodies() -> Vec<(String, Form, Vec<u8>, Vec<PublicKey>)> {
    let vectors = test_vectors::committed().unwrap();
    // What QR codes say comes to a gate as the file that they carry; pouches have tests of their
    // own.
    let files =
        vectors.into_iter().filter(|(_, vector)| !matches!(vector.form, Form::Codes | Form::Pouch));
    let each = |(name, vector): (String, Vector)| {
        let roots: Vec<PublicKey> =
            vector.roots.iter().map(|root| PublicKey::new(*root).unwrap()).collect();
        let form = if vector.form == Form::Text { Form::Text } else { Form::File };
        vector.bodies.into_iter().map(move |body| (name.clone(), form, body, roots.clone()))
    };
    files.flat_map(each).collect()
}

/// Returns whether a reader accepts the bytes, and the keys of a gate that trusts what this reader
/// trusts.
fn read(form: Form, body: &[u8], roots: &[PublicKey]) -> (bool, Vec<PublicKey>) {
    let mut keys = roots.to_vec();
    if keys.is_empty() {
        // A gate without keys checks no license's signature; this reader trusts nobody.
        keys.push(SigningKey::from_seed(&[9; 32]).unwrap().public());
    }
    let bytes = match (form, text::read_strict(body)) {
        (Form::Text, Ok(block)) => block.bytes,
        (Form::Text, Err(_)) => return (false, keys),
        _ => body.to_vec(),
    };
    let Ok(file) = verify(&bytes, &TrustAnchors::new(roots.iter().copied())) else {
        return (false, keys);
    };
    match file.principal() {
        Principal::Request(request) => keys.push(request.key),
        Principal::Usage(usage) => keys.push(usage.key),
        Principal::License(_) | Principal::None => {}
    }
    (true, keys)
}

fn pass(body: &[u8], keys: &[PublicKey]) -> Result<Passed, Refusal> {
    examine(body, &Gate { allow: ALL, roots: keys, signers: keys })
}

#[test]
fn what_a_reader_refuses_does_not_pass() {
    let mut refused = 0;
    for (name, form, body, roots) in bodies() {
        let (accepted, keys) = read(form, &body, &roots);
        if !accepted {
            assert!(pass(&body, &keys).is_err(), "{name}");
            refused += 1;
        }
    }
    // Every stage from the text to the limits has its vectors.
    assert!(refused > 700, "{refused}");
}

#[test]
fn what_a_reader_accepts_passes_unchanged_or_holds_something_unknown() {
    let (mut passed, mut unknown, mut other) = (0, Vec::new(), Vec::new());
    for (name, form, body, roots) in bodies() {
        let (accepted, keys) = read(form, &body, &roots);
        if !accepted {
            continue;
        }
        match pass(&body, &keys) {
            Ok(found) => {
                assert_eq!(found.clean, body, "{name}");
                assert!(!shows_unknown(&found.file), "{name}");
                passed += 1;
            }
            Err(Refusal::Unknown { .. }) => unknown.push((name, body)),
            // Approvals and unnamed kinds: this version reads none, so none can be allowed.
            Err(Refusal::Kind { found, .. }) if !ALL.contains(&found) => {}
            Err(refusal) => other.push(format!("{name}: {refusal}")),
        }
    }
    let surprising: Vec<&String> =
        unknown.iter().filter(|(_, body)| !shows_unknown(body)).map(|(name, _)| name).collect();
    assert!(surprising.is_empty(), "{surprising:?}");
    // A text that is not exactly as written: CRLF, and a word that is not the kind's.
    assert!(
        other.iter().all(|name| name.contains("crlf") || name.contains("text-other-word")),
        "{other:?}"
    );
    assert!(
        passed > 100 && unknown.len() > 10,
        "{passed} passed, {} unknown, {other:?}",
        unknown.len()
    );
}

/// Whether the words of a file, which are made apart from the guard, name a claim, a code or a kind
/// that is not known.
fn shows_unknown(file: &[u8]) -> bool {
    inspect(file).unwrap().iter().any(|document| {
        let rules = match &document.claims {
            Unverified::License(license) => words::rules_json(&license.rules).to_string(),
            Unverified::Receipt(_)
            | Unverified::Issuer(_)
            | Unverified::Request(_)
            | Unverified::Usage(_) => String::new(),
            Unverified::Other => return true,
        };
        odd(&document.claims.shown()) || rules.contains('#')
    })
}

fn odd(claims: &[Claim]) -> bool {
    let lines = words::lines(claims);
    lines.contains("not known here") || lines.contains('#')
}

/// The document with one more claim, under the largest odd key of three bytes.
fn with_odd_claim(document: &[u8]) -> Option<Vec<u8>> {
    let (protected, mut payload) = halves(document);
    if !(0xa0..0xb7).contains(&payload[0]) {
        return None;
    }
    payload[0] += 1;
    payload.extend_from_slice(&[0x19, 0xff, 0xff, 0x01]);
    signed(protected, &payload)
}

#[test]
fn an_odd_unknown_claim_in_any_document_does_not_pass() {
    let mut tried = 0;
    for (name, form, body, roots) in bodies() {
        let (accepted, keys) = read(form, &body, &roots);
        if form == Form::Text || !accepted || pass(&body, &keys).is_err() {
            continue;
        }
        let whole = documents(&body);
        for index in 0..whole.len() {
            let Some(changed) = with_odd_claim(whole[index]) else { continue };
            let file = [&whole[..index], &[&changed], &whole[index + 1..]].concat().concat();
            assert!(read(form, &file, &roots).0, "{name}: a reader ignores it");
            let refusal = pass(&file, &keys).unwrap_err();
            assert_eq!(
                (refusal.code(), document_of(&refusal)),
                ("unknown_claim", index),
                "{name}: {refusal}"
            );
            assert!(refusal.to_string().contains("claim 65535"), "{refusal}");
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

fn document_of(refusal: &Refusal) -> usize {
    if let Refusal::Unknown { document, .. } = refusal { *document } else { usize::MAX }
}

#[test]
fn mutations_do_not_pass() {
    let mut good = Vec::new();
    for (_, form, body, roots) in bodies() {
        let (accepted, keys) = read(form, &body, &roots);
        if accepted && pass(&body, &keys).is_ok() {
            good.push((body, keys));
        }
    }
    let (mut numbers, rounds) = (Numbers(soak::state(1)), soak::rounds(1_000_000));
    let mut tried = 0;
    while tried < rounds {
        let (body, keys) = &good[numbers.below(good.len())];
        let bad = mutated(body, &mut numbers);
        if bad != *body {
            assert!(pass(&bad, keys).is_err(), "{}", hex::encode(bad));
            tried += 1;
        }
    }
}

/// A sender who has the keys and a program of their own: the signature holds, and only the claims
/// can show what is wrong.
#[test]
fn mutations_that_are_signed_pass_only_as_what_they_say() {
    let mut good = Vec::new();
    for (name, form, body, roots) in bodies() {
        let (accepted, keys) = read(form, &body, &roots);
        if form == Form::File && accepted && name.starts_with("ok-") {
            good.push((body, keys));
        }
    }
    let (mut numbers, rounds) = (Numbers(soak::state(2)), soak::rounds(1_000_000));
    let (mut passed, mut unknown, mut refused) = (0, 0, 0);
    while passed + unknown + refused < rounds {
        let (body, keys) = &good[numbers.below(good.len())];
        let whole = documents(body);
        let (last, before) = whole.split_last().unwrap();
        let (protected, payload) = halves(last);
        if payload.is_empty() {
            continue;
        }
        let Some(document) = signed(protected, &mutated(&payload, &mut numbers)) else { continue };
        let file = [&before.concat(), &document[..]].concat();
        match pass(&file, keys) {
            Ok(found) => {
                assert_eq!(found.clean, file);
                // Codes that are not known are shown with a #; a name may have one too.
                assert!(
                    !shows_unknown(&file) || document.contains(&b'#'),
                    "{}",
                    hex::encode(&file)
                );
                passed += 1;
            }
            Err(Refusal::Unknown { .. }) => unknown += 1,
            Err(_) => refused += 1,
        }
    }
    assert!(
        passed * 20 > rounds && unknown * 500 > rounds && refused * 5 > rounds,
        "{passed} passed, {unknown} unknown, {refused} refused"
    );
}

/// Files with the claims that came after the first version: days in which a key's licenses may
/// begin (issuer, 15), further report keys (license, 20), what a request says of the term so far, and all of a receipt.
const LATER: [&str; 18] = [
    "ok-issuer-every-claim",
    "ok-issuer-start-days-36525",
    "ok-issuer-start-days-91",
    "ok-license-every-claim",
    "ok-license-further-report-key",
    "ok-license-further-report-keys",
    "ok-receipt-billed",
    "ok-receipt-in-review",
    "ok-receipt-last-number",
    "ok-receipt-most-seats",
    "ok-request-days-36525",
    "ok-request-every-claim",
    "ok-request-first-day",
    "ok-request-no-day-counted",
    "ok-request-no-users",
    "ok-request-peak-first",
    "ok-request-peak-last",
    "ok-request-version-alone",
];

/// The bodies of these vectors.
fn later() -> Vec<(Vec<u8>, Vec<PublicKey>)> {
    let named = |wanted: &&str| {
        let (_, form, body, roots) =
            bodies().into_iter().find(|(name, ..)| name == wanted).unwrap();
        let keys = read(form, &body, &roots).1;
        assert!(pass(&body, &keys).is_ok(), "{wanted}");
        (body, keys)
    };
    LATER.iter().map(named).collect()
}

/// All that is shown of the last document of a file, for programs.
fn shown(file: &[u8]) -> String {
    let documents = inspect(file).unwrap();
    let claims = &documents.last().unwrap().claims;
    let rules = match claims {
        Unverified::License(license) => words::rules_json(&license.rules).to_string(),
        Unverified::Receipt(_)
        | Unverified::Issuer(_)
        | Unverified::Request(_)
        | Unverified::Usage(_) => String::new(),
        Unverified::Other => panic!("a document that is not shown passed"),
    };
    words::object(claims.shown()).to_string() + &rules
}

/// Two files that pass and are shown alike are alike: what is not shown does not pass.
#[test]
fn claims_that_came_later_are_shown_to_their_last_byte() {
    let good = later();
    let (mut numbers, rounds) = (Numbers(soak::state(4)), soak::rounds(1_000_000));
    let mut seen: std::collections::HashMap<(Vec<u8>, String), Vec<u8>> = Default::default();
    let (mut passed, mut tried) = (0, 0);
    while tried < rounds {
        let (body, keys) = &good[numbers.below(good.len())];
        let whole = documents(body);
        let (last, before) = whole.split_last().unwrap();
        let (protected, payload) = halves(last);
        let changed = mutated(&payload, &mut numbers);
        let Some(document) = signed(protected, &changed) else { continue };
        let file = [&before.concat(), &document[..]].concat();
        tried += 1;
        if let Ok(found) = pass(&file, keys) {
            assert_eq!(found.clean, file);
            let alike = seen.entry((protected.to_vec(), shown(&file))).or_insert(changed.clone());
            assert_eq!(hex::encode(alike), hex::encode(&changed), "{}", shown(&file));
            passed += 1;
        }
    }
    assert!(passed * 20 > rounds && seen.len() > passed / 4, "{passed} passed");
}

/// Without keys a license's signature cannot be checked: then a change may pass, but only as what
/// it is.
#[test]
fn without_keys_what_passes_is_still_what_came_in() {
    let good: Vec<Vec<u8>> = bodies()
        .into_iter()
        .map(|(_, _, body, _)| body)
        .filter(|body| pass(body, &[]).is_ok())
        .collect();
    let (mut numbers, rounds) = (Numbers(soak::state(3)), soak::rounds(1_000_000));
    let mut passed = 0;
    for _ in 0..rounds {
        let bad = mutated(&good[numbers.below(good.len())], &mut numbers);
        if let Ok(found) = pass(&bad, &[]) {
            assert_eq!(found.clean, bad);
            // A signature that can be checked still holds: one issuer document may have been cut
            // from in front of nothing.
            passed += usize::from(found.signed == Signed::Unchecked);
        }
    }
    assert!(passed > 0, "a changed signature of a license cannot be seen without a key");
}

#[test]
fn the_gate_is_kept() {
    let named = |wanted: &str| bodies().into_iter().find(|(name, ..)| name == wanted).unwrap();
    let (_, _, usage, _) = named("ok-usage");
    let (_, _, license, roots) = named("ok-license-bound");
    let own = SigningKey::from_seed(&[5; 32]).unwrap().public();
    let gate = |body: &[u8], allow: &[Kind], keys: &[PublicKey]| {
        examine(body, &Gate { allow, roots: keys, signers: keys })
    };
    assert_eq!(gate(&usage, &[Kind::Usage], &[]).unwrap().signed, Signed::BySelf);
    assert_eq!(gate(&usage, &[Kind::Usage], &[own]).unwrap().signed, Signed::Trusted);
    assert_eq!(gate(&license, ALL, &roots).unwrap().signed, Signed::Trusted);
    assert_eq!(gate(&license, ALL, &[]).unwrap().signed, Signed::Unchecked);
    // The key that signed a report must be among those given, whatever else is.
    assert_eq!(gate(&usage, &[Kind::Usage], &roots).unwrap_err().code(), "unknown_key");
    assert_eq!(gate(&license, ALL, &[own]).unwrap_err().code(), "unknown_key");
    // A root signs no report, and an instance certifies nothing.
    let apart = |body: &[u8], roots: &[PublicKey], signers: &[PublicKey]| {
        examine(body, &Gate { allow: ALL, roots, signers })
    };
    assert_eq!(apart(&license, &roots, &[own]).unwrap().signed, Signed::Trusted);
    assert_eq!(apart(&usage, &roots, &[own]).unwrap().signed, Signed::Trusted);
    assert_eq!(apart(&usage, &roots, &[]).unwrap().signed, Signed::BySelf);
    assert_eq!(apart(&usage, &[own], &roots).unwrap_err().code(), "unknown_key");
    assert_eq!(apart(&license, &[own], &roots).unwrap_err().code(), "unknown_key");
    let refusal = gate(&license, &[Kind::Usage, Kind::Request], &roots).unwrap_err();
    assert_eq!(refusal.code(), "kind_not_allowed");
    assert_eq!(refusal.to_string(), "found a file of kind license, expected usage, request");
    for allow in [&[][..], &[Kind::License], &[Kind::Request]] {
        assert_eq!(gate(&usage, allow, &[]).unwrap_err().code(), "kind_not_allowed");
    }
}

#[test]
fn a_text_passes_only_as_it_is_written() {
    let (_, _, usage, _) = bodies().into_iter().find(|(name, ..)| name == "ok-usage").unwrap();
    let text = text::write("USAGE", &usage);
    let passed = pass(text.as_bytes(), &[]).unwrap();
    assert_eq!((passed.clean.as_slice(), passed.file), (text.as_bytes(), usage.clone()));
    for other in [
        text.replace('\n', "\r\n"),
        text.to_lowercase(),
        format!(" {text}"),
        format!("{text}\n"),
        text.trim_end().to_owned(),
        text.replace("USAGE", "REQUEST"),
        format!("\u{feff}{text}"),
        text.repeat(2),
        text::write("LICENSE", &usage),
    ] {
        assert!(pass(other.as_bytes(), &[]).is_err(), "{other}");
    }
}

/// A request, a report and a bound license as a pouch.
fn pouch() -> (Vec<Vec<u8>>, String) {
    let vectors = test_vectors::committed().unwrap();
    let body = |name| {
        let (_, vector) = vectors.iter().find(|(found, _)| found == name).unwrap();
        vector.bodies[0].clone()
    };
    let bodies = ["ok-request", "ok-usage", "ok-license-bound"].map(body);
    let text = write_all(bodies.iter().map(Vec::as_slice)).unwrap();
    (bodies.into(), text)
}

#[test]
fn a_pouch_passes_as_it_came() {
    let (bodies, text) = pouch();
    let gate = Gate { allow: ALL, roots: &[], signers: &[] };
    let passed = examine_all(text.as_bytes(), &gate).unwrap();
    assert_eq!(passed.clean, text.as_bytes());
    let mut files: Vec<_> = passed.files.iter().map(|passed| passed.file.clone()).collect();
    files.sort();
    let mut expected = bodies.clone();
    expected.sort();
    assert_eq!(files, expected);
    // One file passes as `examine` lets it pass, as bytes and as text.
    for one in [bodies[0].clone(), text_of(&bodies[0]).unwrap().into_bytes()] {
        let passed = examine_all(&one, &gate).unwrap();
        assert_eq!((passed.clean, passed.files.len()), (one.clone(), 1));
        assert_eq!(passed.files[0], examine(&one, &gate).unwrap());
    }
}

#[test]
fn of_a_pouch_all_pass_or_none() {
    let (bodies, text) = pouch();
    let allow = [Kind::Request, Kind::Usage];
    let refused = |text: &str, allow: &[Kind]| {
        examine_all(text.as_bytes(), &Gate { allow, roots: &[], signers: &[] }).unwrap_err()
    };
    let refusal = refused(&text, &allow);
    assert_eq!(refusal.code(), "kind_not_allowed");
    assert!(matches!(refusal, Refusal::Block { .. }), "{refusal}");
    // A request with a claim that is not known here, among files that may pass.
    let odd = with_odd_claim(documents(&bodies[0])[0]).unwrap();
    let with_odd = write_all([&odd[..], &bodies[1]]).unwrap();
    assert_eq!(refused(&with_odd, ALL).code(), "unknown_claim");
    // Every other form: another order, a block twice, something between, other line ends.
    let mut blocks: Vec<String> =
        examine_all(text.as_bytes(), &Gate { allow: ALL, roots: &[], signers: &[] })
            .unwrap()
            .files
            .iter()
            .map(|passed| String::from_utf8(passed.clean.clone()).unwrap())
            .collect();
    let twice = blocks[0].clone() + &text;
    let between = blocks.join("\n");
    blocks.reverse();
    for other in [blocks.concat(), twice, between, text.replace('\n', "\r\n"), text.clone() + "\n"]
    {
        assert_eq!(refused(&other, ALL).code(), "text_not_canonical");
    }
}

/// A pouch of files with every later claim.
fn later_pouch() -> (Vec<Vec<u8>>, String) {
    let mut files: Vec<Vec<u8>> = later().into_iter().map(|(body, _)| body).collect();
    files.sort();
    files.dedup();
    let text = write_all(files.iter().map(Vec::as_slice)).unwrap();
    (files, text)
}

#[test]
fn changed_pouches_do_not_pass() {
    let gate = Gate { allow: ALL, roots: &[], signers: &[] };
    // A license, a request and an issuer document are enough: every byte of them is tried.
    let (files, _) = later_pouch();
    let text = write_all(files.iter().step_by(5).map(Vec::as_slice)).unwrap();
    assert_eq!(examine_all(text.as_bytes(), &gate).unwrap().clean, text.as_bytes());
    let (mut numbers, rounds) = (Numbers(soak::state(5)), soak::rounds(1_000_000));
    let mut tried = 0;
    while tried < rounds {
        let bad = mutated(text.as_bytes(), &mut numbers);
        if bad != text.as_bytes() {
            assert!(examine_all(&bad, &gate).is_err(), "{}", String::from_utf8_lossy(&bad));
            tried += 1;
        }
    }
}

/// Whole blocks left out, doubled, moved, and files changed and signed anew by who has their keys:
/// what passes is what came in, each file of it as what is shown.
#[test]
fn pouches_of_changed_files_pass_only_as_what_they_say() {
    let gate = Gate { allow: ALL, roots: &[], signers: &[] };
    let (files, _) = later_pouch();
    let (mut numbers, rounds) = (Numbers(soak::state(6)), soak::rounds(100_000));
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..rounds {
        let chosen: Vec<&Vec<u8>> = files.iter().filter(|_| numbers.below(3) > 0).collect();
        let changed = chosen.into_iter().map(|file| {
            let whole = documents(file);
            let (last, before) = whole.split_last().unwrap();
            let (protected, payload) = halves(last);
            let again = numbers.below(24) == 0;
            let bad = if again { mutated(&payload, &mut numbers) } else { payload };
            signed(protected, &bad).map(|document| [&before.concat(), &document[..]].concat())
        });
        let mut blocks: Vec<_> = changed.flatten().collect();
        blocks.sort_by_key(|file| license_core::key::sha256(file));
        match numbers.below(8) {
            0 if blocks.len() > 1 => blocks.swap(0, 1),
            1 if !blocks.is_empty() => blocks.insert(0, blocks[0].clone()),
            _ => {}
        }
        let Ok(texts) = blocks.iter().map(|file| text_of(file)).collect::<Result<Vec<_>, _>>()
        else {
            refused += 1;
            continue;
        };
        let text = texts.concat();
        let Ok(found) = examine_all(text.as_bytes(), &gate) else {
            refused += 1;
            continue;
        };
        assert_eq!(found.clean, text.as_bytes());
        let out: Vec<&Vec<u8>> = found.files.iter().map(|passed| &passed.file).collect();
        assert_eq!(out, blocks.iter().collect::<Vec<_>>());
        assert!(blocks.windows(2).all(|two| two[0] != two[1]));
        assert!(
            found.files.iter().all(|passed| passed.documents == inspect(&passed.file).unwrap())
        );
        passed += 1;
    }
    assert!(passed * 5 > rounds && refused * 5 > rounds, "{passed} passed, {refused} refused");
}
