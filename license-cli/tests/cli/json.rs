//! A small reader of JSON, so that the answers are not read by what wrote them.

use std::collections::BTreeMap;
use std::ops::Index;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

#[allow(clippy::wildcard_enum_match_arm, reason = "a test may fail")]
impl Json {
    /// Reads one value; white space may follow it, and nothing else.
    pub(crate) fn read(text: &str) -> Self {
        let mut rest = text;
        let json = value(&mut rest);
        assert!(rest.trim().is_empty(), "expected one JSON value, found more: {rest:?}");
        json
    }

    pub(crate) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Object(map) => map.keys().map(String::as_str).collect(),
            other => panic!("expected an object, found {other:?}"),
        }
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys().contains(&key)
    }

    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            other => panic!("expected a list, found {other:?}"),
        }
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        self.items().iter().map(Self::text).collect()
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("expected a text, found {other:?}"),
        }
    }

    pub(crate) fn number(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            other => panic!("expected a number, found {other:?}"),
        }
    }
}

/// A key that is not there is a mistake, not null.
#[allow(clippy::wildcard_enum_match_arm, reason = "a test may fail")]
impl Index<&str> for Json {
    type Output = Self;

    fn index(&self, key: &str) -> &Self {
        match self {
            Self::Object(map) => {
                map.get(key).unwrap_or_else(|| panic!("no key {key:?} in {self:?}"))
            }
            other => panic!("expected an object with {key:?}, found {other:?}"),
        }
    }
}

impl PartialEq<&str> for Json {
    fn eq(&self, text: &&str) -> bool {
        matches!(self, Self::Text(own) if own == text)
    }
}

impl PartialEq<i64> for Json {
    fn eq(&self, number: &i64) -> bool {
        matches!(self, Self::Number(own) if own == number)
    }
}

impl PartialEq<bool> for Json {
    fn eq(&self, value: &bool) -> bool {
        matches!(self, Self::Bool(own) if own == value)
    }
}

fn value(rest: &mut &str) -> Json {
    skip(rest);
    match rest.chars().next() {
        Some('{') => object(rest),
        Some('[') => list(rest),
        Some('"') => Json::Text(string(rest)),
        _ => word(rest),
    }
}

fn skip(rest: &mut &str) {
    *rest = rest.trim_start_matches([' ', '\n', '\t', '\r']);
}

/// Takes this text, where it comes next.
fn take(rest: &mut &str, text: &str) -> bool {
    skip(rest);
    rest.strip_prefix(text).is_some_and(|after| {
        *rest = after;
        true
    })
}

fn expect(rest: &mut &str, text: &str) {
    assert!(take(rest, text), "expected {text:?} at {rest:?}");
}

fn object(rest: &mut &str) -> Json {
    let mut map = BTreeMap::new();
    expect(rest, "{");
    while !take(rest, "}") {
        if !map.is_empty() {
            expect(rest, ",");
        }
        skip(rest);
        let key = string(rest);
        expect(rest, ":");
        assert!(map.insert(key.clone(), value(rest)).is_none(), "found the key {key:?} twice");
    }
    Json::Object(map)
}

fn list(rest: &mut &str) -> Json {
    let mut items = Vec::new();
    expect(rest, "[");
    while !take(rest, "]") {
        if !items.is_empty() {
            expect(rest, ",");
        }
        items.push(value(rest));
    }
    Json::List(items)
}

fn string(rest: &mut &str) -> String {
    expect(rest, "\"");
    let mut text = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next().expect("the text ends") {
            '"' => break,
            '\\' => text.push(escape(&mut chars)),
            c => {
                assert!(!c.is_control(), "found a raw control character in {rest:?}");
                text.push(c);
            }
        }
    }
    *rest = chars.as_str();
    text
}

fn escape(chars: &mut std::str::Chars<'_>) -> char {
    match chars.next().expect("the text ends") {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => {
            let first = unit(chars);
            let pair = (0xd800..0xdc00).contains(&first).then(|| {
                assert_eq!(chars.next(), Some('\\'), "expected the other half of a pair");
                assert_eq!(chars.next(), Some('u'), "expected the other half of a pair");
                unit(chars)
            });
            char::decode_utf16([first].into_iter().chain(pair))
                .next()
                .unwrap()
                .expect("a character")
        }
        c => c,
    }
}

/// Reads the four digits of an escape (RFC 8259 section 7).
fn unit(chars: &mut std::str::Chars<'_>) -> u16 {
    let digits: String = chars.take(4).collect();
    u16::from_str_radix(&digits, 16).unwrap()
}

fn word(rest: &mut &str) -> Json {
    let end = rest.find([',', '}', ']', '\n', ' ']).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after;
    match word {
        "null" => Json::Null,
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        number => Json::Number(
            number.parse().unwrap_or_else(|_| panic!("expected a JSON value, found {number:?}")),
        ),
    }
}
