//! The claims of a license, in words and in JSON.

use crate::document::license::terms::{AddOn, LegacyAddOn, License, PolicyRef, TrueUp};
use crate::document::shown::{
    Claim, FURTHER_REPORT_KEYS, Shown, claim_names, count_json, day_json, strings, until,
};
use crate::json::{Json, Object};
use crate::plural::counted;
use crate::value::Identifier;
use crate::visible::in_hex;

claim_names! {
    NAME = "name",
    EMAIL = "email",
    COMPANY = "company",
    PLAN = "plan",
    FROM = "from",
    SUBSCRIPTION = "subscription",
    SUBSCRIPTION_ID = "subscription_id",
    PREVIOUS_USERS = "previous_users",
    FLAGS = "flags",
    INSTANCES = "instances",
    RESTRICTION_ID = "restriction_id",
    POLICY = "policy",
    TRUE_UP = "true_up",
    ADD_ONS = "add_ons",
    LEGACY_ADD_ONS = "legacy_add_ons",
}

/// Returns every claim of a license but its rules, in the order of the keys.
#[must_use]
pub(super) fn shown(license: &License) -> Vec<Claim> {
    let mut claims = Shown::default();
    claims.issued("issued", license.issued);
    claims.text(NAME, "contact", &license.name);
    claims.text(EMAIL, "mail", &license.email);
    claims.text(COMPANY, "company", &license.company);
    claims.text(PLAN, "plan", &license.plan);
    claims.seats(license.seats);
    claims.text(FROM, "first day", &license.from);
    claims.until("ends on", license.until);
    policy(&mut claims, &license.policy);
    claims.identifier(SUBSCRIPTION, "subscription", license.subscription.as_ref());
    claims.identifier(SUBSCRIPTION_ID, "subscription id", license.subscription_id.as_ref());
    if let Some(users) = license.previous_users {
        claims.add(PREVIOUS_USERS, "previous users", users.to_string(), users.get().into());
    }
    if let Some(paid) = &license.true_up {
        true_up(&mut claims, paid);
    }
    claims.set(FLAGS, "flags", strings(&license.flags));
    add_ons(&mut claims, license);
    claims.set(INSTANCES, "instances", strings(&license.instances));
    if let Some(key) = &license.report_key {
        claims.report_key("report key", key);
    }
    further_report_keys(&mut claims, license);
    claims.identifier(RESTRICTION_ID, "restriction id", license.restriction_id.as_ref());
    if let Some(paid) = &license.true_up {
        claims.unknown("true-up ", &paid.unknown);
    }
    for (index, add_on) in license.add_ons.iter().enumerate() {
        claims.unknown(&format!("add-on {} ", index + 1), &add_on.unknown);
    }
    claims.with_unknown(&license.unknown)
}

fn further_report_keys(claims: &mut Shown, license: &License) {
    let keys = &license.further_report_keys;
    if !keys.is_empty() {
        let json = keys.iter().map(|key| Json::from(in_hex(&key.0))).collect();
        claims.add(FURTHER_REPORT_KEYS, "further report keys", strings(keys).join(", "), json);
    }
}

fn policy(claims: &mut Shown, policy: &PolicyRef) {
    let changed = if policy.changed { ", changed for this license" } else { "" };
    let words = format!("{} version {}{changed}", policy.name, policy.version);
    let mut json = Object::default();
    json.text("name", &policy.name).add("version", policy.version).add("changed", policy.changed);
    claims.add(POLICY, "policy", words, json.into());
}

fn true_up(claims: &mut Shown, true_up: &TrueUp) {
    let words = [
        true_up.quantity.map(|n| format!("{} paid", counted(n.get(), "seat"))),
        true_up.from.map(|day| format!("from {day}")),
        true_up.to.map(|day| format!("through {day}")),
        true_up.base.map(|n| format!("over {}", counted(n.get(), "seat"))),
    ];
    let mut json = Object::default();
    json.add("quantity", count_json(true_up.quantity))
        .add("from", day_json(true_up.from))
        .add("to", day_json(true_up.to))
        .add("base", count_json(true_up.base));
    claims.add(
        TRUE_UP,
        "true-up",
        words.into_iter().flatten().collect::<Vec<_>>().join(", "),
        json.into(),
    );
}

fn add_ons(claims: &mut Shown, license: &License) {
    if !license.add_ons.is_empty() {
        let words: Vec<String> =
            license.add_ons.iter().map(|add_on| add_on_words(license, add_on)).collect();
        let json = license.add_ons.iter().map(|add_on| add_on_json(license, add_on)).collect();
        claims.add(ADD_ONS, "add-ons", words.join("; "), json);
    }
    if !license.legacy_add_ons.is_empty() {
        let words: Vec<String> =
            license.legacy_add_ons.iter().map(|a| format!("{} {}", a.quantity, a.name)).collect();
        let one = |a: &LegacyAddOn| {
            let mut json = Object::default();
            json.text("name", &a.name).add("quantity", a.quantity.get());
            Json::from(json)
        };
        let list = license.legacy_add_ons.iter().map(one).collect();
        claims.add(LEGACY_ADD_ONS, "old add-ons", words.join("; "), list);
    }
}

fn add_on_words(license: &License, add_on: &AddOn) -> String {
    let (from, last) =
        (add_on.from.unwrap_or(license.from), until(add_on.until.unwrap_or(license.until)));
    let purchase =
        add_on.purchase.as_ref().map(|id| format!(", purchase {id}")).unwrap_or_default();
    let trial = if add_on.trial { ", trial" } else { "" };
    let seats = counted(add_on.quantity.get(), "seat");
    format!("{seats} of {} from {from}, {last}{purchase}{trial}", add_on.product)
}

fn add_on_json(license: &License, add_on: &AddOn) -> Json {
    let mut json = Object::default();
    json.text("product", &add_on.product)
        .add("quantity", add_on.quantity.get())
        .text("from", &add_on.from.unwrap_or(license.from))
        .text("until", &add_on.until.unwrap_or(license.until))
        .add("purchase", add_on.purchase.as_ref().map(Identifier::as_str))
        .add("trial", add_on.trial);
    json.into()
}
