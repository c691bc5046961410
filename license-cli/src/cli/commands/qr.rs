//! `airlock qr`

use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use license_core::verify::file_kind;
use terminal_size::{Height, Width, terminal_size};

use crate::carry::incoming;
use crate::carry::qr::names;
use crate::carry::qr::picture::{png, svg};
use crate::carry::qr::{Symbol, symbols};
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
    /// Draw on the terminal
    #[arg(
        long, group = "form", conflicts_with_all = ["out", "width", "force"],
        help_heading = "Form"
    )]
    terminal: bool,
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

/// Draws a file's codes.
pub(crate) fn qr(options: &Qr) -> Result<Answer, Failure> {
    let file = incoming::read(&options.file)?;
    let (kind, id) = file_kind(&file).map_err(incoming::named(&options.file))?;
    let symbols = chosen(symbols(&file)?, options.part)?;
    let file = Drawn { kind, id, bytes: file.len() };
    if options.terminal {
        check_terminal(&symbols)?;
        return Ok(view::on_terminal(&file, &symbols));
    }
    write(options, &symbols).map(|pictures| view::as_pictures(&file, &pictures))
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

/// Refuses a terminal that would not show the codes whole; what is no terminal takes them all.
fn check_terminal(symbols: &[Symbol]) -> Result<(), Failure> {
    let size = terminal_size().filter(|_| stdout().is_terminal());
    let Some((Width(columns), Height(lines))) = size else { return Ok(()) };
    check_room(symbols, usize::from(columns), usize::from(lines))?;
    check_one(symbols)
}

/// Refuses several codes in one window: only the last would be seen.
fn check_one(symbols: &[Symbol]) -> Result<(), Failure> {
    if symbols.len() < 2 {
        return Ok(());
    }
    let codes = counted(symbols.len(), "code");
    let found = format!("found {codes}, and a window shows one, expected `--part N`");
    Err(Failure::new(Problem::TerminalSeveral, found))
}

/// Refuses a window that is too narrow or too low: a code that is cut or broken over lines cannot
/// be read.
fn check_room(symbols: &[Symbol], columns: usize, lines: usize) -> Result<(), Failure> {
    let side = symbols.iter().map(Symbol::full_side).max().unwrap_or(0);
    // A line for what the code is, and one for the prompt.
    let high = side.div_ceil(2) + 2;
    if side <= columns && high <= lines {
        return Ok(());
    }
    let found = format!(
        "found a terminal of {} and {}, expected at least {side} and {high}",
        counted(columns, "column"),
        counted(lines, "line")
    );
    Err(Failure::new(Problem::TerminalSmall, found))
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
