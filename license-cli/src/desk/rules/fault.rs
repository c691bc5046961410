//! What is wrong with a file of rules: its line, its row and its key.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::job::Job;
use super::keys;
use super::rule::{KEY, Need, People, Per, Proof, Rule, thumbprint};

/// The most hours within which something is answered: those of a year.
const MOST_HOURS: u32 = 8760;

/// A key whose value cannot be met, or names what is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// The table: `roles`, or a job's row.
    table: String,
    key: String,
    why: String,
}

impl Fault {
    fn new(key: &str, why: impl Into<String>) -> Self {
        Self { table: String::new(), key: key.to_owned(), why: why.into() }
    }

    /// The same, in the row of a job.
    pub(super) fn within(self, job: &str) -> Self {
        Self { table: format!("jobs.{job}"), ..self }
    }

    /// The line of this text, the row, the key, and what is wrong.
    pub(super) fn words(&self, text: &str) -> String {
        let Self { table, key, why } = self;
        let row = table.strip_prefix("jobs.").unwrap_or(table);
        format!("line {}: {row}.{key}: {why}", self.line(text))
    }

    /// The line of the key; that of the row where the key is left out.
    fn line(&self, text: &str) -> usize {
        let at = DeTable::parse(text).map_or(0, |file| self.place(file.get_ref()));
        text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    /// The byte at which the key stands, else its row.
    fn place(&self, file: &DeTable<'_>) -> usize {
        let (mut table, mut at) = (Some(file), 0);
        for name in self.table.split('.').chain([self.key.as_str()]) {
            let entry = table.and_then(|it| it.iter().find(|(key, _)| *key.get_ref() == name));
            let Some((key, value)) = entry else { break };
            at = key.span().start;
            table = value.get_ref().as_table();
        }
        at
    }
}

/// Where a text that TOML does not read goes wrong: the line, and the row and key as far as they
/// are begun.
pub(super) fn unread(text: &str, at: usize, message: &str) -> String {
    let before = text.get(..at).unwrap_or_default();
    let number = before.matches('\n').count();
    let lines: Vec<&str> = text.lines().take(number + 1).collect();
    let in_table = |line: &&&str| table_of(line).is_none();
    let key = lines.iter().rev().take_while(in_table).find_map(|line| key_of(line));
    let table = lines.iter().rev().find_map(|line| table_of(line));
    let row = table.map(|table| table.strip_prefix("jobs.").unwrap_or(table));
    let place = match (row, key) {
        (Some(row), Some(key)) => format!("{row}.{key}: "),
        (None, Some(key)) => format!("{key}: "),
        (Some(row), None) => format!("{row}: "),
        (None, None) => String::new(),
    };
    let message = message.replace('\n', " ");
    let number_of = key.and_then(|key| numbers(key, &message));
    format!("line {}: {place}{}", number + 1, number_of.unwrap_or(message))
}

/// What is said of a value that is not the number that a key takes.
fn numbers(key: &str, message: &str) -> Option<String> {
    let (found, expected) = message.split_once(", expected ")?;
    if !["u32", "i32"].iter().any(|number| expected.starts_with(number)) {
        return None;
    }
    let found = found.trim_start_matches("invalid value: ").trim_start_matches("invalid type: ");
    let found = found.trim_start_matches("integer ").replace('`', "");
    let expected = match key {
        "days" | "days_after_end" => "a number of days, 1 or more",
        "running_days" => "a number of days, 0 or more",
        "opens" | "closes" => "a whole number of days, negative for days before the end",
        "months" | "proof_months" => "a number of months, 1 or more",
        "hours" => "a number of hours, 1 or more",
        _ => "a whole number, 1 or more",
    };
    Some(format!("found {found}, expected {expected}"))
}

/// The table that begins on a line.
fn table_of(line: &str) -> Option<&str> {
    line.trim().strip_prefix('[')?.split(']').next().filter(|_| !line.contains('='))
}

/// The key that is set on a line.
fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    Some(key.trim()).filter(|key| !key.starts_with('#'))
}

/// What is wrong with the lists of people.
pub(super) fn of_roles(roles: &BTreeMap<String, People>) -> Vec<Fault> {
    let wrong = |one: &&String| {
        one.trim().is_empty() || one.strip_prefix(KEY).is_some_and(|key| thumbprint(key).is_none())
    };
    let found =
        roles.iter().filter_map(|(role, people)| Some((role, people.0.iter().find(wrong)?)));
    let fault = |(role, one): (&String, &String)| Fault {
        table: "roles".to_owned(),
        key: role.clone(),
        why: format!("found {one:?}, expected a user, or key: and the 32 digits of a fingerprint"),
    };
    found.map(fault).collect()
}

/// What is wrong with the lists of addresses: entries that no address can meet.
pub(super) fn of_addresses(addresses: &BTreeMap<String, Vec<String>>) -> Vec<Fault> {
    let is_domain = |text: &str| !text.is_empty() && !text.contains('@');
    let wrong = |one: &&String| {
        let (local, domain) = one.rsplit_once('@').unwrap_or(("-", one));
        local.is_empty() || !is_domain(domain) || one.contains(char::is_whitespace)
    };
    let found = addresses.iter().filter_map(|(list, all)| Some((list, all.iter().find(wrong)?)));
    let fault = |(list, one): (&String, &String)| Fault {
        table: "addresses".to_owned(),
        key: list.clone(),
        why: format!("found {one:?}, expected a mail domain such as vendor.example, or an address"),
    };
    found.map(fault).collect()
}

