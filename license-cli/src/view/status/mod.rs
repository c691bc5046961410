//! How an instance stands: one screen, one object, or the metrics of a collector.

mod advice;
mod json;
mod lines;
mod prometheus;

use crate::instance::status::Status;
use crate::problem::Exit;
use crate::view::answer::Answer;

/// The answer on one screen of 80 columns and 24 lines.
pub(crate) fn answer(status: &Status) -> Answer {
    let exit = if status.is_good() { Exit::Yes } else { Exit::Refused };
    Answer::yes(lines::text(status), json::object(status)).with_exit(exit)
}

/// The answer as a file for node_exporter's textfile collector.
pub(crate) fn metrics(status: &Status) -> Answer {
    Answer::yes(prometheus::text(status), json::object(status))
}
