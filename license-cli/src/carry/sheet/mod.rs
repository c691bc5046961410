//! The printed sheet: one layout, drawn as HTML or as PDF.

mod content;
mod html;
mod layout;
pub(crate) mod metrics;
pub(crate) mod page;
pub(crate) mod pdf;
pub(crate) mod structure;
pub(crate) mod wrap;

use std::collections::BTreeSet;

use crate::carry::checked_file::CheckedFile;
use crate::carry::qr::Symbol;
use crate::carry::sheet::content::SheetContent;
pub(crate) use crate::carry::sheet::page::Paper;
use crate::problem::Failure;

/// What a sheet is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Html,
    Pdf,
}

/// A finished sheet.
pub(crate) struct Sheet {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pages: usize,
    pub(crate) codes: usize,
    /// The size of the codes, as the standard writes it: `18-Q`.
    pub(crate) version: String,
    /// How many different characters could not be drawn, and are written as escapes.
    pub(crate) escaped: usize,
}

/// Returns the sheet of a file. The same file gives the same bytes.
///
/// # Errors
/// `qr_failed`, which no file within the limits makes.
pub(crate) fn draw(file: &CheckedFile, form: Form, paper: Paper) -> Result<Sheet, Failure> {
    let mut content = SheetContent::of(file)?;
    let escaped = if form == Form::Pdf { escape(&mut content) } else { 0 };
    let (size, pages) = (page::size(paper), layout::pages(&content, paper));
    let bytes = match form {
        Form::Html => html::draw(&content, size, &pages).into_bytes(),
        Form::Pdf => pdf::draw(&content.title, &content.codes, size, &pages),
    };
    let version = content.codes.first().map(Symbol::size_words).unwrap_or_default();
    Ok(Sheet { bytes, pages: pages.len(), codes: content.codes.len(), version, escaped })
}

/// Writes what a PDF's standard fonts lack as escapes. Returns how many different characters those
/// are.
fn escape(content: &mut SheetContent) -> usize {
    let mut lacking = BTreeSet::new();
    for text in content.texts_mut() {
        lacking.extend(text.chars().filter(|c| metrics::win_ansi(*c).is_none()));
        *text = metrics::escaped(text);
    }
    lacking.len()
}
