//! BEGIN and END lines, wherever they stand.

use crate::carrier::repair::glyph::Glyph;
use crate::carrier::token::{BEGIN, DASHES, WORD_LETTERS};
use crate::error::{Code, Error};

/// A BEGIN or END line, wherever it stands.
pub(super) struct Marker {
    pub(super) begins: bool,
    pub(super) word: String,
    /// The line of its first letter.
    pub(super) line: usize,
    /// The line of the first dash behind its word.
    pub(super) last_line: usize,
    /// Where its first dash is, and where the text after its last dash begins.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Returns every BEGIN and END line. Dashes may end one marker and begin the next.
pub(super) fn markers(glyphs: &[Glyph]) -> Vec<Marker> {
    let mut markers = Vec::new();
    let mut at = 0;
    while let Some(skipped) = from(glyphs, at).iter().position(Glyph::is_dash) {
        let start = at + skipped;
        at = start + dashes(from(glyphs, start));
        if at - start >= 2 {
            markers.extend(marker(glyphs, start, at));
        }
    }
    markers
}

/// Returns the marker with its first dash at `start` and its first letter at `at`.
fn marker(glyphs: &[Glyph], start: usize, at: usize) -> Option<Marker> {
    let rest = from(glyphs, at);
    let longest = "BEGINAIRLOCK".len() + WORD_LETTERS;
    let letters: String = rest.iter().map_while(Glyph::letter).take(longest).collect();
    let (begins, word) = match letters.strip_prefix("BEGINAIRLOCK") {
        Some(word) => (true, word),
        None => (false, letters.strip_prefix("ENDAIRLOCK")?),
    };
    let after = at + letters.len();
    let closing = dashes(from(glyphs, after));
    let complete = closing >= 2 && (1..=WORD_LETTERS).contains(&word.len());
    complete.then(|| Marker {
        begins,
        word: word.to_owned(),
        line: rest.first().map_or(0, |glyph| glyph.line),
        last_line: glyphs.get(after).map_or(0, |glyph| glyph.line),
        start,
        end: after + closing,
    })
}

fn from(glyphs: &[Glyph], at: usize) -> &[Glyph] {
    glyphs.get(at..).unwrap_or_default()
}

/// Returns how many dashes the text begins with.
fn dashes(glyphs: &[Glyph]) -> usize {
    glyphs.iter().take_while(|glyph| glyph.is_dash()).count()
}

pub(super) fn no_begin(markers: &[Marker]) -> Error {
    let found = match markers.first() {
        Some(end) => format!("found an END line on line {} and no BEGIN line", end.line),
        None => "found no BEGIN line".to_owned(),
    };
    Error::new(
        Code::TextMissing,
        format!("{found}, expected {BEGIN}<KIND>{DASHES} before the tokens"),
    )
}
