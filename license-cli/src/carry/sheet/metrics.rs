//! How wide text is, and which characters the standard fonts of a PDF have.

/// The faces of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// Helvetica.
    Regular,
    /// Helvetica-Bold.
    Bold,
    /// Courier-Bold: Courier is too thin for what is compared or typed from a photocopy.
    Mono,
}

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
        self.size * f32::from(thousandths(self.face, c)) / 1000.0
    }
}

/// Returns how wide a character is in thousandths of the size.
fn thousandths(face: Face, c: char) -> u16 {
    let own = win_ansi(c).map(|byte| match face {
        Face::Regular => glyph(&HELVETICA, byte),
        Face::Bold => glyph(&HELVETICA_BOLD, byte),
        Face::Mono => COURIER,
    });
    own.unwrap_or(if is_wide(c) { 1000 } else { OTHER })
}

fn glyph(widths: &[u16; 224], byte: u8) -> u16 {
    usize::from(byte).checked_sub(32).and_then(|place| widths.get(place)).copied().unwrap_or(OTHER)
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

/// Returns the byte of a character in WinAnsiEncoding (ISO 32000-1 annex D), which is Windows-1252.
pub(crate) fn win_ansi(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0x20..=0x7e | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => UPPER.iter().find(|(_, upper)| *upper == c).map(|(byte, _)| *byte),
    }
}

/// Returns text that the standard fonts have, each other character written as `<U+682A>`.
///
/// A `<` before `U+` is written so too: nobody can write what looks like an escape and is none.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let looks_escaped = text.get(at..).is_some_and(|rest| rest.starts_with("<U+"));
        if win_ansi(c).is_some() && !looks_escaped {
            out.push(c);
        } else {
            out += &format!("<U+{:04X}>", u32::from(c));
        }
    }
    out
}

/// Thousandths of the size that Courier's characters are wide.
const COURIER: u16 = 600;
/// What other alphabets than the Latin one take on average.
const OTHER: u16 = 600;

/// What Windows-1252 has where Latin-1 has controls.
const UPPER: [(u8, char); 27] = [
    (0x80, '€'),
    (0x82, '‚'),
    (0x83, 'ƒ'),
    (0x84, '„'),
    (0x85, '…'),
    (0x86, '†'),
    (0x87, '‡'),
    (0x88, 'ˆ'),
    (0x89, '‰'),
    (0x8a, 'Š'),
    (0x8b, '‹'),
    (0x8c, 'Œ'),
    (0x8e, 'Ž'),
    (0x91, '‘'),
    (0x92, '’'),
    (0x93, '“'),
    (0x94, '”'),
    (0x95, '•'),
    (0x96, '–'),
    (0x97, '—'),
    (0x98, '˜'),
    (0x99, '™'),
    (0x9a, 'š'),
    (0x9b, '›'),
    (0x9c, 'œ'),
    (0x9e, 'ž'),
    (0x9f, 'Ÿ'),
];

/// The widths of Helvetica's characters from 0x20 in WinAnsiEncoding: facts of Adobe's core 14 font
/// metrics.
#[rustfmt::skip]
const HELVETICA: [u16; 224] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, 0,
    556, 0, 222, 556, 333, 1000, 556, 556, 333, 1000, 667, 333, 1000, 0, 611, 0,
    0, 222, 222, 333, 333, 350, 556, 1000, 333, 1000, 500, 333, 944, 0, 500, 667,
    278, 333, 556, 556, 556, 556, 260, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 556, 537, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    667, 667, 667, 667, 667, 667, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 500, 556, 556, 556, 556, 278, 278, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 584, 611, 556, 556, 556, 556, 500, 556, 500,
];

/// The same of Helvetica-Bold.
#[rustfmt::skip]
const HELVETICA_BOLD: [u16; 224] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584, 0,
    556, 0, 278, 556, 500, 1000, 556, 556, 333, 1000, 667, 333, 1000, 0, 611, 0,
    0, 278, 278, 500, 500, 350, 556, 1000, 333, 1000, 556, 333, 944, 0, 500, 667,
    278, 333, 556, 556, 556, 556, 280, 556, 333, 737, 370, 556, 584, 333, 737, 333,
    400, 584, 333, 333, 333, 611, 556, 278, 333, 333, 365, 556, 834, 834, 834, 611,
    722, 722, 722, 722, 722, 722, 1000, 722, 667, 667, 667, 667, 278, 278, 278, 278,
    722, 722, 778, 778, 778, 778, 778, 584, 778, 722, 722, 722, 722, 667, 667, 611,
    556, 556, 556, 556, 556, 556, 889, 556, 556, 556, 556, 556, 278, 278, 278, 278,
    611, 611, 611, 611, 611, 611, 611, 584, 611, 611, 611, 611, 611, 556, 611, 556,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_fonts() {
        let thousand = |face, text: &str| Type::new(face, 1000.0).width(text);
        assert_eq!(
            thousand(Face::Regular, "Airlock"),
            667.0 + 222.0 + 333.0 + 222.0 + 556.0 + 500.0 + 500.0
        );
        assert_eq!(thousand(Face::Bold, "Sø€"), 667.0 + 611.0 + 556.0);
        assert_eq!(thousand(Face::Mono, "Ab ø"), 2400.0);
        assert_eq!(thousand(Face::Regular, "株ж"), 1600.0);
        assert_eq!(Type::new(Face::Mono, 10.0).width("12"), 12.0);
    }

    #[test]
    fn every_character_of_the_encoding_has_a_width() {
        for c in (0..=0xffff).filter_map(char::from_u32).filter(|c| win_ansi(*c).is_some()) {
            assert!(thousandths(Face::Regular, c) > 100 && thousandths(Face::Bold, c) > 100, "{c}");
        }
        assert_eq!(
            (0..=0x10_ffff).filter_map(char::from_u32).filter(|c| win_ansi(*c).is_some()).count(),
            95 + 96 + 27
        );
    }

    #[test]
    fn what_the_fonts_lack_is_escaped() {
        for (text, expected) in [
            ("Søren & „Co“ €", "Søren & „Co“ €"),
            ("株式 A", "<U+682A><U+5F0F> A"),
            ("\u{1F6A2}", "<U+1F6A2>"),
            ("a<b <U+682A>", "a<b <U+003C>U+682A>"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
