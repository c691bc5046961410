//! `house messages NOTES FILE...`: the page with every message of the command, from the notes of
//! its tests, its sessions and its pages.
#![forbid(unsafe_code)]

use std::fs::read_to_string;
use std::process::ExitCode;

use house::messages::Messages;

fn main() -> ExitCode {
    match page(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(page) => {
            print!("{page}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("house: {why}");
            ExitCode::from(2)
        }
    }
}

fn page(arguments: &[String]) -> Result<String, String> {
    let [verb, notes, sessions @ ..] = arguments else {
        return Err("expected `messages NOTES FILE...`".to_owned());
    };
    if verb != "messages" {
        return Err(format!("found {verb}, expected messages"));
    }
    let read = |path: &String| read_to_string(path).map_err(|error| format!("{path}: {error}"));
    let mut messages = Messages::default();
    messages.add_notes(&read(notes)?);
    for session in sessions {
        messages.add_session(&read(session)?);
    }
    Ok(messages.page())
}
