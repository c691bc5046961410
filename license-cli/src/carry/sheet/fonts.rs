//! The fonts of the printed pages: DejaVu Sans Condensed, its bold face, and DejaVu Sans Mono.
//!
//! They draw the Latin, the Greek and the Cyrillic alphabet. Scripts that are written from the
//! right, or whose letters take other shapes beside each other, are never drawn with them: letter
//! by letter they would stand wrong.

use std::sync::LazyLock;

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::{GlyphMetrics, Metrics};
use skrifa::{FontRef, GlyphId, MetadataProvider};

/// The faces of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    /// Running text.
    Regular,
    /// Heads, and what is read first.
    Bold,
    /// Of fixed width: what is compared, typed or copied.
    Mono,
}

/// A font, opened.
pub(super) struct Font {
    pub(super) data: &'static [u8],
    /// Its name within a PDF.
    pub(super) name: &'static str,
    pub(super) metrics: Metrics,
    characters: Charmap<'static>,
    widths: GlyphMetrics<'static>,
}

static REGULAR: LazyLock<Option<Font>> =
    LazyLock::new(|| Font::open(dejavu::sans_condensed::regular(), "DejaVuSansCondensed"));
static BOLD: LazyLock<Option<Font>> =
    LazyLock::new(|| Font::open(dejavu::sans_condensed::bold(), "DejaVuSansCondensed-Bold"));
static MONO: LazyLock<Option<Font>> =
    LazyLock::new(|| Font::open(dejavu::sans_mono::regular(), "DejaVuSansMono"));

/// The font of a face; `None` only of a file that is no font, which a test rules out.
pub(super) fn font(face: Face) -> Option<&'static Font> {
    match face {
        Face::Regular => REGULAR.as_ref(),
        Face::Bold => BOLD.as_ref(),
        Face::Mono => MONO.as_ref(),
    }
}

/// The first and the last character of each block that is drawn as it stands, letter by letter
/// from the left (the Unicode Standard, Blocks.txt).
const BLOCKS: [(char, char); 17] = [
    (' ', '~'),
    ('\u{a0}', '\u{24f}'),    // Latin-1, Latin Extended-A and -B
    ('\u{250}', '\u{2ff}'),   // phonetic letters, letters that modify
    ('\u{370}', '\u{3ff}'),   // Greek
    ('\u{400}', '\u{482}'),   // Cyrillic, as far as its combining marks
    ('\u{48a}', '\u{52f}'),   // Cyrillic after them
    ('\u{1e00}', '\u{1eff}'), // Latin Extended Additional
    ('\u{1f00}', '\u{1fff}'), // Greek Extended
    ('\u{2010}', '\u{2027}'), // punctuation; nothing that sets the direction
    ('\u{2030}', '\u{205e}'),
    ('\u{2070}', '\u{209c}'), // superscripts and subscripts
    ('\u{20a0}', '\u{20bf}'), // currencies
    ('\u{2100}', '\u{218f}'), // letterlike symbols, number forms
    ('\u{2190}', '\u{21ff}'), // arrows
    ('\u{2200}', '\u{22ff}'), // mathematics
    ('\u{25a0}', '\u{26ff}'), // shapes and symbols
    ('\u{2c60}', '\u{2c7f}'), // Latin Extended-C
];

/// Whether the fonts draw a character as it is meant: the two in which names and sentences stand.
/// The one of fixed width, for digits, commands and the text form, has fewer letters.
pub(super) fn has(c: char) -> bool {
    BLOCKS.iter().any(|(first, last)| (*first..=*last).contains(&c))
        && [Face::Regular, Face::Bold]
            .into_iter()
            .all(|face| font(face).is_some_and(|font| font.glyph(c).is_some()))
}

impl Font {
    fn open(data: &'static [u8], name: &'static str) -> Option<Self> {
        let font = FontRef::new(data).ok()?;
        let whole = (Size::unscaled(), LocationRef::default());
        Some(Self {
            data,
            name,
            metrics: font.metrics(whole.0, whole.1),
            characters: font.charmap(),
            widths: font.glyph_metrics(whole.0, whole.1),
        })
    }

    /// The number of a character's glyph.
    pub(super) fn glyph(&self, c: char) -> Option<u16> {
        let glyph = self.characters.map(c)?;
        u16::try_from(glyph.to_u32()).ok().filter(|glyph| *glyph != 0)
    }

    /// How wide a glyph is, in thousandths of the size.
    pub(super) fn width(&self, glyph: u16) -> f32 {
        let width = self.widths.advance_width(GlyphId::from(glyph)).unwrap_or_default();
        self.thousandths(width)
    }

    /// How high capital letters are, in thousandths of the size.
    pub(super) fn capitals(&self) -> f32 {
        let bounds = self.glyph('H').and_then(|glyph| self.widths.bounds(GlyphId::from(glyph)));
        bounds
            .map_or_else(|| self.thousandths(self.metrics.ascent), |it| self.thousandths(it.y_max))
    }

    /// A length of the font in thousandths of the size.
    pub(super) fn thousandths(&self, length: f32) -> f32 {
        length * 1000.0 / f32::from(self.metrics.units_per_em.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabets_of_europe_are_drawn() {
        let text = "Zażółć gęślą jaźń Ελληνικά Ἀθῆναι Ђорђе Кириллица Їжак \
                    Príliš žluťoučký İstanbul Việt Nam €„“–…→≤";
        assert_eq!(text.chars().filter(|c| !has(*c)).collect::<String>(), "");
    }

    #[test]
    fn what_would_stand_wrong_is_not_drawn() {
        // DejaVu Sans has letters of Arabic and Hebrew, but they would stand apart, from the left.
        for c in "שהشركة株日ก\u{301}\u{202e}\u{200f}\u{feff}\u{1f6a2}\n".chars() {
            assert!(!has(c), "{c:?}");
        }
    }

    #[test]
    fn each_face_is_a_font_whose_capitals_are_as_high_as_rows_take_them_to_be() {
        for face in [Face::Regular, Face::Bold, Face::Mono] {
            let font = font(face).unwrap();
            let height = font.capitals();
            assert!((height - 729.0).abs() < 2.0, "{face:?} {height}");
        }
    }
}
