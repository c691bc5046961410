//! `airlock`: makes, carries and checks licenses and usage reports for instances that are never
//! online.
#![forbid(unsafe_code)]

mod cli;
mod clock;
mod commands;
mod documents;
mod exit;
mod export;
mod files;
mod keyring;
mod ledger;
mod mail;
mod output;
mod policies;
mod progress;
mod qr;
mod scan;
mod sheet;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::cli::Cli;
use crate::exit::{Exit, Failure};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let exit = match Cli::try_parse_from(&arguments) {
        Ok(cli) => match commands::run(&cli.command, cli.json) {
            Ok(answer) => output::print(answer, cli.json),
            Err(failure) => output::print_failure(&failure, cli.json),
        },
        Err(error) => wrong_options(&error, &arguments),
    };
    exit.into()
}

/// Prints help where it was asked for; else says which option is wrong, as JSON where that was
/// asked for.
fn wrong_options(error: &clap::Error, arguments: &[OsString]) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { Exit::Yes } else { Exit::Failed };
    }
    if arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--json")
    {
        let text = error.render().to_string();
        let message = text.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default();
        let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let failure = Failure::failed("options", message)
            .hint("`airlock --help` lists the commands, and each has its own --help");
        return output::print_failure(&failure, true);
    }
    // Nothing is left to do where standard error is closed.
    write!(anstream::stderr(), "{}", output::printable(&error.render().to_string())).ok();
    Exit::Failed
}
