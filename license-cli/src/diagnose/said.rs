//! What a message says with its figures, so that nobody is asked for what stands in it.

use crate::plural::counted;

/// What a message says under a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// The code.
    pub(crate) code: &'static str,
    /// Its figures, in a sentence.
    pub(crate) words: String,
    /// What is still to be asked.
    pub(crate) ask: Option<&'static str>,
}

type Reader = fn(&str) -> Option<String>;

const READERS: [(&str, Reader, Option<&str>); 4] = [
    (
        "other_instance",
        instances,
        Some("Is the second one to have the license now, and what became of the first?"),
    ),
    ("users_over_seats", users, None),
    ("peak_over_seats", peak, Some("Was that a mistake of the count?")),
    ("ended", ended, None),
];

/// What the text says under this code; `None` where its figures do not stand in it.
pub(super) fn under(code: &str, text: &str) -> Option<Said> {
    // A mail program may have broken the lines.
    let text = text.split_whitespace().filter(|word| *word != ">").collect::<Vec<_>>().join(" ");
    let (code, read, ask) = READERS.into_iter().find(|(known, ..)| *known == code)?;
    Some(Said { code, words: read(&text)?, ask })
}

fn instances(text: &str) -> Option<String> {
    let bound = text.split("the license is for instance ").nth(1)?;
    let (license, rest) = bound.split_once(',')?;
    let this: String = after(rest, "this is ")?.chars().take_while(|c| is_of_id(*c)).collect();
    let ids = license.chars().all(|c| is_of_id(c) || c == ' ') && !this.is_empty();
    ids.then(|| {
        format!("It says that the license is for instance {license}, and was given to {this}.")
    })
}

fn is_of_id(letter: char) -> bool {
    letter.is_ascii_hexdigit() || letter == '-'
}

fn users(text: &str) -> Option<String> {
    let users = number_before(text, " users now")?;
    let seats = number_before(text, " seats)").or_else(|| {
        let line = text.split("seats ").find(|rest| rest.contains(" users now"))?;
        line.split_once(';').filter(|(seats, _)| is_number(seats)).map(|(seats, _)| seats)
    })?;
    let users = counted(users.parse::<u32>().ok()?, "user");
    let seats = counted(seats.parse::<u32>().ok()?, "seat");
    Some(format!("It says {users} now, and {seats} of the license."))
}

fn peak(text: &str) -> Option<String> {
    let (users, day) = if let Some(users) = number_before(text, " users on ") {
        (users, after(text, " users on ")?)
    } else {
        let peak = text
            .split("(they are ")
            .find(|rest| rest.split_once(", on ").is_some_and(|(users, _)| is_number(users)))?;
        peak.split_once(", on ")?
    };
    let users = counted(users.parse::<u32>().ok()?, "user");
    Some(format!("It says that the most were {users} on {}.", day.get(..10)?))
}

fn ended(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(" was its last day, today is ")?;
    let last = before.split(' ').next_back()?;
    let today = rest.get(..10)?;
    Some(format!("It says that {last} was the last day, and that it is {today} there."))
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

/// The number that stands before these words.
fn number_before<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let (before, _) = text.split_once(words)?;
    let start = before.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    before.get(start..).filter(|number| is_number(number))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() < 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}
