//! `airlock qr`

use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use license_core::verify::file_kind;
use serde_json::{Value, json};
use terminal_size::{Height, Width, terminal_size};

use crate::carry::incoming;
use crate::carry::qr::picture::{LEAST_MODULE_MM, module_mm, png, svg};
use crate::carry::qr::{Symbol, symbols, terminal};
use crate::files;
use crate::problem::{Failure, Problem};
use crate::view::answer::{Answer, put};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").required(true))]
pub(crate) struct Qr {
    /// Any Airlock file, as a file or text
    pub(crate) file: PathBuf,
    /// Write PNG pictures, one a code
    #[arg(long, group = "form")]
    pub(crate) png: bool,
    /// Write SVG pictures, one a code
    #[arg(long, group = "form")]
    pub(crate) svg: bool,
    /// Draw on the terminal
    #[arg(long, group = "form", conflicts_with_all = ["out", "width", "force"])]
    pub(crate) terminal: bool,
    /// The picture to write; several are numbered before the ending [default: FILE with .png or
    /// .svg added]
    #[arg(long, value_name = "PICTURE")]
    pub(crate) out: Option<PathBuf>,
    /// How wide a code will be in print, in millimetres, its white margin included
    #[arg(long, value_name = "MM", default_value_t = 80, value_parser = clap::value_parser!(u16).range(10..=1000))]
    pub(crate) width: u16,
    /// Only this code of a file that needs several
    #[arg(long, value_name = "N")]
    pub(crate) part: Option<usize>,
    /// Replace existing files
    #[arg(long)]
    pub(crate) force: bool,
}

/// Draws a file's codes.
pub(crate) fn qr(options: &Qr) -> Result<Answer, Failure> {
    let file = incoming::read(&options.file)?;
    let (kind, id) = file_kind(&file).map_err(incoming::named(&options.file))?;
    let symbols = chosen(symbols(&file)?, options.part)?;
    let mut json =
        json!({ "format": 1, "kind": kind.to_string(), "id": id.to_string(), "bytes": file.len() });
    let answer =
        if options.terminal { on_terminal(&symbols)? } else { as_pictures(options, &symbols)? };
    put(&mut json, "codes", answer.json);
    Ok(Answer { json, ..answer })
}

/// Returns all codes, or the one that was asked for.
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

fn on_terminal(symbols: &[Symbol]) -> Result<Answer, Failure> {
    if let Some((Width(columns), Height(lines))) =
        terminal_size().filter(|_| stdout().is_terminal())
    {
        check_room(symbols, usize::from(columns), usize::from(lines))?;
        check_one(symbols)?;
    }
    let text = symbols
        .iter()
        .map(|symbol| format!("{}{}\n", terminal::draw(symbol), words(symbol)))
        .collect::<Vec<_>>()
        .join("\n");
    let json: Vec<Value> = symbols.iter().map(symbol_json).collect();
    Ok(Answer::yes(text, json.into()))
}

/// Refuses several codes in one window: only the last would be seen.
fn check_one(symbols: &[Symbol]) -> Result<(), Failure> {
    if symbols.len() < 2 {
        return Ok(());
    }
    let found =
        format!("found {} codes, and a window shows one, expected `--part N`", symbols.len());
    Err(Failure::new(Problem::TerminalSeveral, found)
        .hint("`--part 1` draws the first, and so on; or print them all with `airlock sheet`"))
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
        "found a terminal of {columns} columns and {lines} lines, expected at least {side} and {high}"
    );
    Err(Failure::new(Problem::TerminalSmall, found)
        .hint("make the window larger or its letters smaller; or write a picture with `--png`, or a page with `airlock sheet`"))
}

