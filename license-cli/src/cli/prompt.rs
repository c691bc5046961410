//! Asking on the terminal. A question has a default from what is known; where no terminal is there,
//! the option that answers it is named. Ctrl-C and Esc change nothing.

use std::fmt::Display;
use std::io::Write;

use inquire::error::InquireError;
use inquire::validator::{ErrorMessage, Validation};
use inquire::{Confirm, Select, Text};

pub(crate) use crate::cli::confirm::is_terminal;
use crate::problem::{Failure, Problem};
use crate::view::answer::printable;

/// A question, and the option that answers it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    /// With its question mark.
    pub(crate) text: &'a str,
    pub(crate) option: &'a str,
}

/// Shows something before a question.
pub(crate) fn show(text: &str) {
    // Where standard error is closed, nobody answers.
    write!(anstream::stderr().lock(), "{}", printable(text)).ok();
}

/// A text that this takes; the default is offered where there is one.
///
/// # Errors
/// `desk_missing` without a terminal; `not_confirmed` for Ctrl-C.
pub(crate) fn text<T>(
    question: Question<'_>,
    default: Option<&str>,
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> Result<T, Failure> {
    if !is_terminal() {
        return Err(missing(question));
    }
    let tried = parse.clone();
    let check = move |typed: &str| {
        Ok(match tried(typed.trim()) {
            Ok(_) => Validation::Valid,
            Err(why) => Validation::Invalid(ErrorMessage::Custom(why)),
        })
    };
    let mut prompt = Text::new(question.text).with_validator(check);
    if let Some(default) = default {
        prompt = prompt.with_default(default);
    }
    let typed = prompt.prompt().map_err(|error| ended(&error, question))?;
    parse(typed.trim()).map_err(|why| Failure::new(Problem::Options, why))
}

/// One of several, by its number in the list; the default is marked.
///
/// # Errors
/// `desk_missing` without a terminal; `not_confirmed` for Ctrl-C.
pub(crate) fn choose(
    question: Question<'_>,
    choices: Vec<impl Display>,
    default: usize,
) -> Result<usize, Failure> {
    if !is_terminal() {
        return Err(missing(question));
    }
    let prompt = Select::new(question.text, choices).with_starting_cursor(default);
    Ok(prompt.raw_prompt().map_err(|error| ended(&error, question))?.index)
}

/// Whether somebody is sure of this: no, unless they say yes.
///
/// # Errors
/// `desk_missing` without a terminal; `not_confirmed` for a no, and for Ctrl-C.
pub(crate) fn sure(question: Question<'_>) -> Result<(), Failure> {
    if !is_terminal() {
        return Err(missing(question));
    }
    let prompt = Confirm::new(question.text).with_default(false);
    match prompt.prompt().map_err(|error| ended(&error, question))? {
        true => Ok(()),
        false => Err(Failure::new(Problem::NotConfirmed, "the answer was not yes")),
    }
}

/// The failure where an answer is missing and nobody can be asked.
pub(crate) fn missing(question: Question<'_>) -> Failure {
    let Question { text, option } = question;
    let found = format!("{option} is missing, and no terminal is there to ask: {text}");
    Failure::new(Problem::DeskMissing, found)
}

fn ended(error: &InquireError, question: Question<'_>) -> Failure {
    let why = match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            "it was broken off; nothing was changed".to_owned()
        }
        InquireError::NotTTY
        | InquireError::InvalidConfiguration(_)
        | InquireError::IO(_)
        | InquireError::Custom(_) => format!("the terminal did not answer: {error}"),
    };
    let option = question.option;
    Failure::new(Problem::NotConfirmed, why).hint(format!(
        "the same command asks again; `{option}` answers the question before it does"
    ))
}
