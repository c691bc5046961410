//! What is wrong with a picture or document, in words, each with what to do.

use license_scan::{Fault, PAGES, PIXELS};

use crate::plural::counted;
use crate::problem::{Failure, Problem};

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        const ANEW: &str = "set the scanner to JPEG, and scan the page with the code again, or \
             photograph it";
        match fault {
            Fault::Damaged => {
                Self::new(Problem::PictureDamaged, "found a picture that is cut or damaged")
            }
            Fault::Large(width, height) => Self::new(
                Problem::PictureLarge,
                format!(
                    "found a picture of {width} by {height} pixels, expected at most {} million",
                    PIXELS / 1_000_000
                ),
            ),
            Fault::Heavy => Self::new(
                Problem::PictureLarge,
                "found a picture that takes more memory than one is given",
            ),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_picture_is_told_from_a_large_one() {
        assert_eq!(Failure::from(Fault::Damaged).problem.name(), "picture_damaged");
        let large = Failure::from(Fault::Large(60_000, 60_000));
        assert!(
            large.problem.name() == "picture_large" && large.message.contains("60000 by 60000"),
            "{large}"
        );
    }
}
