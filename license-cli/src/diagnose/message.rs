//! Messages of ours in a text that somebody pasted.

use crate::problem::{self, Entry};

/// Codes that one text may name; more is a page of them.
const CODES: usize = 16;
/// Bytes of a text that is looked at: what is pasted is short.
const TEXT_BYTES: usize = 1 << 20;

/// The codes that the text names as our messages do: in brackets at the end of a line that says
/// `error:`, `REFUSED:` or goes on from one, or as `code` in JSON. Each once, in their order.
pub(super) fn codes(bytes: &[u8]) -> Vec<Entry> {
    let text = String::from_utf8_lossy(bytes.get(..TEXT_BYTES).unwrap_or(bytes));
    let entries = problem::entries();
    let bracketed = text.split('[').skip(1).filter_map(|rest| Some(rest.split_once(']')?.0));
    let in_json = text.split("\"code\"").skip(1).filter_map(quoted);
    let mut found: Vec<Entry> = Vec::new();
    let bracketed = bracketed.filter(|_| says_error(&text));
    for name in bracketed.chain(in_json) {
        // A mail program may have broken the line within the code.
        let name: String = name.split_whitespace().collect();
        let known = entries.iter().find(|entry| entry.name == name).copied();
        found.extend(known.filter(|entry| !found.contains(entry)));
    }
    found.truncate(CODES);
    found
}

fn says_error(text: &str) -> bool {
    ["error:", "REFUSED:"].iter().any(|mark| text.contains(mark))
}

/// The text in quotes behind a colon.
fn quoted(rest: &str) -> Option<&str> {
    let value = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    Some(value.split_once('"')?.0)
}
