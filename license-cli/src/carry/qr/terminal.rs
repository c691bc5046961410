//! A code drawn on a terminal.

use crate::carry::qr::Symbol;

/// Black on bright white, whatever the terminal's own colours are; and back to them.
const COLOURS: &str = "\x1b[30;107m";
const RESET: &str = "\x1b[0m";

/// What dark and light are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Both colours are set, so that the code is dark on light on any background.
    Coloured,
    /// The terminal's own colours, where its letters are the lighter ones: they draw what is light.
    LightLetters,
    /// The same, where its letters are the darker ones.
    DarkLetters,
}

impl Ink {
    /// The same with dark and light exchanged, where the terminal's own colours draw.
    pub(crate) fn inverted(self) -> Self {
        match self {
            Self::Coloured => Self::Coloured,
            Self::LightLetters => Self::DarkLetters,
            Self::DarkLetters => Self::LightLetters,
        }
    }
}

/// Returns the code as lines of half blocks, each two squares above each other, this many
/// characters wide a module.
pub(crate) fn draw(symbol: &Symbol, ink: Ink, scale: usize) -> Vec<String> {
    let side = symbol.full_side() * scale;
    let drawn = |x: usize, y: usize| {
        // Below the last row nothing is drawn: that is the terminal's own.
        let dark = symbol.is_dark(x / scale, y / scale);
        if ink == Ink::LightLetters { !dark && y < side } else { dark }
    };
    let line = |y: usize| (0..side).map(|x| half_blocks(drawn(x, y), drawn(x, y + 1))).collect();
    let coloured = |line: String| match ink {
        Ink::Coloured => format!("{COLOURS}{line}{RESET}"),
        Ink::LightLetters | Ink::DarkLetters => line,
    };
    (0..side).step_by(2).map(line).map(coloured).collect()
}

/// Returns how many lines a code of this size takes.
pub(crate) fn lines(side: usize, scale: usize) -> usize {
    (side * scale).div_ceil(2)
}

/// Returns the character with its upper and its lower half drawn or left.
fn half_blocks(upper: bool, lower: bool) -> char {
    match (upper, lower) {
        (true, true) => '\u{2588}',
        (true, false) => '\u{2580}',
        (false, true) => '\u{2584}',
        (false, false) => ' ',
    }
}
