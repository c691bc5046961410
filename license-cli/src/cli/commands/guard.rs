//! `airlock guard`

use std::path::{Path, PathBuf};

use clap::Args;
use license_core::carrier::text::looks_like_text;
use license_core::document::Kind;
use license_core::guard::{Gate, Passed, Refusal, Signed, examine};
use license_core::key::{PublicKey, sha256};
use license_core::verify::Inspected;
use license_core::{day, limits};
use serde_json::{Value, json};

use crate::carry::incoming;
use crate::cli::commands::show;
use crate::cli::options::names;
use crate::clock;
use crate::files::{self, Mode};
use crate::problem::{Exit, Failure, Problem};
use crate::view::answer::{Answer, Then, put, written};

#[derive(Debug, Args)]
pub(crate) struct Guard {
    /// The file that wants to pass; `-` is standard input
    pub(crate) file: PathBuf,
    /// Where to write it anew; `-` is standard output
    #[arg(long, value_name = "CLEAN")]
    pub(crate) out: PathBuf,
    /// The kinds that may pass, separated by commas: license, request, usage, issuer
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = kind, default_value = "usage,request")]
    pub(crate) allow: Vec<Kind>,
    /// A root public key (.pub) that licenses must be signed under; may be given several times.
    /// Without any, signatures of licenses are not checked
    #[arg(long, value_name = "ROOT.PUB")]
    pub(crate) trust: Vec<PathBuf>,
    /// An instance's public key (.pub) that requests and reports must be signed by; may be given
    /// several times. Without any, the key that they contain may be anybody's
    #[arg(long, value_name = "INSTANCE.PUB")]
    pub(crate) signer: Vec<PathBuf>,
    /// Append a line to this file, whatever the answer
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    pub(crate) force: bool,
}

fn kind(text: &str) -> Result<Kind, String> {
    let kinds = [Kind::License, Kind::Request, Kind::Usage, Kind::Issuer];
    Kind::parse(text.trim())
        .filter(|kind| kinds.contains(kind))
        .ok_or_else(|| names("a kind", &kinds))
}

/// Lets a file pass, or not. Whatever the answer, the log gets its line; and nothing passes before
/// it was shown and logged.
pub(crate) fn guard(options: &Guard) -> Result<Answer, Failure> {
    let record = Record::of(options)?;
    check_places(options)?;
    examined(options, record.clone()).inspect_err(|failure| record.failed(failure))
}

/// Refuses a log that is one of the other files: it would be written into it.
fn check_places(options: &Guard) -> Result<(), Failure> {
    let Some(log) = &options.log else { return Ok(()) };
    let standard = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|stdout| log == Path::new(stdout));
    let others =
        [&options.file, &options.out].into_iter().chain(&options.trust).chain(&options.signer);
    match others.into_iter().find(|other| files::same(other, log)) {
        Some(other) => Err(Failure::new(
            Problem::Options,
            format!("found {} as the log too, expected a file of its own", files::shown(other)),
        )),
        None if standard => Err(Failure::new(
            Problem::Options,
            format!("found --log {}, expected a file", files::shown(log)),
        )
        .hint("the line is in the answer as well, with `--json` as `log`")),
        None => Ok(()),
    }
}

fn examined(options: &Guard, record: Record) -> Result<Answer, Failure> {
    files::refuse_existing(&options.out, options.force)?;
    let (roots, signers) = (incoming::roots(&options.trust)?, incoming::roots(&options.signer)?);
    let record = record.with_keys("roots", &roots).with_keys("signers", &signers);
    let input = files::read(&options.file, limits::TEXT_BYTES)?;
    let record = record.with_input(&input);
    match examine(&input, &Gate { allow: &options.allow, roots: &roots, signers: &signers }) {
        Ok(passed) => pass(options, &passed, record),
        Err(refusal) => refuse(&refusal, &record),
    }
}

/// Returns the answer to a file that passes. It is put in place once the log has its line and the
/// answer was printed; a later line says where that failed.
fn pass(options: &Guard, passed: &Passed, record: Record) -> Result<Answer, Failure> {
    let staged = files::stage(&options.out, &passed.clean, Mode::Public, options.force)?;
    let log = record.passed(passed);
    record.append(&log)?;
    let json = json!({
        "format": 1, "passed": true, "kind": passed.kind.to_string(), "id": passed.id.to_string(),
        "path": options.out.to_string_lossy(), "bytes": passed.clean.len(), "sha256": hex::encode(sha256(&passed.clean)),
        "signed": signed_name(passed.signed), "documents": passed.documents.iter().map(document_json).collect::<Vec<_>>(),
        "log": log,
    });
    let answer = Answer::yes(text(options, passed, &log), json);
    let place = move |printed: Result<(), &Failure>| match printed {
        Ok(()) => staged.place().map(drop).inspect_err(|failure| record.failed(failure)),
        Err(failure) => {
            record.failed(failure);
            Ok(())
        }
    };
    Ok(Answer {
        output_taken: options.out == Path::new("-"),
        then: Some(Then(Box::new(place))),
        ..answer
    })
}

/// Returns all that passes, in words and exactly: whoever reads this has read the file.
fn text(options: &Guard, passed: &Passed, log: &Value) -> String {
    let content: String = passed.documents.iter().map(document).collect();
    format!(
        "PASSED: {} {}, {} bytes in binary form\n  signed    {}\n  sha256    {} (of what came in, and of what goes out)\n{}\
         \x20 goes to   {}, written anew: {} bytes\n{content}\nlog {}\n",
        passed.kind,
        passed.id,
        passed.file.len(),
        signed_words(passed.signed),
        hex::encode(sha256(&passed.clean)),
        binary_hash(passed),
        files::shown(&options.out),
        passed.clean.len(),
        ascii(log),
    )
}

