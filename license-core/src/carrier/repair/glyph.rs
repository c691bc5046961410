//! The visible characters of a text, with what mail does to a byte undone.

use crate::carrier::base32;
use crate::carrier::token::chars;

/// One visible character of a text: spaces, marks around words and invisible characters are left
/// out.
pub(super) struct Glyph {
    pub(super) char: char,
    pub(super) line: usize,
    /// Whether a space, a line end or a mark stands before it.
    pub(super) fresh: bool,
}

impl Glyph {
    /// Returns the Base32 character that is meant: lower case, and the digits that Base32 leaves
    /// out because they look like letters.
    pub(super) fn symbol(&self) -> Option<u8> {
        let upper = match self.char {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            other => other.to_ascii_uppercase(),
        };
        u8::try_from(upper).ok().filter(|byte| base32::is_symbol(*byte))
    }

    pub(super) fn letter(&self) -> Option<char> {
        self.symbol().map(char::from).filter(char::is_ascii_uppercase)
    }

    /// Returns whether this is a hyphen or what a mail program makes of two: the dashes of Unicode,
    /// the minus sign, and the dashes of Windows-1252, which read as Latin-1 are U+0096 and U+0097.
    pub(super) fn is_dash(&self) -> bool {
        matches!(self.char, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{96}' | '\u{97}')
    }
}

/// What a character is to a reader that repairs.
enum Class {
    Space,
    /// What a mail program, Markdown, a table or a spreadsheet puts before and behind a line.
    /// Within a word it is a character that was changed.
    Mark,
    Invisible,
    Visible,
}

fn class(c: char) -> Class {
    match c {
        // A backtick is the code mark of Markdown.
        '`' => Class::Space,
        '>'
        | '+'
        | '|'
        | ':'
        | '*'
        | '_'
        | '~'
        | '#'
        | '"'
        | '\''
        | ','
        | ';'
        | '\\'
        | '\u{ab}'
        | '\u{b7}'
        | '\u{bb}'
        | '\u{2018}'..='\u{201f}'
        | '\u{2022}'
        | '\u{2039}'
        | '\u{203a}'
        | '\u{2500}'..='\u{257f}' => Class::Mark,
        '\u{ad}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}' => Class::Invisible,
        c if c.is_whitespace() => Class::Space,
        _ => Class::Visible,
    }
}

/// Returns the visible characters of a text, with the lines they stand on.
pub(super) fn glyphs(text: &[u8]) -> Vec<Glyph> {
    let bytes = unfold(text);
    let mut glyphs = Vec::new();
    let (mut line, mut fresh) = (1, true);
    for c in chars(&bytes) {
        match class(c) {
            Class::Space => {
                unmark(&mut glyphs);
                fresh = true;
            }
            Class::Invisible => {}
            Class::Mark if fresh => {}
            Class::Mark | Class::Visible => {
                glyphs.push(Glyph { char: c, line, fresh });
                fresh = false;
            }
        }
        line += usize::from(c == '\n');
    }
    unmark(&mut glyphs);
    glyphs
}

/// Takes the marks off that stand behind a word.
fn unmark(glyphs: &mut Vec<Glyph>) {
    while glyphs.last().is_some_and(|last| matches!(class(last.char), Class::Mark)) {
        glyphs.pop();
    }
}

/// Returns the text with LF as its only line end and the escapes of quoted-printable undone; its
/// lines stay as many.
fn unfold(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (byte, after) = next_byte(rest);
        bytes.extend(byte);
        rest = after;
    }
    bytes
}

fn next_byte(text: &[u8]) -> (Option<u8>, &[u8]) {
    match text {
        [b'\r', b'\n', rest @ ..] | [b'\r', rest @ ..] => (Some(b'\n'), rest),
        [b'=', rest @ ..] => escape(rest),
        [byte, rest @ ..] => (Some(*byte), rest),
        [] => (None, text),
    }
}

/// Returns what `=` and the bytes after it stand for: nothing at the end of a line, a byte before
/// two hexadecimal digits, else itself. An escaped line end becomes a space, so that lines are
/// counted as given.
fn escape(rest: &[u8]) -> (Option<u8>, &[u8]) {
    match rest.iter().find(|byte| !matches!(byte, b' ' | b'\t')) {
        None | Some(b'\r' | b'\n') => return (None, rest),
        Some(_) => {}
    }
    let Some((digits, after)) = rest.split_at_checked(2) else { return (Some(b'='), rest) };
    let mut byte = [0];
    match (hex::decode_to_slice(digits, &mut byte), byte) {
        (Ok(()), [b'\r' | b'\n']) => (Some(b' '), after),
        (Ok(()), [byte]) => (Some(byte), after),
        (Err(_), _) => (Some(b'='), rest),
    }
}
