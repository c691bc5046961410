//! QR codes (ISO/IEC 18004) of a file: which size and which error correction, and how they are
//! drawn.

pub(crate) mod names;
pub(crate) mod picture;
pub(crate) mod slides;
pub(crate) mod terminal;

use license_core::carrier::parts;
use qrcode::bits::Bits;
use qrcode::types::QrError;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::problem::{Failure, Problem};

/// Light modules around a code (ISO/IEC 18004 section 6.3.8).
pub(crate) const QUIET: usize = 4;

/// The largest version drawn with error correction Q, which restores a quarter of a code: 89
/// modules a side, a year's usage report. Above it codes would become finer than M, which restores
/// a seventh, needs them to be.
const LARGEST_Q: i16 = 18;
/// The largest version, 97 modules a side: docs/SPEC.md section 14 cuts files so that no code needs
/// a larger one.
const LARGEST: i16 = 20;

/// One drawn code.
#[derive(Debug, Clone)]
pub(crate) struct Symbol {
    /// What the code says.
    pub(crate) text: String,
    /// Its number among the codes of its file, from 1, and how many they are.
    pub(crate) part: usize,
    pub(crate) parts: usize,
    /// 1 to 40.
    pub(crate) version: i16,
    level: EcLevel,
    /// Modules a side, without the quiet zone.
    side: usize,
    dark: Vec<bool>,
}

/// Returns the codes of a file, all of one size.
///
/// # Errors
/// `qr_failed` where a code has no room for its text, which a file within the limits never has.
pub(crate) fn symbols(file: &[u8]) -> Result<Vec<Symbol>, Failure> {
    let texts = parts::write(file);
    let longest =
        texts.iter().max_by_key(|text| text.len()).map(String::as_str).unwrap_or_default();
    let (version, level) = size(longest)?;
    let count = texts.len();
    let numbered = texts.into_iter().enumerate();
    numbered.map(|(index, text)| Symbol::draw(text, index + 1, count, version, level)).collect()
}

/// Returns the codes of a file of which none has more modules a side than this, the quiet zone
/// included: as few as can be. They have error correction L, which restores a fifteenth: a screen
/// has no dirt, and one code of a set may be lost. `None` where the file has no such codes.
///
/// # Errors
/// As [`symbols`].
pub(crate) fn symbols_within(file: &[u8], room: usize) -> Result<Option<Vec<Symbol>>, Failure> {
    let largest = (1..=LARGEST).rev().find(|version| side(*version) <= room);
    let Some(largest) = largest else { return Ok(None) };
    let Some(texts) = parts::write_within(file, characters(largest)?) else { return Ok(None) };
    let longest = texts.iter().map(String::len).max().unwrap_or_default();
    let mut version = largest;
    while version > 1 && characters(version - 1)? >= longest {
        version -= 1;
    }
    let (version, count) = (Version::Normal(version), texts.len());
    let numbered = texts.into_iter().enumerate();
    let draw = |(index, text)| Symbol::draw(text, index + 1, count, version, EcLevel::L);
    numbered.map(draw).collect::<Result<_, _>>().map(Some)
}

/// Returns the modules a side of the smallest code in which a file can be shown at all.
///
/// # Errors
/// As [`symbols`].
pub(crate) fn smallest_side(file: &[u8]) -> Result<usize, Failure> {
    for version in 1..=LARGEST {
        if parts::write_within(file, characters(version)?).is_some() {
            return Ok(side(version));
        }
    }
    Ok(side(LARGEST))
}

/// Returns the modules a side of a version, the quiet zone included.
fn side(version: i16) -> usize {
    17 + 4 * usize::try_from(version).unwrap_or_default() + 2 * QUIET
}

/// Returns the characters of the alphanumeric mode that a version takes at error correction L: two
/// in 11 bits, behind 4 bits for the mode and 9 or 11 for their number (ISO/IEC 18004 section 7.4).
fn characters(version: i16) -> Result<usize, Failure> {
    let bits = Bits::new(Version::Normal(version)).max_len(EcLevel::L).map_err(failed)?;
    let left = bits.saturating_sub(4 + if version < 10 { 9 } else { 11 });
    Ok(2 * (left / 11) + usize::from(left % 11 >= 6))
}

/// Returns the smallest version, and Q where it stays coarse enough.
fn size(text: &str) -> Result<(Version, EcLevel), Failure> {
    for (level, largest) in [(EcLevel::Q, LARGEST_Q), (EcLevel::M, LARGEST)] {
        let fits = |version: &Version| alphanumeric(text, *version, level).is_ok();
        if let Some(version) = (1..=largest).map(Version::Normal).find(fits) {
            return Ok((version, level));
        }
    }
    Err(failed(QrError::DataTooLong))
}

/// Returns the code in the alphanumeric mode alone. The crate's own choice changes modes on the
/// way, and of texts of one length some then need a larger version than others.
fn alphanumeric(text: &str, version: Version, level: EcLevel) -> Result<QrCode, QrError> {
    let mut bits = Bits::new(version);
    bits.push_alphanumeric_data(text.as_bytes())?;
    bits.push_terminator(level)?;
    QrCode::with_bits(bits, level)
}

fn number(version: Version) -> i16 {
    match version {
        Version::Normal(number) | Version::Micro(number) => number,
    }
}

