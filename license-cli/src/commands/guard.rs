//! `airlock guard`

use std::collections::BTreeSet;
use std::path::Path;

use license_core::carrier::text::looks_like_text;
use license_core::guard::{Gate, Passed, Refusal, Signed, examine};
use license_core::key::sha256;
use license_core::verify::{Inspected, Unverified};
use license_core::{day, limits};
use serde_json::{Value, json};

use crate::cli::Guard;
use crate::clock;
use crate::commands::show;
use crate::documents;
use crate::exit::{Exit, Failure};
use crate::files::{self, Mode};
use crate::output::{Answer, put};

/// Lets a file pass, or not; whatever the answer, the log gets its line before anything is written.
pub(crate) fn guard(options: &Guard) -> Result<Answer, Failure> {
    files::refuse_existing(&options.out, options.force)?;
    let keys = documents::roots(&options.trust)?;
    let record = Record::of(options)?;
    let input = files::read(&options.file, limits::TEXT_BYTES).inspect_err(|failure| record.failed(failure))?;
    let record = record.with_input(&input);
    match examine(&input, &Gate { allow: &options.allow, keys: &keys }) {
        Ok(passed) => pass(options, &passed, &record),
        Err(refusal) => refuse(&refusal, &record),
    }
}

fn pass(options: &Guard, passed: &Passed, record: &Record<'_>) -> Result<Answer, Failure> {
    let log = record.passed(passed)?;
    let written = files::write_new(&options.out, &passed.clean, Mode::Public, options.force);
    written.inspect_err(|failure| record.failed(failure))?;
    let json = json!({
        "format": 1, "passed": true, "kind": passed.kind.to_string(), "id": passed.id.to_string(),
        "path": options.out.to_string_lossy(), "bytes": passed.clean.len(), "sha256": hex::encode(sha256(&passed.clean)),
        "signed": signed_name(passed.signed), "documents": passed.documents.iter().map(document_json).collect::<Vec<_>>(),
        "log": log,
    });
    let answer = Answer::yes(text(options, passed, &log), json);
    Ok(Answer { output_taken: options.out == Path::new("-"), ..answer })
}

/// Returns all that passes, in words: whoever reads this has read the file.
fn text(options: &Guard, passed: &Passed, log: &Value) -> String {
    let content: String = passed.documents.iter().map(document).collect();
    format!(
        "PASSED: {} {}, {} bytes in binary form\n  signed   {}\n  sha256   {}\n  written  anew to {}: {} bytes, the same as came in\n\
         {content}{}\nlog {log}\n",
        passed.kind,
        passed.id,
        passed.file.len(),
        signed_words(passed.signed),
        hex::encode(sha256(&passed.clean)),
        files::shown(&options.out),
        passed.clean.len(),
        beyond_ascii(&content),
    )
}

/// Returns what a document says, to its last byte: what `show` shortens to a fingerprint is here in full.
fn document(part: &Inspected) -> String {
    let key = match &part.claims {
        Unverified::Issuer(issuer) => Some(issuer.key),
        Unverified::Request(request) => Some(request.key),
        Unverified::Usage(usage) => Some(usage.key),
        Unverified::License(_) | Unverified::Other => None,
    };
    let key = key.map(|key| format!("  key in full  {}\n", hex::encode(key.as_bytes()))).unwrap_or_default();
    format!("{}{key}  signature    {}\n", show::document(part), hex::encode(part.signature))
}

fn document_json(part: &Inspected) -> Value {
    let mut json = show::document_json(part);
    put(&mut json, "signature", hex::encode(part.signature));
    json
}

fn signed_words(signed: Signed) -> &'static str {
    match signed {
        Signed::Trusted => "under a key that was given with --trust",
        Signed::BySelf => "by the key that it contains, which may be anybody's: none was given with --trust",
        Signed::Unchecked => "NOT CHECKED: no key was given with --trust, so its signatures may be any bytes",
    }
}

