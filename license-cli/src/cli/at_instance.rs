//! Commands that are named in answers and hints, completed with the instance's folder that was
//! typed: whoever copies one is not sent to another instance.

use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;

use crate::files::quoted;
use crate::problem::Failure;
use crate::view::answer::Answer;

/// What defines the whole command line.
static DEFINITION: OnceLock<fn() -> clap::Command> = OnceLock::new();

/// Says what defines the command line, once, before a command runs.
pub(super) fn defined_by(definition: fn() -> clap::Command) {
    DEFINITION.get_or_init(|| definition);
}

/// The commands that take an instance's folder, as they are typed.
fn commands() -> Vec<String> {
    let mut found = Vec::new();
    if let Some(definition) = DEFINITION.get() {
        collect(&definition(), &mut found);
    }
    found
}

fn collect(command: &clap::Command, found: &mut Vec<String>) {
    for inner in command.get_subcommands() {
        let mut named = Vec::new();
        collect(inner, &mut named);
        if inner.get_arguments().any(|argument| argument.get_long() == Some("instance")) {
            named.push(inner.get_name().to_owned());
        } else {
            named = named.into_iter().map(|it| format!("{} {it}", inner.get_name())).collect();
        }
        found.append(&mut named);
    }
}

/// Whether what stands in backquotes is one of these, with whatever follows it.
fn is_one_of(commands: &[String], piece: &str) -> bool {
    let Some(typed) = piece.strip_prefix("airlock ") else { return false };
    commands.iter().any(|command| {
        typed
            .strip_prefix(command.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

/// The same result, its commands completed.
pub(crate) fn completed(
    dir: Option<&Path>,
    result: Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    let Some(dir) = dir else { return result };
    match result {
        Ok(answer) => Ok(Answer {
            text: with_dir(&answer.text, dir),
            warnings: answer.warnings.iter().map(|warning| with_dir(warning, dir)).collect(),
            json: told(answer.json, dir),
            ..answer
        }),
        Err(failure) => {
            Err(Failure { hint: failure.hint.map(|hint| with_dir(&hint, dir)), ..failure })
        }
    }
}

/// The members of an object for programs that hold sentences with commands in them.
const SENTENCES: [&str; 2] = ["do", "doubts"];

/// The same object, the commands of its sentences completed.
fn told(mut json: Value, dir: &Path) -> Value {
    for name in SENTENCES {
        let sentences = json.get_mut(name).and_then(Value::as_array_mut);
        for sentence in sentences.into_iter().flatten() {
            if let Value::String(text) = sentence {
                *text = with_dir(text, dir);
            }
        }
    }
    json
}

/// The same text, where each piece in backquotes that is such a command names the folder.
pub(super) fn with_dir(text: &str, dir: &Path) -> String {
    let commands = commands();
    let pieces = text.split('`').enumerate();
    let completed = pieces.map(|(place, piece)| {
        // A command that was broken at the end of a line is one line again.
        let lines = piece.split('\n').enumerate();
        let lines = lines.map(|(line, text)| if line == 0 { text } else { text.trim_start() });
        let whole = lines.collect::<Vec<_>>().join(" ");
        let command = place % 2 == 1 && is_one_of(&commands, &whole);
        let piece = if command { whole.as_str() } else { piece };
        match (command, piece.strip_suffix(" --instance DIR")) {
            (true, Some(piece)) => format!("{piece} --instance {}", quoted(dir)),
            (true, None) if !piece.contains(" --instance ") => {
                format!("{piece} --instance {}", quoted(dir))
            }
            _ => piece.to_owned(),
        }
    });
    completed.collect::<Vec<_>>().join("`")
}
