//! Reads the codes on pictures: quickly on all of them first, then with more effort on those that
//! gave nothing.

mod decode;
mod finders;
pub(crate) mod keyboard;
mod ladder;
pub(crate) mod lines;
mod picture;
mod readers;
pub(crate) mod scanned;
#[cfg(test)]
mod tests;
pub(crate) mod typed;
pub(crate) mod unread;

use std::collections::BTreeSet;
use std::path::PathBuf;

use license_core::Code;
use license_core::carrier::parts::{Collector, Joined};

use crate::carry::scan::ladder::LADDER;
pub(crate) use crate::carry::scan::picture::Picture;
use crate::files;
use crate::problem::Failure;
use crate::progress::Progress;

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
