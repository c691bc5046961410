//! Documents of pages: each page as the readers want a picture.

mod fax;
#[cfg(feature = "pdf")]
mod pdf;
mod tiff;

use crate::fault::{Fault, Take};
use crate::format::Document;

/// Reads a document page by page. A page that cannot be read is left out.
///
/// Nothing here bounds memory and time: call it in a process that the system bounds.
///
/// # Errors
/// What is wrong with it, or with the first page that was left out, after all others were taken.
pub fn pages(document: Document, bytes: &[u8], take: &mut Take<'_>) -> Result<(), Fault> {
    match document {
        Document::Tiff => tiff::read(bytes, take),
        #[cfg(feature = "pdf")]
        Document::Pdf => pdf::read(bytes, take),
    }
}
