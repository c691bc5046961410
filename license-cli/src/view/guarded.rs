//! What became of a file at a gateway. Whoever reads the answer has read the file.

use license_core::document::Kind;
use license_core::guard::{Passed, Refusal, Signed};
use license_core::key::sha256;
use license_core::verify::Inspected;
use license_core::{Code, Stage};
use serde_json::{Value, json};

use crate::carry::gate::{Given, Held, Outcome, Refused, ascii, signed_name};
use crate::files;
use crate::plural::counted;
use crate::problem::{Exit, Failure};
use crate::view::answer::{AfterPrinting, Answer, put};
use crate::view::document;
use crate::view::guard_closing::{closing, goes_to};

/// The answer. A file that passes is put in place once the answer was printed.
pub(crate) fn answer(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Passed(held) => passed(*held),
        Outcome::Refused(found) => refused(&found),
    }
}

fn passed(held: Held) -> Answer {
    let answer = Answer::yes(passed_text(&held), passed_json(&held));
    let (answer, end) = (answer.wrote(&[&held.out]), goes_to(&held));
    Answer { after_printing: Some(AfterPrinting::new(held.place()).then(end)), ..answer }
}

fn passed_json(held: &Held) -> Value {
    let passed = &held.passed;
    let documents = passed.files.iter().flat_map(|file| &file.documents);
    let mut json = json!({
        "format": 1,
        "passed": true,
        "path": held.out.to_string_lossy(),
        "bytes": passed.clean.len(),
        "sha256": hex::encode(sha256(&passed.clean)),
        "documents": documents.map(document_json).collect::<Vec<_>>(),
        "log": held.log,
    });
    if let [only] = passed.files.as_slice() {
        put(&mut json, "kind", only.kind.to_string());
        put(&mut json, "id", only.id.to_string());
        put(&mut json, "signed", signed_name(only.signed));
    } else {
        put(&mut json, "files", passed.files.iter().map(file_json).collect::<Vec<_>>());
    }
    json
}

/// A file of a pouch; what it says stands among the documents.
fn file_json(file: &Passed) -> Value {
    json!({
        "kind": file.kind.to_string(),
        "id": file.id.to_string(),
        "bytes": file.file.len(),
        "signed": signed_name(file.signed),
        "documents": file.documents.len(),
    })
}

/// All that passes, in words and exactly.
fn passed_text(held: &Held) -> String {
    let body = match held.passed.files.as_slice() {
        [only] => one_text(only, held),
        several => pouch_text(several, held),
    };
    format!("PASSED: {body}\nlog {}\n{}", ascii(&held.log), closing(held))
}

fn one_text(file: &Passed, held: &Held) -> String {
    let kept = kept_text(held);
    let (hash, goes) = kept.split_once('\n').unwrap_or((&kept, ""));
    format!("{}{hash}\n{}{goes}{}", head(file, held), binary_hash(file), content(file))
}

/// A pouch: what goes out as a whole, then each of its files.
fn pouch_text(files: &[Passed], held: &Held) -> String {
    let numbered = files.iter().enumerate();
    let each: String = numbered
        .map(|(index, file)| {
            let hash = binary_hash(file);
            format!("\nfile {}: {}{hash}{}", index + 1, head(file, held), content(file))
        })
        .collect();
    let several = counted(files.len(), "file");
    format!("a pouch of {several}, each for itself\n{}{each}", kept_text(held))
}

/// What a file is, and by whom it is signed.
fn head(file: &Passed, held: &Held) -> String {
    let (kind, id, bytes) = (file.kind, file.id, counted(file.file.len(), "byte"));
    let signed = signed_words(file.signed);
    let misplaced = misplaced(file.signed, held.given);
    format!("{kind} {id}, {bytes} in binary form\n  signed    {signed}{misplaced}\n")
}

/// The hash of all, and where it goes to.
fn kept_text(held: &Held) -> String {
    let clean = &held.passed.clean;
    format!(
        "  sha256    {} (of what came in, and of what goes out)\n  \
         goes to   {}, written anew: {}\n",
        hex::encode(sha256(clean)),
        files::shown(&held.out),
        counted(clean.len(), "byte")
    )
}

fn content(file: &Passed) -> String {
    file.documents.iter().map(document_text).collect()
}

