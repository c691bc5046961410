//! What is typed while codes are read never reaches the shell.

use std::io::stdin;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// A scanner types a character every one to twenty milliseconds: after a pause of this length its
/// code is over.
const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
/// How long is waited for that pause: longer than the longest code takes.
const LONGEST: Duration = Duration::from_secs(20);

/// The terminal that standard input is. When this is dropped, and before the signals that end a
/// command take effect, what was typed and not read is thrown away, the rest of a code that is
/// just being typed included.
pub(crate) struct Keyboard(Arc<Mutex<Termios>>);

impl Keyboard {
    /// Takes the terminal, where standard input is one.
    pub(crate) fn take() -> Option<Self> {
        // As it was, so that whoever comes last puts it back so.
        let usual = Arc::new(Mutex::new(tcgetattr(stdin()).ok()?));
        let at_signal = Arc::clone(&usual);
        // Where no handler can be set, the terminal itself throws away what it holds at Ctrl-C.
        if let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM]) {
            thread::spawn(move || {
                for signal in signals.forever() {
                    throw_away(&at_signal);
                    emulate_default_handler(signal).ok();
                }
            });
        }
        Some(Self(usual))
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        throw_away(&self.0);
    }
}

/// Throws away what is typed, up to a pause. Meanwhile the terminal shows nothing and holds no
/// lines back: half a line is not seen otherwise. Where the terminal is gone, so is what it held.
fn throw_away(usual: &Mutex<Termios>) {
    let usual = usual.lock().unwrap_or_else(PoisonError::into_inner);
    let input = stdin();
    let mut quiet = usual.clone();
    quiet.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    if tcsetattr(&input, OptionalActions::Flush, &quiet).is_err() {
        return;
    }
    let start = Instant::now();
    while start.elapsed() < LONGEST
        && poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&PAUSE))
            .is_ok_and(|typed| typed > 0)
        && tcflush(&input, QueueSelector::IFlush).is_ok()
    {}
    tcsetattr(&input, OptionalActions::Flush, &usual).ok();
}
