//! Texts with the blocks of several files: section 9.

use license_core::Code;
use license_core::carrier::text_of;
use license_core::value::DocumentId;
use test_vectors::Form;

use super::{Case, with_license};
use crate::bytes::Document;
use crate::documents::{ISSUER, REQUEST, USAGE, bare, bound, file, issuer, own, request, usage};
use crate::keys::ROOT_B;

/// The most blocks of a pouch (section 11).
const BLOCKS: usize = 1_024;

pub(super) fn cases() -> Vec<Case> {
    let [one, other] = sorted([vec![own(REQUEST, request().item())], with_license(&bare())]);
    let (first, second) = (block(&one), block(&other));
    let text = [first.clone(), second.clone()].concat();
    let mut cases = vec![
        taken("two", "a request and a license", text.as_bytes(), &[&one, &other]),
        taken(
            "crlf",
            "CRLF at the end of every line",
            text.replace('\n', "\r\n").as_bytes(),
            &[&one, &other],
        ),
        refused(
            "order",
            Code::TextNotCanonical,
            "two blocks by falling SHA-256",
            &[&second, &first],
        ),
        refused(
            "twice",
            Code::TextNotCanonical,
            "a block that stands there twice",
            &[&first, &first],
        ),
        refused(
            "between",
            Code::TextNotCanonical,
            "an empty line between two blocks",
            &[&first, "\n", &second],
        ),
        refused("before", Code::TextMissing, "an empty line before the blocks", &["\n", &text]),
        refused("after", Code::TextNotCanonical, "an empty line behind the blocks", &[&text, "\n"]),
        refused(
            "cut",
            Code::TextIncomplete,
            "the first block without its END line",
            &[first.split_once("-----END").map_or("", |(start, _)| start), &second],
        ),
        refused(
            "word",
            Code::TextWrongKind,
            "two blocks of a file whose word is not its kind's",
            &[&text.replace("REQUEST", "USAGE")],
        ),
    ];
    cases.extend([damaged(&one, &other), not_signed(&one), three(), many()].into_iter().flatten());
    cases
}

/// The documents of two files, by the rising SHA-256 of their bytes.
fn sorted<const N: usize>(mut files: [Vec<Document>; N]) -> [Vec<Document>; N] {
    files.sort_by_key(|documents| license_core::key::sha256(&file(documents)));
    files
}

fn block(documents: &[Document]) -> String {
    #[allow(clippy::expect_used, reason = "a file of this program's own")]
    text_of(&file(documents)).expect("a file")
}

fn taken(name: &str, what: &str, text: &[u8], files: &[&[Document]]) -> Case {
    let last = |documents: &&[Document]| documents.last().map(|last| DocumentId(last.id()));
    Case::new(
        format!("ok-pouch-{name}"),
        Form::Pouch,
        None,
        format!("section 9: {what}"),
        vec![text.to_vec()],
    )
    .edit(|vector| vector.ids = files.iter().filter_map(last).collect())
}

fn refused(name: &str, code: Code, what: &str, parts: &[&str]) -> Case {
    Case::new(
        format!("{}-pouch-{name}", code.stage().name()),
        Form::Pouch,
        Some(code),
        format!("section 9: {what}"),
        vec![parts.concat().into_bytes()],
    )
}

/// A block at fault is named before the order of the blocks, and before any signature.
fn damaged(one: &[Document], other: &[Document]) -> Vec<Case> {
    let (first, second) = (block(one), block(other));
    // A token's last character is of its check; every first token here is a whole one.
    let swapped = |text: &str| {
        let (begin, rest) = text.split_once('\n').unwrap_or_default();
        let (token, rest) = rest.split_at_checked(52).unwrap_or_default();
        let last = if token.ends_with('A') { 'B' } else { 'A' };
        format!("{begin}\n{}{last}{rest}", token.get(..51).unwrap_or_default())
    };
    vec![
        refused(
            "damaged",
            Code::TextDamaged,
            "a damaged second block",
            &[&first, &swapped(&second)],
        ),
        refused(
            "damaged-before-order",
            Code::TextDamaged,
            "two blocks by falling SHA-256, the second of them damaged",
            &[&second, &swapped(&first)],
        ),
    ]
}

fn not_signed(one: &[Document]) -> Vec<Case> {
    let strange = vec![Document::of(&ROOT_B.pair(), ISSUER, issuer().item())];
    let files = sorted([one.to_vec(), strange]);
    let text: String = files.iter().map(|documents| block(documents)).collect();
    vec![
        refused(
            "unknown-key",
            Code::UnknownKey,
            "one of two files is of a stranger's root",
            &[&text],
        ),
        refused(
            "order-before-key",
            Code::TextNotCanonical,
            "the same two files by falling SHA-256: the text comes before what it holds",
            &[&files.iter().rev().map(|documents| block(documents)).collect::<String>()],
        ),
    ]
}

fn three() -> Vec<Case> {
    let files = sorted([
        vec![own(REQUEST, request().item())],
        vec![own(USAGE, usage().item())],
        with_license(&bound()),
    ]);
    let text: String = files.iter().map(|documents| block(documents)).collect();
    let all: Vec<&[Document]> = files.iter().map(Vec::as_slice).collect();
    vec![taken("three", "a request, a report and a license", text.as_bytes(), &all)]
}

/// Blocks of nothing but their BEGIN lines, which are counted before any is read.
fn many() -> Vec<Case> {
    let blocks = |count: usize| "-----BEGIN AIRLOCK \n".repeat(count);
    vec![
        refused(
            "blocks-1024",
            Code::TextNotCanonical,
            "1,024 blocks, the most, and the first has another BEGIN line",
            &[&blocks(BLOCKS)],
        ),
        refused("blocks-1025", Code::TooLarge, "1,025 such blocks", &[&blocks(BLOCKS + 1)]),
    ]
}
