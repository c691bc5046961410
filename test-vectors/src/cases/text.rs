//! The text form, for a strict reader: section 9.

use license_core::Code;
use license_core::key::sha256;
use license_core::value::DocumentId;
use test_vectors::Form;

use super::{Case, with_license};
use crate::bytes::Document;
use crate::documents::{
    REQUEST, USAGE, bound, file, issuer, issuer_document, license, own, receipt, receipt_document,
    request, usage,
};
use crate::keys::DESK;

/// Returns the bytes in Base32 (RFC 4648 section 6), without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    let bits: Vec<u8> =
        bytes.iter().flat_map(|byte| (0..8).rev().map(move |place| byte >> place & 1)).collect();
    let number = |five: &[u8]| {
        five.iter().fold(0, |number, bit| number << 1 | usize::from(*bit)) << (5 - five.len())
    };
    bits.chunks(5)
        .filter_map(|five| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".get(number(five)).copied())
        .map(char::from)
        .collect()
}

/// Returns a token: the group and its four characters of check.
fn token(number: u32, group: &str) -> String {
    let hash = sha256(&[&number.to_be_bytes(), group.as_bytes()].concat());
    group.chars().chain(base32(&hash).chars().take(4)).collect()
}

/// Returns the tokens of a file.
fn tokens(bytes: &[u8]) -> Vec<String> {
    let symbols: Vec<char> = base32(bytes).chars().collect();
    let groups = symbols.chunks(48).map(|group| group.iter().collect::<String>());
    (1..).zip(groups).map(|(number, group)| token(number, &group)).collect()
}

/// Returns the text of these tokens.
fn wrapped(word: &str, tokens: &[String]) -> String {
    let lines: String = tokens.iter().map(|token| format!("{token}\n")).collect();
    format!("-----BEGIN AIRLOCK {word}-----\n{lines}-----END AIRLOCK {word}-----\n")
}

fn refused(name: &str, code: Code, what: &str, text: &str) -> Case {
    Case::new(
        format!("text-{name}"),
        Form::Text,
        Some(code),
        format!("section 9: {what}"),
        vec![text.as_bytes().to_vec()],
    )
}

fn taken(
    name: &str,
    kind: &str,
    what: &str,
    documents: &[Document],
    change: impl Fn(String) -> String,
) -> Case {
    let word =
        if kind.starts_with(char::is_numeric) { "RIDERS".to_owned() } else { kind.to_uppercase() };
    let text = change(wrapped(&word, &tokens(&file(documents))));
    Case::new(
        format!("ok-text-{name}"),
        Form::Text,
        None,
        format!("section 9: {what}"),
        vec![text.into_bytes()],
    )
    .edit(|vector| {
        vector.kind = Some(kind.to_owned());
        vector.id = documents.last().map(|document| DocumentId(document.id()));
    })
}

pub(super) fn cases() -> Vec<Case> {
    [good(), bad(), other_forms(), within()].into_iter().flatten().collect()
}

fn good() -> Vec<Case> {
    let requested = own(REQUEST, request().item());
    let same = |text: String| text;
    // A file whose length is a multiple of 30 ends with a whole token.
    let whole = (1..30)
        .map(|n| own(REQUEST, request().with(4, crate::bytes::text(&"x".repeat(30 + n))).item()))
        .find(|document| document.bytes().len() % 30 == 0);
    vec![
        taken("license", "license", "a license", &with_license(&license()), same),
        taken("license-bound", "license", "a bound license", &with_license(&bound()), same),
        taken(
            "crlf",
            "license",
            "CRLF at the end of every line",
            &with_license(&license()),
            |text| text.replace('\n', "\r\n"),
        ),
        taken("request", "request", "a request", std::slice::from_ref(&requested), same),
        taken(
            "request-whole-tokens",
            "request",
            "a file whose last token is whole",
            whole.as_slice(),
            same,
        ),
        taken("usage", "usage", "a usage report", &[own(USAGE, usage().item())], same),
        taken("riders", "65009", "a file that ends with a kind without a name", &riders(), same),
        taken(
            "receipt",
            "receipt",
            "a file that ends with a receipt",
            &[issuer_document(&issuer()), receipt_document(&receipt())],
            same,
        ),
        taken(
            "issuer",
            "issuer",
            "a file of an issuer document alone",
            &[issuer_document(&issuer())],
            same,
        ),
    ]
}

/// Returns a file that ends with a rider of a kind without a name.
fn riders() -> [Document; 2] {
    [issuer_document(&issuer()), Document::of(&DESK.pair(), 65_009, vec![])]
}

/// Returns another form of the first token's line.
fn first_token(tokens: &[String], change: &dyn Fn(&str) -> String) -> String {
    let mut changed = tokens.to_vec();
    if let Some(first) = changed.first_mut() {
        *first = change(first);
    }
    wrapped("LICENSE", &changed)
}

