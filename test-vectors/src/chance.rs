//! Numbers for tests that look random and are the same in each run.

/// A generator of numbers (xorshift, Marsaglia 2003) with its state, which is never 0.
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// A number below this one, or 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        // What is not of the low bits: they look the least random.
        usize::try_from(self.0 >> 16).unwrap_or(usize::MAX) % end.max(1)
    }

    /// A byte.
    pub fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or(u8::MAX)
    }

    /// So many bytes.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }
}
