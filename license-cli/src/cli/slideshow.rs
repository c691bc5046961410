//! Codes shown one after the other on a terminal, until somebody ends it.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::termios::LocalModes;
use terminal_size::{Height, Width, terminal_size_of};

use crate::carry::qr::Symbol;
use crate::carry::qr::slides::{Key, Slides, keys};
use crate::carry::qr::terminal::{Ink, draw, lines};
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::terminal::{Typed, hold_until};

/// A screen of its own without a cursor, and back to what was there.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[2J";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";
/// Home; the rest of a line; the rest of the screen.
const HOME: &str = "\x1b[H";
const END_OF_LINE: &str = "\x1b[K\r\n";
const BELOW: &str = "\x1b[K\x1b[J";

/// After so long the window is looked at again.
const TICK: Duration = Duration::from_millis(200);
/// After so long the same is drawn again: something else may have written over it.
const AGAIN: Duration = Duration::from_secs(2);

/// What is shown, and how.
#[derive(Debug)]
pub(crate) struct Show<'a> {
    pub(crate) symbols: &'a [Symbol],
    pub(crate) ink: Ink,
    /// Characters a module.
    pub(crate) scale: usize,
    /// Codes a second.
    pub(crate) pace: f64,
}

/// Shows the codes until a key ends it.
///
/// # Errors
/// `terminal_several` where there is no terminal whose keys could be read.
pub(crate) fn show(show: &Show<'_>) -> Result<(), Failure> {
    // Standard input may be the file.
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(none)?;
    let holding = hold_until(&terminal, Typed::ThrownAway, ENTER, LEAVE, |state| {
        state.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    });
    let _holding = holding.ok_or_else(|| none("it is none"))?;
    let mut slides = Slides::new(show.symbols.len(), show.pace);
    // Where the terminal is gone, nobody looks any more.
    terminal.write_all(ENTER.as_bytes()).and_then(|()| run(show, &mut slides, &mut terminal)).ok();
    Ok(())
}

fn none(why: impl std::fmt::Display) -> Failure {
    let found = format!("the codes need a terminal with keys, and none could be opened: {why}");
    Failure::new(Problem::TerminalSeveral, found)
}

fn run(show: &Show<'_>, slides: &mut Slides, terminal: &mut File) -> std::io::Result<()> {
    let (mut ink, mut due) = (show.ink, Instant::now() + slides.stay());
    let (mut shown, mut drawn) = (String::new(), Instant::now());
    loop {
        let frame = frame(show, slides, ink, terminal);
        if frame != shown || drawn.elapsed() >= AGAIN {
            terminal.write_all(frame.as_bytes())?;
            (shown, drawn) = (frame, Instant::now());
        }
        let left = due.saturating_duration_since(Instant::now());
        let typed = typed(terminal, if slides.goes { left.min(TICK) } else { TICK })?;
        for key in keys(&typed) {
            match key {
                Key::End => return Ok(()),
                Key::Invert => ink = ink.inverted(),
                Key::Next | Key::Back | Key::Quicker | Key::Slower | Key::Pause => {
                    slides.take(key);
                    due = Instant::now() + slides.stay();
                }
            }
        }
        if slides.goes && Instant::now() >= due {
            slides.step();
            due = Instant::now() + slides.stay();
        }
    }
}

/// What was typed, waited for so long; an error where the terminal is gone.
fn typed(terminal: &mut File, wait: Duration) -> std::io::Result<Vec<u8>> {
    let wait = Timespec::try_from(wait).unwrap_or_default();
    match poll(&mut [PollFd::new(&*terminal, PollFlags::IN)], Some(&wait)) {
        Ok(0) | Err(Errno::INTR) => return Ok(Vec::new()),
        Ok(_) => {}
        Err(error) => return Err(error.into()),
    }
    let mut typed = [0; 64];
    match terminal.read(&mut typed)? {
        0 => Err(std::io::ErrorKind::UnexpectedEof.into()),
        read => Ok(typed.get(..read).unwrap_or_default().to_vec()),
    }
}

/// The screen: the code in the middle, and a line that says what it is and what the keys do.
fn frame(show: &Show<'_>, slides: &Slides, ink: Ink, terminal: &File) -> String {
    let window = terminal_size_of(terminal);
    let (columns, high) = window.map_or((80, 24), |(Width(columns), Height(lines))| {
        (usize::from(columns), usize::from(lines))
    });
    let Some(symbol) = show.symbols.get(slides.at) else { return String::new() };
    let wide = symbol.full_side() * show.scale;
    let needed = lines(symbol.full_side(), show.scale) + 1;
    let mut frame = HOME.to_owned();
    if wide > columns || needed > high {
        let words = format!(
            "make the window larger: {} and {}",
            counted(wide, "column"),
            counted(needed, "line")
        );
        frame.push_str(&cut(&words, columns));
        frame.push_str(BELOW);
        return frame;
    }
    let margin = " ".repeat((columns - wide) / 2);
    for line in draw(symbol, ink, show.scale) {
        frame.push_str(&margin);
        frame.push_str(&line);
        frame.push_str(END_OF_LINE);
    }
    frame.push_str(&cut(&words(symbol, slides), columns));
    frame.push_str(BELOW);
    frame
}

fn words(symbol: &Symbol, slides: &Slides) -> String {
    let (pace, space) = match slides.goes {
        true => (format!("at {}", slides.pace()), "stop"),
        false => ("stopped".to_owned(), "go"),
    };
    format!(
        "{} {pace}   n next  b back  space {space}  + quicker  - slower  q end",
        symbol.caption()
    )
}

/// The words as far as the line goes; its last column stays free, so that nothing scrolls.
fn cut(words: &str, columns: usize) -> String {
    words.chars().take(columns.saturating_sub(1)).collect()
}
