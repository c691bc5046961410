//! What a command answers: text for people, or one JSON object.

use std::io::{ErrorKind, Write};

use license_core::json::Json;
use license_core::visible::is_visible;
use serde_json::{Value, json};

use crate::problem::{Exit, Failure, Problem};

/// A finished answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) exit: Exit,
    /// For people, to standard output; ends with a line end, or is empty.
    pub(crate) text: String,
    /// For programs.
    pub(crate) json: Value,
    /// For people, to standard error.
    pub(crate) warnings: Vec<String>,
    /// Whether standard output is taken by a file that was written to `-`; the answer then goes to
    /// standard error.
    pub(crate) output_taken: bool,
    /// What is still to be done once the answer was printed, or was not.
    pub(crate) then: Option<Then>,
}

/// What is done after an answer was printed: it is told whether that worked.
pub(crate) struct Then(pub(crate) Box<AfterPrint>);

type AfterPrint = dyn FnOnce(Result<(), &Failure>) -> Result<(), Failure>;

impl std::fmt::Debug for Then {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Then")
    }
}

impl Answer {
    /// Returns a yes.
    pub(crate) fn yes(text: impl Into<String>, json: Value) -> Self {
        Self {
            exit: Exit::Yes,
            text: text.into(),
            json,
            warnings: Vec::new(),
            output_taken: false,
            then: None,
        }
    }

    /// Returns the same answer with warnings.
    pub(crate) fn warn(mut self, warnings: impl IntoIterator<Item = String>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// Returns the same answer with this exit status.
    pub(crate) fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }
}

/// Returns a number with what is counted, in the plural but for one.
pub(crate) fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Returns what the core says, as part of an answer.
pub(crate) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(yes) => (*yes).into(),
        Json::Negative(number) => (*number).into(),
        Json::Number(number) => (*number).into(),
        Json::Text(text) => text.as_str().into(),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Object(members) => {
            members.iter().map(|(name, member)| (name.to_string(), value(member))).collect()
        }
    }
}

/// Returns an answer as the core writes JSON. No answer of ours has a number with a fraction.
pub(crate) fn written(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(yes) => (*yes).into(),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => Json::Null,
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().map(written).collect(),
        Value::Object(members) => Json::Object(
            members.iter().map(|(name, member)| (name.clone().into(), written(member))).collect(),
        ),
    }
}

/// Adds an entry to a JSON object.
pub(crate) fn put(json: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(object) = json.as_object_mut() {
        object.insert(key.to_owned(), value.into());
    }
}

/// Prints the answer and returns the exit status: 2 where its output does not take it, or what is
/// to be done then fails.
pub(crate) fn print(answer: Answer, as_json: bool) -> Exit {
    let Answer { exit, then, .. } = answer;
    let text = if as_json {
        format!("{}\n", written(&with_warnings(answer.json, answer.warnings)))
    } else {
        print_warnings(&answer.warnings, answer.text)
    };
    let printed = write(&text, answer.output_taken);
    let done = match then {
        Some(then) => then.0(printed.as_ref().copied()),
        None => Ok(()),
    };
    match printed.and(done) {
        Ok(()) => exit,
        Err(failure) => print_failure(&failure, as_json),
    }
}

fn write(text: &str, to_stderr: bool) -> Result<(), Failure> {
    let written = if to_stderr {
        anstream::stderr().lock().write_all(text.as_bytes())
    } else {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    };
    let place = if to_stderr { "standard error" } else { "standard output" };
    written.map_err(|error| {
        let reason = if error.kind() == ErrorKind::StorageFull {
            "it is full".to_owned()
        } else {
            error.kind().to_string()
        };
        Failure::new(Problem::OutputUnwritable, format!("{place} could not be written: {reason}"))
            .hint("give it somewhere to go: a terminal, a file with space, a reader that stays")
    })
}

fn with_warnings(mut json: Value, warnings: Vec<String>) -> Value {
    if !warnings.is_empty() {
        put(&mut json, "warnings", warnings);
    }
    json
}

fn print_warnings(warnings: &[String], text: String) -> String {
    for warning in warnings {
        // Nothing is left to do where standard error is closed.
        writeln!(anstream::stderr().lock(), "warning: {}", printable(warning)).ok();
    }
    text
}

/// Prints a failure to standard error and returns its exit status.
pub(crate) fn print_failure(failure: &Failure, as_json: bool) -> Exit {
    let mut errors = anstream::stderr().lock();
    if as_json {
        let error = json!({ "error": { "code": failure.problem.name(), "message": failure.message, "hint": failure.hint } });
        writeln!(errors, "{}", written(&error)).ok();
    } else {
        writeln!(errors, "error: {} [{}]", printable(&failure.message), failure.problem.name())
            .ok();
        if let Some(hint) = &failure.hint {
            writeln!(errors, "hint: {}", printable(hint)).ok();
        }
    }
    failure.exit
}

/// Returns text that a terminal shows and does not obey: control, direction and invisible
/// characters but the line end are escaped.
pub(crate) fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if !is_visible(c) && c != '\n' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}
