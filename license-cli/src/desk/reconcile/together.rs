//! Many reports at once, on all cores.

use std::num::NonZero;
use std::thread;

use super::figures::{Desk, Figures, export, report};
use crate::carry::incoming::UsageFile;
use crate::problem::Failure;

/// Fewer are not worth a thread.
const WORTH: usize = 16;

/// The figures of these files, in their order.
///
/// # Errors
/// Those of the first file that is refused, with its name.
pub(crate) fn figures(
    files: &[(String, UsageFile)],
    desk: &Desk<'_>,
) -> Result<Vec<Figures>, Failure> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let each = files.len().div_ceil(threads).max(WORTH);
    let of_part = |part: &[(String, UsageFile)]| -> Vec<Result<Figures, Failure>> {
        part.iter().map(|(file, given)| one(file, given, desk)).collect()
    };
    let done: Vec<Vec<Result<Figures, Failure>>> = thread::scope(|scope| {
        let mut parts = files.chunks(each);
        let first = parts.next();
        let of_part = &of_part;
        let others: Vec<_> = parts.map(|part| scope.spawn(move || of_part(part))).collect();
        let own = first.map(of_part).unwrap_or_default();
        let others = others.into_iter().filter_map(|thread| thread.join().ok());
        std::iter::once(own).chain(others).collect()
    });
    done.into_iter().flatten().collect()
}

fn one(file: &str, given: &UsageFile, desk: &Desk<'_>) -> Result<Figures, Failure> {
    let figures = match given {
        UsageFile::Report(bytes) => report(file, bytes, desk),
        UsageFile::Unsigned(counts) => export(file, counts, desk),
    };
    figures.map_err(|failure| failure.within(file))
}
