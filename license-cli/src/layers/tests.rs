//! Every kind of file comes back by every way, and by ways on top of each other nothing else does.

mod mangle;

use std::time::{Duration, Instant};

use license_core::carrier::{text_of, write_all};
use license_core::limits;
use test_vectors::{committed, soak};

use super::is_utf16;
use crate::carry::incoming::{opened, opened_all};
use crate::problem::Problem;
use license_core::Code;
use mangle::{Chance, WAYS};

/// A file of each kind.
fn files() -> Vec<(String, Vec<u8>)> {
    let wanted = [
        "ok-license-every-claim",
        "ok-license-bare",
        "ok-issuer-every-claim",
        "ok-request-every-claim",
        "ok-report-bound",
        "ok-receipt-billed",
    ];
    let vectors = committed().unwrap().into_iter();
    let named = vectors.filter(|(name, _)| {
        wanted.iter().any(|wanted| name.trim_end_matches(".txt").ends_with(wanted))
    });
    let files: Vec<(String, Vec<u8>)> =
        named.map(|(name, vector)| (name.to_string(), vector.bodies[0].clone())).collect();
    assert_eq!(files.len(), wanted.len());
    files
}

#[test]
fn every_kind_comes_back_by_every_way() {
    for (name, file) in files() {
        let text = text_of(&file).unwrap();
        for (way, change) in WAYS {
            let found = opened(&change(&text));
            assert_eq!(found.as_deref().ok(), Some(file.as_slice()), "{name}, {way}: {found:?}");
        }
    }
}

#[test]
fn a_pouch_comes_back_by_every_way() {
    let mut files: Vec<Vec<u8>> = files().into_iter().map(|(_, file)| file).collect();
    let pouch = write_all(files.iter().map(Vec::as_slice)).unwrap();
    files.sort();
    for (way, change) in WAYS {
        let mut found =
            opened_all(&change(&pouch)).unwrap_or_else(|wrong| panic!("{way}: {wrong}"));
        found.sort();
        assert_eq!(found, files, "{way}");
    }
}

/// A whole run has 100,000 (`scripts/soak manglings`); without being told, a hundredth.
#[test]
fn manglings_give_the_file_or_a_refusal() {
    let files = files();
    let texts: Vec<String> = files.iter().map(|(_, file)| text_of(file).unwrap()).collect();
    let (rounds, mut chance) = (soak::rounds(100_000), Chance(soak::state(15)));
    let (mut read, mut longest) = (0, Duration::ZERO);
    for round in 0..rounds {
        let at = chance.below(files.len());
        let mut text = texts[at].clone();
        for _ in 0..=chance.below(5) {
            text = mangle::change(&text, &mut chance);
        }
        let bytes = mangle::bytes(&text, &mut chance);
        let started = Instant::now();
        let (one, all) = (opened(&bytes), opened_all(&bytes));
        longest = longest.max(started.elapsed());
        let context = || format!("round {round}: {}", String::from_utf8_lossy(&bytes));
        if let Ok(found) = &one {
            // What is no text is taken as the bytes of a file, which its signature is then asked of.
            assert!(*found == files[at].1 || found.as_slice() == bytes, "{}", context());
            assert!(found.as_slice() != bytes || !is_utf16(&bytes), "{}", context());
        }
        if let Ok(found) = &all {
            let own = |file: &Vec<u8>| *file == files[at].1 || *file == bytes;
            assert!(found.iter().all(own), "{}", context());
        }
        read += usize::from(one.is_ok_and(|found| found == files[at].1));
    }
    eprintln!(
        "{rounds} manglings: {read} read, {} refused, none another; longest {longest:?}",
        rounds - read
    );
    assert!(read * 10 > rounds, "{read} of {rounds} were read: the changes spoil too much");
}

/// A file beside another, under whatever was made of one of them, is never chosen by chance.
#[test]
fn two_files_are_several_by_every_way() {
    let files = files();
    let texts: Vec<String> = files.iter().map(|(_, file)| text_of(file).unwrap()).collect();
    let both = texts[0].clone() + &texts[1];
    for (way, change) in WAYS {
        let wrong = opened(&change(&both)).unwrap_err();
        assert_eq!(wrong.problem, Problem::Core(Code::TextSeveral), "{way}: {wrong}");
    }
}

#[test]
fn an_odd_line_is_named_by_every_way_that_keeps_lines() {
    let text = text_of(&files()[0].1).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(7, "CONFIDENTIAL - Page 2 of 3");
    let with = lines.join("\n") + "\n";
    let keeps_lines = |(way, _): &&mangle::Way| *way != "plus signs alone";
    for (way, change) in WAYS.iter().filter(keeps_lines) {
        let wrong = opened(&change(&with)).unwrap_err();
        assert!(wrong.message.contains("does not belong between the tokens"), "{way}: {wrong}");
        assert!(wrong.message.contains("CONFIDENTIAL"), "{way}: {wrong}");
        let hint = wrong.hint.unwrap();
        assert!(hint.contains("delete line "), "{way}: {hint}");
    }
    let page = WAYS.iter().find(|(way, _)| *way == "a page with breaks").unwrap().1;
    let hint = opened(&page(&with)).unwrap_err().hint.unwrap();
    assert!(hint.starts_with("this is HTML: open it in a browser, select all, copy"), "{hint}");
}

#[test]
fn hostile_texts_are_bounded() {
    let begin = "-----BEGIN AIRLOCK LICENSE-----\n";
    for inside in [
        "<",
        "<a",
        "<a>",
        "<!--",
        "<script>",
        "<p>",
        "&",
        "&#45;",
        "&lt;",
        "\\",
        "\\n",
        "\\u0041",
        "%41",
        "%25",
        "=3D",
        "=\n",
        "LS0tLS1CRUdJTi",
        "\",\"",
        "+",
        "|",
        "> ",
        "Content-Transfer-Encoding: base64\n\nZm9v\n--\n",
        "Content-Transfer-Encoding: quoted-printable\n\n=00\n",
    ] {
        let fill = inside.repeat((limits::TEXT_BYTES - 100) / inside.len());
        for text in [fill.clone(), format!("{begin}{fill}\n-----END AIRLOCK LICENSE-----\n")] {
            let started = Instant::now();
            assert!(opened(text.as_bytes()).is_err(), "{inside}");
            let took = started.elapsed();
            assert!(took < Duration::from_secs(30), "{inside}: {took:?}");
        }
    }
}
