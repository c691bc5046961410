//! Every message that a test shows, noted where `AIRLOCK_MESSAGES` names a file: docs/MESSAGES.md is
//! made from it, by `scripts/generated`.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;

use crate::common::Run;
use crate::json::Json;

/// Notes what a run told: a line is what it is, its code, its words, what to do.
pub(crate) fn of_run(run: &Run) {
    let Some(file) = std::env::var_os("AIRLOCK_MESSAGES") else { return };
    let out = String::from_utf8_lossy(&run.out);
    for text in [&*out, run.err.as_str()] {
        if text.lines().count() == 1 && text.starts_with('{') {
            of_json(&file, &Json::read(text));
        } else {
            of_text(&file, text);
        }
    }
}

fn note(file: &OsStr, parts: [&str; 4]) {
    let line = parts.map(|part| part.replace(['\t', '\n'], " ")).join("\t") + "\n";
    let mut notes = OpenOptions::new().create(true).append(true).open(file).unwrap();
    // One write is one line, also where tests run at once.
    notes.write_all(line.as_bytes()).unwrap();
}

fn of_json(file: &OsStr, json: &Json) {
    let text = |json: &Json, name: &str| {
        let found = json.keys().contains(&name).then(|| json[name].clone());
        if let Some(Json::Text(text)) = found { text } else { String::new() }
    };
    let list = |name: &str| match json.keys().contains(&name).then(|| &json[name]) {
        Some(Json::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    if json.keys().contains(&"error") {
        let error = &json["error"];
        let [code, message, hint] = ["code", "message", "hint"].map(|name| text(error, name));
        note(file, ["error", &code, &message, &hint]);
    }
    for warning in list("warnings") {
        note(file, ["warning", "", warning.text(), ""]);
    }
    for finding in list("findings").iter().filter(|it| it.keys().contains(&"message")) {
        note(file, ["note", &text(finding, "code"), &text(finding, "message"), ""]);
    }
}

/// Notes the errors and warnings of what people read.
fn of_text(file: &OsStr, text: &str) {
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let refused = line.strip_prefix("error: ").or_else(|| line.strip_prefix("REFUSED: "));
        if let Some((message, code)) = refused.and_then(|line| line.rsplit_once(" [")) {
            let hint = lines.peek().and_then(|line| line.strip_prefix("hint: ")).unwrap_or("");
            note(file, ["error", code.trim_end_matches(']'), message, hint]);
        } else if let Some(warning) = line.strip_prefix("warning: ") {
            note(file, ["warning", "", warning, ""]);
        }
    }
}
