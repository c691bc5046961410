//! What one license says otherwise than another.

use std::fmt;

use license_core::document::{Claim, Claims, License};
use license_core::json::Json;
use license_core::rule::Rule;
use license_core::words;

use crate::plural::counted;

/// What a line is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineName {
    /// The claim of this name.
    Claim(&'static str),
    /// All rules of this reason.
    Rules(String),
}

/// As programs know it; claims have names without a space.
impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim(name) => f.write_str(name),
            Self::Rules(reason) => write!(f, "rule {reason}"),
        }
    }
}

/// A claim, or the rules of one reason, before and after; `None` where it is not said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) name: LineName,
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

    /// The reason of the rules.
    pub(crate) fn reason(&self) -> Option<&str> {
        match &self.name {
            LineName::Claim(_) => None,
            LineName::Rules(reason) => Some(reason),
        }
    }
}

/// The claim that every license has another value of.
pub(crate) const ISSUED: &str = "issued";

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

type Named = (LineName, String, Said);

fn find(all: &[Named], name: &LineName) -> Option<Said> {
    all.iter().find(|(other, ..)| other == name).map(|(.., said)| said.clone())
}

/// Each claim with its name and its label, then the rules by their reasons.
fn said(license: &License) -> Vec<Named> {
    let shown = license.shown();
    let mut all: Vec<Named> =
        shown.iter().filter(|claim| claim.name().as_str() != ISSUED).map(of_claim).collect();
    let mut reasons: Vec<String> = Vec::new();
    for rule in license.rules.iter() {
        let reason = rule.reason.to_string();
        if !reasons.contains(&reason) {
            all.push(of_rules(&reason, license));
            reasons.push(reason);
        }
    }
    all
}

fn of_claim(claim: &Claim) -> Named {
    let said = Said { words: claim.words().to_owned(), json: claim.json().clone() };
    (LineName::Claim(claim.name().as_str()), claim.label().to_owned(), said)
}

/// The rules of one reason; in words how many there are.
fn of_rules(reason: &str, license: &License) -> Named {
    let rules: Vec<Rule> =
        license.rules.iter().filter(|rule| rule.reason.to_string() == reason).cloned().collect();
    let said = Said { words: counted(rules.len(), "rule"), json: words::rules_json(&rules) };
    (LineName::Rules(reason.to_owned()), reason.to_owned(), said)
}
