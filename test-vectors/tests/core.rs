//! Every vector, asked of license-core: the code, the stage and every line that a vector asserts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod answer;

use std::borrow::Cow;

use license_core::Error;
use license_core::carrier::parts::Collector;
use license_core::carrier::{Strictness, open, open_all, text};
use license_core::key::PublicKey;
use license_core::select::select;
use license_core::series::{Daily, NO_DATA};
use license_core::trust::TrustAnchors;
use license_core::value::DocumentId;
use license_core::verify::{
    Principal, ReportKey, VerifiedLicense, document_id, file_kind, inspect, verify, verify_license,
    verify_usage,
};
use test_vectors::{Asked, Counts, Form, Vector};

#[test]
fn the_core_answers_every_vector() {
    let vectors = test_vectors::committed().unwrap();
    let mut failed = Vec::new();
    for (name, vector) in &vectors {
        if let Err(why) = check(vector) {
            failed.push(format!("{name}: {why}"));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {} vectors failed:\n{}",
        failed.len(),
        vectors.len(),
        failed.join("\n")
    );
}

fn check(vector: &Vector) -> Result<(), String> {
    let anchors = TrustAnchors::new(vector.roots.iter().map(|root| PublicKey::new(*root).unwrap()));
    let answer = match vector.form {
        Form::File => check_file(vector, &vector.bodies[0], &anchors),
        Form::Text => {
            read_text(&vector.bodies[0]).and_then(|bytes| check_file(vector, &bytes, &anchors))
        }
        Form::Codes => {
            read_codes(&vector.bodies[0]).and_then(|bytes| check_file(vector, &bytes, &anchors))
        }
        Form::Pouch => check_pouch(vector, &anchors),
        Form::Report => check_report(vector, &anchors),
        Form::Select => check_select(vector, &anchors),
    };
    let found = match answer {
        Ok(asserted) => {
            asserted?;
            None
        }
        Err(error) => Some((error.code(), error.stage())),
    };
    same("code and stage", &found, &vector.expect.map(|code| (code, code.stage())))
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: found {found:?}, expected {expected:?}"))
    }
}

/// What the core said (outer), and whether the lines agree (inner).
type Answer = Result<Result<(), String>, Error>;

/// Every block is read before any file is verified, and their order before that.
fn check_pouch(vector: &Vector, anchors: &TrustAnchors) -> Answer {
    let opened = open_all(&vector.bodies[0], Strictness::Strict)?;
    let files = opened.into_iter().map(|opened| opened.file).collect::<Result<Vec<_>, _>>()?;
    let one = |file: &Vec<u8>| verify(file, anchors).and_then(|_| Ok(file_kind(file)?.1));
    let found = files.iter().map(one).collect::<Result<Vec<DocumentId>, _>>()?;
    Ok(same("ids", &found, &vector.ids))
}

fn read_text(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    text::read_strict(bytes)?;
    open(bytes, Strictness::Strict).map(Cow::into_owned)
}

/// A line that is no code of ours is passed over.
fn read_codes(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut collector = Collector::default();
    for line in std::str::from_utf8(bytes).unwrap().lines() {
        let _ = collector.add(line);
    }
    collector.file().map(|joined| joined.bytes)
}

fn check_file(vector: &Vector, bytes: &[u8], anchors: &TrustAnchors) -> Answer {
    let file = verify(bytes, anchors)?;
    if let Principal::License(license) = file.principal() {
        if let Some(instance) = &vector.instance {
            license.check_instance(instance.as_ref())?;
        }
        if vector.install {
            license.check_understood()?;
        }
    }
    Ok(assert_file(vector, bytes, file.principal()))
}

fn assert_file(vector: &Vector, bytes: &[u8], principal: &Principal) -> Result<(), String> {
    let (kind, id) = file_kind(bytes).unwrap();
    let kind = kind.name().map_or_else(|| kind.number().to_string(), str::to_owned);
    same("kind", &Some(kind), &vector.kind)?;
    same("id", &Some(id), &vector.id)?;
    same("id", &document_id(last_document(bytes)).ok(), &vector.id)?;
    match (principal, &vector.series, &vector.verdict) {
        (Principal::Usage(usage), Some(series), _) => {
            same("series", &counts_of(usage.daily().unwrap().daily()), series)?;
        }
        (_, Some(_), _) => return Err("series: found no report".to_owned()),
        (Principal::License(license), _, Some(asked)) => check_verdict(license, asked)?,
        (_, _, Some(_)) => return Err("verdict: found no license".to_owned()),
        _ => {}
    }
    vector.payload.as_ref().map_or(Ok(()), |payload| {
        // The signature is a head of 2 bytes and 64 more.
        let document = last_document(bytes);
        let holds = document[..document.len() - 66].ends_with(payload);
        if holds { Ok(()) } else { Err("payload: not that of the last document".to_owned()) }
    })
}

fn last_document(bytes: &[u8]) -> &[u8] {
    let lengths: Vec<usize> = inspect(bytes)
        .map(|documents| documents.iter().map(|document| document.bytes).collect())
        .unwrap();
    &bytes[bytes.len() - lengths.last().unwrap()..]
}

fn counts_of(daily: Daily<'_>) -> Counts {
    Counts {
        first: daily.first(),
        counts: daily.counts().iter().map(|count| (*count != NO_DATA).then_some(*count)).collect(),
    }
}

fn check_report(vector: &Vector, anchors: &TrustAnchors) -> Answer {
    let license = verify_license(&vector.bodies[0], anchors)?;
    let report = verify_usage(&vector.bodies[1], anchors)?;
    let found = counts_of(report.daily().unwrap().daily());
    let (report, key) = report.under(&license)?;
    let key = match key {
        ReportKey::Billed => "billed",
        ReportKey::Further(_) => "further",
        ReportKey::FirstUse(_) => "unnamed",
    };
    let kind = Some("usage".to_owned());
    let series = vector.series.as_ref().map_or(Ok(()), |series| same("series", &found, series));
    Ok(same("id", &Some(report.id()), &vector.id)
        .and(same("kind", &kind, &vector.kind))
        .and(same("report_key", &Some(key.to_owned()), &vector.report_key))
        .and(series))
}

fn check_select(vector: &Vector, anchors: &TrustAnchors) -> Answer {
    let licenses = vector
        .bodies
        .iter()
        .map(|body| verify_license(body, anchors))
        .collect::<Result<Vec<_>, _>>()?;
    let given: Vec<&VerifiedLicense> = licenses.iter().collect();
    let (choice, instance) = (vector.choice.unwrap(), vector.instance.unwrap());
    let selected = select(&given, instance.as_ref(), choice.today).map(|place| place + 1);
    Ok(same("selected", &selected, &choice.selected))
}

fn check_verdict(license: &VerifiedLicense, asked: &Asked) -> Result<(), String> {
    let found = answer::asked(license, asked);
    let pairs = format!("{found:#?}");
    let expected = format!("{:#?}", asked.expected);
    let differ = pairs.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    if found == asked.expected {
        Ok(())
    } else {
        Err(format!("verdict: (found, expected) {differ:?}; found {found:?}"))
    }
}
