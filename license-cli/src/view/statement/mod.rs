//! A statement: what is owed in money, as text, for programs, as a table.

mod chart;
mod content;
mod csv;
mod html;
mod json;
mod pdf;
mod text;
mod words;

use crate::desk::statement::Stated;
use crate::problem::Exit;
use crate::view::answer::Answer;
use crate::view::reconciled;
use content::Content;

/// What a statement is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
    Csv,
    Html,
    Pdf,
}

impl Form {
    /// The form of a file with this name, by its ending; text without one.
    pub(crate) fn of(path: &std::path::Path) -> Option<Self> {
        let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        match ending.as_ref().map_or(Some(""), |ending| ending.to_str())? {
            "txt" | "" => Some(Self::Text),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "html" => Some(Self::Html),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }
}

impl Form {
    /// Its name in the registry's events.
    #[cfg(feature = "desk")]
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Pdf => "pdf",
        }
    }
}

/// The statement for programs.
#[cfg(feature = "desk")]
pub(crate) fn json(stated: &Stated) -> serde_json::Value {
    json::json(stated)
}

/// What it says first, and the lines of its terms.
#[cfg(feature = "desk")]
pub(crate) fn text(stated: &Stated) -> String {
    text::text(&Content::of(stated))
}

/// The statement in a form.
pub(crate) fn drawn(stated: &Stated, form: Form) -> Vec<u8> {
    match form {
        Form::Text => text::text(&Content::of(stated)).into_bytes(),
        Form::Json => format!("{}\n", crate::json::written(&json::json(stated))).into_bytes(),
        Form::Csv => csv::csv(stated).into_bytes(),
        Form::Html => html::page(&Content::of(stated)).into_bytes(),
        Form::Pdf => pdf::page(&Content::of(stated)),
    }
}

/// The answer that says it: a yes only where nothing is open. For programs, it stands beside what
/// was reconciled.
pub(crate) fn answer(stated: &Stated, as_csv: bool) -> Answer {
    let exit = if stated.is_complete() { Exit::Yes } else { Exit::Refused };
    let text = match as_csv {
        true => csv::csv(stated),
        false => text::text(&Content::of(stated)),
    };
    let mut object = reconciled::json(&stated.reconciled);
    crate::view::answer::put(&mut object, "statement", json::json(stated));
    Answer::yes(text, object).with_exit(exit)
}