/// What is not the one form of a text, though a repairing reader may know what was meant.
fn other_forms() -> Vec<Case> {
    let tokens = tokens(&file(&with_license(&license())));
    let form = |name: &str, what: &str, change: &dyn Fn(&str) -> String| {
        refused(name, Code::TextNotCanonical, what, &first_token(&tokens, change))
    };
    let joined = |tokens: &[String]| {
        if let [first, second, rest @ ..] = tokens {
            [&[format!("{first}{second}")], rest].concat()
        } else {
            vec![]
        }
    };
    let empty_line = [tokens.clone(), vec![String::new()]].concat();
    vec![
        form("lower-case", "a token in lower case", &str::to_lowercase),
        form("space-at-end", "a space after a token", &|token| format!("{token} ")),
        form("tab-before", "a tab before a token", &|token| format!("\t{token}")),
        form("quoted", "a token quoted as in a mail", &|token| format!("> {token}")),
        form("padding", "a padding character after a token", &|token| format!("{token}=")),
        form("digit-outside", "the digit 8, which Base32 does not have", &|token| {
            format!("8{}", token.get(1..).unwrap_or_default())
        }),
        form("character-missing", "a token of 51 characters", &|token| {
            token.get(1..).unwrap_or_default().to_owned()
        }),
        form("character-too-many", "a token of 53 characters", &|token| format!("A{token}")),
        form("wrapped", "a token on two lines", &|token| {
            format!(
                "{}\n{}",
                token.get(..20).unwrap_or_default(),
                token.get(20..).unwrap_or_default()
            )
        }),
        refused(
            "joined",
            Code::TextNotCanonical,
            "two tokens on one line",
            &wrapped("LICENSE", &joined(&tokens)),
        ),
        refused(
            "empty-line",
            Code::TextNotCanonical,
            "an empty line before the END line",
            &wrapped("LICENSE", &empty_line),
        ),
    ]
}

/// What a text holds: V1 to V4 come before the word, and the word before V5.
fn within() -> Vec<Case> {
    let bytes = file(&with_license(&license()));
    let text = |word: &str, documents: &[Document]| wrapped(word, &tokens(&file(documents)));
    let unknown = Document {
        protected: crate::bytes::protected(&[9; 8], crate::documents::LICENSE),
        ..crate::documents::license_document(&license())
    };
    let inside = |name: &str, code: Code, what: &str, text: &str| {
        let case = refused(name, code, what, text);
        Case { name: name.to_owned(), ..case }
    };
    let mut short = tokens(&bytes);
    short.pop();
    let end_of_request =
        wrapped("LICENSE", &tokens(&bytes)).replace("END AIRLOCK LICENSE", "END AIRLOCK REQUEST");
    vec![
        refused(
            "other-end-word",
            Code::TextIncomplete,
            "no END line of the same word",
            &end_of_request,
        ),
        refused(
            "other-word-unknown-key",
            Code::TextWrongKind,
            "a license of an unknown key between the lines of a request: the word comes before V5",
            &text("REQUEST", &[unknown]),
        ),
        refused(
            "other-word-riders",
            Code::TextWrongKind,
            "the word of the first document, not of the last",
            &text("ISSUER", &riders()),
        ),
        refused(
            "other-word-unknown",
            Code::TextWrongKind,
            "a word that is no kind's",
            &text("LICENCE", &with_license(&license())),
        ),
        inside(
            "envelope-text-tokens-missing",
            Code::Truncated,
            "tokens missing at the end are seen in the file within",
            &wrapped("LICENSE", &short),
        ),
        inside(
            "envelope-text-other-word",
            Code::Truncated,
            "V1 to V4 come before the word",
            &wrapped("REQUEST", &short),
        ),
    ]
}

