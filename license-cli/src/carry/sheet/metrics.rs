//! How wide text is, and which characters the fonts of a PDF have.

use crate::carry::sheet::fonts;
pub(crate) use crate::carry::sheet::fonts::Face;

/// A face in a size, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Type {
    pub(crate) face: Face,
    pub(crate) size: f32,
}

impl Type {
    /// Returns a face in this size.
    pub(crate) const fn new(face: Face, size: f32) -> Self {
        Self { face, size }
    }

    /// Returns how wide a text is, in points. What the fonts do not have is taken to be as wide as
    /// most fonts draw it: HTML fits it into that width.
    pub(crate) fn width(self, text: &str) -> f32 {
        text.chars().map(|c| self.char_width(c)).sum()
    }

    /// Returns how wide a character is, in points.
    pub(crate) fn char_width(self, c: char) -> f32 {
        self.size * thousandths(self.face, c) / 1000.0
    }
}

/// Returns how wide a character is in thousandths of the size.
fn thousandths(face: Face, c: char) -> f32 {
    let own = fonts::font(face).and_then(|font| font.glyph(c).map(|glyph| font.width(glyph)));
    own.unwrap_or(if is_wide(c) { 1000.0 } else { OTHER })
}

/// Returns whether a character is drawn in a full square: the blocks of East Asian scripts and of
/// pictures.
fn is_wide(c: char) -> bool {
    let blocks = [
        ('\u{1100}', '\u{115f}'),
        ('\u{2e80}', '\u{a4cf}'),
        ('\u{ac00}', '\u{d7a3}'),
        ('\u{f900}', '\u{faff}'),
        ('\u{fe30}', '\u{fe6f}'),
        ('\u{ff00}', '\u{ff60}'),
        ('\u{ffe0}', '\u{ffe6}'),
        ('\u{1f000}', '\u{1faff}'),
        ('\u{20000}', '\u{3fffd}'),
    ];
    blocks.iter().any(|(first, last)| (*first..=*last).contains(&c))
}

/// Returns whether the fonts draw a character as it is meant.
pub(crate) fn is_drawn(c: char) -> bool {
    fonts::has(c)
}

/// Returns text that the fonts have, each other character written as `<U+682A>`.
///
/// A `<` before `U+` is written so too: nobody can write what looks like an escape and is none.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let looks_escaped = text.get(at..).is_some_and(|rest| rest.starts_with("<U+"));
        if fonts::has(c) && !looks_escaped {
            out.push(c);
        } else {
            out += &format!("<U+{:04X}>", u32::from(c));
        }
    }
    out
}

/// What the characters of other alphabets take on average, in thousandths of the size.
const OTHER: f32 = 600.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_fonts() {
        // In `hmtx` of the fonts, of 2048 to the size: `fc-query` and `ttx` name them so.
        let units = |face, text: &str| (Type::new(face, 2048.0).width(text)).round();
        assert_eq!(units(Face::Mono, "Ab øЖ"), 5.0 * 1233.0);
        assert_eq!(units(Face::Regular, "株"), 2048.0);
        assert!(units(Face::Bold, "Sø€") > units(Face::Regular, "Sø€"));
    }

    #[test]
    fn what_the_fonts_lack_is_escaped() {
        for (text, expected) in [
            ("Søren & „Co“ €", "Søren & „Co“ €"),
            ("Żółw Αθήνα Київ", "Żółw Αθήνα Київ"),
            ("株式 A", "<U+682A><U+5F0F> A"),
            ("\u{1F6A2}", "<U+1F6A2>"),
            ("a<b <U+682A>", "a<b <U+003C>U+682A>"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
