//! One picture, and what it gave.

use std::collections::BTreeSet;
use std::path::Path;

use image::GrayImage;
use license_core::carrier::parts::{Added, Collector};

use crate::carry::scan::decode;
use crate::problem::Failure;

/// Different texts that are kept of one picture. More codes than a sheet of paper has room for are
/// somebody's jest.
const TEXTS: usize = 64;

/// One picture, and what it gave so far.
#[derive(Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) path: &'a Path,
    /// Airlock's codes on it.
    pub(crate) codes: BTreeSet<String>,
    /// Other people's codes on it.
    pub(crate) foreign: BTreeSet<String>,
    /// What is wrong with codes that begin as Airlock's do.
    pub(crate) damaged: BTreeSet<String>,
    /// Why it could not be read as a picture.
    pub(crate) failure: Option<Failure>,
    /// The picture itself, where its file cannot be read a second time: a pipe.
    pub(super) kept: Option<GrayImage>,
    /// The rung of the ladder that is next.
    pub(super) next: usize,
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
            kept: None,
            next: 0,
        }
    }

    /// Returns the picture, decoded again: many together would take too much memory.
    pub(super) fn pixels(&mut self) -> Option<GrayImage> {
        if let Some(kept) = &self.kept {
            return Some(kept.clone());
        }
        match decode::read(self.path) {
            Ok(pixels) => {
                self.kept = (!self.path.is_file()).then(|| pixels.clone());
                Some(pixels)
            }
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }

    /// Takes what one code says.
    pub(super) fn add(&mut self, collector: &mut Collector, text: String) {
        if self.codes.len() + self.foreign.len() + self.damaged.len() >= TEXTS {
            return;
        }
        match collector.add(&text) {
            Ok(Added::Foreign) => self.foreign.insert(text),
            Ok(Added::New | Added::Again) => self.codes.insert(text),
            Err(error) => self.damaged.insert(error.to_string()),
        };
    }
}
