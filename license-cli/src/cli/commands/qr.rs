//! `airlock qr`

use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use clap::{ArgGroup, Args};
use license_core::verify::file_kind;
use terminal_size::{Height, Width, terminal_size};

use crate::carry::incoming;
use crate::carry::qr::names;
use crate::carry::qr::picture::{png, svg};
use crate::carry::qr::slides::{QUICKEST, SLOWEST};
use crate::carry::qr::terminal::{self, Ink};
use crate::carry::qr::{Symbol, smallest_side, symbols, symbols_within};
use crate::cli::slideshow::{self, Show};
use crate::files;
use crate::plural::counted;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::qr::{self as view, Drawn, Pictures};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").required(true))]
pub(crate) struct Qr {
    /// Any Airlock file, as a file or text
    file: PathBuf,
    /// Write PNG pictures, one a code
    #[arg(long, group = "form", help_heading = "Form")]
    png: bool,
    /// Write SVG pictures, one a code
    #[arg(long, group = "form", help_heading = "Form")]
    svg: bool,
    /// Draw on the terminal; several codes, and codes for a small window, are shown one after the
    /// other: n next, b back, space stop, + quicker, - slower, i invert, q end
    #[arg(
        long, group = "form", conflicts_with_all = ["out", "width", "force"],
        help_heading = "Form"
    )]
    terminal: bool,
    /// Codes a second that the terminal shows, 0.1 to 30 [default: 2]
    #[arg(
        long, value_name = "N", conflicts_with_all = ["png", "svg"], value_parser = pace,
        help_heading = "Form"
    )]
    fps: Option<f64>,
    /// Fill the terminal's window, for a projector: larger squares, in up to 16 codes
    #[arg(long, conflicts_with_all = ["png", "svg", "part"], help_heading = "Form")]
    fill: bool,
    /// Draw for a terminal with dark letters, where no colours are set (NO_COLOR, a pipe)
    #[arg(long, conflicts_with_all = ["png", "svg"], help_heading = "Form")]
    invert: bool,
    /// The picture to write; several are numbered before the ending [default: FILE with .png or
    /// .svg added]
    #[arg(long, value_name = "PICTURE", help_heading = "Output")]
    out: Option<PathBuf>,
    /// How wide a code will be in print, in millimetres, its white margin included
    #[arg(
        long,
        value_name = "MM",
        default_value_t = 80,
        value_parser = clap::value_parser!(u16).range(10..=1000),
        help_heading = "Form"
    )]
    width: u16,
    /// Only this code of a file that needs several
    #[arg(long, value_name = "N", help_heading = "Form")]
    part: Option<usize>,
    /// Replace existing files
    #[arg(long, help_heading = "Output")]
    force: bool,
}

/// Draws a file's codes. With `json` nobody watches.
pub(crate) fn qr(options: &Qr, json: bool) -> Result<Answer, Failure> {
    let content = incoming::read(&options.file)?;
    let (kind, id) = file_kind(&content).map_err(incoming::named(&options.file))?;
    let file = Drawn { kind, id, bytes: content.len() };
    let symbols = symbols(&content)?;
    if !options.terminal {
        let symbols = chosen(symbols, options.part)?;
        return write(options, &symbols).map(|pictures| view::as_pictures(&file, &pictures));
    }
    let ink = ink(options);
    let Some(window) = Window::of_output().filter(|_| !json) else {
        return Ok(view::on_terminal(&file, &chosen(symbols, options.part)?, ink));
    };
    let by_itself = options.fps.is_none() && !options.fill;
    if options.part.is_some() || (by_itself && symbols.len() == 1 && window.shows(&symbols)) {
        let symbols = chosen(symbols, options.part)?;
        window.check(&symbols)?;
        return Ok(view::on_terminal(&file, &symbols, ink));
    }
    let (symbols, scale) = window.codes(&content, symbols, options.fill)?;
    let pace = options.fps.unwrap_or(PACE);
    slideshow::show(&Show { symbols: &symbols, ink, scale, pace })?;
    Ok(view::shown(&file, &symbols))
}

/// Codes a second, where nothing else is asked for: what a phone's camera takes in its stride.
const PACE: f64 = 2.0;
/// The most codes of a show that fills the window: all are seen in eight seconds.
const FILLING: usize = 16;

fn pace(text: &str) -> Result<f64, String> {
    let pace = text.parse::<f64>().ok().filter(|pace| (SLOWEST..=QUICKEST).contains(pace));
    pace.ok_or_else(|| format!("expected codes a second from {SLOWEST} to {QUICKEST}"))
}

