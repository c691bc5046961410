//! The text of a page, as a browser shows it: tags out, line ends in, entities as characters.

/// Elements that end a line, and that begin one.
const LINES: [&str; 26] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "tr",
    "ul",
];
/// Elements that nobody sees.
const UNSEEN: [&str; 5] = ["head", "script", "style", "template", "title"];
/// Further elements by which a page is known: an address in angle brackets is none.
const OTHERS: [&str; 20] = [
    "a", "b", "body", "center", "code", "em", "font", "html", "i", "img", "meta", "span", "strong",
    "table", "tbody", "td", "th", "tt", "u", "wbr",
];
/// What a name stands for (HTML, "named character references"): those that mail programs write.
const NAMED: [(&str, char); 22] = [
    ("amp", '&'),
    ("apos", '\''),
    ("bull", '\u{2022}'),
    ("dash", '\u{2010}'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("gt", '>'),
    ("horbar", '\u{2015}'),
    ("hyphen", '\u{2010}'),
    ("lt", '<'),
    ("mdash", '\u{2014}'),
    ("minus", '\u{2212}'),
    ("nbsp", '\u{a0}'),
    ("ndash", '\u{2013}'),
    ("newline", '\n'),
    ("quot", '"'),
    ("shy", '\u{ad}'),
    ("tab", '\t'),
    ("thinsp", '\u{2009}'),
    ("vert", '|'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
];
/// Characters of the longest reference that is looked at, without `&` and `;`.
const REFERENCE: usize = 8;

/// Whether the bytes begin as a page for a browser does.
pub(crate) fn is_page(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_lowercase();
    ["<html", "<!doctype html", "<body", "<head>", "<meta "].iter().any(|tag| start.contains(tag))
}

/// The text of a page or of a part of one; `None` where there is neither an element nor a character
/// reference.
pub(super) fn text(page: &str) -> Option<String> {
    let plain = if has_element(page) { without_tags(page) } else { page.to_owned() };
    let plain = without_references(&plain);
    (plain != page).then_some(plain)
}

/// Whether there is an element that pages have.
fn has_element(page: &str) -> bool {
    let mut rest = page;
    while let (_, Some(tag), after) = next_tag(rest) {
        let (_, name) = name_of(tag);
        if [&LINES[..], &UNSEEN, &OTHERS].iter().any(|names| names.contains(&name.as_str())) {
            return true;
        }
        rest = after;
    }
    false
}

/// The words of a page, and its line ends.
fn without_tags(page: &str) -> String {
    let mut plain = String::with_capacity(page.len());
    let (mut rest, mut unseen, mut preformatted) = (page, None::<String>, false);
    while !rest.is_empty() {
        let (before, tag, after) = next_tag(rest);
        if unseen.is_none() {
            push_words(&mut plain, before, preformatted);
        }
        rest = after;
        let Some(tag) = tag else { continue };
        let (closes, name) = name_of(tag);
        match &unseen {
            Some(of) => {
                if closes && *of == name {
                    unseen = None;
                }
                continue;
            }
            None if !closes && UNSEEN.contains(&name.as_str()) && !tag.ends_with('/') => {
                unseen = Some(name);
                continue;
            }
            None => {}
        }
        preformatted = if name == "pre" { !closes } else { preformatted };
        match name.as_str() {
            name if LINES.contains(&name) => end_line(&mut plain),
            "td" | "th" => plain.push(' '),
            _ => {}
        }
    }
    plain
}

/// A line's end, where the text does not stand at one already.
fn end_line(plain: &mut String) {
    if !plain.is_empty() && !plain.ends_with('\n') {
        plain.push('\n');
    }
}

/// The words between two tags; outside `<pre>`, a line's end is a space.
fn push_words(plain: &mut String, words: &str, preformatted: bool) {
    if preformatted {
        plain.push_str(words);
        return;
    }
    for c in words.chars() {
        let c = if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
        if c != ' ' || !plain.ends_with([' ', '\n']) {
            plain.push(c);
        }
    }
}

/// What stands before the next tag or comment, the tag without its brackets, and what follows. What
/// begins no tag is text: `a < b`.
fn next_tag(text: &str) -> (&str, Option<&str>, &str) {
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find('<')) {
        let at = from + found;
        let (before, tag) = text.split_at(at);
        let inside = tag.get(1..).unwrap_or_default();
        if let Some(comment) = inside.strip_prefix("!--") {
            let after = comment.find("-->").and_then(|end| comment.get(end + 3..));
            return (before, Some("!--"), after.unwrap_or_default());
        }
        let begins = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
        if inside.starts_with(begins) {
            // What no bracket closes is text to its end.
            let Some((tag, after)) = inside.split_once('>') else { return (text, None, "") };
            return (before, Some(tag), after);
        }
        from = at + 1;
    }
    (text, None, "")
}

/// Whether a tag closes its element, and the element's name in lower case.
fn name_of(tag: &str) -> (bool, String) {
    let bare = tag.strip_prefix('/');
    let letters = bare.unwrap_or(tag).chars().take_while(char::is_ascii_alphanumeric).take(16);
    (bare.is_some(), letters.map(|letter| letter.to_ascii_lowercase()).collect())
}

/// The text with its character references as characters.
fn without_references(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let end = after.char_indices().take(REFERENCE + 1).find(|(_, c)| *c == ';');
        let found =
            end.and_then(|(at, _)| Some((referred(after.get(..at)?)?, after.get(at + 1..)?)));
        rest = match found {
            Some((c, behind)) => {
                plain.push(c);
                behind
            }
            None => {
                plain.push('&');
                after
            }
        };
    }
    plain.push_str(rest);
    plain
}

fn referred(name: &str) -> Option<char> {
    let number = name.strip_prefix('#').map(|digits| match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    });
    match number {
        Some(number) => number.and_then(char::from_u32),
        None => {
            let name = name.to_ascii_lowercase();
            NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c)
        }
    }
}
