//! Finds numbers that are printed with a plural whatever they are: `1 days`, `day(s)`; in Rust and in
//! Ruby.

/// What the programs count.
const COUNTED: [&str; 22] = [
    "block",
    "byte",
    "cell",
    "character",
    "code",
    "column",
    "day",
    "document",
    "file",
    "key",
    "license",
    "line",
    "page",
    "part",
    "picture",
    "report",
    "request",
    "row",
    "rule",
    "seat",
    "token",
    "user",
];

/// The lines of a source, from 1 on, that print a number before a plural; comments are no matter.
#[must_use]
pub fn uncounted(source: &str) -> Vec<usize> {
    let is_comment =
        |line: &str| ["//", "# "].iter().any(|mark| line.trim_start().starts_with(mark));
    let code = source.lines().enumerate().filter(|(_, line)| !is_comment(line));
    code.filter(|(_, line)| COUNTED.iter().any(|what| counts(line, what)))
        .map(|(index, _)| index + 1)
        .collect()
}

fn counts(line: &str, what: &str) -> bool {
    let plural = format!("}} {what}s");
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    line.contains(&format!("{what}(s)"))
        || line.split(&plural).skip(1).any(ends) && line.contains('"')
}
