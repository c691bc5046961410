//! The rules of the desk's jobs: what each needs, and how far it goes.

use std::path::Path;

use serde_json::{Value, json};

use crate::desk::rules::{Job, Lost, Per, Proof, Rule, Rules};
use crate::files::shown;
use crate::plural::{counted, seats};
use crate::view::answer::{Answer, printable};
use crate::view::wrapped::labelled;

/// Columns before what a rule says.
const INDENT: usize = 21;

/// Where the rules stand.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    Shipped,
    /// In the file that the desk's folder names.
    Desk,
    File(&'a Path),
}

/// The rules, or that of one job.
pub(crate) fn answer(rules: &Rules, place: Place<'_>, job: Option<Job>) -> Answer {
    let jobs: Vec<Job> =
        Job::ALL.iter().copied().filter(|it| job.is_none_or(|job| job == *it)).collect();
    let text: String = jobs.iter().map(|job| lines(*job, rules.rule(*job))).collect();
    let roles: String = rules
        .roles()
        .filter(|_| job.is_none())
        .map(|(name, people)| {
            let open = || "nobody is named: whoever says that they have it is believed".to_owned();
            let people = if people.is_open() { open() } else { people.0.join(", ") };
            labelled(&format!("role {name}"), INDENT, &printable(&people))
        })
        .collect();
    let json: Vec<Value> = jobs.iter().map(|job| object(*job, rules.rule(*job))).collect();
    let roles_json: Vec<Value> =
        rules.roles().map(|(name, people)| json!({ "role": name, "people": people.0 })).collect();
    let addresses: Vec<Value> =
        rules.addresses().map(|(name, list)| json!({ "list": name, "addresses": list })).collect();
    let whose = match place {
        Place::Shipped => "the shipped rules".to_owned(),
        Place::Desk => "the desk's own rules".to_owned(),
        Place::File(path) => format!("{}: these rules can be used", shown(path)),
    };
    let json = json!({ "format": 1, "roles": roles_json, "addresses": addresses, "rules": json });
    let addresses: String = rules
        .addresses()
        .filter(|_| job.is_none())
        .map(|(name, list)| of_list(name, list))
        .collect();
    Answer::yes(format!("{whose}\n{text}{roles}{addresses}"), json)
}

/// The addresses of a list, and that it keeps nothing back while it is empty.
fn of_list(name: &str, list: &[String]) -> String {
    let none = "no address is named: no license is kept from them";
    let addresses = if list.is_empty() { none.to_owned() } else { list.join(", ") };
    labelled(&format!("list {name}"), INDENT, &printable(&addresses))
}

/// The rules as they are written.
pub(crate) fn as_toml(text: &str) -> Answer {
    Answer::yes(text, json!({ "format": 1, "toml": text }))
}

/// What a key of a job's row means, and what the row says.
pub(crate) fn explained(rules: &Rules, (job, key): (Job, &str), meaning: &str) -> Answer {
    let code = format!("{}.{key}", job.name());
    let text =
        labelled("", 0, &format!("{code}: a rule of the desk, the key {key} of {}", job.name()))
            + &labelled("  means", INDENT, meaning)
            + &lines(job, rules.rule(job));
    let json = json!({
        "format": 1, "code": code, "meaning": meaning, "rule": object(job, rules.rule(job))
    });
    Answer::yes(text, json)
}

/// A rule in words: a line of the job, and one of its limits.
fn lines(job: Job, rule: &Rule) -> String {
    let says = says(rule);
    let says = if says.is_empty() { "no limit".to_owned() } else { says.join("; ") };
    labelled(job.name(), INDENT, &printable(&rule.title)) + &labelled("", INDENT, &printable(&says))
}

fn says(rule: &Rule) -> Vec<String> {
    let by = (!rule.by.is_empty()).then(|| format!("by {}", rule.by.join(" or ")));
    let never = (!rule.not_by.is_empty()).then(|| format!("never by {}", rule.not_by.join(" or ")));
    let by = by.into_iter().chain(never);
    let needs = rule.needs.iter().map(|need| format!("needs {}", need.option()));
    let approver = rule.approver.iter().map(|role| format!("a {role} agrees"));
    let once = rule.ticket_once.then(|| "one ticket, one license".to_owned());
    let by = by.chain(needs).chain(approver).chain(once);
    by.chain(days(rule)).chain(figures(rule)).chain(rest(rule)).collect()
}

