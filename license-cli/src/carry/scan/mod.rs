//! Reads the codes on pictures: quickly on all of them first, then with more effort on those that
//! gave nothing.

mod decode;
mod finders;
mod ladder;
pub(crate) mod lines;
mod readers;
pub(crate) mod scanned;
#[cfg(test)]
mod tests;
pub(crate) mod typed;
pub(crate) mod unread;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use image::GrayImage;
use license_core::Code;
use license_core::carrier::parts::{Added, Collector, Joined};

use crate::carry::scan::ladder::LADDER;
use crate::files;
use crate::problem::Failure;
use crate::progress::Progress;

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
    kept: Option<GrayImage>,
    /// The rung of the ladder that is next.
    next: usize,
}

/// All pictures, and what they gave together.
#[derive(Debug)]
pub(crate) struct Pictures<'a> {
    pub(crate) pictures: Vec<Picture<'a>>,
    collector: Collector,
}

impl<'a> Pictures<'a> {
    /// Reads pictures.
    ///
    /// The first rung looks at all of them, so that a second file among them is noticed. The others
    /// follow until the file is complete: first on the pictures that gave nothing of Airlock's,
    /// then on the rest.
    pub(crate) fn read(paths: &'a [PathBuf], progress: &Progress) -> Self {
        let mut all = Self {
            pictures: paths.iter().map(|path| Picture::new(path)).collect(),
            collector: Collector::default(),
        };
        all.climb(progress, 1, |_| true);
        for wanted in [|picture: &Picture<'_>| picture.codes.is_empty(), |_: &Picture<'_>| true] {
            if !all.settled() {
                let left = |picture: &&Picture<'_>| {
                    picture.next < LADDER.len() && picture.failure.is_none() && wanted(picture)
                };
                progress.more(all.pictures.iter().filter(left).count());
                all.climb(progress, LADDER.len(), wanted);
            }
        }
        all
    }

    /// The file that the codes make.
    ///
    /// # Errors
    /// Those of joining codes, with what is odd about the pictures.
    pub(crate) fn file(&self) -> Result<Joined, Failure> {
        let why = |error| unread::pictures(&error, &self.pictures, &self.collector);
        self.collector.file().map_err(why)
    }

    /// Airlock's codes on all pictures.
    pub(crate) fn codes(&self) -> BTreeSet<String> {
        self.pictures.iter().flat_map(|picture| picture.codes.iter().cloned()).collect()
    }

    /// Returns whether more codes would change nothing: the file is complete, or there are two.
    fn settled(&self) -> bool {
        match self.collector.file() {
            Ok(_) => true,
            Err(error) => error.code() == Code::TextSeveral,
        }
    }

    /// Takes pictures up the ladder, each as long as it is wanted.
    fn climb(&mut self, progress: &Progress, to: usize, wanted: impl Fn(&Picture<'_>) -> bool) {
        for picture in &mut self.pictures {
            if picture.next >= to || picture.failure.is_some() || !wanted(picture) {
                continue;
            }
            progress.begin(files::shown(picture.path));
            let Some(pixels) = picture.pixels() else { continue };
            while let Some(rung) =
                LADDER.get(picture.next).filter(|_| picture.next < to && wanted(picture))
            {
                picture.next += 1;
                for text in rung.read(&pixels) {
                    picture.add(&mut self.collector, text);
                }
                if to > 1 && self.collector.file().is_ok() {
                    return;
                }
            }
            progress.done();
        }
    }
}

impl<'a> Picture<'a> {
    fn new(path: &'a Path) -> Self {
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
    fn pixels(&mut self) -> Option<GrayImage> {
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
    fn add(&mut self, collector: &mut Collector, text: String) {
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
