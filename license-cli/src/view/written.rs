//! A file that was written.

use serde_json::{Value, json};

use crate::carry::outgoing::Written;
use crate::files;
use crate::plural::counted;
use crate::view::answer::Answer;

/// The answer that says so, with these lines below.
pub(crate) fn answer(written: &Written, more: &str) -> Answer {
    let answer = Answer::yes(line(written) + more, json(written));
    Answer { output_taken: written.to_stdout(), ..answer }
}

fn line(written: &Written) -> String {
    let (path, bytes) = (files::shown(&written.path), counted(written.bytes, "byte"));
    format!("wrote {path}: {} {}, {bytes}\n", written.kind, written.id)
}

fn json(written: &Written) -> Value {
    json!({
        "format": 1,
        "path": written.path.to_string_lossy(),
        "kind": written.kind.to_string(),
        "id": written.id.to_string(),
        "sha256": hex::encode(written.sha256),
        "bytes": written.bytes,
    })
}
