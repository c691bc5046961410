//! Claims as a person or a program is shown them.

use std::fmt::Display;

use crate::cbor::{Unknown, UnknownValue, decimal};
use crate::day::{self, Day};
use crate::json::{Json, Object};
use crate::key::PublicKey;
use crate::value::{Count, Identifier, Thumbprint};
use crate::visible::in_hex;

/// The name of a claim, by which code asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimName(pub(super) &'static str);

impl ClaimName {
    /// Returns the name as JSON has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// Defines the names of a document's claims.
macro_rules! claim_names {
    ($($name:ident = $text:literal,)+) => {
        $(pub(in $crate::document) const $name: $crate::document::shown::ClaimName =
            $crate::document::shown::ClaimName($text);)+
    };
}
pub(super) use claim_names;

claim_names! {
    ISSUED = "issued",
    UNTIL = "until",
    SEATS = "seats",
    KEY = "key",
    REPORT_KEY = "report_key",
    FURTHER_REPORT_KEYS = "further_report_keys",
    UNKNOWN = "unknown",
}

/// A claim: its name for programs, its label for people, its value in words, and its value in JSON.
#[derive(Debug, Clone)]
pub struct Claim {
    name: ClaimName,
    label: &'static str,
    words: String,
    json: Json,
}

impl Claim {
    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> ClaimName {
        self.name
    }

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

    /// Returns the value for programs.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }

    /// The value for programs, without the rest.
    #[must_use]
    pub fn into_json(self) -> Json {
        self.json
    }

    /// Returns whether this version knows the claim.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.name != UNKNOWN
    }

    /// Returns whether the claim names keys by their thumbprints.
    #[must_use]
    pub fn is_key(&self) -> bool {
        [KEY, REPORT_KEY, FURTHER_REPORT_KEYS].contains(&self.name)
    }
}

/// Claims, one after the other. Each is made by one of these few functions, so that a list of them
/// takes little code in the C library.
#[derive(Default)]
pub(super) struct Shown(Vec<Claim>);

impl Shown {
    pub(super) fn add(&mut self, name: ClaimName, label: &'static str, words: String, json: Json) {
        self.0.push(Claim { name, label, words, json });
    }

    pub(super) fn text(&mut self, name: ClaimName, label: &'static str, value: &dyn Display) {
        let words = value.to_string();
        self.add(name, label, words.clone(), words.into());
    }

    pub(super) fn identifier(
        &mut self,
        name: ClaimName,
        label: &'static str,
        value: Option<&Identifier>,
    ) {
        if let Some(value) = value {
            self.text(name, label, value);
        }
    }

    pub(super) fn issued(&mut self, label: &'static str, seconds: u64) {
        self.add(ISSUED, label, day::unix_text(seconds), seconds.into());
    }

    pub(super) fn until(&mut self, label: &'static str, day: Day) {
        self.add(UNTIL, label, until(day), day.to_string().into());
    }

    pub(super) fn seats(&mut self, seats: Option<Count>) {
        let words = seats.map_or_else(|| "unlimited".to_owned(), |n| n.to_string());
        self.add(SEATS, "seats", words, count_json(seats));
    }

    pub(super) fn key(&mut self, label: &'static str, key: &PublicKey) {
        self.add(KEY, label, key.thumbprint().to_string(), in_hex(key.as_bytes()).into());
    }

    pub(super) fn report_key(&mut self, label: &'static str, key: &Thumbprint) {
        self.add(REPORT_KEY, label, key.to_string(), in_hex(&key.0).into());
    }

    pub(super) fn set(&mut self, name: ClaimName, label: &'static str, items: Vec<String>) {
        if !items.is_empty() {
            self.add(name, label, items.join(", "), items.into());
        }
    }

    /// Returns the claims, with those that are not known here at their end.
    pub(super) fn with_unknown(mut self, claims: &Unknown) -> Vec<Claim> {
        self.unknown("", claims);
        self.0
    }

    /// Adds the claims that are not known here of one map; `within` says which, and is empty for
    /// the document itself.
    pub(super) fn unknown(&mut self, within: &str, claims: &Unknown) {
        for (key, value) in claims.iter() {
            let value = match value {
                UnknownValue::Integer(number) => decimal(*number),
                UnknownValue::Text(text) => text.clone(),
                UnknownValue::Bytes(bytes) => format!("bytes {}", in_hex(bytes)),
            };
            let words = format!("{within}claim {key}: {value}");
            let mut json = Object::default();
            json.add("key", *key).add("value", value).add("in", within.trim_end());
            self.add(UNKNOWN, "not known here", words, json.into());
        }
    }
}

/// Returns a day as JSON: null where there is none.
pub(crate) fn day_json(day: Option<Day>) -> Json {
    day.map(|day| day.to_string()).into()
}

pub(super) fn count_json(count: Option<Count>) -> Json {
    count.map(Count::get).into()
}

pub(super) fn strings<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

/// Returns the last good day of a half-open term, in words.
pub(super) fn until(day: Day) -> String {
    day.minus(1).map_or_else(|| day.to_string(), |last| format!("{last} is the last day"))
}
