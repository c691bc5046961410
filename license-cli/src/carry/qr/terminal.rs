//! A code drawn on a terminal.

use crate::carry::qr::Symbol;

/// Black on bright white, whatever the terminal's own colours are; and back to them.
const COLOURS: &str = "\x1b[30;107m";
const RESET: &str = "\x1b[0m";

/// Returns the code as lines of half blocks: two modules above each other in one character. Both
/// colours are set, so that the code is dark on light on any background.
pub(crate) fn draw(symbol: &Symbol) -> String {
    let side = symbol.full_side();
    let mut text = String::new();
    for y in (0..side).step_by(2) {
        text.push_str(COLOURS);
        text.extend((0..side).map(|x| half_blocks(symbol.is_dark(x, y), symbol.is_dark(x, y + 1))));
        text.push_str(RESET);
        text.push('\n');
    }
    text
}

/// Returns the character with its upper and its lower half dark or light.
fn half_blocks(upper: bool, lower: bool) -> char {
    match (upper, lower) {
        (true, true) => '\u{2588}',
        (true, false) => '\u{2580}',
        (false, true) => '\u{2584}',
        (false, false) => ' ',
    }
}
