//! Why codes did not make a file, and what is odd about those that were not needed.

use license_core::carrier::parts::Collector;
use license_core::{Code, Error};

use crate::carry::scan::picture::Picture;
use crate::files;
use crate::plural::counted;
use crate::problem::{Failure, Problem};

/// Pictures that are named in a failure; the rest is counted.
const NAMED: usize = 6;

/// What to do about a keyboard layout.
pub(crate) fn layout() -> &'static str {
    Problem::KeyboardLayout.entry().advice
}

/// What is odd about a picture of which nothing was needed.
pub(crate) fn odd(picture: &Picture<'_>) -> Vec<String> {
    let path = files::shown(picture.path);
    let mut odd: Vec<String> =
        picture.damaged.iter().map(|damage| format!("{path}: a damaged code: {damage}")).collect();
    match (&picture.failure, picture.foreign.len()) {
        (Some(failure), _) => odd.push(failure.message.clone()),
        _ if !picture.codes.is_empty() || !picture.damaged.is_empty() => {}
        (None, 0) => odd.push(format!("{path}: no code was found on it")),
        (None, foreign) => {
            odd.push(format!("{path}: {} on it, and not Airlock's", counted(foreign, "code")));
        }
    }
    odd
}

/// Which codes of the sets that were begun are still to come, in words; nothing where none is.
pub(super) fn missing(collector: &Collector) -> Option<String> {
    let sets = collector.incomplete();
    let missing = sets.iter().map(|set| {
        let codes = if set.missing.len() == 1 { "code" } else { "codes" };
        format!("still missing: {codes} {} of {}", set.numbers(), set.parts)
    });
    let missing = missing.collect::<Vec<_>>().join("; ");
    (collector.file().is_err() && !missing.is_empty()).then_some(missing)
}

/// Why pictures did not make a file.
pub(super) fn pictures(error: &Error, pictures: &[Picture<'_>], collector: &Collector) -> Failure {
    if collector.is_empty()
        && let Some(failure) = pictures.iter().find_map(|picture| picture.failure.clone())
        && pictures.iter().all(|picture| picture.foreign.is_empty() && picture.damaged.is_empty())
    {
        return failure;
    }
    let mut failure = photographed(error);
    let odd: Vec<String> = pictures.iter().flat_map(odd).collect();
    if !odd.is_empty() {
        failure.message += &format!("; {}", odd.get(..NAMED).unwrap_or(&odd).join("; "));
        if odd.len() > NAMED {
            failure.message += &format!("; and so on for {} more", odd.len() - NAMED);
        }
    }
    failure
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the other codes have one advice")]
fn photographed(error: &Error) -> Failure {
    Failure::from(error.clone()).hint(match error.code() {
        Code::TextMissing => {
            "photograph each code straight from above, close enough to fill half of the picture, \
             in even light without glare"
        }
        Code::TextIncomplete => {
            "photograph the missing codes again, straight, closer and without glare, \
             and give all pictures in one command"
        }
        Code::TextSeveral => {
            "give the pictures of one file at a time; what stands under a code says whose it is"
        }
        _ => "a code was changed on its way; scan all codes of the file again, from the original",
    })
}

/// Why typed codes did not make a file: `other_layout` where one was typed on another keyboard,
/// `damaged` what was wrong with one of them.
#[allow(clippy::wildcard_enum_match_arm, reason = "the other codes have one advice")]
pub(super) fn lines(error: &Error, other_layout: bool, damaged: Option<&Error>) -> Failure {
    if other_layout {
        let found = "found a code that was typed on another keyboard layout";
        return Failure::new(Problem::KeyboardLayout, found);
    }
    let error = damaged.filter(|_| error.code() == Code::TextMissing).unwrap_or(error);
    Failure::from(error.clone()).hint(match error.code() {
        Code::TextMissing => {
            "scan the codes one after another, each ended by Enter, as hand scanners do"
        }
        Code::TextIncomplete => {
            "run the command again, and scan all codes of the sheet; the order does not matter"
        }
        Code::TextSeveral => "run the command again, and scan the codes of one file only",
        _ => "run the command again; scan the code, not what stands beside it",
    })
}
