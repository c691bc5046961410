//! JSON as it stands in a file: no key of an object twice, their order kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value. Numbers keep what stood there, as text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Strict {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Strict>),
    Object(Vec<(String, Strict)>),
}

impl Strict {
    /// The value of this key of an object.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => {
                members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => None,
        }
    }
}

impl fmt::Display for Strict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(yes) => yes.fmt(f),
            Self::Number(text) | Self::Text(text) => f.write_str(text),
            Self::List(items) => write!(f, "a list of {}", items.len()),
            Self::Object(members) => write!(f, "an object of {}", members.len()),
        }
    }
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Strict, E> {
        Ok(Strict::Bool(yes))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Strict, E> {
        Ok(Strict::Number(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Strict, E> {
        Ok(Strict::Number(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Strict, E> {
        Ok(Strict::Number(format!("{number:?}")))
    }

    fn visit_str<E>(self, text: &str) -> Result<Strict, E> {
        Ok(Strict::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Strict, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Strict::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Strict, A::Error> {
        let mut members: Vec<(String, Strict)> = Vec::new();
        while let Some((name, value)) = object.next_entry::<String, Strict>()? {
            if members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("a key stands twice in an object"));
            }
            members.push((name, value));
        }
        Ok(Strict::Object(members))
    }
}
