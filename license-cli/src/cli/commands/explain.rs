//! `airlock explain`

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use crate::carry::incoming;
use crate::cli::options::TrustedRoots;
use crate::diagnose::{self, Known};
use crate::problem::{self, Failure, Problem};
use crate::view::answer::{Answer, put};
use crate::view::{code, diagnosis};

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A file that somebody sent, `-` for a text that is pasted, or the code in brackets behind a
    /// message [default: all codes, as one page]
    #[arg(value_name = "FILE|CODE", num_args = 0..)]
    pub(crate) what: Vec<String>,
    #[command(flatten)]
    pub(crate) trust: TrustedRoots,
    /// The issuer document of a license that came without it
    #[arg(long, value_name = "FILE", help_heading = "Trust")]
    pub(crate) issuer: Option<PathBuf>,
}

/// Explains a file, one code, or all.
pub(crate) fn explain(options: &Explain, json: bool) -> Result<Answer, Failure> {
    if options.what.is_empty() {
        let codes: Vec<_> = problem::entries().iter().map(code::json).collect();
        return Ok(Answer::yes(problem::guide(), json!({ "format": 1, "codes": codes })));
    }
    if let [one] = options.what.as_slice()
        && is_file(one)
    {
        return explain_file(Path::new(one), options, json);
    }
    let typed = options.what.join(" ");
    let entry = problem::find(&typed).ok_or_else(|| unknown(&typed))?;
    let mut json = code::json(&entry);
    put(&mut json, "format", 1);
    Ok(Answer::yes(code::text(&entry), json))
}

/// Whether a file is meant: one that is there, or something that can be no code. A folder that has
/// the name of a code is not meant.
fn is_file(typed: &str) -> bool {
    let path = Path::new(typed);
    typed == "-" || path.exists() && !(path.is_dir() && problem::find(typed).is_some()) || {
        !path.exists() && typed.contains(['/', '.'])
    }
}

fn explain_file(path: &Path, options: &Explain, json: bool) -> Result<Answer, Failure> {
    let roots = options.trust.roots()?;
    let issuer = options.issuer.as_deref().map(|path| incoming::issuer(path, None)).transpose()?;
    let known = Known { roots: &roots, issuer: issuer.as_ref() };
    Ok(diagnosis::answer(path, &diagnose::file(path, &known, json)?))
}

fn unknown(typed: &str) -> Failure {
    let near: Vec<String> =
        problem::nearest(typed).iter().map(|name| format!("`airlock explain {name}`")).collect();
    let message = format!("found {typed:?}, expected a file that is there, or a code of airlock");
    Failure::new(Problem::UnknownCode, message).hint(format!("the nearest are {}", near.join(", ")))
}
