//! A sheet that was written.

use std::path::Path;

use license_core::document::Kind;
use license_core::key::sha256;
use license_core::value::DocumentId;
use serde_json::{Value, json};

use crate::carry::sheet::{Form, Paper, Sheet};
use crate::files;
use crate::plural::counted;
use crate::view::answer::{Answer, put};

/// A sheet with where it was written, what of, and as what.
pub(crate) struct WrittenSheet<'a> {
    pub(crate) path: &'a Path,
    pub(crate) file: (Kind, DocumentId),
    pub(crate) form: Form,
    pub(crate) paper: Paper,
    pub(crate) sheet: Sheet,
}

/// The answer that says so.
pub(crate) fn answer(written: &WrittenSheet<'_>) -> Answer {
    let answer = Answer::yes(text(written), json(written)).wrote(&[written.path]);
    answer.warn(escapes(written.sheet.escaped))
}

fn text(WrittenSheet { path, file: (kind, id), sheet, .. }: &WrittenSheet<'_>) -> String {
    let pages = sheet.pages.map(|pages| counted(pages, "page") + ", ").unwrap_or_default();
    let codes = counted(sheet.codes, "code");
    format!(
        "wrote {}: {kind} {id}, {pages}{codes} of version {}, {}\n",
        files::shown(path),
        sheet.version,
        counted(sheet.bytes.len(), "byte")
    )
}

fn json(WrittenSheet { path, file: (kind, id), form, paper, sheet }: &WrittenSheet<'_>) -> Value {
    let mut json = json!({
        "format": 1,
        "path": path.to_string_lossy(),
        "kind": kind.to_string(),
        "id": id.to_string(),
        "form": form_name(*form),
        "paper": paper_name(*paper),
        "codes": sheet.codes,
        "version": sheet.version,
        "bytes": sheet.bytes.len(),
        "sha256": hex::encode(sha256(&sheet.bytes)),
    });
    if let Some(pages) = sheet.pages {
        put(&mut json, "pages", pages);
    }
    json
}

/// The warning about characters that a PDF shows as escapes.
fn escapes(number: usize) -> Option<String> {
    let (are, stand) =
        if number == 1 { ("character is", "it stands") } else { ("characters are", "they stand") };
    (number > 0).then(|| {
        format!(
            "{number} {are} not in the fonts of the PDF: {stand} as escapes such as \
             <U+682A>; `--html` shows all as they are"
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
