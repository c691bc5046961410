//! Commands that are named in answers and hints, completed with the instance's folder that was
//! typed: whoever copies one is not sent to another instance.

use std::path::Path;

use clap::CommandFactory;

use super::Cli;
use crate::files::quoted;
use crate::problem::Failure;
use crate::view::answer::Answer;

/// The commands that take an instance's folder, as they are typed.
fn commands() -> Vec<String> {
    let mut found = Vec::new();
    collect(&Cli::command(), &mut found);
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
            ..answer
        }),
        Err(failure) => {
            Err(Failure { hint: failure.hint.map(|hint| with_dir(&hint, dir)), ..failure })
        }
    }
}

/// The same text, where each piece in backquotes that is such a command names the folder.
fn with_dir(text: &str, dir: &Path) -> String {
    let commands = commands();
    let pieces = text.split('`').enumerate();
    let completed = pieces.map(|(place, piece)| {
        let command = place % 2 == 1 && is_one_of(&commands, piece);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_get_the_folder_and_other_text_stays() {
        let of = |text: &str| with_dir(text, Path::new("my folder"));
        for (text, expected) in [
            ("`airlock license list` shows", "`airlock license list --instance 'my folder'` shows"),
            ("`airlock usage import`", "`airlock usage import --instance 'my folder'`"),
            (
                "`airlock license install FILE --instance DIR`",
                "`airlock license install FILE --instance 'my folder'`",
            ),
            (
                "`airlock check`, `airlock license remove ID`",
                "`airlock check --instance 'my folder'`, \
                 `airlock license remove ID --instance 'my folder'`",
            ),
            ("`airlock usage show FILE`", "`airlock usage show FILE`"),
            ("`airlock checks`", "`airlock checks`"),
            ("airlock license list", "airlock license list"),
            ("`airlock show FILE`", "`airlock show FILE`"),
            ("`airlock instance log --instance x`", "`airlock instance log --instance x`"),
        ] {
            assert_eq!(of(text), expected);
        }
    }
}