fn days(rule: &Rule) -> impl Iterator<Item = String> {
    let lasts = rule.days.map(|days| format!("at most {}", counted(days, "day")));
    let months = rule.months.map(|months| format!("at most {}", counted(months, "month")));
    let ends = rule
        .days_after_end
        .map(|days| format!("until at most {} after the end", counted(days, "day")));
    let opens = rule.opens.map(|days| format!("from {}", about_the_end(days)));
    let closes = rule.closes.map(|days| format!("up to {}", about_the_end(days)));
    let running = rule
        .running_days
        .map(|days| format!("not while an extension has more than {} left", counted(days, "day")));
    [opens, closes, lasts, months, ends, running].into_iter().flatten()
}

fn about_the_end(days: i32) -> String {
    let number = counted(days.unsigned_abs(), "day");
    match days {
        0 => "the end".to_owned(),
        1.. => format!("{number} after the end"),
        _ => format!("{number} before the end"),
    }
}

fn figures(rule: &Rule) -> impl Iterator<Item = String> {
    let times = rule.times.map(|times| {
        let per = match rule.per {
            Per::Customer => "a customer",
            Per::License => "a license",
        };
        format!("{} {per}", counted(times, "time"))
    });
    let most = rule.seats.map(|most| format!("at most {}", seats(Some(most))));
    let cover = rule.seats_cover.then(|| "seats for users now and seats owed".to_owned());
    let paid =
        rule.paid.map(|paid| if paid { "paid licenses" } else { "free licenses" }.to_owned());
    let owed = rule.owed_paid.then(|| "not while seats are owed".to_owned());
    [paid, times, most, cover, owed].into_iter().flatten()
}

fn rest(rule: &Rule) -> impl Iterator<Item = String> {
    let proofs: Vec<&str> = rule.proofs.iter().map(|proof| proof.name()).collect();
    let between = if rule.proofs_all { " and " } else { " or " };
    let proofs = (!proofs.is_empty()).then(|| format!("proof: {}", proofs.join(between)));
    let old = rule
        .proof_months
        .map(|months| format!("an invoice of at most {}", counted(months, "month")));
    let lost: Vec<&str> = rule.loses.iter().map(|lost| lost.words()).collect();
    let lost = (!lost.is_empty()).then(|| format!("loses {}", lost.join(" and ")));
    let contact = rule.to_contact.then(|| "paid licenses to their contact only".to_owned());
    let not_to = (!rule.not_to.is_empty()).then(|| {
        let types: Vec<&str> = rule.except_types.iter().map(|kind| kind.name()).collect();
        let except = if types.is_empty() { String::new() } else { types.join(", ") };
        let except = if except.is_empty() { except } else { format!(", but for {except}") };
        format!("never to {}{except}", rule.not_to.join(" or "))
    });
    let hours = rule.hours.map(|hours| format!("answered within {}", counted(hours, "hour")));
    [proofs, old, lost, contact, not_to, hours].into_iter().flatten()
}

fn object(job: Job, rule: &Rule) -> Value {
    let proofs: Vec<&str> = rule.proofs.iter().copied().map(Proof::name).collect();
    let loses: Vec<&str> = rule.loses.iter().copied().map(Lost::name).collect();
    let needs: Vec<&str> = rule.needs.iter().map(|need| need.name()).collect();
    json!({
        "job": job.name(),
        "title": rule.title,
        "by": rule.by,
        "not_by": rule.not_by,
        "needs": needs,
        "approver": rule.approver,
        "ticket_once": rule.ticket_once,
        "days": rule.days,
        "months": rule.months,
        "days_after_end": rule.days_after_end,
        "opens": rule.opens,
        "closes": rule.closes,
        "times": rule.times,
        "per": match rule.per {
            Per::Customer => "customer",
            Per::License => "license",
        },
        "running_days": rule.running_days,
        "seats": rule.seats,
        "seats_cover": rule.seats_cover,
        "owed_paid": rule.owed_paid,
        "paid": rule.paid,
        "loses": loses,
        "proofs": proofs,
        "proofs_all": rule.proofs_all,
        "proof_months": rule.proof_months,
        "to_contact": rule.to_contact,
        "not_to": rule.not_to,
        "except_types": rule.except_types.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "hours": rule.hours,
    })
}
