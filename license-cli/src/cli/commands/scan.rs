//! `airlock scan`

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Read, Write, stdin};
use std::path::PathBuf;

use clap::Args;
use license_core::carrier::parts::{self, Collector, Joined};
use license_core::{Code, Error, limits, verify};
use serde_json::{Value, json};

use crate::carry::incoming::Outgoing;
use crate::carry::scan::lines::{Line, Lines};
use crate::carry::scan::{Picture, Pictures};
use crate::cli::options::Out;
use crate::files;
use crate::problem::{Failure, Problem};
use crate::progress::Progress;
use crate::view::answer::{Answer, counted, printable, put};

#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Photographs or scans: PNG or JPEG, in any order
    #[arg(value_name = "PICTURE", required_unless_present = "lines", conflicts_with = "lines")]
    pub(crate) pictures: Vec<PathBuf>,
    /// Read what a hand scanner types, one code a line, from standard input; it ends by itself when
    /// the file is complete
    #[arg(long)]
    pub(crate) lines: bool,
    #[command(flatten)]
    pub(crate) out: Out,
}

/// Pictures that are named in a failure; the rest is counted.
const NAMED: usize = 6;
/// What to do about a keyboard layout.
const LAYOUT: &str = "set the scanner and the computer to the same keyboard layout, US is the safest, and scan the codes again";

/// Reads codes back into a file.
pub(crate) fn scan(options: &Scan, json: bool) -> Result<Answer, Failure> {
    let out = Outgoing::from(&options.out);
    out.refuse_existing()?;
    if options.lines { from_lines(&out, json) } else { from_pictures(options, &out, json) }
}

fn from_pictures(options: &Scan, out: &Outgoing<'_>, json: bool) -> Result<Answer, Failure> {
    let progress = Progress::new(options.pictures.len(), json);
    let Pictures { pictures, collector } = Pictures::read(&options.pictures, &progress);
    drop(progress);
    let joined = collector.file().map_err(|error| unread(&error, &pictures, &collector))?;
    let seen = pictures.iter().flat_map(|picture| picture.codes.iter().cloned()).collect();
    let mut answer = write(&joined, &seen, out)?;
    put(&mut answer.json, "pictures", pictures.iter().map(picture_json).collect::<Vec<_>>());
    Ok(answer.warn(pictures.iter().flat_map(warnings)).warn(incomplete(&joined)))
}

/// Writes the file that codes made, and says which of its codes were read.
fn write(joined: &Joined, seen: &BTreeSet<String>, out: &Outgoing<'_>) -> Result<Answer, Failure> {
    verify::file_kind(&joined.bytes).map_err(|error| {
        let hint =
            "the codes carry something else, or a code was changed on its way; scan them again";
        Failure::from(error)
            .within("the codes were read, and their content is no Airlock file")
            .hint(hint)
    })?;
    let codes = parts::write(&joined.bytes);
    let read = codes.iter().filter(|code| seen.contains(*code)).count();
    let mut written = out.write(&joined.bytes)?;
    put(&mut written.json, "parts", codes.len());
    put(&mut written.json, "read", read);
    put(&mut written.json, "restored", joined.restored);
    put(
        &mut written.json,
        "incomplete",
        joined.incomplete.iter().map(incomplete_json).collect::<Vec<_>>(),
    );
    let restored = joined
        .restored
        .map(|part| format!("; code {part} was restored from the others"))
        .unwrap_or_default();
    let text =
        format!("{}read {read} of {}{restored}\n", written.line, counted(codes.len(), "code"));
    Ok(Answer { output_taken: written.to_stdout, ..Answer::yes(text, written.json) })
}

fn incomplete_json(set: &parts::Incomplete) -> Value {
    json!({ "set": set.name.to_string(), "parts": set.parts, "missing": set.missing })
}

fn incomplete(joined: &Joined) -> Vec<String> {
    let incomplete = joined
        .incomplete
        .iter()
        .map(|set| format!("another file's codes are not complete and were left out: {set}"));
    let damaged = joined
        .damaged
        .iter()
        .map(|name| format!("another file's codes were left out: {}", parts::misread(*name)));
    incomplete.chain(damaged).collect()
}

fn picture_json(picture: &Picture<'_>) -> Value {
    json!({
        "path": picture.path.to_string_lossy(), "codes": picture.codes.len(), "foreign": picture.foreign.len(),
        "damaged": picture.damaged.len(), "error": picture.failure.as_ref().map(|failure| failure.problem.name()),
    })
}

/// Returns what is odd about a picture of which nothing was needed.
fn warnings(picture: &Picture<'_>) -> Vec<String> {
    let path = files::shown(picture.path);
    let mut warnings: Vec<String> =
        picture.damaged.iter().map(|damage| format!("{path}: a damaged code: {damage}")).collect();
    match (&picture.failure, picture.foreign.len()) {
        (Some(failure), _) => warnings.push(failure.message.clone()),
        _ if !picture.codes.is_empty() || !picture.damaged.is_empty() => {}
        (None, 0) => warnings.push(format!("{path}: no code was found on it")),
        (None, foreign) => {
            warnings.push(format!("{path}: {} on it, and not Airlock's", counted(foreign, "code")));
        }
    }
    warnings
}