/// The output's own colours, where it takes any.
fn ink(options: &Qr) -> Ink {
    match (AutoStream::choice(&stdout()), options.invert) {
        (ColorChoice::Never, false) => Ink::LightLetters,
        (ColorChoice::Never, true) => Ink::DarkLetters,
        (ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi, _) => Ink::Coloured,
    }
}

/// All codes, or the one that was asked for.
fn chosen(mut symbols: Vec<Symbol>, part: Option<usize>) -> Result<Vec<Symbol>, Failure> {
    let Some(part) = part else { return Ok(symbols) };
    let count = symbols.len();
    symbols.retain(|symbol| symbol.part == part);
    if symbols.is_empty() {
        let found = format!(
            "found --part {part}, expected a number from 1 to {count}: the file has so many codes"
        );
        return Err(Failure::new(Problem::Options, found));
    }
    Ok(symbols)
}

/// The window of a terminal.
#[derive(Debug, Clone, Copy)]
struct Window {
    columns: usize,
    lines: usize,
}

impl Window {
    /// The window of standard output; `None` where that is no terminal, or one that cannot move
    /// its cursor.
    fn of_output() -> Option<Self> {
        let able = std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let (Width(columns), Height(lines)) =
            terminal_size().filter(|_| able && stdout().is_terminal())?;
        Some(Self { columns: usize::from(columns), lines: usize::from(lines) })
    }

    /// Whether the codes fit with a line for what they are and one for the prompt.
    fn shows(self, symbols: &[Symbol]) -> bool {
        let side = largest(symbols);
        side <= self.columns && terminal::lines(side, 1) + 2 <= self.lines
    }

    /// Refuses a window that is too narrow or too low: a code that is cut or broken over lines
    /// cannot be read.
    fn check(self, symbols: &[Symbol]) -> Result<(), Failure> {
        let side = largest(symbols);
        if self.shows(symbols) {
            Ok(())
        } else {
            Err(self.small(side, terminal::lines(side, 1) + 2))
        }
    }

    fn small(self, columns: usize, lines: usize) -> Failure {
        let found = format!(
            "found a terminal of {} and {}, expected at least {columns} and {lines}",
            counted(self.columns, "column"),
            counted(self.lines, "line")
        );
        Failure::new(Problem::TerminalSmall, found)
    }

    /// The codes that are shown in this window, and how many characters wide their squares are:
    /// those for paper where they fit, else as few as fit. Where they are to fill it, the largest
    /// squares that need no more than 16 codes.
    fn codes(
        self,
        file: &[u8],
        paper: Vec<Symbol>,
        fill: bool,
    ) -> Result<(Vec<Symbol>, usize), Failure> {
        // One line says what is shown.
        let room = self.columns.min(2 * self.lines.saturating_sub(1));
        for scale in (2..=room).rev().filter(|_| fill) {
            if let Some(symbols) = symbols_within(file, room / scale)?
                && symbols.len() <= FILLING
            {
                return Ok((symbols, scale));
            }
        }
        if largest(&paper) <= room {
            return Ok((paper, 1));
        }
        let symbols = symbols_within(file, room)?;
        symbols.map(|symbols| (symbols, 1)).ok_or_else(|| {
            let side = smallest_side(file).unwrap_or(usize::MAX);
            self.small(side, terminal::lines(side, 1) + 1)
        })
    }
}

fn largest(symbols: &[Symbol]) -> usize {
    symbols.iter().map(Symbol::full_side).max().unwrap_or(0)
}

/// Writes each code as a picture: all or none.
fn write<'a>(options: &Qr, symbols: &'a [Symbol]) -> Result<Pictures<'a>, Failure> {
    let (ending, width) = (if options.svg { "svg" } else { "png" }, options.width);
    let paths = names::paths(&options.file, options.out.as_deref(), ending, symbols)?;
    for path in &paths {
        files::refuse_existing(path, options.force)?;
    }
    let draw = |symbol| {
        if options.svg { Ok(svg(symbol, width).into_bytes()) } else { png(symbol, width) }
    };
    let pictures: Vec<Vec<u8>> = symbols.iter().map(draw).collect::<Result<_, _>>()?;
    let output: Vec<(&Path, &[u8])> =
        paths.iter().map(PathBuf::as_path).zip(pictures.iter().map(Vec::as_slice)).collect();
    files::write_all(&output, options.force)?;
    Ok(Pictures { codes: symbols.iter().zip(paths).collect(), width })
}
