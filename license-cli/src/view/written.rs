//! A file that was written.

use serde_json::{Value, json};

use crate::carry::outgoing::Written;
use crate::files::{self, Staged};
use crate::plural::counted;
use crate::view::answer::{AfterPrinting, Answer};

/// The answer that says so, with these lines below.
pub(crate) fn answer(written: &Written, more: &str) -> Answer {
    let answer = Answer::yes(line(written) + more, json(written));
    answer.wrote(&[&written.path])
}

/// The answer of a file that is put in place once these lines were printed, and says so then.
pub(crate) fn placing(written: &Written, shown: String, staged: Staged, more: &str) -> Answer {
    let answer = Answer::yes(shown, json(written)).wrote(&[&written.path]);
    let after = AfterPrinting::placing(staged).then(line(written) + more);
    Answer { after_printing: Some(after), ..answer }
}

/// That a file was written.
pub(super) fn line(written: &Written) -> String {
    let bytes = counted(written.bytes, "byte");
    let place = if written.to_stdout() {
        "to standard output".to_owned()
    } else {
        files::shown(&written.path)
    };
    format!("wrote {place}: {} {}, {bytes}\n", written.kind, written.id)
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
