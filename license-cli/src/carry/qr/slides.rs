//! The codes of a file one after the other: which is shown, how fast they change, and what the keys
//! do.

use std::time::Duration;

/// Codes a second that quicker and slower step through.
const PACES: [f64; 12] = [0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0];
/// The fewest and the most codes a second.
pub(crate) const SLOWEST: f64 = 0.1;
pub(crate) const QUICKEST: f64 = 30.0;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Next,
    Back,
    Quicker,
    Slower,
    /// Stop where it goes, go on where it stopped.
    Pause,
    /// Exchange dark and light.
    Invert,
    End,
}

/// Returns what the keys in these bytes ask for; other keys ask for nothing.
pub(crate) fn keys(typed: &[u8]) -> Vec<Key> {
    let (mut keys, mut rest) = (Vec::new(), typed);
    while let [first, behind @ ..] = rest {
        // Arrow keys: ESC [ C or ESC O C. Escape alone ends; other sequences are passed over.
        if *first == 0x1b
            && let [b'[' | b'O', last, behind @ ..] = behind
        {
            keys.extend(arrow(*last));
            rest = behind;
            continue;
        }
        keys.extend(key(*first));
        rest = behind;
    }
    keys
}

fn key(byte: u8) -> Option<Key> {
    match byte {
        b'n' | b'N' | b'\r' | b'\n' => Some(Key::Next),
        b'b' | b'B' | 0x08 | 0x7f => Some(Key::Back),
        b'+' | b'=' => Some(Key::Quicker),
        b'-' | b'_' => Some(Key::Slower),
        b' ' => Some(Key::Pause),
        b'i' | b'I' => Some(Key::Invert),
        b'q' | b'Q' | 0x1b | 0x04 => Some(Key::End),
        _ => None,
    }
}

fn arrow(last: u8) -> Option<Key> {
    match last {
        b'C' => Some(Key::Next),
        b'D' => Some(Key::Back),
        b'A' => Some(Key::Quicker),
        b'B' => Some(Key::Slower),
        _ => None,
    }
}

/// Where a show of codes is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slides {
    count: usize,
    /// The index of the code that is shown.
    pub(crate) at: usize,
    /// Codes a second.
    pace: f64,
    /// Whether the codes change by themselves.
    pub(crate) goes: bool,
}

impl Slides {
    /// So many codes, at this pace: codes a second.
    pub(crate) fn new(count: usize, pace: f64) -> Self {
        Self { count: count.max(1), at: 0, pace: pace.clamp(SLOWEST, QUICKEST), goes: count > 1 }
    }

    /// How long a code stays.
    pub(crate) fn stay(&self) -> Duration {
        Duration::from_secs_f64(1.0 / self.pace)
    }

    /// Codes a second, as shown.
    pub(crate) fn pace(&self) -> String {
        format!("{}/s", self.pace)
    }

    /// The next code; behind the last comes the first.
    pub(crate) fn step(&mut self) {
        self.at = (self.at + 1) % self.count;
    }

    /// Does what a key asks. By hand, the codes no longer change by themselves.
    pub(crate) fn take(&mut self, key: Key) {
        match key {
            Key::Next => {
                self.goes = false;
                self.step();
            }
            Key::Back => {
                self.goes = false;
                self.at = (self.at + self.count - 1) % self.count;
            }
            Key::Quicker => {
                let more = PACES.into_iter().find(|pace| *pace > self.pace);
                self.pace = more.unwrap_or(QUICKEST);
            }
            Key::Slower => {
                let less = PACES.into_iter().rev().find(|pace| *pace < self.pace);
                self.pace = less.unwrap_or(SLOWEST);
            }
            Key::Pause => self.goes = !self.goes,
            Key::Invert | Key::End => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known() {
        assert_eq!(
            keys(b"nb+- iq\r\x7f="),
            [
                Key::Next,
                Key::Back,
                Key::Quicker,
                Key::Slower,
                Key::Pause,
                Key::Invert,
                Key::End,
                Key::Next,
                Key::Back,
                Key::Quicker
            ]
        );
        assert_eq!(
            keys(b"\x1b[C\x1b[D\x1bOA\x1b[B"),
            [Key::Next, Key::Back, Key::Quicker, Key::Slower]
        );
        assert_eq!(keys(b"\x1b"), [Key::End]);
        assert!(keys(b"xyz\x1b[H\xff\0").is_empty());
    }

    #[test]
    fn behind_the_last_comes_the_first() {
        let mut slides = Slides::new(3, 2.0);
        assert_eq!(slides.stay(), Duration::from_millis(500));
        slides.take(Key::Back);
        assert_eq!((slides.at, slides.goes), (2, false));
        slides.take(Key::Next);
        assert_eq!(slides.at, 0);
        slides.take(Key::Pause);
        assert!(slides.goes);
        slides.step();
        assert_eq!(slides.at, 1);
        assert!(!Slides::new(1, 2.0).goes);
    }

    #[test]
    fn the_pace_stays_within_its_bounds() {
        let mut slides = Slides::new(3, 2.0);
        slides.take(Key::Quicker);
        assert_eq!(slides.pace(), "3/s");
        slides.take(Key::Slower);
        slides.take(Key::Slower);
        assert_eq!(slides.pace(), "1.5/s");
        for _ in 0..20 {
            slides.take(Key::Quicker);
        }
        assert_eq!(slides.pace(), "30/s");
        for _ in 0..20 {
            slides.take(Key::Slower);
        }
        assert_eq!(slides.pace(), "0.1/s");
        assert_eq!(Slides::new(3, f64::INFINITY).pace(), "30/s");
    }
}
