//! Claims in words and in JSON.

use std::fmt::{Display, Write};

use serde_json::Value;

use crate::cbor::{Unknown, UnknownValue};
use crate::day::{self, Day};
use crate::document::{AddOn, Issuer, LegacyAddOn, License, PolicyRef, Request, TrueUp, Usage};
use crate::key::PublicKey;
use crate::value::{Count, Identifier};
use crate::words::json::{count_json, day_json, json};

/// A claim: its name for programs, its label for people, its value in words, and its value in JSON.
#[derive(Debug, Clone)]
pub struct Claim {
    name: &'static str,
    label: &'static str,
    words: String,
    json: Value,
}

impl Claim {
    /// Returns the label for people.
    #[must_use]
    pub fn label(&self) -> &'static str {
        self.label
    }

    /// Returns the value in words.
    #[must_use]
    pub fn words(&self) -> &str {
        &self.words
    }
}

/// Claims, one after the other. Each is made by one of these few functions, so that a list of them
/// takes little code in the C library.
struct Claims(Vec<Claim>);

impl Claims {
    fn add(&mut self, name: &'static str, label: &'static str, words: String, json: Value) {
        self.0.push(Claim { name, label, words, json });
    }

    fn text(&mut self, name: &'static str, label: &'static str, value: &dyn Display) {
        let words = value.to_string();
        self.add(name, label, words.clone(), words.into());
    }

    fn identifier(&mut self, name: &'static str, label: &'static str, value: Option<&Identifier>) {
        if let Some(value) = value {
            self.text(name, label, value);
        }
    }

    fn time(&mut self, label: &'static str, seconds: u64) {
        self.add("issued", label, day::unix_text(seconds), seconds.into());
    }

    fn until(&mut self, label: &'static str, day: Day) {
        self.add("until", label, until(day), day.to_string().into());
    }

    fn seats(&mut self, seats: Option<Count>) {
        self.add(
            "seats",
            "seats",
            seats.map_or_else(|| "unlimited".to_owned(), |n| n.to_string()),
            count_json(seats),
        );
    }

    fn key(&mut self, label: &'static str, key: &PublicKey) {
        self.add("key", label, key.thumbprint().to_string(), hex::encode(key.as_bytes()).into());
    }

    fn set(&mut self, name: &'static str, label: &'static str, items: Vec<String>) {
        if !items.is_empty() {
            self.add(name, label, items.join(", "), items.into());
        }
    }

    /// Returns the claims, with those that are not known here at their end.
    fn with_unknown(mut self, claims: &Unknown) -> Vec<Claim> {
        self.unknown("", claims);
        self.0
    }

    /// Adds the claims that are not known here of one map; `within` says which, and is empty for
    /// the document itself.
    fn unknown(&mut self, within: &str, claims: &Unknown) {
        for (key, value) in claims.iter() {
            let value = match value {
                UnknownValue::Integer(number) => number.to_string(),
                UnknownValue::Text(text) => text.clone(),
                UnknownValue::Bytes(bytes) => format!("bytes {}", hex::encode(bytes)),
            };
            let words = format!("{within}claim {key}: {value}");
            let members = &mut [
                ("key", (*key).into()),
                ("value", value.into()),
                ("in", within.trim_end().into()),
            ];
            self.add("unknown", "not known here", words, json(members));
        }
    }
}

fn strings<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

/// Returns the last good day of a half-open term, in words.
fn until(day: Day) -> String {
    day.minus(1).map_or_else(|| day.to_string(), |last| format!("{last} is the last day"))
}

/// Returns every claim of a license but its rules, in the order of the keys.
#[must_use]
pub fn license(license: &License) -> Vec<Claim> {
    let mut claims = Claims(Vec::new());
    claims.time("issued", license.issued);
    claims.text("name", "contact", &license.name);
    claims.text("email", "mail", &license.email);
    claims.text("company", "company", &license.company);
    claims.text("plan", "plan", &license.plan);
    claims.seats(license.seats);
    claims.text("from", "first day", &license.from);
    claims.until("ends on", license.until);
    policy(&mut claims, &license.policy);
    claims.identifier("subscription", "subscription", license.subscription.as_ref());
    claims.identifier("subscription_id", "subscription id", license.subscription_id.as_ref());
    if let Some(users) = license.previous_users {
        claims.add("previous_users", "previous users", users.to_string(), users.get().into());
    }
    if let Some(paid) = &license.true_up {
        true_up(&mut claims, paid);
    }
    claims.set("flags", "flags", strings(&license.flags));
    add_ons(&mut claims, license);
    claims.set("instances", "instances", strings(&license.instances));
    if let Some(key) = &license.report_key {
        claims.add("report_key", "report key", key.to_string(), hex::encode(key.0).into());
    }
    claims.identifier("restriction_id", "restriction id", license.restriction_id.as_ref());
    if let Some(paid) = &license.true_up {
        claims.unknown("true-up ", &paid.unknown);
    }
    for (index, add_on) in license.add_ons.iter().enumerate() {
        claims.unknown(&format!("add-on {} ", index + 1), &add_on.unknown);
    }
    claims.with_unknown(&license.unknown)
}

fn policy(claims: &mut Claims, policy: &PolicyRef) {
    let changed = if policy.changed { ", changed for this license" } else { "" };
    let words = format!("{} version {}{changed}", policy.name, policy.version);
    let (name, version, changed) = (policy.name.to_string(), policy.version, policy.changed);
    let json = json(&mut [
        ("name", name.into()),
        ("version", version.into()),
        ("changed", changed.into()),
    ]);
    claims.add("policy", "policy", words, json);
}

