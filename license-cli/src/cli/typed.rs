//! What was typed, seen with the definition of the command line.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, Command};

use crate::files;
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

/// The failure of a file whose name begins as an option does; `None` where what was not known is no
/// file that is there.
pub(super) fn file_like_an_option(error: &clap::Error, arguments: &[OsString]) -> Option<Failure> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let unknown = error.get(ContextKind::InvalidArg)?.to_string();
    let is_file = |typed: &&OsString| {
        typed.to_string_lossy().starts_with(&unknown) && Path::new(typed).symlink_metadata().is_ok()
    };
    let file = arguments.iter().skip(1).find(is_file)?;
    let named = files::quoted(Path::new(file));
    let message = format!("found {:?}, which is read as an option", file.to_string_lossy());
    Some(
        Failure::new(Problem::Options, message).hint(format!("the file of that name is `{named}`")),
    )
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
