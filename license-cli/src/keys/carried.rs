//! A public key as mail, chats and word processors carry it. Its characters are never changed: what
//! stands around its lines is left out, and what is left has one length.

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding};
use license_core::key::PublicKey;

use super::der;
use super::seed::unreadable;
use crate::files;
use crate::layers::{self as text, mail};
use crate::problem::{Failure, Problem};

/// The one public key in a text that lost its form; `None` where there is no BEGIN line of one, or
/// where the text names a private key.
pub(super) fn public(text: &str) -> Option<Result<PublicKey, Failure>> {
    if files::is_private_key(text.as_bytes()) {
        return None;
    }
    let mut texts: Vec<String> = vec![text.to_owned()];
    let bodies = mail::bodies(text).unwrap_or_default();
    texts
        .extend(bodies.iter().map(|body| String::from_utf8_lossy(&text::plain(body)).into_owned()));
    let layers = texts.iter().flat_map(|text| text::layers(text.as_bytes()));
    let layers: Vec<String> = layers.map(|layer| layer.text).collect();
    texts.extend(layers);
    if texts.iter().any(|text| files::is_private_key(text.as_bytes())) {
        let found = "found a private key beside a public one, expected the public one alone";
        return Some(Err(Failure::new(Problem::KeyPrivate, found)
            .hint("have the private key replaced, where it was sent to somebody")));
    }
    let (mut keys, mut wrong): (BTreeSet<[u8; 32]>, _) = (BTreeSet::new(), None);
    for text in &texts {
        let (good, damaged) = all_of(text);
        // Of two keys in one text a damaged one may be the one that is meant.
        if let (false, Some(damaged)) = (good.is_empty(), &damaged) {
            return Some(Err(damaged.clone()));
        }
        keys.extend(good);
        wrong = wrong.or(damaged);
    }
    let first = keys.first().map(|key| PublicKey::new(*key));
    Some(match (keys.len(), first, wrong) {
        (0, _, wrong) => Err(wrong?),
        (1, Some(key), _) => key.map_err(Failure::from),
        (several, _, _) => {
            Err(unreadable(format!("found {several} different keys in a text, expected one"))
                .hint("put each key into a file of its own"))
        }
    })
}

/// The keys in one text, and why one of them cannot be read.
fn all_of(text: &str) -> (BTreeSet<[u8; 32]>, Option<Failure>) {
    let (mut keys, mut wrong) = (BTreeSet::new(), None);
    let (blocks, begun) = blocks(text);
    if blocks.len() < begun {
        wrong = Some(damaged());
    }
    for block in blocks {
        match key(&block) {
            Ok(key) => _ = keys.insert(*key.as_bytes()),
            Err(failure) => wrong = Some(failure),
        }
    }
    (keys, wrong)
}

/// How many keys begin in a text, wherever in a line.
pub(super) fn begun(text: &str) -> usize {
    blocks(text).1
}

/// What stands between a BEGIN line of a public key and the END line behind it, wherever in a line
/// these begin; and how many BEGIN lines there are.
fn blocks(text: &str) -> (Vec<String>, usize) {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).map(as_hyphen).collect();
    let (mut blocks, mut begun) = (Vec::new(), 0);
    for part in text.split("BEGIN PUBLIC KEY").skip(1) {
        let Some(inside) = part.strip_prefix('-') else { continue };
        begun += 1;
        if let Some((inside, _)) = inside.split_once("END PUBLIC KEY-") {
            blocks.push(inside.trim_start_matches('-').to_owned());
        }
    }
    (blocks, begun)
}

/// Dashes that an editor makes of hyphens, and spaces of all kinds.
fn as_hyphen(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{a0}' => ' ',
        c => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The key whose Base64 stands in these lines.
fn key(block: &str) -> Result<PublicKey, Failure> {
    let lines = block.lines().map(|line| {
        line.trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, '>' | '|' | ':' | '*' | '"' | '\'' | ',' | '\\' | '`')
        })
    });
    // The dashes of the END line, behind quote marks or the key.
    let letters = lines.map(|line| line.trim_end_matches('-')).collect::<String>();
    let letters: String = letters.chars().filter(|c| !c.is_whitespace()).collect();
    let der = Base64::decode_vec(&letters).map_err(|_| damaged())?;
    der::public_key(&der)
}

fn damaged() -> Failure {
    unreadable("found a damaged public key, expected its Base64 between BEGIN and END")
        .hint("ask for the .pub file anew, as an attachment")
}
