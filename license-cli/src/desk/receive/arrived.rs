//! Documents on their way in: read from their carriers and verified by themselves, on all cores.

use std::fs;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use license_core::Code;
use license_core::document::{Kind, Request, Usage};
use license_core::trust::TrustAnchors;
use license_core::verify::{
    SelfSigned, VerifiedLicense, file_kind, verify_license, verify_request, verify_usage,
};

use super::export;
use crate::carry::paths::Source;
use crate::carry::{incoming, seen};
use crate::files::shown;
use crate::problem::{Failure, Problem};
use crate::progress::Progress;

/// Files that are read, and then filed, together. On a disk each filing waits for is written.
const BATCH: usize = 256;
/// Bytes that are read together, as far as the files' sizes are known: the memory that is used is
/// theirs, three times at most.
const BATCH_BYTES: u64 = 16 << 20;
/// The most threads that read.
const THREADS: usize = 64;

/// A document that came.
pub(crate) struct Arrived {
    /// The file that it stood in, as it was named.
    pub(crate) file: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) content: Content,
}

/// What a document is, as far as it can be known by itself.
pub(crate) enum Content {
    Request(Box<SelfSigned<Request>>),
    Report(Box<SelfSigned<Usage>>),
    /// Of an issuing key that a root of ours has certified.
    License(Box<VerifiedLicense>),
    /// It cannot be read, does not verify, or is not for the desk.
    Refused(Failure),
    /// Nothing of ours in a file of a folder.
    Nothing,
}

/// Reads and verifies all files, and hands them on in their order, some at a time. What is read
/// ahead is bounded.
///
/// # Errors
/// What `each` says: then no more is read; `worker_died`, where what was not read is not known.
pub(crate) fn each_batch(
    sources: &[Source],
    anchors: &TrustAnchors,
    progress: &Progress,
    each: &mut dyn FnMut(Vec<Arrived>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (sender, batches) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut rest = sources;
            while !rest.is_empty() {
                let (batch, later) = rest.split_at(together(rest));
                rest = later;
                // Whoever takes them has given up.
                if sender.send(read(batch, anchors, progress)).is_err() {
                    break;
                }
            }
        });
        // The receiver goes with this line, also before all was read.
        let taken = batches.into_iter().try_for_each(|batch| each(batch?));
        let read = reader.join().map_err(|_| died());
        taken.and(read)
    })
}

/// How many of these files are read together.
fn together(sources: &[Source]) -> usize {
    let mut bytes = 0;
    let fit = sources.iter().take(BATCH).take_while(|source| {
        bytes += fs::metadata(&source.path).map_or(0, |found| found.len());
        bytes <= BATCH_BYTES
    });
    fit.count().max(1).min(sources.len())
}

/// The documents of these files, in the files' order.
fn read(
    sources: &[Source],
    anchors: &TrustAnchors,
    progress: &Progress,
) -> Result<Vec<Arrived>, Failure> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    let documents = at_once(sources, threads, |source| {
        let documents = arrived(source, anchors);
        progress.done();
        documents
    });
    Ok(documents?.into_iter().flatten().collect())
}

/// What comes of each, in their order; each thread takes the next that nobody has. None is left
/// out: where a thread ends before its part is done, nothing is known.
pub(super) fn at_once<T: Sync, D: Send>(
    all: &[T],
    threads: usize,
    one: impl Fn(&T) -> D + Sync,
) -> Result<Vec<D>, Failure> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(given) = all.get(index) else { return done };
            done.push((index, one(given)));
        }
    };
    let mut done: Vec<(usize, D)> = thread::scope(|scope| {
        let workers: Vec<_> = (1..threads.min(all.len())).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for worker in workers {
            done.extend(worker.join().map_err(|_| died())?);
        }
        Ok::<_, Failure>(done)
    })?;
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, done)| done).collect())
}

fn died() -> Failure {
    Failure::new(Problem::WorkerDied, "a thread ended before its files were read")
}

/// The documents of a file.
fn arrived(source: &Source, anchors: &TrustAnchors) -> Vec<Arrived> {
    let file = shown(&source.path);
    let one = |content| vec![Arrived { file: file.clone(), bytes: Vec::new(), content }];
    match incoming::read_all(&source.path) {
        Ok(documents) => {
            let is_license =
                |bytes: &Vec<u8>| file_kind(bytes).is_ok_and(|(kind, _)| kind == Kind::License);
            let all = documents.iter().all(is_license);
            if let Some(wrong) = all.then(|| export::around(&source.path, &documents)).flatten() {
                return one(Content::Refused(wrong));
            }
            let verified = documents.into_iter().map(|bytes| {
                let content = content(&bytes, anchors);
                Arrived { file: file.clone(), bytes, content }
            });
            verified.collect()
        }
        Err(failure) if source.in_folder && is_nothing(&failure) => one(Content::Nothing),
        Err(failure) => one(Content::Refused(export::instead(&source.path, failure))),
    }
}

/// Whether a file holds nothing of ours, rather than something that was damaged.
fn is_nothing(failure: &Failure) -> bool {
    let codes = [Code::TextMissing, Code::NotAirlock, Code::Empty];
    codes.map(Problem::Core).contains(&failure.problem)
}

/// What a document is. A file of another kind than these three is not for the desk.
fn content(bytes: &[u8], anchors: &TrustAnchors) -> Content {
    let kind = match file_kind(bytes) {
        Ok((kind, _)) => kind,
        Err(error) => return Content::Refused(seen::not_verified(bytes, &error)),
    };
    let verified = match kind {
        Kind::Request => verify_request(bytes, anchors).map(|it| Content::Request(Box::new(it))),
        Kind::Usage => verify_usage(bytes, anchors).map(|it| Content::Report(Box::new(it))),
        Kind::License => verify_license(bytes, anchors).map(|it| Content::License(Box::new(it))),
        Kind::Issuer | Kind::Receipt | Kind::Approval | Kind::Revocation | Kind::Other(_) => {
            return Content::Refused(not_for_the_desk(kind));
        }
    };
    verified.unwrap_or_else(|error| Content::Refused(seen::not_verified(bytes, &error)))
}

fn not_for_the_desk(kind: Kind) -> Failure {
    let found = format!("found a file of kind {kind}, expected a request, a report or a license");
    Failure::new(Problem::Core(Code::WrongKind), found).hint("`airlock show FILE` shows what it is")
}
