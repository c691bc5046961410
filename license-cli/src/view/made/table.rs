//! What a license said before and says now, side by side in 80 columns.

use crate::desk::make::{Difference, Line, Said};
use crate::view::answer::printable;
use crate::view::wrapped::labelled;

/// Columns of the label with its indent, and of each side.
const LABEL: usize = 20;
const SIDE: usize = 29;

/// The table: what changed side by side, then what did not by its name.
pub(super) fn text(difference: &Difference) -> String {
    let changed: Vec<&Line> = difference.changed().collect();
    let claims = changed.iter().filter(|line| !line.is_rule());
    let rules: Vec<&str> =
        changed.iter().filter(|line| line.is_rule()).filter_map(|line| line.reason()).collect();
    let same = difference.same().filter(|line| !line.is_rule()).map(|line| line.label.as_str());
    let same: Vec<&str> = same.collect();
    let mut text = row("", "before", "after");
    if changed.is_empty() {
        text = labelled("  changed", LABEL, "nothing");
    }
    text.extend(claims.map(|line| row(&line.label, said(&line.before), said(&line.after))));
    if !rules.is_empty() {
        text += &labelled("  rules changed", LABEL, &rules.join(", "));
    }
    text + &labelled("  unchanged", LABEL, &same.join(", "))
}

fn said(said: &Option<Said>) -> &str {
    said.as_ref().map_or("-", |said| said.words.as_str())
}

/// A row; what is longer than its side goes on below, and a long label has a line of its own.
fn row(label: &str, before: &str, after: &str) -> String {
    let (before, after) = (broken(&printable(before)), broken(&printable(after)));
    let label = format!("  {label}");
    let fits = label.len() < LABEL;
    let mut text = if fits { String::new() } else { format!("{label}\n") };
    for index in 0..before.len().max(after.len()).max(1) {
        let label = if index == 0 && fits { label.as_str() } else { "" };
        let left = before.get(index).map_or("", String::as_str);
        let right = after.get(index).map_or("", String::as_str);
        let line = format!("{label:LABEL$}{left:SIDE$}  {right}");
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// The lines of a side, broken between words; a longer word is broken too.
fn broken(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut rest: Vec<char> = word.chars().collect();
        let fits = lines.last().is_some_and(|line| line.chars().count() + 1 + rest.len() <= SIDE);
        if let Some(line) = lines.last_mut().filter(|_| fits) {
            line.push(' ');
            line.extend(rest);
            continue;
        }
        while !rest.is_empty() {
            let next = rest.split_off(rest.len().min(SIDE));
            lines.push(rest.into_iter().collect());
            rest = next;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_broken_at_the_side() {
        let word = "x".repeat(30);
        assert_eq!(broken(&word), ["x".repeat(29), "x".to_owned()]);
        assert_eq!(broken(&format!("a {word}")), ["a".to_owned(), "x".repeat(29), "x".to_owned()]);
        let exactly = format!("{} {}", "y".repeat(14), "z".repeat(14));
        assert_eq!(broken(&exactly), std::slice::from_ref(&exactly));
    }

    #[test]
    fn rows_have_at_most_80_columns() {
        let text = "word ".repeat(20);
        let row = row("further report keys", &text, &text);
        assert!(row.lines().all(|line| line.chars().count() <= 80), "{row}");
    }
}
