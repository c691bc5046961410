//! What is wrong with a document of pages, and how much of one is read.

use image::GrayImage;

use crate::carry::scan::decode;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// The most pages of a document that are read. A sheet has one or a few; a whole folder put through
/// the scanner has more, and is read up to here.
pub(in crate::carry::scan) const PAGES: usize = 200;

/// What takes one page after the other, and says whether it wants more.
pub(in crate::carry::scan) type Take<'a> = dyn FnMut(GrayImage) -> bool + 'a;

/// What is wrong with a document, or with some of its pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::carry::scan) enum Fault {
    /// It is cut, or nothing that its kind allows.
    Damaged,
    /// It opens with a password only.
    Locked,
    /// There are more pages than are read.
    Pages,
    /// A page has too many pixels.
    Large(u32, u32),
    /// It takes more memory or time than one is given.
    Costly,
    /// A page is stored in a way that is not read.
    Unknown,
}

impl Fault {
    /// The fault as a number and two more.
    pub(in crate::carry::scan) fn numbers(self) -> (u8, u32, u32) {
        match self {
            Self::Damaged => (0, 0, 0),
            Self::Locked => (1, 0, 0),
            Self::Pages => (2, 0, 0),
            Self::Large(width, height) => (3, width, height),
            Self::Costly => (4, 0, 0),
            Self::Unknown => (5, 0, 0),
        }
    }

    /// The fault that these numbers are of.
    pub(in crate::carry::scan) fn of(number: u8, width: u32, height: u32) -> Self {
        match number {
            1 => Self::Locked,
            2 => Self::Pages,
            3 => Self::Large(width, height),
            4 => Self::Costly,
            5 => Self::Unknown,
            _ => Self::Damaged,
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        const ANEW: &str = "set the scanner to JPEG, and scan the page with the code again, or \
             photograph it";
        match fault {
            Fault::Damaged => decode::damaged(),
            Fault::Large(width, height) => decode::large(width, height),
            Fault::Locked => Self::new(
                Problem::NotPicture,
                "found a PDF document that is locked with a password, expected one that opens \
                 without",
            )
            .hint(
                "open it with the password and print it into a new PDF, or photograph the code on \
                 the screen; or scan it again without a password",
            ),
            Fault::Pages => Self::new(
                Problem::PictureLarge,
                format!(
                    "found a document of more than {}; the others were not read",
                    counted(PAGES, "page")
                ),
            )
            .hint("give the pages that have codes: scanned again by themselves, or photographed"),
            Fault::Costly => Self::new(
                Problem::PictureLarge,
                "found a document that takes more memory or time than one is given",
            )
            .hint(ANEW),
            Fault::Unknown => Self::new(
                Problem::NotPicture,
                "found a page that is stored in a way that is not read here",
            )
            .hint(ANEW),
        }
    }
}
