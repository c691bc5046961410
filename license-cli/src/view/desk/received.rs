//! What was received: each document with what it means, what came of it, and the command that comes
//! next; as many as there are.

mod json;
mod text;

use serde_json::json;

use crate::desk::receive::{Outcome, Told};
use crate::plural::counted;
use crate::problem::{Exit, Failure};
use crate::view::answer::{Answer, written};
use crate::view::rows::Rows;

pub(crate) use text::asked;
use text::text;

/// How many documents came to what.
#[derive(Debug, Default)]
struct Counts {
    filed: usize,
    filed_already: usize,
    not_filed: usize,
    licenses: usize,
    passed_over: usize,
}

/// The documents that were received so far.
pub(crate) struct Listing {
    rows: Rows,
    as_json: bool,
    counts: Counts,
    reports_refused: bool,
}

impl Listing {
    /// A new one: for programs, or for people.
    ///
    /// # Errors
    /// `output_unwritable` where the system's temporary folder takes no file.
    pub(crate) fn new(as_json: bool) -> Result<Self, Failure> {
        let rows = Rows::new()?.named("received");
        Ok(Self { rows, as_json, counts: Counts::default(), reports_refused: false })
    }

    /// Adds a document.
    pub(crate) fn add(&mut self, told: &Told) -> Result<(), Failure> {
        let counts = &mut self.counts;
        match &told.outcome {
            Outcome::Filed => counts.filed += 1,
            Outcome::FiledAlready { .. } | Outcome::Twice { .. } => counts.filed_already += 1,
            Outcome::NotFiled(_) => counts.not_filed += 1,
            Outcome::Ours | Outcome::OursElsewhere => counts.licenses += 1,
            Outcome::Nothing => {
                counts.passed_over += 1;
                return Ok(());
            }
        }
        self.reports_refused |= told.outcome == Outcome::OursElsewhere;
        if self.as_json {
            return self.rows.add_json(&written(&json::of(told)).to_string());
        }
        self.rows.add(&text(told))
    }

    /// A failure of the registry, with what is filed all the same.
    pub(crate) fn but(&self, failure: Failure) -> Failure {
        if self.counts.filed == 0 {
            return failure;
        }
        let filed = counted(self.counts.filed, "document");
        let hint = failure.hint.clone().unwrap_or_default();
        failure.within(format!("filed {filed}, then")).hint(format!(
            "{hint}; then run the same command again: what is filed is not filed twice"
        ))
    }

    /// The answer: a yes where nothing was left.
    pub(crate) fn answer(self) -> Answer {
        let Counts { filed, filed_already, not_filed, licenses, passed_over } = self.counts;
        let json = json!({
            "format": 1,
            "filed": filed,
            "filed_already": filed_already,
            "not_filed": not_filed,
            "licenses": licenses,
            "passed_over": passed_over,
        });
        let all = filed + filed_already + not_filed + licenses;
        let left = not_filed > 0 || self.reports_refused || all == 0;
        let exit = if left { Exit::Refused } else { Exit::Yes };
        let text = head(&self.counts);
        let done = (filed > 0).then(|| format!("filed {}", counted(filed, "document")));
        let answer = Answer { rows: Some(self.rows), ..Answer::yes(text, json).with_exit(exit) };
        match done {
            Some(done) => answer.done(done),
            None => answer,
        }
    }
}

/// The first lines: how many came to what.
fn head(counts: &Counts) -> String {
    let Counts { filed, filed_already, not_filed, licenses, passed_over } = counts;
    let all = filed + filed_already + not_filed + licenses;
    let parts = [
        (*filed, "filed"),
        (*filed_already, "already received"),
        (*licenses, "sent back to us"),
        (*not_filed, "NOT FILED"),
    ];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, what)| format!("{number} {what}")).collect();
    let documents = match all {
        0 => "found no document\n".to_owned(),
        _ => format!("{}: {}\n", counted(all, "document"), parts.join(", ")),
    };
    let passed = match passed_over {
        0 => String::new(),
        one => format!("passed over {} with nothing of airlock's\n", counted(*one, "file")),
    };
    documents + &passed
}
