//! The command line: the only room that knows how it is typed.

#[cfg(feature = "desk")]
pub(crate) mod asking;
#[cfg(feature = "desk")]
mod at_desk;
mod at_instance;
pub(crate) mod commands;
pub(crate) mod confirm;
#[cfg(feature = "desk")]
mod given_again;
#[cfg(feature = "desk")]
pub(crate) mod making;
#[cfg(feature = "desk")]
pub(crate) mod needs;
pub(crate) mod options;
#[cfg(feature = "desk")]
pub(crate) mod orders;
#[cfg(feature = "desk")]
pub(crate) mod prompt;
#[cfg(feature = "desk")]
pub(crate) mod recipe;
#[cfg(feature = "desk")]
mod refusal;
#[cfg(feature = "desk")]
mod renewing;
pub(crate) mod report_file;
#[cfg(feature = "desk")]
pub(crate) mod requests;
mod secret;
mod slideshow;
mod spelling;
pub(crate) mod stating;
pub(crate) mod terms;
#[cfg(test)]
mod tests;
mod typed;
#[cfg(feature = "desk")]
pub(crate) mod why;
#[cfg(feature = "desk")]
pub(crate) mod years;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};

use crate::carry::scan::apart;
use crate::cli::commands::Command;
use crate::problem::{Exit, Failure, Problem};
use crate::view::answer;

/// Licenses and usage reports for instances that are never online.
#[derive(Debug, Parser)]
#[command(
    name = "airlock",
    version,
    max_term_width = 110,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(
    after_help = concat!(
        "Exit status: 0 yes; 1 examined and refused; 2 the job could not be done.\n",
        "`-` is standard input or output."
    )
)]
struct Cli {
    /// Print one JSON object; errors too, on standard error
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Runs the command with these arguments, the program's name first: prints its answer and gives
/// the exit status.
#[must_use]
pub fn run(arguments: &[OsString]) -> ExitCode {
    if let Some(exit) = apart::asked(arguments) {
        return exit;
    }
    at_instance::defined_by(Cli::command);
    let exit = match secret::refuse_private_keys(arguments) {
        Ok(()) => run_parsed(arguments),
        Err(failure) => answer::print_failure(&failure, asks_for_json(arguments)),
    };
    exit.into()
}

fn run_parsed(arguments: &[OsString]) -> Exit {
    match parse(arguments) {
        Ok(cli) => match commands::run(&cli.command, cli.json) {
            Ok(answer) => answer::print(answer, cli.json),
            Err(failure) => print_failure(failure, arguments, cli.json),
        },
        Err(error) => wrong_options(&error, arguments),
    }
}

/// Whether JSON is asked for, where the options could not be read.
fn asks_for_json(arguments: &[OsString]) -> bool {
    let mut before = arguments.iter().take_while(|argument| *argument != "--");
    before.any(|argument| argument == "--json")
}

fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let definition = typed::taking_negative_numbers(Cli::command());
    Cli::from_arg_matches(&definition.try_get_matches_from(arguments)?)
}

/// Prints a failure, its hint with the command that was typed.
fn print_failure(failure: Failure, arguments: &[OsString], as_json: bool) -> Exit {
    let named = format!("`{} --help`", typed::command(&Cli::command(), arguments));
    let hint = failure.hint.map(|hint| hint.replace("`airlock COMMAND --help`", &named));
    answer::print_failure(&Failure { hint, ..failure }, as_json)
}

/// Prints help where it was asked for; else says which option is wrong, as JSON where that was
/// asked for.
fn wrong_options(error: &clap::Error, arguments: &[OsString]) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { Exit::Yes } else { Exit::Failed };
    }
    let as_json = asks_for_json(arguments);
    let secret = secret::behind_passphrase(error, arguments);
    let file = || typed::file_like_an_option(error, &Cli::command(), arguments);
    if let Some(failure) = secret.or_else(file).or_else(|| spelling::failure(error)) {
        return print_failure(failure, arguments, as_json);
    }
    let rendered = error.render().to_string();
    if !as_json && error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        // Nothing is left to do where standard error is closed.
        write!(anstream::stderr(), "{}", answer::printable(&rendered)).ok();
        return Exit::Failed;
    }
    // Of an unknown option the reader of the command line would repeat those that were typed.
    let whole = (error.kind() == ErrorKind::UnknownArgument)
        .then(|| typed::usage(&Cli::command(), arguments));
    print_failure(of_options(&rendered, whole.as_deref()), arguments, as_json)
}

/// The failure that the reader of the command line tells: its first paragraph, then its tips and
/// the command as it is to be typed: this one, where it is known better.
fn of_options(rendered: &str, whole: Option<&str>) -> Failure {
    let mut paragraphs = rendered.trim_start_matches("error: ").split("\n\n");
    let message = one_line(paragraphs.next().unwrap_or_default());
    let mut advice: Vec<String> = Vec::new();
    for paragraph in paragraphs {
        let tips = paragraph.lines().filter_map(|line| line.trim().strip_prefix("tip: "));
        // An option is never meant as a value.
        let tips = tips.filter(|tip| !tip.starts_with("to pass '-"));
        advice.extend(tips.map(str::to_owned));
        if let Some(usage) = paragraph.strip_prefix("Usage: ") {
            let usage = one_line(whole.unwrap_or(usage));
            advice.push(format!("the command is `{usage}`; `{} --help` says more", verb(&usage)));
        }
    }
    let failure = Failure::new(Problem::Options, message);
    if advice.is_empty() { failure } else { failure.hint(advice.join("; ")) }
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ").trim_end().to_owned()
}

/// The words of a usage line before its options and values.
fn verb(usage: &str) -> String {
    let is_word = |word: &&str| !word.starts_with(['-', '<', '[']);
    usage.split(' ').take_while(is_word).collect::<Vec<_>>().join(" ")
}
