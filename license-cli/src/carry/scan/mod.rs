//! Reads the codes on pictures: quickly on all of them first, then with more effort on those that
//! gave nothing.

pub(crate) mod apart;
mod fault;
pub(crate) mod keyboard;
pub(crate) mod lines;
mod not_picture;
mod picture;
pub(crate) mod scanned;
#[cfg(test)]
mod tests;
pub(crate) mod typed;
pub(crate) mod unread;

use std::collections::BTreeSet;
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use license_core::Code;
use license_core::carrier::parts::{Collector, Joined};
use license_scan::{GrayImage, LADDER, is_blank, squared};

pub(crate) use crate::carry::scan::not_picture::is_readable;
use crate::carry::scan::picture::Page;
pub(crate) use crate::carry::scan::picture::Picture;
use crate::files;
use crate::problem::Failure;
use crate::progress::Progress;

/// How far all pages are taken before one of them is taken further: most pages of a document have
/// no code, and all of the ladder for nothing takes long.
const LANDINGS: [usize; 3] = [3, 6, LADDER.len()];

/// Files that are read at a time, at most: each takes memory.
const AT_A_TIME: usize = 16;

/// All pictures, and what they gave together.
#[derive(Debug)]
pub(crate) struct Pictures<'a> {
    pub(crate) pictures: Vec<Picture<'a>>,
    collector: Collector,
}

impl<'a> Pictures<'a> {
    /// Reads pictures, on all cores.
    ///
    /// The first rung looks at all of them, so that a second file among them is noticed. The others
    /// follow, a few at a time, until the file is complete: first on the pages that gave nothing of
    /// Airlock's, then on the rest.
    pub(crate) fn read(paths: &'a [PathBuf], progress: &Progress) -> Self {
        let mut all = Self {
            pictures: paths.iter().map(|path| Picture::new(path)).collect(),
            collector: Collector::default(),
        };
        let everything: Vec<_> = all.pictures.iter_mut().collect();
        climb(everything, &mut all.collector, progress, Climb { to: 1, wanted: |_| true });
        for wanted in [(|page: Page| !page.gave) as fn(Page) -> bool, |_| true] {
            for to in LANDINGS {
                all.climb_on(Climb { to, wanted }, progress);
            }
        }
        all
    }

    /// Takes on those pages that are wanted, unless nothing more is needed. A page alone is taken
    /// all the way up: nothing waits for it.
    fn climb_on(&mut self, to: Climb, progress: &Progress) {
        let pages = |picture: &Picture<'_>| picture.left(to.to, to.wanted);
        let alone = self.pictures.iter().map(pages).sum::<usize>() == 1;
        if self.settled() || (alone && to.to < LADDER.len()) {
            return;
        }
        let left = self.pictures.iter_mut().filter(|picture| pages(picture) > 0);
        let left: Vec<_> = left.collect();
        progress.more(left.len());
        climb(left, &mut self.collector, progress, to);
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
}

/// How far pages are taken up the ladder, and which.
#[derive(Clone, Copy)]
struct Climb {
    to: usize,
    wanted: fn(Page) -> bool,
}

/// Takes pictures up the ladder, several at a time.
fn climb(
    pictures: Vec<&mut Picture<'_>>,
    collector: &mut Collector,
    progress: &Progress,
    climb: Climb,
) {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(AT_A_TIME).min(pictures.len());
    let (left, collector) = (Mutex::new(pictures.into_iter()), Mutex::new(collector));
    let work = || {
        while let Some(picture) = next(&left) {
            progress.begin(said(picture, &locked(&collector)));
            if climb.picture(picture, &collector) {
                // The file is complete: what is left is not needed.
                locked(&left).by_ref().for_each(drop);
                return;
            }
            progress.done();
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
}

/// A thread that panicked while it held something has left it whole: each change is one call.
fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next<T>(left: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    locked(left).next()
}

/// Which picture is read, and which codes of a set it is hoped to have.
fn said(picture: &Picture<'_>, collector: &Collector) -> String {
    let name = files::shown(picture.path);
    match unread::missing(collector) {
        Some(missing) => format!("{name}; {missing}"),
        None => name,
    }
}

impl Climb {
    /// Takes a picture's pages up the ladder, each as long as it is wanted; returns whether the
    /// file is complete, so that nothing else is needed.
    fn picture(self, picture: &mut Picture<'_>, collector: &Mutex<&mut Collector>) -> bool {
        let (mut index, mut complete) = (0, false);
        let read = picture.bytes().and_then(|bytes| {
            let read = picture::pages(&bytes, &mut |pixels| {
                complete = self.page(picture, index, pixels, collector);
                index += 1;
                !complete
            });
            picture.keep(bytes);
            read.map_err(|failure| failure.within(files::shown(picture.path)))
        });
        picture.failure = read.err();
        complete
    }

    /// Takes one page up.
    fn page(
        self,
        picture: &mut Picture<'_>,
        index: usize,
        pixels: GrayImage,
        collector: &Mutex<&mut Collector>,
    ) -> bool {
        let mut page = picture.pages.get(index).copied().unwrap_or_default();
        let mut complete = false;
        if is_blank(&pixels) {
            page.next = LADDER.len();
        }
        let straight = if page.next < self.to && (self.wanted)(page) && self.to > 1 {
            squared(&pixels).unwrap_or(pixels)
        } else {
            pixels
        };
        while !complete
            && (self.wanted)(page)
            && let Some(rung) = LADDER.get(page.next).filter(|_| page.next < self.to)
        {
            page.next += 1;
            let texts = rung.read(&straight);
            let mut collector = locked(collector);
            for text in texts {
                page.gave |= picture.add(&mut collector, text);
            }
            complete = self.to > 1 && collector.file().is_ok();
        }
        picture.put(index, page);
        complete
    }
}
