//! Rows on all cores: each worker has a connection of its own, and what came of the rows is handed
//! on in their order. What is looked at ahead is bounded, so that memory does not grow with them.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;

use super::sheet::{Row, Sheet};
use crate::desk::opened::OpenDesk;
use crate::problem::Failure;

/// Rows that are looked at, and then filed, together. On a disk each filing waits for is written.
const TOGETHER: usize = 256;
/// The most threads that look.
const THREADS: usize = 64;

/// Rows with their place among those of the table; or why no more could be read.
type Job = (usize, Result<Vec<Row>, Failure>);
/// What came of rows.
type Done<T> = (usize, Result<Vec<T>, Failure>);

/// What is done with the rows: by a worker's desk.
pub(super) struct Work<'a, T> {
    /// Opens the desk once more.
    pub(super) open: &'a (dyn Fn() -> Result<OpenDesk, Failure> + Sync),
    pub(super) each: &'a (dyn Fn(&mut OpenDesk, Row) -> Result<T, Failure> + Sync),
}

/// Does the work for all rows, and hands on what came of them in their order, some at a time.
///
/// # Errors
/// The first that reading, the work or `take` says: then nothing more is done.
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
        let result = rows.and_then(|rows| {
            let desk = match &mut desk {
                Some(desk) => desk,
                None => desk.insert((work.open)()?),
            };
            rows.into_iter().map(|row| (work.each)(desk, row)).collect()
        });
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
    let mut early: BTreeMap<usize, Result<Vec<T>, Failure>> = BTreeMap::new();
    let mut next = 0;
    for (place, result) in finished {
        early.insert(place, result);
        while let Some(result) = early.remove(&next) {
            take(result?)?;
            handled.recv().ok();
            next += 1;
        }
    }
    Ok(())
}