/// Returns why pictures did not make a file.
fn unread(error: &Error, pictures: &[Picture<'_>], collector: &Collector) -> Failure {
    if collector.is_empty()
        && let Some(failure) = pictures.iter().find_map(|picture| picture.failure.clone())
        && pictures.iter().all(|picture| picture.foreign.is_empty() && picture.damaged.is_empty())
    {
        return failure;
    }
    let mut failure = without(error);
    let odd: Vec<String> = pictures.iter().flat_map(warnings).collect();
    if !odd.is_empty() {
        failure.message += &format!("; {}", odd.get(..NAMED).unwrap_or(&odd).join("; "));
        if odd.len() > NAMED {
            failure.message += &format!("; and so on for {} more", odd.len() - NAMED);
        }
    }
    failure
}

/// Returns why codes did not make a file, with what to do next.
#[allow(clippy::wildcard_enum_match_arm, reason = "the other codes have one advice")]
fn without(error: &Error) -> Failure {
    let hint = match error.code() {
        Code::TextMissing => {
            "photograph each code straight from above, close enough to fill half of the picture, in even light without glare"
        }
        Code::TextIncomplete => {
            "photograph the missing codes again, straight, closer and without glare, and give all pictures in one command"
        }
        Code::TextSeveral => {
            "give the pictures of one file at a time; what stands under a code says whose it is"
        }
        _ => "a code was changed on its way; scan all codes of the file again, from the original",
    };
    Failure::from(error.clone()).hint(hint)
}

fn from_lines(out: &Outgoing<'_>, json: bool) -> Result<Answer, Failure> {
    let shown = !json && stdin().is_terminal();
    if shown {
        tell(
            "ready: scan the codes one after another, in any order; it ends by itself, or with Ctrl-D",
        );
    }
    let mut lines = Lines::default();
    // One more byte than is read shows that there is more.
    let mut input = stdin().lock().take(limits::TEXT_BYTES as u64 + 1);
    let mut line = Vec::new();
    loop {
        line.clear();
        let unreadable = |error: std::io::Error| {
            Failure::new(
                Problem::InputUnreadable,
                format!("standard input cannot be read: {}", error.kind()),
            )
        };
        let read = input.read_until(b'\n', &mut line).map_err(unreadable)?;
        if input.limit() == 0 {
            let found = format!("found more than {} bytes on standard input", limits::TEXT_BYTES);
            return Err(Failure::new(Problem::InputLarge, found));
        }
        let what =
            if read == 0 { lines.close() } else { lines.take(&String::from_utf8_lossy(&line)) };
        if shown && (what != Line::Other || !line.trim_ascii().is_empty()) {
            say(&what, &lines.collector);
        }
        // Only a new code can complete the file.
        if read == 0 || (matches!(what, Line::New(_)) && lines.collector.file().is_ok()) {
            return typed(&lines, out);
        }
    }
}

/// Tells somebody with a hand scanner what became of the last code.
fn say(line: &Line, collector: &Collector) {
    let text = match line {
        Line::Other => "not read: this is no code of Airlock's".to_owned(),
        Line::Open => "the code may go on in the next line; press Enter if it does not".to_owned(),
        Line::Again(code) => format!("{} was read before{}", name(code), missing(code, collector)),
        Line::New(code) => format!("{} read{}", name(code), missing(code, collector)),
        Line::Damaged(error) => format!("not read: {error}; scan it again"),
        Line::Layout => format!("not read: a code typed on another keyboard layout; {LAYOUT}"),
    };
    tell(&text);
}

fn tell(text: &str) {
    // Nothing is left to do where standard error is closed.
    writeln!(anstream::stderr().lock(), "{}", printable(text)).ok();
}

/// Returns a code's number and set, from its label.
fn label(code: &str) -> Option<(&str, &str, &str)> {
    let mut fields = code.split(':').next()?.split('/').skip(1);
    Some((fields.next()?, fields.next()?, fields.next()?))
}

fn name(code: &str) -> String {
    let (part, parts, _) = label(code).unwrap_or(("1", "1", ""));
    format!("code {part} of {parts}")
}

/// Returns which codes of the same set are still to be scanned, in words.
fn missing(code: &str, collector: &Collector) -> String {
    if collector.file().is_ok() {
        return "; the file is complete".to_owned();
    }
    let of = label(code).map(|(_, _, set)| set).unwrap_or_default();
    let Some(set) = collector.incomplete().into_iter().find(|set| set.name.to_string() == of)
    else {
        return String::new();
    };
    format!("; missing {}", set.numbers())
}

/// Writes the file that typed codes made.
fn typed(lines: &Lines, out: &Outgoing<'_>) -> Result<Answer, Failure> {
    let joined = match lines.collector.file() {
        Ok(joined) => joined,
        Err(_) if lines.layout => {
            return Err(Failure::new(
                Problem::KeyboardLayout,
                "found a code that was typed on another keyboard layout",
            )
            .hint(LAYOUT));
        }
        Err(error) => return Err(not_typed(&error, lines)),
    };
    let mut answer = write(&joined, &lines.codes, out)?;
    answer = answer.warn(
        lines.layout.then(|| format!("a code was typed on another keyboard layout; {LAYOUT}")),
    );
    Ok(answer
        .warn(lines.damaged.iter().map(|error| format!("a damaged code: {error}")))
        .warn(incomplete(&joined)))
}

#[allow(clippy::wildcard_enum_match_arm, reason = "the other codes have one advice")]
fn not_typed(error: &Error, lines: &Lines) -> Failure {
    let error =
        lines.damaged.as_ref().filter(|_| error.code() == Code::TextMissing).unwrap_or(error);
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
