//! Rows on all cores: each worker has a connection of its own, and what came of the rows is handed
//! on in their order. What is looked at ahead is bounded, so that memory does not grow with them.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread::{self, ScopedJoinHandle};

use super::sheet::{Row, Sheet};
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;

/// Rows that are looked at, and then filed, together. On a disk each filing waits for is written.
const TOGETHER: usize = 256;
/// The most threads that look.
const THREADS: usize = 64;

/// Rows with their place among those of the table; or why no more could be read.
type Job = (usize, Result<Vec<Row>, Failure>);
/// What came of rows, or the panic that the work on them ended with.
type Done<T> = (usize, thread::Result<Result<Vec<T>, Failure>>);

/// What is done with the rows: by a worker's desk.
pub(super) struct Work<'a, T> {
    /// Opens the desk once more.
    pub(super) open: &'a (dyn Fn() -> Result<OpenDesk, Failure> + Sync),
    pub(super) each: &'a (dyn Fn(&mut OpenDesk, Row) -> Result<T, Failure> + Sync),
}

/// Does this with all items, on so many threads; what came of them stands in their order.
///
/// # Panics
/// Where the work on one did: no item is missing from what is given back.
pub(super) fn spread<T: Send, U: Send>(
    items: Vec<T>,
    threads: usize,
    each: &(dyn Fn(T) -> U + Sync),
) -> Vec<U> {
    let share = items.len().div_ceil(threads.max(1)).max(1);
    let mut shares: Vec<Vec<T>> = Vec::new();
    let mut items = items.into_iter().peekable();
    while items.peek().is_some() {
        shares.push(items.by_ref().take(share).collect());
    }
    let work = |share: Vec<T>| share.into_iter().map(each).collect::<Vec<U>>();
    thread::scope(|scope| {
        let workers: Vec<_> = shares.into_iter().map(|share| scope.spawn(|| work(share))).collect();
        let done = workers.into_iter().map(ScopedJoinHandle::join);
        done.flat_map(|done| done.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// Does the work for all rows, and hands on what came of them in their order, some at a time.
///
/// # Errors
/// The first that reading, the work or `take` says: then nothing more is done.
///
/// # Panics
/// Where the work did: no row is passed over.
pub(super) fn each<T: Send>(
    sheet: &mut Sheet,
    work: &Work<'_, T>,
    take: &mut dyn FnMut(Vec<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (jobs, waiting) = mpsc::channel::<Job>();
    let waiting = Mutex::new(waiting);
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(THREADS);
    thread::scope(|scope| {
        let (done, finished) = mpsc::channel::<Done<T>>();
        // A place for each batch that is under way.
        let (ahead, handled) = mpsc::sync_channel::<()>(2 * threads);
        scope.spawn(move || read(sheet, &jobs, &ahead));
        for _ in 0..threads {
            let (done, waiting) = (done.clone(), &waiting);
            scope.spawn(move || run(work, waiting, &done));
        }
        drop(done);
        in_order(&finished, &handled, take)
    })
}

/// Reads the rows, as far ahead as there are places.
fn read(sheet: &mut Sheet, jobs: &Sender<Job>, ahead: &SyncSender<()>) {
    for place in 0.. {
        let rows = sheet.rows(TOGETHER);
        let is_last = rows.as_ref().map_or(true, Vec::is_empty);
        let is_end = rows.as_ref().is_ok_and(Vec::is_empty);
        // Whoever takes them has given up.
        if is_end || ahead.send(()).is_err() || jobs.send((place, rows)).is_err() || is_last {
            return;
        }
    }
}

/// What a worker does until no rows are left.
fn run<T>(work: &Work<'_, T>, waiting: &Mutex<Receiver<Job>>, done: &Sender<Done<T>>) {
    let mut desk: Option<OpenDesk> = None;
    loop {
        let job = waiting.lock().ok().and_then(|waiting| waiting.recv().ok());
        let Some((place, rows)) = job else { return };
        // One that ended with a panic would leave the others waiting for its rows.
        let result = catch_unwind(AssertUnwindSafe(|| {
            let rows = rows?;
            let desk = match &mut desk {
                Some(desk) => desk,
                None => desk.insert((work.open)()?),
            };
            rows.into_iter().map(|row| (work.each)(desk, row)).collect()
        }));
        if done.send((place, result)).is_err() {
            return;
        }
    }
}

/// Hands on in order what comes out of order.
fn in_order<T>(
    finished: &Receiver<Done<T>>,
    handled: &Receiver<()>,
    take: &mut dyn FnMut(Vec<T>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (place, result) in finished {
        early.insert(place, result);
        while let Some(result) = early.remove(&next) {
            take(result.unwrap_or_else(|panic| resume_unwind(panic))?)?;
            handled.recv().ok();
            next += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::RecvTimeoutError;
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_spread_comes_back_in_order_and_whole() {
        for (items, threads) in [(0, 8), (1, 8), (7, 8), (8, 8), (100, 8), (100, 1)] {
            let numbers: Vec<usize> = (0..items).collect();
            assert_eq!(spread(numbers.clone(), threads, &|number| number), numbers);
        }
    }

    #[test]
    fn a_thread_that_dies_leaves_no_item_out() {
        let one_dies = |number: usize| assert_ne!(number, 5, "one of them dies");
        let all = catch_unwind(|| spread((0..20).collect(), 8, &one_dies));
        assert!(all.is_err(), "{all:?}");
    }

    #[test]
    fn a_worker_that_dies_ends_the_work() {
        let (done, ended) = mpsc::channel();
        thread::spawn(move || {
            // More rows than are looked at ahead.
            let rows = "x\n".repeat(TOGETHER * 1_000);
            let mut sheet = Sheet::read(format!("customer\n{rows}").as_bytes()).unwrap();
            let open = || panic!("a worker dies");
            let work = Work { open: &open, each: &|_, row| Ok(row.number) };
            let all = catch_unwind(AssertUnwindSafe(|| each(&mut sheet, &work, &mut |_| Ok(()))));
            done.send(all.is_err()).unwrap();
        });
        let died: Result<bool, RecvTimeoutError> = ended.recv_timeout(Duration::from_secs(30));
        assert_eq!(died, Ok(true));
    }
}
