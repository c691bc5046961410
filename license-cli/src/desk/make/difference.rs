//! What one license says otherwise than another.

use license_core::document::{Claim, Claims, License};
use license_core::json::Json;
use license_core::rule::Rule;
use license_core::words;

/// A claim, or the rules of one reason, before and after; `None` where it is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// As programs know it.
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) before: Option<Said>,
    pub(crate) after: Option<Said>,
}

/// What is said, in words and for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) words: String,
    pub(crate) json: Json,
}

impl Line {
    /// Whether it is said otherwise.
    pub(crate) fn is_changed(&self) -> bool {
        self.before != self.after
    }

    /// Whether it is the rules of one reason.
    pub(crate) fn is_rule(&self) -> bool {
        self.reason().is_some()
    }

    /// The reason of a rule.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.name.strip_prefix(RULE)
    }
}

/// What the name of a rule begins with; claims have names without a space.
const RULE: &str = "rule ";

/// Everything that either of two licenses says, but the time of issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) lines: Vec<Line>,
}

impl Difference {
    /// What the second license says otherwise than the first.
    pub(crate) fn between(before: &License, after: &License) -> Self {
        let (first, second) = (said(before), said(after));
        let mut lines: Vec<Line> = Vec::new();
        for (name, label, after) in &second {
            let before = find(&first, name);
            let (name, label) = (name.clone(), label.clone());
            lines.push(Line { name, label, before, after: Some(after.clone()) });
        }
        for (name, label, before) in first {
            if find(&second, &name).is_none() {
                lines.push(Line { name, label, before: Some(before), after: None });
            }
        }
        Self { lines }
    }

    /// What is said otherwise.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.is_changed())
    }

    /// What stays.
    pub(crate) fn same(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.is_changed())
    }
}

type Named = (String, String, Said);

fn find(all: &[Named], name: &str) -> Option<Said> {
    all.iter().find(|(other, ..)| other == name).map(|(.., said)| said.clone())
}

/// Each claim with its name and its label, then the rules by their reasons.
fn said(license: &License) -> Vec<Named> {
    let shown = license.shown();
    let claims = shown.iter().filter(|claim| claim.label() != "issued").map(of_claim);
    let mut all: Vec<Named> = claims.collect();
    for (index, rule) in license.rules.iter().enumerate() {
        let name = format!("{RULE}{}", rule.reason);
        let said = of_rule(index, rule, license);
        match all.iter_mut().find(|(other, ..)| *other == name) {
            Some((.., before)) => before.words = format!("{}; {}", before.words, said.words),
            None => all.push((name.clone(), name, said)),
        }
    }
    all
}

fn of_claim(claim: &Claim) -> Named {
    let said = Said { words: claim.words().to_owned(), json: claim.json().clone() };
    (claim.name().as_str().to_owned(), claim.label().to_owned(), said)
}

/// A rule in words without its number and its reason.
fn of_rule(index: usize, rule: &Rule, license: &License) -> Said {
    let words = words::rule(index, rule, license);
    let words = words.split_once(": ").map_or(words.as_str(), |(_, words)| words);
    Said { words: words.trim_end().to_owned(), json: words.trim_end().into() }
}
