//! What somebody with a hand scanner is told while the codes are read.

use std::io::Write;

use license_core::carrier::parts::Collector;

use crate::carry::scan::lines::Line;
use crate::carry::scan::unread;
use crate::view::answer::printable;

/// Says how it goes.
pub(crate) fn begin() {
    tell(
        "ready: scan the codes one after another, in any order; when the file is complete, \
         Enter on an empty line ends it; Ctrl-D ends it at any time",
    );
}

/// Says what became of the last code.
pub(crate) fn say(line: &Line, collector: &Collector) {
    tell(&match line {
        Line::Other => "not read: this is no code of Airlock's".to_owned(),
        Line::Open => "the code may go on in the next line; press Enter if it does not".to_owned(),
        Line::Again(code) => format!("{} was read before{}", name(code), missing(code, collector)),
        Line::New(code) => format!("{} read{}", name(code), missing(code, collector)),
        Line::Damaged(error) => format!("not read: {error}; scan it again"),
        Line::Layout => {
            format!("not read: a code typed on another keyboard layout; {}", unread::layout())
        }
    });
}

fn tell(text: &str) {
    // Nothing is left to do where standard error is closed.
    writeln!(anstream::stderr().lock(), "{}", printable(text)).ok();
}

/// A code's number, how many there are, and their set, from its label.
fn label(code: &str) -> Option<(&str, &str, &str)> {
    let mut fields = code.split(':').next()?.split('/').skip(1);
    Some((fields.next()?, fields.next()?, fields.next()?))
}

fn name(code: &str) -> String {
    let (part, parts, _) = label(code).unwrap_or(("1", "1", ""));
    format!("code {part} of {parts}")
}

/// Which codes of the same set are still to be scanned, in words.
fn missing(code: &str, collector: &Collector) -> String {
    if collector.file().is_ok() {
        return "; the file is complete: Enter on an empty line ends it".to_owned();
    }
    let of = label(code).map(|(_, _, set)| set).unwrap_or_default();
    let sets = collector.incomplete();
    let set = sets.into_iter().find(|set| set.name.to_string() == of);
    set.map(|set| format!("; missing {}", set.numbers())).unwrap_or_default()
}