/// What is wrong with a row.
pub(super) fn of_row(
    (job, rule): (Job, &Rule),
    roles: &BTreeMap<String, People>,
    addresses: &BTreeMap<String, Vec<String>>,
) -> Vec<Fault> {
    let untitled = rule.title.trim().is_empty();
    let untitled = untitled.then(|| Fault::new("title", "found none, expected the job in words"));
    let needs_proof = rule.needs.contains(&Need::Proof);
    let proofs = match (keys::takes_proof(job), rule.proofs.is_empty()) {
        (false, _) => Some("found proof, and nobody can show any for this job"),
        (true, true) => Some("found proof, and proofs names none that counts"),
        (true, false) => None,
    };
    let proofs = proofs.filter(|_| needs_proof).map(|why| Fault::new("needs", why));
    untitled
        .into_iter()
        .chain(unknown_roles(rule, roles))
        .chain(keys_only(rule, roles))
        .chain(unknown_lists(rule, addresses))
        .chain(zeros(rule))
        .chain(proofs)
        .chain(window(rule))
        .chain(idle(rule))
        .collect()
}

/// The keys of a row of which nothing is known in this job, so that they are never met, or always.
pub(super) fn of_keys(job: Job, text: &str) -> Vec<Fault> {
    let judged = keys::of(job);
    let file = text.parse::<toml::Table>().unwrap_or_default();
    let row = file.get("jobs").and_then(|jobs| jobs.get(job.name()));
    let keys = row.and_then(toml::Value::as_table).into_iter().flatten();
    let unknown = keys.filter(|(key, _)| !judged.contains(&key.as_str()));
    let fault = |(key, _): (&String, &toml::Value)| {
        let why = format!(
            "found a key of which this job knows nothing, expected one of {}",
            judged.join(", ")
        );
        Fault::new(key, why)
    };
    unknown.map(fault).collect()
}

/// An approver of whom nothing but keys is known: whoever agrees is named, and signs nothing.
fn keys_only(rule: &Rule, roles: &BTreeMap<String, People>) -> Option<Fault> {
    let role = rule.approver.as_ref()?;
    let people = roles.get(role).filter(|people| !people.is_open())?;
    people.0.iter().all(|one| one.starts_with(KEY)).then(|| {
        let found = format!("found the role {role:?}, which names keys only");
        Fault::new("approver", format!("{found}: an approver is named, and signs nothing"))
    })
}

/// The roles that are named and not there.
fn unknown_roles(rule: &Rule, roles: &BTreeMap<String, People>) -> impl Iterator<Item = Fault> {
    let by = rule.by.iter().map(|role| ("by", role));
    let by = by.chain(rule.not_by.iter().map(|role| ("not_by", role)));
    let named = by.chain(rule.approver.iter().map(|role| ("approver", role)));
    let unknown = named.filter(|(_, role)| !roles.contains_key(*role));
    unknown.map(|(key, role)| {
        Fault::new(key, format!("found the role {role:?}, which [roles] does not name"))
    })
}

/// The lists of addresses that are named and not there.
fn unknown_lists(
    rule: &Rule,
    addresses: &BTreeMap<String, Vec<String>>,
) -> impl Iterator<Item = Fault> {
    let unknown = rule.not_to.iter().filter(|list| !addresses.contains_key(*list));
    unknown.map(|list| {
        let why = format!("found the list {list:?}, which [addresses] does not name");
        Fault::new("not_to", why)
    })
}

/// Limits that let nothing through.
fn zeros(rule: &Rule) -> impl Iterator<Item = Fault> {
    let limits = [
        ("days", rule.days),
        ("months", rule.months),
        ("times", rule.times),
        ("seats", rule.seats),
        ("proof_months", rule.proof_months),
        ("hours", rule.hours),
    ];
    let zero = limits.into_iter().filter(|(_, limit)| *limit == Some(0));
    zero.map(|(key, _)| Fault::new(key, "found 0, so that it may never be done"))
}

/// A window that closes before it opens, and a license that ends before it may be made.
fn window(rule: &Rule) -> impl Iterator<Item = Fault> {
    let never = rule.opens.zip(rule.closes).filter(|(opens, closes)| closes < opens);
    let never = never.map(|(opens, closes)| {
        Fault::new("opens", format!("found {opens}, and closes = {closes}: it never opens"))
    });
    let over = rule.opens.zip(rule.days_after_end);
    let over = over.filter(|(opens, most)| i64::from(*most) <= i64::from(*opens));
    let over = over.map(|(opens, most)| {
        let why = format!("found {most}, and opens = {opens}: it ends before it may be made");
        Fault::new("days_after_end", why)
    });
    never.into_iter().chain(over)
}

/// Keys that do nothing, because what they are about is left out.
fn idle(rule: &Rule) -> impl Iterator<Item = Fault> {
    let is_idle = |idle: bool, key, found: String, without| {
        idle.then(|| Fault::new(key, format!("found {found}, and {without}")))
    };
    let per = rule.times.is_none() && rule.per == Per::License;
    let types = rule.not_to.is_empty() && !rule.except_types.is_empty();
    let all = rule.proofs.is_empty() && rule.proofs_all;
    let months = rule.proof_months.filter(|_| !rule.proofs.contains(&Proof::Invoice));
    let late = rule.hours.filter(|hours| *hours > MOST_HOURS);
    [
        is_idle(per, "per", "license".to_owned(), "times is left out"),
        is_idle(types, "except_types", "types".to_owned(), "not_to is left out"),
        is_idle(all, "proofs_all", "true".to_owned(), "proofs is left out"),
        months
            .map(|it| Fault::new("proof_months", format!("found {it}, and no invoice in proofs"))),
        late.map(|it| Fault::new("hours", format!("found {it}, expected {MOST_HOURS} at most"))),
    ]
    .into_iter()
    .flatten()
}