/// Writes each code as a picture: all or none.
fn as_pictures(options: &Qr, symbols: &[Symbol]) -> Result<Answer, Failure> {
    let paths = paths(options, symbols)?;
    for path in &paths {
        files::refuse_existing(path, options.force)?;
    }
    let draw = |symbol| {
        if options.svg {
            Ok(svg(symbol, options.width).into_bytes())
        } else {
            png(symbol, options.width)
        }
    };
    let pictures: Vec<Vec<u8>> = symbols.iter().map(draw).collect::<Result<_, _>>()?;
    let output: Vec<(&Path, &[u8])> =
        paths.iter().map(PathBuf::as_path).zip(pictures.iter().map(Vec::as_slice)).collect();
    files::write_all(&output, options.force)?;
    let line = |(symbol, path): (&Symbol, &PathBuf)| written(symbol, path, options.width);
    let text: String = symbols.iter().zip(&paths).map(line).collect();
    let json: Vec<Value> = symbols
        .iter()
        .zip(&paths)
        .map(|(symbol, path)| picture_json(symbol, path, options.width))
        .collect();
    let answer = Answer::yes(text, json.into())
        .warn(symbols.first().and_then(|symbol| fine(symbol, options.width)));
    Ok(Answer { output_taken: paths.iter().any(|path| path == Path::new("-")), ..answer })
}

/// Returns where each picture goes: one where it was said, several with their numbers before the
/// ending.
fn paths(options: &Qr, symbols: &[Symbol]) -> Result<Vec<PathBuf>, Failure> {
    let ending = if options.svg { "svg" } else { "png" };
    let base = match &options.out {
        Some(out) if symbols.len() == 1 => return Ok(vec![out.clone()]),
        Some(out) if out == Path::new("-") => {
            let found = format!("found --out - for {} pictures, expected a name", symbols.len());
            return Err(Failure::new(Problem::Options, found).hint("`--part N` writes one"));
        }
        Some(out) => out.clone(),
        None if options.file == Path::new("-") => {
            return Err(Failure::new(
                Problem::Options,
                "found a file from standard input and no --out, expected a name to write",
            ));
        }
        None => with_ending(&options.file, ending),
    };
    Ok(symbols.iter().map(|symbol| numbered(&base, symbol)).collect())
}

/// Returns the name with this ending added, so that files of one name and other kinds make other
/// pictures.
fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn numbered(base: &Path, symbol: &Symbol) -> PathBuf {
    if symbol.parts == 1 {
        return base.to_owned();
    }
    let mut name = base.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{}-of-{}", symbol.part, symbol.parts));
    if let Some(ending) = base.extension() {
        name.push(".");
        name.push(ending);
    }
    base.with_file_name(name)
}

fn written(symbol: &Symbol, path: &Path, width: u16) -> String {
    let module = module_mm(symbol, width);
    format!(
        "wrote {}: {}, {width} mm wide, {module:.2} mm a module\n",
        files::shown(path),
        words(symbol)
    )
}

fn words(symbol: &Symbol) -> String {
    format!("{}, QR version {}", symbol.caption(), symbol.size_words())
}

/// Returns a warning where modules would be too fine for paper.
fn fine(symbol: &Symbol, width: u16) -> Option<String> {
    let module = module_mm(symbol, width);
    if module >= LEAST_MODULE_MM {
        return None;
    }
    let enough =
        (u16::try_from(symbol.full_side()).unwrap_or(u16::MAX)).saturating_mul(4).div_ceil(10);
    Some(format!(
        "a module is {module:.2} mm, under the {LEAST_MODULE_MM} mm that are read well from paper; `--width {enough}` is enough"
    ))
}

fn symbol_json(symbol: &Symbol) -> Value {
    json!({ "part": symbol.part, "parts": symbol.parts, "version": symbol.size_words(), "modules": symbol.full_side(), "text": symbol.text })
}

fn picture_json(symbol: &Symbol, path: &Path, width: u16) -> Value {
    let mut json = symbol_json(symbol);
    put(&mut json, "path", path.to_string_lossy());
    put(&mut json, "width_mm", width);
    json
}
