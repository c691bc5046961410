//! Many reports at once, on all cores.

use std::num::NonZero;
use std::thread;

use super::figures::{Desk, Figures, export, report};
use crate::carry::incoming::UsageFile;
use crate::problem::{Failure, Problem};

/// Fewer are not worth a thread.
const WORTH: usize = 16;

/// The figures of these files, in their order.
///
/// # Errors
/// Those of the first file that is refused, with its name; `worker_died`.
pub(crate) fn figures(
    files: &[(String, UsageFile)],
    desk: &Desk<'_>,
) -> Result<Vec<Figures>, Failure> {
    each(files, desk)?.into_iter().collect()
}

/// The same, each by itself: its figures, or why it is refused.
///
/// # Errors
/// `worker_died`.
pub(crate) fn each(
    files: &[(String, UsageFile)],
    desk: &Desk<'_>,
) -> Result<Vec<Result<Figures, Failure>>, Failure> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    at_once(files, threads, |(file, given)| one(file, given, desk))
}

/// What comes of each, in their order. None is left out: where a thread ends before its part is
/// done, nothing is known.
fn at_once<T: Sync, D: Send>(
    all: &[T],
    threads: usize,
    one: impl Fn(&T) -> D + Sync,
) -> Result<Vec<D>, Failure> {
    let each = all.len().div_ceil(threads.max(1)).max(WORTH);
    let of_part = |part: &[T]| -> Vec<D> { part.iter().map(&one).collect() };
    thread::scope(|scope| {
        let mut parts = all.chunks(each);
        let first = parts.next();
        let of_part = &of_part;
        let others: Vec<_> = parts.map(|part| scope.spawn(move || of_part(part))).collect();
        let mut done = first.map(of_part).unwrap_or_default();
        for thread in others {
            done.extend(thread.join().map_err(|_| died())?);
        }
        Ok(done)
    })
}

fn died() -> Failure {
    Failure::new(Problem::WorkerDied, "a thread ended before its files were read")
}

fn one(file: &str, given: &UsageFile, desk: &Desk<'_>) -> Result<Figures, Failure> {
    let figures = match given {
        UsageFile::Report(bytes) => report(file, bytes, desk),
        UsageFile::Unsigned(counts) => export(file, counts, desk),
    };
    figures.map_err(|failure| failure.within(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_dies_is_an_error_and_no_missing_report() {
        let all: Vec<usize> = (0..3 * WORTH).collect();
        let of = |dies: Option<usize>| {
            let one = |it: &usize| {
                assert_ne!(Some(*it), dies, "a thread that dies");
                2 * it
            };
            at_once(&all, 3, one).map_err(|failure| failure.problem.name())
        };
        assert_eq!(of(None), Ok(all.iter().map(|it| 2 * it).collect()));
        assert_eq!(of(Some(WORTH + 1)), Err("worker_died"));
    }
}
