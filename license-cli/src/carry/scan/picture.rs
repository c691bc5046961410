//! One file of pictures, and what it gave.

use std::collections::BTreeSet;
use std::path::Path;

use license_core::carrier::parts::{Added, Collector};
use license_scan::{Document, FILE_BYTES, Format, Take, format_of, views};

#[cfg(not(test))]
use crate::carry::scan::apart;
use crate::carry::scan::not_picture;
use crate::files;
use crate::problem::Failure;

/// Different texts that are kept of one file, for each of its pages. More codes than a sheet of
/// paper has room for are somebody's jest.
const TEXTS: usize = 64;

/// One file of pictures, and what it gave so far.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) path: &'a Path,
    /// Airlock's codes on it.
    pub(crate) codes: BTreeSet<String>,
    /// Other people's codes on it.
    pub(crate) foreign: BTreeSet<String>,
    /// What is wrong with codes that begin as Airlock's do.
    pub(crate) damaged: BTreeSet<String>,
    /// Why it, or a page of it, could not be read.
    pub(crate) failure: Option<Failure>,
    /// Its pages, as many as were seen; more than one for a document.
    pub(super) pages: Vec<Page>,
    /// The file, where it cannot be read a second time: a pipe.
    kept: Option<Vec<u8>>,
}

/// How far the reading of a page is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Page {
    /// The rung of the ladder that is next.
    pub(super) next: usize,
    /// Whether codes of Airlock's were read on it.
    pub(super) gave: bool,
}

impl<'a> Picture<'a> {
    pub(super) fn new(path: &'a Path) -> Self {
        let none = BTreeSet::new;
        Self {
            path,
            codes: none(),
            foreign: none(),
            damaged: none(),
            failure: None,
            pages: Vec::new(),
            kept: None,
        }
    }

    /// How many of its pages are wanted and were not taken so far up the ladder.
    pub(super) fn left(&self, to: usize, wanted: fn(Page) -> bool) -> usize {
        self.pages.iter().filter(|page| page.next < to && wanted(**page)).count()
    }

    /// The file, read again each time: many together would take too much memory.
    ///
    /// # Errors
    /// Those of [`files::read`].
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, Failure> {
        match self.kept.take() {
            Some(kept) => Ok(kept),
            None => files::read(self.path, FILE_BYTES),
        }
    }

    /// Keeps the file where it cannot be read a second time.
    pub(super) fn keep(&mut self, bytes: Vec<u8>) {
        self.kept = (!self.path.is_file()).then_some(bytes);
    }

    /// Notes how far the reading of a page is.
    pub(super) fn put(&mut self, index: usize, page: Page) {
        match self.pages.get_mut(index) {
            Some(before) => *before = page,
            None => self.pages.push(page),
        }
    }

    /// Takes what one code says, and returns whether it is one of Airlock's.
    pub(super) fn add(&mut self, collector: &mut Collector, text: String) -> bool {
        let kept = self.codes.len() + self.foreign.len() + self.damaged.len();
        if kept >= TEXTS.saturating_mul(self.pages.len().max(1)) {
            return false;
        }
        match collector.add(&text) {
            Ok(Added::Foreign) => self.foreign.insert(text),
            Ok(Added::New | Added::Again) => {
                self.codes.insert(text);
                return true;
            }
            Err(error) => self.damaged.insert(error.to_string()),
        };
        false
    }
}

/// Goes through the pages of a file, until no more are wanted.
///
/// # Errors
/// `not_picture`, `picture_large`, `picture_damaged`, `input_unreadable`: after all pages that
/// could be read.
pub(super) fn pages(bytes: &[u8], take: &mut Take<'_>) -> Result<(), Failure> {
    match format_of(bytes).ok_or_else(|| not_picture::failure(bytes))? {
        Format::Picture(format) => {
            views(bytes, format)?.into_iter().all(take);
            Ok(())
        }
        Format::Document(document) => document_pages(document, bytes, take),
    }
}

#[cfg(not(test))]
fn document_pages(_: Document, bytes: &[u8], take: &mut Take<'_>) -> Result<(), Failure> {
    apart::read(bytes, take)
}

/// The program that runs these tests knows no argument that makes it read pages.
#[cfg(test)]
fn document_pages(kind: Document, bytes: &[u8], take: &mut Take<'_>) -> Result<(), Failure> {
    license_scan::pages(kind, bytes, take).map_err(Failure::from)
}
