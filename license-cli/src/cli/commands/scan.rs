//! `airlock scan`

use std::io::{IsTerminal, stdin};
use std::path::PathBuf;

use clap::Args;

use crate::carry::outgoing::Outgoing;
use crate::carry::scan::scanned::Scanned;
use crate::carry::scan::{Pictures, keyboard, typed};
use crate::cli::options::Out;
use crate::problem::Failure;
use crate::progress::Progress;
use crate::view::answer::Answer;
use crate::view::{scanned as view, scanning};

#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Photographs, scans or faxes: PNG, JPEG, TIFF, PDF, WebP, GIF or BMP, in any order
    #[arg(value_name = "PICTURE", required_unless_present = "lines", conflicts_with = "lines")]
    pictures: Vec<PathBuf>,
    /// Read what a hand scanner types, one code a line, from standard input, to an empty line
    /// behind the last code or to the end
    #[arg(long)]
    lines: bool,
    #[command(flatten)]
    out: Out,
}

/// Reads codes back into a file. With `json` nobody watches, and nothing is shown meanwhile.
pub(crate) fn scan(options: &Scan, json: bool) -> Result<Answer, Failure> {
    let out = options.out.free()?;
    if options.lines { from_lines(&out, json) } else { from_pictures(options, &out, json) }
}

fn from_pictures(options: &Scan, out: &Outgoing<'_>, json: bool) -> Result<Answer, Failure> {
    let progress = Progress::new(options.pictures.len(), json);
    let all = Pictures::read(&options.pictures, &progress);
    drop(progress);
    let joined = all.file()?;
    let scanned = Scanned::write(joined, &all.codes(), out)?;
    Ok(view::of_pictures(&scanned, &all.pictures))
}

fn from_lines(out: &Outgoing<'_>, json: bool) -> Result<Answer, Failure> {
    // First, so that it is dropped last: until then nothing that is typed reaches the shell.
    let _keyboard = keyboard::take();
    let watched = !json && stdin().is_terminal();
    if watched {
        scanning::begin();
    }
    let lines = typed::read(&mut stdin().lock(), |line, collector| {
        if watched {
            scanning::say(line, collector);
        }
    })?;
    let scanned = Scanned::write(lines.file()?, &lines.codes, out)?;
    Ok(view::of_lines(&scanned, &lines))
}
