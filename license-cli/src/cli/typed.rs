//! What was typed, seen with the definition of the command line.

use std::ffi::OsString;

use clap::{Arg, Command};

/// The command that was typed, without its options: `airlock license install`.
pub(super) fn command(definition: &Command, arguments: &[OsString]) -> String {
    let (mut here, mut typed) = (definition, definition.get_name().to_owned());
    let words = arguments.iter().skip(1).filter_map(|argument| argument.to_str());
    for word in words.filter(|word| !word.starts_with('-')) {
        let Some(inner) = here.find_subcommand(word) else { break };
        typed = format!("{typed} {}", inner.get_name());
        here = inner;
    }
    typed
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
