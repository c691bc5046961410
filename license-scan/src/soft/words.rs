//! What a code says whose modules are told with more or less doubt.

use rxing::qrcode::common::{ErrorCorrectionLevel, Version, VersionRef};
use rxing::qrcode::cpp_port::decoder::DecodeBitStream;
use rxing::qrcode::decoder::DataBlock;

use super::mend::mended;

/// What makes the 15 bits of the format from its 5, and what is laid over them (ISO/IEC 18004,
/// section 7.9).
const FORMAT: u16 = 0x537;
const FORMAT_OVER: u16 = 0x5412;

/// Modules row by row, each about 1 where it is dark and -1 where it is light.
pub(super) struct Modules<'a> {
    pub(super) dark: &'a [f32],
    pub(super) side: usize,
}

impl Modules<'_> {
    fn at(&self, x: usize, y: usize) -> f32 {
        self.dark.get(y * self.side + x).copied().unwrap_or_default()
    }

    /// What the code says, of this version.
    pub(super) fn text(&self, version: u32) -> Option<String> {
        let version = Version::getVersionForNumber(version).ok()?;
        let (level, mask) = self.format()?;
        let bytes = self.codewords(version, mask)?;
        let (bytes, sure): (Vec<u8>, Vec<u8>) = bytes.into_iter().unzip();
        let blocks = |bytes: &[u8]| DataBlock::getDataBlocks(bytes, version, level).ok();
        let mut data = Vec::new();
        for (block, sure) in blocks(&bytes)?.iter().zip(&blocks(&sure)?) {
            let count = block.getNumDataCodewords() as usize;
            let sure = sure.getCodewords();
            let mut doubtful: Vec<usize> = (0..sure.len()).collect();
            doubtful.sort_by_key(|at| sure.get(*at));
            let correction = sure.len().checked_sub(count)?;
            data.extend(mended(block.getCodewords(), correction, &doubtful)?.iter().take(count));
        }
        let decoded = DecodeBitStream(&data, version, level).ok()?;
        decoded.isValid().then(|| decoded.text())
    }

    /// The level of correction and the number of the mask that both places of the format speak for
    /// most.
    fn format(&self) -> Option<(ErrorCorrectionLevel, u8)> {
        let far = self.side.checked_sub(8)?;
        let first = [0, 1, 2, 3, 4, 5, 7, 8].map(|x| (x, 8));
        let first = first.into_iter().chain([7, 5, 4, 3, 2, 1, 0].map(|y| (8, y)));
        let second = (far + 1..self.side).rev().map(|y| (8, y));
        let second = second.chain((far..self.side).map(|x| (x, 8)));
        let places: Vec<_> = first.zip(second).collect();
        let speaks = |format: &u16| {
            let bits = all_of(*format);
            let each = places.iter().enumerate().map(|(at, ((x, y), (u, v)))| {
                let both = self.at(*x, *y).clamp(-1.0, 1.0) + self.at(*u, *v).clamp(-1.0, 1.0);
                if (bits >> (14 - at)) & 1 == 1 { both } else { -both }
            });
            each.sum::<f32>()
        };
        let best = (0..32).max_by(|one, other| speaks(one).total_cmp(&speaks(other)))?;
        let [level, mask] = [best >> 3, best & 7].map(|part| u8::try_from(part).ok());
        Some((ErrorCorrectionLevel::forBits(level?).ok()?, mask?))
    }

    /// The codewords as they come, each with how sure its least sure module is.
    fn codewords(&self, version: VersionRef, mask: u8) -> Option<Vec<(u8, u8)>> {
        let patterns = version.buildFunctionPattern().ok()?;
        let own = |x: usize, y: usize| {
            let [x, y] = [x, y].map(|at| u32::try_from(at).unwrap_or_default());
            !patterns.get(x, y)
        };
        // Two columns at a time from the right, up and down, without that of the timing pattern.
        let columns = (1..self.side).rev().filter(|x| *x != 6).step_by(2);
        let pairs = columns.enumerate().map(|(pair, x)| (pair.is_multiple_of(2), x));
        let mut bits = Vec::new();
        for (up, x) in pairs {
            for row in 0..self.side {
                let y = if up { self.side - 1 - row } else { row };
                for x in [x, x - 1].into_iter().filter(|x| own(*x, y)) {
                    let dark = self.at(x, y);
                    bits.push(((dark > 0.0) != masked(mask, x, y), dark.abs()));
                }
            }
        }
        let bytes = bits.chunks_exact(8).map(|bits| {
            let byte = bits.iter().fold(0_u8, |byte, (bit, _)| (byte << 1) | u8::from(*bit));
            let least = bits.iter().map(|(_, sure)| *sure).fold(f32::MAX, f32::min);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "to 255")]
            let sure = (least * 200.0).min(255.0) as u8;
            (byte, sure)
        });
        Some(bytes.collect())
    }
}

/// The 15 bits of the format that has these 5.
fn all_of(format: u16) -> u16 {
    let rest = (0..5).rev().fold(format << 10, |rest, bit| {
        if (rest >> (bit + 10)) & 1 == 1 { rest ^ (FORMAT << bit) } else { rest }
    });
    ((format << 10) | rest) ^ FORMAT_OVER
}

/// Whether a mask turns a module round (ISO/IEC 18004, section 7.8.2).
fn masked(mask: u8, x: usize, y: usize) -> bool {
    0 == match mask {
        0 => (x + y) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (x + y) % 3,
        4 => (y / 2 + x / 3) % 2,
        5 => x * y % 2 + x * y % 3,
        6 => (x * y % 2 + x * y % 3) % 2,
        _ => ((x + y) % 2 + x * y % 3) % 2,
    }
}
