//! `airlock sheet`

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};
use license_core::carrier;
use license_core::key::sha256;
use license_core::verify::file_kind;
use serde_json::json;

use crate::carry::incoming;
use crate::carry::sheet::{self, Form, Paper, Subject};
use crate::cli::commands::show::look;
use crate::cli::options::Trust;
use crate::files::{self, Mode};
use crate::problem::Failure;
use crate::view::answer::{Answer, counted};

/// The sizes of paper.
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
    pub(crate) file: PathBuf,
    /// Write one HTML file, for a browser to show and print
    #[arg(long, group = "form")]
    pub(crate) html: bool,
    /// Write a PDF
    #[arg(long, group = "form")]
    pub(crate) pdf: bool,
    /// The paper
    #[arg(long, value_enum, default_value_t = PaperName::A4)]
    paper: PaperName,
    #[command(flatten)]
    pub(crate) trust: Trust,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

/// Writes a file's sheet.
pub(crate) fn sheet(options: &Sheet) -> Result<Answer, Failure> {
    files::refuse_existing(&options.out, options.force)?;
    let looked = look(&options.file, &options.trust.trust)?;
    let named = incoming::named(&options.file);
    let (kind, id) = file_kind(&looked.bytes).map_err(&named)?;
    let text = carrier::text_of(&looked.bytes).map_err(&named)?;
    let subject = Subject {
        bytes: &looked.bytes,
        trust: looked.trust.words(),
        parts: &looked.parts,
        text: &text,
    };
    let paper = Paper::from(options.paper);
    let form = if options.pdf { Form::Pdf } else { Form::Html };
    let drawn = sheet::draw(&subject, form, paper)?;
    files::write_new(&options.out, &drawn.bytes, Mode::Public, options.force)?;
    let json = json!({
        "format": 1, "path": options.out.to_string_lossy(), "kind": kind.to_string(), "id": id.to_string(),
        "form": form_name(form), "paper": paper_name(paper), "pages": drawn.pages, "codes": drawn.codes,
        "version": drawn.version, "bytes": drawn.bytes.len(), "sha256": hex::encode(sha256(&drawn.bytes)),
    });
    let shown = files::shown(&options.out);
    let (pages, codes) = (counted(drawn.pages, "page"), counted(drawn.codes, "code"));
    let line = format!(
        "wrote {shown}: {kind} {id}, {pages}, {codes} of version {}, {} bytes\n",
        drawn.version,
        drawn.bytes.len()
    );
    let output_taken = options.out == Path::new("-");
    Ok(Answer { output_taken, ..Answer::yes(line, json).warn(escapes(drawn.escaped)) })
}

/// Returns the warning about characters that a PDF shows as escapes.
fn escapes(number: usize) -> Option<String> {
    let (are, stand) =
        if number == 1 { ("character is", "it stands") } else { ("characters are", "they stand") };
    (number > 0).then(|| {
        format!(
            "{number} {are} not in the standard fonts of a PDF: {stand} as escapes such as <U+682A>; `--html` shows all as they are"
        )
    })
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Html => "html",
        Form::Pdf => "pdf",
    }
}

fn paper_name(paper: Paper) -> &'static str {
    match paper {
        Paper::A4 => "a4",
        Paper::Letter => "letter",
    }
}
