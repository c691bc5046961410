//! Lines between the tokens that do not belong there: found by the tokens around them, never left
//! out.
//!
//! A chat's stamp, the footer of a page, a banner: somebody can delete such a line, and nobody can
//! repair a token. So each is named. The check of a token holds its number, which is how the tokens
//! around such a line are known.

use std::ops::Range;

use crate::carrier::repair::glyph::Glyph;
use crate::carrier::token::{TOKEN, TOKENS, Token, decode, fits, number_near};
use crate::error::Error;
use crate::verify::file_kind;

/// The most lines that stand together between two tokens and are looked for.
const RUN: usize = 40;
/// Lines of a token that was wrapped, before each of which such a line is looked for.
const SPAN: usize = 3;
/// Tokens whose damage no such line explains, before the search is given up.
const DAMAGED: usize = 4;
/// The most lines that are named.
const NAMED: usize = 40;
/// Lines that are quoted beside their number, and characters of each.
const QUOTED: (usize, usize) = (4, 40);

/// Returns the error with the lines that do not belong, or the error as it is where there are
/// none.
pub(super) fn named(content: &[Glyph], error: Error) -> Error {
    let lines: Vec<&[Glyph]> = content.chunk_by(|one, next| one.line == next.line).collect();
    let mut search = Search { lines: &lines, read: Vec::new(), odd: Vec::new(), damaged: 0 };
    search.run();
    let odd: Vec<&[Glyph]> = search.odd.iter().filter_map(|at| lines.get(*at)).copied().collect();
    if odd.is_empty() {
        return error;
    }
    let numbers = odd.iter().filter_map(|line| line.first()).map(|glyph| glyph.line);
    let numbers = numbers.take(NAMED).collect();
    let message = match (search.damaged, told(&odd)) {
        (0, told) => told,
        (_, told) => format!("{}; {told}", error.message()),
    };
    Error::new(error.code(), message).at_lines(numbers)
}

/// The lines in words: all numbers, and what the first of them read.
fn told(odd: &[&[Glyph]]) -> String {
    let (most, characters) = QUOTED;
    let one = |(index, line): (usize, &&[Glyph])| {
        let number = line.first().map_or(0, |glyph| glyph.line);
        if index < most {
            let text = shown(line, characters);
            format!("{number} (\"{text}\")")
        } else {
            number.to_string()
        }
    };
    let mut list: Vec<String> = odd.iter().take(NAMED).enumerate().map(one).collect();
    if odd.len() > NAMED {
        list.push(format!("and {} more", odd.len() - NAMED));
    }
    match list.as_slice() {
        [one] => format!("line {one} does not belong between the tokens"),
        several => format!("lines {} do not belong between the tokens", several.join(", ")),
    }
}

/// The visible characters of a line; what a terminal would obey is escaped.
fn shown(line: &[Glyph], most: usize) -> String {
    let mut text = String::new();
    for (index, glyph) in line.iter().take(most).enumerate() {
        if glyph.fresh && index > 0 {
            text.push(' ');
        }
        match glyph.char {
            c if c.is_ascii_graphic() || c.is_alphanumeric() => text.push(c),
            c => text.extend(c.escape_default()),
        }
    }
    if line.len() > most { text + "..." } else { text }
}

/// Where the next token begins: which line, and how many of its characters are read.
#[derive(Clone, Copy)]
struct At {
    line: usize,
    glyph: usize,
}

struct Search<'a> {
    lines: &'a [&'a [Glyph]],
    /// The tokens as far as all were good.
    read: Vec<Token>,
    /// Indices of the lines that do not belong.
    odd: Vec<usize>,
    damaged: usize,
}

impl Search<'_> {
    fn run(&mut self) {
        let (mut at, mut number) = (At { line: 0, glyph: 0 }, 1);
        while at.line < self.lines.len() && number <= TOKENS && self.damaged < DAMAGED {
            at = match self.token(at, number, 0..0) {
                Some((token, next)) => {
                    self.read.push(token);
                    next
                }
                None if self.ends_before(at, number) => return,
                None => self.around(at, number),
            };
            number += 1;
        }
    }

    /// Reads the token behind lines that do not belong; or passes over one that is damaged.
    fn around(&mut self, at: At, number: usize) -> At {
        let begun = usize::from(at.glyph > 0);
        // Within a token that stands on one line there is no place for another.
        let whole = self.lines.get(at.line).is_some_and(|line| line.len() == TOKEN);
        let span = if begun == 0 && whole { 1 } else { SPAN };
        for run in 1..=RUN {
            for first in at.line + begun..at.line + begun + span {
                let odd = first..first + run;
                if odd.end > self.lines.len() {
                    break;
                }
                let found = self.token(at, number, odd.clone());
                if let Some((token, next)) = found
                    && !odd.clone().any(|line| self.is_token(line, number))
                {
                    self.read.push(token);
                    self.odd.extend(odd);
                    return next;
                }
            }
        }
        self.damaged += 1;
        // A line is a token, unless the lines were wrapped.
        match at.glyph {
            0 => At { line: at.line + 1, glyph: 0 },
            _ => self.take(at, &(0..0)).1,
        }
    }

    /// Reads the token with this number here, without these lines.
    fn token(&self, at: At, number: usize, without: Range<usize>) -> Option<(Token, At)> {
        let (glyphs, next) = self.take(at, &without);
        let text: Option<Vec<u8>> = glyphs.into_iter().map(Glyph::symbol).collect();
        let text = text?;
        let last = next.line >= self.lines.len();
        let good = (last || text.len() == TOKEN) && fits(number, &text);
        good.then(|| (Token::new(number, 0, text, true), next))
    }

    /// The characters of one token from here, without these lines, and where the next begins.
    fn take(&self, at: At, without: &Range<usize>) -> (Vec<&Glyph>, At) {
        let (mut glyphs, mut here) = (Vec::with_capacity(TOKEN), at);
        while glyphs.len() < TOKEN
            && let Some(line) = self.lines.get(here.line)
        {
            let left = if without.contains(&here.line) { &[] } else { *line };
            let left = left.get(here.glyph..).unwrap_or_default();
            let taken = left.len().min(TOKEN - glyphs.len());
            glyphs.extend(left.iter().take(taken));
            here = match taken == left.len() {
                true => At { line: here.line + 1, glyph: 0 },
                false => At { line: here.line, glyph: here.glyph + taken },
            };
        }
        while without.contains(&here.line) {
            here = At { line: here.line + 1, glyph: 0 };
        }
        (glyphs, here)
    }

    /// Whether the file is whole before this line: then none of the lines behind belongs.
    fn ends_before(&mut self, at: At, number: usize) -> bool {
        let left = at.line..self.lines.len();
        let all_read = self.damaged == 0 && at.glyph == 0 && self.read.len() + 1 == number;
        let whole = all_read
            && number > 1
            && left.len() <= RUN
            && decode(&self.read).is_ok_and(|bytes| file_kind(&bytes).is_ok());
        if whole && !left.clone().any(|line| self.is_token(line, number)) {
            self.odd.extend(left);
            return true;
        }
        false
    }

    /// Whether the line is a token of a place near this one: that is out of place, and not odd.
    fn is_token(&self, line: usize, number: usize) -> bool {
        let Some(line) = self.lines.get(line).filter(|line| line.len() <= TOKEN) else {
            return false;
        };
        let text: Option<Vec<u8>> = line.iter().map(Glyph::symbol).collect();
        text.is_some_and(|text| text.len() == TOKEN && number_near(number, &text).is_some())
    }
}