/// Returns the hash that `show` prints of a file that came as text.
fn binary_hash(passed: &Passed) -> String {
    let same = passed.clean == passed.file;
    if same {
        String::new()
    } else {
        format!("  sha256    {} (of the binary form)\n", hex::encode(sha256(&passed.file)))
    }
}

/// Returns what a document says: in words, and then exactly, as ASCII from which every byte of it
/// follows.
fn document(part: &Inspected) -> String {
    let json = document_json(part);
    let odd: String = texts(&json)
        .iter()
        .map(|text| format!("  look closely  {}\n", ascii(&(*text).into())))
        .collect();
    format!("{}{odd}  exactly  {}\n", show::document(part), ascii(&json))
}

/// Returns the texts that may look like others: with characters beyond ASCII, or spaces that do not
/// stand singly between words.
#[allow(clippy::wildcard_enum_match_arm, reason = "JSON is not ours")]
fn texts(json: &Value) -> Vec<&str> {
    match json {
        Value::String(text) if !is_plain(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
        && text.trim() == text
        && !text.contains("  ")
}

/// Returns JSON in ASCII alone: all else is escaped (RFC 8259 section 7).
fn ascii(json: &Value) -> String {
    written(json).ascii()
}

fn document_json(part: &Inspected) -> Value {
    let mut json = show::document_json(part);
    put(&mut json, "signature", hex::encode(part.signature));
    json
}

fn signed_words(signed: Signed) -> &'static str {
    match signed {
        Signed::Trusted => "under a root given with --trust, or by a key given with --signer",
        Signed::BySelf => {
            "by the key that it contains, which may be anybody's: none was given with --signer"
        }
        Signed::Unchecked => {
            "NOT CHECKED: no key was given with --trust, so its signatures may be any bytes"
        }
    }
}

fn signed_name(signed: Signed) -> &'static str {
    match signed {
        Signed::Trusted => "trusted",
        Signed::BySelf => "by_self",
        Signed::Unchecked => "unchecked",
    }
}

fn refuse(refusal: &Refusal, record: &Record) -> Result<Answer, Failure> {
    let log = record.refused(refusal);
    record.append(&log)?;
    let hint = hint(refusal);
    let line = hint.as_ref().map(|hint| format!("hint: {hint}\n")).unwrap_or_default();
    let text = format!("REFUSED: {refusal} [{}]\n{line}log {}\n", refusal.code(), ascii(&log));
    let error = json!({ "code": refusal.code(), "message": refusal.to_string(), "hint": hint });
    let json = json!({ "format": 1, "passed": false, "error": error, "log": log });
    Ok(Answer::yes(text, json).with_exit(Exit::Refused))
}

fn hint(refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::Kind { found, .. } if found.name().is_some() => format!("if it may pass here, `--allow {found}` says so"),
        Refusal::Kind { .. } | Refusal::Unknown { .. } => "a newer version of airlock may know it".to_owned(),
        Refusal::Stranger { .. } => {
            "compare the key with the sender's (`airlock key show`), then give it with `--signer`".to_owned()
        }
        Refusal::Invalid(error) if error.stage() == license_core::Stage::Text => {
            "text passes only byte for byte as Airlock writes it: `airlock text FILE --out NEW` on the sender's side".to_owned()
        }
        Refusal::Invalid(error) => return Failure::from(error.clone()).hint,
    })
}

/// What the audit trail says of one run.
#[derive(Debug, Clone)]
struct Record {
    log: Option<PathBuf>,
    line: Value,
}

impl Record {
    fn of(options: &Guard) -> Result<Self, Failure> {
        let line = json!({
            "time": day::rfc3339(clock::now()?), "program": "airlock guard", "version": env!("CARGO_PKG_VERSION"),
            "input": files::shown(&options.file), "output": files::shown(&options.out),
            "allow": options.allow.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
        Ok(Self { log: options.log.clone(), line })
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        put(&mut self.line, name, value);
        self
    }

    fn with_keys(self, name: &str, keys: &[PublicKey]) -> Self {
        self.with(name, keys.iter().map(|key| hex::encode(key.thumbprint().0)).collect::<Vec<_>>())
    }

    fn with_input(self, input: &[u8]) -> Self {
        let form = if looks_like_text(input) { "text" } else { "binary" };
        self.with("bytes", input.len())
            .with("sha256", hex::encode(sha256(input)))
            .with("form", form)
    }

    fn passed(&self, passed: &Passed) -> Value {
        let line =
            self.clone().with("kind", passed.kind.to_string()).with("id", passed.id.to_string());
        line.with("signed", signed_name(passed.signed)).with("answer", "passed").line
    }

    fn refused(&self, refusal: &Refusal) -> Value {
        self.clone()
            .with("code", refusal.code())
            .with("message", refusal.to_string())
            .with("answer", "refused")
            .line
    }

    /// Notes that the job could not be done. That this cannot be noted either does not change the
    /// answer.
    fn failed(&self, failure: &Failure) {
        let line = self
            .clone()
            .with("code", failure.problem.name())
            .with("message", failure.message.clone())
            .with("answer", "failed");
        self.append(&line.line).ok();
    }

    /// Appends a line to the log, where there is one.
    fn append(&self, line: &Value) -> Result<(), Failure> {
        let Some(log) = &self.log else { return Ok(()) };
        files::append(log, format!("{}\n", ascii(line)).as_bytes())
    }
}
