//! One small JSON value, and its one writer (RFC 8259).
//!
//! The command and the C library print with it. It knows no floats: no answer of ours has one.

use std::borrow::Cow;
use std::fmt;

use crate::visible::is_visible;

/// A JSON value. The members of an object are sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Json {
    /// What is not known.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number below zero.
    Negative(i64),
    /// A number from zero on.
    Number(u64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(Cow<'static, str>, Json)>),
}

impl Json {
    /// Returns the value as JSON without spaces; characters that cannot be seen are escaped, since
    /// people look at it on terminals too.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.put(&mut text, |c| !is_visible(c));
        text
    }

    /// Returns the value as JSON in visible ASCII alone: every other character is escaped.
    #[must_use]
    pub fn ascii(&self) -> String {
        let mut text = String::new();
        self.put(&mut text, |c| !c.is_ascii() || c == '\u{7f}');
        text
    }

    fn put(&self, text: &mut String, escaped: fn(char) -> bool) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Bool(yes) => text.push_str(if *yes { "true" } else { "false" }),
            Self::Negative(number) => text.push_str(&number.to_string()),
            Self::Number(number) => text.push_str(&number.to_string()),
            Self::Text(string) => put_string(string, text, escaped),
            Self::List(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { "," });
                    item.put(text, escaped);
                }
                text.push(']');
            }
            Self::Object(members) => {
                text.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { "," });
                    put_string(name, text, escaped);
                    text.push(':');
                    value.put(text, escaped);
                }
                text.push('}');
            }
        }
    }
}

/// The members of an object, added one after the other.
#[derive(Debug, Default)]
pub struct Object(Vec<(Cow<'static, str>, Json)>);

impl Object {
    /// Adds a member.
    pub fn add(&mut self, name: &'static str, value: impl Into<Json>) -> &mut Self {
        self.put(name, value.into());
        self
    }

    /// Adds a member that is a text: what the value says.
    #[inline(never)] // so that an object of texts takes little code
    pub fn text(&mut self, name: &'static str, value: &dyn fmt::Display) -> &mut Self {
        self.put(name, value.to_string().into());
        self
    }

    /// Puts a member at its place. Sorting any number of members would take more code than all of
    /// this file.
    #[inline(never)]
    fn put(&mut self, name: &'static str, value: Json) {
        let place = self.0.iter().take_while(|(before, _)| **before < *name).count();
        self.0.insert(place, (Cow::Borrowed(name), value));
    }
}

impl From<Object> for Json {
    fn from(members: Object) -> Self {
        Self::Object(members.0)
    }
}

/// Writes a string: what RFC 8259 section 7 asks for is escaped, and what else is to be.
fn put_string(string: &str, text: &mut String, escaped: fn(char) -> bool) {
    let mut utf8 = [0; 4];
    text.push('"');
    for c in string.chars() {
        let short = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{8}' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\u{c}' => "\\f",
            '\r' => "\\r",
            c if c < ' ' || escaped(c) => {
                put_units(c, text);
                continue;
            }
            c => c.encode_utf8(&mut utf8),
        };
        text.push_str(short);
    }
    text.push('"');
}

/// Writes a character as `\u` and four hexadecimal digits, or as two of these.
fn put_units(c: char, text: &mut String) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        text.push_str("\\u");
        for shift in [12, 8, 4, 0] {
            // safe: 4 bits are a hexadecimal digit.
            text.push(char::from_digit(u32::from(*unit) >> shift & 0xf, 16).unwrap_or('0'));
        }
    }
}

/// JSON without spaces.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl From<bool> for Json {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Json {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<i64> for Json {
    fn from(number: i64) -> Self {
        u64::try_from(number).map_or(Self::Negative(number), Self::Number)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Null where there is nothing.
impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Self>> FromIterator<T> for Json {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn samples() -> Vec<Json> {
        let texts =
            ["", "quote \" and \\", "Søren \u{1F6A2} / \u{7f}\u{10}\u{1f}", "\u{8}\t\n\u{c}\r\0"];
        let mut members = Object::default();
        members.add("b", Json::Null).text("a", &texts[2]).add("c", Json::List(Vec::new()));
        let numbers: [Json; 5] =
            [i64::MIN.into(), (-1_i64).into(), 0_u32.into(), i64::MAX.into(), u64::MAX.into()];
        vec![
            Json::Null,
            true.into(),
            false.into(),
            None::<bool>.into(),
            Some(5_usize).into(),
            numbers.into_iter().collect(),
            texts.into_iter().collect(),
            Object::default().into(),
            vec![Json::from(members), Json::List(vec![Json::List(Vec::new())])].into(),
        ]
    }

    /// The value as serde_json writes it, which leaves what cannot be seen as it is.
    fn as_serdes(value: &Json) -> String {
        value.text().replace("\\u007f", "\u{7f}")
    }

    // serde_json is the independent program: it sorts the members of objects too.
    #[test]
    fn prints_as_serde_json() {
        for value in samples() {
            let read: Value = serde_json::from_str(&value.text()).unwrap();
            assert_eq!(read.to_string(), as_serdes(&value));
        }
    }

    #[test]
    fn ascii_says_the_same() {
        for value in samples() {
            let ascii = value.ascii();
            assert!(ascii.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{ascii}");
            let read: Value = serde_json::from_str(&ascii).unwrap();
            assert_eq!(read.to_string(), as_serdes(&value));
        }
        assert_eq!(Json::from("\u{1F6A2}\u{7f}ø").ascii(), r#""\ud83d\udea2\u007f\u00f8""#);
    }

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        let text = Json::from("ø\u{7f}\u{202e}\u{e0001}\n").text();
        assert_eq!(text, r#""ø\u007f\u202e\udb40\udc01\n""#);
    }

    #[test]
    fn members_are_sorted() {
        let mut members = Object::default();
        members.add("seats", 5_u32).text("company", &"X");
        assert_eq!(Json::from(members).text(), r#"{"company":"X","seats":5}"#);
    }
}
