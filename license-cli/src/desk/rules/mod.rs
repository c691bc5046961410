//! The rules of the desk's jobs: who may do what, within which limits, and what must be given. They
//! are data that the vendor can replace. What must hold against the desk itself stands in the
//! limits of its key.

mod along;
mod facts;
mod fault;
mod job;
mod judge;
mod keys;
mod limit;
mod rule;
mod said;
#[cfg(test)]
mod tests;
mod why;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::files;
use crate::problem::{Failure, Problem};

pub(crate) use along::Along;
pub(crate) use facts::{Doing, Facts, Owed, Runs, To};
pub(crate) use job::Job;
pub(crate) use limit::{Broken, Limit};
pub(crate) use rule::{Given, Lost, Need, People, Per, Proof, Rule};
pub(crate) use why::Why;

/// The shipped rules.
const SHIPPED: &str = include_str!("../../../data/rules.toml");
/// Bytes of a file of rules: the shipped one has under 6,000.
const RULES_BYTES: usize = 65_536;

/// The rules of every job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    roles: BTreeMap<String, People>,
    addresses: Addresses,
    jobs: BTreeMap<Job, Rule>,
}

/// Lists of mail domains and whole addresses.
type Addresses = BTreeMap<String, Vec<String>>;

/// A file of rules, as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    roles: BTreeMap<String, People>,
    #[serde(default)]
    addresses: Addresses,
    jobs: BTreeMap<Job, Rule>,
}

impl Rules {
    /// The shipped rules.
    ///
    /// # Errors
    /// Never: a test reads them.
    pub(crate) fn shipped() -> Result<Self, Failure> {
        Self::parse(SHIPPED, "the shipped rules")
    }

    /// The shipped rules as they are written: a file of one's own begins so.
    pub(crate) fn shipped_text() -> &'static str {
        SHIPPED
    }

    /// What a key of a job's row means; `None` where no row has it.
    pub(crate) fn meaning(key: &str) -> Option<String> {
        let mut paragraphs: Vec<(&str, String)> = Vec::new();
        for line in SHIPPED.lines().map_while(|line| line.strip_prefix('#')) {
            let said = line.trim_start();
            // A further line of a sentence stands further in.
            match said.split_once(':').filter(|_| !line.starts_with("  ")) {
                Some((keys, text)) => paragraphs.push((keys, text.trim_start().to_owned())),
                None => {
                    if let Some((_, text)) = paragraphs.last_mut() {
                        text.push(' ');
                        text.push_str(said);
                    }
                }
            }
        }
        let keys = Rule::KEYS.contains(&key).then_some(key)?;
        let names = |text: &str| text.split([',', ' ', ';', '=', ':']).any(|word| word == keys);
        let own = paragraphs.iter().find(|(of, _)| names(of));
        let beside = || paragraphs.iter().find(|(_, text)| names(text));
        own.or_else(beside).map(|(_, text)| text.clone())
    }

    /// The vendor's own rules.
    ///
    /// # Errors
    /// Those of reading; `rules_unreadable` with the line and the key.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let place = files::shown(path);
        let text = String::from_utf8(files::read(path, RULES_BYTES)?).map_err(|_| {
            unreadable(format!("{place}: found bytes that are not UTF-8, expected a TOML file"))
        })?;
        Self::parse(&text, &place)
    }

    fn parse(text: &str, place: &str) -> Result<Self, Failure> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            unreadable(format!("{place}: {}", fault::unread(text, at, error.message())))
        })?;
        let faults = fault::of_roles(&written.roles).into_iter();
        let faults = faults.chain(fault::of_addresses(&written.addresses));
        let rows = written.jobs.iter();
        let mut faults = faults.chain(rows.flat_map(|(job, rule)| {
            let keys = fault::of_keys(*job, text);
            fault::of_row((*job, rule), &written.roles, &written.addresses)
                .into_iter()
                .chain(keys)
                .map(|fault| fault.within(job.name()))
        }));
        if let Some(fault) = faults.next() {
            return Err(unreadable(format!("{place}: {}", fault.words(text))));
        }
        let missing = |job: &&Job| !written.jobs.contains_key(job);
        let missing: Vec<&str> = Job::ALL.iter().filter(missing).map(|job| job.name()).collect();
        if !missing.is_empty() {
            let lines = text.lines().count();
            return Err(unreadable(format!(
                "{place}: found no row for {} up to line {lines}, its last, expected one for each \
                 job",
                missing.join(", ")
            )));
        }
        let Written { roles, addresses, jobs } = written;
        Ok(Self { roles, addresses, jobs })
    }

    /// The rule of a job.
    pub(crate) fn rule(&self, job: Job) -> &Rule {
        // Reading checks that every job has its row.
        static NONE: Rule = Rule::NONE;
        self.jobs.get(&job).unwrap_or(&NONE)
    }

    /// The lists of addresses.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.addresses.iter().map(|(name, list)| (name.as_str(), list.as_slice()))
    }

    /// The roles and who has them.
    pub(crate) fn roles(&self) -> impl Iterator<Item = (&str, &People)> {
        self.roles.iter().map(|(name, people)| (name.as_str(), people))
    }
}

fn unreadable(message: String) -> Failure {
    Failure::new(Problem::RulesUnreadable, message)
}
