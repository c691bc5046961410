//! Lengths and faces of a sheet, in points.

use crate::carry::sheet::metrics::{Face, Type};
use crate::carry::sheet::page::mm;

/// White at the left and right of a page.
pub(super) const SIDE: f32 = mm(18.0);
/// White above the first line of a page.
pub(super) const TOP: f32 = mm(18.0);
/// White below the last line, the foot of the page included.
pub(super) const BOTTOM: f32 = mm(20.0);
/// The foot's baseline above the lower edge: what office printers leave white ends at 5 mm.
pub(super) const FOOT: f32 = mm(10.0);

/// The letterhead: its top, the room of its logo, and the bar below it.
pub(super) const BAND: f32 = mm(14.0);
pub(super) const LOGO: (f32, f32) = (mm(40.0), mm(16.0));
pub(super) const BAND_BAR: f32 = mm(32.0);
/// What is said of the file: where it begins, and the room of its title.
pub(super) const KIND_TOP: f32 = mm(36.0);
pub(super) const TITLE_ROOM: f32 = 56.0;
/// Where the first code's dark squares begin, below the upper edge of the page.
pub(super) const CODE_TOP: f32 = mm(74.0);
/// Where the steps begin, how far their words stand in, and what a frame adds to its words.
pub(super) const STEPS_TOP: f32 = mm(162.0);
pub(super) const STEP: f32 = 22.0;
pub(super) const COMMAND_ROW: f32 = 8.0;
/// How far the words of the status stand in.
pub(super) const STATUS: f32 = 34.0;

/// The first code's side, from its first dark square to its last.
pub(super) const SINGLE: f32 = mm(80.0);
/// The most that one of several is: two stand side by side.
pub(super) const PAIR: f32 = mm(84.0);
/// White above and below on a page of codes, of which three rows fill the page.
pub(super) const CODES_TOP: f32 = mm(12.0);
pub(super) const CODES_BOTTOM: f32 = mm(14.0);
/// What a caption takes below its code.
pub(super) const CAPTION: f32 = 12.5;

/// Where values begin beside their labels.
pub(super) const LABEL: f32 = 104.0;
/// The faces of a title and the height of their rows: the first in which it has room.
pub(super) const TITLES: [(Type, f32); 5] = [
    (Type::new(Face::Bold, 28.0), 56.0),
    (Type::new(Face::Bold, 22.0), 27.0),
    (Type::new(Face::Bold, 14.0), 18.0),
    (Type::new(Face::Bold, 9.0), 11.0),
    (Type::new(Face::Bold, 6.5), 8.0),
];
pub(super) const KIND: Type = Type::new(Face::Bold, 11.0);
pub(super) const LEAD: Type = Type::new(Face::Regular, 10.5);
pub(super) const NUMERAL: Type = Type::new(Face::Bold, 13.0);
pub(super) const DIGITS: Type = Type::new(Face::Mono, 18.0);
pub(super) const EXACT: Type = Type::new(Face::Mono, 8.0);
pub(super) const STATUS_HEAD: Type = Type::new(Face::Bold, 12.0);
pub(super) const HEADING: Type = Type::new(Face::Bold, 13.0);
pub(super) const STRONG: Type = Type::new(Face::Bold, 10.0);
pub(super) const PLAIN: Type = Type::new(Face::Regular, 9.5);
pub(super) const LARGE: Type = Type::new(Face::Bold, 13.0);
pub(super) const SMALL: Type = Type::new(Face::Regular, 8.0);
pub(super) const CODE: Type = Type::new(Face::Mono, 9.5);
pub(super) const FIGURES: Type = Type::new(Face::Mono, 8.5);
pub(super) const PRINTS: Type = Type::new(Face::Mono, 10.5);
pub(super) const TOKENS: Type = Type::new(Face::Mono, 10.0);
pub(super) const NUMBER: Type = Type::new(Face::Regular, 7.5);

/// The height of a line of running text, of a row of claims, of figures, of fingerprints, and of
/// the text form.
pub(super) const SENTENCE_ROW: f32 = 13.0;
pub(super) const FACT_ROW: f32 = 14.0;
pub(super) const FIGURES_ROW: f32 = 11.5;
pub(super) const PRINTS_ROW: f32 = 16.0;
pub(super) const TOKENS_ROW: f32 = 13.5;
/// Lines of the text form, and rows of figures, that stand together, and the white between such
/// groups.
pub(super) const GROUP: usize = 5;
pub(super) const GAP: f32 = 6.0;
/// White between groups of four characters of the text form.
pub(super) const WHITE: f32 = 3.5;
/// Room for the numbers beside the text form.
pub(super) const NUMBERS: f32 = 26.0;
/// Digits of a fingerprint in a row, eight groups of four.
pub(super) const PRINT_DIGITS: usize = 40;

/// White between the one code and what stands beside it, and the rows of that.
pub(super) const BESIDE: f32 = mm(9.0);
pub(super) const SMALL_ROW: f32 = 11.0;
pub(super) const LARGE_ROW: f32 = 16.5;
/// What a heading takes, with the white above and below it.
pub(super) const HEAD: f32 = 39.0;

/// Returns how far below the top of a row its baseline is. Capital letters are 0.72 of the size
/// high in all faces, and stand in the middle of the row.
pub(super) fn rise(row: f32, style: Type) -> f32 {
    (row + 0.72 * style.size) / 2.0
}
