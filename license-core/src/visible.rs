//! Which characters a text may hold: those that can be seen.

use crate::error::{Code, Error};

/// Code points that a text may not hold, as inclusive ranges: controls, line and paragraph
/// separators, direction controls, the default-ignorable code points of Unicode 16
/// (DerivedCoreProperties, `Default_Ignorable_Code_Point`), and the format controls that are shown
/// as nothing without being among these: of interlinear annotation and of Egyptian hieroglyphs.
///
/// The list is fixed with the format: what a text may hold does not change with a reader's Unicode
/// version.
pub const FORBIDDEN: [(u32, u32); 22] = [
    (0x0000, 0x001F),
    (0x007F, 0x009F),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x1_3430, 0x1_343F),
    (0x1_BCA0, 0x1_BCA3),
    (0x1_D173, 0x1_D17A),
    (0xE_0000, 0xE_0FFF),
    (0xF_FFFE, 0xF_FFFF),
    (0x10_FFFE, 0x10_FFFF),
];

/// Returns whether a text may hold the character.
#[must_use]
pub fn is_visible(c: char) -> bool {
    !FORBIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&u32::from(c)))
}

/// Checks that a text holds only characters that can be seen.
///
/// # Errors
/// [`Code::BadText`] naming the first code point of [`FORBIDDEN`]; [`Code::PayloadMalformed`] for
/// an empty text.
pub fn check_text(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::new(
            Code::PayloadMalformed,
            "found an empty text, expected at least one character",
        ));
    }
    match text.chars().find(|c| !is_visible(*c)) {
        Some(c) => Err(Error::new(
            Code::BadText,
            format!("found U+{:04X}, expected only visible characters", u32::from(c)),
        )),
        None => Ok(()),
    }
}

/// Bytes in hexadecimal: made once, however long they are, so that the C library holds it once.
#[inline(never)]
pub(crate) fn in_hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_refused() {
        for (first, last) in FORBIDDEN {
            for c in [first, last].into_iter().filter_map(char::from_u32) {
                assert_eq!(
                    check_text(&format!("a{c}b")).unwrap_err().code(),
                    Code::BadText,
                    "U+{:04X}",
                    u32::from(c)
                );
            }
        }
        for good in ["Nordhavn Shipyards A/S", "Søren Å", "株式会社", "\u{a0}", "\u{1F6A2}"] {
            assert_eq!(check_text(good), Ok(()), "{good}");
        }
        assert!(check_text("").is_err());
    }
}
