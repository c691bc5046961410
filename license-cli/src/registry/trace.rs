//! What an event says of the rows that were written with it: each row's hash, so that a row which
//! was changed, added or taken out by hand is seen.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::cell::Cell;
use super::list;
use super::model::Sha256;
use super::table::{CONTACT, CUSTOMER, INSTANCE, NOTE, SUBSCRIPTION, Table};

/// The tables whose rows events tell of, by the words that the details of events have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Which {
    Customer,
    Contact,
    Subscription,
    Instance,
    Note,
}

impl Which {
    /// How many tables there are.
    pub(super) const COUNT: usize = 5;

    /// The table.
    pub(super) fn table(self) -> &'static Table {
        match self {
            Self::Customer => &CUSTOMER,
            Self::Contact => &CONTACT,
            Self::Subscription => &SUBSCRIPTION,
            Self::Instance => &INSTANCE,
            Self::Note => &NOTE,
        }
    }
}

/// The hash of a row: SHA-256 over its list, as an archive has it.
pub(super) fn hash(table: &Table, cells: &[Cell]) -> Sha256 {
    Sha256::of(&list::encode(table, cells))
}

/// What names a row beside its customer; nothing of the customer itself.
pub(super) fn name(which: Which, cells: &[Cell]) -> &str {
    let cell = cells.get(1).filter(|_| which != Which::Customer);
    cell.and_then(Cell::as_text).unwrap_or_default()
}

/// The key of an event's detail under which its rows stand.
const ROWS: &str = "rows";

/// The detail of an event, with the rows that are written with it. One that is no object of JSON
/// is left as it is.
pub(super) fn with(detail: Option<String>, rows: &[(Which, Vec<Cell>)]) -> Option<String> {
    if rows.is_empty() {
        return detail;
    }
    let told = rows.iter().map(|(which, cells)| {
        let hash = hash(which.table(), cells).to_string();
        serde_json::json!([which, name(*which, cells), hash])
    });
    let told = serde_json::Value::Array(told.collect());
    let object = detail.unwrap_or_else(|| "{}".to_owned());
    let Some(open) = object.trim_end().strip_suffix('}') else { return Some(object) };
    let comma = if open.trim() == "{" { "" } else { "," };
    Some(format!("{open}{comma}\"{ROWS}\":{told}}}"))
}

/// What a detail says of one row.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Told(
    pub(super) Which,
    pub(super) String,
    #[serde(deserialize_with = "hex")] pub(super) Sha256,
);

#[derive(Deserialize)]
struct Detail {
    #[serde(default)]
    rows: Vec<Told>,
}

/// The rows that a detail tells of; `None` where it is not the JSON that details are.
pub(super) fn rows(detail: &str) -> Option<Vec<Told>> {
    serde_json::from_str::<Detail>(detail).ok().map(|detail| detail.rows)
}

/// A hash in hexadecimal, which is not copied.
fn hex<'de, D: Deserializer<'de>>(text: D) -> Result<Sha256, D::Error> {
    struct Hex;
    impl Visitor<'_> for Hex {
        type Value = Sha256;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("64 hexadecimal digits")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Sha256, E> {
            Sha256::parse(text).ok_or_else(|| E::custom("no hash"))
        }
    }
    text.deserialize_str(Hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_detail_stays_before_the_rows() {
        let row = || vec![Cell::from("c"), Cell::from("S \"1\""), Cell::Nothing];
        let hash = hash(&SUBSCRIPTION, &row());
        for detail in [None, Some("{}"), Some("{ }"), Some(r#"{"policy":"x"}"#)] {
            let made = with(detail.map(str::to_owned), &[(Which::Subscription, row())]).unwrap();
            let told = rows(&made).unwrap();
            assert_eq!(told, [Told(Which::Subscription, "S \"1\"".to_owned(), hash)], "{made}");
            let read: serde_json::Value = serde_json::from_str(&made).unwrap();
            let policy = detail.filter(|it| it.contains("policy")).map(|_| "x");
            assert_eq!(read.get("policy").and_then(|it| it.as_str()), policy);
        }
        assert_eq!(with(None, &[]), None);
    }

    #[test]
    fn a_detail_that_is_none_cannot_be_read() {
        for detail in ["", "{", "text", "7", r#"{"rows":7}"#, r#"{"rows":[["contact","x","ab"]]}"#]
        {
            assert_eq!(rows(detail), None, "{detail}");
        }
        assert_eq!(rows(r#"{"changed":[1,{"a":null}]}"#), Some(Vec::new()));
    }
}
