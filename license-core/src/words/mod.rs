//! Claims, rules, verdicts and findings, in words and in JSON: what the command prints and the C
//! library returns.

mod claims;
mod rules;
mod verdict;

pub use claims::{lines, object, terms};
pub use rules::{effect, rule, rules_json};
pub use verdict::{condition_observed, finding, finding_json, verdict_json};
