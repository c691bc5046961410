//! What a command answers: text for people, or one JSON object.

use std::fmt;
use std::io::{ErrorKind, Write};
use std::path::Path;

use license_core::visible::is_visible;
use serde_json::{Value, json};

use crate::files::{self, Staged};
pub(crate) use crate::json::{value, written};
use crate::problem::{Exit, Failure, Problem};
use crate::view::rows::Rows;
use crate::view::window;

/// A finished answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) exit: Exit,
    /// For people, to standard output; ends with a line end, or is empty.
    pub(crate) text: String,
    /// For programs.
    pub(crate) json: Value,
    /// What follows the text, or stands within the object for programs, where that may be much.
    pub(crate) rows: Option<Rows>,
    /// For people, to standard error.
    pub(crate) warnings: Vec<String>,
    /// Whether standard output is taken by a file that was written to `-`; the answer then goes to
    /// standard error.
    pub(crate) output_taken: bool,
    /// What was changed, said where the answer, or its end, cannot be printed; nothing where
    /// nothing was.
    pub(crate) done: Option<String>,
    /// What is still to be done once the answer was printed, or was not.
    pub(crate) after_printing: Option<AfterPrinting>,
}

/// What is done after an answer was printed: it is told whether that worked. Only where it was done
/// the end of the answer follows, for people.
pub(crate) struct AfterPrinting {
    work: Box<Work>,
    end: String,
}

type Work = dyn FnOnce(Result<(), &Failure>) -> Result<(), Failure>;

impl AfterPrinting {
    /// This work, to be done then.
    pub(crate) fn new(
        work: impl FnOnce(Result<(), &Failure>) -> Result<(), Failure> + 'static,
    ) -> Self {
        Self { work: Box::new(work), end: String::new() }
    }

    /// The same, with this end of the answer.
    pub(crate) fn then(self, end: impl Into<String>) -> Self {
        Self { end: end.into(), ..self }
    }

    /// Puts a file in place if the answer was printed; else it goes.
    pub(crate) fn placing(file: Staged) -> Self {
        Self::new(|printed| if printed.is_ok() { file.place().map(drop) } else { Ok(()) })
    }
}

impl fmt::Debug for AfterPrinting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AfterPrinting")
    }
}

impl Answer {
    /// Returns a yes.
    pub(crate) fn yes(text: impl Into<String>, json: Value) -> Self {
        Self {
            exit: Exit::Yes,
            text: text.into(),
            json,
            rows: None,
            warnings: Vec::new(),
            output_taken: false,
            done: None,
            after_printing: None,
        }
    }

    /// Returns the same answer with warnings.
    pub(crate) fn warn(mut self, warnings: impl IntoIterator<Item = String>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// Returns the same answer of a command that has written these files; `-` is standard output,
    /// which is taken then.
    pub(crate) fn wrote(self, paths: &[&Path]) -> Self {
        if paths.contains(&Path::new("-")) {
            return Self { output_taken: true, ..self };
        }
        let verb = if paths.len() == 1 { "is" } else { "are" };
        let names: Vec<String> = paths.iter().map(|path| files::shown(path)).collect();
        self.done(format!("{} {verb} written", listed(&names)))
    }

    /// Returns the same answer of a command that has changed something: this.
    pub(crate) fn done(self, what: impl Into<String>) -> Self {
        Self { done: Some(what.into()), ..self }
    }

    /// Returns the same answer with this exit status.
    pub(crate) fn with_exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }
}

/// Names as a sentence lists them.
fn listed(names: &[String]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
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
    let Answer { exit, after_printing, done: changed, .. } = answer;
    let text = if as_json {
        format!("{}\n", written(&with_warnings(answer.json, answer.warnings)))
    } else {
        print_warnings(&answer.warnings, answer.text)
    };
    let printed = match answer.rows {
        Some(rows) => write_rows(&text, rows, as_json),
        None if as_json || answer.output_taken => write(&text, answer.output_taken),
        None => write(&window::answer(&text), false),
    };
    let ended = match after_printing {
        Some(after) => finish(after, printed, |end| {
            let end = if as_json { "" } else { end };
            write(end, answer.output_taken).map_err(|failure| but(changed, failure))
        }),
        None => printed.map_err(|failure| but(changed, failure)),
    };
    match ended {
        Ok(()) => exit,
        Err(failure) => print_failure(&failure, as_json),
    }
}

/// Does what is left to be done after printing; only then the end of the answer is printed. What
/// was not printed was not done, and may be tried again.
fn finish(
    after: AfterPrinting,
    printed: Result<(), Failure>,
    print_end: impl FnOnce(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let done = (after.work)(printed.as_ref().copied());
    printed.and(done)?;
    print_end(&after.end)
}

/// A failure to print, with what was done all the same.
fn but(changed: Option<String>, failure: Failure) -> Failure {
    let Some(changed) = changed else { return failure };
    let message = format!("{changed}; but {}", failure.message);
    Failure { message, ..failure }
        .hint("do not run the command again: the work is done, only its answer was not printed")
}

fn write(text: &str, to_stderr: bool) -> Result<(), Failure> {
    let written = if to_stderr {
        anstream::stderr().lock().write_all(text.as_bytes())
    } else {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes()).and_then(|()| out.flush())
    };
    let place = if to_stderr { "standard error" } else { "standard output" };
    written.map_err(|error| unwritable(place, &error))
}

fn write_rows(text: &str, mut rows: Rows, as_json: bool) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let written = if as_json {
        rows.print_within(text, &mut out)
    } else {
        out.write_all(text.as_bytes()).and_then(|()| rows.print(&mut out))
    };
    let written = written.and_then(|()| out.flush());
    written.map_err(|error| unwritable("standard output", &error))
}

fn unwritable(place: &str, error: &std::io::Error) -> Failure {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return Failure::new(Problem::DiskFull, format!("no space is left for {place}"));
    }
    let message = format!("{place} could not be written: {}", error.kind());
    Failure::new(Problem::OutputUnwritable, message)
        .hint("write to a terminal, or to a file on a disk with space")
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
        let (word, text) = (window::warning_word(), printable(warning));
        let text = window::message(&text, "warning: ".len());
        writeln!(anstream::stderr().lock(), "{word} {text}").ok();
    }
    text
}

/// Prints a failure to standard error and returns its exit status.
pub(crate) fn print_failure(failure: &Failure, as_json: bool) -> Exit {
    let mut errors = anstream::stderr().lock();
    if as_json {
        let error = json!({
            "code": failure.problem.name(),
            "message": failure.message,
            "hint": failure.hint,
        });
        let error = json!({ "error": error });
        writeln!(errors, "{}", written(&error)).ok();
    } else {
        let text = format!("{} [{}]", printable(&failure.message), failure.problem.name());
        let text = window::message(&text, "error: ".len());
        writeln!(errors, "{} {text}", window::error_word()).ok();
        if let Some(hint) = &failure.hint {
            let hint = printable(hint);
            writeln!(errors, "hint: {}", window::message(&hint, "hint: ".len())).ok();
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
