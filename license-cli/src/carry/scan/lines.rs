//! What a hand scanner types: codes line by line, as they arrive.

use std::collections::BTreeSet;

use license_core::Error;
use license_core::carrier::parts::{Added, Collector, Joined, WRAPPED, find};

use crate::carry::scan::unread;
use crate::problem::Failure;

/// Characters of a code that is still open above which nothing is added to it: none is that long.
const OPEN: usize = 2_000;

/// What a line was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing of a code.
    Other,
    /// A code that the next line may go on with.
    Open,
    /// A code that was read before.
    Again(String),
    /// A new code.
    New(String),
    /// A code that was changed on its way.
    Damaged(Error),
    /// A code typed on another keyboard layout than the scanner takes the computer to have.
    Layout,
}

/// Codes from lines, in any order.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) collector: Collector,
    /// The codes that were read.
    pub(crate) codes: BTreeSet<String>,
    /// The last error of a code, and whether any line was typed on another layout.
    pub(crate) damaged: Option<Error>,
    pub(crate) layout: bool,
    /// A code that the next line may go on with.
    open: String,
}

impl Lines {
    /// Takes one line and returns what it was.
    pub(crate) fn take(&mut self, line: &str) -> Line {
        let line = line.trim_end();
        if other_layout(line) {
            self.layout = true;
            self.close();
            return Line::Layout;
        }
        let found = find(line);
        if found.is_empty() {
            return self.go_on(line);
        }
        let closed = self.close();
        self.open = line.to_owned();
        if line.chars().count() > WRAPPED || found.len() > 1 {
            self.close()
        } else {
            worse(closed, Line::Open)
        }
    }

    /// Ends the code that is open, and returns what it was.
    pub(crate) fn close(&mut self) -> Line {
        let open = std::mem::take(&mut self.open);
        find(&open).into_iter().map(|code| self.add(code)).fold(Line::Other, worse)
    }

    /// The file that the codes make.
    ///
    /// # Errors
    /// `keyboard_layout`, and those of joining codes.
    pub(crate) fn file(&self) -> Result<Joined, Failure> {
        self.collector
            .file()
            .map_err(|error| unread::lines(&error, self.layout, self.damaged.as_ref()))
    }

    /// Takes a line without a start of a code: the rest of the one before, or the end of it.
    fn go_on(&mut self, line: &str) -> Line {
        let longer = format!("{}\n{line}", self.open);
        let goes_on =
            |codes: Vec<String>, before: Vec<String>| codes.concat().len() > before.concat().len();
        if !self.open.is_empty() && longer.len() <= OPEN && goes_on(find(&longer), find(&self.open))
        {
            self.open = longer;
            return Line::Open;
        }
        self.close()
    }

    fn add(&mut self, code: String) -> Line {
        match self.collector.add(&code) {
            Ok(Added::New) => {
                self.codes.insert(code.clone());
                Line::New(code)
            }
            Ok(Added::Again) => Line::Again(code),
            Ok(Added::Foreign) => Line::Other,
            Err(error) => {
                self.damaged = Some(error.clone());
                Line::Damaged(error)
            }
        }
    }
}

/// Returns what is to be said of two codes on one line: what is wrong before what is right.
fn worse(one: Line, other: Line) -> Line {
    let rank = |line: &Line| match line {
        Line::Other => 0,
        Line::Open => 1,
        Line::Again(_) => 2,
        Line::New(_) => 3,
        Line::Damaged(_) => 4,
        Line::Layout => 5,
    };
    if rank(&one) > rank(&other) { one } else { other }
}

