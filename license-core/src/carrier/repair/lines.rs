//! What stands before each line of a text: the lines' numbers, a chat's stamp, a mail program's
//! initials.

/// Returns the text without the numbers of its lines: those that stand alone on a line or behind
/// the dashes of one, and those before a line that count on from the line before.
pub(super) fn without_numbers(text: &[u8]) -> String {
    let mut next = 1_u32;
    let mut line = |line: &str| {
        let bare = line.trim_matches([' ', '\t', '\r', '>', '|', '\u{a0}']);
        let kept = bare.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = bare.strip_suffix(kept).unwrap_or_default();
        let counts_on = number == next.to_string()
            && kept.starts_with([' ', '\t', '.', ')', '|', ':', '\u{a0}']);
        next += u32::from(counts_on);
        // A list that stands above the block has numbers of its own.
        let begins = !counts_on && line.to_ascii_uppercase().contains("BEGIN AIRLOCK ");
        next = if begins { 1 } else { next };
        let rest = match bare.rsplit_once("--") {
            _ if (1..=4).contains(&number.len()) && kept.is_empty() => "",
            _ if counts_on => kept.trim_start_matches(['.', ')', '|', ':']),
            Some((_, behind)) if behind.bytes().all(|byte| byte.is_ascii_digit()) => {
                bare.trim_end_matches(|c: char| c.is_ascii_digit())
            }
            // The first line of the block, joined to its BEGIN line at the dash.
            Some((before, behind)) if begins && behind.starts_with("1 ") => {
                next = 2;
                return format!("{before}-- {}\n", behind.trim_start_matches('1'));
            }
            _ => line,
        };
        format!("{rest}\n")
    };
    String::from_utf8_lossy(text).split('\n').map(&mut line).collect()
}

/// The most characters that stand before a line.
const BEFORE: usize = 100;

/// Returns the text without what stands before its BEGIN line and again before the lines behind it,
/// whatever digits it has there: `AB> `, `[09:14] Anna: `, `12: `. `None` where nothing does.
pub(super) fn without_stamps(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    let (mut stamp, mut any, mut kept) = (None, false, String::with_capacity(text.len()));
    for line in text.split('\n') {
        let begins = line.to_ascii_uppercase().contains("BEGIN AIRLOCK ");
        if begins {
            stamp = before_dashes(line);
        }
        let rest = stamp.and_then(|stamp| behind(line, stamp));
        any |= rest.is_some() && !begins;
        kept.push_str(rest.unwrap_or(line));
        kept.push('\n');
    }
    any.then_some(kept)
}

/// What stands before the first two dashes of a BEGIN line.
fn before_dashes(line: &str) -> Option<&str> {
    let dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let two = |(at, _): &(usize, char)| {
        line.get(*at..).is_some_and(|rest| rest.chars().take(2).filter(|c| dash(*c)).count() == 2)
    };
    let (at, _) = line.char_indices().find(two)?;
    line.get(..at).filter(|before| !before.trim().is_empty() && before.len() <= BEFORE)
}

/// The rest of a line that begins with this; its digits and spaces may be more, fewer or others.
fn behind<'a>(line: &'a str, stamp: &str) -> Option<&'a str> {
    let (mut rest, mut wanted) = (line.trim_start(), stamp.trim_start());
    while let Some(first) = wanted.chars().next() {
        let is_alike: fn(char) -> bool = match first {
            '0'..='9' => |c| c.is_ascii_digit(),
            ' ' | '\t' => |c| matches!(c, ' ' | '\t'),
            _ => |_| false,
        };
        let (found, expected) =
            (rest.trim_start_matches(is_alike), wanted.trim_start_matches(is_alike));
        match (found.len() < rest.len(), expected.len() < wanted.len()) {
            (true, true) => (rest, wanted) = (found, expected),
            (false, true) => return None,
            (_, false) => {
                rest = rest.strip_prefix(first)?;
                wanted = wanted.strip_prefix(first)?;
            }
        }
    }
    Some(rest)
}
