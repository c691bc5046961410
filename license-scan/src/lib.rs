//! Reads what QR codes say on pictures: photographs, scans, faxes, and the pages of documents.
//!
//! A crate of its own, since it is what goes through pictures pixel by pixel: it is built with
//! optimisation where the command's own code is not, and it knows nothing of licenses.
//!
//! A file is told by its first bytes ([`format_of`]). A picture is decoded here ([`views`]), within
//! limits of memory. The pages of a document are read by libraries that bound neither memory nor
//! time ([`pages`]): call them in a process that the system bounds. Both give pictures of one byte
//! a pixel, which are read in one way after the other ([`LADDER`]).
//!
//! Pictures are made by anyone, so a library that panics on one reads nothing of it, and no work
//! grows with what a picture claims.
#![forbid(unsafe_code)]

mod finders;

mod readers;

mod soft;

mod squared;

mod ladder;

mod fault;

mod decode;

mod format;

mod pages;

#[cfg(test)]
mod tests;

pub use decode::{FILE_BYTES, SIDE, views};
pub use fault::{Fault, PAGES, PIXELS, Take};
pub use format::{Document, Format, format_of, is_pdf};
pub use image::GrayImage;
pub use ladder::{LADDER, Rung, is_blank};
pub use pages::pages;
pub use squared::squared;