/// Returns whether a code was typed on another layout. Where a US keyboard has the colon and the
/// stroke, others have `Ö` and `-` (German), `M` and `!` (French, which also has A at Q and `&` at
/// 1), `Ñ`, `Ç`, `Æ`, `Ø`; and the other way round.
fn other_layout(line: &str) -> bool {
    let line = line.trim_start();
    let letters: String = line.chars().take(4).collect::<String>().to_ascii_uppercase();
    let next = line.chars().nth(4);
    match letters.as_str() {
        "ALK1" => next.is_some_and(|next| next != ':' && next != '/' && !next.is_whitespace()),
        "QLK&" | "QLK1" | "ALK!" | "ALK&" | "QLK!" => line.chars().nth(20).is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use license_core::carrier::parts::write;

    use super::*;

    fn sample(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect()
    }

    fn wrapped(codes: &[String], width: usize) -> Vec<String> {
        let lines = codes.iter().flat_map(|code| code.as_bytes().chunks(width));
        lines.map(|line| String::from_utf8(line.to_vec()).unwrap()).collect()
    }

    fn all<'a>(lines: impl IntoIterator<Item = &'a String>) -> Lines {
        let mut all = Lines::default();
        for line in lines {
            all.take(&format!("{line}\r\n"));
        }
        all.close();
        all
    }

    #[test]
    fn a_scanners_line_is_a_code_at_once() {
        let (file, mut lines) = (sample(2000), Lines::default());
        let codes = write(&file);
        for code in codes.iter().skip(1) {
            assert_eq!(lines.take(code), Line::New(code.clone()));
            assert_eq!(lines.take(&code.to_lowercase()), Line::Again(code.clone()));
            assert_eq!(lines.take(""), Line::Other);
        }
        assert_eq!(lines.collector.file().unwrap().bytes, file);
    }

    #[test]
    fn wrapped_lines_are_joined_and_never_taken_for_whole_codes() {
        for length in [1, 60, 150, 300, 600, 601, 2000] {
            let file = sample(length);
            for width in [32, 40, 64, 70, 76, 132, 990] {
                let mut lines = wrapped(&write(&file), width);
                assert_eq!(all(&lines).collector.file().unwrap().bytes, file, "{length} {width}");
                lines.iter_mut().for_each(|line| line.make_ascii_lowercase());
                lines.insert(0, "the codes:".to_owned());
                lines.push("thank you".to_owned());
                assert_eq!(all(&lines).collector.file().unwrap().bytes, file, "{length} {width}");
            }
        }
    }

    #[test]
    fn several_codes_on_a_line_are_read() {
        let file = sample(2000);
        assert_eq!(all(&[write(&file).concat()]).collector.file().unwrap().bytes, file);
        assert_eq!(all(&[write(&file).join(" ")]).codes.len(), write(&file).len());
    }

    #[test]
    fn a_keyboard_layout_is_recognised() {
        let code = &write(&sample(700))[0];
        let german = code.replace(':', "Ö").replace('/', "-").replace('Y', "z");
        let french = code.replace('A', "Q").replace('1', "&").replace(':', "M");
        for typed in [
            german.clone(),
            german.to_lowercase(),
            french.clone(),
            french.to_lowercase(),
            code.replace('/', "&"),
        ] {
            let mut lines = Lines::default();
            assert_eq!(lines.take(&typed), Line::Layout, "{typed}");
            assert!(lines.layout && lines.collector.is_empty());
        }
        for right in
            ["ALK1", "ALK1:", "alk1/1/3", "ALK1 is what codes begin with", "]Q1ALK1:AA", "QLK1", ""]
        {
            assert!(!other_layout(right), "{right}");
        }
    }

    #[test]
    fn a_damaged_code_is_told() {
        let (code, mut lines) = (&write(&sample(500))[0], Lines::default());
        assert!(matches!(lines.take(&code.replace('B', "0")), Line::Damaged(_)));
        assert!(lines.damaged.is_some() && lines.collector.is_empty());
        assert_eq!(lines.take(code), Line::New(code.clone()));
    }

    #[test]
    fn endless_lines_take_bounded_time() {
        let start = std::time::Instant::now();
        let mut lines = Lines::default();
        for line in ["ALK1:"].into_iter().chain(std::iter::repeat_n("A", 500_000)) {
            lines.take(line);
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
