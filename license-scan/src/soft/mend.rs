//! Mends codewords of a Reed-Solomon code, also where it is told which of them are doubtful: of
//! those it mends twice as many.
//!
//! The Berlekamp-Massey algorithm that begins with the doubtful places, as in R. E. Blahut, Theory
//! and Practice of Error Control Codes, 1983, section 9.2; the values are Forney's.

use rxing::common::reedsolomon::{GenericGFRef, PredefinedGenericGF};

/// Codewords for correction that are not used up where some are taken for doubtful: else nothing
/// would say that what comes out is right.
const SPARE: usize = 4;
/// How many more are taken for doubtful from one try to the next.
const MORE: usize = 2;

/// The field of 256 elements that QR codes use.
struct Field(GenericGFRef);

impl Field {
    fn new() -> Self {
        Self(PredefinedGenericGF::QrCodeField256.into())
    }

    fn times(&self, one: u8, other: u8) -> u8 {
        u8::try_from(self.0.multiply(i32::from(one), i32::from(other))).unwrap_or_default()
    }

    /// One over an element that is not 0.
    fn over(&self, of: u8) -> u8 {
        self.0.inverse(i32::from(of)).ok().and_then(|of| u8::try_from(of).ok()).unwrap_or_default()
    }

    /// The element that the codeword so far from the last stands for.
    fn place(&self, from_last: usize) -> u8 {
        let power = i32::try_from(from_last % 255).unwrap_or_default();
        u8::try_from(self.0.exp(power)).unwrap_or_default()
    }

    /// The value of a polynomial, its lowest coefficient first.
    fn value(&self, polynomial: &[u8], at: u8) -> u8 {
        polynomial.iter().rev().fold(0, |sum, each| self.times(sum, at) ^ each)
    }

    /// The product of two polynomials, of which so many coefficients.
    fn product(&self, one: &[u8], other: &[u8], most: usize) -> Vec<u8> {
        let mut product = vec![0; most];
        for (at, factor) in one.iter().enumerate() {
            let into = product.iter_mut().skip(at);
            into.zip(other).for_each(|(sum, each)| *sum ^= self.times(*factor, *each));
        }
        product
    }
}

/// Returns the codewords of a block mended, of which so many are for correction; nothing where
/// there are too many errors. Those that are the least sure come first in `doubtful`.
pub(super) fn mended(block: &[u8], correction: usize, doubtful: &[usize]) -> Option<Vec<u8>> {
    let field = Field::new();
    let power = |at: usize| field.place(at);
    let syndromes: Vec<u8> = (0..correction)
        .map(|at| block.iter().fold(0, |sum, each| field.times(sum, power(at)) ^ each))
        .collect();
    if syndromes.iter().all(|syndrome| *syndrome == 0) {
        return Some(block.to_vec());
    }
    let most = correction.checked_sub(SPARE)?.min(doubtful.len());
    (0..=most).step_by(MORE).find_map(|count| {
        let places = doubtful.iter().take(count);
        let doubtful: Vec<u8> = places
            .map(|at| Some(field.place(block.len().checked_sub(at + 1)?)))
            .collect::<Option<_>>()?;
        corrected(&field, block, &syndromes, &doubtful)
    })
}

/// Mends a block of which these places are doubtful.
fn corrected(field: &Field, block: &[u8], syndromes: &[u8], doubtful: &[u8]) -> Option<Vec<u8>> {
    let (locator, count) = located(field, syndromes, doubtful);
    let spare = if doubtful.is_empty() { 0 } else { SPARE };
    // Twice the errors that were not doubted, and those that were.
    if 2 * count > syndromes.len() + doubtful.len() - spare.min(syndromes.len()) {
        return None;
    }
    let values = field.product(syndromes, &locator, syndromes.len());
    // Its derivative: of even powers nothing is left, where one and one is nothing.
    let slope: Vec<u8> = locator
        .iter()
        .enumerate()
        .skip(1)
        .map(|(power, each)| if power % 2 == 1 { *each } else { 0 })
        .collect();
    let (mut mended, mut found) = (block.to_vec(), 0);
    let last = block.len().checked_sub(1)?;
    for (at, codeword) in mended.iter_mut().enumerate() {
        let place = field.place(last - at);
        let over = field.over(place);
        if field.value(&locator, over) != 0 {
            continue;
        }
        found += 1;
        let slope = Some(field.value(&slope, over)).filter(|slope| *slope != 0)?;
        let value = field.times(field.value(&values, over), field.over(slope));
        *codeword ^= field.times(place, value);
    }
    let right = |power: usize| {
        mended.iter().fold(0, |sum, each| field.times(sum, field.place(power)) ^ each) == 0
    };
    (found == count && (0..syndromes.len()).all(right)).then_some(mended)
}

