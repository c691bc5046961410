//! The audit trail: one line of JSON in ASCII for each run.

use std::path::PathBuf;

use license_core::carrier::text::looks_like_text;
use license_core::day;
use license_core::guard::{Passed, PassedAll, Refusal, Signed};
use license_core::key::{PublicKey, sha256};
use serde_json::{Value, json};

use crate::carry::gate::crossing::Crossing;
use crate::clock;
use crate::files;
use crate::json::written;
use crate::problem::Failure;

/// What the audit trail says of one run.
#[derive(Debug, Clone)]
pub(super) struct Record {
    log: Option<PathBuf>,
    line: Value,
}

impl Record {
    pub(super) fn of(crossing: &Crossing) -> Result<Self, Failure> {
        let allow: Vec<String> = crossing.allow.iter().map(ToString::to_string).collect();
        let line = json!({
            "time": day::rfc3339(clock::now()?),
            "program": "airlock guard",
            "version": env!("CARGO_PKG_VERSION"),
            "input": files::shown(&crossing.file),
            "output": files::shown(&crossing.out),
            "allow": allow,
        });
        Ok(Self { log: crossing.log.clone(), line })
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Some(line) = self.line.as_object_mut() {
            line.insert(name.to_owned(), value.into());
        }
        self
    }

    pub(super) fn with_keys(self, name: &str, keys: &[PublicKey]) -> Self {
        self.with(name, keys.iter().map(|key| hex::encode(key.thumbprint().0)).collect::<Vec<_>>())
    }

    pub(super) fn with_input(self, input: &[u8]) -> Self {
        let form = if looks_like_text(input) { "text" } else { "binary" };
        self.with("bytes", input.len())
            .with("sha256", hex::encode(sha256(input)))
            .with("form", form)
    }

    pub(super) fn passed(&self, passed: &PassedAll) -> Value {
        let line = match passed.files.as_slice() {
            [only] => self.clone().with_file(only),
            several => self.clone().with("files", several.iter().map(file).collect::<Vec<_>>()),
        };
        line.with("answer", "passed").line
    }

    fn with_file(self, file: &Passed) -> Self {
        let line = self.with("kind", file.kind.to_string()).with("id", file.id.to_string());
        line.with("signed", signed_name(file.signed))
    }

    /// The line of a refusal, with the sentence that is printed.
    pub(super) fn refused(&self, refusal: &Refusal, message: &str) -> Value {
        let line = self.clone().with("code", refusal.code()).with("message", message);
        line.with("answer", "refused").line
    }

    /// Notes that the job could not be done. That this cannot be noted either does not change the
    /// answer.
    pub(super) fn failed(&self, failure: &Failure) {
        let line = self.clone().with("code", failure.problem.name());
        let line = line.with("message", failure.message.clone()).with("answer", "failed");
        self.append(&line.line).ok();
    }

    /// Appends a line to the log, where there is one.
    pub(super) fn append(&self, line: &Value) -> Result<(), Failure> {
        let Some(log) = &self.log else { return Ok(()) };
        files::append(log, format!("{}\n", ascii(line)).as_bytes())
    }
}

/// A file of a pouch.
fn file(file: &Passed) -> Value {
    json!({
        "kind": file.kind.to_string(),
        "id": file.id.to_string(),
        "signed": signed_name(file.signed),
    })
}

/// By whom a file is signed, for programs.
pub(crate) fn signed_name(signed: Signed) -> &'static str {
    match signed {
        Signed::Trusted => "trusted",
        Signed::BySelf => "by_self",
        Signed::Unchecked => "unchecked",
    }
}

/// JSON in ASCII alone: all else is escaped (RFC 8259 section 7).
pub(crate) fn ascii(json: &Value) -> String {
    written(json).ascii()
}