fn true_up(claims: &mut Claims, true_up: &TrueUp) {
    let words = [
        true_up.quantity.map(|n| format!("{n} seats paid")),
        true_up.from.map(|day| format!("from {day}")),
        true_up.to.map(|day| format!("through {day}")),
        true_up.base.map(|n| format!("over {n} seats")),
    ];
    let json = json(&mut [
        ("quantity", count_json(true_up.quantity)),
        ("from", day_json(true_up.from)),
        ("to", day_json(true_up.to)),
        ("base", count_json(true_up.base)),
    ]);
    claims.add(
        "true_up",
        "true-up",
        words.into_iter().flatten().collect::<Vec<_>>().join(", "),
        json,
    );
}

fn add_ons(claims: &mut Claims, license: &License) {
    if !license.add_ons.is_empty() {
        let words: Vec<String> =
            license.add_ons.iter().map(|add_on| add_on_words(license, add_on)).collect();
        let json = license.add_ons.iter().map(|add_on| add_on_json(license, add_on)).collect();
        claims.add("add_ons", "add-ons", words.join("; "), json);
    }
    if !license.legacy_add_ons.is_empty() {
        let words: Vec<String> =
            license.legacy_add_ons.iter().map(|a| format!("{} {}", a.quantity, a.name)).collect();
        let one = |a: &LegacyAddOn| {
            json(&mut [("name", a.name.as_str().into()), ("quantity", a.quantity.get().into())])
        };
        let list = license.legacy_add_ons.iter().map(one).collect();
        claims.add("legacy_add_ons", "old add-ons", words.join("; "), list);
    }
}

fn add_on_words(license: &License, add_on: &AddOn) -> String {
    let (from, last) =
        (add_on.from.unwrap_or(license.from), until(add_on.until.unwrap_or(license.until)));
    let purchase =
        add_on.purchase.as_ref().map(|id| format!(", purchase {id}")).unwrap_or_default();
    let trial = if add_on.trial { ", trial" } else { "" };
    format!("{} seats of {} from {from}, {last}{purchase}{trial}", add_on.quantity, add_on.product)
}

fn add_on_json(license: &License, add_on: &AddOn) -> Value {
    json(&mut [
        ("product", add_on.product.to_string().into()),
        ("quantity", add_on.quantity.get().into()),
        ("from", day_json(add_on.from.or(Some(license.from)))),
        ("until", day_json(add_on.until.or(Some(license.until)))),
        ("purchase", add_on.purchase.as_ref().map(ToString::to_string).into()),
        ("trial", add_on.trial.into()),
    ])
}

/// Returns every claim of an issuer document.
#[must_use]
pub fn issuer(issuer: &Issuer) -> Vec<Claim> {
    let mut claims = Claims(Vec::new());
    claims.time("issued", issuer.issued);
    claims.key("issuing key", &issuer.key);
    claims.text("name", "name", &issuer.name);
    claims.text("from", "may issue from", &issuer.from);
    claims.until("may issue until", issuer.until);
    claims.add(
        "max_days",
        "longest term",
        format!("{} days", issuer.max_days),
        issuer.max_days.into(),
    );
    let most = issuer.max_seats.map_or_else(|| "any number".to_owned(), |n| n.to_string());
    claims.add("max_seats", "most seats", most, count_json(issuer.max_seats));
    claims.set("plans", "plans", strings(&issuer.plans));
    if issuer.trials_only {
        claims.add("trials_only", "trials only", "yes".to_owned(), true.into());
    }
    claims.set("kinds", "kinds", strings(&issuer.kinds));
    claims.with_unknown(&issuer.unknown)
}

/// Returns every claim of a request.
#[must_use]
pub fn request(request: &Request) -> Vec<Claim> {
    let mut claims = Claims(Vec::new());
    claims.time("made", request.issued);
    claims.key("instance's key", &request.key);
    claims.text("instance", "instance", &request.instance);
    claims.text("name", "contact", &request.name);
    claims.text("email", "mail", &request.email);
    claims.text("company", "company", &request.company);
    claims.text("plan", "plan", &request.plan);
    claims.seats(request.seats);
    claims.add("users", "users now", request.users.to_string(), request.users.get().into());
    claims.with_unknown(&request.unknown)
}

/// Returns every claim of a usage report but the series.
#[must_use]
pub fn usage(usage: &Usage) -> Vec<Claim> {
    let (first, last) = usage.period();
    let mut claims = Claims(Vec::new());
    claims.key("instance's key", &usage.key);
    claims.text("license", "license", &usage.license);
    claims.add("number", "report", usage.number.to_string(), usage.number.into());
    claims.text("first_day", "first day", &first);
    claims.text("last_day", "last day", &last);
    if let Some(id) = &usage.previous {
        claims.text("previous", "report before", id);
    }
    claims.with_unknown(&usage.unknown)
}

/// Returns claims as aligned lines.
#[must_use]
pub fn lines(claims: &[Claim]) -> String {
    let width = claims.iter().map(|claim| claim.label.len()).max().unwrap_or(0);
    claims.iter().fold(String::new(), |mut text, claim| {
        // Writing to a String cannot fail.
        writeln!(text, "  {:width$}  {}", claim.label, claim.words).ok();
        text
    })
}

/// Returns claims as a JSON object; those that are not known here as a list.
#[must_use]
pub fn object(claims: &[Claim]) -> Value {
    let mut object = serde_json::Map::new();
    let mut unknown = Vec::new();
    for claim in claims {
        if claim.name == "unknown" {
            unknown.push(claim.json.clone());
        } else {
            object.insert(claim.name.to_owned(), claim.json.clone());
        }
    }
    if !unknown.is_empty() {
        object.insert("unknown".to_owned(), unknown.into());
    }
    object.into()
}
