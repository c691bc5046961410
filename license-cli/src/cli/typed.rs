//! What was typed, seen with the definition of the command line.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, Command};

use crate::files;
use crate::instance::ledger::holds_ledger;
use crate::problem::{Failure, Problem};

/// The command that was typed, without its options: `airlock license install`.
pub(super) fn command(definition: &Command, arguments: &[OsString]) -> String {
    found(definition, arguments).0
}

/// The command that was typed as it is to be typed: `airlock license install [OPTIONS] <FILES>...`.
pub(super) fn usage(definition: &Command, arguments: &[OsString]) -> String {
    let (typed, command) = found(definition, arguments);
    let usage = command.clone().bin_name(typed).render_usage().to_string();
    usage.trim_start_matches("Usage: ").to_owned()
}

/// The failure of a file whose name begins as an option does, or of an instance's folder without its
/// option; `None` where what was not known is neither.
pub(super) fn file_like_an_option(
    error: &clap::Error,
    definition: &Command,
    arguments: &[OsString],
) -> Option<Failure> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let unknown = error.get(ContextKind::InvalidArg)?.to_string();
    let is_file = |typed: &&OsString| {
        typed.to_string_lossy().starts_with(&unknown) && Path::new(typed).symlink_metadata().is_ok()
    };
    let file = arguments.iter().skip(1).find(is_file)?;
    if !unknown.starts_with('-') {
        return folder(definition, (arguments, file));
    }
    let named = files::quoted(Path::new(file));
    let message = format!("found {:?}, which is read as an option", file.to_string_lossy());
    Some(
        Failure::new(Problem::Options, message).hint(format!("the file of that name is `{named}`")),
    )
}

/// The failure of an instance's folder without the option before it; `None` where it is none, or the
/// command takes none.
fn folder(definition: &Command, (arguments, typed): (&[OsString], &OsString)) -> Option<Failure> {
    let path = Path::new(typed);
    let (command, inner) = found(definition, arguments);
    let takes = inner.get_arguments().any(|it| it.get_long() == Some("instance"));
    if !takes || !holds_ledger(path).unwrap_or(false) {
        return None;
    }
    let named = files::quoted(path);
    let message = format!("found the instance's folder {named}, expected it behind `--instance`");
    Some(Failure::new(Problem::Options, message).hint(format!("`{command} --instance {named}`")))
}

fn found<'a>(definition: &'a Command, arguments: &[OsString]) -> (String, &'a Command) {
    let (mut here, mut typed) = (definition, definition.get_name().to_owned());
    let words = arguments.iter().skip(1).filter_map(|argument| argument.to_str());
    for word in words.filter(|word| !word.starts_with('-')) {
        let Some(inner) = here.find_subcommand(word) else { break };
        typed = format!("{typed} {}", inner.get_name());
        here = inner;
    }
    (typed, here)
}

/// The definition, each option of it taking a number below zero as its value: what the option
/// says of such a number is better than that there is no option `-5`.
pub(super) fn taking_negative_numbers(definition: Command) -> Command {
    let taking = |option: Arg| {
        let takes = option.get_long().is_some() && option.get_action().takes_values();
        if takes { option.allow_negative_numbers(true) } else { option }
    };
    definition.mut_args(taking).mut_subcommands(taking_negative_numbers)
}