/// The hash that `show` prints of a file that came as text.
fn binary_hash(passed: &Passed) -> String {
    if passed.clean == passed.file {
        return String::new();
    }
    format!("  sha256    {} (of the binary form)\n", hex::encode(sha256(&passed.file)))
}

fn signed_words(signed: Signed) -> &'static str {
    match signed {
        Signed::Trusted => "under a root given with --trust, or by a key given with --signer",
        Signed::BySelf => {
            "by the key that it contains, which may be anybody's: none was given with --signer"
        }
        Signed::Unchecked => {
            "NOT CHECKED: no key was given with --trust, so its signatures may be any bytes"
        }
    }
}

/// That keys were given which do not check such a file, where they were.
fn misplaced(signed: Signed, given: Given) -> &'static str {
    match signed {
        Signed::BySelf if given.roots => {
            " (--trust is for licenses and issuer documents: give the instance's key with --signer)"
        }
        Signed::Unchecked if given.signers => {
            " (--signer is for requests and usage reports: give the vendor's root with --trust)"
        }
        Signed::BySelf | Signed::Unchecked | Signed::Trusted => "",
    }
}

/// What a document says: in words, and then exactly, as ASCII from which every byte of it follows.
fn document_text(part: &Inspected) -> String {
    let json = document_json(part);
    let odd: String = odd_texts(&json)
        .iter()
        .map(|text| format!("  look closely  {}\n", ascii(&(*text).into())))
        .collect();
    format!("{}{odd}  exactly  {}\n", document::text(part), ascii(&json))
}

fn document_json(part: &Inspected) -> Value {
    let mut json = document::json(part);
    put(&mut json, "signature", hex::encode(part.signature));
    json
}

/// The texts that may look like others: with characters beyond ASCII, or spaces that do not stand
/// singly between words.
#[allow(clippy::wildcard_enum_match_arm, reason = "JSON is not ours")]
fn odd_texts(json: &Value) -> Vec<&str> {
    match json {
        Value::String(text) if !is_plain(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(odd_texts).collect(),
        Value::Object(members) => members.values().flat_map(odd_texts).collect(),
        _ => Vec::new(),
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        && text.trim() == text
        && !text.contains("  ")
}

fn refused(Refused { refusal, message, advice, log }: &Refused) -> Answer {
    let hint = advice.clone().or_else(|| hint(refusal));
    let line = hint.as_ref().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    let text = format!("REFUSED: {message} [{}]\n{line}log {}\n", refusal.code(), ascii(log));
    let error = json!({ "code": refusal.code(), "message": message, "hint": hint });
    let json = json!({ "format": 1, "passed": false, "error": error, "log": log });
    Answer::yes(text, json).with_exit(Exit::Refused)
}

fn hint(refusal: &Refusal) -> Option<String> {
    let hint = match refusal {
        Refusal::Kind { found, .. } if found.name().is_some() => {
            return Some(allowing(*found));
        }
        Refusal::Kind { .. } | Refusal::Unknown { .. } => {
            "install a newer version of airlock at this gateway; it may know it"
        }
        Refusal::Block { refusal, .. } => return hint(refusal),
        Refusal::Stranger { .. } => {
            "compare the key with the sender's by phone; if it is theirs, give their .pub file \
             with `--signer`"
        }
        Refusal::Invalid(error) if error.stage() == Stage::Text => {
            "text passes only byte for byte as Airlock writes it: \
             `airlock text FILE --out NEW` on the sender's side"
        }
        Refusal::Invalid(error) if error.code() == Code::UnknownKey => {
            "the key id is the start of the root's fingerprint: `airlock key show root.pub` shows \
             it; compare it with the vendor's by phone, then give that root with `--trust`"
        }
        Refusal::Invalid(error) => return Failure::from(error.clone()).hint,
    };
    Some(hint.to_owned())
}

/// How a file of this kind may pass. What a root signs is checked where the root is given alone.
fn allowing(kind: Kind) -> String {
    if kind.is_self_signed() {
        return format!("if it may pass here, `--allow {kind}` says so");
    }
    format!(
        "if it may pass here: `--allow {kind} --trust root.pub`; without --trust its signatures \
         are not checked"
    )
}
