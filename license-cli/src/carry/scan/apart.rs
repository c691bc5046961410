//! A process of its own for documents of pages: the libraries that read them do not bound what they
//! take, and a document that was made to do harm ends that process, not this one.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use license_scan::{FILE_BYTES, Fault, Format, GrayImage, SIDE, Take, format_of, pages};
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::problem::{Failure, Problem};

/// The argument with which the command starts itself. It is no command for people: it reads a
/// document from standard input, and writes bare pages.
const ARGUMENT: &str = "--pages-of-a-document";
/// All memory of the process: a page at 600 dpi in colour takes some 300 MB while it is decoded.
const MEMORY: u64 = 1 << 30;
/// Seconds of computing for all pages of a document.
const SECONDS: u64 = 60;
/// What stands before a page, and before what was wrong at the end.
const PAGE: u8 = b'P';
const END: u8 = b'E';
const FAULT: u8 = b'F';

/// Reads a document page by page in another process.
///
/// # Errors
/// As [`Fault`] says, after the pages that could be read were taken; `input_unreadable` where no
/// process can be started.
#[cfg_attr(test, allow(dead_code, reason = "the program that runs these tests cannot do it"))]
pub(super) fn read(bytes: &[u8], take: &mut Take<'_>) -> Result<(), Failure> {
    // What runs here, also where the file was replaced since.
    let mut command = Command::new("/proc/self/exe");
    command.arg(ARGUMENT).env_clear().stderr(Stdio::null());
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut process = started.map_err(|error| not_started(&error))?;
    let (input, output) = (process.stdin.take(), process.stdout.take());
    let received = thread::scope(|scope| {
        // Nobody reads on where the document is refused, and that is seen in what comes back.
        scope.spawn(move || input.map(|mut input| input.write_all(bytes)));
        let received = receive(&mut BufReader::new(output?), take);
        process.kill().ok();
        process.wait().ok();
        received
    });
    // It ended in the middle: by its limits, or by a fault of the library.
    let end = received.unwrap_or(Err(Fault::Costly));
    end.map_err(Failure::from)
}

#[cfg_attr(test, allow(dead_code, reason = "the program that runs these tests cannot do it"))]
fn not_started(error: &io::Error) -> Failure {
    let found = format!(
        "a document of pages is read by a second process, which cannot be started: {}",
        error.kind()
    );
    let hint = "save the page as PNG or JPEG, and give that";
    Failure::new(Problem::InputUnreadable, found).hint(hint)
}

/// Takes pages until the end, or until no more are wanted; nothing where the end is missing.
fn receive(from: &mut impl Read, take: &mut Take<'_>) -> Option<Result<(), Fault>> {
    loop {
        let (what, number, width, height) = header(from)?;
        match what {
            PAGE if width <= SIDE && height <= SIDE => {
                let mut levels = vec![0; width as usize * height as usize];
                from.read_exact(&mut levels).ok()?;
                if !take(GrayImage::from_raw(width, height, levels)?) {
                    return Some(Ok(()));
                }
            }
            END => return Some(Ok(())),
            FAULT => return Some(Err(Fault::of(number, width, height))),
            _ => return None,
        }
    }
}

fn header(from: &mut impl Read) -> Option<(u8, u8, u32, u32)> {
    let mut head = [0; 10];
    from.read_exact(&mut head).ok()?;
    let [what, number, rest @ ..] = head;
    let (width, height) = rest.split_first_chunk::<4>()?;
    let height = height.first_chunk::<4>()?;
    Some((what, number, u32::from_le_bytes(*width), u32::from_le_bytes(*height)))
}

/// Does the other process's work where the arguments ask for it.
pub(crate) fn asked(arguments: &[OsString]) -> Option<ExitCode> {
    let [_, argument] = arguments else { return None };
    (argument == OsStr::new(ARGUMENT)).then(|| match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

fn serve() -> io::Result<()> {
    limit()?;
    let mut bytes = Vec::new();
    io::stdin().lock().take(FILE_BYTES as u64).read_to_end(&mut bytes)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut send = |page: GrayImage| {
        let head = head(PAGE, 0, page.width(), page.height());
        out.write_all(&head).and_then(|()| out.write_all(page.as_raw())).is_ok()
    };
    let end = match format_of(&bytes) {
        Some(Format::Document(document)) => pages(document, &bytes, &mut send),
        Some(Format::Picture(_)) | None => Err(Fault::Damaged),
    };
    let head = match end.map_err(Fault::numbers) {
        Ok(()) => head(END, 0, 0, 0),
        Err((number, width, height)) => head(FAULT, number, width, height),
    };
    out.write_all(&head)?;
    out.flush()
}

fn head(what: u8, number: u8, width: u32, height: u32) -> Vec<u8> {
    [&[what, number], &width.to_le_bytes()[..], &height.to_le_bytes()].concat()
}

/// Bounds what this process may take, so that the system ends it.
fn limit() -> io::Result<()> {
    for (resource, most) in [(Resource::As, MEMORY), (Resource::Cpu, SECONDS), (Resource::Core, 0)]
    {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sizes of the pages, and how the sender ended.
    type Received = (Vec<(u32, u32)>, Option<Result<(), Fault>>);

    fn received(bytes: &[u8]) -> Received {
        let mut sizes = Vec::new();
        let mut from = bytes;
        let end = receive(&mut from, &mut |page| {
            sizes.push(page.dimensions());
            true
        });
        (sizes, end)
    }

    #[test]
    fn pages_come_across_with_what_was_wrong() {
        let page = [head(PAGE, 0, 3, 2), vec![7; 6]].concat();
        assert_eq!(received(&[page.clone(), head(END, 0, 0, 0)].concat()).1, Some(Ok(())));
        for fault in
            [Fault::Damaged, Fault::Locked, Fault::Pages, Fault::Large(9, 8), Fault::Costly]
                .into_iter()
                .chain([Fault::Unknown])
        {
            let (number, width, height) = fault.numbers();
            let sent = [page.clone(), head(FAULT, number, width, height)].concat();
            assert_eq!(received(&sent), (vec![(3, 2)], Some(Err(fault))));
        }
    }

    #[test]
    fn what_ends_too_early_or_is_no_page_is_never_taken_for_whole() {
        let page = [head(PAGE, 0, 3, 2), vec![7; 6]].concat();
        for cut in 0..page.len() {
            assert_eq!(received(&page[..cut]), (vec![], None), "{cut}");
        }
        assert_eq!(received(&page), (vec![(3, 2)], None));
        assert_eq!(received(&head(PAGE, 0, SIDE + 1, 1)), (vec![], None));
        assert_eq!(received(&head(b'?', 0, 0, 0)), (vec![], None));
    }
}
