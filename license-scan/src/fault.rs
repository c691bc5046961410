//! What is wrong with a file, and how much of one is read.

use image::GrayImage;

/// The most pages of a document that are read. A sheet has one or a few; a whole folder put through
/// the scanner has more, and is read up to here.
pub const PAGES: usize = 200;
/// The most pixels of a picture: a page at 800 dpi, or the largest photograph that phones take
/// without being asked to (50 million). With it a picture takes at most about 600 MB while it is
/// decoded, whatever its file claims.
pub const PIXELS: u64 = 64 << 20;

/// What takes one page after the other, and says whether it wants more.
pub type Take<'a> = dyn FnMut(GrayImage) -> bool + 'a;

/// What is wrong with a picture, with a document, or with some of its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is cut, or nothing that its kind allows.
    Damaged,
    /// It opens with a password only.
    Locked,
    /// There are more pages than [`PAGES`].
    Pages,
    /// So many pixels wide and high: together more than [`PIXELS`].
    Large(u32, u32),
    /// A document takes more memory or time than one is given.
    Costly,
    /// A picture takes more memory than one is given.
    Heavy,
    /// A page is stored in a way that is not read.
    Unknown,
}

impl Fault {
    /// The fault as three numbers, to be sent to another process: which one, and a picture's width
    /// and height in pixels, or 0.
    pub fn numbers(self) -> (u8, u32, u32) {
        match self {
            Self::Damaged => (0, 0, 0),
            Self::Locked => (1, 0, 0),
            Self::Pages => (2, 0, 0),
            Self::Large(width, height) => (3, width, height),
            Self::Costly => (4, 0, 0),
            Self::Unknown => (5, 0, 0),
            Self::Heavy => (6, 0, 0),
        }
    }

    /// The fault that these numbers are of; [`Fault::Damaged`] where they are of none.
    pub fn of(number: u8, width: u32, height: u32) -> Self {
        match number {
            1 => Self::Locked,
            2 => Self::Pages,
            3 => Self::Large(width, height),
            4 => Self::Costly,
            5 => Self::Unknown,
            6 => Self::Heavy,
            _ => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_the_fault_that_they_were() {
        for fault in [
            Fault::Damaged,
            Fault::Locked,
            Fault::Pages,
            Fault::Large(9, 8),
            Fault::Costly,
            Fault::Heavy,
            Fault::Unknown,
        ] {
            let (number, width, height) = fault.numbers();
            assert_eq!(Fault::of(number, width, height), fault);
        }
        assert_eq!(Fault::of(200, 1, 1), Fault::Damaged);
    }
}
