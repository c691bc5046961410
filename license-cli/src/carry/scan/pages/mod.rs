//! Documents of pages: each page as the readers want a picture.

mod fault;
mod fax;
#[cfg(feature = "scan-pdf")]
mod pdf;
mod tiff;

use crate::carry::scan::format::Document;

pub(super) use fault::{Fault, Take};

/// Reads a document page by page. A page that cannot be read is left out.
///
/// Nothing here bounds memory and time; that does the process in which it runs.
///
/// # Errors
/// What is wrong with it, or with the first page that was left out, after all others were taken.
pub(super) fn read(document: Document, bytes: &[u8], take: &mut Take<'_>) -> Result<(), Fault> {
    match document {
        Document::Tiff => tiff::read(bytes, take),
        #[cfg(feature = "scan-pdf")]
        Document::Pdf => pdf::read(bytes, take),
    }
}
