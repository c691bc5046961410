//! The terminal while it is not as its user knows it: given back before a signal ends or stops the
//! command, and when the work is done.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::getpgrp;
use rustix::termios::{
    LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcgetpgrp, tcsetattr,
};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// A scanner types a character every one to twenty milliseconds: after a pause of this length its
/// code is over.
const PAUSE: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
/// How long is waited for that pause: longer than the longest code takes.
const LONGEST: Duration = Duration::from_secs(20);

/// The one terminal that is held.
static HELD: Mutex<Option<Held>> = Mutex::new(None);
/// Whether signals are watched. They are, from the first terminal that is held, to the end.
static WATCHED: OnceLock<()> = OnceLock::new();

/// What becomes of what was typed and not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typed {
    Kept,
    /// It is thrown away, the rest of a code that is just being typed included: the shell would run
    /// it.
    ThrownAway,
}

/// A terminal that is held.
struct Held {
    device: File,
    usual: Termios,
    ours: Termios,
    typed: Typed,
    /// What is said on the terminal where the command goes on after it was stopped, and where it is
    /// given back.
    again: String,
    leave: &'static str,
}

/// Gives the terminal back when it is dropped.
#[derive(Debug)]
pub(crate) struct Holding(());

impl Drop for Holding {
    fn drop(&mut self) {
        let mut held = held();
        held.iter().for_each(Held::give_back);
        *held = None;
    }
}

/// Holds the terminal until the answer is dropped, in the state that `change` makes of its usual
/// one; `None` where this is no terminal. Where the command goes on after it was stopped, `again`
/// is said.
pub(crate) fn hold(
    device: impl AsFd,
    typed: Typed,
    again: &str,
    change: impl FnOnce(&mut Termios),
) -> Option<Holding> {
    hold_until(device, typed, again, "", change)
}

/// As [`hold`]; where the terminal is given back, `leave` is said.
pub(crate) fn hold_until(
    device: impl AsFd,
    typed: Typed,
    again: &str,
    leave: &'static str,
    change: impl FnOnce(&mut Termios),
) -> Option<Holding> {
    let device = File::from(device.as_fd().try_clone_to_owned().ok()?);
    let usual = tcgetattr(&device).ok()?;
    let mut ours = usual.clone();
    change(&mut ours);
    WATCHED.get_or_init(watch);
    let mut held = held();
    let new = held.insert(Held { device, usual, ours, typed, again: again.to_owned(), leave });
    new.set(&new.ours);
    Some(Holding(()))
}

fn held() -> MutexGuard<'static, Option<Held>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watches the signals that end or stop a command. Where that cannot be done, the system's own
/// answer to them stays.
fn watch() {
    let Ok(mut signals) = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP]) else { return };
    thread::spawn(move || signals.forever().for_each(answer));
}

/// Gives the terminal back, and does what the signal does. Nothing comes behind one that ends the
/// command.
fn answer(signal: i32) {
    let held = held();
    held.iter().for_each(Held::give_back);
    emulate_default_handler(signal).ok();
    held.iter().for_each(Held::take_again);
}

impl Held {
    /// Puts the terminal into the state that its user knows.
    fn give_back(&self) {
        if self.typed == Typed::ThrownAway {
            self.throw_away();
        }
        self.set(&self.usual);
        self.say(self.leave);
    }

    fn take_again(&self) {
        self.set(&self.ours);
        self.say(&self.again);
    }

    fn say(&self, text: &str) {
        // Where the terminal is gone, nobody reads it.
        (&self.device).write_all(text.as_bytes()).ok();
    }

    /// Sets the state where the command is in the foreground: elsewhere the terminal is not ours,
    /// and the system would stop the command for it.
    fn set(&self, state: &Termios) {
        if tcgetpgrp(&self.device).is_ok_and(|foreground| foreground == getpgrp()) {
            tcsetattr(&self.device, OptionalActions::Now, state).ok();
        }
    }

    /// Throws away what is typed, up to a pause. Meanwhile the terminal shows nothing and holds no
    /// lines back: half a line is not seen otherwise. Where the terminal is gone, so is what it
    /// held.
    fn throw_away(&self) {
        let mut quiet = self.usual.clone();
        quiet.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
        self.set(&quiet);
        let start = Instant::now();
        while start.elapsed() < LONGEST && self.is_typed_on() {}
        tcflush(&self.device, QueueSelector::IFlush).ok();
    }

    /// Throws away what is there; whether anything was typed before a pause.
    fn is_typed_on(&self) -> bool {
        match poll(&mut [PollFd::new(&self.device, PollFlags::IN)], Some(&PAUSE)) {
            // A signal is no pause: it is answered when this is over.
            Err(Errno::INTR) => true,
            Err(_) | Ok(0) => false,
            Ok(_) => tcflush(&self.device, QueueSelector::IFlush).is_ok(),
        }
    }
}
