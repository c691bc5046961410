//! A pouch that was written.

use std::path::Path;

use license_core::key::sha256;
use serde_json::{Value, json};

use crate::carry::outgoing::WrittenPouch;
use crate::carry::pouch::{Content, Packed};
use crate::files::shown;
use crate::plural::counted;
use crate::view::answer::Answer;

/// The answer that says what is in it.
pub(crate) fn answer(written: &WrittenPouch, content: &Content) -> Answer {
    let place = match written.path == Path::new("-") {
        true => "to standard output".to_owned(),
        false => shown(&written.path),
    };
    let (files, bytes) = (counted(content.files.len(), "file"), counted(written.bytes, "byte"));
    let repeated: String = content
        .repeated
        .iter()
        .map(|(id, from)| format!("  once only: {id}, given again in {}\n", shown(from)))
        .collect();
    let lines: String = content.files.iter().map(line).collect();
    let text = format!("wrote {place}: {files} in one text, {bytes}\n{lines}{repeated}");
    Answer::yes(text, json(written, content)).wrote(&[&written.path])
}

fn line(Packed { from, kind, id, .. }: &Packed) -> String {
    format!("  {kind} {id}, of {}\n", shown(from))
}

fn json(written: &WrittenPouch, content: &Content) -> Value {
    json!({
        "format": 1,
        "path": written.path.to_string_lossy(),
        "bytes": written.bytes,
        "sha256": hex::encode(written.sha256),
        "files": content.files.iter().map(file).collect::<Vec<_>>(),
        "repeated": content.repeated.len(),
    })
}

fn file(Packed { from, kind, id, bytes }: &Packed) -> Value {
    json!({
        "kind": kind.to_string(),
        "id": id.to_string(),
        "from": from.to_string_lossy(),
        "sha256": hex::encode(sha256(bytes)),
    })
}
