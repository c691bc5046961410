//! Text for the window of a terminal: no word is broken at its edge, and the words that are looked
//! for first have a colour.

use std::borrow::Cow;
use std::io::{IsTerminal, stderr, stdout};

use anstream::{AutoStream, ColorChoice};
use terminal_size::{Width, terminal_size_of};

/// Colours that every terminal has, and back to its own.
const GREEN: &str = "\x1b[1;32m";
const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const RESET: &str = "\x1b[0m";

/// The words for a failure and for a warning. What writes them leaves the colour out where
/// standard error takes none.
pub(crate) fn error_word() -> String {
    format!("{RED}error:{RESET}")
}

pub(crate) fn warning_word() -> String {
    format!("{YELLOW}warning:{RESET}")
}

/// An answer as standard output's terminal shows it best; elsewhere as it is.
pub(crate) fn answer(text: &str) -> Cow<'_, str> {
    if !stdout().is_terminal() {
        return Cow::Borrowed(text);
    }
    let text = match terminal_size_of(stdout()) {
        Some((Width(columns), _)) => Cow::Owned(fitted(text, usize::from(columns), 0)),
        None => Cow::Borrowed(text),
    };
    match AutoStream::choice(&stdout()) {
        ColorChoice::Never => text,
        ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => coloured(text),
    }
}

/// A message as standard error's terminal shows it best, behind a word of so many characters.
pub(crate) fn message(text: &str, behind: usize) -> Cow<'_, str> {
    let size = terminal_size_of(stderr()).filter(|_| stderr().is_terminal());
    match size {
        Some((Width(columns), _)) => Cow::Owned(fitted(text, usize::from(columns), behind)),
        None => Cow::Borrowed(text),
    }
}

/// The text with its first word in colour, where that is the answer.
fn coloured(text: Cow<'_, str>) -> Cow<'_, str> {
    for (word, colour) in [("YES", GREEN), ("NO", RED)] {
        let rest = text.strip_prefix(word);
        if let Some(rest) = rest.filter(|rest| !rest.starts_with(char::is_alphanumeric)) {
            return Cow::Owned(format!("{colour}{word}{RESET}{rest}"));
        }
    }
    text
}

/// The text in lines of so many columns, the first of which has so many taken.
fn fitted(text: &str, columns: usize, taken: usize) -> String {
    let mut taken = taken;
    let mut fitted = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let fits = taken + line.trim_end_matches('\n').chars().count() <= columns;
        if fits || stays(line) {
            fitted.push_str(line);
        } else {
            fit(line, columns, taken, &mut fitted);
        }
        taken = 0;
    }
    fitted
}

/// Whether a line is left as it is: a command, which is copied, and what was drawn.
fn stays(line: &str) -> bool {
    let command = line.trim_start().trim_start_matches("$ ").starts_with("airlock ");
    command || line.contains(|c: char| c == '\x1b' || ('\u{2500}'..='\u{28ff}').contains(&c))
}

/// Breaks a line between words; further lines stand as far in as it does. What stands between
/// backticks is copied, and stays on a line.
fn fit(line: &str, columns: usize, taken: usize, fitted: &mut String) {
    let margin = line.len() - line.trim_start_matches(' ').len();
    let margin = if margin < columns / 2 { margin } else { 0 };
    let mut full = taken;
    for (index, word) in words(line).into_iter().enumerate() {
        let wide = word.trim_end().chars().count();
        if index > 0 && full + wide > columns {
            let kept = fitted.trim_end_matches(' ').len();
            fitted.truncate(kept);
            fitted.push('\n');
            fitted.extend(std::iter::repeat_n(' ', margin));
            full = margin;
        }
        fitted.push_str(word);
        full += word.chars().count();
    }
}

/// The words of a line, each with the spaces before the first and behind it; what stands between
/// backticks is one.
fn words(line: &str) -> Vec<&str> {
    let (mut words, mut start, mut quoted, mut begun, mut spaced) =
        (vec![], 0, false, false, false);
    for (at, c) in line.char_indices() {
        if spaced && begun && c != ' ' && !quoted {
            words.extend(line.get(start..at));
            start = at;
        }
        quoted ^= c == '`';
        begun |= c != ' ';
        spaced = c == ' ';
    }
    words.extend(line.get(start..));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_broken_at_the_edge() {
        let text = "the license is for another instance, and was not installed\n";
        assert_eq!(
            fitted(text, 30, 0),
            "the license is for another\ninstance, and was not\ninstalled\n"
        );
        // A word before it takes a part of the first line alone.
        assert_eq!(
            fitted(text, 30, 7),
            "the license is for\nanother instance, and was not\ninstalled\n"
        );
        assert_eq!(fitted(text, 58, 0), text);
        assert_eq!(fitted(text, 57, 0).lines().count(), 2);
        assert_eq!(fitted("", 30, 0), "");
        assert_eq!(fitted("a\n\nb", 1, 0), "a\n\nb");
    }

    #[test]
    fn further_lines_stand_as_far_in() {
        assert_eq!(fitted("  one two three\n", 10, 0), "  one two\n  three\n");
        assert_eq!(fitted(&"x".repeat(20), 10, 0), "x".repeat(20));
        // Not to the right of the window's middle.
        assert_eq!(fitted("       one two\n", 10, 0), "       one\ntwo\n");
    }

    #[test]
    fn what_is_copied_stays_on_a_line() {
        assert_eq!(
            fitted("run `airlock usage report` and send it\n", 24, 0),
            "run\n`airlock usage report`\nand send it\n"
        );
        let command = "  airlock license install --instance /srv/airlock new.txt\n";
        assert_eq!(fitted(command, 20, 0), command);
        let drawn = "\u{2588} \u{2580}  \u{2584}".repeat(9);
        assert_eq!(fitted(&drawn, 20, 0), drawn);
    }

    #[test]
    fn the_answer_has_a_colour() {
        assert_eq!(coloured("YES: all is well".into()), "\x1b[1;32mYES\x1b[0m: all is well");
        assert_eq!(coloured("NO: expired".into()), "\x1b[1;31mNO\x1b[0m: expired");
        for other in ["NOTHING was done", "YESTERDAY", "no", " YES"] {
            assert_eq!(coloured(other.into()), other);
        }
    }
}
