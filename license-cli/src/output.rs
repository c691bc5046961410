//! What a command answers: text for people, or one JSON object.

use std::io::Write;

use serde_json::{Value, json};

use crate::exit::{Exit, Failure};

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
    /// Whether standard output is taken by a file that was written to `-`; the answer then goes to standard error.
    pub(crate) output_taken: bool,
}

impl Answer {
    /// Returns a yes.
    pub(crate) fn yes(text: impl Into<String>, json: Value) -> Self {
        Self { exit: Exit::Yes, text: text.into(), json, warnings: Vec::new(), output_taken: false }
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

/// Adds an entry to a JSON object.
pub(crate) fn put(json: &mut Value, key: &str, value: impl Into<Value>) {
    if let Some(object) = json.as_object_mut() {
        object.insert(key.to_owned(), value.into());
    }
}

/// Prints the answer and returns the exit status: 2 where standard output does not take it.
pub(crate) fn print(answer: &Answer, as_json: bool) -> Exit {
    let mut errors = anstream::stderr().lock();
    for warning in &answer.warnings {
        // Nothing is left to do where standard error is closed.
        writeln!(errors, "warning: {warning}").ok();
    }
    let text = if as_json { format!("{}\n", answer.json) } else { answer.text.clone() };
    let written = if answer.output_taken {
        errors.write_all(text.as_bytes())
    } else {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    };
    match written {
        Ok(()) => answer.exit,
        Err(error) => {
            writeln!(errors, "error: standard output could not be written: {error}").ok();
            Exit::Failed
        }
    }
}

/// Prints a failure to standard error and returns its exit status.
pub(crate) fn print_failure(failure: &Failure, as_json: bool) -> Exit {
    let mut errors = anstream::stderr().lock();
    if as_json {
        let error = json!({ "error": { "code": failure.code, "message": failure.message, "hint": failure.hint } });
        writeln!(errors, "{error}").ok();
    } else {
        writeln!(errors, "error: {} [{}]", failure.message, failure.code).ok();
        if let Some(hint) = &failure.hint {
            writeln!(errors, "hint: {hint}").ok();
        }
    }
    failure.exit
}
