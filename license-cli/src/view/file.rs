//! A file as `airlock show` shows it.

use std::path::Path;

use license_core::key::sha256;
use serde_json::{Value, json};

use crate::carry::checked_file::CheckedFile;
use crate::files;
use crate::plural::counted;
use crate::view::answer::Answer;
use crate::view::document;

/// The answer that shows the file which stands at this path.
pub(crate) fn answer(path: &Path, file: &CheckedFile) -> Answer {
    let hash = hex::encode(sha256(&file.bytes));
    Answer::yes(text(path, file, &hash), json(path, file, &hash))
}

/// The answer that shows each file of the pouch which stands at this path.
pub(crate) fn several(path: &Path, files: &[CheckedFile]) -> Answer {
    let each = files.iter().map(|file| answer(path, file));
    let (texts, objects): (Vec<String>, Vec<Value>) = each.map(|it| (it.text, it.json)).unzip();
    let head = format!("{}: {}\n\n", files::shown(path), counted(files.len(), "file"));
    let json = json!({ "format": 1, "path": path.to_string_lossy(), "files": objects });
    Answer::yes(head + &texts.join("\n"), json)
}

fn text(path: &Path, file: &CheckedFile, hash: &str) -> String {
    let (path, bytes, assurance) =
        (files::shown(path), counted(file.bytes.len(), "byte"), file.assurance.words());
    let documents: String = file.documents.iter().map(document::text).collect();
    format!("{path}: {bytes} in binary form, sha256 {hash}\n{assurance}\n{documents}")
}

fn json(path: &Path, file: &CheckedFile, hash: &str) -> Value {
    json!({
        "format": 1,
        "path": path.to_string_lossy(),
        "sha256": hash,
        "bytes": file.bytes.len(),
        "trust": file.assurance.name(),
        "documents": file.documents.iter().map(document::json).collect::<Vec<_>>(),
    })
}
