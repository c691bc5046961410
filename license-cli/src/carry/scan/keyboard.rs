//! What is typed while codes are read never reaches the shell.

use std::io::stdin;

use rustix::termios::{InputModes, LocalModes, SpecialCodeIndex};

use crate::terminal::{Holding, Typed, hold};

/// What is said where the command goes on after it was stopped.
const AGAIN: &str = "ready again: the codes that were read are kept\n";

/// Takes the terminal, where standard input is one. What was typed and not read is thrown away when
/// it is given back.
///
/// Its lines end with CR as with LF, so that a scanner's CR LF can be told from two ends of lines;
/// it does not show what the scanner types.
pub(crate) fn take() -> Option<Holding> {
    hold(stdin(), Typed::ThrownAway, AGAIN, |state| {
        state.local_modes.remove(LocalModes::ECHO);
        state.input_modes.remove(InputModes::ICRNL | InputModes::IGNCR | InputModes::INLCR);
        state.special_codes[SpecialCodeIndex::VEOL] = b'\r';
    })
}
