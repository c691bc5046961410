//! A statement for a terminal, and for a mail: 80 columns.

use super::content::{Content, TermPart, Told};
use crate::view::answer::printable;
use crate::view::wrapped::labelled;

/// Columns before a text.
const INDENT: usize = 15;

/// The statement as text.
pub(crate) fn text(content: &Content) -> String {
    let facts = |facts: &[(String, String)]| -> String {
        facts.iter().map(|(label, text)| line(label, text)).collect()
    };
    let terms: String = content.terms.iter().map(|part| term(part, &facts)).collect();
    let findings: String = content.findings.iter().map(finding).collect();
    labelled("", 0, &printable(&content.verdict)) + &facts(&content.facts) + &terms + &findings
}

fn line(label: &str, text: &str) -> String {
    labelled(&format!("  {label}"), INDENT, &printable(text))
}

fn term(part: &TermPart, facts: &impl Fn(&[(String, String)]) -> String) -> String {
    let mut text = format!("\n{}\n{}", part.heading, facts(&part.facts));
    for order in &part.orders {
        text += &sums("seats bought", order);
    }
    for row in &part.rows {
        text += &line(&row.name, &row.days);
        text += &row.sums.iter().map(|sum| line("", sum)).collect::<String>();
    }
    text + &line(&part.sum.0, &part.sum.1)
}

fn sums(label: &str, words: &[String]) -> String {
    let labels = std::iter::once(label).chain(std::iter::repeat(""));
    labels.zip(words).map(|(label, text)| line(label, text)).collect()
}

fn finding(told: &Told) -> String {
    let Told { message, proves, open } = told;
    format!("\n{}{}", line("note", message), line("", &format!("It proves {proves}; not {open}.")))
}