/// The polynomial whose zeros tell where the errors are, the doubtful places among them, and how
/// many they are.
fn located(field: &Field, syndromes: &[u8], doubtful: &[u8]) -> (Vec<u8>, usize) {
    let wide = syndromes.len() + 2;
    let start = doubtful
        .iter()
        .fold(vec![1], |sum, place| field.product(&sum, &[1, *place], sum.len() + 1));
    let mut locator = start;
    locator.resize(wide, 0);
    let (mut before, mut count) = (locator.clone(), doubtful.len());
    for step in doubtful.len() + 1..=syndromes.len() {
        let known = syndromes.iter().take(step).rev();
        let wrong = locator
            .iter()
            .zip(known)
            .fold(0, |sum, (each, known)| sum ^ field.times(*each, *known));
        before.insert(0, 0);
        before.truncate(wide);
        if wrong == 0 {
            continue;
        }
        let mut next = locator.clone();
        next.iter_mut()
            .zip(&before)
            .for_each(|(each, before)| *each ^= field.times(wrong, *before));
        if 2 * count < step + doubtful.len() {
            let over = field.over(wrong);
            before = locator.iter().map(|each| field.times(*each, over)).collect();
            count = step + doubtful.len() - count;
        }
        locator = next;
    }
    (locator, count)
}

#[cfg(test)]
mod tests {
    use rxing::common::reedsolomon::ReedSolomonEncoder;
    use test_vectors::chance::Chance;

    use super::*;

    /// A block of 40 codewords, 20 of them for correction.
    fn block(chance: &mut Chance) -> Vec<u8> {
        let mut codewords: Vec<i32> = chance.bytes(20).into_iter().map(i32::from).collect();
        codewords.resize(40, 0);
        let field = PredefinedGenericGF::QrCodeField256.into();
        ReedSolomonEncoder::new(field).unwrap().encode(&mut codewords, 20).unwrap();
        codewords.into_iter().map(|each| u8::try_from(each).unwrap()).collect()
    }

    /// Another value at so many places, which are told.
    fn harmed(block: &[u8], count: usize, chance: &mut Chance) -> (Vec<u8>, Vec<usize>) {
        let (mut harmed, mut places) = (block.to_vec(), Vec::new());
        while places.len() < count {
            let at = chance.below(block.len());
            if !places.contains(&at) {
                harmed[at] ^= u8::try_from(chance.below(255) + 1).unwrap();
                places.push(at);
            }
        }
        (harmed, places)
    }

    #[test]
    fn errors_are_mended_and_nearly_twice_as_many_where_they_are_known() {
        let mut chance = Chance(31);
        for _ in 0..50 {
            let block = block(&mut chance);
            assert_eq!(mended(&block, 20, &[]), Some(block.clone()));
            for (unknown, known) in [(1, 0), (10, 0), (0, 1), (0, 16), (5, 6), (1, 14)] {
                let (first, _) = harmed(&block, unknown, &mut chance);
                let (second, mut places) = harmed(&first, known, &mut chance);
                // Some that are right are doubted too.
                places.truncate(16);
                assert_eq!(mended(&second, 20, &places), Some(block.clone()), "{unknown} {known}");
            }
            let (harmed, places) = harmed(&block, 18, &mut chance);
            assert_eq!(mended(&harmed, 20, &places), None);
        }
    }
}
