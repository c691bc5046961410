//! Every code and every label of the specification has its vector.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

use std::collections::BTreeSet;

use license_core::Code;

/// Codes that no vector expects, and why.
const WITHOUT: [(Code, &str); 1] =
    [(Code::FactMissing, "no file is refused with it: a verdict's `undecided` line shows it")];

#[test]
fn every_code_is_expected_by_a_vector() {
    let vectors = test_vectors::committed().unwrap();
    let expected: BTreeSet<Code> = vectors.iter().filter_map(|(_, vector)| vector.expect).collect();
    for code in Code::ALL {
        let excused = WITHOUT.iter().any(|(without, _)| without == code);
        assert_eq!(expected.contains(code), !excused, "{code}");
    }
    assert!(vectors.iter().any(|(_, vector)| {
        vector.verdict.as_ref().is_some_and(|asked| !asked.expected.undecided.is_empty())
    }));
}

#[test]
fn every_label_of_the_specification_is_named() {
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/SPEC.md")).unwrap();
    let vectors = test_vectors::committed().unwrap();
    let comments: Vec<&String> = vectors.iter().flat_map(|(_, vector)| &vector.comment).collect();
    let words: BTreeSet<&str> =
        comments.iter().flat_map(|comment| comment.split(|c: char| !c.is_alphanumeric())).collect();
    let labels = labels(&text);
    for label in &labels {
        assert!(words.contains(label.as_str()), "{label}: no vector names it");
    }
    assert_eq!(labels.len(), 14 + 5 + 6 + 4, "{labels:?}");
}

/// Returns the labels that list items begin with: `- **V1 Size.**`, `- E1.`
fn labels(text: &str) -> BTreeSet<String> {
    let items = text.lines().filter_map(|line| line.strip_prefix("- "));
    let first = items.filter_map(|item| item.trim_start_matches("**").split([' ', '.']).next());
    let is_label = |word: &&str| {
        let mut characters = word.chars();
        characters.next().is_some_and(|letter| "VERA".contains(letter))
            && word.len() > 1
            && characters.all(|c| c.is_ascii_digit())
    };
    first.filter(is_label).map(str::to_owned).collect()
}

#[test]
fn every_step_from_v1_on_has_a_vector_that_is_refused_or_asks() {
    let vectors = test_vectors::committed().unwrap();
    let stages: BTreeSet<&str> = vectors
        .iter()
        .filter_map(|(_, vector)| vector.expect)
        .map(|code| code.stage().name())
        .collect();
    for stage in [
        "text",
        "size",
        "envelope",
        "header",
        "file",
        "key",
        "signature",
        "payload",
        "kind",
        "limits",
        "instance",
    ] {
        assert!(stages.contains(stage), "{stage}");
        let prefix = format!("{stage}-");
        let misnamed = vectors.iter().find(|(name, vector)| {
            name.starts_with(&prefix)
                && vector.expect.is_none_or(|code| code.stage().name() != stage)
        });
        assert!(misnamed.is_none(), "{}: named by another stage than its own", misnamed.unwrap().0);
    }
}
