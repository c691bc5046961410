//! `airlock explain`

use clap::Args;
use serde_json::json;

use crate::problem::{self, Failure, Problem};
use crate::view::answer::{Answer, put};
use crate::view::code;

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code in brackets behind a message [default: all, as one page]
    #[arg(value_name = "CODE", num_args = 0..)]
    pub(crate) code: Vec<String>,
}

/// Explains one code, or all.
pub(crate) fn explain(options: &Explain) -> Result<Answer, Failure> {
    if options.code.is_empty() {
        let codes: Vec<_> = problem::entries().iter().map(code::json).collect();
        return Ok(Answer::yes(problem::guide(), json!({ "format": 1, "codes": codes })));
    }
    let typed = options.code.join(" ");
    let entry = problem::find(&typed).ok_or_else(|| unknown(&typed))?;
    let mut json = code::json(&entry);
    put(&mut json, "format", 1);
    Ok(Answer::yes(code::text(&entry), json))
}

fn unknown(typed: &str) -> Failure {
    let near: Vec<String> =
        problem::nearest(typed).iter().map(|name| format!("`airlock explain {name}`")).collect();
    Failure::new(Problem::UnknownCode, format!("found {typed:?}, expected a code of airlock"))
        .hint(format!("the nearest are {}", near.join(", ")))
}
