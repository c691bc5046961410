//! `airlock sheet`

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};
use license_core::key::PublicKey;
use license_core::verify::{Unverified, file_kind};

use crate::carry::checked_file::CheckedFile;
use crate::carry::sheet::letterhead::Letterhead;
use crate::carry::sheet::{Against, Beside, Form, Paper, draw};
use crate::cli::options::TrustedRoots;
use crate::files::{self, Mode};
use crate::instance::outlook::Thresholds;
use crate::problem::{Failure, Problem};
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
    /// Put who made it at the head of the first page: a TOML file with `name`, `contact` and `logo`
    #[arg(long, value_name = "FILE", help_heading = "Content")]
    letterhead: Option<PathBuf>,
    /// The license that the report names: its curve is drawn against the seats
    #[arg(long, value_name = "FILE", help_heading = "Content")]
    license: Option<PathBuf>,
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
    let roots = options.trust.roots()?;
    let file = CheckedFile::read(&options.file, &roots)?;
    let against = options.license.as_deref().map(|path| named(&file, path, &roots)).transpose()?;
    let letterhead = options.letterhead.as_deref().map(Letterhead::read).transpose()?;
    let form = if options.pdf { Form::Pdf } else { Form::Html };
    let paper = options.paper.into();
    let sheet = draw(&file, (form, paper), Beside { letterhead, against })?;
    files::write_new(&options.out, &sheet.bytes, Mode::Public, options.force)?;
    let file = file_kind(&file.bytes)?;
    Ok(sheet::answer(&WrittenSheet { path: &options.out, file, form, paper, sheet }))
}

/// What the license at this path says, which the report in the file names.
///
/// # Errors
/// Those of reading and of the check; `options` for another file.
fn named(file: &CheckedFile, path: &Path, roots: &[PublicKey]) -> Result<Against, Failure> {
    let place = files::shown(path);
    let wrong = |found: String| Err(Failure::new(Problem::Options, found));
    let report = file.documents.last().map(|last| &last.claims);
    let Some(Unverified::Usage(usage)) = report else {
        return wrong("found --license beside a file that is no usage report".to_owned());
    };
    let given = CheckedFile::read(path, roots)?;
    let found = given.documents.into_iter().next_back();
    let found = found.map(|last| (last.id, last.claims));
    let Some((id, Unverified::License(license))) = found else {
        return wrong(format!("{place}: found no license, expected {}", usage.license));
    };
    if id != usage.license {
        return wrong(format!(
            "{place}: found the license {id}, the report names {}",
            usage.license
        ));
    }
    let Thresholds { seats, tolerated } = Thresholds::of(&license);
    Ok(Against { company: license.company.to_string(), seats, tolerated })
}