fn bad() -> Vec<Case> {
    use Code::{TextDamaged, TextIncomplete, TextMissing, TextNotCanonical, TextWrongKind};
    let bytes = file(&with_license(&license()));
    let tokens = tokens(&bytes);
    let text = wrapped("LICENSE", &tokens);
    let end = "-----END AIRLOCK LICENSE-----\n";
    let with = |change: &dyn Fn(&mut Vec<String>)| {
        let mut changed = tokens.clone();
        change(&mut changed);
        wrapped("LICENSE", &changed)
    };
    let altered = |at: usize, place: usize| {
        with(&|tokens| {
            if let Some(token) = tokens.get_mut(at) {
                *token = other_symbol(token, place);
            }
        })
    };
    let last = tokens.len() - 1;
    let mut foreign = with_license(&license());
    if let Some(license) = foreign.last_mut() {
        license.signature = vec![0; 64];
    }
    vec![
        refused("empty", TextMissing, "no text", ""),
        refused("prose", TextMissing, "no BEGIN line", "Dear Ida,\n"),
        refused(
            "text-before",
            TextMissing,
            "a line before the BEGIN line",
            &format!("Hello\n{text}"),
        ),
        refused("space-before", TextMissing, "a space before the BEGIN line", &format!(" {text}")),
        refused(
            "line-before",
            TextMissing,
            "an empty line before the BEGIN line",
            &format!("\n{text}"),
        ),
        refused(
            "byte-order-mark",
            TextMissing,
            "a byte order mark before the BEGIN line",
            &format!("\u{feff}{text}"),
        ),
        refused(
            "pem",
            TextMissing,
            "another kind of PEM block",
            &text.replace("AIRLOCK LICENSE", "CERTIFICATE"),
        ),
        refused("binary", TextMissing, "a file where a text belongs", "\u{12}"),
        refused(
            "no-end",
            TextIncomplete,
            "no END line",
            text.strip_suffix(end).unwrap_or_default(),
        ),
        refused(
            "cut-in-token",
            TextIncomplete,
            "the text ends within a token",
            text.get(..200).unwrap_or_default(),
        ),
        refused(
            "begin-only",
            TextIncomplete,
            "a BEGIN line and no more",
            "-----BEGIN AIRLOCK LICENSE-----\n",
        ),
        refused(
            "no-tokens",
            TextIncomplete,
            "BEGIN and END lines without tokens",
            &wrapped("LICENSE", &[]),
        ),
        refused(
            "data-altered",
            TextDamaged,
            "a character of data altered in the first token",
            &altered(0, 10),
        ),
        refused(
            "data-altered-middle",
            TextDamaged,
            "a character of data altered in the third token",
            &altered(2, 47),
        ),
        refused(
            "data-altered-last",
            TextDamaged,
            "a character of data altered in the last token",
            &altered(last, 0),
        ),
        refused("check-altered", TextDamaged, "a character of check altered", &altered(1, 51)),
        refused(
            "check-altered-last",
            TextDamaged,
            "the last character of check altered",
            &altered(last, tokens.last().map_or(0, String::len) - 1),
        ),
        refused(
            "tokens-swapped",
            TextDamaged,
            "two tokens swapped",
            &with(&|tokens| tokens.swap(1, 2)),
        ),
        refused(
            "token-twice",
            TextDamaged,
            "a token twice",
            &with(&|tokens| tokens.insert(1, tokens.first().cloned().unwrap_or_default())),
        ),
        refused(
            "token-missing",
            TextDamaged,
            "a token left out",
            &with(&|tokens| drop(tokens.remove(1))),
        ),
        refused(
            "counted-from-0",
            TextDamaged,
            "tokens counted from 0",
            &with(&|tokens| {
                tokens
                    .iter_mut()
                    .zip(0..)
                    .for_each(|(token_text, number)| *token_text = token(number, data(token_text)));
            }),
        ),
        refused(
            "unused-bits",
            TextNotCanonical,
            "unused bits that are set, their check right",
            &with(&|tokens| set_unused_bits(tokens)),
        ),
        refused(
            "text-after",
            TextNotCanonical,
            "a line after the END line",
            &format!("{text}Regards\n"),
        ),
        refused(
            "line-after",
            TextNotCanonical,
            "an empty line after the END line",
            &format!("{text}\n"),
        ),
        refused(
            "no-last-line-feed",
            TextNotCanonical,
            "the END line does not end with LF",
            text.trim_end(),
        ),
        refused(
            "mixed-line-ends",
            TextNotCanonical,
            "CRLF at the end of the first line only",
            &text.replacen('\n', "\r\n", 1),
        ),
        refused(
            "mixed-line-ends-last",
            TextNotCanonical,
            "LF at the end of the last line, CRLF before",
            &format!("{}\n", text.trim_end().replace('\n', "\r\n")),
        ),
        refused("twice", TextNotCanonical, "the text twice", &text.repeat(2)),
        refused(
            "other-word",
            TextWrongKind,
            "a license between the lines of a request",
            &wrapped("REQUEST", &tokens),
        ),
        refused(
            "other-word-request",
            TextWrongKind,
            "a request between the lines of a license",
            &wrapped("LICENSE", &self::tokens(&file(&[own(REQUEST, request().item())]))),
        ),
        refused(
            "signature",
            Code::BadSignature,
            "V6 a good text of a file whose signature does not hold",
            &wrapped("LICENSE", &self::tokens(&file(&foreign))),
        ),
    ]
    .into_iter()
    .map(|case| {
        if case.name == "text-signature" {
            Case { name: "signature-in-text".to_owned(), ..case }
        } else {
            case
        }
    })
    .collect()
}

/// Returns the token with another symbol in one place.
fn other_symbol(token: &str, place: usize) -> String {
    token
        .chars()
        .enumerate()
        .map(|(at, symbol)| {
            if at != place {
                symbol
            } else if symbol == 'A' {
                'B'
            } else {
                'A'
            }
        })
        .collect()
}

/// Returns a token's group.
fn data(token: &str) -> &str {
    token.get(..token.len().saturating_sub(4)).unwrap_or_default()
}

/// Sets the lowest bit of the last symbol; the file's length leaves bits unused there.
fn set_unused_bits(tokens: &mut [String]) {
    let number = u32::try_from(tokens.len()).unwrap_or_default();
    let Some(last) = tokens.last_mut() else { return };
    let symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut group = data(last).to_owned();
    let place = group.pop().and_then(|symbol| symbols.find(symbol)).unwrap_or_default();
    group.extend(symbols.chars().nth(place | 1));
    *last = token(number, &group);
}