fn failed(error: QrError) -> Failure {
    Failure::new(Problem::QrFailed, format!("no QR code could be made: {error}"))
}

impl Symbol {
    fn draw(
        text: String,
        part: usize,
        parts: usize,
        version: Version,
        level: EcLevel,
    ) -> Result<Self, Failure> {
        let code = alphanumeric(&text, version, level).map_err(failed)?;
        let side = code.width();
        let dark = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { text, part, parts, version: number(version), level, side, dark })
    }

    /// Returns the version and the level of error correction, as the standard writes them: `18-Q`.
    pub(crate) fn size_words(&self) -> String {
        format!("{}-{:?}", self.version, self.level)
    }

    /// Returns the modules a side, the quiet zone included.
    pub(crate) fn full_side(&self) -> usize {
        self.side + 2 * QUIET
    }

    /// Returns whether the module in this column and row is dark; both count from the corner of the
    /// quiet zone.
    pub(crate) fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.side);
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => self.dark.get(y * self.side + x).copied().unwrap_or(false),
            _ => false,
        }
    }

    /// Returns the dark modules as horizontal runs: column, row, length; from the corner of the
    /// quiet zone.
    pub(crate) fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for y in 0..self.full_side() {
            let mut x = 0;
            while x < self.full_side() {
                let length = (x..self.full_side()).take_while(|x| self.is_dark(*x, y)).count();
                if length > 0 {
                    runs.push((x, y, length));
                }
                x += length + 1;
            }
        }
        runs
    }

    /// Returns what stands under the code for people: which part it is, and of which set.
    pub(crate) fn caption(&self) -> String {
        format!("code {} of {}", self.part, self.parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // ISO/IEC 18004 table 7, alphanumeric mode, and the Python package segno: 18-Q takes 574
    // characters, 18-M 816, 19-M 909, 20-M 970.
    #[test]
    fn the_size_is_the_standards() {
        for (bytes, size) in [
            (1, "1-Q"),
            (355, "18-Q"),
            (356, "15-M"),
            (506, "18-M"),
            (507, "19-M"),
            (565, "19-M"),
            (566, "20-M"),
            (600, "20-M"),
        ] {
            let symbols = symbols(&vec![0; bytes]).unwrap();
            assert_eq!(
                symbols.iter().map(Symbol::size_words).collect::<Vec<_>>(),
                [size],
                "{bytes}"
            );
        }
        // 65,268 bytes make the longest codes there are: 970 characters.
        for bytes in [601, 20_000, 65_268, 65_536] {
            let symbols = symbols(&vec![0xa5; bytes]).unwrap();
            assert!(
                symbols
                    .iter()
                    .all(|symbol| symbol.version <= 20 && symbol.version == symbols[0].version),
                "{bytes}"
            );
        }
        assert!(symbols(&[]).unwrap().is_empty());
    }

    // ISO/IEC 18004 table 7, alphanumeric mode at level L.
    #[test]
    fn a_screen_takes_what_the_standard_says() {
        for (version, taken) in [(1, 25), (2, 47), (5, 154), (9, 335), (10, 395), (20, 1249)] {
            assert_eq!(characters(version).unwrap(), taken, "{version}");
        }
    }

    #[test]
    fn codes_for_a_window_fit_it() {
        for bytes in [1, 100, 355, 600, 900, 5000] {
            let file = vec![0xa5; bytes];
            for room in 29..=105 {
                let Some(symbols) = symbols_within(&file, room).unwrap() else {
                    assert!(room < smallest_side(&file).unwrap(), "{bytes} {room}");
                    continue;
                };
                assert!(symbols.iter().all(|symbol| symbol.full_side() <= room), "{bytes} {room}");
                assert!(room >= smallest_side(&file).unwrap(), "{bytes} {room}");
            }
        }
        // 46 rows of half blocks are 23 lines: version 5, 154 characters a code.
        let sizes = |bytes: usize| {
            let symbols = symbols_within(&vec![0xa5; bytes], 46).unwrap().unwrap();
            (symbols.len(), symbols[0].size_words())
        };
        assert_eq!(sizes(900), (13, "5-L".to_owned()));
        assert_eq!(sizes(93), (1, "5-L".to_owned()));
        assert!(symbols_within(&[1], 28).unwrap().is_none());
    }

    #[test]
    fn around_a_code_is_its_quiet_zone() {
        let symbol = symbols(b"airlock").unwrap().remove(0);
        let side = symbol.full_side();
        assert_eq!(side, 17 + 4 * usize::try_from(symbol.version).unwrap() + 8);
        for at in 0..side {
            for edge in [0, 1, 2, 3, side - 4, side - 3, side - 2, side - 1] {
                assert!(!symbol.is_dark(at, edge) && !symbol.is_dark(edge, at));
            }
        }
        // The corner of a finder pattern: seven dark modules in a row.
        assert!(
            symbol.runs().contains(&(QUIET, QUIET, 7))
                && !symbol.is_dark(side, side)
                && !symbol.is_dark(usize::MAX, 0)
        );
        let drawn: usize = symbol.runs().iter().map(|(_, _, length)| length).sum();
        let dark = (0..side)
            .flat_map(|y| (0..side).map(move |x| (x, y)))
            .filter(|(x, y)| symbol.is_dark(*x, *y))
            .count();
        assert_eq!(drawn, dark);
    }
}
