//! `airlock sheet`

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};
use license_core::verify::file_kind;

use crate::carry::checked_file::CheckedFile;
use crate::carry::sheet::{Form, Paper, draw};
use crate::cli::options::TrustedRoots;
use crate::files::{self, Mode};
use crate::problem::Failure;
use crate::view::answer::Answer;
use crate::view::sheet::{self, WrittenSheet};

/// The names of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PaperName {
    /// 210 x 297 mm
    A4,
    /// 8.5 x 11 inches
    Letter,
}

impl From<PaperName> for Paper {
    fn from(name: PaperName) -> Self {
        match name {
            PaperName::A4 => Self::A4,
            PaperName::Letter => Self::Letter,
        }
    }
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("form").required(true))]
pub(crate) struct Sheet {
    /// Any Airlock file, as a file or text
    file: PathBuf,
    /// Write one HTML file, for a browser to show and print
    #[arg(long, group = "form", help_heading = "Form")]
    html: bool,
    /// Write a PDF
    #[arg(long, group = "form", help_heading = "Form")]
    pdf: bool,
    /// The paper
    #[arg(
        long,
        value_enum,
        ignore_case = true,
        default_value_t = PaperName::A4,
        help_heading = "Form"
    )]
    paper: PaperName,
    #[command(flatten)]
    trust: TrustedRoots,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    out: PathBuf,
    /// Replace an existing file
    #[arg(long, help_heading = "Output")]
    force: bool,
}

/// Writes a file's sheet.
pub(crate) fn sheet(options: &Sheet) -> Result<Answer, Failure> {
    files::refuse_existing(&options.out, options.force)?;
    let file = CheckedFile::read(&options.file, &options.trust.roots()?)?;
    let form = if options.pdf { Form::Pdf } else { Form::Html };
    let paper = options.paper.into();
    let sheet = draw(&file, form, paper)?;
    files::write_new(&options.out, &sheet.bytes, Mode::Public, options.force)?;
    let file = file_kind(&file.bytes)?;
    Ok(sheet::answer(&WrittenSheet { path: &options.out, file, form, paper, sheet }))
}