fn signed_name(signed: Signed) -> &'static str {
    match signed {
        Signed::Trusted => "trusted",
        Signed::BySelf => "by_self",
        Signed::Unchecked => "unchecked",
    }
}

/// Names every character that may look like another one.
fn beyond_ascii(content: &str) -> String {
    let characters: BTreeSet<char> = content.chars().filter(|c| !c.is_ascii()).collect();
    if characters.is_empty() {
        return String::new();
    }
    let named: Vec<String> = characters.into_iter().map(|c| format!("U+{:04X} {c}", u32::from(c))).collect();
    format!("\ncharacters beyond ASCII: {}\n", named.join(", "))
}

fn refuse(refusal: &Refusal, record: &Record<'_>) -> Result<Answer, Failure> {
    let log = record.refused(refusal)?;
    let hint = hint(refusal);
    let line = hint.as_ref().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    let text = format!("REFUSED: {refusal} [{}]\n{line}log {log}\n", refusal.code());
    let error = json!({ "code": refusal.code(), "message": refusal.to_string(), "hint": hint });
    let json = json!({ "format": 1, "passed": false, "error": error, "log": log });
    Ok(Answer::yes(text, json).with_exit(Exit::Refused))
}

fn hint(refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::Kind { found, .. } if found.name().is_some() => format!("if it may pass here, `--allow {found}` says so"),
        Refusal::Kind { .. } | Refusal::Unknown { .. } => "a newer version of airlock may know it".to_owned(),
        Refusal::Stranger { .. } => {
            "compare the key with the sender's (`airlock key show`), then give it with `--trust`".to_owned()
        }
        Refusal::Invalid(error) if error.stage() == license_core::Stage::Text => {
            "text passes only byte for byte as Airlock writes it: `airlock text FILE --out NEW` on the sender's side".to_owned()
        }
        Refusal::Invalid(error) => return Failure::from(error.clone()).hint,
    })
}

/// What the audit trail says of one run.
struct Record<'a> {
    log: Option<&'a Path>,
    line: Value,
}

impl<'a> Record<'a> {
    fn of(options: &'a Guard) -> Result<Self, Failure> {
        let line = json!({
            "time": day::rfc3339(clock::now()?), "program": "airlock guard", "version": env!("CARGO_PKG_VERSION"),
            "input": options.file.to_string_lossy(), "output": options.out.to_string_lossy(),
        });
        Ok(Self { log: options.log.as_deref(), line })
    }

    fn with_input(mut self, input: &[u8]) -> Self {
        put(&mut self.line, "bytes", input.len());
        put(&mut self.line, "sha256", hex::encode(sha256(input)));
        put(&mut self.line, "form", if looks_like_text(input) { "text" } else { "binary" });
        self
    }

    fn passed(&self, passed: &Passed) -> Result<Value, Failure> {
        let mut line = self.line.clone();
        put(&mut line, "kind", passed.kind.to_string());
        put(&mut line, "id", passed.id.to_string());
        put(&mut line, "signed", signed_name(passed.signed));
        self.answered(line, "passed")
    }

    fn refused(&self, refusal: &Refusal) -> Result<Value, Failure> {
        let mut line = self.line.clone();
        put(&mut line, "code", refusal.code());
        put(&mut line, "message", refusal.to_string());
        self.answered(line, "refused")
    }

    /// Notes that the job could not be done. That this cannot be noted either does not change the answer.
    fn failed(&self, failure: &Failure) {
        let mut line = self.line.clone();
        put(&mut line, "code", failure.code);
        put(&mut line, "message", failure.message.clone());
        self.answered(line, "failed").ok();
    }

    /// Appends the line to the log, where there is one, and returns it.
    fn answered(&self, mut line: Value, answer: &str) -> Result<Value, Failure> {
        put(&mut line, "answer", answer);
        if let Some(log) = self.log {
            files::append(log, format!("{line}\n").as_bytes())?;
        }
        Ok(line)
    }
}
