//! The printed sheet: one content, as a document in HTML or laid out as PDF.

pub(crate) mod chart;
mod content;
pub(crate) mod figure;
mod fonts;
mod html;
mod layout;
pub(crate) mod letterhead;
pub(crate) mod metrics;
pub(crate) mod page;
pub(crate) mod pdf;
pub(crate) mod placed;
pub(crate) mod spoken;
pub(crate) mod structure;
pub(crate) mod wrap;

use std::collections::BTreeSet;

use crate::carry::checked_file::CheckedFile;
use crate::carry::qr::Symbol;
pub(crate) use crate::carry::sheet::content::Against;
use crate::carry::sheet::content::SheetContent;
use crate::carry::sheet::letterhead::Letterhead;
pub(crate) use crate::carry::sheet::page::Paper;
use crate::problem::Failure;

/// What a sheet is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Html,
    Pdf,
}

/// What a sheet is drawn with beside its file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    pub(crate) letterhead: Option<Letterhead>,
    /// What the curve of a report is drawn against.
    pub(crate) against: Option<Against>,
}

/// A finished sheet.
pub(crate) struct Sheet {
    pub(crate) bytes: Vec<u8>,
    /// How many pages a PDF has; HTML has as many as the browser makes of it.
    pub(crate) pages: Option<usize>,
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
pub(crate) fn draw(
    file: &CheckedFile,
    (form, paper): (Form, Paper),
    beside: Beside,
) -> Result<Sheet, Failure> {
    let mut content = SheetContent::of(file, beside.against.as_ref())?;
    content.letterhead = beside.letterhead;
    let escaped = if form == Form::Pdf { escape(&mut content) } else { 0 };
    let (bytes, pages) = match form {
        Form::Html => (html::draw(&content, paper).into_bytes(), None),
        Form::Pdf => {
            let (size, pages) = (page::size(paper), layout::pages(&content, paper));
            let logo = content.letterhead.as_ref().and_then(|head| head.logo.as_ref());
            let (title, codes) = (&content.title, &content.codes);
            let drawn = pdf::Drawn { title, size, pages: &pages, codes, logo };
            (pdf::draw(&drawn), Some(pages.len()))
        }
    };
    let version = content.codes.first().map(Symbol::size_words).unwrap_or_default();
    Ok(Sheet { bytes, pages, codes: content.codes.len(), version, escaped })
}

/// Writes what a PDF's fonts lack as escapes, and says so on the page. Returns how many different
/// characters those are.
fn escape(content: &mut SheetContent) -> usize {
    let mut lacking = BTreeSet::new();
    for text in content.texts_mut() {
        lacking.extend(text.chars().filter(|c| !metrics::is_drawn(*c)));
        *text = metrics::escaped(text);
    }
    if !lacking.is_empty() {
        content.first.escapes = "The fonts of this page lack some letters, which stand as their \
                                 numbers in Unicode, such as <U+682A>. The same sheet as HTML \
                                 shows them."
            .to_owned();
    }
    lacking.len()
}
